"""Facts of the register in the nodes of timetables, and what they imply."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import today as this_day
from bihuan.lines.projects.timetables import core, rows
from bihuan.lines.projects.timetables.core import NodeRow
from bihuan.lines.projects.timetables.days import calendars
from bihuan.lines.projects.timetables.rows import ProjectRow, TimetableRow
from bihuan.lines.projects.timetables.writing import Happened, record
from bihuan.logic.days import Day
from bihuan.logic.workdays import Calendar

Changes = dict[str, dict[str, Any]]


def refresh(actor: Actor, projects: Sequence[ProjectRow]) -> list[int]:
    """Bring the nodes of the timetables that count up to what the register says; return those changed.

    The caller holds the projects, which every writer of a timetable locks first.
    """
    today = this_day()
    counting = [
        row
        for current in rows.currents([project.id for project in projects]).values()
        for row in (current.approved, current.draft)
        if row
    ]
    nodes = rows.nodes([row.id for row in counting])
    by_id = {project.id: project for project in projects}
    place = calendars()
    changes: list[tuple[TimetableRow, Happened]] = []
    for row in counting:
        project = by_id[row.project]
        sets = differences(nodes[row.id], project.days, place(project.scope), today)
        if sets:
            changes.append((row, Happened("timetable.facts", sets)))
    if changes:
        record(actor, changes)
    return [row.id for row, _what in changes]


def differences(nodes: Sequence[NodeRow], facts: Mapping[str, Day], on: Calendar, today: date) -> Changes:
    """Return what has to change for the nodes to say what the facts say. A day to come is no fact."""
    sets: Changes = {}
    for node in nodes:
        if not node.fact:
            continue
        fact = facts.get(node.fact)
        fact = fact if fact and fact.first <= today else None
        held = None if node.inferred else node.actual_finish
        if fact != held:
            sets[node.key] = {"actual_finish": fact, "inferred": False}
            if node.milestone:
                sets[node.key]["actual_start"] = fact
    return settle(nodes, sets, on, today) if sets else {}


def settle(nodes: Sequence[NodeRow], sets: Changes, on: Calendar, today: date) -> Changes:
    """Add to changed nodes what they imply for those before: done by then, or no longer.

    Only nodes before a newly begun one are inferred anew: what somebody has set to "not
    done" otherwise stays so.
    """
    after = [applied(node, sets.get(node.key, {})) for node in nodes]
    begun = [
        node.key
        for node in after
        if node.key in sets and not node.inferred and (node.actual_start or node.actual_finish)
    ]
    bare = [replace(node, actual_finish=None, inferred=False) if node.inferred else node for node in after]
    by = core.implied(bare, on, today)
    reach = core.ancestors(nodes, begun)
    for node in after:
        if node.inferred and node.key not in by:
            sets.setdefault(node.key, {}).update({"actual_finish": None, "inferred": False})
        elif node.key in by and (node.inferred or (node.key in reach and not node.actual_finish)):
            day = Day(by[node.key])
            if not node.inferred or node.actual_finish != day:
                sets.setdefault(node.key, {}).update({"actual_finish": day, "inferred": True})
    return sets


def applied(node: NodeRow, values: Mapping[str, Any]) -> NodeRow:
    """Return the node as it is after a change."""
    return replace(node, **values) if values else node
