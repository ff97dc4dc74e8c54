"""Read the duty catalogue, standard answers, refusals, rulings and the limits a place works by."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bihuan.kernel.identity.actors import Scope
from bihuan.kernel.now import today
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.contracts import SCHEMES, TYPES
from bihuan.logic.terms import terms_for

#: How many standard answers are offered for a text.
OFFERED = 5
#: The scheme a house works by until it chooses one.
DEFAULT = "tiers"


@dataclass(frozen=True, slots=True)
class DutyRow:
    """A class, the unit in charge of it by the catalogue, and what callers say."""

    id: int
    name: str
    unit: int
    tier: str
    words: tuple[str, ...]
    basis: str
    #: "yes" where neighbours may hear that such a thing was reported.
    told: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A standard answer that holds today."""

    id: int
    name: str
    answer: str
    unit: int
    basis: str
    review_on: date
    expires_on: date


@dataclass(frozen=True, slots=True)
class RefusalRow:
    """What is not accepted, and what the caller is told."""

    id: int
    name: str
    words: tuple[str, ...]
    goes_to: str
    source: str


@dataclass(frozen=True, slots=True)
class RulingRow:
    """A ruling that holds: orders of a class (``name``) go to this unit, as was ruled on a matter (its code)."""

    id: int
    name: str
    unit: int
    reason: str
    matter: str


def places(scope: Scope) -> list[int]:
    """Return the divisions something lies in, from the largest; 0 stands for the whole house."""
    return [0, *(key for name in Scope.__dataclass_fields__ if (key := getattr(scope, name)))]


def duties(scope: Scope) -> list[DutyRow]:
    """Return the catalogue that holds in a place, by name."""
    sql = """SELECT id, name, unit, tier, words, basis, told FROM hotline_duty
             WHERE withdrawn_at IS NULL AND division = ANY(%s) ORDER BY name, id"""
    return [_duty(row) for row in run(sql, (places(scope),))]


def by_ids(ids: Iterable[int]) -> dict[int, DutyRow]:
    """Return classes by id, those taken out of the catalogue, too: old orders still name them."""
    sql = "SELECT id, name, unit, tier, words, basis, told FROM hotline_duty WHERE id = ANY(%s)"
    return {row[0]: _duty(row) for row in run(sql, (sorted(set(ids)),))}


def live(duty: int) -> bool:
    """Whether a class stands in the catalogue today."""
    return bool(run("SELECT 1 FROM hotline_duty WHERE id = %s AND withdrawn_at IS NULL", (duty,)))


def _duty(row: Sequence[object]) -> DutyRow:
    key, name, unit, tier, words, basis, told = row
    heard = tuple(str(words).split())
    return DutyRow(int(str(key)), str(name), int(str(unit)), str(tier), heard, str(basis), str(told))


def unit_for(duty: DutyRow, scope: Scope) -> tuple[int, str]:
    """Return (unit, code of the ruling or ""): a ruling for the nearest place goes before the catalogue."""
    found = ruling(duty.id, scope)
    return (found.unit, found.matter) if found else (duty.unit, "")


_RULING = """SELECT r.id, d.name, r.unit, r.reason, r.matter FROM hotline_ruling r JOIN hotline_duty d ON d.id = r.duty
             WHERE r.withdrawn_at IS NULL AND r.division = ANY(%s)"""


def ruling(duty: int, scope: Scope) -> RulingRow | None:
    """Return the ruling by which orders of a class are dispatched in a place: the nearest place's; None for none."""
    found = places(scope)
    sql = f"{_RULING} AND r.duty = %s ORDER BY array_position(%s::bigint[], r.division) DESC LIMIT 1"
    rows = run(sql, (found, duty, found))
    return RulingRow(*rows[0]) if rows else None


def rulings(scope: Scope) -> list[RulingRow]:
    """Return the rulings that hold in a place, by class."""
    return [RulingRow(*row) for row in run(f"{_RULING} ORDER BY d.name, r.id", (places(scope),))]


def answers(scope: Scope, text: str, day: date | None = None) -> list[Answer]:
    """Return the standard answers that hold on a day and share words with a text, the likest first."""
    said = set(terms_for("", text))
    if not said:
        return []
    found = [(len(said & set(terms_for("", one.name))), one) for one in standing(scope, day or today())]
    return [one for alike, one in sorted(found, key=lambda pair: (-pair[0], pair[1].id)) if alike][:OFFERED]


_STANDING = """SELECT id, name, answer, unit, basis, review_on, expires_on FROM hotline_knowledge
               WHERE withdrawn_at IS NULL AND division = ANY(%s) AND expires_on >= %s ORDER BY name, id"""


def standing(scope: Scope, day: date) -> list[Answer]:
    """Return the standard answers that have not expired on a day."""
    return [Answer(*row) for row in run(_STANDING, (places(scope), day))]


def answer(key: int, day: date | None = None) -> Answer | None:
    """Return a standard answer that holds on a day; None when it expired or was taken out."""
    sql = """SELECT id, name, answer, unit, basis, review_on, expires_on FROM hotline_knowledge
             WHERE id = %s AND withdrawn_at IS NULL AND expires_on >= %s"""
    rows = run(sql, (key, day or today()))
    return Answer(*rows[0]) if rows else None


def refusals(scope: Scope) -> list[RefusalRow]:
    """Return what is not accepted in a place."""
    sql = """SELECT id, name, words, goes_to, source FROM hotline_refusal
             WHERE withdrawn_at IS NULL AND division = ANY(%s) ORDER BY name, id"""
    return [
        RefusalRow(key, name, tuple(words.split()), to, source)
        for key, name, words, to, source in run(sql, (places(scope),))
    ]


def refused(scope: Scope, text: str) -> list[RefusalRow]:
    """Return the refusals whose words stand in a text; a person decides."""
    return [one for one in refusals(scope) if any(word in text for word in one.words)]


def scheme(scope: Scope, day: date | None = None) -> str:
    """Return the name of the set of limits that holds in a place: the nearest place's latest."""
    found = places(scope)
    sql = """SELECT name FROM hotline_scheme WHERE division = ANY(%s) AND since <= %s
             ORDER BY array_position(%s::bigint[], division) DESC, since DESC LIMIT 1"""
    rows = run(sql, (found, day or today(), found))
    return str(rows[0][0]) if rows else DEFAULT


def tier_for(kind: str, duty: DutyRow | None, scope: Scope) -> str:
    """Return under which limit an order runs: the class's own, else what the place's scheme says of its type."""
    if duty is not None and duty.tier:
        return duty.tier
    return SCHEMES[scheme(scope)][1][kind if kind in dict(TYPES) else "help"]
