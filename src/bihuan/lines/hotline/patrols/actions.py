"""Record what somebody found on patrol: settled at once, or an order from then on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import FieldErrors
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow.rows import Receipt
from bihuan.kernel.identity.actors import Actor
from bihuan.lines.hotline import actions
from bihuan.lines.hotline.contracts import FOUND
from bihuan.lines.hotline.grids import points
from bihuan.lines.hotline.patrols.asking import RECORD


def record(actor: Actor, data: Mapping[str, Any], *, at: datetime | None = None, key: str = "") -> Receipt:
    """Record it once a ``key``; what is not settled on the spot becomes an order of the hotline, and is registered now.

    ``at`` is when it was settled, where the record was made without a signal.
    """
    said = RECORD.parse(data)
    settled, done, point = said.pop("settled"), said.pop("done", ""), said.pop("point", "")
    # What is no point stays as it was said: nothing found on patrol is lost over it.
    point = points.typed(point) or point
    if settled == "yes":
        if not done:
            raise FieldErrors({"done": _("Please say what was done.")})
        found = {**said, "reply": done, **({"point": point} if point else {})}
        scope = actions.place_of(actor, f"{said.get('address', '')} {point}")
        return flow.open(actor, FOUND, found, scope=scope, at=at, key=key)
    evidence = {"evidence": said.pop("evidence")} if said.get("evidence") else {}
    where = " ".join(filter(None, (said.pop("address", ""), point)))
    told = {
        **said,
        "address": where,
        "detail": done,
        "type": "help",
        "channel": "chat" if settled == "told" else "patrol",
    }
    return actions.take(actor, {name: value for name, value in told.items() if value}, key, **evidence)
