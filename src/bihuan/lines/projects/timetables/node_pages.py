"""Pages of a node: its dates, where its number comes from, and what is recorded there."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.errors import NotFound, Refused
from bihuan.kernel.forms.fields import Form
from bihuan.kernel.identity.actors import Actor
from bihuan.lines.projects.timetables import forms, recording, rows, selectors, tables, wording
from bihuan.lines.projects.timetables.asking import Asked, form_page
from bihuan.lines.projects.timetables.core import NodeRow
from bihuan.lines.projects.timetables.guards import given
from bihuan.lines.projects.timetables.pages import crumbs_to
from bihuan.lines.projects.timetables.rows import ProjectRow, TimetableRow
from bihuan.lines.projects.timetables.words import BASES, PHASES, SIDES, STOP_CAUSES
from bihuan.logic.days import Day
from bihuan.ui import cells
from bihuan.ui.naming import names_for
from bihuan.ui.page import Crumb, Page, actor_of, page
from bihuan.ui.panels import Action, Column, Facts, MovesPanel, Panel, Table


@page(permit="signed_in")
def node(request: HttpRequest, timetable: int, key: str) -> Page:
    """Show a node: its dates, where its number comes from, what can be recorded."""
    actor = actor_of(request)
    project, row, found = _node(actor, timetable, key)
    moves = _moves(actor, project, row, found)
    return Page(
        title=wording.title_of(found),
        lead=f"{_(PHASES[found.phase])} · {_(SIDES[found.side])}",
        crumbs=_node_crumbs(project),
        panels=[_node_facts(project, row, found), *_stops(found)],
        side=[
            MovesPanel(
                id="moves", title=_("Record"), moves=moves, empty=_("Nothing for your post to record.")
            )
        ],
    )


def _node(actor: Actor, timetable_id: int, key: str) -> tuple[ProjectRow, TimetableRow, NodeRow]:
    project, row = selectors.timetable(actor, timetable_id)
    for found in rows.nodes([timetable_id])[timetable_id]:
        if found.key == key:
            return project, row, found
    raise NotFound(_("There is no such node in this timetable."), where=key)


def _node_crumbs(project: ProjectRow) -> list[Crumb]:
    return [*crumbs_to(project), Crumb(_("Timetable"), reverse("projects_timetable", args=[project.id]))]


def _node_facts(project: ProjectRow, row: TimetableRow, node: NodeRow) -> Panel:
    reading = selectors.compute(project, row)
    found = reading.dates[node.key]
    titles = {n.key: wording.title_of(n) for n in reading.nodes}
    began: Any = node.actual_start or (cells.Quiet(found.earliest_start) if not node.actual_finish else "")
    items: list[tuple[str, Any]] = [
        (_("Light"), tables.lamp(tables.light_of_node(node, found, row.approved))),
        (_("Begun"), began),
        (_("Done"), tables.expected(node, found)),
        (_("Latest allowed"), cells.Stack([found.latest_start, found.latest_finish])),
        (_("Slack"), tables.slack(node, found)),
        (_("Lasts"), wording.days_of(node)),
        (_("Comes after"), "、".join(titles[k] for k, _lag, _unit in node.after)),
        (_("Responsible unit"), names_for(units={node.unit_id} - {0}).unit(node.unit_id)),
        (_("Why it is late"), tables.cause_of(node)),
    ]
    if seen := tables.progress_seen(row, node.key):
        items.append((_("Progress seen"), cells.Stack([seen[1], cells.Quiet(seen[0])])))
    if node.planned_start:
        items.insert(3, (_("Approved plan"), cells.Stack([node.planned_start, node.planned_finish])))
    origin = rows.templates([row.template])[row.template]
    for item in origin.nodes:
        if item.key == node.key:
            marks: list[Any] = [cells.Tag(_(BASES[item.basis]), "" if item.basis == "law" else "info")]
            if item.unchecked:
                marks.append(cells.Tag(_("to be verified"), "warn"))
            items.append((_("Where the number comes from"), cells.Stack([item.source, cells.Row(marks)])))
    return Facts(id="node", title=_("Node"), items=items)


def _stops(node: NodeRow) -> list[Panel]:
    if not node.stops:
        return []
    return [
        Table(
            id="node-stops",
            title=_("Clock stopped"),
            columns=[
                Column(_("Cause"), lambda s: _(STOP_CAUSES[s.cause]), head=True),
                Column(_("Since"), "since"),
                Column(_("Until"), lambda s: s.until or _("still stopped")),
                Column(_("Evidence"), lambda s: cells.Row([_evidence(n) for n in s.evidence])),
            ],
            rows=node.stops,
        )
    ]


def _evidence(file_id: int) -> Any:
    return cells.To(_("File %(n)d") % {"n": file_id}, reverse("file", args=[file_id]))


#: What can be recorded at a node: name → form.
ACTS: dict[str, Form] = {
    "actual": forms.ACTUAL,
    "not_done": forms.NOT_DONE,
    "stop": forms.STOP,
    "resume": forms.RESUME,
    "cause": forms.CAUSE,
    "rule": forms.RULE,
    "adjust": forms.ADJUST,
}


def _open_acts(actor: Actor, project: ProjectRow, row: TimetableRow, node: NodeRow) -> list[str]:
    """Return what the actor may record here now, the likeliest first."""
    if row.state == "replaced":
        return []
    acts: list[str] = []
    if recording.may_record(actor, project, node):
        if node.actual_finish is None or node.inferred:
            acts.append("actual")
        if node.actual_finish:
            acts.append("not_done")
        elif node.actual_start:
            acts.append("resume" if node.stopped else "stop")
        acts += ["cause", "adjust"] if row.approved else ["adjust"]
    elif row.approved and actor.party and actor.party == project.party:
        acts.append("cause")
    if row.approved and recording.may_judge(actor, project):
        acts.append("rule")
    return acts


def _moves(actor: Actor, project: ProjectRow, row: TimetableRow, node: NodeRow) -> list[Action]:
    return [
        Action(
            title=_(ACTS[act].title),
            href=reverse("projects_timetable_act", args=[row.id, node.key, act]),
            primary=act == "actual",
        )
        for act in _open_acts(actor, project, row, node)
    ]


@page(permit="signed_in")
def act(request: HttpRequest, timetable: int, key: str, act: str) -> HttpResponseBase | Page:
    """Show the form of what can be recorded at a node, and record it."""
    actor = actor_of(request)
    project, row, found = _node(actor, timetable, key)
    if act not in ACTS:
        raise NotFound(_("There is nothing of this name to record."), where=act)
    if act not in _open_acts(actor, project, row, found):
        raise Refused(_("This can't be recorded here now, or not by your post."), where=act)
    sent = request.POST.get("ver", "")
    ver = int(sent) if sent.isdigit() else None

    def write(values: Mapping[str, Any]) -> None:
        perform(actor, timetable, key, act, values, ver)

    back = reverse("projects_timetable_node", args=[timetable, key])
    crumbs = [*_node_crumbs(project), Crumb(wording.title_of(found), back)]
    asked = Asked(ACTS[act], write, back, _start(act, found), row.matter)
    return form_page(request, asked, crumbs=crumbs, ver=row.ver)


def _start(act: str, node: NodeRow) -> dict[str, Any]:
    if act == "adjust":
        return {"duration": node.duration, "unit": node.unit_id or ""}
    if act in {"cause", "rule"}:
        return {"cause": node.late_cause, "side": node.late_side or node.side}
    return {"precision": "day"} if act == "actual" else {}


def perform(
    actor: Actor, timetable_id: int, key: str, act: str, values: Mapping[str, Any], ver: int | None
) -> None:
    """Record what a form of :data:`ACTS` says; pages and API share it."""
    note = values.get("note", "")
    if act == "actual":
        start, finish = _day(values, "start"), _day(values, "finish")
        recording.record_actual(actor, timetable_id, key, start=start, finish=finish, note=note, ver=ver)
    elif act == "not_done":
        recording.record_actual(actor, timetable_id, key, not_done=True, note=note, ver=ver)
    elif act == "stop":
        since = date.fromisoformat(values["since"])
        cause, evidence = values["cause"], values["evidence"]
        recording.stop_node(actor, timetable_id, key, since, cause, evidence, note=note, ver=ver)
    elif act == "resume":
        recording.resume_node(actor, timetable_id, key, date.fromisoformat(values["on"]), note=note, ver=ver)
    elif act == "adjust":
        more = {"duration": values.get("duration"), "unit_id": values.get("unit")}
        recording.adjust_node(actor, timetable_id, key, reason=values.get("reason", ""), ver=ver, **more)
    else:
        judge = recording.rule_cause if act == "rule" else recording.agree_cause
        judge(actor, timetable_id, key, values["cause"], values["side"], note=note, ver=ver)


def _day(values: Mapping[str, Any], name: str) -> Day | None:
    text = values.get(name)
    return given({"planned": text, "precision": values.get("precision", "")}, "planned") if text else None
