"""Tell other programs of moves: what is sealed in the ledger is told, in its order, signed, until it arrives.

What is told is structure (which matter, which move, when, the entry's hash); contents are fetched over
the API under the reader's own permits. Signed as Standard Webhooks describe (standardwebhooks.com):
``webhook-signature`` is ``v1,`` and the base64 HMAC-SHA256 of ``id.timestamp.body``.
"""

import base64
import hashlib
import hmac
import json
import os
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.content.keys import unwrap, wrap
from bihuan.kernel.errors import BadInput, BihuanError, Conflict, NotFound
from bihuan.kernel.identity.actions.record import record
from bihuan.kernel.identity.actors import LEVELS, Actor
from bihuan.kernel.identity.rights import need
from bihuan.kernel.notices.keeping import RIGHT
from bihuan.kernel.notices.models import Subscription
from bihuan.kernel.notices.outbound import NotCarried, request, resolve
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import atomic, run

#: So long a move is tried again; pauses double from a minute up to an hour.
PATIENCE = timedelta(days=3)
LONGEST_PAUSE = 60
_STEP, _BATCH = 5_000, 50
_GONE = 410


# Keeping ----------------------------------------------------------------------------------------------


def subscribe(
    actor: Actor, name: str, url: str, *, kinds: list[str], moves: list[str], division: int = 0
) -> tuple[int, str]:
    """Make a subscription that is told from now on; return (id, secret), the secret this once."""
    need(actor, RIGHT, division)
    _check(url)
    if Subscription.objects.filter(name=name).exists():
        raise Conflict(_("There is a subscription of this name already."), where="name")
    secret = os.urandom(32)
    with atomic():
        row = Subscription(
            name=name, url=url, kinds=kinds, moves=moves, division=division, created=now(), kek="", wrapped=b"",
            position=run("SELECT coalesce(max(position) + 1, 0) FROM ledger_leaf")[0][0],
        )  # fmt: skip
        row.save()
        row.kek, row.wrapped = wrap(secret, _about(row.id))
        row.save(update_fields=["kek", "wrapped"])
        record(
            actor, "webhook.put", {"webhook": row.id, "kinds": kinds, "moves": moves, "division": division}
        )
    return row.id, "whsec_" + base64.b64encode(secret).decode()


def _check(url: str) -> None:
    try:
        resolve(url)
    except NotCarried as why:
        if not why.down:
            text = _(
                "This address may not be called: only https to a public address, or what the settings allow."
            )
            raise BadInput(text, where="url") from why


def _about(key: int) -> bytes:
    return f"webhook:{key}".encode()


def find(key: int) -> Subscription:
    """Return a subscription; NotFound when there is none."""
    found = Subscription.objects.filter(id=key).first()
    if found is None:
        raise NotFound(_("There is no such subscription."), where="webhook")
    return found


def set_active(actor: Actor, row: Subscription, active: bool) -> None:
    """Stop telling, or go on where it stopped."""
    need(actor, RIGHT)
    with atomic():
        Subscription.objects.filter(id=row.id).update(active=active)
        record(actor, "webhook.state", {"webhook": row.id, "active": active})


def end(actor: Actor, row: Subscription) -> None:
    """End a subscription and forget what waits for it."""
    need(actor, RIGHT)
    with atomic():
        record(actor, "webhook.ended", {"webhook": row.id})
        row.delete()


def replay(actor: Actor, row: Subscription) -> int:
    """Try again what was given up; return how many."""
    need(actor, RIGHT)
    moment = now()
    sql = """UPDATE notices_dispatch SET gave_up = NULL, attempts = 0, next_try = %s, until = %s
             WHERE subscription_id = %s AND gave_up IS NOT NULL RETURNING id"""
    return len(run(sql, (moment, moment + PATIENCE, row.id)))


# Telling ----------------------------------------------------------------------------------------------

_GATHER = f"""
INSERT INTO notices_dispatch (subscription_id, chain_id, seq, next_try, until, attempts, error)
SELECT s.id, l.chain_id, l.seq, %(at)s, %(until)s, 0, ''
FROM notices_subscription s
JOIN ledger_leaf l ON l.position >= s.position AND l.position < least(s.position + {_STEP}, %(size)s)
JOIN flow_matter m ON m.id = l.chain_id
JOIN ledger_entry e ON e.chain_id = l.chain_id AND e.seq = l.seq
WHERE s.id = %(key)s
  AND (s.kinds = '[]' OR s.kinds ? m.kind) AND (s.moves = '[]' OR s.moves ? e.move)
  AND (s.division = 0 OR s.division IN ({", ".join(f"m.{level}" for level in LEVELS)}))
ORDER BY l.position
ON CONFLICT DO NOTHING
"""  # noqa: S608 - constants


