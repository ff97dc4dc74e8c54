"""Which reminder of a clock comes when: pure, on a ground already read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bihuan.kernel.clock.ground import Ground, Place, Reminder, beijing
from bihuan.logic.limits import next_instant, subtract_working_time

_DAYS_OF = {"s": 1 / 86400, "h": 1 / 24, "wh": 1 / 7, "d": 1, "wd": 1, "m": 30}


@dataclass(frozen=True, slots=True)
class Planned:
    """A reminder and its moment, which always lies in working time."""

    kind: str
    at: datetime
    digest: bool


def planned(
    ground: Ground, place: Place, started: datetime, due: datetime, value: int, unit: str
) -> Iterator[Planned]:
    """Yield the reminders of a clock in order; one that would come before the start is left out."""
    length = value * _DAYS_OF[unit]
    for row in ground.reminders:
        if (row.upto_days and length > row.upto_days) or (row.over_days and length <= row.over_days):
            continue
        moment = _moment(ground, place, due, row)
        if moment > started:
            yield Planned(row.kind, moment, row.digest)


def _moment(ground: Ground, place: Place, due: datetime, row: Reminder) -> datetime:
    calendar, hours = ground.calendar(place), ground.hours(place)
    if row.side == "before":
        if row.unit == "wh":
            return subtract_working_time(due, timedelta(hours=row.value), calendar, hours)
        return hours.opening(calendar.add_working(beijing(due).date(), -row.value))
    ends = next_instant(due, calendar, hours)
    if row.side == "at":
        return ends
    if row.unit == "wh":
        raise ValueError("a reminder after the due instant is counted in working days")
    return hours.opening(calendar.add_working(ends.date(), row.value + 1))


def not_given(ground: Ground, plan: list[Planned], next_kind: str) -> list[Planned]:
    """Return what of a plan is still to be given: from ``next_kind`` on, nothing when that is empty.

    A kind that is no longer declared counts as the first: what was given already is held by the table.
    """
    if not next_kind:
        return []
    kinds = list(dict.fromkeys(row.kind for row in ground.reminders))
    first = kinds.index(next_kind) if next_kind in kinds else 0
    return [one for one in plan if kinds.index(one.kind) >= first]


def following(
    ground: Ground, plan: list[Planned], next_kind: str, moved: datetime
) -> tuple[Planned | None, bool]:
    """Return the next reminder once the due instant moved at ``moved``, and whether it is given anew.

    One already given comes again only if its new moment is still to come: then a new turn begins.
    """
    left = not_given(ground, plan, next_kind)
    for row in plan:
        if row in left:
            return row, False
        if row.at > moved:
            return row, True
    return None, False
