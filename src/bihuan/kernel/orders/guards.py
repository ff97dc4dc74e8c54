"""Guards of orders. A changed meaning is a new revision, never an edit."""

from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from bihuan.kernel.clock.values import start_values
from bihuan.kernel.flow.registry import Context, guard
from bihuan.kernel.identity.actors import Kind
from bihuan.kernel.identity.selectors.posts import posts_in
from bihuan.kernel.identity.selectors.units import names_of
from bihuan.kernel.now import now, today
from bihuan.kernel.orders import signing
from bihuan.kernel.orders.practices import practice
from bihuan.kernel.orders.standing import relation_of
from bihuan.kernel.orders.words import OWN, PAPER_OF
from bihuan.kernel.store.sql import run


def _abolished(units: list[int]) -> str | None:
    """Say which of the units no longer exist as such."""
    rows = run("SELECT id FROM identity_organisation WHERE id = ANY(%s) AND is_active", (units,))
    gone = sorted(set(units) - {row[0] for row in rows})
    if not gone:
        return None
    names = names_of(gone)
    return _("No longer a unit of this house: %(units)s. Choose the one that took over its duties.") % {
        "units": "、".join(names.get(unit, f"#{unit}") for unit in gone)
    }


def _units(context: Context) -> tuple[int, list[int]]:
    """Return the lead unit and the supporting ones as the form or the draft names them."""
    said = {**context.row.data, **context.values}
    lead = int(said.get("unit") or 0)
    return lead, [unit for unit in said.get("supports") or () if unit != lead]


@guard("orders.drafted@1")
def drafted(context: Context) -> str | None:
    """A draft names units that exist, the lead not among the supporting ones, and a day still to come."""
    lead, supports = _units(context)
    if "supports" in context.values:
        context.facts["supports"] = supports
    due = context.values.get("due")
    if due and date.fromisoformat(due) <= today():
        return _("Please choose a day that is still to come.")
    return _abolished([unit for unit in (lead, *supports) if unit])


@guard("orders.addressed@1")
def addressed(context: Context) -> str | None:
    """What is put up still names units that exist."""
    lead, supports = _units(context)
    return _abolished([lead, *supports])


@guard("orders.second_reader@1")
def second_reader(context: Context) -> str | None:
    """Where the office says so, who drafted an order does not review it."""
    row, actor = context.row, context.actor
    if row.creator_user in {actor.user, actor.delegated_by} - {0} and practice(
        "second_reader", signing.place_of(row)
    ):
        return _("You drafted this order; in this office somebody else reviews it.")
    return None


@guard("orders.signer@1")
def signer(context: Context) -> str | None:
    """It goes to a post with the right of signing here: the one named, else who is in charge, else the only one."""
    row, place = context.row, signing.place_of(context.row)
    chosen = context.values.get("signer") or row.value("signer")
    chosen = chosen or signing.the_signer(place, int(row.value("unit", 0)), row.subject)
    if not chosen:
        return _("Several posts may sign here: please choose who is to sign.")
    if not signing.may_sign(chosen, place, now()):
        return signing.why_not(chosen, place)
    context.facts["signer"] = chosen
    return None


@guard("orders.signed@1")
def signed(context: Context) -> str | None:
    """On screen: by the post itself, or whoever acts for it, with the right of signing here."""
    place = signing.place_of(context.row)
    if not signing.may_sign(context.actor.post, place, now()):
        return signing.why_not(context.actor.post, place)
    context.facts |= {"signer": context.actor.post, "signature": "screen"}
    return None


@guard("orders.signed_on_paper@1")
def signed_on_paper(context: Context) -> str | None:
    """On paper: by a post with the right of signing on that day, which has come; who enters it is on record."""
    day = date.fromisoformat(context.values["signed_on"])
    if day > today():
        return _("A signature can't be of a day to come.")
    moment = now() if day == today() else now() - timedelta(days=(today() - day).days)
    place = signing.place_of(context.row)
    if not signing.may_sign(context.values["signer"], place, moment):
        return signing.why_not(context.values["signer"], place)
    context.facts |= {"signature": "paper", "entered_by": context.actor.post}
    return None


