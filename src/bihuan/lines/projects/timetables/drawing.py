"""Draft timetables from the template in force: one project's, or many set-based."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, BihuanError, Conflict, NotFound, Unavailable
from bihuan.kernel.flow.bulk import New, move_many, open_many
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.ledger.actions import NewEntry, append_many
from bihuan.kernel.now import now
from bihuan.kernel.now import today as this_day
from bihuan.kernel.store.many import insert_rows
from bihuan.kernel.store.sql import atomic, new_ids, run
from bihuan.lines.projects.contracts import Kind
from bihuan.lines.projects.timetables import core, rows
from bihuan.lines.projects.timetables.computing import Projected, project_many
from bihuan.lines.projects.timetables.core import NodeRow, effective
from bihuan.lines.projects.timetables.days import calendar, calendars
from bihuan.lines.projects.timetables.rows import Current, ProjectRow, TemplateRow, TimetableRow
from bihuan.logic.days import Day
from bihuan.logic.workdays import Calendar

TIMETABLE = "projects.timetable"


@dataclass(frozen=True, slots=True)
class Plan:
    """A timetable to be drafted."""

    project: ProjectRow
    anchor: Day
    current: Current = field(default_factory=Current)
    reason: str = ""


def draft(actor: Actor, project_id: int, *, anchor: Day | None = None, reason: str = "") -> int:
    """Draft a project's timetable from its stated production date (or ``anchor``); return its id.

    Opens the matter and writes the rows in one transaction. BadInput when the date is
    missing or has passed, Conflict when a draft of the same date is open already.
    """
    with atomic():
        project = rows.projects([project_id], lock=True).get(project_id)
        if project is None:
            raise NotFound(_("There is no such project, or you may not see it."))
        day = anchor or project.anchor
        if day is None:
            raise BadInput(_("This project has no planned production date yet."), where="planned_production")
        if effective(day, calendar(project.scope)) < this_day():
            raise BadInput(
                _("The planned production date has passed: record the actual date or move it."),
                where="planned_production",
            )
        current = rows.currents([project_id]).get(project_id, Current())
        if current.draft and current.draft.anchor_code == day.code:
            raise Conflict(_("There is a draft for this date already."), where="timetable")
        drafted, refused = draft_many(actor, [Plan(project, day, current, reason)])
        for error in refused.values():
            raise error
        return drafted[project_id]


def reanchor(actor: Actor, project_id: int, day: Day, reason: str) -> int:
    """Draft a new timetable towards another day; return its id.

    The baseline stands until a leader approves the new one; the first date stays visible.
    """
    if not reason.strip():
        raise BadInput(_("Moving the date needs a reason."), where="reason")
    with atomic():
        rows.projects([project_id], lock=True)
        shown = rows.currents([project_id]).get(project_id, Current()).shown
        if shown is None:
            raise Conflict(_("This project has no timetable yet: draft one first."), where="timetable")
        if shown.anchor_code == day.code:
            raise BadInput(_("This is the date the timetable already has."), where="date")
        return draft(actor, project_id, anchor=day, reason=reason)


def draft_many(actor: Actor, plans: Sequence[Plan]) -> tuple[dict[int, int], dict[int, BihuanError]]:
    """Open the matters, then write timetables, nodes and entries of all that could be opened.

    The caller holds the projects. Returns (timetable by project, what was refused and why).
    """
    drafted: dict[int, int] = {}
    refused: dict[int, BihuanError] = {}
    if not plans:
        return drafted, refused
    _replace(actor, [plan.current.draft for plan in plans if plan.current.draft])
    made = _compose(plans, this_day())
    news = [
        New(item.form, plan.project.scope, party=plan.project.party, subject=plan.project.id)
        for plan, item in zip(plans, made, strict=True)
    ]
    opened = []
    for plan, item, outcome in zip(plans, made, open_many(actor, TIMETABLE, news), strict=True):
        if outcome.receipt:
            opened.append(replace(item, matter=outcome.receipt.matter))
            drafted[plan.project.id] = item.id
        elif outcome.error:
            refused[plan.project.id] = outcome.error
    _write(actor, opened)
    return drafted, refused


def _replace(actor: Actor, drafts: Sequence[TimetableRow | None]) -> None:
    """Let newer drafts take the place of these; the move's effect writes the rows."""
    reason = {"reason": _("A newer draft takes its place.")}
    for outcome in move_many(actor, "replace", [(row.matter, reason) for row in drafts if row]):
        if outcome.error:
            raise outcome.error


