"""Read how the projects of a place stand: counts by part of the place and light, and the worst first."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bihuan.kernel.identity.actors import LEVELS
from bihuan.kernel.store.sql import run
from bihuan.lines.projects.contracts import Counted, Place, ProjectStanding

#: The class a project counts in, and what its state makes of it: ended and withdrawn ones are left out.
_CLASS = "coalesce(nullif(p.stage_class, ''), p.class_derived)"
_IN_USE = "p.withdrawn_at IS NULL AND p.state NOT IN ('ended', 'withdrawn')"


def part_column(place: Place, alias: str = "p") -> str:
    """Return SQL for the part of a place something lies in: the nearest division beneath it, 0 for none."""
    columns = ", ".join(f"nullif({alias}.{level}, 0)" for level in place.parts)
    return f"coalesce({columns}, 0)" if columns else "0"


def inside(place: Place, alias: str = "p") -> tuple[str, list[Any]]:
    """Return the condition that something lies in a place, with its parameters."""
    if not place.level:
        return "true", []
    if place.level not in LEVELS:
        raise ValueError(f"no level: {place.level}")
    return f"{alias}.{place.level} = %s AND {alias}.{place.level} > 0", [place.division]


def counted(place: Place) -> list[Counted]:
    """Return how many projects of each part of a place have which light and class; one statement."""
    where, params = inside(place)
    sql = f"""SELECT {part_column(place)}, coalesce(s.light, ''), {_CLASS}, count(*), sum(p.investment_wan)
              FROM projects_project p LEFT JOIN projects_standing s ON s.project_id = p.id
              WHERE {_IN_USE} AND {where} GROUP BY 1, 2, 3"""  # noqa: S608 - our own names
    return [Counted(*row) for row in run(sql, params)]


_ROW = f"""p.id, p.name, p.company, p.industry, {_CLASS}, p.investment_wan, p.planned_production, p.produced,
 coalesce(s.light, ''), coalesce(s.late_wd, 0), coalesce(s.node, ''), coalesce(s.node_en, ''), s.finish,
 coalesce(s.overdue, 0), coalesce(s.points, 0)"""


def worst(
    place: Place, *, light: str = "", part: int | None = None, stage_class: str = "", offset: int = 0,
    limit: int = 12,
) -> list[ProjectStanding]:  # fmt: skip
    """Return the projects of a place, the most harm first; ``light`` "late" and so on narrows."""
    where, params = inside(place)
    if light:
        where, params = f"{where} AND coalesce(s.light, '') = %s", [*params, light]
    if part is not None:
        where, params = f"{where} AND {part_column(place)} = %s", [*params, part]
    if stage_class:
        where, params = f"{where} AND {_CLASS} = %s", [*params, stage_class]
    sql = f"""SELECT {_ROW} FROM projects_project p LEFT JOIN projects_standing s ON s.project_id = p.id
              WHERE {_IN_USE} AND {where}
              ORDER BY coalesce(s.points, 0) DESC, p.id DESC OFFSET %s LIMIT %s"""  # noqa: S608
    return [ProjectStanding(*row) for row in run(sql, [*params, offset, limit])]


def largest(place: Place, *, offset: int = 0, limit: int = 12) -> list[ProjectStanding]:
    """Return the projects of a place by investment, without anything that went wrong with them."""
    where, params = inside(place)
    sql = f"""SELECT p.id, p.name, p.company, p.industry, {_CLASS}, p.investment_wan, p.planned_production,
                     p.produced, '', 0, '', '', NULL::date, 0, 0
              FROM projects_project p WHERE {_IN_USE} AND {where}
              ORDER BY p.investment_wan DESC NULLS LAST, p.id DESC OFFSET %s LIMIT %s"""  # noqa: S608
    return [ProjectStanding(*row) for row in run(sql, [*params, offset, limit])]


def counted_at(_place: Place) -> datetime | None:
    """Return when the oldest standing was computed, None before the first."""
    found: Sequence[Any] = run("SELECT min(computed_at) FROM projects_standing")
    return found[0][0] if found else None
