"""Guards and effects of items, requests and meetings. A changed meaning is a new revision, never an edit."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from bihuan.kernel.errors import Conflict
from bihuan.kernel.flow.registry import Context, effect, guard
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.flow.selectors import by_ids
from bihuan.kernel.identity.actors import LEVELS, Kind
from bihuan.kernel.meetings import climbing, register
from bihuan.kernel.meetings.about import about, scope_of
from bihuan.kernel.meetings.selectors.deciding import Deciders
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import atomic, run

# Items and requests -----------------------------------------------------------------------------------


@guard("meetings.proposable@1")
def proposable(context: Context) -> str | None:
    """An open matter, its next rung (or a reason for passing one over), and the chair the tables name."""
    row = context.row
    if context.actor.kind is Kind.SYSTEM:
        return None  # the house's own finder has read the same tables for all of its rows at once
    stuck = by_ids([row.parent]).get(row.parent)
    if stuck is None or not stuck.open or stuck.line == "meetings":
        return _("Only an open matter can be proposed for a meeting.")
    return _off_the_ladder(context, stuck)


def _off_the_ladder(context: Context, stuck: MatterRow) -> str | None:
    """Return what is wrong with the rung or chair a person names."""
    row, values, scope, place = context.row, context.values, scope_of(stuck), context.values["place"]
    deciders = Deciders.load()
    rung = deciders.rung(scope, place)
    if rung is None:
        return _("There is no such rung here.")
    asked = rung.request and row.kind == "meetings.item"
    if asked and not climbing.approved(stuck.id, place):
        return _("This rung needs a request approved by the leader in charge first.")
    free = climbing.next_place(climbing.steps_of([stuck.id]).get(stuck.id, []), deciders.rungs(scope))
    if not asked and not 0 < place <= free and not values.get("skip"):
        return _("This would pass over a rung: say why.")
    chair = deciders.find(scope, place - (row.kind == "meetings.request"), about(stuck))
    if chair is None or (chair.post, chair.unit) != (values["post"], values["unit"]):
        return _("Another chair decides about this: see the table of portfolios.")
    return None


@guard("meetings.chair@1")
def chair(context: Context) -> str | None:
    """An item passes only to whoever the tables name now."""
    row = context.row
    if context.actor.kind is Kind.SYSTEM:
        return None
    stuck = by_ids([row.parent])[row.parent]
    place = int(row.value("place", 0)) - (row.kind == "meetings.request")
    found = Deciders.load().find(scope_of(stuck), place, about(stuck))
    if found is None or found.post != context.values["post"]:
        return _("Another chair decides about this: see the table of portfolios.")
    return None


@guard("meetings.answerer@1")
def answerer(context: Context) -> str | None:
    """Before a meeting only the chair answers; what a meeting decided its secretary writes down."""
    if context.row.stage == "proposed" and context.row.holder_post != context.actor.post:
        return _("Only the chair it waits for can answer this.")
    return None


@guard("meetings.higher@1")
def higher(context: Context) -> str | None:
    """There must be a rung above."""
    rungs = Deciders.load().rungs(scope_of(context.row))
    if all(rung.place <= int(context.row.value("place", 0)) for rung in rungs):
        return _("There is no rung above this one.")
    return None


@guard("meetings.put_off@1")
def put_off(context: Context) -> str | None:
    """Count how often a meeting put it off; the count stays with it from meeting to meeting."""
    context.facts["tabled"] = int(context.row.value("tabled", 0)) + 1
    return None


@guard("meetings.by_name@1")
def by_name(context: Context) -> str | None:
    """Who ordered otherwise than by harm stands beside the place given."""
    if not 0 <= context.values["position"] <= 200:
        return _("Please enter a number from 0 to 200.")
    context.facts["ranked_by"] = context.actor.user
    return None


@effect("meetings.climb@1")
def climb(context: Context) -> None:
    """The matter stands on the rung; a second proposal at the same time is refused by a constraint."""
    row = context.row
    which = {"request": row.id} if row.kind == "meetings.request" else {"item": row.id}
    try:
        with atomic():
            climbing.enter(row.parent, context.values["place"], now(), **which)
    except IntegrityError as error:
        raise Conflict(_("This matter is proposed for a meeting already."), where="matter") from error


@effect("meetings.left@1")
def left(context: Context) -> None:
    """It leaves the rung as the move says."""
    climbing.leave(context.row.id, context.move, now())


@effect("meetings.tabled@1")
def tabled(context: Context) -> None:
    """One more meeting put it off."""
    climbing.put_off(context.row.id)


@effect("meetings.approved@1")
def approved(context: Context) -> None:
    """The request reaches the principal as an agenda item."""
    from bihuan.kernel.meetings import actions

    actions.carry_up(context.actor, context.row)


@effect("meetings.ordered@1")
def ordered(context: Context) -> None:
    """The chair orders it without a meeting: an order is drafted and put up for signing."""
    from bihuan.kernel.meetings.actions import ordering

    ordering.order_item(context.actor, context.row, context.values)


@effect("meetings.raised@1")
def raised(context: Context) -> None:
    """It goes to the next chair, with what was said here."""
    from bihuan.kernel.meetings import actions

    actions.propose(context.actor, context.row.parent, why=context.values["reason"])


# Agendas ----------------------------------------------------------------------------------------------


@guard("meetings.meeting_open@1")
def meeting_open(context: Context) -> str | None:
    """Only a planned meeting of the same place takes an item on."""
    found = _takes_on(context)
    if isinstance(found, MatterRow):
        return None if found.division == context.row.division else _("This meeting is of another place.")
    return found


@guard("meetings.meeting_open@2")
def meeting_over(context: Context) -> str | None:
    """Only a planned meeting of the place it lies in takes an item on: its park's, street's or district's."""
    found = _takes_on(context)
    if isinstance(found, MatterRow):
        lies_in = {getattr(context.row, level) for level in LEVELS} - {0}
        return None if found.division in lies_in else _("This meeting is of another place.")
    return found