@dataclass(frozen=True, slots=True)
class _Made:
    """A timetable about to be written."""

    id: int
    plan: Plan
    template: TemplateRow
    anchor: date
    first: tuple[date, str]
    reanchored: bool
    version: int
    nodes: tuple[NodeRow, ...]
    projected: Projected | None = None
    matter: int = 0

    @property
    def form(self) -> dict[str, Any]:
        """What the opening move is told."""
        name = self.plan.project.name[:150]
        form = {"title": _("Backward timetable: %(name)s") % {"name": name}, "timetable": self.id}
        if self.reanchored:
            form["reanchored"] = True
        if self.plan.reason:
            form["reason"] = self.plan.reason
        return form


def _compose(plans: Sequence[Plan], today: date) -> list[_Made]:
    templates, place = rows.templates_in_force(today), calendars()
    ids = [plan.project.id for plan in plans]
    firsts, versions = _first_stated(ids), _versions(ids)
    made = []
    for key, plan in zip(new_ids(len(plans)), plans, strict=True):
        project, on = plan.project, place(plan.project.scope)
        template = templates.get(project.kind or Kind.LAND)
        if template is None:
            raise Unavailable(_("There is no node template for this kind of project."), where=project.kind)
        code = firsts.get(project.id) or plan.anchor.code
        before = plan.current.approved.anchor_code if plan.current.approved else code
        made.append(
            _Made(
                key, plan, template, effective(plan.anchor, on), (effective(Day.decode(code), on), code),
                plan.anchor.code != before, versions.get(project.id, 0) + 1,
                filled(drawn(template), project.days, on, today),
            )
        )  # fmt: skip
    return _projected(made, today)


def _projected(made: Sequence[_Made], today: date) -> list[_Made]:
    """Fill in the days of all of them, calendar by calendar."""
    place = calendars()
    by_calendar: dict[int, tuple[Calendar, list[_Made]]] = {}
    for item in made:
        on = place(item.plan.project.scope)
        by_calendar.setdefault(id(on), (on, []))[1].append(item)
    found: dict[int, Projected] = {}
    for on, members in by_calendar.values():
        items = [(core.activities(item.nodes, on, today), item.anchor) for item in members]
        for item, projected in zip(members, project_many(items, today, on), strict=True):
            found[item.id] = projected
    return [replace(item, projected=found[item.id]) for item in made]


_FIRST = """
SELECT DISTINCT ON (chain_id) chain_id, changes -> 'planned_production' ->> 'new' FROM registers_amend
WHERE register = 'projects' AND chain_id = ANY(%s)
  AND changes -> 'planned_production' ->> 'new' IS NOT NULL ORDER BY chain_id, seq
"""


def _first_stated(project_ids: Sequence[int]) -> dict[int, str]:
    """Return the first production date the register ever stated for each project."""
    return dict(run(_FIRST, (list(project_ids),)))


def _versions(project_ids: Sequence[int]) -> dict[int, int]:
    sql = "SELECT project_id, max(version) FROM projects_timetable WHERE project_id = ANY(%s) GROUP BY 1"
    return dict(run(sql, (list(project_ids),)))


@lru_cache(maxsize=1024)
def _links(after: tuple[tuple[str, int, str], ...]) -> str:
    return json.dumps(after)


@lru_cache(maxsize=64)
def drawn(template: TemplateRow) -> tuple[NodeRow, ...]:
    """Return the nodes of a template as a fresh timetable has them."""
    return tuple(
        NodeRow(
            node.key, node.title, node.phase, node.side, node.duration, "d" if node.unit == "d" else "wd",
            tuple((key, lag, "d" if unit == "d" else "wd") for key, lag, unit in node.after),
            place=place, title_en=node.title_en, statutory=node.statutory, fact=node.fact,
        )
        for place, node in enumerate(template.nodes)
    )  # fmt: skip


