"""Timetables, nodes, templates and projects as frozen rows, read many at a time."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bihuan.kernel.identity.actors import LEVELS, Actor, Scope
from bihuan.kernel.permits import walk
from bihuan.kernel.permits.rules import branches
from bihuan.kernel.registers.selectors import BRANCHES
from bihuan.kernel.store.sql import run
from bihuan.lines.projects.timetables.core import NodeRow, StopRow
from bihuan.logic.days import Day, Precision

_SCOPE = ("division", *LEVELS)
_ALL = 1_000_000
#: Days of the register that a timetable asks for.
FACTS = ("signed", "land_acquired", "started", "completed", "produced")
_DAYS = (*FACTS, "planned_production")
_PROJECT = ", ".join(
    f"p.{name}"
    for name in (
        "id", "name", "kind", "state", "lead_unit", "party", "creator_user", "creator_post", *_SCOPE,
        *(part for name in _DAYS for part in (name, f"{name}_precision")),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """What a timetable needs to know of a project. ``days`` maps facts and ``planned_production`` to days."""

    id: int
    name: str
    kind: str
    state: str
    lead_unit: int
    party: int
    creator_user: int
    creator_post: int
    scope: Scope
    days: Mapping[str, Day]

    @property
    def anchor(self) -> Day | None:
        """Return the planned production date as the register states it."""
        return self.days.get("planned_production")


def _project(row: Sequence[Any]) -> ProjectRow:
    days = {
        name: Day(first, Precision(known))
        for name, first, known in zip(_DAYS, row[17::2], row[18::2], strict=True)
        if first
    }
    return ProjectRow(*[*row[:8], Scope(*row[8:17]), days])


def projects(ids: Iterable[int], *, lock: bool = False, using: str = "default") -> dict[int, ProjectRow]:
    """Return projects in use by id without asking who looks; ``lock`` holds them until the end."""
    sql = f"SELECT {_PROJECT} FROM projects_project p WHERE p.id = ANY(%s) AND p.withdrawn_at IS NULL"  # noqa: S608
    rows = run(f"{sql} ORDER BY p.id{' FOR NO KEY UPDATE' if lock else ''}", (list(ids),), using)
    return {row[0]: _project(row) for row in rows}


def sees(actor: Actor, project: ProjectRow) -> bool:
    """Whether the actor may see the project: the same answer the list gives."""
    for branch in branches(actor):
        if branch.column == "*":
            return True
        if branch.column in BRANCHES:
            holder = project if branch.column in {"lead_unit", "party", "creator_user"} else project.scope
            if branch.value and getattr(holder, branch.column) == branch.value:
                return True
    return False


def visible_ids(
    actor: Actor, where: Sequence[str] = (), params: Sequence[Any] = (), limit: int = _ALL
) -> tuple[str, list[Any]]:
    """Return SQL that selects the ids of projects the actor may see; "" for nobody.

    ``where`` are conditions on the alias ``m`` by this room, never text from outside.
    """
    in_use = ("m.withdrawn_at IS NULL", *where)
    return walk.newest("projects_project", branches(actor), in_use, params, limit=limit, columns=BRANCHES)


def all_visible(actor: Actor, where: Sequence[str] = (), params: Sequence[Any] = ()) -> tuple[str, list[Any]]:
    """Return the condition on ``m`` of all projects the actor may see, for who counts them all; "" for nobody."""
    asked = [walk.condition(branch) for branch in branches(actor) if branch.column in {"*", *BRANCHES}]
    if not asked:
        return "", []
    seen = " OR ".join(f"({sql})" for sql, _values in asked)
    values = [value for _sql, given in asked for value in given]
    return " AND ".join(["m.withdrawn_at IS NULL", f"({seen})", *where]), [*values, *params]


def every_project(after: int = 0, limit: int = 500) -> list[int]:
    """Return ids of projects in use, in order, behind ``after``."""
    sql = "SELECT id FROM projects_project WHERE withdrawn_at IS NULL AND id > %s ORDER BY id LIMIT %s"
    return [row[0] for row in run(sql, (after, limit))]


@dataclass(frozen=True, slots=True)
class TimetableRow:
    """A version of a project's timetable."""

    id: int
    project: int
    matter: int
    version: int
    template: int
    kind_assumed: bool
    anchor: date
    anchor_code: str
    first_anchor: date
    first_anchor_code: str
    register_code: str
    reanchored: bool
    state: str
    created_at: datetime
    approved_at: datetime | None
    replaced_at: datetime | None
    finish: date | None
    late_wd: int
    computed_on: date | None
    seq: int
    head: bytes
    ver: int

    @property
    def approved(self) -> bool:
        """Whether lights may run on it."""
        return self.state == "approved"


