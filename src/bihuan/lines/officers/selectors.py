"""Read who serves what: now, on any day, with how much else in hand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.urls import reverse

from bihuan.kernel.flow.rows import SELECT, SUPPORTS, MatterRow, from_sql
from bihuan.kernel.identity.actors import Actor, Scope
from bihuan.kernel.now import LOCAL, now, today
from bihuan.kernel.permits.rules import branches
from bihuan.kernel.permits.walk import condition
from bihuan.kernel.store.sql import run
from bihuan.lines.officers.contracts import Answers, Layer, Serving
from bihuan.lines.officers.mechanisms import DUTIES
from bihuan.lines.projects import contracts as projects

_VALID = "p.valid_from <= %(at)s AND (p.valid_until IS NULL OR p.valid_until > %(at)s) AND u.is_active"

_SERVING = f"""
SELECT a.project, a.layer, a.post, coalesce(u.name, ''), coalesce(nullif(o.short_name, ''), o.name, ''), a.since,
       a.deputy, coalesce(du.name, ''), coalesce({_VALID}, false)
FROM officers_assignment a
LEFT JOIN identity_post p ON p.id = a.post LEFT JOIN identity_user u ON u.id = p.user_id
LEFT JOIN identity_organisation o ON o.id = p.organisation_id
LEFT JOIN identity_post d ON d.id = a.deputy LEFT JOIN identity_user du ON du.id = d.user_id
WHERE a.withdrawn_at IS NULL AND a.until IS NULL AND a.project = ANY(%(projects)s)
"""  # noqa: S608 - only constants are joined


def serving(project_ids: Sequence[int]) -> dict[tuple[int, str], Serving]:
    """Return who serves these projects now, by (project, layer)."""
    rows = run(_SERVING, {"at": now(), "projects": list(project_ids)})
    return {(row[0], row[1]): Serving(*row) for row in rows}


def officer_of(project_ids: Sequence[int]) -> dict[int, Serving]:
    """Return the officer of each project that has one."""
    found = serving(project_ids)
    return {project: one for (project, layer), one in found.items() if layer == Layer.OFFICER}


_POSTS = f"""
SELECT DISTINCT ON (a.project) a.project, p.id FROM officers_assignment a
JOIN identity_post p ON p.id IN (a.post, a.deputy) JOIN identity_user u ON u.id = p.user_id
WHERE a.withdrawn_at IS NULL AND a.until IS NULL AND a.layer = 'officer' AND a.project = ANY(%(projects)s) AND {_VALID}
ORDER BY a.project, (p.id = a.post) DESC
"""  # noqa: S608


def posts_serving(project_ids: Sequence[int]) -> dict[int, int]:
    """Return the post that serves each project: the officer's, the deputy's when that one stands no more."""
    return dict(run(_POSTS, {"at": now(), "projects": list(project_ids)}))


def served(
    project_ids: Sequence[int], since: date, until: date
) -> dict[int, list[tuple[int, date, date | None]]]:
    """Return who served as officer between two days, both inside: (post, from, until or None), in order."""
    sql = """SELECT project, post, since, until FROM officers_assignment
             WHERE withdrawn_at IS NULL AND layer = 'officer' AND project = ANY(%s) AND since <= %s
               AND (until IS NULL OR until > %s) ORDER BY project, since, id"""
    found: dict[int, list[tuple[int, date, date | None]]] = {}
    for project, *period in run(sql, (list(project_ids), until, since)):
        found.setdefault(project, []).append((period[0], period[1], period[2]))
    return found


def projects_of(post: int) -> list[int]:
    """Return the projects a post serves as officer now, as deputy where the officer's post stands no more."""
    sql = f"""SELECT a.project FROM officers_assignment a JOIN identity_post p ON p.id = a.post
              JOIN identity_user u ON u.id = p.user_id
              WHERE a.withdrawn_at IS NULL AND a.until IS NULL AND a.layer = 'officer'
                AND (a.post = %(post)s OR (a.deputy = %(post)s AND NOT ({_VALID}))) ORDER BY a.project"""  # noqa: S608
    return [row[0] for row in run(sql, {"post": post, "at": now()})]


def liaised_by(post: int) -> list[int]:
    """Return the projects a leader is liaison for."""
    sql = """SELECT project FROM officers_assignment WHERE withdrawn_at IS NULL AND until IS NULL
             AND layer = 'leader' AND post = %s ORDER BY project"""
    return [row[0] for row in run(sql, (post,))]


