"""``backup`` and ``restore``: everything of an installation but its keys, in one file that proves itself.

The file is a tar archive: ``manifest.json`` first, then the database as ``pg_dump`` writes it, then the
encrypted files. The keys stay out, so that the archive alone tells nobody anything.
"""

import hashlib
import io
import json
import shutil
import subprocess
import tarfile
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bihuan.kernel.commands import Answer, Command, argument
from bihuan.kernel.errors import BadInput, Conflict, Unavailable
from bihuan.site.wording import _

_FORMAT = 1
_DUMP, _FILES = "database.dump", "files"
#: What is counted before and after: what a restored installation must have as many of.
_COUNTED = ("ledger_entry", "flow_matter", "content_value", "files_file", "identity_user", "clock_clock")


def backup(arguments: Namespace) -> Answer:
    """Write the archive beside its final name, then give it that name: half a backup never stands there."""
    from bihuan.site import boot

    target = Path(arguments.file)
    if target.exists() and not arguments.force:
        raise Conflict(_("%s is there already; --force replaces it.") % target, where=str(target))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
            dump, made = Path(folder) / _DUMP, Path(folder) / "archive"
            _postgres("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={dump}")
            manifest = {"format": _FORMAT, **_state(dump)}
            _pack(made, manifest, dump)
            made.chmod(0o600)
            made.replace(target)
        _write_down(target, manifest)
    except OSError as error:
        raise Unavailable(_("The backup could not be written: %s") % error, where=str(target)) from error
    size = target.stat().st_size
    text = _(
        "%(entries)d entries and %(files)d files in %(file)s (%(mb).1f MB)."
        " The keys are not in it: keep %(keys)s elsewhere."
    )
    document = {"file": str(target), "bytes": size, **manifest}
    said = {"entries": manifest["rows"]["ledger_entry"], "files": manifest["files"], "file": target}
    return Answer(document, text % {**said, "mb": size / 1e6, "keys": boot.state_dir() / "secrets"})


def _write_down(target: Path, manifest: dict[str, Any]) -> None:
    """Remember when the last backup was made and where it went, for ``bihuan doctor``."""
    from bihuan.site import boot

    said = {"made": manifest["made"], "file": str(target.resolve())}
    (boot.state_dir() / "backup.json").write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")


def _state(dump: Path) -> dict[str, Any]:
    """Return what the archive holds, to be compared after it was restored; the dump is older than the counts."""
    from bihuan.kernel.now import now
    from bihuan.site import prepare

    with dump.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "made": now().isoformat(),
        "schema": prepare.fingerprint(),
        "key": _key_print(),
        "dump_sha256": digest,
        "rows": _rows_in(dump),
        "files": sum(1 for _file in _kept_files()),
    }


