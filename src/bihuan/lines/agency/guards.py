"""Guards and effects of this line. A changed meaning is a new revision, never an edit."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from bihuan.kernel.flow.registry import Context, effect, guard
from bihuan.kernel.now import today
from bihuan.lines.agency import actions, papers, selectors
from bihuan.lines.agency.contracts import State
from bihuan.lines.agency.selectors import MandateRow, MaterialRow


@guard("agency.items_known@1")
def items_known(context: Context) -> str | None:
    """A case is about items of the catalogue; a preset adds its own."""
    wanted = list(context.values.get("items", ()))
    wanted += selectors.items_of_presets(context.values.get("preset", ()))
    known = {one.id for one in selectors.items(wanted)}
    if not wanted or set(wanted) - known:
        return _("Please choose what is to be obtained from the catalogue of approval items.")
    context.facts["items"] = sorted(known)
    if presets := list(context.values.get("preset", ())):
        context.facts["ties"] = selectors.nodes_of_presets(presets)
    return None


@effect("agency.materials_listed@1")
def materials_listed(context: Context) -> None:
    """List what the items ask for."""
    actions.list_materials(context.row.id, context.facts["items"])


@guard("agency.taken@1")
def taken(context: Context) -> str | None:
    """The case is held by an agent of one's own unit: the one named, else whoever takes it."""
    context.facts["unit"] = context.actor.unit or context.row.holder_unit
    context.facts["post"] = context.values.get("post") or context.actor.post
    return None


# The mandate -----------------------------------------------------------------------------------------------


@guard("agency.mandate_makes_sense@1")
def mandate_makes_sense(context: Context) -> str | None:
    """A mandate runs from–to, is not over already, and covers items of this case."""
    since, until = _day(context, "valid_from"), _day(context, "valid_until")
    if until < since:
        return _("The mandate ends before it begins.")
    if until < today():
        return _("This mandate has lapsed already.")
    if set(context.values.get("scope", ())) - set(selectors.item_ids(context.row)):
        return _("The mandate names items that are not part of this case.")
    return None


def _day(context: Context, name: str) -> date:
    return date.fromisoformat(context.values[name])


@effect("agency.mandate_kept@1")
def mandate_kept(context: Context) -> None:
    """Put the mandate in force; one before it ends."""
    actions.keep_mandate(
        context.row,
        _day(context, "valid_from"),
        _day(context, "valid_until"),
        context.values.get("scope", ()),
        renews=context.move == "renew",
    )


@guard("agency.mandate_revoked@1")
def mandate_revoked(context: Context) -> str | None:
    """Only a mandate in force can be revoked."""
    if selectors.mandated(context.row.id) is None:
        return _("No mandate is in force.")
    return None


@effect("agency.mandate_ended@1")
def mandate_ended(context: Context) -> None:
    """The mandate is over: revoked by the client, or the case is closed."""
    actions.end_mandate(context.row.id, revoked=context.move == "revoke")


@guard("agency.mandated@1")
def mandated(context: Context) -> str | None:
    """Nobody acts for a client without a mandate in force that covers what is done."""
    held = selectors.mandates(context.row.id)
    found = next((one for one in held if one.holds(today())), None)
    if found is None:
        return _no_mandate(held[0] if held else None)
    if found.items:
        outside = _items_meant(context) - set(found.items)
        if outside:
            names = "、".join(one["name"] for one in selectors.items(sorted(outside)))
            return _("The mandate does not cover: %(items)s.") % {"items": names}
    return None


def _no_mandate(last: MandateRow | None) -> str:
    if last is None:
        return _("The client has given no mandate yet: without a signed mandate nothing is done for him.")
    if last.revoked:
        return _("The client has revoked the mandate on %(day)s: nothing may be done for him any more.") % {
            "day": last.ended
        }
    if last.since > today():
        return _("The mandate begins on %(day)s: nothing may be done before.") % {"day": last.since}
    return _("The mandate has lapsed on %(day)s: have it renewed first.") % {"day": last.until}


def _items_meant(context: Context) -> set[int]:
    """Return the items a move is about: those of the materials it names, else all of the case."""
    named = {number for name in (*_STATED, "materials", "owed") for number in context.values.get(name, ())}
    if not named:
        return set(selectors.item_ids(context.row))
    return {one.item for one in selectors.materials(context.row.id) if one.number in named}


