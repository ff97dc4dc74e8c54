"""What orders add to the page of a matter: what supports said, and the way to draft an order from it."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.rights import LINKS, has_right
from bihuan.kernel.orders import selectors
from bihuan.kernel.orders.selectors import Part
from bihuan.kernel.orders.texts import texts_of
from bihuan.kernel.orders.words import ORDER, OUTSIDE, SIGNING, SUPPORT
from bihuan.kernel.permits.rules import sees
from bihuan.site.orders import words
from bihuan.site.orders.permits import DRAFTS
from bihuan.ui import cells
from bihuan.ui.cards import href, left, light
from bihuan.ui.naming import Names, names_for
from bihuan.ui.page import may
from bihuan.ui.panels import Action, Column, Facts, Panel, Prose, Table


def on_matter(actor: Actor, row: MatterRow) -> list[Panel]:
    """Return the panels of an order's own page."""
    if row.kind not in {ORDER, SUPPORT}:
        return []
    said = texts_of(row.id)
    found: list[Panel] = []
    if said.demand:
        paragraphs = said.demand.splitlines()
        found.append(Prose(id="demand", title=_("What is to be done"), paragraphs=paragraphs))
    if row.kind == ORDER:
        found.insert(0, Facts(id="order", title=_("Order"), items=_facts(row, said.basis)))
        if parts := selectors.parts(row.id):
            found.append(_supports(actor, parts))
    return found


def shows(row: MatterRow, child: MatterRow) -> bool:
    """Whether a matter opened from this one stands in the order's own panel already."""
    return row.kind == ORDER and child.kind == SUPPORT


def _facts(row: MatterRow, basis: str) -> list[tuple[str, Any]]:
    signed = selectors.signed_papers(row.id)
    paper = signed[-1] if signed else None
    items: list[tuple[str, Any]] = [
        (_("Paper"), words.paper(row)),
        (_("Paper number"), cells.To(paper.number, reverse("paper", args=[paper.id])) if paper else ""),
        (_("Check code"), cells.To(paper.code, reverse("check", args=[paper.code])) if paper else ""),
        (_("Comes from"), words.source(row)),
        (_("Basis"), basis),
        (_("Goes to"), words.relation(row)),
        (_("How far it is"), words.state(row)),
        (
            _("Signature"),
            {"screen": _("on screen"), "paper": _("on paper")}.get(row.value("signature", ""), ""),
        ),
        (
            _("Receipt of the order"),
            {"in_time": _("in time"), "late": cells.Tag(_("late"), "bad")}.get(row.value("receipt", ""), ""),
        ),
    ]
    if row.value("watched"):
        items.append((_("Followed by the supervision office"), cells.Lamp("watched", _("under supervision"))))
    return [item for item in items if item[1]]


def _supports(actor: Actor, parts: list[Part]) -> Table:
    names = names_for([part.row for part in parts])
    return Table(
        id="supports",
        title=_("What supporting units said"),
        rows=parts,
        columns=[
            Column(_("Light"), lambda part: cells.Lamp(light(part.row))),
            Column(_("Supporting unit"), lambda part: _unit(actor, part, names), head=True),
            Column(_("Stage"), lambda part: words.stage(part.row)),
            Column(_("Left"), lambda part: left(part.row)),
            Column(_("Answer"), _answer),
        ],
    )


def _unit(actor: Actor, part: Part, names: Names) -> Any:
    name = names.unit(part.row.lead_unit)
    return cells.To(name, href(part.row)) if sees(actor, part.row) else name


def _answer(part: Part) -> Any:
    if part.reply:
        return part.reply
    return (
        cells.Tag(_("Supporting unit gave no answer"), "bad")
        if part.silent
        else cells.Quiet(_("still to come"))
    )


def actions_on(actor: Actor, row: MatterRow) -> list[Action]:
    """Return what may be begun from a matter: an order from an open one, a link for an outside body."""
    found: list[Action] = []
    if row.kind == ORDER and row.stage in SIGNING and row.holder_post == actor.post:
        found.append(
            Action(
                title=_("Read and sign"),
                href=reverse("order_sign", args=[row.code]),
                icon="edit",
                primary=True,
            )
        )
    if row.kind not in {ORDER, SUPPORT} and row.open and may(DRAFTS, actor):
        address = f"{reverse('order_new')}?{urlencode({'from': row.code})}"
        found.append(Action(title=_("Draft an order"), href=address, icon="send"))
    outside = row.kind in {ORDER, SUPPORT} and row.value("relation") == OUTSIDE and row.lead_unit
    if outside and row.open and has_right(actor, LINKS):
        found.append(
            Action(title=_("Link to answer by"), href=reverse("order_link", args=[row.code]), icon="link")
        )
    return found
