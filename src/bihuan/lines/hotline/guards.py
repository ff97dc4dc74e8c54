"""Guards and effects of orders and their parts. A changed meaning is a new revision, never an edit."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.clock.values import start_values
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.registry import Context, effect, guard, narrow, reader
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity.actors import SYSTEM, Actor, Kind
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.now import local, now
from bihuan.lines.hotline import selectors
from bihuan.lines.hotline.callers import selectors as callers
from bihuan.lines.hotline.contracts import COMPLAIN, ORDER, REPORT, URGENT
from bihuan.lines.hotline.duties import actions as duties_kept
from bihuan.lines.hotline.duties import selectors as duties
from bihuan.lines.hotline.grids import points
from bihuan.lines.hotline.grids import selectors as grids
from bihuan.lines.hotline.joining import actions as joining
from bihuan.lines.hotline.joining import selectors as joined
from bihuan.lines.hotline.upstream import keeping as city
from bihuan.lines.hotline.upstream import selectors as upstream


@reader(ORDER)
def needs_to_know(actor: Actor, row: MatterRow) -> bool:
    """A report of wrongdoing is read by few."""
    return callers.needs_to_know(actor, row)


@narrow(ORDER)
def those_needed(actor: Actor) -> tuple[str, list[Any]]:
    """Say the same for lists."""
    if actor.kind in {Kind.SYSTEM, Kind.LINK}:
        return "true", []
    against = "coalesce((m.data ->> 'against')::bigint, 0) NOT IN (0, %s)"
    clear = f"(coalesce((m.data ->> 'against')::bigint, 0) = 0 OR {against})"
    values: list[Any] = [REPORT, actor.unit or -1]
    if actor.role in {*callers.DESK, "supervisor", "auditor"}:
        return f"(m.data ->> 'type' <> %s OR {clear})", values
    near = "m.holder_post = %s OR m.holder_unit = %s OR m.lead_unit = %s OR m.creator_user = %s"
    return (
        f"(m.data ->> 'type' <> %s OR ({clear} AND ({near})))",
        [*values, actor.post or -1, actor.unit or -1, actor.unit or -1, actor.user or -1],
    )


@guard("hotline.classed@1")
def classed(context: Context) -> str | None:
    """The class is one that stands in the catalogue; it is kept as a fact, by which figures group."""
    chosen = context.values.get("about") or []
    if not chosen:
        return None
    if len(chosen) > 1 or not duties.live(chosen[0]):
        return _("Please choose one class of the catalogue as it stands today.")
    context.facts["class"] = chosen[0]
    return None


@guard("hotline.not_complained_of@1")
def not_complained_of(context: Context) -> str | None:
    """Nobody handles a complaint about themselves."""
    against = context.row.value("against", 0)
    named = {context.values.get("unit"), *context.values.get("supports", ())}
    if against and against in named and context.row.value("type") in {COMPLAIN, REPORT}:
        return _("The complaint is about this unit; another one, such as the one above it, has to handle it.")
    return None


@guard("hotline.sent@1")
def sent(context: Context) -> str | None:
    """Note when it was dispatched: the time for a return runs from then."""
    context.facts["sent_at"] = now().isoformat()
    return None


@guard("hotline.answered_from@1")
def answered_from(context: Context) -> str | None:
    """An answer at once rests on a standard answer that holds today, or on what the desk knows itself."""
    for key in context.values.get("source") or []:
        if duties.answer(key) is None:
            return _("This standard answer has expired or was taken out; its unit has to review it first.")
    context.facts |= {"at_once": True, "solved": "solved"}
    return None


@guard("hotline.from_city@1")
def from_city(context: Context) -> str | None:
    """Only what came from the city goes back to it."""
    return (
        None if upstream.is_citys(context.row.id) else _("This order did not come from the city's platform.")
    )


@guard("hotline.own_deadline@1", early=True)
def own_deadline(context: Context) -> str | None:
    """Of the city's deadline nobody here disposes."""
    return (
        _("The city's deadline governs: ask for more time on its platform and enter its answer.")
        if upstream.has_deadline(context.row.id)
        else None
    )


@guard("hotline.citys_deadline@1", early=True)
def citys_deadline(context: Context) -> str | None:
    """Only a deadline of the city is moved by its answer."""
    if upstream.has_deadline(context.row.id):
        return None
    return _("The deadline of this order is not the city's.")


@effect("hotline.city_moved@1")
def city_moved(context: Context) -> None:
    """Keep the deadline of the city that holds now, so that the two lists agree."""
    city.keep_due(context.row.id, datetime.fromisoformat(str(context.values["until"])))


@guard("hotline.refused_by@1")
def refused_by(context: Context) -> str | None:
    """What is not accepted follows from one of the rules."""
    known = {one.id for one in duties.refusals(selectors.scope_of_row(context.row))}
    if len(context.values["rule"]) != 1 or context.values["rule"][0] not in known:
        return _("Please choose the rule by which this is not accepted.")
    return None


@guard("hotline.return_in_time@1")
def return_in_time(context: Context) -> str | None:
    """A return comes within its limit from the day it was dispatched, an urgent one within its shorter one."""
    row = context.row
    rule = "hotline.return_urgent" if row.value("tier") == URGENT else "hotline.return"
    begun = datetime.fromisoformat(row.value("sent_at") or row.created.isoformat())
    due = start_values(rule, selectors.scope_of_row(row), begun, matter_id=row.id).due
    if context.values.get("proposed") == row.lead_unit:
        return _("Please name another unit than your own.")
    if now() <= due:
        return None
    return _("The time to return it ended at %(at)s. Handle it, or ask the desk for supporting units.") % {
        "at": f"{local(due):%Y-%m-%d %H:%M}"
    }


