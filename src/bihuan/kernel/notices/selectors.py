"""What an actor has been told and not read."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.notices.kinds import say
from bihuan.kernel.store.sql import run

_NEWEST = 2**63 - 1

#: The condition that a notice is addressed to the actor; parameters from :func:`addresses`.
ADDRESSED = (
    "((to_user > 0 AND to_user = %(user)s) OR (to_post > 0 AND to_post = %(post)s)"
    " OR (to_unit > 0 AND to_unit = %(unit)s AND to_role IN ('', %(role)s)))"
)


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice in the reader's language."""

    id: int
    kind: str
    text: str
    matter_id: int
    created: datetime


def addresses(actor: Actor) -> dict[str, Any]:
    """Return what a notice must name to be the actor's: user, post, unit with role."""
    return {"user": actor.user, "post": actor.post, "unit": actor.unit, "role": actor.role}


_UNREAD = " UNION ".join(
    "(SELECT id, kind, params::text, matter_id, created FROM notices_notice WHERE read_at IS NULL"  # noqa: S608
    f" AND {way} AND id < %(before)s ORDER BY id DESC LIMIT %(limit)s)"
    for way in (
        "to_user > 0 AND to_user = %(user)s",
        "to_post > 0 AND to_post = %(post)s",
        "to_unit > 0 AND to_unit = %(unit)s AND to_role IN ('', %(role)s)",
    )
)


def unread(
    actor: Actor, *, limit: int = 50, before: int | None = None, language: str = "", using: str = "read"
) -> list[NoticeRow]:
    """Return the actor's unread notices, newest first; ``before`` is the id the last page ended with."""
    rows = run(
        f"SELECT * FROM ({_UNREAD}) mine ORDER BY id DESC LIMIT %(limit)s",  # noqa: S608 - fixed parts only
        {**addresses(actor), "before": before or _NEWEST, "limit": limit},
        using,
    )
    return [
        NoticeRow(key, kind, say(kind, json.loads(params), language), matter, created)
        for key, kind, params, matter, created in rows
    ]


def count_unread(actor: Actor, *, cap: int = 100, using: str = "read") -> int:
    """Return how many notices the actor has not read, at most ``cap``."""
    rows = run(
        f"SELECT count(*) FROM ({_UNREAD}) mine",  # noqa: S608 - fixed parts only
        {**addresses(actor), "before": _NEWEST, "limit": cap},
        using,
    )
    return min(cap, int(rows[0][0]))


def astray(*, limit: int = 50, using: str = "read") -> list[NoticeRow]:
    """Return unread notices that found no receiver, for whoever runs the office."""
    rows = run(
        "SELECT id, kind, params->>'code', matter_id, created FROM notices_notice WHERE read_at IS NULL"
        " AND to_user = 0 AND to_post = 0 AND to_unit = 0 ORDER BY id DESC LIMIT %s",
        (limit,),
        using,
    )
    return [NoticeRow(key, kind, code or "", matter, created) for key, kind, code, matter, created in rows]
