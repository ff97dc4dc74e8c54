"""The order by harm: which stuck matter a meeting should hear first, and why.

Points are the sum over the terms of weight × value, each value counted up to its bound. Weights are
dated rows of the house, not law: the formula is shown beside every order it makes, and a named
person may order otherwise with a reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

#: The terms, in the order they are shown: working days past the limit, on a binding chain (0 or 1), investment
#: in 亿元, times put off, enterprises waiting, times reopened, working days waiting for a meeting.
NAMES = ("late", "chain", "investment", "tabled", "enterprises", "reopened", "waiting")


@dataclass(frozen=True, slots=True)
class Weight:
    """Points for each unit of a term, counted up to ``bound`` (None: without bound)."""

    points: Decimal
    bound: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """What one term adds: its value, how much of it counts, the weight and the points."""

    term: str
    value: Decimal
    counted: Decimal
    weight: Decimal
    points: Decimal


@dataclass(frozen=True, slots=True)
class Harm:
    """The points of one matter and the terms they come from, in the order of :data:`NAMES`."""

    points: Decimal
    parts: tuple[Part, ...]


def harm(values: Mapping[str, Decimal | int], weights: Mapping[str, Weight]) -> Harm:
    """Return the harm of a matter; terms without a value or a weight add nothing, negative values count as 0."""
    parts = []
    for name in NAMES:
        weight, value = weights.get(name), Decimal(values.get(name, 0))
        if weight is None or value <= 0:
            continue
        counted = value if weight.bound is None else min(value, weight.bound)
        parts.append(Part(name, value, counted, weight.points, (counted * weight.points).normalize()))
    return Harm(sum((part.points for part in parts), Decimal(0)), tuple(parts))


@dataclass(frozen=True, slots=True)
class Ranked:
    """A key with its harm; ``place`` is the number a named person gave it, 0 for none."""

    key: int
    harm: Harm
    place: int = 0


def ordered(rows: Sequence[Ranked]) -> list[Ranked]:
    """Return rows in the order they are heard: those placed by a person at their number, the rest by harm.

    Equal harm keeps the older key first. Two placed at one number stand one after the other, the older first.
    """
    rest = sorted((row for row in rows if not row.place), key=lambda row: (-row.harm.points, row.key))
    result = list(rest)
    for row in sorted((row for row in rows if row.place), key=lambda row: (row.place, row.key)):
        spot = row.place - 1
        while spot < len(result) and result[spot].place == row.place:
            spot += 1
        result.insert(min(spot, len(result)), row)
    return result
