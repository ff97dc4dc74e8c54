"""Durable moves a second, against hand-written psycopg that writes the same rows with one statement a commit.

``python -m bench.kernel [--json] [--seconds 6]``. The baseline replays, byte for byte, the statements and
parameters that moves produced, through bare psycopg on the same database under the same triggers; only the
matter differs. Everything is measured in one run, the two sides taking turns.
"""

import argparse
import multiprocessing
import os
import statistics
import time
from typing import Any

from bench.harness import database, main

UNIT, PARK = 200, 7
#: So many rows a transaction.
_BATCH = 5000


def _declare() -> Any:
    """Register a small mechanism: two stages to and fro, with and without a reaction."""
    from bihuan.kernel.flow import registry
    from bihuan.kernel.identity import roles
    from bihuan.kernel.identity.actors import Actor, Kind, Scope
    from bihuan.kernel.jobs import task
    from bihuan.logic.mechanism import Grant, Mechanism, Move, Stage

    desk = Grant(role="bench", relation="scope")
    roles.register(roles.Role("bench", "bench", "scope"))
    task("bench.nothing")(lambda matters: None)
    stages = (Stage("a", "A"), Stage("b", "B"), Stage("end", "End", final=True))
    for name, reactions in (("bench.plain", ()), ("bench.job", ("bench.nothing",))):
        registry.register(
            Mechanism(
                name=name, title=name, noun=name, prefix="BN", stages=stages,
                moves=(
                    Move("open", "Open", (), "a", (desk,), hold="role:bench"),
                    Move("go", "Go", ("a",), "b", (desk,), reactions=reactions),
                    Move("back", "Back", ("b",), "a", (desk,), reactions=reactions),
                    Move("close", "Close", ("a", "b"), "end", (desk,)),
                ),
            )
        )  # fmt: skip
    actor = Actor(Kind.POST, user=1, post=1, role="bench", unit=UNIT, level="park", division=PARK)
    return actor, Scope(division=PARK, county=5, park=PARK)


def _open(kind: str, count: int) -> list[int]:
    from bihuan.kernel.flow.bulk import New, open_many

    actor, scope = _declare_once()
    made = open_many(actor, kind, [New({}, scope, title=f"件{n}") for n in range(count)])
    return [outcome.receipt.matter for outcome in made if outcome.receipt]


_declared: list[Any] = []


def _declare_once() -> Any:
    if not _declared:
        _declared.append(_declare())
    return _declared[0]


def _moves(ids: list[int], seconds: float) -> float:
    """Return single moves a second through the kernel on one connection."""
    from bihuan.kernel.flow.actions import move

    actor, _scope = _declare_once()
    count, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        for name in ("go", "back"):
            move(actor, ids[count % len(ids)], name, {})
        count += 1
    return 2 * count / (time.perf_counter() - start)


def _record(ids: list[int]) -> list[tuple[str, list[Any]]]:
    """Carry out two moves a matter and keep the statements that wrote them, to be replayed on fresh matters."""
    from bihuan.kernel.flow import statement as module

    kept: list[tuple[str, list[Any]]] = []
    plain = module.run

    def keep(sql: str, params: Any) -> Any:
        kept.append((sql, list(params)))
        return plain(sql, params)

    from bihuan.kernel.flow.actions import move

    actor, _scope = _declare_once()
    module.run = keep
    try:
        for matter in ids:
            move(actor, matter, "go", {})
            move(actor, matter, "back", {})
    finally:
        module.run = plain
    return kept


def _undo(ids: list[int]) -> None:
    """Put recorded matters back to before their moves, outside the measured time."""
    from bihuan.kernel.store.sql import run

    run("SET session_replication_role = replica")
    for table, key, seq in (("ledger_entry", "chain_id", "seq"), ("flow_span", "matter_id", "n")):
        run(f"DELETE FROM {table} WHERE {key} = ANY(%s) AND {seq} > 1", (ids,))
    run("SET session_replication_role = DEFAULT")
    run("UPDATE flow_span SET until = NULL WHERE matter_id = ANY(%s)", (ids,))
    run(
        "UPDATE flow_matter m SET seq = 1, ver = 1, span = 1, stage = 'a', head = e.hash FROM ledger_entry e"
        " WHERE e.chain_id = m.id AND e.seq = 1 AND m.id = ANY(%s)",
        (ids,),
    )


