"""Where and since when something is happening: the space–time permutation scan (Kulldorff 2005).

Events are counted by area and day. Every circle of neighbouring areas over every span of days up to today is
compared with what areas and days by themselves would bring; no population is needed. What is found is judged by
shuffling the days among the events.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """The most striking circle: its areas (nearest first), days up to today, events, how many were expected.

    ``chance``: how often shuffled days bring something as striking; 1 when that was not asked.
    """

    areas: tuple[int, ...]
    days: int
    count: int
    expected: float
    likelihood: float
    chance: float = 1.0


def neighbours(points: Array, most: int = 30) -> Array:
    """Return of each area itself and its nearest others, nearest first (``points``: a row an area, in metres)."""
    far = ((points[:, None, :] - points[None, :, :]) ** 2).sum(-1)
    return np.argsort(far, 1, kind="stable")[:, : min(most, len(points))]


def scan(counts: Array, near: Array, longest: int = 7, shuffles: int = 0, seed: int = 0) -> Found | None:
    """Return the most striking circle and span ending today; None when nothing is above what is expected.

    ``counts``: a row an area, a column a day, the last one today. ``shuffles``: 99 or 999 to learn the chance.
    """
    best = _best(counts, near, longest)
    if best is None or not shuffles:
        return best
    area, day = np.nonzero(counts)
    times = counts[area, day].astype(np.int64)
    area, day = np.repeat(area, times), np.repeat(day, times)
    random = np.random.default_rng(seed)
    as_striking = 1
    for _ in range(shuffles):
        other = np.zeros_like(counts)
        np.add.at(other, (area, random.permutation(day)), 1)
        found = _best(other, near, longest)
        as_striking += found is not None and found.likelihood >= best.likelihood
    return Found(
        best.areas, best.days, best.count, best.expected, best.likelihood, as_striking / (shuffles + 1)
    )


def _best(counts: Array, near: Array, longest: int) -> Found | None:
    total = float(counts.sum())
    if not total:
        return None
    recent = np.cumsum(counts[:, ::-1][:, :longest], 1, dtype=np.float32)
    seen = np.cumsum(np.take(recent, near, 0), 1)
    share = (recent.sum(0) / total).astype(np.float32)
    by_area = np.cumsum(counts.sum(1, dtype=np.float32)[near], 1)
    expected = by_area[:, :, None] * share + np.float32(1e-9)
    # the likelihood is at most chi-squared: logarithms are needed only where that could win
    bound = np.maximum(seen - expected, 0)
    bound *= bound
    bound /= expected * np.maximum(1 - expected / np.float32(total), np.float32(1e-9))
    at = int(bound.argmax())
    if bound.flat[at] <= 0:
        return None
    least = float(_likelihood(float(seen.flat[at]), float(expected.flat[at]), total))
    places = np.flatnonzero(bound >= least * (1 - 1e-4))
    seen, by_area = (
        seen.ravel()[places].astype(np.float64),
        by_area.ravel()[places // len(share)].astype(np.float64),
    )
    expected = by_area * (recent.sum(0, dtype=np.float64) / total)[places % len(share)]
    values = np.where(seen > expected, _likelihood(seen, expected, total), 0)
    best = int(values.argmax())
    if values[best] <= 0:
        return None
    at, days = divmod(int(places[best]), len(share))
    centre, circle = divmod(at, near.shape[1])
    areas = tuple(int(one) for one in near[centre, : circle + 1])
    return Found(areas, days + 1, int(seen[best]), float(expected[best]), float(values[best]))


def _likelihood(inside: Any, wanted: Any, total: float) -> Any:
    """Return the logarithm of the likelihood ratio of so many inside where so many were expected."""
    outside, rest = np.maximum(total - inside, 0), np.maximum(total - wanted, 1e-12)
    value = inside * np.log(np.maximum(inside, 1e-12) / np.maximum(wanted, 1e-12))
    return value + np.where(outside > 0, outside * np.log(np.maximum(outside, 1e-12) / rest), 0)
