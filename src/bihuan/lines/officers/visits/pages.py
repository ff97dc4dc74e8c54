"""The visit plan as a calendar, the one form of a visit, and what a visit said."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bihuan.kernel.files import selectors as files
from bihuan.kernel.forms.fields import Field, Form
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import today
from bihuan.lines.officers.grids.selectors import target_enterprise, target_project
from bihuan.lines.officers.pages import words
from bihuan.lines.officers.pages.asking import Asked, answer
from bihuan.lines.officers.visits import actions, selectors
from bihuan.lines.officers.visits.actions import Target
from bihuan.lines.officers.visits.forms import PLAN, visit_form
from bihuan.lines.officers.visits.selectors import VisitRow
from bihuan.lines.projects import contracts as projects
from bihuan.logic.mechanism import said
from bihuan.ui import cells
from bihuan.ui.page import Crumb, Page, actor_of, page
from bihuan.ui.panels import Action, Alert, Column, Empty, Facts, Filter, FilterBar, Panel, Table

REASON = Form("officers.visit.cancel", said("Call the visit off"), (
    Field("reason", said("Reason"), required=True, max_length=200),
))  # fmt: skip
JOIN = Form("officers.visit.join", said("Go along"), (Field("purpose", said("Purpose"), max_length=200),))
STATES = {"planned": said("Planned"), "made": said("Visit made"), "cancelled": said("Called off")}


# The calendar ------------------------------------------------------------------------------------------


@page(permit="officers.visits")
def calendar(request: HttpRequest) -> Page:
    """Show the visits of a month, all departments' together, day by day."""
    actor = actor_of(request)
    first, last = selectors.month_of(_month(request.GET.get("month", "")))
    rows = selectors.listed(actor, first, last)
    months = [
        selectors.month_of(first.replace(day=15) + timedelta(days=30 * n))[0] for n in (-2, -1, 0, 1, 2)
    ]
    choices = [(f"{month:%Y-%m}", f"{month:%Y-%m}") for month in months]
    columns = [
        Column(_("Day"), lambda row: cells.Day(row.day)),
        Column(_("Place visited"), "target", head=True, link=_address),
        Column(_("Who goes"), lambda row: f"{row.who}（{row.unit_name}）" if row.unit_name else row.who),
        Column(_("Goes along"), lambda row: "、".join(row.joined)),
        Column(_("Purpose"), "purpose"),
        Column(_("State"), _state),
    ]
    table = Table(
        id="visits", title=_("Visits"), rows=rows, columns=columns, row_key=lambda row: row.id, row_href=_address,
        empty=Empty(text=_("No visit in this month. Plan one from an enterprise or a project."), icon="calendar"),
    )  # fmt: skip
    bar = FilterBar(id="month", url=reverse("officers_calendar"),
                    filters=[Filter("month", _("Month"), choices, f"{first:%Y-%m}")])  # fmt: skip
    return Page(title=_("Visit plan"), kind="list", panels=[bar, table])


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return today()


def _address(row: VisitRow) -> str:
    return reverse("officers_visit", args=[row.id])


def _state(row: VisitRow) -> Any:
    return cells.Tag(_(STATES[row.state]), "good" if row.state == "made" else "")


# One visit ---------------------------------------------------------------------------------------------


@page(permit="officers.visits")
def visit(request: HttpRequest, visit: int) -> Page:
    """Show a visit: where, who, what was asked, what it came to."""
    actor = actor_of(request)
    row = selectors.visit(actor, visit)
    titles = {need.key: need.title for need in selectors.needs()}
    kept = {one.key: one.title for one in selectors.templates(active=False)}
    items: list[tuple[str, Any]] = [
        (_("Day"), cells.Day(row.day)),
        (_("State"), _state(row)),
        (_("Place visited"), cells.To(row.target, _place(row))),
        (_("Who goes"), f"{row.who}（{row.unit_name}）"),
        (_("Goes along"), "、".join(row.joined)),
        (_("Template"), kept.get(row.template, "")),
        (_("Purpose"), row.purpose),
        (_("Asked and heard"), "；".join(row.ticks.get("asked", ()))),
        (_("Needs and difficulties"), "、".join(titles.get(key, key) for key in row.ticks.get("needs", ()))),
        (_("Hazards seen"), "、".join(row.ticks.get("hazards", ()))),
        (_("Progress seen"), row.progress),
        (_("Other notes"), row.notes),
        (_("Why beyond the quota"), row.why),
        (_("Photos or papers"), _files(row.id)),
    ]
    shown = [item for item in items if item[1] not in ("", None)]
    return Page(
        title=row.target,
        crumbs=[words.crumb(), Crumb(_("Visit plan"), reverse("officers_calendar"))],
        panels=[Facts(id="visit", title=_("Visit"), items=shown, columns=1)],
        actions=_visit_actions(actor, row),
    )


