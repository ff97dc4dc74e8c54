"""Pairs of contradictory moves let go at the same moment from two processes: exactly one of each pair wins.

``python -m bench.races [--json] [--pairs 100000] [--samples 2000] [--minutes 0]``. One leader waives a promise, another
declares it broken; neither begins before both are ready. ``--minutes`` ends the racing early (0: never). Afterwards the
tables are asked: one entry beside the opening each, the very stage the winner was told, a ledger that verifies, and
samples rebuilt from their entries. Exit status 1 when a pair has another number of winners than one. The baseline,
read first and write then, as one would do without the compare-and-swap, is run on a tenth as many (at most a thousand).
"""

import argparse
import multiprocessing
import sys
import time
from array import array
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection
from typing import Any

from bench.harness import database, main

#: The two moves, and where each leads: from there the other is no longer possible.
_MOVES, _STAGES = ("waive", "break"), ("waived", "broken")
_PROMISE = {"side": "government", "topic": "other", "clause": "竞速协议第一条"}
_OPENED = 5000
_PATIENCE = 300.0  # seconds one racer waits for the other


def _people() -> dict[str, Any]:
    from bihuan.kernel.identity import actions as people
    from bihuan.kernel.identity.actors import SYSTEM

    people.sync_roles()
    park = people.add_division(SYSTEM, "竞速园区", "park", 0)
    made: dict[str, Any] = {"park": park}
    for who in _MOVES:
        unit = people.create_organisation(SYSTEM, f"竞速{who}", "government", division=park)
        user = people.create_user(SYSTEM, f"races_{who}", "竞速", password=None)
        made[who] = (user, people.appoint(SYSTEM, user, unit, "leader", park))
        made["unit"] = unit
    return made


def _open(pairs: int, people: dict[str, Any]) -> list[int]:
    from bihuan.kernel.flow.bulk import New, open_many
    from bihuan.kernel.identity import selectors as identity
    from bihuan.kernel.identity.actors import SYSTEM
    from bihuan.kernel.now import today

    scope, due = identity.scope_of(people["park"]), (today() + timedelta(days=30)).isoformat()
    found: list[int] = []
    for first in range(0, pairs, _OPENED):
        news = [
            New({**_PROMISE, "title": f"竞速{n}", "unit": people["unit"], "due": due}, scope)
            for n in range(first, min(first + _OPENED, pairs))
        ]
        found += [one.receipt.matter for one in open_many(SYSTEM, "projects.promise", news) if one.receipt]
    return found


@dataclass(frozen=True)
class _Lane:
    """What one side of the race is given: its part, the matters, the way to the other side, and how long."""

    role: int
    people: dict[str, Any]
    matters: list[int]
    other: Connection
    seconds: float
    naive: bool


def _race(lane: _Lane, told: Connection) -> None:
    """Run one side of all pairs; tell the outcomes and when each began and ended."""
    import django

    django.setup()
    from bihuan.kernel.errors import BihuanError
    from bihuan.kernel.flow import actions
    from bihuan.kernel.identity import selectors as identity

    name = _MOVES[lane.role]
    actor = identity.actor_of(*lane.people[name])
    outcomes: list[str] = []
    times = array("d")
    _ready(lane.other, True)
    end = time.monotonic() + (lane.seconds or 1e9)
    for matter in lane.matters:
        if not _ready(lane.other, lane.role > 0 or time.monotonic() < end):
            break
        times.append(time.perf_counter())
        try:
            if lane.naive:
                outcomes.append(_naively(matter, name))
            else:
                actions.move(actor, matter, name, {"reason": "竞速"})
                outcomes.append("won")
        except BihuanError as error:
            outcomes.append(error.code)
        times.append(time.perf_counter())
    told.send((outcomes, times.tolist()))


def _ready(other: Connection, on: bool) -> bool:
    """Say that one is ready (or that it is over), wait for the other, and tell whether both go on."""
    other.send_bytes(b"+" if on else b"-")
    if not other.poll(_PATIENCE):
        raise TimeoutError("the other side does not come")
    return other.recv_bytes() == b"+" and on


