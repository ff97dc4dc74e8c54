"""Whole lives of matters over HTTP, beside a million others: create → assign → resolve → search.

``python -m bench.lifecycle [--json] [--matters 1000000] [--seconds 20] [--rounds 3] [--clients 8] [--bursts 60]``.
Two installations as ``bihuan up`` serves them, one empty and one with N matters that were opened through
the kernel, take turns under the same clients, who never pause. Both are in service, not just filled: what a
million matters bring with them at once (seals of their entries, counts) is done before. A life is three
requests and two searches (its own code, and a word of known frequency), and every answer is looked at.
``--bursts`` is how many seconds the bursty shape lasts afterwards (600 for all of it); every matter
acknowledged in it is looked for.
"""

import argparse
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

import psycopg

from bench.harness import main

_WORDS = ("道路", "供水", "供电", "燃气", "许可", "用地", "拆迁", "排水", "融资", "用工", "补贴", "噪音")
#: Starts a second, each for as long as the others: quiet stretches with ever larger bursts between them.
_BURSTS = (1, 15, 1, 25, 2, 35, 10)
#: Seconds after which a client begins its connection anew: the server closes what stands idle for half a minute.
_IDLE = 20
_numbers = count(1)


@dataclass
class Seen:
    """What the clients saw: milliseconds a request, whole lives, faults, and the codes acknowledged."""

    requests: list[float] = field(default_factory=list)
    lives: int = 0
    faults: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)


class Client:
    """One connection, as coordinator and as the department's clerk."""

    def __init__(self, port: int, known: dict[str, Any], seen: Seen) -> None:
        self.known, self.seen, self.port = known, seen, port
        self.connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self.used = time.perf_counter()

    def ask(self, method: str, path: str, who: str, body: Any = None) -> Any:
        """Send one request, time it, return the answer's JSON; anything but a success raises."""
        headers = {"Authorization": f"Bearer {self.known[who]}", "Content-Type": "application/json"}
        text = json.dumps(body) if body is not None else None
        start = time.perf_counter()
        if start - self.used > _IDLE:
            self.connection.close()
        self.connection.request(method, path, text, headers)
        answer = self.connection.getresponse()
        said = answer.read()
        self.used = time.perf_counter()
        self.seen.requests.append((time.perf_counter() - start) * 1000)
        if answer.status >= 300:
            raise HTTPException(f"{method} {path}: {answer.status} {said[:200]!r}")
        return json.loads(said)

    def live(self) -> None:
        """Carry one matter from its registration to its answer, and find it."""
        number = next(_numbers)
        title = f"{_WORDS[number % 12]}生命{os.getpid()}第{number}件"
        opening = {"kind": "projects.problem", "data": {"title": title, "category": "other"}}
        code = self.ask("POST", "/api/v1/matters", "desk", opening)["code"]
        self.seen.codes.append(code)
        assign = {"data": {"unit": self.known["unit"]}}
        self.ask("POST", f"/api/v1/matters/{code}/moves/assign", "desk", assign)
        answer = {"data": {"closing": "explained", "reply": "已向企业说明"}}
        self.ask("POST", f"/api/v1/matters/{code}/moves/answer", "clerk", answer)
        own = self.ask("GET", f"/api/v1/search?q={code}", "desk")
        if [hit["code"] for hit in own["hits"]][:1] != [code]:
            raise HTTPException(f"{code} is not found")
        found = self.ask("GET", f"/api/v1/search?q={quote(_WORDS[number % 12])}", "desk")
        if not found["hits"]:
            raise HTTPException("the word is not found")
        self.seen.lives += 1

    def try_one(self) -> None:
        """Live once; a fault is counted, and the connection made anew."""
        try:
            self.live()
        except (OSError, HTTPException, ValueError, KeyError) as fault:
            self.seen.faults.append(repr(fault)[:300])
            self.connection.close()


