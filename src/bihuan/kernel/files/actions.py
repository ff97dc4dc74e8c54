"""Take files in, attach, release and purge them."""

import hashlib
import os
import unicodedata
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Protocol

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.kernel.content.actions import insert_keys, purge, release
from bihuan.kernel.content.classes import OPEN
from bihuan.kernel.content.keys import encrypt, new_key
from bihuan.kernel.content.values import SALT_BYTES, KeyRow, Ref, commit, make_key
from bihuan.kernel.errors import BadInput, Conflict
from bihuan.kernel.files.kinds import PICTURES, Sniffed, sniff
from bihuan.kernel.files.marks import internal_mark, secret_mark
from bihuan.kernel.files.models import HELD, OK, PURGED, REFUSED
from bihuan.kernel.files.pictures import redraw
from bihuan.kernel.files.scanning import scan
from bihuan.kernel.files.selectors import Stored, stored
from bihuan.kernel.files.store import store
from bihuan.kernel.files.texts import text_of
from bihuan.kernel.identity.actors import SYSTEM, Actor
from bihuan.kernel.ledger.actions import NewEntry, append_many
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import atomic, new_ids, run

#: Most bytes of one file, unless settings.BIHUAN_UPLOAD_LIMIT says otherwise.
LIMIT = 50 * 1024 * 1024
#: What a held file waits for.
REVIEW = "review"
#: How long a file handed in ahead waits for what it is for: a form left open over night is still sent.
WAITS = timedelta(days=1)

_CHUNK = 256 * 1024
_NAME_LENGTH = 200


class Stream(Protocol):
    """Anything that can be read in chunks: an uploaded file, an open file."""

    def read(self, size: int, /) -> bytes:
        """Return at most ``size`` bytes, b"" at the end."""


def limit() -> int:
    """Return the most bytes one file may have here."""
    return int(getattr(settings, "BIHUAN_UPLOAD_LIMIT", LIMIT))


