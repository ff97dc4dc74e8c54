"""The injuries: what each does to a house that is being used."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg

from bench.faults import clocks, disks, imports, replicas, upgrades
from bench.faults.house import PROGRAM, House
from bench.faults.replicas import Replicated
from bench.faults.running import Run


@dataclass(frozen=True)
class Scenario:
    """A named injury.

    ``external`` needs the database apart, ``workers`` is how many job workers there are, ``missing`` says
    why it can't run here ("": it can), ``before`` and ``after`` surround the house.
    """

    name: str
    injure: Callable[[Run], None]
    external: bool = False
    workers: int = 1
    missing: Callable[[], str] = str
    before: Callable[[House], None] = lambda house: None
    after: Callable[[House], None] = lambda house: None
    build: Callable[[Path], House] | None = None


def kill_web(run: Run) -> None:
    """Kill -9 the web server or one of its processes."""
    run.until_end(5, 15, lambda: run.house.kill(run.chance, run.house.web()))


def kill_worker(run: Run) -> None:
    """Kill -9 the job worker."""
    run.until_end(3, 12, lambda: run.house.kill(run.chance, run.house.workers()))


def kill_database(run: Run) -> None:
    """Kill -9 the postmaster or one of its processes (then the database throws everybody out and recovers)."""

    def injure() -> str:
        everyone = run.house.database()
        return run.house.kill(run.chance, everyone[:1] if run.chance.random() < 0.5 else everyone[1:])

    run.until_end(6, 15, injure)


def kill_anything(run: Run) -> None:
    """Kill -9 whatever comes up: web, worker, database, and sometimes the supervisor with all of it."""

    def injure() -> str:
        house, drawn = run.house, run.chance.random()
        if drawn < 0.15 and house.up:
            house.kill_all()
            house.start()
            return "everything"
        which = house.web() if drawn < 0.45 else house.workers() if drawn < 0.7 else house.database()
        return house.kill(run.chance, which)

    run.until_end(3, 12, injure)


def cut_connections(run: Run) -> None:
    """Let the database end sessions of the program, busy ones first: mid-statement, mid-transaction."""

    def injure() -> str:
        with suppress(psycopg.Error), run.house.owner() as connection:
            rows = connection.execute(
                "SELECT pid, state FROM pg_stat_activity WHERE usename = 'bihuan_app'"
                " ORDER BY (state <> 'idle') DESC, random() LIMIT %s",
                [run.chance.randint(1, 3)],
            ).fetchall()
            for pid, _state in rows:
                connection.execute("SELECT pg_terminate_backend(%s)", [pid])
            return ", ".join(state or "" for _pid, state in rows)
        return ""

    run.until_end(0.05, 0.6, injure)


def database_gone(run: Run) -> None:
    """Take the database away for the whole time; the pages must say so and come back by themselves."""
    time.sleep(5)
    for one in run.house.database():
        one.kill()
    run.done.append("gone")
    time.sleep(run.seconds / 2)
    if run.house.asks("/healthz") != 200 or run.house.asks("/readyz") != 503:
        run.broken.append("without its database /healthz must say 200 and /readyz 503")
    time.sleep(run.seconds / 2)
    run.house.cluster.start()


def database_frozen(run: Run) -> None:
    """Let the database hang without a word: sessions stay open and nothing answers."""
    time.sleep(5)
    everyone = run.house.database()
    for one in everyone:
        with suppress(psutil.Error):
            one.suspend()
    run.done.append("frozen")
    time.sleep(run.seconds)
    for one in everyone:
        with suppress(psutil.Error):
            one.resume()


def many_schedulers(run: Run) -> None:
    """Nothing is injured: three workers, and sweeps from the command line, are after the same reminders."""

    def injure() -> str:
        run.house.run([*PROGRAM, "sweep", "--json"])
        return "sweep"

    run.until_end(1, 4, injure)


def kill_primary(run: Run) -> None:
    """Kill the node that leads the replicated cluster, bring it back, and kill the next; one site is killed, too."""
    house = run.house
    assert isinstance(house, Replicated)
    waits: list[float] = []

    def injure() -> str:
        node = house.nodes.leader(120)
        house.nodes.kill_node(node)
        begun = time.monotonic()
        while house.nodes.leader(120) == node:
            time.sleep(0.5)
        waits.append(round(time.monotonic() - begun, 1))
        time.sleep(run.chance.uniform(3, 8))
        house.nodes.start_node(node)
        house.nodes.wait_healthy(180)
        return f"node {node}"

    run.until_end(5, 10, injure)
    house.served[0].kill()
    run.done.append("site 0")
    run.counts["led_again_s"] = waits
    shown = house.compare()
    run.counts["sites_compared"] = shown[0]
    run.broken += shown[1]


ALL = (
    Scenario("kill_web", kill_web),
    Scenario("kill_worker", kill_worker),
    Scenario("kill_database", kill_database),
    Scenario("kill_anything", kill_anything, workers=2),
    Scenario("cut_connections", cut_connections, workers=2),
    Scenario("database_gone", database_gone, external=True),
    Scenario("database_frozen", database_frozen, external=True),
    Scenario(
        "disk_full", disks.fill, external=True, missing=disks.missing, before=disks.mount, after=disks.unmount
    ),
    Scenario("clock_jumped", clocks.jump, missing=clocks.missing, before=clocks.fake),
    Scenario("worker_paused", clocks.pause_workers, workers=2, missing=clocks.missing, before=clocks.fake),
    Scenario("many_schedulers", many_schedulers, workers=3),
    Scenario("import_killed", imports.kill),
    Scenario("primary_killed", kill_primary, missing=replicas.missing, build=replicas.Replicated),
    Scenario("upgraded", upgrades.upgrade, missing=upgrades.missing, build=upgrades.Upgraded),
)
