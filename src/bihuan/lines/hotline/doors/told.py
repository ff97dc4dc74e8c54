"""Orders that other programs of a place tell: signed as Standard Webhooks are, each taken in once.

What is signed is ``id.timestamp.body``, as for what the house itself sends (:mod:`bihuan.kernel.notices.webhooks`).
"""

import hmac
import json
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, FieldErrors, Refused
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.identity.selectors.links import keyed
from bihuan.kernel.notices.webhooks import headers
from bihuan.kernel.now import now
from bihuan.lines.hotline.aside.selectors import notice
from bihuan.lines.hotline.doors import actions, selectors
from bihuan.lines.hotline.doors.signed import signed

#: Bytes of a body; seconds a signature may be old or early.
LONGEST, AGE = 256 * 1024, 300


def key_of(place: int) -> bytes:
    """Return the key by which programs of a place sign; it follows from the house's own and stands nowhere."""
    return keyed("hotline-told", str(place)).hex().encode()


@signed(LONGEST)
def orders(request: HttpRequest, public_place: int) -> dict[str, Any]:
    """Take one order in; the same ``webhook-id`` with the same body again is the same order."""
    selectors.place(public_place)
    name = _proven(request, public_place)
    made = actions.tell(public_place, name, _read(request.body))
    waits = notice(flow.by_ids([made.matter])[made.matter])
    return {"code": made.code, "again": made.again, "aside": bool(waits), "notice": waits}


def _proven(request: HttpRequest, place: int) -> str:
    """Return the id under which a body was signed within the last minutes; Refused otherwise."""
    name, stamp = request.headers.get("webhook-id", ""), request.headers.get("webhook-timestamp", "")
    if not (0 < len(name) <= 60 and stamp.isascii() and stamp.isdecimal() and len(stamp) < 12):
        raise BadInput(_("The headers webhook-id, webhook-timestamp and webhook-signature are needed."))
    right = headers(key_of(place), name, int(stamp), request.body)["webhook-signature"].encode()
    given = request.headers.get("webhook-signature", "").split()
    if not any(hmac.compare_digest(right, one.encode()) for one in given):
        raise Refused(_("The signature does not fit."))
    if abs(now().timestamp() - int(stamp)) > AGE:
        raise Refused(_("The signature is older than five minutes: sign anew."))
    return name


def _read(body: bytes) -> dict[str, str]:
    told = json.loads(body)
    if not isinstance(told, dict):
        raise BadInput(_("The body is no JSON."))
    wrong = {str(name): _("There is no such field here.") for name in told if name not in actions.TOLD}
    wrong |= {name: _("Please give text.") for name, value in told.items() if not isinstance(value, str)}
    if wrong:
        raise FieldErrors(wrong)
    return told
