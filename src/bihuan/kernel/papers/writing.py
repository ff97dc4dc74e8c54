"""What every change of a paper does: lock, put the data under its key, write the entry, advance the row."""

import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.content.actions import insert_many, seal_value
from bihuan.kernel.errors import Conflict, NotFound
from bihuan.kernel.identity.actors import LEVELS, Actor, Scope
from bihuan.kernel.ledger.actions import NewEntry, append_many
from bihuan.kernel.papers.kinds import Kind
from bihuan.kernel.papers.rows import COLUMNS, PaperRow, read
from bihuan.kernel.papers.templates import dumps
from bihuan.kernel.store.sql import run
from bihuan.logic import canonical

#: The version of the document's canonical text.
VERSION = 1
SCOPE = ("division", *LEVELS)
#: No 0, 1, I, L, O, U: what is read from print or said on the phone is not mistaken. 60 bits.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 12


def new_code() -> str:
    """Return a code for the check page that nobody guesses."""
    return "".join(secrets.choice(_ALPHABET) for _n in range(CODE_LENGTH))


def document(
    kind: str, title: str, template: bytes, data: Mapping[str, Any], about: int, corrects: int
) -> str:
    """Return the canonical text of a paper: what its hash is of and its signature binds."""
    return canonical.dumps(
        {
            "v": VERSION,
            "kind": kind,
            "title": title,
            "template": template.hex(),
            "data": dict(data),
            "about": about,
            "corrects": corrects,
        }
    )


def keep_template(kind: Kind) -> bytes:
    """Store the kind's present layout, if it is new, and return its hash."""
    text = dumps(kind.template)
    key = canonical.digest(text)
    run("INSERT INTO papers_template (hash, text) VALUES (%s, %s) ON CONFLICT DO NOTHING", (key, text))
    return key


def seal_data(paper: int, seq: int, data: Mapping[str, Any]) -> str:
    """Put the data under a key of its own and return the commitment its entry carries."""
    sealed = seal_value(paper, seq, "data", canonical.dumps(dict(data)), "open")
    insert_many([sealed])
    return sealed.commitment


def seal_text(paper: int, seq: int, field: str, text: str) -> dict[str, str]:
    """Put a text (a reason, a note) under a key of its own; return its commitment, {} for none."""
    if not text.strip():
        return {}
    sealed = seal_value(paper, seq, field, text.strip(), "open")
    insert_many([sealed])
    return {field: sealed.commitment}


def lock(paper: int) -> PaperRow:
    """Lock a paper for the rest of the transaction and return it; raise NotFound."""
    rows = run(f"SELECT {COLUMNS} FROM papers_paper p WHERE p.id = %s FOR UPDATE", (paper,))  # noqa: S608
    if not rows:
        raise NotFound(_("There is no such paper."), where=str(paper))
    return read(rows[0])


def create(
    actor: Actor, values: dict[str, Any], moment: datetime, facts: dict[str, Any], commitment: str
) -> None:
    """Insert a paper with its first entry."""
    entry = NewEntry(values["id"], 1, b"", "papers.draft", moment, actor, facts, {"data": commitment})
    row = values | {"seq": 1, "ver": 0, "head": append_many([entry], moment)[0].hash}
    names, marks = ", ".join(row), ", ".join(["%s"] * len(row))
    run(f"INSERT INTO papers_paper ({names}) VALUES ({marks})", list(row.values()))  # noqa: S608


def advance(
    actor: Actor,
    row: PaperRow,
    move: str,
    moment: datetime,
    facts: dict[str, Any],
    fields: dict[str, str],
    changes: Mapping[str, Any],
) -> None:
    """Append the entry of a change to a locked paper and write its columns; ``ver`` rises when any change."""
    entry = NewEntry(row.id, row.seq + 1, row.head, move, moment, actor, facts, fields)
    done = append_many([entry], moment)[0]
    given = dict(changes) | {"seq": done.seq, "head": done.hash, "ver": row.ver + bool(changes)}
    sets = ", ".join(f"{name} = %s" for name in given)
    run(f"UPDATE papers_paper SET {sets} WHERE id = %s", [*given.values(), row.id])  # noqa: S608


def scope_columns(scope: Scope) -> dict[str, int]:
    """Return the columns that say where a paper lies."""
    return {name: getattr(scope, name) for name in SCOPE}


def payload(*parts: Any) -> str:
    """Return the digest of a request, to tell the same again from another under the same key."""
    return sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def same(before: str, now_given: str) -> None:
    """Raise Conflict when a key was used for another request."""
    if before != now_given:
        raise Conflict(_("This key was used for another request."), where="key")
