"""Read values: in clear for whoever the floor above permits, and written down when it asks for it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bihuan.kernel.content.keys import decrypt, unwrap
from bihuan.kernel.content.values import SALT_BYTES, Ref, commit
from bihuan.kernel.ledger.selectors import history
from bihuan.kernel.store.sql import Row, run

SHOWN = "shown"
WITHHELD = "withheld"
ERASED = "erased"

_COLUMNS = "v.chain_id, v.seq, v.field, v.cls, v.cipher, k.kek, k.wrapped, k.withheld"
_JOIN = "content_value v LEFT JOIN content_key k USING (chain_id, seq, field)"


@dataclass(frozen=True, slots=True)
class Value:
    """A value as it may be shown: ``text`` is '' unless ``state`` is ``shown``.

    ``withheld`` names what must happen first; an erased value has lost its key for good.
    """

    ref: Ref
    cls: str
    state: str
    text: str = ""
    withheld: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """One line of the log of readings."""

    at: datetime
    ref: Ref
    kind: str
    user: int
    post: int
    party: int
    why: str


def _open(row: Row) -> Value:
    ref = Ref(row[0], row[1], row[2])
    if row[5] is None:
        return Value(ref, row[3], ERASED)
    if row[7]:
        return Value(ref, row[3], WITHHELD, withheld=row[7])
    data = decrypt(unwrap(row[5], row[6], ref.about()), row[4], ref.about())
    return Value(ref, row[3], SHOWN, data[SALT_BYTES:].decode())


def open_many(
    chain_ids: Sequence[int], fields: Iterable[str] | None = None, using: str = "default"
) -> dict[Ref, Value]:
    """Return the values of many chains by place, oldest first; ``fields`` narrows them by name.

    Nothing is masked and nothing is logged here: the permits room decides and
    calls ``actions.read_many`` for what it shows of a person in clear.
    """
    rows = run(
        f"SELECT {_COLUMNS} FROM {_JOIN} WHERE v.chain_id = ANY(%s::bigint[])"  # noqa: S608
        " AND (%s::text[] IS NULL OR v.field = ANY(%s::text[])) ORDER BY v.chain_id, v.seq, v.field",
        (list(chain_ids), *[None if fields is None else list(fields)] * 2),
        using,
    )
    return {value.ref: value for value in map(_open, rows)}


def open_values(
    chain_id: int, fields: Iterable[str] | None = None, using: str = "default"
) -> dict[Ref, Value]:
    """Return the values of one chain by place, oldest first (see ``open_many``)."""
    return open_many([chain_id], fields, using)


def open_refs(refs: Sequence[Ref], using: str = "default") -> dict[Ref, Value]:
    """Return the values at ``refs``; one that never stood is missing from the answer."""
    columns = [list(column) for column in zip(*refs, strict=True)] or [[], [], []]
    rows = run(
        f"SELECT {_COLUMNS} FROM unnest(%s::bigint[], %s::int[], %s::text[]) AS r(chain_id, seq, field)"  # noqa: S608
        f" JOIN {_JOIN.replace('content_value v', 'content_value v USING (chain_id, seq, field)', 1)}",
        columns,
        using,
    )
    return {value.ref: value for value in map(_open, rows)}


def altered(chain_id: int, using: str = "default") -> list[Ref]:
    """Return the places whose value is not the one its entry commits to.

    Encryption finds a changed value, this finds one exchanged by whoever holds the
    master key. Erased values can't be compared and are left out.
    """
    rows = run(f"SELECT {_COLUMNS} FROM {_JOIN} WHERE v.chain_id = %s", (chain_id,), using)  # noqa: S608
    said = {entry.seq: entry.fields for entry in history(chain_id, using)}
    found = []
    for row in rows:
        ref = Ref(row[0], row[1], row[2])
        if row[5] is not None:
            data = decrypt(unwrap(row[5], row[6], ref.about()), row[4], ref.about())
            if said.get(ref.seq, {}).get(ref.field) != commit(data[:SALT_BYTES], data[SALT_BYTES:]):
                found.append(ref)
    return found


def readings(chain_id: int, limit: int = 100) -> list[Read]:
    """Return who was shown values of a chain in clear, latest first."""
    rows = run(
        'SELECT at, chain_id, seq, field, kind, "user", post, party, why FROM content_reading'
        " WHERE chain_id = %s ORDER BY at DESC, id DESC LIMIT %s",
        (chain_id, limit),
    )
    return [Read(row[0], Ref(row[1], row[2], row[3]), *row[4:]) for row in rows]
