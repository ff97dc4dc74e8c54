"""Guards and effects of the line, and who serves a project: what flow asks for by name."""

from django.utils.translation import gettext as _

from bihuan.kernel.flow.registry import Context, effect, guard, service
from bihuan.kernel.identity import selectors as identity
from bihuan.kernel.now import now
from bihuan.lines.officers import actions, contracts, selectors
from bihuan.lines.projects import contracts as projects

service("officer")(selectors.posts_serving)
contracts.OFFICER_OF.bind(selectors.officer_of)
contracts.ANSWERS_FOR.bind(selectors.answers_for)
contracts.SERVED.bind(selectors.served)


@guard("officers.served_still@1")
def served_still(context: Context) -> str | None:
    """Who takes over must still hold the post."""
    post = int(context.row.value("post") or 0)
    if post and identity.post(post).valid(now()):
        return None
    return _("The new officer's post has ended. Withdraw this hand-over and name somebody else.")


@effect("officers.handed_over@1")
def handed_over(context: Context) -> None:
    """One officer ends, the next begins, everything open is held anew: in the move's transaction."""
    said = {"post": context.row.value("post"), "deputy": context.row.value("deputy")}
    actions.carry_out(context.actor, context.row, said)


@effect("officers.appointed@1")
def appointed(context: Context) -> None:
    """The officer named on a vacancy serves its project."""
    card = projects.CARDS([context.row.subject])[context.row.subject]
    post, deputy = int(context.values["post"]), int(context.values.get("deputy") or 0)
    actions.appoint(context.actor, card, post, deputy)
