"""A problem from need to sign-off: clocks, stops, extensions, returns, reopening, ruling, answers on the spot."""

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.kernel.factories import make_file

from bihuan.kernel.callbacks import selectors as contacts
from bihuan.kernel.clock import selectors as clock
from bihuan.kernel.clock.actions.alarms import sweep
from bihuan.kernel.errors import BadInput, BihuanError, Conflict, NotFound, Refused
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import registry, selectors
from bihuan.kernel.flow.rebuild import differences
from bihuan.kernel.identity.actors import Actor, Kind, Scope
from bihuan.kernel.identity.models import Organisation
from bihuan.kernel.jobs import run_due
from bihuan.kernel.now import LOCAL

PARK = 70
HERE = Scope(division=PARK, county=5, park=PARK)
NEED = {
    "title": "红线外道路未通",
    "category": "utilities",
    "detail": "重型车辆无法进场",
    "phone": "0731-58551234",
}


def done(matter):
    return {"closing": "solved", "reply": "已修通便道", "evidence": [make_file(bureau, matter)]}


def post(role, user, unit):
    return Actor(Kind.POST, user=user, post=user + 1000, role=role, unit=unit, level="park", division=PARK)


centre, officer, bureau, leader = (
    post("coordinator", 1, 700), post("officer", 2, 700), post("department", 3, 701), post("leader", 4, 700),
)  # fmt: skip
other_bureau = post("department", 5, 702)
firm = Actor(Kind.PARTY, user=6, role="enterprise", party=703)


@pytest.fixture(autouse=True)
def _place(db):
    registry.forget()
    for unit in (700, 701, 702, 703):
        Organisation.objects.create(id=unit, name=f"单位{unit}", kind="government", pinyin=str(unit))
    yield
    registry.forget()


def at(day, hour=9, minute=0):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LOCAL)


def opened(**more):
    return flow.open(officer, "projects.problem", NEED, scope=HERE, party=703, **more).matter


def row(matter):
    return selectors.matter(centre, matter)


def walked_to_answer(matter):
    flow.move(centre, matter, "assign", {"unit": 701})
    flow.move(bureau, matter, "answer", done(matter))


def test_from_need_to_sign_off_with_the_enterprise_content(travel):
    with travel(at(date(2026, 3, 2))):
        matter = opened()
        assert row(matter).holder_role == "coordinator"
        flow.move(centre, matter, "assign", {"unit": 701, "supports": [702]})
        # Five working days after Monday 2 March, the start day not counted: Monday 9 March, close of business.
        assert row(matter).due == at(date(2026, 3, 9), 17, 30)
    with travel(at(date(2026, 3, 5))):
        flow.move(other_bureau, matter, "note", {"note": "供电已接通"})
        flow.move(bureau, matter, "answer", done(matter))
        assert (row(matter).clock, row(matter).holder_role) == ("paused", "coordinator")
        flow.move(officer, matter, "verify", {"method": "site"})
        flow.move(centre, matter, "sign_off", {})
        run_due()
        contact = contacts.contact_of(matter, 1)
        assert contact.party == row(matter).party
        flow.move(firm, contact.id, "rate", {"grade": "very"})
        run_due()
    final = row(matter)
    assert (final.stage, final.open, final.closing, final.first_unit) == ("closed", False, "solved", 701)
    assert final.data["satisfaction"] == "satisfied"
    states = {one.name: one.state for one in clock.clocks_of([matter])[matter]}
    assert states == {"assign": "met", "handle": "met", "verify": "met"}
    assert differences(matter) == []


def test_an_answer_sent_back_gives_back_exactly_the_time_it_was_being_verified(travel):
    with travel(at(date(2026, 3, 2))):
        matter = opened()
        flow.move(centre, matter, "assign", {"unit": 701})
        due = row(matter).due
    with travel(at(date(2026, 3, 4))):
        flow.move(bureau, matter, "answer", done(matter))
    with travel(at(date(2026, 3, 6))):
        flow.move(officer, matter, "reject", {"reason": "现场仍未通"})
    assert (row(matter).stage, row(matter).holder_unit, row(matter).clock) == ("handling", 701, "running")
    assert row(matter).due == due + timedelta(days=2)


def test_comments_and_evidence_never_move_the_deadline(travel):
    with travel(at(date(2026, 3, 2))):
        matter = opened()
        flow.move(centre, matter, "assign", {"unit": 701})
    due = row(matter).due
    for hour in range(10, 17):
        with travel(at(date(2026, 3, 3), hour)):
            flow.move(bureau, matter, "note", {"note": f"{hour} 点进展"})
            flow.move(bureau, matter, "evidence", {"evidence": [make_file(bureau)]})
    (alarm_before,) = [c.next_alarm_at for c in clock.open_clocks([matter])[matter]]
    assert row(matter).due == due
    assert alarm_before is not None


