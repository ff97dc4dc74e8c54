"""Pages of the timetable: one project's, its wall chart, a node and what is recorded there, the quarter."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, BihuanError, Conflict, FieldErrors, NotFound, Refused
from bihuan.kernel.forms.fields import Form
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import today as this_day
from bihuan.lines.projects.timetables import drawing, forms, panels, recording, rows, selectors, wording
from bihuan.lines.projects.timetables.core import NodeRow
from bihuan.lines.projects.timetables.guards import given
from bihuan.lines.projects.timetables.rows import ProjectRow, TimetableRow
from bihuan.lines.projects.timetables.words import BASES, PHASES, SIDES
from bihuan.logic.days import Day
from bihuan.ui import cells
from bihuan.ui import format as fmt
from bihuan.ui.doors import filled, options_for, read_form
from bihuan.ui.naming import names_for
from bihuan.ui.page import Crumb, Page, actor_of, done, page
from bihuan.ui.panels import (
    Action,
    Alert,
    Column,
    Empty,
    Facts,
    Filter,
    FilterBar,
    FormPanel,
    MovesPanel,
    Pager,
    Panel,
    Table,
)


def _crumbs(project: ProjectRow) -> list[Crumb]:
    return [
        Crumb(_("All projects"), reverse("projects")),
        Crumb(project.name, reverse("project", args=[project.id])),
    ]


@page(permit="signed_in")
def timetable(request: HttpRequest, project: int) -> Page:
    """Show a project's timetable, and what a slip would move."""
    actor = actor_of(request)
    shown = selectors.shown(actor, project)
    found = panels.panels(actor, project, request.GET.dict())
    history = [panels.history(shown.row)] if shown.row else []
    return Page(
        title=_("Timetable: %(name)s") % {"name": shown.project.name},
        crumbs=_crumbs(shown.project),
        panels=[*found, *history],
        kind="list",
    )


@page(permit="signed_in")
def chart(request: HttpRequest, project: int) -> Page:
    """Show the wall chart (挂图) of one project, to be printed on A3."""
    shown = selectors.shown(actor_of(request), project)
    if shown.row is None:
        raise NotFound(_("This project has no timetable yet."))
    words = {"day": fmt.day(shown.row.anchor), "today": fmt.day(this_day())}
    return Page(
        title=shown.project.name,
        lead=_("Backward timetable to %(day)s, as of %(today)s") % words,
        panels=panels.chart(shown),
        kind="print",
        paper="a3",
    )


@page(permit="signed_in")
def draft(request: HttpRequest, project: int) -> HttpResponseBase | Page:
    """Draft a project's timetable."""
    actor = actor_of(request)
    shown = selectors.shown(actor, project)
    if request.method == "POST":
        drawing.draft(actor, project)
        message = _("Drafted. Enterprise and departments can give their opinion now.")
        return done(request, reverse("projects_timetable", args=[project]), message)
    return Page(
        title=_("Draft the timetable"),
        crumbs=_crumbs(shown.project),
        panels=[panels.nothing_yet(actor, shown)],
        kind="form",
    )


@page(permit="signed_in")
def move_date(request: HttpRequest, project: int) -> HttpResponseBase | Page:
    """Ask for another production date: a new draft, which a leader has to approve."""
    actor = actor_of(request)
    shown = selectors.shown(actor, project)

    def act(values: Mapping[str, Any]) -> None:
        moved = given({"planned": values["date"], "precision": values.get("precision", "")}, "planned")
        assert moved is not None
        drawing.reanchor(actor, project, moved, values["reason"])

    return _form_page(
        request,
        _Asked(forms.REANCHOR, act, reverse("projects_timetable", args=[project]), {"precision": "day"}),
        crumbs=_crumbs(shown.project),
        intro=_("The approved timetable stays in force until a leader approves the new one."),
    )


# A form as a page ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Asked:
    """A form, what to do with its values, where to go then, and what stands in it at first."""

    form: Form
    act: Callable[[Mapping[str, Any]], object]
    back: str
    start: Mapping[str, Any]
    chain: int = 0


def _form_page(
    request: HttpRequest, asked: _Asked, *, crumbs: list[Crumb], intro: str = "", ver: int | None = None
) -> HttpResponseBase | Page:
    actor = actor_of(request)
    values, errors, status = dict(asked.start), dict[str, str](), 200
    kept: dict[str, list[tuple[str, str]]] = {}
    if request.method == "POST":
        values, kept = read_form(request, asked.form, actor, asked.chain)
        try:
            asked.act(asked.form.parse(filled(values)))
        except FieldErrors as error:
            errors, status = error.errors, 422
        except (BadInput, Conflict) as error:
            errors, status = {_where(asked.form, error): error.message}, error.status
        else:
            return done(request, asked.back, _("Recorded."))
    panel = FormPanel(
        id="moves-form",
        form=asked.form,
        url=request.path,
        values=values,
        errors=errors,
        hidden={} if ver is None else {"ver": request.POST.get("ver", ver)},
        options=options_for(actor),
        kept=kept,
        cancel=asked.back,
        intro=intro,
    )
    return Page(title=_(asked.form.title), crumbs=crumbs, panels=[panel], kind="form", status=status)


def _where(form: Form, error: BihuanError) -> str:
    return error.where if any(item.name == error.where for item in form.fields) else ""


