"""Figures of the line: tiles that open to exactly what they count, as of today or any day before."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from bihuan.kernel.errors import NotFound
from bihuan.kernel.figures import selectors as kernel
from bihuan.kernel.figures import trends
from bihuan.kernel.identity.actors import Actor
from bihuan.lines.projects.reports import figures, standing, words
from bihuan.lines.projects.reports.figures import INVESTMENT, ON_TIME, Measured, Share
from bihuan.lines.projects.reports.table_pages import address
from bihuan.lines.projects.selectors import cards
from bihuan.ui import cells, counted
from bihuan.ui import format as fmt
from bihuan.ui.page import Crumb, Page, actor_of, page
from bihuan.ui.panels import (
    Column,
    Empty,
    Facts,
    Figure,
    Figures,
    Pager,
    Panel,
    Prose,
    Tab,
    Table,
    Tabs,
)


def href(name: str, on: date | None, **more: Any) -> str:
    """Return the address of a figure."""
    query = {**({"on": on.isoformat()} if on else {}), **more}
    return f"{reverse('projects_figure', args=[name])}{'?' if query else ''}{urlencode(query)}"


# All of them -------------------------------------------------------------------------------------------------


@page(permit="projects")
def all_figures(request: HttpRequest) -> Page:
    """Show the figures of reports and problems, over what is one's own."""
    actor, on = actor_of(request), counted.past_day(request)
    return Page(
        title=_("Figures"),
        lead=_("As known at the end of %(day)s") % {"day": fmt.day(on)} if on else "",
        kind="list",
        panels=[
            _earlier(on),
            Figures(
                id="figures", title=_("Figures"), figures=[*_of_reports(actor, on), *_of_problems(actor, on)]
            ),
        ],
    )


def _earlier(on: date | None) -> Panel:
    ends = counted.month_ends()
    tabs = [Tab(_("Now"), reverse("projects_figures"), active=on is None)]
    tabs += [Tab(fmt.day(end, weekday=False), f"?on={end}", active=end == on) for end in ends]
    if on and on not in ends:
        tabs.append(Tab(fmt.day(on, weekday=False), f"?on={on}", active=True))
    return Tabs(id="days", tabs=tabs)


def _of_reports(actor: Actor, on: date | None) -> list[Figure]:
    rate, months = (figures.reporting(actor, as_of=on), []) if on else figures.reporting_over(actor)
    money = figures.investment(actor, as_of=on)
    invested = [] if on else figures.investment_trend(actor, money.period)
    return [
        Figure(
            title=f"{_(ON_TIME.title)} · {words.period(rate.period)}",
            part=int(rate.numerator),
            whole=int(rate.denominator),
            as_of=rate.at,
            href=href(ON_TIME.name, on),
            definition=f"{_(ON_TIME.definition)} {_left_out(rate)}".strip(),
            small=rate.small,
            trend=counted.picture(_(ON_TIME.title), months),
        ),
        Figure(
            title=_(INVESTMENT.title),
            value=None if money.value is None else fmt.number(money.value, 2),
            unit="%",
            as_of=money.at,
            href=href(INVESTMENT.name, on),
            definition=f"{_(INVESTMENT.definition)} {_left_out(money)}".strip(),
            compare=_fraction(money),
            small=money.small,
            trend=counted.picture(_(INVESTMENT.title), invested),
        ),
    ]


def _fraction(money: Measured) -> str:
    return f"{fmt.money(money.numerator, 'wan').text} / {fmt.money(money.denominator, 'wan').text}"


def _left_out(found: Measured) -> str:
    parts = [f"{_(title)} {count}" for _part, title, count in figures.excluded(found)]
    return _("Left out: %(parts)s") % {"parts": ", ".join(parts)} if parts else ""


def _of_problems(actor: Actor, on: date | None) -> list[Figure]:
    """Problems are matters: their figures open where all figures of matters do."""
    found, yard = figures.problems(actor, on), kernel.yard(actor)
    past = trends.of_months([figure for figure, _value in found], yard[0]) if yard and not on else {}
    made = []
    for figure, value in found:
        points = [*past.get(figure.name, ()), trends.Point(value.as_of, value.value, value.small)]
        drawn = "" if on else counted.picture(_(figure.title), points)
        query = urlencode({"period": "all", **({"on": on.isoformat()} if on else {})})
        opened = f"{reverse('figure', args=[figure.name])}?{query}"
        made.append(counted.tile(figure, value, opened, trend=drawn))
    return made


