"""Reading calendars for their administration: a year of a place, closures, hours, every change."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import pairwise
from typing import Any

from bihuan.kernel.clock.ground import Ground, Place, place_of
from bihuan.kernel.identity.selectors.divisions import scope_of
from bihuan.kernel.store.sql import run
from bihuan.logic.limits import USUAL_HOURS
from bihuan.logic.workdays import Calendar
from bihuan.site.admin.calendars.drawing import Mark

#: A year is asked for within these bounds.
FIRST, LAST = 2000, 2099
PAGE = 50


@dataclass(frozen=True, slots=True)
class Notice:
    """The notice that announced a year."""

    year: int
    source: str
    address: str
    published: date | None


@dataclass(frozen=True, slots=True)
class Closure:
    """A day that differs in one division only."""

    division: int
    day: date
    working: bool
    name: str
    source: str


@dataclass(frozen=True, slots=True)
class HoursRow:
    """The spans in which people work, from a day on."""

    division: int
    valid_from: date
    spans: str
    source: str


@dataclass(frozen=True, slots=True)
class Version:
    """One change of what clocks are counted on."""

    version: int
    at: datetime
    who: str
    kind: str
    what: dict[str, Any]
    first: date | None
    last: date | None
    division: int
    rippled: datetime | None
    moved: int


def path_of(division: int) -> Place:
    """Return what a division lies in, the smallest first; () for the whole house."""
    return place_of(scope_of(division)) if division else ()


def marks(on: Ground, year: int, division: int = 0) -> dict[date, Mark]:
    """Return what differs from Monday to Friday in a year: nationally, and in a place what closes there."""
    path = path_of(division)
    local = {row.day for part in path for row in on.local.get(part, ())}
    sure = year in on.announced
    found = {}
    for row in on.calendar(path).special(date(year, 1, 1), date(year, 12, 31)):
        if row.day in local:
            found[row.day] = Mark("open" if row.working else "shut", row.name)
        else:
            found[row.day] = Mark("work" if row.working else "rest", row.name, sure)
    return found


def working_days(calendar: Calendar, year: int) -> list[int]:
    """Return how many working days each month of a year has."""
    edges = [date(year, month, 1) for month in range(1, 13)] + [date(year + 1, 1, 1)]
    places = [Calendar.index(day) for day in edges]
    return [calendar.before[b] - calendar.before[a] for a, b in pairwise(places)]


def notices() -> dict[int, Notice]:
    """Return the notices by year."""
    sql = "SELECT year, source, address, published FROM clock_calendarnotice ORDER BY year"
    return {row[0]: Notice(*row) for row in run(sql)}


def closures(year: int, divisions: list[int] | None = None) -> list[Closure]:
    """Return the local days of a year, of some divisions or of all."""
    sql = """
        SELECT division, day, working, name, source FROM clock_calendarday
        WHERE division <> 0 AND day BETWEEN %s AND %s AND (%s::bigint[] IS NULL OR division = ANY(%s::bigint[]))
        ORDER BY day, division"""
    return [Closure(*row) for row in run(sql, (date(year, 1, 1), date(year, 12, 31), divisions, divisions))]


def own_days(division: int, first: date, last: date) -> Mapping[date, Closure]:
    """Return the days that stand for a division (0: nationally) between two days."""
    sql = """
        SELECT division, day, working, name, source FROM clock_calendarday
        WHERE division = %s AND day BETWEEN %s AND %s"""
    return {row[1]: Closure(*row) for row in run(sql, (division, first, last))}


def places_with_days() -> list[int]:
    """Return the divisions that have days or hours of their own."""
    sql = """
        SELECT division FROM clock_calendarday WHERE division <> 0
        UNION SELECT division FROM clock_workinghours WHERE division <> 0 ORDER BY 1 LIMIT 200"""
    return [row[0] for row in run(sql)]


def hours() -> list[HoursRow]:
    """Return the rows of working hours, latest first; what holds where nobody set any stands last."""
    sql = """
        SELECT division, valid_from, (SELECT string_agg((s->>0) || '–' || (s->>1), ', ' ORDER BY n)
            FROM jsonb_array_elements(spans) WITH ORDINALITY AS t(s, n)), source
        FROM clock_workinghours ORDER BY division, valid_from DESC, id DESC"""
    rows = [HoursRow(*row) for row in run(sql)]
    if any(row.division == 0 for row in rows):
        return rows
    return [*rows, HoursRow(0, date.min, span_text(USUAL_HOURS.on(date.min)), "")]


def span_text(spans: tuple[tuple[time, time], ...]) -> str:
    """Return working hours as they are written: 09:00–12:00, 13:30–17:30."""
    return ", ".join(f"{a:%H:%M}–{b:%H:%M}" for a, b in spans)


def versions(*, kinds: tuple[str, ...] = (), before: int = 0, limit: int = PAGE) -> tuple[list[Version], int]:
    """Return changes, latest first, and the version to go on before (0 at the end)."""
    sql = """
        SELECT version, at, who, kind, what::text, first, last, division, rippled, moved FROM clock_calendarversion
        WHERE (%(before)s::bigint = 0 OR version < %(before)s::bigint)
          AND (%(kinds)s::text[] = '{}' OR kind = ANY(%(kinds)s::text[]))
        ORDER BY version DESC LIMIT %(limit)s"""
    found = run(sql, {"before": before, "kinds": list(kinds), "limit": limit + 1})
    rows = []
    for version, at, who, kind, what, *rest in found:
        rows.append(Version(version, at, who, kind, json.loads(what), *rest))
    return rows[:limit], rows[limit - 1].version if len(rows) > limit else 0


def waiting() -> bool:
    """Whether a change of days or hours has not reached the running clocks yet."""
    sql = "SELECT 1 FROM clock_calendarversion WHERE rippled IS NULL AND kind IN ('days', 'hours') LIMIT 1"
    return bool(run(sql))
