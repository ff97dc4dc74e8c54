"""The program as a person starts it: a process of its own, with nothing of the harness around it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

PROGRAM = [sys.executable, "-m", "bihuan.site.cli"]


def _surroundings(state: Path) -> dict[str, str]:
    kept = {
        n: v for n, v in os.environ.items() if not n.startswith(("BIHUAN_", "DATABASE_", "DJANGO_", "PYTEST"))
    }
    return {**kept, "BIHUAN_STATE": str(state), "BIHUAN_LANG": "en"}


@pytest.fixture(scope="session")
def surroundings() -> Callable[[Path], dict[str, str]]:
    """An environment as on a fresh machine, with the given state folder."""
    return _surroundings


@pytest.fixture(scope="session")
def program() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run ``program(state, "ledger", "verify", "--json")`` to its end."""

    def run(state: Path, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*PROGRAM, *words],
            env=_surroundings(state),
            capture_output=True,
            text=True,
            check=False,
            timeout=900,
        )

    return run


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory, program) -> Path:
    """A folder with ``state`` in it as ``bihuan up --prepare`` leaves it, made once a run: migrating takes its time."""
    folder = tmp_path_factory.mktemp("prepared")
    done = program(folder / "state", "up", "--prepare", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="session")
def installation(prepared: Path) -> Callable[[Path], Path]:
    """Call ``installation(state)`` for an installation of its own there, with the keys of ``prepared``.

    Where the database can't lie in the state folder, only the folder is made: the first command fills it.
    """

    def copy(state: Path) -> Path:
        if (prepared / "state" / "postgres").is_dir():
            return Path(shutil.copytree(prepared / "state", state, symlinks=True))
        state.mkdir(mode=0o700, parents=True)
        return state

    return copy
