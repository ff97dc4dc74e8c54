"""The program's own promises: one JSON document, honest exit statuses, errors in one shape."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bihuan.kernel.commands import Answer, Command
from bihuan.kernel.errors import BadInput, Conflict, Refused, Unavailable
from bihuan.site import cli, cli_plain


@pytest.fixture(autouse=True)
def _chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIHUAN_LANG", "en")


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict]:
    status = cli.main([*words, "--json"])
    return status, json.loads(capsys.readouterr().out)


def test_clock_add(capsys: pytest.CaptureFixture[str]):
    assert run(capsys, "clock", "add", "2025-09-26", "45wd") == (
        0,
        {"date": "2025-12-04", "provisional": False},
    )
    assert cli.main(["clock", "add", "2025-09-26", "45wd"]) == 0
    assert json.loads(capsys.readouterr().out) == {"date": "2025-12-04", "provisional": False}


def test_clock_add_in_a_year_not_announced(capsys: pytest.CaptureFixture[str]):
    status, document = run(capsys, "clock", "add", "2029-12-20", "10wd")
    assert (status, document["provisional"]) == (0, True)


def test_clock_add_rolls_off_a_rest_day_unless_told_not_to(capsys: pytest.CaptureFixture[str]):
    assert run(capsys, "clock", "add", "2026-03-06", "1d")[1]["date"] == "2026-03-09"
    assert run(capsys, "clock", "add", "2026-03-06", "1d", "--no-roll")[1]["date"] == "2026-03-07"


def test_clock_add_in_hours_wants_a_moment(capsys: pytest.CaptureFixture[str]):
    assert run(capsys, "clock", "add", "2026-03-06T16:30", "2wh")[1]["at"] == "2026-03-09T10:00:00+08:00"
    assert run(capsys, "clock", "add", "2026-03-06T16:30", "24h")[1]["at"] == "2026-03-07T16:30:00+08:00"


@pytest.mark.parametrize(
    "words",
    [
        ("2025-02-30", "3d"),
        ("yesterday", "3d"),
        ("2025-02-03", "3"),
        ("2025-02-03", "-3d"),
        ("2025-02-03", "99999m"),
        ("1980-01-01", "1wd"),
    ],
)
def test_clock_add_refuses_nonsense(capsys: pytest.CaptureFixture[str], words: tuple[str, str]):
    status, document = run(capsys, "clock", "add", *words)
    assert status == 2
    assert document["error"]["message"]
    assert set(document["error"]) == {"code", "message", "where"}


def plan(tmp_path: Path, **changes: object) -> str:
    document = {
        "anchor": "2026-10-31",
        "today": "2026-03-02",
        "activities": [
            {"id": "a", "duration": 20, "unit": "wd", "after": []},
            {"id": "b", "duration": 30, "unit": "d", "after": [{"id": "a", "lag": 3, "unit": "d"}]},
        ],
    }
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(document | changes))
    return str(file)


def test_schedule(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    status, document = run(capsys, "schedule", plan(tmp_path))
    assert status == 0
    assert set(document) == {"activities", "feasible", "late_by_wd", "binding_chain"}
    assert [row["id"] for row in document["activities"]] == ["a", "b"]
    assert document["activities"][0]["earliest_finish"] == "2026-03-27"
    assert document["binding_chain"] == ["a", "b"]


@pytest.mark.parametrize(
    ("activities", "code", "where"),
    [
        ([{"id": "a", "duration": 1, "unit": "wd", "after": [{"id": "a"}]}], "cycle", "activities"),
        ([{"id": "a", "duration": 1, "after": [{"id": "z"}]}], "unknown_id", "activities[0].after[0].id"),
        ([{"id": "a", "duration": 1}, {"id": "a", "duration": 1}], "duplicate_id", "activities[1].id"),
        ([{"id": "a", "duration": -1}], "bad_days", "activities[0].duration"),
        (
            [{"id": "a", "duration": 1, "actual_start": "2026-13-01"}],
            "bad_date",
            "activities[0].actual_start",
        ),
        ("a", "not_a_list", "activities"),
    ],
)
def test_schedule_says_what_is_wrong_and_where(
    capsys, tmp_path: Path, activities: object, code: str, where: str
):
    status, document = run(capsys, "schedule", plan(tmp_path, activities=activities))
    assert status == 2
    assert (document["error"]["code"], document["error"]["where"]) == (code, where)
    assert "%" not in document["error"]["message"]


@pytest.mark.parametrize("content", ["", "{", "[" * 100_000, "\xff\xfe"])
def test_schedule_of_what_is_not_json(capsys, tmp_path: Path, content: str):
    file = tmp_path / "plan.json"
    file.write_bytes(content.encode("latin-1"))
    assert run(capsys, "schedule", str(file))[0] == 2
    assert run(capsys, "schedule", str(tmp_path))[0] == 2
    assert run(capsys, "schedule", str(tmp_path / "absent"))[0] == 2


def test_usage_errors_have_the_shape_of_all_errors(capsys: pytest.CaptureFixture[str]):
    for words in (["clock", "add"], ["nonsense"], [], ["clock", "add", "2025-01-01", "1d", "--bogus"]):
        status, document = run(capsys, *words)
        assert status == 2
        assert document["error"]["code"] == "usage"
        assert cli.main(words) == 2
        printed = capsys.readouterr()
        assert not printed.out
        assert "usage: bihuan" in printed.err


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (BadInput("x"), 2),
        (Conflict("x"), 3),
        (Refused("x"), 4),
        (Unavailable("x"), 5),
        (ZeroDivisionError("x"), 5),
    ],
)
def test_exit_statuses(capsys, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int):
    def fail(arguments: object) -> Answer:
        print("a stray word")
        raise error

    monkeypatch.setattr(cli_plain, "COMMANDS", (Command("clock add", "", fail, database=False),))
    found, document = run(capsys, "clock", "add")
    assert found == status
    assert document["error"].pop("message")
    assert document == {"error": {"code": getattr(error, "code", "unavailable"), "where": ""}}


def test_plain_commands_start_neither_django_nor_a_database(tmp_path: Path):
    script = (
        "import sys; from bihuan.site.cli import main\n"
        "main(['clock', 'add', '2025-09-26', '45wd', '--json'])\n"
        "assert not {'django', 'psycopg'} & set(sys.modules), sorted(sys.modules)"
    )
    state = tmp_path / "state"
    environment = {**os.environ, "BIHUAN_STATE": str(state), "DATABASE_URL": "postgresql://127.0.0.1:1/none"}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["date"] == "2025-12-04"
    assert not state.exists()
