"""Read the ledger: a chain's history, receipts, and the signed roots that go out."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import segno
from django.utils.translation import gettext as _

from bihuan.kernel.errors import Conflict, NotFound, Unavailable
from bihuan.kernel.ledger.heads import HEAD_SELECT, Head
from bihuan.kernel.ledger.keys import public_key_text
from bihuan.kernel.ledger.proofs import consistency, inclusion
from bihuan.kernel.store.sql import run
from bihuan.logic.hashtree import check_inclusion, leaf_hash
from bihuan.logic.receipt import TYPE, pack

_COLUMNS = "chain_id, seq, move, at, recorded, hash, text"


class NotSealed(Conflict):
    """The entry stands but isn't sealed yet: ask again in a minute."""

    code = "not_sealed"


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry as read back; ``facts``, ``fields`` and ``actor`` are what its text says."""

    chain_id: int
    seq: int
    move: str
    at: datetime
    recorded: datetime
    hash: bytes
    actor: dict[str, Any]
    facts: dict[str, Any]
    fields: dict[str, str]


def _entry(row: tuple[Any, ...]) -> EntryRow:
    chain_id, seq, move, at, recorded, value, text = row
    said = json.loads(text)
    return EntryRow(chain_id, seq, move, at, recorded, value, said["actor"], said["facts"], said["fields"])


def history(chain_id: int, using: str = "default") -> list[EntryRow]:
    """Return a chain's entries, first to last."""
    sql = f"SELECT {_COLUMNS} FROM ledger_entry WHERE chain_id = %s ORDER BY seq"  # noqa: S608
    return [_entry(row) for row in run(sql, (chain_id,), using)]


def histories(chain_ids: Sequence[int], using: str = "default") -> dict[int, list[EntryRow]]:
    """Return the entries of many chains with one statement."""
    sql = f"SELECT {_COLUMNS} FROM ledger_entry WHERE chain_id = ANY(%s::bigint[]) ORDER BY chain_id, seq"  # noqa: S608
    found: dict[int, list[EntryRow]] = {chain_id: [] for chain_id in chain_ids}
    for row in run(sql, (list(chain_ids),), using):
        found[row[0]].append(_entry(row))
    return found


def _covering_head(position: int) -> Head | None:
    """Return the last head of the day on which the leaf was sealed: the one that goes out in print."""
    rows = run(
        f"SELECT {HEAD_SELECT} FROM ledger_root WHERE day ="  # noqa: S608
        " (SELECT day FROM ledger_root WHERE size > %s ORDER BY size LIMIT 1) ORDER BY size DESC LIMIT 1",
        (position,),
    )
    return Head(*rows[0]) if rows else None


def receipt(chain_id: int, seq: int) -> dict[str, Any]:
    """Return the proof that an entry is sealed, to be checked offline (format: docs/ledger.md).

    Raises NotFound for an entry that isn't there, NotSealed for one the sealer hasn't
    reached, Unavailable when the stored tree doesn't prove it (then verify the ledger).
    """
    rows = run(
        "SELECT e.text, e.hash, l.position FROM ledger_entry e"
        " LEFT JOIN ledger_leaf l ON l.chain_id = e.chain_id AND l.seq = e.seq"
        " WHERE e.chain_id = %s AND e.seq = %s",
        (chain_id, seq),
    )
    if not rows:
        raise NotFound(_("There is no such entry."), f"{chain_id}/{seq}")
    text, value, position = rows[0]
    head = _covering_head(position) if position is not None else None
    if head is None:
        raise NotSealed(
            _("This entry is written but not sealed yet; sealing runs every minute. Ask again shortly."),
            f"{chain_id}/{seq}",
        )
    path = inclusion(position, head.size)
    if not check_inclusion(leaf_hash(value), position, head.size, path, head.root):
        raise Unavailable(
            _("The sealed tree does not prove this entry: run the ledger's verification."), "ledger"
        )
    return {
        "type": TYPE,
        "entry": text,
        "hash": value.hex(),
        "position": position,
        "path": [step.hex() for step in path],
        "head": head.text,
        "signature": head.signature.hex(),
    }


def receipt_qr(document: dict[str, Any]) -> str:
    """Return the receipt (without the entry's text) as an SVG to be printed at 5 cm or more."""
    code = segno.make_qr(pack(document), error="L")
    svg: str = code.svg_inline(scale=2, border=4, title=_("Receipt of the ledger"))
    return svg


def export_roots(since: date | None = None) -> dict[str, Any]:
    """Return the last signed head of each day, to be printed, mailed and kept elsewhere.

    ``verify(anchors=…)`` takes the list ``heads`` back and finds a ledger rolled back
    behind it. The public key belongs on the printed sheet.
    """
    rows = run(
        "SELECT DISTINCT ON (day) day, text, signature FROM ledger_root"
        " WHERE day >= %s ORDER BY day, size DESC",
        (since or date.min,),
    )
    heads = [{"day": row[0].isoformat(), "head": row[1], "signature": row[2].hex()} for row in rows]
    return {"type": "bihuan-roots/1", "public_key": public_key_text(), "heads": heads}


def prove_growth(old: int, size: int) -> dict[str, Any]:
    """Return the proof that the tree of ``size`` leaves extends that of ``old`` (sizes of signed heads)."""
    return {"old": old, "size": size, "path": [step.hex() for step in consistency(old, size)]}
