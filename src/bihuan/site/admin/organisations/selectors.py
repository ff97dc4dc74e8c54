"""Reading organisations for their administration, inactive ones too."""

from dataclasses import dataclass

from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors.divisions import division as place_of
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import run
from bihuan.site.admin.permits import inside, within

PAGE = 50


@dataclass(frozen=True, slots=True)
class Body:
    """An organisation with where it lies, what it is part of and how many valid posts it has."""

    id: int
    name: str
    short_name: str
    uscc: str
    kind: str
    parent: int
    parent_name: str
    division: int
    division_name: str
    contact: str
    is_active: bool
    pinyin: str
    posts: int


@dataclass(frozen=True, slots=True)
class What:
    """Which organisations: of a kind, active or not, within a division, whose name or code holds ``q``."""

    kind: str = ""
    state: str = ""
    within: int = 0
    q: str = ""


_SELECT = """
    SELECT o.id, o.name, o.short_name, coalesce(o.uscc, ''), o.kind, coalesce(o.parent_id, 0),
        coalesce(u.name, ''), coalesce(o.division_id, 0), coalesce(d.full_name, ''), o.contact, o.is_active,
        o.pinyin, (SELECT count(*) FROM identity_post p WHERE p.organisation_id = o.id
            AND p.valid_from <= %(at)s AND (p.valid_until IS NULL OR p.valid_until > %(at)s))
    FROM identity_organisation o
    LEFT JOIN identity_organisation u ON u.id = o.parent_id
    LEFT JOIN identity_division d ON d.id = o.division_id"""


def _own(actor: Actor) -> str:
    return f"({inside(actor)})" if within(actor)[0] else "true"


def listed(
    actor: Actor, what: What, *, after: tuple[str, int] | None = None, limit: int = PAGE
) -> tuple[list[Body], str]:
    """Return organisations in pinyin order and where to go on ("" at the end)."""
    params = {"at": now(), "kind": what.kind, "after": after and after[0], "id": after and after[1]}
    conditions = [_own(actor)]
    if what.kind:
        conditions.append("o.kind = %(kind)s")
    if what.state != "all":
        conditions.append("NOT o.is_active" if what.state == "inactive" else "o.is_active")
    if what.within:
        place = place_of(what.within)
        conditions.append(f"d.{place.level}_id = {place.id:d}" if place else "false")
    if what.q:
        like = what.q.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
        params["like"] = f"%{like}%"
        names = ("o.name", "o.short_name", "o.uscc", "o.pinyin")
        conditions.append("(" + " OR ".join(f"{name} ILIKE %(like)s" for name in names) + ")")
    if after:
        conditions.append("(o.pinyin, o.id) > (%(after)s, %(id)s)")
    sql = f"{_SELECT} WHERE {' AND '.join(conditions)} ORDER BY o.pinyin, o.id LIMIT {limit + 1:d}"
    rows = [Body(*row) for row in run(sql, params)]
    more = f"{rows[limit - 1].pinyin}~{rows[limit - 1].id}" if len(rows) > limit else ""
    return rows[:limit], more


def place_after(text: str) -> tuple[str, int] | None:
    """Return the place in the list a page said to go on from; None for the beginning."""
    pinyin, mark, number = text.rpartition("~")
    return (pinyin, int(number)) if mark and number.isdigit() and len(number) < 19 else None


def body(actor: Actor, organisation: int) -> Body | None:
    """Return one organisation if the actor administers the place it lies in."""
    sql = f"{_SELECT} WHERE o.id = %(id)s AND {_own(actor)}"
    return next((Body(*row) for row in run(sql, {"id": organisation, "at": now()})), None)


def parts(organisation: int) -> list[tuple[int, str]]:
    """Return (id, name) of the active organisations that are part of one."""
    sql = """
        SELECT id, name FROM identity_organisation
        WHERE parent_id = %s AND is_active ORDER BY pinyin, id LIMIT 200"""
    return [(row[0], row[1]) for row in run(sql, (organisation,))]


def above(organisation: int) -> set[int]:
    """Return an organisation and everything it is part of."""
    sql = """
        WITH RECURSIVE up (id) AS (
            SELECT %s::bigint
            UNION SELECT o.parent_id FROM identity_organisation o JOIN up ON o.id = up.id
            WHERE o.parent_id IS NOT NULL)
        SELECT id FROM up"""
    return {row[0] for row in run(sql, (organisation,))}
