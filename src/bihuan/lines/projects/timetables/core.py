"""What a timetable says: its nodes as a network, the binding chain, whose days they are. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from bihuan.logic.days import Day, Precision
from bihuan.logic.schedule import Activity, After, Dates, DayUnit, Plan, Slip, schedule, slip
from bihuan.logic.schedule_network import in_order
from bihuan.logic.workdays import Calendar

_ONE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class StopRow:
    """A span in which a node's clock stood; ``until`` None = it still stands. Both days inside."""

    since: date
    until: date | None
    cause: str
    evidence: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class NodeRow:
    """A node as recorded. ``after`` holds (key, lag, unit)."""

    key: str
    title: str
    phase: str
    side: str
    duration: int
    unit: DayUnit
    after: tuple[tuple[str, int, DayUnit], ...] = ()
    id: int = 0
    place: int = 0
    title_en: str = ""
    unit_id: int = 0
    statutory: bool = False
    fact: str = ""
    planned_start: date | None = None
    planned_finish: date | None = None
    actual_start: Day | None = None
    actual_finish: Day | None = None
    inferred: bool = False
    late_cause: str = ""
    late_side: str = ""
    late_standing: str = ""
    late_by_user: int = 0
    late_by_unit: int = 0
    stops: tuple[StopRow, ...] = ()

    @property
    def milestone(self) -> bool:
        """Whether it has no length."""
        return self.duration == 0

    @property
    def stopped(self) -> StopRow | None:
        """Return the stop that still lasts."""
        return next((stop for stop in self.stops if stop.until is None), None)


@dataclass(frozen=True, slots=True)
class Delay:
    """By how many working days a node of the binding chain adds to the lateness (negative: wins back).

    ``stopped_wd`` of them its clock stood still for a stated cause.
    """

    key: str
    side: str
    by_wd: int
    stopped_wd: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A timetable seen from ``today``: the plan, who makes it late, and whose days are still to come.

    ``ahead`` counts the working days each side still needs along the binding chain, ``late`` those
    by which it is behind there.
    """

    today: date
    anchor: date
    plan: Plan
    nodes: tuple[NodeRow, ...]
    delays: tuple[Delay, ...]
    ahead: Mapping[str, int]
    late: Mapping[str, int]

    @property
    def dates(self) -> dict[str, Dates]:
        """Map node keys to their days."""
        return {found.id: found for found in self.plan.activities}

    @property
    def worst(self) -> Delay | None:
        """Return the node of the chain that adds most to the lateness."""
        adding = [delay for delay in self.delays if delay.by_wd > 0]
        return max(adding, key=lambda delay: delay.by_wd, default=None)


def effective(day: Day, calendar: Calendar) -> date:
    """Return the day a statement means: a month or a year means its last working day."""
    return day.first if day.precision is Precision.DAY else calendar.previous_working(day.last)


def happened(day: Day, calendar: Calendar, today: date) -> date:
    """Return the day something happened; a month that still runs can't mean a day to come."""
    return day.first if day.precision is Precision.DAY else min(effective(day, calendar), today)


def activities(nodes: Iterable[NodeRow], calendar: Calendar, today: date) -> list[Activity]:
    """Return the network. A node that has begun lasts longer by the days its clock stood still."""
    return [_activity(node, calendar, today) for node in nodes]


def _activity(node: NodeRow, calendar: Calendar, today: date) -> Activity:
    began = node.actual_start and happened(node.actual_start, calendar, today)
    ended = node.actual_finish and happened(node.actual_finish, calendar, today)
    if began and ended:
        began = min(began, ended)
    duration = node.duration
    if began and not ended and duration:
        duration += stopped_days(node.stops, calendar, began, today, node.unit)
    links = tuple(After(key, lag, unit) for key, lag, unit in node.after)
    return Activity(node.key, duration, node.unit, links, began or None, ended or None)


def stopped_days(
    stops: Iterable[StopRow], calendar: Calendar, first: date, last: date, unit: str = "wd"
) -> int:
    """Count the days from ``first`` to ``last`` on which the clock stood."""
    total = 0
    for stop in stops:
        begin, end = max(stop.since, first), min(stop.until or last, last)
        if end >= begin:
            total += calendar.working_between(begin - _ONE, end) if unit == "wd" else (end - begin).days + 1
    return total