@dataclass(frozen=True, slots=True)
class Load:
    """An officer's post and what it has in hand: projects, their open matters, duties past their turn."""

    post: int
    user: int
    name: str
    unit: int
    unit_name: str
    division: int
    projects: int
    open: int
    late: int


_LOAD = f"""
SELECT p.id, p.user_id, u.name, p.organisation_id, coalesce(nullif(o.short_name, ''), o.name), p.division_id,
       (SELECT count(*) FROM officers_assignment a WHERE a.post = p.id AND a.until IS NULL AND a.withdrawn_at IS NULL
          AND a.layer = 'officer'),
       (SELECT count(*) FROM flow_matter m WHERE m.holder_post = p.id AND m.holder_post > 0 AND m.open),
       (SELECT count(*) FROM flow_matter m WHERE m.holder_post = p.id AND m.holder_post > 0 AND m.open
          AND m.clock = 'running' AND m.due < %(at)s)
FROM identity_post p JOIN identity_user u ON u.id = p.user_id JOIN identity_organisation o ON o.id = p.organisation_id
WHERE p.role_id = 'officer' AND {_VALID} AND (%(division)s = 0 OR p.division_id = %(division)s)
ORDER BY p.id
"""  # noqa: S608


def loads(actor: Actor) -> list[Load]:
    """Return the officers of the actor's place (of every place for whoever sees everything), with what they have."""
    everything = any(branch.column == "*" for branch in branches(actor))
    if not everything and not actor.division:
        return []
    return [Load(*row) for row in run(_LOAD, {"at": now(), "division": 0 if everything else actor.division})]


def unserved(project_ids: Sequence[int]) -> list[int]:
    """Return those of the projects that no valid post serves."""
    served_now = posts_serving(project_ids)
    return [key for key in project_ids if key not in served_now]


def open_matters(project_ids: Sequence[int], *, post: int = 0) -> dict[int, list[MatterRow]]:
    """Return the open matters of projects, of one holding post when given, most urgent first.

    For hand-overs: whoever hands over or takes over may see them all.
    """
    sql = f"""SELECT {SELECT}, {SUPPORTS} FROM flow_matter m WHERE m.subject = ANY(%s) AND m.subject > 0 AND m.open
              AND (%s = 0 OR m.holder_post = %s) ORDER BY m.due NULLS LAST, m.id"""  # noqa: S608
    found: dict[int, list[MatterRow]] = {key: [] for key in project_ids}
    for row in map(from_sql, run(sql, (list(project_ids), post, post))):
        found[row.subject].append(row)
    return found


@dataclass(frozen=True, slots=True)
class Touch:
    """When a project was last contacted and visited."""

    contacted: datetime | None = None
    visited: date | None = None


def touches(project_ids: Sequence[int]) -> dict[int, Touch]:
    """Return the last contact (kept duties) and the last visit of projects."""
    kept = """SELECT m.subject, max(s.since) FROM flow_matter m JOIN flow_span s ON s.matter_id = m.id
              WHERE m.subject = ANY(%s) AND m.subject > 0 AND m.kind = 'officers.contact' AND s.stage = 'kept'
              GROUP BY m.subject"""
    made = """SELECT project, max(day) FROM officers_visit WHERE project = ANY(%s) AND state = 'made'
              AND withdrawn_at IS NULL GROUP BY project"""
    contacted: dict[int, datetime] = dict(run(kept, (list(project_ids),)))
    visited: dict[int, date] = dict(run(made, (list(project_ids),)))
    return {key: Touch(contacted.get(key), visited.get(key)) for key in project_ids}


def answers_for(actor: Actor, project_ids: Sequence[int]) -> dict[int, Answers]:
    """Return who answers for the projects, as far as the actor sees them."""
    visible = set(projects.ALIVE(actor))
    wanted = [key for key in project_ids if key in visible]
    now_serving, touched = serving(wanted), touches(wanted)
    return {
        key: Answers(
            key,
            now_serving.get((key, Layer.OFFICER)),
            now_serving.get((key, Layer.LEADER)),
            touched[key].contacted,
            touched[key].visited,
        )
        for key in wanted
    }


