"""The board of hotspots, and what the line adds to the page of a hotspot and of its orders."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.registry import declared
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors import names_of
from bihuan.kernel.now import local
from bihuan.kernel.permits.rules import sees
from bihuan.lines.hotline.callers.selectors import opens
from bihuan.lines.hotline.contracts import HOTSPOT
from bihuan.lines.hotline.duties import selectors as duties
from bihuan.lines.hotline.grids.selectors import division_names
from bihuan.lines.hotline.pages import words
from bihuan.lines.hotline.warning import selectors
from bihuan.lines.hotline.warning.selectors import Answer, Series, Spot
from bihuan.logic.pictures import Point, WatchedDay, WatchedWords, trend_svg, watched_svg
from bihuan.ui import cells
from bihuan.ui.cards import cards, href, left, light
from bihuan.ui.page import Page, actor_of, may, page
from bihuan.ui.panels import (
    Action,
    Column,
    Empty,
    Facts,
    Figure,
    Figures,
    Matters,
    Pager,
    Panel,
    Picture,
    Table,
)

#: Days in the small pictures of the board.
_SMALL, _PHONE = 28, 35
_STATES: dict[str, cells.Tone] = {"proposed": "warn", "approved": "good", "refused": "bad", "replaced": ""}


@page(permit="hotline.spots")
def board(request: HttpRequest) -> Page:
    """Show open hotspots with their series; those that are over stand beneath when asked for."""
    actor = actor_of(request)
    whole = request.GET.get("all") == "yes"
    given = request.GET.get("before", "")
    before = int(given) if given.isdecimal() and len(given) < 19 else 0
    rows, more = selectors.board(actor, open_only=not whole, before=before)
    found = selectors.spots(row.id for row in rows)
    live = [row for row in rows if row.open and row.id in found]
    panels: list[Panel] = []
    if live:
        tiles = [_tile(row, found[row.id]) for row in live]
        panels.append(Figures(id="open", title=_("Open hotspots"), figures=tiles, headed=True))
    query = "all=yes&" if whole else ""
    pager = Pager(next=f"?{query}before={more}" if more else "")
    panels += [_table(rows, found, pager), _method()]
    other = Action(title=_("Only open ones"), href=reverse("hotline_hotspots")) if whole else \
        Action(title=_("Those that are over, too"), href="?all=yes")  # fmt: skip
    return Page(title=_("Hotspots"), kind="list", panels=panels, actions=[other])


def _tile(row: MatterRow, spot: Spot) -> Figure:
    told = selectors.series(spot.cell, spot.threshold)
    points = [Point(told.label(n), told.counts[n]) for n in range(len(told.counts))][-_SMALL:]
    return Figure(
        title=row.title,
        value=spot.linked,
        unit=_("orders"),
        href=href(row),
        light=light(row),
        compare=_("usually %(usual)s, since %(day)s") % {"usual": spot.expected, "day": spot.since.isoformat()},
        trend=trend_svg(row.title, points, kind="bar"),
    )  # fmt: skip


def _table(rows: Sequence[MatterRow], found: dict[int, Spot], pager: Pager) -> Table:
    names = names_of(sorted({row.lead_unit for row in rows} - {0}))
    stages = {stage.name: stage.title for stage in declared(HOTSPOT).stages}
    columns = [
        Column(_("Light"), lambda row: cells.Lamp(light(row))),
        words.named(_("Hotspot")),
        Column(_("Stage"), lambda row: _(stages[row.stage])),
        Column(_("Orders in it"), lambda row: found[row.id].linked if row.id in found else "", number=True),
        Column(_("Since when"), lambda row: found[row.id].since.isoformat() if row.id in found else ""),
        Column(_("Unit"), lambda row: names.get(row.lead_unit, "")),
        Column(_("Left"), left),
    ]  # fmt: skip
    text = _("No hotspot is open: no class at a place has more orders than its own past explains.")
    return Table(
        id="hotspots", title=_("Hotspots"), rows=rows, columns=columns, row_key=lambda row: row.id, row_href=href,
        pager=pager, empty=Empty(text=text, icon="alert"),
    )  # fmt: skip


def _method() -> Facts:
    """Say how it is watched, what is promised about false alarms and what was kept."""
    got = selectors.achieved()
    kept = _("%(rate).2f a day (%(raised)d in %(days)d days, over up to %(cells)d cells)") % {
        "rate": got.a_day, "raised": got.raised, "days": got.days, "cells": got.cells,
    }  # fmt: skip
    items: list[tuple[str, Any]] = [
        (_("What is compared"), _(
            "Events (joined orders count once) of a class at a community, of one, two and three days, with the eight"
            " weeks before; weekdays and holidays are taken out over all cells together.")),
        (_("False alarms"), _(
            "Held down over all cells at once: a cell is raised above the surprise that let through 1.4 cells a day"
            " over the last eight weeks. At most %(target)d a day are promised.") % {"target": selectors.TARGET}),
        (_("Raised in truth"), kept if got.days else _("not known yet: days are judged once they are over")),
        (_("Found to be false"), _("%(untrue)d of %(ended)d that are over")
         % {"untrue": got.untrue, "ended": got.ended}),
        (_("Not watched"), _("%(n)d open orders have no class yet") % {"n": got.unclassed}),
    ]  # fmt: skip
    return Facts(id="method", title=_("How hotspots are found"), columns=1, items=items)


def panels(actor: Actor, row: MatterRow) -> list[Panel]:
    """Return the panels of a hotspot: its series, why it was raised, its answer, its orders and their places."""
    spot = selectors.spots([row.id]).get(row.id)
    if spot is None:
        return []
    rows = [one for one in selectors.orders(actor, row.id) if opens(actor, one)]
    listed = Matters(id="spot-orders", title=_("Its orders (%(n)d)") % {"n": spot.linked}, cards=cards(rows))
    return [_picture(row, spot), _facts(actor, row, spot), *_answers(row.id), _places(row.id), listed]


def _picture(row: MatterRow, spot: Spot) -> Picture:
    told = selectors.series(spot.cell, spot.threshold, spot.ended)
    words = WatchedWords(_("Events a day"), _("Of this hotspot"), _("Usual"), _("Raised from"))
    days = _days(told, spot)
    hot = [[one.label, one.events, one.usual, one.least] for one in days[-14:]]
    return Picture(
        id="series", title=_("Events a day"), svg=watched_svg(row.title, days, words),
        narrow=watched_svg(row.title, days[-_PHONE:], words, width=330, height=180),
        head=[_("Day"), _("Events a day"), _("Usual"), _("Raised from")], rows=hot,
        note=_("A single day is raised from the dashed line on; several days together already from less."),
    )  # fmt: skip


def _days(told: Series, spot: Spot) -> list[WatchedDay]:
    since = (spot.since - told.first).days
    return [
        WatchedDay(told.label(n), told.counts[n], told.usual[n], told.raised_from[n], n >= since)
        for n in range(len(told.counts))
    ]


def _facts(actor: Actor, row: MatterRow, spot: Spot) -> Facts:
    about = int(row.value("class", 0) or 0)
    named = duties.by_ids([about]).get(about)
    days = (spot.raised - spot.since).days + 1
    items = [
        (_("Class"), named.name if named else ""),
        (_("Its place"), division_names([row.division]).get(row.division, "")),
        (_("When it was raised"), _("%(n)d events in %(days)d days up to %(day)s") % {
            "n": spot.events, "days": days, "day": spot.raised.isoformat()}),
        (_("Usually in so many days"), f"{spot.expected:g}"),
        (_("How surprising"), _("%(surprise)s, raised from %(least)s") % {
            "surprise": f"{spot.surprise:g}", "least": f"{spot.threshold:g}"}),
    ]  # fmt: skip
    query = urlencode({"place": row.division, "class": about})
    rooted = Action(
        title=_("Set a root-cause task about it"), href=f"{reverse('hotline_cause')}?{query}", icon="refresh"
    )
    shown = rooted if named and may("hotline.cause", actor) else None
    return Facts(id="spot", title=_("Why it was raised"), items=items, action=shown)


def _answers(hotspot: int) -> list[Panel]:
    found = selectors.answers(hotspot)
    items: list[tuple[str, Any]] = [
        (_("Version %(n)d") % {"n": one.version}, cells.Stack((
            cells.Tag(_state(one.state), _STATES[one.state]), one.name, one.answer, cells.Quiet(_basis(one)))))
        for one in found
    ]  # fmt: skip
    if not items:
        return []
    return [Facts(id="spot-answers", title=_("Standard answer"), columns=1, items=items)]


def _basis(one: Answer) -> str:
    at = one.decided or one.proposed
    return _("%(basis)s · to be reviewed on %(review)s · good until %(until)s · %(at)s") % {
        "basis": one.basis, "review": one.review_on, "until": one.expires_on, "at": f"{local(at):%Y-%m-%d %H:%M}",
    }  # fmt: skip


def _state(name: str) -> str:
    return {"proposed": _("waits for approval"), "approved": _("approved"), "refused": _("sent back"),
            "replaced": _("replaced by a newer one")}[name]  # fmt: skip


def _places(hotspot: int) -> Table:
    found = selectors.places(hotspot)
    names = division_names([place for place, _n in found])
    columns = [
        Column(_("Its place"), lambda one: names.get(one[0], ""), head=True),
        Column(_("Orders in it"), lambda one: one[1], number=True),
    ]
    return Table(id="spot-places", title=_("Where they lie"), rows=found, columns=columns)


def of_order(actor: Actor, row: MatterRow) -> list[Panel]:
    """Return the hotspot an order belongs to and the answer everybody is given; nothing when there is none."""
    hotspot = selectors.hotspot_of(row.id)
    if not hotspot:
        return []
    spot = flow.by_ids([hotspot])[hotspot]
    answer = selectors.answer_in(hotspot, "approved")
    shown = cells.To(spot.title, href(spot)) if sees(actor, spot) else spot.title
    items: list[tuple[str, Any]] = [(_("Hotspot"), shown)]
    if answer:
        items.append((_("Standard answer"), cells.Stack((answer.answer, cells.Quiet(_basis(answer))))))
    return [Facts(id="of-hotspot", title=_("It belongs to a hotspot"), columns=1, items=items)]