def gather() -> int:
    """Queue what was sealed since each subscription was told last; return how many moves."""
    size = run("SELECT coalesce(max(position) + 1, 0) FROM ledger_leaf")[0][0]
    queued = 0
    while behind := run(
        "SELECT id FROM notices_subscription WHERE active AND position < %s ORDER BY id", (size,)
    ):
        for (key,) in behind:
            with atomic():
                run("SELECT id FROM notices_subscription WHERE id = %s FOR UPDATE", (key,))
                params = {"key": key, "size": size, "at": now(), "until": now() + PATIENCE}
                queued += len(run(_GATHER + " RETURNING id", params))
                sql = "UPDATE notices_subscription SET position = least(position + %s, %s) WHERE id = %s"
                run(sql, (_STEP, size, key))
    return queued


_CLAIM = f"""
UPDATE notices_dispatch SET attempts = attempts + 1,
  next_try = %(at)s + interval '1 minute' * least(2 ^ least(attempts, 10), {LONGEST_PAUSE})
WHERE id = ANY (ARRAY(
  SELECT d.id FROM notices_dispatch d JOIN notices_subscription s ON s.id = d.subscription_id AND s.active
  WHERE d.sent IS NULL AND d.gave_up IS NULL AND d.next_try <= %(at)s
  ORDER BY d.id LIMIT {_BATCH} FOR UPDATE OF d SKIP LOCKED))
RETURNING id
"""  # noqa: S608 - constants

_PARCELS = """
SELECT d.id, d.subscription_id, s.url, s.kek, s.wrapped, d.chain_id, d.seq, m.kind, m.code, e.move, e.at,
       e.recorded, e.hash
FROM notices_dispatch d JOIN notices_subscription s ON s.id = d.subscription_id
JOIN flow_matter m ON m.id = d.chain_id
JOIN ledger_entry e ON e.chain_id = d.chain_id AND e.seq = d.seq
WHERE d.id = ANY(%s) ORDER BY d.id
"""


def carry() -> int:
    """Send what waits; return how many arrived. An address found shut is not tried again in this run."""
    arrived, shut = 0, dict[int, str]()
    while claimed := [row[0] for row in run(_CLAIM, {"at": now()})]:
        outcomes = []
        for row in run(_PARCELS, (claimed,)):
            error, final = (shut[row[1]], False) if row[1] in shut else _send(row)
            if error and not final:
                shut[row[1]] = error
            outcomes.append((row[0], error, final))
            arrived += not error
        _record(outcomes)
    return arrived


def _send(row: tuple[Any, ...]) -> tuple[str, bool]:
    """Send one; return (what went wrong or "", whether trying again is no use)."""
    _id, key, url, kek, wrapped, chain, seq, kind, code, move, at, recorded, digest = row
    name = f"{chain}-{seq}"
    body = payload(name, kind, code, move, seq, at, recorded, bytes(digest))
    try:
        secret = unwrap(kek, bytes(wrapped), _about(key))
        answer = request("POST", url, body, headers(secret, name, int(now().timestamp()), body))
    except BihuanError as why:
        return str(why)[:200], False
    except NotCarried as why:
        return str(why)[:200], why.final
    if answer.status == _GONE:
        run("UPDATE notices_subscription SET active = false WHERE id = %s", (key,))
    return ("" if 200 <= answer.status < 300 else f"HTTP {answer.status}"), answer.status == _GONE


def payload(
    name: str, kind: str, code: str, move: str, seq: int, at: datetime, recorded: datetime, digest: bytes
) -> bytes:
    """Return what is told of a move, as it is signed."""
    said = {
        "id": name, "type": f"{kind}.{move}", "timestamp": at.isoformat(),
        "data": {"kind": kind, "move": move, "matter": code, "seq": seq, "recorded": recorded.isoformat(),
                 "hash": digest.hex()},
    }  # fmt: skip
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def headers(secret: bytes, name: str, stamp: int, body: bytes) -> dict[str, str]:
    """Return the headers that name, date and sign a body."""
    signed = hmac.new(secret, f"{name}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "Content-Type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": str(stamp),
        "webhook-signature": "v1," + base64.b64encode(signed).decode(),
    }


def _record(outcomes: list[tuple[int, str, bool]]) -> None:
    sql = """
        UPDATE notices_dispatch d SET sent = CASE WHEN o.error = '' THEN %(at)s::timestamptz END,
          gave_up = CASE WHEN o.error <> '' AND (o.final OR d.until <= %(at)s) THEN %(at)s::timestamptz END,
          error = o.error
        FROM unnest(%(ids)s::bigint[], %(errors)s::text[], %(finals)s::bool[]) AS o (id, error, final)
        WHERE d.id = o.id"""
    ids, errors, finals = ([one[n] for one in outcomes] for n in range(3))
    run(sql, {"at": now(), "ids": ids, "errors": errors, "finals": finals})
