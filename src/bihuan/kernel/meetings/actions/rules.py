"""Edit rungs, portfolios, absences, weights and series: rows are added, and each change is an entry.

The entries stand in the house's administrative chain. What changed is structure: titles, sources and
rooms are words and stay in their rows.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict, NotFound, Refused
from bihuan.kernel.identity import roles
from bihuan.kernel.identity.actions.record import record
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.rights import has_right, need
from bihuan.kernel.identity.selectors.posts import post as post_row
from bihuan.kernel.meetings.models import FIELDS, MODES
from bihuan.kernel.now import now, today
from bihuan.kernel.store.sql import atomic, run
from bihuan.logic.harm import NAMES

#: The administrative right that opens these tables.
RIGHT = "meetings.rules"
_SINCE = date(2000, 1, 1)


def may_edit(actor: Actor, division: int) -> None:
    """Raise Refused unless the actor may change rows of a division, or (0) of the whole house."""
    need(actor, RIGHT, division)
    if not division and not has_right(actor, "admin.house"):
        raise Refused(_("This would hold for the whole house. Name a division of yours, or ask who runs it."))


def _put(table: str, values: Mapping[str, Any]) -> int:
    names = ", ".join(values)
    marks = ", ".join("%s" for _name in values)
    sql = f"INSERT INTO {table} ({names}) VALUES ({marks}) RETURNING id"  # noqa: S608 - our own names
    return int(run(sql, list(values.values()))[0][0])


def _say(actor: Actor, move: str, key: int, values: Mapping[str, Any], words: Sequence[str] = ()) -> None:
    plain = {name: _plain(value) for name, value in values.items() if name not in {"at", "source", *words}}
    record(actor, move, {"row": key, **{name: value for name, value in plain.items() if value is not None}})


def _plain(value: Any) -> Any:
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _sourced(source: str) -> str:
    if not source.strip():
        raise BadInput(
            _("Name the rule or decision this rests on; “示例” if there is none yet."), where="source"
        )
    return source.strip()[:300]


def set_rung(
    actor: Actor,
    name: str,
    title: str,
    place: int,
    chair: str,
    source: str,
    *,
    mode: str = "proposed",
    weekday: int | None = None,
    request: bool = False,
    late_days: int | None = None,
    active: bool = True,
    division: int = 0,
    valid_from: date | None = None,
) -> int:
    """Add a row for a rung and return its id; open items keep the chair they wait for."""
    may_edit(actor, division)
    if roles.get(chair) is None:
        raise BadInput(_("There is no such role."), where="chair")
    if mode not in MODES or (mode == "days") != (weekday is not None) or not 0 <= (weekday or 0) <= 6:
        raise BadInput(_("A rung meets when proposed, or on one day of the week: name it."), where="weekday")
    if not 1 <= place <= 9:
        raise BadInput(_("Rungs are numbered from 1 at the bottom to 9."), where="place")
    if late_days is not None and not 0 <= late_days <= 365:
        raise BadInput(_("Please enter a number from 0 to 365."), where="late_days")
    values = {
        "name": name, "title": title, "place": place, "chair": chair, "mode": mode, "weekday": weekday,
        "request": request, "late_days": late_days, "active": active, "division": division,
        "valid_from": valid_from or today(), "source": _sourced(source), "at": now(),
    }  # fmt: skip
    with atomic():
        key = _put("meetings_rungrow", values)
        _say(actor, "meetings.rung", key, values, ["title"])
    return key


def set_duty(
    actor: Actor,
    post: int,
    field: str,
    source: str,
    *,
    target: int = 0,
    line: str = "",
    deputy: int = 0,
    division: int = 0,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> int:
    """Let a post decide about a field of work from a day on and return the row's id.

    What another post of the same role held until then ends the day before. Conflict when that one
    began on the same day or later.
    """
    may_edit(actor, division)
    since = valid_from or today()
    _check_duty(post, field, target, line, deputy)
    if valid_until and valid_until < since:
        raise BadInput(_("The last day lies before the first."), where="valid_until")
    values = {
        "post": post, "role": post_row(post).role, "field": field, "target": target, "line": line, "deputy": deputy,
        "division": division, "valid_from": since, "valid_until": valid_until, "source": _sourced(source),
        "at": now(),
    }  # fmt: skip
    with atomic():
        _end_before(actor, values)
        try:
            with atomic():
                key = _put("meetings_dutyrow", values)
        except IntegrityError as error:
            raise Conflict(
                _("Another post holds this field from that day or later. End that row first."),
                where="valid_from",
            ) from error
        _say(actor, "meetings.duty", key, values)
    return key


def _check_duty(post: int, field: str, target: int, line: str, deputy: int) -> None:
    if deputy:
        post_row(deputy)
    if deputy == post:
        raise BadInput(_("Nobody is their own deputy."), where="deputy")
    if field not in FIELDS or bool(target) != (field in {"subject", "unit", "division"}):
        raise BadInput(_("Name what the field of work is: the subject, unit or division."), where="target")
    if (field == "line") != bool(line):
        raise BadInput(_("Name the line of business."), where="line")


_END = """
UPDATE meetings_dutyrow SET valid_until = %(last)s
WHERE division = %(division)s AND role = %(role)s AND field = %(field)s AND target = %(target)s
  AND line = %(line)s AND valid_from < %(since)s AND (valid_until IS NULL OR valid_until >= %(since)s)
