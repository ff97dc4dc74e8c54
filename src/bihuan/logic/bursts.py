"""Early warning: more events of a subject at a place than its own past explains.

A **cell** is a subject at a place; what is counted are events (messages about one event counted once), a number a day.
Expected is the mean of the last eight weeks, weekday and holiday effects taken out over all cells together; how
much a cell scatters is learned per cell and drawn towards the common scatter (negative binomial). The surprise is
minus the logarithm of the chance of as much or more, the largest of the last one, two and three days.

**False alarms** are controlled over all cells at once and by what really happened, not by a formula: the surprise
from which a cell is raised is the one that let through :data:`ALLOWED` cells a day over the last eight weeks. Models of
scatter are optimistic in their tails, and so are procedures that trust them (Benjamini–Hochberg, EARS).
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
#: Days of past that a cell is compared with, and days before today left out (a burst must not raise its own past).
PAST, GAP = 56, 3
#: How many cells may be raised a day without cause, over all cells; below the promised two, for luck.
ALLOWED = 1.4
#: Days that are added up: today, with yesterday, with the day before.
SPANS = (1, 2, 3)
#: A raised cell is not raised again so many days.
QUIET = 7
#: Kinds of days: 0–6 Monday to Sunday, then holidays. Make-up days are given as the weekday they stand for.
HOLIDAY, KINDS = 7, 8
#: Fewer events than this in a span are no hotspot, however rare they are there: an example, not a rule.
FEWEST = 5
#: How many of a day's highest surprises are kept for the threshold.
KEPT = 200
#: Days that :func:`surprises` reads: the past, the gap and the longest span.
WINDOW = PAST + GAP + max(SPANS) - 1


class NoWatch(RuntimeError):
    """scipy is not installed."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """A cell that was raised: how many in the span of days, how many were expected, and how surprising that is."""

    cell: int
    days: int
    count: int
    expected: float
    surprise: float


class Watch:
    """Watches a number of cells, a day at a time; a day costs the same however long it has watched."""

    def __init__(self, cells: int, allowed: float = ALLOWED) -> None:
        _beta()
        self.cells, self.allowed = cells, allowed
        self._counts: deque[Array] = deque(maxlen=WINDOW)
        self._kinds: deque[int] = deque(maxlen=WINDOW)
        self._highest: deque[Array] = deque(maxlen=PAST)
        self._quiet = np.zeros(cells, np.int64)

    @property
    def threshold(self) -> float:
        """The surprise from which a cell is raised."""
        return threshold(self._highest, self.cells, self.allowed)

    def add(self, counts: Array, kind: int, *, learn: bool = True) -> list[Alarm]:
        """Take in the counts of a day, every cell's, and return the cells it raises, most surprising first.

        With ``learn=False`` the day doesn't move the threshold (a day known to be out of the ordinary).
        """
        self._counts.append(np.asarray(counts, np.float32))
        self._kinds.append(kind)
        if len(self._counts) < self._counts.maxlen if self._counts.maxlen else 0:
            return []
        surprise, span, count, expected = surprises(np.stack(self._counts), np.array(self._kinds))
        least = self.threshold
        self._quiet = np.maximum(self._quiet - 1, 0)
        fresh = self._quiet == 0
        raised = np.flatnonzero(fresh & (surprise > least))
        if learn:
            self._highest.append(np.sort(surprise[fresh])[-KEPT:])
        self._quiet[surprise > least] = QUIET
        order = raised[np.argsort(-surprise[raised], kind="stable")]
        return [
            Alarm(
                int(n),
                int(span[n]),
                int(count[n]),
                round(float(expected[n]), 2),
                round(float(surprise[n]), 2),
            )
            for n in order
        ]

    def factors(self) -> Array:
        """Return how many times the mean an average day of each kind brings, over all cells."""
        return factors(np.stack(self._counts), np.array(self._kinds))


def threshold(highest: Iterable[Array], cells: int, allowed: float = ALLOWED) -> float:
    """Return the surprise that let through ``allowed`` cells a day; ``highest``: the largest of each past day.

    Until four weeks are known it is as high as if chances were exact, and somewhat more.
    """
    days = list(highest)[-PAST:]
    cautious = float(np.log(max(cells, 1) / allowed) + 1.5)
    if len(days) < PAST // 2:
        return cautious
    seen = np.sort(np.concatenate(days))[::-1]
    place = int(allowed * len(days))
    return float(seen[place]) if place < len(seen) else cautious


def factors(counts: Array, kinds: Array) -> Array:
    """Return how many times the mean an average day of each kind brings, over all cells (a row a day)."""
    totals = counts.sum(1, dtype=np.float64)
    mean = max(totals.mean(), 1e-9)
    found = np.ones(KINDS)
    for kind in range(HOLIDAY):
        own = totals[kinds == kind]
        found[kind] = (own.sum() / mean + 1.0) / (len(own) + 1.0)
    own = totals[kinds == HOLIDAY]
    found[HOLIDAY] = (own.sum() / mean + found[6]) / (len(own) + 1.0)
    return np.maximum(found, 0.02)


def surprises(counts: Array, kinds: Array) -> tuple[Array, Array, Array, Array]:
    """Return (surprise, span, count, expected) of every cell on the last day.

    ``counts`` has a row a day (:data:`WINDOW` of them, the last one today) and a column a cell; ``kinds``
    is the kind of each day.

    Raises:
        NoWatch: without scipy.
    """
    beta = _beta()
    counts = np.asarray(counts, np.float32)
    cells, factor = counts.shape[1], factors(counts, kinds)[kinds]
    past, weight = counts[:PAST], factor[:PAST].astype(np.float32)
    level = (past.sum(0, dtype=np.float64) + 0.5) / weight.sum(dtype=np.float64)
    scatter = _scatter(past, level, weight)
    best = np.full(cells, -1.0)
    span, count, mean = np.ones(cells, int), np.zeros(cells), np.zeros(cells)
    for days in SPANS:
        seen, share = counts[-days:].sum(0), float(factor[-days:].sum())
        expected = level * share
        # the level itself is uncertain, and days of a span scatter apart
        wide = scatter / days + (1 / expected + scatter / days) * share / weight.sum()
        size = 1 / wide
        chance = beta(np.maximum(seen, 1), size, expected / (expected + size))
        surprise = np.where(seen > expected, -np.log(np.maximum(chance.astype(np.float64), 1e-300)), 0.0)
        better = surprise > best
        best, span = np.where(better, surprise, best), np.where(better, days, span)
        count, mean = np.where(better, seen, count), np.where(better, expected, mean)
    return best, span, count, mean


def usual(counts: Array, kinds: Array) -> Array:
    """Return how many events every cell was to bring on each day, by its past and the kind of day."""
    factor = factors(counts, kinds)[kinds]
    level = (counts[:PAST].sum(0, dtype=np.float64) + 0.5) / factor[:PAST].sum()
    return np.asarray(factor[:, None] * level[None, :])


def raised_from(counts: Array, kinds: Array, least: float, most: int = 400) -> Array:
    """Return from how many events on each single day the one cell of ``counts`` is raised at a threshold."""
    beta = _beta()
    expected = usual(counts, kinds)[:, 0]
    factor = factors(counts, kinds)[kinds]
    past, weight = np.asarray(counts[:PAST], np.float32), factor[:PAST].astype(np.float32)
    level = (past.sum(0, dtype=np.float64) + 0.5) / weight.sum(dtype=np.float64)
    scatter = float(_scatter(past, level, weight)[0])
    wide = scatter + (1 / expected + scatter) * factor / weight.sum()
    size = (1 / wide)[:, None]
    seen = np.arange(FEWEST, most + 1)[None, :]
    chance = beta(seen, size, (expected / (expected + 1 / wide))[:, None]).astype(np.float64)
    enough = (-np.log(np.maximum(chance, 1e-300)) > least) & (seen > expected[:, None])
    return np.asarray(np.where(enough.any(1), FEWEST + enough.argmax(1), most))


def _beta() -> Any:
    try:
        return import_module("scipy.special").betainc
    except ImportError as error:
        raise NoWatch(str(error)) from error


def _scatter(past: Array, level: Array, weight: Array) -> Array:
    """Return each cell's extra scatter (variance = mean + scatter × mean²), drawn towards that of all."""
    expected = weight[:, None] * level[None, :]
    above = ((past - expected) ** 2 - expected).sum(0)
    square = (expected**2).sum(0)
    common = max(float(above.sum() / max(square.sum(), 1e-9)), 0.005)
    pull = float(np.median(square)) + 1e-9
    return np.asarray(np.maximum((above + pull * common) / (square + pull), common / 2))
