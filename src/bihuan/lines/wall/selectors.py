"""Read the wall: everything is counted ahead, so it costs a handful of small statements at any size."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.clock.ground import current, ground, place_of
from bihuan.kernel.errors import Refused
from bihuan.kernel.figures import selectors as figures
from bihuan.kernel.figures.selectors import Case
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.registry import guarded
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity.actors import LEVELS, Actor, Scope
from bihuan.kernel.now import LOCAL, now, today
from bihuan.kernel.permits.rules import EVERYTHING, Branch
from bihuan.kernel.store.sql import run
from bihuan.lines.projects import contracts as projects
from bihuan.lines.projects.contracts import Counted, Place, ProjectStanding

#: The figures by which units are ranked, put together: cases done in time of all that should be done.
RANKED = ("orders.on_time", "projects.problem.on_time")
#: Who has a wall: posts whose right reaches over a place.
ROLES = ("coordinator", "leader", "principal", "supervisor")
ORDER = "orders.order"
_PATH = ", ".join(f"{level}_id" for level in LEVELS)
#: Stages in which an order isn't one yet.
_UNSIGNED = ("drafted", "signing")


def place_of_wall(actor: Actor) -> Place:
    """Return the place an actor's wall shows; Refused for posts whose right reaches over none."""
    for branch in figures.yard(actor):
        if branch.column == "*":
            return Place()
        if branch.column in LEVELS:
            return Place(branch.column, branch.value)
    raise Refused(_("The wall shows a place. Your post reaches over none."))


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the place (id 0: the place itself) with what is open there."""

    id: int
    open: int
    late: int
    near: int
    paused: int
    watched: int


@dataclass(frozen=True, slots=True)
class Ranked:
    """A unit with its cases done in time, of all; ``small`` ones are not ranked."""

    unit: int
    part: int
    whole: int
    small: bool


def part_column(place: Place, alias: str) -> str:
    """Return SQL for the part of a place a row lies in, 0 for the place itself."""
    columns = ", ".join(f"nullif({alias}.{level}, 0)" for level in place.parts)
    return f"coalesce({columns}, 0)" if columns else "0"


def _inside(place: Place, alias: str) -> tuple[str, list[Any]]:
    if not place.level:
        return "true", []
    return f"{alias}.{place.level} = %s AND {alias}.{place.level} > 0", [place.division]


def loads(place: Place) -> tuple[list[Part], datetime | None]:
    """Return what is open in each part of a place, and when it was counted (None: never)."""
    where, params = _inside(place, "w")
    sql = f"""SELECT {part_column(place, "w")}, sum(open), sum(late), sum(near), sum(paused), sum(watched)
              FROM wall_load w WHERE {where} GROUP BY 1 ORDER BY 1"""  # noqa: S608 - our own names
    parts = [Part(*row) for row in run(sql, params)]
    ((made,),) = run("SELECT min(made) FROM wall_load")
    return parts, made


def counts(place: Place) -> list[Counted]:
    """Return the projects of a place by part, light and class."""
    return projects.COUNTED(place) if projects.COUNTED.bound else []


def worst(place: Place, **narrowed: Any) -> list[ProjectStanding]:
    """Return projects of a place, the most harm first."""
    return projects.WORST(place, **narrowed) if projects.WORST.bound else []


def largest(place: Place, **narrowed: Any) -> list[ProjectStanding]:
    """Return projects of a place by investment, with nothing that went wrong."""
    return projects.LARGEST(place, **narrowed) if projects.LARGEST.bound else []


def stood_at(place: Place) -> datetime | None:
    """Return when the projects were looked at."""
    return projects.STOOD_AT(place) if projects.STOOD_AT.bound else None


def ranking(place: Place) -> list[Ranked]:
    """Return units by their rate of cases done in time, the best first; those with too few cases last."""
    sql = """SELECT unit, sum(part), sum(whole), max(least) FROM wall_rank
             WHERE level = %s AND division = %s GROUP BY unit"""
    found = [Ranked(u, p, w, w < least) for u, p, w, least in run(sql, (place.level, place.division))]
    return sorted(found, key=lambda row: (row.small, -row.part / row.whole, -row.whole, row.unit))


def cases(place: Place, unit: int, *, on_time: bool) -> list[Case]:
    """Return the cases a unit's rate counts, newest first; ``on_time`` those above the line only."""
    branch = Branch(place.level, place.division) if place.level else EVERYTHING
    part, found = ("numerator" if on_time else "denominator"), []
    for name in RANKED:
        try:
            found += figures.cases(
                name, part, (branch,), since=date(today().year, 1, 1), group=("lead_unit", unit), limit=200
            )
        except KeyError:
            continue
    return sorted(found, key=lambda case: -case.matter_id)