_TIMETABLE = """t.id, t.project_id, t.matter, t.version, t.template_id, t.kind_assumed, t.anchor, t.anchor_code,
 t.first_anchor, t.first_anchor_code, t.register_code, t.reanchored, t.state, t.created_at, t.approved_at,
 t.replaced_at, t.finish, t.late_wd, t.computed_on, t.seq, t.head, t.ver"""


def _timetable(row: Sequence[Any]) -> TimetableRow:
    values = list(row)
    values[20] = bytes(values[20])
    return TimetableRow(*values)


def timetables(ids: Iterable[int], *, lock: bool = False, using: str = "default") -> dict[int, TimetableRow]:
    """Return timetables by id; ``lock`` holds them until the end of the transaction."""
    sql = f"SELECT {_TIMETABLE} FROM projects_timetable t WHERE t.id = ANY(%s) ORDER BY t.id"  # noqa: S608
    rows = run(sql + (" FOR UPDATE" if lock else ""), (list(ids),), using)
    return {row[0]: _timetable(row) for row in rows}


@dataclass(frozen=True, slots=True)
class Current:
    """A project's timetables that count: the approved baseline, and the draft beside it."""

    approved: TimetableRow | None = None
    draft: TimetableRow | None = None

    @property
    def shown(self) -> TimetableRow | None:
        """Return the one pages show: the baseline, before there is one the draft."""
        return self.approved or self.draft


def currents(project_ids: Iterable[int], using: str = "default") -> dict[int, Current]:
    """Return the timetables that count of many projects; a project without any is absent."""
    sql = f"""SELECT {_TIMETABLE} FROM projects_timetable t
              WHERE t.project_id = ANY(%s) AND t.state IN ('draft', 'approved')"""  # noqa: S608
    found: dict[int, dict[str, TimetableRow]] = {}
    for row in map(_timetable, run(sql, (list(project_ids),), using)):
        found.setdefault(row.project, {})[row.state] = row
    return {project: Current(**states) for project, states in found.items()}


def versions(project_id: int, using: str = "default") -> list[TimetableRow]:
    """Return every version of a project's timetable, newest first."""
    sql = f"SELECT {_TIMETABLE} FROM projects_timetable t WHERE t.project_id = %s ORDER BY t.version DESC"  # noqa: S608
    return [_timetable(row) for row in run(sql, (project_id,), using)]


_NODE = """n.timetable_id, n.key, n.title, n.phase, n.side, n.duration, n.unit, n.after, n.id, n.place, n.title_en,
 n.unit_id, n.statutory, n.fact, n.planned_start, n.planned_finish, n.actual_start, n.actual_start_precision,
 n.actual_finish, n.actual_finish_precision, n.inferred, n.late_cause, n.late_side, n.late_standing,
 n.late_by_user, n.late_by_unit"""


def day(first: date | None, known: str) -> Day | None:
    """Return a stored day with its precision."""
    return Day(first, Precision(known)) if first else None


