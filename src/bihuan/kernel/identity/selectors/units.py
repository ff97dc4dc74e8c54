"""Reading organisations."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass

from bihuan.kernel.identity.selectors.divisions import PATH, scope_of
from bihuan.kernel.store.sql import run

#: Bodies that lead, support or answer; an enterprise is whom it is for.
OFFICES = ("government", "utility", "other")


@dataclass(frozen=True, slots=True)
class UnitRow:
    """An organisation."""

    id: int
    name: str
    short_name: str
    uscc: str
    kind: str
    parent: int
    division: int
    contact: str


_COLUMNS = """
    id, name, short_name, coalesce(uscc, ''), kind,
    coalesce(parent_id, 0), coalesce(division_id, 0), contact"""


def units(kind: str = "", q: str = "", limit: int = 50) -> list[UnitRow]:
    """Return active organisations sorted by pinyin: of one kind, whose name, code or pinyin holds ``q``."""
    like = q.strip().replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    sql = f"""
        SELECT {_COLUMNS} FROM identity_organisation
        WHERE is_active AND (%(kind)s::text = '' OR kind = %(kind)s::text)
          AND (name ILIKE %(like)s OR short_name ILIKE %(like)s
               OR uscc ILIKE %(like)s OR pinyin ILIKE %(like)s)
        ORDER BY pinyin, id LIMIT %(limit)s"""  # noqa: S608 - constant columns
    return [UnitRow(*row) for row in run(sql, {"kind": kind, "like": f"%{like}%", "limit": limit})]


def units_near(place: int, kinds: Sequence[str] = OFFICES, limit: int = 2000) -> list[UnitRow]:
    """Return active organisations of these kinds: those in a division first, then those above it, then all others.

    Each part is sorted by pinyin.
    """
    around = [key for key in astuple(scope_of(place)) if key]
    sql = f"""
        SELECT {_COLUMNS} FROM identity_organisation
        WHERE is_active AND kind = ANY(%(kinds)s) ORDER BY
          (SELECT CASE WHEN %(place)s::bigint IN (d.id, {PATH}) THEN 0 WHEN d.id = ANY(%(around)s::bigint[]) THEN 1 END
           FROM identity_division d WHERE d.id = division_id) NULLS LAST, pinyin, id LIMIT %(limit)s"""  # noqa: S608
    params = {"kinds": list(kinds), "place": place, "around": around, "limit": limit}
    return [UnitRow(*row) for row in run(sql, params)]


def unit(unit_id: int) -> UnitRow | None:
    """Return one organisation, or None."""
    sql = f"SELECT {_COLUMNS} FROM identity_organisation WHERE id = %s"  # noqa: S608 - constant columns
    return next((UnitRow(*row) for row in run(sql, (unit_id,))), None)


def units_named(names: list[str]) -> dict[str, list[UnitRow]]:
    """Return, for each name or short name asked, the active organisations bearing it; one statement."""
    sql = f"""
        SELECT {_COLUMNS} FROM identity_organisation
        WHERE is_active AND (name = ANY(%(names)s) OR short_name = ANY(%(names)s)) ORDER BY id"""  # noqa: S608
    found: dict[str, list[UnitRow]] = {name: [] for name in names}
    for row in run(sql, {"names": names}):
        unit_row = UnitRow(*row)
        for name in {unit_row.name, unit_row.short_name} & found.keys():
            found[name].append(unit_row)
    return found


def unit_by_uscc(uscc: str) -> UnitRow | None:
    """Return the organisation of a 统一社会信用代码, or None."""
    sql = f"SELECT {_COLUMNS} FROM identity_organisation WHERE uscc = %s"  # noqa: S608 - constant columns
    return next((UnitRow(*row) for row in run(sql, (uscc.strip().upper(),))), None)


def names_of(unit_ids: list[int]) -> dict[int, str]:
    """Return the short names (else names) of organisations; one statement."""
    sql = "SELECT id, coalesce(nullif(short_name, ''), name) FROM identity_organisation WHERE id = ANY(%s)"
    return {row[0]: row[1] for row in run(sql, (unit_ids,))}
