"""Rows of registers in whole statements: locked, inserted, replaced."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bihuan.kernel.identity.actors import LEVELS, Scope
from bihuan.kernel.registers.registry import Register
from bihuan.kernel.store.sql import run

SCOPE = ("division", *LEVELS)
#: What every row of a register has beside its declared fields.
FRAME = (
    "id", "seq", "head", "ver", *SCOPE, "lead_unit", "party", "creator_user", "creator_post",
    "cells", "created_at", "amended_at", "withdrawn_at",
)  # fmt: skip


def scope_columns(scope: Scope) -> dict[str, int]:
    """Return a scope as database columns."""
    return {name: getattr(scope, name) for name in SCOPE}


def read(
    register: Register, where: str, params: Sequence[Any], using: str = "default", only: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Return rows of the register as mappings; ``where`` is SQL of this floor, never of a caller outside.

    ``only`` names the fields a list shows; by default all are read.
    """
    fields = [name for field in only for name in register.columns[field].stored] if only else register.stored
    names = (*FRAME, *fields, *register.shown)
    rows = run(f"SELECT {', '.join(names)} FROM {register.table} WHERE {where}", params, using)  # noqa: S608
    found = [dict(zip(names, row, strict=True)) for row in rows]
    for row in found:
        row["cells"] = json.loads(row["cells"])
    return found


def lock(register: Register, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Lock rows in the order of their ids and return them by id."""
    rows = read(register, "id = ANY(%s) ORDER BY id FOR UPDATE", (list(ids),))
    return {row["id"]: row for row in rows}


def _plain(value: Any) -> Any:
    if isinstance(value, (bytes, memoryview)):
        return "\\x" + bytes(value).hex()
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)


def _document(rows: Iterable[Mapping[str, Any]]) -> str:
    return json.dumps(list(rows), ensure_ascii=False, default=_plain)


def insert(table: str, names: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows given as mappings, one statement for all of them."""
    if rows:
        columns = ", ".join(names)
        sql = f"""INSERT INTO {table} ({columns})
                  SELECT {columns} FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb)"""  # noqa: S608
        run(sql, (_document(rows),))


def replace(table: str, names: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> int:
    """Write rows over what stood there if it still has the version before; return how many were."""
    if not rows:
        return 0
    columns = ", ".join(names)
    sql = f"""UPDATE {table} AS live SET ({columns}) = ROW({", ".join(f"new.{n}" for n in names)})
              FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb) AS new
              WHERE live.id = new.id AND live.ver = new.ver - 1 RETURNING live.id"""  # noqa: S608
    return len(run(sql, (_document(rows),)))
