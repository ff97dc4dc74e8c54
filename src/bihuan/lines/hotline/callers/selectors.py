"""Read who asked: what an actor may know of it, and what the same caller asked before."""

from collections.abc import Sequence
from dataclasses import dataclass

from bihuan.kernel.errors import FieldErrors
from bihuan.kernel.flow import registry
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity.actors import Actor, Kind
from bihuan.kernel.people import selectors as people
from bihuan.kernel.permits.rules import in_scope, relations, sees
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.contracts import OPEN, ORDER, REPORT

#: The hotline's own desk.
DESK = frozenset({"operator", "coordinator"})
#: How many earlier orders of a caller are shown.
SHOWN = 8


@dataclass(frozen=True, slots=True)
class CallerRow:
    """The caller of an order as stored; ``person`` 0 where none is known."""

    matter: int
    person: int
    secrecy: str
    against: int


@dataclass(frozen=True, slots=True)
class Known:
    """What an actor may know of a caller: masked name and phone, or nothing but that it is hidden."""

    name: str = ""
    phone: str = ""
    secrecy: str = OPEN
    hidden: bool = False
    reveals: bool = False


def caller(matter: int) -> CallerRow | None:
    """Return who asked in an order; None where that was never written down."""
    rows = run("SELECT matter, person, secrecy, against FROM hotline_caller WHERE matter = %s", (matter,))
    return CallerRow(*rows[0]) if rows else None


def at_desk(actor: Actor, row: MatterRow) -> bool:
    """Whether the actor stands at the hotline's desk over the place of the order."""
    return actor.role in DESK and in_scope(actor, row)


def may_know(actor: Actor, row: MatterRow, asked: CallerRow) -> bool:
    """Whether the actor may know the caller: the desk; who handles it, unless the caller asked to be hidden.

    The unit complained of never may, whatever else it is to the order.
    """
    if actor.kind is Kind.SYSTEM or at_desk(actor, row):
        return True
    if asked.secrecy != OPEN or (asked.against and asked.against == actor.unit):
        return False
    return bool({"holder", "lead", "support"} & relations(actor, row))


def known(actor: Actor, row: MatterRow) -> Known | None:
    """Return what the actor may know of the caller; None where nobody is on record."""
    asked = caller(row.id)
    if asked is None:
        return None
    if not may_know(actor, row, asked):
        return Known(secrecy=asked.secrecy, hidden=True)
    shown = people.masked([asked.person]).get(asked.person) if asked.person else None
    if shown is None:
        return Known(secrecy=asked.secrecy)
    return Known(shown.name, shown.phone, asked.secrecy, reveals=True)


def before(actor: Actor, phone: str, but: int = 0) -> list[MatterRow]:
    """Return what was asked from this phone before, newest first, as far as the actor sees it; none for no number.

    An anonymous caller is nobody's history, and a confidential one only the desk's.
    """
    try:
        found = people.find_by_phone(phone) if phone else []
    except FieldErrors:
        return []
    return asked_by(actor, found, but)


def asked_by(actor: Actor, persons: Sequence[int], but: int = 0) -> list[MatterRow]:
    """Return what these persons asked before, newest first, as far as the actor sees it."""
    if not persons:
        return []
    sql = """SELECT matter FROM hotline_caller WHERE person = ANY(%s) AND person > 0 AND matter <> %s
             ORDER BY matter DESC LIMIT %s"""
    ids = [row[0] for row in run(sql, (list(persons), but, SHOWN * 2))]
    rows = flow.by_ids(ids)
    return [rows[one] for one in ids if one in rows and opens(actor, rows[one])][:SHOWN]


def opens(actor: Actor, row: MatterRow) -> bool:
    """Whether the actor sees the order and may open it."""
    return sees(actor, row) and registry.may_open(actor, row)


def same_person(phone: str, name_mask: str) -> int:
    """Return the person on record with this phone and a name of the same shape; 0 for nobody."""
    found = people.find_by_phone(phone)
    shown = people.masked(found)
    return next((one for one in reversed(found) if one in shown and shown[one].name == name_mask), 0)


def needs_to_know(actor: Actor, row: MatterRow) -> bool:
    """Who may open a report of wrongdoing: the desk, the supervision office, who handles it, who filed it.

    Others who see its place don't learn that there is one; the unit reported never does.
    """
    if actor.kind in {Kind.SYSTEM, Kind.LINK} or row.value("type") != REPORT or row.kind != ORDER:
        return True
    if row.value("against") and row.value("against") == actor.unit:
        return False
    if actor.role in {*DESK, "supervisor", "auditor"}:
        return True
    return bool({"holder", "lead", "creator"} & relations(actor, row))


def secrecies(matters: Sequence[int]) -> dict[int, str]:
    """Return how far the callers of these orders may be known."""
    return dict(run("SELECT matter, secrecy FROM hotline_caller WHERE matter = ANY(%s)", (list(matters),)))
