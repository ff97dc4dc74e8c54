"""The national calendar and the counting of days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.logic.workdays import Calendar, OutOfRange, Special, packaged_calendar, packaged_notices

CAL = packaged_calendar()
DAYS = st.dates(date(2023, 6, 1), date(2029, 6, 1))


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (1, "2025-09-28"),
        (3, "2025-09-30"),
        (5, "2025-10-10"),
        (7, "2025-10-13"),
        (10, "2025-10-16"),
        (15, "2025-10-23"),
        (20, "2025-10-30"),
        (45, "2025-12-04"),
    ],
)
def test_golden_days_across_national_day(count, expected):
    end = CAL.add_working(date(2025, 9, 26), count)
    assert end.isoformat() == expected
    assert not CAL.provisional(date(2025, 9, 26), end)


@pytest.mark.parametrize(("year", "count"), [(2024, 251), (2025, 248), (2026, 248)])
def test_working_days_of_a_year(year, count):
    assert CAL.working_between(date(year - 1, 12, 31), date(year, 12, 31)) == count


MAKEUP = {
    2024: ["02-04", "02-18", "04-07", "04-28", "05-11", "09-14", "09-29", "10-12"],
    2025: ["01-26", "02-08", "04-27", "09-28", "10-11"],
    2026: ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"],
}
OFF_WEEKDAYS = {
    2024: "01-01 02-12 02-13 02-14 02-15 02-16 04-04 04-05 05-01 05-02 05-03 06-10 09-16 09-17 "
    "10-01 10-02 10-03 10-04 10-07",
    2025: "01-01 01-28 01-29 01-30 01-31 02-03 02-04 04-04 05-01 05-02 05-05 06-02 10-01 10-02 10-03 "
    "10-06 10-07 10-08",
    2026: "01-01 01-02 02-16 02-17 02-18 02-19 02-20 02-23 04-06 05-01 05-04 05-05 06-19 09-25 10-01 "
    "10-02 10-05 10-06 10-07",
}


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_every_day_of_an_announced_year(year):
    """Each day against the notice: weekday, unless it is named as holiday or make-up day."""
    makeup = {date.fromisoformat(f"{year}-{d}") for d in MAKEUP[year]}
    off = {date.fromisoformat(f"{year}-{d}") for d in OFF_WEEKDAYS[year].split()}
    day = date(year, 1, 1)
    while day.year == year:
        expected = day in makeup or (day.weekday() < 5 and day not in off)
        assert CAL.is_working(day) == expected, day
        day += timedelta(days=1)


def test_each_notice_names_its_source():
    for notice in packaged_notices():
        assert str(notice.year) in notice.source
        assert notice.published.year == notice.year - 1
        assert all(day.day.year == notice.year for day in notice.days)


def test_a_year_without_notice_is_provisional_but_counted():
    assert CAL.provisional(date(2027, 1, 4))
    assert CAL.provisional(date(2026, 12, 1), date(2027, 1, 4))
    assert not CAL.provisional(date(2026, 12, 31))
    assert not CAL.is_working(date(2027, 2, 8))  # the third day of the lunar year, by law
    assert not CAL.is_working(date(2027, 10, 1))
    assert CAL.is_working(date(2027, 1, 4))
    assert CAL.add_working(date(2026, 12, 31), 1) == date(2027, 1, 4)


def test_a_notice_replaces_what_was_provisional():
    notice = [Special(date(2027, 1, 4), False, "元旦"), Special(date(2027, 1, 9), True, "元旦")]
    announced = Calendar(notice, {2027: "notice"})
    assert not announced.provisional(date(2027, 1, 4))
    assert not announced.is_working(date(2027, 1, 4))
    assert announced.is_working(date(2027, 1, 9))


def test_local_closure_wins_over_the_national_table():
    local = Calendar(
        [Special(date(2025, 9, 28), True, "国庆节")],
        {2025: "notice"},
        [Special(date(2025, 9, 28), False, "停电")],
    )
    assert not local.is_working(date(2025, 9, 28))
    assert [s.name for s in local.special(date(2025, 9, 1), date(2025, 9, 30))] == ["停电"]


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [("2025-01-31", 1, "2025-02-28"), ("2024-01-31", 1, "2024-02-29"), ("2025-11-30", 3, "2026-02-28")],
)
def test_months_end_on_the_last_day(start, count, end):
    assert CAL.add(date.fromisoformat(start), count, "m").isoformat() == end


@given(DAYS, st.integers(1, 400))
def test_adding_counts_exactly_the_working_days_passed(day, count):
    end = CAL.add_working(day, count)
    assert CAL.is_working(end)
    walked, seen = day, 0
    while seen < count:
        walked += timedelta(days=1)
        seen += CAL.is_working(walked)
    assert walked == end
    assert CAL.working_between(day, end) == count
    assert CAL.working_between(end, day) == -count


@given(DAYS, st.integers(1, 300))
def test_going_back_is_the_inverse_on_working_days(day, count):
    start = CAL.next_working(day)
    assert CAL.add_working(CAL.add_working(start, count), -count) == start
    back = CAL.add_working(day, -count)
    assert CAL.is_working(back)
    assert CAL.working_between(back - timedelta(days=1), day - timedelta(days=1)) == count


@given(DAYS)
def test_next_and_previous_enclose_the_day(day):
    assert CAL.previous_working(day) <= day <= CAL.next_working(day)
    assert CAL.is_working(day) == (CAL.previous_working(day) == CAL.next_working(day))


def test_days_beyond_the_axis_are_refused_by_name():
    with pytest.raises(OutOfRange):
        CAL.add_working(date(2100, 12, 1), 400)
    with pytest.raises(OutOfRange):
        CAL.add(date(2100, 1, 1), 400, "d")
    with pytest.raises(OutOfRange):
        CAL.is_working(date(1912, 1, 1))
