"""Grids: coverage, one grid, its head and members, a balanced allocation."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.forms.fields import Field, Form
from bihuan.kernel.identity import rights
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import today
from bihuan.lines.officers.grids import actions, coverage, selectors
from bihuan.lines.officers.grids.coverage_pages import href, tile
from bihuan.lines.officers.grids.pages import table
from bihuan.lines.officers.grids.selectors import What
from bihuan.lines.officers.pages.asking import Asked, answer
from bihuan.lines.officers.visits import selectors as visits
from bihuan.logic.mechanism import said
from bihuan.ui import cells
from bihuan.ui.page import Crumb, Page, actor_of, page
from bihuan.ui.panels import (
    Action,
    Column,
    Empty,
    Figure,
    Figures,
    Pager,
    Table,
)

GRID = Form("officers.grid", said("Open a grid"), (
    Field("name", said("Grid"), required=True, max_length=100),
    Field("head_post", said("Grid head"), "post", required=True),
    Field("receives", said("Takes in new enterprises"), "bool"),
))  # fmt: skip
HEAD = Form("officers.grid.head", said("Name the head or a member"), (
    Field("head_post", said("Grid head"), "post"),
    Field("member", said("Member"), "post"),
))  # fmt: skip


def _crumb() -> Crumb:
    return Crumb(_("Grids and coverage"), reverse("officers_grids"))


@page(permit="officers.grids")
def grids(request: HttpRequest) -> Page:
    """Show every grid with its head, members and coverage this month, and how much is still unvisited."""
    actor = actor_of(request)
    first, last = visits.month_of(today())
    found = coverage.value(actor, first, last)
    left = int(found.denominator or 0) - int(found.numerator)
    rest = Figure(title=_("Not visited yet"), value=left, as_of=found.at, href=href(first, part="unvisited"))
    columns = [
        Column(_("Grid"), "name", head=True, link=lambda g: reverse("officers_grid", args=[g.id])),
        Column(_("Grid head"), "head"),
        Column(_("Department"), "unit_name"),
        Column(_("Members"), lambda g: "、".join(g.members)),
        Column(_("Enterprises in it"), "enterprises", number=True),
        Column(
            _("Visited this month"),
            lambda g: (
                cells.To(cells.Rate(g.visited, g.enterprises), href(first, cell=g.id))
                if g.enterprises
                else "–"
            ),
        ),
    ]
    table = Table(
        id="grids", title=_("Park grids"), rows=selectors.grids(actor, first, last), row_key=lambda g: g.id,
        columns=columns, row_href=lambda g: reverse("officers_grid", args=[g.id]),
        empty=Empty(text=_("No grid yet. Open one that takes in new enterprises first."), icon="map"),
    )  # fmt: skip
    return Page(
        title=_("Grids and coverage"), kind="list",
        panels=[Figures(id="coverage", figures=[tile(found, first), rest]), table],
        actions=_grid_actions(actor),
    )  # fmt: skip


def _grid_actions(actor: Actor) -> list[Action]:
    if not rights.has_right(actor, actions.KEEP):
        return []
    return [
        Action(title=_("Propose an allocation"), href=reverse("officers_allocate"), icon="map", primary=True),
        Action(title=_("Open a grid"), href=reverse("officers_grid_new"), icon="plus"),
        Action(title=_("Take in a workbook of grids"), href=reverse("officers_gridbook"), icon="upload"),
    ]


@page(permit="officers.grids")
def grid(request: HttpRequest, cell: int) -> Page:
    """Show one grid's enterprises, the unvisited first."""
    actor = actor_of(request)
    row = selectors.grid(actor, cell)
    first, last = visits.month_of(today())
    missing, _more = selectors.listed(actor, What(cell=cell, unvisited=(first, last)), limit=200)
    everyone, _rest = selectors.listed(actor, What(cell=cell), limit=200)
    seen = {one.id for one in missing}
    rows = [*missing, *(one for one in everyone if one.id not in seen)]
    found = []
    if rights.has_right(actor, actions.KEEP):
        found.append(
            Action(
                title=_("Head and members"), href=reverse("officers_grid_head", args=[cell]), icon="people"
            )
        )
    return Page(
        title=row["name"], kind="list", crumbs=[_crumb()], panels=[table(rows, Pager())], actions=found
    )


@page(permit="officers.grids")
def grid_of(request: HttpRequest, cell: int) -> Page | HttpResponseBase:
    """Name the head of a grid or let a post stand in it."""
    actor = actor_of(request)
    row = selectors.grid(actor, cell)
    rights.need(actor, actions.KEEP)
    back = reverse("officers_grid", args=[cell])

    def act(values: Mapping[str, Any], _key: str) -> tuple[str, str]:
        if values.get("head_post"):
            actions.name_head(actor, cell, values["head_post"])
        if values.get("member"):
            actions.put_member(actor, cell, values["member"])
        return back, _("Kept.")

    asked = Asked(HEAD, act, back, [_crumb(), Crumb(row["name"], back)], options=lambda _f: _posts(actor))
    return answer(request, asked)


def _posts(actor: Actor) -> list[tuple[str, str]]:
    return selectors.posts_offered(actor)


@page(permit="officers.keep")
def grid_new(request: HttpRequest) -> Page | HttpResponseBase:
    """Open a grid."""
    actor = actor_of(request)

    def act(values: Mapping[str, Any], _key: str) -> tuple[str, str]:
        made = actions.open_grid(
            actor, values["name"], values["head_post"], receives=bool(values.get("receives"))
        )
        return reverse("officers_grid", args=[made]), _("Opened.")

    back = reverse("officers_grids")
    return answer(request, Asked(GRID, act, back, [_crumb()], options=lambda _f: _posts(actor)))


@page(permit="officers.keep")
def allocate(request: HttpRequest) -> Page | HttpResponseBase:
    """Show a balanced allocation of the enterprises that wait; people tick what they approve."""
    actor = actor_of(request)
    first, last = visits.month_of(today())
    named = {one.id: one.name for one in selectors.grids(actor, first, last)}
    made = actions.propose_allocation(actor)
    titles = selectors.enterprise_names([one.thing for one in made])
    offered = tuple(
        (f"{one.thing}:{one.holder}", f"{titles[one.thing]} → {named[one.holder]} · {actions.reasons(one)}")
        for one in made
    )
    form = Form("officers.allocate", said("Approve the allocation"), (
        Field("chosen", said("Proposals"), "choices", required=True, choices=offered),
        Field("reason", said("Note"), max_length=200),
    ))  # fmt: skip

    def act(values: Mapping[str, Any], _key: str) -> tuple[str, str]:
        pairs = [(int(one.split(":")[0]), int(one.split(":")[1])) for one in values["chosen"]]
        count = actions.allocate(actor, pairs, values.get("reason", ""))
        return reverse("officers_grids"), _("%(count)d enterprises allocated.") % {"count": count}

    start = {"chosen": [key for key, _title in offered]}
    return answer(
        request, Asked(form, act, reverse("officers_grids"), [_crumb()], start=start, submit=_("Approve"))
    )
