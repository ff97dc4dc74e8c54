"""What grids found before anybody called (未诉先办): the records, and the calls they spared."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.figures import selectors as figures
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.forms.fields import Field
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.now import now, today
from bihuan.lines.hotline.duties import selectors as duties
from bihuan.lines.hotline.figures import SELF_FOUND
from bihuan.lines.hotline.grids.selectors import division_names
from bihuan.lines.hotline.pages import words
from bihuan.lines.hotline.patrols import actions, selectors
from bihuan.lines.hotline.patrols.asking import RECORD
from bihuan.lines.hotline.patrols.selectors import Spared
from bihuan.lines.hotline.selectors import class_names
from bihuan.ui import cells
from bihuan.ui.cards import cards, href
from bihuan.ui.doors import carry, key_of
from bihuan.ui.page import Crumb, Page, actor_of, done, may, page
from bihuan.ui.panels import Action, Column, Empty, Figure, Figures, FormPanel, Matters, Pager, Panel, Table


@page(permit="hotline.grids")
def patrols(request: HttpRequest) -> Page:
    """Show what was found, what of it became orders, and how many calls it spared."""
    actor = actor_of(request)
    rows, more = selectors.found(actor, before=words.number(request.GET.get("before", "")))
    spared = selectors.compare(selectors.cells(actor))
    panels: list[Panel] = [_tiles(actor, spared)]
    if open_orders := selectors.passed_on(actor):
        panels.append(
            Matters(id="passed", title=_("Found on patrol, now with a department"), cards=cards(open_orders))
        )
    panels.append(_table(rows, more))
    if spared:
        panels.append(_compared(spared))
    found = []
    if may("hotline.phone", actor):
        found.append(
            Action(
                title=_("Record what was found"), href=reverse("hotline_patrol"), icon="plus", primary=True
            )
        )
        found.append(Action(title=_("Grid on the phone"), href=reverse("hotline_phone"), icon="phone"))
    return Page(title=_("Found before anybody called"), kind="list", panels=panels, actions=found)


def method() -> str:
    """Return how calls spared are counted, in words."""
    return _(
        "For each class: calls of the last %(period)d days from grids that found such things themselves, against what"
        " would have come had calls there changed since the %(baseline)d days before as they did in the grids that"
        " found none. Season and weather strike both alike and fall out; below zero more came. Below %(enough)d"
        " calls before, chance alone may have done it. It is never shown per person."
    ) % {"period": selectors.PERIOD, "baseline": selectors.BASELINE, "enough": selectors.ENOUGH}


def _tiles(actor: Actor, spared: list[Spared]) -> Figures:
    branches = figures.yard(actor)
    tiles = []
    if branches:
        value = figures.value(SELF_FOUND.name, branches, since=today().replace(month=1, day=1))[0]
        tiles.append(Figure(
            title=_(SELF_FOUND.title), value=int(value.numerator), as_of=value.at, definition=_(SELF_FOUND.definition),
            href=reverse("figure", args=[SELF_FOUND.name]),
        ))  # fmt: skip
    enough = [one for one in spared if not one.small]
    if spared:
        tiles.append(Figure(
            title=_("Calls spared"), value=round(sum(one.spared for one in enough)) if enough else None, as_of=now(),
            definition=method(), small=not enough, compare="" if enough else _("too few calls before to tell"),
        ))  # fmt: skip
    return Figures(id="figures", figures=tiles)


def _table(rows: list[MatterRow], more: int) -> Table:
    names, places = class_names(rows), division_names(row.grid for row in rows)
    columns = [
        words.named(_("Found by the grid")),
        Column(_("Class"), lambda row: names[row.id]),
        Column(_("Grid"), lambda row: places.get(row.grid, "")),
        Column(_("Put right at"), lambda row: row.closed),
    ]
    empty = Empty(text=_("Nothing is on record. What a grid finds and puts right itself need not be called in."),
                  icon="check")  # fmt: skip
    return Table(
        id="found", title=_("Found and put right on patrol"), rows=rows, columns=columns, row_key=lambda row: row.id,
        row_href=href, pager=Pager(next=f"?before={more}" if more else ""), empty=empty,
    )  # fmt: skip


def _compared(rows: list[Spared]) -> Table:
    names = duties.by_ids([row.duty for row in rows])

    def grey(value: float, small: bool) -> Any:
        return cells.Quiet(f"{value:.1f}") if small else f"{value:.1f}"

    columns = [
        Column(_("Class"), lambda row: names[row.duty].name if row.duty in names else _("No class"), head=True),
        Column(_("Found by grids"), "found", number=True), Column(_("Calls there before"), "before", number=True),
        Column(_("Calls there now"), "now", number=True),
        Column(_("Would have come"), lambda row: grey(row.expected, row.small), number=True),
        Column(_("Calls spared"), lambda row: grey(row.spared, row.small), number=True),
    ]  # fmt: skip
    return Table(id="spared", title=_("Calls spared, by class"), rows=rows, columns=columns, caption=method())


@page(permit="hotline.phone")
def record(request: HttpRequest) -> Page | HttpResponseBase:
    """Record what was found, at the desk; the phone's page does the same without a signal."""
    actor, key = actor_of(request), key_of(request)
    sent = carry(
        request, RECORD, lambda values: actions.record(actor, values, key=key), start={}, parse=False
    )
    if sent.done:
        return done(
            request, reverse("matter", args=[sent.answer.code]), _("Recorded as %s.") % sent.answer.code
        )

    def options(_item: Field) -> list[tuple[str, str]]:
        return [(str(one.id), one.name) for one in duties.duties(scope_of(actor.division))]

    form = FormPanel(
        id="record", form=RECORD, url=reverse("hotline_patrol"), submit=_("Record it"), values=sent.values,
        errors=sent.errors, kept=sent.kept, hidden={"key": key}, options=options, in_place=False,
    )  # fmt: skip
    crumbs = [Crumb(_("Found before anybody called"), reverse("hotline_patrols"))]
    return Page(
        title=_("Record what was found"), kind="form", crumbs=crumbs, panels=[form], status=sent.status
    )
