"""Write values, hold them back, destroy their keys, and write down who was shown one."""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.content.classes import LOGGED
from bihuan.kernel.content.keys import ring, unwrap
from bihuan.kernel.content.selectors import SHOWN, Value, open_refs
from bihuan.kernel.content.values import KEY_COLUMNS, VALUE_COLUMNS, KeyRow, Ref, Sealed, make_key, seal_value
from bihuan.kernel.errors import BadInput, NotFound
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.ledger.actions import Appended, append_to
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import Row, atomic, run

__all__ = ["KEY_COLUMNS", "VALUE_COLUMNS", "Ref", "Sealed", "seal_value"]

#: Called inside the transaction with the chain and the places whose keys are gone:
#: rooms that keep derived terms (search, blind indexes, files) forget them there.
purge_hooks: list[Callable[[int, list[Ref]], None]] = []

#: Called inside the transaction when a whole chain is purged, with actor, chain and reason:
#: rooms that keep things of their own for it (files) purge them and return how many.
leak_hooks: list[Callable[[Actor, int, str], int]] = []

_Columns = tuple[tuple[str, str], ...]


def _insert(table: str, columns: _Columns, rows: Sequence[Sequence[Any]]) -> None:
    if not rows:
        return
    names = ", ".join(name for name, _kind in columns)
    arrays = ", ".join(f"%b::{kind}[]" for _name, kind in columns)
    run(
        f"INSERT INTO {table} ({names}) SELECT * FROM unnest({arrays})",  # noqa: S608
        [list(column) for column in zip(*rows, strict=True)],
    )


def insert_keys(rows: Sequence[KeyRow]) -> None:
    """Insert wrapped keys (of files and previews, too) with one statement."""
    _insert("content_key", KEY_COLUMNS, rows)


def insert_many(rows: Sequence[Sealed]) -> None:
    """Insert sealed values and their keys with two statements."""
    with atomic():
        _insert("content_value", VALUE_COLUMNS, [row.value for row in rows])
        insert_keys([row.key for row in rows])


def log_readings(refs: Sequence[Ref], actor: Actor, why: str) -> None:
    """Write down that ``actor`` is shown what stands at ``refs`` in clear; a reason is required."""
    if not why.strip():
        raise BadInput(_("Say why you need to see this."), "why")
    who = (actor.user, actor.post, actor.party, str(actor.kind))
    run(
        'INSERT INTO content_reading (at, chain_id, seq, field, "user", post, party, kind, why)'
        " SELECT %s, r.*, %s, %s, %s, %s, %s FROM unnest(%s::bigint[], %s::int[], %s::text[]) AS r",
        (now(), *who, why.strip(), *([list(column) for column in zip(*refs, strict=True)] or [[], [], []])),
    )


def read_many(refs: Sequence[Ref], actor: Actor, why: str) -> dict[Ref, Value]:
    """Return values in clear and log the reading of every personal one shown."""
    with atomic():
        values = open_refs(refs)
        shown = [v.ref for v in values.values() if v.cls in LOGGED and v.state == SHOWN]
        if shown:
            log_readings(shown, actor, why)
    return values


def _conditions(chain_id: int, seq: int | None, field: str | None) -> tuple[str, list[Any]]:
    where, params = "chain_id = %s", list[Any]((chain_id,))
    if seq is not None:
        where, params = where + " AND seq = %s", [*params, seq]
    if field is not None:
        where, params = where + " AND field = %s", [*params, field]
    return where, params


def _refs(rows: Sequence[Row]) -> list[Ref]:
    return sorted(Ref(*row) for row in rows)


def _write_down(chain_id: int, move: str, actor: Actor, refs: list[Ref], reason: str) -> Appended:
    """Append the entry that names the places, never the values; the reason is itself content."""
    if not reason.strip():
        raise BadInput(_("Give the reason."), "reason")

    def commit(seq: int) -> dict[str, str]:
        sealed = seal_value(chain_id, seq, "reason", reason.strip(), "open")
        insert_many([sealed])
        return {"reason": sealed.commitment}

    facts = {"values": [[ref.seq, ref.field] for ref in refs]}
    return append_to(chain_id, move, actor, facts, commit)


