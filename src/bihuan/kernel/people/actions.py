"""Write persons. Every change is an entry in the person's own chain."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from bihuan.kernel.content.actions import Ref, Sealed, insert_many, purge, seal_value
from bihuan.kernel.content.classes import PERSONAL, SENSITIVE
from bihuan.kernel.errors import BadInput, Conflict, NotFound
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.ledger.actions import NewEntry, append_many, append_to
from bihuan.kernel.now import now
from bihuan.kernel.people.models import BASES
from bihuan.kernel.people.values import (
    blind,
    clean_name,
    clean_number,
    clean_phone,
    mask_name,
    mask_number,
    mask_phone,
)
from bihuan.kernel.store.sql import atomic, new_ids, run

#: Class of each field: an identity number is sensitive (个人信息保护法, article 28).
FIELDS = {"name": PERSONAL, "phone": PERSONAL, "number": SENSITIVE}

_MASKS = {"name": mask_name, "phone": mask_phone, "number": mask_number}
_CLEAN = {"name": clean_name, "phone": clean_phone, "number": clean_number}


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person to be stored, for one purpose on one legal basis (a name of ``models.BASES``)."""

    name: str
    phone: str = ""
    number: str = ""
    purpose: str = ""
    basis: str = "consent"
    until: datetime | None = None


def _check_ground(purpose: str, basis: str) -> None:
    if not purpose.strip():
        raise BadInput(_("Say for what purpose the person's information is kept."), "purpose")
    if basis not in BASES:
        raise BadInput(_("Name the legal basis for keeping the person's information."), "basis")


def _cleaned(values: dict[str, str]) -> dict[str, str]:
    return {name: _CLEAN[name](value) for name, value in values.items() if name == "name" or value.strip()}


def _seal(person: int, seq: int, values: dict[str, str]) -> list[Sealed]:
    return [seal_value(person, seq, name, value, FIELDS[name]) for name, value in values.items()]


