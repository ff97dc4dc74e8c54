"""A changed calendar moves the due instants that were counted over it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from bihuan.kernel.clock.actions.record import note
from bihuan.kernel.clock.ground import Ground, ground
from bihuan.kernel.clock.rows import AS_JSON, ClockRow, clock_row
from bihuan.kernel.clock.values import moved_by_calendar
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import atomic, run
from bihuan.logic.limits import ZONE


@dataclass(frozen=True, slots=True)
class Moved:
    """A clock whose due instant the calendar moved."""

    clock_id: int
    matter_id: int
    name: str
    main: bool
    before: datetime
    due: datetime


class Follower(Protocol):
    """Who keeps a copy of due instants. Called in the ripple's transaction, a batch at a time."""

    def lock(self, matter_ids: Sequence[int]) -> None:
        """Lock the matters before their clocks are: the order in which a move takes them."""

    def moved(self, rows: Sequence[Moved]) -> None:
        """Take over the new due instants."""


_followers: list[Follower] = []


def follow(follower: Follower) -> None:
    """Declare who keeps a copy; once, when the program starts."""
    if follower not in _followers:
        _followers.append(follower)


#: A move that read the old tables may commit after the ripple has passed: look again for a while.
_AGAIN = timedelta(hours=2)
_PENDING = """
SELECT version, first, last, division, rippled IS NULL FROM clock_calendarversion
WHERE kind IN ('days', 'hours') AND (rippled IS NULL OR rippled > %s) ORDER BY version"""
_DONE = """
UPDATE clock_calendarversion SET rippled = coalesce(rippled, %s), moved = moved + %s
WHERE version = ANY(%s)"""
_TOUCHED = """
c.state = 'running' AND EXISTS (
  SELECT 1
  FROM unnest(%(versions)s::int[], %(firsts)s::timestamptz[], %(lasts)s::timestamptz[],
              %(divisions)s::bigint[]) AS v(version, first, last, division)
  WHERE c.calendar_version < v.version AND greatest(c.due, c.next_alarm_at) >= v.first
    AND c.started < v.last AND (v.division = 0 OR v.division = ANY(c.place)))"""
_SEEN = f"""
SELECT c.id, c.matter_id FROM clock_clock c WHERE c.id > %(after)s AND {_TOUCHED}
ORDER BY c.id LIMIT %(batch)s"""  # noqa: S608
_LOCKED = f"""
SELECT {AS_JSON} FROM clock_clock c WHERE c.id = ANY(%(ids)s) AND {_TOUCHED}
ORDER BY c.id FOR NO KEY UPDATE OF c"""  # noqa: S608
_COLUMNS = (
    ("due", "timestamptz"),
    ("provisional", "boolean"),
    ("calendar_version", "int"),
    ("turn", "smallint"),
    ("next_kind", "text"),
    ("next_alarm_at", "timestamptz"),
)
_MOVE = (
    f"UPDATE clock_clock c SET {', '.join(f'{name} = n.{name}' for name, _kind in _COLUMNS)}"  # noqa: S608
    f" FROM unnest(%s::bigint[], {', '.join(f'%s::{kind}[]' for _name, kind in _COLUMNS)})"
    f" AS n(id, {', '.join(name for name, _kind in _COLUMNS)}) WHERE c.id = n.id"
)


def ripple(batch: int = 2000) -> dict[str, Any]:
    """Derive again every running clock that a changed day or hour may touch, and log it as one entry.

    Set-based, a transaction a batch: after a crash it goes on where it was. A stopped clock is
    counted anew when it runs again.
    """
    pending = run(_PENDING, (now() - _AGAIN,))
    told: dict[str, Any] = {"versions": [row[0] for row in pending], "looked": 0, "moved": 0}
    if not pending:
        return told
    on = ground()
    given: dict[str, Any] = {
        "versions": told["versions"],
        "firsts": [_begin(row[1]) for row in pending],
        "lasts": [_begin(row[2] and row[2] + timedelta(days=1), date(2101, 1, 1)) for row in pending],
        "divisions": [row[3] for row in pending],
        "after": 0,
        "batch": batch,
    }
    while rows := run(_SEEN, given):
        ids = [row[0] for row in rows]
        looked, moved = _batch(ids, sorted({row[1] for row in rows}), given, on)
        told["looked"] += looked
        told["moved"] += moved
        given["after"] = ids[-1]
    if told["moved"] or any(row[4] for row in pending):
        with atomic():
            run(_DONE, (now(), told["moved"], told["versions"]))
            note(SYSTEM, "clock.ripple", told)
    return told


def _begin(day: date | None, otherwise: date = date(1990, 1, 1)) -> datetime:
    day = day or otherwise
    return datetime(day.year, day.month, day.day, tzinfo=ZONE)


def _batch(ids: list[int], matters: list[int], given: dict[str, Any], on: Ground) -> tuple[int, int]:
    with atomic():
        for follower in _followers:
            follower.lock(matters)
        clocks = [clock_row(row[0]) for row in run(_LOCKED, {**given, "ids": ids})]
        if not clocks:
            return 0, 0
        found = [(clock, moved_by_calendar(clock, now(), on)) for clock in clocks]
        columns = [[values[name] for _clock, values in found] for name, _kind in _COLUMNS]
        run(_MOVE, [[clock.id for clock in clocks], *columns])
        moved = [_moved(clock, values) for clock, values in found if values["due"] != clock.due]
        for follower in _followers:
            follower.moved(moved)
        return len(clocks), len(moved)


def _moved(clock: ClockRow, values: dict[str, Any]) -> Moved:
    return Moved(clock.id, clock.matter_id, clock.name, clock.main, clock.due, values["due"])
