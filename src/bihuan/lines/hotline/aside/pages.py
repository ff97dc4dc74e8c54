"""Heaps of doubtful orders: the list, one heap's orders, and what the line says of an order that lies aside."""

from collections.abc import Mapping, Sequence

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.errors import NotFound
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.registry import declared
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.flow.standing import stage_counts
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.permits.rules import sees
from bihuan.lines.hotline.aside import selectors
from bihuan.lines.hotline.aside.reasons import MOST, RULES, TITLES
from bihuan.lines.hotline.contracts import ASIDE, HEAP, ORDER
from bihuan.lines.hotline.pages import words
from bihuan.ui import cells
from bihuan.ui.cards import href, left, light
from bihuan.ui.page import Crumb, Page, actor_of, may, page
from bihuan.ui.panels import Action, Alert, Column, Empty, Pager, Panel, Table


def alert(actor: Actor, orders: int) -> list[Panel]:
    """Return what the queue says while heaps wait; ``orders`` lie aside over the actor's place."""
    waiting = stage_counts(actor, HEAP)[0].get("raised", 0) if may("hotline.desk", actor) else 0
    if not waiting:
        return []
    text = _(
        "Heaps of doubtful orders that wait to be looked at: %(heaps)d. Orders in them, in no queue: %(orders)d."
    )
    opens = Action(title=_("Look at them"), href=reverse("hotline_heaps"), icon="flag")
    return [Alert(id="aside", tone="warn", text=text % {"heaps": waiting, "orders": orders}, action=opens)]


@page(permit="hotline.desk")
def heaps(request: HttpRequest) -> Page:
    """Show heaps that wait; those decided stand beneath when asked for."""
    actor = actor_of(request)
    whole = request.GET.get("all") == "yes"
    rows, more = selectors.heaps(
        actor, is_open=None if whole else True, before=words.number(request.GET.get("before", ""))
    )
    query = "all=yes&" if whole else ""
    table = _heaps(
        rows, selectors.waiting(actor, [row.id for row in rows]), f"?{query}before={more}" if more else ""
    )
    other = Action(title=_("Only open ones"), href=reverse("hotline_heaps")) if whole else \
        Action(title=_("Those that are over, too"), href="?all=yes")  # fmt: skip
    return Page(
        title=_("Heaps of doubtful orders"), kind="list", panels=[table], actions=[other],
        crumbs=[Crumb(_("Hotline orders"), reverse("hotline"))],
    )  # fmt: skip


def _heaps(rows: Sequence[MatterRow], waiting: Mapping[int, int], more: str) -> Table:
    stages = {stage.name: stage.title for stage in declared(HEAP).stages}
    columns = [
        Column(_("Light"), lambda row: cells.Lamp(light(row))),
        words.named(_("Heap of doubtful orders")),
        Column(_("Orders that wait"), lambda row: waiting.get(row.id, 0), number=True),
        Column(_("Stage"), lambda row: _(stages[row.stage])),
        Column(_("First came"), lambda row: row.created),
        Column(_("Left"), left),
    ]  # fmt: skip
    return Table(
        id="heaps", title=_("Heaps of doubtful orders"), rows=rows, columns=columns, row_key=lambda row: row.id,
        row_href=href, pager=Pager(next=more),
        empty=Empty(text=_("No heap waits: nothing came in such a way that it was set aside."), icon="check"),
    )  # fmt: skip


@page(permit="hotline.desk")
def heap(request: HttpRequest, hotline_heap: str) -> Page:
    """Show all orders of a heap, page by page."""
    actor = actor_of(request)
    row = flow.matter(actor, hotline_heap)
    if row.kind != HEAP:
        raise NotFound(_("There is no such heap, or you may not see it."), where=hotline_heap)
    rows, more = selectors.orders(actor, row.id, before=words.number(request.GET.get("before", "")))
    return Page(
        title=row.title, code=row.code, kind="list", panels=[_orders(rows, f"?before={more}" if more else "")],
        crumbs=[Crumb(_("Heaps of doubtful orders"), reverse("hotline_heaps")), Crumb(row.code, href(row))],
    )  # fmt: skip


def of_heap(actor: Actor, row: MatterRow) -> list[Panel]:
    """Return the panels of a heap: why its orders were set aside, and the newest of them."""
    rows, more = selectors.orders(actor, row.id)
    waits = selectors.waiting(actor, [row.id]).get(row.id, 0)
    why = str(row.value("why"))
    told = _(RULES[why]) % {"n": MOST[why]}
    text = _(
        "Orders that wait here: %(n)d. None was lost, nobody handles them yet, and no limit of theirs runs."
    )
    more_at = f"{reverse('hotline_heap', args=[row.code])}?before={more}" if more else ""
    return [
        Alert(id="why", title=_(dict(TITLES)[why]), text=f"{told} {text % {'n': waits}}"),
        _orders(rows, more_at),
    ]


def _orders(rows: Sequence[MatterRow], more: str) -> Table:
    stages = {stage.name: stage.title for stage in declared(ORDER).stages}
    columns = [
        words.named(_("Hotline order")),
        Column(_("Type"), lambda row: words.value(row, "type")),
        Column(_("Came by"), lambda row: words.value(row, "channel")),
        Column(_("Received at"), lambda row: row.created),
        Column(_("Stage"), lambda row: _(stages[row.stage])),
    ]
    return Table(
        id="heap-orders", title=_("Orders of this heap"), rows=rows, columns=columns, row_key=lambda row: row.id,
        row_href=href, pager=Pager(next=more), empty=Empty(text=_("None of its orders is yours to read."), icon="lock"),
    )  # fmt: skip


def of_order(actor: Actor, row: MatterRow) -> list[Panel]:
    """Return why an order lies aside, and its heap; nothing for others."""
    if row.stage != ASIDE:
        return []
    lies = flow.by_ids([selectors.heap_of(row.id)])
    shown = next((one for one in lies.values() if sees(actor, one)), None)
    why = str(row.value("why"))
    text = _(RULES[why]) % {"n": MOST[why]}
    if code := selectors.follows(row.id):
        text += " " + _("Whoever sent it wished to follow %(code)s.") % {"code": code}
    opens = Action(title=_("Its heap"), href=href(shown), icon="flag") if shown else None
    return [Alert(id="aside", tone="warn", title=_("Set aside: to be looked at"), text=text, action=opens)]


def by_link(_actor: Actor, row: MatterRow, _code: str) -> list[Panel]:
    """Say to whoever sent it in, honestly, that it lies aside."""
    told = selectors.notice(row)
    return [Alert(id="aside", tone="warn", text=told)] if told else []
