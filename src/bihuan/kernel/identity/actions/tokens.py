"""Writing tokens, and the log of who came in."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict, NotFound, Refused
from bihuan.kernel.identity import rights
from bihuan.kernel.identity.actions.record import record
from bihuan.kernel.identity.actors import Actor, Kind
from bihuan.kernel.identity.failures import ExpiredPost
from bihuan.kernel.identity.models import LoginEvent, Token
from bihuan.kernel.identity.selectors.posts import FAILURE_WINDOW_SECONDS, post, token_hash
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import atomic, run

MAX_DAYS = 366
PREFIX = "bihuan_"


def issue_token(
    actor: Actor, post_id: int, name: str, abilities: Iterable[str], *, days: int = 90
) -> tuple[int, str]:
    """Make a token for one's own post and return (id, the token): it is shown this once.

    Only the holder, logged in, or the system may: not a token, not who acts for another.
    """
    row, moment = post(post_id), now()
    own = actor.kind in {Kind.POST, Kind.PARTY} and actor.user == row.user and not actor.delegated_by
    if actor.kind is not Kind.SYSTEM and not own:
        raise Refused(_("Tokens are made by the holder of a post."), where="post")
    if not row.valid(moment):
        raise ExpiredPost(_("The post is not valid any more."), where="post")
    if not name.strip() or not 1 <= days <= MAX_DAYS:
        text = _("A token needs a name and a life of 1 to %(days)d days.")
        raise BadInput(text % {"days": MAX_DAYS}, where="days" if name.strip() else "name")
    raw = PREFIX + secrets.token_urlsafe(32)
    with atomic():
        token = Token.objects.create(
            hash=token_hash(raw),
            prefix=raw[: len(PREFIX) + 4],
            name=name.strip()[:80],
            post_id=post_id,
            abilities=sorted(set(abilities)),
            created_at=moment,
            expires_at=moment + timedelta(days=days),
        )
        facts = {"token": token.id, "post": post_id, "abilities": token.abilities, "days": days}
        record(actor, "token.issue", facts)
    return token.id, raw


def revoke_token(actor: Actor, token_id: int) -> None:
    """Make a token worthless from now on."""
    with atomic():
        token = Token.objects.select_for_update().filter(id=token_id).first()
        if token is None:
            raise NotFound(_("There is no such token."), where="token")
        row = post(token.post_id)
        if actor.user != row.user or actor.delegated_by:
            rights.need(actor, rights.POSTS, row.division)
        if token.revoked_at is not None:
            raise Conflict(_("This token was already revoked."), where="token")
        token.revoked_at = now()
        token.save(update_fields=["revoked_at"])
        record(actor, "token.revoke", {"token": token_id})


def note_token_use(token_id: int, used_at: datetime | None, at: datetime) -> None:
    """Remember when a token was last used, to the five minutes: not every call writes."""
    if used_at is None or at - used_at > timedelta(minutes=5):
        run("UPDATE identity_token SET used_at = %s WHERE id = %s", (at, token_id))


def note_bad_token(address: str | None, at: datetime) -> None:
    """Count a wrong token against the address it came from."""
    if address:
        sql = """
            INSERT INTO identity_failures AS f (address, since, count) VALUES (%(address)s::inet, %(at)s, 1)
            ON CONFLICT (address) DO UPDATE SET
                count = CASE WHEN f.since <= %(stale)s THEN 1 ELSE f.count + 1 END,
                since = CASE WHEN f.since <= %(stale)s THEN %(at)s ELSE f.since END"""
        run(sql, {"address": address, "at": at, "stale": at - timedelta(seconds=FAILURE_WINDOW_SECONDS)})


def note_login(
    kind: str, username: str, *, user: int = 0, address: str | None = None, agent: str = ""
) -> None:
    """Log who came in, left or was turned away (``kind``: login, logout, refused)."""
    LoginEvent.objects.create(
        at=now(), user_id=user or None, username=username[:64], kind=kind, address=address, agent=agent[:200]
    )
