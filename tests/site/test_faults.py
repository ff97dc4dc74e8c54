"""The short form of ``python -m bench.faults``: real processes are killed under load, and everything still holds."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from bench.faults import replicas

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("cluster")]


_LACKING = replicas.missing()


@pytest.mark.parametrize(
    "scenario",
    [
        "kill_database",
        pytest.param("primary_killed", marks=pytest.mark.skipif(bool(_LACKING), reason=_LACKING)),
    ],
)
def test_what_was_acknowledged_survives(scenario: str, prepared: Path):
    command = [sys.executable, "-m", "bench.faults", "--scenario", scenario, "--seconds", "12"]
    done = subprocess.run(
        [*command, "--clients", "2", "--planted", "0", "--json", "--template", str(prepared)],
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert done.stdout, done.stderr
    found = json.loads(done.stdout)[scenario]
    assert found["broken"] == []
    assert found["injuries"] > 0
    assert found["acknowledged"] > 0
    assert done.returncode == 0