def _too_large() -> BadInput:
    return BadInput(_("The file is larger than %(mb)d MB.") % {"mb": limit() // 1024 // 1024}, "file")


def _read(stream: Stream) -> bytes:
    """Read the stream, but never more than the limit."""
    if int(getattr(stream, "size", 0) or 0) > limit():
        raise _too_large()
    chunks, size = [], 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > limit():
            raise _too_large()
        chunks.append(chunk)
    return b"".join(chunks)


def clean_name(name: str) -> str:
    """Return a file name without path, control and direction characters, its ending kept."""
    base = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(c for c in base if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co")).strip()
    stem, dot, ext = shown.rpartition(".")
    return f"{stem[: _NAME_LENGTH - len(ext)]}{dot}{ext}" if dot else shown[:_NAME_LENGTH]


def upload(
    actor: Actor, stream: Stream, name: str, chain_id: int = 0, *, cls: str = OPEN, waits: bool = False
) -> Stored:
    """Take a file in for the chain ``chain_id`` and return what became of it.

    ``waits`` says that it is for a chain still to come: unless :func:`attach` ties it within :data:`WAITS`, it is
    swept. What a table of the room's own names doesn't wait (or see :func:`keep`).

    Raises BadInput for one that is too large, not of a kind taken here, not what its
    name says, carries macros, unpacks to too much, is damaged, or is known to the virus
    scanner; Unavailable when that does not answer. One that bears a
    state-secret mark comes back ``refused`` and nothing of it is kept; one with an
    internal mark comes back ``held`` until ``release_file``: show its ``message``.
    Whether the actor may is asked of the permits room first.
    """
    data, name = _read(stream), clean_name(name)
    kind = sniff(data, name)
    scan(data)
    text = text_of(data, kind)
    if mark := secret_mark(name, text):
        return _record(
            actor, kind, chain_id, {"name": f"*.{kind.ext}", "state": REFUSED, "why": mark, "cls": cls}
        )
    thumb = b""
    waits = waits and not chain_id
    if kind.ext in PICTURES:
        data, thumb = redraw(data, kind.ext)
    mark = internal_mark(name, text)
    known = {"name": name, "state": HELD if mark else OK, "why": mark, "cls": cls, "waits": waits}
    return _record(actor, kind, chain_id, known, data, thumb)


def _keep(ref: Ref, data: bytes, salt: bytes, withheld: str) -> tuple[str, list[KeyRow]]:
    """Encrypt under a fresh key and put into the store; return the address and the key's row."""
    cipher, key = new_key()
    address = store().put(encrypt(cipher, salt + data, ref.about()))
    return address, [make_key(ref, key, withheld)]


def _record(
    actor: Actor, kind: Sniffed, matter: int, known: dict[str, Any], data: bytes = b"", thumb: bytes = b""
) -> Stored:
    """Write the row, the keys and the first entry of the file's own chain."""
    (file_id,), moment, salt = new_ids(), now(), os.urandom(SALT_BYTES)
    withheld = REVIEW if known["state"] == HELD else ""
    blob, keys = _keep(Ref(file_id, 0, "file"), data, salt, withheld) if data else ("", [])
    small, more = _keep(Ref(file_id, 0, "thumb"), thumb, salt, withheld) if thumb else ("", [])
    facts = {
        "ext": kind.ext,
        "size": len(data),
        "matter": matter,
        "state": known["state"],
        "mark": known["why"],
    }
    fields = {"file": commit(salt, data)} if data else {}
    with atomic():
        entry = NewEntry(file_id, 1, b"", "files.add", moment, actor, facts, fields)
        row = known | {
            "id": file_id,
            "seq": 1,
            "ver": 0,
            "head": append_many([entry], moment)[0].hash,
            "matter": matter,
            "user": actor.user,
            "post": actor.post,
            "party": actor.party,
            "at": moment,
            "size": len(data),
            "ext": kind.ext,
            "mime": kind.mime,
            "sha256": hashlib.sha256(data).digest() if data else b"",
            "blob": blob,
            "thumb": small,
        }
        insert_keys([*keys, *more])
        names, marks = ", ".join(f'"{name}"' for name in row), ", ".join(["%s"] * len(row))
        run(f"INSERT INTO files_file ({names}) VALUES ({marks})", list(row.values()))  # noqa: S608
    return stored(file_id)


def attach(actor: Actor, file_ids: Iterable[int], matter: int) -> None:
    """Tie files that the actor handed in before the matter existed to it; Conflict when one isn't free or was swept."""
    ids = sorted(set(file_ids))
    with atomic():
        tied = run(
            "UPDATE files_file SET matter = %s WHERE id = ANY(%s::bigint[])"
            ' AND (matter = %s OR (matter = 0 AND state <> %s AND ("user", post, party) = (%s, %s, %s)))'
            " RETURNING id",
            (matter, ids, matter, PURGED, actor.user, actor.post, actor.party),
        )
        if len(tied) != len(ids):
            raise Conflict(
                _("One of the files belongs to something else or is kept no longer. Hand it in again."),
                "file",
            )


def keep(file_ids: Iterable[int]) -> None:
    """Let files be named by an entry or a table of one's own, without a chain they are tied to: they are not swept."""
    run(
        "UPDATE files_file SET waits = FALSE WHERE id = ANY(%s::bigint[]) AND waits", (sorted(set(file_ids)),)
    )


def sweep(step: int = 100) -> int:
    """Purge the files handed in ahead of something that never came; return how many.

    A step is a transaction. What somebody ties this moment is left alone; once a file is swept nobody ties it.
    """
    swept = 0
    while True:
        with atomic():
            rows = run(
                "SELECT id FROM files_file WHERE matter = 0 AND waits AND at < %s AND state = ANY(%s::text[])"
                " ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED",
                (now() - WAITS, [OK, HELD], step),
            )
            for (file_id,) in rows:
                purge(SYSTEM, file_id, reason=_("Handed in and never sent."))
        swept += len(rows)
        if len(rows) < step:
            return swept


def release_file(actor: Actor, file_id: int, reason: str) -> Stored:
    """Let a held file be opened: a reviewer found that its mark is none (an old form, a quotation)."""
    with atomic():
        released = run(
            "UPDATE files_file SET state = %s WHERE id = %s AND state = %s RETURNING id", (OK, file_id, HELD)
        )
        if not released:
            raise Conflict(_("This file is not held back (any more)."), str(file_id))
        release(actor, file_id, REVIEW, reason=reason)
    return stored(file_id)


def purge_file(actor: Actor, file_id: int, reason: str) -> list[int]:
    """Destroy the keys of a file, its preview and every copy of it handed in elsewhere; return their ids."""
    stored(file_id)
    rows = run(
        "SELECT id FROM files_file WHERE state = ANY(%s::text[]) AND sha256 ="
        " (SELECT sha256 FROM files_file WHERE id = %s) ORDER BY id",
        ([OK, HELD], file_id),
    )
    with atomic():
        for (copy,) in rows:
            purge(actor, copy, reason=reason)
    return [copy for (copy,) in rows]


def purge_of_chain(actor: Actor, chain_id: int, reason: str) -> int:
    """Purge the files of a chain that is purged (called by the content room); return how many."""
    rows = run(
        "SELECT id FROM files_file WHERE matter = %s AND state = ANY(%s::text[]) AND id <> %s ORDER BY id",
        (chain_id, [OK, HELD], chain_id),
    )
    gone: set[int] = set()
    for (file_id,) in rows:
        if file_id not in gone:
            gone.update(purge_file(actor, file_id, reason))
    return len(gone)


def forget(chain_id: int, gone: list[Ref]) -> None:
    """Empty what is known of a file whose keys are gone, and drop its bytes once that is committed."""
    if not any(ref.seq == 0 and ref.field == "file" for ref in gone):
        return
    rows = run("SELECT blob, thumb FROM files_file WHERE id = %s FOR UPDATE", (chain_id,))
    run(
        "UPDATE files_file SET state = %s, name = '*.' || ext, sha256 = '', blob = '', thumb = '' WHERE id = %s",
        (PURGED, chain_id),
    )
    for address in (address for row in rows for address in row if address):
        transaction.on_commit(lambda address=address: store().drop(address))  # type: ignore[misc]