def filled(
    nodes: Sequence[NodeRow], facts: Mapping[str, Day], on: Calendar, today: date
) -> tuple[NodeRow, ...]:
    """Fill in what the register already knows, and what that implies for the nodes before."""
    if not any(node.fact in facts for node in nodes if node.fact):
        return tuple(nodes)
    known = [_with_fact(node, facts.get(node.fact), today) for node in nodes]
    by = core.implied(known, on, today)
    return tuple(
        replace(node, actual_finish=Day(by[node.key]), inferred=True) if node.key in by else node
        for node in known
    )


def _with_fact(node: NodeRow, fact: Day | None, today: date) -> NodeRow:
    if fact is None or fact.first > today:
        return node
    return replace(node, actual_start=fact if node.milestone else None, actual_finish=fact)


_COLUMNS = (
    "id", "seq", "head", "ver", "project_id", "matter", "version", "template_id", "kind_assumed", "anchor",
    "anchor_code", "first_anchor", "first_anchor_code", "register_code", "reanchored", "state", "created_at",
    "finish", "late_wd", "computed_on",
)  # fmt: skip
_NODE_COLUMNS = (
    "timetable_id", "key", "place", "title", "title_en", "phase", "side", "unit_id", "duration", "unit",
    "statutory", "fact", "after", "actual_start", "actual_start_precision", "actual_finish",
    "actual_finish_precision", "inferred", "late_cause", "late_side", "late_standing", "late_by_user",
    "late_by_unit", "earliest_start", "earliest_finish", "latest_start", "latest_finish", "slack_wd", "critical",
)  # fmt: skip


def _write(actor: Actor, made: Sequence[_Made]) -> None:
    if not made:
        return
    moment, today = now(), this_day()
    entries = [NewEntry(m.id, 1, b"", "timetable.draft", moment, actor, _facts(m), {}) for m in made]
    appended = append_many(entries, moment)
    lines = []
    for item, entry in zip(made, appended, strict=True):
        project, projected = item.plan.project, item.projected
        assert projected is not None
        lines.append(
            (item.id, 1, entry.hash, 1, project.id, item.matter, item.version, item.template.id,
             not project.kind, item.anchor, item.plan.anchor.code, *item.first,
             project.anchor.code if project.anchor else "", item.reanchored, "draft", moment,
             projected.finish, projected.late_wd, today)
        )  # fmt: skip
    insert_rows("projects_timetable", _COLUMNS, lines)
    insert_rows("projects_node", _NODE_COLUMNS, (line for item in made for line in _node_lines(item)))


def _facts(item: _Made) -> dict[str, Any]:
    """What the first entry holds: enough, with the template's own entry, to draw the timetable again."""
    nodes: dict[str, dict[str, Any]] = {}
    for node in item.nodes:
        if node.actual_finish:
            nodes[node.key] = {"actual_finish": node.actual_finish.code, "inferred": node.inferred}
            if node.actual_start:
                nodes[node.key]["actual_start"] = node.actual_start.code
    return {
        "project": item.plan.project.id,
        "matter": item.matter,
        "version": item.version,
        "template": item.template.id,
        "anchor": item.plan.anchor.code,
        "first_anchor": item.first[1],
        "reanchored": item.reanchored,
        "nodes": nodes,
    }


def _node_lines(item: _Made) -> Iterable[tuple[Any, ...]]:
    assert item.projected is not None
    for node in item.nodes:
        d = item.projected.dates[node.key]
        began, ended = node.actual_start, node.actual_finish
        yield (
            item.id, node.key, node.place, node.title, node.title_en, node.phase, node.side, 0, node.duration,
            node.unit, node.statutory, node.fact, _links(node.after),
            began and began.first, began.precision.value if began else "",
            ended and ended.first, ended.precision.value if ended else "", node.inferred, "", "", "", 0, 0,
            d.earliest_start, d.earliest_finish, d.latest_start, d.latest_finish, d.slack_wd, d.critical,
        )  # fmt: skip
