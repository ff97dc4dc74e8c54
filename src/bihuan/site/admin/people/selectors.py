"""Reading people, their posts, who stands in for whom, tokens, and the log of the doors."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors.divisions import division as place_of
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import run
from bihuan.site.admin.permits import inside, within

PAGE = 50
#: A post that ends within so many days is listed as ending soon.
SOON = timedelta(days=30)

_VALID = "p.valid_from <= %(at)s AND (p.valid_until IS NULL OR p.valid_until > %(at)s)"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can log in, with the number of valid posts and when last seen."""

    id: int
    username: str
    name: str
    email: str
    is_active: bool
    created_at: datetime | None
    last_login: datetime | None
    mfa: bool
    posts: int


@dataclass(frozen=True, slots=True)
class PostLine:
    """A post with its state at a moment: valid, soon (ends within a month), ended or coming."""

    id: int
    user: int
    user_name: str
    username: str
    user_active: bool
    role: str
    unit: int
    unit_name: str
    division: int
    division_name: str
    valid_from: datetime
    valid_until: datetime | None
    state: str
    stand_in: str
    unit_pinyin: str
    division_short: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Who stands in for a post from when to when, and why."""

    id: int
    post: int
    from_name: str
    to_user: int
    to_name: str
    valid_from: datetime
    valid_until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Key:
    """A token of a post, without anything that could be used as one."""

    id: int
    post: int
    name: str
    prefix: str
    abilities: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None

    def state(self, at: datetime) -> str:
        """Return valid, expired or revoked."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at <= at else "valid"


@dataclass(frozen=True, slots=True)
class Coming:
    """Somebody came in, left, or was turned away."""

    id: int
    at: datetime
    kind: str
    username: str
    user: int
    name: str
    address: str
    agent: str


_VALID_POST = f"SELECT 1 FROM identity_post p WHERE p.user_id = u.id AND {_VALID}"  # noqa: S608 - constants
_PERSON = f"""
    SELECT u.id, u.username, u.name, u.email, u.is_active, u.created_at, u.last_login,
        EXISTS (SELECT 1 FROM mfa_authenticator a WHERE a.user_id = u.id),
        (SELECT count(*) FROM identity_post p WHERE p.user_id = u.id AND {_VALID})
    FROM identity_user u"""  # noqa: S608 - constants


def _like(text: str) -> str:
    escaped = text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return f"%{escaped}%"


def _mine(actor: Actor) -> str:
    """People with a post in the actor's part of the tree, or with none at all."""
    if not within(actor)[0]:
        return "true"
    posts = "SELECT 1 FROM identity_post p JOIN identity_division d ON d.id = p.division_id WHERE p.user_id = u.id"
    return f"(EXISTS ({posts} AND {inside(actor)}) OR NOT EXISTS ({posts}))"


def people(
    actor: Actor, *, q: str = "", state: str = "", after: str = "", limit: int = PAGE
) -> tuple[list[Person], str]:
    """Return people by login name, and the one to go on after ("" at the end).

    ``state``: active (default), closed, idle (active, without a valid post) or all.
    """
    conditions = [_mine(actor), {"closed": "NOT u.is_active", "all": "true"}.get(state, "u.is_active")]
    if state == "idle":
        conditions.append(f"NOT EXISTS ({_VALID_POST})")
    if q:
        conditions.append("(u.name ILIKE %(like)s OR u.username ILIKE %(like)s)")
    if after:
        conditions.append("u.username > %(after)s")
    sql = f"{_PERSON} WHERE {' AND '.join(conditions)} ORDER BY u.username LIMIT {limit + 1:d}"
    rows = [Person(*row) for row in run(sql, {"at": now(), "like": _like(q), "after": after})]
    return rows[:limit], rows[limit - 1].username if len(rows) > limit else ""


