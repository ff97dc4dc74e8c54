"""Who may act as what at a moment: posts, delegations, tokens, and the actor they make."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NoReturn

from django.utils.translation import gettext as _

from bihuan.kernel.errors import NotFound, Refused
from bihuan.kernel.identity import roles
from bihuan.kernel.identity.actors import Actor, Kind, Scope
from bihuan.kernel.identity.failures import BadToken, ExpiredPost, TooManyTries
from bihuan.kernel.now import local, now
from bihuan.kernel.store.sql import run

#: Wrong tokens one address may offer within :data:`FAILURE_WINDOW_SECONDS` before it is not heard.
FAILURES_ALLOWED = 20
FAILURE_WINDOW_SECONDS = 300

#: From the nearest level up; a park is nearer to its things than the street around it.
NEAREST = ("micro", "grid", "community", "park", "street", "county", "city", "province")

_POST = """
    p.id, p.user_id, u.name, p.role_id, r.title, p.organisation_id, o.name, p.division_id, d.level, d.name,
    p.valid_from, p.valid_until"""
_JOINS = """
    JOIN identity_user u ON u.id = p.user_id
    JOIN identity_role r ON r.name = p.role_id
    JOIN identity_organisation o ON o.id = p.organisation_id
    JOIN identity_division d ON d.id = p.division_id"""
_VALID = "p.valid_from <= %(at)s AND (p.valid_until IS NULL OR p.valid_until > %(at)s)"


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post, and when it is acted for by another: whose it is (``user``) and who acts (``actor``)."""

    id: int
    user: int
    user_name: str
    role: str
    role_title: str
    unit: int
    unit_name: str
    division: int
    level: str
    division_name: str
    valid_from: datetime
    valid_until: datetime | None
    actor: int = 0
    actor_name: str = ""

    @property
    def delegated(self) -> bool:
        """Whether somebody other than the holder acts."""
        return self.actor not in {0, self.user}

    def valid(self, at: datetime) -> bool:
        """Whether the post itself is valid at a moment: its first counts, its last does not."""
        return self.valid_from <= at and (self.valid_until is None or self.valid_until > at)


_MAY_ACT = f"""
    SELECT {_POST}, p.user_id AS actor, u.name AS actor_name FROM identity_post p {_JOINS}
    WHERE p.user_id = %(user)s AND {_VALID} AND u.is_active
    UNION ALL
    SELECT {_POST}, t.id, t.name FROM identity_delegation g
    JOIN identity_user t ON t.id = g.to_user_id AND t.is_active
    JOIN identity_post p ON p.id = g.post_id {_JOINS}
    WHERE g.to_user_id = %(user)s AND g.valid_from <= %(at)s AND g.valid_until > %(at)s AND {_VALID}
"""  # noqa: S608 - only constants are joined


def posts_of(user: int, at: datetime | None = None, *, using: str = "default") -> list[PostRow]:
    """Return the posts a user may act as at a moment: the user's own first, then those delegated."""
    return _sorted(run(_MAY_ACT, {"user": user, "at": at or now()}, using=using))


def _sorted(rows: Iterable[Sequence[Any]]) -> list[PostRow]:
    return sorted((PostRow(*row) for row in rows), key=lambda row: (row.delegated, row.id))


