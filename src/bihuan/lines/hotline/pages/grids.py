"""The grids of a place (五级网格): how each is staffed, which address lies in which, what none covers."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.forms.fields import Field, Form
from bihuan.kernel.identity import rights
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.identity.selectors.posts import posts_in, staff_over
from bihuan.kernel.now import now
from bihuan.lines.hotline.contracts import FORCES
from bihuan.lines.hotline.duties.actions import KEEP
from bihuan.lines.hotline.grids import actions, selectors
from bihuan.lines.hotline.grids.selectors import GridRow
from bihuan.lines.hotline.pages import words
from bihuan.logic.mechanism import said
from bihuan.ui import cells
from bihuan.ui.doors import carry
from bihuan.ui.page import Crumb, Page, actor_of, done, page
from bihuan.ui.panels import (
    Action,
    Alert,
    Column,
    Empty,
    Facts,
    Figure,
    Figures,
    FilterBar,
    FormPanel,
    Pager,
    Panel,
    Table,
)

GRID = Form("hotline.grid", said("Staff a grid"), (
    Field("place", said("Division"), "division", required=True),
    Field("name", said("Name of the grid"), required=True, max_length=120),
    Field("party_org", said("Party organisation"), required=True, max_length=120),
    Field("head_post", said("Grid head"), "post", required=True),
    Field("phone", said("Fixed service phone"), "phone", required=True),
))  # fmt: skip
HELPER = Form("hotline.helper", said("Add a helper"), (
    Field("name", said("Person or team"), required=True, max_length=120),
    Field("force", said("As"), "choice", required=True, choices=FORCES),
    Field("post", said("Post"), "post"),
))  # fmt: skip
BUILDING = Form("hotline.building", said("Enter a building"), (
    Field("name", said("Building or stretch of street"), required=True, max_length=200),
    Field("households", said("Households"), "int"),
))  # fmt: skip
#: More grids than this are no row of buttons: they are picked from a list.
_BUTTONS = 12


def level_titles() -> dict[str, str]:
    """Return what the levels are called."""
    return {
        "county": _("District"), "street": _("Street"), "community": _("Community"), "grid": _("Grid"),
        "micro": _("Micro-grid"),
    }  # fmt: skip


@page(permit="hotline.grids")
def grids(request: HttpRequest) -> Page:
    """Show the grids one sees, what they cover, and in which one an address lies."""
    actor, asked = actor_of(request), request.GET.get("q", "").strip()[:200]
    rows = selectors.grids(actor)
    panels: list[Panel] = [_levels(actor, rows)]
    panels.append(FilterBar(id="filters", url=reverse("hotline_grids"), search=asked, filters=[]))
    if asked:
        panels.append(located(actor, asked))
    panels.append(_table(rows))
    found = [
        Action(title=_("Coverage map"), href=reverse("hotline_coverage"), icon="map"),
        Action(title=_("Not covered by any grid"), href=reverse("hotline_uncovered"), icon="alert"),
    ]
    if rights.has_right(actor, KEEP):
        found.append(Action(title=_("Rolls by workbook"), href=reverse("hotline_rolls"), icon="upload"))
        found.insert(
            0, Action(title=_("Staff a grid"), href=reverse("hotline_grid_new"), icon="plus", primary=True)
        )
    return Page(title=_("Grids"), kind="list", panels=panels, actions=found)


def _levels(actor: Actor, rows: list[GridRow]) -> Figures:
    titles, at = level_titles(), now()
    covered, bare = selectors.counts(actor)
    tiles = [
        Figure(title=titles[level], value=count, as_of=at) for level, count in selectors.depth(actor).items()
    ]
    tiles.append(Figure(title=_("Grids with party organisation, head and phone"), value=len(rows), as_of=at))
    tiles.append(
        Figure(
            title=_("Addresses in a grid"),
            part=covered,
            whole=covered + bare,
            as_of=at,
            href=reverse("hotline_uncovered"),
            definition=_("Buildings of the rolls that lie in a grid, of all."),
        )
    )
    return Figures(id="levels", figures=tiles)


def located(actor: Actor, address: str) -> Alert:
    """Return in which grid an address lies, and what says so."""
    found = selectors.locate(address, scope_of(actor.division))
    if found is None:
        return Alert(id="found", tone="warn", text=_("No roll knows this address."))
    if not found.place:
        return Alert(
            id="found", tone="warn", text=_("%(name)s lies in no grid yet.") % {"name": found.building}
        )
    name = found.building or _("Place on the map")
    text = _("%(name)s lies in %(grid)s.") % {"name": name, "grid": found.grid}
    if found.by_boundary:
        text = f"{text} {_('No roll names its grid: its boundary does.')}"
    return Alert(id="found", tone="good", text=text)


def _address(row: GridRow) -> str:
    return reverse("hotline_grid", args=[row.id])


def _table(rows: list[GridRow]) -> Table:
    columns = [
        Column(_("Grid"), "name", head=True, link=_address),
        Column(_("Street"), "street"),
        Column(_("Community"), "community"),
        Column(_("Party organisation"), "party_org"),
        Column(_("Grid head"), lambda row: row.head or cells.Tag(_("post is vacant"), "bad")),
        Column(_("Fixed service phone"), lambda row: words.phone(row.phone)),
        Column(_("Helpers"), "helpers", number=True),
        Column(_("Buildings"), "buildings", number=True),
    ]
    return Table(
        id="grids", title=_("Grids"), rows=rows, columns=columns, row_key=lambda row: row.id, row_href=_address,
        empty=Empty(text=_("No grid is staffed yet: one party organisation, one head, one phone."), icon="map"),
    )  # fmt: skip


@page(permit="hotline.grids")
def grid(request: HttpRequest, hotline_grid: int) -> Page | HttpResponseBase:
    """Show one grid of 1+1+N with its buildings; enter a helper or a building."""
    actor = actor_of(request)
    row = selectors.grid(actor, hotline_grid)
    if request.method == "POST" and "force" in request.POST:
        sent = carry(request, HELPER, lambda v: _help(actor, row, v), start={})
    elif request.method == "POST":
        sent = carry(request, BUILDING, lambda v: _build(actor, row, v), start={})
    else:
        sent = None
    if sent and sent.done:
        return done(request, _address(row), _("Entered."))
    forces = dict(FORCES)
    facts = Facts(id="grid", title=_("1 + 1 + N"), items=[
        (_("Party organisation"), row.party_org), (_("Grid head"), row.head or _("post is vacant")),
        (_("Fixed service phone"), words.phone(row.phone)), (_("Street"), row.street),
        (_("Community"), row.community),
        *[(_(forces[force]), name) for name, force in selectors.helpers(row.id)],
    ])  # fmt: skip
    table = Table(
        id="buildings", title=_("Building rolls"), rows=selectors.buildings(row.id),
        columns=[Column(_("Building or stretch of street"), lambda one: one[0], head=True),
                 Column(_("Households"), lambda one: one[1], number=True)],
        empty=Empty(text=_("No building yet."), icon="building"),
    )  # fmt: skip
    return Page(
        title=row.name, crumbs=[Crumb(_("Grids"), reverse("hotline_grids"))], panels=[facts, table],
        side=_entries(request, actor, row, sent), status=sent.status if sent else 200, actions=_drawing(actor, row),
    )  # fmt: skip


def _help(actor: Actor, row: GridRow, values: Mapping[str, Any]) -> int:
    return actions.add_helper(
        actor, row.id, row.place, str(values["name"]), str(values["force"]), int(values.get("post", 0))
    )


def _build(actor: Actor, row: GridRow, values: Mapping[str, Any]) -> list[int]:
    place = scope_of(row.place).community or row.place
    return actions.enter_buildings(
        actor, place, [(str(values["name"]), row.id, int(values.get("households", 0)))]
    )


def _drawing(actor: Actor, row: GridRow) -> list[Action]:
    if not rights.has_right(actor, KEEP):
        return []
    return [
        Action(title=_("Boundary of the grid"), href=reverse("hotline_boundary", args=[row.id]), icon="map")
    ]


def _entries(request: HttpRequest, actor: Actor, row: GridRow, sent: Any) -> list[Panel]:
    if not rights.has_right(actor, KEEP):
        return []
    posts = [(str(p.id), p.user_name) for p in posts_in(row.unit)]
    mine = "helper" if "force" in request.POST else "building"
    return [
        FormPanel(
            id=name,
            form=form,
            url=_address(row),
            in_place=False,
            options=lambda _item: posts,
            values=sent.values if sent and name == mine else {},
            errors=sent.errors if sent and name == mine else {},
        )
        for name, form in (("helper", HELPER), ("building", BUILDING))
    ]


@page(permit="hotline.keep")
def new(request: HttpRequest) -> Page | HttpResponseBase:
    """Give a division its one party organisation, one head and one fixed phone."""
    actor = actor_of(request)
    sent = carry(
        request, GRID, lambda values: _set_up(actor, values, request.POST.get("key", "")[:60]), start={}
    )
    if sent.done:
        return done(request, reverse("hotline_grids"), _("The grid is staffed."))
    places = [(str(key), name) for key, name in selectors.unstaffed(actor)]
    heads = [
        (str(p.id), f"{p.unit_name} · {p.user_name}")
        for p in staff_over(actor.division)
        if p.role == "grid_head"
    ]
    form = FormPanel(
        id="grid", form=GRID, url=reverse("hotline_grid_new"), values=sent.values, errors=sent.errors, in_place=False,
        hidden={"key": uuid.uuid4().hex}, options=lambda item: places if item.name == "place" else heads,
        intro=_("Each grid has exactly one of each, and none of them stands in a second grid."),
    )  # fmt: skip
    crumbs = [Crumb(_("Grids"), reverse("hotline_grids"))]
    return Page(title=_("Staff a grid"), kind="form", crumbs=crumbs, panels=[form], status=sent.status)


def _set_up(actor: Actor, values: Mapping[str, Any], key: str) -> int:
    return actions.set_up(
        actor, int(values["place"]), name=str(values["name"]), party_org=str(values["party_org"]),
        head_post=int(values["head_post"]), phone=str(values["phone"]), key=key,
    )  # fmt: skip


@page(permit="hotline.grids")
def uncovered(request: HttpRequest) -> Page:
    """Show the buildings that lie in no grid."""
    actor = actor_of(request)
    rows, more = selectors.uncovered(actor, before=words.number(request.GET.get("before", "")))
    link = (lambda row: reverse("hotline_building", args=[row.id])) if rights.has_right(actor, KEEP) else None
    names = selectors.division_names(row.community for row in rows)
    columns = [
        Column(_("Building or stretch of street"), "name", head=True, link=link),
        Column(_("Community"), lambda row: names.get(row.community, "")),
        Column(_("Households"), "households", number=True),
    ]  # fmt: skip
    if link:
        columns.append(Column(_("Next step"), lambda row: cells.To(_("Put it into a grid"), link(row))))
    table = Table(
        id="uncovered", title=_("Not covered by any grid"), rows=rows, row_key=lambda row: row.id, row_href=link,
        columns=columns,
        pager=Pager(next=f"?before={more}" if more else ""),
        empty=Empty(text=_("Every building of the rolls lies in a grid."), icon="check"),
    )  # fmt: skip
    crumbs = [Crumb(_("Grids"), reverse("hotline_grids"))]
    return Page(title=_("Not covered by any grid"), kind="list", crumbs=crumbs, panels=[table])


def choice_of(rows: Iterable[GridRow], *, tap: bool = False) -> Field:
    """Return the field that asks for one of these grids; with ``tap`` each is a button that sends the form."""
    rows = list(rows)
    apart = len({row.community_id for row in rows}) > 1
    known = tuple((str(row.id), f"{row.name}（{row.community}）" if apart else row.name) for row in rows)
    return Field("cell", said("Grid"), "choice", required=True, choices=known, tap=tap)


@page(permit="hotline.keep")
def building(request: HttpRequest, building: int) -> Page | HttpResponseBase:
    """Put a building into a grid: one tap for those of its community, a list for all others."""
    actor = actor_of(request)
    name, community, cell = selectors.building(actor, building)
    rows = selectors.grids(actor)
    near = [row for row in rows if row.community_id == community] or rows
    near = near if len(near) <= _BUTTONS else []
    far = [row for row in rows if row not in near]

    def put(values: Mapping[str, Any]) -> None:
        actions.place_building(actor, building, community, int(values["cell"]))

    into = said("Put it into a grid")
    whole = Form("hotline.building_into", into, (choice_of(rows),))
    sent = carry(request, whole, put, start={"cell": str(cell) if cell else ""})
    if sent.done:
        return done(request, reverse("hotline_uncovered"), _("Put into the grid."))
    forms = [Form("hotline.building_near", into, (choice_of(near, tap=True),))] if near else []
    if far:
        forms.append(
            Form("hotline.building_far", said("A grid elsewhere") if near else into, (choice_of(far),))
        )
    panels: list[Panel] = [
        FormPanel(id=form.name.rpartition("_")[2], form=form, url=reverse("hotline_building", args=[building]),
                  values=sent.values, errors=sent.errors, in_place=False)
        for form in forms
    ]  # fmt: skip
    crumbs = [Crumb(_("Not covered by any grid"), reverse("hotline_uncovered"))]
    if not rows:
        door = Action(title=_("Staff a grid"), href=reverse("hotline_grid_new"), icon="plus", primary=True)
        text = _("No grid is staffed yet: one party organisation, one head, one phone.")
        panels.append(Empty(id="none", text=text, icon="map", action=door))
    return Page(title=name, kind="form", crumbs=crumbs, panels=panels, status=sent.status)
