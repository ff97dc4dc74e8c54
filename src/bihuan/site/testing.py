"""pytest plugin: keys and a database for the whole run, before settings are read.

Without DATABASE_URL it starts one embedded cluster in a folder of its own and
removes it at the end; the workers of pytest-xdist share it. The cluster is a copy of
one that was migrated before, made when a migration of this version was not seen yet,
and every test database is a copy of its database. Rooms added from outside this
checkout use it with ``-p bihuan.site.testing``.
"""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import ExitStack, suppress
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from bihuan.site import prepare
from bihuan.site.boot import KEYS, new_key
from bihuan.site.cluster import OWNER, Cluster

_run = ExitStack()
#: Where migrated clusters are kept between runs; nothing in them but what migrations leave.
_KEPT = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "bihuan" / "tests"
_VERSIONS = 6
#: What every test database is a copy of; the cluster's own database is for programs that tests start.
_TEMPLATE = "bihuan_template"


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """Prepare the environment before pytest-django loads the settings."""
    options = early_config.known_args_namespace
    if "PYTEST_XDIST_WORKER" not in os.environ and not (options.help or options.version):
        _prepare()
    return (yield)


def pytest_unconfigure() -> None:
    """Stop what the run started."""
    _run.close()


def _prepare() -> None:
    atexit.register(_run.close)  # a run that fails before it is configured is never unconfigured
    os.environ["BIHUAN_TESTING"] = "1"
    for name, variable in KEYS.items():
        if variable not in os.environ and f"{variable}_FILE" not in os.environ:
            os.environ[variable] = new_key(name)
    state = Path(tempfile.mkdtemp(prefix="bihuan-test-"))
    _run.callback(shutil.rmtree, state, ignore_errors=True)
    os.environ["BIHUAN_STATE"] = str(state)
    if "DATABASE_URL" not in os.environ:
        cluster = Cluster(state, durable=False)
        _run.callback(shutil.rmtree, cluster.home, ignore_errors=True)
        kept = _KEPT / prepare.fingerprint()
        movable = cluster.home.is_relative_to(state)
        if movable and kept.is_dir():
            shutil.copytree(kept, state, symlinks=True, dirs_exist_ok=True)
        _run.enter_context(cluster.up())
        os.environ["DATABASE_URL"] = cluster.url(role=OWNER)
        if not (movable and kept.is_dir()):
            _migrate(cluster)
            if movable:
                _keep(cluster, kept)
        os.environ["BIHUAN_TEST_TEMPLATE"] = _TEMPLATE


def _migrate(cluster: Cluster) -> None:
    with psycopg.connect(cluster.url("postgres", OWNER), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(_TEMPLATE)))
    done = subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--verbosity", "0"],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "bihuan.site.settings",
            "DATABASE_URL": cluster.url(_TEMPLATE, OWNER),
        },
        check=False,
    )
    if done.returncode:
        raise pytest.UsageError("the test database could not be migrated; see above")


def _keep(cluster: Cluster, kept: Path) -> None:
    """Leave a copy for later runs, whole or not at all; of other versions the latest few stay."""
    _KEPT.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in sorted(_KEPT.iterdir(), key=lambda one: one.stat().st_mtime)[:-_VERSIONS]:
        shutil.rmtree(old, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=_KEPT) as fresh:
        cluster.stop()
        shutil.copytree(
            cluster.state, Path(fresh) / "state", symlinks=True, ignore=shutil.ignore_patterns("run")
        )
        cluster.start()
        with suppress(OSError):  # another run was quicker
            (Path(fresh) / "state").rename(kept)
