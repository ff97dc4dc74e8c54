"""Forty signatures at the same moment: every number once, none left out."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import date
from threading import Barrier

import pytest
from django.db import connections

from bihuan.kernel.errors import Conflict
from bihuan.kernel.now import travel
from bihuan.kernel.papers import actions, numbering, selectors
from bihuan.kernel.store.sql import atomic, run
from tests.kernel.test_papers import Desk

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
THREADS, EACH = 4, 10


def at_once(acts):
    """Run each in a thread of its own, all let go at once; return what each gave or raised."""
    gate = Barrier(len(acts))

    def one(act):
        try:
            gate.wait(60)
            return act()
        except Conflict as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [f.result(200) for f in [pool.submit(copy_context().run, one, act) for act in acts]]


def test_numbers_are_given_once_and_without_gaps():
    with travel(date(2026, 3, 2)):
        desk = Desk()
        papers = [[desk.draft() for _n in range(EACH)] for _t in range(THREADS)]

        def sign_all(mine):
            for place, paper in enumerate(mine):
                try:
                    with atomic():
                        actions.sign(desk.chair, paper)
                        if place % 3 == 0:
                            raise ZeroDivisionError
                except ZeroDivisionError:
                    actions.sign(desk.chair, paper)

        at_once([lambda mine=mine: sign_all(mine) for mine in papers])
        given = sorted(no for (no,) in run("SELECT no FROM papers_number"))
        assert given == list(range(1, THREADS * EACH + 1))


def test_the_race_is_there_without_the_lock(monkeypatch):
    """Read the last number, then write it: two get the same, and only the constraint stops them."""
    monkeypatch.setattr(
        numbering,
        "_NEXT",
        "SELECT coalesce(max(no), 0) + 1 FROM papers_number WHERE word = %s AND year = %s",
    )
    with travel(date(2026, 3, 2)):
        desk = Desk()
        papers = [desk.draft() for _n in range(THREADS)]
        gate = Barrier(THREADS)

        def read_together(statement, given=()):
            rows = run(statement, given)
            if statement == numbering._NEXT:
                gate.wait(60)  # everybody has read before anybody writes
            return rows

        monkeypatch.setattr(numbering, "run", read_together)

        def sign(paper):
            from django.db import IntegrityError

            try:
                return actions.sign(desk.chair, paper)
            except IntegrityError:
                return "refused"

        got = at_once([lambda paper=paper: sign(paper) for paper in papers])
        assert sorted(one == "refused" for one in got) == [False, True, True, True]


def test_one_paper_is_signed_once():
    with travel(date(2026, 3, 2)):
        desk = Desk()
        paper = desk.draft()
        got = at_once([lambda: actions.sign(desk.chair, paper)] * 4)
        assert len([one for one in got if isinstance(one, str)]) == 1
        assert run("SELECT count(*) FROM papers_number")[0][0] == 1
        assert selectors.paper(paper).is_signed
