"""Clocks: started by a dated limit, stopped for a cause, extended in time, explained line by line."""

from datetime import date, datetime, time, timedelta
from itertools import count

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from bihuan.kernel.clock import actions, causes, selectors, values
from bihuan.kernel.clock import ground as grounds
from bihuan.kernel.clock.ground import LimitMissing, ground
from bihuan.kernel.errors import BadInput, Conflict, NotFound
from bihuan.kernel.identity.actors import SYSTEM, Scope
from bihuan.kernel.store.sql import run
from bihuan.logic.limits import ZONE
from bihuan.logic.pictures.light import Light

pytestmark = pytest.mark.django_db
HUNAN, CITY, COUNTY, STREET = 43, 4301, 430181, 430181123
SCOPE = Scope(division=STREET, province=HUNAN, city=CITY, county=COUNTY, street=STREET)
_matters = count(1)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def started(rule="permit.decide", moment="2025-09-26 10:00", scope=SCOPE, **more):
    """Start a clock, write it and read it back."""
    matter = next(_matters)
    actions.write([values.start_values(rule, scope, at(moment), matter_id=matter, **more)])
    return open_clock(matter)


def open_clock(matter):
    (clock,) = selectors.open_clocks([matter])[matter]
    return clock


def done(clock, work):
    actions.write([work])
    return open_clock(clock.matter_id)


# Limits ------------------------------------------------------------------------------------------


def test_a_fresh_database_has_the_national_calendar_and_sourced_limits():
    on = ground()
    assert sorted(on.announced) == [2024, 2025, 2026]
    assert on.calendar().add_working(date(2025, 9, 26), 45) == date(2025, 12, 4)
    limits = selectors.limits(date(2026, 3, 2))
    assert {"permit.decide", "build.permit"} <= {row.rule for row in limits}
    assert all(row.source for row in limits)
    assert all(row.verified_on is None for row in limits)
    assert actions.load_national() == []
    version = ground().version
    actions.load_defaults()
    assert ground().version == version


def test_the_most_specific_scope_wins_then_the_latest_day(travel):
    with travel(date(2026, 3, 2)):
        actions.set_limit(SYSTEM, "permit.decide", 15, "wd", "省里", division=HUNAN)
        actions.set_limit(SYSTEM, "permit.decide", 10, "wd", "县里", division=COUNTY)
        actions.set_limit(
            SYSTEM, "permit.decide", 12, "wd", "省里新", division=HUNAN, valid_from=date(2026, 5, 1)
        )
        actions.set_limit(SYSTEM, "permit.decide", 8, "wd", "别县", division=430182)
        actions.set_limit(SYSTEM, "permit.decide", 25, "wd", "全国新", valid_from=date(2026, 4, 1))
    on = ground()
    elsewhere = values.place_of(Scope(division=4302, province=HUNAN, city=4302))
    here = values.place_of(SCOPE)
    assert on.limit("permit.decide", here, date(2026, 3, 2)).value == 10
    assert on.limit("permit.decide", here, date(2026, 3, 1)).value == 20
    assert on.limit("permit.decide", elsewhere, date(2026, 4, 30)).value == 15
    assert on.limit("permit.decide", elsewhere, date(2026, 5, 1)).value == 12
    assert on.limit("permit.decide", (), date(2026, 3, 31)).value == 20
    assert on.limit("permit.decide", (), date(2026, 4, 1)).value == 25


def test_a_changed_limit_leaves_running_clocks_alone():
    clock = started()
    actions.set_limit(SYSTEM, "permit.decide", 3, "wd", "新规", valid_from=date(2025, 1, 1))
    assert actions.ripple()["moved"] == 0
    assert open_clock(clock.matter_id) == clock
    assert started().value == 3
    row = run("SELECT value FROM clock_limitrow WHERE id = %s", (clock.limit_id,))
    assert row == [(20,)]


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"unit": "w"}, "unit"),
        ({"value": 0}, "value"),
        ({"source": " "}, "source"),
        ({"rule": ""}, "rule"),
    ],
)
def test_a_limit_that_cannot_be_is_refused(given, where):
    with pytest.raises(BadInput) as caught:
        actions.set_limit(SYSTEM, **{"rule": "x", "value": 1, "unit": "wd", "source": "s", **given})
    assert caught.value.where == where


