"""Read timetables for pages, API and papers: one project's, the quarter's nodes, the lights of many."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.clock.ground import place_of
from bihuan.kernel.errors import BadInput, NotFound
from bihuan.kernel.identity.actors import Actor, Scope
from bihuan.kernel.now import today as this_day
from bihuan.kernel.store.sql import run
from bihuan.lines.projects.contracts import State
from bihuan.lines.projects.timetables import core, lights, rows
from bihuan.lines.projects.timetables.computing import project_many, reading_of
from bihuan.lines.projects.timetables.core import NodeRow, Reading
from bihuan.lines.projects.timetables.days import calendar, calendars
from bihuan.lines.projects.timetables.lights import Progress, Rule, Verdict
from bihuan.lines.projects.timetables.rows import Current, ProjectRow, TimetableRow
from bihuan.lines.projects.timetables.templating import network_fault
from bihuan.logic.pictures.light import Light
from bihuan.logic.schedule import ScheduleError, Slip
from bihuan.logic.workdays import Calendar


@dataclass(frozen=True, slots=True)
class Shown:
    """A project with the timetable its page shows."""

    project: ProjectRow
    current: Current
    row: TimetableRow | None


def shown(actor: Actor, project_id: int, version: int = 0) -> Shown:
    """Return what a project's page shows; ``version`` asks for another one. NotFound also for the unseen."""
    project = rows.projects([project_id]).get(project_id)
    if project is None or not rows.sees(actor, project):
        raise NotFound(_("There is no such project, or you may not see it."))
    current = rows.currents([project_id]).get(project_id, Current())
    row = current.shown
    if version:
        row = next((row for row in rows.versions(project_id) if row.version == version), None)
        if row is None:
            raise NotFound(_("There is no such version of this timetable."), where=str(version))
    return Shown(project, current, row)


def timetable(actor: Actor, timetable_id: int) -> tuple[ProjectRow, TimetableRow]:
    """Return a timetable with its project; NotFound also for the unseen."""
    row = rows.timetables([timetable_id]).get(timetable_id)
    project = rows.projects([row.project]).get(row.project) if row else None
    if row is None or project is None or not rows.sees(actor, project):
        raise NotFound(_("There is no such timetable, or you may not see it."))
    return project, row


def of_matter(matter: int) -> tuple[ProjectRow, TimetableRow] | None:
    """Return the timetable a matter is about with its project, for whoever may open the matter."""
    found = run("SELECT id FROM projects_timetable WHERE matter = %s", (matter,))
    row = rows.timetables([found[0][0]]).get(found[0][0]) if found else None
    project = rows.projects([row.project]).get(row.project) if row else None
    return (project, row) if row and project else None


def compute(project: ProjectRow, row: TimetableRow, today: date | None = None) -> Reading:
    """Return the reading of a timetable: every date, the binding chain, whose days they are."""
    return reading_of(row, project, rows.nodes([row.id])[row.id], today)


def what_if(project: ProjectRow, reading: Reading, key: str, days: int) -> Slip:
    """Return what moves when a node slips by ``days`` of its own unit; BadInput when it can't."""
    if key not in reading.dates:
        raise BadInput(_("There is no such node in this timetable."), where="node")
    try:
        return core.what_if(reading, key, days, calendar(project.scope))
    except ScheduleError as error:
        title = {node.key: node.title for node in reading.nodes}.get(key, key)
        error.params = {**error.params, "id": title}
        raise BadInput(network_fault(error), where="node") from error


def open_question(project_id: int) -> tuple[str, str]:
    """Return (code, what it asks) of a project's open date question, empty when there is none."""
    sql = """SELECT code, data ->> 'asks' FROM flow_matter
             WHERE kind = 'projects.date' AND subject = %s AND subject > 0 AND open LIMIT 1"""
    found = run(sql, (project_id,))
    return found[0] if found else ("", "")


# Lights -------------------------------------------------------------------------------------------------

