"""Read root-cause tasks: what keeps coming back, and whether fewer calls came after its cause was put right."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.flow.selectors import Filter
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import LOCAL, now, today
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.contracts import CAUSE, ORDER, UNCOUNTED
from bihuan.lines.hotline.grids.selectors import LEVELS

#: The days before a task that tell what keeps coming, and from how many calls on it is proposed.
BEFORE, OFTEN = 90, 5
#: So long after the cause was put right calls are counted before anybody may say that it held.
AT_LEAST = 14


@dataclass(frozen=True, slots=True)
class Frequent:
    """A class that keeps coming from one place: calls of the last 90 days; ``task`` the open one about it, or 0."""

    place: int
    duty: int
    calls: int
    task: int


_FREQUENT = """
WITH often AS (
  SELECT m.{below} AS place, m.data ->> 'class' AS class, count(*) AS calls FROM flow_matter m
  WHERE m.kind = %s AND m.{level} = %s AND m.{level} > 0 AND m.{below} > 0 AND m.created >= %s
    AND coalesce(m.data ->> 'class', '') <> '' AND m.stage NOT IN {out}
  GROUP BY 1, 2 HAVING count(*) >= %s)
SELECT o.place, o.class::bigint, o.calls,
  coalesce((SELECT max(c.id) FROM flow_matter c WHERE c.kind = %s AND c.open AND c.division = o.place
            AND c.data ->> 'class' = o.class), 0)
FROM often o ORDER BY 3 DESC, 1, 2 LIMIT 50"""


def frequent(actor: Actor, often: int = OFTEN) -> list[Frequent]:
    """Return what keeps coming from the communities of one's place, the most frequent first."""
    if actor.level not in {"county", "street"}:
        return []
    since = datetime.combine(today() - timedelta(days=BEFORE), time(), LOCAL)
    sql = _FREQUENT.format(level=actor.level, below="community", out=UNCOUNTED)
    return [Frequent(*row) for row in run(sql, (ORDER, actor.division, since, often, CAUSE))]


@dataclass(frozen=True, slots=True)
class Effect:
    """Calls of the class before the task and since its cause was put right, in the place and in the rest.

    ``days`` are those since; with less than two weeks nothing is said.
    """

    before: int
    since: int
    days: int
    others_before: int
    others_since: int

    @property
    def expected(self) -> float:
        """How many would have come since, had calls here changed as they did elsewhere."""
        if self.others_before:
            return self.before * self.others_since / self.others_before
        return self.before * self.days / BEFORE

    @property
    def known(self) -> bool:
        """Whether enough days have passed to say something."""
        return self.days >= AT_LEAST

    @property
    def fell(self) -> bool:
        """Whether fewer calls came than would have."""
        return self.known and self.since < self.expected


_EFFECT = """
SELECT count(*) FILTER (WHERE {place} AND created < %s), count(*) FILTER (WHERE {place} AND created >= %s),
       count(*) FILTER (WHERE NOT ({place}) AND created < %s), count(*) FILTER (WHERE NOT ({place}) AND created >= %s)
FROM flow_matter WHERE kind = %s AND {whole} AND data ->> 'class' = %s
  AND stage NOT IN {out} AND ((created >= %s AND created < %s) OR created >= %s)"""


def effect(row: MatterRow, level: str) -> Effect | None:
    """Return the measured effect of a task; None before its cause was put right. ``level`` is that of its place."""
    done = row.value("done_at")
    if not done or level not in LEVELS:
        return None
    moment, opened = datetime.fromisoformat(done), row.created
    since = opened - timedelta(days=BEFORE)
    whole = next((name for name in LEVELS if getattr(row, name)), level)
    place, area = int(row.division), int(getattr(row, whole))
    sql = _EFFECT.format(place=f"{level} = {place}", whole=f"{whole} = {area}", out=UNCOUNTED)
    found = run(sql, (opened, moment, opened, moment, ORDER, str(row.value("class")), since, opened, moment))[
        0
    ]
    return Effect(found[0], found[1], (now() - moment).days, found[2], found[3])


def calls_behind(row: MatterRow, level: str) -> int:
    """Return how many calls of the 90 days before it a task stands for."""
    if level not in LEVELS:
        return 0
    since = row.created - timedelta(days=BEFORE)
    sql = f"""SELECT count(*) FROM flow_matter WHERE kind = %s AND {level} = %s AND data ->> 'class' = %s
              AND created >= %s AND created <= %s AND stage NOT IN {UNCOUNTED}"""  # noqa: S608 - own names
    return int(run(sql, (ORDER, row.division, str(row.value("class")), since, row.created))[0][0])


def level_of(division: int) -> str:
    """Return the level of a division, '' for none."""
    rows = run("SELECT level FROM identity_division WHERE id = %s", (division,))
    return str(rows[0][0]) if rows else ""


def causes(actor: Actor, *, before: int = 0, limit: int = 50) -> tuple[list[MatterRow], int]:
    """Return root-cause tasks the actor sees, newest first."""
    return flow.listed(actor, Filter(kind=CAUSE), before=before, limit=limit)


def of_order(row: MatterRow) -> list[MatterRow]:
    """Return the open tasks about the class of an order in a place it lies in."""
    places: Sequence[int] = [place for name in LEVELS if (place := getattr(row, name))]
    sql = """SELECT id FROM flow_matter WHERE kind = %s AND open AND division = ANY(%s) AND data ->> 'class' = %s"""
    found = run(sql, (CAUSE, list(places), str(row.value("class", "") or "-")))
    return list(flow.by_ids([one[0] for one in found]).values())
