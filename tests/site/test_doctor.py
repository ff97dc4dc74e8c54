"""``bihuan doctor`` finds what is wrong: each finding has a code, says what it means and what to do."""

import ast
import json
import re
from collections import namedtuple
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError
from tests.kernel.orders_house import house
from tests.site.orders.test_orders_pages import problem

from bihuan.kernel.content.keys import ring
from bihuan.kernel.errors import Unavailable
from bihuan.kernel.jobs import defer
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import run
from bihuan.site import boot, cli_doctor, cli_doctor_house, cli_doctor_work, prepare, vitals
from bihuan.site.boot import KEYS

__all__ = ["house"]
SITE = Path(boot.__file__).parent


def found(look) -> dict[str, str]:
    return {check.code: check.message for check in look() if not check.ok}


def codes(look) -> set[str]:
    return set(found(look))


def test_every_finding_says_what_it_means_and_what_to_do():
    said = {}
    for file in SITE.glob("cli_doctor*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "bad":
                assert len(node.args) == 5, f"{file.name}:{node.lineno}"
                if isinstance(node.args[1], ast.Constant):
                    said[node.args[1].value] = file.name
    document = (SITE.parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
    assert len(said) >= 18
    assert [code for code in said if not re.fullmatch(r"[a-z]+\.[a-z]+", code)] == []
    assert [code for code in said if f"`{code}`" not in document] == []


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BIHUAN_STATE", str(tmp_path / "state"))
    for variable in KEYS.values():
        monkeypatch.delenv(variable, raising=False)
    boot.make_keys(tmp_path / "state")
    return tmp_path / "state"


def test_keys_are_looked_at_one_by_one(state: Path, monkeypatch: pytest.MonkeyPatch):
    assert codes(cli_doctor_house.keys) == set()
    (state / "secrets" / "content_key").chmod(0o640)
    assert codes(cli_doctor_house.keys) == {"key.exposed"}
    (state / "secrets" / "content_key").chmod(0o600)
    for name, text in (
        ("content_key", "short"),
        ("signing_key", "BEGIN nothing"),
        ("blind_key", "x"),
        ("signing_key", "é"),
    ):
        kept = (state / "secrets" / name).read_text()
        (state / "secrets" / name).write_text(text)
        assert codes(cli_doctor_house.keys) == {"key.malformed"}, (name, text)
        (state / "secrets" / name).write_text(kept)
    monkeypatch.setenv("BIHUAN_SIGNING_KEY_FILE", str(state / "nowhere"))
    assert codes(cli_doctor_house.keys) == {"key.unreadable"}


def test_a_full_disk_is_found(state: Path, monkeypatch: pytest.MonkeyPatch):
    usage = namedtuple("Usage", "total used free")
    monkeypatch.setattr(cli_doctor_house.shutil, "disk_usage", lambda _place: usage(10**12, 0, 5 * 10**11))
    assert codes(cli_doctor_house.disk) == set()
    monkeypatch.setattr(cli_doctor_house.shutil, "disk_usage", lambda _place: usage(10**12, 0, 10**9))
    assert codes(cli_doctor_house.disk) == {"disk.full"}


def test_doors_open_to_others_are_looked_at(monkeypatch: pytest.MonkeyPatch):
    for name in ("BIHUAN_HOSTS", "BIHUAN_HTTPS", "BIHUAN_MFA"):
        monkeypatch.delenv(name, raising=False)
    assert codes(cli_doctor_house.doors) == set()
    monkeypatch.setenv("BIHUAN_HOSTS", "loop.example.gov.cn")
    assert codes(cli_doctor_house.doors) == {"https.off"}
    monkeypatch.setenv("BIHUAN_HTTPS", "1")
    assert codes(cli_doctor_house.doors) == set()
    monkeypatch.setenv("BIHUAN_MFA", "0")
    assert codes(cli_doctor_house.doors) == {"mfa.off"}


def test_a_backup_that_is_too_old_is_found(state: Path, travel, monkeypatch: pytest.MonkeyPatch):
    assert codes(cli_doctor_house.backup) == set(), "an installation of today has nothing to lose yet"
    monkeypatch.setattr(cli_doctor_house, "_is_new", lambda: False)
    assert codes(cli_doctor_house.backup) == {"backup.none"}
    (state / "backup.json").write_text(json.dumps({"made": now().isoformat(), "file": "x"}))
    assert codes(cli_doctor_house.backup) == set()
    with travel(now() + timedelta(days=3)):
        assert codes(cli_doctor_house.backup) == {"backup.old"}
        monkeypatch.setenv("BIHUAN_BACKUP_DAYS", "7")
        assert codes(cli_doctor_house.backup) == set()
    monkeypatch.setenv("BIHUAN_BACKUP_DAYS", "0")
    (state / "backup.json").write_text("damaged")
    assert codes(cli_doctor_house.backup) == set()


# ── what the database says ──────────────────────────────────────────────────


def test_a_database_that_does_not_answer_is_explained(monkeypatch: pytest.MonkeyPatch):
    def _with_database():
        raise OperationalError("connection refused")
        yield

    monkeypatch.setattr(cli_doctor, "_with_database", _with_database)
    (check,) = cli_doctor._each(_with_database)
    assert (check.name, check.code) == ("database", "database.unreachable")
    assert "connection refused" in check.message

    def disk():
        raise Unavailable("no")
        yield

    (check,) = cli_doctor._each(disk)
    assert check.code == "disk.broken"


@pytest.mark.django_db
def test_missing_migrations_and_an_old_server_are_found(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(prepare, "is_prepared", lambda _url: False)
    assert codes(cli_doctor._schema) == {"schema.other"}
    monkeypatch.setattr(cli_doctor, "_one", lambda _query: (140011,))
    assert codes(cli_doctor._server) == {"database.old"}


@pytest.mark.django_db
def test_clocks_that_differ_are_found(travel):
    assert codes(cli_doctor._skew) == set()
    with travel(now() + timedelta(seconds=40)):
        assert codes(cli_doctor._skew) == {"clock.skew"}


@pytest.mark.django_db
def test_keys_that_do_not_fit_the_data_are_found(house, settings):
    problem(house)
    assert codes(cli_doctor_work.fitting) == set()
    settings.BIHUAN_CONTENT_KEY = boot.new_key("content_key")
    assert codes(cli_doctor_work.fitting) == {"key.wrong"}
    run("UPDATE content_key SET kek = %s", (ring().current,))
    assert codes(cli_doctor_work.fitting) == set()
    run(
        "INSERT INTO ledger_root (size, day, at, root, key, signature, text, hash, peaks, bound, cluster)"
        " VALUES (1, '2026-03-02', '2026-03-02', '', 'somebody else', '', '', '', '', '1', '')"
    )
    assert codes(cli_doctor_work.fitting) == {"key.unsigned"}


@pytest.mark.django_db
def test_an_unannounced_year_is_found_from_october_on(house, travel):
    known = {year for (year,) in run("SELECT year FROM clock_calendarnotice")}
    last = max(known)
    with travel(now().replace(year=last, month=9, day=1)):
        assert codes(cli_doctor_work.calendar) == set()
    with travel(now().replace(year=last, month=10, day=1)):
        assert str(last + 1) in found(cli_doctor_work.calendar)["calendar.unannounced"]


@pytest.mark.django_db
def test_a_queue_nobody_works_on_is_found(house):
    run("DELETE FROM procrastinate_jobs")
    defer("clock.sweep")
    assert codes(cli_doctor_work.jobs) == set()
    run("UPDATE procrastinate_events SET at = %s", (now() - timedelta(minutes=6),))
    assert codes(cli_doctor_work.jobs) == {"queue.stuck"}
    run("UPDATE procrastinate_jobs SET status = 'doing'")
    run("UPDATE procrastinate_jobs SET status = 'failed'")
    assert codes(cli_doctor_work.jobs) == {"jobs.failed"}


@pytest.mark.django_db
def test_a_late_sweep_is_found(house, travel):
    row = problem(house)
    run("DELETE FROM procrastinate_jobs")
    first = run("SELECT min(next_alarm_at) FROM clock_clock WHERE matter_id = %s", (row.id,))[0][0]
    with travel(first + timedelta(minutes=2)):
        assert codes(cli_doctor_work.sweep) == set()
    with travel(first + timedelta(minutes=4)):
        assert codes(cli_doctor_work.sweep) == {"sweep.late"}


@pytest.mark.django_db
def test_few_connections_left_are_found(monkeypatch: pytest.MonkeyPatch):
    look = vitals.Vitals(0, 0.0, 0, 0, 1, 0.0, {"idle": 95}, 100)
    monkeypatch.setattr(vitals, "look", lambda: look)
    assert codes(cli_doctor_work.sweep) == {"connections.few"}


def test_missing_browser_files_are_found(monkeypatch: pytest.MonkeyPatch):
    from django.contrib.staticfiles import finders

    assert codes(cli_doctor_work.browser_files) == set()
    monkeypatch.setattr(finders, "find", lambda _name: None)
    assert codes(cli_doctor_work.browser_files) == {"static.missing"}