def test_a_rule_without_a_row_is_named():
    with pytest.raises(LimitMissing) as caught:
        values.start_values("nobody.set.this", SCOPE, at("2026-03-02 10:00"), matter_id=1)
    assert caught.value.where == "nobody.set.this"


def test_every_change_is_one_entry_of_the_calendars_own_chain(travel):
    chain, before = run("SELECT id, seq FROM clock_almanac")[0]
    with travel(at("2026-03-02 10:00")):
        actions.set_limit(SYSTEM, "permit.decide", 15, "wd", "省里", division=HUNAN)
        actions.set_days(SYSTEM, [actions.DayChange(date(2026, 7, 9), False, "暴雨")], division=COUNTY)
    moves = run(
        "SELECT seq, move FROM ledger_entry WHERE chain_id = %s AND seq > %s ORDER BY seq", (chain, before)
    )
    assert moves == [(before + 1, "clock.limit"), (before + 2, "clock.days")]
    kinds = run("SELECT kind, division FROM clock_calendarversion ORDER BY version DESC LIMIT 2")
    assert kinds == [("days", COUNTY), ("limit", HUNAN)]


def test_a_process_reads_the_tables_again_only_when_they_changed(monkeypatch):
    asked = []
    monkeypatch.setattr(
        grounds, "run", lambda sql, *rest, **more: asked.append(sql) or run(sql, *rest, **more)
    )
    held = ground()
    del asked[:]
    assert ground() is held
    assert len(asked) == 1
    actions.set_hours(SYSTEM, date(2026, 6, 1), [(time(8), time(12)), (time(15), time(18))], "夏季作息")
    assert ground() is not held
    stamp = run("SELECT stamp FROM clock_almanac")[0][0]
    del asked[:]
    ground(stamp)
    assert asked == []


# Starting, stopping, ending ------------------------------------------------------------------------


def test_a_clock_starts_with_its_due_moment_and_its_first_reminder():
    clock = started(name="decide", main=True)
    assert (clock.value, clock.unit, clock.state, clock.main) == (20, "wd", "running", True)
    assert clock.due == at("2025-10-30 17:30")
    assert clock.place == (STREET, COUNTY, CITY, HUNAN)
    assert (clock.next_kind, clock.next_alarm_at) == ("early", at("2025-10-29 09:00"))
    assert not clock.provisional


def test_a_second_clock_of_that_name_cannot_run_beside_the_first():
    clock = started()
    again = values.start_values("permit.decide", SCOPE, at("2025-10-09 10:00"), matter_id=clock.matter_id)
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.write([again])


def test_a_clock_until_a_named_day():
    work = values.start_until(
        date(2025, 10, 5),
        SCOPE,
        at("2025-09-26 10:00"),
        matter_id=next(_matters),
        rule="date:day",
        name="day",
    )
    assert work.due == at("2025-10-05 23:59:59")
    with pytest.raises(BadInput):
        values.start_until(
            date(2025, 9, 26), SCOPE, at("2025-09-26 10:00"), matter_id=1, rule="date:day", name="day"
        )


@pytest.mark.parametrize(("moment", "state"), [("2025-10-30 17:30", "met"), ("2025-10-30 17:31", "missed")])
def test_a_clock_ends_met_or_missed(moment, state):
    clock = started()
    actions.write([values.close_values(clock, at(moment))])
    (ended,) = selectors.clocks_of([clock.matter_id])[clock.matter_id]
    assert (ended.state, ended.next_alarm_at) == (state, None)


def test_a_clock_that_stopped_in_time_is_met_though_it_ends_later():
    clock = started()
    clock = done(clock, values.pause_values(clock, at("2025-10-29 10:00"), "answered"))
    actions.write([values.close_values(clock, at("2025-11-20 10:00"))])
    (ended,) = selectors.clocks_of([clock.matter_id])[clock.matter_id]
    assert ended.state == "met"
    assert ended.paused is None
    assert len(ended.stops) == 1


