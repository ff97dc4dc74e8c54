"""Write registers: nothing else does. Every change is an amend and an entry of the ledger."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import DataError, IntegrityError
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict, NotFound, Refused
from bihuan.kernel.identity.actors import Actor, Kind, Scope
from bihuan.kernel.intake.wording import word
from bihuan.kernel.ledger.actions import NewEntry, append_many
from bihuan.kernel.now import local, now
from bihuan.kernel.registers import rows as sql
from bihuan.kernel.registers.registry import Register
from bihuan.kernel.store.sql import atomic, new_ids, run

#: Rows written with one set of statements; keeps a large import's memory flat.
CHUNK = 1000

_AMEND = (
    "chain_id", "seq", "register", "move", "at", "recorded", "actor_kind", "actor_user", "actor_post",
    "actor_title", "delegated_by", "cause", "batch", "changes", "undoes", "salt", "key", "payload",
)  # fmt: skip
_FIXED = ("id", "creator_user", "creator_post", "created_at")


@dataclass(frozen=True, slots=True)
class Change:
    """The new code of one field, with the text as written and a note."""

    new: str | None
    written: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """What happens to one row: a new one when ``row_id`` is None.

    ``ver`` refuses the change when the row has moved on since it was read. ``columns``
    are further columns of the frame (lead_unit, party). ``cells`` sets what is
    remembered as written instead of what ``changes`` say.
    """

    changes: Mapping[str, Change] = field(default_factory=dict)
    row_id: int | None = None
    ver: int | None = None
    scope: Scope | None = None
    columns: Mapping[str, Any] = field(default_factory=dict)
    move: str = ""
    undoes: int | None = None
    cells: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class _Context:
    actor: Actor
    register: Register
    at: datetime
    recorded: datetime
    cause: str
    batch: int | None
    key: str = ""
    payload: str = ""


@dataclass(slots=True)
class _Write:
    """One row on its way to the database."""

    row: dict[str, Any]
    changes: dict[str, dict[str, Any]]
    move: str
    undoes: int | None
    salt: bytes = b""


def commitment(salt: bytes, name: str, code: str | None) -> str:
    """Return what the ledger holds of a value: HMAC-SHA256 of field and code under the amend's salt."""
    return hmac.new(
        salt, f"{name}\x00{'' if code is None else '=' + code}".encode(), hashlib.sha256
    ).hexdigest()


def amend(
    actor: Actor,
    register: Register,
    row_id: int | None,
    changes: Mapping[str, Any],
    *,
    at: datetime | None = None,
    cause: str = "",
    key: str = "",
    ver: int | None = None,
    scope: Scope | None = None,
    columns: Mapping[str, Any] | None = None,
) -> int:
    """Change one row, or create one, and return its id.

    ``changes`` maps fields to :class:`Change`, typed values or codes. The same
    ``key`` with the same content happens once; with another content it is a Conflict.
    """
    wanted = {name: _change(register, name, value) for name, value in changes.items()}
    item = Item(wanted, row_id, ver, scope, columns or {})
    payload = _payload(register, item) if key else ""
    with atomic():
        if key and (before := _seen(actor, key, payload)):
            return before
        context = _context(actor, register, at, cause, None, key, payload)
        return _write(context, [item])[0]


def amend_many(
    actor: Actor,
    register: Register,
    items: Iterable[Item],
    *,
    batch: int | None = None,
    at: datetime | None = None,
    cause: str = "",
) -> list[int]:
    """Change and create many rows in one transaction, a thousand a statement; return their ids in order."""
    context = _context(actor, register, at, cause, batch)
    ids: list[int] = []
    source = iter(items)
    with atomic():
        while chunk := list(islice(source, CHUNK)):
            ids += _write(context, chunk)
    return ids


def withdraw(actor: Actor, register: Register, row_id: int, *, cause: str, ver: int | None = None) -> None:
    """Take a row out of use; it keeps its history and its id."""
    with atomic():
        _write(_context(actor, register, None, cause, None), [Item({}, row_id, ver, move="withdraw")])


