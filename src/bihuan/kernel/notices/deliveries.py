"""Take what waits out of the house, a hundred at a time, safe on many workers."""

import json
from dataclasses import dataclass

from bihuan.kernel.notices import applications, carriers, phones
from bihuan.kernel.notices.hours import may_disturb
from bihuan.kernel.notices.kinds import say
from bihuan.kernel.notices.outbound import NotCarried
from bihuan.kernel.now import local, now
from bihuan.kernel.store.sql import run

#: Pauses double from a minute up to this many.
LONGEST_PAUSE = 30
_BATCH = 100

# Claiming pushes the next try on first: a worker that dies in between only delays, and
# nothing is held locked while another system is slow to answer.
_CLAIM = f"""
UPDATE notices_delivery SET attempts = attempts + 1,
  next_try = %(at)s + interval '1 minute' * least(2 ^ least(attempts, 10), {LONGEST_PAUSE})
WHERE id = ANY (ARRAY(
  SELECT d.id FROM notices_delivery d
  WHERE sent IS NULL AND gave_up IS NULL AND next_try <= %(at)s
    AND (urgent OR (%(working)s AND NOT EXISTS (
      SELECT FROM notices_quiet q
      WHERE ((q.user > 0 AND q.user = d.user) OR (q.unit > 0 AND q.unit = d.unit))
        AND CASE WHEN q.start <= q.until THEN %(time)s >= q.start AND %(time)s < q.until
                 ELSE %(time)s >= q.start OR %(time)s < q.until END)))
  ORDER BY next_try LIMIT %(batch)s FOR UPDATE SKIP LOCKED))
RETURNING id
"""  # noqa: S608 - a constant

_PARCELS = """
SELECT d.id, d.channel, n.kind, n.params::text, u.email, u.language, h.name, h.shape, h.url, h.phones::text,
       h.ident, h.agent, a.account, n.matter_id
FROM notices_delivery d JOIN notices_notice n ON n.id = d.notice_id
LEFT JOIN identity_user u ON u.id = d.user AND u.is_active
LEFT JOIN notices_account a ON d.channel = 'account' AND a.id = d.target
LEFT JOIN notices_hook h ON h.active AND h.id = CASE d.channel WHEN 'hook' THEN d.target ELSE
  CASE WHEN d.channel = 'phone' THEN (SELECT min(g.id) FROM notices_hook g
    WHERE g.active AND g.shape = 'sms_person' AND NOT g.urgent_only) ELSE a.hook_id END END
WHERE d.id = ANY(%s) ORDER BY d.id
"""


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is carried, and by which door."""

    id: int
    channel: str
    kind: str
    params: str
    email: str | None
    language: str | None
    hook: str | None
    shape: str | None
    url: str
    phones: str
    ident: str
    agent: str
    account: str | None
    matter: int

    @property
    def door(self) -> str:
        """What everything that goes the same way shares."""
        return self.hook or self.channel


def carry_waiting() -> int:
    """Carry out all that is due now; return how many arrived. What failed comes again later.

    A door found shut is not knocked at again in the same run.
    """
    arrived, shut = 0, dict[str, str]()
    while claimed := _claim():
        outcomes = []
        for row in run(_PARCELS, (claimed,)):
            outcome = _carry(Parcel(*row), shut)
            outcomes.append(outcome)
            arrived += not outcome[1]
        _record(outcomes)
    return arrived


def _claim() -> list[int]:
    at = now()
    params = {
        "at": at,
        "working": may_disturb(at),
        "time": local(at).time().replace(tzinfo=None),
        "batch": _BATCH,
    }
    return [row[0] for row in run(_CLAIM, params)]


def _carry(parcel: Parcel, shut: dict[str, str]) -> tuple[int, str, bool]:
    """Carry one; return (id, what went wrong or "", whether trying again is no use)."""
    if parcel.door in shut:
        return parcel.id, shut[parcel.door], False
    text = say(parcel.kind, json.loads(parcel.params), parcel.language or "")
    try:
        _hand_over(parcel, text)
    except NotCarried as why:
        if why.down:
            shut[parcel.door] = str(why)[:200] or "not carried"
        return parcel.id, str(why)[:200] or "not carried", why.final
    return parcel.id, "", False


def _hand_over(parcel: Parcel, text: str) -> None:
    name = f"notice-{parcel.id}"
    if parcel.channel == "phone":
        _by_phone(parcel, text, name)
        return
    if parcel.channel != "hook" and parcel.language is None:
        raise NotCarried("person is not active any more", final=True)
    if parcel.channel == "mail":
        if not parcel.email:
            raise NotCarried("no address any more", final=True)
        carriers.mail(parcel.email, text, parcel.language or "", name)
        return
    if parcel.hook is None:
        raise NotCarried("door is not in use any more", final=True)
    secret = carriers.secret_of(parcel.hook)
    if parcel.shape in ("wecom_app", "dingtalk_work"):
        app = applications.App(parcel.shape, parcel.url, parcel.ident, parcel.agent, secret)
        applications.send(app, parcel.account or "", text)
        return
    phones = (parcel.account or "",) if parcel.shape == "sms_person" else tuple(json.loads(parcel.phones))
    shape = "sms" if parcel.shape == "sms_person" else parcel.shape or ""
    carriers.knock(carriers.Door(shape, parcel.url, secret, phones), text, name)


def _by_phone(parcel: Parcel, text: str, name: str) -> None:
    if parcel.hook is None:
        raise NotCarried("door is not in use any more", final=True)
    phone, link = phones.addressed(parcel.kind, parcel.matter)
    door = carriers.Door("sms", parcel.url, carriers.secret_of(parcel.hook), (phone,))
    carriers.knock(door, f"{text} {link}", name)


def _record(outcomes: list[tuple[int, str, bool]]) -> None:
    run(
        "UPDATE notices_delivery d SET sent = CASE WHEN o.error = '' THEN %(at)s::timestamptz END,"
        " gave_up = CASE WHEN o.error <> '' AND (o.final OR d.until <= %(at)s) THEN %(at)s::timestamptz END,"
        " error = o.error"
        " FROM unnest(%(ids)s::bigint[], %(errors)s::text[], %(finals)s::bool[]) AS o (id, error, final)"
        " WHERE d.id = o.id",
        {
            "at": now(),
            "ids": [key for key, _, _ in outcomes],
            "errors": [error for _, error, _ in outcomes],
            "finals": [final for _, _, final in outcomes],
        },
    )


def try_again(delivery_ids: list[int]) -> int:
    """Let deliveries that were given up be tried again, another week long; return how many."""
    from bihuan.kernel.notices.actions import PATIENCE

    moment = now()
    sql = """UPDATE notices_delivery SET gave_up = NULL, attempts = 0, next_try = %s, until = %s
             WHERE id = ANY(%s) AND gave_up IS NOT NULL RETURNING id"""
    return len(run(sql, (moment, moment + PATIENCE, delivery_ids)))
