"""Two who draft, ask or record at the same moment."""

import threading
from datetime import date

import pytest
from django.db import connection
from tests.lines.projects.timetabling import (
    CENTRE,
    OFFICER,
    _ground,
    begun,
    project,
)

from bihuan.kernel.errors import Conflict
from bihuan.kernel.now import now
from bihuan.kernel.now import travel as travelling
from bihuan.kernel.store.sql import run
from bihuan.lines.projects.timetables import rows
from bihuan.lines.projects.timetables.drafting import attend
from bihuan.lines.projects.timetables.recording import (
    record_actual,
)
from bihuan.logic.days import Day

__all__ = ["_ground"]


def at_once(*acts):
    """Carry out acts (or one of them twice) in two threads at the same moment; return what came of each."""
    barrier, outcomes, moment = threading.Barrier(2), [], now()

    def one(act):
        try:
            with travelling(moment):
                barrier.wait()
                outcomes.append(act())
        except Conflict as error:
            outcomes.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(act,)) for act in (acts if len(acts) == 2 else acts * 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.django_db(transaction=True)
def test_two_who_look_after_projects_at_once_ask_and_draft_once():
    keys = [
        project("甲", planned_production="2027-06"),
        project("乙"),
        project("丙", planned_production="2025"),
    ]
    outcomes = at_once(lambda: attend(CENTRE))
    assert sorted(len(done.drafted) + len(done.asked) for done in outcomes) == [0, 3]
    assert run("SELECT count(*) FROM projects_timetable") == [(1,)]
    assert run("SELECT count(*), count(DISTINCT subject) FROM flow_matter WHERE kind = 'projects.date'") == [
        (2, 2)
    ]
    assert {
        row.project
        for row in rows.timetables([t for (t,) in run("SELECT id FROM projects_timetable")]).values()
    } == {keys[0]}


@pytest.mark.django_db(transaction=True)
def test_of_two_records_from_the_same_page_one_wins():
    _key, row = begun()
    outcomes = at_once(
        lambda: record_actual(CENTRE, row.id, "company", finish=Day(date(2026, 2, 27)), ver=row.ver),
        lambda: record_actual(OFFICER, row.id, "company", finish=Day(date(2026, 2, 26)), ver=row.ver),
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict", "NoneType"]
    assert rows.timetables([row.id])[row.id].seq == 2