# One figure ----------------------------------------------------------------------------------------------------


@page(permit="projects")
def one(request: HttpRequest, name: str) -> Page:
    """Show a figure: what it counts, its trend, and the matters or projects behind each part."""
    actor, on = actor_of(request), counted.past_day(request)
    if name == ON_TIME.name:
        return _reporting(request, actor, on)
    if name == INVESTMENT.name:
        return _investment(request, actor, on)
    raise NotFound(_("There is no such figure."), where=name)


def _page(title: str, on: date | None, panels: Sequence[Panel]) -> Page:
    return Page(
        title=title,
        lead=_("As known at the end of %(day)s") % {"day": fmt.day(on)} if on else "",
        kind="list",
        crumbs=[Crumb(_("Figures"), f"{reverse('projects_figures')}{f'?on={on}' if on else ''}")],
        panels=panels,
    )


def _reporting(request: HttpRequest, actor: Actor, on: date | None) -> Page:
    found = figures.reporting(actor, as_of=on)
    items: list[tuple[str, Any]] = [
        (_(ON_TIME.title), cells.Rate(int(found.numerator), int(found.denominator))),
        (_("Period"), words.period(found.period)),
        *(
            (_(ON_TIME.parts[part]), cells.To(count, address(found.period, part=part)) if not on else count)
            for part in standing.STANDINGS
            if (count := found.counts.get(part, 0))
        ),
    ]
    facts = Facts(id="figure", title=_(ON_TIME.title), items=items, columns=3)
    trend = (
        counted.over_time(_(ON_TIME.title), figures.reporting_trend(actor, found.period)) if not on else []
    )
    return _page(
        _(ON_TIME.title), on, [Prose(id="definition", paragraphs=[_(ON_TIME.definition)]), facts, *trend]
    )


def _investment(request: HttpRequest, actor: Actor, on: date | None) -> Page:
    found = figures.investment(actor, as_of=on)
    part = request.GET.get("part", "counted")
    part = part if part in INVESTMENT.parts else "counted"
    before = counted.row_after(request.GET.get("before", ""))
    rows = figures.shares(actor, part, as_of=on, before=before, limit=counted.SIZE + 1)
    names = cards([row.project for row in rows])
    more = len(rows) > counted.SIZE
    rows = rows[: counted.SIZE]
    table = Table(
        id="projects",
        caption=_("Projects"),
        columns=[
            Column(_("Project"), lambda r: names[r.project].name, head=True, link=_project),
            Column(_("Done this year so far"), lambda r: _wan(r.done), number=True),
            Column(_("Plan of the year"), lambda r: _wan(r.planned), number=True),
            Column(_("Of the year's plan"), _of_plan, number=True),
        ],
        rows=rows,
        row_key=lambda r: r.project,
        pager=Pager(next=href(INVESTMENT.name, on, part=part, before=rows[-1].project) if more else ""),
        empty=Empty(text=_("No project is counted here.")),
    )
    tabs = Tabs(
        id="parts",
        tabs=[
            Tab(_(title), href(INVESTMENT.name, on, part=name), name == part, found.counts.get(name, 0))
            for name, title in INVESTMENT.parts.items()
        ],
        body=[table],
    )
    value = f"{words.percent(found.value)} = {_fraction(found)}"
    facts = Facts(id="figure", title=_(INVESTMENT.title), items=[(_(INVESTMENT.title), value)], columns=1)
    trend = (
        counted.over_time(_(INVESTMENT.title), figures.investment_trend(actor, found.period))
        if not on
        else []
    )
    said_ = Prose(id="definition", paragraphs=[_(INVESTMENT.definition)])
    return _page(_(INVESTMENT.title), on, [said_, facts, tabs, *trend])


def _project(row: Share) -> str:
    return reverse("project", args=[row.project])


def _wan(value: Any) -> Any:
    return "" if value is None else cells.Money(value, "wan", "wan")


def _of_plan(row: Share) -> str:
    return words.percent(row.done * 100 / row.planned) if row.planned and row.done is not None else ""
