"""The network of a timetable: the forward rule, its inverse, and the two passes.

Start and finish both lie inside an activity. A successor starts on the first day after the finish
and the lag; the lag moves on in its own unit, then an activity in working days rolls on to a
working day. An activity without length is a milestone: its successors may start on its own day.
What has not started can't start before ``today``.

Latest dates are the exact adjoint of that rule: the latest days from which it still keeps every
successor's latest start and the anchor. They ask only what the anchor demands, so actual dates
don't move them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from graphlib import CycleError, TopologicalSorter
from typing import Any, Literal

from bihuan.logic.workdays import Calendar, OutOfRange

DayUnit = Literal["wd", "d"]


class ScheduleError(ValueError):
    """A plan that can't be read: ``code`` says why, ``where`` names the place, ``params`` the values."""

    def __init__(self, code: str, where: str = "", **params: Any) -> None:
        super().__init__(f"{code} at {where}" if where else code)
        self.code, self.where, self.params = code, where, params


@dataclass(frozen=True, slots=True)
class After:
    """A predecessor and the days to wait after it."""

    id: str
    lag: int = 0
    unit: DayUnit = "wd"


@dataclass(frozen=True, slots=True)
class Activity:
    """One node: how long, after what, and what really happened."""

    id: str
    duration: int
    unit: DayUnit = "wd"
    after: tuple[After, ...] = ()
    actual_start: date | None = None
    actual_finish: date | None = None


