"""Reading doors, accounts, quiet hours and deliveries for those who keep them."""

import json
from dataclasses import dataclass
from datetime import datetime, time

from bihuan.kernel.notices.kinds import say
from bihuan.kernel.store.sql import run


@dataclass(frozen=True, slots=True)
class DoorRow:
    """A door, with how many people it knows and what waits for it or was given up."""

    id: int
    name: str
    shape: str
    url: str
    unit: int
    unit_name: str
    phones: list[str]
    ident: str
    agent: str
    urgent_only: bool
    active: bool
    people: int
    waiting: int
    gave_up: int


_DOORS = """
SELECT h.id, h.name, h.shape, h.url, h.unit, coalesce(o.name, ''), h.phones::text, h.ident, h.agent, h.urgent_only,
       h.active, (SELECT count(*) FROM notices_account a WHERE a.hook_id = h.id),
       count(d.id) FILTER (WHERE d.sent IS NULL AND d.gave_up IS NULL), count(d.gave_up)
FROM notices_hook h LEFT JOIN identity_organisation o ON o.id = h.unit
LEFT JOIN notices_delivery d ON d.sent IS NULL
  AND (d.channel = 'hook' AND d.target = h.id
       OR d.channel = 'account' AND d.target IN (SELECT a.id FROM notices_account a WHERE a.hook_id = h.id))
WHERE %(hook)s = 0 OR h.id = %(hook)s
GROUP BY h.id, o.name ORDER BY h.name"""


def doors(hook: int = 0) -> list[DoorRow]:
    """Return every door by name, or the one."""
    found = []
    for *head, phones, ident, agent, urgent_only, active, people, waiting, gave_up in run(
        _DOORS, {"hook": hook}
    ):
        key, name, shape, url, unit, unit_name = head
        found.append(
            DoorRow(
                key, name, shape, url, unit, unit_name, json.loads(phones), ident, agent, urgent_only, active, people,
                waiting, gave_up,
            )
        )  # fmt: skip
    return found


@dataclass(frozen=True, slots=True)
class AccountRow:
    """What a door knows a person by."""

    id: int
    user: int
    name: str
    login: str
    account: str


def accounts(hook: int) -> list[AccountRow]:
    """Return the people a door knows."""
    sql = """SELECT a.id, a."user", u.name, u.username, a.account FROM notices_account a
             JOIN identity_user u ON u.id = a."user" WHERE a.hook_id = %s ORDER BY u.username LIMIT 500"""
    return [AccountRow(*row) for row in run(sql, (hook,))]


@dataclass(frozen=True, slots=True)
class QuietRow:
    """Quiet hours of a unit, or of oneself (unit 0)."""

    id: int
    unit: int
    unit_name: str
    start: time
    until: time


def quiet(user: int, *, units: bool) -> list[QuietRow]:
    """Return a person's own quiet hours, and with ``units`` those of all units."""
    sql = """SELECT q.id, q.unit, coalesce(o.name, ''), q.start, q.until FROM notices_quiet q
             LEFT JOIN identity_organisation o ON o.id = q.unit
             WHERE (q."user" > 0 AND q."user" = %s) OR (%s AND q.unit > 0) ORDER BY q.unit, q.start, q.id"""
    return [QuietRow(*row) for row in run(sql, (user, units))]


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A notice that has not arrived: by which way, to whom, why, and whether it is tried again."""

    id: int
    channel: str
    door: str
    who: str
    text: str
    attempts: int
    error: str
    next_try: datetime
    gave_up: datetime | None


_DELIVERIES = """
SELECT d.id, d.channel, coalesce(h.name, ''), coalesce(u.name, o.name, ''), n.kind, n.params::text, d.attempts, d.error,
       d.next_try, d.gave_up
FROM notices_delivery d JOIN notices_notice n ON n.id = d.notice_id
LEFT JOIN identity_user u ON u.id = d."user"
LEFT JOIN identity_organisation o ON o.id = d.unit
LEFT JOIN notices_account a ON d.channel = 'account' AND a.id = d.target
LEFT JOIN notices_hook h ON h.id = CASE d.channel WHEN 'hook' THEN d.target ELSE a.hook_id END
WHERE d.sent IS NULL AND (d.gave_up IS NOT NULL) = %(gave_up)s AND d.attempts > 0 AND d.id < %(before)s
ORDER BY d.id DESC LIMIT %(limit)s"""


def deliveries(*, gave_up: bool, before: int = 0, limit: int = 50) -> list[DeliveryRow]:
    """Return what did not arrive, newest first: given up, or still tried."""
    params = {"gave_up": gave_up, "before": before or 2**63 - 1, "limit": limit}
    return [
        DeliveryRow(key, channel, door, who, say(kind, json.loads(said)), *rest)
        for key, channel, door, who, kind, said, *rest in run(_DELIVERIES, params)
    ]


@dataclass(frozen=True, slots=True)
class ProgramRow:
    """A program that is told of moves, what waits for it and was given up."""

    id: int
    name: str
    url: str
    kinds: list[str]
    moves: list[str]
    division: int
    active: bool
    created: datetime
    waiting: int
    gave_up: int


def programs(key: int = 0) -> list[ProgramRow]:
    """Return every program that is told, by name, or the one."""
    sql = """SELECT s.id, s.name, s.url, s.kinds::text, s.moves::text, s.division, s.active, s.created,
               (SELECT count(*) FROM notices_dispatch d
                WHERE d.subscription_id = s.id AND d.sent IS NULL AND d.gave_up IS NULL),
               (SELECT count(*) FROM notices_dispatch d WHERE d.subscription_id = s.id AND d.gave_up IS NOT NULL)
             FROM notices_subscription s WHERE %(key)s = 0 OR s.id = %(key)s ORDER BY s.name"""
    return [
        ProgramRow(key, name, url, json.loads(kinds), json.loads(moves), *rest)
        for key, name, url, kinds, moves, *rest in run(sql, {"key": key})
    ]


@dataclass(frozen=True, slots=True)
class DispatchRow:
    """A move that did not reach a program: of which matter, why, and whether it is tried again."""

    id: int
    matter: str
    seq: int
    move: str
    attempts: int
    error: str
    next_try: datetime
    gave_up: datetime | None


def undelivered(key: int, *, before: int = 0, limit: int = 50) -> list[DispatchRow]:
    """Return what did not reach a program, newest first: given up, or still tried."""
    sql = """SELECT d.id, m.code, d.seq, e.move, d.attempts, d.error, d.next_try, d.gave_up
             FROM notices_dispatch d JOIN flow_matter m ON m.id = d.chain_id
             JOIN ledger_entry e ON e.chain_id = d.chain_id AND e.seq = d.seq
             WHERE d.subscription_id = %s AND d.sent IS NULL AND d.attempts > 0 AND d.id < %s
             ORDER BY d.id DESC LIMIT %s"""
    return [DispatchRow(*row) for row in run(sql, (key, before or 2**63 - 1, limit))]
