"""Read what early warning knows: cells and their days, the threshold and what it achieved, hotspots, their answers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from bihuan.kernel.clock.ground import ground
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import today
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.contracts import HOTSPOT
from bihuan.logic import bursts

Array = np.ndarray[Any, Any]
#: A house must have counted so long before anything is called more than usual.
KNOWN = timedelta(days=28)
#: How many false alarms a day are promised at most, over all cells together.
TARGET = 2


def first_day() -> date | None:
    """Return the first day that has an event; None when nothing was counted yet."""
    rows = run("SELECT min(day) FROM hotline_tally")
    return rows[0][0] if rows else None


def last_judged() -> date | None:
    """Return the last day that was judged; None when none was."""
    found: date | None = run("SELECT max(day) FROM hotline_judged")[0][0]
    return found


_WINDOW = """SELECT coalesce(array_agg(cell), '{}'), coalesce(array_agg(day - %s), '{}'),
             coalesce(array_agg(events), '{}') FROM hotline_tally WHERE day BETWEEN %s AND %s AND events > 0"""


def window(day: date) -> tuple[Array, Array, Array]:
    """Return (cells, counts with a row a day up to this one, kinds of the days) for :mod:`bihuan.logic.bursts`."""
    first = day - timedelta(days=bursts.WINDOW - 1)
    ((cell, place, events),) = run(_WINDOW, (first, first, day), binary=True)
    cells, column = np.unique(np.array(cell, np.int64), return_inverse=True)
    counts = np.zeros((bursts.WINDOW, len(cells)), np.float32)
    counts[np.array(place, np.int64), column] = events
    return cells, counts, kinds(first, day)


def kinds(first: date, last: date) -> Array:
    """Return the kind of each day: its weekday, a holiday, or for a make-up working day a Wednesday."""
    calendar = ground().calendar()
    special = {one.day for one in calendar.special(first, last)}
    found = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        kind = day.weekday()
        if day in special:
            kind = 2 if calendar.is_working(day) else bursts.HOLIDAY
        found.append(kind)
    return np.array(found)


def threshold(day: date, cells: int) -> float:
    """Return the surprise from which a cell is raised on a day, by the days judged before it."""
    sql = "SELECT highest FROM hotline_judged WHERE day < %s AND day >= %s ORDER BY day"
    rows = run(sql, (day, day - timedelta(days=bursts.PAST)))
    return bursts.threshold([np.array(row[0], float) for row in rows], cells)


def loud(day: date) -> list[int]:
    """Return the cells that stood above the threshold shortly before a day."""
    sql = "SELECT DISTINCT unnest(over) FROM hotline_judged WHERE day < %s AND day >= %s"
    return [row[0] for row in run(sql, (day, day - timedelta(days=bursts.QUIET)))]


_FREE = """
SELECT c.id, c.duty, c.place FROM unnest(%s::bigint[]) WITH ORDINALITY AS w (cell, place_no)
JOIN hotline_cell c ON c.id = w.cell
WHERE NOT EXISTS (SELECT FROM hotline_hotspot h WHERE h.cell = c.id AND (h.ended IS NULL OR h.raised > %s))
ORDER BY w.place_no"""


def free_cells(cells: Sequence[int], quiet_since: date) -> dict[int, tuple[int, int]]:
    """Return (duty, place) of the cells that have no open hotspot and had none lately."""
    return {row[0]: (row[1], row[2]) for row in run(_FREE, (list(cells), quiet_since))}


@dataclass(frozen=True, slots=True)
class Spot:
    """Why a hotspot was raised, and what became of it."""

    matter: int
    cell: int
    since: date
    raised: date
    events: int
    expected: float
    surprise: float
    threshold: float
    ended: date | None
    untrue: bool
    linked: int


_SPOTS = """SELECT h.matter, h.cell, h.since, h.raised, h.events, h.expected, h.surprise, h.threshold, h.ended,
  h.untrue,
  (SELECT count(*)::int FROM hotline_hotspot_order o WHERE o.hotspot = h.matter)
FROM hotline_hotspot h WHERE h.matter = ANY(%s)"""


def spots(matters: Iterable[int]) -> dict[int, Spot]:
    """Return hotspots by matter."""
    return {row[0]: Spot(*row) for row in run(_SPOTS, (list(matters),))}


def board(
    actor: Actor, *, open_only: bool = True, before: int = 0, limit: int = 24
) -> tuple[list[MatterRow], int]:
    """Return the hotspots the actor sees, newest first, and the id to continue before."""
    what = flow.Filter(kind=HOTSPOT, open=True if open_only else None)
    return flow.listed(actor, what, before=before, limit=limit)


@dataclass(frozen=True, slots=True)
class Series:
    """A cell's events a day: what was usual, and from how many on a day it would have been raised."""

    first: date
    counts: tuple[int, ...]
    usual: tuple[float, ...]
    raised_from: tuple[int, ...]

    def label(self, place: int) -> str:
        """Return a day in words."""
        day = self.first + timedelta(days=place)
        return f"{day.month}-{day.day}"


