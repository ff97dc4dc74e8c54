"""The hotline at N orders: ``python -m bench.hotline [--json] [--matters 1000000] [--opened 20000] [--burst 600]``.

An installation as ``bihuan up`` serves it, filled and asked over HTTP. ``--opened`` of the orders come through the
kernel (a twentieth stay open, the others are answered at the desk); the rest are copies of their rows (matter, spans,
clocks, entries, search terms) made in SQL, 40 days earlier each time; their entries belong to no sealed chain.
As in a house that has run for years, holders have been told of them, and what was late has rung.
``--burst`` is how many intakes eight clients send at once; every code acknowledged is looked for afterwards.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote, urlencode

import psycopg

from bench.harness import main
from bench.lifecycle import Seen, installation

_CLASSES = ("供水故障", "噪声扰民", "占道经营", "物业服务", "房屋渗漏", "道路破损", "路灯不亮", "垃圾清运", "油烟污染",
            "公交线路", "学位入学", "医保报销")  # fmt: skip
_STREETS, _COMMUNITIES, _BUILDINGS = 10, 10, 20
_COPIED = (
    ("flow_matter", "id", ()), ("flow_span", "matter_id", ()), ("clock_clock", "matter_id", ("id", "next_alarm_at")),
    ("ledger_entry", "chain_id", ()), ("search_doc", "matter_id", ()),
)  # fmt: skip
_EARLIER = 40


def fill(matters: int, opened: int) -> dict[str, Any]:
    """Make a district, its desk and its orders in this process's installation; return what clients need to know."""
    from bihuan.kernel.figures.actions import count_today
    from bihuan.kernel.flow.standing import count_standing
    from bihuan.kernel.search.actions import measure
    from bihuan.kernel.store.sql import run

    known, actor, places, classes = _district()
    opened = min(matters, opened)
    _open(actor, places, classes, opened)
    if matters > opened:
        _copy(matters, opened)
    with psycopg.connect(os.environ["BIHUAN_OWNER_URL"], autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")  # as the database does by itself within minutes of so many changes
    measure()
    count_standing()
    count_today()
    known["disk_mb"] = run("SELECT pg_database_size(current_database()) / 1048576")[0][0]
    known["database"] = os.environ["BIHUAN_OWNER_URL"]
    return known


def _district() -> tuple[dict[str, Any], Any, list[int], list[int]]:
    from django.conf import settings
    from django.contrib.sessions.backends.db import SessionStore

    from bihuan.kernel.identity import actions as people
    from bihuan.kernel.identity import selectors as identity
    from bihuan.kernel.identity.actors import SYSTEM
    from bihuan.kernel.identity.models import User
    from bihuan.lines.hotline.duties import actions as duties
    from bihuan.lines.hotline.grids import actions as grids
    from bihuan.lines.hotline.registers import DUTIES

    people.sync_roles()
    county, places = people.add_division(SYSTEM, "基准区", "county", 0), []
    for s in range(_STREETS):
        street = people.add_division(SYSTEM, f"基准{s}街道", "street", county)
        for c in range(_COMMUNITIES):
            places.append(people.add_division(SYSTEM, f"基准{s}街{c}社区", "community", street))
            rolls = [(f"基准{s}街{c}社区{n}栋", 0, 60) for n in range(_BUILDINGS)]
            grids.enter_buildings(SYSTEM, places[-1], rolls)
    unit = people.create_organisation(SYSTEM, "基准热线", "government", division=county)
    user = people.create_user(SYSTEM, "bench_desk", "基准", password=None)
    post = people.appoint(SYSTEM, user, unit, "operator", county)
    actor = identity.actor_of(user, post)
    classes = []
    for name in _CLASSES:
        said = {"name": name, "unit": str(unit), "words": f"{name[:2]} {name[2:]}", "basis": "示例"}
        classes.append(duties.keep(SYSTEM, DUTIES, None, said, division=county))
    session = SessionStore()
    session.update({
        "_auth_user_id": str(user), "_auth_user_backend": settings.AUTHENTICATION_BACKENDS[0],
        "_auth_user_hash": User.objects.get(id=user).get_session_auth_hash(), "post": post,
    })  # fmt: skip
    session.save()
    return {"session": session.session_key, "unit": unit}, actor, places, classes


def _open(actor: Any, places: list[int], classes: list[int], count: int) -> None:
    from datetime import timedelta

    from bihuan.kernel.flow.bulk import New, move_many, open_many
    from bihuan.kernel.identity.selectors import scope_of
    from bihuan.kernel.jobs import run_due
    from bihuan.kernel.ledger.actions import seal
    from bihuan.kernel.now import now
    from bihuan.kernel.store.sql import run

    scopes = [scope_of(one) for one in places]
    for first in range(0, count, 5000):
        news = [
            New({"title": f"基准{n % 97}栋{_CLASSES[n % 12]}第{n}件", "type": "help", "secrecy": "open",
                 "channel": "phone", "about": [classes[n % 12]], "tier": "hotline.general"},
                scopes[n * 7 % len(scopes)], at=now() - timedelta(days=n * 13 % _EARLIER, minutes=n % 600))
            for n in range(first, min(first + 5000, count))
        ]  # fmt: skip
        made = [one.receipt.matter for one in open_many(actor, "hotline.order", news) if one.receipt]
        assert len(made) == len(news)
        closing = [(key, {"reply": "已当场答复"}) for n, key in enumerate(made) if n % 20]
        done = move_many(actor, "direct", closing)
        assert all(one.receipt for one in done), next(one for one in done if not one.receipt)
        run_due()
    seal()
    run("UPDATE flow_span SET told = true WHERE NOT told")


def _copy(count: int, opened: int) -> None:
    from bench.pages import _copying
    from bihuan.kernel.store.sql import run

    first, last = run("SELECT min(id), max(id) FROM flow_matter WHERE kind = 'hotline.order'")[0]
    step = last - first + 1
    for turn in range(1, -(-count // opened)):
        for table, key, left in _COPIED:
            given = {"shift": step * turn, "days": turn * _EARLIER, "first": first, "last": last}
            run(_copying(table, key, left), given)
    run("SELECT setval('bihuan_chain', %s)", (last + step * -(-count // opened),))


def sweep() -> dict[str, Any]:
    """Do the passes of the early warning in this process; return seconds and what they counted."""
    from bihuan.kernel.store.sql import run
    from bihuan.lines.hotline.warning import actions

    taken = []
    for _pass in range(2):
        begun = time.perf_counter()
        actions.sweep()
        taken.append(round(time.perf_counter() - begun, 2))
    cells, events = run("SELECT count(DISTINCT cell), sum(events) FROM hotline_tally")[0]
    return {"first_s": taken[0], "again_s": taken[1], "cells": cells, "events": int(events or 0)}


class Browser:
    """One connection as the desk's browser."""

    def __init__(self, port: int, session: str) -> None:
        self.connection, self.cookies = HTTPConnection("127.0.0.1", port, timeout=120), {"sessionid": session}

    def ask(self, path: str, form: dict[str, str] | None = None) -> float:
        """Ask for a page, or send a form; return milliseconds. Anything but a success raises."""
        begun = time.perf_counter()
        if form is None:
            self._sent("GET", path, None, {})
        else:
            # As the console's form asks: for its hints alone.
            kind = {
                "Content-Type": "application/x-www-form-urlencoded",
                "HX-Request": "true",
                "HX-Target": "hints",
            }
            self._sent("POST", path, urlencode(form), kind)
        return (time.perf_counter() - begun) * 1000

    def call(self, method: str, path: str, said: Any = None) -> Any:
        """Ask the API as whoever is signed in; return its document."""
        body = json.dumps(said) if said is not None else None
        return json.loads(self._sent(method, f"/api/v1/{path}", body, {"Content-Type": "application/json"}))

    def _sent(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> bytes:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        token = self.cookies.get("csrftoken", "")
        self.connection.request(method, path, body, {**headers, "Cookie": cookies, "X-CSRFToken": token})
        answer = self.connection.getresponse()
        said = answer.read()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _eq, rest = cookie.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        if answer.status >= 300:
            raise HTTPException(f"{method} {path}: {answer.status} {said[:300]!r}")
        return said


def _desk(port: int, known: dict[str, Any]) -> Browser:
    """Return the desk's browser once it has opened the console, and so has its token against forgery."""
    browser = Browser(port, known["session"])
    browser.ask("/hotline/console/")
    return browser


def _p95(ask: Callable[[int], float], rounds: int) -> dict[str, float]:
    taken = [ask(n) for n in range(rounds + 3)][3:]
    cut = statistics.quantiles(taken, n=20)
    return {"p50_ms": round(statistics.median(taken), 1), "p95_ms": round(cut[18], 1)}


def _pages(port: int, known: dict[str, Any], rounds: int) -> dict[str, Any]:
    browser = _desk(port, known)

    def typed(n: int) -> float:
        said = {"phone": f"1380000{n:04}", "title": f"基准{n % 97}栋{_CLASSES[n % 12]}", "detail": "昨晚开始，没人来看",
                "address": f"基准{n % 10}街{n % 7}社区{n % 20}栋2单元"}  # fmt: skip
        return browser.ask("/hotline/console/hints/", said)

    return {
        "console suggestions": _p95(typed, rounds),
        "queue": _p95(lambda _n: browser.ask("/hotline/"), rounds),
        "queue, late": _p95(lambda _n: browser.ask("/hotline/?stage=registered&late=yes"), rounds),
        "search": _p95(lambda n: browser.ask(f"/search/?q={quote(_CLASSES[n % 12])}"), rounds),
        "search rare": _p95(lambda n: browser.ask(f"/search/?q={quote(f'第{n * 31}件')}"), rounds),
        "grids": _p95(lambda _n: browser.ask("/hotline/grids/"), rounds),
        "rates": _p95(lambda _n: browser.ask("/hotline/rates/"), max(5, rounds // 3)),
        "rates by street": _p95(lambda _n: browser.ask("/hotline/rates/?by=street"), max(5, rounds // 3)),
        "hotspots": _p95(lambda _n: browser.ask("/hotline/hotspots/"), rounds),
    }


def _intake(port: int, known: dict[str, Any], rounds: int) -> dict[str, float]:
    desk = _desk(port, known)

    def one(n: int) -> float:
        begun = time.perf_counter()
        code = desk.call("POST", "hotline/calls", _said(n))["code"]
        desk.call("POST", f"matters/{code}/moves/dispatch", {"data": {"unit": known["unit"]}})
        return (time.perf_counter() - begun) * 1000

    return _p95(one, rounds)


def _said(n: int) -> dict[str, str]:
    return {
        "title": f"基准{n % 97}栋{_CLASSES[n % 12]}新报第{n}件",
        "type": "help",
        "detail": "来电反映，昨晚开始。",
        "address": f"基准{n % 10}街{n % 7}社区{n % 20}栋",
        "phone": f"13800{n % 10**6:06}",
        "key": f"bench-{n}",
    }


def _burst(port: int, known: dict[str, Any], count: int, clients: int = 8) -> dict[str, Any]:
    seen, todo, lock = Seen(), iter(range(10**6, 10**6 + count)), threading.Lock()
    begun = time.perf_counter()

    def run() -> None:
        desk = _desk(port, known)
        while True:
            with lock:
                n = next(todo, None)
            if n is None:
                return
            try:
                seen.codes.append(desk.call("POST", "hotline/calls", _said(n))["code"])
            except (OSError, HTTPException, ValueError, KeyError) as fault:
                seen.faults.append(repr(fault)[:300])
                desk.connection.close()

    threads = [threading.Thread(target=run) for _n in range(clients)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    took = time.perf_counter() - begun
    desk = _desk(port, known)
    lost = sum(desk.call("GET", f"matters/{code}")["code"] != code for code in seen.codes)
    return {
        "intakes": len(seen.codes), "faults": len(seen.faults), "first_faults": seen.faults[:2], "lost": lost,
        "twice": len(seen.codes) - len(set(seen.codes)), "a_hour": round(len(seen.codes) / took * 3600),
    }  # fmt: skip


def _memory(folder: str) -> int:
    """Return the most megabytes that one of the serving processes of this installation has held."""
    most = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            if f"BIHUAN_STATE={folder}" in (status.parent / "environ").read_text(errors="replace"):
                text = status.read_text(encoding="ascii")
                if "postgres" not in text.partition("\n")[0]:
                    most = max(most, int(text.partition("VmHWM:")[2].split()[0]) // 1024)
        except (OSError, IndexError, ValueError):
            continue
    return most


def _child(folder: str, *words: str) -> Any:
    environment = {**os.environ, "BIHUAN_STATE": folder, "BIHUAN_MFA": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "bench.hotline", *words], env=environment, check=True, stdout=subprocess.PIPE
    )
    return json.loads(done.stdout)


def measure(args: argparse.Namespace) -> dict[str, Any]:
    """Fill an installation, then measure it."""
    with TemporaryDirectory() as folder:
        begun = time.perf_counter()
        with installation(folder, args.matters, "bench.hotline", str(args.opened)) as (port, known):
            result: dict[str, Any] = {
                "matters": args.matters, "filled_s": round(time.perf_counter() - begun, 1), "disk_mb": known["disk_mb"],
                "warning sweep": _child(folder, "--sweep-here"),
                "intake to dispatched": _intake(port, known, args.rounds),
                **_pages(port, known, args.rounds),
                "burst": _burst(port, known, args.burst),
            }  # fmt: skip
            result["warning sweep after the burst"] = _child(folder, "--sweep-here")
            result["memory_mb"] = _memory(folder)
        return result


def _within(work: Callable[[], dict[str, Any]]) -> int:
    """Do a child's work in this process's installation and print its document."""
    from bihuan.site import boot

    with boot.surroundings():
        import django

        django.setup()
        sys.stdout.write(json.dumps(work()))
    return 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--fill-here"]:
        raise SystemExit(_within(lambda: fill(int(sys.argv[2]), int(sys.argv[3]))))
    if sys.argv[1:2] == ["--sweep-here"]:
        raise SystemExit(_within(sweep))
    raise SystemExit(
        main("The hotline at N orders", measure, matters=1_000_000, opened=20_000, rounds=40, burst=600)
    )
