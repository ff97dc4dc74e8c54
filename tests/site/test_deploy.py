"""What an operator takes from deploy/ and the environment: units that systemd accepts, secrets from files."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bihuan.kernel.errors import Unavailable
from bihuan.site import boot, cli_serve, prepare

UNITS = sorted((Path(__file__).resolve().parents[2] / "deploy" / "systemd").iterdir())
SERVICES = [unit.name for unit in UNITS if unit.suffix == ".service"]
needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze")


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units, with programs that are here: systemd asks whether they are."""
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8")
        for name in ("bihuan", "python"):
            text = text.replace(f"/opt/bihuan/bin/{name}", sys.executable)
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    return tmp_path


@needs_systemd
def test_systemd_accepts_the_units(units: Path):
    files = [str(file) for file in sorted(units.iterdir())]
    done = subprocess.run(["systemd-analyze", "verify", *files], capture_output=True, text=True, check=False)
    mine = [line for line in done.stderr.splitlines() if "bihuan" in line]
    assert (done.returncode, mine) == (0, [])


@needs_systemd
@pytest.mark.parametrize("name", SERVICES)
def test_services_are_held_in(units: Path, name: str):
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager", str(units / name)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-400:] + done.stderr


def test_every_service_drops_what_it_does_not_need():
    for unit in UNITS:
        if unit.suffix == ".service":
            lines = set(unit.read_text(encoding="utf-8").splitlines())
            assert {
                "NoNewPrivileges=yes",
                "ProtectSystem=strict",
                "CapabilityBoundingSet=",
                "User=bihuan",
            } <= lines


@pytest.mark.parametrize(
    "variable", [*boot.KEYS.values(), "DATABASE_URL", "BIHUAN_OWNER_URL", "BIHUAN_METRICS_TOKEN"]
)
def test_a_secret_comes_from_the_environment_or_from_a_file(variable: str, tmp_path: Path, monkeypatch):
    monkeypatch.setenv(variable, "from the environment")
    assert boot.secret(variable) == "from the environment"
    (tmp_path / "secret").write_text("from the file\n")
    monkeypatch.setenv(f"{variable}_FILE", str(tmp_path / "secret"))
    assert boot.secret(variable) == "from the file"
    monkeypatch.setenv(f"{variable}_FILE", str(tmp_path / "nowhere"))
    with pytest.raises(Unavailable, match="nowhere"):
        boot.secret(variable)


def test_who_prepares_is_the_owner_also_when_both_logins_are_files(tmp_path: Path, monkeypatch):
    for name, login in (("DATABASE_URL", "serves"), ("BIHUAN_OWNER_URL", "owns")):
        monkeypatch.delenv(name, raising=False)
        (tmp_path / name).write_text(f"postgresql://{login}:p@db.example/bihuan\n")
        monkeypatch.setenv(f"{name}_FILE", str(tmp_path / name))
    found = prepare.environment()
    for name in ("DATABASE_URL", "DATABASE_URL_FILE"):
        monkeypatch.delenv(name, raising=False)
        if name in found:
            monkeypatch.setenv(name, found[name])
    assert boot.secret("DATABASE_URL") == "postgresql://owns:p@db.example/bihuan"
    assert found["BIHUAN_APP_ROLE"] == "serves"


def test_nothing_that_serves_knows_the_owner(monkeypatch):
    seen = []

    class Nobody:
        def __init__(self, children, watch) -> None:
            seen.extend(children)

        def run(self, ready) -> None:
            pass

    monkeypatch.setattr("bihuan.site.supervise.Supervisor", Nobody)
    monkeypatch.setenv("BIHUAN_OWNER_URL", "postgresql://owns@db/bihuan")
    monkeypatch.setenv("BIHUAN_OWNER_URL_FILE", "/etc/bihuan/owner")

    class Asked:
        host, workers, no_worker = "127.0.0.1", 1, False

    cli_serve._serve(Asked(), 8000, lambda: None)
    assert [child.name for child in seen] == ["web", "worker"]
    assert [name for child in seen for name in child.environment if "OWNER" in name] == []
