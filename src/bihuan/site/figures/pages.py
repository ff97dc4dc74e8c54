"""The figures of the house: tiles by line, each with fraction, moment and definition, and what each part counts."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from bihuan.kernel.figures import selectors, tallies, trends
from bihuan.kernel.figures.selectors import FigureValue
from bihuan.kernel.identity.actors import Actor
from bihuan.logic.rates import Tally
from bihuan.site.figures import reading
from bihuan.site.figures.reading import PERMIT, Declared
from bihuan.ui import cells, counted
from bihuan.ui import format as fmt
from bihuan.ui.page import Crumb, Page, actor_of, may, page
from bihuan.ui.panels import (
    Column,
    Empty,
    Facts,
    Figures,
    Filter,
    FilterBar,
    Pager,
    Panel,
    Prose,
    Tab,
    Table,
    Tabs,
)


def _asked(request: HttpRequest) -> tuple[str, date | None]:
    """Return (period, past day or None) of an address; BadInput for a day that isn't there."""
    period = "all" if request.GET.get("period") == "all" else "year"
    return period, counted.past_day(request)


def _href(name: str, period: str, on: date | None, **more: str) -> str:
    query = {"period": period, "on": on.isoformat() if on else "", **more}
    address = reverse("figure", args=[name]) if name else reverse("figures")
    return f"{address}?{urlencode({key: value for key, value in query.items() if value})}"


def _bar(period: str, on: date | None) -> FilterBar:
    days = [("", _("now"))]
    days += [(end.isoformat(), fmt.day(end, weekday=False)) for end in counted.month_ends()]
    if on and on.isoformat() not in dict(days):
        days.append((on.isoformat(), fmt.day(on, weekday=False)))
    return FilterBar(
        id="filters",
        url=reverse("figures"),
        filters=[
            Filter("period", _("Period"), [("year", _("this year")), ("all", _("all time"))], period),
            Filter("on", _("As known"), days, on.isoformat() if on else ""),
        ],
    )


@page(permit=PERMIT)
def overview(request: HttpRequest) -> Page:
    """Show every figure over what is the reader's own, line by line."""
    actor, (period, on) = actor_of(request), _asked(request)
    groups = list(reading.groups(actor))
    found = reading.values(actor, [one for group in groups for one in group.figures], period, on)
    panels: list[Panel] = [_bar(period, on)]
    panels += [
        Figures(
            id=f"figures-{group.name}",
            title=_(group.title),
            headed=True,
            figures=[
                counted.tile(one, found[one.name], _href(one.name, period, on)) for one in group.figures
            ],
        )
        for group in groups
    ]
    return Page(title=_("All figures"), kind="list", panels=panels)


@page(permit=PERMIT)
def one(request: HttpRequest, counted_figure: str) -> Page:
    """Show a figure with its definition, and the matters or rows behind each of its parts."""
    actor, (period, on) = actor_of(request), _asked(request)
    declared = reading.find(actor, counted_figure)
    value = reading.values(actor, [declared], period, on)[declared.name]
    titles = counted.titles(declared)
    part = request.GET.get("part", "numerator")
    part = part if part in titles else "numerator"
    tabs = [
        Tab(_(title), _href(declared.name, period, on, part=name), name == part)
        for name, title in titles.items()
    ]
    items: list[tuple[str, Any]] = [
        (_(declared.title), counted.shown(declared, value)),
        (_("As of"), value.at),
    ]
    items += [(_(title), count) for title, count in value.excluded]
    body = (
        _rows(request, actor, declared, part)
        if isinstance(declared, Tally)
        else _cases(request, actor, declared.name, part)
    )
    return Page(
        title=_(declared.title),
        lead=_("As known at the end of %(day)s") % {"day": fmt.day(on)} if on else "",
        kind="list",
        crumbs=[Crumb(_("All figures"), _href("", period, on))],
        panels=[
            Prose(id="definition", paragraphs=[_(declared.definition)]),
            Facts(id="figure", title=_(declared.title), items=items),
            Tabs(id="parts", tabs=tabs, body=[body]),
            *_over_time(actor, declared, value, on),
        ],
    )


def _over_time(actor: Actor, declared: Declared, value: FigureValue, on: date | None) -> list[Panel]:
    """Return the trend of a rate over matters at the ends of past months, all time; nothing for other figures."""
    yard = selectors.yard(actor)
    if isinstance(declared, Tally) or declared.unit != "%" or on or not yard:
        return []
    points = trends.of_months([declared], yard[0]).get(declared.name, [])
    return counted.over_time(
        _(declared.title), [*points, trends.Point(value.as_of, value.value, value.small)]
    )


def _cases(request: HttpRequest, actor: Actor, name: str, part: str) -> Table:
    period, on = _asked(request)
    found = selectors.cases(
        name,
        part,
        selectors.yard(actor),
        as_of=on,
        since=reading.since(period),
        before=counted.place_after(request.GET.get("before", "")),
        limit=counted.SIZE + 1,
    )
    return counted.cases(found, lambda after: _href(name, period, on, part=part, before=after))


def _rows(request: HttpRequest, actor: Actor, tally: Tally, part: str) -> Table:
    period, on = _asked(request)
    before = counted.row_after(request.GET.get("before", ""))
    found = tallies.rows(
        tally.name, part, selectors.yard(actor), as_of=on, since=reading.since(period), before=before,
        limit=counted.SIZE + 1,
    )  # fmt: skip
    more = str(found[counted.SIZE - 1].id) if len(found) > counted.SIZE else ""

    def href(row: tallies.Row) -> str:
        return reverse(tally.opens, args=[row.id])

    opens = href if tally.opens and (not tally.permit or may(tally.permit, actor)) else None
    columns = [
        Column(_("Day"), lambda row: row.day or cells.Quiet("–")),
        Column(_("What is counted"), "title", head=True, link=opens),
    ]
    if tally.is_ratio:
        columns.append(Column(_("Adds"), "amount", number=True))
    return Table(
        id="counted",
        caption=_("What is counted"),
        rows=found[: counted.SIZE],
        row_key=lambda row: row.id,
        row_href=opens,
        columns=columns,
        pager=Pager(next=_href(tally.name, period, on, part=part, before=more) if more else ""),
        empty=Empty(text=_("Nothing is counted here."), icon="chart"),
    )
