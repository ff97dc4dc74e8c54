"""Backward timetables: from the day of production back to what must start today.

The rule itself stands in :mod:`bihuan.logic.schedule_network`; here are the doors: a typed one for
the timetable of a project, one for JSON documents, and what happens when a node slips.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bihuan.logic.schedule_network import Activity, After, DayUnit, Network, ScheduleError, in_order
from bihuan.logic.workdays import Calendar, OutOfRange

__all__ = [
    "Activity",
    "After",
    "Dates",
    "DayUnit",
    "Moved",
    "Plan",
    "ScheduleError",
    "Slip",
    "plan",
    "read",
    "schedule",
    "slip",
    "without_actuals",
]

#: No node and no lag is longer than a century.
MAX_DAYS = 36_500


@dataclass(frozen=True, slots=True)
class Dates:
    """The days of one node. ``slack_wd``: working days from the earliest to the latest finish."""

    id: str
    earliest_start: date
    earliest_finish: date
    latest_start: date
    latest_finish: date
    slack_wd: int
    critical: bool
    provisional: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole timetable. ``binding_chain`` is what sets the last finish, first node to last."""

    activities: tuple[Dates, ...]
    feasible: bool
    late_by_wd: int
    binding_chain: tuple[str, ...]
    finish: date | None


@dataclass(frozen=True, slots=True)
class Moved:
    """What a slip does to one node, in days and in working days of its finish."""

    id: str
    start_from: date
    start_to: date
    finish_from: date
    finish_to: date
    by_wd: int


@dataclass(frozen=True, slots=True)
class Slip:
    """What moves when one node slips, and how late the plan was and is."""

    moved: tuple[Moved, ...]
    finish_from: date
    finish_to: date
    late_from_wd: int
    late_to_wd: int


# Doors -----------------------------------------------------------------------------------------------


def schedule(activities: Sequence[Activity], anchor: date, today: date, calendar: Calendar) -> Plan:
    """Return the timetable of ``activities`` that must be done by ``anchor``, seen from ``today``.

    :class:`ScheduleError` when the network has a cycle, a stranger, a duplicate, or reaches beyond
    the years the calendar knows.
    """
    try:
        return _schedule(activities, anchor, today, calendar)
    except OutOfRange as error:
        raise ScheduleError("out_of_range", "activities") from error


def _schedule(activities: Sequence[Activity], anchor: date, today: date, calendar: Calendar) -> Plan:
    last = calendar.index(anchor)
    net = Network(activities, calendar, calendar.index(today))
    net.forward()
    net.backward(last)
    before = calendar.before
    slack = {a.id: before[net.latest_finish[a.id] + 1] - before[net.finish[a.id] + 1] for a in activities}
    least = min(slack.values(), default=0)
    end = max(net.finish.values(), default=None)
    return Plan(
        activities=tuple(_dates(net, a, slack[a.id], least, last) for a in activities),
        feasible=end is None or end <= last,
        late_by_wd=0 if end is None else max(0, before[end + 1] - before[last + 1]),
        binding_chain=net.chain(),
        finish=None if end is None else calendar.day(end),
    )


def _dates(net: Network, activity: Activity, slack: int, least: int, anchor: int) -> Dates:
    day, key = net.calendar.day, activity.id
    return Dates(
        key,
        day(net.start[key]),
        day(net.finish[key]),
        day(net.latest_start[key]),
        day(net.latest_finish[key]),
        slack,
        slack == least,
        net.provisional(activity, anchor),
    )


def slip(
    activities: Sequence[Activity], anchor: date, today: date, calendar: Calendar, id: str, days: int
) -> Slip:
    """Return what moves when node ``id`` slips by ``days`` of its own unit.

    A node not yet begun starts later, one begun finishes later; one that is done can't slip.
    """
    node = next((a for a in activities if a.id == id), None)
    if node is None:
        raise ScheduleError("unknown_id", "id", id=id)
    if node.actual_finish is not None:
        raise ScheduleError("already_finished", "id", id=id)
    if days < 1:
        raise ScheduleError("bad_days", "days", value=days)
    last = calendar.index(anchor)
    was, now = (Network(activities, calendar, calendar.index(today)) for _ in range(2))
    try:
        was.forward()
        now.forward({id: days})
    except OutOfRange as error:
        raise ScheduleError("out_of_range", "days") from error
    ends = max(was.finish.values()), max(now.finish.values())
    late = [max(0, calendar.before[end + 1] - calendar.before[last + 1]) for end in ends]
    moved = tuple(_moved(a.id, was, now) for a in activities if was.finish[a.id] != now.finish[a.id])
    return Slip(moved, calendar.day(ends[0]), calendar.day(ends[1]), late[0], late[1])


