"""Remember imports. What they write is the business of the registers above."""

from django.utils.translation import gettext as _

from bihuan.kernel.errors import Conflict, NotFound
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.intake.models import Batch
from bihuan.kernel.intake.plan import Plan
from bihuan.kernel.now import now

#: Findings remembered with an import; errors and warnings go before remarks.
REMEMBERED = 5000
_WEIGHT = {"error": 0, "warning": 1, "info": 2}


def keep(actor: Actor, plan: Plan) -> Batch:
    """Save the dry run of a workbook as a draft, with what it found (the weightiest, if it is very much)."""
    weighty = sorted(plan.findings, key=lambda finding: _WEIGHT[finding.severity])[:REMEMBERED]
    weighty.sort(key=lambda finding: (finding.sheet, finding.row, finding.column))
    return Batch.objects.create(
        kind=plan.register,
        name=plan.name[-255:],
        sha256=plan.sha256,
        size=plan.size,
        counts=plan.counts(),
        report=[finding.json() for finding in weighty],
        actor_kind=str(actor.kind),
        actor_user=actor.user,
        actor_post=actor.post,
        actor_title=actor.title[:200],
        created_at=now(),
    )


def same_file(batch_id: int, plan: Plan) -> None:
    """Refuse to apply a plan under the draft of another file."""
    if not Batch.objects.filter(id=batch_id, sha256=plan.sha256).exists():
        raise Conflict(_("This is another file than the one that was previewed."), where="batch")


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