def _node(row: Sequence[Any], stops: tuple[StopRow, ...]) -> NodeRow:
    after = tuple((key, lag, unit) for key, lag, unit in json.loads(row[7]))
    dated = (day(row[16], row[17]), day(row[18], row[19]))
    return NodeRow(*[*row[1:7], after, *row[8:16], *dated, *row[20:26], stops])


def nodes(timetable_ids: Iterable[int], using: str = "default") -> dict[int, tuple[NodeRow, ...]]:
    """Return the nodes of many timetables in their order, with their stops: two statements."""
    ids = list(timetable_ids)
    stops: dict[int, list[StopRow]] = {}
    sql = """SELECT s.node_id, s.since, s.until, s.cause, s.evidence FROM projects_node_stop s
             JOIN projects_node n ON n.id = s.node_id WHERE n.timetable_id = ANY(%s) ORDER BY s.since"""
    for node_id, since, until, cause, evidence in run(sql, (ids,), using):
        stops.setdefault(node_id, []).append(StopRow(since, until, cause, tuple(json.loads(evidence))))
    sql = f"""SELECT {_NODE} FROM projects_node n WHERE n.timetable_id = ANY(%s)
              ORDER BY n.timetable_id, n.place"""  # noqa: S608
    found: dict[int, list[NodeRow]] = {key: [] for key in ids}
    for row in run(sql, (ids,), using):
        found[row[0]].append(_node(row, tuple(stops.get(row[8], ()))))
    return {key: tuple(rows) for key, rows in found.items()}


@dataclass(frozen=True, slots=True)
class TemplateNodeRow:
    """A node of a template with where its number comes from; ``after`` holds (key, lag, unit)."""

    key: str
    title: str
    title_en: str
    phase: str
    side: str
    duration: int
    unit: str
    statutory: bool
    fact: str
    basis: str
    source: str
    tag: str
    after: tuple[tuple[str, int, str], ...] = ()

    @property
    def unchecked(self) -> bool:
        """Whether nobody has verified its source (待核实)."""
        return self.tag == "prior"


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """A version of a template with its nodes in order."""

    id: int
    kind: str
    version: int
    title: str
    title_en: str
    since: date
    nodes: tuple[TemplateNodeRow, ...]


def templates(ids: Iterable[int], using: str = "default") -> dict[int, TemplateRow]:
    """Return template versions by id, with nodes and links: three statements."""
    wanted = list(ids)
    links: dict[int, list[tuple[str, int, str]]] = {}
    sql = """SELECT e.node_id, a.key, e.lag, e.unit FROM projects_template_edge e
             JOIN projects_template_node a ON a.id = e.after_id
             WHERE a.template_id = ANY(%s) ORDER BY e.id"""
    for node_id, *link in run(sql, (wanted,), using):
        links.setdefault(node_id, []).append((link[0], link[1], link[2]))
    sql = """SELECT n.template_id, n.id, n.key, n.title, n.title_en, n.phase, n.side, n.duration, n.unit,
                    n.statutory, n.fact, n.basis, n.source, n.tag
             FROM projects_template_node n WHERE n.template_id = ANY(%s) ORDER BY n.template_id, n.place"""
    found: dict[int, list[TemplateNodeRow]] = {}
    for template, node_id, *values in run(sql, (wanted,), using):
        found.setdefault(template, []).append(TemplateNodeRow(*[*values, tuple(links.get(node_id, ()))]))
    sql = "SELECT id, kind, version, title, title_en, since FROM projects_template WHERE id = ANY(%s)"
    rows = run(sql, (wanted,), using)
    return {row[0]: TemplateRow(*[*row, tuple(found.get(row[0], ()))]) for row in rows}


def templates_in_force(on: date, using: str = "default") -> dict[str, TemplateRow]:
    """Return the template of each kind in force on a day."""
    sql = """SELECT DISTINCT ON (kind) id FROM projects_template WHERE since <= %s
             ORDER BY kind, since DESC, version DESC"""
    found = templates([row[0] for row in run(sql, (on,), using)], using)
    return {row.kind: row for row in found.values()}
