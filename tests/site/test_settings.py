"""What an installation gets when nobody has thought about it, and what every answer carries."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from bihuan.site import boot
from bihuan.site.supervise import Child


def settings_of(surroundings, state: Path, name: str, **more: str) -> subprocess.CompletedProcess[str]:
    script = f"from django.conf import settings; print(settings.{name})"
    environment = {**surroundings(state), "DJANGO_SETTINGS_MODULE": "bihuan.site.settings", **more}
    return subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False
    )


def test_no_key_no_service(surroundings, tmp_path: Path):
    done = settings_of(surroundings, tmp_path / "state", "SECRET_KEY")
    assert done.returncode != 0
    assert "SECRET_KEY" in done.stderr
    assert not (tmp_path / "state").exists(), "reading settings makes nothing"


def test_keys_are_made_once_and_private(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    for variable in boot.KEYS.values():
        monkeypatch.delenv(variable, raising=False)
    boot.make_keys(tmp_path / "state")
    folder = tmp_path / "state" / "secrets"
    before = {file.name: file.read_text() for file in folder.iterdir()}
    assert set(before) == set(boot.KEYS)
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in folder.iterdir())
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    boot.make_keys(tmp_path / "state")
    assert {file.name: file.read_text() for file in folder.iterdir()} == before


def test_a_key_from_a_file_goes_before_the_state(surroundings, tmp_path: Path):
    file = tmp_path / "key"
    file.write_text("from a file\n")
    done = settings_of(surroundings, tmp_path / "state", "SECRET_KEY", BIHUAN_SECRET_KEY_FILE=str(file))
    assert done.stdout == "from a file\n"


@pytest.mark.parametrize(("process", "pooled"), [("web", True), ("worker", False), ("", False)])
def test_only_web_processes_pool(surroundings, tmp_path: Path, process: str, pooled: bool):
    done = settings_of(
        surroundings,
        tmp_path,
        "DATABASES['read']",
        BIHUAN_PROCESS=process,
        DATABASE_URL="postgresql://u:p%40@db.example:5433/n?sslmode=require",
    )
    found = eval(done.stdout)
    assert ("pool" in found["OPTIONS"], found["CONN_MAX_AGE"] == 0) == (pooled, pooled)
    assert "default_transaction_read_only=on" in found["OPTIONS"]["options"]
    assert (found["PASSWORD"], found["HOST"], found["PORT"], found["OPTIONS"]["sslmode"]) == (
        "p@",
        "db.example",
        "5433",
        "require",
    )


def test_every_answer_carries_policy_and_id(client: Client):
    answer = client.get("/healthz")
    assert answer.content == b"ok\n"
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "unsafe-eval" not in policy
    assert len(answer.headers["X-Request-ID"]) == 32
    given = client.get("/healthz", headers={"X-Request-ID": "abcdef-123456"}).headers["X-Request-ID"]
    assert given == "abcdef-123456"
    forged = client.get("/healthz", headers={"X-Request-ID": "a\nb <script>"}).headers["X-Request-ID"]
    assert len(forged) == 32


class Endless:
    """A body that counts what is taken of it."""

    def __init__(self, size: int) -> None:
        self.left = size

    def read(self, size: int = -1) -> bytes:
        given = min(self.left, size if size >= 0 else self.left)
        self.left -= given
        return b"x" * given

    readline = read


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/api/v1/matters"])
def test_an_upload_of_200_mb_is_refused_unread(client: Client, path: str):
    body = Endless(200 << 20)
    answer = client.generic(
        "POST",
        path,
        **{"wsgi.input": body, "CONTENT_LENGTH": str(200 << 20), "CONTENT_TYPE": "multipart/form-data"},
    )
    assert answer.status_code == 413
    assert "50" in answer.content.decode()
    assert body.left == 0, "a browser must be able to finish sending before it reads the answer"


def test_a_child_that_keeps_dying_is_started_ever_more_slowly():
    child = Child("dies", [sys.executable, "-c", "raise SystemExit(3)"], {})
    pauses = []
    now = 0.0
    for _ in range(8):
        child.look(now)
        child.process.wait()
        child.look(now)
        pauses.append(child.due - now)
        now = child.due
    assert pauses == [0.5, 1, 2, 4, 8, 16, 30, 30]
    child.started, child.due = now, now
    child.look(now)
    child.process.wait()
    child.look(now + 61)
    assert child.due - (now + 61) == 0.5, "it ran well for a minute, so the past is forgotten"


def test_reading_on_a_cluster_asks_for_its_primary(surroundings, tmp_path: Path):
    """A session that refuses to write is not taken for one that takes writes: no host would ever do."""
    url = "postgresql://u:p@/n?host=a,b&port=5432,5433&target_session_attrs=read-write"
    done = settings_of(surroundings, tmp_path, "DATABASES", DATABASE_URL=url)
    found = eval(done.stdout)
    assert (found["default"]["HOST"], found["default"]["PORT"]) == ("a,b", "5432,5433")
    assert found["default"]["OPTIONS"]["target_session_attrs"] == "read-write"
    assert found["read"]["OPTIONS"]["target_session_attrs"] == "primary"


@pytest.mark.parametrize("process", ["web", "worker", ""])
def test_nobody_keeps_a_lock_for_ever(surroundings, tmp_path: Path, process: str):
    done = settings_of(surroundings, tmp_path, "DATABASES", BIHUAN_PROCESS=process)
    for one in eval(done.stdout).values():
        assert "idle_in_transaction_session_timeout" in one["OPTIONS"]["options"]
