"""Read grids: which one an address lies in, how each is staffed, what no grid covers."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import NotFound
from bihuan.kernel.identity.actors import Actor, Scope
from bihuan.kernel.now import now
from bihuan.kernel.permits.rules import branches
from bihuan.kernel.registers import selectors as registers
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.grids import points
from bihuan.logic import shapes
from bihuan.logic import text as words
from bihuan.logic.shapes import Point, Shape

#: The levels below a district, in order; how deep a house goes is what divisions it has.
LEVELS = ("county", "street", "community", "grid", "micro")


@dataclass(frozen=True, slots=True)
class GridRow:
    """A grid with whoever stands in it; ``head`` is '' when the head's post has ended."""

    id: int
    name: str
    place: int
    unit: int
    party_org: str
    head_post: int
    head: str
    phone: str
    helpers: int
    buildings: int
    street: str
    community: str
    community_id: int


_HEAD = """(SELECT u.name FROM identity_post p JOIN identity_user u ON u.id = p.user_id
            WHERE p.id = g.head_post AND (p.valid_until IS NULL OR p.valid_until > %s))"""

_GRID = f"""
SELECT g.id, g.name, g.place, g.unit, g.party_org, g.head_post, coalesce({_HEAD}, ''), g.phone,
  (SELECT count(*) FROM hotline_helper h WHERE h.cell_id = g.id AND h.withdrawn_at IS NULL),
  (SELECT count(*) FROM hotline_building b WHERE b.cell_id = g.id AND b.withdrawn_at IS NULL),
  coalesce((SELECT d.short_name FROM identity_division d WHERE d.id = g.street), ''),
  coalesce((SELECT d.short_name FROM identity_division d WHERE d.id = g.community), ''), g.community
FROM hotline_grid g WHERE g.withdrawn_at IS NULL AND """  # noqa: S608 - own names


def ways(actor: Actor, alias: str) -> tuple[str, list[Any]]:
    """Return the condition under which a row of a register is seen, with its parameters."""
    seen = [b for b in branches(actor) if b.column == "*" or b.column in registers.BRANCHES]
    found = [
        "true" if b.column == "*" else f"({alias}.{b.column} = %s AND {alias}.{b.column} > 0)" for b in seen
    ]
    return " OR ".join(found) or "false", [b.value for b in seen if b.column != "*"]


def grids(actor: Actor) -> list[GridRow]:
    """Return the grids one sees, by place and name."""
    seen, params = ways(actor, "g")
    rows = run(f"{_GRID} ({seen}) ORDER BY g.street, g.community, g.name", [now(), *params])
    return [GridRow(*row) for row in rows]


def by_place(places: Iterable[int]) -> dict[int, tuple[int, int, str]]:
    """Return (grid, unit, name) of the grids that have these divisions."""
    sql = "SELECT place, id, unit, name FROM hotline_grid WHERE withdrawn_at IS NULL AND place = ANY(%s)"
    return {row[0]: (row[1], row[2], row[3]) for row in run(sql, (sorted(set(places)),))}


#: An address is read up to here.
_READ = 60


@dataclass(frozen=True, slots=True)
class Found:
    """The building an address names and the grid it lies in; ``place`` 0 when the building is in none.

    ``building`` is "" where no roll knows the address and a boundary covers its point.
    """

    building: str
    grid: str
    place: int
    #: The building on the roll; 0 without one.
    id: int = 0
    #: The grid follows from its boundary, not from a roll.
    by_boundary: bool = False


_FIND = """
SELECT b.name, coalesce(g.name, ''), coalesce(g.place, 0), b.id FROM hotline_building b
LEFT JOIN hotline_grid g ON g.id = b.cell_id AND g.withdrawn_at IS NULL
WHERE b.withdrawn_at IS NULL AND b.{level} = %s AND b.{level} > 0 AND b.county = %s
  AND b.name_key = ANY(%s)
ORDER BY length(b.name_key) DESC, b.id LIMIT 1"""


