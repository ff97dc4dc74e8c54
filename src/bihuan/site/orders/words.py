"""How orders are shown: their facts, in the reader's words."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.content.selectors import open_values
from bihuan.kernel.errors import NotFound
from bihuan.kernel.flow import registry, selectors
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors.posts import post
from bihuan.kernel.identity.selectors.units import names_of
from bihuan.kernel.orders.papers import papers_of
from bihuan.kernel.orders.standing import relation_of
from bihuan.kernel.orders.texts import texts_of
from bihuan.kernel.orders.words import ORDER, PAPERS, RELATIONS, SOURCES, STATES
from bihuan.kernel.papers.rows import PaperRow
from bihuan.ui import format as fmt
from bihuan.ui.naming import Names


def order_of(actor: Actor, code: str) -> MatterRow:
    """Return the order of that code; NotFound for any other matter, and for one the actor may not see."""
    row = selectors.matter(actor, code)
    if row.kind != ORDER:
        raise NotFound(_("There is no such order."), where=code)
    return row


def stage(row: MatterRow) -> str:
    """Return where an order stands."""
    return _(registry.worded(row.rules).stage(row.stage).title)


def chosen(table: Iterable[tuple[str, str]], name: Any) -> str:
    """Return the title of a choice; '' when none was made."""
    title = dict(table).get(str(name or ""), "")
    return _(title) if title else ""


def source(row: MatterRow) -> str:
    """Return where an order comes from."""
    return chosen(SOURCES, row.value("source"))


def state(row: MatterRow) -> str:
    """Return how far its unit says it is (已办结、序时推进、未达序时、长期坚持)."""
    return chosen(STATES, row.value("state"))


def relation(row: MatterRow) -> str:
    """Return how the issuer stands to the addressee; of what is not signed yet, how it will."""
    said = row.value("relation")
    signer, unit = int(row.value("signer", 0) or 0), int(row.value("unit", 0) or 0)
    if not said and signer and unit:
        said = relation_of(post(signer).unit, unit)
    return chosen(RELATIONS, said)


def paper(row: MatterRow) -> str:
    """Return what the paper is; of what is not signed yet, as it was put up."""
    draft = draft_of(row)
    return chosen(PAPERS, row.value("paper") or (draft.kind.removeprefix("orders.") if draft else ""))


def draft_of(row: MatterRow) -> PaperRow | None:
    """Return the paper that waits for a signature, if one does."""
    return next((one for one in reversed(papers_of(row.id)) if not one.is_signed and not one.is_void), None)


def lead(row: MatterRow, names: Names) -> str:
    """Return the unit that leads, or that the draft names."""
    return names.unit(row.lead_unit or int(row.value("unit", 0)))


def handed_over(row: MatterRow) -> list[tuple[str, Any]]:
    """Return what a hand-over to be signed is about: from which unit to which, why, and which paper it replaces."""
    units = names_of([row.lead_unit, int(row.value("unit", 0))])
    reasons = list(open_values(row.id, ["reason"]).values())
    signed = [one.number for one in papers_of(row.id) if one.is_signed and one.number]
    items: list[tuple[str, Any]] = [
        (_("Unit that was abolished"), units.get(row.lead_unit, "")),
        (_("Unit that took over its duties"), units.get(int(row.value("unit", 0)), "")),
        (_("Reason"), reasons[-1].text if reasons else ""),
        (_("The paper it replaces"), signed[-1] if signed else ""),
    ]
    return [item for item in items if item[1]]


def facts(row: MatterRow) -> list[tuple[str, Any]]:
    """Return an order as label and value, for whoever is to sign it."""
    supports = list(row.value("supports") or ())
    named = names_of([int(row.value("unit", 0)), *supports])
    due = row.value("due")
    items: list[tuple[str, Any]] = [
        (_("Paper"), " · ".join(filter(None, (paper(row), relation(row))))),
        (_("Lead unit"), named.get(int(row.value("unit", 0)), "")),
        (_("Supporting units"), "、".join(named.get(unit, "") for unit in supports)),
        (_("To be answered by"), fmt.day(date.fromisoformat(due)) if due else _("the office's usual limit")),
        (_("Comes from"), source(row)),
        (_("Basis"), texts_of(row.id).basis),
    ]
    return [item for item in items if item[1]]
