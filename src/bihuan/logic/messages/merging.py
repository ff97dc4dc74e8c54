"""Which messages are about the same event, and which events are hot.

Messages are compared by runs of two and three characters of subject and beginning (tf-idf, cosine). Likeness counts
less when they name different places, and the further they lie apart in time. Groups are joined by average
linkage, so that no chain of pairwise likeness draws strangers together. Needs scipy (the ``solve`` extra).
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any

import numpy as np

from bihuan.logic.messages.grams import Array, Kind, Vocabulary, counted, side_by_side
from bihuan.logic.messages.places import compared, places
from bihuan.logic.messages.words import Words

#: Messages at least this alike, on average, are about one event.
ALIKE = 0.3
#: Pairs less alike than this are never looked at.
_FAINT = 0.15
#: What likeness is worth when subjects share a place, one names none, both name others, or other districts; and
#: what is left of it so many days later.
_HERE, _UNSAID, _ELSEWHERE, _DISTRICTS, _LATER, _FADES = 1.25, 0.7, 0.35, 0.6, 0.75, 240
_BODY = 160
#: A name stands in at most this share of all subjects; more often it is a phrase.
_RARE = 0.01
#: Districts, towns and what everybody asks for join no issues.
_WIDE = re.compile(
    "[省市区县镇乡街村路线]|社区|大道|小区|业主|政策|咨询|购房|工程|农民|拖欠|扰民|噪音|问题|建议|反映|投诉|建设|严重"
)
_DISTRICT = re.compile(r"[A-Z]+\d+(?=[市区县])|[\u4e00-\u9fff]{2}(?=[区县](?!间|别|域))")
#: Parts of a graph with more messages than this are first cut at a higher likeness.
_WHOLE = 5000
_KINDS = (
    Kind("subject", chars=True, low=2, high=3, head=True, rare=2, weight=0.8),
    Kind("beginning", chars=True, low=2, high=3, head=False, rare=2, weight=0.6),
)


class NoMerger(RuntimeError):
    """scipy is not installed."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message: its id, who sent it, subject, text, when, and how many agreed and disagreed."""

    id: str
    sender: str
    subject: str
    text: str
    at: datetime
    agreed: int = 0
    disagreed: int = 0


@dataclass(frozen=True, slots=True)
class Hotspot:
    """An event that many write about.

    ``heat`` = different senders + the square root of the agreement: hundreds of ticks weigh like a dozen letters.
    """

    rank: int
    title: str
    place: str
    since: datetime
    until: datetime
    heat: float
    messages: tuple[str, ...]


def groups(messages: Sequence[Message], alike: float = ALIKE) -> list[int]:
    """Return each message's group: messages about one event share one.

    Raises:
        NoMerger: without scipy.
    """
    if not messages:
        return []
    try:
        graph_of = import_module("scipy.sparse.csgraph").connected_components
        linkage = import_module("scipy.cluster.hierarchy")
    except ImportError as error:
        raise NoMerger(str(error)) from error
    likeness = _likeness(messages)
    group = np.arange(len(messages))
    _count, part = graph_of(likeness, directed=False)
    order = np.argsort(part, kind="stable")
    for members in np.split(order, np.flatnonzero(np.diff(part[order])) + 1):
        for some in _parts(members, likeness, graph_of) if len(members) > _WHOLE else [members]:
            if len(some) > 1:
                far = np.maximum(1 - likeness[some][:, some].toarray(), 0)
                np.fill_diagonal(far, 0)
                tree = linkage.linkage(far[np.triu_indices(len(some), 1)], "average")
                joined = linkage.fcluster(tree, 1 - alike, "distance")
                group[some] = some[np.unique(joined, return_index=True)[1]][joined - 1]
    return [int(one) for one in group]


def _parts(members: Array, likeness: Any, graph_of: Any) -> list[Array]:
    """Part a graph that is too large for one table of distances at ever higher likeness."""
    least = _FAINT
    waiting: list[Array] = [members]
    small: list[Array] = []
    while waiting:
        least += 0.03
        again: list[Array] = []
        for some in waiting:
            inner = likeness[some][:, some]
            _count, part = graph_of(inner.multiply(inner >= least), directed=False)
            for number in range(_count):
                found = some[part == number]
                (again if len(found) > _WHOLE else small).append(found)
        waiting = again
    return small


