"""Take what waits out of the house, a hundred at a time, safe on many workers."""

import json
from typing import Any

from bihuan.kernel.notices import carriers
from bihuan.kernel.notices.hours import may_disturb
from bihuan.kernel.notices.kinds import say
from bihuan.kernel.now import local, now
from bihuan.kernel.store.sql import run

#: After this many tries (about four hours of doubling pauses) a delivery is given up and stays visible.
TRIES = 8
_BATCH = 100

# Claiming pushes the next try on first: a worker that dies in between only delays, and
# nothing is held locked while another system is slow to answer.
_CLAIM = """
UPDATE notices_delivery SET attempts = attempts + 1, next_try = %(at)s + interval '1 minute' * (2 ^ attempts)
WHERE id IN (
  SELECT d.id FROM notices_delivery d
  WHERE sent IS NULL AND attempts < %(tries)s AND next_try <= %(at)s
    AND (urgent OR (%(working)s AND NOT EXISTS (
      SELECT FROM notices_quiet q
      WHERE ((q.user > 0 AND d.channel = 'mail' AND q.user = d.target) OR (q.unit > 0 AND q.unit = d.unit))
        AND CASE WHEN q.start <= q.until THEN %(time)s >= q.start AND %(time)s < q.until
                 ELSE %(time)s >= q.start OR %(time)s < q.until END)))
  ORDER BY next_try LIMIT %(batch)s FOR UPDATE SKIP LOCKED)
RETURNING id
"""

_PARCELS = """
SELECT d.id, d.channel, n.kind, n.params::text, u.email, u.language, h.name, h.shape, h.url, h.phones::text
FROM notices_delivery d JOIN notices_notice n ON n.id = d.notice_id
LEFT JOIN identity_user u ON d.channel = 'mail' AND u.id = d.target
LEFT JOIN notices_hook h ON d.channel = 'hook' AND h.id = d.target
WHERE d.id = ANY(%s) ORDER BY d.id
"""


def carry_waiting() -> int:
    """Carry out all that is due now; return how many arrived. What failed comes again later."""
    arrived = 0
    while claimed := _claim():
        parcels = run(_PARCELS, (claimed,))
        outcomes = [(parcel[0], _carry(parcel)) for parcel in parcels]
        arrived += sum(1 for _, error in outcomes if not error)
        _record(outcomes)
    return arrived


def _claim() -> list[int]:
    at = now()
    params = {
        "at": at,
        "tries": TRIES,
        "working": may_disturb(at),
        "time": local(at).time().replace(tzinfo=None),
        "batch": _BATCH,
    }
    return [row[0] for row in run(_CLAIM, params)]


def _carry(parcel: tuple[Any, ...]) -> str:
    """Carry one; return what went wrong, '' if nothing."""
    _key, channel, kind, params, email, language, name, shape, url, phones = parcel
    text = say(kind, json.loads(params), language or "")
    try:
        if channel == "mail":
            carriers.mail(email, text, language or "")
        else:
            phones = tuple(json.loads(phones))
            carriers.knock(carriers.Door(shape, url, carriers.secret_of(name), phones), text)
    except carriers.NotCarried as why:
        return str(why)[:200] or "not carried"
    return ""


def _record(outcomes: list[tuple[int, str]]) -> None:
    run(
        "UPDATE notices_delivery d SET sent = CASE WHEN o.error = '' THEN %s::timestamptz END,"
        " error = o.error"
        " FROM unnest(%s::bigint[], %s::text[]) AS o (id, error) WHERE d.id = o.id",
        (now(), [key for key, _ in outcomes], [error for _, error in outcomes]),
    )
