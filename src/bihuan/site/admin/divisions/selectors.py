"""Reading the tree for its administration: parts with their counts, what was before, who bears a name."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from bihuan.kernel.identity import codes
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import Row, run
from bihuan.site.admin.permits import inside, within

FOUND = 100


@dataclass(frozen=True, slots=True)
class Place:
    """A division with how many parts, organisations and valid posts stand directly under it."""

    id: int
    code: str
    name: str
    full_name: str
    level: str
    parent: int
    statistical: bool
    valid_from: date | None
    valid_until: date | None
    parts: int
    units: int
    posts: int


@dataclass(frozen=True, slots=True)
class State:
    """What a division was called, coded and part of, from one day until before another."""

    code: str
    name: str
    parent: str
    valid_from: date | None
    valid_until: date | None


_COLUMNS = """
    d.id, coalesce(d.code, ''), d.name, d.full_name, d.level, coalesce(d.parent_id, 0), d.statistical,
    d.valid_from, d.valid_until,
    (SELECT count(*) FROM identity_division c WHERE c.parent_id = d.id AND c.valid_until IS NULL),
    (SELECT count(*) FROM identity_organisation o WHERE o.division_id = d.id AND o.is_active),
    (SELECT count(*) FROM identity_post p WHERE p.division_id = d.id
     AND p.valid_from <= %(at)s AND (p.valid_until IS NULL OR p.valid_until > %(at)s))"""


def _places(where: str, params: dict[str, Any], tail: str) -> list[Place]:
    sql = f"SELECT {_COLUMNS} FROM identity_division d WHERE {where} {tail}"  # noqa: S608 - constants
    return [Place(*row) for row in run(sql, {"at": now(), **params})]


def place(actor: Actor, division: int) -> Place | None:
    """Return one division, ended ones too, if the actor administers that part of the tree."""
    where = f"d.id = %(id)s AND ({inside(actor)})"
    return next(iter(_places(where, {"id": division}, "")), None)


def parts(actor: Actor, parent: int, *, ended: bool = False, limit: int = 1000) -> list[Place]:
    """Return the parts of a division (0: where the actor's own part begins): by code, then pinyin."""
    level, own = within(actor)
    if parent:
        where, params = f"d.parent_id = %(parent)s AND ({inside(actor)})", {"parent": parent}
    elif level:
        where, params = "d.id = %(parent)s", {"parent": own}
    else:
        where, params = "d.parent_id IS NULL", {}
    if not ended:
        where += " AND d.valid_until IS NULL"
    return _places(
        where, params, f"ORDER BY d.valid_until IS NOT NULL, d.code, d.pinyin, d.id LIMIT {limit:d}"
    )


def above(full: Place) -> list[tuple[int, str]]:
    """Return (id, name) of what a division is part of, from the top down."""
    sql = """
        WITH RECURSIVE up (id, name, parent_id, depth) AS (
            SELECT id, name, parent_id, 0 FROM identity_division WHERE id = %s
            UNION ALL
            SELECT d.id, d.name, d.parent_id, up.depth + 1
            FROM identity_division d JOIN up ON d.id = up.parent_id)
        SELECT id, name FROM up ORDER BY depth DESC"""
    return [(row[0], row[1]) for row in run(sql, (full.parent,))] if full.parent else []


def search(actor: Actor, text: str, *, ended: bool = False) -> list[Place]:
    """Return the divisions whose name or pinyin holds the text or whose code begins with it."""
    text = "".join(text.split()).lower()
    if not text:
        return []
    like = text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    where = "(d.name LIKE %(like)s OR d.full_name LIKE %(like)s OR d.pinyin LIKE %(start)s OR d.code LIKE %(start)s)"
    where += f" AND ({inside(actor)})" + ("" if ended else " AND d.valid_until IS NULL")
    # The whole name first, then what is highest in the tree.
    order = "ORDER BY d.name <> %(text)s, d.stem <> %(stem)s, length(d.code), d.code, d.pinyin, d.id"
    params = {"like": f"%{like}%", "start": f"{like}%", "text": text, "stem": codes.stem(text)}
    return _places(where, params, f"{order} LIMIT {FOUND}")


def states(division: int) -> list[State]:
    """Return what a division was from when to when, latest first."""
    sql = """
        SELECT coalesce(s.code, ''), s.name, coalesce(p.full_name, ''), s.valid_from, s.valid_until
        FROM identity_divisionstate s LEFT JOIN identity_division p ON p.id = s.parent_id
        WHERE s.division_id = %s ORDER BY s.valid_until IS NOT NULL, s.valid_from DESC, s.id DESC"""
    return [State(*row) for row in run(sql, (division,))]


def sibling(parent: int, name: str) -> int:
    """Return the living part of a division that bears a name already, 0 when none does."""
    sql = """
        SELECT id FROM identity_division
        WHERE coalesce(parent_id, 0) = %s AND name = %s AND valid_until IS NULL LIMIT 1"""
    return next((row[0] for row in run(sql, (parent, "".join(name.split())))), 0)


def counts() -> list[Row]:
    """Return (level, living divisions) of the whole tree."""
    sql = "SELECT level, count(*) FROM identity_division WHERE valid_until IS NULL GROUP BY level"
    return run(sql)
