"""Rewrite how projects stand: lights, lateness, what binds, what is overdue and the harm of it, set-based."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from bihuan.kernel.clock.ground import current, ground, place_of
from bihuan.kernel.meetings.selectors import rules as meeting_rules
from bihuan.kernel.now import local, now, today
from bihuan.kernel.store.sql import atomic, run
from bihuan.lines.projects.timetables import rows, selectors
from bihuan.lines.projects.timetables.lights import Verdict
from bihuan.lines.projects.timetables.rows import ProjectRow
from bihuan.logic.harm import Weight, harm
from bihuan.logic.pictures.light import Light

#: Projects looked at together.
CHUNK = 1000

_ALL = "SELECT id FROM projects_project WHERE withdrawn_at IS NULL ORDER BY id"
_GONE = """DELETE FROM projects_standing s USING projects_project p
           WHERE p.id = s.project_id AND p.withdrawn_at IS NOT NULL"""
#: The first unfinished node of the binding chain of each approved timetable, and when it all will be done.
_BINDING = """
SELECT DISTINCT ON (t.project_id) t.project_id, n.title, n.title_en, t.finish
FROM projects_timetable t LEFT JOIN projects_node n
  ON n.timetable_id = t.id AND n.critical AND n.actual_finish IS NULL AND NOT n.inferred
WHERE t.project_id = ANY(%s) AND t.state = 'approved'
ORDER BY t.project_id, n.earliest_finish, n.place
"""
_OVERDUE = """
SELECT m.subject, count(*), min(m.due) FROM flow_matter m
WHERE m.open AND m.clock = 'running' AND m.due < %s AND m.subject = ANY(%s) AND m.line = 'projects' GROUP BY m.subject
"""
_WEALTH = "SELECT id, coalesce(investment_wan, 0), party FROM projects_project WHERE id = ANY(%s)"
_WRITE = """
INSERT INTO projects_standing
  (project_id, light, late_wd, node, node_en, finish, overdue, overdue_wd, points, computed_at)
SELECT v.*, %s FROM unnest(%s::bigint[], %s::text[], %s::int[], %s::text[], %s::text[], %s::date[], %s::int[],
  %s::int[], %s::numeric[]) AS v
ON CONFLICT (project_id) DO UPDATE SET light = EXCLUDED.light, late_wd = EXCLUDED.late_wd, node = EXCLUDED.node,
  node_en = EXCLUDED.node_en, finish = EXCLUDED.finish, overdue = EXCLUDED.overdue,
  overdue_wd = EXCLUDED.overdue_wd, points = EXCLUDED.points, computed_at = EXCLUDED.computed_at
"""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of many projects: each mapping by project."""

    projects: Mapping[int, ProjectRow]
    lights: Mapping[int, Verdict]
    binding: Mapping[int, tuple[str, str, date | None]]
    overdue: Mapping[int, tuple[int, datetime]]
    wealth: Mapping[int, tuple[Decimal, int]]


def refresh(projects: Sequence[int] | None = None) -> int:
    """Rewrite the standing of these projects (all in use when not given); return how many."""
    ids = list(projects) if projects is not None else [row[0] for row in run(_ALL)]
    ground()
    run(_GONE)
    for start in range(0, len(ids), CHUNK):
        with atomic():
            _write(_found(ids[start : start + CHUNK]))
    return len(ids)


def _found(ids: Sequence[int]) -> Found:
    moment = now()
    return Found(
        rows.projects(ids),
        selectors.lights_of(ids),
        {row[0]: (row[1] or "", row[2] or "", row[3]) for row in run(_BINDING, (list(ids),))},
        {row[0]: (row[1], row[2]) for row in run(_OVERDUE, (moment, list(ids)))},
        {row[0]: (row[1], row[2]) for row in run(_WEALTH, (list(ids),))},
    )


def _write(found: Found) -> None:
    weights: dict[tuple[int, ...], Mapping[str, Weight]] = {}
    lines: list[tuple[Any, ...]] = []
    for key, project in found.projects.items():
        place = tuple(place_of(project.scope))
        if place not in weights:
            weights[place] = meeting_rules.weights(project.scope)
        lines.append(_line(key, project, found, weights[place]))
    if lines:
        run(_WRITE, [now(), *(list(column) for column in zip(*lines, strict=True))])


def _line(key: int, project: ProjectRow, found: Found, weights: Mapping[str, Weight]) -> tuple[Any, ...]:
    verdict = found.lights.get(key, Verdict(Light.NONE))
    late = next((int(one.value) for one in verdict.findings if one.rule.metric == "late_wd"), 0)
    title, english, finish = found.binding.get(key, ("", "", None))
    overdue, since = found.overdue.get(key, (0, None))
    behind = 0
    if since:
        calendar = current().calendar(place_of(project.scope))
        behind = max(calendar.working_between(local(since).date(), today()), 1)
    light = "" if verdict.light is Light.NONE else verdict.light.value
    points = Decimal(0)
    if light in (Light.LATE.value, Light.NEAR.value) or overdue:
        wan, party = found.wealth[key]
        values: dict[str, Decimal | int] = {
            "late": max(late, behind),
            "investment": wan / 10000,
            "enterprises": 1 if party else 0,
        }
        points = harm(values, weights).points
    late = max(late, 0) if light not in (Light.DONE.value, Light.PAUSED.value) else 0
    return (key, light, late, title, english, finish, overdue, behind, points)
