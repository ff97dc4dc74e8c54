"""Writing links (链接与查询码): issued for one matter, used under a log, taken back."""

import secrets
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict, NotFound, Refused
from bihuan.kernel.identity import rights
from bihuan.kernel.identity.actions.tokens import note_bad_token
from bihuan.kernel.identity.actors import Actor, Kind
from bihuan.kernel.identity.failures import BadLink
from bihuan.kernel.identity.models import Link, LinkEvent
from bihuan.kernel.identity.selectors.links import (
    DIGITS,
    PURPOSES,
    LinkRow,
    check_digit,
    keyed,
    link_and_actor,
)
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import atomic, run

MAX_DAYS = 366
_AGAIN = timedelta(minutes=5)


def issue_link(
    actor: Actor,
    matter_id: int,
    *,
    party: int = 0,
    purpose: str = "track",
    valid_until: datetime,
    key: str = "",
) -> str:
    """Make a link to one matter and return its code: it is shown this once.

    The caller has made sure that the actor may see the matter. The same ``key`` of the same
    actor gives the same code, so that a page sent twice makes one link. ``purpose`` is the role
    that grants of kind ``link`` ask for. Only the system and posts with ``links.issue`` may.
    """
    moment = now()
    if actor.kind is not Kind.SYSTEM:
        rights.need(actor, rights.LINKS)
    if not moment < valid_until <= moment + timedelta(days=MAX_DAYS):
        text = _("A link is good from now on for at most %(days)d days.")
        raise BadInput(text % {"days": MAX_DAYS}, where="valid_until")
    if purpose not in PURPOSES:
        raise ValueError(f"no purpose of links: {purpose}")
    code = _code(f"{actor.user}:{matter_id}:{key}" if key else "")
    hashed = keyed("link", code)
    with atomic():
        made = run(
            "INSERT INTO identity_link (hash, matter_id, party, purpose, issued_by, created_at, valid_until)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (hash) DO NOTHING RETURNING id",
            (hashed, matter_id, party, purpose, actor.user, moment, valid_until),
        )
        if made:
            note_link(made[0][0], "issued", user=actor.user)
    return code


def _code(seed: str) -> str:
    """Return fifteen digits and their check: by chance, or for a seed always the same."""
    space = 10 ** (DIGITS - 1)
    number = int.from_bytes(keyed("link-code", seed), "big") % space if seed else secrets.randbelow(space)
    digits = f"{number:0{DIGITS - 1}d}"
    return digits + check_digit(digits)


def revoke_link(actor: Actor, link_id: int, matter_id: int) -> None:
    """Take a link to this matter back: from now on it opens nothing. The caller asked whether the actor sees it."""
    with atomic():
        link = Link.objects.select_for_update().filter(id=link_id, matter_id=matter_id).first()
        if link is None:
            raise NotFound(_("There is no such link."), where="link")
        if actor.kind is not Kind.SYSTEM and link.issued_by != actor.user:
            rights.need(actor, rights.LINKS)
        if actor.kind in {Kind.LINK, Kind.NOBODY}:
            raise Refused(_("Whoever issued the link takes it back."), where="link")
        if link.revoked_at is not None:
            raise Conflict(_("This link was already taken back."), where="link")
        link.revoked_at = now()
        link.save(update_fields=["revoked_at"])
        note_link(link_id, "revoked", user=actor.user)


def enter_by_link(code: str, address: str | None) -> tuple[LinkRow, Actor]:
    """Return the link of a code and its actor, and write down that it was opened, or tried in vain.

    A wrong code counts against the address it came from; one that was plainly mistyped does not.
    """
    moment = now()
    try:
        link, actor = link_and_actor(code, moment, address)
    except BadLink as refusal:
        if known := refusal.details.get("link"):
            note_link(known, "refused", address=address)
        elif refusal.where == "code":
            note_bad_token(address, moment)
        raise
    if not _just_seen(link.id, address, moment):
        note_link(link.id, "seen", address=address)
    if link.used_at is None or moment - link.used_at > _AGAIN:
        run("UPDATE identity_link SET used_at = %s WHERE id = %s", (moment, link.id))
    return link, actor


def _just_seen(link_id: int, address: str | None, moment: datetime) -> bool:
    sql = """
        SELECT 1 FROM identity_linkevent WHERE link_id = %s AND what = 'seen'
            AND address IS NOT DISTINCT FROM %s::inet AND at > %s LIMIT 1"""
    return bool(run(sql, (link_id, address, moment - _AGAIN)))


def note_link(link_id: int, what: str, *, user: int = 0, address: str | None = None) -> None:
    """Add to the log of a link (``what``: issued, seen, moved, refused, revoked)."""
    LinkEvent.objects.create(link_id=link_id, at=now(), what=what, user=user, address=address)


__all__ = ["enter_by_link", "issue_link", "note_link", "revoke_link"]
