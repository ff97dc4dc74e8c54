"""Who watches the machine: figures for Prometheus, one id through page, job and entry, and logs without persons."""

import json
import logging
import os
import re
import subprocess
import sys
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
import structlog
from django.conf import settings as live
from django.db import IntegrityError, connection, transaction
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families
from tests.kernel.orders_house import house
from tests.site.orders.test_orders_pages import browser, problem

from bihuan.kernel import watch
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.jobs import blueprint, defer, run_due
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import run
from bihuan.site import logs, metrics, vitals

__all__ = ["house"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def plain(settings):
    settings.MFA_REQUIRED = False


def figures(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def figure(name: str, **labels: str) -> float:
    text = metrics.exposition().decode()
    return figures(text).get((name, tuple(sorted(labels.items()))), 0.0)


# ── who may look ────────────────────────────────────────────────────────────


def test_without_a_token_only_this_machine_sees_figures(client: Client, settings):
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="10.1.2.3").status_code == 404
    settings.LOOPBACK = False  # a site that others can knock at, perhaps through a proxy on this machine
    assert client.get("/metrics").status_code == 404


def test_with_a_token_its_bearer_sees_figures(client: Client, settings):
    settings.BIHUAN_METRICS_TOKEN = "令牌-0123456789"
    settings.LOOPBACK = False
    assert client.get("/metrics").status_code == 404
    for wrong in ("Bearer ", "Bearer x", "Basic 令牌-0123456789"):
        assert client.get("/metrics", headers={"Authorization": wrong}).status_code == 404
    answer = client.get(
        "/metrics", headers={"Authorization": "Bearer 令牌-0123456789"}, REMOTE_ADDR="10.1.2.3"
    )
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert figures(answer.content.decode())[("bihuan_database_up", ())] == 1
    assert client.post("/metrics", headers={"Authorization": "Bearer 令牌-0123456789"}).status_code in {
        403,
        405,
    }


# ── what is counted ─────────────────────────────────────────────────────────


def test_requests_count_by_route_and_never_by_address(house):
    row, centre = problem(house), browser(house.centre)
    asked = {"route": "matters/<str:code>/", "method": "GET", "status": "200"}
    before = figure("bihuan_requests_total", **asked)
    assert centre.get(f"/matters/{row.code}/").status_code == 200
    assert figure("bihuan_requests_total", **asked) == before + 1
    centre.get("/nobody/has/declared/this/")
    centre.generic("BREW", "/search/")
    assert figure("bihuan_requests_total", route="none", method="GET", status="404") >= 1
    text = metrics.exposition().decode()
    assert row.code not in text
    assert "/nobody/" not in text
    assert "BREW" not in text


def test_jobs_count_by_task_and_outcome():
    def breaks() -> None:
        raise RuntimeError("on purpose")

    from bihuan.kernel import jobs

    good, bad = jobs._watched("watch.good", lambda: None), jobs._watched("watch.bad", breaks)
    good()
    with pytest.raises(RuntimeError):
        bad(request_id="abc")
    assert figure("bihuan_jobs_total", task="watch.good", outcome="done") == 1
    assert figure("bihuan_jobs_total", task="watch.bad", outcome="failed") == 1
    assert figure("bihuan_job_seconds_count", task="watch.bad") == 1


def test_matters_count_once_committed_and_not_when_rolled_back(house, django_capture_on_commit_callbacks):
    kind = "projects.problem"
    opened, moved = figure("bihuan_matters_opened_total", kind=kind), {"kind": kind, "move": "assign"}
    with django_capture_on_commit_callbacks(execute=True):
        row = problem(house)
    assert figure("bihuan_matters_opened_total", kind=kind) == opened + 1
    assigned = figure("bihuan_matters_moved_total", **moved)
    assert assigned >= 1
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        problem(house)
        transaction.set_rollback(True)
    assert figure("bihuan_matters_opened_total", kind=kind) == opened + 1
    assert figure("bihuan_matters_moved_total", **moved) == assigned
    assert row.seq >= 2


def test_the_queue_and_the_sweep_are_seen_to_be_late(house, travel):
    problem(house)
    run("DELETE FROM procrastinate_jobs")
    defer("clock.sweep")
    run("UPDATE procrastinate_events SET at = %s", (now() - timedelta(hours=2),))
    first = run("SELECT min(next_alarm_at) FROM clock_clock")[0][0]
    found = vitals.look()
    assert (found.waiting, found.running, found.given_up) == (1, 0, 0)
    assert 7200 <= found.oldest < 7300
    assert found.sweep_late == 0
    assert found.connections_most >= 20
    with travel(first + timedelta(minutes=10)):
        assert vitals.look().sweep_late == pytest.approx(600, abs=2)


def test_figures_come_without_a_database(monkeypatch: pytest.MonkeyPatch):
    def down() -> vitals.Vitals:
        raise IntegrityError

    monkeypatch.setattr(vitals, "look", down)
    text = metrics.exposition().decode()
    assert figures(text)[("bihuan_database_up", ())] == 0
    assert "bihuan_queue_jobs" not in text


_COUNTS = """
import django; django.setup()
from bihuan.site import metrics, vitals
for turn in range({times}):
    metrics.answered("search/", "GET", 200, 0.02)
if {last}:
    def down(): raise vitals_error
    from django.db import DatabaseError as vitals_error
    vitals.look = down
    print(metrics.exposition().decode())
"""


def test_several_processes_add_up_and_the_dead_are_forgotten_at_the_next_start(tmp_path: Path):
    surroundings = {
        **os.environ,
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "bihuan.site.settings",
    }

    def process(times: int, *, last: bool = False) -> str:
        code = _COUNTS.format(times=times, last=last)
        done = subprocess.run(
            [sys.executable, "-c", code], env=surroundings, capture_output=True, text=True, check=True
        )
        return done.stdout

    process(3)
    process(4)
    found = figures(process(5, last=True))
    assert (
        found[("bihuan_requests_total", (("method", "GET"), ("route", "search/"), ("status", "200")))] == 12
    )
    assert found[("bihuan_request_seconds_count", (("route", "search/"),))] == 12
    (tmp_path / f"counter_{os.getpid()}.db").touch()
    metrics.forget_the_dead(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == [f"counter_{os.getpid()}.db"]


def test_the_dashboard_asks_for_figures_there_are():
    root = Path(__file__).resolve().parents[2]
    board = json.loads((root / "deploy" / "grafana.json").read_text(encoding="utf-8"))
    asked = {
        name
        for panel in board["panels"]
        for target in panel.get("targets", ())
        for name in re.findall(r"bihuan_\w+", target["expr"])
    }
    watch.happened("job", task="watch.board", outcome="done", seconds=0.1)
    watch.happened("opened", kind="x", move="open", count=1)
    watch.happened("moved", kind="x", move="y", count=1)
    metrics.answered("search/", "GET", 200, 0.1)
    known = {name for name, _labels in figures(metrics.exposition().decode())} | {
        "bihuan_database_connections"
    }
    assert asked
    assert asked <= known


# ── one id ──────────────────────────────────────────────────────────────────


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch):
    """Everything the program logs, one JSON document a line, as on a server."""
    monkeypatch.setattr(live, "PROCESS", "web")
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    formatter = logs.configuration()["formatters"]["lines"]
    handler.setFormatter(
        formatter["()"](processors=formatter["processors"], foreign_pre_chain=formatter["foreign_pre_chain"])
    )
    loggers = [logging.getLogger(name) for name in ("bihuan", "django", "procrastinate")]
    before = [(one, one.level, one.disabled) for one in loggers]
    for one in loggers:
        one.addHandler(handler)
        one.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    for one, level, _disabled in before:
        one.removeHandler(handler)
        one.setLevel(level)


def test_one_id_goes_through_page_entry_and_job(house, written, django_capture_on_commit_callbacks):
    order, leader = house.row(house.draft(signer=house.leader.post)), browser(house.leader)
    run("DELETE FROM procrastinate_jobs")
    asked = {"X-Request-ID": "abcdef-0123456789"}
    with django_capture_on_commit_callbacks(execute=True):
        answer = leader.post(f"/orders/{order.code}/sign/", {"ver": order.ver, "key": "s"}, headers=asked)
    assert answer.headers["X-Request-ID"] == "abcdef-0123456789"
    queued = run("SELECT task_name, args->>'request_id' FROM procrastinate_jobs")
    assert ("orders.issued", "abcdef-0123456789") in queued
    run_due()
    mine = [line for line in written() if line.get("request_id") == "abcdef-0123456789"]
    assert {line["event"] for line in mine} >= {"request", "moved", "job"}
    (signed,) = [line for line in mine if line["event"] == "moved" and line["move"] == "sign"]
    assert (signed["matter"], signed["seq"]) == (order.code, order.seq + 1)
    assert "orders.issued" in {line["task"] for line in mine if line["event"] == "job"}


def test_a_job_nobody_asked_for_has_an_id_of_its_own():
    seen = []
    from bihuan.kernel import jobs

    periodic = jobs._watched("watch.periodic", lambda: seen.append(watch.request_id()))
    periodic()
    periodic()
    assert all(re.fullmatch(r"[0-9a-f]{32}", name) for name in seen)
    assert seen[0] != seen[1]
    assert watch.request_id() == ""


def test_every_task_of_the_house_is_watched():
    for name, task in blueprint.tasks.items():
        assert task.func.__qualname__, name
        assert hasattr(task.func, "__wrapped__"), name


# ── logs without persons ────────────────────────────────────────────────────

PERSONS = ("张三丰", "13912345678", "43010219900307123X")


def test_what_the_database_says_of_a_row_stays_out_of_the_log(written):
    log = structlog.get_logger("bihuan.requests")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE person (name text UNIQUE, phone text NOT NULL)")
        for row in (("张三丰", "13912345678"), ("张三丰", "13912345678"), ("张三丰\n张三丰", None)):
            try:
                with transaction.atomic():
                    cursor.execute("INSERT INTO person VALUES (%s, %s)", row)
            except IntegrityError as error:
                log.exception("broken", error=error, text=str(error))
    said = json.dumps(written(), ensure_ascii=False)
    assert "duplicate key" in said
    assert "null value" in said
    assert "Traceback" in said
    assert [word for word in PERSONS if word in said] == []


def test_numbers_and_addresses_that_are_keys_stay_out_of_the_log(written, client: Client):
    client.get("/l/geheim123/?phone=13912345678")
    client.get("/calendar/geheim123.ics")
    logging.getLogger("django.request").warning("Not Found: %s", "/l/geheim123/")
    structlog.get_logger("bihuan").info(
        "called", who="13912345678, 43010219900307123X", all=["+8613912345678"]
    )
    lines = written()
    said = json.dumps(lines, ensure_ascii=False)
    assert {line["path"] for line in lines if line["event"] == "request"} == {"/l/…/", "/calendar/…"}
    assert "geheim123" not in said
    assert [word for word in PERSONS if word in said] == []


def test_a_walk_with_persons_leaves_none_of_them_in_the_log(house, written):
    title = "张三丰（13912345678）的厂房漏水"
    row = problem(house)
    flow.move(house.centre, row.id, "note", {"note": title})
    centre = browser(house.centre)
    centre.get(f"/matters/{row.code}/")
    centre.get("/search/", {"q": "张三丰"})
    centre.post(f"/matters/{row.code}/moves/note/", {"note": title, "key": "walk"})
    centre.post("/orders/new/", {"title": title, "unit": "nonsense", "demand": title})
    run_due()
    said = json.dumps(written(), ensure_ascii=False)
    assert '"request"' in said
    assert [word for word in PERSONS if word in said] == []