def _context(
    actor: Actor,
    register: Register,
    at: datetime | None,
    cause: str,
    batch: int | None,
    key: str = "",
    payload: str = "",
) -> _Context:
    if actor.kind is Kind.NOBODY:
        raise Refused(_("Please log in."))
    recorded = now()
    return _Context(actor, register, at or recorded, recorded, cause, batch, key, payload)


def _change(register: Register, name: str, value: Any) -> Change:
    column = register.columns.get(name)
    if column is None:
        raise BadInput(_("There is no such field here."), where=name)
    change = value if isinstance(value, Change) else Change(column.code(value))
    if fault := column.fault(change.new):
        raise BadInput(word(fault.code, fault.params), where=name, reason=fault.code)
    return change


def _payload(register: Register, item: Item) -> str:
    content = [register.name, item.row_id, {n: [c.new, c.written, c.note] for n, c in item.changes.items()}]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _seen(actor: Actor, key: str, payload: str) -> int:
    """Return the row an earlier request with this key wrote, 0 when there was none."""
    run("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"amend:{actor.kind}:{actor.user}:{key}",))
    found = run(
        """SELECT chain_id, payload FROM registers_amend
           WHERE actor_kind = %s AND actor_user = %s AND key = %s AND key <> ''""",
        (str(actor.kind), actor.user, key),
    )
    if found and found[0][1] != payload:
        raise Conflict(_("This key was used for another request."), where="key")
    return found[0][0] if found else 0


def _write(context: _Context, items: Sequence[Item]) -> list[int]:
    """Lock, compute, append to the ledger, write: a fixed number of statements for any number of rows."""
    register = context.register
    known = [item.row_id for item in items if item.row_id is not None]
    if len(set(known)) < len(known):
        raise BadInput(_("The same row is named twice."), where="row")
    live = sql.lock(register, known) if known else {}
    fresh = iter(new_ids(len(items) - len(known)) if len(items) > len(known) else ())
    ids, writes = [], []
    for item in items:
        row = _blank(context, next(fresh)) if item.row_id is None else live.get(item.row_id)
        if row is None:
            raise NotFound(_("There is no such row."), where=str(item.row_id))
        ids.append(row["id"])
        if write := _apply(context, item, row):
            writes.append(write)
    _record(context, writes)
    return ids


def _blank(context: _Context, row_id: int) -> dict[str, Any]:
    actor, register = context.actor, context.register
    row: dict[str, Any] = {"id": row_id, "seq": 0, "head": b"", "ver": -1, "cells": {}, "withdrawn_at": None}
    row |= dict.fromkeys(sql.SCOPE, 0) | {"lead_unit": 0, "party": actor.party}
    row |= {"creator_user": actor.user, "creator_post": actor.post, "created_at": context.recorded}
    for column in register.fields:
        row |= column.store(None)
    return row


def _apply(context: _Context, item: Item, row: dict[str, Any]) -> _Write | None:
    """Work one item into its row; None when nothing changes."""
    register, created = context.register, item.row_id is None
    if item.ver is not None and not created and row["ver"] != item.ver:
        raise Conflict(_("The row has been changed meanwhile. Reload and try again."), where=str(row["id"]))
    if row["withdrawn_at"] is not None:
        raise Conflict(_("The row has been withdrawn."), where=str(row["id"]))
    move = item.move or ("create" if created else "amend")
    changes: dict[str, dict[str, Any]] = {}
    cells = dict(row["cells"])
    for name, change in item.changes.items():
        column = register.columns[name]
        old = None if created else column.load(row)
        if old == change.new:
            continue
        changes[name] = _changed(old, change, cells.get(name))
        _remember(cells, name, change, context.batch)
        row |= column.store(change.new)
    frame = dict(item.columns) | (sql.scope_columns(item.scope) if item.scope else {})
    moved = {name: value for name, value in frame.items() if row[name] != value}
    changes |= {name: {"old": str(row[name]), "new": str(value)} for name, value in moved.items()}
    row |= moved | {"cells": {**cells, **item.cells} if item.cells is not None else cells}
    if not changes and move == "amend":
        return None
    row["cells"] = {name: held for name, held in row["cells"].items() if held}
    _finish(context, row, move)
    return _Write(row, changes, move, item.undoes)


def _changed(old: str | None, change: Change, was: Any) -> dict[str, Any]:
    found = {"old": old, "new": change.new, "written": change.written, "note": change.note, "was": was}
    return {name: value for name, value in found.items() if value or name in ("old", "new")}


def _remember(cells: dict[str, Any], name: str, change: Change, batch: int | None) -> None:
    """Keep how a value was written and with which import it came."""
    written = change.written if change.written != change.new else ""
    held = {"written": written, "note": change.note, "batch": batch}
    cells[name] = {part: value for part, value in held.items() if value} if change.new is not None else None


def _finish(context: _Context, row: dict[str, Any], move: str) -> None:
    register = context.register
    codes = register.codes(row)
    for column in register.fields:
        if column.required and codes[column.name] is None:
            raise BadInput(_("Please fill in “%(title)s”.") % {"title": _(column.title)}, where=column.name)
    row |= register.derive(codes, local(context.recorded).date())
    row |= {"seq": row["seq"] + 1, "ver": row["ver"] + 1, "amended_at": context.recorded}
    if move == "withdraw":
        row["withdrawn_at"] = context.recorded


def _record(context: _Context, writes: Sequence[_Write]) -> None:
    """Append to the ledger, then write rows and amends."""
    if not writes:
        return
    salts = secrets.token_bytes(16 * len(writes))
    for at, write in enumerate(writes):
        write.salt = salts[16 * at : 16 * at + 16]
    entries = append_many([_entry(context, write) for write in writes], context.recorded)
    for write, entry in zip(writes, entries, strict=True):
        write.row["head"] = entry.hash
    table = context.register.table
    created = [write.row for write in writes if write.move == "create"]
    changed = [write.row for write in writes if write.move != "create"]
    names = tuple(writes[0].row)
    try:
        sql.insert(table, names, created)
        if sql.replace(table, [name for name in names if name not in _FIXED], changed) < len(changed):
            raise Conflict(_("A row has been changed meanwhile. Reload and try again."), where="row")
        sql.insert("registers_amend", _AMEND, [_amend(context, write) for write in writes])
    except (IntegrityError, DataError) as error:
        raise _integrity(error) from error


def _integrity(error: IntegrityError | DataError) -> BadInput | Conflict:
    """Word what a constraint of the database refused."""
    diagnosis = getattr(error.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", "") or ""
    if getattr(error.__cause__, "sqlstate", "") == "23505":
        return Conflict(_("Such a row exists already."), where=name)
    return BadInput(_("The values contradict each other or lie outside what is possible."), where=name)


def _entry(context: _Context, write: _Write) -> NewEntry:
    row = write.row
    facts: dict[str, Any] = {"register": context.register.name, "changed": sorted(write.changes)}
    facts |= {"batch": context.batch} if context.batch else {}
    facts |= {"undoes": write.undoes} if write.undoes else {}
    fields = {name: commitment(write.salt, name, change["new"]) for name, change in write.changes.items()}
    if context.cause:
        fields["cause"] = commitment(write.salt, "cause", context.cause)
    return NewEntry(
        row["id"],
        row["seq"],
        bytes(row["head"]),
        f"register.{write.move}",
        context.at,
        context.actor,
        facts,
        fields,
    )


def _amend(context: _Context, write: _Write) -> dict[str, Any]:
    actor = context.actor
    return {
        "chain_id": write.row["id"],
        "seq": write.row["seq"],
        "register": context.register.name,
        "move": write.move,
        "at": context.at,
        "recorded": context.recorded,
        "actor_kind": str(actor.kind),
        "actor_user": actor.user,
        "actor_post": actor.post,
        "actor_title": actor.title[:200],
        "delegated_by": actor.delegated_by,
        "cause": context.cause,
        "batch": context.batch,
        "changes": write.changes,
        "undoes": write.undoes,
        "salt": write.salt,
        "key": context.key,
        "payload": context.payload,
    }


__all__ = ["CHUNK", "Change", "Item", "amend", "amend_many", "commitment", "withdraw"]