def test_a_stop_moves_the_due_moment_by_the_working_days_stopped():
    clock = started()
    clock = done(clock, values.pause_values(clock, at("2025-10-09 10:00"), "test", "file-7"))
    assert (clock.state, clock.next_alarm_at) == ("paused", None)
    assert clock.paused == (at("2025-10-09 10:00"), "test", "file-7")
    clock = done(clock, values.resume_values(clock, at("2025-10-14 10:00")))
    # stood still at the close of 9, 10, 11 (make-up Saturday) and 13 October
    assert clock.due == at("2025-11-05 17:30")
    assert ground().calendar().working_between(date(2025, 10, 30), clock.due.date()) == 4
    assert (clock.next_kind, clock.next_alarm_at) == ("early", at("2025-11-04 09:00"))


def test_stopping_needs_a_declared_cause_and_its_evidence():
    clock = started()
    with pytest.raises(BadInput) as caught:
        values.pause_values(clock, at("2025-10-09 10:00"), "tired")
    assert caught.value.where == "cause"
    with pytest.raises(BadInput) as caught:
        values.pause_values(clock, at("2025-10-09 10:00"), "hearing")
    assert caught.value.where == "evidence"
    stopped = done(clock, values.pause_values(clock, at("2025-10-09 10:00"), "hearing", "file-1"))
    with pytest.raises(Conflict):
        values.pause_values(stopped, at("2025-10-09 11:00"), "hearing", "file-1")
    with pytest.raises(Conflict):
        values.resume_values(clock, at("2025-10-09 11:00"))


def test_a_change_worked_out_on_a_stale_row_is_refused():
    clock = started()
    pause = values.pause_values(clock, at("2025-10-09 10:00"), "answered")
    actions.write([pause])
    with pytest.raises(Conflict), transaction.atomic():
        actions.write([pause])


def test_only_named_operations_move_a_due_moment():
    """Nothing here reads or touches a clock when a matter is edited: an hourly comment changes nothing."""
    clock = started()
    for hour in range(1, 40):
        again = at("2025-09-26 10:00") + timedelta(hours=hour)
        work = values.start_values("permit.decide", SCOPE, again, matter_id=clock.matter_id)
        with pytest.raises(IntegrityError), transaction.atomic():  # starting again is not possible either
            actions.write([work])
    assert open_clock(clock.matter_id) == clock


def test_a_line_may_declare_a_cause_but_not_another_of_that_name():
    cause = causes.register(causes.Cause("flood", "Flood", evidence=False))
    assert causes.get("flood") is cause
    with pytest.raises(ValueError, match="flood"):
        causes.register(causes.Cause("flood", "Flood", evidence=True))


# More time ---------------------------------------------------------------------------------------


def test_more_time_is_asked_for_approved_and_waits_to_be_told():
    clock = started()
    clock = done(clock, values.ask_values(clock, at("2025-10-30 17:29"), 10, "wd", "案情复杂", by=7))
    assert clock.asked.value == 10
    assert clock.due == at("2025-10-30 17:30")
    with pytest.raises(Conflict):
        values.ask_values(clock, at("2025-10-30 17:29"), 5, "wd", "再来")
    clock = done(clock, values.extend_values(clock, at("2025-10-31 09:00"), True, by=9))
    assert clock.due == at("2025-11-13 17:30")
    assert clock.asked is None
    (told,) = selectors.extensions_to_tell()
    assert (told.what, told.due, told.matter_id) == ("approved", at("2025-11-13 17:30"), clock.matter_id)
    assert actions.mark_extensions_told([told.id]) == 1
    assert actions.mark_extensions_told([told.id]) == 0
    assert selectors.extensions_to_tell() == []


def test_more_time_refused_leaves_the_due_moment_and_is_told_too():
    clock = started()
    clock = done(clock, values.ask_values(clock, at("2025-10-20 10:00"), 10, "wd", "案情复杂"))
    after = done(clock, values.extend_values(clock, at("2025-10-21 10:00"), False))
    assert after.due == clock.due
    assert after.legs == ()
    assert [row.what for row in selectors.extensions_to_tell()] == ["refused"]
    with pytest.raises(Conflict):
        values.extend_values(after, at("2025-10-21 10:00"), True)