_RULES = """SELECT metric, near, late, source, tag, since, division, id, enabled FROM projects_light_rule
            WHERE since <= %s ORDER BY since, id"""


class Rules:
    """All thresholds in force on a day, from which each place takes its own."""

    def __init__(self, day: date) -> None:
        self.by_place: dict[tuple[str, int], tuple[Rule, bool]] = {}
        for *values, enabled in run(_RULES, (day,)):
            rule = Rule(*values)
            self.by_place[rule.metric, rule.division] = (rule, enabled)

    def at(self, scope: Scope) -> list[Rule]:
        """Return the thresholds of a place: the most specific row of each metric, if it is enabled."""
        found = []
        for metric in sorted({metric for metric, _division in self.by_place}):
            for division in (*place_of(scope), 0):
                if (metric, division) in self.by_place:
                    rule, enabled = self.by_place[metric, division]
                    found += [rule] if enabled else []
                    break
        return found


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A threshold as the administrator sees it."""

    id: int
    metric: str
    division: int
    near: Decimal
    late: Decimal
    since: date
    enabled: bool
    source: str
    tag: str
    verified: date | None


def light_rules() -> list[RuleRow]:
    """Return every threshold ever set, newest first within metric and place."""
    sql = """SELECT id, metric, division, near, late, since, enabled, source, tag, verified
             FROM projects_light_rule ORDER BY metric, division, since DESC, id DESC"""
    return [RuleRow(*row) for row in run(sql)]


def lights_of(
    project_ids: Iterable[int], day: date | None = None, progress: Mapping[int, Progress] | None = None
) -> dict[int, Verdict]:
    """Return the light of many projects with the rule that decided it; for rows the caller may see.

    Without an approved timetable there is no light. ``progress`` replaces what was reported.
    """
    today = day or this_day()
    projects = rows.projects(project_ids)
    currents = rows.currents(projects)
    approved = {key: current.approved for key, current in currents.items() if current.approved}
    running = {key: row for key, row in approved.items() if _fixed(projects[key], today) is None}
    late = lateness_of(list(running.values()), projects, today)
    reported = lights.progress_of(list(running), today) if progress is None else progress
    rules = Rules(today) if running else None
    verdicts = {}
    for key, project in projects.items():
        fixed = _fixed(project, today)
        if key not in approved:
            verdicts[key] = lights.NO_LIGHT
        elif fixed or rules is None:
            verdicts[key] = Verdict(fixed or Light.NONE)
        else:
            found = lights.measures(reported.get(key), late[key])
            verdicts[key] = lights.judge(found, rules.at(project.scope))
    return verdicts


def _fixed(project: ProjectRow, today: date) -> Light | None:
    """Return the light of a project on which no clock runs any more."""
    produced = project.days.get("produced")
    if produced and produced.first <= today:
        return Light.DONE
    return {State.PAUSED: Light.PAUSED, State.ENDED: Light.NONE, State.WITHDRAWN: Light.NONE}.get(
        State(project.state or State.NORMAL)
    )


_PROJECTED = """
SELECT timetable_id, planned_finish, earliest_finish FROM projects_node
WHERE timetable_id = ANY(%s) AND planned_finish IS NOT NULL AND actual_finish IS NULL
"""


def lateness_of(
    timetables: Sequence[TimetableRow], projects: Mapping[int, ProjectRow], today: date
) -> dict[int, int]:
    """Return by project how many working days its unfinished nodes fall behind the baseline, at worst.

    Projections of today are read; older ones are computed afresh without writing.
    """
    place = calendars()
    fresh = {row.id: row for row in timetables if row.computed_on == today}
    late = dict.fromkeys((row.project for row in timetables), 0)
    for key, planned, expected in run(_PROJECTED, (list(fresh),)) if fresh else ():
        project = projects[fresh[key].project]
        behind = place(project.scope).working_between(planned, expected)
        late[project.id] = max(late[project.id], behind)
    stale = [row for row in timetables if row.id not in fresh]
    nodes = rows.nodes([row.id for row in stale]) if stale else {}
    for row in stale:
        late[row.project] = _late_now(nodes[row.id], row, place(projects[row.project].scope), today)
    return late


def _late_now(nodes: Sequence[NodeRow], row: TimetableRow, on: Calendar, today: date) -> int:
    (projected,) = project_many([(core.activities(nodes, on, today), row.anchor)], today, on)
    behind = [
        core.lateness(node, projected.dates[node.key], on)
        for node in nodes
        if node.planned_finish and not node.actual_finish
    ]
    return max(0, *behind) if behind else 0


# The quarter -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class QuarterLine:
    """A node that has to be done within the quarter. ``expected`` is when it will be as things stand."""

    project: int
    name: str
    timetable: int
    approved: bool
    key: str
    title: str
    title_en: str
    phase: str
    side: str
    unit_id: int
    due: date
    expected: date | None
    done: date | None
    inferred: bool
    critical: bool
    light: Light


def quarter_days(year: int, quarter: int) -> tuple[date, date]:
    """Return the first and the last day of a quarter; BadInput when there is none."""
    if not (1990 <= year <= 2099 and 1 <= quarter <= 4):
        raise BadInput(_("There is no such quarter."), where="quarter")
    first = date(year, quarter * 3 - 2, 1)
    following = date(year + quarter // 4, quarter * 3 % 12 + 1, 1)
    return first, following - timedelta(days=1)


_QUARTER = """
SELECT p.id, p.name, t.id, t.state = 'approved', n.key, n.title, n.title_en, n.phase, n.side, n.unit_id,
       coalesce(n.planned_finish, n.latest_finish) AS due, n.earliest_finish, n.actual_finish, n.inferred,
       n.critical
