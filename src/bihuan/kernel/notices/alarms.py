"""Turn the clock's alarms into notices: the holder is told, or whoever must see that nobody holds it."""

import json
from typing import Any

from bihuan.kernel.notices import kinds
from bihuan.kernel.notices.actions import Tell, tell_many
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import atomic, run

_BATCH = 500

# A matter that waits for a role goes to every post of that role over its place; if there
# is none, to the unit that leads it, that received it first, or the user who opened it.
_TAKE = """
WITH taken AS (
  UPDATE clock_alarm SET taken = %(at)s WHERE id = ANY (ARRAY(
    SELECT id FROM clock_alarm WHERE taken IS NULL ORDER BY id LIMIT %(batch)s FOR UPDATE SKIP LOCKED))
  RETURNING id, clock_id, matter_id, kind, episode, turn, due, digest)
SELECT a.clock_id, a.matter_id, a.kind, a.episode, a.turn, a.due, a.digest, m.code,
       m.holder_post, m.holder_unit, m.lead_unit, m.first_unit, m.creator_user,
       (SELECT coalesce(jsonb_agg(p.id ORDER BY p.id), '[]')::text FROM identity_post p
        WHERE m.holder_post = 0 AND m.holder_unit = 0 AND m.holder_role <> '' AND p.role_id = m.holder_role
          AND p.division_id IN (m.province, m.city, m.county, m.street, m.community, m.grid, m.micro, m.park)
          AND p.valid_from <= %(at)s AND (p.valid_until IS NULL OR p.valid_until > %(at)s))
FROM taken a JOIN flow_matter m ON m.id = a.matter_id AND m.open
ORDER BY a.id
"""


def tell_alarms() -> int:
    """Tell every alarm not yet told, a batch a transaction; return how many notices were new.

    An alarm of a matter closed meanwhile is taken and told to nobody.
    """
    told = 0
    while True:
        with atomic():
            rows = run(_TAKE, {"at": now(), "batch": _BATCH})
            told += tell_many(tell for row in rows for tell in _tells(row))
            left = run("SELECT EXISTS (SELECT FROM clock_alarm WHERE taken IS NULL)")[0][0]
        if not left or not rows:
            return told


def _tells(row: tuple[Any, ...]) -> list[Tell]:
    clock, matter, kind, episode, turn, due, digest, code, *standing = row
    name = f"clock.{kind}" if kinds.known(f"clock.{kind}") else kinds.ALARM.name
    return [
        Tell(
            name,
            f"alarm:{clock}:{kind}:{episode}:{turn}:{place}",
            matter_id=matter,
            params={"code": code, "due": due.isoformat()},
            digest=digest,
            cause=f"alarm:{clock}:{kind}:{episode}:{turn}",
            **who,
        )
        for place, who in enumerate(receivers(*standing))
    ]


def receivers(post: int, unit: int, lead: int, first: int, creator: int, posts: str) -> list[dict[str, Any]]:
    """Return whom to tell of a matter: its holder, whoever has the role, else the unit or person behind it."""
    if post:
        return [{"to_post": post}]
    if unit:
        return [{"to_unit": unit}]
    over_the_place: list[int] = json.loads(posts)
    if over_the_place:
        return [{"to_post": key} for key in over_the_place]
    if lead or first:
        return [{"to_unit": lead or first}]
    return [{"to_user": creator}]
