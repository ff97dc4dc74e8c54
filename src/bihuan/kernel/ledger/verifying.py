"""Verify the ledger: everything recomputed, in constant memory, from texts up to signatures."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connections
from django.utils.translation import gettext as _

from bihuan.kernel.ledger.entries import stamp
from bihuan.kernel.ledger.heads import HEAD_SELECT, Head
from bihuan.kernel.ledger.keys import known_keys
from bihuan.kernel.ledger.sealing import STEP
from bihuan.kernel.now import now
from bihuan.kernel.store.reading import alias
from bihuan.kernel.store.sql import Row, atomic, run
from bihuan.logic.hashtree import Frontier, leaf_hash
from bihuan.logic.receipt import verify_signature

#: Findings kept in the report; all are counted.
KEPT = 1_000
#: An entry recorded, by its own words, this long before the sealer last ran was back-dated.
LATE = timedelta(days=1)

_CHUNK = 5_000
_ENTRIES = (
    "SELECT e.chain_id, e.seq, e.move, e.at, e.recorded, e.hash, e.text, l.position, l.hash"
    " FROM ledger_entry e LEFT JOIN ledger_leaf l ON l.chain_id = e.chain_id AND l.seq = e.seq"
    " ORDER BY e.chain_id, e.seq"
)
_LEAVES = "SELECT position, chain_id, seq, hash FROM ledger_leaf ORDER BY position"
_NODES = 'SELECT level, "index", hash FROM ledger_node ORDER BY ("index" + 1) << level, level'
_HEADS = f"SELECT {HEAD_SELECT} FROM ledger_root ORDER BY size"  # noqa: S608
_ORPHANS = (
    "SELECT l.chain_id, l.seq FROM ledger_leaf l WHERE NOT EXISTS"
    " (SELECT 1 FROM ledger_entry e WHERE e.chain_id = l.chain_id AND e.seq = l.seq)"
    " ORDER BY l.position LIMIT %s"
)

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was sealed: ``kind`` is stable, ``where`` names the place."""

    kind: str
    where: str

    @property
    def message(self) -> str:
        """Return what it means, in the reader's language."""
        return {
            "altered": _("An entry is not what was written"),
            "missing": _("An entry is missing"),
            "broken": _("An entry does not follow from the one before"),
            "leaf": _("The order of the sealed entries has gaps"),
            "node": _("A stored node of the tree is not what its leaves give"),
            "root": _("A signed head does not fit the sealed entries"),
            "signature": _("A head was not signed with a known key"),
            "unsigned": _("Sealed entries stand after the last signed head"),
            "rolled_back": _("The ledger ends before a head that has gone out"),
            "back_dated": _("An entry was sealed long after it says it was recorded"),
            "unsealed": _("An entry has stood unsealed while later ones were sealed"),
        }[self.kind]


@dataclass(slots=True)
class Report:
    """The outcome. No findings: every sealed entry stands as it was sealed, in its place.

    Of the ``unsealed`` entries only text and chain could be checked; the oldest was
    recorded at ``unsealed_since``, so the window in which somebody with the database in
    hands could rewrite unnoticed is ``window`` wide.
    """

    at: datetime
    entries: int = 0
    leaves: int = 0
    heads: int = 0
    root: str = ""
    unsealed: int = 0
    unsealed_since: datetime | None = None
    count: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Tell whether nothing was found."""
        return self.count == 0

    @property
    def window(self) -> timedelta:
        """Return the age of the oldest unsealed entry (zero when there is none)."""
        return self.at - self.unsealed_since if self.unsealed_since else timedelta(0)

    def find(self, kind: str, where: str) -> None:
        """Count a finding, and keep it while there is room."""
        self.count += 1
        if len(self.findings) < KEPT:
            self.findings.append(Finding(kind, where))


def verify(
    progress: Progress | None = None, *, anchors: Sequence[dict[str, Any]] = (), using: str = "read"
) -> Report:
    """Recompute the whole ledger and report what doesn't fit.

    ``anchors`` are heads that went out earlier (``export_roots()["heads"]``): with them
    even a ledger cut back to an older state, heads and all, is found. ``progress`` is
    called with (rows done, rows in all). Reads one snapshot through server-side cursors.
    """
    report = Report(now())
    with _snapshot(using):
        total = sum(
            run("SELECT (SELECT count(*) FROM ledger_entry), (SELECT count(*) FROM ledger_leaf)", (), using)[
                0
            ]
        )
        step = _Step(progress, total)
        sealed = _check_entries(report, step, using)
        _check_tree(report, step, anchors, using)
        if sealed != report.leaves:
            for chain_id, seq in run(_ORPHANS, (KEPT,), using):
                report.find("missing", f"{chain_id}/{seq}")
        last = run("SELECT at FROM ledger_root ORDER BY size DESC LIMIT 1", (), using)
    if last and report.unsealed_since and report.unsealed_since < last[0][0] - LATE:
        report.find("unsealed", stamp(report.unsealed_since))
    return report


@contextmanager
def _snapshot(using: str) -> Iterator[None]:
    """Read everything as of one moment; inside an outer transaction its isolation stands."""
    outer = connections[alias(using)].in_atomic_block
    with atomic(using):
        if not outer:
            run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY", (), using)
        run(
            "SET LOCAL enable_hashjoin = off", (), using
        )  # the merge join streams, the hash join sorts a copy
        run("SET LOCAL cursor_tuple_fraction = 1", (), using)
        yield


class _Step:
    """Counts rows and calls the reader's progress once a chunk."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self.progress, self.total, self.done = progress, total, 0

    def add(self, rows: int) -> None:
        """Count ``rows`` more."""
        self.done += rows
        if self.progress:
            self.progress(self.done, self.total)


