"""Days, weeks, months and quarters, and the periods they are compared with; pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

PeriodKind = Literal["day", "week", "month", "quarter"]
_QUARTERS = "一二三四"
_MONTHS = {"week": 0, "month": 1, "quarter": 3}


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both in it."""

    kind: PeriodKind
    since: date
    until: date

    @property
    def name(self) -> str:
        """Return what a paper calls it; a paper is Chinese whoever reads it."""
        if self.kind == "month":
            return f"{self.since.year}年{self.since.month}月"
        if self.kind == "quarter":
            return f"{self.since.year}年第{_QUARTERS[(self.since.month - 1) // 3]}季度"
        first, last = self.since, self.until
        if first == last:
            return f"{first.year}年{first.month}月{first.day}日"
        end = f"{last.year}年{last.month}月" if last.year != first.year else f"{last.month}月"
        return f"{first.year}年{first.month}月{first.day}日至{end}{last.day}日"


def containing(kind: PeriodKind, day: date) -> Period:
    """Return the period of a kind that holds a day; weeks begin on Monday."""
    if kind == "day":
        return Period(kind, day, day)
    if kind == "week":
        first = day - timedelta(days=day.weekday())
        return Period(kind, first, first + timedelta(days=6))
    months = _MONTHS[kind]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return Period(kind, first, add_months(first, months) - timedelta(days=1))


def add_months(first: date, months: int) -> date:
    """Return the first of the month so many months away from a first of a month."""
    place = first.year * 12 + first.month - 1 + months
    return date(place // 12, place % 12 + 1, 1)


def previous(period: Period) -> Period:
    """Return the period before."""
    return containing(period.kind, period.since - timedelta(days=1))


def a_year_before(period: Period) -> Period:
    """Return the same period of last year; of a day or week the one 52 weeks before, with the same weekdays."""
    if period.kind in ("day", "week"):
        return containing(period.kind, period.since - timedelta(weeks=52))
    return containing(period.kind, add_months(period.since, -12))


def parts(period: Period) -> list[Period]:
    """Return what the period is made of: days of a week, weeks of a month cut at its ends, months of a quarter."""
    if period.kind == "quarter":
        return [containing("month", add_months(period.since, n)) for n in range(3)]
    step = 1 if period.kind == "week" else 7
    first = period.since
    # A month's first Monday ends its first, shorter part.
    begins = [first]
    day = first + timedelta(days=1)
    while day <= period.until:
        if step == 1 or day.weekday() == 0:
            begins.append(day)
        day += timedelta(days=1)
    ends = [*begins[1:], period.until + timedelta(days=1)]
    return [Period("week", a, b - timedelta(days=1)) for a, b in pairwise([*begins, ends[-1]])]
