"""What a change of the calendar would do to running clocks, before it is made.

The clocks are worked out again on tables as they would be; nothing is written or locked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bihuan.kernel.clock.actions import DayChange
from bihuan.kernel.clock.ground import Ground, ground
from bihuan.kernel.clock.rows import AS_JSON, clock_row
from bihuan.kernel.clock.values import due_of
from bihuan.kernel.store.sql import run
from bihuan.logic.limits import ZONE, Hours, Span
from bihuan.logic.workdays import Special

#: More clocks than this are not worked out while one waits: then only how many are looked at is said.
MOST = 5_000

_TOUCHED = """
    c.state = 'running' AND greatest(c.due, c.next_alarm_at) >= %(first)s AND c.started < %(last)s
    AND (%(division)s::bigint = 0 OR %(division)s::bigint = ANY(c.place))"""


@dataclass(frozen=True, slots=True)
class Effect:
    """How many running clocks lie over the changed days, how many of them get another due moment
    (None: too many to work out), and how many are no longer provisional."""

    touched: int
    moved: int | None
    settled: int = 0

    def words(self) -> str:
        """Return it as a sentence."""
        if not self.touched:
            return _("No running clock is touched.")
        looked = ngettext(
            "%(n)s running clock is counted anew.", "%(n)s running clocks are counted anew.", self.touched
        ) % {"n": f"{self.touched:,}"}
        if self.moved is None:
            return looked
        moved = ngettext(
            "%(n)s of them gets another due moment.", "%(n)s of them get another due moment.", self.moved
        ) % {"n": f"{self.moved:,}"}
        said = [looked, moved]
        if self.settled:
            said.append(_("%(n)s are no longer provisional.") % {"n": f"{self.settled:,}"})
        return " ".join(said)


def of_days(changes: Sequence[DayChange], division: int = 0) -> Effect:
    """Return what changing days would do, nationally or in one division."""
    days = [change.day for change in changes]
    return _effect(with_days(ground(), changes, division), min(days), max(days), division)


def of_year(year: int, source: str, changes: Sequence[DayChange]) -> Effect:
    """Return what a year's notice would do."""
    on = with_year(ground(), year, source, changes)
    return _effect(on, date(year, 1, 1), date(year, 12, 31), 0)


def of_hours(valid_from: date, spans: Sequence[Span], division: int = 0) -> Effect:
    """Return what other working hours from a day on would do."""
    on = ground()
    held = dict(on.worked[division].rows) if division in on.worked else {}
    worked = {**on.worked, division: Hours(tuple(sorted({**held, valid_from: tuple(spans)}.items())))}
    return _effect(replace(on, worked=worked, _calendars={}), valid_from, date(2100, 12, 31), division)


def with_days(on: Ground, changes: Sequence[DayChange], division: int) -> Ground:
    """Return the tables as they would be with other days in one division (0: nationally)."""
    changed = {change.day for change in changes}
    before = on.local.get(division, ()) if division else on.national
    kept = [row for row in before if row.day not in changed]
    rows = (*kept, *(_special(change) for change in changes if change.working is not None))
    if division:
        return replace(on, local={**on.local, division: rows}, _calendars={})
    return replace(on, national=rows, _calendars={})


def with_year(on: Ground, year: int, source: str, changes: Sequence[DayChange]) -> Ground:
    """Return the tables as they would be with a year's notice."""
    kept = [row for row in on.national if row.day.year != year]
    national = (*kept, *(_special(change) for change in changes))
    return replace(on, national=national, announced={**on.announced, year: source}, _calendars={})


def _special(change: DayChange) -> Special:
    return Special(change.day, bool(change.working), change.name, change.source)


def _effect(on: Ground, first: date, last: date, division: int) -> Effect:
    given: dict[str, Any] = {
        "first": _begin(first),
        "last": _begin(last + timedelta(days=1)),
        "division": division,
        "most": MOST + 1,
    }
    touched = run(f"SELECT count(*) FROM clock_clock c WHERE {_TOUCHED}", given)[0][0]  # noqa: S608 - constants
    if touched > MOST:
        return Effect(touched, None)
    rows = run(f"SELECT {AS_JSON} FROM clock_clock c WHERE {_TOUCHED} LIMIT %(most)s", given)  # noqa: S608
    moved = settled = 0
    for (row,) in rows:
        clock = clock_row(row)
        due = due_of(clock, on)
        moved += due.at != clock.due
        settled += clock.provisional and not due.provisional
    return Effect(touched, moved, settled)


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE)
