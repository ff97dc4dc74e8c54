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

#: Before every entry.
_START = ("0", -(2**63), 0)
#: What this snapshot sees is committed, or written by this very transaction, with which the seal
#: stands or falls. Whatever is still open has a number from xmin up, so
#: below xmin nothing can appear later, and the next run starts there. After a restore
#: transaction numbers start anew and those in the rows say nothing: the first run in a
#: cluster takes every entry.
_TAKE = (
    "SELECT e.chain_id, e.seq, e.hash, e.recorded, e.xact::text,"
    " (SELECT pg_snapshot_xmin(pg_current_snapshot()))::text FROM ledger_entry e"
    " WHERE (e.xact, e.chain_id, e.seq) > (%s::xid8, %s::bigint, %s::int)"
    " AND (%s::boolean OR e.xact < (SELECT pg_snapshot_xmax(pg_current_snapshot()))"
    "  OR e.xact = (SELECT pg_current_xact_id_if_assigned()))"
    " AND NOT EXISTS (SELECT 1 FROM ledger_leaf l WHERE l.chain_id = e.chain_id AND l.seq = e.seq)"
    " ORDER BY e.xact, e.chain_id, e.seq LIMIT %s"
)


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a run of the sealer did: entries added and the size of the tree now."""

    added: int
    size: int


def last_head() -> Head | None:
    """Return the newest head, None before the first."""
    rows = run(f"SELECT {HEAD_SELECT} FROM ledger_root ORDER BY size DESC LIMIT 1")  # noqa: S608
    return Head(*rows[0]) if rows else None


class _Run:
    """One run of the sealer: batches walk on from where the one before ended.

    Only the last batch moves the bound, to the xmin of the first one's snapshot: what
    committed behind the walker's back is found by the next run.
    """

    def __init__(self, batch: int) -> None:
        head = last_head()
        self.batch = batch
        self.after = head.at if head else None
        self.cursor: tuple[str, int, int] | None = None
        self.bound = ""

    def step(self) -> tuple[int, bool]:
        """Seal one batch in a transaction of its own; return (entries taken, whether more wait)."""
        with atomic():
            run("SELECT pg_advisory_xact_lock(%s::int, %s::int)", _LOCK)
            head = last_head()
            cluster = run("SELECT system_identifier::text FROM pg_control_system()")[0][0]
            whole = head is None or head.cluster != cluster
            if self.cursor is None:
                self.cursor = (head.bound, *_START[1:]) if head and not whole else _START
            rows = run(_TAKE, (*self.cursor, whole, self.batch + 1))
            more, rows = len(rows) > self.batch, rows[: self.batch]
            if rows:
                self.bound = self.bound or rows[0][5]
                self.cursor = (rows[-1][4], rows[-1][0], rows[-1][1])
                stay = (head.bound, head.cluster) if head else ("0", "")
                self._sign(head, rows, stay if more else (self.bound, cluster))
            return len(rows), more

    def _sign(self, head: Head | None, rows: list[Row], mark: tuple[str, str]) -> None:
        frontier = Frontier.load(head.size, head.peaks) if head else Frontier()
        _append(frontier, rows)
        span = (self.after, min(row[3] for row in rows))
        fresh = sign(frontier, now(), span, head.hash if head else b"", mark)
        marks = "%s, " * 9 + "%s::xid8, %s"
        run(f"INSERT INTO ledger_root ({HEAD_COLUMNS}) VALUES ({marks})", fresh)  # noqa: S608


def seal(batch: int = 20_000) -> Sealed:
    """Seal every entry that is committed, a transaction a batch; a second sealer waits.

    An entry whose transaction is still open is not seen and is left for the next run,
    which finds it however long it stays open. Raises Unavailable when there is no
    signing key.
    """
    walk, added, more = _Run(batch), 0, True
    while more:
        taken, more = walk.step()
        added += taken
    head = last_head()
    return Sealed(added, head.size if head else 0)


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
        " SELECT * FROM unnest(%b::bigint[], %b::bigint[], %b::int[], %b::bytea[])",
        (list(range(first, frontier.size)), *([row[i] for row in rows] for i in range(3))),
    )
    if nodes:
        run(
            'INSERT INTO ledger_node (level, "index", hash)'
            " SELECT * FROM unnest(%b::smallint[], %b::bigint[], %b::bytea[])",
            [list(column) for column in zip(*nodes, strict=True)],
        )
