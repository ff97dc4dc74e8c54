"""How likely a day is: the same network many times over, each node lasting as long as such nodes have lasted.

A spread says how the real length of a node relates to the planned one. Before there are enough finished
nodes of one's own it is a triangle over stated guesses, and the answer is a reference value (参考值) only;
afterwards a lognormal fitted to what was finished. The draw is seeded, so the same question gives the same answer.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import exp, log, sqrt

import numpy as np
from numpy.typing import NDArray

from bihuan.logic.schedule_network import Activity, After, ScheduleError, in_order
from bihuan.logic.workdays import SIZE, Calendar

Floats = NDArray[np.float32]
Days = NDArray[np.int32]
Sampler = Callable[[np.random.Generator, int], Floats]

#: So many finished nodes of a kind, and theirs count instead of guesses.
ENOUGH = 12
#: What a fit on few cases may at most say: half or five times the planned length, one standard deviation.
_WIDEST = 0.8
DRAWS = 100_000
_BINS = 12


@dataclass(frozen=True, slots=True)
class Guess:
    """A triangle: at best, most often and at worst so many times the planned length."""

    best: float
    often: float
    worst: float

    def draw(self, random: np.random.Generator, count: int) -> Floats:
        """Return factors, drawn by inverting the distribution."""
        low, mode, high = self.best, self.often, self.worst
        if high <= low:
            return np.full(count, mode, np.float32)
        share = (mode - low) / (high - low)
        u = random.random(count, np.float32)
        left = low + np.sqrt(u * np.float32((high - low) * (mode - low)))
        right = high - np.sqrt((1 - u) * np.float32((high - low) * (high - mode)))
        drawn: Floats = np.where(u < share, left, right).astype(np.float32, copy=False)
        return drawn


@dataclass(frozen=True, slots=True)
class Learnt:
    """A lognormal over the factor, fitted to ``cases`` finished nodes: median e^mu, spread sigma."""

    mu: float
    sigma: float
    cases: int

    def draw(self, random: np.random.Generator, count: int) -> Floats:
        """Return factors."""
        z = random.standard_normal(count, np.float32)
        drawn: Floats = np.exp(np.float32(self.mu) + np.float32(self.sigma) * z)
        return drawn


Spread = Guess | Learnt


def learn(factors: Sequence[float]) -> Learnt | None:
    """Fit actual over planned lengths (positive); None when there are too few to say anything."""
    logs = [log(factor) for factor in factors if factor > 0]
    if len(logs) < ENOUGH:
        return None
    mu = sum(logs) / len(logs)
    sigma = sqrt(sum((one - mu) ** 2 for one in logs) / (len(logs) - 1))
    return Learnt(mu, min(_WIDEST, max(0.01, sigma)), len(logs))


@dataclass(frozen=True, slots=True)
class Likelihood:
    """When it will be done: the day reached in ``share`` of the draws, the chance to keep the anchor.

    ``learnt`` of ``drawn`` nodes were drawn from what was finished here; ``bars`` are (from, to, share) days.
    """

    day: date
    share: float
    median: date
    chance: float
    learnt: int
    drawn: int
    bars: tuple[tuple[date, date, float], ...]


def likelihood(
    activities: Sequence[Activity],
    anchor: date,
    today: date,
    calendar: Calendar,
    spreads: Mapping[str, Spread],
    *,
    draws: int = DRAWS,
    share: float = 0.8,
    slip: Mapping[str, int] | None = None,
    seed: int = 1,
) -> Likelihood:
    """Simulate a timetable; a node without a spread lasts as planned, finished ones stay as they are.

    ``slip`` holds nodes longer by so many days of their own unit. :class:`ScheduleError` as for a plan.
    """
    run = _Run(calendar, calendar.index(today), draws, np.random.default_rng(seed))
    finish: dict[str, Days] = {}
    order = in_order(activities)
    known = {activity.id: activity for activity in order}
    drawn = [a.id for a in order if a.actual_finish is None and a.duration and a.id in spreads]
    for activity in order:
        extra = (slip or {}).get(activity.id, 0)
        finish[activity.id] = run.finish(activity, known, finish, spreads.get(activity.id), extra)
    last = np.maximum.reduce([np.broadcast_to(days, draws) for days in finish.values()])
    if int(last.max()) >= SIZE - 2:
        raise ScheduleError("out_of_range", "activities")
    last = np.sort(last)
    target = calendar.index(anchor)
    at = min(draws - 1, int(np.ceil(share * draws)) - 1)
    return Likelihood(
        calendar.day(int(last[at])),
        share,
        calendar.day(int(last[(draws - 1) // 2])),
        float(np.searchsorted(last, target, side="right") / draws),
        sum(isinstance(spreads[key], Learnt) for key in drawn),
        len(drawn),
        _bars(last, calendar),
    )


@lru_cache(maxsize=8)
def _axis(calendar: Calendar) -> tuple[Days, Days]:
    return np.array(calendar.before, np.int32), np.array(calendar.nth, np.int32)


class _Run:
    """One simulation: every value is one day, or one day a draw."""

    def __init__(self, calendar: Calendar, today: int, draws: int, random: np.random.Generator) -> None:
        self.calendar = calendar
        self.before, self.nth = _axis(calendar)
        self.today, self.draws, self.random = today, draws, random

    def finish(
        self,
        activity: Activity,
        known: Mapping[str, Activity],
        finished: Mapping[str, Days],
        spread: Spread | None,
        extra: int,
    ) -> Days:
        """Return the last day of an activity, by the forward rule of the timetable."""
        if activity.actual_finish is not None:
            return np.array([self.calendar.index(activity.actual_finish)], np.int32)
        length = self._length(activity, spread, extra)
        if activity.actual_start is not None:
            start = np.array([self.calendar.index(activity.actual_start)], np.int32)
            return np.maximum(self._lasts(start, length, activity), self.today if activity.duration else 0)
        start = np.array([self.today], np.int32)
        for link in activity.after:
            start = np.maximum(start, self._released(known[link.id], finished[link.id], link))
        return self._lasts(self._roll(start, activity.unit), length, activity)

    def _length(self, activity: Activity, spread: Spread | None, extra: int) -> Days:
        if spread is None or not activity.duration:
            return np.array([activity.duration + extra], np.int32)
        factors = spread.draw(self.random, self.draws)
        days: Days = np.maximum(1, np.rint(factors * activity.duration) + extra).astype(np.int32)
        return days

    def _working(self, number: Days) -> Days:
        days: Days = self.nth[np.minimum(number, len(self.nth) - 1)]
        return days

    def _on(self, day: Days) -> Days:
        return np.minimum(day, SIZE - 1)

    def _roll(self, day: Days, unit: str) -> Days:
        return day if unit == "d" else self._working(self.before[self._on(day)])

    def _released(self, previous: Activity, finish: Days, link: After) -> Days:
        if link.unit == "wd" and link.lag:
            finish = self._working(self.before[self._on(finish) + 1] + link.lag - 1)
        else:
            finish = finish + link.lag
        return self._on(finish + (previous.duration > 0))

    def _lasts(self, start: Days, length: Days, activity: Activity) -> Days:
        if not activity.duration:
            # A milestone that is let slip moves on by itself; else it stands where it begins.
            return self._on(start + length)
        if activity.unit == "d":
            return self._on(start + length - 1)
        return self._working(self.before[self._on(start)] + length - 1)


def _bars(last: Days, calendar: Calendar) -> tuple[tuple[date, date, float], ...]:
    """Return how the days are spread, in bars of equal width from the first to the 99th of a hundred draws."""
    low, high = int(last[0]), int(last[int(len(last) * 0.99)])
    width = max(1, -(-(high - low + 1) // _BINS))
    bars = []
    for first in range(low, high + 1, width):
        inside = np.searchsorted(last, first + width, side="left") - np.searchsorted(last, first, side="left")
        end = min(first + width - 1, high)
        bars.append((calendar.day(first), calendar.day(end), float(inside / len(last))))
    return tuple(bars)


def typical(spread: Spread) -> float:
    """Return the factor in the middle of a spread, for the words beside it."""
    return exp(spread.mu) if isinstance(spread, Learnt) else spread.often
