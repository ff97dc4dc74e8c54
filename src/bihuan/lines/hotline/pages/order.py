"""What the line adds to the page of an order: its caller, its place and class, its twins, the feedback owed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.forms.fields import Field, Form
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors import names_of
from bihuan.kernel.now import local
from bihuan.lines.hotline import selectors
from bihuan.lines.hotline.abroad import pages as abroad
from bihuan.lines.hotline.aside import pages as aside
from bihuan.lines.hotline.callers import actions as caller_actions
from bihuan.lines.hotline.callers import selectors as callers
from bihuan.lines.hotline.causes import pages as causes
from bihuan.lines.hotline.contracts import CAUSE, HEAP, HOTSPOT, OPEN, ORDER
from bihuan.lines.hotline.joining import selectors as joining
from bihuan.lines.hotline.pages import words
from bihuan.lines.hotline.pages.console import dispatch_form
from bihuan.lines.hotline.telephony import pages as telephony
from bihuan.lines.hotline.warning import pages as warning
from bihuan.lines.hotline.whistling import pages as whistling
from bihuan.logic.mechanism import said
from bihuan.ui import cells
from bihuan.ui.cards import cards, href
from bihuan.ui.doors import carry
from bihuan.ui.page import Crumb, Page, actor_of, page
from bihuan.ui.panels import Action, Alert, Facts, FormPanel, Links, Matters, Panel

WHY = Form("hotline.why", said("Show the caller"), (
    Field("why", said("What you need it for"), required=True, max_length=200),
))  # fmt: skip


def panels(actor: Actor, row: MatterRow) -> Sequence[Panel]:
    """Return the panels of an order or a hotspot; a part shows nothing of the caller that its order would not."""
    if row.kind == HOTSPOT:
        return warning.panels(actor, row)
    if row.kind == CAUSE:
        return causes.panels(row)
    if row.kind == HEAP:
        return aside.of_heap(actor, row)
    if row.kind != ORDER:
        return whistling.panels(actor, row)
    found: list[Panel] = [
        *aside.of_order(actor, row),
        Facts(id="order", title=_("This order"), items=_facts(row)),
    ]
    found += abroad.on_order(row)
    found += _caller(actor, row)
    found += telephony.on_order(actor, row)
    found += _owed(row)
    found += _twins(actor, row)
    found += warning.of_order(actor, row)
    found += causes.on_order(row)
    if row.stage == "registered" and callers.at_desk(actor, row):
        found.insert(0, dispatch_form(actor, row))
        found += _alike(actor, row)
    return found


def _facts(row: MatterRow) -> list[tuple[str, Any]]:
    names = names_of([int(row.value("against", 0) or 0)])
    items: list[tuple[str, Any]] = [
        (_("Type"), words.value(row, "type")),
        (_("Class"), selectors.class_names([row])[row.id]),
        (_("Grid"), words.grid(row)),
        (_("Came by"), words.value(row, "channel")),
        (_("Limit"), words.value(row, "tier")),
        (_("Unit complained of"), names.get(int(row.value("against", 0) or 0), "")),
        (_("Deadline of the city platform"), _moment(str(row.value("city_due", "")))),
    ]
    return [item for item in items if item[1]]


def _moment(text: str) -> str:
    """Return a moment as it is read; a day alone, as earlier versions kept it, stays one."""
    return f"{local(datetime.fromisoformat(text)):%Y-%m-%d %H:%M}" if "T" in text else text


def _caller(actor: Actor, row: MatterRow) -> list[Panel]:
    known = callers.known(actor, row)
    if known is None:
        return []
    if known.hidden:
        text = _("The caller is not shown here: %(why)s.") % {"why": words.title(known.secrecy)}
        if known.secrecy == OPEN:
            text = _("The caller is shown to the desk and to whoever handles the order.")
        return [Alert(id="caller", title=_("Caller"), text=text)]
    items: list[tuple[str, Any]] = [
        (_("Caller"), known.name or words.title(known.secrecy)), (_("Phone"), known.phone),
        (_("May the caller be known?"), words.title(known.secrecy)),
    ]  # fmt: skip
    shows = Action(title=_("Show in clear"), href=reverse("hotline_caller", args=[row.code]), icon="lock")
    return [
        Facts(
            id="caller",
            title=_("Caller"),
            items=[item for item in items if item[1]],
            action=shows if known.name else None,
        )
    ]


def _owed(row: MatterRow) -> list[Panel]:
    owed = selectors.owed([row.id]).get(row.id, [])
    names = names_of([one.unit for one in owed])
    items = [
        (
            names.get(one.unit, ""),
            cells.Tag(_("no feedback in time"), "bad") if one.silent else _("still waiting"),
        )
        for one in owed
    ]
    return [Facts(id="owed", title=_("Feedback owed"), columns=1, items=items)] if items else []


def _twins(actor: Actor, row: MatterRow) -> list[Panel]:
    root = joining.root_of(row.id)
    ids = joining.twins([root or row.id]).get(root or row.id, [])
    rows = [one for one in flow.by_ids([*ids, *([root] if root else [])]).values() if one.id != row.id]
    seen = [one for one in rows if callers.opens(actor, one)]
    if not rows:
        return []
    title = _("The same event, asked by %(n)d callers") % {"n": len(rows) + 1}
    return [Matters(id="twins", title=title, cards=cards(seen))]


def _alike(actor: Actor, row: MatterRow) -> list[Panel]:
    items = [
        (one.row.title, href(one.row), one.row.code) for one in selectors.twins(actor, row.title, row.id)
    ]
    return [Links(id="alike", title=_("Perhaps the same event"), items=items)] if items else []


@page(permit="hotline")
def caller(request: HttpRequest, hotline_order: str) -> Page | HttpResponseBase:
    """Show the caller in clear, once, for a reason that is kept with the reading."""
    actor = actor_of(request)
    row = flow.matter(actor, hotline_order)
    sent = carry(
        request, WHY, lambda values: caller_actions.reveal(actor, row.id, str(values["why"])), start={}
    )
    crumbs = [Crumb(row.code, href(row))]
    if sent.done:
        clear = sent.answer
        facts = Facts(
            id="clear",
            title=_("Caller"),
            columns=1,
            items=[(_("Caller"), clear.name), (_("Phone"), clear.phone)],
            action=Action(title=_("Back to the order"), href=href(row), primary=True),
        )
        note = Alert(id="noted", text=_("That you read this, when and why is written down."))
        return Page(title=_("Caller"), kind="form", crumbs=crumbs, panels=[note, facts])
    form = FormPanel(
        id="why", form=WHY, url=reverse("hotline_caller", args=[row.code]), submit=_("Show it"), values=sent.values,
        errors=sent.errors, in_place=False,
    )  # fmt: skip
    return Page(title=_("Show the caller"), kind="form", crumbs=crumbs, panels=[form], status=sent.status)
