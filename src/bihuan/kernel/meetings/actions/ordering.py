"""Turn what a chair or a meeting decided into orders, through the orders room."""

from collections.abc import Mapping
from typing import Any

from bihuan.kernel.errors import BadInput
from bihuan.kernel.flow.rows import MatterRow, Receipt
from bihuan.kernel.flow.selectors import by_ids
from bihuan.kernel.identity.actors import SYSTEM, Actor, Kind
from bihuan.kernel.identity.selectors.posts import post as post_row
from bihuan.kernel.meetings.about import scope_of
from bihuan.kernel.meetings.selectors.deciding import decider
from bihuan.kernel.orders import actions as orders
from bihuan.kernel.store.sql import atomic

#: Roles that may sign an order, and roles that may draft one; another's waits as a draft for the centre.
_SIGN = frozenset({"leader", "principal"})
_DRAFT = _SIGN | {"coordinator", "supervisor"}


def order(actor: Actor, data: Mapping[str, Any], about: MatterRow, *, source: str, chair: int = 0) -> Receipt:
    """Draft an order about a matter and put it up for signing.

    ``data`` holds title, demand, unit, supports, due and basis. It is signed by the chair when that post
    may sign, else by the leader in charge of the unit. Where nobody can be named it stays a draft.
    """
    given = {name: value for name, value in data.items() if value not in (None, "", [], ())}
    scope = scope_of(about)
    signer = _signer(about, chair, int(given["unit"]))
    said = {**given, "source": source, **({"signer": signer} if signer else {})}
    by = actor if actor.kind is not Kind.POST or actor.role in _DRAFT else SYSTEM
    frame: dict[str, Any] = {"parent": about.id, "subject": about.subject, "scope": scope}
    try:
        with atomic():
            return orders.draft(by, said, **frame)
    except BadInput as error:
        if error.where in {"unit", "supports", "due", "title", "demand", "open"}:
            raise
        return orders.draft(by, said, **frame, up=False)


def _signer(about: MatterRow, chair: int, unit: int) -> int:
    if chair and post_row(chair).role in _SIGN:
        return chair
    found = decider(scope_of(about), 2, subject=about.subject, unit=unit, line=about.line)
    return found.post if found and post_row(found.post).role in _SIGN else 0


def order_item(actor: Actor, item: MatterRow, values: Mapping[str, Any]) -> Receipt:
    """Order what an agenda item is about without a meeting: the chair's own answer."""
    about = by_ids([item.parent])[item.parent]
    names = ("demand", "unit", "supports", "due")
    data = {"title": item.title, **{name: values[name] for name in names if name in values}}
    return order(actor, {**data, "basis": item.code}, about, source="meeting", chair=item.holder_post)
