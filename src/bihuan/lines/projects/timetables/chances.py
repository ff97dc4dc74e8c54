"""How sure a production date is: spreads learnt from nodes finished here, guesses by side until there are enough."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from bihuan.kernel.identity.actors import Scope
from bihuan.kernel.now import today as this_day
from bihuan.kernel.store.sql import run
from bihuan.lines.projects.timetables import core, guessing
from bihuan.lines.projects.timetables.core import Reading
from bihuan.lines.projects.timetables.days import calendar
from bihuan.lines.projects.timetables.rows import ProjectRow
from bihuan.logic.likelihood import Learnt, Likelihood, Spread, learn, likelihood
from bihuan.logic.schedule import ScheduleError
from bihuan.logic.workdays import Calendar

#: Enough for a page: the day of eight in ten is then within a day or two of that of a hundred thousand draws.
DRAWS = 10_000

#: Recorded ends known to the day of nodes with a length; a node drawn again in a later version counts once.
_FINISHED = """
SELECT DISTINCT ON (t.project_id, n.key) n.key, n.duration, n.unit, n.actual_start, n.actual_finish
FROM projects_node n JOIN projects_timetable t ON t.id = n.timetable_id
WHERE n.actual_start_precision = 'day' AND n.actual_finish_precision = 'day' AND NOT n.inferred
  AND n.duration > 0 AND t.state IN ('approved', 'replaced') AND n.actual_finish <= %s
ORDER BY t.project_id, n.key, t.version DESC
"""


def spreads(
    reading: Reading, on: Calendar, today: date | None = None, scope: Scope | None = None
) -> dict[str, Spread]:
    """Return the spread of every open node: what was learnt of such nodes, else its side's guess at the place."""
    known = learnt(on, today or this_day())
    guessed = guessing.guesses_at(scope or Scope(), today or this_day())
    return {
        node.key: known.get(node.key) or guessed[node.side]
        for node in reading.nodes
        if not node.actual_finish and node.duration
    }


def learnt(on: Calendar, today: date) -> Mapping[str, Learnt]:
    """Return what finished nodes of the house say, by node; asked for once a day and process."""
    return _learnt(on, today)


def forget() -> None:
    """Ask anew: other nodes are finished now than when this process asked."""
    _learnt.cache_clear()


@lru_cache(maxsize=8)
def _learnt(on: Calendar, today: date) -> Mapping[str, Learnt]:
    factors: dict[str, list[float]] = {}
    for key, planned, unit, began, ended in run(_FINISHED, (today,)):
        took = (
            (ended - began).days + 1
            if unit == "d"
            else on.working_between(began, ended) + on.is_working(began)
        )
        factors.setdefault(key, []).append(max(took, 1) / planned)
    found = {key: learn(values) for key, values in factors.items()}
    return {key: one for key, one in found.items() if one}


def chance(
    project: ProjectRow, reading: Reading, slip: Mapping[str, int] | None = None, draws: int = DRAWS
) -> Likelihood | None:
    """Return how sure the date is; None when the draws run out of the years the calendar knows."""
    on = calendar(project.scope)
    network = core.activities(reading.nodes, on, reading.today)
    try:
        return likelihood(
            network,
            reading.anchor,
            reading.today,
            on,
            spreads(reading, on, reading.today, project.scope),
            draws=draws,
            slip=slip,
        )
    except ScheduleError:
        return None