def _naively(matter: int, stage: str) -> str:
    from bihuan.kernel.store.sql import run

    if run("SELECT stage FROM race_naive WHERE id = %s", (matter,))[0][0] != "owed":
        return "refused"
    run("UPDATE race_naive SET stage = %s WHERE id = %s", (stage, matter))
    return "won"


def race(
    matters: list[int], people: dict[str, Any], seconds: float = 0, *, naive: bool = False
) -> dict[str, Any]:
    """Let two processes race over all matters, or as long as ``seconds`` last; count winners and losers."""
    spawn = multiprocessing.get_context("spawn")
    ends, pipes = spawn.Pipe(), [spawn.Pipe(False) for _n in _MOVES]
    lanes = [_Lane(n, people, matters, ends[n], seconds, naive) for n in range(len(_MOVES))]
    racers = [spawn.Process(target=_race, args=(lane, pipes[lane.role][1])) for lane in lanes]
    for one in racers:
        one.start()
    said = [receiver.recv() for receiver, _sender in pipes]
    for one in racers:
        one.join(60)
    (first, times), (second, others) = said
    took = max(times[-1], others[-1]) - min(times[0], others[0])
    winners = [(a == "won") + (b == "won") for a, b in zip(first, second, strict=True)]
    overlapped = sum(times[n] < others[n + 1] and others[n] < times[n + 1] for n in range(0, len(times), 2))
    return {
        "pairs": len(first),
        "one_winner": winners.count(1),
        "two_winners": winners.count(2),
        "no_winner": winners.count(0),
        "at_the_same_time": overlapped,
        "won": {name: out.count("won") for name, out in zip(_MOVES, (first, second), strict=True)},
        "losers": dict(Counter(code for code in (*first, *second) if code != "won")),
        "pairs_per_s": round(len(first) / took, 1),
        "_stages": [_STAGES[a != "won"] for a in first],
    }


def _truth(matters: list[int], stages: list[str], samples: int) -> dict[str, Any]:
    from bihuan.kernel.flow import rebuild
    from bihuan.kernel.ledger.verifying import verify
    from bihuan.kernel.store.sql import run

    held = {row[0]: row[1:] for row in run(
        "SELECT m.id, m.stage, m.seq, (SELECT count(*) FROM ledger_entry e WHERE e.chain_id = m.id)"
        " FROM flow_matter m WHERE m.kind = 'projects.promise'"
    )}  # fmt: skip
    step = max(1, len(matters) // samples)
    return {
        "otherwise_than_told": sum(
            held[m] != (stage, 2, 2) for m, stage in zip(matters, stages, strict=True)
        ),
        "ledger_findings": verify(using="default").count,
        "rebuilt": len(matters[::step]),
        "rebuilt_is_not_live": sum(bool(rebuild.differences(one)) for one in matters[::step]),
    }


def measure(args: argparse.Namespace) -> dict[str, Any]:
    """Race through the kernel, then the baseline, and look at what stands."""
    with database():
        from bihuan.kernel.store.sql import run

        people = _people()
        matters = _open(args.pairs, people)
        run("VACUUM ANALYZE")
        found = {"asked": args.pairs} | race(matters, people, args.minutes * 60)
        matters = matters[: found["pairs"]]
        stages = found.pop("_stages")
        found |= _truth(matters, stages, args.samples)
        few = matters[: max(1, min(1000, args.pairs))]
        run("CREATE TABLE race_naive AS SELECT id, 'owed'::text AS stage FROM flow_matter")
        run("CREATE INDEX ON race_naive (id)")
        naive = race(few, people, naive=True)
        found["naive"] = {name: naive[name] for name in ("pairs", "one_winner", "two_winners")}
    return found


def holds(found: dict[str, Any]) -> bool:
    """Tell whether every pair had one winner and the tables say the same."""
    wrong = ("two_winners", "no_winner", "otherwise_than_told", "ledger_findings", "rebuilt_is_not_live")
    return found["one_winner"] == found["pairs"] and not any(found[name] for name in wrong)


if __name__ == "__main__":
    seen: list[dict[str, Any]] = []

    def _once(args: argparse.Namespace) -> dict[str, Any]:
        seen.append(measure(args))
        return seen[0]

    status = main("Racing contradictory moves", _once, pairs=100_000, samples=2000, minutes=0.0)
    sys.exit(status or int(not holds(seen[0])))