def _moved(key: str, was: Network, now: Network) -> Moved:
    day, before = was.calendar.day, was.calendar.before
    return Moved(
        key,
        day(was.start[key]),
        day(now.start[key]),
        day(was.finish[key]),
        day(now.finish[key]),
        before[now.finish[key] + 1] - before[was.finish[key] + 1],
    )


# The document ----------------------------------------------------------------------------------------


def plan(document: Mapping[str, Any], calendar: Calendar) -> dict[str, Any]:
    """Schedule a JSON document and return its answer as JSON values.

    :class:`ScheduleError` names what can't be read and where it stands.
    """
    activities, anchor, today = read(document)
    found = schedule(activities, anchor, today, calendar)
    return {
        "activities": [_row(dates) for dates in found.activities],
        "feasible": found.feasible,
        "late_by_wd": found.late_by_wd,
        "binding_chain": list(found.binding_chain),
    }


def _row(dates: Dates) -> dict[str, Any]:
    return {
        "id": dates.id,
        "earliest_start": dates.earliest_start.isoformat(),
        "earliest_finish": dates.earliest_finish.isoformat(),
        "latest_start": dates.latest_start.isoformat(),
        "latest_finish": dates.latest_finish.isoformat(),
        "slack_wd": dates.slack_wd,
        "critical": dates.critical,
        "provisional": dates.provisional,
    }


def read(document: Any) -> tuple[list[Activity], date, date]:
    """Read a document into activities, anchor and today; :class:`ScheduleError` on the first fault."""
    _object(document, "")
    anchor = _date(document, "anchor", "")
    today = _date(document, "today", "")
    if anchor is None or today is None:
        raise ScheduleError("missing", "anchor" if anchor is None else "today")
    rows = document.get("activities")
    if not isinstance(rows, list):
        raise ScheduleError("not_a_list" if "activities" in document else "missing", "activities")
    activities = [_activity(row, f"activities[{i}]", today) for i, row in enumerate(rows)]
    in_order(activities)
    return activities, anchor, today


def _activity(row: Any, where: str, today: date) -> Activity:
    _object(row, where)
    after = row.get("after") or []
    if not isinstance(after, list):
        raise ScheduleError("not_a_list", f"{where}.after")
    found = Activity(
        _id(row, where),
        _days(row, "duration", where),
        _unit(row, where),
        tuple(_after(link, f"{where}.after[{j}]") for j, link in enumerate(after)),
        _date(row, "actual_start", where),
        _date(row, "actual_finish", where),
    )
    check_actuals(found, today, where)
    return found


def check_actuals(activity: Activity, today: date, where: str) -> None:
    """Refuse what can't have happened: an actual day still to come, or a finish before the start."""
    for name in ("actual_start", "actual_finish"):
        day = getattr(activity, name)
        if day is not None and day > today:
            raise ScheduleError("actual_in_future", f"{where}.{name}", value=day.isoformat())
    began, ended = activity.actual_start, activity.actual_finish
    if began is not None and ended is not None and ended < began:
        raise ScheduleError("finish_before_start", f"{where}.actual_finish", value=ended.isoformat())


def _after(row: Any, where: str) -> After:
    _object(row, where)
    return After(_id(row, where), _days(row, "lag", where, default=0), _unit(row, where))


def _object(value: Any, where: str) -> None:
    if not isinstance(value, Mapping):
        raise ScheduleError("not_an_object", where)


def _at(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _id(row: Mapping[str, Any], where: str) -> str:
    value = row.get("id")
    if not isinstance(value, str) or not value:
        raise ScheduleError("missing" if value in (None, "") else "bad_id", _at(where, "id"))
    return value


def _unit(row: Mapping[str, Any], where: str) -> DayUnit:
    value = row.get("unit", "wd")
    if value == "wd":
        return "wd"
    if value == "d":
        return "d"
    raise ScheduleError("bad_unit", _at(where, "unit"), value=value)


def _days(row: Mapping[str, Any], name: str, where: str, default: int | None = None) -> int:
    value = row.get(name, default)
    if value is None:
        raise ScheduleError("missing", _at(where, name))
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_DAYS:
        raise ScheduleError("bad_days", _at(where, name), value=value)
    return value


def _date(row: Mapping[str, Any], name: str, where: str) -> date | None:
    value = row.get(name)
    if value is None:
        return None
    try:
        if not isinstance(value, str) or len(value) != 10:
            raise ValueError
        return date.fromisoformat(value)
    except ValueError:
        raise ScheduleError("bad_date", _at(where, name), value=value) from None


def without_actuals(activities: Iterable[Activity]) -> list[Activity]:
    """Return the same network as if nothing had begun: what a fresh baseline is drawn from."""
    return [replace(a, actual_start=None, actual_finish=None) for a in activities]
