"""The calendar of a year and place, its print, and the history of every change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.clock.ground import Ground, ground
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.rights import has_right
from bihuan.kernel.now import today
from bihuan.site.admin import permits
from bihuan.site.admin.calendars import drawing, saying, selectors
from bihuan.site.admin.calendars.selectors import Version
from bihuan.site.admin.places import place_names
from bihuan.ui import cells
from bihuan.ui.page import Crumb, Page, actor_of, page
from bihuan.ui.panels import (
    Action,
    Alert,
    Column,
    Facts,
    Filter,
    FilterBar,
    Pager,
    Panel,
    Picture,
    Table,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which year and place a page is about."""

    year: int
    division: int

    def href(self, name: str = "admin_calendar", **more: Any) -> str:
        """Return an address with this year and place."""
        query = {"year": self.year, "division": self.division or "", **more}
        return f"{reverse(name)}?{urlencode({k: v for k, v in query.items() if v != ''})}"


def asked_of(request: HttpRequest) -> Asked:
    """Return which year and place a page was asked for: by default the present year, everywhere."""
    year, place = request.GET.get("year", ""), request.GET.get("division", "")
    good = year.isdigit() and len(year) == 4 and selectors.FIRST <= int(year) <= selectors.LAST
    return Asked(
        int(year) if good else today().year, int(place) if place.isdigit() and len(place) < 19 else 0
    )


def crumbs() -> list[Crumb]:
    """Return the way to the calendar."""
    return [Crumb(_("Calendar"), reverse("admin_calendar"))]


@page(permit=permits.CALENDAR)
def calendar(request: HttpRequest) -> Page:
    """Show a year: holidays, make-up days, closures; what is provisional and what to do about it."""
    actor, asked, on = actor_of(request), asked_of(request), ground()
    names = place_names([asked.division, *selectors.places_with_days()])
    panels: list[Panel] = [
        _filters(actor, asked, names),
        *_warnings(actor, asked, on),
        _picture(asked, on),
        _closures(asked, names),
        _hours(names),
        changes(
            *selectors.versions(kinds=("days", "hours"), limit=8), names=names, title=_("Latest changes")
        ),
    ]
    return Page(
        title=_("Calendar %(year)s") % {"year": asked.year},
        lead=names.get(asked.division, "") if asked.division else "",
        kind="list",
        panels=panels,
        side=[_facts(asked, on)],
        actions=_actions(actor, asked),
    )


def _filters(actor: Actor, asked: Asked, names: Mapping[int, str]) -> FilterBar:
    present = today().year
    years = sorted({*selectors.notices(), *range(present - 1, present + 3), asked.year})
    shown = "" if asked.year == present else str(asked.year)
    places = dict(names)
    if actor.division:
        places |= place_names([actor.division])
    choices = [("", _("Everywhere")), *((str(id_), name) for id_, name in sorted(places.items()) if id_)]
    return FilterBar(
        id="filters",
        url=reverse("admin_calendar"),
        filters=[
            Filter(
                "year",
                _("Year"),
                [("" if year == present else str(year), str(year)) for year in years],
                shown,
            ),
            Filter("division", _("Where"), choices, str(asked.division or "")),
        ],
    )


def _warnings(actor: Actor, asked: Asked, on: Ground) -> list[Panel]:
    found: list[Panel] = []
    if asked.year not in on.announced:
        may = has_right(actor, permits.HOUSE)
        enter = Action(title=_("Enter the notice"), href=asked.href("admin_calendar_year"), primary=True)
        found.append(
            Alert(
                id="provisional",
                tone="warn",
                title=_("%(year)s is provisional") % {"year": asked.year},
                text=_(
                    "The State Council has announced nothing for this year here. Days the law itself fixes"
                    " are counted as holidays; moved weekends are not known. Every date that reaches into"
                    " the year is marked provisional."
                ),
                details=[_("The notice usually comes out in late October or November of the year before.")],
                action=enter if may else None,
            )
        )
    if selectors.waiting():
        found.append(
            Alert(
                id="rippling", text=_("A change is on its way to the running clocks: in a minute it is done.")
            )
        )
    return found


def picture_of(name: str, year: int, on: Ground, division: int = 0, **more: Any) -> Picture:
    """Return the picture of a year on given tables, with its days as a table."""
    found = selectors.marks(on, year, division)
    counts = selectors.working_days(on.calendar(selectors.path_of(division)), year)
    words = saying.picture_words(name, counts)
    short = drawing.Words(name, words.months, words.weekdays, words.glyphs, words.legend)
    day = today()
    return Picture(
        svg=drawing.year_svg(year, found, words, today=day),
        narrow=drawing.year_svg(year, found, short, today=day, narrow=True),
        head=[_("Name"), _("What"), _("First day"), _("Last day"), _("Days")],
        rows=saying.table(found),
        **more,
    )


def _picture(asked: Asked, on: Ground) -> Picture:
    before, after = Asked(asked.year - 1, asked.division), Asked(asked.year + 1, asked.division)
    return picture_of(
        str(asked.year),
        asked.year,
        on,
        asked.division,
        id="year",
        title=str(asked.year),
        actions=[
            Action(title=str(before.year), href=before.href(), icon="back"),
            Action(title=str(after.year), href=after.href(), icon="arrow"),
            Action(title=_("Print"), href=asked.href("admin_calendar_print"), icon="print"),
        ],
    )


