"""Keep the processes of one machine running: web processes, a job worker, the embedded database."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType

import psutil
import structlog

log = structlog.get_logger("bihuan.supervisor")

_PATIENCE = 25.0  # seconds a process may take to finish what it is at
_SETTLED = 60.0  # seconds after which a process counts as well and its back-off is forgotten
_LONGEST = 30.0


@dataclass
class Child:
    """A process that is started again, ever more slowly, when it ends."""

    name: str
    command: Sequence[str]
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    due: float = field(default=0.0)

    def look(self, now: float) -> None:
        """Start the process if it is down and its pause is over."""
        if self.process is not None:
            if self.process.poll() is None:
                return
            code, gone = self.process.returncode, self.process.pid
            self.process = None
            _end_group(gone)
            self.failures = 1 if now - self.started > _SETTLED else self.failures + 1
            pause = min(_LONGEST, 0.5 * 2 ** (self.failures - 1))
            self.due = now + pause
            log.warning("ended", process=self.name, status=code, again_in_seconds=pause)
        if now >= self.due:
            self.started = now
            self.process = subprocess.Popen(
                self.command,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # a Ctrl-C is ours to pass on, once
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - one call into libc, no Python locks
            )

    def listens(self, port: int) -> bool:
        """Tell whether it is this process or one it started that listens on a port, and not a stranger."""
        if self.process is None:
            return False
        with suppress(psutil.Error):
            first = psutil.Process(self.process.pid)
            sockets = [one for p in (first, *first.children()) for one in p.net_connections("tcp")]
            return any(one.status == psutil.CONN_LISTEN and one.laddr.port == port for one in sockets)
        return False


class Supervisor:
    """Runs children until SIGINT or SIGTERM; ``watch`` is called every round."""

    def __init__(self, children: Sequence[Child], watch: Callable[[], None]) -> None:
        self.children = list(children)
        self.watch = watch
        self.stopping = False

    def run(self, ready: Callable[[], bool]) -> None:
        """Run until told to stop. ``ready`` is asked each round until it says yes."""
        before = {number: signal.signal(number, self._stop) for number in (signal.SIGINT, signal.SIGTERM)}
        told = False
        try:
            while not self.stopping:
                self.watch()
                for child in self.children:
                    child.look(time.monotonic())
                told = told or ready()
                self._pause(1.0 if told else 0.1)
        finally:
            self._end()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _pause(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not self.stopping and time.monotonic() < end:
            time.sleep(0.05)

    def _end(self) -> None:
        """Ask all to finish, the web first so that nothing new comes in; end whoever does not."""
        running = [child.process for child in self.children if child.process and child.process.poll() is None]
        for process in running:
            process.terminate()
        end = time.monotonic() + _PATIENCE
        for process in running:
            try:
                process.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                log.warning("did not finish in time", process=process.args)
            _end_group(process.pid)
            process.wait()


def _end_group(leader: int) -> None:
    """End what a process started and did not take with it."""
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def _die_with_parent() -> None:
    """Let the system end this child when its supervisor is killed outright (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