def _files(visit_id: int) -> Any:
    found = files.of_matter(visit_id)
    return (
        cells.Row([cells.To(file.name, reverse("file", args=[file.id])) for file in found]) if found else ""
    )


def _place(row: VisitRow) -> str:
    if row.enterprise:
        return reverse("officers_enterprise", args=[row.enterprise])
    return reverse("project", args=[row.project])


def _visit_actions(actor: Actor, row: VisitRow) -> list[Action]:
    if row.state != "planned":
        return []
    name, target = ("project", row.project) if row.project else ("enterprise", row.enterprise)
    address = f"{reverse(f'officers_visit_{name}', args=[target])}?planned={row.id}"
    own = row.post == actor.post
    found = [Action(title=_("Note the visit"), href=address, icon="check", primary=True)] if own else []
    if row.unit != actor.unit:
        found.append(
            Action(title=_("Go along"), href=reverse("officers_visit_join", args=[row.id]), icon="people")
        )
    if own or actor.role == "coordinator":
        found.append(
            Action(title=_("Call off"), href=reverse("officers_visit_cancel", args=[row.id]), icon="x")
        )
    return found


@page(permit="officers.visits")
def join(request: HttpRequest, visit: int) -> Page | HttpResponseBase:
    """Go along on a visit another department has planned."""
    actor = actor_of(request)
    row = selectors.visit(actor, visit)
    back = _address(row)

    def act(values: Mapping[str, Any], _key: str) -> tuple[str, str]:
        actions.join(actor, visit, values.get("purpose", ""))
        return back, _("You go along: one visit, and the enterprise is left in peace.")

    return answer(request, Asked(JOIN, act, back, [Crumb(row.target, back)]))


@page(permit="officers.visits")
def cancel(request: HttpRequest, visit: int) -> Page | HttpResponseBase:
    """Call a planned visit off."""
    actor = actor_of(request)
    row = selectors.visit(actor, visit)
    back = _address(row)

    def act(values: Mapping[str, Any], _key: str) -> tuple[str, str]:
        actions.cancel(actor, visit, values["reason"])
        return reverse("officers_calendar"), _("Called off.")

    return answer(request, Asked(REASON, act, back, [Crumb(row.target, back)]))


# Planning and noting -------------------------------------------------------------------------------------


@page(permit="officers.visits")
def plan_project(request: HttpRequest, project: int) -> Page | HttpResponseBase:
    """Plan a visit to a project."""
    return _plan(request, target_project(actor_of(request), project))


@page(permit="officers.visits")
def plan_enterprise(request: HttpRequest, enterprise: int) -> Page | HttpResponseBase:
    """Plan a visit to an enterprise."""
    return _plan(request, target_enterprise(actor_of(request), enterprise))


def _plan(request: HttpRequest, target: Target) -> Page | HttpResponseBase:
    actor = actor_of(request)

    def act(values: Mapping[str, Any], key: str) -> tuple[str, str]:
        day = date.fromisoformat(values["day"])
        made = actions.plan(
            actor, target, day, purpose=values.get("purpose", ""), why=values.get("why", ""), key=key
        )
        return reverse("officers_visit", args=[made]), _("Planned.")

    back = _back(target)
    asked = Asked(PLAN, act, back, [Crumb(target.name, back)], title=_("Plan a visit: %s") % target.name,
                  above=_quiet(target, today()), submit=_("Plan"))  # fmt: skip
    return answer(request, asked)


def _back(target: Target) -> str:
    if target.project:
        return reverse("officers_service", args=[target.project])
    return reverse("officers_enterprise", args=[target.enterprise])


def _quiet(target: Target, day: date, but: int = 0) -> list[Panel]:
    """Return who else goes there this month, and the offer to go along."""
    quiet = selectors.quiet(target.enterprise, target.project, day, target.scope, but=but)
    if not quiet.visits:
        return []
    waiting = next((row for row in quiet.visits if row.state == "planned"), None)
    count = len(quiet.visits)
    text = ngettext(
        "%(count)d visit this month, %(quota)d allowed.",
        "%(count)d visits this month, %(quota)d allowed.",
        count,
    ) % {"count": count, "quota": quiet.quota}
    details = [f"{row.day:%m-%d} {row.unit_name} {row.who} {_(STATES[row.state])}" for row in quiet.visits]
    action = None
    if waiting:
        address = reverse("officers_visit_join", args=[waiting.id])
        action = Action(
            title=_("Go along on %(day)s") % {"day": f"{waiting.day:%m-%d}"}, href=address, icon="people"
        )
    tone = "warn" if quiet.spent else "info"
    return [Alert(id="quiet", text=text, tone=tone, details=[*details, quiet.source], action=action)]  # type: ignore[arg-type]


