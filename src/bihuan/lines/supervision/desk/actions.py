"""Urge and watch: by a matter's own move where its mechanism has one, else as a matter of supervision beside it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import selectors
from bihuan.kernel.flow.engine import allowed_moves
from bihuan.kernel.flow.registry import rules_of
from bihuan.kernel.flow.rows import MatterRow, Receipt
from bihuan.kernel.identity.actors import Actor, Scope


def own_move(actor: Actor, row: MatterRow, manner: str) -> bool:
    """Whether the matter's own mechanism lets the actor urge or watch it."""
    moves = allowed_moves(rules_of(row.rules), row, actor)
    return any(move.name == manner and move.commutative for move in moves)


def ask(actor: Actor, code: str, data: Mapping[str, Any], key: str = "") -> Receipt:
    """Urge or watch a matter; the unit that holds it answers, with a clock."""
    row = selectors.matter(actor, code)
    if not row.open:
        raise BadInput(_("This matter has ended."), where="title")
    manner = str(data.get("manner", ""))
    if own_move(actor, row, manner):
        reason = " ".join(str(data.get(name, "")) for name in ("title", "ask")).strip()
        return flow.move(actor, row.id, manner, {"reason": reason}, key=key)
    scope = Scope(**{name: getattr(row, name) for name in Scope.__dataclass_fields__})
    return flow.open(
        actor, "supervision.watch", data, scope=scope, parent=row.id, subject=row.subject, key=key
    )
