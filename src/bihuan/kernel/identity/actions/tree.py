"""Dated changes of divisions, one or thousands at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db import IntegrityError
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict, NotFound
from bihuan.kernel.identity import codes, rights
from bihuan.kernel.identity.actions.record import record
from bihuan.kernel.identity.actors import LEVELS, Actor, Scope
from bihuan.kernel.identity.selectors.divisions import PATH, DivisionRow, division, forget_scopes
from bihuan.kernel.now import today
from bihuan.kernel.store.sql import atomic, run


@dataclass(frozen=True, slots=True)
class New:
    """A division about to stand; ``code`` may be empty, ``parent`` 0 for a root."""

    id: int
    code: str
    name: str
    level: str
    parent: int
    statistical: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What a division is from a day on."""

    id: int
    code: str
    name: str
    parent: int


def lock() -> None:
    """Let one writer of the tree at a time pass, until the transaction ends."""
    run("SELECT pg_advisory_xact_lock(hashtext('identity_division'))")


def new_division_ids(count: int) -> list[int]:
    """Draw ids for divisions."""
    sql = "SELECT nextval(pg_get_serial_sequence('identity_division', 'id')) FROM generate_series(1, %s)"
    return [row[0] for row in run(sql, (count,))]


def _forms(names: list[str]) -> dict[str, list[str]]:
    return {
        "name": names,
        "short": [codes.everyday(name) for name in names],
        "stem": [codes.stem(name) for name in names],
        "pinyin": [codes.pinyin(name) for name in names],
    }


def insert(rows: Sequence[New], since: date | None) -> None:
    """Insert divisions, parents first, with their first state; ``since`` None means since ever."""
    if not rows:
        return
    places = _places(rows)
    columns = {
        "id": [row.id for row in rows],
        "code": [row.code for row in rows],
        "level": [row.level for row in rows],
        "parent": [row.parent for row in rows],
        "statistical": [row.statistical for row in rows],
        "full": [places[row.id][0][:240] for row in rows],
        **{level: [getattr(places[row.id][1], level) for row in rows] for level in LEVELS},
        **_forms([row.name for row in rows]),
    }
    run(_INSERT, {**columns, "since": since})


def _places(rows: Sequence[New]) -> dict[int, tuple[str, Scope]]:
    """Return the full name and scope of every new division; parents not among them are read."""
    fresh = {row.id for row in rows}
    above = {row.parent for row in rows} - fresh - {0}
    sql = f"SELECT id, full_name, {PATH} FROM identity_division WHERE id = ANY(%s)"  # noqa: S608 - constants
    known = {row[0]: (row[1], Scope(row[0], *row[2:])) for row in run(sql, (list(above),))}
    for row in rows:
        full_name, scope = known.get(row.parent, ("", Scope()))
        shown = "" if row.name in codes.PLACEHOLDERS else row.name
        here = replace(scope, division=row.id, **{row.level: row.id})
        known[row.id] = (full_name + shown, here)
    return known


_INSERT = f"""
WITH fresh AS (
    INSERT INTO identity_division (id, code, level, parent_id, statistical, name, short_name, stem, pinyin,
        full_name, valid_from, {PATH})
    SELECT t.id, nullif(t.code, ''), t.level, nullif(t.parent, 0), t.statistical, t.name, t.short, t.stem,
        t.pinyin, t.full_name, %(since)s::date, {", ".join(f"t.{level}" for level in LEVELS)}
    FROM unnest(%(id)s::bigint[], %(code)s::text[], %(level)s::text[], %(parent)s::bigint[],
        %(statistical)s::bool[], %(name)s::text[], %(short)s::text[], %(stem)s::text[], %(pinyin)s::text[],
        %(full)s::text[], {", ".join(f"%({level})s::bigint[]" for level in LEVELS)}
    ) AS t (id, code, level, parent, statistical, name, short, stem, pinyin, full_name, {", ".join(LEVELS)})
    RETURNING id, code, name, parent_id)
INSERT INTO identity_divisionstate (division_id, code, name, parent_id, valid_from)
SELECT id, code, name, parent_id, %(since)s::date FROM fresh"""  # noqa: S608 - constants