def _columns(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def add_people(actor: Actor, people: Sequence[NewPerson]) -> list[int]:
    """Store persons set-based and return their ids in order.

    Raises FieldErrors for a value that can't be right and Conflict when somebody with
    the same identity number is stored already (find them with ``find_by_number``).
    """
    if not people:
        return []
    moment = now()
    ids = new_ids(len(people))
    entries, sealed, rows, grounds = [], [], [], []
    for person_id, person in zip(ids, people, strict=True):
        _check_ground(person.purpose, person.basis)
        values = _cleaned({"name": person.name, "phone": person.phone, "number": person.number})
        mine = _seal(person_id, 1, values)
        fields = {one.value.field: one.commitment for one in mine}
        facts = {"purpose": person.purpose, "basis": person.basis}
        entries.append(NewEntry(person_id, 1, b"", "people.add", moment, actor, facts, fields))
        sealed += mine
        rows.append((person_id, *_shown(values)))
        grounds.append((person_id, person.purpose.strip(), person.basis, person.until))
    with atomic():
        appended = append_many(entries, moment)
        _insert([(*row, done.hash) for row, done in zip(rows, appended, strict=True)], moment)
        insert_many(sealed)
        run(
            "INSERT INTO people_ground (person_id, purpose, basis, since, until) SELECT p, u, b, %s, t FROM"
            " unnest(%s::bigint[], %s::text[], %s::text[], %s::timestamptz[]) AS r(p, u, b, t)",
            (moment, *_columns(grounds)),
        )
    return ids


def add_person(actor: Actor, person: NewPerson) -> int:
    """Store one person and return the id."""
    return add_people(actor, [person])[0]


def _shown(values: dict[str, str]) -> tuple[Any, ...]:
    """Return masks and indexes in the order of the table."""
    masks = [mask(values.get(name, "")) if name in values else "" for name, mask in _MASKS.items()]
    return (*masks, blind("phone", values.get("phone", "")), blind("number", values.get("number", "")))


def _insert(rows: Sequence[tuple[Any, ...]], moment: datetime) -> None:
    try:
        run(
            "INSERT INTO people_person (id, name_mask, phone_mask, number_mask, phone_index, number_index,"
            " head, seq, ver, created) SELECT r.*, 1, 0, %s FROM unnest(%s::bigint[], %s::text[], %s::text[],"
            " %s::text[], %s::bytea[], %s::bytea[], %s::bytea[]) AS r",
            (moment, *_columns(rows)),
        )
    except IntegrityError as error:
        raise Conflict(_("A person with this identity number is stored already."), "number") from error


def amend_person(actor: Actor, person_id: int, **values: str) -> None:
    """Change name, phone or number (keywords; "" takes phone or number away).

    Raises NotFound, FieldErrors, and Conflict when another person has the number.
    """
    unknown = set(values) - set(FIELDS)
    if unknown or not values:
        raise BadInput(_("Name what to change: name, phone or number."), next(iter(unknown), ""))
    kept = _cleaned(values)
    shown: dict[str, Any] = {
        f"{name}_mask": _MASKS[name](kept[name]) if name in kept else "" for name in values
    }
    shown |= {f"{name}_index": blind(name, kept.get(name, "")) for name in values if name != "name"}

    def commit(seq: int) -> dict[str, str]:
        sealed = _seal(person_id, seq, kept)
        insert_many(sealed)
        return {one.value.field: one.commitment for one in sealed}

    with atomic():
        assigned = ", ".join(f"{column} = %s" for column in shown)
        try:
            sql = f"UPDATE people_person SET {assigned}, ver = ver + 1 WHERE id = %s RETURNING id"  # noqa: S608
            if not run(sql, (*shown.values(), person_id)):
                raise NotFound(_("There is no such person."), str(person_id))
        except IntegrityError as error:
            raise Conflict(_("A person with this identity number is stored already."), "number") from error
        append_to(person_id, "people.amend", actor, {"changed": sorted(values)}, commit)


def add_ground(actor: Actor, person_id: int, purpose: str, basis: str, until: datetime | None = None) -> None:
    """Add a purpose and its legal basis."""
    _check_ground(purpose, basis)
    with atomic():
        append_to(person_id, "people.ground", actor, {"purpose": purpose, "basis": basis})
        run(
            "INSERT INTO people_ground (person_id, purpose, basis, since, until) VALUES (%s, %s, %s, %s, %s)",
            (person_id, purpose.strip(), basis, now(), until),
        )


def end_ground(actor: Actor, person_id: int, purpose: str) -> None:
    """End a purpose now: consent withdrawn, contract over."""
    moment = now()
    with atomic():
        ended = run(
            "UPDATE people_ground SET until = %s WHERE person_id = %s AND purpose = %s AND since <= %s"
            " AND (until IS NULL OR until > %s) RETURNING id",
            (moment, person_id, purpose, moment, moment),
        )
        if not ended:
            raise NotFound(_("There is no such purpose to end."), "purpose")
        append_to(person_id, "people.ground_ended", actor, {"purpose": purpose})


def erase_person(actor: Actor, person_id: int, reason: str) -> None:
    """Destroy the keys of everything stored of a person; ids, masks emptied, remain."""
    purge(actor, person_id, reason=reason)


def forget(chain_id: int, gone: list[Ref]) -> None:
    """Empty masks and indexes of what was erased (called by the content room)."""
    fields = {ref.field for ref in gone} & set(FIELDS)
    if not fields:
        return
    emptied = {f"{name}_mask": "''" for name in fields} | {
        f"{name}_index": "NULL" for name in fields if name != "name"
    }
    assigned = ", ".join(f"{column} = {value}" for column, value in emptied.items())
    run(f"UPDATE people_person SET {assigned} WHERE id = %s", (chain_id,))  # noqa: S608
