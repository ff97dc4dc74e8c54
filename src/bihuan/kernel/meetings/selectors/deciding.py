"""Who decides on a rung: read from the 领导分工表, and who stands in when that chair is away."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from bihuan.kernel.clock.ground import place_of
from bihuan.kernel.identity.actors import Scope
from bihuan.kernel.identity.selectors.posts import PostRow, find_posts
from bihuan.kernel.meetings.about import About
from bihuan.kernel.meetings.models import FIELDS
from bihuan.kernel.meetings.selectors import rules
from bihuan.kernel.meetings.selectors.rules import Duty, Rung
from bihuan.kernel.now import now, today
from bihuan.kernel.store.sql import run


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decides: the post and its unit, and how it came to it.

    ``via`` is the field of the 领导分工表 that named it, ``role`` when no row did: then the nearest post
    of the rung's role. ``instead`` is the post that is away, 0 when nobody is.
    """

    post: int
    unit: int
    via: str
    instead: int = 0


_VALID = """
SELECT p.id, p.organisation_id, p.role_id
FROM identity_post p JOIN identity_user u ON u.id = p.user_id AND u.is_active
WHERE p.id = ANY(%(posts)s) AND p.valid_from <= %(at)s AND (p.valid_until IS NULL OR p.valid_until > %(at)s)"""


@dataclass(slots=True)
class Deciders:
    """The tables of one day, read once: deciders of any number of matters without another statement a matter."""

    day: date
    at: datetime
    duties: list[Duty]
    away: set[int]
    valid: dict[int, tuple[int, str]]
    _rungs: dict[Scope, list[Rung]] = field(default_factory=dict)
    _holders: dict[tuple[str, Scope], list[PostRow]] = field(default_factory=dict)

    @classmethod
    def load(cls, day: date | None = None) -> "Deciders":
        """Read what holds on a day (default: today). Whoever has named a delegate is not away."""
        at, on = now(), day or today()
        duties = rules.duties(on)
        named = sorted({post for row in duties for post in (row.post, row.deputy)} - {0})
        found = run(_VALID, {"posts": named, "at": at})
        gone = rules.away(on)
        standing = {row[0] for row in run(_DELEGATED, {"at": at, "posts": sorted(gone)})}
        return cls(on, at, duties, gone - standing, {row[0]: (row[1], row[2]) for row in found})

    def rungs(self, scope: Scope) -> list[Rung]:
        """Return the rungs of a place from the bottom up."""
        if scope not in self._rungs:
            self._rungs[scope] = rules.rungs(scope, self.day)
        return self._rungs[scope]

    def rung(self, scope: Scope, place: int) -> Rung | None:
        """Return the rung of that number, None when the place has none."""
        return next((row for row in self.rungs(scope) if row.place == place), None)

    def find(self, scope: Scope, place: int, about: About | None = None) -> Decider | None:
        """Return who decides on a rung about a matter; None when nobody holds the chair at all."""
        rung = self.rung(scope, place)
        if rung is None:
            return None
        row = self._row(rung.chair, scope, about or About())
        if row is None:
            return self._next(rung.chair, scope, "role", 0)
        for post in (row.post, row.deputy):
            if post in self.valid and post not in self.away:
                instead = row.post if post == row.deputy else 0
                return Decider(post, self.valid[post][0], row.field, instead)
        return self._next(rung.chair, scope, row.field, row.post)

    def _row(self, role: str, scope: Scope, about: About) -> Duty | None:
        near: Mapping[int, int] = {division: rank for rank, division in enumerate((*place_of(scope), 0))}
        fits = [
            (FIELDS.index(row.field), near[row.division], -row.valid_from.toordinal(), -row.id, row)
            for row in self.duties
            if row.role == role and row.division in near and _fits(row, scope, about)
        ]
        return min(fits)[-1] if fits else None

    def _next(self, role: str, scope: Scope, via: str, instead: int) -> Decider | None:
        """Return the next post of the role over the place whose holder is there; one who is away if none is."""
        if (role, scope) not in self._holders:
            self._holders[role, scope] = find_posts(role, scope, self.at)
        posts = [row for row in self._holders[role, scope] if row.id != instead]
        for number, row in enumerate(posts):
            if row.id not in self.away:
                return Decider(row.id, row.unit, via, instead or (posts[0].id if number else 0))
        anybody = next(iter(self._holders[role, scope]), None)
        return Decider(anybody.id, anybody.unit, via) if anybody else None


_DELEGATED = """
SELECT post_id FROM identity_delegation
WHERE post_id = ANY(%(posts)s) AND valid_from <= %(at)s AND valid_until > %(at)s"""


def _fits(row: Duty, scope: Scope, about: About) -> bool:
    if row.field == "subject":
        return bool(about.subject) and row.target == about.subject
    if row.field == "unit":
        return bool(about.unit) and row.target == about.unit
    if row.field == "line":
        return row.line == about.line
    return row.field == "all" or row.target in place_of(scope)


def decider(
    scope: Scope, place: int, *, subject: int = 0, unit: int = 0, line: str = "", day: date | None = None
) -> Decider | None:
    """Return who decides on rung number ``place`` at a place about a subject, unit or line; None for nobody.

    The most telling row of the 领导分工表 wins (subject, unit, line, division, all), then the nearest
    scope, then the latest day. A chair away or gone: the delegate (who acts as the same post), else the
    deputy of the row, else the next post of the role.
    """
    return Deciders.load(day).find(scope, place, About(subject, unit, line))
