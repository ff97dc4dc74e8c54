"""Early warning: false alarms stay rare over all cells, bursts are raised, holidays and Mondays are not; the scan."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.logic.bursts import GAP, HOLIDAY, PAST, SPANS, Watch
from bihuan.logic.spacetime import neighbours, scan

pytest.importorskip("scipy")
WEEK = np.array([1.2, 1, 1, 1, 1, 0.6, 0.5])
READY = PAST + GAP + max(SPANS) - 1


def calm(random, cells, level=3.0):
    day = 0
    while True:
        yield random.poisson(level * WEEK[day % 7], cells), day % 7
        day += 1


def watched(cells=400, days=READY + 60, seed=1):
    random = np.random.default_rng(seed)
    watch, days_of = Watch(cells, allowed=0.3), calm(random, cells)
    raised = [watch.add(*next(days_of)) for _day in range(days)]
    return watch, days_of, raised


def test_nothing_is_said_before_the_past_is_known_and_little_afterwards():
    _watch, _days, raised = watched()
    assert not any(raised[: READY - 1])
    assert sum(map(len, raised)) <= 60


def test_a_burst_is_raised_once_and_explained():
    watch, days, _raised = watched()
    alarms = []
    for _day in range(4):
        counts, kind = next(days)
        counts = counts.copy()
        counts[7] += 15
        alarms += [alarm for alarm in watch.add(counts, kind) if alarm.cell == 7]
    assert len(alarms) == 1
    assert alarms[0].count >= 15 > alarms[0].expected
    assert alarms[0].surprise > watch.threshold / 2


def test_weekdays_and_holidays_are_no_news():
    watch, days, _raised = watched()
    factor = watch.factors()
    assert factor[6] < 0.7 < 1.0 < factor[0]
    assert factor[HOLIDAY] == pytest.approx(factor[6])
    _counts, _kind = next(days)
    assert watch.add(np.zeros(400), HOLIDAY) == []


def test_cells_that_never_had_anything_are_raised_only_by_something():
    watch = Watch(3, allowed=0.1)
    for day in range(READY + 5):
        assert watch.add(np.zeros(3), day % 7) == []
    assert [alarm.cell for alarm in watch.add(np.array([0, 40, 0]), 1)] == [1]


def test_the_scan_finds_what_was_put_in():
    random = np.random.default_rng(4)
    points = random.uniform(0, 1000, (60, 2))
    near = neighbours(points, 10)
    counts = random.poisson(1.0, (60, 40))
    counts[near[5, :4], -3:] += 6
    found = scan(counts, near, shuffles=19)
    assert set(near[5, :4]) & set(found.areas)
    assert found.days in (2, 3, 4)
    assert found.chance == 0.05
    assert scan(np.zeros((60, 40), int), near) is None


@given(st.integers(0, 10_000))
@settings(deadline=None, max_examples=25)
def test_the_scan_says_what_a_slow_one_says(seed):
    random = np.random.default_rng(seed)
    counts = random.poisson(0.5, (6, 9))
    near = neighbours(random.uniform(0, 10, (6, 2)), 4)
    total, best = counts.sum(), 0.0
    for centre in range(6):
        for circle in range(1, 5):
            for days in range(1, 8):
                areas = near[centre, :circle]
                seen = counts[areas, -days:].sum()
                expected = counts[areas].sum() * counts[:, -days:].sum() / max(total, 1)
                if seen > expected:
                    rest = (
                        (total - seen) * np.log((total - seen) / (total - expected)) if total > seen else 0.0
                    )
                    best = max(best, seen * np.log(seen / expected) + rest)
    found = scan(counts, near)
    assert (found.likelihood if found else 0.0) == pytest.approx(best, abs=1e-9)
