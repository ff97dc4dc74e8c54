"""A matter whose unit has answered by an order is settled by that order: nobody types the answer twice.

A line says by which move of its own; the order was checked, recognised and signed off before.
"""

from collections.abc import Iterable
from datetime import datetime

from bihuan.kernel.content.selectors import open_many
from bihuan.kernel.errors import BihuanError
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.orders.words import ORDER
from bihuan.kernel.store.sql import run

_moves: dict[str, str] = {}


def settles(kind: str, move: str) -> None:
    """Say by which move a kind hears that the order from it is done; its fields: closing, reply, order."""
    if _moves.setdefault(kind, move) != move:
        raise ValueError(f"{kind}: declared twice how an order settles it")


def settle(pairs: Iterable[tuple[MatterRow, MatterRow]]) -> int:
    """Settle the matters (order, what it came from) and return how many; may run twice.

    Only an order to the unit that has the matter speaks for it, and only the last one that was open.
    """
    done = 0
    for order, parent in pairs:
        move = _moves.get(parent.kind)
        if (
            move
            and order.stage == "closed"
            and order.lead_unit == parent.lead_unit
            and not _others(parent.id)
        ):
            done += _settle(order, parent, move)
    return done


def _settle(order: MatterRow, parent: MatterRow, move: str) -> bool:
    replies = [value.text for value in open_many([order.id], ["reply"]).values() if value.text]
    data = {"closing": order.closing, "reply": replies[-1] if replies else order.title, "order": order.code}
    at = max(_answered(order), parent.moved)
    try:
        flow.move(SYSTEM, parent.id, move, data, at=at, key=f"settle:{order.id}:{parent.episode}")
    except BihuanError:  # meanwhile it stands elsewhere: somebody has answered it there
        return False
    return True


def _answered(order: MatterRow) -> datetime:
    """Return when the unit gave the answer that held."""
    sql = "SELECT max(since) FROM flow_span WHERE matter_id = %s AND stage = 'answered'"
    found: datetime | None = run(sql, (order.id,))[0][0]
    return found or order.moved


def _others(parent: int) -> bool:
    return bool(
        run("SELECT 1 FROM flow_matter WHERE parent = %s AND kind = %s AND open LIMIT 1", (parent, ORDER))
    )