def drive(port: int, known: dict[str, Any], seconds: float, clients: int) -> tuple[Seen, float]:
    """Let clients live without a pause; return what they saw and the seconds it took."""
    seen, end, begun = Seen(), time.perf_counter() + seconds, time.perf_counter()

    def run() -> None:
        client = Client(port, known, seen)
        while time.perf_counter() < end:
            client.try_one()

    threads = [threading.Thread(target=run) for _n in range(clients)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return seen, time.perf_counter() - begun


def burst(port: int, known: dict[str, Any], seconds: float) -> dict[str, Any]:
    """Start lives at the bursty rates, then look for every matter that was acknowledged."""
    seen, local = Seen(), threading.local()

    def one() -> None:
        if not hasattr(local, "client"):
            local.client = Client(port, known, seen)
        local.client.try_one()

    with ThreadPoolExecutor(64) as pool:
        for rate in _BURSTS:
            start = time.perf_counter()
            for n in range(max(1, round(rate * seconds / len(_BURSTS)))):
                time.sleep(max(0.0, start + n / rate - time.perf_counter()))
                pool.submit(one)
    client, lost = Client(port, known, Seen()), 0
    for code in seen.codes:
        lost += client.ask("GET", f"/api/v1/matters/{code}", "desk")["code"] != code
    told = {"lives": seen.lives, "errors": len(seen.faults), "first_errors": seen.faults[:3], "lost": lost}
    return told | _latencies(seen.requests)


def _latencies(taken: list[float]) -> dict[str, float]:
    cut = statistics.quantiles(taken, n=100)
    return {"p50_ms": round(cut[49], 1), "p95_ms": round(cut[94], 1), "p99_ms": round(cut[98], 1)}


def fill(matters: int) -> dict[str, Any]:
    """Make people, units and matters in this process's installation; return what clients need to know."""
    from bihuan.site import boot

    with boot.surroundings():
        import django

        django.setup()
        from bihuan.kernel.figures.actions import count_today
        from bihuan.kernel.flow.bulk import New, open_many
        from bihuan.kernel.flow.standing import count_standing
        from bihuan.kernel.identity import actions as people
        from bihuan.kernel.identity import selectors as identity
        from bihuan.kernel.identity.actors import SYSTEM
        from bihuan.kernel.jobs import run_due
        from bihuan.kernel.search.actions import measure
        from bihuan.kernel.store.sql import run

        people.sync_roles()
        park = people.add_division(SYSTEM, "基准园区", "park", 0)
        known: dict[str, Any] = {}
        for who, role in (("desk", "coordinator"), ("clerk", "department")):
            unit = people.create_organisation(SYSTEM, f"基准{who}", "government", division=park)
            user = people.create_user(SYSTEM, f"bench_{who}", "基准", password=None)
            post = people.appoint(SYSTEM, user, unit, role, park)
            known[who] = people.issue_token(SYSTEM, post, "bench", ["projects:write"])[1]
            if who == "desk":
                actor, scope = identity.actor_of(user, post), identity.scope_of(park)
            known["unit"] = unit
        for first in range(0, matters, 5000):
            news = [
                New(
                    {"title": f"{_WORDS[n % 12]}{_WORDS[n // 12 % 12]}问题第{n}件", "category": "other"},
                    scope,
                )
                for n in range(first, min(first + 5000, matters))
            ]
            open_many(actor, "projects.problem", news)
            run("UPDATE flow_span SET told = true WHERE NOT told")  # their holders were told long ago
            run_due()
        with psycopg.connect(os.environ["BIHUAN_OWNER_URL"], autocommit=True) as owner:
            # As the database does by itself within minutes of so many changes.
            owner.execute("VACUUM ANALYZE")
        measure()
        count_standing()
        count_today()
        known["database"] = os.environ["BIHUAN_OWNER_URL"]
        return known


@contextmanager
def installation(
    folder: str, matters: int, by: str = "bench.lifecycle", *more: str
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Fill an installation of its own (``by`` a bench) and serve it; yields its port and what clients need to know.

    What is filled names its ``database``: nothing is measured before its jobs have come to an end.
    """
    environment = {**os.environ, "BIHUAN_STATE": folder, "BIHUAN_MFA": "0"}
    for name in ("DATABASE_URL", "BIHUAN_OWNER_URL", "BIHUAN_EMBEDDED"):
        environment.pop(name, None)
    program = [sys.executable, "-m", "bihuan.site.cli", "up"]
    subprocess.run([*program, "--prepare"], env=environment, check=True, stdout=subprocess.DEVNULL)
    filled = [sys.executable, "-m", by, "--fill-here", str(matters), *more]
    known = json.loads(subprocess.run(filled, env=environment, check=True, stdout=subprocess.PIPE).stdout)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (Path(folder) / "server.log").open("w") as log:
        server = subprocess.Popen(
            [*program, "--workers", "2", "--port", str(port)], env=environment, stdout=log, stderr=log
        )
        try:
            _wait(port, Path(log.name))
            _settled(known["database"])
            yield port, known
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(60)


def _wait(port: int, log: Path) -> None:
    end = time.monotonic() + 180
    while time.monotonic() < end:
        with suppress(OSError, HTTPException):
            connection = HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.2)
    raise TimeoutError(f"the server does not come up: {log.read_text()[-2000:]}")


_BUSY = """SELECT count(*) FROM procrastinate_jobs
           WHERE status IN ('todo', 'doing') AND coalesce(scheduled_at, now()) <= now()"""


def _settled(database: str) -> None:
    """Wait until for five seconds no job has waited or run."""
    quiet, end = 0, time.monotonic() + 900
    with psycopg.connect(database, autocommit=True) as owner:
        while quiet < 5:
            if time.monotonic() > end:
                raise TimeoutError("the jobs of a filled installation do not come to an end")
            time.sleep(1)
            ((busy,),) = owner.execute(_BUSY).fetchall()
            quiet = 0 if busy else quiet + 1


def measure(args: argparse.Namespace) -> dict[str, Any]:
    """Measure both installations in turns, then the bursts on the full one."""
    rates: dict[str, list[float]] = {"full": [], "empty": []}
    all_seen = {"full": Seen(), "empty": Seen()}
    with TemporaryDirectory() as a, TemporaryDirectory() as b:
        started = time.perf_counter()
        with installation(a, 0) as empty, installation(b, args.matters) as full:
            filled = time.perf_counter() - started
            for where in (empty, full):
                drive(*where, 3, args.clients)
            for _round in range(args.rounds):
                for name, (port, known) in (("empty", empty), ("full", full)):
                    seen, took = drive(port, known, args.seconds, args.clients)
                    rates[name].append(seen.lives / took)
                    all_seen[name].requests += seen.requests
                    all_seen[name].faults += seen.faults
            bursts = burst(*full, args.bursts) if args.bursts else {}
    lives, bare = statistics.median(rates["full"]), statistics.median(rates["empty"])
    return {
        "matters": args.matters,
        "filled_s": round(filled, 1),
        "lifecycles_per_s": round(lives, 1),
        "empty_lifecycles_per_s": round(bare, 1),
        "ratio": round(lives / bare, 3) if bare else 0,
        **_latencies(all_seen["full"].requests),
        "errors": sum(len(one.faults) for one in all_seen.values()),
        "first_errors": [*all_seen["full"].faults, *all_seen["empty"].faults][:3],
        "bursts": bursts,
    }


if __name__ == "__main__":
    if sys.argv[1:2] == ["--fill-here"]:
        sys.stdout.write(json.dumps(fill(int(sys.argv[2]))))
        raise SystemExit(0)
    raise SystemExit(
        main(
            "Lives of matters over HTTP",
            measure,
            matters=1_000_000,
            seconds=20.0,
            rounds=3,
            clients=8,
            bursts=60.0,
        )
    )