# Materials ---------------------------------------------------------------------------------------------------

_STATED = (State.HAVE, State.MISSING, State.WAIVED)


def _named(context: Context, numbers: Sequence[int]) -> tuple[list[MaterialRow], str]:
    by_number = {one.number: one for one in selectors.materials(context.row.id)}
    unknown = [str(number) for number in numbers if number not in by_number]
    objection = (
        _("The case has no material with the number %(number)s.") % {"number": unknown[0]} if unknown else ""
    )
    return [by_number[number] for number in numbers if number in by_number], objection


@guard("agency.own_hand@1")
def own_hand(context: Context) -> str | None:
    """What only the client may sign needs his own hand and the signed paper; no material has two states."""
    stated = [number for name in _STATED for number in context.values.get(name, ())]
    found, objection = _named(context, stated)
    if objection:
        return objection
    if len(stated) != len(set(stated)):
        return _("A material can't be in two states at once.")
    if any(one.state == State.OWED for one in found):
        return _("What is owed has its own matter: record there that it was handed in.")
    at_hand = set(context.values.get("have", ()))
    own = [one.name for one in found if one.own_hand and one.number in at_hand]
    if own and context.values.get("signed") != "client":
        return _("The agent can't sign for the client: %(names)s. State that the client signed himself.") % {
            "names": "、".join(own)
        }
    if own and not context.values.get("evidence"):
        return _("Please attach what the client signed himself: %(names)s.") % {"names": "、".join(own)}
    return None


@effect("agency.materials_kept@1")
def materials_kept(context: Context) -> None:
    """Write the states of the materials."""
    for state in _STATED:
        actions.set_state(context.row.id, context.values.get(state, ()), state)


@guard("agency.materials_ready@1")
def materials_ready(context: Context) -> str | None:
    """Nothing may be missing when it is submitted; what comes later is registered as owed."""
    lacking = [one.name for one in selectors.materials(context.row.id) if one.state == State.MISSING]
    if lacking:
        return _("Still missing: %(names)s.") % {"names": "、".join(lacking)}
    return None


@guard("agency.may_be_owed@1")
def may_be_owed(context: Context) -> str | None:
    """Only what the catalogue allows is accepted later, and by a day still to come."""
    found, objection = _named(context, context.values["owed"])
    if objection:
        return objection
    refused = [one.name for one in found if not one.later or one.state != State.MISSING]
    if refused:
        return _("The catalogue does not allow this to be handed in later: %(names)s.") % {
            "names": "、".join(refused)
        }
    if _day(context, "due") <= today():
        return _("Please choose a day that is still to come.")
    return None


@effect("agency.owed_registered@1")
def owed_registered(context: Context) -> None:
    """Open the matter whose clock runs for what is owed."""
    actions.register_owed(context.row, context.values)


@effect("agency.owed_delivered@1")
def owed_delivered(context: Context) -> None:
    """What was owed is at hand."""
    actions.settle_owed(context.row.id, State.HAVE)


@effect("agency.owed_waived@1")
def owed_waived(context: Context) -> None:
    """What was owed is not needed any more."""
    actions.settle_owed(context.row.id, State.WAIVED)


@effect("agency.breach_opened@1")
def breach_opened(context: Context) -> None:
    """What was promised did not come: the supervision office decides what follows."""
    actions.open_breach(context.row)


# Asked once --------------------------------------------------------------------------------------------------


@guard("agency.notice_once@1")
def notice_once(context: Context) -> str | None:
    """What is missing is asked for once and completely; again only with a new reason and a name for who forgot."""
    found, objection = _named(context, context.values["materials"])
    if objection:
        return objection
    named = {one.number for one in found}
    everything = selectors.materials(context.row.id)
    forgotten = [one.name for one in everything if one.state == State.MISSING and one.number not in named]
    if forgotten:
        return _("Ask for everything at once. Also missing: %(names)s.") % {"names": "、".join(forgotten)}
    before = selectors.notices(context.row.id)
    again, fault = context.values.get("again"), context.values.get("fault")
    if before and not (again and fault):
        return _(
            "The client was asked on %(day)s. Once more needs a new reason and who should have said so."
        ) % {"day": before[0].at.date()}
    if not before and (again or fault):
        return _("Nothing was asked for before: no fault can be recorded.")
    context.facts["noticed"] = len(before) + 1
    return None


