"""Keep the duty catalogue, standard answers, refusals, rulings and the choice of limits."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict
from bihuan.kernel.identity import rights
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.now import today
from bihuan.kernel.registers import actions as registers
from bihuan.kernel.registers.registry import Register
from bihuan.kernel.store.sql import atomic, run
from bihuan.lines.hotline.contracts import SCHEMES
from bihuan.lines.hotline.registers import RULINGS

#: Who keeps the tables of the line.
KEEP = "hotline.keep"


def keep(
    actor: Actor, register: Register, row_id: int | None, values: Mapping[str, Any], *, cause: str = "", key: str = "",
    division: int = 0,
) -> int:  # fmt: skip
    """Write one row of a table of the line, in the actor's own place unless a division is named; return its id.

    Conflict when the same thing stands there already.
    """
    place = division or actor.division
    rights.need(actor, KEEP, division=place)
    scope = scope_of(place) if row_id is None else None
    try:
        with atomic():
            return registers.amend(actor, register, row_id, values, cause=cause, key=key, scope=scope)
    except IntegrityError as error:
        if "_once" not in str(error):
            raise BadInput(
                _("One of these values can't be: compare them with what the field stands for.")
            ) from error
        raise Conflict(_("The same stands in this table already.")) from error


def drop(actor: Actor, register: Register, row_id: int, cause: str) -> None:
    """Take a row out of use; orders that name it still read it."""
    rows = run(f"SELECT division FROM {register.table} WHERE id = %s", (row_id,))  # noqa: S608 - own names
    rights.need(actor, KEEP, division=rows[0][0] if rows else 0)
    registers.withdraw(actor, register, row_id, cause=cause)


def rule(actor: Actor, division: int, duty: int, unit: int, reason: str, matter: str) -> int:
    """Let a ruling hold from now on: such a class goes to this unit in this place. A newer one takes its place."""
    sql = "SELECT id FROM hotline_ruling WHERE division = %s AND duty = %s AND withdrawn_at IS NULL"
    rows = run(sql, (division, duty))
    said = {"duty": str(duty), "unit": str(unit), "reason": reason, "matter": matter}
    scope = None if rows else scope_of(division)
    return registers.amend(actor, RULINGS, rows[0][0] if rows else None, said, cause=matter, scope=scope)


def choose(actor: Actor, name: str, source: str, since: date | None = None) -> None:
    """Choose the set of limits of one's place, from a day on; running clocks keep theirs."""
    rights.need(actor, KEEP, division=actor.division)
    if name not in SCHEMES:
        raise BadInput(_("Please choose one from the list."), where="name")
    if not source.strip():
        raise BadInput(_("Please name the document this rests on."), where="source")
    run(
        "INSERT INTO hotline_scheme (division, name, since, source) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (division, since) DO UPDATE SET name = excluded.name, source = excluded.source",
        (actor.division, name, since or today(), source.strip()[:300]),
    )
