"""Tell holders that a matter now waits for them: one job drains the spans that began, no move pays for it."""

from typing import Any

from bihuan.kernel.notices.actions import Tell, tell_many
from bihuan.kernel.notices.alarms import receivers
from bihuan.kernel.notices.kinds import YOURS
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import atomic, run

_BATCH = 1000

_TAKE = """
WITH untold AS MATERIALIZED (
  SELECT matter_id, n FROM flow_span WHERE NOT told
  ORDER BY matter_id LIMIT %(batch)s FOR UPDATE SKIP LOCKED),
taken AS (
  UPDATE flow_span s SET told = true FROM untold u WHERE s.matter_id = u.matter_id AND s.n = u.n
  RETURNING s.matter_id, s.n, s.until)
SELECT m.id, t.n, m.code, m.holder_post, m.holder_unit, m.lead_unit, m.first_unit, m.creator_user, m.holder_role,
       (SELECT coalesce(jsonb_agg(p.id ORDER BY p.id), '[]')::text FROM identity_post p
        WHERE m.holder_post = 0 AND m.holder_unit = 0 AND m.holder_role <> '' AND p.role_id = m.holder_role
          AND p.division_id IN (m.province, m.city, m.county, m.street, m.community, m.grid, m.micro, m.park)
          AND p.valid_from <= %(at)s AND (p.valid_until IS NULL OR p.valid_until > %(at)s))
FROM taken t LEFT JOIN flow_matter m ON m.id = t.matter_id AND m.open AND t.until IS NULL ORDER BY m.id
"""


def tell_holders() -> int:
    """Tell everyone who holds a matter since it moved last; return how many notices were new.

    A span that ended before the job came is taken without a word: the matter no longer waits there.
    """
    told = 0
    while True:
        with atomic():
            rows = run(_TAKE, {"at": now(), "batch": _BATCH})
            told += tell_many(tell for row in rows for tell in _tells(row))
        if len(rows) < _BATCH:
            return told


def _tells(row: tuple[Any, ...]) -> list[Tell]:
    matter, n, code, post, unit, lead, first, creator, role, posts = row
    if not post and not unit and not role:
        return []
    return [
        Tell(YOURS.name, f"yours:{matter}:{n}:{place}", matter_id=matter, params={"code": code}, **who)
        for place, who in enumerate(receivers(post, unit, lead, first, creator, posts))
    ]