def _stream(sql: str, name: str, using: str, step: _Step | None = None) -> Iterator[Row]:
    with connections[alias(using)].connection.cursor(name=name, binary=True) as cursor:
        cursor.execute(sql)
        while rows := cursor.fetchmany(_CHUNK):
            yield from rows
            if step:
                step.add(len(rows))


def _prev_said(row: Row) -> str | None:
    """Return the hash the text follows from, None when text, hash and columns disagree."""
    chain_id, seq, move, at, recorded, value, text, position, sealed = row
    if hashlib.sha256(text.encode()).digest() != value or (position is not None and sealed != value):
        return None
    try:
        said = json.loads(text)
        told = (said["chain"], said["seq"], said["move"], said["at"], said["recorded"])
        prev: str = said["prev"]
    except (ValueError, KeyError, TypeError):
        return None
    return prev if told == (chain_id, seq, move, stamp(at), stamp(recorded)) else None


def _check_entries(report: Report, step: _Step, using: str) -> int:
    """Check texts and chains; return how many entries are sealed."""
    sealed, chain_id, seq, prev = 0, None, 0, ""
    for row in _stream(_ENTRIES, "ledger_entries", using, step):
        report.entries += 1
        if row[0] != chain_id:
            chain_id, seq, prev = row[0], 0, ""
        said = _prev_said(row)
        if said is None:
            report.find("altered", f"{row[0]}/{row[1]}")
        if row[1] != seq + 1:
            report.find("missing", f"{chain_id}/{seq + 1}")
        elif said is not None and said != prev:
            report.find("broken", f"{chain_id}/{row[1]}")
        seq, prev = row[1], row[5].hex()
        if row[7] is not None:
            sealed += 1
        else:
            report.unsealed += 1
            if report.unsealed_since is None or row[4] < report.unsealed_since:
                report.unsealed_since = row[4]
    return sealed


def _check_tree(report: Report, step: _Step, anchors: Sequence[dict[str, Any]], using: str) -> None:
    """Grow the tree from its leaves and hold nodes, heads and anchors against it."""
    frontier, heads = Frontier(), _Heads(report, using, anchors)
    nodes = _stream(_NODES, "ledger_nodes", using)
    for position, chain_id, seq, value in _stream(_LEAVES, "ledger_leaves", using, step):
        if position != report.leaves:
            report.find("leaf", str(report.leaves))
            report.leaves = position
        for (level, index), built in frontier.append(leaf_hash(value)):
            if level % STEP == 0 and next(nodes, None) != (level, index, built):
                report.find("node", f"{level}/{index}")
        report.leaves += 1
        heads.at(frontier, f"{chain_id}/{seq}")
    if next(nodes, None) is not None:
        report.find("node", "")
    heads.end(frontier)
    report.root = frontier.root().hex()


class _Heads:
    """Walks the signed heads beside the growing tree."""

    def __init__(self, report: Report, using: str, anchors: Sequence[dict[str, Any]]) -> None:
        self.report = report
        self.keys = known_keys()
        self.rows = _stream(_HEADS, "ledger_heads", using)
        self.before: Head | None = None
        self.next = self._take()
        said = [json.loads(anchor["head"]) for anchor in anchors]
        self.anchors = {head["size"]: head["root"] for head in said}

    def _take(self) -> Head | None:
        row = next(self.rows, None)
        return Head(*row) if row else None

    def at(self, frontier: Frontier, where: str) -> None:
        """Check the head and the anchor that stand at this size, if any does."""
        if self.anchors and (root := self.anchors.pop(frontier.size, None)) and root != frontier.root().hex():
            self.report.find("rolled_back", str(frontier.size))
        while self.next and self.next.size <= frontier.size:
            self._check(self.next, frontier, where)

    def _check(self, head: Head, frontier: Frontier, where: str) -> None:
        before = self.before
        self.report.heads += 1
        said = self._said(head, before)
        if said is None or head.size != frontier.size or head.root != frontier.root():
            self.report.find("root", str(head.size))
        if said and said["after"] and said["oldest"] < stamp(datetime.fromisoformat(said["after"]) - LATE):
            self.report.find("back_dated", where)
        self.before, self.next = head, self._take()
        if self.next is None or self.next.day != head.day:
            self._check_signature(head)

    @staticmethod
    def _said(head: Head, before: Head | None) -> dict[str, Any] | None:
        """Return what the signed text says, None when hash or columns disagree with it."""
        columns = {
            "at": stamp(head.at),
            "day": head.day.isoformat(),
            "key": head.key,
            "prev": before.hash.hex() if before else "",
            "root": head.root.hex(),
            "size": head.size,
        }
        if hashlib.sha256(head.text.encode()).digest() != head.hash:
            return None
        try:
            said = head.said()
            whole = isinstance(said["oldest"], str) and isinstance(said["after"], str)
            return said if whole and said == {**said, **columns} else None
        except (ValueError, KeyError, TypeError):
            return None

    def _check_signature(self, head: Head) -> None:
        """Check the last head of a day; those before it hang on it by their hashes."""
        key = self.keys.get(head.key)
        if key is None or not verify_signature(head.text, head.signature, key):
            self.report.find("signature", str(head.size))

    def end(self, frontier: Frontier) -> None:
        """Find heads beyond the last leaf, leaves beyond the last head, and anchors beyond both."""
        while self.next:
            self._check(self.next, frontier, "")
        if frontier.size and (self.before is None or self.before.size < frontier.size):
            self.report.find("unsigned", str(frontier.size))
        for size in sorted(self.anchors):
            self.report.find("rolled_back", str(size))