@effect("agency.notice_kept@1")
def notice_kept(context: Context) -> None:
    """Keep the notice; the database holds that only one has no reason."""
    actions.keep_notice(context.row, context.values, context.facts["noticed"])


# Joint pre-review ----------------------------------------------------------------------------------------------


@effect("agency.opinions_asked@1")
def opinions_asked(context: Context) -> None:
    """Ask each authority, each with its own clock."""
    actions.ask_opinions(context.row, context.values["authorities"])


@guard("agency.opinions_in@1")
def opinions_in(context: Context) -> str | None:
    """Summed up is what every authority said, or did not say in its time; nobody is left out before."""
    waiting = [one for one in selectors.children(context.row.id, selectors.OPINION) if one.open]
    early = [one for one in waiting if not actions.overdue(one)]
    if early:
        return _("%(count)d opinions are still awaited within their time.") % {"count": len(early)}
    if context.values["verdict"] == "agree" and any(
        one.value("verdict") == "refuse"
        for one in selectors.children(context.row.id, selectors.OPINION)
        if one.closed and one.created >= context.row.moved
    ):
        return _("An authority says it can't be approved: the consolidated opinion can't say otherwise.")
    context.facts["silent"] = len(waiting)
    return None


@effect("agency.opinions_closed@1")
def opinions_closed(context: Context) -> None:
    """Close the questions nobody answered in time."""
    actions.close_silent(context.row.id)


# At the authority ------------------------------------------------------------------------------------------------


@guard("agency.submitted_makes_sense@1")
def submitted_makes_sense(context: Context) -> str | None:
    """Accepted by the authority is a day behind us, not before the client applied; decided is one ahead."""
    accepted = _day(context, "submitted_on")
    if accepted > today():
        return _("This day is still to come.")
    if accepted < context.row.created.date():
        return _("The authority can't have accepted it before the client applied.")
    return None


@guard("agency.received@1")
def received(context: Context) -> str | None:
    """The day can be; only with a mandate in force the agent receives what was granted."""
    decided = _day(context, "decided_on")
    if decided > today():
        return _("This day is still to come.")
    if decided < date.fromisoformat(context.row.value("submitted_on")):
        return _("It can't have been decided before it was submitted.")
    if context.values["received_by"] == "agent":
        return mandated(context)
    return None


@guard("agency.stood@1")
def stood(context: Context) -> str | None:
    """Remember where the case stood when it was suspended."""
    context.facts["stood"] = context.row.stage
    return None


@guard("agency.stood_before@1")
def stood_before(context: Context) -> str | None:
    """It had not been submitted when it was suspended."""
    if context.row.value("stood") == "submitted":
        return _("It lay with the authority when it was suspended: go on there.")
    return None


@guard("agency.stood_submitted@1")
def stood_submitted(context: Context) -> str | None:
    """It lay with the authority when it was suspended."""
    if context.row.value("stood") != "submitted":
        return _("It had not been submitted when it was suspended: go on with the materials.")
    return None


# Papers -----------------------------------------------------------------------------------------------------


@effect("agency.paper_accepted@1")
def paper_accepted(context: Context) -> None:
    """Issue the receipt, and draft the mandate for the client to sign."""
    actions.issue(context.actor, context.row, papers.RECEIPT, context.values)
    actions.draft(context.actor, context.row, papers.MANDATE, context.values)


@effect("agency.paper_mandated@1")
def paper_mandated(context: Context) -> None:
    """The mandate that was drafted gets its term and its number."""
    actions.issue(context.actor, context.row, papers.MANDATE, context.values)


@effect("agency.paper_renewed@1")
def paper_renewed(context: Context) -> None:
    """Issue the renewed mandate."""
    actions.issue(context.actor, context.row, papers.RENEWAL, context.values)


@effect("agency.paper_suspended@1")
def paper_suspended(context: Context) -> None:
    """Issue the slip of suspension."""
    actions.issue(context.actor, context.row, papers.SUSPENSION, context.values)


@effect("agency.paper_closed@1")
def paper_closed(context: Context) -> None:
    """Issue the slip of closing: finished or ended."""
    actions.issue(context.actor, context.row, papers.CLOSING, context.values)
