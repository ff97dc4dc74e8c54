"""Read the foreign systems somebody keeps or works with, and what is known of an order's foreign number."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bihuan.kernel.identity import rights
from bihuan.kernel.identity.actors import Actor, Scope
from bihuan.kernel.now import today
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.duties.selectors import places

#: How an order's own reference stands in what is told elsewhere.
_REFERENCE = re.compile(r"\[([^\[\]\s]{3,60}-\d+)\]")


@dataclass(frozen=True, slots=True)
class EndpointRow:
    """A foreign system as it was entered and how it answers; ``keyed`` whether a key is kept."""

    id: int
    place: int
    name: str
    url: str
    jurisdiction: str
    keyed: bool
    classes: dict[str, int]
    since: date
    until: date | None
    active: bool
    mark: datetime | None
    succeeded_at: datetime | None
    next_try: datetime | None
    fails: int
    faulty: int
    error: str
    orders: int
    stuck: int
    posts: bool
    names: bool
    only_out: bool
    service: str


@dataclass(frozen=True, slots=True)
class TakingRow:
    """A system that takes orders: by class the service there, and ``service`` for all else."""

    id: int
    name: str
    services: dict[int, str]
    service: str

    def service_for(self, duty: int) -> str:
        """Return the service of a class there; '' where none is named."""
        return self.services.get(duty, self.service)


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """An order handed over: how far it came, and why it came no further; ``status`` is how it stands there."""

    id: int
    matter: int
    endpoint: str
    reference: str
    state: str
    number: str
    status: str
    fails: int
    next_try: datetime
    created_at: datetime
    error: str


@dataclass(frozen=True, slots=True)
class ForeignRow:
    """An order's number in another system and how it stands there."""

    endpoint: str
    number: str
    status: str
    seen_at: datetime


_ROWS = """
SELECT e.id, e.place, e.name, e.url, e.jurisdiction, length(e.wrapped) > 0, e.classes::text, e.since, e.until, e.active,
       e.mark, e.succeeded_at, e.next_try, e.fails, e.faulty, e.error,
       (SELECT count(*) FROM hotline_foreign f WHERE f.endpoint = e.id AND f.matter > 0 AND NOT EXISTS (
          SELECT 1 FROM hotline_handover h WHERE h.endpoint = e.id AND h.number = f.number)),
       (SELECT count(*) FROM hotline_foreign f WHERE f.endpoint = e.id AND f.matter = 0),
       e.posts, e.names, e.only_out, e.service
FROM hotline_endpoint e WHERE %s = 0 OR e.id = %s ORDER BY e.place, e.name, e.id
"""


def endpoints(actor: Actor, key: int = 0) -> list[EndpointRow]:
    """Return the systems entered for districts the actor's post is over; one of them by its id."""
    rows = [EndpointRow(*[*row[:6], _classes(row[6]), *row[7:]]) for row in run(_ROWS, (key, key))]
    return [row for row in rows if rights.reaches(actor, row.place)]


def _classes(text: Any) -> dict[str, int]:
    return {str(code): int(duty) for code, duty in json.loads(text).items()}


def districts(actor: Actor) -> list[tuple[int, str]]:
    """Return (id, name) of the districts with a duty catalogue that the actor's post is over."""
    sql = """SELECT d.id, d.full_name FROM identity_division d WHERE d.id IN (
             SELECT division FROM hotline_duty WHERE withdrawn_at IS NULL) ORDER BY d.full_name, d.id"""
    return [(key, name) for key, name in run(sql) if rights.reaches(actor, key)]


def of_order(matter: int) -> list[ForeignRow]:
    """Return the foreign numbers of an order that came from elsewhere."""
    sql = """SELECT e.name, f.number, f.status, f.seen_at FROM hotline_foreign f
             JOIN hotline_endpoint e ON e.id = f.endpoint WHERE f.matter = %s AND NOT EXISTS (
                SELECT 1 FROM hotline_handover h WHERE h.endpoint = f.endpoint AND h.number = f.number)
             ORDER BY f.id"""
    return [ForeignRow(*row) for row in run(sql, (matter,))]


def to_ask(endpoint: int, most: int) -> list[str]:
    """Return numbers not yet opened or still open there, those not asked about for longest first."""
    sql = """SELECT number FROM hotline_foreign WHERE endpoint = %s AND (matter = 0 OR NOT status = 'closed')
             ORDER BY seen_at, id LIMIT %s"""
    return [row[0] for row in run(sql, (endpoint, most))]


def taking(scope: Scope) -> list[TakingRow]:
    """Return the systems in use to which orders of a place may be handed over, by name."""
    sql = """SELECT id, name, classes::text, service FROM hotline_endpoint
             WHERE active AND posts AND place = ANY(%s) AND since <= %s AND (until IS NULL OR until >= %s)
             ORDER BY name, id"""
    day = today()
    return [
        TakingRow(key, name, {duty: code for code, duty in _classes(told).items()}, service)
        for key, name, told, service in run(sql, (places(scope), day, day))
    ]


def names(scope: Scope) -> dict[int, str]:
    """Return what the systems entered for a place are called, those no longer in use, too."""
    sql = "SELECT id, name FROM hotline_endpoint WHERE place = ANY(%s)"
    return dict(run(sql, (places(scope),)))


def due(moment: datetime, only: Sequence[int] = ()) -> list[int]:
    """Return the handovers to be tried at a moment, of these orders or of all, the longest waiting first."""
    sql = """SELECT id FROM hotline_handover WHERE state IN ('waiting', 'unsure', 'token') AND next_try <= %s
             AND (%s::bigint[] = '{}' OR matter = ANY(%s)) ORDER BY next_try, id LIMIT 200"""
    return [row[0] for row in run(sql, (moment, list(only), list(only)))]


def handed_by(endpoint: int, text: str) -> int:
    """Return the handover to a system that a text there names and whose number is not known yet; 0 for none."""
    named = _REFERENCE.findall(text)
    if not named:
        return 0
    sql = "SELECT id FROM hotline_handover WHERE endpoint = %s AND reference = ANY(%s) AND number = ''"
    rows = run(sql, (endpoint, named))
    return int(rows[0][0]) if len(rows) == 1 else 0


def there(endpoint: int, number: str) -> list[tuple[int, int]]:
    """Return (handover, order) of what bears a number in a system and is followed there."""
    sql = "SELECT id, matter FROM hotline_handover WHERE endpoint = %s AND number = %s AND state = 'there'"
    return [(row[0], row[1]) for row in run(sql, (endpoint, number))]


_HANDED = """SELECT h.id, h.matter, e.name, h.reference, h.state, h.number, coalesce(f.status, ''), h.fails, h.next_try,
               h.created_at, h.error
             FROM hotline_handover h JOIN hotline_endpoint e ON e.id = h.endpoint
             LEFT JOIN hotline_foreign f ON f.endpoint = h.endpoint AND f.number = h.number"""


def handovers(endpoint: int, limit: int = 50) -> list[HandoverRow]:
    """Return what was handed over to a system, the latest first."""
    sql = f"{_HANDED} WHERE h.endpoint = %s ORDER BY h.id DESC LIMIT %s"
    return [HandoverRow(*row) for row in run(sql, (endpoint, limit))]


def handed(matter: int) -> list[HandoverRow]:
    """Return how an order was handed over, each time it was."""
    return [HandoverRow(*row) for row in run(f"{_HANDED} WHERE h.matter = %s ORDER BY h.id", (matter,))]
