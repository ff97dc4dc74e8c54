"""The program as a person starts it: a process of its own, with nothing of the harness around it."""

import os
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
            timeout=300,
        )

    return run
