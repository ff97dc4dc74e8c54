"""The Merkle tree of RFC 9162 (section 2.1, the same tree as RFC 6962).

A leaf is hashed with a 0x00 in front, a node with a 0x01, so neither can pass
for the other. A complete subtree is named by ``(level, index)``: level 0 are
the leaves, ``(level, index)`` covers leaves ``index << level`` and the
``2**level − 1`` after it. Complete nodes never change as the tree grows, so
they may be stored; the ragged right edge is folded from them when asked.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence

Node = tuple[int, int]
#: Answers the hashes of complete nodes, in the order asked.
Fetch = Callable[[Sequence[Node]], Sequence[bytes]]

EMPTY = hashlib.sha256(b"").digest()
_WIDTH = 32


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf that holds ``data``."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node over two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def fold(peaks: Sequence[bytes]) -> bytes:
    """Return the root over complete subtrees given widest first (left to right)."""
    if not peaks:
        return EMPTY
    top = peaks[-1]
    for peak in reversed(peaks[:-1]):
        top = node_hash(peak, top)
    return top


class Frontier:
    """The right edge of a growing tree: all it takes to append, at most one hash a level."""

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        self.peaks = list(peaks)
        if len(self.peaks) != size.bit_count() or any(len(peak) != _WIDTH for peak in self.peaks):
            raise ValueError("peaks do not fit the size")

    @classmethod
    def load(cls, size: int, packed: bytes) -> "Frontier":
        """Rebuild a frontier from its size and :meth:`pack`."""
        return cls(size, [packed[i : i + _WIDTH] for i in range(0, len(packed), _WIDTH)])

    def pack(self) -> bytes:
        """Return the peaks as one byte string."""
        return b"".join(self.peaks)

    def append(self, leaf: bytes) -> list[tuple[Node, bytes]]:
        """Append a leaf hash; return the nodes above it that it completes."""
        done: list[tuple[Node, bytes]] = []
        index, level, top = self.size, 0, leaf
        while index & 1:
            top = node_hash(self.peaks.pop(), top)
            index >>= 1
            level += 1
            done.append(((level, index), top))
        self.peaks.append(top)
        self.size += 1
        return done

    def root(self) -> bytes:
        """Return the root of the tree as it stands."""
        return fold(self.peaks)


def root(leaves: Iterable[bytes]) -> bytes:
    """Return the root over leaf hashes."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


def complete(start: int, count: int) -> list[Node]:
    """Cut leaves ``start … start + count − 1`` into complete nodes, widest first.

    ``start`` must be a multiple of the widest node, as every range of a proof is.
    """
    nodes = []
    while count:
        level = count.bit_length() - 1
        nodes.append((level, start >> level))
        start += 1 << level
        count -= 1 << level
    return nodes


def _split(size: int) -> int:
    """Return the largest power of two below ``size``."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_ranges(index: int, size: int) -> list[tuple[int, int]]:
    """Return the ranges (start, count) whose roots prove leaf ``index`` in a tree of ``size``."""
    if not 0 <= index < size:
        raise ValueError("no such leaf in a tree of this size")
    start, ranges = 0, []
    while size > 1:
        half = _split(size)
        if index - start < half:
            ranges.append((start + half, size - half))
            size = half
        else:
            ranges.append((start, half))
            start, size = start + half, size - half
    return ranges[::-1]


def consistency_ranges(old: int, size: int) -> list[tuple[int, int]]:
    """Return the ranges whose roots prove that the tree of ``size`` extends the one of ``old``."""
    if not 0 < old <= size:
        raise ValueError("the older tree must be the smaller one, and not empty")
    start, whole, ranges = 0, True, []
    while old != size:
        half = _split(size)
        if old <= half:
            ranges.append((start + half, size - half))
            size = half
        else:
            ranges.append((start, half))
            start, old, size, whole = start + half, old - half, size - half, False
    if not whole:
        ranges.append((start, size))
    return ranges[::-1]


def proof(ranges: Sequence[tuple[int, int]], fetch: Fetch) -> list[bytes]:
    """Return the roots of ``ranges``, asking ``fetch`` once for every complete node in them."""
    cuts = [complete(start, count) for start, count in ranges]
    hashes = iter(fetch([node for cut in cuts for node in cut]))
    return [fold([next(hashes) for _ in cut]) for cut in cuts]


def check_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], top: bytes) -> bool:
    """Tell whether ``path`` proves the leaf hash at ``index`` under root ``top`` (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    low, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if low & 1 or low == last:
            found = node_hash(step, found)
            while not low & 1 and low:
                low, last = low >> 1, last >> 1
        else:
            found = node_hash(found, step)
        low, last = low >> 1, last >> 1
    return last == 0 and found == top


def check_consistency(old: int, size: int, old_top: bytes, top: bytes, path: Sequence[bytes]) -> bool:
    """Tell whether ``path`` proves that the tree under ``top`` extends that under ``old_top`` (2.1.4.2)."""
    if not 0 < old <= size:
        return False
    if old == size:
        return not path and old_top == top
    steps = list(path)
    if old & (old - 1) == 0:
        steps.insert(0, old_top)
    if not steps:
        return False
    low, last = old - 1, size - 1
    while low & 1:
        low, last = low >> 1, last >> 1
    first = second = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if low & 1 or low == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while not low & 1 and low:
                low, last = low >> 1, last >> 1
        else:
            second = node_hash(second, step)
        low, last = low >> 1, last >> 1
    return last == 0 and first == old_top and second == top
