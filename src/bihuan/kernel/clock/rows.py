"""The shapes that cross between this room and whoever writes clocks."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from bihuan.logic.limits import Leg, Stop, Unit

Columns = tuple[tuple[str, str], ...]

#: Columns of a new clock with their SQL types; the id is drawn by the table.
CLOCK: Columns = (
    ("matter_id", "bigint"),
    ("name", "text"),
    ("rule", "text"),
    ("limit_id", "bigint"),
    ("value", "int"),
    ("unit", "text"),
    ("roll", "boolean"),
    ("main", "boolean"),
    ("place", "bigint[]"),
    ("started", "timestamptz"),
    ("due", "timestamptz"),
    ("provisional", "boolean"),
    ("calendar_version", "int"),
    ("state", "text"),
    ("episode", "smallint"),
    ("turn", "smallint"),
    ("next_kind", "text"),
    ("next_alarm_at", "timestamptz"),
)
STOP: Columns = (("clock_id", "bigint"), ("cause", "text"), ("began", "timestamptz"), ("evidence", "text"))
EXTENSION: Columns = (
    ("clock_id", "bigint"),
    ("value", "int"),
    ("unit", "text"),
    ("reason", "text"),
    ("state", "text"),
    ("asked_at", "timestamptz"),
    ("asked_by", "bigint"),
    ("decided_by", "bigint"),
    ("reached", "timestamptz"),
    ("due_before", "timestamptz"),
)


@dataclass(frozen=True, slots=True)
class ClockRow:
    """A clock with all that its due instant depends on.

    ``stops`` are those over, ``paused`` is the one that still holds: since when, cause, evidence.
    """

    id: int
    matter_id: int
    name: str
    rule: str
    limit_id: int
    value: int
    unit: Unit
    roll: bool
    main: bool
    place: tuple[int, ...]
    started: datetime
    due: datetime
    provisional: bool
    state: str
    episode: int
    turn: int
    next_kind: str
    next_alarm_at: datetime | None
    stops: tuple[Stop, ...] = ()
    paused: tuple[datetime, str, str] | None = None
    legs: tuple[Leg, ...] = ()
    asked: Leg | None = None


_PLAIN = [f.name for f in fields(ClockRow)[:18]]
_STOPS = (
    "(SELECT json_agg(json_build_array(s.began, s.ended, s.cause, s.evidence) ORDER BY s.began, s.id)"
    " FROM clock_stop s WHERE s.clock_id = c.id)"
)
_LEGS = (
    "(SELECT json_agg(json_build_array(e.value, e.unit, e.reason, e.state) ORDER BY e.id)"
    " FROM clock_extension e WHERE e.clock_id = c.id AND e.state <> 'refused')"
)
#: One clock ``c`` as JSON, read by :func:`from_json`.
AS_JSON = f"json_build_array({', '.join(f'c.{name}' for name in _PLAIN)}, {_STOPS}, {_LEGS})"
#: The open clocks of the matter ``m`` as one JSON value, to be read beside it; NULL when none is open.
OPEN = (
    f"(SELECT json_agg({AS_JSON} ORDER BY c.id) FROM clock_clock c"  # noqa: S608 - names of our own
    " WHERE c.matter_id = m.id AND c.ended_at IS NULL)"
)

_MOMENTS = {"started", "due", "next_alarm_at"}


def from_json(value: Sequence[Sequence[Any]] | None) -> list[ClockRow]:
    """Read what ``OPEN`` gives."""
    return [clock_row(row) for row in value or ()]


def clock_row(row: Sequence[Any]) -> ClockRow:
    """Read one clock as ``AS_JSON`` gives it."""
    plain = dict(zip(_PLAIN, row, strict=False))
    for name in _MOMENTS:
        plain[name] = plain[name] and datetime.fromisoformat(plain[name])
    plain["place"] = tuple(plain["place"])
    stops, paused = [], None
    for began, ended, cause, evidence in row[len(_PLAIN)] or ():
        if ended is None:
            paused = (datetime.fromisoformat(began), cause, evidence)
        else:
            stops.append(Stop(datetime.fromisoformat(began), datetime.fromisoformat(ended), cause, evidence))
    told = row[len(_PLAIN) + 1] or ()
    legs = tuple(Leg(v, unit, reason) for v, unit, reason, state in told if state == "approved")
    asked = next((Leg(v, unit, reason) for v, unit, reason, state in told if state == "asked"), None)
    return ClockRow(**plain, stops=tuple(stops), paused=paused, legs=legs, asked=asked)


@dataclass(frozen=True, slots=True)
class Insert:
    """Rows for a table; ``columns`` pairs name and SQL type."""

    table: str
    columns: Columns
    rows: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True, slots=True)
class Update:
    """An UPDATE: ``assign`` and ``where`` with %s places, ``params`` for both in that order."""

    table: str
    assign: str
    where: str
    params: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Writes:
    """What a clock operation comes to.

    ``told`` is what the matter's entry says of it; ``due`` and ``state`` are the clock's afterwards.
    """

    name: str
    main: bool
    state: str
    due: datetime
    told: dict[str, Any]
    inserts: tuple[Insert, ...] = ()
    updates: tuple[Update, ...] = ()
