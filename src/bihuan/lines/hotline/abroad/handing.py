"""Hand an order over to another place's GeoReport v2 system: once, whatever gets lost on the way, and follow it there.

An attempt is written down before it is made. Where its outcome is not known (no answer, or one that can't be read),
the next attempt looks for the order's own reference there before anything is posted again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from bihuan.kernel.content.keys import unwrap
from bihuan.kernel.content.selectors import SHOWN, open_many
from bihuan.kernel.errors import BihuanError, NotFound
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import selectors as matters
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity.actors import SYSTEM, Actor
from bihuan.kernel.identity.selectors.divisions import division
from bihuan.kernel.notices.outbound import NotCarried
from bihuan.kernel.now import now
from bihuan.kernel.people import selectors as people
from bihuan.kernel.store.sql import atomic, run
from bihuan.lines.hotline.abroad import asking, selectors
from bihuan.lines.hotline.abroad.asking import Line
from bihuan.lines.hotline.abroad.models import Endpoint
from bihuan.lines.hotline.abroad.reading import Asked
from bihuan.lines.hotline.callers import selectors as callers
from bihuan.lines.hotline.contracts import OPEN
from bihuan.lines.hotline.grids import points

#: Pauses after a failure double from so many minutes up to so many.
FIRST_PAUSE, LAST_PAUSE = 10, 360
#: How far before the first attempt an order is looked for: clocks differ.
BEFORE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Tried:
    """A handover as an attempt found it; ``state`` is what it was before."""

    id: int
    endpoint: int
    matter: int
    reference: str
    state: str
    service: str
    token: str
    fails: int
    first_try: datetime | None


def pause(fails: int) -> timedelta:
    """Return how long is waited after so many failures in a row."""
    return timedelta(minutes=min(FIRST_PAUSE * 2 ** min(fails - 1, 10), LAST_PAUSE))


def about(key: int) -> bytes:
    """Return what the key of a system is sealed for."""
    return f"open311:{key}".encode()


def line_to(row: Endpoint) -> Line:
    """Return a line to a system for one pass."""
    secret = unwrap(row.kek, bytes(row.wrapped), about(row.id)).decode() if row.wrapped else ""
    return asking.line(row.url, row.jurisdiction, secret)


def by(place: int) -> Actor:
    """Return who acts when another system does: the house itself, in the place the system was entered for."""
    found = division(place)
    if found is None:
        raise NotFound(_("There is no hotline here."), where=str(place))
    return replace(SYSTEM, level=found.level, division=found.id)


# On the way there ----------------------------------------------------------------------------------------


def send_due(only: Sequence[int] = ()) -> int:
    """Try what waits (of these orders, or all) and whose time has come; return how many bear a number there now."""
    return sum(_try(key) for key in selectors.due(now(), only))


def _try(key: int) -> bool:
    one = _claimed(key)
    row = Endpoint.objects.filter(id=one.endpoint, active=True).first() if one else None
    if one is None or row is None:
        return False
    try:
        number, token = _reached(one, row, line_to(row))
    except asking.Declined as why:
        return _left(one, "declined", str(why))
    except asking.NotSent as why:
        return _left(one, one.state, str(why))
    except (NotCarried, asking.TooMuch, BihuanError) as why:
        return _left(one, "", str(why) or type(why).__name__)
    if number:
        known(one.id, row, number)
        return True
    sql = """UPDATE hotline_handover SET state = 'token', token = %s, error = '', fails = %s WHERE id = %s"""
    run(sql, (token, one.fails if one.state == "token" else 0, one.id))
    return False


_LOOK = """SELECT id, endpoint, matter, reference, state, service, token, fails, first_try FROM hotline_handover
           WHERE id = %s AND state IN ('waiting', 'unsure', 'token') AND next_try <= %s FOR UPDATE SKIP LOCKED"""
_BEGUN = """UPDATE hotline_handover SET state = CASE WHEN state = 'waiting' THEN 'unsure' ELSE state END,
            fails = %s, next_try = %s, first_try = coalesce(first_try, %s) WHERE id = %s"""


def _claimed(key: int) -> _Tried | None:
    """Write down that an attempt begins, so that a crash leaves no doubt; None where somebody else is at it."""
    moment = now()
    with atomic():
        rows = run(_LOOK, (key, moment))
        if not rows:
            return None
        one = _Tried(*rows[0])
        one = replace(one, fails=one.fails + 1)
        run(_BEGUN, (one.fails, moment + pause(one.fails), moment, one.id))
    return one


def _left(one: _Tried, state: str, why: str) -> bool:
    """Keep what went wrong; '' leaves the state as the attempt did."""
    sql = "UPDATE hotline_handover SET error = %s, state = coalesce(nullif(%s, ''), state) WHERE id = %s"
    run(sql, (why[:200], state, one.id))
    return False


def _reached(one: _Tried, row: Endpoint, to: Line) -> tuple[str, str]:
    """Return the number there, or the token for one; posts at most once."""
    if one.state == "token":
        return to.by_token(one.token), one.token
    if one.state == "unsure":
        start = (one.first_try or now()) - BEFORE
        found = (asked for _end, rows, _bad in asking.spans(to, start, now()) for asked in rows)
        number = next((asked.number for asked in found if f"[{one.reference}]" in asked.description), "")
        if number:
            return number, ""
    return to.post(_said(one, row))


def _said(one: _Tried, row: Endpoint) -> dict[str, str]:
    """Return what is told there: masked words, the place, our reference; the caller only if both sides allow it."""
    order = matters.by_ids([one.matter])[one.matter]
    texts = {
        ref.field: value.text
        for ref, value in sorted(open_many([order.id], ["detail", "address"]).items())
        if value.state == SHOWN and value.cls == "open"
    }
    found = division(row.place)
    own = _("Handed over by the hotline of %(place)s [%(reference)s]") % {
        "place": found.full_name if found else "", "reference": one.reference,
    }  # fmt: skip
    address = texts.get("address", "")
    _words, spot = points.part(address)
    said = {
        "service_code": one.service, "description": "\n".join(filter(None, (order.title, texts.get("detail"), own))),
        "address_string": address or (found.full_name if found else ""),
        **({"lat": f"{spot[1]:.6f}", "long": f"{spot[0]:.6f}"} if spot else {}), **_caller(order, row),
    }  # fmt: skip
    return {name: value for name, value in said.items() if value}


def _caller(order: MatterRow, row: Endpoint) -> dict[str, str]:
    asked = callers.caller(order.id) if row.names else None
    if asked is None or asked.secrecy != OPEN or not asked.person:
        return {}
    clear = people.read_person(
        asked.person,
        by(row.place),
        _("%(code)s: handed over to %(system)s") % {"code": order.code, "system": row.name},
    )
    return {"first_name": clear.name, "phone": clear.phone}


# There ----------------------------------------------------------------------------------------------------

_THERE = """UPDATE hotline_handover SET number = %s, error = '', fails = 0,
              state = CASE WHEN state IN ('waiting', 'unsure', 'token') THEN 'there' ELSE state END
            WHERE id = %s AND number = '' RETURNING matter"""
_FOREIGN = """INSERT INTO hotline_foreign (endpoint, number, matter, status, digest, seen_at, error)
              VALUES (%s, %s, %s, 'open', '', %s, '')
              ON CONFLICT (endpoint, number) DO UPDATE SET matter = excluded.matter WHERE hotline_foreign.matter = 0"""


def known(key: int, row: Endpoint, number: str) -> None:
    """Keep the number an order bears there from now on; its state there is followed by it."""
    with atomic():
        for (matter,) in run(_THERE, (number, key)):
            run(_FOREIGN, (row.id, number, matter, now()))
            said = _("%(system)s has it, number there: %(number)s") % {"system": row.name, "number": number}
            _note(row.place, matter, said)


def own(row: Endpoint, asked: Asked) -> bool:
    """Whether a request there is one that was handed over from here; its number is kept then."""
    key = selectors.handed_by(row.id, asked.description)
    if key:
        known(key, row, asked.number)
    return bool(key)


def closed_there(row: Endpoint, asked: Asked) -> None:
    """Tell the caller what the other place answered: the order closes here with its words."""
    told = {"system": row.name, "notes": asked.notes}
    reply = (
        _("%(system)s closed it: %(notes)s")
        if asked.notes
        else _("%(system)s closed it without further words.")
    )
    for key, matter in selectors.there(row.id, asked.number):
        try:
            with atomic():
                flow.move(by(row.place), matter, "close_abroad", {"reply": reply % told})
                run("UPDATE hotline_handover SET state = 'over' WHERE id = %s", (key,))
        except BihuanError:
            continue  # Somebody took it back meanwhile: what happens here happens by hand.


def _note(place: int, matter: int, text: str) -> None:
    try:
        with atomic():
            flow.move(by(place), matter, "note", {"note": text})
    except BihuanError:
        return  # An order that is over takes no notes; the number stands on its page all the same.