def series(cell: int, least: float, until: date | None = None) -> Series:
    """Return a cell's last nine weeks up to a day; ``least`` is the surprise from which it is raised."""
    day = until or today()
    first = day - timedelta(days=bursts.WINDOW - 1)
    counts = np.zeros((bursts.WINDOW, 1), np.float32)
    sql = "SELECT day - %s, events FROM hotline_tally WHERE cell = %s AND day BETWEEN %s AND %s"
    for place, events in run(sql, (first, cell, first, day)):
        counts[place, 0] = events
    of_days = kinds(first, day)
    usual = bursts.usual(counts, of_days)[:, 0]
    raised = bursts.raised_from(counts, of_days, least)
    return Series(
        first,
        tuple(int(one) for one in counts[:, 0]),
        tuple(round(float(one), 2) for one in usual),
        tuple(int(one) for one in raised),
    )


@dataclass(frozen=True, slots=True)
class Achieved:
    """How often the watch cried: over how many judged days and cells, what people found untrue.

    ``unclassed`` open orders had no class at the last pass.
    """

    days: int
    cells: int
    raised: int
    untrue: int
    ended: int
    unclassed: int

    @property
    def a_day(self) -> float:
        """How many cells rose a day."""
        return self.raised / self.days if self.days else 0.0


_DONE = """SELECT count(*)::int, coalesce(max(cells), 0), coalesce(sum(raised), 0)::int
           FROM hotline_judged WHERE day >= %s"""
_OVER = """SELECT count(*) FILTER (WHERE untrue)::int, count(*)::int
           FROM hotline_hotspot WHERE raised >= %s AND ended IS NOT NULL"""


def achieved() -> Achieved:
    """Return what the watch did over the last eight weeks, and how many hotspots people found to be none."""
    since = today() - timedelta(days=bursts.PAST)
    days, cells, raised = run(_DONE, (since,))[0]
    untrue, ended = run(_OVER, (since,))[0]
    watched = run("SELECT unclassed FROM hotline_watched")
    return Achieved(days, cells, raised, untrue, ended, watched[0][0] if watched else 0)


def orders(actor: Actor, hotspot: int, limit: int = 60) -> list[MatterRow]:
    """Return the newest orders of a hotspot."""
    sql = "SELECT matter FROM hotline_hotspot_order WHERE hotspot = %s ORDER BY matter DESC LIMIT %s"
    rows = flow.by_ids([row[0] for row in run(sql, (hotspot, limit))])
    return sorted(rows.values(), key=lambda row: -row.id)


_PLACES = """SELECT coalesce(nullif(m.micro, 0), nullif(m.grid, 0), nullif(m.community, 0), m.division), count(*)::int
FROM hotline_hotspot_order o JOIN flow_matter m ON m.id = o.matter WHERE o.hotspot = %s
GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 12"""


def places(hotspot: int) -> list[tuple[int, int]]:
    """Return (division, orders) of a hotspot by its smallest places."""
    return [(row[0], row[1]) for row in run(_PLACES, (hotspot,))]


@dataclass(frozen=True, slots=True)
class Answer:
    """A version of a hotspot's standard answer."""

    id: int
    version: int
    state: str
    name: str
    answer: str
    basis: str
    review_on: date
    expires_on: date
    unit: int
    proposed: datetime
    decided: datetime | None
    knowledge: int


_ANSWERS = """SELECT id, version, state, name, answer, basis, review_on, expires_on, unit, proposed, decided, knowledge
FROM hotline_reply WHERE hotspot = %s ORDER BY version DESC"""


def answers(hotspot: int) -> list[Answer]:
    """Return the versions of a hotspot's standard answer, the newest first."""
    return [Answer(*row) for row in run(_ANSWERS, (hotspot,))]


def answer_in(hotspot: int, state: str) -> Answer | None:
    """Return the version of a hotspot's answer in a state (proposed or approved)."""
    return next((one for one in answers(hotspot) if one.state == state), None)


def hotspot_of(order: int) -> int:
    """Return the hotspot an order belongs to, the newest; 0 for none."""
    rows = run("SELECT max(hotspot) FROM hotline_hotspot_order WHERE matter = %s", (order,))
    return int(rows[0][0] or 0)
