"""Read what plans for scarce people are made from, and what came of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bihuan.kernel.clock.ground import place_of
from bihuan.kernel.flow import registry
from bihuan.kernel.identity.actors import Actor, Scope
from bihuan.kernel.identity.selectors import find_posts
from bihuan.kernel.now import now, today
from bihuan.kernel.store.sql import run
from bihuan.lines.projects.staffing.network import Person, carriers_of
from bihuan.lines.projects.timetables import rows

#: The service by which a project's officer is known to the flow, and who stands in for none.
_OFFICER = "subject:officer/coordinator"


@dataclass(frozen=True, slots=True)
class CapacityRow:
    """How much one person in a role carries at once, as a row."""

    id: int
    role: str
    at_once: int
    sides: tuple[str, ...]
    division: int
    since: date
    source: str
    tag: str


def capacities() -> list[CapacityRow]:
    """Return every row ever set, newest first within role and place."""
    sql = """SELECT id, role, at_once, sides, division, since, source, tag FROM projects_capacity
             ORDER BY role, division, since DESC, id DESC"""
    return [CapacityRow(*[*row[:3], tuple(row[3]), *row[4:]]) for row in run(sql)]


def capacity_at(scope: Scope, day: date | None = None) -> dict[str, CapacityRow]:
    """Return the row in force of each role: of the nearest place, then the latest."""
    on, places = day or today(), (*place_of(scope), 0)
    found: dict[str, CapacityRow] = {}
    rank = {place: number for number, place in reversed(list(enumerate(places)))}
    for row in capacities():
        if row.since <= on and row.division in rank:
            before = found.get(row.role)
            if before is None or rank[row.division] < rank[before.division]:
                found[row.role] = row
    return found


_AGENTS = """
SELECT DISTINCT ON (m.subject) m.subject, p.id FROM flow_matter m
JOIN identity_post p ON p.role_id = 'agent' AND p.id IN (m.holder_post, m.handler_post, m.creator_post)
WHERE m.open AND m.kind = 'agency.case' AND m.subject = ANY(%s)
  AND p.valid_from <= %s AND (p.valid_until IS NULL OR p.valid_until > %s)
ORDER BY m.subject, m.id DESC
"""


def carriers(projects: Mapping[int, rows.ProjectRow]) -> tuple[dict[int, tuple[int, ...]], list[Person]]:
    """Return (the posts that carry each project's nodes, those people with what each can carry at once)."""
    ids, moment = list(projects), now()
    if not ids:
        return {}, []
    officers = registry.served_by(_OFFICER, ids)
    agents: dict[int, int] = dict(run(_AGENTS, (ids, moment, moment)))
    scope = projects[ids[0]].scope
    rules = capacity_at(scope)
    pool = [post.id for post in find_posts("agent", scope)] if "agent" in rules else []
    found = carriers_of(officers, agents, pool, ids)
    roles = {
        **dict.fromkeys(officers.values(), "officer"),
        **dict.fromkeys([*pool, *agents.values()], "agent"),
    }
    posts = sorted({post for one in found.values() for post in one if roles.get(post) in rules})
    people = [Person(p, roles[p], rules[roles[p]].at_once, rules[roles[p]].sides) for p in posts]
    return found, people


_CANDIDATES = """
SELECT p.id, p.name, t.anchor, t.finish, t.state = 'approved',
       (SELECT count(*) FROM projects_node n WHERE n.timetable_id = t.id AND n.actual_finish IS NULL)
FROM projects_project p
JOIN projects_timetable t ON t.project_id = p.id AND (t.state = 'approved' OR (t.state = 'draft' AND NOT EXISTS
     (SELECT 1 FROM projects_timetable o WHERE o.project_id = p.id AND o.state = 'approved')))
WHERE p.id IN ({ids}) ORDER BY t.anchor, p.id LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A project that can be planned: the promised day, the day as things stand, nodes still open."""

    id: int
    name: str
    promised: date
    finish: date | None
    approved: bool
    open: int


def candidates(actor: Actor, *, limit: int = 300, own: bool = False) -> list[Candidate]:
    """Return the projects one sees that go on and have a timetable; ``own`` those the actor serves."""
    where = ("coalesce(m.state, '') NOT IN ('ended', 'withdrawn', 'paused')", "m.produced IS NULL")
    ids, params = rows.visible_ids(actor, where)
    if not ids:
        return []
    found = [Candidate(*row) for row in run(_CANDIDATES.format(ids=ids), [*params, limit])]
    if own:
        served = registry.served_by(_OFFICER, [one.id for one in found])
        found = [one for one in found if served.get(one.id) == actor.post]
    return found


def adopted(work_id: int) -> dict[int, tuple[str, Any]]:
    """Return {project: (what came of adopting it, when)}."""
    sql = "SELECT project_id, outcome, at FROM projects_adoption WHERE work_id = %s"
    return {row[0]: (row[1], row[2]) for row in run(sql, (work_id,))}


def states(work_id: int, planned: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    """Return {project: what came of adopting it, ``stale`` when its timetable has changed since, else empty}."""
    before, found = adopted(work_id), versions([row["timetable"] for row in planned])

    def state(row: Mapping[str, Any]) -> str:
        if row["id"] in before:
            return before[row["id"]][0]
        ver, kept = found.get(row["timetable"], (0, "replaced"))
        return "stale" if ver != row["ver"] or kept == "replaced" else ""

    return {row["id"]: state(row) for row in planned}


def versions(timetables: Sequence[int]) -> dict[int, tuple[int, str]]:
    """Return {timetable: (version of the row, state)} as they are now."""
    sql = "SELECT id, ver, state FROM projects_timetable WHERE id = ANY(%s)"
    return {row[0]: (row[1], row[2]) for row in run(sql, (list(timetables),))}
