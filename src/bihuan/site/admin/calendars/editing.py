"""Changing a calendar: days of a place, a year's notice, working hours; each shown before it is done."""

from collections import defaultdict
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.clock.actions import DayChange
from bihuan.kernel.clock.ground import ground
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.rights import has_right
from bihuan.kernel.now import today
from bihuan.site.admin import permits
from bihuan.site.admin.calendars import actions, forms, pages, previews
from bihuan.site.admin.doors import Ask, Told, ask
from bihuan.site.admin.places import read_place, write_place
from bihuan.ui.page import Page, actor_of, page
from bihuan.ui.panels import Alert, Column, Panel, Table


def _start_place(request: HttpRequest, actor: Actor) -> str:
    asked = request.GET.get("at", "")
    if asked.isdigit() and len(asked) < 19:
        return write_place(int(asked))
    return "" if has_right(actor, permits.HOUSE) else write_place(actor.division)


Values = dict[str, Any]


@page(permit=permits.CALENDAR)
def days(request: HttpRequest) -> Page | HttpResponseBase:
    """Close or open days of a place, or make them ordinary again."""
    actor = actor_of(request)

    def act(values: Values) -> Told:
        actions.change_days(actor, values)
        place, first = read_place(values.get("division", "")), date.fromisoformat(values["first"])
        url = pages.Asked(first.year, place).href()
        return Told(url=url, message=_("The days are changed; running clocks follow within a minute."))

    def preview(values: Values) -> list[Panel]:
        place, changes = actions.read_days(actor, values)
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


@page(permit=permits.HOUSE)
def year(request: HttpRequest) -> Page | HttpResponseBase:
    """Enter the State Council's notice of a year."""
    actor = actor_of(request)

    def act(values: Values) -> Told:
        actions.announce(actor, values)
        url = pages.Asked(values["year"], 0).href()
        return Told(url=url, message=_("The year is announced; running clocks follow within a minute."))

    def preview(values: Values) -> list[Panel]:
        changes = actions.read_year(actor, values)
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


@page(permit=permits.CALENDAR)
def hours(request: HttpRequest) -> Page | HttpResponseBase:
    """Set the working hours of a place from a day on."""
    actor = actor_of(request)

    def act(values: Values) -> Told:
        actions.set_hours(actor, values)
        return Told(url=reverse("admin_calendar"), message=_("The hours are set; running clocks follow."))

    def preview(values: Values) -> list[Panel]:
        place, since, spans = actions.read_hours(actor, values)
        return [_what_moves(previews.of_hours(since, spans, place))]

    start = {"division": _start_place(request, actor), "valid_from": today().isoformat()}
    return ask(
        request,
        Ask(
            form=forms.HOURS, act=act, preview=preview, back=reverse("admin_calendar"), crumbs=pages.crumbs(),
            start=start, submit=_("Apply"),
        ),
    )  # fmt: skip
