"""Remember imports. What they write is the business of the registers above."""

from django.utils.translation import gettext as _

from bihuan.kernel.errors import Conflict, NotFound
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.intake.models import Batch
from bihuan.kernel.intake.plan import Plan
from bihuan.kernel.now import now


def keep(actor: Actor, plan: Plan) -> Batch:
    """Save the dry run of a workbook as a draft."""
    return Batch.objects.create(
        kind=plan.register,
        name=plan.name[-255:],
        sha256=plan.sha256,
        size=plan.size,
        counts=plan.counts(),
        report=plan.problems,
        actor_kind=str(actor.kind),
        actor_user=actor.user,
        actor_post=actor.post,
        actor_title=actor.title[:200],
        created_at=now(),
    )


def mark_applied(batch_id: int) -> None:
    """Turn a draft into an applied import; Conflict when it isn't a draft any more."""
    _turn(batch_id, "draft", "applied")


def mark_undone(batch_id: int) -> None:
    """Turn an applied import into an undone one; Conflict when it isn't applied."""
    _turn(batch_id, "applied", "undone")


def _turn(batch_id: int, before: str, after: str) -> None:
    moment = {f"{after}_at": now()}
    if Batch.objects.filter(id=batch_id, state=before).update(state=after, **moment):
        return
    state = Batch.objects.filter(id=batch_id).values_list("state", flat=True).first()
    if state is None:
        raise NotFound(_("There is no such import."), where="batch")
    message = (
        _("This import has been applied already.")
        if after == "applied"
        else _("This import can't be undone.")
    )
    raise Conflict(message, where="batch", state=state)