@dataclass(slots=True)
class Network:
    """Activities in an order in which predecessors come first, and the axis they stand on."""

    activities: Sequence[Activity]
    calendar: Calendar
    today: int
    order: list[Activity] = field(init=False)
    start: dict[str, int] = field(default_factory=dict)
    finish: dict[str, int] = field(default_factory=dict)
    latest_start: dict[str, int] = field(default_factory=dict)
    latest_finish: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.order = in_order(self.activities)

    # One step of the forward rule -------------------------------------------------------------

    def roll(self, day: int, unit: DayUnit) -> int:
        """Move on to the first day an activity of this unit may stand on."""
        before = self.calendar.before
        return day if unit == "d" else self.calendar.working_number(before[self._on(day)])

    def released(self, previous: Activity, finish: int, link: After) -> int:
        """Return the first day after ``finish`` and the lag, before any rolling."""
        if link.unit == "wd" and link.lag:
            number = self.calendar.before[self._on(finish) + 1] + link.lag - 1
            finish = self.calendar.working_number(number)
        else:
            finish += link.lag
        return self._on(finish + (previous.duration > 0))

    def lasts(self, start: int, activity: Activity) -> int:
        """Return the finish of an activity that begins on ``start``."""
        if activity.duration == 0:
            return start
        if activity.unit == "d":
            return self._on(start + activity.duration - 1)
        return self.calendar.working_number(self.calendar.before[start] + activity.duration - 1)

    # Its inverse --------------------------------------------------------------------------------

    def allows(self, previous: Activity, start: int, link: After) -> int:
        """Return the last finish of ``previous`` that still releases a successor by ``start``."""
        last = start - (previous.duration > 0)
        if link.unit == "d" or not link.lag:
            return self._on(last - link.lag)
        return self.calendar.working_number(self.calendar.before[self._on(last) + 1] - link.lag) - 1

    def latest(self, bound: int, activity: Activity) -> tuple[int, int]:
        """Return the latest start and finish of an activity that must be done by ``bound``."""
        if activity.unit == "d":
            return self._on(bound - max(activity.duration - 1, 0)), bound
        done = self.calendar.before[self._on(bound) + 1]
        finish = self.calendar.working_number(done - 1)
        return self.calendar.working_number(done - max(activity.duration, 1)), finish

    def _on(self, day: int) -> int:
        if not 0 <= day < len(self.calendar.before) - 1:
            raise OutOfRange(str(day))
        return day

    # The two passes -----------------------------------------------------------------------------

    def forward(self, slip: Mapping[str, int] | None = None) -> None:
        """Fill the earliest dates; ``slip`` holds nodes back by days in their own unit."""
        known = {a.id: a for a in self.activities}
        for activity in self.order:
            start, finish = self._earliest(activity, known)
            extra = (slip or {}).get(activity.id, 0)
            if extra and activity.actual_start is None:
                start = self._on_by(start, extra, activity.unit)
                finish = self.lasts(start, activity)
            elif extra:
                finish = self._on_by(finish, extra, activity.unit)
            self.start[activity.id], self.finish[activity.id] = start, finish

    def _on_by(self, day: int, count: int, unit: DayUnit) -> int:
        return self.calendar.index(self.calendar.add(self.calendar.day(day), count, unit))

    def _earliest(self, activity: Activity, known: Mapping[str, Activity]) -> tuple[int, int]:
        began, ended = activity.actual_start, activity.actual_finish
        if ended is not None:
            finish = self.calendar.index(ended)
            if began is not None:
                return self.calendar.index(began), finish
            return min(self.latest(finish, activity)[0], finish), finish
        if began is not None:
            start = self.calendar.index(began)
            finish = self.lasts(start, activity)
            return start, (max(finish, self.today) if activity.duration else finish)
        released = [self.released(known[link.id], self.finish[link.id], link) for link in activity.after]
        start = self.roll(max([self.today, *released]), activity.unit)
        return start, self.lasts(start, activity)

    def backward(self, anchor: int) -> None:
        """Fill the latest dates: nothing may finish after ``anchor``."""
        known = {a.id: a for a in self.activities}
        bound = dict.fromkeys(known, anchor)
        for activity in reversed(self.order):
            start, finish = self.latest(bound[activity.id], activity)
            self.latest_start[activity.id], self.latest_finish[activity.id] = start, finish
            for link in activity.after:
                bound[link.id] = min(bound[link.id], self.allows(known[link.id], start, link))

    # What it says -------------------------------------------------------------------------------

    def chain(self) -> tuple[str, ...]:
        """Walk back from the last finish along the predecessor that releases latest."""
        if not self.order:
            return ()
        known = {a.id: a for a in self.activities}
        followed = {link.id for a in self.activities for link in a.after}
        node = max(self.activities, key=lambda a: (self.finish[a.id], a.id not in followed))
        found = [node.id]
        while node.after:
            link = max(node.after, key=lambda k: self.released(known[k.id], self.finish[k.id], k))
            node = known[link.id]
            found.append(node.id)
        return tuple(reversed(found))

    def provisional(self, activity: Activity, anchor: int) -> bool:
        """Say whether the dates were counted over a year that is not announced."""
        day, key = self.calendar.day, activity.id
        since = self.start[key] if activity.actual_start else self.today
        forward = activity.actual_finish is None and self._unsure(since, self.finish[key])
        return forward or self.calendar.provisional(day(self.latest_start[key]), day(anchor))

    def _unsure(self, first: int, last: int) -> bool:
        return self.calendar.provisional(self.calendar.day(first), self.calendar.day(last))


def in_order(activities: Sequence[Activity]) -> list[Activity]:
    """Return the activities, predecessors first; refuse duplicates, strangers and cycles."""
    known: dict[str, Activity] = {}
    for i, activity in enumerate(activities):
        if activity.id in known:
            raise ScheduleError("duplicate_id", f"activities[{i}].id", id=activity.id)
        known[activity.id] = activity
    for i, activity in enumerate(activities):
        for j, link in enumerate(activity.after):
            if link.id not in known:
                raise ScheduleError("unknown_id", f"activities[{i}].after[{j}].id", id=link.id)
    try:
        sorter = TopologicalSorter({a.id: [link.id for link in a.after] for a in activities})
        return [known[key] for key in sorter.static_order()]
    except CycleError as error:
        cycle = list(error.args[1])
        raise ScheduleError("cycle", "activities", ids=cycle) from None
