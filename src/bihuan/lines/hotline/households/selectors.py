"""Read household files: counts for all of the grid, names masked, a list only for a purpose and a reason."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from bihuan.kernel.errors import NotFound
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.flow.selectors import Filter
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import today
from bihuan.kernel.people import selectors as people
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.contracts import VISIT
from bihuan.lines.hotline.grids.selectors import ways


@dataclass(frozen=True, slots=True)
class ResidentRow:
    """Somebody looked after, masked, with the tags that a purpose opens."""

    id: int
    building: str
    door: str
    person: int
    name: str
    phone: str
    tags: tuple[str, ...]
    until: date


_COUNTS = """
SELECT t.purpose, t.tag, count(*) FROM hotline_tag t JOIN hotline_resident r ON r.id = t.resident_id
JOIN hotline_building b ON b.id = r.building_id JOIN hotline_grid g ON g.id = b.cell_id
WHERE r.ended_at IS NULL AND t.until >= %s AND ({seen}) GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2"""


def counts(actor: Actor) -> list[tuple[str, str, int]]:
    """Return (purpose, tag, how many) of those one's grids look after."""
    seen, params = ways(actor, "g")
    return [(row[0], row[1], row[2]) for row in run(_COUNTS.format(seen=seen), [today(), *params])]


_LIST = """
SELECT r.id, b.name, r.door, r.person, array_agg(t.tag ORDER BY t.tag), max(t.until)
FROM hotline_resident r JOIN hotline_building b ON b.id = r.building_id JOIN hotline_grid g ON g.id = b.cell_id
JOIN hotline_tag t ON t.resident_id = r.id AND t.purpose = %s AND t.until >= %s
WHERE r.ended_at IS NULL AND ({seen}) AND (%s = 0 OR r.id = %s)
GROUP BY 1, 2, 3, 4 ORDER BY b.name, r.door, r.id LIMIT 500"""


def residents(actor: Actor, purpose: str, only: int = 0) -> list[ResidentRow]:
    """Return those a purpose opens to the actor, masked. A tag of another purpose is not among what is told."""
    seen, params = ways(actor, "g")
    rows = run(_LIST.format(seen=seen), [purpose, today(), *params, only, only])
    shown = people.masked([row[3] for row in rows])
    return [
        ResidentRow(
            row[0], row[1], row[2], row[3], shown[row[3]].name, shown[row[3]].phone, tuple(row[4]), row[5]
        )
        for row in rows
        if row[3] in shown
    ]


def place_of(actor: Actor, resident: int) -> tuple[int, str]:
    """Return (person, where) of somebody the actor's grids look after; NotFound also for the unseen."""
    seen, params = ways(actor, "g")
    sql = f"""SELECT r.person, b.name || ' ' || r.door FROM hotline_resident r
              JOIN hotline_building b ON b.id = r.building_id JOIN hotline_grid g ON g.id = b.cell_id
              WHERE r.id = %s AND ({seen})"""  # noqa: S608
    rows = run(sql, [resident, *params])
    if not rows:
        raise NotFound(_("There is no such household file, or you may not see it."), where=str(resident))
    return rows[0][0], rows[0][1]


def building_options(actor: Actor) -> list[tuple[str, str]]:
    """Return the buildings of one's grids; the rolls are a community's, a grid's are those that lie in it."""
    seen, params = ways(actor, "g")
    sql = f"""SELECT b.id, b.name FROM hotline_building b JOIN hotline_grid g ON g.id = b.cell_id
              WHERE b.withdrawn_at IS NULL AND g.withdrawn_at IS NULL AND ({seen}) ORDER BY b.name LIMIT 500"""  # noqa: S608 - own names
    return [(str(row[0]), row[1]) for row in run(sql, params)]


def visits(actor: Actor) -> list[MatterRow]:
    """Return the planned visits one sees, the most pressing first."""
    rows, _more = flow.listed(actor, Filter(kind=VISIT, open=True), limit=100)
    return sorted(rows, key=lambda row: (row.due is None, row.due))


def looked(actor: Actor, limit: int = 30) -> list[tuple[str, str, str, int, object]]:
    """Return who had a list of one's place shown: (name, purpose, why, how many, when), latest first."""
    sql = """SELECT u.name, l.purpose, l.why, l.count, l.at FROM hotline_looked l
             JOIN identity_user u ON u.id = l.user WHERE l.place = %s ORDER BY l.at DESC LIMIT %s"""
    return [tuple(row) for row in run(sql, (actor.division, limit))]
