"""Plans for scarce people, on PSPLIB's instances of the resource-constrained project scheduling problem.

``python -m bench.scarce --folder FOLDER [--json] [--seconds 10] [--count 24]``. The folder holds ``best_known.csv``
and a folder of ``.sm`` files a set. For each set: the mean gap to the best value known, of the first answer and
after so many seconds on two cores, the baseline being the first list there is (latest finish first).
"""

import argparse
import csv
import statistics
import time
from pathlib import Path
from typing import Any

from bench.harness import main
from bihuan.logic.scarce import Task, improve, quick


def read_psplib(path: Path) -> tuple[list[Task], list[int]]:
    """Read a single-mode project: tasks (the last one is the end, due at 0) and the capacities."""
    text = path.read_text().splitlines()
    starts = {
        line.split(":")[0].strip(): number for number, line in enumerate(text) if line.rstrip().endswith(":")
    }
    jobs: list[list[int]] = []
    for line in text[starts["PRECEDENCE RELATIONS"] + 2 :]:
        if line.startswith("*"):
            break
        jobs.append([int(word) - 1 for word in line.split()[3:]])
    rows = []
    for line in text[starts["REQUESTS/DURATIONS"] + 3 :]:
        if line.startswith("*"):
            break
        rows.append([int(word) for word in line.split()[2:]])
    capacity = [int(word) for word in text[starts["RESOURCEAVAILABILITIES"] + 2].split()]
    before: list[list[int]] = [[] for _job in jobs]
    for number, following in enumerate(jobs):
        for one in following:
            before[one].append(number)
    tasks = [Task(row[0], tuple(row[1:]), tuple(before[n])) for n, row in enumerate(rows)]
    tasks[-1] = Task(0, tasks[-1].needs, tasks[-1].after, due=0, weight=1)
    return tasks, capacity


def feasible(tasks: list[Task], capacity: list[int], starts: tuple[int, ...]) -> bool:
    """Whether a plan keeps precedence and never needs more than there is."""
    for task, start in zip(tasks, starts, strict=True):
        if any(starts[one] + tasks[one].length > start for one in task.after):
            return False
    for moment in {start for start, task in zip(starts, tasks, strict=True) if task.length}:
        running = [t for t, s in zip(tasks, starts, strict=True) if s <= moment < s + t.length]
        if any(sum(t.needs[r] for t in running) > had for r, had in enumerate(capacity)):
            return False
    return True


def measure_set(folder: Path, known: dict[str, int], name: str, count: int, seconds: float) -> dict[str, Any]:
    """Measure some instances of a set, spread over it."""
    files = sorted((folder / name).glob("*.sm"))
    files = files[:: max(1, len(files) // count)][:count]
    gaps: dict[str, list[float]] = {"list": [], "first": [], "best": []}
    took, proven = [], 0
    for file in files:
        tasks, capacity = read_psplib(file)
        best = known[file.name]
        plain = quick(tasks, capacity, schedules=1)
        begun = time.perf_counter()
        first = quick(tasks, capacity)
        took.append((time.perf_counter() - begun) * 1000)
        answer = improve(tasks, capacity, seconds=seconds)
        for key, found in (("list", plain), ("first", first), ("best", answer)):
            assert feasible(tasks, capacity, found.starts), file.name
            gaps[key].append((found.cost / best - 1) * 100)
        proven += answer.proven
    return {
        "instances": len(files),
        "gap_list_percent": round(statistics.mean(gaps["list"]), 2),
        "gap_first_percent": round(statistics.mean(gaps["first"]), 2),
        "first_ms": round(statistics.median(took), 2),
        "gap_percent": round(statistics.mean(gaps["best"]), 2),
        "proven": proven,
        "ratio": round(statistics.mean(gaps["list"]) / max(0.01, statistics.mean(gaps["best"])), 1),
    }


def measure(args: argparse.Namespace) -> dict[str, Any]:
    """Measure both sets; say so when the instances aren't there."""
    folder = Path(args.folder)
    if not (folder / "best_known.csv").exists():
        return {"skipped": f"no PSPLIB instances in {folder}: name their folder with --folder"}
    with (folder / "best_known.csv").open() as file:
        known = {row["file"]: int(row["best_known_makespan"]) for row in csv.DictReader(file)}
    quick([Task(1, (1,), weight=1)], [1])  # compiles
    return {name: measure_set(folder, known, name, args.count, args.seconds) for name in args.sets.split(",")}


if __name__ == "__main__":
    raise SystemExit(
        main(
            "Scarce people: PSPLIB",
            measure,
            folder="../shared/data/scheduling/psplib",
            seconds=10.0,
            count=24,
            sets="j60,j120",
        )
    )
