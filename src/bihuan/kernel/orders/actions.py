"""Draft, sign and hand out orders; going on is the kernel's own ``flow.move``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BihuanError, Refused
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import engine, registry, selectors
from bihuan.kernel.flow.rows import MatterRow, Receipt
from bihuan.kernel.identity.actors import Actor, Scope
from bihuan.kernel.identity.selectors.posts import post
from bihuan.kernel.identity.selectors.units import names_of
from bihuan.kernel.now import now
from bihuan.kernel.orders import signing
from bihuan.kernel.orders.practices import practice
from bihuan.kernel.orders.words import ORDER, SIGNING
from bihuan.kernel.permits.rules import sees
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


def sign(
    actor: Actor, order: int, data: Mapping[str, Any], *, ver: int | None = None, key: str = ""
) -> Receipt:
    """Sign an order on screen; a post without the right is told who has it.

    ``ver`` is the version that was shown: the signature stands under what was looked at.
    """
    row = selectors.matter(actor, order)
    _refuse_wrong_post(actor, row)
    return flow.move(actor, order, SIGNING.get(row.stage, "sign"), data, ver=ver, key=key)


def _refuse_wrong_post(actor: Actor, row: MatterRow) -> None:
    if row.kind != ORDER or row.stage not in SIGNING:
        return
    place = signing.place_of(row)
    if not signing.may_sign(actor.post, place, now()):
        raise Refused(signing.why_not(actor.post, place), where="sign")
    if actor.role != "principal" and row.holder_post != actor.post:
        whose = post(row.holder_post)
        text = _("This order was put up to %(who)s. The centre can put it up to you.")
        raise Refused(text % {"who": f"{whose.unit_name} {whose.user_name}"}, where="sign")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether one order can be (or was) signed: ``why`` not, '' when it can."""

    row: MatterRow
    unit: str
    why: str


def signable(actor: Actor, orders: Sequence[int]) -> list[Verdict]:
    """Return, for each order the actor sees, whether signing it would go through. Nothing is written."""

    def decide(row: MatterRow) -> None:
        _refuse_wrong_post(actor, row)
        engine.decide(registry.rules_of(row.rules), row, actor, SIGNING.get(row.stage, "sign"), {}, now())

    return _each(actor, orders, decide)


def sign_many(actor: Actor, orders: Sequence[int], key: str = "") -> list[Verdict]:
    """Sign orders one by one; what can't be signed is left alone and says why."""

    def go(row: MatterRow) -> None:
        sign(actor, row.id, {}, key=key and f"{key}:{row.id}")

    return _each(actor, orders, go)


def _each(actor: Actor, orders: Sequence[int], act: Any) -> list[Verdict]:
    rows = [row for row in selectors.by_ids(orders).values() if row.kind == ORDER and sees(actor, row)]
    names = names_of([int(row.value("unit", 0)) for row in rows])
    made = []
    for row in sorted(rows, key=lambda row: row.id):
        why = ""
        try:
            act(row)
        except BihuanError as error:
            why = error.message
        made.append(Verdict(row, names.get(int(row.value("unit", 0)), ""), why))
    return made