def test_the_clock_stops_for_a_stated_cause_with_evidence_only(travel):
    with travel(at(date(2026, 3, 2))):
        matter = opened()
        flow.move(centre, matter, "assign", {"unit": 701})
        due = row(matter).due
        with pytest.raises(BihuanError):
            flow.move(centre, matter, "stop", {"cause": "review"})
        with pytest.raises(Refused):
            flow.move(bureau, matter, "stop", {"cause": "review", "evidence": [make_file(centre)]})
    with travel(at(date(2026, 3, 3))):
        flow.move(centre, matter, "stop", {"cause": "review", "evidence": [make_file(centre)]})
        with pytest.raises(BadInput):
            flow.move(centre, matter, "stop", {"cause": "review", "evidence": [make_file(centre)]})
    with travel(at(date(2026, 3, 5))):
        flow.move(centre, matter, "go_on", {})
    assert row(matter).due == due + timedelta(days=2)
    assert differences(matter) == []


def test_more_time_is_asked_for_before_expiry_and_decided(travel):
    with travel(at(date(2026, 3, 2))):
        matter = opened()
        flow.move(centre, matter, "assign", {"unit": 701})
        flow.move(bureau, matter, "ask_extension", {"days": 3, "reason": "需协调铁路部门"})
        with pytest.raises(Refused):
            flow.move(bureau, matter, "grant_extension", {"reason": "自批"})
        flow.move(centre, matter, "grant_extension", {"reason": "同意"})
    assert row(matter).due == at(date(2026, 3, 12), 17, 30)
    with travel(at(date(2026, 3, 13))), pytest.raises(Conflict):
        flow.move(bureau, matter, "ask_extension", {"days": 3, "reason": "已经过期"})
    assert differences(matter) == []


def test_returned_once_then_ruled_and_the_clock_ran_on(travel):
    with travel(at(date(2026, 3, 2))):
        matter = opened()
        flow.move(centre, matter, "assign", {"unit": 701})
        due = row(matter).due
    with travel(at(date(2026, 3, 3))):
        flow.move(bureau, matter, "return", {"reason": "属交通职责", "proposed": 702})
        flow.move(centre, matter, "assign", {"unit": 702})
        assert (row(matter).first_unit, row(matter).lead_unit, row(matter).due) == (701, 702, due)
        with pytest.raises(BadInput):
            flow.move(other_bureau, matter, "return", {"reason": "不属我局", "proposed": 701})
    assert differences(matter) == []


def test_twice_reopened_then_the_leader_ends_it_and_it_counts_as_unsatisfied(travel):
    with travel(at(date(2026, 3, 2))):
        matter = opened()
        walked_to_answer(matter)
        for turn in range(3):
            if turn:
                flow.move(bureau, matter, "answer", done(matter))
            flow.move(officer, matter, "verify", {"method": "call"})
            flow.move(centre, matter, "sign_off", {})
            with pytest.raises(BadInput):
                flow.move(firm, matter, "take_up" if turn < 2 else "reopen", {"reason": "没解决"})
            flow.move(firm, matter, "reopen" if turn < 2 else "take_up", {"reason": "没解决"})
        assert (row(matter).stage, row(matter).episode, row(matter).open) == ("ruling", 3, True)
        flow.move(leader, matter, "end", {"reason": "依据充分，终结"})
    assert (row(matter).stage, row(matter).open) == ("ended", False)
    assert differences(matter) == []


def test_answered_on_the_spot_needs_no_verifier_but_the_one_who_took_it_up():
    matter = opened()
    quick = {"closing": "explained", "reply": "当场说明办理流程"}
    with pytest.raises(BadInput):
        flow.move(centre, matter, "quick", quick)
    flow.move(officer, matter, "quick", quick)
    assert (row(matter).stage, row(matter).data["quick"]) == ("closed", True)
    assert isinstance(row(matter).data["sampled"], bool)
    with pytest.raises(BadInput):
        flow.move(firm, matter, "reopen", {"reason": "没说清"})
    flow.move(firm, matter, "hand_over", {"reason": "没说清"})
    assert (row(matter).stage, row(matter).holder_role) == ("registered", "coordinator")


def test_a_stranger_sees_nothing_and_another_firm_neither():
    matter = opened()
    for actor in (
        Actor(Kind.PARTY, user=60, role="enterprise", party=999),
        Actor(Kind.POST, user=61, post=61, role="coordinator", unit=1, level="park", division=71),
        other_bureau,
    ):
        with pytest.raises(NotFound):
            selectors.matter(actor, matter)
        with pytest.raises(NotFound):
            flow.move(actor, matter, "note", {"note": "?"})
    assert selectors.matter(firm, matter).id == matter


def test_an_unassigned_problem_alarms_too_and_only_once(travel):
    with travel(at(date(2026, 3, 2))):
        matter = opened()
    (one,) = clock.open_clocks([matter])[matter]
    with travel(one.due + timedelta(minutes=1)):
        assert sweep()
        again = sweep()
    assert sum(n for kind, n in again.items() if kind in {"due", "urge", "bulletin", "soon"}) == 0
    assert one.due.astimezone(UTC) == at(date(2026, 3, 3), 17, 30)