FROM projects_project p
JOIN projects_timetable t ON t.project_id = p.id AND (t.state = 'approved' OR (t.state = 'draft' AND NOT EXISTS
     (SELECT 1 FROM projects_timetable o WHERE o.project_id = p.id AND o.state = 'approved')))
JOIN projects_node n ON n.timetable_id = t.id
WHERE p.id IN ({ids}) AND coalesce(n.planned_finish, n.latest_finish) BETWEEN %s AND %s
"""


def quarter(
    actor: Actor, year: int, number: int, *, side: str = "", open_only: bool = False,
    after: tuple[int, str] = (0, ""), limit: int = 200,
) -> tuple[list[QuarterLine], tuple[int, str] | None]:  # fmt: skip
    """Return (the nodes whose latest finish lies in the quarter, project by project; where to go on).

    Drafts show too, marked; their nodes have no light.
    """
    first, last = quarter_days(year, number)
    ids, params = rows.visible_ids(actor, ("coalesce(m.state, '') NOT IN ('ended', 'withdrawn')",))
    if not ids:
        return [], None
    sql, values = _QUARTER.format(ids=ids), [*params, first, last]
    if side:
        sql, values = sql + " AND n.side = %s", [*values, side]
    if open_only:
        sql += " AND n.actual_finish IS NULL"
    sql += " AND (p.id, n.key) > (%s, %s) ORDER BY p.id, n.key LIMIT %s"
    found = run(sql, [*values, *after, limit + 1])
    lines = [_quarter_line(row) for row in found[:limit]]
    more = (lines[-1].project, lines[-1].key) if len(found) > limit else None
    return sorted(lines, key=lambda line: (line.project, line.due)), more


def _quarter_line(row: Sequence[Any]) -> QuarterLine:
    return QuarterLine(*[*row, node_light(row[3], row[10], row[11], row[12])])


def node_light(
    approved: bool, due: date | None, expected: date | None, done: date | None, stopped: bool = False
) -> Light:
    """Return the light of a node: late when it is, or will be, done after its baseline; none in a draft."""
    if done:
        return Light.DONE
    if not approved or due is None:
        return Light.NONE
    if stopped:
        return Light.PAUSED
    today = this_day()
    if expected and expected > due:
        return Light.LATE if today > due else Light.NEAR
    return Light.NORMAL