def _likeness(messages: Sequence[Message]) -> Any:
    """Return the symmetric sparse matrix of likeness, faint pairs left out."""
    sparse = import_module("scipy.sparse")
    read = [_words(one) for one in messages]
    parts, widths = [], []
    for kind in _KINDS:
        counts = counted(kind, read)
        vocabulary = Vocabulary.of(kind, counts)
        parts.append(vocabulary.rows(kind, counts))
        widths.append(len(vocabulary.keys))
    rows = side_by_side(parts, widths)
    matrix = sparse.csr_matrix((rows.values, rows.columns, rows.starts), shape=(len(read), sum(widths)))
    named = [frozenset(compared(name) for name in places(one.subject)) for one in messages]
    district = [frozenset(_DISTRICT.findall(one.subject)) for one in messages]
    day = np.array([one.at.timestamp() / 86_400 for one in messages])
    found = []
    for at in range(0, len(read), 500):
        block = (matrix[at : at + 500] @ matrix.T).tocoo()
        kept = (block.data >= _FAINT) & (block.row + at < block.col)
        found.append((block.row[kept] + at, block.col[kept], block.data[kept]))
    row, column, value = (np.concatenate(some) for some in zip(*found, strict=True))
    pairs = list(zip(row.tolist(), column.tolist(), strict=True))
    value *= np.array([_nearness(named[i], named[j]) for i, j in pairs])
    value *= np.array(
        [_nearness(district[i], district[j], here=1.0, unsaid=1.0, apart=_DISTRICTS) for i, j in pairs]
    )
    value *= 1 - (1 - _LATER) * np.minimum(np.abs(day[row] - day[column]) / _FADES, 1)
    kept = value >= _FAINT
    half = sparse.csr_matrix((value[kept], (row[kept], column[kept])), shape=(len(read), len(read)))
    return (half + half.T).tocsr()


def _nearness(
    one: frozenset[str], other: frozenset[str], here: float | None = None, unsaid: float | None = None,
    apart: float | None = None,
) -> float:  # fmt: skip
    """Return what likeness is worth, by the places that both, one or none of two subjects name."""
    if one & other:
        return _HERE if here is None else here
    if one and other:
        return _ELSEWHERE if apart is None else apart
    return _UNSAID if unsaid is None else unsaid


def _words(message: Message) -> Words:
    """Return subject and beginning as two "words": characters are all that is compared."""
    subject, body = _bare(message.subject), _bare(message.text)[:_BODY]
    return Words((subject, subject + body), 1)


def _bare(text: str) -> str:
    return "".join(one for one in text if (one.isalnum() and not one.isascii()) or one.isdigit())


def hotspots(messages: Sequence[Message], fewest: int = 3, most: int = 100) -> list[Hotspot]:
    """Return the hot events, hottest first: at least ``fewest`` senders, or as much agreement."""
    ranked = sorted(
        ((_heat(some), some) for some in _issues(messages) if _counts(some, fewest)),
        key=lambda pair: (-pair[0], pair[1][0].id),
    )
    return [_told(rank, heat, some) for rank, (heat, some) in enumerate(ranked[:most], 1)]


def _issues(messages: Sequence[Message]) -> list[list[Message]]:
    """Return groups of messages; groups that are about the same name are one issue.

    The same name: a run of four characters that is rare in all subjects and stands in most subjects of both.
    """
    members: dict[int, list[Message]] = {}
    for one, group in zip(messages, groups(messages), strict=True):
        members.setdefault(group, []).append(one)
    rare = Counter(run for one in messages for run in _runs(one.subject, 4))
    most = max(5, len(messages) * _RARE)
    issues: list[list[Message]] = []
    holder: dict[str, int] = {}
    for some in sorted(members.values(), key=lambda some: (-len(some), some[0].id)):
        own = Counter(run for one in some for run in _runs(one.subject, 4))
        names = [
            run
            for run, count in own.items()
            if count >= 0.6 * len(some) and rare[run] <= most and not _WIDE.search(run)
        ]
        into = next((holder[run] for run in sorted(names) if run in holder and len(some) > 1), None)
        if into is None or not _meet(some, issues[into]):
            into = len(issues)
            issues.append([])
        issues[into].extend(some)
        if len(some) > 1:
            for run in names:
                holder.setdefault(run, into)
    return issues


def _meet(some: Sequence[Message], others: Sequence[Message]) -> bool:
    """Whether two groups name a common place, or one of them none."""
    ours, theirs = (
        {compared(name) for one in part for name in places(one.subject)} for part in (some, others)
    )
    return bool(ours & theirs) or not ours or not theirs


def _heat(some: Sequence[Message]) -> float:
    agreement = sum(one.agreed - one.disagreed for one in some)
    return round(len({one.sender for one in some}) + math.sqrt(max(0, agreement)), 2)


def _counts(some: Sequence[Message], fewest: int) -> bool:
    return len({one.sender for one in some}) >= fewest or _heat(some) >= 2 * fewest + 1


def _told(rank: int, heat: float, some: Sequence[Message]) -> Hotspot:
    ordered = sorted(some, key=lambda one: (one.at, one.id))
    named = Counter(
        name for one in some for name in dict.fromkeys(places(one.subject) or places(one.text)[:2])
    )
    place = min(named, key=lambda name: (-named[name], -len(name), name)) if named else ""
    if named[place] * 3 < len(some):
        place = ""
    runs = Counter(run for one in some for run in _runs(one.subject, 2))
    best = max(
        ordered, key=lambda one: sum(runs[run] for run in _runs(one.subject, 2)) / (8 + len(one.subject))
    )
    return Hotspot(
        rank, best.subject, place, ordered[0].at, ordered[-1].at, heat, tuple(one.id for one in ordered)
    )


def _runs(text: str, size: int) -> set[str]:
    bare = _bare(text)
    return {bare[at : at + size] for at in range(len(bare) - size + 1)}
