"""What outside bodies are told by link, and how they get one: clocked like everybody, scored never."""

from datetime import datetime

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput
from bihuan.kernel.flow import selectors
from bihuan.kernel.flow.outside import Outside, register
from bihuan.kernel.identity import actions as identity
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.orders.words import ORDER, OUTSIDE, SUPPORT

TOLD = (
    register(Outside(ORDER, asked=("demand", "basis"), answers=("reply",), answered=("answered", "checked"))),
    register(Outside(SUPPORT, asked=("demand",), answers=("reply",), answered=("answered",))),
)


def give_link(actor: Actor, matter_id: int, *, valid_until: datetime, key: str = "") -> str:
    """Return the code by which the outside body that leads an order (or supports it) receives and answers it."""
    row = selectors.matter(actor, matter_id)
    if row.kind not in {ORDER, SUPPORT} or row.value("relation") != OUTSIDE or not row.lead_unit:
        raise BadInput(_("Only what was handed to an outside body is answered by link."), where="matter")
    if not row.open:
        raise BadInput(_("This matter is closed."), where="matter")
    return identity.issue_link(
        actor, row.id, party=row.lead_unit, purpose="answer", valid_until=valid_until, key=key
    )
