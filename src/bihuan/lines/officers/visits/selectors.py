"""Read visits: planned, made, by month; templates and classes of needs; how quiet an enterprise is left."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bihuan.kernel.errors import NotFound
from bihuan.kernel.forms import fields as forms
from bihuan.kernel.identity.actors import Actor, Scope
from bihuan.kernel.permits.rules import branches
from bihuan.kernel.registers import selectors as registers
from bihuan.kernel.store.sql import run
from bihuan.lines.officers import selectors as officers
from bihuan.lines.officers.visits.register import VISITS
from bihuan.lines.projects import contracts as projects


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A visit as it stands, with names: where, who goes, which units joined."""

    id: int
    ver: int
    day: date
    state: str
    enterprise: int
    enterprise_name: str
    project: int
    project_name: str
    post: int
    who: str
    unit: int
    unit_name: str
    template: str
    purpose: str
    progress: str
    notes: str
    ticks: dict[str, Any]
    why: str
    joined: tuple[str, ...]

    @property
    def target(self) -> str:
        """The name of what is visited."""
        return self.enterprise_name or self.project_name


_COLUMNS = """
m.id, m.ver, m.day, m.state, m.enterprise, coalesce(e.name, ''), m.project, '', m.post, coalesce(u.name, ''),
coalesce(o.id, 0), coalesce(nullif(o.short_name, ''), o.name, ''), m.template, m.purpose, m.progress, m.notes, m.ticks,
m.why,
(SELECT coalesce(array_agg(coalesce(nullif(x.short_name, ''), x.name) ORDER BY v.at), '{}')
 FROM officers_visit_joined v JOIN identity_organisation x ON x.id = v.unit WHERE v.visit_id = m.id)
"""
_FROM = """
FROM officers_visit m LEFT JOIN officers_enterprise e ON e.id = m.enterprise
LEFT JOIN identity_post p ON p.id = m.post LEFT JOIN identity_user u ON u.id = p.user_id
LEFT JOIN identity_organisation o ON o.id = p.organisation_id
"""


_PROJECT, _PROJECT_NAME, _TICKS, _JOINED = 6, 7, 16, 18


def _rows(found: Sequence[Sequence[Any]]) -> list[VisitRow]:
    """Return rows of the select as visits, with the names of their projects."""
    cards = projects.CARDS(sorted({row[_PROJECT] for row in found} - {0}))
    made = []
    for row in found:
        values = list(row)
        card = cards.get(row[_PROJECT])
        values[_PROJECT_NAME] = card.name if card else ""
        values[_TICKS] = json.loads(row[_TICKS]) if row[_TICKS] else {}
        values[_JOINED] = tuple(row[_JOINED])
        made.append(VisitRow(*values))
    return made


def visit(actor: Actor, visit_id: int) -> VisitRow:
    """Return one visit; NotFound also for the unseen."""
    registers.visible(VISITS, branches(actor), visit_id)
    (found,) = _rows(run(f"SELECT {_COLUMNS} {_FROM} WHERE m.id = %s", (visit_id,)))
    return found


def listed(
    actor: Actor, since: date, until: date, *, enterprise: int = 0, project: int = 0, limit: int = 500
) -> list[VisitRow]:
    """Return the visits one sees between two days, both inside, by day; cancelled ones are left out."""
    seen = [b for b in branches(actor) if b.column == "*" or b.column in registers.BRANCHES]
    if not seen:
        return []
    ways = " OR ".join(
        "true" if b.column == "*" else f"(m.{b.column} = %s AND m.{b.column} > 0)" for b in seen
    )
    params: list[Any] = [since, until, *(b.value for b in seen if b.column != "*")]
    sql = f"""SELECT {_COLUMNS} {_FROM} WHERE m.day BETWEEN %s AND %s AND ({ways}) AND m.state <> 'cancelled'
              AND m.withdrawn_at IS NULL AND (%s = 0 OR m.enterprise = %s) AND (%s = 0 OR m.project = %s)
              ORDER BY m.day, m.id LIMIT %s"""
    return _rows(run(sql, [*params, enterprise, enterprise, project, project, limit]))