def person(actor: Actor, user: int) -> Person | None:
    """Return one person if the actor administers a post of theirs, or they have none."""
    sql = f"{_PERSON} WHERE u.id = %(id)s AND {_mine(actor)}"
    return next((Person(*row) for row in run(sql, {"id": user, "at": now()})), None)


_POST = """
    SELECT p.id, p.user_id, u.name, u.username, u.is_active, p.role_id, p.organisation_id, o.name, p.division_id,
        d.full_name, p.valid_from, p.valid_until,
        CASE WHEN p.valid_until <= %(at)s THEN 'ended' WHEN p.valid_from > %(at)s THEN 'coming'
             WHEN p.valid_until <= %(soon)s THEN 'soon' ELSE 'valid' END AS state,
        coalesce((SELECT t.name FROM identity_delegation g JOIN identity_user t ON t.id = g.to_user_id
            WHERE g.post_id = p.id AND g.valid_from <= %(at)s AND g.valid_until > %(at)s LIMIT 1), ''),
        o.pinyin, d.name
    FROM identity_post p
    JOIN identity_user u ON u.id = p.user_id
    JOIN identity_organisation o ON o.id = p.organisation_id
    JOIN identity_division d ON d.id = p.division_id"""
_STAND_IN = """
    SELECT 1 FROM identity_delegation g
    WHERE g.post_id = p.id AND g.valid_from <= %(at)s AND g.valid_until > %(at)s"""
_STATES = {
    "valid": _VALID,
    "soon": f"{_VALID} AND p.valid_until <= %(soon)s",
    "ended": "p.valid_until <= %(at)s",
    "coming": "p.valid_from > %(at)s",
    "delegated": f"{_VALID} AND EXISTS ({_STAND_IN})",
    "all": "true",
}


@dataclass(frozen=True, slots=True)
class Posts:
    """Which posts: by state, role, unit, user, within a division, of a person or unit whose name holds ``q``."""

    state: str = "valid"
    role: str = ""
    unit: int = 0
    user: int = 0
    within: int = 0
    q: str = ""


def posts(
    actor: Actor, what: Posts, *, after: tuple[str, int] | None = None, limit: int = PAGE
) -> tuple[list[PostLine], str]:
    """Return posts by unit (pinyin), and where to go on ("" at the end)."""
    moment = now()
    params: dict[str, Any] = {
        "at": moment, "soon": moment + SOON, "role": what.role, "unit": what.unit, "user": what.user,
        "like": _like(what.q), "after": after and after[0], "id": after and after[1],
    }  # fmt: skip
    conditions = [inside(actor), _STATES.get(what.state, _VALID)]
    conditions += ["p.role_id = %(role)s"] if what.role else []
    conditions += ["p.organisation_id = %(unit)s"] if what.unit else []
    conditions += ["p.user_id = %(user)s"] if what.user else []
    if what.within:
        place = place_of(what.within)
        conditions.append(f"d.{place.level}_id = {place.id:d}" if place else "false")
    if what.q:
        conditions.append("(u.name ILIKE %(like)s OR u.username ILIKE %(like)s OR o.name ILIKE %(like)s)")
    if after:
        conditions.append("(o.pinyin, p.id) > (%(after)s, %(id)s)")
    sql = f"{_POST} WHERE {' AND '.join(conditions)} ORDER BY o.pinyin, p.id LIMIT {limit + 1:d}"
    rows = [PostLine(*row) for row in run(sql, params)]
    more = f"{rows[limit - 1].unit_pinyin}~{rows[limit - 1].id}" if len(rows) > limit else ""
    return rows[:limit], more


def post_line(post: int) -> PostLine | None:
    """Return one post, whoever asks."""
    moment = now()
    sql = f"{_POST} WHERE p.id = %(id)s"
    return next((PostLine(*row) for row in run(sql, {"id": post, "at": moment, "soon": moment + SOON})), None)


