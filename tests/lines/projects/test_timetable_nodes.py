"""Record, stop and adjust nodes of a timetable, and say who is late and why."""

from datetime import date, datetime

import pytest
from tests.lines.projects.timetabling import (
    BUREAU,
    CENTRE,
    LEADER,
    OFFICER,
    STRANGER,
    TODAY,
    _ground,
    approve,
    begun,
    late_timetable,
    node,
    post,
)

from bihuan.kernel.errors import BadInput, Conflict, NotFound, Refused
from bihuan.kernel.registers import selectors as registers
from bihuan.lines.projects.registers import PROJECTS
from bihuan.lines.projects.timetables import rows
from bihuan.lines.projects.timetables.computing import reading
from bihuan.lines.projects.timetables.days import calendar
from bihuan.lines.projects.timetables.drafting import attend
from bihuan.lines.projects.timetables.recording import (
    adjust_node,
    agree_cause,
    record_actual,
    resume_node,
    rule_cause,
    stop_node,
)
from bihuan.logic.days import Day
from bihuan.logic.limits import ZONE, due

__all__ = ["_ground"]


def test_what_is_recorded_stands_in_the_register_too_and_only_once():
    key, row = begun()
    record_actual(OFFICER, row.id, "signing", finish=Day(date(2026, 2, 27)))
    assert registers.current(PROJECTS, key)["signed"] == "2026-02-27"
    assert node(row.id, "negotiation").inferred
    seq = rows.timetables([row.id])[row.id].seq
    record_actual(OFFICER, row.id, "signing", finish=Day(date(2026, 2, 27)))
    assert rows.timetables([row.id])[row.id].seq == seq
    record_actual(OFFICER, row.id, "signing", not_done=True)
    assert registers.current(PROJECTS, key)["signed"] is None
    assert node(row.id, "signing").actual_finish is None


def test_bad_days_and_foreign_hands_are_refused():
    _key, row = begun()
    done = {"finish": Day(date(2026, 2, 27))}
    for bad in (
        {},
        {"finish": Day(date(2026, 3, 3))},
        {"start": Day(TODAY), "finish": Day(date(2026, 2, 1))},
    ):
        with pytest.raises(BadInput):
            record_actual(CENTRE, row.id, "company", **bad)
    with pytest.raises(NotFound):
        record_actual(STRANGER, row.id, "company", **done)
    with pytest.raises(NotFound):
        record_actual(CENTRE, row.id, "no_such_node", **done)
    with pytest.raises(NotFound):
        record_actual(BUREAU, row.id, "company", **done)
    supervisor = post(6, "supervisor", 300)
    with pytest.raises(Refused):
        record_actual(supervisor, row.id, "company", **done)
    adjust_node(CENTRE, row.id, "company", unit_id=300)
    record_actual(supervisor, row.id, "company", **done)
    with pytest.raises(Conflict):
        record_actual(CENTRE, row.id, "filing", ver=1, **done)


def test_a_wrong_inference_can_be_taken_back_and_stays_back():
    key, row = begun(signed="2025-01-06", started="2025-10-09")
    assert node(row.id, "eia").inferred
    record_actual(OFFICER, row.id, "eia", not_done=True, note="未批先建")
    attend(CENTRE, [key])
    assert node(row.id, "eia").actual_finish is None
    record_actual(OFFICER, row.id, "foundation", finish=Day(date(2026, 2, 10)))
    assert node(row.id, "drawings").inferred


def test_a_statutory_node_starts_on_the_working_day_after_acceptance_as_its_clock_says():
    on = calendar()
    _key, row = begun()
    record_actual(OFFICER, row.id, "site", start=Day(date(2026, 2, 13)))
    found = node(row.id, "site")
    assert found.statutory
    assert found.actual_start.first == on.add_working(date(2026, 2, 13), 1)
    said = reading(rows.timetables([row.id])[row.id]).dates["site"]
    clock = due(datetime(2026, 2, 13, 10, tzinfo=ZONE), found.duration, "wd", on)
    assert said.earliest_finish == clock.at.date()