@guard("orders.issued@1")
def issued(context: Context) -> str | None:
    """Hand out what was drafted: units, day and paper of the draft, and how the issuer stands to the addressee."""
    lead, supports = _units(context)
    if fault := _abolished([lead, *supports]):
        return fault
    due = context.values.get("due") or context.row.value("due")
    if due:
        context.values["due"] = due
    context.facts |= {"unit": lead, "supports": supports, "issued_at": now().isoformat(), "receipt": ""}
    _relate(context, lead, int(context.facts.get("signer") or context.values.get("signer") or 0))
    return None


def _relate(context: Context, lead: int, signer_post: int) -> None:
    rows = run("SELECT organisation_id FROM identity_post WHERE id = %s", (signer_post,))
    relation = relation_of(rows[0][0] if rows else context.actor.unit, lead)
    context.facts |= {"relation": relation, "scored": relation == OWN}
    context.facts["paper"] = context.row.value("paper") or PAPER_OF[relation]


@guard("orders.reassigned@1")
def reassigned(context: Context) -> str | None:
    """It goes to another unit that exists; nothing else begins anew."""
    lead = int(context.values["unit"])
    if lead == context.row.lead_unit:
        return _("This is the unit it lies with already.")
    if fault := _abolished([lead]):
        return fault
    context.facts |= {"issued_at": now().isoformat(), "receipt": ""}
    _relate(context, lead, int(context.row.value("signer", 0)))
    return None


@guard("orders.unit_gone@1", early=True)
def unit_gone(context: Context) -> str | None:
    """Only from a unit that was abolished: from any other the signer decides on its return."""
    if _abolished([context.row.lead_unit]):
        return None
    return _("This unit still exists: it may return the order, and the signer decides.")


@guard("orders.heir@1")
def heir(context: Context) -> str | None:
    """What an abolished unit had goes to another unit that exists."""
    unit = int(context.values["unit"])
    if unit == context.row.lead_unit:
        return _("This is the unit it lies with already.")
    return _abolished([unit])


@guard("orders.successor_signer@1")
def successor_signer(context: Context) -> str | None:
    """Who signed it signs its successor; when that post signs here no longer, whoever signs now."""
    row, place = context.row, signing.place_of(context.row)
    last = int(row.value("signer") or 0)
    if signing.may_sign(last, place, now()):
        context.facts["signer"] = last
        return None
    found = signing.the_signer(place, int(context.values["unit"]), row.subject)
    found = found or next((one.id for one in signing.signers(place)), 0)
    if not found:
        return signing.why_not(last, place)
    context.facts["signer"] = found
    return None


@guard("orders.handed_over@1")
def handed_over(context: Context) -> str | None:
    """The unit that takes over has it now; a supporting unit abolished meanwhile holds nothing up."""
    lead, supports = _units(context)
    if fault := _abolished([lead]):
        return fault
    standing = [unit for unit in supports if not _abolished([unit])]
    context.facts |= {"unit": lead, "supports": standing, "issued_at": now().isoformat(), "receipt": ""}
    _relate(context, lead, int(context.facts.get("signer") or context.values.get("signer") or 0))
    return None


@guard("orders.receipt@1")
def receipt(context: Context) -> str | None:
    """Note whether it was received within the limit; what was late stays late."""
    if not context.row.value("receipt"):
        limit = _limit(context, "orders.receive")
        context.facts["receipt"] = "in_time" if now() <= limit else "late"
    return None


@guard("orders.overdue_receipt@1")
def overdue_receipt(context: Context) -> str | None:
    """The limit has passed without receipt; said once."""
    if context.row.value("receipt") or now() <= _limit(context, "orders.receive"):
        return _("The limit has not passed.")
    context.facts["receipt"] = "late"
    return None


