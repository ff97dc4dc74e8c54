"""Make the plan: read the timetables, level what people carry, say what it does to every date."""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput
from bihuan.kernel.now import today as this_day
from bihuan.lines.projects.staffing import network, selectors
from bihuan.lines.projects.staffing.network import Item, Problem
from bihuan.lines.projects.timetables import rows
from bihuan.lines.projects.timetables import selectors as timetables
from bihuan.lines.projects.timetables.days import calendar
from bihuan.lines.projects.timetables.rows import TimetableRow
from bihuan.logic import scarce
from bihuan.logic.scarce import Answer, ScarceError

#: Stretches the load picture shows at most.
COLUMNS = 52


def solved(ids: Sequence[int], told: Callable[[int], None], seconds: float) -> dict[str, Any]:
    """Return the plan of these projects as JSON values. BadInput when there is nothing to plan."""
    today = this_day()
    projects = rows.projects(ids)
    currents = rows.currents(projects)
    shown = {key: current.shown for key, current in currents.items() if current.shown}
    posts, people = selectors.carriers({key: projects[key] for key in shown})
    items = []
    for number, (key, row) in enumerate(shown.items(), 1):
        items.append(Item(key, timetables.compute(projects[key], row, today), posts.get(key, ())))
        told(number - 1)
    if not items:
        raise BadInput(_("None of these projects has a timetable any more."))
    on = calendar(projects[items[0].project].scope)
    problem = network.build(items, people, today, on)
    answer, exact = _answer(problem, seconds)
    return {
        "base": problem.base.isoformat(),
        "exact": exact,
        "proven": answer.proven,
        "projects": [
            _project(problem, item, shown[item.project], answer, projects[item.project].name)
            for item in items
        ],
        **_people(problem, answer),
    }


def _answer(problem: Problem, seconds: float) -> tuple[Answer, bool]:
    """Return the plan, and whether OR-Tools looked for a better one."""
    capacity = [person.at_once for person in problem.people]
    try:
        if seconds > 0:
            try:
                return scarce.improve(problem.tasks, capacity, seconds=seconds, workers=1), True
            except scarce.NoSolver:
                pass
        return scarce.quick(problem.tasks, capacity), False
    except ScarceError as error:
        if error.code == "empty":
            raise BadInput(_("Nothing is left to be done in these timetables.")) from error
        raise BadInput(_("These timetables can't be planned together.")) from error


def _project(problem: Problem, item: Item, row: TimetableRow, answer: Answer, name: str) -> dict[str, Any]:
    """Return a project before and after; what need not wait keeps the days of its timetable."""
    alone, nodes, ends = _alone(problem), [], (0, 0)
    dates = item.reading.dates
    for place in problem.places:
        if place.project != item.project:
            continue
        start, length = answer.starts[place.task], problem.tasks[place.task].length
        waits = start - alone[place.task]
        ends = max(ends[0], alone[place.task] + length), max(ends[1], start + length)
        found = dates[place.node.key]
        before = [found.earliest_start.isoformat(), found.earliest_finish.isoformat()]
        after = [day.isoformat() for day in problem.span(place.task, start)] if waits else before
        nodes.append(
            {"key": place.node.key, "title": place.node.title, "title_en": place.node.title_en,
             "side": place.node.side, "posts": list(place.posts), "waits": waits, "before": before, "after": after}
        )  # fmt: skip
    finish = item.reading.plan.finish or row.anchor
    by = max(0, ends[1] - ends[0])
    then = problem.on.add_working(finish, by) if by else finish
    return {
        "id": item.project, "name": name, "timetable": row.id, "ver": row.ver, "approved": row.approved,
        "anchor": row.anchor.isoformat(), "before": finish.isoformat(), "after": then.isoformat(),
        "late": max(0, problem.on.working_between(row.anchor, then)), "by": by, "nodes": nodes,
    }  # fmt: skip


def _people(problem: Problem, answer: Answer) -> dict[str, Any]:
    before = network.loads(problem, _alone(problem))
    after = network.loads(problem, answer.starts)
    longest = max((len(load) for loads in (before, after) for load in loads.values()), default=0)
    size = max(5, -(-longest // COLUMNS))
    count = -(-longest // size) if longest else 0
    found = [
        {"post": one.post, "role": one.role, "at_once": one.at_once,
         "before": network.binned(before[one.post], size, count),
         "after": network.binned(after[one.post], size, count),
         "over_days": sum(carried > one.at_once for carried in before[one.post])}
        for one in problem.people
    ]  # fmt: skip
    return {
        "people": found,
        "size": size,
        "columns": [problem.day(n * size).isoformat() for n in range(count)],
    }


def _alone(problem: Problem) -> list[int]:
    """Return when each task starts if nobody were scarce."""
    starts: list[int] = []
    for task in problem.tasks:
        waits = [starts[one] + problem.tasks[one].length for one in task.after]
        starts.append(max([task.ready, *waits]))
    return starts