def _destroy(chain_id: int, seq: int | None, field: str | None) -> list[Ref]:
    where, params = _conditions(chain_id, seq, field)
    gone = _refs(run(f"DELETE FROM content_key WHERE {where} RETURNING chain_id, seq, field", params))  # noqa: S608
    for hook in purge_hooks if gone else ():
        hook(chain_id, gone)
    return gone


def _nothing() -> NotFound:
    return NotFound(_("There is no value to erase here."), "field")


def erase(
    actor: Actor, chain_id: int, *, field: str | None = None, seq: int | None = None, reason: str
) -> list[Ref]:
    """Destroy the keys of a field, of an entry's values, or of one value; return their places.

    The cipher text stays and is noise; entries, chain and tree stay valid. Copies of
    the key in backups live until those expire or the master key is rotated and destroyed.
    """
    if field is None and seq is None:
        raise BadInput(_("Name the field or the entry to erase."), "field")
    with atomic():
        gone = _destroy(chain_id, seq, field)
        if not gone:
            raise _nothing()
        _write_down(chain_id, "content.erase", actor, gone, reason)
    return gone


def purge(
    actor: Actor, chain_id: int, *, field: str | None = None, seq: int | None = None, reason: str
) -> list[Ref]:
    """Destroy the keys of a chain, or of a part of it, after a leak; return their places.

    A whole chain takes its files and their previews along; search terms and indexes are
    forgotten either way. Copies in backups: see ``erase``.
    """
    with atomic():
        gone = _destroy(chain_id, seq, field)
        whole = field is None and seq is None
        files = sum(hook(actor, chain_id, reason) for hook in leak_hooks) if whole else 0
        if not gone and not files:
            raise _nothing()
        _write_down(chain_id, "content.purge", actor, gone, reason)
    return gone


def hold(
    actor: Actor, chain_id: int, until: str, *, field: str | None = None, seq: int | None = None, reason: str
) -> list[Ref]:
    """Withhold values from everybody until ``until`` (a stage or event) is released."""
    if not until:
        raise BadInput(_("Name what must happen before the value may be read."), "until")
    return _withhold(chain_id, "content.hold", actor, (seq, field), ("", until), reason)


def release(actor: Actor, chain_id: int, until: str, *, reason: str) -> list[Ref]:
    """Let the values be read that wait for ``until``."""
    return _withhold(chain_id, "content.release", actor, (None, None), (until, ""), reason)


def _withhold(
    chain_id: int,
    move: str,
    actor: Actor,
    which: tuple[int | None, str | None],
    change: tuple[str, str],
    reason: str,
) -> list[Ref]:
    where, params = _conditions(chain_id, *which)
    before, after = change
    with atomic():
        rows = run(
            f"UPDATE content_key SET withheld = %s WHERE {where} AND withheld = %s"  # noqa: S608
            " RETURNING chain_id, seq, field",
            [after, *params, before],
        )
        if not rows:
            raise NotFound(_("There is no value this applies to."), "field")
        refs = _refs(rows)
        _write_down(chain_id, move, actor, refs, reason)
    return refs


def rotate(batch: int = 10_000) -> int:
    """Rewrap every key that an older master key wraps under the newest; return how many.

    Set-based, a transaction a batch, so it can be stopped and run again. When it
    returns 0 the older master keys can be taken out of the setting and destroyed.
    """
    done = 0
    while True:
        with atomic():
            rows = run(
                "SELECT chain_id, seq, field, kek, withheld, wrapped FROM content_key WHERE kek <> %s"
                " LIMIT %s FOR UPDATE SKIP LOCKED",
                (ring().current, batch),
            )
            if not rows:
                return done
            fresh = [_rewrap(KeyRow(*row)) for row in rows]
            run(
                "UPDATE content_key k SET kek = n.kek, wrapped = n.wrapped FROM"
                " unnest(%b::bigint[], %b::int[], %b::text[], %b::text[], %b::text[], %b::bytea[])"
                " AS n(chain_id, seq, field, kek, withheld, wrapped)"
                " WHERE (k.chain_id, k.seq, k.field) = (n.chain_id, n.seq, n.field)",
                [list(column) for column in zip(*fresh, strict=True)],
            )
        done += len(rows)


def _rewrap(row: KeyRow) -> KeyRow:
    ref = Ref(row.chain_id, row.seq, row.field)
    return make_key(ref, unwrap(row.kek, bytes(row.wrapped), ref.about()), row.withheld)
