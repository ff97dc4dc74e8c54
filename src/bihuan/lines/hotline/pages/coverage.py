"""The coverage map of the grids: where each lies, what its rolls cover, and what none covers, with the next step."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict
from bihuan.kernel.forms.fields import Field, Form
from bihuan.kernel.identity import rights
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.now import now
from bihuan.lines.hotline.duties.actions import KEEP
from bihuan.lines.hotline.grids import coverage as covering
from bihuan.lines.hotline.grids import selectors
from bihuan.lines.hotline.grids.coverage import DAYS, NEWEST, Orders
from bihuan.lines.hotline.grids.selectors import GridRow
from bihuan.logic.mechanism import said
from bihuan.logic.pictures.coverage import CoverCell, coverage_svg
from bihuan.logic.pictures.light import Light
from bihuan.logic.shapes import Shape
from bihuan.ui import cells
from bihuan.ui.page import Crumb, Page, actor_of, done, page
from bihuan.ui.panels import Column, Empty, Figure, Figures, FormPanel, Panel, Picture, Table

SHAPE = Form("hotline.boundary", said("Boundary of the grid"), (
    Field("file", said("GeoJSON file"), "file",
          help=said("One polygon, longitude before latitude, in degrees of WGS-84; up to 500 corners.")),
    Field("shape", said("or pasted as text"), "long", max_length=60_000),
))  # fmt: skip
#: More than this no boundary needs.
_LARGEST = 200_000
#: So many of what no grid covers are listed here; all of it stands on its own page.
_LISTED = 20


@dataclass(frozen=True, slots=True)
class Bare:
    """Something no grid covers, where it lies, and what to do next."""

    name: str
    place: str
    why: str
    step: Any
    href: str = ""


def _crumbs(*more: Crumb) -> list[Crumb]:
    return [Crumb(_("Grids"), reverse("hotline_grids")), *more]


@page(permit="hotline.grids")
def coverage(request: HttpRequest) -> Page:
    """Show the map, the same as a table, and what no grid covers."""
    actor = actor_of(request)
    rows, told = selectors.grids(actor), covering.orders(actor)
    drawn = covering.boundaries(row.id for row in rows)
    bare, more = selectors.uncovered(actor, limit=_LISTED)
    unstaffed = covering.unstaffed(actor)
    shown = [_cell(row, told, drawn.get(row.id, ())) for row in rows]
    shown += [
        CoverCell(name, _("nobody staffs it"), Light.LATE, _staffing(actor), _("Not staffed yet"))
        for name, _community in unstaffed
    ]
    panels: list[Panel] = [
        _figures(actor, told, len(drawn), len(rows)), _map(shown, told), _table(rows, told, set(drawn)),
        _uncovered(actor, bare, unstaffed, told, more=bool(more)),
    ]  # fmt: skip
    return Page(title=_("Coverage of the grids"), kind="list", crumbs=_crumbs(), panels=panels)


def _staffing(actor: Actor) -> str:
    return reverse("hotline_grid_new") if rights.has_right(actor, KEEP) else ""


def _cell(row: GridRow, told: Orders, shape: Shape) -> CoverCell:
    note = _("%(buildings)d buildings, %(orders)d orders") % {
        "buildings": row.buildings, "orders": told.by_place.get(row.place, 0),
    }  # fmt: skip
    group = "　".join(filter(None, (row.street, row.community)))
    return CoverCell(row.name, note, _light(row), reverse("hotline_grid", args=[row.id]), group, shape)


def _light(row: GridRow) -> Light:
    return Light.NORMAL if row.buildings else Light.NEAR


def _words() -> dict[Light, str]:
    return {
        Light.NORMAL: _("buildings are on its roll"), Light.NEAR: _("staffed, no building on its roll"),
        Light.LATE: _("nobody staffs it"),
    }  # fmt: skip


def _figures(actor: Actor, told: Orders, drawn: int, whole: int) -> Figures:
    at = now()
    covered, bare = selectors.counts(actor)
    placed = sum(told.by_place.values())
    definition = _(
        "Of the orders of the last %(days)d days that one may open, those that lay in a grid when they came."
    ) % {"days": DAYS}
    unknown = _(
        "Orders of the last %(days)d days that one may open, whose place no roll and no boundary knew."
    )
    if told.cut:
        definition += " " + _("Only the newest %(n)d are looked at.") % {"n": NEWEST}
    return Figures(id="figures", figures=[
        Figure(title=_("Addresses in a grid"), part=covered, whole=covered + bare, as_of=at,
               href=reverse("hotline_uncovered"), definition=_("Buildings of the rolls that lie in a grid, of all.")),
        Figure(title=_("Orders of the last 90 days in a grid"), part=placed, whole=placed + told.bare, as_of=at,
               definition=definition),
        Figure(title=_("Orders in no grid"), value=told.bare, unit=_("cases"), as_of=at, href=reverse("hotline_bare"),
               definition=unknown % {"days": DAYS}),
        Figure(title=_("Grids with a boundary"), part=drawn, whole=whole, as_of=at),
    ])  # fmt: skip


def _map(shown: list[CoverCell], told: Orders) -> Panel:
    if not shown:
        text = _("No grid is staffed yet: one party organisation, one head, one phone.")
        return Empty(id="map", title=_("Coverage map"), text=text, icon="map")
    title = _("Coverage map")
    counted = _("%(grids)d grids; %(orders)d orders of the last %(days)d days lay in none.")
    desc = counted % {"grids": len(shown), "orders": told.bare, "days": DAYS}
    legend = list(_words().items())
    return Picture(
        id="map", title=title, svg=coverage_svg(title, desc, shown, legend),
        narrow=coverage_svg(title, desc, shown, legend, width=350), note=f"{desc} {_how()}",
    )  # fmt: skip


def _how() -> str:
    return _(
        "Grids with a boundary are drawn where they lie, to scale; the others are tiles by street and community."
    )


def _table(rows: list[GridRow], told: Orders, drawn: set[int]) -> Table:
    lights = _words()
    columns = [
        Column(_("Grid"), "name", head=True, link=lambda row: reverse("hotline_grid", args=[row.id])),
        Column(_("Street"), "street"), Column(_("Community"), "community"),
        Column(_("Coverage"), lambda row: cells.Lamp(str(_light(row)), lights[_light(row)])),
        Column(_("Buildings"), "buildings", number=True),
        Column(_("Orders of the last 90 days"), lambda row: told.by_place.get(row.place, 0), number=True),
        Column(_("Boundary"), lambda row: _("drawn") if row.id in drawn else _("not drawn")),
    ]  # fmt: skip
    return Table(
        id="grids", title=_("The same as a table"), rows=rows, columns=columns, row_key=lambda row: row.id,
        empty=Empty(text=_("No grid is staffed yet: one party organisation, one head, one phone."), icon="map"),
    )  # fmt: skip


def _uncovered(
    actor: Actor, bare: list[Any], unstaffed: list[tuple[str, str]], told: Orders, *, more: bool
) -> Table:
    keeps = rights.has_right(actor, KEEP)
    names = selectors.division_names(one.community for one in bare)

    def step(words: str, href: str) -> Any:
        return cells.To(words, href) if keeps else words

    found = [
        Bare(name, community, _("nobody staffs it"), step(_("Staff the grid"), reverse("hotline_grid_new")))
        for name, community in unstaffed[:_LISTED]
    ]
    found += [
        Bare(one.name, names.get(one.community, ""), _("is on a roll, in no grid"),
             step(_("Put it into a grid"), reverse("hotline_building", args=[one.id])))
        for one in bare
    ]  # fmt: skip
    if told.bare:
        name = _("%(n)d orders of the last %(days)d days") % {"n": told.bare, "days": DAYS}
        why = _("no roll and no boundary knew the place, or none was said")
        listed = reverse("hotline_bare")
        found.append(Bare(name, "", why, cells.To(_("See which"), listed), listed))
    if more:
        rest = cells.To(_("See all of them"), reverse("hotline_uncovered"))
        found.append(Bare(_("More buildings"), "", _("is on a roll, in no grid"), rest))
    columns = [
        Column(_("What"), "name", head=True, link=lambda row: row.href), Column(_("Community"), "place"),
        Column(_("Why"), "why"), Column(_("Next step"), "step"),
    ]  # fmt: skip
    return Table(
        id="bare", title=_("What no grid covers"), rows=found, columns=columns,
        empty=Empty(text=_("Every building of the rolls lies in a grid."), icon="check"),
    )  # fmt: skip


@page(permit="hotline.keep")
def boundary(request: HttpRequest, hotline_grid: int) -> Page | HttpResponseBase:
    """Give a grid its boundary by a GeoJSON file or text, or take it back."""
    actor = actor_of(request)
    row = selectors.grid(actor, hotline_grid)
    back, url = reverse("hotline_grid", args=[row.id]), reverse("hotline_boundary", args=[row.id])
    fault, typed = "", ""
    if request.method == "POST":
        try:
            typed = "" if "drop" in request.POST else _given(request)
            covering.draw(actor, row, scope_of(row.place).county, typed)
            return done(request, back, _("Taken back.") if "drop" in request.POST else _("Saved."))
        except (BadInput, Conflict) as error:
            fault, typed = error.message, request.POST.get("shape", "")[:_LARGEST]
    form = FormPanel(
        id="boundary", form=SHAPE, url=url, values={"shape": typed}, errors={"shape": fault} if fault else {},
        cancel=back, in_place=False,
        intro=_("It may not overlap with another grid of its level: every place belongs to exactly one grid."),
    )  # fmt: skip
    panels: list[Panel] = [form]
    if covering.boundaries([row.id]):
        panels.append(FormPanel(
            id="drop", title=_("Take the boundary back"), form=Form("hotline.boundary_drop", "", ()), url=url,
            submit=_("Take the boundary back"), hidden={"drop": "yes"}, in_place=False,
        ))  # fmt: skip
    return Page(
        title=_("Boundary of the grid"), lead=row.name, kind="form", crumbs=_crumbs(Crumb(row.name, back)),
        panels=panels, status=422 if fault else 200,
    )  # fmt: skip


def _given(request: HttpRequest) -> str:
    file = request.FILES.get("file")
    if file is None:
        typed = request.POST.get("shape", "").strip()
        if not typed:
            raise BadInput(_("Please choose a file or paste its text."), where="shape")
        return typed[:_LARGEST]
    try:
        return bytes(file.read(_LARGEST)).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(_("This is no GeoJSON."), where="shape") from error
