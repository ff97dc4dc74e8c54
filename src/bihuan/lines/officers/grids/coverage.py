"""Coverage (走访全覆盖) as a figure: enterprises visited at least once in a month, of all, as known on any day.

It counts rows of a register, not matters, so it is counted here with the same care: numerator, denominator,
what is left out and why, the moment of knowledge, and the enterprises behind each part.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bihuan.kernel.figures.selectors import FigureValue, moment
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import today
from bihuan.kernel.store.sql import run
from bihuan.lines.officers.grids import selectors
from bihuan.logic.mechanism import said as _
from bihuan.logic.rates import quotient

#: Below so many enterprises a rate is not compared.
FEW = 10


@dataclass(frozen=True, slots=True)
class Told:
    """What the figure is called and what it counts; ``parts`` name what it opens to."""

    name: str
    title: str
    definition: str
    parts: Mapping[str, str]


COVERAGE = Told(
    "officers.coverage",
    _("Coverage of visits"),
    _(
        "Enterprises with at least one visit made and noted in the time, of all in the register;"
        " a planned visit, a second visit and a call count for nothing here."
    ),
    {
        "visited": _("Visited once or more"),
        "unvisited": _("Not visited yet"),
        "withdrawn": _("Left out: taken out of the register"),
    },
)

_STOOD = "m.created_at <= %(at)s AND (m.withdrawn_at IS NULL OR m.withdrawn_at > %(at)s)"
_VISITED = """EXISTS (SELECT 1 FROM officers_visit v WHERE v.enterprise = m.id AND v.enterprise > 0
 AND v.day BETWEEN %(first)s AND %(last)s AND (v.withdrawn_at IS NULL OR v.withdrawn_at > %(at)s)
 AND EXISTS (SELECT 1 FROM registers_amend a WHERE a.chain_id = v.id AND a.recorded <= %(at)s
             AND a.changes #>> '{state,new}' = 'made'))"""
_PARTS = {
    "visited": f"{_STOOD} AND {_VISITED}",
    "unvisited": f"{_STOOD} AND NOT {_VISITED}",
    "withdrawn": "m.created_at <= %(at)s AND m.withdrawn_at <= %(at)s AND m.withdrawn_at >= %(first)s",
}


def _asked(actor: Actor, first: date, last: date, on: date | None, cell: int) -> tuple[str, dict[str, Any]]:
    known: datetime = moment(on)
    ways, values = selectors.ways(actor, "m")
    params: dict[str, Any] = {"first": first, "last": last, "at": known, "cell": cell}
    for number, value in enumerate(values):
        ways = ways.replace("%s", f"%(w{number})s", 1)
        params[f"w{number}"] = value
    return f"({ways}) AND (%(cell)s = 0 OR m.cell_id = %(cell)s)", params


def value(actor: Actor, first: date, last: date, *, on: date | None = None, cell: int = 0) -> FigureValue:
    """Return the coverage between two days, both inside, over what the actor sees; ``on``: as known that day."""
    ways, params = _asked(actor, first, last, on, cell)
    counts = ", ".join(f"count(*) FILTER (WHERE {part})" for part in _PARTS.values())
    visited, unvisited, gone = run(f"SELECT {counts} FROM officers_enterprise m WHERE {ways}", params)[0]  # noqa: S608
    whole = visited + unvisited
    return FigureValue(
        name=COVERAGE.name,
        value=quotient(visited, whole, "%"),
        numerator=visited,
        denominator=whole,
        excluded=((COVERAGE.parts["withdrawn"], gone),) if gone else (),
        as_of=on or today(),
        at=params["at"],
        definition_hash="",
        small=whole < FEW,
        group=cell or None,
    )


@dataclass(frozen=True, slots=True)
class Counted:
    """An enterprise the figure counts, with its grid and the last visit of the month."""

    id: int
    name: str
    cell: int
    cell_name: str
    visited: date | None


def counted(
    actor: Actor, part: str, span: tuple[date, date], *, on: date | None = None, cell: int = 0, before: int = 0,
    limit: int = 50,
) -> list[Counted]:  # fmt: skip
    """Return the enterprises of a part (visited, unvisited, withdrawn), newest first; KeyError for no such part."""
    ways, params = _asked(actor, *span, on, cell)
    sql = f"""SELECT m.id, m.name, m.cell_id, g.name,
                (SELECT max(v.day) FROM officers_visit v WHERE v.enterprise = m.id AND v.enterprise > 0
                   AND v.state = 'made' AND v.withdrawn_at IS NULL AND v.day BETWEEN %(first)s AND %(last)s)
              FROM officers_enterprise m JOIN officers_grid g ON g.id = m.cell_id
              WHERE {ways} AND {_PARTS[part]} AND (%(before)s = 0 OR m.id < %(before)s)
              ORDER BY m.id DESC LIMIT %(limit)s"""  # noqa: S608 - own names
    return [Counted(*row) for row in run(sql, {**params, "before": before, "limit": limit})]
