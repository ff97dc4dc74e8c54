"""Draft, sign and hand out orders; going on is the kernel's own ``flow.move``."""

from collections.abc import Mapping
from typing import Any

from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow.rows import Receipt
from bihuan.kernel.identity.actors import Actor, Scope
from bihuan.kernel.orders.practices import practice
from bihuan.kernel.orders.words import ORDER
from bihuan.kernel.store.sql import atomic


def draft(
    actor: Actor,
    data: Mapping[str, Any],
    *,
    parent: int = 0,
    subject: int = 0,
    scope: Scope,
    key: str = "",
    up: bool = True,
) -> Receipt:
    """Draft an order and, unless somebody else reviews it here, put it up for signing.

    ``data`` are the fields of the form ``orders.draft``: title, demand and unit must be
    there; supports, due (a day; else the limit ``orders.answer`` runs from signing), basis,
    source, signer and paper may be. ``parent`` is the matter it comes from. A draft of
    anybody but the coordination centre waits for its review, as does any where two pairs
    of eyes are the rule; ``up=False`` leaves it a draft. The same ``key`` drafts once.
    """
    with atomic():
        made = flow.open(actor, ORDER, data, scope=scope, parent=parent, subject=subject, key=key)
        if up and actor.role == "coordinator" and not practice("second_reader", scope):
            return flow.move(actor, made.matter, "put_up", {}, key=key and f"{key}:up")
    return made
