"""Blow a whistle, call its departments, put on record who is late."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.content.selectors import SHOWN, open_values
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import bulk
from bihuan.kernel.flow import selectors as matters
from bihuan.kernel.flow.rows import MatterRow, Receipt
from bihuan.kernel.forms.fields import ORIGINAL
from bihuan.kernel.identity.actors import SYSTEM, Actor
from bihuan.lines.hotline.actions import place_of
from bihuan.lines.hotline.contracts import CALLOUT, WHISTLE
from bihuan.lines.hotline.selectors import scope_of_row
from bihuan.lines.hotline.whistling import selectors
from bihuan.lines.hotline.whistling.asking import BLOW, RULES


def blow(actor: Actor, data: Mapping[str, Any], *, order: int = 0, key: str = "") -> Receipt:
    """Call departments to a place, about an order or about what was seen there; the same ``key`` does so once."""
    said = BLOW.parse(data)
    said["settle_by"] = RULES[said["pace"]][2]
    scope = place_of(actor, said["address"])
    return flow.open(actor, WHISTLE, said, scope=scope, parent=order, key=key)


def call_out(whistle_ids: list[int]) -> None:
    """Ask every department these whistles name for its own part, each once."""
    for row in matters.by_ids(whistle_ids).values():
        if row.kind != WHISTLE or not row.open:
            continue
        asked = {one.lead_unit for one in selectors.callouts([row.id])}
        respond, arrive, settle = RULES[row.value("pace")]
        told = {**words(row), **_as_said(row)}
        for unit in row.value("units", ()):
            if unit in asked:
                continue
            said = {
                **told, "title": row.title[:200], "unit": unit,
                "pace": row.value("pace"), "respond_by": respond, "arrive_by": arrive, "settle_by": settle,
            }  # fmt: skip
            flow.open(
                SYSTEM, CALLOUT, said, scope=scope_of_row(row), parent=row.id, key=f"whistle:{row.id}:{unit}"
            )


def words(row: MatterRow) -> dict[str, str]:
    """Return where to come and what has to be done, as it was last said; the title where that was erased."""
    told = {
        ref.field: value.text
        for ref, value in sorted(open_values(row.id, ["address", "detail"]).items())
        if value.state == SHOWN
    }
    return {"address": row.title[:200], **told}


def _as_said(row: MatterRow) -> dict[str, str]:
    """Return the words with names and numbers in them, where some were hidden: who comes may have to ring somebody."""
    values = open_values(row.id, [ORIGINAL.name])
    return {ref.field: value.text for ref, value in values.items() if value.state == SHOWN}


def take_back(whistle_ids: list[int]) -> None:
    """Let nobody owe anything to whistles that were withdrawn."""
    owed = [one.id for one in selectors.callouts(whistle_ids) if one.open]
    bulk.move_many(SYSTEM, "withdraw", [(one, {"reason": _("The whistle was withdrawn.")}) for one in owed])


def note_late() -> int:
    """Put on record who did not answer or come in time; return how many."""
    late = bulk.move_many(SYSTEM, "not_answered", [(key, {}) for key in selectors.unanswered()])
    late = [*late, *bulk.move_many(SYSTEM, "not_arrived", [(key, {}) for key in selectors.not_arrived()])]
    return sum(one.receipt is not None for one in late)
