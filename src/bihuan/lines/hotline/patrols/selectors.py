"""Read what grids found before anybody called, and count the calls that spared against a fair baseline."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.flow.selectors import Filter
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import LOCAL, today
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.contracts import FOUND, ORDER, UNCOUNTED

#: The days looked at, and those before them that say what would have come.
PERIOD, BASELINE = 90, 365
#: Below so many calls before, a class is shown grey: chance alone would move it.
ENOUGH = 10


def found(actor: Actor, *, before: int = 0, limit: int = 50) -> tuple[list[MatterRow], int]:
    """Return what was found and put right on patrol that the actor sees, newest first."""
    return flow.listed(actor, Filter(kind=FOUND), before=before, limit=limit)


def passed_on(actor: Actor, *, limit: int = 20) -> list[MatterRow]:
    """Return the open orders that began on a patrol and the actor sees, newest first."""
    what = Filter(kind=ORDER, open=True, data=(("channel", "patrol"),))
    return flow.listed(actor, what, limit=limit)[0]


@dataclass(frozen=True, slots=True)
class Cell:
    """What was found and what was called in about one class in one grid; ``before`` in the baseline's days."""

    grid: int
    duty: int
    found: int
    before: int
    now: int


@dataclass(frozen=True, slots=True)
class Spared:
    """Calls of a class that did not come where a grid found such things itself.

    ``before`` and ``now`` are calls from those grids, ``trend`` how calls of the class changed in the others.
    """

    duty: int
    found: int
    before: int
    now: int
    trend: float

    @property
    def expected(self) -> float:
        """How many calls would have come had those grids gone the way of the others."""
        return self.before * self.trend

    @property
    def spared(self) -> float:
        """Expected less actual; below zero where more came."""
        return self.expected - self.now

    @property
    def small(self) -> bool:
        """Whether there were too few calls before to tell anything."""
        return self.before < ENOUGH


def compare(cells: Iterable[Cell], period: int = PERIOD, baseline: int = BASELINE) -> list[Spared]:
    """Return per class the calls spared: the change in grids with findings against the change in those without.

    Difference in differences, as a ratio: season, weather and habits strike both alike and fall out. Where the
    other grids had no call of the class before, the days alone scale it.
    """
    by_duty: dict[int, list[Cell]] = defaultdict(list)
    for cell in cells:
        by_duty[cell.duty].append(cell)
    made = []
    for duty, rows in by_duty.items():
        ours = [row for row in rows if row.found]
        others = [row for row in rows if not row.found]
        if not ours:
            continue
        before, after = sum(row.before for row in others), sum(row.now for row in others)
        trend = after / before if before else period / baseline
        made.append(
            Spared(
                duty, sum(r.found for r in ours), sum(r.before for r in ours), sum(r.now for r in ours), trend
            )
        )
    return sorted(made, key=lambda one: -one.found)


_CELLS = """
SELECT m.grid, coalesce(nullif(m.data ->> 'class', ''), '0')::bigint,
       count(*) FILTER (WHERE m.kind = %s AND m.created >= %s),
       count(*) FILTER (WHERE m.kind = %s AND m.created < %s),
       count(*) FILTER (WHERE m.kind = %s AND m.created >= %s)
FROM flow_matter m
WHERE m.{level} = %s AND m.{level} > 0 AND m.kind = ANY(%s) AND m.created >= %s AND m.grid > 0
  AND m.stage NOT IN {out} AND coalesce(m.data ->> 'channel', '') <> 'patrol'
GROUP BY 1, 2"""


def cells(actor: Actor, period: int = PERIOD, baseline: int = BASELINE) -> list[Cell]:
    """Return findings and calls by grid and class of the district the actor's post lies in."""
    if actor.level not in {"county", "street", "community"}:
        return []
    cut = datetime.combine(today() - timedelta(days=period), time(), LOCAL)
    first = cut - timedelta(days=baseline)
    rows = run(
        _CELLS.format(level=actor.level, out=UNCOUNTED),
        (FOUND, cut, ORDER, cut, ORDER, cut, actor.division, [FOUND, ORDER], first),
    )
    return [Cell(*row) for row in rows if row[1]]
