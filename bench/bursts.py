"""Early warning over 10,000 cells: ``python -m bench.bursts [--json] [--cells 10000] [--days 120] [--seed 1]``.

Counts are invented: negative binomial, weekday and holiday effects, levels from one in three days to eight a day.
False alarms are counted on calm days; strong bursts (about twelve more a day over five days) are put into copies of the
watch, so that they don't move its threshold. EARS C2 (z > 3) runs on the same calm days for comparison.
"""

import argparse
import copy
import statistics
import time
from typing import Any

import numpy as np

from bench.harness import main
from bihuan.logic.bursts import GAP, HOLIDAY, PAST, Watch
from bihuan.logic.spacetime import neighbours, scan

_WEEK = np.array([1.1, 1.05, 1.0, 1.0, 1.05, 0.7, 0.6])
_HOLIDAYS = {5, 33, 61, 62, 63, 90, 104, 131, 132, 150, 170}


def _days(random: np.random.Generator, cells: int, days: int) -> list[tuple[np.ndarray, int]]:
    level = np.exp(random.uniform(np.log(0.3), np.log(8), cells))
    scatter = random.gamma(4, 0.025, cells)
    found = []
    for day in range(days):
        kind = HOLIDAY if day in _HOLIDAYS else day % 7
        mean = level * (0.45 if kind == HOLIDAY else _WEEK[kind])
        found.append((random.poisson(mean * random.gamma(1 / scatter, scatter)), kind))
    return found


def _ears(days: list[tuple[np.ndarray, int]], since: int) -> float:
    counts = np.stack([counts for counts, _kind in days]).astype(float)
    raised = 0
    for day in range(since, len(days)):
        past = counts[day - 9 : day - 2]
        raised += int((counts[day] > past.mean(0) + 3 * np.maximum(past.std(0, ddof=1), 0.5)).sum())
    return raised / (len(days) - since)


def _scan_ms(random: np.random.Generator) -> float:
    near = neighbours(random.uniform(0, 20_000, (300, 2)))
    counts = random.poisson(1.0, (300, 60))
    scan(counts, near)
    took = []
    for _ in range(50):
        begun = time.perf_counter()
        scan(counts, near)
        took.append((time.perf_counter() - begun) * 1000)
    return statistics.median(took)


def measure(args: argparse.Namespace) -> dict[str, Any]:
    """Let the watch learn, count its false alarms, then put bursts into copies of it."""
    random = np.random.default_rng(args.seed)
    learning = 2 * PAST + GAP + 2
    days = _days(random, args.cells, learning + args.days + 5)
    watch, alarms, took = Watch(args.cells), [], []
    found, delays, strong = 0, [], 0
    for number, (counts, kind) in enumerate(days[:-5]):
        if number >= learning and number % 6 == 0:
            hit = random.choice(args.cells, 12, replace=False)
            raised = _raised(copy.deepcopy(watch), days[number : number + 5], hit, random)
            strong, found = strong + len(hit), found + len(raised)
            delays += raised.values()
        begun = time.perf_counter()
        raised_today = watch.add(counts, kind)
        took.append((time.perf_counter() - begun) * 1000)
        if number >= learning:
            alarms.append(len(raised_today))
    ears, rate = _ears(days[:-5], learning), statistics.mean(alarms)
    return {
        "cells": args.cells,
        "days": len(alarms),
        "false_alarms_a_day": round(rate, 2),
        "most_on_one_day": max(alarms),
        "bursts": strong,
        "recall": round(found / strong, 3),
        "median_delay_days": statistics.median(delays) if delays else None,
        "day_ms": round(statistics.median(took[-args.days :]), 1),
        "ears_c2_false_alarms_a_day": round(ears, 1),
        "ratio": round(ears / max(rate, 0.01), 1),
        "scan_ms": round(_scan_ms(random), 2),
    }


def _raised(
    watch: Watch, days: list[tuple[np.ndarray, int]], hit: np.ndarray, random: np.random.Generator
) -> dict[int, int]:
    """Return {cell: days after its burst began} of the bursts that a copy of the watch raises."""
    found: dict[int, int] = {}
    for after, (counts, kind) in enumerate(days):
        more = counts.copy()
        more[hit] += random.poisson(12, len(hit))
        for alarm in watch.add(more, kind, learn=False):
            if alarm.cell in hit:
                found.setdefault(alarm.cell, after)
    return found


if __name__ == "__main__":
    raise SystemExit(main("Early warning over many cells", measure, cells=10_000, days=120, seed=1))
