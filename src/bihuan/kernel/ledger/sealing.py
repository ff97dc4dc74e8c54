"""The sealer: entries that are surely committed become leaves of one signed tree."""

from dataclasses import dataclass

from bihuan.kernel.ledger.heads import HEAD_COLUMNS, HEAD_SELECT, Head, sign
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import Row, atomic, run
from bihuan.logic.hashtree import Frontier, leaf_hash

#: Nodes on every level divisible by this are stored.
STEP = 8

#: The two halves of the advisory lock that lets one sealer work at a time.
_LOCK = (0x6C656467, 0x7365616C)

_XMIN = "(SELECT pg_snapshot_xmin(pg_current_snapshot()))"
_XMAX = "(SELECT pg_snapshot_xmax(pg_current_snapshot()))"
_TAKE = (
    f"SELECT e.chain_id, e.seq, e.hash, e.recorded, LEAST(e.xact, {_XMIN})::text, {_XMIN}::text"  # noqa: S608
    " FROM ledger_entry e WHERE %s"
    " AND NOT EXISTS (SELECT 1 FROM ledger_leaf l WHERE l.chain_id = e.chain_id AND l.seq = e.seq)"
    " ORDER BY e.xact, e.chain_id, e.seq LIMIT %%s"
)
#: What this snapshot sees is committed. Whatever is still open has a number from xmin up, so
#: below xmin nothing can appear later, and the next run starts there.
_NEW = _TAKE % f"e.xact >= %s::xid8 AND e.xact < {_XMAX}"
#: After a restore, transaction numbers start anew and those in the rows say nothing, so the
#: first pass in a cluster looks at every entry.
_ALL = _TAKE % "true"


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a run of the sealer did: entries added and the size of the tree now."""

    added: int
    size: int


def last_head() -> Head | None:
    """Return the newest head, None before the first."""
    rows = run(f"SELECT {HEAD_SELECT} FROM ledger_root ORDER BY size DESC LIMIT 1")  # noqa: S608
    return Head(*rows[0]) if rows else None


def seal(batch: int = 20_000) -> Sealed:
    """Seal every entry that is surely committed, a transaction a batch; a second sealer waits.

    An entry whose transaction is still open is not seen and is left for the next run,
    which finds it however long it stays open. Raises Unavailable when there is no
    signing key.
    """
    added = 0
    while True:
        taken, size = _seal_batch(batch)
        added += taken
        if taken < batch:
            return Sealed(added, size)


def _seal_batch(batch: int) -> tuple[int, int]:
    with atomic():
        run("SELECT pg_advisory_xact_lock(%s::int, %s::int)", _LOCK)
        head = last_head()
        cluster = run("SELECT system_identifier::text FROM pg_control_system()")[0][0]
        whole = head is None or head.cluster != cluster
        rows = run(_ALL, (batch,)) if whole else run(_NEW, (head.bound if head else "0", batch))
        if not rows:
            return 0, head.size if head else 0
        full = len(rows) == batch
        # An unfinished pass over everything leaves the cluster open, so that the next batch goes on with it.
        mark = (rows[-1][4] if full else rows[-1][5], "" if full and whole else cluster)
        frontier = Frontier.load(head.size, head.peaks) if head else Frontier()
        _append(frontier, rows)
        oldest = min(row[3] for row in rows)
        fresh = sign(frontier, now(), oldest, head.hash if head else b"", mark)
        marks = "%s, " * 9 + "%s::xid8, %s"
        run(f"INSERT INTO ledger_root ({HEAD_COLUMNS}) VALUES ({marks})", fresh)  # noqa: S608
        return len(rows), fresh.size


def _append(frontier: Frontier, rows: list[Row]) -> None:
    """Write the leaves and the stored nodes they complete."""
    first = frontier.size
    nodes = [
        (level, index, value)
        for row in rows
        for (level, index), value in frontier.append(leaf_hash(row[2]))
        if level % STEP == 0
    ]
    run(
        "INSERT INTO ledger_leaf (position, chain_id, seq, hash)"
        " SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::int[], %s::bytea[])",
        (list(range(first, frontier.size)), *([row[i] for row in rows] for i in range(3))),
    )
    if nodes:
        run(
            'INSERT INTO ledger_node (level, "index", hash)'
            " SELECT * FROM unnest(%s::smallint[], %s::bigint[], %s::bytea[])",
            [list(column) for column in zip(*nodes, strict=True)],
        )