# A node -----------------------------------------------------------------------------------------------------


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
    return [*_crumbs(project), Crumb(_("Timetable"), reverse("projects_timetable", args=[project.id]))]


def _node_facts(project: ProjectRow, row: TimetableRow, node: NodeRow) -> Panel:
    reading = selectors.compute(project, row)
    found = reading.dates[node.key]
    titles = {n.key: wording.title_of(n) for n in reading.nodes}
    began: Any = node.actual_start or (cells.Quiet(found.earliest_start) if not node.actual_finish else "")
    items: list[tuple[str, Any]] = [
        (_("Light"), cells.Lamp(panels.light_of_node(node, found, row.approved).value)),
        (_("Begun"), began),
        (_("Done"), panels.expected(node, found)),
        (_("Latest allowed"), cells.Stack([found.latest_start, found.latest_finish])),
        (_("Slack"), panels.slack(node, found)),
        (_("Lasts"), wording.days_of(node)),
        (_("After"), "、".join(titles[k] for k, _lag, _unit in node.after)),
        (_("Responsible unit"), names_for(units={node.unit_id} - {0}).unit(node.unit_id)),
        (_("Why it is late"), panels.cause_of(node)),
    ]
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
    from bihuan.lines.projects.timetables.words import STOP_CAUSES

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
    asked = _Asked(ACTS[act], write, back, _start(act, found), row.matter)
    return _form_page(request, asked, crumbs=crumbs, ver=row.ver)


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


# The quarter --------------------------------------------------------------------------------------------------


@page(permit="projects")
def quarter(request: HttpRequest) -> Page:
    """Show which nodes have to be done this quarter (三季度倒排), project by project."""
    asked, today = request.GET, this_day()
    year, number = _quarter_asked(asked.get("q", ""), today)
    side, open_only = asked.get("side", ""), asked.get("open", "") == "1"
    after = _after(asked.get("after", ""))
    lines, more = selectors.quarter(
        actor_of(request), year, number, side=side if side in SIDES else "", open_only=open_only, after=after
    )
    first, last = selectors.quarter_days(year, number)
    return Page(
        title=_("Nodes due in quarter %(n)d of %(year)d") % {"n": number, "year": year},
        lead=f"{fmt.day(first, weekday=False)} – {fmt.day(last, weekday=False)}",
        kind="list",
        panels=[
            _quarter_bar(year, number, side, open_only),
            *_drafts_note(lines),
            _quarter_table(lines, asked, more),
        ],
    )


def _quarter_asked(text: str, today: date) -> tuple[int, int]:
    year, _dash, number = text.partition("-")
    if year.isdigit() and len(year) == 4 and number in {"1", "2", "3", "4"}:
        return int(year), int(number)
    return today.year, (today.month + 2) // 3


def _after(text: str) -> tuple[int, str]:
    number, _dash, key = text.partition("-")
    return (int(number), key) if number.isdigit() and len(number) < 19 else (0, "")


def _quarter_bar(year: int, number: int, side: str, open_only: bool) -> Panel:
    around = [divmod(year * 4 + number - 1 + step, 4) for step in range(-2, 6)]
    quarters = [(f"{y}-{q + 1}", _("quarter %(n)d of %(year)d") % {"n": q + 1, "year": y}) for y, q in around]
    return FilterBar(
        id="quarter-bar",
        url=reverse("projects_quarter"),
        filters=[
            Filter("q", _("Quarter"), quarters, f"{year}-{number}"),
            Filter("side", _("Side"), [("", _("all sides")), *((k, _(v)) for k, v in SIDES.items())], side),
            Filter(
                "open",
                _("State"),
                [("", _("done and open")), ("1", _("still open"))],
                "1" if open_only else "",
            ),
        ],
    )


def _drafts_note(lines: list[selectors.QuarterLine]) -> list[Panel]:
    drafts = len({line.project for line in lines if not line.approved})
    if not drafts:
        return []
    text = _("%(n)d projects here have only a draft: it shows its latest days and has no lights.") % {
        "n": drafts
    }
    return [Alert(id="quarter-drafts", text=text)]


def _quarter_table(
    lines: list[selectors.QuarterLine], asked: Mapping[str, str], more: tuple[int, str] | None
) -> Panel:
    units = names_for(units={line.unit_id for line in lines} - {0})
    following = urlencode({**asked, "after": f"{more[0]}-{more[1]}"}) if more else ""
    return Table(
        id="quarter",
        caption=_("Nodes due in the quarter"),
        columns=[
            Column(_("Project"), "name", link=lambda r: reverse("projects_timetable", args=[r.project])),
            Column(
                _("Node"),
                wording.title_of,
                head=True,
                link=lambda r: reverse("projects_timetable_node", args=[r.timetable, r.key]),
            ),
            Column(_("Light"), lambda r: cells.Lamp(r.light.value)),
            Column(_("Side"), lambda r: _(SIDES[r.side])),
            Column(_("Unit"), lambda r: units.unit(r.unit_id), wide=True),
            Column(_("Done by"), "due"),
            Column(_("As things stand"), lambda r: r.done or cells.Quiet(r.expected)),
        ],
        rows=lines,
        empty=Empty(id="quarter-none", text=_("No node is due in this quarter."), icon="calendar"),
        pager=Pager(next=f"?{following}") if more else None,
    )
