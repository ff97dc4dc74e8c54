"""For those who won't register: needs are said and timetables answered by link, and nothing else opens."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from tests.lines.projects.park import park

from bihuan.kernel.errors import Refused
from bihuan.kernel.flow import selectors as matters
from bihuan.kernel.identity import actions as identity
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.identity.models import User
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import run
from bihuan.lines.enterprise import actions
from bihuan.lines.projects.timetables.drawing import draft

assert park
SCHOOL = {"title": "两名骨干的孩子要转学到园区小学", "class": "school", "detail": "秋季入学"}


def link_to(matter: int, party: int, purpose: str = "track") -> str:
    return identity.issue_link(
        SYSTEM, matter, party=party, purpose=purpose, valid_until=now() + timedelta(days=9)
    )


@pytest.fixture
def browser():
    return Client(headers={"accept-language": "en"})


def test_another_need_is_said_by_link_and_followed_by_its_own(park, browser):
    first = actions.take_in(
        park.coordinator, {**SCHOOL, "party": park.firm, "channel": "phone"}, key="a"
    ).matter
    code = link_to(first, park.firm)
    address = f"/enterprise/by-link/{code}/"
    assert address in browser.get(f"/l/{code}/").content.decode()
    said = {"title": "货车进园区要绕行三公里", "class": "utilities", "key": "once"}
    page = browser.post(address, said).content.decode()
    again = browser.post(address, said).content.decode()
    rows = run("SELECT id, code FROM flow_matter WHERE title = %s", (said["title"],))
    assert len(rows) == 1, "sent twice, said once"
    row = matters.matter(park.coordinator, rows[0][0])
    assert (row.kind, row.party, row.park) == (
        "enterprise.need",
        park.firm,
        matters.matter(SYSTEM, first).park,
    )
    assert row.holder_role == "coordinator", "it waits for the centre, which has a clock"
    own = next(one for one in re.findall(r"/l/(\d{16})/", page) if one != code)
    assert own in again, "the same code"
    followed = browser.get(f"/l/{own}/").content.decode()
    assert "货车进园区要绕行三公里" in followed
    assert "转学" not in followed, "a link opens its one matter"


def test_a_fault_keeps_what_was_typed(park, browser):
    first = actions.take_in(park.coordinator, {**SCHOOL, "party": park.firm, "channel": "phone"}).matter
    answer = browser.post(
        f"/enterprise/by-link/{link_to(first, park.firm)}/", {"title": "只有一句话", "key": "x"}
    )
    assert answer.status_code == 422
    assert "只有一句话" in answer.content.decode()


def test_a_link_to_nobody_an_answering_link_and_staff_say_nothing(park, browser):
    first = actions.take_in(park.coordinator, {**SCHOOL, "party": park.firm, "channel": "phone"}).matter
    for code in (link_to(first, 0), link_to(first, park.firm, "answer")):
        assert browser.get(f"/enterprise/by-link/{code}/").status_code == 404
        assert "/enterprise/by-link/" not in browser.get(f"/l/{code}/").content.decode()
    code = link_to(first, park.firm)
    browser.force_login(User.objects.get(id=park.coordinator.user))
    assert browser.post(f"/enterprise/by-link/{code}/", {**SCHOOL, "key": "s"}).status_code == 403
    with pytest.raises(Refused):
        actions.raise_by_link(identity.enter_by_link(link_to(first, 0), None)[1], SCHOOL, now())


def test_a_timetable_is_answered_by_link(park, browser):
    project = park.project(columns={"party": park.firm}, planned_production="2027-12", kind="land")
    draft(park.coordinator, project)
    made = run("SELECT id FROM flow_matter WHERE kind = 'projects.timetable' AND subject = %s", (project,))[
        0
    ][0]
    code = link_to(made, park.firm)
    page = browser.get(f"/l/{code}/").content.decode()
    assert "Give an opinion" in page
    assert "Backward timetable" in page
    assert f"/enterprise/by-link/{code}/" in page, "its first need is said there, too"
    assert f"/projects/{project}/" not in page, "nothing else opens"
    said = {"agrees": "change", "note": "设备要到六月才到货", "key": "o"}
    answer = browser.post(f"/l/{code}/{made}/opinion/", said)
    assert answer.status_code == 303, answer.content.decode()[-1500:]
    entries = run("SELECT text FROM ledger_entry WHERE chain_id = %s AND move = 'opinion'", (made,))
    assert len(entries) == 1
    assert '"link"' in entries[0][0]