def _replay(url: str, kept: list[tuple[str, list[Any]]]) -> float:
    """Return moves a second of bare psycopg writing the recorded rows, one statement a commit."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        start = time.perf_counter()
        for sql, params in kept:
            connection.execute(sql, params, prepare=True)
        return len(kept) / (time.perf_counter() - start)


def _ratio(url: str, seconds: float) -> dict[str, float]:
    ours, theirs = [], []
    ids = _open("bench.plain", 300)
    batch = _open("bench.plain", 700)
    _moves(ids, 0.5)
    for _turn in range(3):
        kept = _record(batch)
        _undo(batch)
        theirs.append(_replay(url, kept))
        ours.append(_moves(ids, seconds / 3))
        batch = _open("bench.plain", 700)
    mine, bare = statistics.median(ours), statistics.median(theirs)
    return {"moves_per_s": round(mine), "psycopg_per_s": round(bare), "ratio": round(mine / bare, 3)}


def _worker(kind: str, ids: list[int], seconds: float, out: Any) -> None:
    import django

    django.setup()
    _declare_once()
    _moves(ids[:10], 0.3)
    out.put(_moves(ids, seconds))


def _two_processes(kind: str, seconds: float) -> int:
    from django.db import connections

    ids = _open(kind, 400)
    connections.close_all()
    context = multiprocessing.get_context("spawn")
    out = context.Queue()
    workers = [context.Process(target=_worker, args=(kind, ids[n::2], seconds, out)) for n in range(2)]
    for worker in workers:
        worker.start()
    rates = [out.get(timeout=120) for _w in workers]
    for worker in workers:
        worker.join()
    return round(sum(rates))


def _replayer(url: str, kept: list[tuple[str, list[Any]]], out: Any) -> None:
    out.put(_replay(url, kept))


def _two_bare(url: str) -> int:
    """Return what two processes of bare psycopg reach with the rows of moves: what this machine can do at all."""
    from django.db import connections

    ids = _open("bench.plain", 1400)
    kept = _record(ids)
    _undo(ids)
    connections.close_all()
    context = multiprocessing.get_context("spawn")
    out = context.Queue()
    half = len(kept) // 2
    workers = [
        context.Process(target=_replayer, args=(url, part, out)) for part in (kept[:half], kept[half:])
    ]
    for worker in workers:
        worker.start()
    rates = [out.get(timeout=120) for _w in workers]
    for worker in workers:
        worker.join()
    return round(sum(rates))


def _bulk(url: str, rows: int) -> dict[str, float]:
    """Return matters opened and moved a second in batches, and what bare COPY of the same rows reaches."""
    import psycopg

    from bench import bare
    from bihuan.kernel.flow.bulk import New, move_many, open_many

    actor, scope = _declare_once()
    news = [New({}, scope, title=f"批量{n}") for n in range(rows)]
    ids, start = [], time.perf_counter()
    for first in range(0, rows, _BATCH):
        made = open_many(actor, "bench.plain", news[first : first + _BATCH])
        ids += [one.receipt.matter for one in made if one.receipt]
    opened = rows / (time.perf_counter() - start)
    with psycopg.connect(url, autocommit=True) as connection:
        bare_opened, before = bare.opened(connection, ids, _BATCH)
        start = time.perf_counter()
        for first in range(0, rows, _BATCH):
            move_many(actor, "go", [(key, {}) for key in ids[first : first + _BATCH]])
        moved = rows / (time.perf_counter() - start)
        bare_moved = bare.moved(connection, ids, _BATCH, before)
    return {
        "open_many_per_s": round(opened),
        "bare_open_many_per_s": round(bare_opened),
        "open_many_ratio": round(opened / bare_opened, 3),
        "move_many_per_s": round(moved),
        "bare_move_many_per_s": round(bare_moved),
        "move_many_ratio": round(moved / bare_moved, 3),
    }


def measure(args: argparse.Namespace) -> dict[str, Any]:
    """Measure everything once and return the figures."""
    with database() as url:
        os.environ["DATABASE_URL"] = url
        _declare_once()
        result: dict[str, Any] = _ratio(url, args.seconds)
        result["psycopg_per_s_2_processes"] = _two_bare(url)
        result["moves_per_s_2_processes"] = _two_processes("bench.plain", args.seconds / 2)
        result["moves_per_s_2_processes_with_job"] = _two_processes("bench.job", args.seconds / 2)
        result.update(_bulk(url, args.rows))
        return result


if __name__ == "__main__":
    raise SystemExit(main("Kernel: durable moves", measure, seconds=6.0, rows=20000))
