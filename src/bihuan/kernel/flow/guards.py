"""Guards every line may name in its mechanisms. A changed meaning is a new revision, never an edit."""

from django.utils.translation import gettext as _

from bihuan.kernel.flow.registry import Context, guard

#: How often a matter may be reopened before the next chair has to decide.
REOPENINGS = 2


@guard("evidence_given@1")
def evidence_given(context: Context) -> str | None:
    """Closing as solved needs evidence: at least one file."""
    closing = context.values.get("closing") or context.row.closing
    if (
        closing in {"", "solved", "partly"}
        and not context.values.get("evidence")
        and not context.row.value("evidence")
    ):
        return _("Signing off as solved needs evidence: please attach a photo, a document or a sheet.")
    return None


@guard("basis_given@1")
def basis_given(context: Context) -> str | None:
    """Refusing on grounds of policy needs the basis."""
    if context.values.get("closing") == "policy" and not context.values.get("basis"):
        return _("Please name the policy or rule on which this can't be done.")
    return None


@guard("another_person@1")
def another_person(context: Context) -> str | None:
    """Nobody verifies or signs off what they handled themselves, under whichever post."""
    row, actor = context.row, context.actor
    handlers = {row.handler_user} - {0}
    if handlers & {actor.user, actor.delegated_by} or (row.handler_post and row.handler_post == actor.post):
        return _("You handled this matter yourself; someone else has to verify it.")
    return None


@guard("reopen_left@1")
def reopen_left(context: Context) -> str | None:
    """At most twice; then the next chair decides."""
    if context.row.episode > REOPENINGS:
        return _("This matter has been reopened %(n)s times; the next chair has to decide now.") % {
            "n": REOPENINGS
        }
    return None


@guard("reopenings_spent@1")
def reopenings_spent(context: Context) -> str | None:
    """Only a matter that was reopened as often as allowed goes to the next chair."""
    if context.row.episode <= REOPENINGS:
        return _("This matter can still be reopened; the chair decides only after %(n)s reopenings.") % {
            "n": REOPENINGS
        }
    return None


@guard("return_once@1", early=True)
def return_once(context: Context) -> str | None:
    """A unit returns a matter once; the next dispute is ruled on, not bounced."""
    if context.row.value("returned"):
        return _("This matter was returned once already; a second return needs a ruling by the coordinator.")
    context.facts["returned"] = True
    return None


@guard("opened_by_self@1")
def opened_by_self(context: Context) -> str | None:
    """Answered on the spot: by the one who took it up."""
    if context.row.creator_user != context.actor.user:
        return _("Only the one who took this up can close it on the spot.")
    return None
