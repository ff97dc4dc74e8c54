"""Plans that people can carry: choose projects, see what comes of it, adopt it project by project."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput
from bihuan.kernel.identity.rights import has_right
from bihuan.lines.projects.staffing import actions, forms, panels, selectors
from bihuan.lines.projects.transfers import keeping
from bihuan.lines.projects.transfers.selectors import DONE, FAILED, WAITING, Work
from bihuan.ui import cells
from bihuan.ui.doors import carry
from bihuan.ui.page import Crumb, Page, actor_of, done, page
from bihuan.ui.panels import (
    Action,
    Alert,
    Bulk,
    Column,
    Empty,
    Filter,
    FilterBar,
    FormPanel,
    Panel,
    Progress,
    Table,
)

PERMIT = "projects.plans"


def crumbs() -> list[Crumb]:
    """Return the way back to all plans."""
    return [Crumb(_("Plans for people"), reverse("projects_plans"))]


@page(permit=PERMIT)
def plans(request: HttpRequest) -> HttpResponseBase | Page:
    """Choose the projects a plan is made for; show the plans made so far."""
    actor = actor_of(request)
    own = request.GET.get("own", "") == "1"
    if request.method == "POST":
        ids = [int(one) for one in request.POST.getlist("ids") if one.isdigit() and len(one) < 19]
        if request.POST.get("all"):
            ids = [one.id for one in selectors.candidates(actor, own=own)][: actions.MOST]
        work = actions.ask(actor, ids, key=request.POST.get("key", "")[:100])
        return done(request, reverse("projects_plan", args=[work.id]))
    found = selectors.candidates(actor, own=own)
    return Page(
        title=_("Plans for people"),
        lead=_("One officer, one agent can only be in so many places at once. A plan levels what they carry; "
               "it changes no timetable by itself."),
        kind="list",
        actions=[Action(title=_("What people can carry"), href=reverse("projects_capacities"), icon="gear")],
        panels=[*_whose(own), _candidates(found), _made(actor)],
    )  # fmt: skip


def _whose(own: bool) -> list[Panel]:
    choices = [("", _("all projects I see")), ("1", _("those I serve"))]
    filters = [Filter("own", _("Whose"), choices, "1" if own else "")]
    return [FilterBar(id="plan-whose", url=reverse("projects_plans"), filters=filters)]


def _candidates(found: Sequence[selectors.Candidate]) -> Panel:
    return Table(
        id="plan-candidates",
        title=_("For which projects?"),
        columns=[
            Column(
                _("Project"), "name", head=True, link=lambda r: reverse("projects_timetable", args=[r.id])
            ),
            Column(_("Promised"), "promised"),
            Column(_("As things stand"), lambda r: cells.Quiet(r.finish) if r.finish else ""),
            Column(_("Nodes still open"), "open", number=True),
            Column(_("Timetable"), lambda r: _("Approved baseline") if r.approved else _("Draft")),
        ],
        rows=found,
        row_key=lambda r: r.id,
        bulk=Bulk(f"{reverse('projects_plans')}", [("plan", _("Make a plan for these"))]),
        empty=Empty(
            id="plan-none",
            text=_("No project here has a timetable yet. Draft one from the project's page."),
            icon="calendar",
        ),
    )


def _made(actor: Any) -> Panel:
    def state(work: Work) -> Any:
        words = {WAITING: _("being made"), DONE: _("made"), FAILED: _("failed")}
        return cells.Tag(words.get(work.state, work.state), "bad" if work.state == FAILED else "")

    def address(work: Work) -> str:
        return reverse("projects_plan", args=[work.id])

    return Table(
        id="plans",
        title=_("Plans made"),
        columns=[
            Column(_("Plan"), lambda w: w.name, head=True, link=address),
            Column(_("State"), state),
            Column(_("Asked for by"), "actor_title"),
            Column(_("Asked for on"), "created_at"),
        ],
        rows=keeping.listed(actor, actions.KIND, limit=20),
        row_href=address,
        empty=Empty(id="plans-none", text=_("No plan yet: tick projects above."), icon="people"),
    )


@page(permit=PERMIT)
def plan(request: HttpRequest, plan: int) -> Page:
    """Show a plan: how far it is, then what it does to every date and who carries what."""
    actor = actor_of(request)
    work = keeping.of_place(actor, actions.KIND, plan)
    if work.state != DONE:
        progress = Progress(
            id="progress", title=work.name, url=reverse("projects_plan", args=[plan]),
            text=_("Looking for an order everybody can carry …"), part=work.part, whole=work.whole,
            failed=work.error if work.state == FAILED else "",
        )  # fmt: skip
        refresh = 3 if work.state == WAITING else 0
        return Page(title=work.name, crumbs=crumbs(), kind="form", panels=[progress], refresh=refresh)
    may = has_right(actor, actions.RIGHT)
    return Page(
        title=work.name,
        crumbs=crumbs(),
        kind="list",
        panels=panels.of_plan(
            work.id, work.result, reverse("projects_plan_adopt", args=[plan]) if may else ""
        ),
    )


@page(permit=PERMIT)
def adopt(request: HttpRequest, plan: int) -> HttpResponseBase | Page:
    """Ask for the reason, then adopt the plan for the ticked projects."""
    actor = actor_of(request)
    work = keeping.of_place(actor, actions.KIND, plan)
    back = reverse("projects_plan", args=[plan])
    ids = [
        int(one)
        for one in ",".join(request.POST.getlist("ids")).split(",")
        if one.isdigit() and len(one) < 19
    ]

    def put(told: Mapping[str, Any]) -> dict[int, str]:
        return actions.adopt(actor, plan, ids, told["reason"])

    # What is ticked on the plan comes by POST too, before a reason was asked for.
    tried = carry(request, forms.ADOPT, put, start={}, sent="reason" in request.POST)
    if tried.done:
        return done(request, back, panels.told(tried.answer))
    names = [row["name"] for row in work.result.get("projects", ()) if row["id"] in ids]
    if not names:
        raise BadInput(_("Please tick the projects the plan is adopted for."), where="ids")
    form = FormPanel(
        id="plan-adopt", form=forms.ADOPT, url=request.path, values=tried.values, errors=tried.errors,
        hidden={"ids": ",".join(map(str, ids))}, cancel=back, in_place=False, submit=_("Adopt the plan"),
        intro=_("Where the promised day holds, plan days come forward. Where it does not, a new timetable is drafted "
                "and goes to the leader in charge."),
    )  # fmt: skip
    listed = Alert(id="plan-which", text="、".join(names[:30]), tone="info")
    return Page(
        title=_("Adopt the plan"), crumbs=crumbs(), kind="form", panels=[listed, form], status=tried.status
    )


# Capacities --------------------------------------------------------------------------------------------------


@page(permit=PERMIT)
def capacities(request: HttpRequest) -> Page:
    """Show what one person can carry at once: which rows hold where, since when, from which source."""
    set_one = Action(title=_("Set a number"), href=reverse("projects_capacity"), icon="plus")
    return Page(
        title=_("What people can carry"),
        lead=_("The most specific place wins, then the latest day."),
        crumbs=crumbs(),
        kind="list",
        actions=[set_one] if has_right(actor_of(request), "admin.limits") else [],
        panels=[panels.capacity_table(selectors.capacities())],
    )


@page(permit=PERMIT)
def capacity(request: HttpRequest) -> HttpResponseBase | Page:
    """Set how many nodes one person carries at once, for the place one's post is over."""
    actor, back = actor_of(request), reverse("projects_capacities")

    def put(told: Mapping[str, Any]) -> None:
        actions.put_capacity(
            actor, told["role"], told["at_once"], told["sides"], source=told["source"],
            division=actor.division, since=date.fromisoformat(told["since"]),
        )  # fmt: skip

    tried = carry(request, forms.CAPACITY, put, start=panels.fresh())
    if tried.done:
        return done(request, back, _("The number is set."))
    form = FormPanel(
        id="capacity",
        form=forms.CAPACITY,
        url=request.path,
        values=tried.values,
        errors=tried.errors,
        cancel=back,
        in_place=False,
    )
    return Page(title=_("Set a number"), crumbs=crumbs(), kind="form", panels=[form], status=tried.status)
