"""Dates of nodes that come from elsewhere: a visit form, the approval platform's export.

Another line opens ``projects.node_date`` with the project as subject; the day then stands in every timetable
of the project that counts. What stood there before is kept with the matter: one that names it in ``undoes``
puts it back, unless somebody has changed the node since.
"""

import json
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.flow.registry import Context, effect, guard
from bihuan.kernel.now import today
from bihuan.kernel.store.sql import run
from bihuan.lines.projects.timetables import rows
from bihuan.lines.projects.timetables.core import NodeRow
from bihuan.lines.projects.timetables.recording import may_record, put_back, record_actual, record_progress
from bihuan.lines.projects.timetables.rows import Current, ProjectRow, TimetableRow
from bihuan.lines.projects.timetables.writing import plain
from bihuan.logic.days import Day

_KEPT = ("actual_start", "actual_finish", "inferred")


@guard("projects.node_known@1")
def node_known(context: Context) -> str | None:
    """The project has a timetable with this node, the days can be, and the post keeps that node."""
    project = rows.projects([context.row.subject]).get(context.row.subject)
    if project is None or not rows.sees(context.actor, project):
        return _("There is no such project, or you may not see it.")
    if undone := context.values.get("undoes"):
        return _entry_known(context, undone)
    start, finish = _given(context.values)
    if objection := _impossible(start, finish, bool(context.values.get("progress"))):
        return objection
    found = _nodes(project.id, context.values["node"])
    if not found:
        return _("The project's timetable has no node “%(node)s”.") % {"node": context.values["node"]}
    if not all(may_record(context.actor, project, node) for _row, node in found):
        return _("Your post does not keep this node. Ask the coordination centre.")
    context.facts["node_key"] = context.values["node"]
    context.facts["before"] = {str(row.id): _kept(node) for row, node in found}
    return None


def _given(values: dict[str, Any]) -> tuple[Day | None, Day | None]:
    start, finish = (
        Day(date.fromisoformat(values[name])) if values.get(name) else None for name in ("start", "finish")
    )
    return start, finish


def _impossible(start: Day | None, finish: Day | None, seen: bool) -> str:
    if start is None and finish is None and not seen:
        return _("Please give the day it began or the day it was done.")
    if any(day and day.first > today() for day in (start, finish)):
        return _("This day is still to come.")
    if start and finish and start.first > finish.first:
        return _("It can't be done before it begins.")
    return ""


def _entry_known(context: Context, undone: int) -> str | None:
    sql = "SELECT 1 FROM flow_matter WHERE id = %s AND kind = 'projects.node_date' AND subject = %s"
    if not run(sql, (undone, context.row.subject)):
        return _("There is no such entry of this project.")
    return None


def _nodes(project_id: int, key: str) -> list[tuple[TimetableRow, NodeRow]]:
    """Return the node in each timetable that counts: the baseline and a draft beside it."""
    current = rows.currents([project_id]).get(project_id, Current())
    counting = [row for row in (current.approved, current.draft) if row]
    nodes = rows.nodes([row.id for row in counting])
    return [(row, node) for row in counting for node in nodes[row.id] if node.key == key]


def _kept(node: NodeRow) -> dict[str, Any]:
    return {name: plain(getattr(node, name)) for name in _KEPT}


@effect("projects.node_dated@1")
def node_dated(context: Context) -> None:
    """Write the days into every timetable that counts, or put back what stood there before."""
    if undone := context.values.get("undoes"):
        _put_back(context, undone)
        return
    start, finish = _given(context.values)
    project: ProjectRow = rows.projects([context.row.subject], lock=True)[context.row.subject]
    for row, node in _nodes(project.id, context.values["node"]):
        note = context.values.get("source", "")
        if start or finish:
            record_actual(context.actor, row.id, node.key, start=start, finish=finish, note=note)
        if seen := context.values.get("progress", ""):
            record_progress(context.actor, row.id, node.key, seen)


def _put_back(context: Context, undone: int) -> None:
    ((text,),) = run("SELECT data::text FROM flow_matter WHERE id = %s", (undone,))
    said = json.loads(text)
    entered, counting = _given(said), _nodes(context.row.subject, said["node_key"])
    for row, node in counting:
        before = said["before"].get(str(row.id))
        if before is not None:
            days = {name: Day.decode(before[name]) if before[name] else None for name in _KEPT[:2]}
            put_back(context.actor, row.id, node.key, entered, {**days, "inferred": before["inferred"]})
