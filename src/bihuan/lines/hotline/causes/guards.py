"""Guards and effects of root-cause tasks."""

from django.utils.translation import gettext as _

from bihuan.kernel.flow.registry import Context, effect, guard
from bihuan.kernel.meetings.selectors.decided import of_matter
from bihuan.kernel.now import now
from bihuan.lines.hotline.causes import selectors
from bihuan.lines.hotline.duties import actions as duties_kept
from bihuan.lines.hotline.duties import selectors as duties


@guard("hotline.cause_classed@1")
def classed(context: Context) -> str | None:
    """One class of the catalogue: later calls are counted by it."""
    chosen = context.values["about"]
    if len(chosen) != 1 or not duties.live(chosen[0]):
        return _("Please choose one class of the catalogue as it stands today.")
    context.facts["class"] = chosen[0]
    return None


@guard("hotline.cause_done@1")
def done(context: Context) -> str | None:
    """From now on calls are counted against those before."""
    context.facts["done_at"] = now().isoformat()
    return None


@guard("hotline.cause_fell@1")
def fell(context: Context) -> str | None:
    """Whether it held is measured, not felt; the numbers stay with the judgement."""
    measured = selectors.effect(context.row, selectors.level_of(context.row.division))
    if measured is None or not measured.known:
        return _("Too few days have passed to say so: at least %(days)d.") % {"days": selectors.AT_LEAST}
    if not measured.fell:
        return _("Calls have not fallen: %(since)d came, %(expected)s would have.") % {
            "since": measured.since, "expected": f"{measured.expected:.1f}",
        }  # fmt: skip
    context.facts |= {
        "before": measured.before,
        "since": measured.since,
        "expected": f"{measured.expected:.1f}",
    }
    return None


@guard("hotline.cause_decided@1")
def decided(context: Context) -> str | None:
    """A lasting rule of dispatch rests on signed minutes about this very task."""
    found = of_matter(context.actor, context.row.id)
    if not found:
        return _("No signed minutes decide about this task yet: take it to a joint meeting first.")
    context.facts["minutes"] = found[0].number
    return None


@guard("hotline.cause_decided@2")
def decided_at_last(context: Context) -> str | None:
    """Signed minutes decide about this very task: put off, taken higher or returned is no decision."""
    found = [one for one in of_matter(context.actor, context.row.id) if one.outcome == "decide"]
    if not found:
        return _("No signed minutes decide about this task yet: take it to a joint meeting first.")
    context.facts["minutes"] = found[0].number
    return None


@effect("hotline.cause_ruled@2")
def ruled_by_minutes(context: Context) -> None:
    """Let the decision hold in the whole district from now on; whoever dispatches reads from which minutes it comes."""
    row = context.row
    place = row.county or row.park or row.division
    reason = f"{context.facts['minutes']}：{context.values['reason']}"
    duties_kept.rule(
        context.actor, place, row.value("class"), context.values["unit_from_now"], reason, row.code
    )


@effect("hotline.cause_ruled@1")
def ruled(context: Context) -> None:
    """Let the decision hold for orders of this class in the whole district from now on."""
    row = context.row
    place = row.county or row.park or row.division
    reason = str(context.values["reason"])
    duties_kept.rule(
        context.actor, place, row.value("class"), context.values["unit_from_now"], reason, row.code
    )
