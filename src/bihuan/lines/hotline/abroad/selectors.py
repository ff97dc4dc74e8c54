"""Read the foreign systems somebody keeps or works with, and what is known of an order's foreign number."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bihuan.kernel.identity import rights
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.store.sql import run


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
       (SELECT count(*) FROM hotline_foreign f WHERE f.endpoint = e.id AND f.matter > 0),
       (SELECT count(*) FROM hotline_foreign f WHERE f.endpoint = e.id AND f.matter = 0)
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
    """Return an order's foreign numbers."""
    sql = """SELECT e.name, f.number, f.status, f.seen_at FROM hotline_foreign f
             JOIN hotline_endpoint e ON e.id = f.endpoint WHERE f.matter = %s ORDER BY f.id"""
    return [ForeignRow(*row) for row in run(sql, (matter,))]


def to_ask(endpoint: int, most: int) -> list[str]:
    """Return numbers not yet opened or still open there, those not asked about for longest first."""
    sql = """SELECT number FROM hotline_foreign WHERE endpoint = %s AND (matter = 0 OR NOT status = 'closed')
             ORDER BY seen_at, id LIMIT %s"""
    return [row[0] for row in run(sql, (endpoint, most))]
