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
from bihuan.kernel.identity.selectors.units import names_of
from bihuan.kernel.orders.words import ORDER, PAPERS, RELATIONS, SOURCES, STATES
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
    """Return how the issuer stands to the addressee."""
    return chosen(RELATIONS, row.value("relation"))


def paper(row: MatterRow) -> str:
    """Return what the paper is."""
    return chosen(PAPERS, row.value("paper"))


def lead(row: MatterRow, names: Names) -> str:
    """Return the unit that leads, or that the draft names."""
    return names.unit(row.lead_unit or int(row.value("unit", 0)))


def texts(row: MatterRow) -> dict[str, str]:
    """Return what is to be done and on what basis, as last written."""
    return {ref.field: value.text for ref, value in open_values(row.id, ["demand", "basis"]).items()}


def facts(row: MatterRow) -> list[tuple[str, Any]]:
    """Return an order as label and value, for whoever is to sign it."""
    supports = list(row.value("supports") or ())
    named = names_of([int(row.value("unit", 0)), *supports])
    said = texts(row)
    due = row.value("due")
    items: list[tuple[str, Any]] = [
        (_("Lead unit"), named.get(int(row.value("unit", 0)), "")),
        (_("Supporting units"), "、".join(named.get(unit, "") for unit in supports)),
        (_("To be answered by"), fmt.day(date.fromisoformat(due)) if due else _("the office's usual limit")),
        (_("Comes from"), source(row)),
        (_("Basis"), said.get("basis", "")),
    ]
    return [item for item in items if item[1]]
