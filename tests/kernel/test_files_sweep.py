"""What was handed in ahead and never sent goes after a day; what anything names stays."""

import io
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import date, timedelta
from threading import Event
from time import sleep

import pytest
from django.db import connections

from bihuan.kernel.errors import Conflict, Refused
from bihuan.kernel.files import actions
from bihuan.kernel.files.selectors import by_ids, open_file
from bihuan.kernel.identity.actors import Actor, Kind
from bihuan.kernel.ledger import selectors as ledger
from bihuan.kernel.now import now, travel
from bihuan.kernel.papers import actions as papers
from bihuan.kernel.store.sql import atomic, run
from tests.kernel import documents

OFFICER = Actor(Kind.POST, user=7, post=9, role="officer", unit=3)
MATTER = 70_000_001
DAY = timedelta(days=1, minutes=1)


def handed_in(waits=True, matter=0):
    return actions.upload(OFFICER, io.BytesIO(documents.picture()), "a.jpg", matter, waits=waits).id


def state(file):
    return by_ids([file])[file].state


def blobs(settings):
    return [path for path in settings.BIHUAN_FILES_DIR.rglob("*") if path.is_file()]


@pytest.mark.django_db
def test_what_was_never_sent_is_gone_after_a_day_and_all_else_stays(
    settings, django_capture_on_commit_callbacks
):
    sent, of_a_matter, of_a_table, named = (
        handed_in(), handed_in(matter=MATTER), handed_in(waits=False), handed_in(),
    )  # fmt: skip
    never = [handed_in() for _n in range(3)]
    actions.attach(OFFICER, [sent], MATTER)
    actions.keep([named])
    assert actions.sweep() == 0, "a form left open is still sent"
    with travel(now() + DAY), django_capture_on_commit_callbacks(execute=True):
        assert actions.sweep(step=2) == 3
        assert actions.sweep() == 0
    for file in (sent, of_a_matter, of_a_table, named):
        assert open_file(file, OFFICER)
    for file in never:
        assert state(file) == "purged"
        with pytest.raises(Refused):
            open_file(file, OFFICER)
        assert [entry.move for entry in ledger.history(file)] == ["files.add", "content.purge"]
        with pytest.raises(Conflict, match="Hand it in again"):
            actions.attach(OFFICER, [file], MATTER)
    assert len(blobs(settings)) == 8, "four pictures and their thumbnails"


@pytest.mark.django_db
def test_the_scan_of_a_signed_paper_is_never_swept():
    from tests.kernel.test_papers import Desk

    with travel(date(2026, 3, 2)):
        desk = Desk()
        paper = desk.draft()
        sheet = actions.upload(desk.clerk, io.BytesIO(documents.pdf("签批件")), "签批.pdf", waits=True).id
        papers.sign(desk.clerk, paper, form="paper", scan=sheet, signer_post=desk.chair.post)
    with travel(date(2026, 3, 5)):
        assert actions.sweep() == 0
        assert state(sheet) == "ok"


def beside(act):
    """Run something in a thread and a connection of its own."""

    def one():
        try:
            return act()
        except Conflict as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(copy_context().run, one)


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_what_is_tied_this_moment_is_left_alone():
    file, tied, looked = handed_in(), Event(), Event()

    def send():
        with atomic():
            actions.attach(OFFICER, [file], MATTER)
            tied.set()
            looked.wait(60)

    with travel(now() + DAY):
        for sending in beside(send):
            tied.wait(60)
            assert actions.sweep() == 0
            looked.set()
            sending.result(200)
        assert actions.sweep() == 0
    assert (state(file), by_ids([file])[file].matter) == ("ok", MATTER)


@pytest.mark.django_db(transaction=True, databases="__all__")
@pytest.mark.parametrize("guarded", [True, False])
def test_what_is_swept_this_moment_is_tied_by_nobody(monkeypatch, guarded):
    file, purging, purge = handed_in(), Event(), actions.purge

    def slowly(*given, **more):
        gone = purge(*given, **more)
        purging.set()
        sleep(0.3)
        return gone

    monkeypatch.setattr(actions, "purge", slowly)
    with travel(now() + DAY):
        for sweeping in beside(actions.sweep):
            purging.wait(60)
            if guarded:
                with pytest.raises(Conflict, match="Hand it in again"):
                    actions.attach(OFFICER, [file], MATTER)
            else:  # the race is there: a matter would hold a file that can't be opened
                run("UPDATE files_file SET matter = %s WHERE id = %s AND matter = 0", (MATTER, file))
            assert sweeping.result(200) == 1
    assert (state(file), by_ids([file])[file].matter) == ("purged", 0 if guarded else MATTER)
