"""Whom to call back first: orders whose answer reads poorly. It picks a sample and judges nobody."""

from collections.abc import Sequence
from dataclasses import dataclass

from bihuan.kernel.callbacks import selectors as contacts
from bihuan.kernel.content.selectors import SHOWN, open_many
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity.actors import Actor
from bihuan.lines.hotline.callers.selectors import opens
from bihuan.lines.hotline.contracts import ORDER
from bihuan.logic.messages.replies import Quality, quality

#: A sample is taken from so many contacts that wait, the newest.
LOOKED_AT = 200
#: A part of the score below this is named as the reason.
WEAK = 0.4
PARTS = ("relevance", "completeness", "evidence", "timeliness")


@dataclass(frozen=True, slots=True)
class Pick:
    """An order whose caller waits to be called back, its contact, and how its answer reads."""

    order: MatterRow
    contact: MatterRow
    quality: Quality

    @property
    def weak(self) -> tuple[str, ...]:
        """Return the parts of the score that are the reason."""
        return tuple(name for name in PARTS if getattr(self.quality, name) < WEAK)


def picks(actor: Actor, limit: int = 30) -> list[Pick]:
    """Return the callers to be called back first, those with the poorest answers before the others."""
    waiting, _more = contacts.waiting(actor, limit=LOOKED_AT)
    orders = flow.by_ids([one.parent for one in waiting])
    mine = [
        (orders[one.parent], one)
        for one in waiting
        if one.parent in orders and orders[one.parent].kind == ORDER and opens(actor, orders[one.parent])
    ]
    texts = _texts([order.id for order, _contact in mine])
    found = []
    for order, contact in mine:
        said = texts.get(order.id, {})
        if said.get("reply"):
            scored = quality(order.title, said.get("detail", ""), said["reply"], order.created, order.closed)
            found.append(Pick(order, contact, scored))
    return sorted(found, key=lambda one: (one.quality.score, one.order.id))[:limit]


def _texts(ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """Return what was asked and last answered, by order."""
    found: dict[int, dict[str, str]] = {}
    for ref, value in sorted(open_many(ids, ["detail", "reply"]).items()):
        if value.state == SHOWN and value.cls == "open":
            found.setdefault(ref.chain_id, {})[ref.field] = value.text
    return found
