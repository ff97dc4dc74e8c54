"""What orders tell people beyond what every matter tells its holder."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils.translation import gettext_noop

from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity.selectors.posts import find_posts
from bihuan.kernel.notices.actions import Tell, tell_many
from bihuan.kernel.notices.alarms import receivers
from bihuan.kernel.notices.kinds import Kind, register
from bihuan.kernel.orders.signing import place_of

ISSUED = register(
    Kind("orders.issued", gettext_noop("%(code)s was issued and is to be followed from now on."))
)
URGED = register(Kind("orders.urged", gettext_noop("%(code)s is urged. Please deal with it."), urgent=True))
CLOSED = register(Kind("orders.closed", gettext_noop("The order %(order)s from %(code)s is closed.")))
SILENT = register(
    Kind("orders.silent", gettext_noop("%(code)s: a supporting unit gave no answer within its limit."))
)
UNRECEIVED = register(Kind("orders.unreceived", gettext_noop("%(code)s was not received within its limit.")))


def tell_watchers(rows: Iterable[MatterRow]) -> int:
    """Tell the supervision office of the place that an order was issued: it follows it from the first hour."""
    return tell_many(tell for row in rows for tell in _to_role(row, "supervisor", ISSUED.name, row.seq))


def tell_unreceived(rows: Iterable[MatterRow]) -> int:
    """Tell the centre and the supervision office that nobody received an order in time."""
    return tell_many(
        tell
        for row in rows
        for role in ("coordinator", "supervisor")
        for tell in _to_role(row, role, UNRECEIVED.name, row.seq)
    )


def _to_role(row: MatterRow, role: str, kind: str, turn: int) -> Iterator[Tell]:
    for post in find_posts(role, place_of(row)):
        name = f"{kind}:{row.id}:{turn}:{post.id}"
        yield Tell(kind, name, to_post=post.id, matter_id=row.id, params={"code": row.code})


def tell_urged(rows: Iterable[MatterRow]) -> int:
    """Tell whoever holds an order that it is urged."""
    return tell_many(
        Tell(
            URGED.name,
            f"{URGED.name}:{row.id}:{row.seq}:{n}",
            matter_id=row.id,
            params={"code": row.code},
            **who,
        )
        for row in rows
        for n, who in enumerate(_holders(row))
    )


def tell_parents(pairs: Sequence[tuple[MatterRow, MatterRow]]) -> int:
    """Tell who holds the matter an order came from, or opened it, that the order is closed."""
    return tell_many(
        Tell(
            CLOSED.name,
            f"{CLOSED.name}:{order.id}:{n}",
            matter_id=parent.id,
            params={"code": parent.code, "order": order.code},
            **who,
        )
        for order, parent in pairs
        for n, who in enumerate(_holders(parent))
    )


def tell_silent(rows: Iterable[MatterRow]) -> int:
    """Tell the lead unit of an order that a supporting unit stayed silent."""
    return tell_many(
        Tell(
            SILENT.name,
            f"{SILENT.name}:{row.id}:{unit}",
            to_unit=unit,
            matter_id=row.id,
            params={"code": row.code},
        )
        for row in rows
        for unit in row.supports
    )


def _holders(row: MatterRow) -> list[dict[str, Any]]:
    if row.holder_role:
        posts = find_posts(row.holder_role, place_of(row))
        if posts:
            return [{"to_post": post.id} for post in posts]
    return receivers(row.holder_post, row.holder_unit, row.lead_unit, row.first_unit, row.creator_user, "[]")
