"""Read registers: a row's history, and what it said on any day."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import NotFound
from bihuan.kernel.now import LOCAL
from bihuan.kernel.permits import walk
from bihuan.kernel.permits.rules import Branch
from bihuan.kernel.registers import rows
from bihuan.kernel.registers.actions import commitment
from bihuan.kernel.registers.registry import Register
from bihuan.kernel.store.sql import run


@dataclass(frozen=True, slots=True)
class AmendRow:
    """One amend as pages show it; ``changes`` maps fields to {"old", "new", "written", "note"}."""

    seq: int
    move: str
    at: datetime
    recorded: datetime
    actor_kind: str
    actor_user: int
    actor_post: int
    actor_title: str
    cause: str
    batch: int | None
    undoes: int | None
    changes: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class LiveRow:
    """A row as it is: codes by field, and for each field the text as written, a note and its import."""

    id: int
    ver: int
    codes: Mapping[str, str | None]
    cells: Mapping[str, Mapping[str, Any]]

    def written(self, name: str) -> str:
        """Return the text as somebody wrote it, "" when the value was computed or inferred."""
        held = self.cells.get(name) or {}
        return "" if held.get("note") else str(held.get("written", ""))


def live(register: Register, ids: Sequence[int] | None = None, using: str = "default") -> list[LiveRow]:
    """Return the rows in use, in the order they came; ``ids`` limits them to those a caller may see."""
    where, params = ("id = ANY(%s) AND ", (list(ids),)) if ids is not None else ("", ())
    found = rows.read(register, f"{where}withdrawn_at IS NULL ORDER BY id", params, using)
    return [LiveRow(row["id"], row["ver"], register.codes(row), row["cells"]) for row in found]


_HISTORY = """
SELECT seq, move, at, recorded, actor_kind, actor_user, actor_post, actor_title, cause, batch, undoes, changes
FROM registers_amend WHERE chain_id = %s AND register = %s ORDER BY seq
"""


def history(register: Register, row_id: int, using: str = "default") -> list[AmendRow]:
    """Return every amend of a row, oldest first."""
    found = run(_HISTORY, (row_id, register.name), using)
    return [AmendRow(*(*row[:-1], json.loads(row[-1]))) for row in found]


def current(register: Register, row_id: int, using: str = "default") -> dict[str, str | None] | None:
    """Return the codes of a row as it is, None when there is none or it was withdrawn."""
    found = rows.read(register, "id = %s AND withdrawn_at IS NULL", (row_id,), using)
    return register.codes(found[0]) if found else None


def as_of(
    register: Register, row_id: int, day: date, *, by: str = "recorded", using: str = "default"
) -> dict[str, str | None] | None:
    """Return the codes of a row as they stood at the end of ``day`` (Beijing time).

    ``by`` "recorded" is what the house knew then; "at" is what held then as known today.
    None when there was no such row, or it had been withdrawn.
    """
    end = datetime.combine(day, time(), LOCAL) + timedelta(days=1)
    amends = [a for a in history(register, row_id, using) if (a.recorded if by == "recorded" else a.at) < end]
    if not amends or any(amend.move == "withdraw" for amend in amends):
        return None
    codes: dict[str, str | None] = dict.fromkeys(register.columns)
    for amend in sorted(amends, key=lambda a: (a.seq if by == "recorded" else a.at.timestamp(), a.seq)):
        codes |= {name: change["new"] for name, change in amend.changes.items() if name in codes}
    return codes


def proves(register: Register, row_id: int) -> bool:
    """Tell whether the amends of a row open the commitments in its ledger entries."""
    found = run(
        """SELECT a.salt, a.changes, a.cause, e.text::jsonb -> 'fields'
           FROM registers_amend a LEFT JOIN ledger_entry e ON (e.chain_id, e.seq) = (a.chain_id, a.seq)
           WHERE a.chain_id = %s AND a.register = %s""",
        (row_id, register.name),
    )
    return bool(found) and all(
        _opens(bytes(salt), json.loads(changes), cause, json.loads(fields or "null"))
        for salt, changes, cause, fields in found
    )


def _opens(salt: bytes, changes: Mapping[str, Any], cause: str, fields: Mapping[str, str] | None) -> bool:
    expected = {name: commitment(salt, name, change["new"]) for name, change in changes.items()}
    if cause:
        expected["cause"] = commitment(salt, "cause", cause)
    return fields == expected


def newest(
    register: Register,
    seen: Sequence[Branch],
    where: Sequence[str] = (),
    params: Sequence[Any] = (),
    *,
    before: int = 0,
    limit: int = 50,
    using: str = "default",
    only: Sequence[str] = (),
) -> tuple[list[dict[str, Any]], int]:
    """Return (rows one may see, newest first, as mappings; id to continue before or 0).

    ``only`` names the fields wanted, all by default.
    ``where`` are conditions on the alias ``m`` by the floor above, never text from outside.
    """
    in_use = ("m.withdrawn_at IS NULL", *where)
    ids, values = walk.newest(
        register.table, seen, in_use, params, before=before, limit=limit + 1, columns=BRANCHES
    )
    if not ids:
        return [], 0
    wanted = f"id IN ({ids}) ORDER BY id DESC LIMIT %s"
    found = rows.read(register, wanted, [*values, limit + 1], using, only)
    return found[:limit], found[limit - 1]["id"] if len(found) > limit else 0


BRANCHES = frozenset(rows.SCOPE) | {"lead_unit", "party", "creator_user"}


def visible(
    register: Register, seen: Sequence[Branch], row_id: int, using: str = "default"
) -> dict[str, Any]:
    """Return one row as a mapping; NotFound also when it lies outside what one may see."""
    found = rows.read(register, "id = %s AND withdrawn_at IS NULL", (row_id,), using)
    branches = [b for b in seen if b.column in BRANCHES or b.column == "*"]
    if not found or not any(b.column == "*" or (b.value and found[0][b.column] == b.value) for b in branches):
        raise NotFound(_("There is no such row, or you may not see it."), where=str(row_id))
    return found[0]
