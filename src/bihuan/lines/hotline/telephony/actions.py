"""Take in what a telephone exchange tells of its calls, each event once, in whatever order it comes."""

import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, FieldErrors, NotFound, Refused
from bihuan.kernel.identity.actors import SYSTEM, Actor
from bihuan.kernel.identity.failures import TooManyTries
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.now import LOCAL, now
from bihuan.kernel.people import actions as people
from bihuan.kernel.people import selectors as persons
from bihuan.kernel.people.actions import NewPerson
from bihuan.kernel.store.sql import atomic, run
from bihuan.lines.hotline.callers.actions import BASIS, PURPOSE
from bihuan.lines.hotline.duties.selectors import places
from bihuan.lines.hotline.telephony import selectors
from bihuan.lines.hotline.telephony.selectors import EVENTS, CallRow

#: An event is small; a desk that opens more calls a minute than this is flooded, and its exchange is told to wait.
LONGEST, MOST, WITHIN = 16 * 1024, 600, timedelta(minutes=1)
#: Events that say at which extension a call is.
_NAMING = frozenset({"ringing", "answered", "transferred"})
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Event:
    """One event as it was told; ``caller`` is the number in clear and goes no further than ``people``."""

    call: str
    event: str
    at: datetime
    caller: str = ""
    extension: str = ""
    recording: str = ""
    sha256: str = ""


def proven(place: int, body: bytes, signature: str) -> None:
    """Refused unless the body was signed with the key of the place: ``sha256=`` and HMAC-SHA256 in hex."""
    right = "sha256=" + hmac.new(selectors.key_of(place), body, "sha256").hexdigest()
    if not hmac.compare_digest(right.encode(), signature.strip().encode()):
        raise Refused(_("The signature does not fit."))


def read(body: bytes) -> Event:
    """Return the event a body tells; FieldErrors naming what is wrong."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadInput(_("The body is no JSON.")) from error
    if not isinstance(told, dict):
        raise BadInput(_("The body is no JSON."))
    text = {name: _text(told, name, most) for name, most in (("call", 80), ("caller", 40), ("extension", 20))}
    if not text["call"]:
        raise FieldErrors({"call": _("Please name the call.")})
    event = _text(told, "event", 20)
    if event not in EVENTS:
        raise FieldErrors({"event": _("An event is one of: %(names)s.") % {"names": ", ".join(EVENTS)}})
    return Event(event=event, at=_moment(told), **text, **_recording(told.get("recording")))


def _text(told: Mapping[str, Any], name: str, most: int) -> str:
    value = told.get(name, "")
    if not isinstance(value, str) or len(value) > most or "\x00" in value:
        raise FieldErrors({name: _("Please give at most %(n)d characters.") % {"n": most}})
    return value.strip()


def _moment(told: Mapping[str, Any]) -> datetime:
    try:
        found = datetime.fromisoformat(_text(told, "at", 40))
        return (found if found.tzinfo else found.replace(tzinfo=LOCAL)).astimezone(LOCAL)
    except (ValueError, OverflowError) as error:
        raise FieldErrors({"at": _("Please enter a moment as 2026-10-31T09:30:00Z.")}) from error


def _recording(told: Any) -> dict[str, str]:
    """Return address and digest of a recording; one comes with the other, and only from the web."""
    if told is None:
        return {}
    given = told if isinstance(told, dict) else {}
    url, digest = _text(given, "url", 500), _text(given, "sha256", 64).lower()
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"https", "http"} or not parts.netloc or not _SHA256.fullmatch(digest):
        raise FieldErrors({"recording": _("A recording has an http(s) address and its SHA-256 in hex.")})
    return {"recording": url, "sha256": digest}


def note(place: int, event: Event) -> bool:
    """Write an event down; return whether it was known already. A flood of new calls waits (TooManyTries)."""
    with atomic():
        if not run("SELECT 1 FROM hotline_call WHERE place = %s AND call = %s", (place, event.call)):
            _not_flooding(place)
        run(
            "INSERT INTO hotline_call (place, call, person, extension, recording, sha256, matter, seen_at)"
            " VALUES (%s, %s, 0, '', '', '', 0, %s) ON CONFLICT (place, call) DO NOTHING",
            (place, event.call, now()),
        )
        column = f"{event.event}_at"
        sql = f"SELECT id, person, {column} FROM hotline_call WHERE place = %s AND call = %s FOR UPDATE"  # noqa: S608
        key, person, known = run(sql, (place, event.call))[0]
        if known is not None:
            return True
        run(
            f"""UPDATE hotline_call SET {column} = %(at)s, person = %(person)s,
                recording = CASE WHEN recording = '' THEN %(recording)s ELSE recording END,
                sha256 = CASE WHEN recording = '' THEN %(sha256)s ELSE sha256 END WHERE id = %(id)s""",  # noqa: S608
            {"at": event.at, "person": person or _person(event.caller), "recording": event.recording,
             "sha256": event.sha256, "id": key},
        )  # fmt: skip
        if event.extension and event.event in _NAMING:
            run(
                "UPDATE hotline_call SET extension = %(name)s, named_at = %(at)s WHERE id = %(id)s"
                " AND (named_at IS NULL OR (named_at, extension) < (%(at)s, %(name)s))",
                {"name": event.extension, "at": event.at, "id": key},
            )
    return False


def _not_flooding(place: int) -> None:
    sql = "SELECT count(*) FROM hotline_call WHERE place = %s AND seen_at > %s"
    if run(sql, (place, now() - WITHIN))[0][0] >= MOST:
        raise TooManyTries(_("Too many calls within a minute. Please send this again later."))


def _person(number: str) -> int:
    """Return whose number it is, written down encrypted when it is new; 0 for a number withheld or no number."""
    if not number:
        return 0
    try:
        found = persons.find_by_phone(number)
        new = NewPerson(_("Caller"), number, purpose=PURPOSE, basis=BASIS)
        return found[-1] if found else people.add_person(SYSTEM, new)
    except FieldErrors:
        return 0


def pick_up(actor: Actor, call: int) -> str:
    """Return the number of a call that waits at the actor's own extension, in clear; the reading is written down."""
    row = _own(actor, call)
    if not row.person:
        return ""
    return persons.read_person(row.person, actor, _("Call %(id)d at the console") % {"id": row.id}).phone


def _own(actor: Actor, call: int) -> CallRow:
    row = next((one for one in selectors.waiting(actor) if one.id == call), None)
    if row is None:
        raise NotFound(_("There is no such call at your extension."), where=str(call))
    return row


def link(actor: Actor, call: int, matter: int) -> None:
    """Let an order have come from a call of the actor's place; a call becomes one order only."""
    run(
        "UPDATE hotline_call SET matter = %s WHERE id = %s AND matter = 0 AND place = ANY(%s)",
        (matter, call, places(scope_of(actor.division))),
    )
