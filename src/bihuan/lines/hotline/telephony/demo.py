"""A telephone desk that lives: some days of calls as an exchange tells them, and one that rings now; all 演示数据.

Every event is signed and goes through the adapter, as an exchange would post it.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import LOCAL, now, travel
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.duties import actions as duties
from bihuan.lines.hotline.registers import EXTENSIONS
from bihuan.lines.hotline.telephony import actions, selectors

#: Which extension is whose.
SEATS = (("8001", "jiexian"), ("8002", "diaodu"))
#: How many days of calls there are, how many a day, and how far apart they come.
DAYS, A_DAY, APART = 6, 9, timedelta(minutes=47)
#: Seconds until each of so many calls was answered, in turn; a word instead: how it was not.
_WAITS: tuple[int | str, ...] = (
    4, 7, 6, 11, 3, 9, 5, 13, 8, 6, 4, "busy", 10, 5, 7, 12, 22, 6, 3, 9, 8, 14, 5, 7, "missed", 6, 11, 4, 9, 31, 8,
    5, 12, 7, 6, 10, 3, 15, 9, 5, 48, 8, 7, "missed", 4, 6, 13, 9, 5, 11, 7, 8, 6, 10,
)  # fmt: skip
#: Every so many answered calls one goes on to the other seat.
_PASSED_ON = 13
_CALLER = "1390000{:04d}"


def seats(keeper: Actor) -> None:
    """Say who sits at which extension."""
    for name, login in SEATS:
        duties.keep(keeper, EXTENSIONS, None, {"name": name, "login": login})


def called(desk: Actor, phone: str, matter: int, wait: int = 6) -> None:
    """Let an order of this moment have come by telephone: it rang before, and it was recorded."""
    name = f"demo-order-{matter}"
    _answered(desk.division, name, now() - timedelta(minutes=4), wait, 200, caller=phone, recorded=True)
    ((key,),) = run("SELECT id FROM hotline_call WHERE place = %s AND call = %s", (desk.division, name))
    actions.link(desk, key, matter)


def days(desk: Actor) -> None:
    """Tell the calls of the last days that became no order: asked and answered while they spoke, or lost."""
    for number, wait in enumerate(_WAITS):
        back, turn = DAYS - number // A_DAY, number % A_DAY
        day = (now() - timedelta(days=back)).date()
        at = datetime.combine(day, time(8, 40, 7), LOCAL) + turn * (APART + timedelta(seconds=83))
        # Now and then the number is withheld.
        caller = "" if number % 17 == 5 else _CALLER.format(100 + number * 7 % 31)
        name = f"demo-{number}"
        if isinstance(wait, str):
            _lost(desk.division, name, at, wait, caller)
        else:
            _answered(
                desk.division, name, at, wait, 60 + number * 37 % 240, caller=caller,
                recorded=number % 3 == 0, passed_on=number % _PASSED_ON == 0,
            )  # fmt: skip


def rings(desk: Actor) -> None:
    """Let somebody with a history ring at the first seat now, while the second is in conversation."""
    moment = now()
    _tell(desk.division, "demo-now-2", "ringing", moment - timedelta(seconds=50), caller=_CALLER.format(4),
          extension="8002")  # fmt: skip
    _tell(desk.division, "demo-now-2", "answered", moment - timedelta(seconds=44), extension="8002")
    _tell(desk.division, "demo-now-1", "ringing", moment, caller=_CALLER.format(1), extension="8001")


def _answered(
    place: int, name: str, at: datetime, wait: int, talk: int, *, caller: str, recorded: bool = False,
    passed_on: bool = False,
) -> None:  # fmt: skip
    answered = at + timedelta(seconds=wait)
    over = answered + timedelta(seconds=talk)
    _tell(place, name, "ringing", at, caller=caller, extension="8001")
    _tell(place, name, "answered", answered, extension="8001")
    if passed_on:
        _tell(place, name, "transferred", answered + timedelta(seconds=25), extension="8002")
    _tell(place, name, "hung_up", over, **({"recording": _recording(name)} if recorded else {}))


def _lost(place: int, name: str, at: datetime, how: str, caller: str) -> None:
    if how == "busy":
        _tell(place, name, "busy", at, caller=caller)
        return
    _tell(place, name, "ringing", at, caller=caller, extension="8001")
    _tell(place, name, "abandoned", at + timedelta(seconds=38))


def _recording(name: str) -> Mapping[str, str]:
    digest = hashlib.sha256(name.encode()).hexdigest()
    return {"url": f"https://recordings.example.com/{name}.wav", "sha256": digest}


def _tell(place: int, name: str, event: str, at: datetime, **more: Any) -> None:
    """Post one event as an exchange does: signed with the key of the place, a moment after it happened."""
    body = json.dumps({"call": name, "event": event, "at": at.isoformat(), **more}).encode()
    actions.proven(place, body, "sha256=" + hmac.new(selectors.key_of(place), body, "sha256").hexdigest())
    with travel(at):
        actions.note(place, actions.read(body))