@guard("orders.return_in_time@1")
def return_in_time(context: Context) -> str | None:
    """A return comes within its limit from the day it was issued; later the unit asks for more time or support."""
    limit = _limit(context, "orders.return")
    if now() <= limit:
        return None
    return _("The time to return it ended at %(at)s. Ask for more time, or tell the centre.") % {
        "at": f"{limit.astimezone(now().tzinfo):%Y-%m-%d %H:%M}"
    }


def _limit(context: Context, rule: str) -> datetime:
    """Return when a limit counted from the issue ends."""
    begun = datetime.fromisoformat(context.row.value("issued_at") or context.row.created.isoformat())
    place = signing.place_of(context.row)
    return start_values(rule, place, begun, matter_id=context.row.id).due


@guard("orders.own_post@1")
def own_post(context: Context) -> str | None:
    """Who handles it belongs to the unit that leads."""
    if context.values["post"] in {row.id for row in posts_in(context.row.lead_unit)}:
        return None
    return _("Please choose somebody of your own unit.")


@guard("orders.unit_reviewed@1")
def unit_reviewed(context: Context) -> str | None:
    """Where the office says so, an answer passes the unit's own review first."""
    if context.actor.kind is not Kind.LINK and practice("unit_review", signing.place_of(context.row)):
        return _("In this office the unit reviews an answer first: hand it in for review.")
    return None


@guard("orders.silent@1")
def silent(context: Context) -> str | None:
    """Show with the lead's answer which supporting units were silent past their limit: that counts against them."""
    rows = run(
        "SELECT lead_unit FROM flow_matter WHERE parent = %s AND parent > 0 AND kind = 'orders.support'"
        " AND stage IN ('asked', 'handling', 'silent') AND due < %s ORDER BY id",
        (context.row.id, now()),
    )
    context.facts["silent"] = [row[0] for row in rows]
    return None


@guard("orders.support_standing@1")
def support_standing(context: Context) -> str | None:
    """A part of an order stands to its unit as the issuer does."""
    rows = run("SELECT data ->> 'signer' FROM flow_matter WHERE id = %s", (context.row.parent,))
    context.facts |= {"issued_at": now().isoformat(), "receipt": ""}
    _relate(context, int(context.values["unit"]), int(rows[0][0] or 0) if rows else 0)
    return None


@guard("orders.same_standing@1")
def same_standing(context: Context) -> str | None:
    """Say again how the issuer stands to the unit, so that figures know whether the answer is scored."""
    context.facts |= {"relation": context.row.value("relation"), "scored": context.row.value("scored")}
    return None


@guard("orders.kept_silent@1")
def kept_silent(context: Context) -> str | None:
    """The limit of support has passed without an answer; said once."""
    row = context.row
    if row.value("silent") or row.due is None or now() <= row.due:
        return _("The limit has not passed.")
    context.facts["silent"] = True
    return None


@guard("orders.own_signature@1")
def own_signature(context: Context) -> str | None:
    """Who signed it decides; the principal leader may in anybody's place."""
    if context.actor.role == "principal" or context.row.value("signer") == context.actor.post:
        return None
    return _("This order was signed by somebody else, who has to decide this.")


@guard("orders.watched@1", early=True)
def watched(context: Context) -> str | None:
    """Under supervision: its light says so."""
    if context.row.value("watched"):
        return _("It is under supervision already.")
    context.facts["watched"] = True
    return None


@guard("orders.unwatched@1", early=True)
def unwatched(context: Context) -> str | None:
    """No longer under supervision."""
    if not context.row.value("watched"):
        return _("It is not under supervision.")
    context.facts["watched"] = False
    return None


@guard("orders.withdrawn@1")
def withdrawn(context: Context) -> str | None:
    """What was withdrawn or voided closes as such."""
    context.facts["closing"] = "withdrawn"
    return None
