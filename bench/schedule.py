"""Backward timetables of 10,000 projects x 30 nodes, every project its own shape.

``python -m bench.schedule [--json] [--projects N] [--nodes N]``

Measured: forward and backward pass with calendar mapping (dates in, dates out) on flat arrays that
are already laid out, best of several runs, once all in working days and once with mixed units, lags,
milestones and actual dates. The baseline runs in the same process on a part of the same projects
and is extrapolated: networkx (longest path both ways, working days only, no dates) and the plain
Python :func:`bihuan.logic.schedule.schedule`. Every compared project must agree day for day.
"""

import argparse
import gc
import json
import random
import statistics
import sys
import time
from datetime import date, timedelta

import networkx as nx
import numpy as np

from bihuan.logic import schedule_kernel as kernel
from bihuan.logic.schedule import Activity, After, schedule
from bihuan.logic.workdays import packaged_calendar

CAL = packaged_calendar()
TODAY = date(2025, 3, 3)


def project(rng, nodes, mixed):
    """One project: 30 nodes, each after one to three earlier ones, as land projects look."""

    def unit():
        return "d" if mixed and rng.random() < 0.3 else "wd"

    activities = []
    for i in range(nodes):
        earlier = rng.sample(range(max(0, i - 6), i), min(i, rng.choice((1, 2, 2, 3))))
        after = tuple(After(f"n{p}", rng.choice((0, 0, 0, 2, 5)), unit()) for p in earlier)
        length = 0 if mixed and rng.random() < 0.1 else rng.randint(1, 20)
        began = ended = None
        if mixed and i < nodes // 6:
            began = TODAY - timedelta(days=rng.randint(20, 200))
            ended = began + timedelta(days=rng.randint(0, 15)) if rng.random() < 0.7 else None
        activities.append(Activity(f"n{i}", length, unit(), after, began, ended))
    return activities, TODAY + timedelta(days=rng.randint(200, 600)), TODAY


def best(run, times):
    taken = []
    gc.disable()
    for _ in range(times):
        began = time.perf_counter()
        run()
        taken.append((time.perf_counter() - began) * 1000)
    gc.enable()
    return min(taken), statistics.median(taken)


def with_networkx(projects):
    """Longest paths both ways on a graph a project, in working days, without any dates."""
    for activities, anchor, today in projects:
        graph = nx.DiGraph()
        graph.add_nodes_from(a.id for a in activities)
        graph.add_edges_from((link.id, a.id, {"lag": link.lag}) for a in activities for link in a.after)
        length = {a.id: a.duration for a in activities}
        order = list(nx.topological_sort(graph))
        early, late = {}, {}
        for node in order:
            early[node] = max(
                (early[p] + length[p] + graph.edges[p, node]["lag"] for p in graph.predecessors(node)),
                default=0,
            )
        end = CAL.working_between(today, anchor)
        for node in reversed(order):
            late[node] = (
                min((late[s] - graph.edges[node, s]["lag"] for s in graph.successors(node)), default=end)
                - length[node]
            )


def check(projects, packed, found):
    """Compare with the plain Python timetable, every date and figure of every node."""
    rows = {key: n for n, key in enumerate(packed.keys)}
    compared = 0
    for number, (activities, anchor, today) in projects:
        plain = schedule(activities, anchor, today, CAL)
        if plain.late_by_wd != found.late[number] or plain.feasible != found.feasible[number]:
            raise SystemExit(f"project {number} differs")
        for dates in plain.activities:
            n = rows[number, dates.id]
            flat = [
                *(d[n].item() for d in (found.earliest_start, found.earliest_finish)),
                *(d[n].item() for d in (found.latest_start, found.latest_finish)),
                int(found.slack[n]),
                bool(found.critical[n]),
            ]
            wanted = [dates.earliest_start, dates.earliest_finish, dates.latest_start, dates.latest_finish]
            if flat != [*wanted, dates.slack_wd, dates.critical]:
                raise SystemExit(f"project {number}, node {dates.id}: {flat} is not {wanted}")
            compared += 1
    return compared


def measure(count, nodes, mixed, sample, times):
    rng = random.Random(20261031)
    projects = [project(rng, nodes, mixed) for _ in range(count)]
    began = time.perf_counter()
    packed = kernel.pack(projects, CAL)
    packing = (time.perf_counter() - began) * 1000
    found = kernel.solve(packed, CAL)  # compiles, or loads what was compiled
    chosen = rng.sample(list(enumerate(projects)), min(sample, count))
    compared = check(chosen, packed, found)
    fastest, median = best(lambda: kernel.solve(packed, CAL), times)
    scale = count / len(chosen)
    part = [p for _, p in chosen]
    graph = best(lambda: with_networkx(part), 1)[0] * scale
    plain = best(lambda: [schedule(*p, CAL) for p in part], 1)[0] * scale
    return {
        "ms": round(fastest, 2),
        "median_ms": round(median, 2),
        "baseline_ms": round(graph, 1),
        "ratio": round(graph / fastest, 1),
        "python_ms": round(plain, 1),
        "python_ratio": round(plain / fastest, 1),
        "pack_ms": round(packing, 1),
        "projects": count,
        "nodes": len(packed.duration),
        "edges": len(packed.previous),
        "checked_nodes": compared,
        "baseline_on": len(chosen),
    }


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="bench.schedule", description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--projects", type=int, default=10_000)
    parser.add_argument("--nodes", type=int, default=30)
    parser.add_argument("--sample", type=int, default=300)
    parser.add_argument("--times", type=int, default=15)
    given = parser.parse_args(arguments)
    if kernel.ENGINE != "numba":
        print("numba is not installed (extra 'solve'): plain Python is measured instead", file=sys.stderr)
    times = given.times if kernel.ENGINE == "numba" else 1
    runs = {
        name: measure(given.projects, given.nodes, name == "mixed", given.sample, times)
        for name in ("working_days", "mixed")
    }
    result = {
        "name": "schedule",
        "engine": kernel.ENGINE,
        **runs["mixed"],
        "working_days": runs["working_days"],
        "target_ms": 50,
        "met": max(run["ms"] for run in runs.values()) < 50,
        "baseline": f"networkx on {runs['mixed']['baseline_on']} of the projects, extrapolated",
        "numpy": np.__version__,
    }
    print(json.dumps(result, ensure_ascii=False) if given.json else table(runs))


def table(runs):
    lines = [f"Backward timetables, engine {kernel.ENGINE}"]
    for name, run in runs.items():
        lines.append(
            f"  {name:13} {run['projects']:,} projects, {run['nodes']:,} nodes, {run['edges']:,} links: "
            f"{run['ms']} ms (median {run['median_ms']}); "
            f"networkx {run['baseline_ms']:,} ms = {run['ratio']}x, "
            f"plain Python {run['python_ms']:,} ms = {run['python_ratio']}x "
            f"(both on {run['baseline_on']} projects, extrapolated); {run['checked_nodes']:,} nodes equal"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
