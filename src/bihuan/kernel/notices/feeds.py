"""A post's calendar under a secret address: made, revoked, opened by its token."""

import base64
import hashlib
import os
from datetime import datetime

from django.utils.translation import gettext as _

from bihuan.kernel.errors import NotFound, Refused
from bihuan.kernel.identity.actions.record import record
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors.posts import actor_of
from bihuan.kernel.notices.models import Feed
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import atomic, run


def make(actor: Actor) -> str:
    """Give the actor's post a secret address in place of an earlier one; return its token, this once."""
    if not actor.post:
        raise Refused(_("A calendar belongs to a post. Choose one first."), where="post")
    token = base64.urlsafe_b64encode(os.urandom(32)).decode().rstrip("=")
    with atomic():
        revoke(actor)
        Feed.objects.create(post=actor.post, hash=_hash(token), created=now())
        record(actor, "feed.made", {"post": actor.post})
    return token


def revoke(actor: Actor) -> bool:
    """Let the post's address lead nowhere any more; return whether there was one."""
    with atomic():
        gone = Feed.objects.filter(post=actor.post, revoked=None).update(revoked=now())
        if gone:
            record(actor, "feed.revoked", {"post": actor.post})
    return bool(gone)


def made_at(actor: Actor) -> datetime | None:
    """Return when the post's living address was made, None when it has none."""
    return Feed.objects.filter(post=actor.post, revoked=None).values_list("created", flat=True).first()


def reader(token: str) -> Actor:
    """Return whose calendar a token opens; NotFound for one that is wrong, revoked, or of a post that ended."""
    sql = """SELECT f.post, p.user_id FROM notices_feed f JOIN identity_post p ON p.id = f.post
             JOIN identity_user u ON u.id = p.user_id AND u.is_active
             WHERE f.hash = %s AND f.revoked IS NULL"""
    rows = run(sql, (_hash(token),))
    if rows:
        try:
            return actor_of(rows[0][1], rows[0][0])
        except Refused:
            pass
    raise NotFound(_("There is no such calendar."), where="token")


def _hash(token: str) -> bytes:
    return hashlib.sha256(b"bihuan feed\x00" + token.encode()).digest()
