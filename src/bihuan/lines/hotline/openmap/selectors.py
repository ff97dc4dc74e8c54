"""Read the public map: what is published of a place, how it is set, and what would be published next."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.registers import selectors as registers
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.contracts import COMPLAIN, HELP, OPEN, ORDER, SUGGEST, UNCOUNTED, UNSEEN
from bihuan.lines.hotline.grids.selectors import shape_of
from bihuan.lines.hotline.openmap.registers import MAPS
from bihuan.logic.shapes import Shape

#: So many periods can be looked at.
SHOWN = 12
#: Levels a place with a map may have, as the tree names them.
HOUSES = ("county", "park", "street", "city")


@dataclass(frozen=True, slots=True)
class Released:
    """A published period: days from ``begins`` up to, not including, ``ends``; the classes that were counted."""

    id: int
    begins: date
    ends: date
    level: str
    least: int
    made: datetime
    classes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Open:
    """A map that is open: whose, how it is counted, its periods (newest first) and classes by id."""

    releases: tuple[Released, ...]
    classes: dict[int, str]
    place: int
    name: str
    level: str
    coarse: str
    period: str
    least: int
    delay: int
    source: str


@dataclass(frozen=True, slots=True)
class Area:
    """A place on the map, where its grids have boundaries, and what was published of it by class (0: the rest)."""

    id: int
    name: str
    shapes: tuple[Shape, ...]
    told: dict[int, int] = field(default_factory=dict)


_OPEN = """
SELECT d.id, d.short_name, d.level, t.level, t.period, t.least, t.delay, t.source,
  (SELECT coalesce(jsonb_agg(jsonb_build_array(r.id, r.begins, r.ends, r.level, r.least, r.made, r.classes)
     ORDER BY r.begins DESC), '[]')::text FROM (SELECT * FROM hotline_release
     WHERE division = d.id ORDER BY begins DESC LIMIT %(most)s) r),
  (SELECT coalesce(jsonb_agg(jsonb_build_array(u.id, u.name) ORDER BY u.name), '[]')::text
   FROM hotline_map_class k JOIN hotline_duty u ON u.id = k.duty
   WHERE k.division = d.id AND k.withdrawn_at IS NULL AND k.reviewer > 0 AND u.withdrawn_at IS NULL)
FROM hotline_map t JOIN identity_division d ON d.id = t.division
WHERE t.division = %(place)s AND t.opened = 'yes' AND t.withdrawn_at IS NULL AND d.valid_until IS NULL"""


def opened(place: int) -> Open | None:
    """Return the map of a place with its periods and classes in one statement; None where none is open."""
    rows = run(_OPEN, {"place": place, "most": SHOWN})
    if not rows:
        return None
    *said, releases, classes = rows[0]
    return Open(tuple(map(_released, json.loads(releases))), dict(json.loads(classes)), *said)


def _released(row: Sequence[Any]) -> Released:
    key, begins, ends, level, least, made, classes = row
    days = date.fromisoformat(begins), date.fromisoformat(ends)
    return Released(key, *days, level, least, datetime.fromisoformat(made), tuple(classes))


def maps() -> list[tuple[int, str]]:
    """Return (place, name) of the maps that are open in this house."""
    sql = """SELECT d.id, d.short_name FROM hotline_map t JOIN identity_division d ON d.id = t.division
             WHERE t.opened = 'yes' AND t.withdrawn_at IS NULL AND d.valid_until IS NULL ORDER BY d.pinyin, d.id"""
    return [(row[0], row[1]) for row in run(sql)]


_AREAS = """
SELECT d.id, d.short_name,
  (SELECT coalesce(jsonb_agg(g.shape ORDER BY g.id), '[]')::text FROM hotline_grid g
   WHERE g.{coarse} = d.id AND g.shape <> '' AND g.withdrawn_at IS NULL),
  (SELECT coalesce(jsonb_agg(jsonb_build_array(c.duty, c.orders)), '[]')::text FROM hotline_release_cell c
   WHERE c.release = %s AND c.place = d.id)
FROM identity_division d WHERE d.level = %s AND d.{level}_id = %s AND d.valid_until IS NULL
ORDER BY d.pinyin, d.id LIMIT 500"""


def areas(level: str, coarse: str, place: int, release: int) -> list[Area]:
    """Return every street or community of a place with what a release tells of it, in one statement."""
    sql = _AREAS.format(level=level, coarse=coarse)
    return [
        Area(key, name, tuple(map(shape_of, json.loads(shapes))), dict(json.loads(told)))
        for key, name, shapes, told in run(sql, (release, coarse, place))
    ]


#: What no map may count, whatever was reviewed: reports of wrongdoing, whoever does not wish to be known, complaints
#: about a unit, what was taken back, and classes nobody of the desk has given. One caller counts once.
_COUNT = """
SELECT d.{coarse}_id, c.duty, count(DISTINCT CASE WHEN k.person > 0 THEN k.person ELSE -m.id END)
FROM hotline_cell c JOIN identity_division d ON d.id = c.place
JOIN hotline_event e ON e.cell = c.id AND e.day >= %(begins)s AND e.day < %(ends)s
JOIN flow_matter m ON m.id = e.matter LEFT JOIN hotline_caller k ON k.matter = m.id
WHERE c.duty = ANY(%(classes)s) AND d.{level}_id = %(place)s AND d.{coarse}_id IS NOT NULL
  AND m.kind = %(kind)s AND m.data ->> 'type' = ANY(%(types)s) AND m.data ->> 'secrecy' = %(open)s
  AND coalesce(k.secrecy, %(open)s) = %(open)s AND NOT m.data ? 'against' AND coalesce(k.against, 0) = 0
  AND m.stage <> ALL(%(out)s)
  AND NOT (m.stage = 'registered' AND m.data ->> 'channel' = ANY(%(unseen)s))