def _takes_on(context: Context) -> MatterRow | str:
    found = by_ids([context.values["meeting"]]).get(context.values["meeting"])
    if found is None or found.kind != "meetings.meeting" or found.stage != "planned":
        return _("This meeting takes no more items: it was held or cancelled.")
    return found


@effect("meetings.onto@1")
def onto(context: Context) -> None:
    """It stands on the agenda; of two meetings that want one matter, one gets it."""
    register.put_on(context.values["meeting"], context.row.id, context.row.parent)


@effect("meetings.off@1")
def off(context: Context) -> None:
    """It no longer waits on an agenda; how the meeting dealt with it stays there."""
    register.take_off(context.row.id, context.move)


@guard("meetings.held@1")
def held(context: Context) -> str | None:
    """A decision is written down of a meeting that was held."""
    sql = (
        "SELECT m.stage FROM meetings_agenda a JOIN flow_matter m ON m.id = a.meeting"
        ' WHERE a.item = %s AND a."on"'
    )
    found = run(sql, (context.row.id,))
    return None if found and found[0][0] == "held" else _("First record that the meeting was held.")


@guard("meetings.agenda_done@1")
def agenda_done(context: Context) -> str | None:
    """Minutes are issued when every item has its decision."""
    left_over = register.waiting(context.row.id)
    if left_over:
        return _("%(n)s items on the agenda still lack a decision.") % {"n": left_over}
    return None


# Meetings ---------------------------------------------------------------------------------------------


@guard("meetings.in_order@1")
def in_order(context: Context) -> str | None:
    """A meeting ends after it begins, on the same day or the next."""
    begins, ends = moments(context.values)
    if not begins < ends or (ends - begins).days >= 1:
        return _("A meeting ends after it begins, within a day.")
    return None


def moments(values: dict[str, Any]) -> tuple[datetime, datetime]:
    """Return when a meeting begins and ends."""
    return datetime.fromisoformat(values["begins"]), datetime.fromisoformat(values["ends"])


@effect("meetings.planned@1")
def planned(context: Context) -> None:
    """It stands in the register with those invited, who are told."""
    register.add(context.row, context.values)


@effect("meetings.amended@1")
def amended(context: Context) -> None:
    """Everybody invited is told of the new time or place."""
    register.amend(context.row, context.values)


@effect("meetings.invited@1")
def invited(context: Context) -> None:
    """More people are invited and told."""
    register.invite(context.row, context.values["posts"])


@effect("meetings.attended@1")
def attended(context: Context) -> None:
    """Who came."""
    register.attend(context.row.id, context.values.get("posts", []))


@effect("meetings.cancelled@1")
def cancelled(context: Context) -> None:
    """Its items go back to wait for another meeting, and everybody invited is told."""
    from bihuan.kernel.meetings import actions

    actions.give_back(context.actor, context.row.id)
    register.cancel(context.row)
