"""What follows from an order without anybody asking: its supports open and close, silence is put on record.

Each function may run twice and does its work once.
"""

from collections.abc import Sequence

from bihuan.kernel.content.selectors import open_many
from bihuan.kernel.errors import BihuanError
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import selectors
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.now import now
from bihuan.kernel.orders import settling, telling
from bihuan.kernel.orders.signing import place_of
from bihuan.kernel.orders.words import ORDER, SUPPORT
from bihuan.kernel.store.sql import run

_CHILDREN = """
SELECT parent, id, lead_unit, stage FROM flow_matter
WHERE parent = ANY(%s) AND parent > 0 AND kind = %s AND open ORDER BY id
"""


def issued(order_ids: Sequence[int]) -> None:
    """Open what each supporting unit owes, and tell the supervision office."""
    rows = [row for row in selectors.by_ids(order_ids).values() if row.kind == ORDER and row.open]
    demands = demands_of([row.id for row in rows])
    children = _open_children([row.id for row in rows])
    for row in rows:
        asked = {unit for _child, unit, _stage in children.get(row.id, ())}
        for unit in row.value("supports") or ():
            if unit not in asked and unit != row.lead_unit:
                _ask(row, unit, demands.get(row.id, row.title))
        for child, unit, stage in children.get(row.id, ()):
            if stage in {"asked", "handling"}:
                _try(child, "new_lead", {"unit": unit, "supports": [row.lead_unit]}, f"lead:{row.lead_unit}")
    telling.tell_watchers(rows)


def _ask(row: MatterRow, unit: int, demand: str) -> None:
    data = {"title": row.title, "demand": demand, "unit": unit, "supports": [row.lead_unit]}
    place, key = place_of(row), f"support:{row.id}:{unit}"
    flow.open(SYSTEM, SUPPORT, data, scope=place, subject=row.subject, parent=row.id, key=key)


def closed(order_ids: Sequence[int]) -> None:
    """Close what supporting units still owe; settle, or tell who holds, the matter the order came from."""
    rows = [row for row in selectors.by_ids(order_ids).values() if row.kind == ORDER and not row.open]
    children = _open_children([row.id for row in rows])
    for row in rows:
        for child, _unit, stage in children.get(row.id, ()):
            if row.stage == "closed":
                _try(child, "accept" if stage == "answered" else "lapse", {}, "closed")
            else:
                _try(child, "withdraw", {"reason": row.code}, "closed")
    parents = selectors.by_ids([row.parent for row in rows if row.parent])
    pairs = [(row, parents[row.parent]) for row in rows if row.parent in parents]
    settling.settle(pairs)
    telling.tell_parents(pairs)


def urged(order_ids: Sequence[int]) -> None:
    """Tell whoever holds these orders that they are urged."""
    telling.tell_urged(selectors.by_ids(order_ids).values())


def sweep() -> int:
    """Put on record what was not received, and which supporting unit stayed silent, within its limit."""
    moment = now()
    unreceived = _moved(
        "SELECT m.id FROM flow_matter m JOIN clock_clock c ON c.matter_id = m.id AND c.name = 'receive'"
        " AND c.ended_at IS NULL AND c.due < %s WHERE m.kind = %s AND m.open AND m.stage = 'issued'"
        " AND m.data ->> 'receipt' = ''",
        (moment, ORDER),
        "not_received",
    )
    silent = _moved(
        "SELECT m.id FROM flow_matter m WHERE m.kind = %s AND m.open AND m.stage IN ('asked', 'handling')"
        " AND m.due < %s AND NOT m.data ? 'silent'",
        (SUPPORT, moment),
        "keep_silent",
    )
    telling.tell_unreceived(unreceived)
    telling.tell_silent(silent)
    return len(unreceived) + len(silent)


def _moved(sql: str, params: tuple[object, ...], move: str) -> list[MatterRow]:
    ids = [row[0] for row in run(sql, params)]
    done = [key for key in ids if _try(key, move, {}, "")]
    return list(selectors.by_ids(done).values())


def _try(matter: int, move: str, data: dict[str, object], key: str) -> bool:
    """Carry out a move of the system; one that meanwhile makes no sense is left out."""
    try:
        flow.move(SYSTEM, matter, move, data, key=key and f"orders:{matter}:{move}:{key}")
    except BihuanError:
        return False
    return True


def _open_children(order_ids: list[int]) -> dict[int, list[tuple[int, int, str]]]:
    found: dict[int, list[tuple[int, int, str]]] = {}
    for parent, child, unit, stage in run(_CHILDREN, (order_ids, SUPPORT)):
        found.setdefault(parent, []).append((child, unit, stage))
    return found


def demands_of(order_ids: list[int]) -> dict[int, str]:
    """Return what each order asks for, as last revised."""
    return {ref.chain_id: value.text for ref, value in open_many(order_ids, ["demand"]).items()}
