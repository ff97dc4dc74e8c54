"""The figures of the house: tiles by line, each with fraction, moment and definition, and what each part counts."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bihuan.kernel.errors import BadInput
from bihuan.kernel.figures import selectors, tallies
from bihuan.kernel.figures.selectors import FigureValue
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import today
from bihuan.logic.rates import Tally
from bihuan.site.figures import reading
from bihuan.site.figures.reading import PERMIT, Declared
from bihuan.ui import cells
from bihuan.ui import format as fmt
from bihuan.ui.page import Crumb, Page, actor_of, may, page
from bihuan.ui.panels import (
    Column,
    Empty,
    Facts,
    Figure,
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

SIZE = 50


def _asked(request: HttpRequest) -> tuple[str, date | None]:
    """Return (period, past day or None) of an address; BadInput for a day that isn't there."""
    period = "all" if request.GET.get("period") == "all" else "year"
    text = request.GET.get("on", "")
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadInput(_("Please enter a day as 2026-10-31."), where="on") from error
    if day and day > today():
        raise BadInput(_("This day is still to come."), where="on")
    return period, day if day and day < today() else None


def _href(name: str, period: str, on: date | None, **more: str) -> str:
    query = {"period": period, "on": on.isoformat() if on else "", **more}
    address = reverse("figure", args=[name]) if name else reverse("figures")
    return f"{address}?{urlencode({key: value for key, value in query.items() if value})}"


def _bar(period: str, on: date | None) -> FilterBar:
    days = [("", _("now"))]
    first = today().replace(day=1)
    for _month in range(6):
        end = first - date.resolution
        days.append((end.isoformat(), fmt.day(end, weekday=False)))
        first = end.replace(day=1)
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
            figures=[_tile(one, found[one.name], _href(one.name, period, on)) for one in group.figures],
        )
        for group in groups
    ]
    return Page(title=_("All figures"), kind="list", panels=panels)


def _tile(declared: Declared, value: FigureValue, href: str) -> Figure:
    rate = declared.unit == "%" and value.denominator is not None
    left = [f"{_(title)} {count}" for title, count in value.excluded if count]
    out = _("Left out: %(parts)s") % {"parts": "、".join(left)} if left else ""
    plain = value.value if value.denominator is not None else int(value.numerator)
    return Figure(
        title=_(declared.title),
        part=int(value.numerator) if rate else None,
        whole=value.denominator if rate else None,
        value=None if rate else plain,
        unit="" if rate else _(declared.unit),
        as_of=value.at,
        href=href,
        definition=f"{_(declared.definition)} {out}".strip(),
        small=value.small,
    )


@page(permit=PERMIT)
def one(request: HttpRequest, counted_figure: str) -> Page:
    """Show a figure with its definition, and the matters or rows behind each of its parts."""
    actor, (period, on) = actor_of(request), _asked(request)
    declared = reading.find(actor, counted_figure)
    value = reading.values(actor, [declared], period, on)[declared.name]
    titles = reading.parts(declared)
    part = request.GET.get("part", "numerator")
    part = part if part in titles else "numerator"
    tabs = [
        Tab(_(title), _href(declared.name, period, on, part=name), name == part)
        for name, title in titles.items()
    ]
    items: list[tuple[str, Any]] = [(_(declared.title), _shown(declared, value)), (_("As of"), value.at)]
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
        ],
    )


def _shown(declared: Declared, value: FigureValue) -> Any:
    if declared.unit == "%" and value.denominator is not None:
        return cells.Rate(int(value.numerator), value.denominator)
    plain = value.value if value.denominator is not None else int(value.numerator)
    return cells.Num(plain, _(declared.unit))


def _cases(request: HttpRequest, actor: Actor, name: str, part: str) -> Table:
    period, on = _asked(request)
    matter, _dash, episode = request.GET.get("before", "").partition("-")
    before = (int(matter), int(episode)) if _number(matter) and _number(episode) else None
    found = selectors.cases(
        name,
        part,
        selectors.yard(actor),
        as_of=on,
        since=reading.since(period),
        before=before,
        limit=SIZE + 1,
    )
    more = f"{found[SIZE - 1].matter_id}-{found[SIZE - 1].episode}" if len(found) > SIZE else ""

    def href(row: Any) -> str:
        return reverse("matter", args=[row.code])

    return Table(
        id="counted",
        caption=_("Matters"),
        rows=found[:SIZE],
        row_key=lambda row: f"{row.matter_id}-{row.episode}",
        row_href=href,
        columns=[
            Column(pgettext("of a matter", "Code"), "code", link=href),
            Column(_("Title"), lambda row: row.title or _("(erased)"), head=True, link=href),
            Column(_("Episode"), "episode", number=True),
        ],
        pager=Pager(next=_href(name, period, on, part=part, before=more) if more else ""),
        empty=Empty(text=_("No matter is counted here."), icon="chart"),
    )


def _rows(request: HttpRequest, actor: Actor, tally: Tally, part: str) -> Table:
    period, on = _asked(request)
    given = request.GET.get("before", "")
    before = int(given) if _number(given) else 0
    found = tallies.rows(
        tally.name, part, selectors.yard(actor), as_of=on, since=reading.since(period), before=before,
        limit=SIZE + 1,
    )  # fmt: skip
    more = str(found[SIZE - 1].id) if len(found) > SIZE else ""

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
        rows=found[:SIZE],
        row_key=lambda row: row.id,
        row_href=opens,
        columns=columns,
        pager=Pager(next=_href(tally.name, period, on, part=part, before=more) if more else ""),
        empty=Empty(text=_("Nothing is counted here."), icon="chart"),
    )


def _number(text: str) -> bool:
    return text.isdecimal() and len(text) < 19