def counts(actor: Actor) -> dict[str, int]:
    """Return how many posts are valid, end soon and have ended, where the actor administers."""
    moment = now()
    sql = f"""
        SELECT count(*) FILTER (WHERE {_VALID}), count(*) FILTER (WHERE {_STATES["soon"]}),
            count(*) FILTER (WHERE {_STATES["ended"]})
        FROM identity_post p JOIN identity_division d ON d.id = p.division_id WHERE {inside(actor)}"""  # noqa: S608
    valid, soon, ended = run(sql, {"at": moment, "soon": moment + SOON})[0]
    return {"valid": valid, "soon": soon, "ended": ended}


def standings(posts: list[int]) -> list[Standing]:
    """Return who stands in for posts, latest first."""
    sql = """
        SELECT g.id, g.post_id, f.name, g.to_user_id, t.name, g.valid_from, g.valid_until, g.reason
        FROM identity_delegation g JOIN identity_user f ON f.id = g.from_user_id
        JOIN identity_user t ON t.id = g.to_user_id
        WHERE g.post_id = ANY(%s) ORDER BY g.valid_from DESC, g.id DESC LIMIT 200"""
    return [Standing(*row) for row in run(sql, (posts,))]


def keys(posts: list[int]) -> list[Key]:
    """Return the tokens of posts, newest first."""
    sql = """
        SELECT id, post_id, name, prefix, ARRAY(SELECT jsonb_array_elements_text(abilities)), created_at,
            expires_at, used_at, revoked_at
        FROM identity_token WHERE post_id = ANY(%s) ORDER BY id DESC LIMIT 200"""
    found = []
    for id_, post, name, prefix, abilities, *moments in run(sql, (posts,)):
        found.append(Key(id_, post, name, prefix, tuple(abilities), *moments))
    return found


def key(token: int) -> Key | None:
    """Return one token."""
    rows = run("SELECT post_id FROM identity_token WHERE id = %s", (token,))
    return next((one for row in rows for one in keys([row[0]]) if one.id == token), None)


def comings(
    actor: Actor, *, kind: str = "", user: int = 0, q: str = "", before: int = 0, limit: int = PAGE
) -> tuple[list[Coming], int]:
    """Return who came in, newest first, and the id to go on before (0 at the end).

    An administrator of a part of the tree sees the people with a post there.
    """
    conditions = ["(%(before)s::bigint = 0 OR e.id < %(before)s::bigint)"]
    conditions += ["e.kind = %(kind)s"] if kind else []
    conditions += ["e.user_id = %(user)s"] if user else []
    conditions += ["(e.username ILIKE %(like)s OR u.name ILIKE %(like)s)"] if q else []
    if within(actor)[0]:
        posts = "SELECT 1 FROM identity_post p JOIN identity_division d ON d.id = p.division_id"
        conditions.append(f"EXISTS ({posts} WHERE p.user_id = e.user_id AND {inside(actor)})")
    sql = f"""
        SELECT e.id, e.at, e.kind, e.username, coalesce(e.user_id, 0), coalesce(u.name, ''),
            coalesce(host(e.address), ''), e.agent
        FROM identity_loginevent e LEFT JOIN identity_user u ON u.id = e.user_id
        WHERE {" AND ".join(conditions)} ORDER BY e.id DESC LIMIT {limit + 1:d}"""  # noqa: S608 - constants
    params = {"before": before, "kind": kind, "user": user, "like": _like(q)}
    rows = [Coming(*row) for row in run(sql, params)]
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else 0


def post_of_standing(standing: int) -> int:
    """Return the post somebody stands in for; 0 when there is no such delegation."""
    return next(
        (row[0] for row in run("SELECT post_id FROM identity_delegation WHERE id = %s", (standing,))), 0
    )


def login_of(user: int) -> str:
    """Return a person's login name, "" for nobody."""
    return next((row[0] for row in run("SELECT username FROM identity_user WHERE id = %s", (user,))), "")