def _facts(asked: Asked, on: Ground) -> Facts:
    notice = selectors.notices().get(asked.year)
    counts = selectors.working_days(on.calendar(selectors.path_of(asked.division)), asked.year)
    off = [mark for mark in selectors.marks(on, asked.year, asked.division).values() if mark.kind == "rest"]
    items: list[tuple[str, Any]] = [
        (_("Holiday notice"), notice.source if notice else cells.Tag(_("not announced"), "warn")),
        (_("Published on"), notice.published if notice else None),
        (_("Address"), cells.To(_("Read the notice"), notice.address) if notice and notice.address else None),
        (_("Working days"), sum(counts)),
        (_("Holidays"), len(off)),
        (_("Version"), on.version),
    ]
    return Facts(
        id="facts", title=_("This year"), columns=1, items=[item for item in items if item[1] is not None]
    )


def _closures(asked: Asked, names: Mapping[int, str]) -> Table:
    rows = selectors.closures(asked.year, list(selectors.path_of(asked.division)) if asked.division else None)
    return Table(
        id="closures",
        title=_("Days of single places"),
        rows=rows,
        columns=[
            Column(_("Day"), "day", head=True),
            Column(_("Where"), lambda row: names.get(row.division, "")),
            Column(_("What"), lambda row: _("worked") if row.working else _("day off")),
            Column(_("What for"), lambda row: row.name or None),
            Column(_("On whose word"), lambda row: row.source or None, wide=True),
            Column(_("Action"), _undo),
        ],
    )


def _undo(row: selectors.Closure) -> cells.To:
    query = urlencode({"first": row.day.isoformat(), "what": "plain", "at": row.division})
    return cells.To(_("Take back"), f"{reverse('admin_calendar_days')}?{query}")


def _hours(names: Mapping[int, str]) -> Table:
    return Table(
        id="hours",
        title=_("Working hours"),
        rows=selectors.hours(),
        columns=[
            Column(_("Hours"), "spans", head=True),
            Column(_("Where"), lambda row: names.get(row.division, "")),
            Column(_("Holds from"), lambda row: row.valid_from if row.valid_from > date.min else None),
            Column(_("On whose word"), lambda row: row.source or cells.Quiet(_("comes with the program"))),
        ],
        actions=[Action(title=_("Set working hours"), href=reverse("admin_calendar_hours"), icon="edit")],
    )


def changes(
    rows: list[Version],
    more: int,
    *,
    names: Mapping[int, str],
    title: str = "",
    pager: Pager | None = None,
) -> Table:
    """Return changes of what clocks are counted on as a table."""
    every = Action(title=_("All changes"), href=reverse("admin_calendar_versions"))
    return Table(
        id="changes",
        title=title,
        caption=_("Changes"),
        rows=rows,
        pager=pager,
        actions=[every] if more and not pager else [],
        columns=[
            Column(_("Version"), "version", number=True),
            Column(
                _("What"),
                lambda row: cells.Stack([cells.Quiet(saying.kind(row)), saying.what(row)]),
                head=True,
            ),
            Column(_("Where"), lambda row: names.get(row.division) or f"#{row.division}"),
            Column(_("Who"), lambda row: row.who or None),
            Column(_("When"), "at"),
            Column(_("Clocks moved"), _moved, number=True),
        ],
    )


def _moved(row: Version) -> Any:
    if row.kind not in {"days", "hours"}:
        return None
    return row.moved if row.rippled else cells.Tag(_("on its way"), "info")


def _actions(actor: Actor, asked: Asked) -> list[Action]:
    place = asked.division or (0 if has_right(actor, permits.HOUSE) else actor.division)
    query = urlencode({"at": place} if place else {})
    found = [
        Action(title=_("Close or open days"), href=f"{reverse('admin_calendar_days')}?{query}", icon="edit"),
        Action(title=_("History"), href=reverse("admin_calendar_versions"), icon="clock"),
    ]
    if has_right(actor, permits.HOUSE):
        found.insert(
            1, Action(title=_("Enter a year's notice"), href=reverse("admin_calendar_year"), icon="calendar")
        )
    return found


@page(permit=permits.CALENDAR)
def printed(request: HttpRequest) -> Page:
    """Show a year on paper."""
    asked, on = asked_of(request), ground()
    notice = selectors.notices().get(asked.year)
    names = place_names([asked.division])
    note = notice.source if notice else _("Provisional: not announced yet")
    return Page(
        title=_("Calendar %(year)s") % {"year": asked.year},
        lead=f"{names[asked.division]} · {note}" if asked.division in names else note,
        kind="print",
        panels=[picture_of(str(asked.year), asked.year, on, asked.division, id="year")],
    )


@page(permit=permits.CALENDAR)
def versions(request: HttpRequest) -> Page:
    """Show every change of calendars, limits and reminders, latest first."""
    before = request.GET.get("before", "")
    start = int(before) if before.isdigit() and len(before) < 10 else 0
    rows, more = selectors.versions(before=start)
    names = place_names({row.division for row in rows})
    pager = Pager(next=f"{reverse('admin_calendar_versions')}?before={more}") if more else Pager()
    return Page(
        title=_("Changes of calendars and limits"),
        lead=_("Each is an entry of the ledger; nothing is overwritten."),
        kind="list",
        crumbs=crumbs(),
        panels=[changes(rows, more, names=names, pager=pager)],
    )
