"""Calendars and working hours over the API."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Router, Schema

from bihuan.kernel.clock.ground import ground
from bihuan.site.admin import permits
from bihuan.site.admin.calendars import actions, forms, previews, selectors
from bihuan.site.admin.calls import Changed, Key, Number, carried, parsed
from bihuan.ui.api import Before, Cursor, Limit, operation
from bihuan.ui.page import actor_of

router = Router(tags=["admin"])
Year = Annotated[int, Path(ge=selectors.FIRST, le=selectors.LAST)]


class DayOut(Schema):
    """A day that differs from its weekday: rest, work (make-up), shut or open (of a place)."""

    day: date
    kind: str
    name: str


class YearOut(Schema):
    """A year of a place; ``provisional`` until its notice stands."""

    year: int
    provisional: bool
    source: str
    address: str
    published: date | None
    version: int
    working_days: list[int]
    days: list[DayOut]


class DaysIn(Schema):
    """Days to close (``shut``), work (``open``) or make ordinary (``plain``) in a division or everywhere."""

    what: str
    first: date
    last: date | None = None
    division: str = ""
    name: str = ""
    source: str = ""


class NoticeIn(Schema):
    """A year's notice: its own words, or a line for each day or span."""

    year: int
    source: str
    text: str
    address: str = ""
    published: date | None = None


class HoursIn(Schema):
    """Working hours from a day on, such as 09:00-12:00, 13:30-17:30."""

    spans: str
    valid_from: date
    division: str = ""
    source: str = ""


class HoursOut(Schema):
    """Working hours of a division (0: everywhere) from a day on."""

    division: int
    valid_from: date
    spans: str
    source: str


class VersionOut(Schema):
    """A change of what clocks are counted on; ``rippled`` when it had reached the running clocks."""

    version: int
    at: datetime
    who: str
    kind: str
    what: dict[str, Any]
    division: int
    rippled: datetime | None
    moved: int


@router.get("/calendar/hours", response=list[HoursOut], operation_id="admin_calendar_hours_list")
@operation(permit=permits.CALENDAR)
def hours_list(request: HttpRequest) -> Any:
    """List the rows of working hours."""
    return selectors.hours()


@router.get("/calendar/versions", response=Cursor[VersionOut], operation_id="admin_calendar_versions")
@operation(permit=permits.CALENDAR)
def versions(request: HttpRequest, before: Before = 0, limit: Limit = 50) -> Any:
    """List every change of calendars, limits and reminders, latest first."""
    rows, more = selectors.versions(before=before, limit=limit)
    return {"rows": rows, "before": more}


def _changed(effect: previews.Effect, version: int = 0) -> dict[str, Any]:
    return {"version": version, "touched": effect.touched, "moved": effect.moved}


@router.post("/calendar/days", response=Changed, operation_id="admin_calendar_days")
@operation(permit=permits.CALENDAR)
def days(request: HttpRequest, body: DaysIn, preview: bool = False, key: Key = "") -> Any:
    """Change days, or with ``preview`` only tell what would move."""
    actor, values = actor_of(request), parsed(forms.DAYS, body)

    def effect() -> previews.Effect:
        place, changes = actions.read_days(actor, values)
        return previews.of_days(changes, place)

    if preview:
        return _changed(effect())
    return carried(request, key, values, lambda: _changed(effect(), actions.change_days(actor, values)))


@router.post("/calendar/years", response=Changed, operation_id="admin_calendar_announce")
@operation(permit=permits.HOUSE)
def announce(request: HttpRequest, body: NoticeIn, preview: bool = False, key: Key = "") -> Any:
    """Enter a year's notice, or with ``preview`` only tell what would move."""
    actor, values = actor_of(request), parsed(forms.YEAR, body)

    def effect() -> previews.Effect:
        return previews.of_year(values["year"], values["source"], actions.read_year(actor, values))

    if preview:
        return _changed(effect())
    return carried(request, key, values, lambda: _changed(effect(), actions.announce(actor, values)))


@router.post("/calendar/hours", response=Changed, operation_id="admin_calendar_hours")
@operation(permit=permits.CALENDAR)
def hours(request: HttpRequest, body: HoursIn, preview: bool = False, key: Key = "") -> Any:
    """Set working hours from a day on, or with ``preview`` only tell what would move."""
    actor, values = actor_of(request), parsed(forms.HOURS, body)

    def effect() -> previews.Effect:
        place, since, spans = actions.read_hours(actor, values)
        return previews.of_hours(since, spans, place)

    if preview:
        return _changed(effect())
    return carried(request, key, values, lambda: _changed(effect(), actions.set_hours(actor, values)))


# Last: its address would match those of the days, years and hours.
@router.get("/calendar/{year}", response=YearOut, operation_id="admin_calendar_read")
@operation(permit=permits.CALENDAR)
def year(request: HttpRequest, year: Year, division: Number = 0) -> Any:
    """Read a year of a division (0: everywhere)."""
    on, notice = ground(), selectors.notices().get(year)
    days = [
        {"day": day, "kind": mark.kind, "name": mark.name}
        for day, mark in sorted(selectors.marks(on, year, division).items())
    ]
    return {
        "year": year,
        "provisional": year not in on.announced,
        "source": notice.source if notice else "",
        "address": notice.address if notice else "",
        "published": notice.published if notice else None,
        "version": on.version,
        "working_days": selectors.working_days(on.calendar(selectors.path_of(division)), year),
        "days": days,
    }
