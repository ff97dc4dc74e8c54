"""Tell, mark as read, gather the morning digest."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from psycopg.types.json import Jsonb

from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.notices import kinds
from bihuan.kernel.notices.hours import is_working_day
from bihuan.kernel.notices.selectors import ADDRESSED, addresses
from bihuan.kernel.now import now, today
from bihuan.kernel.store.sql import atomic, run

#: So long a delivery is tried again before it is given up: a server down over a long weekend loses nothing.
PATIENCE = timedelta(days=7)
#: A digest names this many matters; the rest is a number.
DIGEST_NAMES = 10


@dataclass(frozen=True, slots=True)
class Tell:
    """Something to be told: to a user, a post, or a unit (``to_role`` narrows it).

    ``dedupe`` names it: the same name is told once, ever. ``params`` fill the kind's
    wording and hold no personal data. ``digest`` overrides what the kind says. What has the same
    ``cause`` (default: ``dedupe``) is carried to one mailbox or account once.
    """

    kind: str
    dedupe: str
    to_user: int = 0
    to_post: int = 0
    to_unit: int = 0
    to_role: str = ""
    matter_id: int = 0
    params: dict[str, Any] = field(default_factory=dict)
    digest: bool | None = None
    cause: str = ""


_TELL = """
WITH told AS (
  INSERT INTO notices_notice (kind, dedupe, to_user, to_post, to_unit, to_role, matter_id, params, digest, cause,
                              created, read_by)
  SELECT t.*, %(at)s, 0
  FROM unnest(%(kinds)s::text[], %(dedupes)s::text[], %(users)s::bigint[], %(posts)s::bigint[],
              %(units)s::bigint[], %(roles)s::text[], %(matters)s::bigint[], %(params)s::jsonb[],
              %(digests)s::bool[], %(causes)s::text[]) AS t
  ON CONFLICT (dedupe) DO NOTHING
  RETURNING id, kind, to_user, to_post, to_unit, to_role, digest, cause),
alive AS (
  SELECT id, user_id, organisation_id, role_id FROM identity_post
  WHERE valid_from <= %(at)s AND (valid_until IS NULL OR valid_until > %(at)s)),
receiver AS (
  SELECT id, kind, cause, to_user AS user_id, 0 AS unit FROM told WHERE to_user > 0 AND NOT digest
  UNION SELECT t.id, t.kind, t.cause, p.user_id, p.organisation_id FROM told t JOIN alive p ON p.id = t.to_post
  WHERE NOT t.digest
  UNION SELECT t.id, t.kind, t.cause, d.to_user_id, p.organisation_id FROM told t JOIN alive p ON p.id = t.to_post
  JOIN identity_delegation d ON d.post_id = p.id AND d.valid_from <= %(at)s AND d.valid_until > %(at)s
  WHERE NOT t.digest
  UNION SELECT t.id, t.kind, t.cause, p.user_id, t.to_unit FROM told t
  JOIN alive p ON p.organisation_id = t.to_unit AND p.role_id = t.to_role
  WHERE NOT t.digest AND t.to_role <> ''),
person AS (
  SELECT min(r.id) AS id, r.cause, r.user_id, max(r.unit) AS unit, bool_or(r.kind = ANY(%(urgent)s)) AS urgent,
         max(u.email) AS email
  FROM receiver r JOIN identity_user u ON u.id = r.user_id AND u.is_active GROUP BY r.cause, r.user_id),
parcel AS (
  SELECT id, 'mail' AS channel, user_id AS target, cause, urgent, user_id, unit FROM person
  WHERE email <> '' AND %(mails)s
  UNION ALL
  SELECT p.id, 'account', a.id, p.cause, p.urgent, p.user_id, p.unit FROM person p
  JOIN notices_account a ON a."user" = p.user_id JOIN notices_hook h ON h.id = a.hook_id AND h.active
  WHERE p.urgent OR NOT h.urgent_only
  UNION ALL
  SELECT min(t.id), 'hook', h.id, t.cause, bool_or(t.kind = ANY(%(urgent)s)), 0, t.to_unit
  FROM told t JOIN notices_hook h ON h.unit = t.to_unit AND h.active
  WHERE t.to_unit > 0 AND NOT t.digest AND (t.kind = ANY(%(urgent)s) OR NOT h.urgent_only)
  GROUP BY h.id, t.cause, t.to_unit),
