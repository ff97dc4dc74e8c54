"""When a limit runs out, and why then.

The day a limit starts is not counted; a period of days ends when business closes on its last day,
and one that would end on a rest day ends on the next working day (Civil Code, articles 201 and 203).
Days and months are counted whole: a day is *stopped* when the clock stands still at its close of
business, and a stopped day is not counted. Hours are counted to the second.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any, Literal
from zoneinfo import ZoneInfo

from bihuan.logic.workdays import Calendar, Special

#: ``h`` wall hours, ``wh`` working hours, ``d`` calendar days, ``wd`` working days, ``m`` months.
Unit = Literal["h", "wh", "d", "wd", "m", "s"]
UNITS: tuple[Unit, ...] = ("h", "wh", "d", "wd", "m")
ZONE = ZoneInfo("Asia/Shanghai")
_DAY = timedelta(days=1)
_NONE = timedelta()

Span = tuple[time, time]


@dataclass(frozen=True)
class Hours:
    """Working hours as dated rows: from each day on, the spans in which people work."""

    rows: tuple[tuple[date, tuple[Span, ...]], ...]

    def on(self, day: date) -> tuple[Span, ...]:
        """Return the spans in force on ``day``, earliest first; before the first row, that row's."""
        spans = self.rows[0][1]
        for since, later in self.rows:
            if since > day:
                break
            spans = later
        return spans

    def opening(self, day: date) -> datetime:
        """Return when business opens on ``day``, were it a working day."""
        return datetime.combine(day, self.on(day)[0][0], ZONE)

    def close(self, day: date) -> datetime:
        """Return when business closes on ``day``, were it a working day."""
        return datetime.combine(day, self.on(day)[-1][1], ZONE)

    def spans(self, day: date) -> list[tuple[datetime, datetime]]:
        """Return the spans of ``day`` as moments."""
        return [(datetime.combine(day, a, ZONE), datetime.combine(day, b, ZONE)) for a, b in self.on(day)]


#: What holds where nobody has set working hours.
USUAL_HOURS = Hours(((date.min, ((time(9), time(12)), (time(13, 30), time(17, 30)))),))


@dataclass(frozen=True, slots=True)
class Stop:
    """The clock stood still from ``start`` until ``end`` because of ``cause``."""

    start: datetime
    end: datetime
    cause: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Leg:
    """A stretch of the limit: its own value first, then one for each extension."""

    value: int
    unit: Unit
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of an explanation: what happened, as code and values, to be worded above."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Due:
    """The moment a limit runs out, in Beijing time.

    ``provisional`` says that it was counted over a year not yet announced.
    """

    at: datetime
    provisional: bool
    start: datetime
    legs: tuple[Leg, ...]
    stops: tuple[Stop, ...]
    calendar: Calendar = field(repr=False, compare=False)
    hours: Hours = field(repr=False, compare=False)
    rolled_from: date | None = None

    @property
    def steps(self) -> list[Step]:
        """Explain the date line by line, in the order of days."""
        return _explain(self)


def due(
    start: datetime, value: int, unit: Unit, calendar: Calendar, hours: Hours = USUAL_HOURS, roll: bool = True
) -> Due:
    """Return when a limit of ``value`` ``unit`` that starts at ``start`` runs out.

    ``roll`` moves the end of a period in days or months off a rest day.
    """
    return due_with_stops(start, value, unit, (), calendar, hours, roll)


def due_with_stops(
    start: datetime,
    value: int,
    unit: Unit,
    stops: Iterable[Stop],
    calendar: Calendar,
    hours: Hours = USUAL_HOURS,
    roll: bool = True,
    extensions: Sequence[Leg] = (),
) -> Due:
    """Return when the limit runs out if the clock stood still during ``stops`` and was extended.

    Stops may overlap; each stretch of time is taken off once.
    """
    if start.tzinfo is None:
        raise ValueError("a limit starts at a timezone-aware moment")
    begin = start.astimezone(ZONE)
    given = tuple(stops)
    counting = _Counting(calendar, hours, _merged(given))
    legs = (Leg(value, unit), *extensions)
    at = begin
    for leg in legs:
        at = counting.leg(at, leg)
    rolled_from = None
    if roll and legs[-1].unit in ("d", "m"):
        day = counting.roll(at.date())
        if day != at.date():
            rolled_from, at = at.date(), counting.end_of(day)
    counted = any(leg.unit in ("wd", "wh") for leg in legs)
    wall = all(leg.unit in ("h", "s") for leg in legs)
    first = begin.date() if counted else rolled_from or at.date()
    provisional = not wall and calendar.provisional(first, at.date())
    return Due(at, provisional, begin, legs, given, calendar, hours, rolled_from)


