"""Migrations that will run while others work: no lock that a busy house can't bear, and none waited for long.

squawk reads the SQL of every migration that came after the first release; what was there before ran on
tables without rows. A migration that must do what squawk warns of says so in itself: ``ACCEPTED = {rule: reason}``.
"""

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from django.db import OperationalError, connection, connections
from django.db.migrations.loader import MigrationLoader

from bihuan.site import prepare

SQUAWK = Path(sys.executable).with_name("squawk")
BEFORE = Path(__file__).with_name("migrations_before_release.json")
#: What says nothing of locks: taste of types, and guards against running twice that Django's own table makes idle.
TASTE = (
    "prefer-bigint-over-int",
    "prefer-bigint-over-smallint",
    "prefer-identity",
    "prefer-robust-stmts",
    "prefer-text-field",
    "prefer-timestamp-tz",
    "require-lock-timeout",  # prepare sets it for the session
    "require-statement-timeout",
)
pytestmark = pytest.mark.django_db


def migrations(loader: MigrationLoader) -> list[tuple[str, str]]:
    return sorted(
        key for key in loader.graph.nodes if loader.disk_migrations[key].__module__.startswith("bihuan.")
    )


def findings(loader: MigrationLoader, key: tuple[str, str], folder: Path) -> list[str]:
    """Return what squawk says of one migration, but for what the migration itself accepts."""
    migration = loader.graph.nodes[key]
    accepted = getattr(import_module(type(migration).__module__), "ACCEPTED", {})
    file = folder / f"{key[0]}.{key[1]}.sql"
    # BEGIN and COMMIT are Django's, and squawk is told of them.
    with pytest.MonkeyPatch.context() as patch:
        # Nothing is run here, so what must stand outside a transaction may be written down inside the test's.
        patch.setattr(connections["default"], "in_atomic_block", migration.atomic)
        written = loader.collect_sql([(migration, False)])
    lines = [line for line in written if line not in ("BEGIN;", "COMMIT;")]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    within = ["--assume-in-transaction"] if migration.atomic else []
    command = [
        str(SQUAWK),
        "--pg-version=15",
        *within,
        "--reporter=Json",
        f"--exclude={','.join([*TASTE, *accepted])}",
    ]
    done = subprocess.run([*command, str(file)], capture_output=True, text=True, check=False)
    return [
        f"{'.'.join(key)}: {one['rule_name']}: {one['message']}" for one in json.loads(done.stdout or "[]")
    ]


@pytest.fixture
def loader(monkeypatch: pytest.MonkeyPatch) -> MigrationLoader:
    return MigrationLoader(connection, replace_migrations=False)


def test_later_migrations_take_no_lock_a_busy_house_cannot_bear(loader: MigrationLoader, tmp_path: Path):
    before = {tuple(name.split(".")) for name in json.loads(BEFORE.read_text())}
    said = [one for key in migrations(loader) if key not in before for one in findings(loader, key, tmp_path)]
    assert said == []


def test_squawk_sees_what_would_stop_a_house(tmp_path: Path):
    file = tmp_path / "bad.sql"
    file.write_text(
        "ALTER TABLE flow_matter ADD COLUMN a int NOT NULL;\n"
        "ALTER TABLE flow_matter ALTER COLUMN title TYPE varchar(10);\n"
        "CREATE INDEX late ON flow_matter (title);\n"
        "ALTER TABLE flow_matter DROP COLUMN title;\n"
        "ALTER TABLE flow_matter ADD CONSTRAINT c CHECK (seq > 0);\n"
    )
    done = subprocess.run(
        [SQUAWK, "--pg-version=15", "--reporter=Json", file], capture_output=True, text=True, check=False
    )
    assert {one["rule_name"] for one in json.loads(done.stdout)} >= {
        "adding-required-field",
        "changing-column-type",
        "require-concurrent-index-creation",
        "ban-drop-column",
        "constraint-missing-not-valid",
    }


def test_the_list_of_earlier_migrations_only_shrinks(loader: MigrationLoader):
    before = json.loads(BEFORE.read_text())
    assert before == sorted(before)
    assert [name for name in before if tuple(name.split(".")) not in migrations(loader)] == []


# ── locks are not waited for ────────────────────────────────────────────────


def test_a_migration_waits_seconds_for_a_lock_and_is_tried_again(monkeypatch: pytest.MonkeyPatch):
    tries: list[str] = []

    def migrate(name: str, **_options: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            tries.append(f"{name} {cursor.fetchone()[0]}")
        if len(tries) < 3:
            raise OperationalError("waited") from psycopg.errors.LockNotAvailable()

    monkeypatch.setattr(prepare, "_PAUSE", 0)
    with connection.cursor() as cursor:
        prepare.migrate(cursor, migrate)
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone()[0] == "0"
    assert tries == ["migrate 5s"] * 3


def test_a_lock_that_never_comes_free_and_another_failure_end_it(monkeypatch: pytest.MonkeyPatch):
    def never(_name: str, **_options: object) -> None:
        raise OperationalError("waited") from psycopg.errors.LockNotAvailable()

    def broken(_name: str, **_options: object) -> None:
        raise OperationalError("gone") from psycopg.errors.AdminShutdown()

    monkeypatch.setattr(prepare, "_PAUSE", 0)
    with connection.cursor() as cursor:
        with pytest.raises(OperationalError, match="waited"):
            prepare.migrate(cursor, never)
        with pytest.raises(OperationalError, match="gone"):
            prepare.migrate(cursor, broken)


def test_nothing_is_left_to_migrate():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
