"""Figures of the line: tiles that open to exactly what they count, as of today or any day before."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bihuan.kernel.errors import BadInput, NotFound
from bihuan.kernel.figures import selectors as kernel
from bihuan.kernel.figures.selectors import Case, FigureValue
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import today
from bihuan.kernel.permits.rules import Branch
from bihuan.lines.projects.reports import figures, standing, words
from bihuan.lines.projects.reports.figures import INVESTMENT, ON_TIME, Measured, Share
from bihuan.lines.projects.reports.table_pages import address
from bihuan.lines.projects.selectors import cards
from bihuan.logic.rates import Figure as Declared
from bihuan.ui import cells
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
    Picture,
    Prose,
    Tab,
    Table,
    Tabs,
)

SIZE = 50


def day_of(request: HttpRequest) -> date | None:
    """Return the past day an address asks for, None for the present; BadInput for one that isn't there yet."""
    text = request.GET.get("on", "")
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadInput(_("Please enter a day as 2026-10-31."), where="on") from error
    if day and day > today():
        raise BadInput(_("This day is still to come."), where="on")
    return day if day and day < today() else None


def href(name: str, on: date | None, **more: Any) -> str:
    """Return the address of a figure."""
    query = {**({"on": on.isoformat()} if on else {}), **more}
    return f"{reverse('projects_figure', args=[name])}{'?' if query else ''}{urlencode(query)}"


# All of them -------------------------------------------------------------------------------------------------


@page(permit="projects")
def all_figures(request: HttpRequest) -> Page:
    """Show the figures of reports and problems, over what is one's own."""
    actor, on = actor_of(request), day_of(request)
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
    days = [today().replace(day=1)]
    while len(days) < 6:
        days.append((days[-1].replace(day=1) - date.resolution).replace(day=1))
    ends = [first - date.resolution for first in days]
    tabs = [Tab(_("Now"), reverse("projects_figures"), active=on is None)]
    tabs += [Tab(fmt.day(end, weekday=False), f"?on={end}", active=end == on) for end in ends]
    if on and on not in ends:
        tabs.append(Tab(fmt.day(on, weekday=False), f"?on={on}", active=True))
    return Tabs(id="days", tabs=tabs)


def _of_reports(actor: Actor, on: date | None) -> list[Figure]:
    rate, money = figures.reporting(actor, as_of=on), figures.investment(actor, as_of=on)
    return [
        Figure(
            title=f"{_(ON_TIME.title)} · {words.period(rate.period)}",
            part=int(rate.numerator),
            whole=int(rate.denominator),
            as_of=rate.at,
            href=href(ON_TIME.name, on),
            definition=f"{_(ON_TIME.definition)} {_left_out(rate)}".strip(),
            small=rate.small,
            trend=words.picture(_(ON_TIME.title), figures.reporting_trend(actor, rate.period))
            if not on
            else "",
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
            trend=words.picture(_(INVESTMENT.title), figures.investment_trend(actor, money.period))
            if not on
            else "",
        ),
    ]


def _fraction(money: Measured) -> str:
    return f"{fmt.money(money.numerator, 'wan').text} / {fmt.money(money.denominator, 'wan').text}"


def _left_out(found: Measured) -> str:
    parts = [f"{_(title)} {count}" for _part, title, count in figures.excluded(found)]
    return _("Left out: %(parts)s") % {"parts": ", ".join(parts)} if parts else ""


def _of_problems(actor: Actor, on: date | None) -> list[Figure]:
    found = figures.problems(actor, on)
    yard = kernel.yard(actor)
    trends = figures.problem_trends([figure for figure, _value in found], yard[0]) if yard and not on else {}
    made = []
    for figure, value in found:
        now_ = figures.Point(value.as_of, value.value, value.small)
        rate = figure.unit == "%" and figure.denominator is not None
        made.append(
            Figure(
                title=_(figure.title),
                part=int(value.numerator) if rate else None,
                whole=value.denominator if rate else None,
                value=None if rate else value.value if figure.denominator else int(value.numerator),
                unit="" if rate else _(figure.unit),
                as_of=value.at,
                href=href(figure.name, on),
                definition=f"{_(figure.definition)} {_excluded(value)}".strip(),
                small=value.small,
                trend=words.picture(_(figure.title), [*trends.get(figure.name, ()), now_]) if not on else "",
            )
        )
    return made


def _excluded(value: FigureValue) -> str:
    parts = [f"{_(title)} {count}" for title, count in value.excluded if count]
    return _("Left out: %(parts)s") % {"parts": ", ".join(parts)} if parts else ""


# One figure ----------------------------------------------------------------------------------------------------


@page(permit="projects")
def one(request: HttpRequest, name: str) -> Page:
    """Show a figure: what it counts, its trend, and the matters or projects behind each part."""
    actor, on = actor_of(request), day_of(request)
    if name == ON_TIME.name:
        return _reporting(request, actor, on)
    if name == INVESTMENT.name:
        return _investment(request, actor, on)
    figure = figures.of_problems(name)
    if figure is None or not kernel.yard(actor):
        raise NotFound(_("There is no such figure."), where=name)
    return _problem(request, actor, figure, on)