def change(rows: Sequence[Change], day: date) -> None:
    """Close the states of divisions at ``day`` and begin the given ones.

    A state begun on that very day is corrected instead: it never was true overnight.
    """
    if not rows:
        return
    ids = [row.id for row in rows]
    columns = {
        "id": ids,
        "code": [row.code for row in rows],
        "parent": [row.parent for row in rows],
        **_forms([row.name for row in rows]),
        "day": day,
    }
    table = """unnest(%(id)s::bigint[], %(code)s::text[], %(name)s::text[], %(parent)s::bigint[])
        AS t (id, code, name, parent)"""
    open_state = "s.division_id = t.id AND s.valid_until IS NULL"
    sets = "code = nullif(t.code, ''), name = t.name, parent_id = nullif(t.parent, 0)"
    run(
        f"""UPDATE identity_divisionstate s SET {sets} FROM {table}
            WHERE {open_state} AND s.valid_from = %(day)s""",  # noqa: S608 - constants
        columns,
    )
    run(
        f"""UPDATE identity_divisionstate s SET valid_until = %(day)s FROM {table}
            WHERE {open_state} AND s.valid_from IS DISTINCT FROM %(day)s""",  # noqa: S608 - constants
        columns,
    )
    run(
        f"""INSERT INTO identity_divisionstate (division_id, code, name, parent_id, valid_from)
            SELECT t.id, nullif(t.code, ''), t.name, nullif(t.parent, 0), %(day)s FROM {table}
            WHERE NOT EXISTS (SELECT 1 FROM identity_divisionstate s WHERE {open_state})""",  # noqa: S608
        columns,
    )
    run(_UPDATE, columns)
    set_paths(ids)


_UPDATE = """
UPDATE identity_division d SET code = nullif(t.code, ''), name = t.name, parent_id = nullif(t.parent, 0),
    short_name = t.short, stem = t.stem, pinyin = t.pinyin
FROM unnest(%(id)s::bigint[], %(code)s::text[], %(name)s::text[], %(parent)s::bigint[], %(short)s::text[],
    %(stem)s::text[], %(pinyin)s::text[]) AS t (id, code, name, parent, short, stem, pinyin)
WHERE d.id = t.id"""


def end(ids: Sequence[int], day: date) -> None:
    """End divisions and their states at ``day``."""
    where = "valid_until IS NULL AND"
    params = (day, list(ids))
    run(f"UPDATE identity_divisionstate SET valid_until = %s WHERE {where} division_id = ANY(%s)", params)  # noqa: S608
    run(f"UPDATE identity_division SET valid_until = %s WHERE {where} id = ANY(%s)", params)  # noqa: S608


def set_paths(roots: Sequence[int]) -> None:
    """Write path columns and full names of these divisions and everything below them."""
    top = ", ".join(f"CASE d.level WHEN '{x}' THEN d.id ELSE coalesce(p.{x}_id, 0) END" for x in LEVELS)
    below = ", ".join(f"CASE d.level WHEN '{x}' THEN d.id ELSE t.{x}_id END" for x in LEVELS)
    sets = ", ".join(f"{x}_id = t.{x}_id" for x in LEVELS)
    shown = "CASE WHEN d.name = ANY(%(hidden)s) THEN '' ELSE d.name END"
    sql = f"""
        WITH RECURSIVE t (id, full_name, depth, {PATH}) AS (
            SELECT d.id, coalesce(p.full_name, '')::text || {shown}, 1, {top}
            FROM identity_division d LEFT JOIN identity_division p ON p.id = d.parent_id
            WHERE d.id = ANY(%(roots)s)
            UNION ALL
            SELECT d.id, t.full_name || {shown}, t.depth + 1, {below}
            FROM identity_division d JOIN t ON d.parent_id = t.id),
        -- a root inside another root's tree is walked twice; the longer walk has seen the new path
        best AS (SELECT DISTINCT ON (id) * FROM t ORDER BY id, depth DESC)
        UPDATE identity_division d SET full_name = left(t.full_name, 240), {sets}
        FROM best t WHERE t.id = d.id"""  # noqa: S608 - constant names
    run(sql, {"roots": list(roots), "hidden": sorted(codes.PLACEHOLDERS)})


