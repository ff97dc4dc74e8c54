"""Edit days, hours, limits and reminders: dated rows, each change a new version."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from django.utils.translation import gettext as _
from psycopg.types.json import Jsonb

from bihuan.kernel.clock.actions.record import new_version
from bihuan.kernel.clock.models import UNIT_NAMES
from bihuan.kernel.errors import BadInput
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.jobs import defer
from bihuan.kernel.now import now, today
from bihuan.kernel.store.sql import run

_PUT_DAYS = """
INSERT INTO clock_calendarday (division, day, working, name, source, version)
SELECT %(division)s, d.*, %(version)s
FROM unnest(%(days)s::date[], %(working)s::bool[], %(names)s::text[], %(sources)s::text[]) AS d
ON CONFLICT (division, day) DO UPDATE
SET working = excluded.working, name = excluded.name, source = excluded.source, version = excluded.version"""
PUT_NOTICE = """
INSERT INTO clock_calendarnotice (year, source, address, published) VALUES (%s, %s, %s, %s)
ON CONFLICT (year) DO UPDATE
SET source = excluded.source, address = excluded.address, published = excluded.published"""
PUT_LIMIT = """
INSERT INTO clock_limitrow
  (rule, title, value, unit, roll, source, verified_on, division, valid_from, at, version)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id"""
PUT_REMINDER = """
INSERT INTO clock_reminderrow
  (kind, side, value, unit, upto_days, over_days, digest, active, source, valid_from, version)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"""


@dataclass(frozen=True, slots=True)
class DayChange:
    """A day that becomes a working day, a rest day, or (``working`` None) ordinary again."""

    day: date
    working: bool | None
    name: str = ""
    source: str = ""


def set_days(actor: Actor, changes: Sequence[DayChange], division: int = 0) -> int:
    """Change days nationally or in one division and queue the ripple; return the new version."""
    if not changes:
        raise BadInput(_("Name at least one day."), where="changes")
    if len({change.day for change in changes}) < len(changes):
        raise BadInput(_("A day is named twice."), where="changes")
    days = sorted(change.day for change in changes)
    what = {"days": {c.day.isoformat(): c.working for c in changes}}
    with new_version(actor, "days", what, division=division, first=days[0], last=days[-1]) as version:
        put_days([c for c in changes if c.working is not None], division, version)
        gone = [c.day for c in changes if c.working is None]
        run("DELETE FROM clock_calendarday WHERE division = %s AND day = ANY(%s)", (division, gone))
        defer("clock.ripple", once="clock.ripple")
    return version


def announce_year(
    actor: Actor,
    year: int,
    source: str,
    days: Sequence[DayChange],
    address: str = "",
    published: date | None = None,
) -> int:
    """Take in a year's notice: its days replace what stood there; the year is no longer provisional."""
    if not source:
        raise BadInput(_("Name the notice that announces the year."), where="source")
    wrong = next((c for c in days if c.day.year != year or c.working is None), None)
    if wrong:
        raise BadInput(_("%s doesn't belong to this notice.") % wrong.day, where="days")
    first, last = date(year, 1, 1), date(year, 12, 31)
    what = {"year": year, "days": {c.day.isoformat(): c.working for c in days}}
    with new_version(actor, "days", what, first=first, last=last) as version:
        run("DELETE FROM clock_calendarday WHERE division = 0 AND day BETWEEN %s AND %s", (first, last))
        put_days(days, 0, version, source)
        run(PUT_NOTICE, (year, source, address, published))
        defer("clock.ripple", once="clock.ripple")
    return version


def put_days(changes: Sequence[DayChange], division: int, version: int, source: str = "") -> None:
    """Write day rows under a version, inside the caller's transaction."""
    run(
        _PUT_DAYS,
        {
            "division": division,
            "version": version,
            "days": [c.day for c in changes],
            "working": [c.working for c in changes],
            "names": [c.name for c in changes],
            "sources": [c.source or source for c in changes],
        },
    )


def set_hours(
    actor: Actor, valid_from: date, spans: Sequence[tuple[time, time]], source: str, division: int = 0
) -> int:
    """Set the working hours from a day on and queue the ripple; return the new version."""
    flat = [moment for span in spans for moment in span]
    if not flat or flat != sorted(set(flat)):
        raise BadInput(_("Working hours must be spans of the day, one after another."), where="spans")
    texts = [[a.isoformat("minutes"), b.isoformat("minutes")] for a, b in spans]
    what = {"from": valid_from.isoformat(), "spans": texts}
    with new_version(actor, "hours", what, division=division, first=valid_from) as version:
        run(
            "INSERT INTO clock_workinghours (division, valid_from, spans, source, version)"
            " VALUES (%s, %s, %s, %s, %s)",
            (division, valid_from, Jsonb(texts), source, version),
        )
        defer("clock.ripple", once="clock.ripple")
    return version


def set_limit(
    actor: Actor,
    rule: str,
    value: int,
    unit: str,
    source: str,
    *,
    division: int = 0,
    valid_from: date | None = None,
    verified_on: date | None = None,
    roll: bool = True,
    title: str = "",
) -> int:
    """Add a limit row from a day on (default: today) and return its id; running clocks keep theirs."""
    if unit not in UNIT_NAMES:
        raise BadInput(_("A limit is counted in h, wh, d, wd or m."), where="unit")
    if value < 1:
        raise BadInput(_("A limit is at least one."), where="value")
    if not rule or not source.strip():
        where = "source" if rule else "rule"
        raise BadInput(_("A limit needs its rule and the source it rests on."), where=where)
    since = valid_from or today()
    what = {"rule": rule, "value": value, "unit": unit, "from": since.isoformat()}
    with new_version(actor, "limit", what, division=division) as version:
        row = (rule, title, value, unit, roll, source, verified_on, division, since, now(), version)
        return int(run(PUT_LIMIT, row)[0][0])


def set_reminder(
    actor: Actor,
    kind: str,
    side: str,
    source: str,
    *,
    value: int = 0,
    unit: str = "wd",
    upto_days: int = 0,
    over_days: int = 0,
    digest: bool = False,
    active: bool = True,
    valid_from: date | None = None,
) -> int:
    """Add a reminder row; it holds for reminders planned from now on. Return the new version."""
    if side not in ("before", "at", "after") or unit not in ("wh", "wd") or value < 0:
        raise BadInput(_("A reminder comes before, at or after the due moment, by wh or wd."), where="side")
    if side == "after" and unit == "wh":
        raise BadInput(_("A reminder after the due moment is counted in working days."), where="unit")
    since = valid_from or today()
    what = {"kind": kind, "side": side, "value": value, "unit": unit, "from": since.isoformat()}
    with new_version(actor, "reminder", what) as version:
        row = (kind, side, value, unit, upto_days, over_days, digest, active, source, since, version)
        run(PUT_REMINDER, row)
    return version