@page(permit="officers.visits")
def visit_project(request: HttpRequest, project: int) -> Page | HttpResponseBase:
    """Note a visit to a project in one form."""
    return _note(request, target_project(actor_of(request), project))


@page(permit="officers.visits")
def visit_enterprise(request: HttpRequest, enterprise: int) -> Page | HttpResponseBase:
    """Note a visit to an enterprise in one form."""
    return _note(request, target_enterprise(actor_of(request), enterprise))


def _note(request: HttpRequest, target: Target) -> Page | HttpResponseBase:
    actor = actor_of(request)
    templates = selectors.templates()
    chosen = request.GET.get("template", "")
    template = next((one for one in templates if one.key == chosen), templates[0])
    given = request.GET.get("planned", "")
    planned = int(given) if given.isdecimal() and len(given) < 19 else 0
    quiet = selectors.quiet(target.enterprise, target.project, today(), target.scope, but=planned)
    nodes = projects.OPEN_NODES(actor, target.project) if target.project else []
    form = visit_form(
        template, selectors.needs(), nodes, project=bool(target.project), spent=quiet.spent and not planned
    )

    def act(values: Mapping[str, Any], key: str) -> tuple[str, str]:
        noted = actions.note(actor, target, {**values, "template": template.key}, planned=planned, key=key)
        told = (
            _("Noted. Opened: %(codes)s.") % {"codes": "、".join(noted.opened)}
            if noted.opened
            else _("Noted.")
        )
        return reverse("officers_visit", args=[noted.visit]), told

    choose = FilterBar(id="template", url=request.path,
                       filters=[Filter("template", _("Kind of visit"), [(t.key, t.title) for t in templates],
                                       template.key)])  # fmt: skip
    back = _back(target)
    above = [choose, *(_quiet(target, today(), planned) if quiet.spent else [])]
    query = urlencode({"template": template.key, **({"planned": str(planned)} if planned else {})})
    asked = Asked(form, act, back, [Crumb(target.name, back)], title=_("Note a visit: %s") % target.name,
                  start={"day": today().isoformat()}, above=above, submit=_("Note the visit"),
                  url=f"{request.path}?{query}")  # fmt: skip
    return answer(request, asked)


# Templates ----------------------------------------------------------------------------------------------

TEMPLATE = Form("officers.template", said("Kind of visit"), (
    Field("title", said("Title"), required=True, max_length=100),
    Field("questions", said("Asked and heard, one a line"), "long"),
    Field("hazards", said("Hazards to look at, one a line"), "long"),
    Field("source", said("Rule it comes from"), required=True, max_length=300),
    Field("active", said("In use"), "bool"),
))  # fmt: skip


@page(permit="officers.assign")
def templates(request: HttpRequest) -> Page:
    """Show the kinds of visits and what each asks."""
    columns = [
        Column(
            _("Kind of visit"), "title", head=True, link=lambda t: reverse("officers_template", args=[t.key])
        ),
        Column(_("Asked and heard"), lambda t: "；".join(t.questions)),
        Column(_("Hazards to look at"), lambda t: "；".join(t.hazards)),
        Column(_("In use"), lambda t: t.active),
        Column(_("Source"), lambda t: cells.Quiet(t.source)),
    ]
    rows = selectors.templates(active=False)
    table = Table(
        id="templates", title=_("Kinds of visits"), rows=rows, columns=columns, row_key=lambda t: t.key
    )
    return Page(title=_("Kinds of visits"), kind="list", panels=[table], crumbs=[words.board_crumb()])


@page(permit="officers.assign")
def template(request: HttpRequest, template: str) -> Page | HttpResponseBase:
    """Change what a kind of visit asks."""
    actor, row = actor_of(request), selectors.template(template)
    back = reverse("officers_templates")

    def act(values: Mapping[str, Any], _key: str) -> tuple[str, str]:
        actions.set_template(actor, row.key, values)
        return back, _("Kept.")

    start = {
        "title": row.title, "questions": "\n".join(row.questions), "hazards": "\n".join(row.hazards),
        "source": row.source, "active": row.active,
    }  # fmt: skip
    return answer(request, Asked(TEMPLATE, act, back, [words.board_crumb()], start=start))
