"""Read meetings: the register, one meeting with who is invited, clashes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from bihuan.kernel.errors import NotFound
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.flow.selectors import by_ids
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.permits.rules import branches, sees
from bihuan.kernel.permits.walk import condition
from bihuan.kernel.store.sql import run


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """A meeting with its matter's code, title and stage; ``items`` counts its agenda, ``guests`` those invited."""

    id: int
    code: str
    title: str
    stage: str
    kind: str
    place: int
    chair: int
    chair_name: str
    begins: datetime
    ends: datetime
    room: str
    day: date
    division: int
    items: int
    guests: int


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody invited: the post, the person and unit, and whether they came (None: not recorded)."""

    post: int
    user: int
    name: str
    unit: str
    role: str
    came: bool | None


@dataclass(frozen=True, slots=True)
class Clash:
    """A person invited to another meeting at the same time."""

    post: int
    name: str
    meeting: int
    code: str
    title: str
    begins: datetime


_ROW = """
g.matter, m.code, m.title, m.stage, g.kind, g.place, g.chair, coalesce(u.name, ''), g.begins, g.ends, g.room, g.day,
g.division, (SELECT count(*) FROM meetings_agenda a WHERE a.meeting = g.matter AND a.outcome <> 'unschedule'),
(SELECT count(*) FROM meetings_invite i WHERE i.meeting = g.matter)"""
_FROM = """
FROM meetings_meeting g JOIN flow_matter m ON m.id = g.matter
LEFT JOIN identity_post p ON p.id = g.chair LEFT JOIN identity_user u ON u.id = p.user_id"""


def listed(
    actor: Actor, *, since: datetime | None = None, until: datetime | None = None, limit: int = 100
) -> list[MeetingRow]:
    """Return the meetings one sees or is invited to that end after ``since`` and begin before ``until``.

    Coming ones (``since`` given) first to last, past ones latest first.
    """
    where, params = _times(since, until)
    parts, values = [], []
    for branch in branches(actor):
        sql, extra = condition(branch)
        parts.append(f"SELECT m.id FROM flow_matter m WHERE {sql} AND m.kind = 'meetings.meeting'")  # noqa: S608
        values += extra
    if actor.post:
        parts.append("SELECT i.meeting FROM meetings_invite i WHERE i.post = %s")
        values.append(actor.post)
    if not parts:
        return []
    order = "g.begins, g.matter" if since else "g.begins DESC, g.matter DESC"
    rows = run(
        f"SELECT {_ROW} {_FROM} WHERE {where} AND g.matter IN ({' UNION '.join(parts)})"
        f" ORDER BY {order} LIMIT %s",
        [*params, *values, limit],
    )
    return [MeetingRow(*row) for row in rows]


def _times(since: datetime | None, until: datetime | None) -> tuple[str, list[object]]:
    parts: list[str] = ["true"]
    params: list[object] = []
    if since:
        parts.append("g.ends >= %s")
        params.append(since)
    if until:
        parts.append("g.begins < %s")
        params.append(until)
    return " AND ".join(parts), params


def meeting(actor: Actor, key: int) -> tuple[MeetingRow, MatterRow]:
    """Return a meeting and its matter; NotFound when there is none, or the actor neither sees nor is invited to it."""
    rows = run(f"SELECT {_ROW} {_FROM} WHERE g.matter = %s", (key,))
    matter = by_ids([key]).get(key) if rows else None
    if matter is None or not (sees(actor, matter) or _invited(actor, key)):
        raise NotFound(_("There is no such meeting, or you may not see it."), where="meeting")
    return MeetingRow(*rows[0]), matter


def _invited(actor: Actor, key: int) -> bool:
    sql = "SELECT 1 FROM meetings_invite WHERE meeting = %s AND post = %s"
    return bool(actor.post and run(sql, (key, actor.post)))


def guests(key: int) -> list[Guest]:
    """Return who is invited, by unit."""
    sql = """
        SELECT i.post, u.id, u.name, coalesce(nullif(o.short_name, ''), o.name), p.role_id, i.came
        FROM meetings_invite i JOIN identity_post p ON p.id = i.post JOIN identity_user u ON u.id = p.user_id
        JOIN identity_organisation o ON o.id = p.organisation_id WHERE i.meeting = %s ORDER BY o.pinyin, p.id"""
    return [Guest(*row) for row in run(sql, (key,))]


_CLASHES = """
SELECT DISTINCT mine.id, u.name, g.matter, m.code, m.title, g.begins
FROM identity_post mine JOIN identity_user u ON u.id = mine.user_id
JOIN identity_post other ON other.user_id = mine.user_id
JOIN meetings_invite i ON i.post = other.id
JOIN meetings_meeting g ON g.matter = i.meeting AND NOT g.cancelled AND g.begins < %(ends)s AND g.ends > %(begins)s
JOIN flow_matter m ON m.id = g.matter
WHERE mine.id = ANY(%(posts)s) AND g.matter <> %(but)s ORDER BY g.begins, mine.id"""


def clashes(posts: Iterable[int], begins: datetime, ends: datetime, but: int = 0) -> list[Clash]:
    """Return who of these posts is invited elsewhere at that time, under whichever post; ``but`` is left out."""
    given = {"posts": sorted(set(posts)), "begins": begins, "ends": ends, "but": but}
    return [Clash(*row) for row in run(_CLASHES, given)]
