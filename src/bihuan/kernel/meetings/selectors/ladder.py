"""How far stuck matters have climbed, and the figures of the ladder: latency, putting off, time on each rung."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.flow.selectors import by_ids
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.meetings import climbing
from bihuan.kernel.meetings.climbing import Step
from bihuan.kernel.now import now
from bihuan.kernel.permits.rules import branches
from bihuan.kernel.permits.walk import condition
from bihuan.kernel.store.sql import run


@dataclass(frozen=True, slots=True)
class Climb:
    """A stuck matter with its steps, first to last."""

    matter: MatterRow
    steps: Sequence[Step]

    @property
    def top(self) -> int:
        """The highest rung it has stood on."""
        return max(step.place for step in self.steps)


_KINDS = "'meetings.item', 'meetings.request'"


def _seen(actor: Actor) -> tuple[str, dict[str, Any]]:
    """Return SQL for the ids of agenda items and requests one sees, with its named parameters; "" if none."""
    parts: list[str] = []
    params: dict[str, Any] = {}
    for number, branch in enumerate(branches(actor)):
        sql, extra = condition(branch)
        params |= {f"b{number}": value for value in extra}
        sql = sql.replace("%s", f"%(b{number})s")
        parts.append(f"SELECT m.id FROM flow_matter m WHERE {sql} AND m.kind IN ({_KINDS})")  # noqa: S608
    return " UNION ".join(parts), params


def climbs(actor: Actor, *, past: bool = False, limit: int = 40) -> list[Climb]:
    """Return the stuck matters on the ladder that one sees, the highest first; ``past``: those that left it."""
    seen, params = _seen(actor)
    if not seen:
        return []
    state = "c.until IS NOT NULL" if past else "c.until IS NULL"
    order = "max(c.until) DESC" if past else "max(c.place) DESC, min(c.since)"
    rows = run(
        f"SELECT c.matter FROM meetings_climb c JOIN flow_matter p ON p.id = c.matter WHERE {state}"  # noqa: S608
        f" AND greatest(c.item, c.request) IN ({seen}) GROUP BY c.matter ORDER BY {order}, c.matter LIMIT %(limit)s",
        {**params, "limit": limit},
    )
    order_of = [key for (key,) in rows]
    return _climbs(order_of)


def climb(matter: int) -> Climb | None:
    """Return one matter's climb, None when it never stood on the ladder; the caller has asked who looks."""
    return next(iter(_climbs([matter])), None)


def _climbs(keys: Sequence[int]) -> list[Climb]:
    matters, steps = by_ids(keys), climbing.steps_of(keys)
    return [Climb(matters[key], steps[key]) for key in keys if key in matters and key in steps]


@dataclass(frozen=True, slots=True)
class RungFigures:
    """What one rung did with the proposals made in a period; days are calendar days (24 hours).

    ``proposed`` all proposals, ``answered`` those the chair has answered, ``on_time`` of them within the limit,
    ``due`` answered or past the limit. ``latency`` mean days from the proposal to the answer; ``stood`` mean
    days on the rung of those that left it; ``ended`` how many left, ``solved`` of them decided or ordered here,
    ``raised`` taken to the next chair; ``tabled`` how often meetings put items off, over ``heard`` hearings.
    """

    place: int
    proposed: int
    answered: int
    on_time: int
    due: int
    latency: float | None
    ended: int
    solved: int
    raised: int
    stood: float | None
    tabled: int
    heard: int


_FIGURES = """
WITH step AS (
  SELECT c.*, coalesce(nullif(c.item, 0), c.request) AS key FROM meetings_climb c
  WHERE c.since >= %(since)s AND c.since < %(until)s AND greatest(c.item, c.request) IN ({seen})),
answer AS (
  SELECT s.id, (SELECT sum(extract(epoch FROM coalesce(x.until, %(at)s) - x.since)) / 86400.0 FROM flow_span x
                WHERE x.matter_id = s.key AND x.stage IN ('proposed', 'waiting')) AS days,
         NOT EXISTS (SELECT 1 FROM flow_span x WHERE x.matter_id = s.key AND x.stage IN ('proposed', 'waiting')
                     AND x.until IS NULL) AS given,
         (SELECT k.state FROM clock_clock k WHERE k.matter_id = s.key AND k.name = 'answer'
          ORDER BY k.id DESC LIMIT 1) AS state,
         (SELECT k.due < %(at)s FROM clock_clock k WHERE k.matter_id = s.key AND k.name = 'answer'
          ORDER BY k.id DESC LIMIT 1) AS over
  FROM step s)
SELECT s.place, count(*), count(*) FILTER (WHERE a.given),
       count(*) FILTER (WHERE a.given AND a.state = 'met'),
       count(*) FILTER (WHERE a.given OR a.over),
       avg(a.days) FILTER (WHERE a.given), count(*) FILTER (WHERE s.until IS NOT NULL),
       count(*) FILTER (WHERE s.outcome IN ('decide', 'order')), count(*) FILTER (WHERE s.outcome = 'raise'),
       avg(extract(epoch FROM s.until - s.since) / 86400.0) FILTER (WHERE s.until IS NOT NULL),
       sum(s.tabled), sum(s.tabled) + count(*) FILTER (WHERE s.outcome = 'decide')
FROM step s JOIN answer a ON a.id = s.id GROUP BY s.place ORDER BY s.place"""


def figures(actor: Actor, since: datetime, until: datetime) -> list[RungFigures]:
    """Return the figures of each rung for proposals made from ``since`` to before ``until``; from spans and clocks."""
    seen, params = _seen(actor)
    if not seen:
        return []
    given = {**params, "since": since, "until": until, "at": now()}
    return [RungFigures(*_numbers(row)) for row in run(_FIGURES.replace("{seen}", seen), given)]


def _numbers(row: Sequence[Any]) -> list[Any]:
    """Counts as whole numbers, means (the sixth and the tenth) as numbers or None."""
    return [
        int(value) if n not in {5, 9} else None if value is None else float(value)
        for n, value in enumerate(row)
    ]
