"""The embedded PostgreSQL: a cluster of our own, started when no database is given.

It listens on a socket in a folder only we can enter, with a password of its own,
writes durably, and survives a crash and a restart. Everyone who needs it enters
:meth:`Cluster.up`; the last to leave stops it if a command started it.
"""

import fcntl
import hashlib
import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

from bihuan.kernel.errors import Unavailable
from bihuan.site import binaries
from bihuan.site.binaries import Binaries
from bihuan.site.wording import _

#: The major version the data folder belongs to; another major is refused, never converted.
MAJOR = "18"
OWNER, APP = "bihuan", "bihuan_app"
DATABASE = "bihuan"
_SOCKET = ".s.PGSQL.5432"
_SOCKET_LIMIT = 100  # the system allows 107 bytes for the whole path
_PATIENCE = 60.0  # seconds until a start or stop counts as failed


class Cluster:
    """One embedded cluster, named by its state folder.

    ``durable=False`` is for tests: a crash of the machine may then lose data.
    ``namespace=False`` leaves out the user namespace when running as root.
    """

    def __init__(self, state: Path | str, *, durable: bool = True, namespace: bool = True) -> None:
        self.state = Path(state).expanduser().resolve()
        self.durable = durable
        self.namespace = namespace

    # ── where things are ────────────────────────────────────────────────────

    @cached_property
    def home(self) -> Path:
        """The cluster's folder: in the state folder, or where the user it runs as can go."""
        inside, aside = self.state / "postgres", Path("/var/lib") / f"bihuan-{_digest(self.state)}"
        if os.getuid() != 0:
            return inside
        possible = self.namespace and not aside.exists() and binaries.namespaced(binaries.installed()).works()
        return inside if possible else aside

    @cached_property
    def binaries(self) -> Binaries:
        """PostgreSQL's programs, and as whom they run."""
        tree = binaries.installed()
        if os.getuid() != 0:
            return Binaries(tree)
        if self.home.is_relative_to(self.state):
            return binaries.namespaced(tree)
        return binaries.unprivileged(tree, self.home)

    @property
    def data(self) -> Path:
        """PostgreSQL's data folder."""
        return self.home / "data"

    @property
    def log(self) -> Path:
        """What PostgreSQL has to say."""
        return self.home / "postgres.log"

    @property
    def socket(self) -> Path:
        """The folder of the socket: short enough for the system, and ours alone."""
        inside = self.home / "run"
        if len(os.fsencode(inside / _SOCKET)) <= _SOCKET_LIMIT:
            return inside
        base = Path(os.environ.get("XDG_RUNTIME_DIR") or "/tmp")  # noqa: S108 - the folder below is checked
        return base / f"bihuan-{os.getuid()}-{_digest(self.home)}"

    def url(self, database: str = DATABASE, role: str = APP) -> str:
        """Return the address of a database for the application or, with ``role=OWNER``, for its owner."""
        word = self._password(role)
        return f"postgresql://{role}:{word}@/{quote(database)}?host={quote(str(self.socket), safe='/')}"

    # ── start and stop ──────────────────────────────────────────────────────

    def start(self) -> bool:
        """Start the cluster if it is down; make it first if there is none. True if it was down."""
        if self.running():
            return False
        self._make_folders()
        with self._locked():
            if self.running():
                return False
            self._check_major()
            if not (self.data / "PG_VERSION").exists():
                self._initialise()
            self._clear_stale()
            self._launch()
            self._furnish()
        return True

    def stop(self) -> None:
        """Stop the cluster; running statements are cut off and roll back."""
        process = self._process()
        if process is None:
            return
        with self._locked(), suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGINT)
            end = time.monotonic() + _PATIENCE
            # Not Process.wait: a parent that never buries its children would keep us waiting.
            while self._lives_here(process):
                if time.monotonic() > end:
                    raise Unavailable(_("The embedded database did not stop."), where=str(self.log))
                time.sleep(0.02)
            with suppress(ChildProcessError):
                os.waitpid(process.pid, os.WNOHANG)

    def running(self) -> bool:
        """Tell whether the cluster is up and takes connections."""
        return self._process() is not None and self._status() == "ready"

    @contextmanager
    def up(self) -> Iterator["Cluster"]:
        """Have the cluster up inside the block and leave it as found.

        Several processes may be inside at once: whoever leaves last stops what
        one of them started.
        """
        self._make_folders()
        with (self.home / "users").open("a") as users:
            fcntl.flock(users, fcntl.LOCK_SH)
            mark = self.home / "started-by-command"
            if self.start():
                mark.touch()
            try:
                yield self
            finally:
                with suppress(BlockingIOError):
                    # Getting the lock for ourselves proves that nobody else is inside.
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    if mark.exists():
                        self.stop()
                        mark.unlink(missing_ok=True)

    # ── steps ───────────────────────────────────────────────────────────────

    def _make_folders(self) -> None:
        private(self.state)
        private(self.home, self.binaries)
        private(self.socket, self.binaries)
        before = self.state / "postgres" / "data"
        if self.binaries.uid is not None and before.exists() and not self.data.exists():
            # The system forbade user namespaces since the last start: hand our data over.
            shutil.move(before, self.data)
            for path in (self.data, *self.data.rglob("*")):
                self.binaries.own(path)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with (self.home / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _password(self, role: str) -> str:
        file = private(self.state / "secrets") / f"database-{role}"
        with suppress(FileExistsError):
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as out:
                out.write(secrets.token_urlsafe(32))
        return file.read_text()

    def _check_major(self) -> None:
        version = self.data / "PG_VERSION"
        if version.exists() and (found := version.read_text().strip()) != MAJOR:
            raise Unavailable(
                _(
                    "The data in %(folder)s belongs to PostgreSQL %(found)s; this Bihuan brings %(major)s. "
                    "Dump it with the Bihuan that wrote it (pg_dump -Fc), move the folder away, start, "
                    "then restore the dump (pg_restore)."
                )
                % {"folder": self.data, "found": found, "major": MAJOR},
                where=str(self.data),
            )

    def _initialise(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)  # what an interrupted first start left
        word = self.home / "password"
        word.touch(mode=0o600)
        word.write_text(self._password(OWNER))
        self.binaries.own(word)
        # fmt: off
        command = self.binaries.command(
            "initdb", "--pgdata", str(self.data), "--username", OWNER, "--pwfile", str(word),
            "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale-provider", "builtin",
            "--locale", "C.UTF-8", "--no-instructions", *(() if self.durable else ("--no-sync",)),
            *(f"--set={name}={value}" for name, value in _tuning().items()),
        )
        # fmt: on
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd="/", **self.binaries.popen()
        )
        word.unlink()
        if done.returncode != 0:
            raise Unavailable(
                _("The embedded database could not be made: %s") % done.stderr.strip()[-600:],
                where=str(self.data),
            )

    def _clear_stale(self) -> None:
        """Wait for the children of a killed postmaster, then remove what it left.

        PostgreSQL trusts the process number in its lock files, which may by now belong to
        anybody, or to a dead child of ours that nobody has asked about.
        """
        lines = self._lock_file()
        with suppress(ChildProcessError, IndexError, ValueError):
            os.waitpid(int(lines[0]), os.WNOHANG)
        end = time.monotonic() + _PATIENCE
        while any(True for _process in self._inhabitants()):
            if time.monotonic() > end:
                raise Unavailable(
                    _("Processes of a crashed database are still running."), where=str(self.data)
                )
            time.sleep(0.05)
        for left in (self.data / "postmaster.pid", self.socket / _SOCKET, self.socket / f"{_SOCKET}.lock"):
            left.unlink(missing_ok=True)

    def _launch(self) -> None:
        if self.log.exists() and self.log.stat().st_size > 10_000_000:
            self.log.replace(self.log.with_suffix(".log.1"))
        loose = () if self.durable else ("-cfsync=off", "-cfull_page_writes=off", "-csynchronous_commit=off")
        place = f"-cunix_socket_directories={self.socket}"
        command = self.binaries.command(
            "postgres", "-D", str(self.data), "-clisten_addresses=", place,
            "-cunix_socket_permissions=0700", "-cport=5432", *loose,
        )  # fmt: skip
        with self.log.open("ab") as log:
            os.fchmod(log.fileno(), 0o600)
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                **self.binaries.popen(),
            )
        end = time.monotonic() + _PATIENCE
        while not self.running():
            if process.poll() is not None or time.monotonic() > end:
                raise Unavailable(
                    _("The embedded database did not start: %s") % self._last_words(), where=str(self.log)
                )
            time.sleep(0.02)
        process.returncode = 0  # let go of it: the postmaster outlives us on purpose

    def _furnish(self) -> None:
        """Make the application's login and database where they are missing."""
        with psycopg.connect(self.url("postgres", OWNER), autocommit=True) as connection:
            if not _found(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", APP):
                # CREATE ROLE takes no parameters; the quoting is psycopg's.
                word = sql.Literal(self._password(APP))
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(APP), word)
                )
            if not _found(connection, "SELECT 1 FROM pg_database WHERE datname = %s", DATABASE):
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))

    # ── looking ─────────────────────────────────────────────────────────────

    def _lock_file(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except (FileNotFoundError, NotADirectoryError):
            return []

    def _status(self) -> str:
        lines = self._lock_file()
        return lines[7].strip() if len(lines) > 7 else ""

    def _process(self) -> psutil.Process | None:
        """Return the postmaster if the process of that number really is ours."""
        lines = self._lock_file()
        try:
            process = psutil.Process(int(lines[0]))
            return process if self._lives_here(process) else None
        except (IndexError, ValueError, psutil.Error):
            return None

    def _lives_here(self, process: psutil.Process) -> bool:
        try:
            return process.status() != psutil.STATUS_ZOMBIE and Path(process.cwd()) == self.data
        except psutil.Error:
            return False

    def _inhabitants(self) -> Iterator[psutil.Process]:
        return (p for p in psutil.process_iter() if p.pid != os.getpid() and self._lives_here(p))

    def _last_words(self) -> str:
        return self.log.read_text(errors="replace")[-600:].strip() if self.log.exists() else ""


def private(folder: Path, owner: Binaries | None = None) -> Path:
    """Make ``folder`` for us alone (0700); refuse one that is somebody else's."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    seen = folder.lstat()
    ours = {os.getuid(), owner.uid if owner and owner.uid is not None else os.getuid()}
    if folder.is_symlink() or seen.st_uid not in ours:
        raise Unavailable(
            _("%s belongs to somebody else; choose another place with BIHUAN_STATE.") % folder,
            where=str(folder),
        )
    if seen.st_mode & 0o077:
        folder.chmod(0o700)
    if owner is not None:
        owner.own(folder)
    return folder


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:10]


def _found(connection: psycopg.Connection, query: str, name: str) -> bool:
    return connection.execute(query, [name]).fetchone() is not None


def _tuning() -> dict[str, str]:
    """Settings written once into postgresql.conf, where an administrator may change them."""
    memory = psutil.virtual_memory().total >> 20
    return {
        "shared_buffers": f"{max(128, min(1024, memory // 8))}MB",
        "effective_cache_size": f"{max(512, memory // 2)}MB",
        "max_connections": "100",
        "wal_compression": "on",
        "max_wal_size": "2GB",
        "random_page_cost": "1.1",
        "jit": "off",
        "idle_in_transaction_session_timeout": "10min",
        "log_min_duration_statement": "1s",
        "timezone": "UTC",
        "log_timezone": "UTC",
    }
