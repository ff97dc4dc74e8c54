"""Words for codes, and the cells that the line's pages share."""

from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.identity.actors import Actor, Kind
from bihuan.lines.agency.contracts import PHASE_TITLES, STANDINGS
from bihuan.lines.agency.selectors import ItemRow
from bihuan.logic import cells as office
from bihuan.logic.mechanism import said
from bihuan.ui import cells
from bihuan.ui.page import may

FREE = said("Agency and guidance are free of charge: no fee is asked for at any step.")
STAGES = {
    "applied": said("Applied"),
    "accepted": said("Accepted, mandate awaited"),
    "preparing": said("Preparing materials"),
    "prereview": said("Joint pre-review"),
    "submitted": said("Submitted to the authority"),
    "correction": said("Correction"),
    "suspended": said("Suspended"),
    "done": said("Finished"),
    "ended": said("Case ended"),
}
LIMITS = (("law", said("By law")), ("province", said("Of the province")), ("promise", said("Promised here")))


def sees_cases(actor: Actor) -> bool:
    """Whether somebody may open pages of cases at all; which ones, the selectors say."""
    return may("agency", actor) or actor.kind is Kind.PARTY


def phase(row: ItemRow) -> str:
    """Return the stage of approval an item belongs to."""
    return _(PHASE_TITLES[row["phase"]]) if row["phase"] in PHASE_TITLES else ""


def standing(row: ItemRow) -> Any:
    """Return how sure an entry is, as a tag."""
    word = next((word for word, code in STANDINGS.items() if code == row["standing"]), "")
    return cells.Tag(word, "good" if row["standing"] == "checked" else "warn") if word else ""


def limit(row: ItemRow, name: str) -> Any:
    """Return a limit with its source on hover."""
    code = row[f"{name}_limit"]
    if not code:
        return ""
    text = office.format_span(code)
    return cells.Hint(text, row[f"{name}_source"]) if row[f"{name}_source"] else text


def free() -> str:
    """Say that the service is free."""
    return _(FREE)
