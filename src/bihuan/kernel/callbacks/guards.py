"""Guards and effects of the contact. A changed meaning is a new revision, never an edit."""

from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.callbacks.words import CONTACT
from bihuan.kernel.flow.registry import Context, effect, guard, narrow, reader
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity.actors import Actor, Kind
from bihuan.kernel.store.sql import run

#: Who calls back: the centre, or the supervision office where the centre itself was rated.
DESK_ROLES = frozenset({"coordinator", "supervisor"})


@guard("callbacks.own@1")
def own(context: Context) -> str | None:
    """Whoever is rated never fills in the grade, and who filled it in stays on record."""
    if context.actor.kind not in {Kind.PARTY, Kind.LINK}:
        return _("The grade is given by whom it was for, on a device of their own.")
    context.facts["way"] = "link" if context.actor.kind is Kind.LINK else "account"
    return None


@reader(CONTACT)
def needs_to_know(actor: Actor, row: MatterRow) -> bool:
    """Who rated is known to themselves and to the desk that calls back; the rated unit and its leaders read reasons."""
    if actor.kind in {Kind.PARTY, Kind.LINK, Kind.SYSTEM} or actor.role == "auditor":
        return True
    return actor.role in DESK_ROLES and actor.unit != row.value("rated", 0)


@narrow(CONTACT)
def those_needed(actor: Actor) -> tuple[str, list[Any]]:
    """Say the same for lists: a contact's title and code tell whom the matter was for."""
    if actor.kind in {Kind.PARTY, Kind.LINK, Kind.SYSTEM} or actor.role == "auditor":
        return "true", []
    if actor.role in DESK_ROLES:
        return "coalesce((m.data ->> 'rated')::bigint, 0) <> %s", [actor.unit]
    return "false", []


@guard("callbacks.another_unit@1")
def another_unit(context: Context) -> str | None:
    """A unit does not call back about itself."""
    if context.actor.unit and context.actor.unit == context.row.value("rated", 0):
        return _("Your unit was rated; another one has to call back.")
    return None


@guard("callbacks.by_phone@1")
def by_phone(context: Context) -> str | None:
    """A grade written down by the call-back desk is marked as such."""
    context.facts["way"] = "phone"
    return None


@guard("callbacks.missed@1")
def missed(context: Context) -> str | None:
    """Count the calls nobody answered."""
    context.facts["missed"] = context.row.value("missed", 0) + 1
    return None


@guard("callbacks.once_again@1")
def once_again(context: Context) -> str | None:
    """One second rating (追评), never a third."""
    if context.row.value("second"):
        return _("A second rating was asked for already.")
    context.facts["second"] = True
    return None


@effect("callbacks.asked@1")
def asked(context: Context) -> None:
    """Note which episode of which matter the contact asks about: the database refuses a second one."""
    run(
        "INSERT INTO callbacks_asking (contact, parent, turn, unit, reminded) VALUES (%s, %s, %s, %s, 0)",
        (context.row.id, context.row.parent, context.values["turn"], context.values.get("rated", 0)),
    )
