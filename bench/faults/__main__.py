"""Injure a running installation and count what is left.

``python -m bench.faults [--scenario NAME …] [--seconds 60] [--clients 4] [--seed 1] [--json] [--keep]``. Each
scenario has an installation of its own, as ``bihuan up`` serves it; clients live in it with idempotency keys, what
was acknowledged goes into a journal of the harness's own, and when the injuries are over and things have
settled, the tables are asked whether everything holds. Exit status 1 when anything does not.
"""

import argparse
import json
import platform
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg

from bench.faults.house import House
from bench.faults.journal import Journal
from bench.faults.load import Client, Seen
from bench.faults.running import Run
from bench.faults.scenarios import ALL, Scenario

#: How long it may take to settle after the last injury (seconds): dead workers' jobs are found every two minutes.
_SETTLE = 420.0
_WAITING = (
    "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
    " AND task_name IN ('callbacks.ask', 'callbacks.void', 'search.index', 'search.index_new', 'orders.issued')"
)
_UNTOLD = (
    "SELECT (SELECT count(*) FROM clock_clock WHERE next_alarm_at < now())"
    " + (SELECT count(*) FROM clock_alarm WHERE taken IS NULL)"
)


def run_one(scenario: Scenario, args: argparse.Namespace) -> dict[str, Any]:
    """Run one scenario in an installation of its own and return what was seen."""
    if reason := scenario.missing():
        return {"skipped": reason, "broken": []}
    folder = Path(tempfile.mkdtemp(prefix=f"bihuan-faults-{scenario.name}-"))
    house = scenario.build(folder) if scenario.build else House(folder, external=scenario.external)
    journal = Journal(folder / "journal")
    ok = False
    scenario.before(house)
    try:
        found = _live_through(scenario, house, journal, args)
        ok = not found["broken"]
        return found
    except (OSError, RuntimeError, psycopg.Error, subprocess.SubprocessError) as error:
        return {"broken": [f"the scenario could not be finished: {error!r}"[:1500]]}
    finally:
        house.close()
        journal.close()
        scenario.after(house)
        if not args.keep and ok:
            shutil.rmtree(house.cluster.home, ignore_errors=True)
            shutil.rmtree(folder, ignore_errors=True)
        else:
            print(f"{scenario.name}: kept in {folder}", file=sys.stderr)


def _live_through(
    scenario: Scenario, house: House, journal: Journal, args: argparse.Namespace
) -> dict[str, Any]:
    house.prepare(args.template)
    house.furnish(args.planted, args.seconds)
    journal.write("planted", matters=house.known["planted"], posts=house.known["posts"])
    house.start()
    for _n in range(scenario.workers - 1):
        house.start_worker()
    seen, stop = Seen(), threading.Event()
    clients = [
        Client(house.port, house.known, journal, seen, stop, seed=args.seed * 1000 + n, pause=args.pause)
        for n in range(args.clients)
    ]
    for one in clients:
        one.start()
    run = Run(house, random.Random(args.seed), args.seconds)
    begun = time.monotonic()
    scenario.injure(run)
    injured, last = time.monotonic(), seen.acknowledged
    while seen.acknowledged < last + args.clients and time.monotonic() < injured + 120:
        time.sleep(0.1)
    served_again = time.monotonic() - injured
    stop.set()
    for one in clients:
        one.join(300)
    settled = _settle(house)
    ended = time.time()
    truth = json.loads(house.run(house.module("truth", str(journal.path), str(ended))))
    broken = [*run.broken, *truth["broken"], *(f"wrong echo: {one}" for one in seen.wrong[:3])]
    broken += [f"refused: {one}" for one in seen.refused[:3]]
    if settled is None:
        broken.append(f"did not settle within {_SETTLE} s")
    return {
        "injuries": len(run.done),
        "injured_s": round(injured - begun, 1),
        "lives": seen.lives,
        "longest_wait_s": round(seen.longest, 1),
        "served_again_s": round(served_again, 1),
        "settled_s": settled,
        "trouble": dict(seen.trouble),
        "echoes": seen.echoes,
        "refused": len(seen.refused),
        **run.counts,
        **truth["counts"],
        "broken": broken,
    }


def _settle(house: House) -> float | None:
    """Wait until jobs are done and reminders told; return how many seconds that took, None when it never happened."""
    begun = time.monotonic()
    while time.monotonic() < begun + _SETTLE:
        with suppress(psycopg.Error), house.owner() as connection:
            left = [connection.execute(sql).fetchone() for sql in (_WAITING, _UNTOLD)]
            if not any(row and row[0] for row in left):
                return round(time.monotonic() - begun, 1)
        time.sleep(2)
    return None


def main() -> int:
    """Run the scenarios asked for and print what was found."""
    parser = argparse.ArgumentParser(description="Injure a running installation and count what is left")
    parser.add_argument("--scenario", action="append", choices=[one.name for one in ALL])
    parser.add_argument("--seconds", type=float, default=60.0, help="how long each scenario injures")
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--pause", type=float, default=0.05, help="seconds a client rests between requests")
    parser.add_argument("--planted", type=int, default=200, help="limits that end while it is being injured")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
    parser.add_argument(
        "--template", type=Path, help="where a prepared installation is, or is made, to be copied"
    )
    parser.add_argument("--keep", action="store_true", help="keep the installations for looking at")
    args = parser.parse_args()
    results: dict[str, Any] = {"machine": platform.platform(), "seconds": args.seconds, "seed": args.seed}
    made = Path(tempfile.mkdtemp(prefix="bihuan-faults-"))
    args.template = args.template or made / "template"
    for scenario in ALL:
        if not args.scenario or scenario.name in args.scenario:
            results[scenario.name] = found = run_one(scenario, args)
            said = f"{scenario.name} {json.dumps(found, ensure_ascii=False)}"
            print(said, file=sys.stderr if args.json else sys.stdout, flush=True)
    shutil.rmtree(made, ignore_errors=True)
    broken = sum(len(found["broken"]) for found in results.values() if isinstance(found, dict))
    results["broken"] = broken
    if args.json:
        print(json.dumps(results, ensure_ascii=False, indent=1))
    return int(broken > 0)


if __name__ == "__main__":
    raise SystemExit(main())