GROUP BY 1, 2"""


def counted(
    level: str, coarse: str, place: int, begins: date, ends: date, classes: Sequence[int]
) -> dict[int, dict[int, int]]:
    """Return by street or community how many callers reported each class from ``begins`` up to before ``ends``.

    Read from the events early warning keeps, by class, place and day; several calls about one event are one.
    This is not for publishing: :func:`bihuan.logic.withholding.shown` says what of it may be told.
    """
    given = {
        "begins": begins, "ends": ends, "classes": list(classes), "place": place, "kind": ORDER,
        "types": [HELP, COMPLAIN, SUGGEST], "open": OPEN, "unseen": list(UNSEEN), "out": list(UNCOUNTED),
    }  # fmt: skip
    found: dict[int, dict[int, int]] = {}
    for where, duty, orders in run(_COUNT.format(level=level, coarse=coarse), given):
        found.setdefault(where, {})[duty] = orders
    return found


def ready() -> bool:
    """Whether the events of the past have been counted: before, a period would be published with too few."""
    return bool(run("SELECT 1 FROM hotline_watched WHERE id = 1 AND filled IS NULL"))


@dataclass(frozen=True, slots=True)
class Settings:
    """How the map of a place is set; ``id`` 0 and closed where nobody has set it yet."""

    id: int = 0
    opened: bool = False
    level: str = "community"
    period: str = "month"
    least: int = 5
    delay: int = 1
    source: str = ""


def settings(place: int) -> Settings:
    """Return how the map of a place is set."""
    sql = """SELECT id, opened = 'yes', level, period, least, delay, source FROM hotline_map
             WHERE division = %s AND withdrawn_at IS NULL"""
    rows = run(sql, (place,))
    return Settings(*rows[0]) if rows else Settings()


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class proposed for the map, from which ``post``; ``reviewer`` 0 until somebody else has reviewed it."""

    id: int
    duty: int
    name: str
    reason: str
    proposer: int
    reviewer: int
    post: int
    proposed_by: str
    reviewed_by: str


_CLASSES = """
SELECT k.id, k.duty, u.name, k.reason, k.proposer, k.reviewer, k.creator_post,
  coalesce(p.name, ''), coalesce(r.name, '')
FROM hotline_map_class k JOIN hotline_duty u ON u.id = k.duty
LEFT JOIN identity_user p ON p.id = k.proposer LEFT JOIN identity_user r ON r.id = k.reviewer
WHERE k.division = %s AND k.withdrawn_at IS NULL AND u.withdrawn_at IS NULL ORDER BY u.name, k.id"""


def classes(place: int) -> list[ClassRow]:
    """Return the classes proposed or reviewed for the map of a place, by name."""
    return [ClassRow(*row) for row in run(_CLASSES, (place,))]


def is_own(actor: Actor, row: ClassRow) -> bool:
    """Whether somebody proposed a class oneself, under whichever post, or one acts from the very post it came from."""
    return row.proposer in {actor.user, actor.delegated_by} or bool(row.post and row.post == actor.post)


def reviewed(place: int) -> list[int]:
    """Return the classes that may stand on the map of a place."""
    return sorted({one.duty for one in classes(place) if one.reviewer})


@dataclass(frozen=True, slots=True)
class Step:
    """Something done to the settings: when, by whom, what was changed to what, and why."""

    at: datetime
    who: str
    changes: dict[str, str]
    why: str


def steps(key: int) -> list[Step]:
    """Return what was done to a map's settings, the newest first."""
    found = registers.history(MAPS, key)
    sql = "SELECT id, name FROM identity_user WHERE id = ANY(%s)"
    names: dict[int, str] = dict(run(sql, (sorted({one.actor_user for one in found}),)))
    return [
        Step(
            one.recorded, names.get(one.actor_user, one.actor_title),
            {name: str(held.get("new") or "") for name, held in one.changes.items() if name in MAPS.columns},
            one.cause,
        )
        for one in reversed(found)
    ]  # fmt: skip


def last_day(place: int) -> date | None:
    """Return the day after the last one that was published of a place; None when none was."""
    found: date | None = run("SELECT max(ends) FROM hotline_release WHERE division = %s", (place,))[0][0]
    return found


def level_of(actor: Actor) -> str:
    """Return the level of the actor's place where it can have a map, "" elsewhere."""
    return actor.level if actor.level in HOUSES else ""