def locate(address: str, within: Scope) -> Found | None:
    """Return the building whose name stands in an address, the longest first, and its grid; None for the unknown.

    Rolls govern over boundaries: a roll names the household, a boundary only the ground it stands on. Where no roll
    names a grid, and the address carries a point, it is the deepest grid whose boundary covers it.
    """
    level = next((name for name in reversed(LEVELS) if getattr(within, name)), "")
    said, point = points.part(address)
    key = words.key(said)
    place = (getattr(within, level), within.county) if level else ()
    rows = run(_FIND.format(level=level), (*place, _parts(key))) if level and key else []
    found = Found(*rows[0]) if rows else None
    if not level or point is None or (found and found.place):
        return found
    drawn = _covering(point, run(_DRAWN.format(level=level), place))
    return replace(drawn, building=found.building, id=found.id) if found and drawn else drawn or found


_BESIDE = """SELECT c.full_name FROM hotline_building b JOIN identity_division c ON c.id = b.county
             WHERE b.withdrawn_at IS NULL AND b.county > 0 AND b.county <> %s AND b.name_key = ANY(%s)
             ORDER BY length(b.name_key) DESC, b.id LIMIT 1"""
_DRAWN_BESIDE = """SELECT c.full_name, g.place, g.shape FROM hotline_grid g JOIN identity_division c ON c.id = g.county
                   WHERE g.withdrawn_at IS NULL AND g.shape <> '' AND g.county > 0 AND g.county <> %s ORDER BY g.id"""


def district_beside(address: str, district: Scope) -> str:
    """Return the name of the other district in which an address lies that is not known in its own; "" for none."""
    said, point = points.part(address)
    key = words.key(said)
    rows = run(_BESIDE, (district.county, _parts(key))) if key else []
    if rows:
        return str(rows[0][0])
    drawn = _covering(point, run(_DRAWN_BESIDE, (district.county,))) if point else None
    return drawn.grid if drawn else ""


_DRAWN = """
SELECT g.name, g.place, g.shape FROM hotline_grid g JOIN identity_division d ON d.id = g.place
WHERE g.withdrawn_at IS NULL AND g.shape <> '' AND g.{level} = %s AND g.{level} > 0 AND g.county = %s
ORDER BY d.level = 'micro' DESC, g.id"""


def _covering(point: Point, rows: Iterable[tuple[str, int, str]]) -> Found | None:
    x, y = point
    for name, place, text in rows:
        (west, south, east, north), shape = _drawn(text)
        if west <= x <= east and south <= y <= north and shapes.covers(shape, point):
            return Found("", name, place, by_boundary=True)
    return None


def shape_of(text: str) -> Shape:
    """Return a boundary as it is stored."""
    return _drawn(text)[1]


@lru_cache(maxsize=2048)
def _drawn(text: str) -> tuple[tuple[float, float, float, float], Shape]:
    """Return a boundary with its frame: read once a process, since every order that brings a point asks for it."""
    shape = shapes.load(text)
    return shapes.frame([shape]), shape


