"""Pack everything an installation needs into one archive, for networks without any registry.

``python -m tools.bundle [--here] [--python 3.12 …] [--into dist]``: wheels of what ``requirements/run.txt`` locks, for
x86-64 and aarch64 Linux with glibc 2.28 or newer, our own wheel with the browser's files in it, and ``install.sh``.
``--here`` packs for this machine and interpreter only. Wheels come from wherever pip is told to ask.
"""

import argparse
import hashlib
import platform
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from packaging.markers import Marker

ROOT = Path(__file__).resolve().parents[1]
ARCHITECTURES = ("x86_64", "aarch64")
PYTHONS = ("3.11", "3.12", "3.13")
#: The oldest glibc that wheels may ask for is 2.28; older ones are served as well.
_GLIBC = ("_2_28", "_2_27", "_2_26", "_2_24", "_2_17", "2014", "_2_12", "2010", "_2_5", "1")
_WANTED = re.compile(
    r"^(?P<what>[\w.\[\]-]+==\S+)(?: ; (?P<marker>[^\\\n]+?))?(?P<hashes>(?: \\\n    --hash=\S+)+)$", re.M
)


@dataclass(frozen=True, slots=True)
class Target:
    """One kind of machine: its Python and its processor."""

    python: str
    machine: str

    def __str__(self) -> str:
        return f"{self.python}-{self.machine}"

    def environment(self) -> dict[str, str]:
        """Return what markers of requirements are asked about."""
        return {
            "python_version": self.python,
            "python_full_version": f"{self.python}.0",
            "sys_platform": "linux",
            "platform_system": "Linux",
            "os_name": "posix",
            "platform_machine": self.machine,
            "implementation_name": "cpython",
            "platform_python_implementation": "CPython",
        }


def requirements(locked: str, target: Target) -> str:
    """Return what of a locked list a target needs, with hashes."""
    blocks = list(_WANTED.finditer(locked))
    if len(blocks) != len(re.findall(r"^[\w.\[\]-]+==", locked, re.M)):
        raise ValueError("the list of requirements is not of the form it was")
    fitting = (b for b in blocks if not b["marker"] or Marker(b["marker"]).evaluate(target.environment()))
    return "".join(f"{b['what']}{b['hashes']}\n" for b in fitting)


def download(target: Target, into: Path) -> None:
    """Fetch the wheels of a target; those that are there already are not fetched again."""
    listed = into.parent / f"{target}.txt"
    listed.write_text(requirements((ROOT / "requirements" / "run.txt").read_text(), target))
    platforms = [f"--platform=manylinux{glibc}_{target.machine}" for glibc in _GLIBC]
    asked = ["--quiet", "--no-deps", "--only-binary=:all:", "--implementation=cp", "--require-hashes"]
    asked += [f"--python-version={target.python}", f"--requirement={listed}", f"--dest={into}"]
    _run("pip", "download", *asked, *platforms)
    listed.unlink()


def own_wheel(into: Path) -> None:
    """Build our own wheel from a copy, so that nothing of an earlier build gets in."""
    needed = [
        ROOT / "src/bihuan/ui/static/vendor/htmx.min.js",
        *(p.with_suffix(".mo") for p in ROOT.glob("src/**/*.po")),
    ]
    if missing := [str(file.relative_to(ROOT)) for file in needed if not file.exists()]:
        raise SystemExit(f"missing: {', '.join(missing[:3])}; run make bundle, which makes them first")
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "bihuan"
        shutil.copytree(
            ROOT / "src", copy / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info")
        )
        for name in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copy(ROOT / name, copy / name)
        _run("pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", f"--wheel-dir={into}", str(copy))


def bundle(targets: Sequence[Target], into: Path, label: str = "") -> Path:
    """Make the archive and return where it lies."""
    into.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=into, prefix=".bundle-") as folder:
        wheels = Path(folder) / "wheels"
        wheels.mkdir()
        own_wheel(wheels)
        (own,) = wheels.glob("bihuan-*.whl")
        number = own.name.split("-")[1]
        for target in targets:
            download(target, wheels)
        version = f"{number}-{label or hashlib.sha256(own.read_bytes()).hexdigest()[:8]}"
        root = Path(folder)
        (root / "VERSION").write_text(f"{version}\n")
        (root / "PYTHONS").write_text("".join(f"{target}\n" for target in targets))
        shutil.copy(ROOT / "requirements" / "run.txt", root / "requirements.txt")
        shutil.copy(ROOT / "tools" / "install.sh", root)
        for name in ("LICENSE", "CHANGELOG.md", "docs/operations.md"):
            shutil.copy(ROOT / name, root)
        shutil.copytree(ROOT / "deploy", root / "deploy")
        (root / "SHA256SUMS").write_text("".join(_sums(root)))
        made = into / f"bihuan-{version}-bundle.tar"
        with tarfile.open(made, "w") as archive:  # wheels are compressed already
            archive.add(root, f"bihuan-{version}")
    return made


def _sums(root: Path) -> Iterator[str]:
    for file in sorted(root.rglob("*")):
        if file.is_file() and file.name != "SHA256SUMS":
            with file.open("rb") as opened:
                yield f"{hashlib.file_digest(opened, 'sha256').hexdigest()}  {file.relative_to(root)}\n"


def _run(*command: str) -> None:
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, check=False)
    if done.returncode:
        raise SystemExit(done.returncode)


def main(words: Sequence[str] | None = None) -> int:
    """Run from the command line; print where the archive lies."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--here", action="store_true", help="for this machine and interpreter only")
    parser.add_argument("--python", nargs="+", default=PYTHONS)
    parser.add_argument("--into", type=Path, default=ROOT / "dist")
    parser.add_argument("--label", default="", help="instead of the digest in the version's name")
    given = parser.parse_args(words)
    targets = [Target(python, machine) for python in given.python for machine in ARCHITECTURES]
    if given.here:
        targets = [Target(f"{sys.version_info[0]}.{sys.version_info[1]}", platform.machine())]
    print(bundle(targets, given.into, given.label))
    return 0


if __name__ == "__main__":
    sys.exit(main())