def add_division(
    actor: Actor, name: str, level: str, parent: int = 0, *, code: str = "", as_of: date | None = None
) -> int:
    """Add one division, such as a grid or a park, and return its id; ``as_of`` None: since ever."""
    rights.need(actor, rights.DIVISIONS, parent)
    name = "".join(name.split())
    with atomic():
        lock()
        code = _check(name, code, level, _parent(parent))
        new = New(new_division_ids(1)[0], code, name, level, parent, bool(code) and _statistical(code, name))
        _write(lambda: insert([new], as_of))
        record(actor, "division.add", {"division": new.id, "name": name, "level": level, "parent": parent})
    return new.id


def amend_division(
    actor: Actor,
    division_id: int,
    *,
    name: str | None = None,
    code: str | None = None,
    parent: int | None = None,
    as_of: date | None = None,
) -> None:
    """Rename, renumber or move one division from a day on (default: today); what is not given stays."""
    rights.need(actor, rights.DIVISIONS, division_id)
    day = as_of or today()
    with atomic():
        lock()
        row = _standing(division_id, day)
        above = row.parent if parent is None else parent
        rights.need(actor, rights.DIVISIONS, above)
        holder = _parent(above)
        if holder is not None and getattr(holder.scope, row.level) == row.id:
            raise BadInput(_("A division cannot be part of itself."), where="parent")
        name = row.name if name is None else "".join(name.split())
        code = _check(name, row.code if code is None else code, row.level, holder)
        _write(lambda: change([Change(row.id, code, name, above)], day))
        facts = {"division": row.id, "name": name, "code": code, "parent": above, "day": day.isoformat()}
        record(actor, "division.amend", facts)
    forget_scopes()


def end_division(actor: Actor, division_id: int, as_of: date | None = None) -> None:
    """End a division without living parts from a day on (default: today)."""
    rights.need(actor, rights.DIVISIONS, division_id)
    day = as_of or today()
    with atomic():
        lock()
        row = _standing(division_id, day)
        if run(
            "SELECT 1 FROM identity_division WHERE parent_id = %s AND valid_until IS NULL LIMIT 1", (row.id,)
        ):
            raise Conflict(_("This division still has parts. Move or end them first."), where="division")
        _write(lambda: end([row.id], day))
        record(actor, "division.end", {"division": row.id, "day": day.isoformat()})
    forget_scopes()


def _write(act: object) -> None:
    try:
        act()  # type: ignore[operator]
    except IntegrityError as error:
        raise Conflict(
            _("Another living division has this code, or the day lies before what stands."), where="code"
        ) from error


def _standing(division_id: int, day: date) -> DivisionRow:
    row = division(division_id)
    sql = "SELECT valid_from FROM identity_divisionstate WHERE division_id = %s AND valid_until IS NULL"
    states = run(sql, (division_id,))
    if row is None or not states:
        raise NotFound(_("There is no such living division."), where="division")
    if states[0][0] is not None and states[0][0] > day:
        text = _("The tree holds a newer state of this division, from %(day)s.")
        raise Conflict(text % {"day": states[0][0]}, where="as_of")
    return row


def _parent(parent: int) -> DivisionRow | None:
    row = division(parent) if parent else None
    if parent and row is None:
        raise NotFound(_("There is no such division above."), where="parent")
    return row


def _check(name: str, code: str, level: str, parent: DivisionRow | None) -> str:
    """Return the code as written, or raise :class:`BadInput` for what cannot be."""
    if not name or len(name) > 80:
        raise BadInput(_("The name is missing or longer than 80 characters."), where="name")
    if level not in LEVELS:
        raise BadInput(_("This is not a level of the division tree."), where="level")
    if parent is not None and LEVELS.index(parent.level) >= LEVELS.index(level) and parent.level != "park":
        raise BadInput(_("A division can only be part of one of a higher level."), where="parent")
    if not code:
        return ""
    try:
        trimmed = codes.trimmed(code)
    except codes.BadCode as error:
        text = _("This is not a division code of 2, 4, 6, 9 or 12 digits.")
        raise BadInput(text, where="code") from error
    if codes.LENGTH_OF_LEVEL.get(level) != len(trimmed):
        raise BadInput(_("This code does not fit the level."), where="code")
    return codes.written(trimmed)


def _statistical(code: str, name: str) -> bool:
    return codes.is_statistical(codes.trimmed(code), name)