def working_time(start: datetime, end: datetime, calendar: Calendar, hours: Hours = USUAL_HOURS) -> timedelta:
    """Return how much working time lies between two moments (0 when ``end`` is not later)."""
    start, end = start.astimezone(ZONE), end.astimezone(ZONE)
    total, day = _NONE, start.date()
    while day <= end.date():
        if calendar.is_working(day):
            for opened, closed in hours.spans(day):
                total += max(min(end, closed) - max(start, opened), _NONE)
        day += _DAY
    return total


def add_working_time(
    start: datetime, amount: timedelta, calendar: Calendar, hours: Hours = USUAL_HOURS
) -> datetime:
    """Return the first moment by which ``amount`` of working time has passed since ``start``."""
    start = start.astimezone(ZONE)
    left, day = amount, calendar.next_working(start.date())
    while True:
        for opened, closed in hours.spans(day):
            begin = max(start, opened)
            if closed - begin >= left:
                return begin + left
            left -= max(closed - begin, _NONE)
        day = calendar.add_working(day, 1)


def subtract_working_time(
    end: datetime, amount: timedelta, calendar: Calendar, hours: Hours = USUAL_HOURS
) -> datetime:
    """Return the last moment from which ``amount`` of working time passes until ``end``."""
    end = end.astimezone(ZONE)
    left, day = amount, calendar.previous_working(end.date())
    while True:
        for opened, closed in reversed(hours.spans(day)):
            last = min(end, closed)
            if last - opened >= left:
                return last - left
            left -= max(last - opened, _NONE)
        day = calendar.add_working(day, -1)


def next_instant(moment: datetime, calendar: Calendar, hours: Hours = USUAL_HOURS) -> datetime:
    """Return ``moment`` itself if people are at work then, else when they next are."""
    return add_working_time(moment, _NONE, calendar, hours)


def is_working_instant(moment: datetime, calendar: Calendar, hours: Hours = USUAL_HOURS) -> bool:
    """Say whether people are at work at ``moment``; opening and closing count as work."""
    local = moment.astimezone(ZONE)
    return calendar.is_working(local.date()) and any(a <= local <= b for a, b in hours.spans(local.date()))


# How it is counted -----------------------------------------------------------------------------


def _merged(stops: Iterable[Stop]) -> list[tuple[datetime, datetime]]:
    """Return the stretches in which the clock stands still, without overlaps, earliest first."""
    merged: list[tuple[datetime, datetime]] = []
    for start, end in sorted((s.start.astimezone(ZONE), s.end.astimezone(ZONE)) for s in stops):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        elif end > start:
            merged.append((start, end))
    return merged


class _Counting:
    """Walks one limit over a calendar, leaving out what was stopped."""

    def __init__(self, calendar: Calendar, hours: Hours, held: list[tuple[datetime, datetime]]) -> None:
        self.calendar, self.hours, self.held = calendar, hours, held
        self.held_days = [days for stretch in held if (days := self._days(*stretch))]

    def _days(self, start: datetime, end: datetime) -> tuple[date, date] | None:
        """Return the first and last day whose close of business lies in the stop."""
        first, last = start.date(), end.date()
        if self.hours.close(first) <= start:
            first += _DAY
        if self.hours.close(last) > end:
            last -= _DAY
        return (first, last) if first <= last else None

    def leg(self, at: datetime, leg: Leg) -> datetime:
        """Return where a stretch of the limit that begins at ``at`` ends."""
        if leg.unit == "s":
            return self._hours(at, timedelta(seconds=leg.value), working=False)
        if leg.unit in ("h", "wh"):
            return self._hours(at, timedelta(hours=leg.value), working=leg.unit == "wh")
        day, value = at.date(), leg.value
        if leg.unit == "m":
            whole = self.calendar.add(day, value, "m")
            return self.end_of(self._reach(day, lambda lost: self.calendar.add(whole, lost, "d"), "d"))
        unit = leg.unit
        return self.end_of(self._reach(day, lambda lost: self.calendar.add(day, value + lost, unit), unit))

    def _reach(self, day: date, reach: Callable[[int], date], unit: str) -> date:
        """Move the end on until it leaves out exactly the days stopped on the way."""
        lost = 0
        while True:
            end = reach(lost)
            stopped = self._lost(day, end, unit)
            if stopped == lost:
                return end
            lost = stopped

    def _lost(self, day: date, end: date, unit: str) -> int:
        total = 0
        for begin, finish in self.held_days:
            first, last = max(begin - _DAY, day), min(finish, end)
            if last > first:
                total += self.calendar.working_between(first, last) if unit == "wd" else (last - first).days
        return total

    def _hours(self, at: datetime, amount: timedelta, *, working: bool) -> datetime:
        lost = _NONE
        while True:
            end = (
                add_working_time(at, amount + lost, self.calendar, self.hours)
                if working
                else at + amount + lost
            )
            stopped = _NONE
            for begin, finish in self.held:
                first, last = max(begin, at), min(finish, end)
                if last > first:
                    stopped += self._between(first, last) if working else last - first
            if stopped == lost:
                return end
            lost = stopped

    def _between(self, first: datetime, last: datetime) -> timedelta:
        return working_time(first, last, self.calendar, self.hours)

    def roll(self, day: date) -> date:
        """Move a last day on to a working day on which the clock runs."""
        while True:
            day = self.calendar.next_working(day)
            stopped = next((last for first, last in self.held_days if first <= day <= last), None)
            if stopped is None:
                return day
            day = stopped + _DAY

    def end_of(self, day: date) -> datetime:
        """Close of business; a rest day that keeps its date ends at midnight (Civil Code 203)."""
        if self.calendar.is_working(day):
            return self.hours.close(day)
        return datetime.combine(day, time(23, 59, 59), ZONE)


