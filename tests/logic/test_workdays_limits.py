"""Limits: what is counted, what is stopped, and why the date is what it is."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bihuan.logic.limits import (
    USUAL_HOURS,
    ZONE,
    Hours,
    Leg,
    Stop,
    add_working_time,
    due,
    due_with_stops,
    is_working_instant,
    next_instant,
    subtract_working_time,
    working_time,
)
from bihuan.logic.workdays import Calendar, Special, packaged_calendar

CAL = packaged_calendar()


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2026, 9, 30)).map(
    lambda m: m.replace(tzinfo=ZONE, microsecond=0)
)


@st.composite
def stops(draw, start, most=3):
    found = []
    for _ in range(draw(st.integers(0, most))):
        begin = start + timedelta(hours=draw(st.integers(0, 900)), minutes=draw(st.integers(0, 59)))
        found.append(Stop(begin, begin + timedelta(minutes=draw(st.integers(0, 20_000)))))
    return found


@pytest.mark.parametrize(
    ("start", "value", "unit", "expected"),
    [
        ("2025-09-26 10:00", 45, "wd", "2025-12-04 17:30"),
        ("2025-09-26 23:59", 1, "wd", "2025-09-28 17:30"),  # a make-up Sunday counts
        ("2025-09-27 10:00", 1, "wd", "2025-09-28 17:30"),  # begun on a rest day
        ("2025-09-26 10:00", 5, "d", "2025-10-09 17:30"),  # 1 October rolls over the holiday
        ("2025-09-26 10:00", 2, "d", "2025-09-28 17:30"),  # a make-up Sunday is no rest day
        ("2025-08-31 10:00", 1, "m", "2025-09-30 17:30"),
        ("2025-09-26 16:30", 2, "wh", "2025-09-28 10:00"),
        ("2025-09-26 11:00", 1, "wh", "2025-09-26 12:00"),
        ("2025-09-26 12:10", 1, "wh", "2025-09-26 14:30"),
        ("2025-10-01 12:00", 3, "wh", "2025-10-09 12:00"),
        ("2025-10-01 23:00", 2, "h", "2025-10-02 01:00"),  # wall hours don't sleep
    ],
)
def test_due(start, value, unit, expected):
    assert due(at(start), value, unit, CAL).at == at(expected)


def test_without_roll_a_period_of_days_ends_on_the_rest_day_at_midnight():
    assert due(at("2025-09-26 10:00"), 5, "d", CAL, roll=False).at == at("2025-10-01 23:59:59")


def test_the_year_after_the_last_notice_is_marked():
    assert due(at("2026-12-20 10:00"), 20, "wd", CAL).provisional
    assert due(at("2026-12-20 10:00"), 20, "d", CAL).provisional
    assert not due(at("2026-12-31 23:00"), 2, "h", CAL).provisional
    assert not due(at("2026-11-20 10:00"), 20, "wd", CAL).provisional


@given(MOMENTS, st.integers(1, 60), st.sampled_from(["wd", "wh"]))
def test_due_is_a_working_instant(start, value, unit):
    end = due(start, value, unit, CAL).at
    assert is_working_instant(end, CAL)
    assert end > start


@given(MOMENTS, st.integers(0, 90), st.sampled_from(["d", "m"]))
def test_a_rolled_period_ends_on_a_working_day(start, value, unit):
    end = due(start, value % 24 if unit == "m" else value, unit, CAL)
    assert is_working_instant(end.at, CAL)


@given(st.data(), MOMENTS, st.integers(1, 60))
def test_stopped_working_days_shift_the_end_by_just_as_many(data, start, value):
    """Brute force: walk day by day, skip those on which the clock stands still at closing time."""
    held = data.draw(stops(start))
    end = due_with_stops(start, value, "wd", held, CAL).at
    day, left = start.date(), value
    while left:
        day += timedelta(days=1)
        close = USUAL_HOURS.close(day)
        left -= CAL.is_working(day) and not any(s.start < close <= s.end for s in held)
    assert end == USUAL_HOURS.close(day)


@given(st.data(), MOMENTS, st.integers(1, 60), st.integers(1, 30))
def test_one_pause_shifts_by_exactly_the_working_days_paused(data, start, value, paused):
    plain = due(start, value, "wd", CAL).at
    begin = start + (plain - start) * data.draw(st.floats(0, 0.99))
    first = CAL.next_working(begin.date())
    stop = Stop(begin, USUAL_HOURS.opening(CAL.add_working(first, paused)))
    shifted = due_with_stops(start, value, "wd", [stop], CAL).at
    counted = [
        day
        for n in range(400)
        if (day := start.date() + timedelta(days=n + 1)) <= shifted.date()
        and CAL.is_working(day)
        and stop.start < USUAL_HOURS.close(day) <= stop.end
    ]
    assert CAL.working_between(plain.date(), shifted.date()) == len(counted)


@given(st.data(), MOMENTS, st.integers(1, 60))
def test_stopped_working_hours_shift_the_end_by_just_as_much(data, start, value):
    held = data.draw(stops(start, most=1))
    plain = due(start, value, "wh", CAL).at
    shifted = due_with_stops(start, value, "wh", held, CAL).at
    stopped = sum(
        (working_time(max(s.start, start), min(s.end, shifted), CAL) for s in held if s.start < shifted),
        timedelta(),
    )
    assert working_time(start, shifted, CAL) == timedelta(hours=value) + stopped
    assert working_time(plain, shifted, CAL) == stopped


@given(st.data(), MOMENTS, st.integers(1, 200))
def test_stopped_wall_hours_shift_the_end_by_just_as_much(data, start, value):
    held = data.draw(stops(start, most=1))
    shifted = due_with_stops(start, value, "h", held, CAL).at
    stopped = sum((max(min(s.end, shifted) - max(s.start, start), timedelta()) for s in held), timedelta())
    assert shifted - start == timedelta(hours=value) + stopped


@given(st.data(), MOMENTS, st.integers(1, 40), st.sampled_from(["h", "wh", "d", "wd", "m"]))
def test_cutting_a_stop_in_two_or_telling_it_twice_changes_nothing(data, start, value, unit):
    value = min(value, 6) if unit == "m" else value
    held = data.draw(stops(start))
    halves = [
        half
        for s in held
        for half in (
            Stop(s.start, s.start + (s.end - s.start) / 2),
            Stop(s.start + (s.end - s.start) / 2, s.end),
        )
    ]
    once = due_with_stops(start, value, unit, held, CAL).at
    assert due_with_stops(start, value, unit, halves, CAL).at == once
    assert due_with_stops(start, value, unit, [*held, *halves], CAL).at == once


@given(st.data(), MOMENTS, st.integers(1, 40), st.sampled_from(["h", "wh", "d", "wd", "m"]))
def test_a_stop_never_makes_a_limit_shorter(data, start, value, unit):
    value = min(value, 6) if unit == "m" else value
    held = data.draw(stops(start))
    dues = [due_with_stops(start, value, unit, held[:n], CAL).at for n in range(len(held) + 1)]
    assert all(a <= b for a, b in pairwise(dues))


@given(MOMENTS, st.integers(1, 30), st.integers(1, 30))
def test_an_extension_goes_on_where_the_limit_ended(start, value, more):
    extended = due_with_stops(start, value, "wd", (), CAL, extensions=[Leg(more, "wd")]).at
    assert extended == due(start, value + more, "wd", CAL).at


def test_a_period_of_days_rolls_once_after_its_extension():
    both = due_with_stops(at("2025-09-26 10:00"), 5, "d", (), CAL, extensions=[Leg(10, "d")]).at
    assert both == at("2025-10-11 17:30")  # a make-up Saturday


@given(MOMENTS)
@example(at("2025-10-01 00:00"))
def test_next_instant_is_the_first_in_working_time(moment):
    found = next_instant(moment, CAL)
    assert is_working_instant(found, CAL)
    assert working_time(moment, found, CAL) == timedelta()
    assert next_instant(found, CAL) == found


@given(MOMENTS, st.integers(0, 6000))
def test_adding_working_time_is_the_inverse_of_measuring_it(moment, minutes):
    end = add_working_time(moment, timedelta(minutes=minutes), CAL)
    assert working_time(moment, end, CAL) == timedelta(minutes=minutes)


@given(MOMENTS, st.integers(0, 6000))
def test_subtracting_working_time_is_the_inverse_too(moment, minutes):
    start = subtract_working_time(moment, timedelta(minutes=minutes), CAL)
    assert start <= moment
    assert is_working_instant(start, CAL)
    assert working_time(start, moment, CAL) == timedelta(minutes=minutes)


def test_hours_change_with_the_season():
    summer = ((time(8), time(12)), (time(15), time(18)))
    hours = Hours(((date(2025, 1, 1), USUAL_HOURS.rows[0][1]), (date(2025, 6, 1), summer)))
    assert due(at("2025-06-02 10:00"), 1, "wd", CAL, hours).at == at("2025-06-03 18:00")
    assert due(at("2025-05-26 10:00"), 1, "wd", CAL, hours).at == at("2025-05-27 17:30")
    assert due(at("2025-05-30 17:00"), 1, "wh", CAL, hours).at == at("2025-06-03 08:30")


def codes(found):
    return [step.code for step in found.steps]


def test_explanation_names_every_holiday_makeup_day_and_stop():
    stop = Stop(at("2025-10-13 09:00"), at("2025-10-15 09:00"), "检测", "检测委托书")
    found = due_with_stops(at("2025-09-26 10:00"), 10, "wd", [stop], CAL, extensions=[Leg(5, "wd", "复杂")])
    assert found.at == at("2025-10-27 17:30")
    assert codes(found) == [
        "start",
        "start_day_not_counted",
        "limit",
        "extension",
        "weekends",
        "makeup",
        "holiday",
        "makeup",
        "stop",
        "due",
    ]
    holiday = found.steps[6].params
    assert (holiday["day"], holiday["until"]) == (date(2025, 10, 1), date(2025, 10, 8))
    assert holiday["name"] == "国庆节、中秋节"
    assert "2025" in holiday["source"]
    stopped = found.steps[8].params
    assert (stopped["cause"], stopped["evidence"], stopped["days"]) == ("检测", "检测委托书", 2)


@given(st.data(), MOMENTS, st.integers(1, 60))
def test_explanation_adds_up(data, start, value):
    """Days passed = days counted + weekends + holidays on weekdays or weekends + stopped days."""
    held = data.draw(stops(start, most=1))
    found = due_with_stops(start, value, "wd", held, CAL)
    passed = (found.at.date() - start.date()).days
    by_code = dict.fromkeys(("weekends", "holiday", "stop"), 0)
    for step in found.steps:
        if step.code in by_code:
            by_code[step.code] += step.params["days"]
    assert passed == value + sum(by_code.values())


def test_rolling_and_unannounced_years_are_said():
    found = due(at("2026-12-02 10:00"), 30, "d", CAL)
    assert found.at == at("2027-01-04 17:30")
    assert codes(found)[-3:] == ["rolled", "provisional", "due"]
    assert found.steps[-2].params == {"years": [2027]}


def test_a_changed_holiday_moves_the_date():
    """The same limit under another notice: nothing of the old table sticks."""
    start = at("2025-09-26 10:00")
    other = Calendar([Special(date(2025, 9, 29), False, "台风")], {2025: "notice"})
    assert due(start, 1, "wd", other).at == at("2025-09-30 17:30")
    assert due(start, 1, "wd", CAL).at == at("2025-09-28 17:30")