def open_vacancies(project_ids: Sequence[int]) -> dict[int, int]:
    """Return {project: matter} of open vacancies."""
    sql = """SELECT subject, id FROM flow_matter WHERE kind = 'officers.vacancy' AND open AND subject = ANY(%s)
             AND subject > 0"""
    return dict(run(sql, (list(project_ids),)))


def open_handovers(project_ids: Sequence[int]) -> dict[int, str]:
    """Return {project: code} of hand-overs that wait."""
    sql = """SELECT subject, code FROM flow_matter WHERE kind = 'officers.handover' AND open AND subject = ANY(%s)
             AND subject > 0"""
    return dict(run(sql, (list(project_ids),)))


def moments(since: date, until: date) -> tuple[datetime, datetime]:
    """Return the moments between which two days, both inside, lie."""
    return datetime.combine(since, time(), LOCAL), datetime.combine(until + timedelta(days=1), time(), LOCAL)


@dataclass(frozen=True, slots=True)
class DutyCount:
    """What one post did of one duty between two days: turns that ended or fell due with it, and those in time."""

    post: int
    kind: str
    turns: int
    in_time: int


#: A turn belongs to who held it when it was kept, or when it fell due unkept: a hand-over splits by dates.
_DUTY = """
SELECT s.holder_post, m.kind, count(*), count(*) FILTER (WHERE c.ended_at IS NOT NULL AND c.ended_at <= c.due)
FROM flow_matter m JOIN clock_clock c ON c.matter_id = m.id AND c.main
JOIN LATERAL (
  SELECT s.holder_post FROM flow_span s WHERE s.matter_id = m.id AND s.episode = c.episode AND s.stage = 'due'
    AND s.since <= least(coalesce(c.ended_at, c.due), c.due) ORDER BY s.n DESC LIMIT 1) s ON true
WHERE m.kind = ANY(%s) AND {seen} AND c.state <> 'void' AND s.holder_post > 0
  AND least(coalesce(c.ended_at, c.due), c.due) >= %s AND least(coalesce(c.ended_at, c.due), c.due) < %s
GROUP BY 1, 2 ORDER BY 1, 2
"""


def duty_counts(actor: Actor, since: datetime, until: datetime) -> list[DutyCount]:
    """Return what each post did of its duties in a period, by who held the turn when it ended or fell due."""
    seen = [condition(branch) for branch in branches(actor)]
    if not seen:
        return []
    sql = _DUTY.replace("{seen}", f"({' OR '.join(f'({text})' for text, _values in seen)})")
    params: list[Any] = [list(DUTIES), *(value for _text, values in seen for value in values), since, until]
    return [DutyCount(*row) for row in run(sql, params)]


@dataclass(frozen=True, slots=True)
class Rules:
    """The numbers of the line that hold in a place on a day, by name; each with its source."""

    values: Mapping[str, Decimal]
    sources: Mapping[str, str]

    def __getitem__(self, name: str) -> Decimal:
        """Return a value; KeyError for a name nobody set."""
        return self.values[name]


def rules(scope: Scope = Scope(), on: date | None = None) -> Rules:  # noqa: B008 - frozen
    """Return the rules in force: the place's own before the house's, then the latest."""
    sql = """SELECT DISTINCT ON (name) name, value, source FROM officers_rule
             WHERE since <= %s AND (division = 0 OR division = ANY(%s)) ORDER BY name, division DESC, since DESC"""
    places = [value for value in (scope.division, scope.park, scope.county, scope.city) if value]
    rows = run(sql, (on or today(), places))
    return Rules({r[0]: r[1] for r in rows}, {r[0]: r[2] for r in rows})


def subjects(ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Return {id: (name, address)} of what the line's matters are about: projects and enterprises."""
    from bihuan.lines.officers.grids.models import Enterprise

    found = {key: (card.name, reverse("project", args=[key])) for key, card in projects.CARDS(ids).items()}
    rest = [key for key in ids if key not in found]
    if rest:
        named = run(f"SELECT id, name FROM {Enterprise._meta.db_table} WHERE id = ANY(%s)", (rest,))  # noqa: S608
        found |= {key: (name, reverse("officers_enterprise", args=[key])) for key, name in named}
    return found


def names(post_ids: Iterable[int]) -> dict[int, str]:
    """Return who holds these posts."""
    sql = "SELECT p.id, u.name FROM identity_post p JOIN identity_user u ON u.id = p.user_id WHERE p.id = ANY(%s)"
    return dict(run(sql, (sorted(set(post_ids)),)))