sent AS (
  INSERT INTO notices_delivery (notice_id, channel, target, cause, urgent, "user", unit, next_try, until, attempts,
                                error)
  SELECT id, channel, target, cause, urgent, user_id, unit, %(at)s, %(until)s, 0, '' FROM parcel
  ON CONFLICT (cause, channel, target) DO NOTHING)
SELECT count(*) FROM told
"""


def tell_many(rows: Iterable[Tell]) -> int:
    """Tell all of it in one statement and queue what goes out; return how many were new.

    Raises KeyError for a kind nobody declared.
    """
    given = list({row.dedupe: row for row in rows}.values())
    if not given:
        return 0
    declared = {row.kind: kinds.get(row.kind) for row in given}
    params = {
        "at": now(),
        "until": now() + PATIENCE,
        "mails": bool(getattr(settings, "BIHUAN_MAILS", True)),
        "causes": [row.cause or row.dedupe for row in given],
        "kinds": [row.kind for row in given],
        "dedupes": [row.dedupe for row in given],
        "users": [row.to_user for row in given],
        "posts": [row.to_post for row in given],
        "units": [row.to_unit for row in given],
        "roles": [row.to_role for row in given],
        "matters": [row.matter_id for row in given],
        "params": [Jsonb(row.params) for row in given],
        "digests": [declared[row.kind].digest if row.digest is None else row.digest for row in given],
        "urgent": [name for name, kind in declared.items() if kind.urgent],
    }
    return int(run(_TELL, params)[0][0])


def mark_read(actor: Actor, notice_ids: Sequence[int] | None = None) -> int:
    """Mark these notices of the actor (default: all) as read; others' are left alone. Return how many.

    What was told to a unit is read for everyone once one of them has read it.
    """
    only = "" if notice_ids is None else " AND id = ANY(%(ids)s)"
    rows = run(
        "UPDATE notices_notice SET read_at = %(at)s, read_by = %(reader)s"  # noqa: S608 - fixed parts only
        f" WHERE read_at IS NULL AND {ADDRESSED}{only} RETURNING id",
        {**addresses(actor), "at": now(), "reader": actor.user, "ids": list(notice_ids or ())},
    )
    return len(rows)


_WAITING = """
UPDATE notices_notice SET digested = %(at)s WHERE digest AND digested IS NULL
RETURNING to_user, to_post, to_unit, to_role, read_at, coalesce(params->>'code', '')
"""


def gather_digests() -> int:
    """Give every receiver one notice about what waited for the digest; return how many receivers.

    Only on working days, and once a day: what comes later waits for the next. What has
    been read meanwhile is not repeated.
    """
    if not is_working_day(today()):
        return 0
    with atomic():
        waiting: dict[tuple[int, int, int, str], list[str]] = {}
        for user, post, unit, role, read_at, code in run(_WAITING, {"at": now()}):
            if read_at is None:
                waiting.setdefault((user, post, unit, role), []).append(code)
        return tell_many(
            Tell(
                "digest",
                f"digest:{today()}:{user}:{post}:{unit}:{role}",
                to_user=user,
                to_post=post,
                to_unit=unit,
                to_role=role,
                params={"count": len(codes), "codes": _names(codes)},
            )
            for (user, post, unit, role), codes in waiting.items()
        )


def _names(codes: list[str]) -> str:
    named = sorted(set(filter(None, codes)))
    return "、".join(named[:DIGEST_NAMES]) + (" …" if len(named) > DIGEST_NAMES else "")
