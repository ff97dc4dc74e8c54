"""How long things took: government-side days without stops, and what many of them come to. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import ceil
from statistics import median, quantiles

from bihuan.logic.rates import quotient
from bihuan.logic.workdays import Calendar

_ONE = timedelta(days=1)
Span = tuple[date, date]


def used(accepted: date, decided: date, stops: Iterable[Span], on: Calendar) -> int:
    """Return working days from acceptance (which does not count) to the decision, days inside stops left out.

    ``stops`` are from–to, both days inside; where they overlap a day is left out once.
    """
    total = on.working_between(accepted, decided)
    reached = accepted
    for since, until in sorted(stops):
        first, last = max(since, reached + _ONE), min(until, decided)
        if first <= last:
            total -= on.working_between(first - _ONE, last)
            reached = last
    return total


@dataclass(frozen=True, slots=True)
class Spread:
    """What durations come to. ``high`` is where outliers begin: above the third quartile by 1.5 of the middle half."""

    count: int
    mean: Decimal
    median: Decimal
    p90: int
    high: Decimal


def spread(values: Sequence[int]) -> Spread | None:
    """Return mean, median, 90th percentile (nearest rank) and the fence for outliers; None for no values."""
    if not values:
        return None
    ordered = sorted(values)
    quarter, _half, three = (
        quantiles(ordered, n=4, method="inclusive") if len(ordered) > 1 else [ordered[0]] * 3
    )
    mean = Decimal(sum(ordered)) / len(ordered)
    return Spread(
        len(ordered),
        mean.quantize(Decimal("0.01")),
        Decimal(str(median(ordered))),
        ordered[ceil(0.9 * len(ordered)) - 1],
        Decimal(str(three + 1.5 * (three - quarter))),
    )


def saved(pairs: Sequence[tuple[int, int]]) -> Decimal | None:
    """Return by how many per cent time was cut: 1 − mean used ÷ mean allowed, from (used, allowed)."""
    allowed = sum(limit for _used, limit in pairs)
    return quotient(allowed - sum(days for days, _limit in pairs), allowed, "%")