def _rows_in(dump: Path) -> dict[str, int]:
    """Count rows as the dump has them: the house may have gone on meanwhile."""
    counted = {}
    for table in _COUNTED:
        command = [_program("pg_restore"), "--data-only", f"--table={table}", "--file=-", str(dump)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            counted[table] = _copied(process.stdout)
    return counted


def _copied(lines: Any) -> int:
    count, inside = 0, False
    for line in lines:
        if inside and line == b"\\.\n":
            inside = False
        elif inside:
            count += 1
        elif line.startswith(b"COPY "):
            inside = True
    return count


def _key_print() -> str:
    """Return by what the content key is recognised; from it the key can't be found."""
    from bihuan.site import boot

    return hashlib.sha256(b"bihuan backup " + boot.key("content_key").encode()).hexdigest()[:16]


def _folder() -> Path:
    from bihuan.site import boot

    return boot.state_dir() / _FILES


def _kept_files() -> Iterator[Path]:
    """Yield the encrypted files of the state folder; those of a bucket are kept by the bucket."""
    folder = _folder()
    return (file for file in sorted(folder.rglob("*")) if file.is_file()) if folder.is_dir() else iter(())


def _pack(made: Path, manifest: dict[str, Any], dump: Path) -> None:
    with tarfile.open(made, "w") as archive:
        text = json.dumps(manifest, indent=1, sort_keys=True).encode()
        head = tarfile.TarInfo("manifest.json")
        head.size = len(text)
        archive.addfile(head, io.BytesIO(text))
        archive.add(dump, _DUMP)
        for file in _kept_files():
            with suppress(FileNotFoundError):  # purged a moment ago
                archive.add(file, f"{_FILES}/{file.relative_to(_folder())}", recursive=False)


def restore(arguments: Namespace) -> Answer:
    """Bring an archive into an empty installation, and prove that all of it is there."""
    from bihuan.site import boot

    source = Path(arguments.file)
    with _unpacked(source) as (folder, manifest):
        if manifest["key"] != _key_print():
            raise BadInput(
                _("These are not the keys of that backup: put its secrets/ folder into %s first.")
                % boot.state_dir(),
                where="secrets",
            )
        with boot.surroundings():
            _ask_empty()
            _postgres("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction",
                      "--clean", "--if-exists", "--no-comments", str(folder / _DUMP))  # fmt: skip
            if (folder / _FILES).is_dir():
                shutil.copytree(folder / _FILES, _folder(), dirs_exist_ok=True)
            boot.run_prepare()
            return _proved(manifest)


@contextmanager
def _unpacked(source: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Unpack beside the state folder and check the dump against the manifest."""
    from bihuan.site import boot

    with TemporaryDirectory(dir=boot.state_dir(), prefix=".restore-") as name:
        folder = Path(name)
        try:
            _unpack(source, folder)
            manifest = json.loads((folder / "manifest.json").read_bytes())
            with (folder / _DUMP).open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            known = manifest["format"] == _FORMAT and manifest["dump_sha256"] == digest
        except (OSError, tarfile.TarError, ValueError, KeyError) as error:
            raise BadInput(_("This is no whole backup: %s") % error, where=str(source)) from error
        if not known:
            raise BadInput(_("The backup is damaged or of another format."), where=str(source))
        yield folder, manifest


def _unpack(source: Path, folder: Path) -> None:
    with tarfile.open(source) as archive:
        for member in archive:
            name = Path(member.name)
            if not member.isfile() or name.is_absolute() or ".." in name.parts:
                raise tarfile.TarError(member.name)
            (folder / name).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            held = archive.extractfile(member)
            with (folder / name).open("wb") as file:
                if held:
                    shutil.copyfileobj(held, file)
            (folder / name).chmod(0o600)


def _ask_empty() -> None:
    """Refuse to write over a history."""
    import psycopg

    from bihuan.site import boot

    with psycopg.connect(boot.secret("DATABASE_URL")) as connection:
        there = connection.execute("SELECT to_regclass('public.ledger_entry') IS NOT NULL").fetchone()
        if not there or not there[0]:
            return
        users = connection.execute("SELECT count(*) FROM identity_user").fetchone()
        matters = connection.execute("SELECT count(*) FROM flow_matter").fetchone()
    if (users and users[0]) or (matters and matters[0]):
        raise Conflict(_("There are people or matters here already: restore into an empty installation."))


def _proved(manifest: dict[str, Any]) -> Answer:
    """Compare with the manifest and recompute the ledger; what differs makes the exit status 1."""
    import django
    from django.db import connections

    django.setup()
    from bihuan.kernel.ledger.actions import verify
    from bihuan.kernel.store.sql import run

    try:
        rows = {table: run(f"SELECT count(*) FROM {table}")[0][0] for table in _COUNTED}  # noqa: S608 - own names
        report = verify()
    finally:
        connections.close_all()
    files = sum(1 for _file in _kept_files())
    # A file handed in while the backup was made may be there without its row, never the other way round.
    different = [name for name in _COUNTED if rows[name] != manifest["rows"][name]]
    different += ["files"] if files < manifest["files"] else []
    ok = report.ok and not different
    document = {"ok": ok, "made": manifest["made"], "rows": rows, "files": files, "different": different,
                "ledger": {"ok": report.ok, "entries": report.entries, "findings": report.count}}  # fmt: skip
    said = _("Restored as of %(made)s: %(entries)d entries recomputed, nothing differs.")
    if not ok:
        said = _("Restored as of %(made)s, but this differs: %(what)s")
    values = {
        "made": manifest["made"],
        "entries": report.entries,
        "what": ", ".join(different) or _("the ledger"),
    }
    return Answer(document, said % values, exit=0 if ok else 1)


def _program(name: str) -> str:
    """Return one of PostgreSQL's programs: the embedded one, else the system's."""
    from bihuan.site import binaries

    with suppress(Unavailable):
        return str(binaries.installed() / "bin" / name)
    found = shutil.which(name)
    if found is None:
        raise Unavailable(_("%s is not installed.") % name, where=name)
    return found


def _postgres(program: str, *arguments: str) -> None:
    """Run a program against the database, as its owner."""
    from bihuan.site import boot

    url = boot.secret("BIHUAN_OWNER_URL") or boot.secret("DATABASE_URL")
    done = subprocess.run(
        [_program(program), f"--dbname={url}", *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise Unavailable(f"{program}: {done.stderr.strip()[-1000:]}", where=program)


COMMANDS = (
    Command(
        "backup",
        _("write everything but the keys into one file"),
        backup,
        (
            argument("file", help=_("the archive to write")),
            argument("--force", action="store_true", help=_("replace an archive of that name")),
        ),
    ),
    Command(
        "restore",
        _("bring a backup into an empty installation and prove it"),
        restore,
        (argument("file", help=_("the archive that `backup` wrote")),),
        database=False,
    ),
)
