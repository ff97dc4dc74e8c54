"""Read persons: masked for everybody who may know of them, in clear with a reason that is written down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from bihuan.kernel.content.actions import read_many
from bihuan.kernel.content.selectors import Read, readings
from bihuan.kernel.content.values import Ref
from bihuan.kernel.errors import NotFound
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import now
from bihuan.kernel.people.values import blind, clean_number, clean_phone
from bihuan.kernel.store.sql import run


@dataclass(frozen=True, slots=True)
class Masked:
    """A person as shown in lists: 王*平, 138****1234; '' where nothing is stored or it was erased."""

    id: int
    name: str
    phone: str
    number: str


@dataclass(frozen=True, slots=True)
class Clear:
    """A person in clear; '' where nothing is stored or it was erased."""

    id: int
    name: str
    phone: str
    number: str


def masked(person_ids: Sequence[int], using: str = "default") -> dict[int, Masked]:
    """Return persons as shown in lists, by id."""
    rows = run(
        "SELECT id, name_mask, phone_mask, number_mask FROM people_person WHERE id = ANY(%s::bigint[])",
        (list(person_ids),),
        using,
    )
    return {row[0]: Masked(*row) for row in rows}


def find_by_phone(phone: str, using: str = "default") -> list[int]:
    """Return the ids of persons with this phone number, however it is written; FieldErrors if it is none."""
    index = blind("phone", clean_phone(phone))
    return [
        row[0]
        for row in run("SELECT id FROM people_person WHERE phone_index = %s ORDER BY id", (index,), using)
    ]


def find_by_number(number: str, using: str = "default") -> int | None:
    """Return the id of the person with this identity number; FieldErrors if it is none."""
    index = blind("number", clean_number(number))
    rows = run("SELECT id FROM people_person WHERE number_index = %s", (index,), using)
    return rows[0][0] if rows else None


def read_people(person_ids: Sequence[int], actor: Actor, why: str) -> dict[int, Clear]:
    """Return persons in clear and log the reading of every value shown; ``why`` is required.

    Whether the actor may is asked of the permits room first.
    """
    rows = run(
        "SELECT v.chain_id, max(v.seq), v.field FROM content_value v"
        " JOIN people_person p ON p.id = v.chain_id WHERE v.chain_id = ANY(%s::bigint[])"
        " AND CASE v.field WHEN 'name' THEN p.name_mask"
        " WHEN 'phone' THEN p.phone_mask WHEN 'number' THEN p.number_mask ELSE '' END <> ''"
        " GROUP BY v.chain_id, v.field",
        (list(person_ids),),
    )
    values = read_many([Ref(*row) for row in rows], actor, why)
    found = {person_id: {"name": "", "phone": "", "number": ""} for person_id in masked(person_ids)}
    for ref, value in values.items():
        found[ref.chain_id][ref.field] = value.text
    return {person_id: Clear(person_id, **fields) for person_id, fields in found.items()}


def read_person(person_id: int, actor: Actor, why: str) -> Clear:
    """Return one person in clear (see ``read_people``); raise NotFound."""
    found = read_people([person_id], actor, why)
    if person_id not in found:
        raise NotFound(_("There is no such person."), str(person_id))
    return found[person_id]


def with_ground(
    person_ids: Sequence[int], purpose: str, at: datetime | None = None, using: str = "default"
) -> set[int]:
    """Return those whose information may be used for ``purpose`` at a moment (default: now)."""
    moment = at or now()
    rows = run(
        "SELECT DISTINCT person_id FROM people_ground WHERE person_id = ANY(%s::bigint[]) AND purpose = %s"
        " AND since <= %s AND (until IS NULL OR until > %s)",
        (list(person_ids), purpose, moment, moment),
        using,
    )
    return {row[0] for row in rows}


def readings_of(person_id: int, limit: int = 100) -> list[Read]:
    """Return who was shown the person in clear, why and when, latest first."""
    return readings(person_id, limit)
