"""Timetables one can check by hand."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.logic.limits import ZONE, due
from bihuan.logic.schedule import Activity, After, ScheduleError, schedule, slip, without_actuals
from bihuan.logic.workdays import packaged_calendar

CAL = packaged_calendar()
ONE = timedelta(days=1)
D = date.fromisoformat
UNITS = st.sampled_from(["wd", "d"])


TODAYS = st.dates(date(2025, 1, 10), date(2025, 12, 1))


def one(*activities, anchor="2026-10-31", today="2026-03-02"):
    found = schedule(activities, D(anchor), D(today), CAL)
    return {d.id: d for d in found.activities}, found


def test_one_working_day_from_monday_ends_on_monday():
    rows, _ = one(Activity("a", 1))
    assert (rows["a"].earliest_start, rows["a"].earliest_finish) == (D("2026-03-02"), D("2026-03-02"))
    assert rows["a"].latest_finish == D("2026-10-30")  # the anchor is a Saturday


def test_calendar_days_stand_on_any_day_and_working_days_roll():
    rows, _ = one(
        Activity("notice", 5, "d"),
        Activity("permit", 2, "wd", (After("notice"),)),
        Activity("dry", 2, "d", (After("permit", 1, "wd"),)),
    )
    assert rows["notice"].earliest_finish == D("2026-03-06")
    assert rows["permit"].earliest_start == D("2026-03-09")
    assert rows["permit"].earliest_finish == D("2026-03-10")
    assert rows["dry"].earliest_start == D("2026-03-12")


def test_a_lag_in_working_days_passes_the_holiday_and_its_makeup_day():
    rows, _ = one(
        Activity("a", 1, "wd"),
        Activity("b", 1, "wd", (After("a", 2, "wd"),)),
        today="2026-09-30",
        anchor="2026-12-31",
    )
    # 1-7 October off, 8 and 9 are the lag, 10 is a make-up Saturday
    assert rows["b"].earliest_start == D("2026-10-10")


def test_a_milestone_takes_no_day():
    rows, found = one(
        Activity("sign", 0),
        Activity("work", 3, "wd", (After("sign"),)),
        Activity("open", 0, "wd", (After("work"),)),
    )
    assert rows["sign"].earliest_start == rows["sign"].earliest_finish == D("2026-03-02")
    assert rows["work"].earliest_start == D("2026-03-02")
    assert rows["open"].earliest_start == rows["open"].earliest_finish == D("2026-03-05")
    assert found.binding_chain == ("sign", "work", "open")


def test_what_is_under_way_ends_at_its_length_or_today():
    rows, _ = one(
        Activity("on_time", 10, "wd", actual_start=D("2026-02-27")),
        Activity("overdue", 2, "wd", actual_start=D("2026-01-05")),
        Activity("next", 1, "wd", (After("overdue"),)),
    )
    assert rows["on_time"].earliest_finish == D("2026-03-11")  # 28 February is a make-up Saturday
    assert rows["overdue"].earliest_finish == D("2026-03-02")
    assert rows["next"].earliest_start == D("2026-03-03")


def test_what_is_done_counts_as_done_and_nothing_new_starts_in_the_past():
    rows, _ = one(
        Activity("done", 5, "wd", actual_start=D("2026-01-05"), actual_finish=D("2026-01-20")),
        Activity("guessed", 5, "wd", actual_finish=D("2026-01-12")),
        Activity("next", 1, "wd", (After("done"),)),
    )
    assert rows["done"].earliest_finish == D("2026-01-20")
    assert rows["guessed"].earliest_start == D("2026-01-06")
    assert rows["next"].earliest_start == D("2026-03-02")


def test_actual_dates_do_not_move_latest_dates():
    begun = [
        Activity("a", 5, actual_start=D("2026-01-05")),
        Activity("b", 3, "d", (After("a", 4, "d"),)),
    ]
    rows, _ = one(*begun)
    plain, _ = one(*without_actuals(begun))
    assert rows["a"].latest_start == plain["a"].latest_start


def test_late_by_working_days_and_whose_chain():
    rows, found = one(
        Activity("short", 2),
        Activity("long", 10),
        Activity("end", 1, "wd", (After("short"), After("long"))),
        anchor="2026-03-11",
    )
    assert not found.feasible
    assert found.late_by_wd == 3
    assert rows["long"].slack_wd == rows["end"].slack_wd == -3
    assert rows["short"].slack_wd == 5
    assert [d.id for d in found.activities if d.critical] == ["long", "end"]
    assert found.binding_chain == ("long", "end")


def test_years_without_notice_are_marked_where_they_were_counted():
    activities = [Activity("a", 5), Activity("b", 30, "wd", (After("a"),))]
    rows, _ = one(*activities, anchor="2026-12-31", today="2026-12-01")
    assert not rows["a"].provisional
    assert rows["b"].provisional
    rows, _ = one(*activities, anchor="2027-03-31", today="2026-12-01")
    assert rows["a"].provisional
    rows, _ = one(*activities)
    assert not any(d.provisional for d in rows.values())


@given(TODAYS, st.integers(1, 60))
def test_clock_and_timetable_agree(received, days):
    """A statutory clock leaves its start day out, so a permit starts on the working day after receipt."""
    at_counter = datetime(received.year, received.month, received.day, 10, tzinfo=ZONE)
    moment = due(at_counter, days, "wd", CAL).at
    rows, _ = one(
        Activity("receipt", 1, "d", actual_start=received, actual_finish=received),
        Activity("permit", days, "wd", (After("receipt"),)),
        today=received.isoformat(),
    )
    assert rows["permit"].earliest_finish == moment.date()


def test_what_is_done_cannot_slip():
    done = [Activity("a", 5, actual_finish=D("2026-02-02"))]
    with pytest.raises(ScheduleError, match="already_finished"):
        slip(done, D("2026-10-31"), D("2026-03-02"), CAL, "a", 3)
