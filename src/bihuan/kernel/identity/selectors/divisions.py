"""Reading the division tree: scopes, children, and which place a written name means."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bihuan.kernel.identity import codes
from bihuan.kernel.identity.actors import LEVELS, Scope
from bihuan.kernel.store.sql import Row, run

#: The path columns, in the order of LEVELS.
PATH = ", ".join(f"{level}_id" for level in LEVELS)
_COLUMNS = f"id, coalesce(code, ''), name, full_name, level, coalesce(parent_id, 0), statistical, {PATH}"

#: How long another process may go on with a scope that an administrator changed.
_FRESH_SECONDS = 30.0
_scopes: dict[int, tuple[float, Scope]] = {}


@dataclass(frozen=True, slots=True)
class DivisionRow:
    """A division as it is at present."""

    id: int
    code: str
    name: str
    full_name: str
    level: str
    parent: int
    statistical: bool
    scope: Scope


@dataclass(frozen=True, slots=True)
class Match:
    """What a written place name means: exactly one division, or the candidates to ask about.

    ``division`` is 0 unless there is exactly one; no candidates means an unknown place.
    """

    division: int
    candidates: tuple[DivisionRow, ...] = ()

    @property
    def ambiguous(self) -> bool:
        """Whether more than one place bears the name."""
        return len(self.candidates) > 1


def _row(row: Row) -> DivisionRow:
    id_, code, name, full_name, level, parent, statistical, *path = row
    return DivisionRow(id_, code, name, full_name, level, parent, statistical, Scope(id_, *path))


def scopes_of(division_ids: Iterable[int]) -> dict[int, Scope]:
    """Return the scope of every division that exists, in at most one statement."""
    wanted, late = set(division_ids), time.monotonic() - _FRESH_SECONDS
    found = {id_: held[1] for id_ in wanted if (held := _scopes.get(id_)) and held[0] > late}
    missing = list(wanted - found.keys() - {0})
    if missing:
        sql = f"SELECT id, {PATH} FROM identity_division WHERE id = ANY(%s)"  # noqa: S608 - constant names
        fresh = {row[0]: Scope(*row) for row in run(sql, (missing,))}
        found |= fresh
        _scopes.update((id_, (time.monotonic(), scope)) for id_, scope in fresh.items())
    return found


def scope_of(division_id: int) -> Scope:
    """Return the ids of every level a division lies in; an empty scope for 0 or an unknown id."""
    return scopes_of([division_id]).get(division_id, Scope())


def forget_scopes() -> None:
    """Drop remembered scopes: the tree has changed."""
    _scopes.clear()


def _query(
    where: str, params: dict[str, object], order: str = "code, pinyin, id", limit: int = 5000
) -> list[DivisionRow]:
    sql = f"SELECT {_COLUMNS} FROM identity_division WHERE {where} ORDER BY {order} LIMIT {limit}"  # noqa: S608
    return [_row(row) for row in run(sql, params)]


def division(division_id: int) -> DivisionRow | None:
    """Return one division, ended ones too."""
    return next(iter(_query("id = %(id)s", {"id": division_id})), None)


def division_by_code(code: str) -> DivisionRow | None:
    """Return the live division of a GB/T 2260 code, padded or not; None when unknown or malformed."""
    try:
        written = codes.written(codes.trimmed(code))
    except codes.BadCode:
        return None
    return next(iter(_query("code = %(code)s AND valid_until IS NULL", {"code": written})), None)


def division_tree(parent: int = 0) -> list[DivisionRow]:
    """Return the live children of a division (0: the roots), parks included: by code, then pinyin."""
    where = "parent_id = %(parent)s" if parent else "parent_id IS NULL"
    return _query(
        f"{where} AND valid_until IS NULL", {"parent": parent} if parent else {}, "code, pinyin, id"
    )


def divisions_at(level: str, within: int = 0) -> list[DivisionRow]:
    """Return the live divisions of one level, inside ``within`` when given."""
    where, params = "level = %(level)s AND valid_until IS NULL", {"level": level}
    inside, more = _inside(within)
    return _query(where + inside, params | more)


def _inside(within: int) -> tuple[str, dict[str, object]]:
    if not within:
        return "", {}
    holder = division(within)
    if holder is None:
        return " AND false", {}
    return f" AND {holder.level}_id = %(within)s", {"within": within}


def match_division(text: str, within: int = 0, levels: Iterable[str] = LEVELS) -> Match:
    """Find the division a person wrote, inside ``within`` when given; never guesses.

    Takes a name with or without its kind (芙蓉区, 芙蓉), or led by names above it
    (浏阳市大瑶镇). The whole name beats the everyday name beats the stem; when several
    divisions are left they are all returned to be asked about.
    """
    text = "".join(text.split())
    tails = {codes.stem(text[i:]): text[i:] for i in range(len(text) - 1, -1, -1)}
    if not text:
        return Match(0)
    inside, params = _inside(within)
    found = _query(
        f"stem = ANY(%(stems)s) AND level = ANY(%(levels)s) AND valid_until IS NULL{inside}",
        {"stems": list(tails), "levels": list(levels), **params},
    )
    ranks: dict[int, list[DivisionRow]] = {}
    for row in found:
        if rank := _rank(text, row):
            ranks.setdefault(rank, []).append(row)
    best = tuple(ranks[min(ranks)]) if ranks else ()
    return Match(best[0].id if len(best) == 1 else 0, best)


def _rank(text: str, row: DivisionRow) -> int:
    """Return how well the text names the division (1 best), 0 when it doesn't."""
    above = row.full_name.removesuffix(row.name)
    for rank, form in enumerate((row.name, codes.everyday(row.name), codes.stem(row.name)), start=1):
        if text == form:
            return rank
        head = text.removesuffix(form)
        if head != text and len(head) > 1 and _in_order(head, above):
            return rank
    return 0


def _in_order(written: str, above: str) -> bool:
    """Whether the written characters stand in the names above, in that order."""
    rest = iter(above)
    return all(char in rest for char in written)


def parent_on(division_id: int, day: date) -> int:
    """Return the id of the parent a division had on a day; 0 for none."""
    sql = """
        SELECT coalesce(parent_id, 0) FROM identity_divisionstate
        WHERE division_id = %s AND daterange(valid_from, valid_until) @> %s::date"""
    return next((row[0] for row in run(sql, (division_id, day))), 0)


def name_on(division_id: int, day: date) -> str:
    """Return what a division was called on a day; empty when it did not exist."""
    sql = """
        SELECT name FROM identity_divisionstate
        WHERE division_id = %s AND daterange(valid_from, valid_until) @> %s::date"""
    return next((row[0] for row in run(sql, (division_id, day))), "")