def test_after_a_milestone_the_template_leaves_the_start_day_out_as_the_clock_does():
    on = calendar()
    key, row = begun(completed="2026-02-27", signed="2024-01-02")
    said = reading(row).dates["acceptance"]
    found = node(row.id, "acceptance")
    clock = due(datetime(2026, 2, 27, 9, tzinfo=ZONE), found.duration, "wd", on)
    assert said.earliest_start == TODAY == on.add_working(date(2026, 2, 27), 2)
    assert on.working_between(clock.at.date(), said.earliest_finish) == 1  # not begun: today is its first day
    record_actual(OFFICER, row.id, "acceptance", start=Day(date(2026, 2, 27)))
    assert reading(rows.timetables([row.id])[row.id]).dates["acceptance"].earliest_finish == clock.at.date()
    assert registers.current(PROJECTS, key)["completed"] == "2026-02-27"


def test_a_stop_needs_cause_and_evidence_and_moves_the_finish(travel):
    _key, row = begun()
    with pytest.raises(Conflict):
        stop_node(OFFICER, row.id, "site", TODAY, "review", [7])
    record_actual(OFFICER, row.id, "site", start=Day(date(2026, 2, 27)))
    before = reading(rows.timetables([row.id])[row.id]).dates["site"].earliest_finish
    with travel(date(2026, 3, 10)):
        for cause, evidence in (("review", []), ("fancy", [7])):
            with pytest.raises(BadInput):
                stop_node(OFFICER, row.id, "site", date(2026, 3, 4), cause, evidence)
        stop_node(OFFICER, row.id, "site", date(2026, 3, 4), "review", [7])
        with pytest.raises(Conflict):
            stop_node(OFFICER, row.id, "site", date(2026, 3, 9), "test", [7])
        resume_node(OFFICER, row.id, "site", date(2026, 3, 9))
        with pytest.raises(Conflict):
            resume_node(OFFICER, row.id, "site", date(2026, 3, 10))
        after = reading(rows.timetables([row.id])[row.id]).dates["site"].earliest_finish
        assert calendar().working_between(before, after) == 3
        (stop,) = node(row.id, "site").stops
        assert (stop.since, stop.until, stop.evidence) == (date(2026, 3, 4), date(2026, 3, 8), (7,))


def test_lateness_is_proposed_agreed_and_ruled(travel):
    _key, row = late_timetable(travel)
    with pytest.raises(Conflict):
        agree_cause(OFFICER, row.id, "land_permit", "approval", "government")
    adjust_node(CENTRE, row.id, "demolition", unit_id=200)
    with travel(date(2027, 3, 1)):
        found = node(row.id, "demolition")
        assert agree_cause(OFFICER, row.id, "demolition", "land", "supply") == "proposed"
        assert agree_cause(OFFICER, row.id, "demolition", "land", "supply") == "proposed"
        assert agree_cause(post(9, "officer", 777), row.id, "demolition", "land", "supply") == "agreed"
        with pytest.raises(BadInput):
            rule_cause(LEADER, row.id, "demolition", "dispute", "third", note="")
        with pytest.raises(Refused):
            rule_cause(OFFICER, row.id, "demolition", "dispute", "third", note="阻工")
        rule_cause(LEADER, row.id, "demolition", "dispute", "third", note="阻工属实")
        with pytest.raises(Conflict):
            agree_cause(OFFICER, row.id, "demolition", "land", "supply")
        found = node(row.id, "demolition")
        assert (found.late_cause, found.late_side, found.late_standing) == ("dispute", "third", "ruled")


def test_durations_change_in_drafts_only_and_with_a_reason():
    key, row = begun()
    with pytest.raises(BadInput):
        adjust_node(CENTRE, row.id, "trial", duration=45)
    with pytest.raises(BadInput):
        adjust_node(CENTRE, row.id, "start", duration=3, reason="x")
    adjust_node(CENTRE, row.id, "trial", duration=45, reason="工艺复杂")
    assert node(row.id, "trial").duration == 45
    approve(key, CENTRE)
    with pytest.raises(Conflict):
        adjust_node(CENTRE, row.id, "trial", duration=30, reason="缩短")