_USER = (
    "id", "password", "last_login", "username", "name", "email", "language", "is_active", "created_at",
    "must_change",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Visitor:
    """A logged-in user with the posts to choose from; ``mfa``: whether a second factor is set up."""

    user: dict[str, Any]
    mfa: bool
    posts: list[PostRow]


def visitor(user: int, at: datetime | None = None) -> Visitor | None:
    """Return a user, whether a second factor is set up, and the valid posts, in one statement."""
    own = ", ".join(f"w.{name}" for name in _USER)
    sql = f"""
        SELECT {own}, EXISTS (SELECT 1 FROM mfa_authenticator a WHERE a.user_id = w.id), m.*
        FROM identity_user w LEFT JOIN ({_MAY_ACT}) m ON true WHERE w.id = %(user)s"""  # noqa: S608
    rows = run(sql, {"user": user, "at": at or now()})
    if not rows:
        return None
    width = len(_USER)
    fields = dict(zip(_USER, rows[0], strict=False))
    posts = _sorted(row[width + 1 :] for row in rows if row[width + 1] is not None)
    return Visitor(fields, rows[0][width], posts)


def as_actor(post: PostRow) -> Actor:
    """Return the actor who acts as the post; the title says on whose behalf."""
    role = roles.get(post.role)
    party = role is not None and role.sees == "party"
    title = f"{post.actor_name}（代{post.user_name}）" if post.delegated else post.user_name
    return Actor(
        kind=Kind.PARTY if party else Kind.POST,
        user=post.actor or post.user,
        post=post.id,
        role=post.role,
        unit=post.unit,
        level=post.level,
        division=post.division,
        party=post.unit if party else 0,
        delegated_by=post.user if post.delegated else 0,
        title=title,
    )


def choose(posts: Sequence[PostRow], post_id: int | None) -> PostRow | None:
    """Return the chosen post among those valid, else the first; None when there is none."""
    return next((row for row in posts if row.id == post_id), posts[0] if posts and not post_id else None)


def actor_of(user: int, post_id: int | None = None, at: datetime | None = None) -> Actor:
    """Return the actor a user is as a post (default: the first valid one of the user's).

    Raises :class:`ExpiredPost` for a post that has ended or not begun, :class:`Refused`
    for somebody else's and for a user without any.
    """
    at = at or now()
    chosen = choose(posts_of(user, at), post_id)
    if chosen is not None:
        return as_actor(chosen)
    raise why_not(user, post_id, at)


def why_not(user: int, post_id: int | None, at: datetime) -> Refused:
    """Return the refusal that explains why a user cannot act as a post."""
    if not post_id:
        return Refused(_("You hold no valid post. Ask your administrator to appoint you."), where="post")
    sql = f"SELECT {_POST} FROM identity_post p {_JOINS} WHERE p.id = %(post)s"  # noqa: S608
    row = next((PostRow(*found) for found in run(sql, {"post": post_id})), None)
    if row is None or (row.user != user and not _was_delegated(user, post_id)):
        return Refused(_("This post is not yours. Choose one of your own posts."), where="post")
    if row.valid_from > at:
        text = _("Your post %(post)s begins on %(day)s. Until then you cannot act in it.")
        return ExpiredPost(_named(text, row, row.valid_from), where="post", post=post_id)
    if row.valid_until is not None and row.valid_until <= at:
        text = _("Your post %(post)s ended on %(day)s. Choose another post or ask your administrator.")
        return ExpiredPost(_named(text, row, row.valid_until), where="post", post=post_id)
    if row.user != user:
        text = _("You are not acting for the holder of %(post)s at present. Choose another post.")
        return ExpiredPost(_named(text, row, at), where="post", post=post_id)
    return Refused(_("Your account is closed. Ask your administrator."), where="user")


def _named(text: str, row: PostRow, day: datetime) -> str:
    return text % {"post": f"{row.unit_name} {_(row.role_title)}", "day": f"{local(day):%Y-%m-%d %H:%M}"}


def _was_delegated(user: int, post_id: int) -> bool:
    sql = "SELECT 1 FROM identity_delegation WHERE to_user_id = %s AND post_id = %s LIMIT 1"
    return bool(run(sql, (user, post_id)))


def token_hash(raw: str) -> bytes:
    """Return what is kept of a token: 32 random bytes need no slow hash."""
    return hashlib.sha256(raw.encode()).digest()


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token's own facts, without anything that could be used as one."""

    id: int
    name: str
    prefix: str
    abilities: frozenset[str]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


_KEY = """
    k.id, k.name, k.prefix, ARRAY(SELECT jsonb_array_elements_text(k.abilities)),
    k.created_at, k.expires_at, k.used_at, k.revoked_at"""


def _token_row(row: Sequence[Any]) -> TokenRow:
    id_, name, prefix, abilities, *rest = row
    return TokenRow(id_, name, prefix, frozenset(abilities), *rest)


def actor_of_token(raw: str, at: datetime | None = None, address: str | None = None) -> Actor:
    """Return the actor of a token; see :func:`token_and_actor`."""
    return token_and_actor(raw, at, address)[1]


def token_and_actor(
    raw: str, at: datetime | None = None, address: str | None = None
) -> tuple[TokenRow, Actor]:
    """Return a token and its actor in one statement.

    Raises :class:`BadToken` for one that is unknown, expired or revoked (after too many
    unknown ones from one address :class:`TooManyTries`; right ones from there still pass),
    :class:`ExpiredPost` when its post is not valid.
    """
    at = at or now()
    sql = f"""
        SELECT coalesce(f.count, 0), f.since, k.*, u.is_active, {_POST} FROM (SELECT 1) AS one
        LEFT JOIN identity_failures f ON f.address = %(address)s::inet
        LEFT JOIN (SELECT {_KEY}, k.post_id FROM identity_token k WHERE k.hash = %(hash)s) k ON true
        LEFT JOIN (identity_post p {_JOINS}) ON p.id = k.post_id
    """  # noqa: S608 - only constants are joined
    row = run(sql, {"address": address, "hash": token_hash(raw)}, binary=True)[0]
    if row[2] is None:
        _refuse_unknown(row[0], row[1], at)
    token, post = _token_row(row[2:10]), PostRow(*row[12:])
    _check_token(token, post, active=row[11], at=at)
    actor = as_actor(post)
    kind = Kind.TOKEN if actor.kind is Kind.POST else actor.kind
    return token, replace(actor, kind=kind, abilities=token.abilities)


def _refuse_unknown(failures: int, since: datetime | None, at: datetime) -> NoReturn:
    if since and failures >= FAILURES_ALLOWED and (at - since).total_seconds() < FAILURE_WINDOW_SECONDS:
        raise TooManyTries(_("Too many wrong tokens came from your address. Wait five minutes."))
    raise BadToken(_("This token is unknown. Check that it was copied whole."), where="token")


def _check_token(token: TokenRow, post: PostRow, *, active: bool, at: datetime) -> None:
    if token.revoked_at is not None and token.revoked_at <= at:
        raise BadToken(_("This token was revoked. Ask its post's holder for a new one."), where="token")
    if token.expires_at <= at:
        raise BadToken(_("This token has expired. Ask its post's holder for a new one."), where="token")
    if not post.valid(at) or not active:
        raise ExpiredPost(_("The post of this token is not valid any more."), where="token")


def tokens_of(post_id: int) -> list[TokenRow]:
    """Return the tokens of a post, newest first."""
    sql = f"SELECT {_KEY} FROM identity_token k WHERE k.post_id = %s ORDER BY k.id DESC"  # noqa: S608
    return [_token_row(row) for row in run(sql, (post_id,))]


def _posts_where(where: str, params: dict[str, object]) -> list[PostRow]:
    sql = f"""
        SELECT {_POST} FROM identity_post p {_JOINS} WHERE {where} AND {_VALID} AND u.is_active
        ORDER BY p.id LIMIT 1000"""  # noqa: S608 - only constants are joined
    return [PostRow(*row) for row in run(sql, params)]


def posts_in(unit: int, at: datetime | None = None, *, role: str = "") -> list[PostRow]:
    """Return the valid posts of a unit, of one role when given."""
    where = "p.organisation_id = %(unit)s AND (%(role)s::text = '' OR p.role_id = %(role)s::text)"
    return _posts_where(where, {"unit": unit, "role": role, "at": at or now()})


def staff_over(division: int, at: datetime | None = None) -> list[PostRow]:
    """Return the valid posts that reach over one division, enterprises' own ones left out."""
    parties = [role.name for role in roles.all_roles() if role.sees == "party"]
    where = "p.division_id = %(division)s AND NOT p.role_id = ANY(%(parties)s)"
    return _posts_where(where, {"division": division, "parties": parties, "at": at or now()})


def find_posts(role: str, scope: Scope, at: datetime | None = None) -> list[PostRow]:
    """Return who holds a role over a scope: the posts at the nearest level that has any, going up."""
    levels = {getattr(scope, level): rank for rank, level in enumerate(NEAREST) if getattr(scope, level)}
    params: dict[str, object] = {"role": role, "ids": list(levels), "at": at or now()}
    found = _posts_where("p.role_id = %(role)s AND p.division_id = ANY(%(ids)s)", params)
    nearest = min((levels[row.division] for row in found), default=0)
    return [row for row in found if levels[row.division] == nearest]


def post(post_id: int) -> PostRow:
    """Return one post, ended ones too; raises :class:`NotFound`."""
    sql = f"SELECT {_POST} FROM identity_post p {_JOINS} WHERE p.id = %(post)s"  # noqa: S608
    for row in run(sql, {"post": post_id}):
        return PostRow(*row)
    raise NotFound(_("There is no such post."), where="post")