def read(nodes: Sequence[NodeRow], anchor: date, today: date, calendar: Calendar) -> Reading:
    """Compute a timetable. :class:`bihuan.logic.schedule.ScheduleError` when it can't be drawn."""
    plan = schedule(activities(nodes, calendar, today), anchor, today, calendar)
    by_key = {node.key: node for node in nodes}
    dates = {found.id: found for found in plan.activities}
    chain = [by_key[key] for key in plan.binding_chain]
    delays = tuple(_delays(chain, dates, calendar, today))
    ahead: dict[str, int] = {}
    for node in chain:
        left = _left(node, dates[node.key], calendar, today)
        if left:
            ahead[node.side] = ahead.get(node.side, 0) + left
    late: dict[str, int] = {}
    for delay in delays:
        if delay.by_wd > delay.stopped_wd:
            late[delay.side] = late.get(delay.side, 0) + delay.by_wd - delay.stopped_wd
    return Reading(today, anchor, plan, tuple(nodes), delays, ahead, late)


def lateness(node: NodeRow, dates: Dates, calendar: Calendar) -> int:
    """Return the working days by which a node finishes after its control date (negative: before).

    The control date is the approved baseline's, before there is one the latest allowed.
    """
    return calendar.working_between(node.planned_finish or dates.latest_finish, dates.earliest_finish)


def _delays(
    chain: Iterable[NodeRow], dates: Mapping[str, Dates], calendar: Calendar, today: date
) -> Iterable[Delay]:
    """Say how much later (or earlier) the chain stands after each node than before it."""
    before = 0
    for node in chain:
        found = dates[node.key]
        after = max(0, lateness(node, found, calendar))
        if after != before:
            last = min(found.earliest_finish, today)
            stood = stopped_days(node.stops, calendar, found.earliest_start, last) if node.stops else 0
            yield Delay(node.key, node.side, after - before, min(stood, max(0, after - before)))
        before = after


def _left(node: NodeRow, dates: Dates, calendar: Calendar, today: date) -> int:
    if node.actual_finish or node.milestone:
        return 0
    return max(0, calendar.working_between(max(dates.earliest_start, today) - _ONE, dates.earliest_finish))


def baseline_lateness(reading: Reading, calendar: Calendar) -> int:
    """Return by how many working days the unfinished nodes fall behind the approved baseline, at worst."""
    dates = reading.dates
    behind = [
        lateness(node, dates[node.key], calendar)
        for node in reading.nodes
        if node.planned_finish and not node.actual_finish
    ]
    return max(0, *behind) if behind else 0


def baseline(reading: Reading) -> dict[str, tuple[date, date]]:
    """Return what an approval freezes: the latest allowed days, of a node that is done its own."""
    frozen = {}
    for node in reading.nodes:
        found = reading.dates[node.key]
        if node.actual_finish:
            frozen[node.key] = (found.earliest_start, found.earliest_finish)
        else:
            frozen[node.key] = (found.latest_start, found.latest_finish)
    return frozen


def what_if(reading: Reading, key: str, days: int, calendar: Calendar) -> Slip:
    """Return what moves when a node slips by ``days`` of its own unit."""
    return slip(
        activities(reading.nodes, calendar, reading.today), reading.anchor, reading.today, calendar, key, days
    )


# Facts and what they imply ------------------------------------------------------------------------------


def ancestors(nodes: Sequence[NodeRow], keys: Iterable[str]) -> set[str]:
    """Return every node that must come before one of ``keys``."""
    links = {node.key: [key for key, _lag, _unit in node.after] for node in nodes}
    found: set[str] = set()
    waiting = [before for key in keys for before in links[key]]
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting += links[key]
    return found


def implied(nodes: Sequence[NodeRow], calendar: Calendar, today: date) -> dict[str, date]:
    """Return the unfinished nodes that must be done, because what needs them has begun, and by when.

    A node that was recorded as begun is left alone: somebody looks after it.
    """
    if not any(node.actual_start or node.actual_finish for node in nodes):
        return {}
    order, followers = _order(tuple((node.key, tuple(link[0] for link in node.after)) for node in nodes))
    known = {node.key: node for node in nodes}
    begun: dict[str, date] = {}
    by: dict[str, date] = {}
    for key in reversed(order):
        stated = known[key].actual_start or known[key].actual_finish
        if stated:
            begun[key] = happened(stated, calendar, today)
        elif days := [begun[later] for later in followers[key] if later in begun]:
            begun[key] = by[key] = min(days)
    return by


@lru_cache(maxsize=256)
def _order(links: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[tuple[str, ...], dict[str, list[str]]]:
    """Return the keys, predecessors first, and who follows each; few networks differ in their links."""
    followers: dict[str, list[str]] = {key: [] for key, _before in links}
    for key, before in links:
        for earlier in before:
            followers[earlier].append(key)
    order = in_order([Activity(key, 0, "d", tuple(After(one) for one in before)) for key, before in links])
    return tuple(activity.id for activity in order), followers
