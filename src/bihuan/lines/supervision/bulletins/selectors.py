"""Read bulletins: those of a place, and one with its paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bihuan.kernel.errors import NotFound
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors import names_of
from bihuan.kernel.papers import periodicals
from bihuan.kernel.papers.rows import PaperRow
from bihuan.kernel.registers import registry
from bihuan.kernel.store.sql import run
from bihuan.lines.supervision.bulletins.figures import VISITS
from bihuan.lines.supervision.scoring.naming import project_names

SERIES = "bulletin"
BulletinRow = periodicals.PeriodicalRow


def bulletin(actor: Actor, bulletin_id: int) -> BulletinRow:
    """Return a bulletin of the actor's own place; raise NotFound for another's."""
    return periodicals.periodical(actor, SERIES, bulletin_id)


def listed(
    actor: Actor, kind: str = "", *, before: int = 0, limit: int = 50
) -> tuple[list[BulletinRow], int]:
    """Return (bulletins of the actor's place, newest first; id to continue before or 0)."""
    return periodicals.listed(actor, SERIES, kind, before=before, limit=limit)


def inside(row: BulletinRow) -> list[BulletinRow]:
    """Return the bulletins of shorter periods that lie wholly inside one, in order."""
    return periodicals.inside(SERIES, row)


def papers_of(rows: Sequence[BulletinRow]) -> dict[int, PaperRow]:
    """Return the papers of bulletins by id."""
    return periodicals.papers_of(rows)


@dataclass(frozen=True, slots=True)
class VisitLine:
    """A visit a number counts: when, whom, who went. The visit's own page says more to those who may see it."""

    id: int
    day: date
    name: str
    who: str
    unit: str


def visits(ids: Sequence[str]) -> list[VisitLine]:
    """Return visits by id, in the order asked; none where no line keeps them."""
    try:
        table = registry.find(VISITS).table
    except NotFound:
        return []
    sql = f"""
        SELECT v.id, v.day, v.project, v.party, u.name, coalesce(nullif(o.short_name, ''), o.name)
        FROM {table} v JOIN identity_post p ON p.id = v.post JOIN identity_user u ON u.id = p.user_id
        JOIN identity_organisation o ON o.id = p.organisation_id WHERE v.id = ANY(%s)"""  # noqa: S608 - a declared table
    rows = {row[0]: row for row in run(sql, ([int(key) for key in ids],))}
    projects = project_names([row[2] for row in rows.values()])
    firms = names_of([row[3] for row in rows.values() if row[3]])
    return [
        VisitLine(key, day, projects.get(project) or firms.get(party, f"#{key}"), who, unit)
        for key, day, project, party, who, unit in (rows[int(one)] for one in ids if int(one) in rows)
    ]
