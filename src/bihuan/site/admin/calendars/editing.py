"""Changing a calendar: days of a place, a year's notice, working hours; each shown before it is done."""

import re
from collections import defaultdict
from datetime import date, time, timedelta
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.clock import actions
from bihuan.kernel.clock.actions import DayChange
from bihuan.kernel.clock.ground import ground
from bihuan.kernel.errors import BadInput, Conflict
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.rights import has_right
from bihuan.kernel.now import today
from bihuan.logic.limits import Span
from bihuan.site.admin import permits
from bihuan.site.admin.calendars import forms, pages, previews, reading, saying, selectors
from bihuan.site.admin.doors import Ask, Told, ask
from bihuan.site.admin.places import read_place, write_place
from bihuan.ui.page import Page, actor_of, page
from bihuan.ui.panels import Alert, Column, Panel, Table

#: A closure longer than this is a slip of the pen.
_LONGEST = 62
_SPAN = re.compile(r"^(\d{1,2}[:：]\d{2})\s*[-–—~至到]\s*(\d{1,2}[:：]\d{2})$")
Values = dict[str, Any]


def _start_place(request: HttpRequest, actor: Actor) -> str:
    asked = request.GET.get("at", "")
    if asked.isdigit() and len(asked) < 19:
        return write_place(int(asked))
    return "" if has_right(actor, permits.HOUSE) else write_place(actor.division)


@page(permit=permits.CALENDAR)
def days(request: HttpRequest) -> Page | HttpResponseBase:
    """Close or open days of a place, or make them ordinary again."""
    actor = actor_of(request)

    def act(values: Values) -> Told:
        change_days(actor, values)
        place, first = read_place(values.get("division", "")), date.fromisoformat(values["first"])
        url = pages.Asked(first.year, place).href()
        return Told(url=url, message=_("The days are changed; running clocks follow within a minute."))

    def preview(values: Values) -> list[Panel]:
        place, changes = read_days(actor, values)
        return [_what_moves(previews.of_days(changes, place))]

    first = request.GET.get("first", "")
    start = {
        "division": _start_place(request, actor),
        "first": first,
        "what": request.GET.get("what", "shut"),
    }
    return ask(
        request,
        Ask(
            form=forms.DAYS, act=act, preview=preview, back=reverse("admin_calendar"), crumbs=pages.crumbs(),
            start=start, submit=_("Apply"),
        ),
    )  # fmt: skip


def _what_moves(effect: previews.Effect) -> Alert:
    return Alert(
        id="effect",
        tone="warn" if effect.moved else "info",
        title=_("What moves"),
        text=effect.words(),
        details=[
            _("Who holds a moved matter sees the new date and why; the change itself is in the ledger.")
        ],
    )


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


@page(permit=permits.HOUSE)
def year(request: HttpRequest) -> Page | HttpResponseBase:
    """Enter the State Council's notice of a year."""
    actor = actor_of(request)

    def act(values: Values) -> Told:
        announce(actor, values)
        url = pages.Asked(values["year"], 0).href()
        return Told(url=url, message=_("The year is announced; running clocks follow within a minute."))

    def preview(values: Values) -> list[Panel]:
        changes = read_year(actor, values)
        return _looks(values, changes)

    asked = request.GET.get("year", "")
    start = {"year": asked if asked.isdigit() else _next_year()}
    return ask(
        request,
        Ask(
            form=forms.YEAR, act=act, preview=preview, back=reverse("admin_calendar"), crumbs=pages.crumbs(),
            start=start, submit=_("Apply"),
            intro=_("What stands for the year is replaced as a whole; days of single places stay."),
        ),
    )  # fmt: skip


def _next_year() -> str:
    known = ground().announced
    return str(next(year for year in range(today().year, today().year + 5) if year not in known))


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


def _looks(values: Values, changes: list[DayChange]) -> list[Panel]:
    year = values["year"]
    on = previews.with_year(ground(), year, values["source"], changes)
    named: dict[str, tuple[list[date], list[date]]] = defaultdict(lambda: ([], []))
    for change in changes:
        named[change.name][int(bool(change.working))].append(change.day)
    rows = [(name, len(off), off, on_) for name, (off, on_) in named.items()]
    table = Table(
        id="read",
        title=_("What was read"),
        rows=rows,
        columns=[
            Column(_("Holiday"), lambda row: row[0] or None, head=True),
            Column(_("Days off"), lambda row: row[1], number=True),
            Column(_("From … to"), lambda row: _span(row[2])),
            Column(_("Worked instead"), lambda row: "、".join(f"{day:%m-%d}" for day in row[3]) or None),
        ],
    )
    effect = _what_moves(previews.of_year(year, values["source"], changes))
    return [effect, table, pages.picture_of(str(year), year, on, id="year", title=str(year))]


def _span(days: list[date]) -> str | None:
    return f"{days[0]:%m-%d} … {days[-1]:%m-%d}" if days else None


def announce(actor: Actor, values: Values) -> int:
    """Take in a year's notice as the form says and return the new version."""
    changes = read_year(actor, values)
    published = values.get("published")
    return actions.announce_year(
        actor, values["year"], values["source"], changes, values.get("address", ""),
        date.fromisoformat(published) if published else None,
    )  # fmt: skip


@page(permit=permits.CALENDAR)
def hours(request: HttpRequest) -> Page | HttpResponseBase:
    """Set the working hours of a place from a day on."""
    actor = actor_of(request)

    def act(values: Values) -> Told:
        set_hours(actor, values)
        return Told(url=reverse("admin_calendar"), message=_("The hours are set; running clocks follow."))

    def preview(values: Values) -> list[Panel]:
        place, since, spans = read_hours(actor, values)
        return [_what_moves(previews.of_hours(since, spans, place))]

    start = {"division": _start_place(request, actor), "valid_from": today().isoformat()}
    return ask(
        request,
        Ask(
            form=forms.HOURS, act=act, preview=preview, back=reverse("admin_calendar"), crumbs=pages.crumbs(),
            start=start, submit=_("Apply"),
        ),
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