@guard("hotline.another_unit@1")
def another_unit(context: Context) -> str | None:
    """Sending on means another unit; a ruling that lasts needs a class to hold for."""
    if context.values["unit"] == context.row.lead_unit:
        return _("It is with this unit already; rule that it stays there.")
    if context.values.get("lasting") and not context.row.value("class"):
        return _("A rule that lasts holds for a class; this order has none.")
    return None


@effect("hotline.ruled@1")
def ruled(context: Context) -> None:
    """Let the ruling hold for orders of this class in the whole district from now on."""
    if context.values.get("lasting"):
        row = context.row
        place = row.county or row.park or row.division
        reason = str(context.values["reason"])
        duties_kept.rule(context.actor, place, row.value("class"), context.values["unit"], reason, row.code)


@guard("hotline.answer_whole@1")
def answer_whole(context: Context) -> str | None:
    """An answer says when the caller was contacted, and why what is not solved is not."""
    values = context.values
    if values["contacted"] == "yes" and not (values.get("contacted_at") or context.row.value("contacted_at")):
        return _("Please say when the caller was contacted.")
    if values["solved"] != "solved" and not values.get("why_not"):
        return _("Please say why it is not, or only partly, solved.")
    context.facts["closing"] = {"solved": "solved", "partly": "partly"}.get(
        values["solved"], "policy" if values.get("why_not") == "policy" else "explained"
    )
    return None


@guard("hotline.contacted@1")
def contacted(context: Context) -> str | None:
    """Note whether the caller was contacted within the limit, counted from the dispatch; the first time counts."""
    row, values = context.row, context.values
    if row.value("prompt"):
        return None
    if values["contacted"] == "hidden":
        context.facts["prompt"] = "exempt"
        return None
    at = datetime.fromisoformat(values.get("contacted_at") or row.value("contacted_at") or now().isoformat())
    if at > now():
        return _("The caller can't have been contacted in the future.")
    begun = datetime.fromisoformat(row.value("sent_at") or row.created.isoformat())
    due = start_values("hotline.contact", selectors.scope_of_row(row), begun, matter_id=row.id).due
    context.facts["prompt"] = "yes" if values["contacted"] == "yes" and at <= due else "no"
    return None


@guard("hotline.uncontacted@1")
def uncontacted(context: Context) -> str | None:
    """Once, when the limit is over and nobody has said that the caller was contacted."""
    if context.row.value("prompt"):
        return _("This is on record already.")
    context.facts["prompt"] = "no"
    return None


@guard("hotline.was_handled@1")
def was_handled(context: Context) -> str | None:
    """Only what a unit has had goes back to it."""
    return None if context.row.lead_unit else _("No unit has had this order yet.")


@guard("hotline.was_at_desk@1")
def was_at_desk(context: Context) -> str | None:
    """What a unit has had goes back to that unit, not to the desk."""
    return _("This order goes back to the unit that had it.") if context.row.lead_unit else None


@guard("hotline.parts_back@1")
def parts_back(context: Context) -> str | None:
    """The archive waits for both: whoever leads and whoever owes its part."""
    if selectors.owed([context.row.id]):
        return _("A supporting unit or the grid still owes its feedback.")
    return None


@guard("hotline.before_due@1")
def before_due(context: Context) -> str | None:
    """More time is asked for before the time is over."""
    if context.row.due and context.row.due < now():
        return _("The time is over already; more time is asked for before that.")
    return None


@guard("hotline.kept_silent@1")
def kept_silent(context: Context) -> str | None:
    """Once, on record against the unit that owes it."""
    if context.row.value("silent"):
        return _("This is on record already.")
    context.facts["silent"] = True
    return None


@guard("hotline.relocated@1")
def relocated(context: Context) -> str | None:
    """Find the place anew by rolls and boundaries of the district; where none is known, it lies in no grid yet."""
    values, row = context.values, context.row
    said = str(values.pop("point", ""))
    point = points.typed(said)
    if said and not point:
        return _("There is no such place on earth.")
    address = (
        points.beside(str(values.get("address", "")), point) if point else str(values.get("address", ""))
    )
    if not address:
        return _("Please give the right address or its place on the map.")
    district = scope_of(row.county or row.park or row.division)
    found = grids.locate(address, district)
    if found is None and (elsewhere := grids.district_beside(address, district)):
        return _("This lies in %(place)s. Hand the order over instead of correcting its place.") % {
            "place": elsewhere
        }
    values["address"] = address
    context.place = scope_of(found.place) if found and found.place else district
    return None


@guard("hotline.lies_with_order@1")
def lies_with_order(context: Context) -> str | None:
    """What a unit owes lies where its order lies now."""
    context.place = selectors.scope_of_row(flow.by_ids([context.row.parent])[context.row.parent])
    return None


@guard("hotline.joinable@1")
def joinable(context: Context) -> str | None:
    """An order is joined to one that stands on its own, seen by whoever joins them."""
    row = context.row
    other = flow.matter(
        context.actor if context.actor.kind is not Kind.SYSTEM else SYSTEM, context.values["code"]
    )
    if other.kind != ORDER or other.id == row.id:
        return _("Please name another order.")
    if joined.twins([row.id]):
        return _("Others are handled with this order; join them the other way round.")
    root = joined.root_of(other.id) or other.id
    if root == row.id or not flow.by_ids([root])[root].open:
        return _("The other order is closed; join it to one that is being handled.")
    context.facts["root"] = root
    return None


@effect("hotline.joined@1")
def join(context: Context) -> None:
    """Write the pair down."""
    joining.join(context.row.id, context.facts["root"])


@effect("hotline.parted@1")
def part(context: Context) -> None:
    """Let it stand alone again."""
    joining.part(context.row.id)
