"""Edit how bodies stand to each other and the habits of an office: rows are added, and each change is an entry.

The entries stand in the house's administrative chain; a source is words and stays in its row.
"""

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict, NotFound, Refused
from bihuan.kernel.identity.actions.record import record
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.rights import has_right, need
from bihuan.kernel.identity.selectors.units import unit
from bihuan.kernel.now import today
from bihuan.kernel.orders.words import PRACTICES, RELATIONS
from bihuan.kernel.store.sql import atomic, run

#: The administrative right that opens these tables.
RIGHT = "orders.rules"


@dataclass(frozen=True, slots=True)
class RelationRow:
    """How one body stands to another from a day on; ``valid_until`` is the first day it no longer does."""

    id: int
    issuer: int
    addressee: int
    relation: str
    source: str
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class PracticeRow:
    """A habit of an office from a day on: ``value`` 1 where it is the rule, 0 where it no longer is."""

    id: int
    rule: str
    value: int
    division: int
    source: str
    valid_from: date


def relations() -> list[RelationRow]:
    """Return the relations that hold or will, the latest day first."""
    rows = run(
        "SELECT id, issuer, addressee, relation, source, valid_from, valid_until FROM orders_relation"
        " WHERE valid_until IS NULL OR valid_until > %s ORDER BY valid_from DESC, id DESC",
        (today(),),
    )
    return [RelationRow(*row) for row in rows]


def practices() -> list[PracticeRow]:
    """Return all habits as written down, the latest day first."""
    rows = run(
        "SELECT id, rule, value, division, source, valid_from FROM orders_practice ORDER BY valid_from DESC, id DESC"
    )
    return [PracticeRow(*row) for row in rows]


def set_relation(
    actor: Actor, issuer: int, addressee: int, relation: str, source: str, *, valid_from: date | None = None
) -> int:
    """Say how one body stands to another from a day on and return the row's id; what held before ends with it.

    Raises BadInput for one body, an unknown relation or no source, Conflict for a second row of
    the same day, Refused outside the actor's divisions.
    """
    _reach(actor, issuer)
    if issuer == addressee or unit(addressee) is None:
        raise BadInput(_("Name two different bodies."), where="addressee")
    if relation not in dict(RELATIONS):
        raise BadInput(_("Please choose one from the list."), where="relation")
    since, rests_on = valid_from or today(), _sourced(source)
    with atomic():
        run(
            "UPDATE orders_relation SET valid_until = %s WHERE issuer = %s AND addressee = %s AND valid_from < %s"
            " AND (valid_until IS NULL OR valid_until > %s)",
            (since, issuer, addressee, since, since),
        )
        key = _put(
            "INSERT INTO orders_relation (issuer, addressee, relation, source, valid_from)"
            " VALUES (%s, %s, %s, %s, %s) RETURNING id",
            (issuer, addressee, relation, rests_on, since),
        )
        facts = {"row": key, "issuer": issuer, "addressee": addressee, "relation": relation}
        record(actor, "orders.relation", {**facts, "valid_from": since.isoformat()})
    return key


def end_relation(actor: Actor, key: int, last: date) -> None:
    """Let a relation end with a day; from then on it follows again from what is known of the two bodies."""
    with atomic():
        rows = run("SELECT issuer, valid_from FROM orders_relation WHERE id = %s FOR UPDATE", (key,))
        if not rows:
            raise NotFound(_("There is no such row."), where="relation")
        issuer, since = rows[0]
        _reach(actor, issuer)
        if last < since:
            raise BadInput(_("The last day lies before the first."), where="last")
        until = date.fromordinal(last.toordinal() + 1)
        run("UPDATE orders_relation SET valid_until = %s WHERE id = %s", (until, key))
        record(actor, "orders.relation_end", {"row": key, "last": last.isoformat()})


def set_practice(
    actor: Actor, rule: str, holds: bool, source: str, *, division: int = 0, valid_from: date | None = None
) -> int:
    """Say from a day on whether a habit is the rule at a place (0: the whole house), and return the row's id."""
    need(actor, RIGHT, division)
    if not division and not has_right(actor, "admin.house"):
        raise Refused(_("This would hold for the whole house. Name a division of yours, or ask who runs it."))
    if rule not in dict(PRACTICES):
        raise BadInput(_("Please choose one from the list."), where="rule")
    since, rests_on = valid_from or today(), _sourced(source)
    with atomic():
        key = _put(
            "INSERT INTO orders_practice (rule, value, division, source, valid_from)"
            " VALUES (%s, %s, %s, %s, %s) RETURNING id",
            (rule, int(holds), division, rests_on, since),
        )
        facts = {"row": key, "rule": rule, "value": int(holds), "division": division}
        record(actor, "orders.practice", {**facts, "valid_from": since.isoformat()})
    return key


def _reach(actor: Actor, issuer: int) -> None:
    found = unit(issuer)
    if found is None:
        raise BadInput(_("Name two different bodies."), where="issuer")
    need(actor, RIGHT, found.division)


def _sourced(source: str) -> str:
    if not source.strip():
        raise BadInput(
            _("Name the rule or decision this rests on; “示例” if there is none yet."), where="source"
        )
    return source.strip()[:200]


def _put(sql: str, values: tuple[object, ...]) -> int:
    try:
        with atomic():
            return int(run(sql, values)[0][0])
    except IntegrityError as error:
        raise Conflict(
            _("A row of that day stands already. Choose another day."), where="valid_from"
        ) from error
