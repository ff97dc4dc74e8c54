"""An installation of its own, as an operator runs it: started, injured, started again, stopped."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import psutil
import psycopg

from bihuan.site.cluster import OWNER, Cluster

PROGRAM = [sys.executable, "-m", "bihuan.site.cli"]
WORKER = [sys.executable, "-m", "bihuan.site.worker"]
_PORTS = (20_000, 32_000)
_OURS = ("BIHUAN_", "DATABASE_", "DJANGO_", "PYTEST", "FAKETIME", "LD_PRELOAD")


class House:
    """Web, worker and database in a folder of their own.

    ``external`` keeps the database apart from ``bihuan up``, as on a machine where somebody else runs it:
    then nothing but the harness starts it again. ``extra`` are further variables of the product's processes.
    """

    def __init__(self, folder: Path, *, external: bool = False, extra: dict[str, str] | None = None) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.state = folder / "state"
        self.external = external
        self.cluster = Cluster(folder / "database" if external else self.state)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        self.environment = {**kept, "BIHUAN_STATE": str(self.state), "BIHUAN_MFA": "0", "BIHUAN_LANG": "en"}
        self.extra = extra or {}
        self.port = free_port()
        self.up: subprocess.Popen[bytes] | None = None
        self.more: list[subprocess.Popen[bytes]] = []
        self.known: dict[str, Any] = {}

    # ── start and stop ──────────────────────────────────────────────────────

    def prepare(self, template: Path) -> None:
        """Make keys and database, from a copy of ``template`` where such an installation stands already.

        The template is made by the first house of a run: migrating takes longer than most injuries.
        """
        if not template.exists():
            first = House(template)
            first.run([*PROGRAM, "up", "--prepare"])
            if not first.cluster.home.is_relative_to(template):
                raise RuntimeError("user namespaces are forbidden here: run as somebody else than root")
        whole = self.cluster.state
        whole.mkdir(parents=True, exist_ok=True, mode=0o700)
        subprocess.run(["cp", "-a", f"{template / 'state'}/.", str(whole)], check=True)
        if self.external:
            self.state.mkdir(mode=0o700)
            for name in ("secrets", "static"):
                subprocess.run(["cp", "-a", str(whole / name), str(self.state / name)], check=True)
            self.cluster.start()
            self.environment["DATABASE_URL"] = self.cluster.url()
            self.environment["BIHUAN_OWNER_URL"] = self.cluster.url(role=OWNER)

    def furnish(self, planted: int, spread: float) -> None:
        """Make the people; plant matters whose clocks run out within ``spread`` seconds."""
        self.known = json.loads(self.run(self.module("furnish", str(planted), str(spread))))

    def module(self, name: str, *words: str) -> list[str]:
        """Return the command that runs a part of the harness inside the installation's environment."""
        return [sys.executable, "-m", f"bench.faults.{name}", *words]

    def run(self, command: list[str], *, patience: float = 600) -> bytes:
        """Run a command in the installation and return what it said."""
        with (self.folder / "commands.log").open("ab") as log:
            done = subprocess.run(
                command,
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=log,
                check=False,
                timeout=patience,
            )
        if done.returncode:
            raise RuntimeError(
                f"{command}: {done.returncode}\n{(self.folder / 'commands.log').read_text()[-2000:]}"
            )
        return done.stdout

    def start(self, workers: int = 2) -> None:
        """Serve, and wait until it can."""
        with (self.folder / "server.log").open("ab") as log:
            self.up = subprocess.Popen(
                [*PROGRAM, "up", "--workers", str(workers), "--port", str(self.port)],
                env={**self.environment, **self.extra}, stdout=log, stderr=log,
            )  # fmt: skip
        self.wait_ready()

    def start_worker(self) -> subprocess.Popen[bytes]:
        """Start one more job worker beside the one ``bihuan up`` runs."""
        with (self.folder / "server.log").open("ab") as log:
            one = subprocess.Popen(
                WORKER,
                env={**self.environment, **self.extra, "BIHUAN_PROCESS": "worker"},
                stdout=log,
                stderr=log,
            )
        self.more.append(one)
        return one

    def wait_ready(self, seconds: float = 600) -> float:
        """Wait until ``/readyz`` says yes; return how many seconds that took."""
        begun = time.monotonic()
        while time.monotonic() < begun + seconds:
            with suppress(OSError, HTTPException):
                connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
                connection.request("GET", "/readyz")
                if connection.getresponse().status == 200:
                    return time.monotonic() - begun
            time.sleep(0.1)
        raise TimeoutError(f"it does not come up again: {self.said()}")

    def asks(self, path: str) -> int:
        """Return the status of a page, 0 when nobody answers."""
        with suppress(OSError, HTTPException):
            connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
            connection.request("GET", path)
            return connection.getresponse().status
        return 0

    def said(self) -> str:
        """Return the end of what the processes logged."""
        return (self.folder / "server.log").read_text(errors="replace")[-3000:]

    def stop(self) -> None:
        """Stop everything of this installation."""
        for one in [*self.more, *([self.up] if self.up else [])]:
            if one.poll() is None:
                one.send_signal(signal.SIGCONT)
                one.send_signal(signal.SIGTERM)
        for one in [*self.more, *([self.up] if self.up else [])]:
            try:
                one.wait(60)
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait()
        self.up, self.more = None, []

    def close(self) -> None:
        """Stop everything, the database too."""
        self.stop()
        with suppress(Exception):
            self.cluster.stop()

    # ── who is there ────────────────────────────────────────────────────────

    def web(self) -> list[psutil.Process]:
        """Return the web server and its processes."""
        return self._named("granian")

    def workers(self) -> list[psutil.Process]:
        """Return the job workers."""
        return [
            *self._named("bihuan.site.worker"),
            *(psutil.Process(o.pid) for o in self.more if o.poll() is None),
        ]

    def database(self) -> list[psutil.Process]:
        """Return the database's processes, the postmaster first."""
        found = self.cluster._process()
        return [found, *found.children()] if found else []

    def _named(self, word: str) -> list[psutil.Process]:
        with suppress(psutil.Error):
            if self.up:
                everyone = psutil.Process(self.up.pid).children(recursive=True)
                return [one for one in everyone if word in _line(one)]
        return []

    def kill(self, chance: random.Random, which: list[psutil.Process]) -> str:
        """Kill one of these at once, without a word (-9); return what it was."""
        with suppress(psutil.Error, IndexError):
            one = chance.choice(which)
            line = _line(one)
            one.kill()
            return line
        return ""

    def kill_all(self) -> None:
        """Kill -9 the supervisor and all that it started, as systemd does when the first process of a service dies."""
        everyone = [*self.web(), *self.workers(), *self.database()]
        if self.up:
            self.up.kill()
        for one in everyone:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        if self.up:
            self.up.wait()

    @contextmanager
    def owner(self) -> Iterator[psycopg.Connection[Any]]:
        """Connect as the database's owner."""
        with psycopg.connect(self.cluster.url(role=OWNER), autocommit=True, connect_timeout=5) as connection:
            yield connection


def _line(process: psutil.Process) -> str:
    with suppress(psutil.Error):
        if process.status() != psutil.STATUS_ZOMBIE:
            return " ".join(process.cmdline())[-200:]
    return ""


def free_port() -> int:
    """Return a port nobody listens on, below those a system gives to connections that go out: it is used only later."""
    for _try in range(1000):
        port = random.SystemRandom().randrange(*_PORTS)
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError(f"no free port in {_PORTS}")
