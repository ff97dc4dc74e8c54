"""A replicated cluster on this machine's loopback: Debian's PostgreSQL under Patroni, etcd, haproxy, two sites.

Three database nodes in ``synchronous_mode_strict``; two installations of ``bihuan up`` (web and worker each) with the
same keys know all three addresses, and clients come through the proxy. Nothing of it is committed or left behind.
"""

import json
import os
import secrets
import shutil
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import psutil
import psycopg
from psycopg import sql

from bench.faults.house import PROGRAM, House, free_port

_NODES, _SITES = 3, 2
_BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
_PROGRAMS = ("patroni", "etcd", "haproxy")


def missing() -> str:
    """Say what isn't installed here (packages postgresql, patroni, etcd-server, haproxy)."""
    lacks = [name for name in _PROGRAMS if not shutil.which(name)] + ([] if _BINARIES else ["postgresql"])
    if lacks:
        return f"not installed: {', '.join(lacks)}"
    return "" if os.getuid() == 0 else "only root starts the nodes as another user"


class Cluster:
    """The database nodes with their consensus store: where they are, who leads, killed and brought back."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports = [free_port() for _n in range(_NODES)]
        self.rest = [free_port() for _n in range(_NODES)]
        self.etcd = [free_port(), free_port()]
        self.words = {
            name: secrets.token_urlsafe(18) for name in ("postgres", "replicator", "bihuan", "bihuan_app")
        }
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        """Start the store and all nodes; make the two logins and the database."""
        self.folder.mkdir(mode=0o755)
        self.folder.parent.chmod(0o755)
        shutil.chown(self.folder, "postgres", "postgres")
        client, peer = (f"http://127.0.0.1:{port}" for port in self.etcd)
        self._spawn(
            "etcd", "etcd", "--name", "one", "--data-dir", str(self.folder / "etcd"),
            "--listen-client-urls", client, "--advertise-client-urls", client, "--listen-peer-urls", peer,
            "--initial-advertise-peer-urls", peer, "--initial-cluster", f"one={peer}", "--log-level", "error",
        )  # fmt: skip
        for n in range(_NODES):
            self.start_node(n)
            if n == 0:
                self.leader(120)
        self.wait_healthy(240)
        self._furnish()

    def start_node(self, n: int) -> None:
        """Start the node's Patroni, which starts its PostgreSQL."""
        file = self.folder / f"node{n}.json"  # YAML knows JSON
        file.write_text(json.dumps(self._node(n)))
        shutil.chown(file, "postgres", "postgres")
        file.chmod(0o600)
        self._spawn(f"node{n}", "patroni", str(file))

    def _spawn(self, name: str, *command: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                command, cwd="/", user="postgres", group="postgres", extra_groups=[], start_new_session=True,
                env={"PATH": os.environ["PATH"], "HOME": str(self.folder), "LANG": "C.UTF-8"},
                stdout=log, stderr=log, stdin=subprocess.DEVNULL,
            )  # fmt: skip

    def _node(self, n: int) -> dict[str, Any]:
        address, rest = f"127.0.0.1:{self.ports[n]}", f"127.0.0.1:{self.rest[n]}"
        login = {
            name: {"username": name, "password": self.words[name]} for name in ("postgres", "replicator")
        }
        shared = {"max_connections": 100, "shared_buffers": "64MB", "wal_log_hints": "on", "jit": "off"}
        return {
            "scope": "bihuan",
            "name": f"node{n}",
            "restapi": {"listen": rest, "connect_address": rest},
            "etcd3": {"host": f"127.0.0.1:{self.etcd[0]}"},
            "bootstrap": {
                "dcs": {
                    "ttl": 20, "loop_wait": 5, "retry_timeout": 5, "synchronous_mode": True,
                    "synchronous_mode_strict": True,
                    "postgresql": {"use_pg_rewind": True, "parameters": shared},
                },
                "initdb": [{"encoding": "UTF8"}, {"locale": "C.UTF-8"}, "data-checksums"],
            },
            "postgresql": {
                "listen": address,
                "connect_address": address,
                "data_dir": str(self.folder / f"data{n}"),
                "bin_dir": str(_BINARIES[-1]),
                "pgpass": str(self.folder / f"pgpass{n}"),
                "authentication": {"superuser": login["postgres"], "replication": login["replicator"]},
                "pg_hba": [
                    "host all all 127.0.0.1/32 scram-sha-256",
                    "host replication replicator 127.0.0.1/32 scram-sha-256",
                ],
                "parameters": {"unix_socket_directories": "", "password_encryption": "scram-sha-256"},
            },
        }  # fmt: skip

    def _furnish(self) -> None:
        with psycopg.connect(self.url("postgres", "postgres"), autocommit=True) as connection:
            for name in ("bihuan", "bihuan_app"):
                command = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
                connection.execute(command.format(sql.Identifier(name), sql.Literal(self.words[name])))
            connection.execute("CREATE DATABASE bihuan OWNER bihuan")

    def url(self, role: str, database: str = "bihuan") -> str:
        """Return the address that knows all nodes and takes the one that takes writes."""
        hosts, ports = ",".join(["127.0.0.1"] * _NODES), ",".join(map(str, self.ports))
        asked = f"host={hosts}&port={ports}&target_session_attrs=read-write&connect_timeout=3"
        return f"postgresql://{role}:{self.words[role]}@/{database}?{asked}&tcp_user_timeout=10000"

    def states(self) -> list[dict[str, Any]]:
        """Return what Patroni says of the nodes."""
        for port in self.rest:
            with (
                suppress(OSError, ValueError),
                urllib.request.urlopen(f"http://127.0.0.1:{port}/cluster", timeout=3) as a,
            ):
                return list(json.loads(a.read())["members"])
        return []

    def leader(self, seconds: float = 60) -> int:
        """Return the number of the node that leads, waiting for one."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for one in self.states():
                if one["role"] == "leader" and one["state"] == "running":
                    return int(one["name"].removeprefix("node"))
            time.sleep(0.5)
        raise TimeoutError(
            f"no node leads: {self.states()} {(self.folder / 'node0.log').read_text()[-1500:]}"
        )

    def wait_healthy(self, seconds: float) -> float:
        """Wait until every node runs and one is a synchronous standby; return the seconds it took."""
        begun = time.monotonic()
        while time.monotonic() < begun + seconds:
            said = self.states()
            if sum(one["state"] in ("running", "streaming") for one in said) == _NODES and any(
                one["role"] == "sync_standby" for one in said
            ):
                return time.monotonic() - begun
            time.sleep(1)
        raise TimeoutError(f"the nodes do not come together: {self.states()}")

    def kill_node(self, n: int) -> None:
        """Kill everything of a node at once, as if its machine had lost power."""
        patroni = psutil.Process(self.running[f"node{n}"].pid)
        everyone = [patroni, *patroni.children(recursive=True), *self._postgres(n)]
        for one in everyone:
            with suppress(psutil.Error):
                one.kill()
        self.running[f"node{n}"].wait(20)

    def _postgres(self, n: int) -> list[psutil.Process]:
        data, found = self.folder / f"data{n}", []
        for one in psutil.process_iter():
            with suppress(psutil.Error):
                if Path(one.cwd()) == data:
                    found.append(one)
        return found

    def stop(self) -> None:
        """Stop all of it."""
        for n in range(_NODES):
            if (one := self.running.get(f"node{n}")) and one.poll() is None:
                one.send_signal(signal.SIGTERM)
        for name, one in self.running.items():
            if name == "etcd":
                one.kill()
            with suppress(subprocess.TimeoutExpired):
                one.wait(40)
        for n in range(_NODES):
            for process in self._postgres(n):
                with suppress(psutil.Error):
                    process.kill()


class Replicated(House):
    """Two sites on one replicated database behind one proxy."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.nodes = Cluster(folder / "nodes")
        self.sites = [free_port() for _n in range(_SITES)]
        self.served: list[subprocess.Popen[bytes]] = []
        self.proxy: subprocess.Popen[bytes] | None = None

    def prepare(self, template: Path) -> None:
        """Start the nodes, make keys and tables."""
        self.nodes.start()
        self.environment["DATABASE_URL"] = self.nodes.url("bihuan_app")
        self.environment["BIHUAN_OWNER_URL"] = self.nodes.url("bihuan")
        self.run([*PROGRAM, "up", "--prepare"])

    def start(self, workers: int = 1) -> None:
        """Serve both sites and the proxy before them; the second has a state folder of its own with the same keys."""
        for n, port in enumerate(self.sites):
            state = self.folder / f"site{n}"
            state.mkdir(mode=0o700)
            for name in ("secrets", "static"):
                subprocess.run(["cp", "-a", str(self.state / name), str(state / name)], check=True)
            self._serve(n, port, workers)
        self._balance()
        self.wait_ready()

    def _serve(self, n: int, port: int, workers: int = 1) -> None:
        with (self.folder / "server.log").open("ab") as log:
            self.served.append(
                subprocess.Popen(
                    [*PROGRAM, "up", "--workers", str(workers), "--port", str(port)],
                    env={**self.environment, "BIHUAN_STATE": str(self.folder / f"site{n}")}, stdout=log, stderr=log,
                )
            )  # fmt: skip

    def _balance(self) -> None:
        servers = "\n".join(
            f"    server site{n} 127.0.0.1:{port} check inter 1s" for n, port in enumerate(self.sites)
        )
        (self.folder / "haproxy.cfg").write_text(PROXY.format(port=self.port, servers=servers))
        with (self.folder / "haproxy.log").open("ab") as log:
            command = ["haproxy", "-db", "-f", str(self.folder / "haproxy.cfg")]
            self.proxy = subprocess.Popen(command, stdout=log, stderr=log)

    def compare(self) -> tuple[int, list[str]]:
        """Start the first site again, then ask both for the same things; return how many, and what differs."""
        self.served[0].wait(60)
        while self._get(0, "/healthz"):  # its web server finishes what it is at
            time.sleep(0.2)
        self._serve(0, self.sites[0])
        self.wait_ready()
        end = time.monotonic() + 240
        while self._get(0, "/readyz") != self._get(1, "/readyz") and time.monotonic() < end:
            time.sleep(0.5)
        listed = json.loads(self._get(1, "/api/v1/matters?kind=projects.problem&open=false&limit=5") or "{}")
        codes = [row["code"] for row in listed.get("rows", ())]
        paths = [
            "/static/staticfiles.json",
            *(f"/api/v1/matters/{c}{rest}" for c in codes for rest in ("", "/history")),
        ]
        different = [path for path in paths if self._get(0, path) != self._get(1, path)]
        return len(paths), [f"the two sites show {path} otherwise" for path in different]

    def _get(self, site: int, path: str) -> bytes:
        with suppress(OSError, HTTPException):
            connection = HTTPConnection("127.0.0.1", self.sites[site], timeout=20)
            connection.request("GET", path, headers={"Authorization": f"Bearer {self.known['desk']}"})
            return connection.getresponse().read()
        return b""

    def stop(self) -> None:
        """Stop sites and proxy."""
        for one in [*self.served, *([self.proxy] if self.proxy else [])]:
            if one.poll() is None:
                one.send_signal(signal.SIGTERM)
        for one in [*self.served, *([self.proxy] if self.proxy else [])]:
            try:
                one.wait(60)
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait()

    def close(self) -> None:
        """Stop everything, the nodes too."""
        self.stop()
        self.nodes.stop()

    @contextmanager
    def owner(self) -> Iterator[psycopg.Connection[Any]]:
        """Connect to the node that leads."""
        with psycopg.connect(self.nodes.url("bihuan"), autocommit=True) as connection:
            yield connection


PROXY = """
defaults
    mode http
    timeout connect 2s
    timeout client 60s
    timeout server 60s
    option httpchk
    http-check send meth GET uri /readyz ver HTTP/1.1 hdr Host localhost
    http-check expect status 200
    option redispatch
    retries 2
frontend bihuan
    bind 127.0.0.1:{port}
    default_backend sites
backend sites
    balance roundrobin
    option forwardfor
{servers}
"""
