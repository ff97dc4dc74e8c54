"""What the reports of this line answer to others through the ports of its contract."""

from datetime import date, datetime, time, timedelta

from bihuan.kernel.identity.actors import Actor, Kind
from bihuan.kernel.now import LOCAL, today
from bihuan.kernel.store.sql import run
from bihuan.lines.projects import contracts
from bihuan.lines.projects.contracts import Reported
from bihuan.lines.projects.reports import standing
from bihuan.lines.projects.reports.periods import KINDS, Period

#: A report is due at most so many days after its period began: a month, and the whole next one.
_LONGEST = timedelta(days=62)


@contracts.REPORTED.bind
def reported(level: str, division: int, since: date, until: date) -> Reported:
    """Return how many reports that were due between two days came in time, late or not, as known at their end."""
    reader = Actor(Kind.POST, role="coordinator", level=level, division=division)
    first, last = (
        datetime.combine(day + timedelta(days=1), time(), LOCAL) for day in (since - timedelta(1), until)
    )
    made = standing.source(reader, _periods(since - _LONGEST, until), at=last if until < today() else None)
    if made is None:
        return Reported(0, 0, 0)
    sql = f"""{made.sql} SELECT {made.case} AS standing, count(*) {standing.JOINED}
              WHERE d.until > %s AND d.until <= %s GROUP BY 1"""
    counts: dict[str, int] = dict(run(sql, (*made.params, made.at, first, last)))
    return Reported(*(counts.get(name, 0) for name in standing.DUE))


def _periods(since: date, until: date) -> list[Period]:
    """Return every period of both kinds that begins between two days."""
    found: dict[Period, None] = {}
    day = since
    while day <= until:
        for kind in KINDS:
            found[Period.at(kind, day)] = None
        day += timedelta(days=1)
    return list(found)
