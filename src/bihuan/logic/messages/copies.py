"""Near copies: messages sent again with a few words changed. They must not stand on both sides of a test."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

#: Two messages are near copies when they share so much of all their different words.
OVERLAP = 0.7


def groups(messages: Sequence[frozenset[str]], overlap: float = OVERLAP) -> list[int]:
    """Return each message's group: near copies, and copies of copies, share one.

    Only messages that share one of their rarest words are compared: with an overlap of at least ``overlap``
    (Jaccard) two sets can't have all their rare words apart.
    """
    frequency = Counter(word for one in messages for word in one)
    parent = list(range(len(messages)))
    holders: dict[str, list[int]] = defaultdict(list)
    for number in sorted(range(len(messages)), key=lambda at: len(messages[at])):
        ours = messages[number]
        telling = sorted(ours, key=lambda word: (frequency[word], word))
        telling = telling[: len(ours) - math.ceil(overlap * len(ours) - 1e-9) + 1]
        for other in {at for word in telling for at in holders[word]}:
            theirs = messages[other]
            if len(theirs) < overlap * len(ours):
                continue
            common = len(ours & theirs)
            if common >= overlap * (len(ours) + len(theirs) - common):
                parent[_root(parent, number)] = _root(parent, other)
        for word in telling:
            holders[word].append(number)
    return [_root(parent, number) for number in range(len(messages))]


def _root(parent: list[int], number: int) -> int:
    while parent[number] != number:
        parent[number] = parent[parent[number]]
        number = parent[number]
    return number


def folds(labels: Sequence[str], group: Sequence[int], count: int = 5, seed: int = 0) -> list[int]:
    """Return each message's fold: groups stay whole, folds get like shares of every label.

    Larger groups are dealt first, each to the fold that has least of its label.
    """
    members: dict[int, list[int]] = defaultdict(list)
    for number, one in enumerate(group):
        members[one].append(number)
    order = sorted(
        members, key=lambda one: (-len(members[one]), (one * 2_654_435_761 + seed * 40_503) % 2**32)
    )
    held: dict[str, list[int]] = defaultdict(lambda: [0] * count)
    total, fold = [0] * count, [0] * len(group)
    for one in order:
        label = Counter(labels[number] for number in members[one]).most_common(1)[0][0]
        best = min(range(count), key=lambda at: (held[label][at], total[at]))
        for number in members[one]:
            fold[number] = best
            held[labels[number]][best] += 1
        total[best] += len(members[one])
    return fold