def test_more_time_after_expiry_is_refused_by_the_code_and_by_the_database():
    clock = started()
    with pytest.raises(Conflict):
        values.ask_values(clock, clock.due, 10, "wd", "晚了")
    with pytest.raises(IntegrityError, match="clock_extension_before_expiry"), transaction.atomic():
        run(
            "INSERT INTO clock_extension (clock_id, value, unit, reason, state, asked_at, asked_by,"
            " decided_by, reached, due_before) VALUES (%s, 10, 'wd', 'x', 'asked', %s, 0, 0, %s, %s)",
            (clock.id, clock.due, clock.due, clock.due),
        )
    stopped = done(clock, values.pause_values(clock, at("2025-10-29 10:00"), "answered"))
    assert values.ask_values(stopped, at("2025-12-01 10:00"), 10, "wd", "停着").told["op"] == "ask"


@pytest.mark.parametrize(("value", "reason", "where"), [(0, "x", "value"), (5, " ", "reason")])
def test_asking_needs_a_length_and_a_reason(value, reason, where):
    with pytest.raises(BadInput) as caught:
        values.ask_values(started(), at("2025-10-20 10:00"), value, "wd", reason)
    assert caught.value.where == where


# Saying why ----------------------------------------------------------------------------------------


def test_explained_line_by_line():
    clock = started()
    clock = done(clock, values.pause_values(clock, at("2025-10-09 10:00"), "test", "file-7"))
    clock = done(clock, values.resume_values(clock, at("2025-10-14 10:00")))
    clock = done(clock, values.ask_values(clock, at("2025-10-20 10:00"), 10, "wd", "complex"))
    clock = done(clock, values.extend_values(clock, at("2025-10-21 10:00"), True))
    with translation.override("en"):
        lines = selectors.explain(clock.id)
    assert [line.code for line in lines] == [
        "start", "source", "start_day_not_counted", "limit", "extension", "weekends", "makeup", "holiday",
        "stop", "makeup", "due",
    ]  # fmt: skip
    text = "\n".join(line.text for line in lines)
    assert "20 working days" in text
    assert "not checked yet" in text
    assert "国庆节" in text
    assert "国办发明电〔2024〕12号" in text
    assert "Inspection, test or appraisal; 4 working days not counted. Evidence: file-7" in text
    assert "Extended by 10 working days: complex" in text
    assert lines[-1].day == clock.due.astimezone(ZONE).date()


def test_a_stopped_clock_says_why_it_has_no_due_date(travel):
    clock = started()
    clock = done(clock, values.pause_values(clock, at("2025-10-09 10:00"), "hearing", "file-1"))
    with travel(at("2025-10-20 10:00")), translation.override("en"):
        lines = selectors.explain(clock.id)
    assert lines[-1].code == "paused"
    assert "Hearing" in lines[-1].text
    assert "due" not in [line.code for line in lines]


def test_a_clock_that_is_not_there():
    with pytest.raises(NotFound):
        selectors.explain(0)


@pytest.mark.parametrize(
    ("state", "now", "expected"),
    [
        ("running", "2025-10-28 10:00", Light.NORMAL),
        ("running", "2025-10-29 08:00", Light.NEAR),
        ("running", "2025-10-30 17:30", Light.NEAR),
        ("running", "2025-10-30 17:31", Light.LATE),
        ("paused", "2025-12-30 10:00", Light.PAUSED),
        ("met", "2025-12-30 10:00", Light.DONE),
        ("missed", "2025-12-30 10:00", Light.DONE),
        ("none", "2025-12-30 10:00", Light.NONE),
    ],
)
def test_lights(state, now, expected):
    assert selectors.light(at("2025-10-30 17:30"), state, at(now)) is expected


def test_due_dates_of_one_county_follow_its_own_closures_and_hours():
    actions.set_days(SYSTEM, [actions.DayChange(date(2025, 9, 28), False, "州庆")], division=COUNTY)
    actions.set_hours(SYSTEM, date(2025, 1, 1), [(time(8), time(12)), (time(15), time(18))], "山区", COUNTY)
    here = started("hotline.consult")
    there = started("hotline.consult", scope=Scope(division=4302, province=HUNAN, city=4302))
    assert there.due == at("2025-09-30 17:30")
    assert here.due == at("2025-10-09 18:00")
