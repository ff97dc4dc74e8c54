"""Guards and effects of submissions: several a case over time, each with its items, its days and its nodes."""

from datetime import date

from django.utils.translation import gettext as _

from bihuan.kernel.flow.registry import Context, effect, guard
from bihuan.kernel.now import today
from bihuan.kernel.store.sql import run
from bihuan.lines.agency import selectors
from bihuan.lines.agency.submissions import actions


@guard("agency.submits_items@1")
def submits_items(context: Context) -> str | None:
    """What is submitted are items of the case that were not submitted before, on a day that has come."""
    name, day = ("submitted_items", "submitted_on") if context.move == "submit" else ("part", "part_on")
    wanted = set(context.values.get(name, ()))
    if wanted - set(selectors.item_ids(context.row)):
        return _("Please choose items of this case.")
    if date.fromisoformat(context.values[day]) > today():
        return _("This day is still to come.")
    before = {item for one in selectors.submissions(context.row.id) for item in one.items or wanted}
    if context.move != "submit" and wanted & before:
        return _("Of these items some were submitted already.")
    context.facts["submission"] = sorted(wanted)
    return None


@effect("agency.submission_kept@1")
def submission_kept(context: Context) -> None:
    """Keep the submission beside the case."""
    main = context.move == "submit"
    names = ("submitted_on", "expected", "number") if main else ("part_on", "part_expected", "part_number")
    on, expected, number = (context.values.get(name) for name in names)
    actions.keep(context.row.id, context.facts["submission"], str(on), expected, number or "")


@guard("agency.decision_makes_sense@1")
def decision_makes_sense(context: Context) -> str | None:
    """One submission is decided, once, not before it was accepted."""
    rows = {one.number: one for one in selectors.submissions(context.row.id)}
    chosen = list(context.values["submission"])
    if len(chosen) != 1 or chosen[0] not in rows or rows[chosen[0]].decided:
        return _("Please choose one submission that is still awaited.")
    day = date.fromisoformat(context.values["part_decided"])
    if day > today():
        return _("This day is still to come.")
    if day < rows[chosen[0]].submitted:
        return _("It can't have been decided before it was submitted.")
    return None


@effect("agency.decision_kept@1")
def decision_kept(context: Context) -> None:
    """Keep the day, and fill the nodes the items are tied to."""
    actions.decide(
        context.actor, context.row, context.values["submission"][0], context.values["part_decided"]
    )


@effect("agency.decisions_closed@1")
def decisions_closed(context: Context) -> None:
    """What was still awaited is decided on the case's day; the nodes are filled."""
    for one in selectors.submissions(context.row.id):
        if one.decided is None:
            day = max(context.values["decided_on"], one.submitted.isoformat())
            actions.decide(context.actor, context.row, one.number, day)


@guard("agency.once@1")
def once(context: Context) -> str | None:
    """Remember whether it was done at once (一次办成): no corrections asked for, nothing asked of the client twice."""
    sql = """SELECT EXISTS (SELECT FROM ledger_entry WHERE chain_id = %s AND move = 'correct')
             OR EXISTS (SELECT FROM agency_notice WHERE matter_id = %s AND again)"""
    context.facts["once"] = "no" if run(sql, (context.row.id, context.row.id))[0][0] else "yes"
    return None
