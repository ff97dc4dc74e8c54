"""pytest plugin: keys and a database for the whole run, before settings are read.

Without DATABASE_URL it starts one embedded cluster in a folder of its own and
removes it at the end; the workers of pytest-xdist share it. Rooms added from
outside this checkout use it with ``-p bihuan.site.testing``.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bihuan.site.boot import KEYS, new_key
from bihuan.site.cluster import OWNER, Cluster

_run = ExitStack()


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
        _run.enter_context(cluster.up())
        os.environ["DATABASE_URL"] = cluster.url(role=OWNER)
