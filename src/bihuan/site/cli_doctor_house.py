"""What ``bihuan doctor`` looks at without a database: keys, disk, doors to the outside, the last backup."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from bihuan.kernel.errors import BihuanError
from bihuan.site.checks import Check, Look, bad, good
from bihuan.site.wording import _

#: Days after which a backup counts as too old, unless BIHUAN_BACKUP_DAYS says otherwise; 0: backups are others' work.
_BACKUP_DAYS = 2


def keys() -> Iterator[Check]:
    """Each key is there, is a key, and is nobody else's to read."""
    from bihuan.site import boot

    with suppress(BihuanError):  # a file that can't be read is found below
        boot.make_keys(boot.state_dir())
    folder = boot.state_dir() / "secrets"
    for name, variable in boot.KEYS.items():
        try:
            given = boot.secret(variable)
            text = given or (folder / name).read_text()
        except (OSError, BihuanError) as error:
            yield bad(
                name,
                "key.unreadable",
                str(error),
                _("the program can't start, or can't read what it wrote"),
                _("put the file there and let the program's user read it"),
            )
            continue
        if not _is_key(name, text.strip()):
            yield bad(
                name,
                "key.malformed",
                _("%s holds no such key") % (variable if given else folder / name),
                _("contents can't be opened, or the ledger can't be sealed"),
                _(
                    "bring the right key back from where copies of secrets/ are kept; never make a new one over data"
                ),
            )
        elif given:
            yield good(name, _("given by %s") % variable)
        else:
            yield _private(name, folder)


def _private(name: str, folder: Path) -> Check:
    mode = (folder / name).stat().st_mode & 0o777
    if mode & 0o077 == 0 and folder.stat().st_mode & 0o077 == 0:
        return good(name, _("in %s") % (folder / name))
    return bad(
        name,
        "key.exposed",
        _("others may read %s") % (folder / name),
        _("whoever has an account on this machine may have it"),
        _("chmod 600 it (its folder 700), think of it as known, and change it as docs/operations.md says"),
    )


def _is_key(name: str, text: str) -> bool:
    """Tell whether a text can be the key of that name."""
    import base64
    import binascii

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        if name == "content_key":
            return bool(text) and all(len(base64.b64decode(k, validate=True)) == 32 for k in text.split())
        if name == "signing_key" and "BEGIN" in text:
            return isinstance(load_pem_private_key(text.encode(), password=None), Ed25519PrivateKey)
        if name == "signing_key":
            return len(base64.b64decode(text, validate=True)) == 32
    except (ValueError, TypeError, binascii.Error):
        return False
    return len(text) >= 32


def disk() -> Iterator[Check]:
    """There is room where the state folder lies."""
    from bihuan.site import boot

    usage = shutil.disk_usage(boot.state_dir())
    said = _("%(free).1f GB free of %(total).1f GB at %(place)s") % {
        "free": usage.free / 1e9,
        "total": usage.total / 1e9,
        "place": boot.state_dir(),
    }
    if usage.free > 2 << 30 and usage.free > usage.total // 50:
        yield good("disk", said)
    else:
        yield bad(
            "disk",
            "disk.full",
            said,
            _("the database stops when the disk is full, and nothing more can be entered"),
            _("make room (old backups, logs) or a larger disk; nothing in postgres/ may be deleted by hand"),
        )


def doors() -> Iterator[Check]:
    """Who can be knocked at by others speaks TLS and asks staff for a second factor."""
    hosts = {word.strip() for word in os.environ.get("BIHUAN_HOSTS", "").split(",") if word.strip()}
    if not hosts - {"127.0.0.1", "localhost", "[::1]"}:
        yield good("doors", _("only this machine is served"))
        return
    if os.environ.get("BIHUAN_HTTPS") != "1":
        yield bad(
            "doors",
            "https.off",
            _("BIHUAN_HOSTS names hosts, BIHUAN_HTTPS is not set"),
            _("passwords and sessions cross the network in clear, or cookies are not protected"),
            _("let a proxy end TLS, then set BIHUAN_HTTPS=1"),
        )
    if os.environ.get("BIHUAN_MFA") == "0":
        yield bad(
            "doors",
            "mfa.off",
            _("BIHUAN_MFA=0 lets staff in by password alone"),
            _("one guessed password opens an official's desk"),
            _("take BIHUAN_MFA=0 away"),
        )
    if os.environ.get("BIHUAN_HTTPS") == "1" and os.environ.get("BIHUAN_MFA") != "0":
        yield good("doors", _("TLS, and a second factor for staff"))


def backup() -> Iterator[Check]:
    """`bihuan backup` has run lately."""
    from bihuan.kernel.now import now
    from bihuan.site import boot

    days = int(os.environ.get("BIHUAN_BACKUP_DAYS") or _BACKUP_DAYS)
    if not days:
        yield good("backup", _("made by others (BIHUAN_BACKUP_DAYS=0)"))
        return
    made = None
    with suppress(OSError, ValueError, KeyError):
        last = json.loads((boot.state_dir() / "backup.json").read_text())
        made = datetime.fromisoformat(last["made"])
    means = _("what was entered since would be lost with this machine")
    todo = _(
        "run `bihuan backup FILE` every day, onto another machine; if another way is used, set BIHUAN_BACKUP_DAYS=0"
    )
    if made is None:
        if _is_new():
            yield good("backup", _("nothing to back up yet"))
        else:
            yield bad("backup", "backup.none", _("none has been made"), means, todo)
        return
    age = (now() - made).total_seconds() / 86400
    said = _("the last is %.1f days old") % age
    yield good("backup", said) if age <= days else bad("backup", "backup.old", said, means, todo)


def _is_new() -> bool:
    """Tell whether this installation is younger than the age a backup may have."""
    import time

    from bihuan.site import boot

    born = (boot.state_dir() / "secrets").stat().st_ctime
    return time.time() - born < _BACKUP_DAYS * 86400


LOOKS: tuple[Look, ...] = (keys, disk, doors, backup)
