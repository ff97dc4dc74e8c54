"""Changing calendars as a form or call says: read first, so that a preview and the change agree."""

import re
from datetime import date, time, timedelta
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.clock import actions
from bihuan.kernel.clock.actions import DayChange
from bihuan.kernel.clock.ground import ground
from bihuan.kernel.errors import BadInput, Conflict
from bihuan.kernel.identity.actors import Actor
from bihuan.logic.limits import Span
from bihuan.site.admin import permits
from bihuan.site.admin.calendars import reading, saying, selectors
from bihuan.site.admin.places import read_place

#: A closure longer than this is a slip of the pen.
_LONGEST = 62
_SPAN = re.compile(r"^(\d{1,2}[:：]\d{2})\s*[-–—~至到]\s*(\d{1,2}[:：]\d{2})$")
Values = dict[str, Any]


def read_days(actor: Actor, values: Values) -> tuple[int, list[DayChange]]:
    """Return place and changes a form means; a form that changes nothing is a conflict."""
    place = read_place(values.get("division", ""))
    permits.need(actor, permits.CALENDAR, place)
    first = date.fromisoformat(values["first"])
    last = date.fromisoformat(values.get("last") or values["first"])
    if not 0 <= (last - first).days <= _LONGEST:
        raise BadInput(
            _("The last day lies before the first, or the span is longer than two months."), where="last"
        )
    working = {"shut": False, "open": True, "plain": None}[values["what"]]
    name, source = values.get("name", ""), values.get("source", "")
    if working is not None and not (name and source):
        text = _("Say what for, and on whose word: whoever waits for a deadline will ask.")
        raise BadInput(text, where="source" if name else "name")
    every = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    stands = selectors.own_days(place, first, last)
    found = [
        DayChange(day, working, name, source) for day in every if _differs(stands.get(day), working, name)
    ]
    if not found:
        raise Conflict(_("Nothing is changed: these days stand so already."), where="first")
    return place, found


def _differs(row: selectors.Closure | None, working: bool | None, name: str) -> bool:
    if row is None:
        return working is not None
    return working is None or (row.working, row.name) != (working, name)


def change_days(actor: Actor, values: Values) -> int:
    """Change days as the form says and return the new version."""
    place, changes = read_days(actor, values)
    return actions.set_days(actor, changes, place)


def read_year(actor: Actor, values: Values) -> list[DayChange]:
    """Return the days of a notice; BadInput names the line that can't be read."""
    permits.need(actor, permits.CALENDAR)
    year = values["year"]
    if not selectors.FIRST <= year <= selectors.LAST:
        raise BadInput(_("Please check the year."), where="year")
    try:
        found = reading.read_days(values["text"], year)
    except reading.Unreadable as error:
        raise saying.unreadable(error) from error
    if not any(not one.working for one in found):
        raise BadInput(_("No holiday was found in the text. Paste the notice's own words."), where="text")
    stands = selectors.own_days(0, date(year, 1, 1), date(year, 12, 31))
    same = {(row.day, row.working) for row in stands.values()} == {(one.day, one.working) for one in found}
    if same and (notice := selectors.notices().get(year)) and notice.source == values["source"]:
        raise Conflict(_("Nothing is changed: the year stands so already."), where="text")
    return [DayChange(one.day, one.working, one.name, values["source"]) for one in found]


def announce(actor: Actor, values: Values) -> int:
    """Take in a year's notice as the form says and return the new version."""
    changes = read_year(actor, values)
    published = values.get("published")
    return actions.announce_year(
        actor, values["year"], values["source"], changes, values.get("address", ""),
        date.fromisoformat(published) if published else None,
    )  # fmt: skip


def read_hours(actor: Actor, values: Values) -> tuple[int, date, list[Span]]:
    """Return place, day and spans a form means; a form that changes nothing is a conflict."""
    place = read_place(values.get("division", ""))
    permits.need(actor, permits.CALENDAR, place)
    since, spans = date.fromisoformat(values["valid_from"]), _spans(values["spans"])
    held = ground().worked.get(place)
    if held and dict(held.rows).get(since) == tuple(spans):
        raise Conflict(_("Nothing is changed: these hours stand so already."), where="spans")
    return place, since, spans


def _spans(text: str) -> list[Span]:
    found: list[Span] = []
    for part in filter(None, (piece.strip() for piece in re.split(r"[,，、;；]", text))):
        match = _SPAN.match(part)
        try:
            if match is None:
                raise ValueError
            start, end = (time.fromisoformat(one.replace("：", ":").zfill(5)) for one in match.groups())
        except ValueError:
            said = _("“%(part)s” can't be read: write 09:00-12:00, 13:30-17:30.")
            raise BadInput(said % {"part": part}, where="spans") from None
        found.append((start, end))
    flat = [moment for span in found for moment in span]
    if not flat or flat != sorted(set(flat)):
        raise BadInput(_("Working hours must be spans of the day, one after another."), where="spans")
    return found


def set_hours(actor: Actor, values: Values) -> int:
    """Set working hours as the form says and return the new version."""
    place, since, spans = read_hours(actor, values)
    return actions.set_hours(actor, since, spans, values.get("source", ""), place)