def _page(title: str, on: date | None, panels: Sequence[Panel]) -> Page:
    return Page(
        title=title,
        lead=_("As known at the end of %(day)s") % {"day": fmt.day(on)} if on else "",
        kind="list",
        crumbs=[Crumb(_("Figures"), f"{reverse('projects_figures')}{f'?on={on}' if on else ''}")],
        panels=panels,
    )


def _trend(title: str, points: Sequence[figures.Point]) -> list[Panel]:
    svg = words.picture(title, points, 860, 140)
    if not svg:
        return []
    rows = [[fmt.day(point.at, "month"), words.percent(point.value)] for point in points]
    narrow = words.picture(title, points, 320, 120)
    return [
        Picture(id="trend", title=_("Over time"), svg=svg, narrow=narrow, head=[_("Month"), title], rows=rows)
    ]


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
    trend = _trend(_(ON_TIME.title), figures.reporting_trend(actor, found.period)) if not on else []
    return _page(
        _(ON_TIME.title), on, [Prose(id="definition", paragraphs=[_(ON_TIME.definition)]), facts, *trend]
    )


def _investment(request: HttpRequest, actor: Actor, on: date | None) -> Page:
    found = figures.investment(actor, as_of=on)
    part = request.GET.get("part", "counted")
    part = part if part in INVESTMENT.parts else "counted"
    given = request.GET.get("before", "")
    before = int(given) if given.isdecimal() and len(given) < 19 else 0
    rows = figures.shares(actor, part, as_of=on, before=before, limit=SIZE + 1)
    names = cards([row.project for row in rows])
    more = len(rows) > SIZE
    rows = rows[:SIZE]
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
    trend = _trend(_(INVESTMENT.title), figures.investment_trend(actor, found.period)) if not on else []
    said_ = Prose(id="definition", paragraphs=[_(INVESTMENT.definition)])
    return _page(_(INVESTMENT.title), on, [said_, facts, tabs, *trend])


def _project(row: Share) -> str:
    return reverse("project", args=[row.project])


def _wan(value: Any) -> Any:
    return "" if value is None else cells.Money(value, "wan", "wan")


def _of_plan(row: Share) -> str:
    return words.percent(row.done * 100 / row.planned) if row.planned and row.done is not None else ""


def _problem(request: HttpRequest, actor: Actor, figure: Declared, on: date | None) -> Page:
    yard = kernel.yard(actor)
    (value,) = kernel.value(figure.name, yard, as_of=on)
    declared = kernel.definition(figure.name, on)
    part = request.GET.get("part", "numerator")
    part = part if part in declared.parts() else "numerator"
    titles = {"numerator": _("Counted"), "denominator": _("Of")}
    titles |= {
        f"excluded{n}": f"{_('Left out')}: {_(title)}" for n, (title, _c) in enumerate(declared.exclusions)
    }
    tabs = [Tab(titles[name], href(figure.name, on, part=name), name == part) for name in declared.parts()]
    items: list[tuple[str, Any]] = [(_(declared.title), _value(declared, value))]
    items += [(_(title), count) for title, count in value.excluded]
    trends = figures.problem_trends([declared], yard[0]).get(figure.name, []) if not on else []
    points = [*trends, figures.Point(value.as_of, value.value, value.small)]
    return _page(
        _(declared.title),
        on,
        [
            Prose(id="definition", paragraphs=[_(declared.definition)]),
            Facts(id="figure", title=_(declared.title), items=items),
            Tabs(id="parts", tabs=tabs, body=[_cases(request, figure.name, part, yard, on)]),
            *(_trend(_(declared.title), points) if declared.unit == "%" else []),
        ],
    )


def _cases(request: HttpRequest, name: str, part: str, yard: Sequence[Branch], on: date | None) -> Table:
    found = kernel.cases(name, part, yard, as_of=on, before=_before(request), limit=SIZE + 1)
    more = len(found) > SIZE
    found = found[:SIZE]
    after = f"{found[-1].matter_id}-{found[-1].episode}" if more else ""
    return Table(
        id="matters",
        caption=_("Matters"),
        columns=[
            Column(pgettext("of a matter", "Code"), "code", link=_matter),
            Column(_("Title"), "title", head=True, link=_matter),
            Column(_("Episode"), "episode", number=True),
        ],
        rows=found,
        row_key=lambda c: f"{c.matter_id}-{c.episode}",
        row_href=_matter,
        pager=Pager(next=href(name, on, part=part, before=after) if after else ""),
        empty=Empty(text=_("No matter is counted here.")),
    )


def _value(figure: Declared, value: FigureValue) -> Any:
    if figure.unit == "%" and value.denominator is not None:
        return cells.Rate(int(value.numerator), value.denominator)
    return cells.Num(value.value if figure.denominator else int(value.numerator), _(figure.unit))


def _matter(case: Case) -> str:
    return reverse("matter", args=[case.code])


def _before(request: HttpRequest) -> tuple[int, int] | None:
    matter, _dash, episode = request.GET.get("before", "").partition("-")
    return (int(matter), int(episode)) if matter.isdecimal() and episode.isdecimal() else None