# Matters behind a number ---------------------------------------------------------------------------------


def near_untils(divisions: Sequence[int]) -> tuple[dict[int, datetime], datetime]:
    """Return until when a limit counts as near in each of these divisions, and everywhere else."""
    ground()
    sql = f"SELECT id, id, {_PATH} FROM identity_division WHERE id = ANY(%s)"  # noqa: S608 - our own names
    found = {row[0]: Scope(*row[1:]) for row in run(sql, (list(divisions),))}
    return {key: _near_until(tuple(place_of(scope))) for key, scope in found.items()}, _near_until(())


def _near_until(place: tuple[int, ...]) -> datetime:
    """Return the first moment of the second working day from today: what is due before it is near."""
    return datetime.combine(current().calendar(place).add_working(today(), 2), time(), LOCAL)


_LIGHTS = {
    "late": "m.clock = 'running' AND m.due < %s",
    "paused": "m.clock = 'paused'",
    "watched": "m.data ->> 'watched' = 'true'",
}


def matters(
    place: Place, *, light: str = "", part: int | None = None, before: int = 0, limit: int = 50
) -> tuple[list[MatterRow], int]:
    """Return (open matters behind a number of the wall, newest first; where to go on or 0)."""
    where, params = _inside(place, "m")
    join = ""
    if light == "near":
        untils, usual = near_untils([row[0] for row in run("SELECT DISTINCT division FROM wall_load")])
        join = "LEFT JOIN unnest(%s::bigint[], %s::timestamptz[]) AS u(division, until) ON u.division = m.division"
        params = [list(untils), list(untils.values()), *params, now(), usual]
        where += " AND m.clock = 'running' AND m.due >= %s AND m.due < coalesce(u.until, %s)"
    elif light in _LIGHTS:
        where, params = f"{where} AND {_LIGHTS[light]}", [*params, *([now()] if light == "late" else [])]
    if part is not None:
        where, params = f"{where} AND {part_column(place, 'm')} = %s", [*params, part]
    if before:
        where, params = f"{where} AND m.id < %s", [*params, before]
    where, params = f"{where} AND m.kind <> ALL(%s)", [*params, guarded()]
    sql = f"SELECT m.id FROM flow_matter m {join} WHERE m.open AND {where} ORDER BY m.id DESC LIMIT %s"  # noqa: S608
    return _rows([row[0] for row in run(sql, [*params, limit + 1])], limit)


def _rows(found: Sequence[int], limit: int) -> tuple[list[MatterRow], int]:
    rows = flow.by_ids(found[:limit])
    return [rows[key] for key in found[:limit]], found[limit - 1] if len(found) > limit else 0


def orders(place: Place, *, limit: int = 12) -> tuple[list[MatterRow], int]:
    """Return (open orders: those issued or due today or overdue first, then by due day; how many of the first kind)."""
    where, params = _inside(place, "m")
    begin = datetime.combine(today(), time(), LOCAL)
    now_ = "(m.created >= %s OR (m.clock = 'running' AND m.due < %s))"
    sql = f"""SELECT m.id, count(*) FILTER (WHERE {now_}) OVER () FROM flow_matter m
              WHERE m.open AND m.kind = %s AND m.stage <> ALL(%s) AND {where}
              ORDER BY {now_} DESC, m.due NULLS LAST, m.id LIMIT %s"""  # noqa: S608
    when = [begin, begin + timedelta(days=1)]
    found = run(sql, [*when, ORDER, list(_UNSIGNED), *params, *when, limit])
    rows = flow.by_ids([row[0] for row in found])
    return [rows[row[0]] for row in found], (found[0][1] if found else 0)


def names(ids: Sequence[int]) -> dict[int, str]:
    """Return the everyday names of divisions."""
    sql = "SELECT id, short_name FROM identity_division WHERE id = ANY(%s)"
    return dict(run(sql, (list(ids),)))
