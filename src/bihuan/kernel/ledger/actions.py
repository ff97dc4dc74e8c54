"""Write the ledger: append entries, seal what is committed, verify what is sealed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import IntegrityError
from django.utils.translation import gettext as _

from bihuan.kernel.errors import Conflict
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.ledger.entries import ENTRY_COLUMNS, Built, NewEntry, build, entry_params
from bihuan.kernel.ledger.sealing import Sealed, seal
from bihuan.kernel.ledger.verifying import Finding, Report, verify
from bihuan.kernel.now import now
from bihuan.kernel.store.models import Chained
from bihuan.kernel.store.sql import atomic, run

__all__ = [
    "ENTRY_COLUMNS",
    "Appended",
    "Built",
    "Finding",
    "NewEntry",
    "Report",
    "Sealed",
    "append_many",
    "append_to",
    "build",
    "entry_params",
    "insert_built",
    "seal",
    "verify",
]

_NAMES = ", ".join(name for name, _kind in ENTRY_COLUMNS)
#: Binary arrays: psycopg writes text arrays in Python, seven times slower.
_ARRAYS = ", ".join(f"%b::{kind}[]" for _name, kind in ENTRY_COLUMNS)
_INSERT = f"INSERT INTO ledger_entry ({_NAMES}) SELECT * FROM unnest({_ARRAYS})"  # noqa: S608
_LAST = "SELECT seq, hash FROM ledger_entry WHERE chain_id = %s ORDER BY seq DESC LIMIT 1"


@dataclass(frozen=True, slots=True)
class Appended:
    """An entry that stands: its place and its hash, the next one's ``prev``."""

    chain_id: int
    seq: int
    hash: bytes


def insert_built(rows: Sequence[Built]) -> None:
    """Insert built entries with one statement; an entry that stands already raises Conflict."""
    if not rows:
        return
    columns = zip(*map(entry_params, rows), strict=True)
    try:
        run(_INSERT, [list(column) for column in columns])
    except IntegrityError as error:
        raise Conflict(_("Somebody was first: the history has moved on. Reload and try again.")) from error


def append_many(rows: Sequence[NewEntry], recorded: datetime | None = None) -> list[Appended]:
    """Append entries set-based and return them in order.

    The caller holds the chained rows (lock or compare-and-swap) and writes the
    returned hash and seq to them in the same transaction. A row may be the
    successor of another in the same call if it carries that one's hash.
    """
    moment = recorded or now()
    built = [build(row, moment) for row in rows]
    insert_built(built)
    return [Appended(row.chain_id, row.seq, row.hash) for row in built]


def _advance(chain_id: int) -> tuple[int, bytes, str]:
    """Lock the chained row and return its seq, head and table ('' when the chain has no row)."""
    for model in apps.get_models():
        if issubclass(model, Chained):
            table = model._meta.db_table
            found = run(f'SELECT seq, head FROM "{table}" WHERE id = %s FOR UPDATE', (chain_id,))  # noqa: S608
            if found:
                return found[0][0], bytes(found[0][1]), table
    run("SELECT pg_advisory_xact_lock(%s)", (chain_id,))
    last = run(
        "SELECT seq, hash FROM ledger_entry WHERE chain_id = %s ORDER BY seq DESC LIMIT 1", (chain_id,)
    )
    return (last[0][0], bytes(last[0][1]), "") if last else (0, b"", "")


def append_to(
    chain_id: int,
    move: str,
    actor: Actor,
    facts: dict[str, Any],
    commit: Callable[[int], dict[str, str]] | None = None,
) -> Appended:
    """Append one entry to whatever chain that is and advance its row's seq and head.

    For the rare acts of the ground floor (erase, purge, hold, a person amended):
    the row is found by its id, which names one thing in the whole house. ``ver``
    stays, as for every commutative move. ``commit`` gets the new seq, writes the values
    that belong to it and returns their commitments.
    """
    with atomic():
        seq, head, table = _advance(chain_id)
        moment = now()
        commitments = commit(seq + 1) if commit else {}
        entry = NewEntry(chain_id, seq + 1, head, move, moment, actor, facts, commitments)
        (done,) = append_many([entry], moment)
        if table:
            sql = f'UPDATE "{table}" SET seq = %s, head = %s WHERE id = %s'  # noqa: S608
            run(sql, (done.seq, done.hash, chain_id))
        return done
