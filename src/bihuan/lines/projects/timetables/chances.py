"""How sure a production date is: spreads learnt from nodes finished here, guesses by side until there are enough."""

import json
from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache
from pathlib import Path

from bihuan.kernel.now import today as this_day
from bihuan.kernel.store.sql import run
from bihuan.lines.projects.timetables import core
from bihuan.lines.projects.timetables.core import Reading
from bihuan.lines.projects.timetables.days import calendar
from bihuan.lines.projects.timetables.rows import ProjectRow
from bihuan.logic.likelihood import Guess, Learnt, Likelihood, Spread, learn, likelihood
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


@cache
def guesses() -> dict[str, Guess]:
    """Return what each side's nodes are guessed to take, in times of the planned length."""
    text = Path(__file__).with_name("guesses.json").read_text(encoding="utf-8")
    return {
        row["side"]: Guess(float(row["best"]), float(row["often"]), float(row["worst"]))
        for row in json.loads(text)["guesses"]
    }


def spreads(reading: Reading, on: Calendar, today: date | None = None) -> dict[str, Spread]:
    """Return the spread of every open node: what was learnt of such nodes, else its side's guess."""
    known = learnt(on, today or this_day())
    return {
        node.key: known.get(node.key) or guesses()[node.side]
        for node in reading.nodes
        if not node.actual_finish and node.duration
    }


def learnt(on: Calendar, today: date) -> Mapping[str, Learnt]:
    """Return what finished nodes of the house say, by node; asked for once a day and process."""
    return _learnt(on, today)


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
            spreads(reading, on, reading.today),
            draws=draws,
            slip=slip,
        )
    except ScheduleError:
        return None
