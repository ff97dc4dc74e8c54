"""The embedded PostgreSQL keeps its promises: private, durable, left as found."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import psutil
import psycopg
import pytest

from bihuan.kernel.errors import Unavailable
from bihuan.site import cluster as module
from bihuan.site.cluster import APP, OWNER, Cluster

pytestmark = pytest.mark.xdist_group("cluster")


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIHUAN_LANG", "en")


@pytest.fixture
def cluster(tmp_path: Path):
    made = Cluster(tmp_path / "state", durable=False)
    yield made
    made.stop()


def sql(cluster: Cluster, statement: str, role: str = OWNER) -> list[tuple]:
    with psycopg.connect(cluster.url(role=role), autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_starts_and_is_left_as_found(cluster: Cluster):
    with cluster.up():
        assert cluster.running()
        assert sql(cluster, "SELECT current_user", APP) == [(APP,)]
        with Cluster(cluster.state).up():
            assert cluster.running()
        assert cluster.running(), "the inner user must not stop it under the outer one"
    assert not cluster.running()
    cluster.start()
    with cluster.up():
        pass
    assert cluster.running(), "it was up before"


def test_is_private(cluster: Cluster, tmp_path: Path):
    before = {parent: mode(parent) for parent in (tmp_path, *tmp_path.parents)}
    with cluster.up():
        assert {parent: mode(parent) for parent in before} == before
        for folder in (cluster.state, cluster.home, cluster.data, cluster.socket, cluster.state / "secrets"):
            assert mode(folder) == 0o700, folder
        for file in (cluster.state / "secrets").iterdir():
            assert mode(file) == 0o600
        assert mode(cluster.log) == 0o600
        assert sql(cluster, "SHOW listen_addresses") == [("",)]
        assert sql(cluster, "SHOW password_encryption") == [("scram-sha-256",)]
        assert sql(cluster, "SELECT DISTINCT auth_method FROM pg_hba_file_rules") == [("scram-sha-256",)]
        assert not [c for c in _postmaster(cluster).net_connections("inet") if c.status == psutil.CONN_LISTEN]
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(cluster.url(role=APP).replace(f"{APP}:", f"{APP}:x"))


def test_application_is_no_superuser(cluster: Cluster):
    with cluster.up():
        sql(cluster, "CREATE TABLE secret_things (id int)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            sql(cluster, "SELECT * FROM secret_things", APP)
        assert sql(
            cluster, "SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user", APP
        ) == [(False, False)]


def test_knows_chinese_letters(cluster: Cluster):
    with cluster.up():
        assert sql(cluster, r"SELECT '闭环' ~ '^\w+$', upper('é')") == [(True, "É")]
        sql(cluster, "CREATE EXTENSION pg_trgm")
        assert sql(cluster, "SELECT show_trgm('闭环') <> '{}'") == [(True,)]


def test_survives_kill_of_the_postmaster(cluster: Cluster):
    cluster.durable = True
    cluster.start()
    sql(cluster, "CREATE TABLE kept AS SELECT 42 AS n")
    with closing(psycopg.connect(cluster.url(role=OWNER))) as open_transaction:
        open_transaction.execute("INSERT INTO kept VALUES (43)")
        postmaster = _postmaster(cluster)
        os.kill(postmaster.pid, signal.SIGKILL)
        while cluster.running():
            time.sleep(0.01)
        cluster.start()
    assert sql(cluster, "SELECT n FROM kept") == [(42,)]


def test_killed_postmaster_that_nobody_waited_for(cluster: Cluster):
    cluster.start()
    os.kill(_postmaster(cluster).pid, signal.SIGKILL)
    while cluster.running():
        time.sleep(0.01)
    cluster.start()
    assert sql(cluster, "SELECT 1") == [(1,)]


def test_lock_file_of_a_number_that_is_now_somebody_else(cluster: Cluster):
    cluster.start()
    cluster.stop()
    (cluster.data / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster.data}\n0\n5432\n\n\n\nready   \n")
    assert not cluster.running()
    cluster.start()
    assert cluster.running()
    assert psutil.pid_exists(os.getpid())


def test_interrupted_first_start(cluster: Cluster):
    cluster._make_folders()
    cluster.data.mkdir()
    cluster.binaries.own(cluster.data)
    (cluster.data / "base").mkdir()
    cluster.start()
    assert cluster.running()


def test_two_racing_starts_make_one_cluster(tmp_path: Path):
    outcomes: list[object] = []

    def start() -> None:
        try:
            outcomes.append(Cluster(tmp_path / "state").start())
        except Exception as error:
            outcomes.append(error)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made = Cluster(tmp_path / "state")
    try:
        assert sorted(map(str, outcomes)) == ["False", "False", "False", "True"]
        assert sql(made, "SELECT count(*) FROM pg_database WHERE datname = 'bihuan'") == [(1,)]
    finally:
        made.stop()


def test_last_of_two_processes_stops_it(cluster: Cluster):
    script = (
        "import sys; from bihuan.site.cluster import Cluster\n"
        "with Cluster(sys.argv[1]).up(): print('up', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(cluster.state)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as starter:
        assert starter.stdout
        assert starter.stdin
        assert starter.stdout.readline() == "up\n"
        with cluster.up():
            starter.stdin.close()
            assert starter.wait(200) == 0
            assert cluster.running(), "we are still inside"
    assert not cluster.running()


def test_refuses_another_major(cluster: Cluster):
    cluster.start()
    cluster.stop()
    (cluster.data / "PG_VERSION").write_text("17\n")
    with pytest.raises(Unavailable, match=r"belongs to PostgreSQL 17.*pg_dump.*pg_restore"):
        cluster.start()


def test_long_path_gets_a_short_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path)) if len(str(tmp_path)) < 60 else None
    cluster = Cluster(tmp_path / ("deep" * 20) / "state", durable=False)
    try:
        with cluster.up():
            assert len(str(cluster.socket / ".s.PGSQL.5432")) < 107
            assert mode(cluster.socket) == 0o700
            assert sql(cluster, "SELECT 1") == [(1,)]
    finally:
        shutil.rmtree(cluster.socket, ignore_errors=True)


def test_refuses_a_socket_folder_laid_by_somebody_else(tmp_path: Path):
    trap = tmp_path / "trap"
    trap.symlink_to(tmp_path)
    with pytest.raises(Unavailable, match="somebody else"):
        module.private(trap)


@pytest.mark.skipif(os.getuid() != 0, reason="only root has to become somebody else")
def test_as_root_without_user_namespace(tmp_path: Path):
    cluster = Cluster(tmp_path / "state", durable=False, namespace=False)
    assert not cluster.home.exists()
    try:
        with cluster.up():
            assert sql(cluster, "SELECT 1", APP) == [(1,)]
            assert _postmaster(cluster).uids().real != 0
            assert mode(cluster.home) == 0o700
        assert Cluster(tmp_path / "state").home == cluster.home, "the next start finds the same data"
    finally:
        shutil.rmtree(cluster.home)


@pytest.mark.skipif(os.getuid() != 0, reason="only root has to become somebody else")
def test_data_move_over_when_namespaces_are_forbidden_later(tmp_path: Path):
    first = Cluster(tmp_path / "state", durable=False)
    if not first.home.is_relative_to(first.state):
        pytest.skip("this system forbids user namespaces already")
    with first.up():
        sql(first, "CREATE TABLE kept AS SELECT 1 AS n")
    later = Cluster(tmp_path / "state", durable=False, namespace=False)
    try:
        with later.up():
            assert sql(later, "SELECT n FROM kept") == [(1,)]
    finally:
        shutil.rmtree(later.home)


def _postmaster(cluster: Cluster) -> psutil.Process:
    process = cluster._process()
    assert process is not None
    return process
