"""Commands that serve: ``up`` and ``demo``."""

import json
import logging.config
import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from argparse import Namespace
from collections.abc import Callable

import structlog

from bihuan.kernel.commands import Answer, Command, argument
from bihuan.kernel.errors import BadInput, Unavailable
from bihuan.site.wording import _

log = structlog.get_logger("bihuan.supervisor")

_PORT, _TRIES = 8000, 100
_THREADS = 4  # of each web process; its connection pools have as many places


def up(arguments: Namespace) -> Answer:
    """Serve until interrupted."""
    from bihuan.site import boot, logs

    logging.config.dictConfig(logs.configuration())
    _port(arguments.host, arguments.port)  # a port that can't be had is said before any work is done
    with boot.surroundings():
        boot.run_prepare("--static")
        if arguments.prepare:
            return Answer({"prepared": True}, _("The database is of this version."))
        logins = _load_demo() if arguments.demo else []
        if arguments.demo:
            os.environ["BIHUAN_DEMO"] = "1"  # every page says that what it shows is invented
        port = _port(arguments.host, arguments.port)  # others may have come while the database was made ready
        address = f"http://{_local(arguments.host)}:{port}/"
        _serve(arguments, port, lambda: _announce(address, logins, as_json=arguments.json))
    return Answer({"stopped": True}, _("Stopped."))


def _serve(arguments: Namespace, port: int, announce: Callable[[], None]) -> None:
    from bihuan.site import boot, metrics
    from bihuan.site.supervise import Child, Supervisor

    metrics.forget_the_dead(boot.state_dir() / "metrics")
    environment = {**os.environ, "BIHUAN_POOL": str(_THREADS)}
    for variable in (
        "BIHUAN_OWNER_URL",
        "BIHUAN_OWNER_URL_FILE",
    ):  # nothing that serves may change the schema
        environment.pop(variable, None)
    children = [Child("web", _web(arguments, port), {**environment, "BIHUAN_PROCESS": "web"})]
    if not arguments.no_worker:
        command = [sys.executable, "-m", "bihuan.site.worker"]
        children.append(Child("worker", command, {**environment, "BIHUAN_PROCESS": "worker"}))

    def ready() -> bool:
        if not (children[0].listens(port) and _answers(port, arguments.host)):
            return False
        announce()
        return True

    Supervisor(children, _watch_database()).run(ready)


def _web(arguments: Namespace, port: int) -> list[str]:
    return [
        sys.executable, "-m", "granian",
        "--interface", "wsgi", "--host", arguments.host, "--port", str(port),
        "--workers", str(arguments.workers), "--blocking-threads", str(_THREADS),
        "--respawn-failed-workers", "--workers-kill-timeout", "20", "--no-ws", "--log-level", "warning",
        "bihuan.site.wsgi:application",
    ]  # fmt: skip


def _watch_database() -> Callable[[], None]:
    """Return a function that starts the embedded database again should it die under us."""
    from bihuan.site import boot
    from bihuan.site.cluster import Cluster

    if not boot.embedded():
        return lambda: None
    cluster = Cluster(boot.state_dir())

    def watch() -> None:
        if not cluster.running():
            log.warning("the database is down; starting it again")
            try:
                cluster.start()
            except Unavailable as error:
                log.exception("the database does not start", reason=error.message)

    return watch


def _port(host: str, asked: int | None) -> int:
    """Return the port to serve on: the one asked for or nothing, else the first free one from 8000 on."""
    for port in [asked] if asked is not None else range(_PORT, _PORT + _TRIES):
        try:
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((host, port))
                return int(probe.getsockname()[1])
        except PermissionError as error:
            raise Unavailable(_("Port %d needs more rights.") % port, where="--port") from error
        except (OSError, OverflowError) as error:
            if asked is not None:
                raise Unavailable(_("Port %d can't be used: %s") % (port, error), where="--port") from error
    raise Unavailable(_("No free port from %d on.") % _PORT, where="--port")


def _local(host: str) -> str:
    return "127.0.0.1" if host in ("0.0.0.0", "") else host  # noqa: S104 - compared, not bound


def _answers(port: int, host: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://{_local(host)}:{port}/healthz", timeout=10):
            return True
    except urllib.error.HTTPError:
        return True  # it speaks; what it says is for /readyz
    except (OSError, urllib.error.URLError):
        return False


def _announce(address: str, logins: list[dict[str, str]], *, as_json: bool) -> None:
    if as_json:
        print(
            json.dumps({"address": address, "logins": logins}, ensure_ascii=False),
            file=sys.stderr,
            flush=True,
        )
        return
    print(_("Bihuan is at %s") % address, file=sys.__stdout__, flush=True)
    if logins:
        print(logins_text(logins), file=sys.__stdout__, flush=True)
    print(_("Stop it with Ctrl-C."), file=sys.__stdout__, flush=True)


def logins_text(logins: list[dict[str, str]]) -> str:
    """Return a table of who may sign in."""
    head = _("Sign in (demonstration data) as:")
    return "\n".join([head, *(f"  {one['name']:<14} {one['password']:<14} {one['title']}" for one in logins)])


def _load_demo() -> list[dict[str, str]]:
    command = [sys.executable, "-m", "bihuan.site.cli", "demo", "--json"]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    document = json.loads(done.stdout or b"{}")
    if done.returncode != 0:
        raise Unavailable(
            document.get("error", {}).get("message") or _("The demonstration data could not be loaded.")
        )
    found: list[dict[str, str]] = document["logins"]
    return found


def demo(arguments: Namespace) -> Answer:
    """Load the demonstration data; loading them again changes nothing. ``--quarter``: three months lived day by day."""
    from bihuan.site.demo import load

    if arguments.quarter:
        from bihuan.site.quarter import live

        lived = live(arguments.days, lambda day: print(day, file=sys.stderr, flush=True))
        log.info("the park has lived", days=lived.days, moves=lived.moves, refused=lived.refused)
    logins = [{"name": one.name, "password": one.password, "title": one.title} for one in load()]
    return Answer({"logins": logins}, logins_text(logins))


def _count(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 64:
        raise BadInput(_("1 to 64 web processes."), where="--workers")
    return number


COMMANDS = (
    Command(
        "up",
        _("serve, with the embedded database if no other is given"),
        up,
        (
            argument("--port", type=int, help=_("the port (default: 8000, or the next free one)")),
            argument("--host", default="127.0.0.1", help=_("the address to listen on (default: 127.0.0.1)")),
            argument("--workers", type=_count, default=min(4, os.cpu_count() or 1), help=_("web processes")),
            argument("--no-worker", action="store_true", help=_("run no background jobs here")),
            argument("--demo", action="store_true", help=_("load demonstration data first")),
            argument("--prepare", action="store_true", help=_("only bring the database to this version")),
        ),
        database=False,
    ),
    Command(
        "demo",
        _("load demonstration data and print logins"),
        demo,
        (
            argument(
                "--quarter",
                action="store_true",
                help=_("let the park live through three months first, day by day"),
            ),
            argument(
                "--days",
                type=int,
                default=91,
                help=_("how many days back a simulated quarter begins (default: 91)"),
            ),
        ),
    ),
)
