"""Compute timetables: one for a page, many set-based, and write the projections lists are read by."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, NotFound
from bihuan.kernel.now import today as this_day
from bihuan.kernel.store.sql import atomic, run
from bihuan.lines.projects.timetables import core, rows
from bihuan.lines.projects.timetables.core import NodeRow, Reading
from bihuan.lines.projects.timetables.days import calendar, calendars
from bihuan.lines.projects.timetables.rows import ProjectRow, TimetableRow
from bihuan.lines.projects.timetables.templating import network_fault
from bihuan.logic.schedule import Activity, Dates, ScheduleError, schedule
from bihuan.logic.workdays import Calendar

if TYPE_CHECKING:
    from bihuan.logic import schedule_kernel

#: From so many timetables on the compiled passes are faster than starting them costs.
MANY = 40
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Projected:
    """The days of every node of one timetable, when it ends and by how much too late."""

    dates: dict[str, Dates]
    finish: date
    late_wd: int


def reading(timetable: TimetableRow, today: date | None = None, using: str = "default") -> Reading:
    """Return a timetable as it stands seen from ``today``: dates, binding chain, whose days they are."""
    project = rows.projects([timetable.project], using=using).get(timetable.project)
    if project is None:
        raise NotFound(_("There is no such project, or you may not see it."))
    return reading_of(timetable, project, rows.nodes([timetable.id], using)[timetable.id], today, using)


def reading_of(
    timetable: TimetableRow,
    project: ProjectRow,
    nodes: Sequence[NodeRow],
    today: date | None = None,
    using: str = "default",
) -> Reading:
    """Return the reading of a timetable whose rows are already at hand."""
    try:
        return core.read(nodes, timetable.anchor, today or this_day(), calendar(project.scope, using))
    except ScheduleError as error:
        raise BadInput(network_fault(error), where=error.where) from error


Item = tuple[Sequence[Activity], date]


def project_many(items: Sequence[Item], today: date, on: Calendar) -> list[Projected]:
    """Return the days of many timetables (activities, anchor); few one by one, many on flat arrays.

    What is asked twice (fresh drafts of one template towards one day) is worked out once.
    """
    distinct: dict[tuple[tuple[Activity, ...], date], int] = {}
    places = [distinct.setdefault((tuple(activities), anchor), len(distinct)) for activities, anchor in items]
    solved = _solve(list(distinct), today, on)
    return [solved[place] for place in places]


def _solve(items: Sequence[Item], today: date, on: Calendar) -> list[Projected]:
    if len(items) < MANY:
        plans = [schedule(activities, anchor, today, on) for activities, anchor in items]
        return [
            Projected({d.id: d for d in plan.activities}, plan.finish or anchor, plan.late_by_wd)
            for plan, (_activities, anchor) in zip(plans, items, strict=True)
        ]
    from bihuan.logic import schedule_kernel  # a second and a half to import: only who has many needs it

    packed = schedule_kernel.pack([(activities, anchor, today) for activities, anchor in items], on)
    return _unpack(packed, schedule_kernel.solve(packed, on))


def _unpack(packed: "schedule_kernel.Packed", solved: "schedule_kernel.Timetables") -> list[Projected]:
    columns = (
        solved.earliest_start.tolist(), solved.earliest_finish.tolist(), solved.latest_start.tolist(),
        solved.latest_finish.tolist(), solved.slack.tolist(), solved.critical.tolist(),
    )  # fmt: skip
    found = []
    for number, (first, last) in enumerate(zip(packed.first[:-1], packed.first[1:], strict=True)):
        dates = {}
        for place in range(int(first), int(last)):
            key = packed.keys[place][1]
            dates[key] = Dates(*[key, *(column[place] for column in columns), False])
        finish = max(d.earliest_finish for d in dates.values())
        found.append(Projected(dates, finish, int(solved.late[number])))
    return found


_NODES = """
UPDATE projects_node n SET earliest_start = v.es, earliest_finish = v.ef, latest_start = v.ls,
       latest_finish = v.lf, slack_wd = v.slack, critical = v.critical
FROM unnest(%s::bigint[], %s::date[], %s::date[], %s::date[], %s::date[], %s::int[], %s::boolean[])
     AS v(id, es, ef, ls, lf, slack, critical)
WHERE n.id = v.id AND (n.earliest_start, n.earliest_finish, n.latest_start, n.latest_finish, n.slack_wd,
      n.critical) IS DISTINCT FROM (v.es, v.ef, v.ls, v.lf, v.slack, v.critical)
"""
_TIMETABLES = """
UPDATE projects_timetable t SET finish = v.finish, late_wd = v.late, computed_on = %s
FROM unnest(%s::bigint[], %s::date[], %s::int[]) AS v(id, finish, late) WHERE t.id = v.id
"""


def recompute(timetable_ids: Iterable[int] | None = None, today: date | None = None) -> int:
    """Rewrite the projections of the timetables that count (or of those given); return how many.

    They are no part of the history: run it each morning, and after a calendar has changed.
    """
    day = today or this_day()
    ids = list(timetable_ids) if timetable_ids is not None else _counting()
    for start in range(0, len(ids), CHUNK):
        _recompute(ids[start : start + CHUNK], day)
    return len(ids)


def _counting() -> list[int]:
    sql = "SELECT id FROM projects_timetable WHERE state IN ('draft', 'approved') ORDER BY id"
    return [row[0] for row in run(sql)]


def _recompute(ids: Sequence[int], day: date) -> None:
    with atomic():
        found = rows.timetables(ids, lock=True)
        nodes = rows.nodes(found)
        projects = rows.projects({row.project for row in found.values()})
        place = calendars()
        by_calendar: dict[int, tuple[Calendar, list[int]]] = {}
        for row in found.values():
            if row.project in projects:
                on = place(projects[row.project].scope)
                by_calendar.setdefault(id(on), (on, []))[1].append(row.id)
        for on, members in by_calendar.values():
            items = [(core.activities(nodes[key], on, day), found[key].anchor) for key in members]
            _write(dict(zip(members, project_many(items, day, on), strict=True)), nodes, day)


def _write(done: dict[int, Projected], nodes: dict[int, tuple[NodeRow, ...]], day: date) -> None:
    lines: list[tuple[Any, ...]] = []
    for key, projected in done.items():
        for node in nodes[key]:
            d = projected.dates[node.key]
            lines.append(
                (node.id, d.earliest_start, d.earliest_finish, d.latest_start, d.latest_finish, d.slack_wd,
                 d.critical)
            )  # fmt: skip
    run(_NODES, [list(column) for column in zip(*lines, strict=True)])
    heads = [(key, projected.finish, projected.late_wd) for key, projected in done.items()]
    run(_TIMETABLES, [day, *(list(column) for column in zip(*heads, strict=True))])
