"""What the serving login may do, on a database as an installation has it."""

import json
from pathlib import Path

import psycopg
import pytest

from bihuan.site.boot import KEYS
from bihuan.site.cluster import APP, OWNER, Cluster

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("cluster")]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, program):
    state = tmp_path_factory.mktemp("roles") / "state"
    with Cluster(state, durable=False).up() as cluster:
        done = program(state, "doctor", "--json")
        yield cluster, json.loads(done.stdout), done


def test_doctor_looks_at_everything(installed):
    _cluster, document, done = installed
    assert done.returncode == (0 if document["ok"] else 1)
    names = [check["name"] for check in document["checks"]]
    rest = [
        *("disk", "doors", "backup", "database", "schema", "login", "clock"),
        *("keys and data", "calendar", "jobs", "sweep", "browser files"),
    ]
    assert names == [*KEYS, *rest]
    assert [
        c
        for c in document["checks"]
        if not c["ok"] and c["name"] not in ("calendar", "browser files", "disk")
    ] == []


def test_doctor_finds_a_key_that_others_can_read(installed, program):
    cluster, _document, _done = installed
    key = cluster.state / "secrets" / "content_key"
    key.chmod(0o644)
    try:
        done = program(cluster.state, "doctor", "--json")

    finally:
        key.chmod(0o600)
    assert done.returncode == 1
    found = {c["name"]: c for c in json.loads(done.stdout)["checks"]}
    assert not found["content_key"]["ok"]
    assert found["content_key"]["code"] == "key.exposed"
    assert "chmod 600" in found["content_key"]["do"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET text = ''",
        "DELETE FROM ledger_entry",
        "TRUNCATE ledger_entry",
        "ALTER TABLE ledger_entry DISABLE TRIGGER ALL",
        "DROP TABLE ledger_entry",
        "DELETE FROM django_migrations",
        "CREATE TABLE mine (id int)",
    ],
)
def test_serving_login_may_not_touch_history_or_schema(installed, statement: str):
    cluster, _document, _done = installed
    with (
        psycopg.connect(cluster.url(role=APP)) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement)


def test_serving_login_may_do_its_work(installed):
    cluster, _document, _done = installed
    with psycopg.connect(cluster.url(role=APP)) as connection:
        connection.execute("SELECT * FROM ledger_entry")
        connection.execute("UPDATE identity_user SET name = name")
        connection.execute("DELETE FROM django_session")
        connection.execute("SELECT nextval('bihuan_chain')")


def test_new_tables_are_granted_at_the_next_start(installed, program):
    cluster, _document, _done = installed
    with psycopg.connect(cluster.url(role=OWNER), autocommit=True) as owner:
        owner.execute("COMMENT ON TABLE django_migrations IS 'bihuan older'")
        owner.execute("CREATE TABLE added_later (id int)")
    program(cluster.state, "doctor")
    with psycopg.connect(cluster.url(role=APP)) as connection:
        assert connection.execute("SELECT * FROM added_later").fetchall() == []


def test_a_command_leaves_the_database_as_found(tmp_path: Path, program, installation):
    state = installation(tmp_path / "state")
    done = program(state, "ledger", "verify", "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["ok"]
    assert document["findings"] == []
    assert not Cluster(state).running()
    last = json.loads((state / "commands.log").read_text().splitlines()[-1])
    assert last["command"] == "ledger verify"
    assert last["user"]
