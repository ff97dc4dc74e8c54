"""How quickly entries are built, appended, sealed and verified, and what a receipt costs.

``python -m bench.ledger`` writes 100,000 entries; ``--entries 1000000`` is the size the
verification is held to a minute for.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.harness import database, main, peak_mb

MOVES_PER_CHAIN = 10
BATCH = 10_000


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Measure on a durable cluster of its own."""
    with database():
        return _measure(options.entries)


def _batches(total: int, above: int) -> Iterator[list[Any]]:
    """Yield built entries in batches, chains interleaved as matters worked on side by side are."""
    from bihuan.kernel.identity.actors import Actor, Kind
    from bihuan.kernel.ledger.entries import NewEntry, build

    actor = Actor(Kind.POST, user=7, post=9, role="officer", unit=3)
    heads = [b""] * (total // MOVES_PER_CHAIN)
    built = []
    for seq in range(1, MOVES_PER_CHAIN + 1):
        at = datetime(2026, 1, 5, tzinfo=UTC) + timedelta(days=seq)
        for chain, prev in enumerate(heads, 1):
            facts = {"from": "doing", "to": "checking", "holder": chain % 997, "due": "2026-03-02", "n": seq}
            entry = build(
                NewEntry(above + chain, seq, prev, "answer", at, actor, facts, {"reply": "a" * 64}), at
            )
            heads[chain - 1] = entry.hash
            built.append(entry)
            if len(built) == BATCH:
                yield built
                built = []
    if built:
        yield built


def _measure(total: int) -> dict[str, Any]:
    from bihuan.kernel.content.values import seal_value
    from bihuan.kernel.ledger import selectors
    from bihuan.kernel.ledger.actions import insert_built, seal, verify
    from bihuan.kernel.now import travel
    from bihuan.kernel.store.sql import atomic, run

    took = dict.fromkeys(("build", "append"), 0.0)
    above, before = run("SELECT coalesce(max(chain_id), 0), count(*) FROM ledger_entry")[0]
    start = time.perf_counter()
    for rows in _batches(total, above):
        took["build"] += time.perf_counter() - start
        start = time.perf_counter()
        with atomic():
            insert_built(rows)
        took["append"] += time.perf_counter() - start
        start = time.perf_counter()
    run("ANALYZE")
    start = time.perf_counter()
    with travel(datetime(2027, 1, 1, tzinfo=UTC)):
        assert seal().added == total + before
    took["seal"] = time.perf_counter() - start
    start = time.perf_counter()
    report = verify()
    took["verify"] = time.perf_counter() - start
    assert report.ok, report.findings[:3]
    assert report.leaves == total + before
    found = {f"{name}_per_s": round(total / seconds) for name, seconds in took.items()}
    found |= {"entries": total, "verify_s": round(took["verify"], 1)}
    found["receipt_ms"] = _milliseconds(
        100, lambda n: selectors.receipt(above + n % (total // MOVES_PER_CHAIN) + 1, 3)
    )
    found["seal_value_us"] = round(
        _milliseconds(5_000, lambda n: seal_value(n, 1, "a", "text", "open")) * 1000, 1
    )
    found["peak_mb"] = peak_mb()
    return found


def _milliseconds(times: int, act: Any) -> float:
    act(0)
    start = time.perf_counter()
    for n in range(times):
        act(n * 7919)
    return round((time.perf_counter() - start) / times * 1000, 4)


if __name__ == "__main__":
    sys.exit(main("ledger: entries a second", measure, entries=100_000))
