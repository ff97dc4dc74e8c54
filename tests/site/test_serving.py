"""``bihuan up`` in earnest: it serves, heals what dies, and leaves nothing behind."""

import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from bihuan.site.cluster import Cluster
from bihuan.site.supervise import Child

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("cluster")]


def until(done: Callable[[], object], seconds: float = 200) -> object:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with suppress(OSError, psutil.Error, psycopg.Error):
            if found := done():
                return found
        time.sleep(0.1)
    raise AssertionError("waited in vain")


def gone(process: psutil.Process) -> bool:
    """True once it does nothing any more; whether its parent has buried it yet is not our affair."""
    with suppress(psutil.NoSuchProcess):
        return process.status() == psutil.STATUS_ZOMBIE
    return True


def get(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=5) as answer:
        return answer.read()


class Served:
    def __init__(self, state: Path, environment: dict[str, str]) -> None:
        self.state = state
        self.errors = (state.parent / "stderr").open("w+")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bihuan.site.cli", "up", "--workers", "1"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
        )
        assert self.process.stdout
        line = self.process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+/", line)
        assert found, line + self.said()
        self.address = found[0]

    def said(self) -> str:
        self.errors.seek(0)
        return self.errors.read()

    def child(self, word: str) -> psutil.Process:
        everyone = psutil.Process(self.process.pid).children(recursive=False)
        for one in everyone:
            if one.status() != psutil.STATUS_ZOMBIE and word in " ".join(one.cmdline()):
                return one
        raise psutil.NoSuchProcess(0, word)

    def ready(self) -> bool:
        return bool(json.loads(get(self.address + "readyz"))["ready"])


@pytest.fixture
def served(tmp_path: Path, surroundings, installation) -> Iterator[Served]:
    installation(tmp_path / "state")
    found = Served(tmp_path / "state", surroundings(tmp_path / "state"))
    yield found
    print(found.said())  # shown of a test that failed
    if found.process.poll() is None:
        found.process.send_signal(signal.SIGTERM)
        found.process.wait(200)
    found.process.stdout.close()
    found.errors.close()
    Cluster(found.state).stop()
    shutil.rmtree(found.state, ignore_errors=True)


def test_serves_heals_and_stops(served: Served):
    until(served.ready)
    with until(lambda: urllib.request.urlopen(served.address + "accounts/login/", timeout=30)) as page:
        assert "script-src 'self'" in page.headers["Content-Security-Policy"]
        assert page.headers["X-Request-ID"]
    for word in ("granian", "bihuan.site.worker"):
        before = until(lambda word=word: served.child(word))
        before.kill()
        until(lambda word=word, before=before: served.child(word).pid != before.pid)
    until(served.ready)
    cluster = Cluster(served.state)
    postmaster = cluster._process()
    postmaster.kill()
    until(lambda: gone(postmaster))
    until(served.ready)
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(200) == 0, served.said()
    assert not cluster.running(), "it was down before"
    until(lambda: not any(_under(p, served.state) for p in psutil.process_iter()))


def test_nothing_is_left_when_the_supervisor_is_killed(served: Served):
    web, worker = (until(lambda w=word: served.child(w)) for word in ("granian", "bihuan.site.worker"))
    served.process.kill()
    served.process.wait(200)
    for process in (web, worker):
        until(lambda process=process: gone(process))
    with Cluster(served.state).up() as cluster:
        assert cluster.running()
    assert not cluster.running(), "the last one out stops what a command started"


def test_a_port_asked_for_and_taken_is_said(tmp_path: Path, program):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = program(tmp_path / "state", "up", "--port", str(taken.getsockname()[1]), "--json")
    assert done.returncode == 5
    assert json.loads(done.stdout)["error"]["where"] == "--port"


_LISTENER = """
import socket, time
listening = socket.socket()
listening.bind(("127.0.0.1", 0))
listening.listen()
print(listening.getsockname()[1], flush=True)
time.sleep(600)
"""


def test_a_stranger_on_our_port_is_not_taken_for_us():
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        child = Child(
            "web", (), {}, subprocess.Popen([sys.executable, "-c", _LISTENER], stdout=subprocess.PIPE)
        )
        with child.process as process:
            port = int(process.stdout.readline())
            assert child.listens(port)
            assert not child.listens(stranger.getsockname()[1])
            process.kill()
    assert not child.listens(port)


def _under(process: psutil.Process, state: Path) -> bool:
    with suppress(psutil.Error):
        return process.status() != psutil.STATUS_ZOMBIE and process.environ().get("BIHUAN_STATE") == str(
            state
        )
    return False