def planned_by(post: int, until: date) -> list[VisitRow]:
    """Return the visits a post has planned and not made, up to a day."""
    sql = f"SELECT {_COLUMNS} {_FROM} WHERE m.post = %s AND m.state = 'planned' AND m.day <= %s ORDER BY m.day, m.id"
    return _rows(run(sql, (post, until)))


def month_of(day: date) -> tuple[date, date]:
    """Return the first and last day of a day's month."""
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return day.replace(day=1), date.fromordinal(following.toordinal() - 1)


@dataclass(frozen=True, slots=True)
class Quiet:
    """How often a target is visited in a month, and how often it may be (无事不扰)."""

    quota: int
    source: str
    visits: tuple[VisitRow, ...]

    @property
    def spent(self) -> bool:
        """Whether another visit would be one too many."""
        return len(self.visits) >= self.quota


def quiet(enterprise: int, project: int, day: date, scope: Scope, *, but: int = 0) -> Quiet:
    """Return the visits of a month to an enterprise, whichever department goes; to a project where none is known."""
    first, last = month_of(day)
    column, value = ("enterprise", enterprise) if enterprise else ("project", project)
    sql = f"""SELECT {_COLUMNS} {_FROM} WHERE m.{column} = %s AND m.{column} > 0 AND m.day BETWEEN %s AND %s
              AND m.state <> 'cancelled' AND m.withdrawn_at IS NULL AND m.id <> %s ORDER BY m.day, m.id"""
    rules = officers.rules(scope, day)
    found = tuple(_rows(run(sql, (value, first, last, but))))
    return Quiet(int(rules["quiet.visits"]), rules.sources["quiet.visits"], found)


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """What a visit of a kind asks, and which hazards it looks at."""

    id: int
    key: str
    title: str
    questions: tuple[str, ...]
    hazards: tuple[str, ...]
    source: str
    active: bool


def templates(*, active: bool = True) -> list[TemplateRow]:
    """Return the templates of visits in their order."""
    sql = """SELECT id, key, title, questions, hazards, source, active FROM officers_template
             WHERE active OR NOT %s ORDER BY place, id"""
    return [_template(row) for row in run(sql, (active,))]


def _template(row: Sequence[Any]) -> TemplateRow:
    id_, key, title, questions, hazards, source, active = row
    return TemplateRow(
        id_, key, title, tuple(json.loads(questions)), tuple(json.loads(hazards)), source, active
    )


def template(key: str) -> TemplateRow:
    """Return a template by key; NotFound when there is none."""
    for one in templates(active=False):
        if one.key == key:
            return one
    raise NotFound(key, where="template")


@dataclass(frozen=True, slots=True)
class NeedRow:
    """A class of needs and the kind of problem it becomes."""

    key: str
    title: str
    category: str
    source: str = ""
    active: bool = True


def needs(*, active: bool = True) -> list[NeedRow]:
    """Return the classes of needs in their order: those in use, or all."""
    sql = "SELECT key, title, category, source, active FROM officers_need WHERE active OR NOT %s ORDER BY place, id"
    return [NeedRow(*row) for row in run(sql, (active,))]


def need(key: str) -> NeedRow:
    """Return a class of needs by key; NotFound when there is none."""
    for one in needs(active=False):
        if one.key == key:
            return one
    raise NotFound(key, where="need")


def categories() -> dict[str, str]:
    """Return the kinds of problems a need may become, as the form of a problem offers them."""
    return dict(forms.get("projects.problem.open").field("category").choices)


def progress_seen(actor: Actor, project: int, first: date, last: date) -> list[str]:
    """Return what visits saw of a project's progress between two days: the draft of its report."""
    rows = listed(actor, first, last, project=project)
    return [f"{row.day:%m-%d} {row.progress}" for row in rows if row.progress and row.state == "made"]