def _parts(key: str) -> list[str]:
    """Return every stretch of an address: each is looked up by index, however many buildings there are."""
    said = key[:_READ]
    return list({said[i:j] for i in range(len(said)) for j in range(i + 1, len(said) + 1)})


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A building of the rolls that lies in no grid."""

    id: int
    name: str
    community: int
    households: int


def uncovered(actor: Actor, *, before: int = 0, limit: int = 50) -> tuple[list[Uncovered], int]:
    """Return the buildings no grid covers that one sees, newest first, and the id to continue before."""
    seen, params = ways(actor, "b")
    sql = f"""SELECT b.id, b.name, b.community, coalesce(b.households, 0)::bigint FROM hotline_building b
              LEFT JOIN hotline_grid g ON g.id = b.cell_id
              WHERE b.withdrawn_at IS NULL AND (b.cell_id IS NULL OR g.withdrawn_at IS NOT NULL) AND ({seen})
                AND (%s = 0 OR b.id < %s) ORDER BY b.id DESC LIMIT %s"""  # noqa: S608 - own names
    rows = [Uncovered(*row) for row in run(sql, [*params, before, before, limit + 1])]
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else 0


def counts(actor: Actor) -> tuple[int, int]:
    """Return (buildings in a grid, buildings in none) of what one sees."""
    seen, params = ways(actor, "b")
    sql = f"""SELECT count(*) FILTER (WHERE g.id IS NOT NULL), count(*) FILTER (WHERE g.id IS NULL)
              FROM hotline_building b LEFT JOIN hotline_grid g ON g.id = b.cell_id AND g.withdrawn_at IS NULL
              WHERE b.withdrawn_at IS NULL AND ({seen})"""  # noqa: S608 - own names
    covered, bare = run(sql, params)[0]
    return covered, bare


def helpers(cell: int) -> list[tuple[str, str]]:
    """Return (name, force) of a grid's helpers."""
    sql = "SELECT name, force FROM hotline_helper WHERE cell_id = %s AND withdrawn_at IS NULL ORDER BY id"
    return [(row[0], row[1]) for row in run(sql, (cell,))]


def grid(actor: Actor, grid_id: int) -> GridRow:
    """Return one grid; NotFound also for the unseen."""
    seen, params = ways(actor, "g")
    rows = run(f"{_GRID} g.id = %s AND ({seen})", [now(), grid_id, *params])
    if not rows:
        raise NotFound(_("There is no such grid, or you may not see it."), where=str(grid_id))
    return GridRow(*rows[0])


_STANDING = """SELECT d.id, d.full_name FROM identity_division d
               WHERE d.level = ANY(%s) AND d.valid_until IS NULL AND d.{level}_id = %s
                 AND NOT EXISTS (SELECT 1 FROM hotline_grid g WHERE g.place = d.id AND g.withdrawn_at IS NULL)
               ORDER BY d.pinyin, d.id LIMIT 500"""


def unstaffed(actor: Actor) -> list[tuple[int, str]]:
    """Return (id, name) of the grids and micro-grids of one's place nobody has staffed yet."""
    if actor.level not in LEVELS:
        return []
    return [
        (row[0], row[1])
        for row in run(_STANDING.format(level=actor.level), (["grid", "micro"], actor.division))
    ]


_DEPTH = """SELECT d.level, count(*) FROM identity_division d
            WHERE d.valid_until IS NULL AND (d.id = %s OR d.{level}_id = %s) GROUP BY d.level"""


def depth(actor: Actor) -> dict[str, int]:
    """Return how many divisions of each level lie in one's place: how deep a house goes is what it entered."""
    if actor.level not in LEVELS:
        return {}
    found: dict[str, int] = dict(run(_DEPTH.format(level=actor.level), (actor.division, actor.division)))
    return {level: found[level] for level in LEVELS if level in found}


def buildings(cell: int, limit: int = 200) -> list[tuple[str, int]]:
    """Return (name, households) of the buildings of a grid."""
    sql = """SELECT name, coalesce(households, 0)::bigint FROM hotline_building
             WHERE cell_id = %s AND withdrawn_at IS NULL ORDER BY id LIMIT %s"""
    return [(row[0], row[1]) for row in run(sql, (cell, limit))]


def building(actor: Actor, key: int) -> tuple[str, int, int]:
    """Return (name, community, grid or 0) of a building; NotFound also for the unseen."""
    seen, params = ways(actor, "b")
    sql = f"SELECT b.name, b.community, coalesce(b.cell_id, 0) FROM hotline_building b WHERE b.id = %s AND ({seen})"  # noqa: S608
    rows = run(sql, [key, *params])
    if not rows:
        raise NotFound(_("There is no such building, or you may not see it."), where=str(key))
    return rows[0][0], rows[0][1], rows[0][2]


def division_names(ids: Iterable[int]) -> dict[int, str]:
    """Return the everyday names of divisions."""
    return dict(run("SELECT id, short_name FROM identity_division WHERE id = ANY(%s)", (sorted(set(ids)),)))
