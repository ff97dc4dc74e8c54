"""Proofs from stored hashes: a few hundred rows each, however large the tree."""

from collections import defaultdict
from collections.abc import Sequence

from django.utils.translation import gettext as _

from bihuan.kernel.errors import Unavailable
from bihuan.kernel.ledger.sealing import STEP
from bihuan.kernel.store.sql import run
from bihuan.logic.hashtree import Node, consistency_ranges, inclusion_ranges, leaf_hash, node_hash, proof

_LEAVES = (
    "SELECT r.n, l.hash FROM unnest(%s::int[], %s::bigint[], %s::bigint[]) AS r(n, first, last)"
    " JOIN ledger_leaf l ON l.position BETWEEN r.first AND r.last ORDER BY r.n, l.position"
)
_NODES = (
    "SELECT r.n, d.hash FROM unnest(%s::int[], %s::smallint[], %s::bigint[], %s::bigint[])"
    " AS r(n, level, first, last) JOIN ledger_node d ON d.level = r.level"
    ' AND d."index" BETWEEN r.first AND r.last ORDER BY r.n, d."index"'
)


def _fold_complete(hashes: list[bytes]) -> bytes:
    while len(hashes) > 1:
        hashes = [node_hash(hashes[i], hashes[i + 1]) for i in range(0, len(hashes), 2)]
    return hashes[0]


def fetch(nodes: Sequence[Node]) -> list[bytes]:
    """Return the hashes of complete nodes, folded from the stored level below each; two statements."""
    low, high = [], []
    for n, (level, index) in enumerate(nodes):
        base = level - level % STEP
        first, count = index << (level - base), 1 << (level - base)
        if base:
            high.append((n, base, first, first + count - 1))
        else:
            low.append((n, first, first + count - 1))
    found: dict[int, list[bytes]] = defaultdict(list)
    if low:
        for n, value in run(_LEAVES, [list(column) for column in zip(*low, strict=True)]):
            found[n].append(leaf_hash(value))
    if high:
        for n, value in run(_NODES, [list(column) for column in zip(*high, strict=True)]):
            found[n].append(value)
    for n, (level, _index) in enumerate(nodes):
        if len(found[n]) != 1 << level % STEP:
            raise Unavailable(_("The sealed tree has gaps: run the ledger's verification."), "ledger")
    return [_fold_complete(found[n]) for n in range(len(nodes))]


def inclusion(position: int, size: int) -> list[bytes]:
    """Return the proof that the leaf stands in the tree of ``size``."""
    return proof(inclusion_ranges(position, size), fetch)


def consistency(old: int, size: int) -> list[bytes]:
    """Return the proof that the tree of ``size`` extends the tree of ``old``."""
    return proof(consistency_ranges(old, size), fetch)
