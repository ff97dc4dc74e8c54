"""The short form of ``python -m bench.races``: of two contradictory moves at the same moment exactly one wins."""

import json
import subprocess
import sys

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("cluster")]


def test_of_each_pair_one_wins():
    done = subprocess.run(
        [sys.executable, "-m", "bench.races", "--pairs", "200", "--samples", "50", "--json"],
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert done.stdout, done.stderr
    found = json.loads(done.stdout)
    assert (found["one_winner"], found["two_winners"], found["no_winner"]) == (200, 0, 0)
    assert found["at_the_same_time"] > 0
    assert found["otherwise_than_told"] == found["ledger_findings"] == found["rebuilt_is_not_live"] == 0
    assert found["naive"]["two_winners"] > 0, "the race is there without the compare-and-swap"
    assert done.returncode == 0
