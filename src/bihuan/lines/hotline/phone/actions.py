"""Carry out what a phone wrote down without a signal: each entry once, in the order it was made."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, BihuanError, Conflict, FieldErrors, Unavailable
from bihuan.kernel.files import actions as files
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import selectors as matters
from bihuan.kernel.flow.rows import MatterRow, Receipt
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import local, now
from bihuan.kernel.store.sql import atomic, run
from bihuan.lines.hotline.contracts import PART
from bihuan.lines.hotline.patrols import actions as patrols
from bihuan.lines.hotline.phone import selectors

#: Outcomes are remembered so long: a phone may lie in a drawer for a while.
KEPT = timedelta(days=180)
#: An entry older than this is recorded under the moment it came in; nobody can say any more when it was made.
OLDEST = timedelta(days=14)
#: What a photo may be: the house draws it anew.
_MOVES = {"answer": "answer", "comment": "note"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing written down on a phone.

    ``made`` and ``sent`` are moments of the phone's own clock: only what lies between them is believed.
    """

    key: str
    kind: str
    code: str
    ver: int
    data: Mapping[str, Any]
    photos: Sequence[Any]
    made: datetime | None
    sent: datetime | None

    def digest(self) -> bytes:
        """Return what tells this entry from another under the same key."""
        said = [
            self.kind,
            self.code,
            sorted((name, str(value)) for name, value in self.data.items()),
            len(self.photos),
        ]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).digest()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an entry: done, conflict or refused, in words; ``again`` when it had come before."""

    state: str
    words: str = ""
    code: str = ""
    again: bool = False


_CLAIM = """INSERT INTO hotline_sent (owner, key, digest, state, words, code, at) VALUES (%s, %s, %s, '', '', '', %s)
            ON CONFLICT (owner, key) DO NOTHING RETURNING id"""
_KEPT = "SELECT digest, state, words, code FROM hotline_sent WHERE owner = %s AND key = %s"


def carry_out(actor: Actor, entry: Entry) -> Outcome:
    """Carry out an entry once and remember what became of it, in one transaction.

    Sent again it gets the same answer; another text under the same key is a Conflict. Where somebody was quicker
    the outcome says who and when. Unavailable passes through: the phone tries again.
    """
    if not entry.key or entry.kind not in {*_MOVES, "entry"}:
        raise BadInput(_("This is no entry of a phone."), where="kind")
    with atomic():
        claimed = run(_CLAIM, (actor.user, entry.key, entry.digest(), now()))
        if not claimed:
            return _before(actor, entry)
        found = _try(actor, entry)
        run(
            "UPDATE hotline_sent SET state = %s, words = %s, code = %s WHERE id = %s",
            (found.state, found.words, found.code, claimed[0][0]),
        )
    return found


def _before(actor: Actor, entry: Entry) -> Outcome:
    digest, state, words, code = run(_KEPT, (actor.user, entry.key))[0]
    if bytes(digest) != entry.digest():
        raise Conflict(_("Something else came under this key before."), where="key")
    return Outcome(state, words, code, again=True)


def _try(actor: Actor, entry: Entry) -> Outcome:
    try:
        with atomic():
            made = _patrol(actor, entry) if entry.kind == "entry" else _move(actor, entry)
    except Conflict as error:
        return Outcome("conflict", _quicker(actor, entry) or error.message, entry.code)
    except Unavailable:
        raise
    except FieldErrors as error:
        return Outcome("refused", "；".join(error.errors.values()), entry.code)
    except BihuanError as error:
        return Outcome("refused", error.message, entry.code)
    return Outcome("done", "", made.code)


def _photos(actor: Actor, entry: Entry, chain: int) -> dict[str, Any]:
    stored = [files.upload(actor, one, one.name or "photo.jpg", chain) for one in entry.photos]
    return {"evidence": [str(one.id) for one in stored]} if stored else {}


def _patrol(actor: Actor, entry: Entry) -> Receipt:
    data = {**entry.data, **_photos(actor, entry, 0)}
    return patrols.record(actor, data, at=moment(entry, None), key=f"phone:{entry.key}")


def _move(actor: Actor, entry: Entry) -> Receipt:
    row = matters.matter(actor, entry.code)
    if row.kind != PART:
        raise BadInput(_("A phone answers for its grid only."), where="code")
    name = _MOVES[entry.kind]
    if name == "note":
        return flow.move(actor, row.id, name, entry.data, key=f"phone:{entry.key}")
    if not row.open or row.ver != entry.ver:
        raise Conflict(_("This changed since the phone last had a signal."), where=row.code)
    data = {**entry.data, **_photos(actor, entry, row.id)}
    at = moment(entry, row)
    return flow.move(actor, row.id, name, data, ver=entry.ver, at=at, key=f"phone:{entry.key}")


def moment(entry: Entry, row: MatterRow | None) -> datetime | None:
    """Return when an entry was made by the house's clock, None (now) where nobody can say.

    The phone's clock may be wrong: what counts is how long before sending it was made. Never before the matter's
    last move, never in the future, never longer ago than two weeks.
    """
    if entry.made is None or entry.sent is None:
        return None
    ago = entry.sent - entry.made
    if ago < timedelta(0) or ago > OLDEST:
        return None
    at = now() - ago
    return max(at, row.moved) if row is not None else at


def skew(entry: Entry) -> int:
    """Return by how many minutes the phone's clock is ahead of the house's."""
    return round((entry.sent - now()).total_seconds() / 60) if entry.sent else 0


def _quicker(actor: Actor, entry: Entry) -> str:
    """Return who closed the same case before, and when."""
    known = selectors.closed_by(actor, entry.code)
    if known is None:
        return ""
    name, at = known
    return _("%(who)s closed this at %(at)s. Yours is kept here: add it as a comment, or throw it away.") % {
        "who": name, "at": f"{local(at):%Y-%m-%d %H:%M}",
    }  # fmt: skip


def forget() -> None:
    """Forget outcomes no phone will ask for any more."""
    run("DELETE FROM hotline_sent WHERE at < %s", (now() - KEPT,))
