"""Read bulletins: those of a place, and one with its paper."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import NotFound
from bihuan.kernel.identity import roles
from bihuan.kernel.identity.actors import Actor, Kind
from bihuan.kernel.identity.selectors import names_of
from bihuan.kernel.papers import selectors as papers
from bihuan.kernel.papers.rows import PaperRow
from bihuan.kernel.registers import registry
from bihuan.kernel.store.sql import run
from bihuan.lines.supervision.bulletins.figures import VISITS
from bihuan.lines.supervision.bulletins.periods import Period
from bihuan.lines.supervision.scoring.naming import project_names

_COLUMNS = "id, kind, since, until, division, unit, paper, totals::text, made_at"


@dataclass(frozen=True, slots=True)
class BulletinRow:
    """A bulletin; ``totals`` are its numbers as they were when it was drafted."""

    id: int
    kind: str
    since: date
    until: date
    division: int
    unit: int
    paper: int
    totals: dict[str, int]
    made_at: datetime

    @property
    def period(self) -> Period:
        """Return the period it is about."""
        return Period(self.kind, self.since, self.until)  # type: ignore[arg-type]


def _read(row: Sequence[Any]) -> BulletinRow:
    key, kind, since, until, division, unit, paper, totals, made_at = row
    return BulletinRow(key, kind, since, until, division, unit, paper, json.loads(totals), made_at)


def _everything(actor: Actor) -> bool:
    role = roles.get(actor.role)
    return actor.kind is Kind.SYSTEM or (role is not None and role.sees == "everything")


def bulletin(actor: Actor, bulletin_id: int) -> BulletinRow:
    """Return a bulletin of the actor's own place; raise NotFound for another's."""
    rows = run(f"SELECT {_COLUMNS} FROM supervision_bulletin WHERE id = %s", (bulletin_id,))  # noqa: S608
    if not rows or not (_everything(actor) or rows[0][4] == actor.division):
        raise NotFound(_("There is no such bulletin."), where=str(bulletin_id))
    return _read(rows[0])


def listed(
    actor: Actor, kind: str = "", *, before: int = 0, limit: int = 50
) -> tuple[list[BulletinRow], int]:
    """Return (bulletins of the actor's place, newest first; id to continue before or 0)."""
    rows = run(
        f"""SELECT {_COLUMNS} FROM supervision_bulletin
            WHERE (%s OR division = %s) AND (%s = '' OR kind = %s) AND (%s = 0 OR id < %s)
            ORDER BY id DESC LIMIT %s""",  # noqa: S608
        (_everything(actor), actor.division, kind, kind, before, before, limit + 1),
    )
    found = [_read(row) for row in rows[:limit]]
    return found, found[-1].id if len(rows) > limit else 0


def inside(row: BulletinRow) -> list[BulletinRow]:
    """Return the bulletins of shorter periods that lie wholly inside one, in order."""
    rows = run(
        f"""SELECT {_COLUMNS} FROM supervision_bulletin
            WHERE division = %s AND since >= %s AND until <= %s AND id <> %s ORDER BY since, until""",  # noqa: S608
        (row.division, row.since, row.until, row.id),
    )
    return [_read(one) for one in rows]


def papers_of(rows: Sequence[BulletinRow]) -> dict[int, PaperRow]:
    """Return the papers of bulletins by id."""
    return papers.by_ids([row.paper for row in rows])


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