# Why it is so ----------------------------------------------------------------------------------


def _explain(due: Due) -> list[Step]:
    first, last = due.start.date(), due.at.date()
    steps = [Step("start", {"at": due.start})]
    if due.legs[0].unit in ("d", "wd", "m"):
        steps.append(Step("start_day_not_counted", {"day": first}))
    steps += [_leg_step(leg, extension=i > 0) for i, leg in enumerate(due.legs)]
    steps += sorted(_on_the_way(due, first, last), key=lambda step: step.params["day"])
    if due.rolled_from:
        steps.append(Step("rolled", {"day": due.rolled_from, "to": last}))
    if due.provisional:
        years = [y for y in range(first.year, last.year + 1) if due.calendar.provisional(date(y, 1, 1))]
        steps.append(Step("provisional", {"years": years}))
    steps.append(Step("due", {"at": due.at}))
    return steps


def _leg_step(leg: Leg, *, extension: bool) -> Step:
    params: dict[str, Any] = {"value": leg.value, "unit": leg.unit}
    if not extension:
        return Step("limit", params)
    return Step("extension", {**params, "reason": leg.reason})


def _on_the_way(due: Due, first: date, last: date) -> list[Step]:
    steps = [_stop_step(due, stop) for stop in due.stops]
    if not any(leg.unit in ("wd", "wh") for leg in due.legs):
        return steps
    after = first if due.legs[0].unit == "wh" else first + _DAY
    specials = due.calendar.special(after, last)
    for _, group in groupby(specials, key=lambda s: (s.working, s.name, s.source)):
        steps += map(_special_step, _runs(list(group)))
    weekends = _weekends(due.calendar, after, last)
    if weekends:
        steps.append(Step("weekends", {"day": first, "days": weekends}))
    return steps


def _runs(days: list[Special]) -> list[list[Special]]:
    """Cut a list of like days where the dates stop following one another."""
    runs: list[list[Special]] = []
    for special in days:
        if runs and special.day - runs[-1][-1].day == _DAY:
            runs[-1].append(special)
        else:
            runs.append([special])
    return runs


def _special_step(run: list[Special]) -> Step:
    code = "makeup" if run[0].working else "holiday"
    names = {"name": run[0].name, "source": run[0].source}
    return Step(code, {"day": run[0].day, "until": run[-1].day, "days": len(run), **names})


def _weekends(calendar: Calendar, first: date, last: date) -> int:
    """Count plain Saturdays and Sundays that nobody works, holidays not among them."""
    named = {special.day for special in calendar.special(first, last)}
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return sum(day.weekday() > 4 and day not in named for day in days)


def _stop_step(due: Due, stop: Stop) -> Step:
    counting = _Counting(due.calendar, due.hours, _merged([stop]))
    params: dict[str, Any] = {"cause": stop.cause, "evidence": stop.evidence}
    begin, end = stop.start.astimezone(ZONE), stop.end.astimezone(ZONE)
    unit = due.legs[0].unit
    if unit in ("h", "wh", "s"):
        clipped = max(begin, due.start), min(end, due.at)
        taken = working_time(*clipped, due.calendar, due.hours) if unit == "wh" else clipped[1] - clipped[0]
        params["time"] = max(taken, _NONE)
    else:
        params["days"] = counting._lost(due.start.date(), due.at.date(), unit)
    return Step("stop", {"day": begin.date(), "from": begin, "until": end, "unit": unit, **params})
