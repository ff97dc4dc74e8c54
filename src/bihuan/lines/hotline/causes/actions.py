"""Set a root-cause task for what keeps coming back from a place."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import Refused
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow.rows import Receipt
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.rights import reaches
from bihuan.kernel.identity.selectors import scope_of
from bihuan.lines.hotline.contracts import CAUSE


def set_task(actor: Actor, place: int, data: Mapping[str, Any], key: str = "") -> Receipt:
    """Open a task about a class in a place of the actor's; the same ``key`` does so once."""
    if not reaches(actor, place):
        raise Refused(_("This place is not yours."), where="place")
    return flow.open(actor, CAUSE, data, scope=scope_of(place), key=key)
