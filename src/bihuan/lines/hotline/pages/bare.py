"""The orders no grid was found for, and the building that would have told: entered from the order itself."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.errors import NotFound
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.forms.fields import Field, Form
from bihuan.kernel.identity import rights
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors import scope_of
from bihuan.lines.hotline import selectors
from bihuan.lines.hotline.contracts import ORDER
from bihuan.lines.hotline.duties.actions import KEEP
from bihuan.lines.hotline.grids import actions, coverage, points
from bihuan.lines.hotline.grids import selectors as grids
from bihuan.lines.hotline.grids.coverage import DAYS, NEWEST
from bihuan.lines.hotline.grids.selectors import GridRow
from bihuan.lines.hotline.pages import words
from bihuan.lines.hotline.pages.grids import choice_of, located
from bihuan.logic.mechanism import said
from bihuan.ui import cells, format
from bihuan.ui.cards import href
from bihuan.ui.doors import carry
from bihuan.ui.page import Crumb, Page, actor_of, done, page
from bihuan.ui.panels import Action, Column, Empty, Facts, FormPanel, Pager, Panel, Table


def _crumbs(*more: Crumb) -> list[Crumb]:
    return [
        Crumb(_("Grids"), reverse("hotline_grids")),
        Crumb(_("Coverage of the grids"), reverse("hotline_coverage")), *more,
    ]  # fmt: skip


@page(permit="hotline.grids")
def bare(request: HttpRequest) -> Page:
    """Show the orders that the coverage map counts as lying in no grid: those, and no others."""
    actor = actor_of(request)
    told = coverage.orders(actor)
    rows, more = coverage.bare(actor, before=words.number(request.GET.get("before", "")))
    lead = _("%(n)d orders of the last %(days)d days.") % {"n": told.bare, "days": DAYS}
    if told.cut:
        lead += " " + _("Only the newest %(n)d are looked at.") % {"n": NEWEST}
    return Page(
        title=_("Orders in no grid"), kind="list", crumbs=_crumbs(), lead=lead, actions=_doors(actor),
        panels=[_table(actor, rows, more)],
    )  # fmt: skip


def _doors(actor: Actor) -> list[Action]:
    if not rights.has_right(actor, KEEP):
        return []
    return [Action(title=_("Rolls by workbook"), href=reverse("hotline_rolls"), icon="upload")]


def _form(rows: Sequence[GridRow]) -> Form:
    return Form("hotline.building_of", said("Enter its building"), (
        Field("name", said("Building or stretch of street"), required=True, max_length=200,
              help=said("As much of the address as the next caller will say, too.")),
        choice_of(rows),
        Field("households", said("Households"), "int"),
    ))  # fmt: skip


def _table(actor: Actor, rows: Sequence[MatterRow], more: int) -> Table:
    said_where, classes = selectors.addresses(rows), selectors.class_names(rows)
    keeps = rights.has_right(actor, KEEP)

    def step(row: MatterRow) -> Any:
        if not said_where.get(row.id):
            return cells.To(_("Ask the caller where it is"), href(row))
        into = reverse("hotline_bare_building", args=[row.code])
        return cells.To(_("Put its building into a grid"), into) if keeps else ""

    columns = [
        words.named(_("Hotline order")),
        Column(_("Where it is"), lambda row: said_where.get(row.id) or cells.Quiet(_("was not said"))),
        Column(_("Class"), lambda row: classes[row.id]),
        Column(_("Came on"), lambda row: format.day(row.created)),
        Column(_("Next step"), step),
    ]  # fmt: skip
    doors = _doors(actor)
    empty = Empty(
        text=_("Every order lies in a grid. So that the next one does, too: enter new buildings in a roll."),
        icon="check", action=doors[0] if doors else None,
    )  # fmt: skip
    return Table(
        id="orders", title=_("Orders in no grid"), rows=rows, columns=columns, row_key=lambda row: row.id,
        pager=Pager(next=f"?before={more}" if more else ""), empty=empty,
    )  # fmt: skip


@page(permit="hotline.keep")
def building(request: HttpRequest, hotline_order: str) -> Page | HttpResponseBase:
    """Enter the building an order comes from in the roll of a grid, so that the next call from there lies in it.

    One the roll knows already is put into a grid, or is in one since.
    """
    actor = actor_of(request)
    row = flow.matter(actor, hotline_order)
    if row.kind != ORDER:
        raise NotFound(_("There is no such order, or you may not see it."), where=hotline_order)
    address = selectors.addresses([row]).get(row.id, "")
    found = grids.locate(address, scope_of(actor.division))
    if found and found.id and not found.place:
        return HttpResponseRedirect(reverse("hotline_building", args=[found.id]))
    known = grids.grids(actor)
    asked, by_id = _form(known), {str(one.id): one for one in known}

    def enter(values: Mapping[str, Any]) -> None:
        cell = by_id[values["cell"]]
        place = scope_of(cell.place).community or cell.place
        actions.enter_buildings(
            actor, place, [(str(values["name"]), cell.id, int(values.get("households", 0)))]
        )

    sent = carry(request, asked, enter, start={"name": points.part(address)[0]})
    if sent.done:
        return done(
            request, reverse("hotline_bare"), _("Entered: the next call from there lies in its grid.")
        )
    form = FormPanel(
        id="building", form=asked, url=reverse("hotline_bare_building", args=[row.code]), values=sent.values,
        errors=sent.errors, cancel=reverse("hotline_bare"), in_place=False,
        intro=_("The order itself keeps the place it came with."),
    )  # fmt: skip
    told = Facts(id="order", columns=1, items=[
        (_("Hotline order"), cells.To(row.title, href(row))), (_("Where it is"), address or _("was not said")),
    ])  # fmt: skip
    # Since the order came, somebody entered its building or drew the boundary.
    panels: list[Panel] = [told, located(actor, address)] if found else [told, form]
    return Page(
        title=_("Enter its building"), kind="form", panels=panels, status=sent.status,
        crumbs=_crumbs(Crumb(_("Orders in no grid"), reverse("hotline_bare"))),
    )  # fmt: skip
