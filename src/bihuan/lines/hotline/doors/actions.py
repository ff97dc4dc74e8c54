"""Take in what comes by the public form or an Open311 client."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Refused
from bihuan.kernel.flow.rows import Receipt
from bihuan.kernel.identity.actors import SYSTEM, Actor
from bihuan.kernel.identity.failures import TooManyTries
from bihuan.kernel.identity.rights import reaches
from bihuan.kernel.identity.selectors.links import keyed
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline import actions
from bihuan.lines.hotline.callers.selectors import DESK
from bihuan.lines.hotline.doors import selectors

#: From one address at most so many orders in so long: more waits, and is told so.
MOST, WITHIN = 5, timedelta(minutes=10)
#: Knocks are forgotten after a day.
_KEPT = timedelta(days=1)


def send_in(place: int, data: Mapping[str, Any], address: str | None, key: str = "") -> Receipt:
    """Open what somebody without an account sends in; too many from one address wait (TooManyTries)."""
    district = selectors.place(place)
    hashed, moment = keyed("hotline-knock", address or ""), now()
    sql = "SELECT count(*) FROM hotline_knock WHERE address = %s AND at > %s"
    if run(sql, (hashed, moment - WITHIN))[0][0] >= MOST:
        raise TooManyTries(
            _("Too much came from here within minutes. Please try again later, or call 12345.")
        )
    by = replace(SYSTEM, level=district.level, division=district.id)
    made = actions.take(by, {**data, "channel": "page"}, f"page:{place}:{key}" if key else "")
    if not made.again:
        run("INSERT INTO hotline_knock (address, at) VALUES (%s, %s)", (hashed, moment))
        run("DELETE FROM hotline_knock WHERE at < %s", (moment - _KEPT,))
    return made


def report(actor: Actor, place: int, given: Mapping[str, str]) -> Receipt:
    """Open an order as an Open311 client says it; the client acts as the post its key was issued for."""
    named = {ability.partition(":")[0] for ability in actor.abilities}
    if actor.role not in DESK or "hotline" not in named or not reaches(actor, place):
        raise Refused(_("This key may not report."), where="api_key")
    code, said = given.get("service_code", ""), given.get("description", "").strip()
    known = {row["service_code"]: row["service_name"] for row in selectors.services(place)}
    if code not in known:
        raise BadInput(_("There is no service with this code."), where="service_code")
    where = given.get("address_string", "").strip() or _point(given)
    if not where:
        raise BadInput(_("Please say where: address_string, or lat and long."), where="address_string")
    name = f"{given.get('last_name', '')}{given.get('first_name', '')}".strip()[:60]
    data = {
        "title": said.split("\n")[0][:80] or known[code], "detail": said[:20_000], "address": where[:200],
        "type": "help", "about": [int(code)], "phone": given.get("phone", ""), "caller": name, "channel": "open311",
    }  # fmt: skip
    return actions.take(actor, {key: value for key, value in data.items() if value})


def _point(given: Mapping[str, str]) -> str:
    try:
        north, east = float(given.get("lat", "")), float(given.get("long", ""))
    except ValueError:
        return ""
    if not (-90 <= north <= 90 and -180 <= east <= 180):
        raise BadInput(_("There is no such place on earth."), where="lat")
    # Open311 says WGS-84; the system stands beside the numbers.
    return f"WGS-84 {north:.6f},{east:.6f}"
