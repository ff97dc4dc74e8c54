"""Where grids lie and what they cover: boundaries that don't overlap, rolls, orders no grid was found for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict
from bihuan.kernel.flow import registry
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity import rights
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import now
from bihuan.kernel.registers.actions import amend
from bihuan.kernel.store.sql import atomic, run
from bihuan.lines.hotline.contracts import ORDER
from bihuan.lines.hotline.duties.actions import KEEP
from bihuan.lines.hotline.grids.selectors import LEVELS, GridRow, shape_of
from bihuan.lines.hotline.registers import GRIDS
from bihuan.logic import shapes
from bihuan.logic.shapes import Shape

#: Two grids drawn by hand never meet exactly: up to this share of the smaller they may overlap.
SLIVER = 0.01
DAYS = 90
#: So many of the newest orders are looked at.
NEWEST = 20_000


def _fault(code: str) -> str:
    return {
        "json": _("This is no GeoJSON."),
        "polygon": _("One polygon is needed: a Polygon, or a Feature that holds one."),
        "open": _("Each ring ends where it begins and has at least three corners."),
        "bounds": _("It lies outside China: are longitude and latitude swapped?"),
        "many": _("At most %(n)d corners.") % {"n": shapes.MOST_CORNERS},
        "crossing": _("The boundary crosses itself."),
    }[code]


_SIBLINGS = """SELECT g.name, g.shape FROM hotline_grid g JOIN identity_division d ON d.id = g.place
               WHERE g.withdrawn_at IS NULL AND g.id <> %s AND g.shape <> '' AND d.level =
                 (SELECT level FROM identity_division WHERE id = %s) AND g.county = %s"""


def draw(actor: Actor, grid: GridRow, county: int, text: str) -> None:
    """Give a grid its boundary, a GeoJSON polygon ("" takes it back); Conflict names the sibling it overlaps.

    Siblings are the grids of the same level in the district: every place belongs to exactly one of them.
    """
    rights.need(actor, KEEP, division=grid.place)
    try:
        shape = shapes.read(text) if text else ()
    except ValueError as error:
        raise BadInput(_fault(str(error)), where="shape") from error
    with atomic():
        # One boundary of a district at a time: two drawn at once could each miss the other.
        run("SELECT id FROM hotline_grid WHERE county = %s ORDER BY id FOR UPDATE", (county,))
        for name, other in run(_SIBLINGS, (grid.id, grid.place, county)) if shape else ():
            if shapes.overlap(shape, shape_of(other)) > SLIVER:
                told = _("It overlaps with %(name)s: every place belongs to exactly one grid.") % {
                    "name": name
                }
                raise Conflict(told, where="shape")
        amend(actor, GRIDS, grid.id, {"shape": shapes.write(shape) if shape else None})


def boundaries(cells: Iterable[int]) -> dict[int, Shape]:
    """Return the shapes of grids that have one."""
    rows = run("SELECT id, shape FROM hotline_grid WHERE id = ANY(%s) AND shape <> ''", (sorted(cells),))
    return {key: shape_of(text) for key, text in rows}


@dataclass(frozen=True, slots=True)
class Orders:
    """Orders of the last ninety days: by division of grid or micro-grid, and those no grid was found for."""

    by_place: dict[int, int]
    bare: int
    cut: bool


#: What is set aside or was discarded tells nothing of where people live.
_TAKEN_IN = "m.stage <> 'aside' AND NOT (m.stage = 'refused' AND m.data -> 'discarded' = 'true')"


def _newest(actor: Actor) -> tuple[str, list[Any]]:
    """Return the newest orders of one's place that one may open as SQL, with its parameters: count and list alike."""
    needed, params = registry.narrowed(actor, ORDER)
    where = " AND ".join((f"m.{actor.level} = %s", f"m.{actor.level} > 0", "m.kind = %s", _TAKEN_IN, *needed))
    sql = f"SELECT m.id, m.micro, m.grid, m.created FROM flow_matter m WHERE {where} ORDER BY m.id DESC LIMIT %s"  # noqa: S608
    return sql, [actor.division, ORDER, *params, NEWEST]


def orders(actor: Actor) -> Orders:
    """Return how many orders of the last ninety days lay in which grid of one's place, and in none."""
    if actor.level not in LEVELS:
        return Orders({}, 0, cut=False)
    newest, params = _newest(actor)
    sql = f"""SELECT CASE WHEN micro > 0 THEN micro ELSE grid END, count(*) FILTER (WHERE created >= %s), count(*)
              FROM ({newest}) m GROUP BY 1"""  # noqa: S608 - own names
    rows = run(sql, [now() - timedelta(days=DAYS), *params])
    found = {place: recent for place, recent, _all in rows}
    return Orders(found, found.pop(0, 0), cut=sum(row[2] for row in rows) >= NEWEST)


def bare(actor: Actor, *, before: int = 0, limit: int = 50) -> tuple[list[MatterRow], int]:
    """Return the orders that :func:`orders` counts as lying in none, newest first, and the id to continue before."""
    if actor.level not in LEVELS:
        return [], 0
    newest, params = _newest(actor)
    sql = f"""SELECT id FROM ({newest}) m WHERE micro = 0 AND grid = 0 AND created >= %s AND (%s = 0 OR id < %s)
              ORDER BY id DESC LIMIT %s"""  # noqa: S608 - own names
    ids = [row[0] for row in run(sql, [*params, now() - timedelta(days=DAYS), before, before, limit + 1])]
    rows = flow.by_ids(ids[:limit])
    return [rows[key] for key in ids[:limit]], ids[limit - 1] if len(ids) > limit else 0


_UNSTAFFED = """SELECT d.short_name, coalesce(c.short_name, '') FROM identity_division d
LEFT JOIN identity_division c ON c.id = d.community_id
WHERE d.level = 'grid' AND d.valid_until IS NULL AND d.{level}_id = %s
  AND NOT EXISTS (SELECT 1 FROM hotline_grid g WHERE g.place = d.id AND g.withdrawn_at IS NULL)
ORDER BY d.community_id, d.pinyin, d.id LIMIT 500"""


def unstaffed(actor: Actor) -> list[tuple[str, str]]:
    """Return (name, community) of the grids of one's place nobody staffs; micro-grids lie in their grid anyway."""
    if actor.level not in LEVELS:
        return []
    return [
        (name, community) for name, community in run(_UNSTAFFED.format(level=actor.level), (actor.division,))
    ]
