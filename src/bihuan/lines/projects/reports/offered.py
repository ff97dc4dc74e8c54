"""What the reports of this line answer to others through the ports of its contract."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from bihuan.kernel.identity.actors import SYSTEM, Actor, Kind
from bihuan.kernel.now import LOCAL, now, today
from bihuan.kernel.store.sql import run
from bihuan.lines.projects import contracts
from bihuan.lines.projects.contracts import Due
from bihuan.lines.projects.reports import standing
from bihuan.lines.projects.reports.periods import KINDS, Period, PeriodKind

#: A report is due at most so many days after its period began: a month, and the whole next one.
_LONGEST = timedelta(days=62)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LOCAL)


@contracts.REPORTED.bind
def reported(level: str, division: int, since: date, until: date, known: bool) -> list[Due]:
    """Return the reports that were due between two days, both inside, day by day.

    A day still to come has nothing due yet. ``known`` asks of each day what was known at its end: who had
    reported, which projects there were and how they stood.
    """
    reader = Actor(Kind.POST, role="coordinator", level=level, division=division) if level else SYSTEM
    last = min(until, today())
    periods = _periods(since - _LONGEST, last)
    if last < since or not periods:
        return []
    if not known:
        return _due(reader, periods, since, last, None)
    return [
        one
        for day in _last_days(reader, periods, since, last)
        for one in _due(reader, periods, day, day, day)
    ]


def _last_days(reader: Actor, periods: list[Period], since: date, until: date) -> list[date]:
    """Return the days between two on which reports of some place were due."""
    made = standing.source(reader, periods)
    if made is None:
        return []
    sql = f"{made.sql} SELECT DISTINCT d.until FROM d WHERE d.until > %s AND d.until <= %s"  # noqa: S608 - own names
    rows = run(sql, (*made.params, _midnight(since), _midnight(until + timedelta(days=1))))
    return sorted({_day_before(moment) for (moment,) in rows})


def _due(reader: Actor, periods: list[Period], since: date, until: date, on: date | None) -> list[Due]:
    end = _midnight(until + timedelta(days=1))
    at = end if on is not None and end <= now() else None
    made = standing.source(reader, periods, at=at)
    if made is None:
        return []
    sql = f"""{made.sql} SELECT d.until, p.id, d.kind, d.first, p.lead_unit, {made.case} AS standing {standing.JOINED}
              WHERE d.until > %s AND d.until <= least(%s, %s)"""
    rows = run(sql, (*made.params, made.at, _midnight(since), end, made.at))
    return [
        Due(_day_before(moment), project, Period(PeriodKind(kind), first).code, unit, stands == "on_time")
        for moment, project, kind, first, unit, stands in rows
        if stands in standing.DUE
    ]


def _day_before(moment: datetime) -> date:
    """Return the last day in time: what is due until midnight is due on the day that ends with it."""
    return (moment - timedelta(microseconds=1)).astimezone(LOCAL).date()


def _periods(since: date, until: date) -> list[Period]:
    """Return every period of both kinds that begins between two days."""
    return list(dict.fromkeys(_each(since, until)))


def _each(since: date, until: date) -> Iterable[Period]:
    day = since
    while day <= until:
        for kind in KINDS:
            yield Period.at(kind, day)
        day += timedelta(days=1)