RETURNING id"""


def _end_before(actor: Actor, values: Mapping[str, Any]) -> None:
    since = values["valid_from"]
    last = since - timedelta(days=1)
    for (key,) in run(_END, {**values, "since": since, "last": last}):
        record(actor, "meetings.duty_end", {"row": key, "last": last.isoformat()})


def end_duty(actor: Actor, key: int, last: date) -> None:
    """Let a row of the 领导分工表 end with a day."""
    with atomic():
        found = run(
            "SELECT division, valid_from, valid_until FROM meetings_dutyrow WHERE id = %s FOR UPDATE", (key,)
        )
        if not found:
            raise NotFound(_("There is no such row."), where="duty")
        division, since, until = found[0]
        may_edit(actor, division)
        if last < since:
            raise BadInput(_("The last day lies before the first."), where="last")
        if until is not None and until <= last:
            raise Conflict(_("This row has ended by then already."), where="last")
        run("UPDATE meetings_dutyrow SET valid_until = %s WHERE id = %s", (last, key))
        record(actor, "meetings.duty_end", {"row": key, "last": last.isoformat()})


def set_away(actor: Actor, post: int, first: date, last: date) -> int:
    """Write down that a chair is away; one's own days anybody may, another's whoever edits the tables."""
    row = post_row(post)
    if actor.post != post:
        may_edit(actor, row.division)
    if last < first or last < today():
        raise BadInput(_("The last day lies before the first, or is over."), where="last")
    values = {"post": post, "first": first, "last": last, "at": now()}
    try:
        with atomic():
            key = _put("meetings_absence", values)
            _say(actor, "meetings.away", key, values)
    except IntegrityError as error:
        raise Conflict(_("These days are written down already."), where="first") from error
    return key


def set_weight(
    actor: Actor,
    term: str,
    weight: Decimal,
    source: str,
    *,
    bound: Decimal | None = None,
    division: int = 0,
    valid_from: date | None = None,
) -> int:
    """Say what a term of the order by harm weighs from a day on, and return the row's id."""
    may_edit(actor, division)
    if term not in NAMES:
        raise BadInput(_("There is no such term."), where="term")
    if weight < 0 or (bound is not None and bound <= 0):
        raise BadInput(_("A weight is zero or more, a bound more than zero."), where="weight")
    values = {
        "term": term, "weight": weight, "bound": bound, "division": division,
        "valid_from": valid_from or today(), "source": _sourced(source), "at": now(),
    }  # fmt: skip
    with atomic():
        key = _put("meetings_weightrow", values)
        _say(actor, "meetings.weight", key, values)
    return key


def set_series(
    actor: Actor,
    name: str,
    title: str,
    place: int,
    weekday: int,
    begins: time,
    source: str,
    *,
    minutes: int = 90,
    room: str = "",
    ahead: int = 3,
    active: bool = True,
    division: int = 0,
    valid_from: date | None = None,
) -> int:
    """Let a meeting recur from a day on: planned ``ahead`` days before, on the next working day if it rests."""
    may_edit(actor, division)
    if not 0 <= weekday <= 6 or not 0 < minutes <= 600 or not 0 <= ahead <= 30 or not 1 <= place <= 9:
        raise BadInput(_("Please check the day of the week, the length and the rung."), where="weekday")
    values = {
        "name": name, "title": title, "place": place, "weekday": weekday, "begins": begins, "minutes": minutes,
        "room": room, "ahead": ahead, "active": active, "division": division,
        "valid_from": valid_from or today(), "source": _sourced(source), "at": now(),
    }  # fmt: skip
    with atomic():
        key = _put("meetings_seriesrow", values)
        _say(actor, "meetings.series", key, values, ["title", "room"])
    return key


def load_defaults() -> None:
    """Bring in the rows that come with the program, table by table, where a table is still empty."""
    rows = json.loads((Path(__file__).parent.parent / "defaults.json").read_text(encoding="utf-8"))
    tables = {"rungs": "meetings_rungrow", "weights": "meetings_weightrow", "series": "meetings_seriesrow"}
    more = {"rungs": {"active": True}, "weights": {}, "series": {"active": True}}
    with atomic():
        for name, table in tables.items():
            if run(f"SELECT 1 FROM {table} LIMIT 1"):  # noqa: S608 - our own names
                continue
            for row in rows[name]:
                _put(table, {**row, **more[name], "division": 0, "valid_from": _SINCE, "at": now()})


def is_installed() -> bool:
    """Whether the tables of this room stand (a migration may stop halfway)."""
    return bool(run("SELECT to_regclass('meetings_dutyrow') IS NOT NULL")[0][0])
