"""Guards and effects of supervision's mechanisms. A changed meaning is a new revision, never an edit."""

from datetime import datetime, time, timedelta

from django.utils.translation import gettext as _

from bihuan.kernel.clock.ground import ground, place_of
from bihuan.kernel.flow.registry import Context, effect, guard
from bihuan.kernel.identity.actors import Scope
from bihuan.kernel.now import LOCAL, local, now
from bihuan.kernel.store.sql import run
from bihuan.lines.supervision.plates import actions as plates
from bihuan.lines.supervision.scoring import actions as scoring
from bihuan.lines.supervision.scoring import selectors as scores
from bihuan.logic.mechanism import said

#: What the limit that :func:`within_window` reads is called where limits are edited.
WINDOW = said("Time in which one may appeal")


@guard("supervision.heard_out@1")
def heard_out(context: Context) -> str | None:
    """A proposal goes on only after the time for appeals, and when every appeal is decided."""
    waiting = run(
        "SELECT count(*) FROM flow_matter WHERE parent = %s AND parent > 0 AND kind = 'supervision.appeal' AND open",
        (context.row.id,),
    )[0][0]
    if waiting:
        return _("%(n)d appeals wait for an answer; decide them first.") % {"n": waiting}
    if context.row.due and now() < context.row.due:
        return _("The time for appeals is not over yet.")
    return None


@guard("supervision.may_appeal@1")
def may_appeal(context: Context) -> str | None:
    """One appeals against one's own score, while it is shown, and over a case that counts there."""
    why, subject = scores.objection(context.actor, context.row.parent, context.values)
    # An effect reads structure only: the case is a code, no text of anybody's.
    context.facts |= {"subject": subject, "case_id": context.values.get("case", "")}
    return why


@guard("supervision.not_own_unit@1")
def not_own_unit(context: Context) -> str | None:
    """Nobody decides over a card or score of the unit they belong to, nor what they drafted as the one concerned."""
    row = context.row
    if context.actor.unit and context.actor.unit in {row.lead_unit, row.value("unit", 0)}:
        return _("This concerns your own unit; somebody else has to decide it.")
    if row.kind == "supervision.appeal" and row.creator_user == context.actor.user:
        return _("You raised this yourself; somebody else has to decide it.")
    return None


@guard("supervision.time_is_up@1", early=True)
def time_is_up(context: Context) -> str | None:
    """Silence counts only once the time for the statement has passed."""
    if context.row.due is None or now() <= context.row.due:
        return _("The unit still has time for its statement.")
    return None


@guard("supervision.critic_was_heard@1")
def critic_was_heard(context: Context) -> str | None:
    """Criticism goes to the leader only after the unit was heard; a commendation may go at once."""
    if context.row.value("mention") == "blame" and context.row.stage != "heard":
        return _("Before criticism the unit has to be heard.")
    return None


@guard("supervision.within_window@1", early=True)
def within_window(context: Context) -> str | None:
    """An appeal comes within the window after it was issued."""
    row = context.row
    if row.closed is None:
        return None
    place = place_of(Scope(**{name: getattr(row, name) for name in Scope.__dataclass_fields__}))
    limit = ground().limit("supervision.card.window", place, local(row.closed).date())
    calendar = ground().calendar(place)
    day = local(row.closed).date()
    last = calendar.add_working(day, limit.value) if limit.unit == "wd" else day + timedelta(days=limit.value)
    if now() >= datetime.combine(last + timedelta(days=1), time(), LOCAL):
        return _("The time for an appeal ended on %(day)s.") % {"day": last.isoformat()}
    return None


@guard("supervision.one_watch@1")
def one_watch(context: Context) -> str | None:
    """One matter isn't urged or watched twice at a time."""
    open_ = run(
        "SELECT code FROM flow_matter WHERE parent = %s AND parent > 0 AND kind = 'supervision.watch' AND open"
        " AND data ->> 'manner' = %s LIMIT 1",
        (context.row.parent, context.values.get("manner")),
    )
    return _("This is under way already: %(code)s.") % {"code": open_[0][0]} if open_ else None


@effect("supervision.assess@1")
def assess(context: Context) -> None:
    """Count, score and freeze the first revision."""
    scoring.assess(context.actor, context.row, context.values)


@effect("supervision.show@1")
def show(context: Context) -> None:
    """Let those scored see their scores."""
    run(
        "UPDATE supervision_assessment SET shown_at = %s WHERE id = %s AND shown_at IS NULL",
        (now(), context.row.id),
    )


@effect("supervision.correct@1")
def correct(context: Context) -> None:
    """Write the correction and the revision that follows from it."""
    scoring.correct(context.actor, context.row, context.values)


@effect("supervision.hang@1")
def hang(context: Context) -> None:
    """Let the public find the plate."""
    plates.hang(context.row, context.values)


@effect("supervision.unhang@1")
def unhang(context: Context) -> None:
    """Take the plate down; the public page then says so."""
    plates.take_down(context.row)
