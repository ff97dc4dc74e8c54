"""Features of messages: which words and runs of characters stand in them, as sparse rows of numbers.

Each kind of feature is a block of its own with sublinear counts, inverse document frequency and length 1, so
that long texts and frequent kinds do not drown the others. A feature is named by 40 bits of its characters:
no list of strings has to be kept, and among a million features hardly two fall together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bihuan.logic.messages.words import Words

Array = np.ndarray[Any, Any]
_BASE = np.uint64(0x9E3779B97F4A7C15)
_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
#: A feature keeps so many bits, a message has the rest: sixteen million messages at once.
_KEY_BITS = np.uint64(40)
_POWERS = np.cumprod(np.full(64, _BASE, np.uint64), dtype=np.uint64)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of feature: runs of ``low`` to ``high`` words or characters, of the subject only or of everything.

    ``rare``: a feature in fewer messages is left out. ``weight``: its block's length.
    """

    name: str
    chars: bool
    low: int
    high: int
    head: bool
    rare: int
    weight: float


#: The kinds in use. A subject says what a message is about better than its body, so it counts again.
KINDS = (
    Kind("words", False, 1, 1, False, 2, 1.0),
    Kind("pairs of words", False, 2, 2, False, 2, 0.5),
    Kind("characters", True, 1, 2, False, 2, 0.8),
    Kind("three characters", True, 3, 3, False, 3, 0.6),
    Kind("words of the subject", False, 1, 1, True, 2, 0.75),
    Kind("characters of the subject", True, 1, 3, True, 2, 0.75),
)


@dataclass(frozen=True, slots=True)
class Rows:
    """Sparse rows: row ``i`` has ``columns[starts[i]:starts[i + 1]]`` with ``values`` of the same places."""

    starts: Array
    columns: Array
    values: Array


def _mixed(keys: Array) -> Array:
    keys = (keys ^ (keys >> np.uint64(30))) * _MIX[0]
    keys = (keys ^ (keys >> np.uint64(27))) * _MIX[1]
    return np.asarray(keys ^ (keys >> np.uint64(31)))


def _codes(texts: Sequence[str]) -> tuple[Array, Array]:
    """Return the code points of all texts, one after another, and the length of each."""
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "replace"), np.uint32).astype(np.uint64)
    return codes, lengths


def _runs(units: Array, lengths: Array, low: int, high: int) -> tuple[Array, Array]:
    """Return (key, document) of every run of ``low`` to ``high`` neighbouring units inside a document."""
    document = np.repeat(np.arange(len(lengths)), lengths)
    keys, documents = [], []
    grown = np.zeros(len(units), np.uint64)
    for size in range(1, high + 1):
        rest = len(units) - size + 1
        if rest <= 0:
            break
        grown = grown[:rest] * _BASE + units[size - 1 :]
        if size >= low:
            inside = document[:rest] == document[size - 1 :]
            keys.append(_mixed(grown[inside] + np.uint64(size)))
            documents.append(document[:rest][inside])
    if not keys:
        return np.zeros(0, np.uint64), np.zeros(0, np.int64)
    return np.concatenate(keys), np.concatenate(documents)


def word_keys(words: Sequence[str]) -> Array:
    """Return one unit of 64 bits a word."""
    if not words:
        return np.zeros(0, np.uint64)
    codes, lengths = _codes(words)
    ends = np.cumsum(lengths)
    place = np.arange(len(codes)) - np.repeat(ends - lengths, lengths)
    return _mixed(np.add.reduceat(codes * _POWERS[place % 64], ends - lengths))


def keys_of(kind: Kind, messages: Sequence[Words]) -> tuple[Array, Array]:
    """Return (key, message) of every feature of a kind, as often as it stands there."""
    parts = [one.all[: one.head] if kind.head else one.all for one in messages]
    if kind.chars:
        return _runs(*_codes(["".join(part) for part in parts]), kind.low, kind.high)
    units = word_keys([word for part in parts for word in part])
    return _runs(units, np.fromiter(map(len, parts), np.int64, len(parts)), kind.low, kind.high)


@dataclass(frozen=True, slots=True)
class Counted:
    """How often which feature stands in which message: three arrays of one length, and how many messages."""

    messages: int
    message: Array
    key: Array
    count: Array

    def some(self, chosen: Array) -> "Counted":
        """Return the counts of some messages, renumbered in the given order."""
        place = np.full(self.messages, -1, np.int64)
        place[chosen] = np.arange(len(chosen))
        at = place[self.message]
        kept = at >= 0
        return Counted(len(chosen), at[kept], self.key[kept], self.count[kept])


def counted(kind: Kind, messages: Sequence[Words]) -> Counted:
    """Count a kind's features. A sort of plain integers is all it takes: message and feature share 64 bits."""
    keys, documents = keys_of(kind, messages)
    both = np.sort((documents.astype(np.uint64) << _KEY_BITS) | (keys >> (np.uint64(64) - _KEY_BITS)))
    first = np.flatnonzero(np.concatenate((both[:1] == both[:1], both[1:] != both[:-1])))
    found = both[first]
    return Counted(
        len(messages),
        (found >> _KEY_BITS).astype(np.int64),
        found & ((np.uint64(1) << _KEY_BITS) - np.uint64(1)),
        np.diff(np.append(first, len(both))),
    )


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The features of one kind that training saw often enough, sorted, and how telling each is (idf)."""

    keys: Array
    idf: Array

    @classmethod
    def of(cls, kind: Kind, counts: Counted) -> "Vocabulary":
        """Learn a kind's features from what was counted."""
        known, frequency = np.unique(counts.key, return_counts=True)
        kept = frequency >= kind.rare
        idf = np.log((1 + counts.messages) / (1 + frequency[kept])) + 1
        return cls(known[kept], idf.astype(np.float32))

    def rows(self, kind: Kind, counts: Counted) -> Rows:
        """Return the messages' rows in this kind: sublinear counts × idf, each row of the kind's weight."""
        many = counts.messages
        if not len(self.keys):
            return Rows(np.zeros(many + 1, np.int64), np.zeros(0, np.int64), np.zeros(0, np.float32))
        column = np.minimum(np.searchsorted(self.keys, counts.key), len(self.keys) - 1)
        known = self.keys[column] == counts.key
        row, column = counts.message[known], column[known]
        values = (1 + np.log(counts.count[known])) * self.idf[column]
        norms = np.sqrt(np.bincount(row, values**2, minlength=many))
        values *= kind.weight / np.where(norms > 0, norms, 1)[row]
        starts = np.concatenate(([0], np.cumsum(np.bincount(row, minlength=many))))
        return Rows(starts, column, values.astype(np.float32))


def side_by_side(parts: Sequence[Rows], widths: Sequence[int]) -> Rows:
    """Return rows that hold the columns of all parts, one kind after another."""
    count = len(parts[0].starts) - 1
    offsets = np.concatenate(([0], np.cumsum(widths)))
    rows = np.concatenate([np.repeat(np.arange(count), np.diff(part.starts)) for part in parts])
    columns = np.concatenate([part.columns + offsets[n] for n, part in enumerate(parts)])
    values = np.concatenate([part.values for part in parts])
    order = np.argsort(rows, kind="stable")
    starts = np.concatenate(([0], np.cumsum(np.bincount(rows, minlength=count))))
    return Rows(starts, columns[order], values[order])
