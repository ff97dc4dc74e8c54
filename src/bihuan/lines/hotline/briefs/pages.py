"""Briefs: their list, one with its numbers, and the orders each number counts."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from bihuan.kernel.errors import NotFound
from bihuan.kernel.figures import selectors as figures
from bihuan.kernel.figures.registry import get
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.identity.selectors import names_of
from bihuan.kernel.now import today
from bihuan.kernel.papers import periodicals
from bihuan.kernel.papers.periodicals import PeriodicalRow
from bihuan.lines.hotline.briefs import actions, drafting
from bihuan.lines.hotline.briefs.counting import Numbers, branch_of, numbers
from bihuan.lines.hotline.briefs.figures import BEHIND, COUNTS, ENDED, TAKEN
from bihuan.lines.hotline.briefs.forms import CHOICES, DRAFT
from bihuan.lines.hotline.callers.selectors import opens
from bihuan.lines.hotline.figures import RATES
from bihuan.logic import periods
from bihuan.ui import cells
from bihuan.ui import papers as paper_links
from bihuan.ui.counted import place_after
from bihuan.ui.doors import carry
from bihuan.ui.page import Crumb, Page, actor_of, done, page
from bihuan.ui.panels import (
    Action,
    Alert,
    Column,
    Empty,
    Figure,
    Figures,
    Filter,
    FilterBar,
    FormPanel,
    Pager,
    Panel,
    Picture,
    Table,
)

PERMIT = "hotline.desk"
SIZE = 50
NAME = actions.SERIES.name


def href(row: PeriodicalRow) -> str:
    """Return the address of a brief."""
    return reverse("hotline_brief", args=[row.id])


def cases_href(row: PeriodicalRow, figure: str, by: str = "", key: str = "") -> str:
    """Return the address of the orders a number counts, of all or of one unit or class."""
    query = f"?{urlencode({by: key})}" if by else ""
    return reverse("hotline_brief_cases", args=[row.id, figure]) + query


def _name(figure: str) -> str:
    """Return what offices of the hotline call a figure."""
    own = {"hotline.sign_off": _("Closing rate"), "hotline.on_time": _("Closed on time")}
    return own.get(figure) or _(get(figure).title)


def _title(kind: str) -> str:
    return _({str(name): title for name, title in CHOICES}[kind])


@page(permit=PERMIT)
def briefs(request: HttpRequest) -> Page:
    """List the briefs of one's place."""
    actor, asked = actor_of(request), request.GET
    kind = asked.get("kind", "") if asked.get("kind") in dict(CHOICES) else ""
    before = int(asked["before"]) if asked.get("before", "").isdecimal() and len(asked["before"]) < 19 else 0
    rows, more = periodicals.listed(actor, NAME, kind, before=before, limit=SIZE)
    papers = periodicals.papers_of(rows)
    new = Action(title=_("Draft a brief"), href=reverse("hotline_brief_new"), icon="plus", primary=True)
    table = Table(
        id="briefs", caption=_("Briefs"), rows=rows, row_href=href,
        columns=[
            Column(_("Kind"), lambda row: _title(row.kind)),
            Column(_("Period"), lambda row: row.period.name, head=True, link=href),
            Column(_("Number of the paper"), lambda row: paper_links.number(papers.get(row.paper))),
            Column(_("Orders taken in"), lambda row: row.totals.get(TAKEN.name, 0), number=True),
            Column(_("Orders open and late"), lambda row: row.totals.get(BEHIND.name, 0), number=True),
            Column(_("Drafted on"), "made_at", wide=True),
        ],
        empty=Empty(text=_("No brief yet. They draft themselves every morning; or draft one now."), action=new),
        pager=Pager(next=f"?{urlencode({'kind': kind, 'before': str(more)})}" if more else ""),
    )  # fmt: skip
    choices = [("", _("all kinds")), *((name, _(title)) for name, title in CHOICES)]
    bar = FilterBar(
        id="filters", url=reverse("hotline_briefs"), filters=[Filter("kind", _("Kind"), choices, kind)]
    )
    return Page(title=_("Briefs"), kind="list", panels=[bar, table], actions=[new])


@page(permit=PERMIT)
def new(request: HttpRequest) -> Page | HttpResponseBase:
    """Draft the brief of a period that is over."""
    actor = actor_of(request)

    def prepare(told: Mapping[str, Any]) -> int:
        return actions.prepare(actor, periods.containing(told["kind"], date.fromisoformat(told["day"])))

    start = {"kind": "day", "day": (today() - timedelta(days=1)).isoformat()}
    tried = carry(request, DRAFT, prepare, start=start)
    if tried.done:
        return done(request, reverse("hotline_brief", args=[tried.answer]), _("The draft is written."))
    panel = FormPanel(
        id="ask", form=DRAFT, url=request.path, values=tried.values, errors=tried.errors, submit=_("Draft a brief"),
        cancel=reverse("hotline_briefs"), in_place=False,
        intro=_("Its figures are those known at the end of its last day; the next brief lists later corrections."),
    )  # fmt: skip
    crumbs = [Crumb(_("Briefs"), reverse("hotline_briefs"))]
    return Page(title=_("Draft a brief"), kind="form", crumbs=crumbs, panels=[panel], status=tried.status)


@page(permit=PERMIT)
def brief(request: HttpRequest, hotline_brief: int) -> Page | HttpResponseBase:
    """Show a brief's numbers, each open to what it counts; draw its tables anew."""
    actor = actor_of(request)
    row = periodicals.periodical(actor, NAME, hotline_brief)
    if request.method == "POST":
        actions.draft_anew(actor, row)
        return done(request, href(row), _("Tables and picture are drawn anew; your words stay."))
    paper = periodicals.papers_of([row])[row.paper]
    found = numbers(row.division, row.period)
    panels: list[Panel] = []
    if dict(found.counts) != row.totals:
        text = _(
            "The numbers differ from those this brief was drafted with. Draw the tables anew before signing."
        )
        panels.append(Alert(id="moved", tone="bad", text=text))
    panels += [
        _tiles(row, found),
        Picture(
            id="chart", title=_("Orders taken in, part by part"), svg=drafting.chart(found),
            narrow=drafting.chart(found, 320), head=[_("Part"), _("Orders taken in"), _("Orders ended")],
            rows=[list(part) for part in found.parts],
        ),
        _compared(found),
        *_corrections(row),
        _classes(row, found),
        _units(row, found),
    ]  # fmt: skip
    return Page(
        title=f"{_title(row.kind)} · {row.period.name}", code=paper.number,
        crumbs=[Crumb(_("Briefs"), reverse("hotline_briefs"))], panels=panels,
        actions=paper_links.doors(paper, href(row)),
    )  # fmt: skip


def _tiles(row: PeriodicalRow, found: Numbers) -> Figures:
    tiles = [
        Figure(title=_name(name), value=found.counts[name], unit=_("cases"), as_of=row.until,
               href=cases_href(row, name), definition=_(get(name).definition))
        for name in COUNTS
    ]  # fmt: skip
    tiles += [
        Figure(title=_name(name), part=int(value.numerator), whole=value.denominator, as_of=row.until,
               small=value.small, href=cases_href(row, name), definition=_(get(name).definition))
        for name, value in found.rates.items()
    ]  # fmt: skip
    return Figures(id="figures", title=_("In numbers"), figures=tiles)


def _compared(found: Numbers) -> Table:
    columns = [
        Column(_("Figure"), _name, head=True),
        Column(_("This period"), lambda name: found.counts[name], number=True),
        Column(_("Period before"), lambda name: found.before[name], number=True),
        Column(_("Change against before"), lambda name: drafting.change(found.counts[name], found.before[name])),
        Column(_("Same period last year"), lambda name: found.year[name], number=True),
        Column(_("Change in a year"), lambda name: drafting.change(found.counts[name], found.year[name])),
    ]  # fmt: skip
    return Table(id="compared", title=_("Compared"), columns=columns, rows=list(COUNTS))


def _corrections(row: PeriodicalRow) -> list[Panel]:
    """Return what this brief lists as corrected, of itself and of those issued before it."""
    rows = [
        (periods.containing(row.period.kind, date.fromisoformat(day)).name, name, *told[what])
        for day, told in sorted(row.told.items())
        for name, what in drafting.MEASURES.items()
        if what in told
    ]
    columns = [
        Column(_("Period"), lambda one: one[0], head=True),
        Column(_("Figure"), lambda one: _name(one[1])),
        Column(_("As issued"), lambda one: one[2], number=True),
        Column(_("Known now"), lambda one: one[3], number=True),
    ]
    title = _("Corrected since; what was issued stays as it is")
    return [Table(id="corrections", title=title, columns=columns, rows=rows)] if rows else []


def _classes(row: PeriodicalRow, found: Numbers) -> Table:
    columns = [
        Column(_("Class"), lambda one: one[1], head=True),
        Column(_("Orders taken in"), lambda one: cells.To(
            str(one[2]), cases_href(row, TAKEN.name, "class", str(one[0]))) if one[0] else one[2], number=True),
        Column(_("Share"), lambda one: cells.Rate(one[2], found.counts[TAKEN.name])),
    ]  # fmt: skip
    rows = drafting.top_classes(found)[: drafting.LISTED]
    empty = Empty(text=_("Nothing counted."))
    return Table(id="classes", title=_("What people asked about"), columns=columns, rows=rows, empty=empty)


def _units(row: PeriodicalRow, found: Numbers) -> Table:
    names = names_of([int(key) for key in found.units if key.isdecimal() and key != "0"])

    def count(name: str) -> Column:
        def cell(key: str) -> Any:
            value = found.units[key].get(name)
            return cells.To(str(value.numerator), cases_href(row, name, "unit", key or "0")) if value else 0

        return Column(_name(name), cell, number=True)

    def rate(name: str) -> Column:
        def cell(key: str) -> Any:
            value = found.units[key].get(name)
            return cells.Rate(int(value.numerator), value.denominator) if value and value.denominator else ""

        return Column(_name(name), cell, number=True, wide=name == ENDED.name)

    unit = Column(_("Unit"), lambda key: names.get(int(key or 0), _("not dispatched yet")), head=True)
    return Table(
        id="units", title=_("By unit"), columns=[unit, *map(count, COUNTS), *map(rate, RATES)],
        rows=list(drafting.unit_order(found)), empty=Empty(text=_("Nothing counted.")),
    )  # fmt: skip


@page(permit=PERMIT)
def cases(request: HttpRequest, hotline_brief: int, brief_figure: str) -> Page:
    """Show the orders a number counts, as known at the end of its period; those one may not open are only counted."""
    actor = actor_of(request)
    row = periodicals.periodical(actor, NAME, hotline_brief)
    if brief_figure not in (*COUNTS, *RATES):
        raise NotFound(_("There is no such figure."), where=brief_figure)
    group = _group(request)
    found = figures.cases(
        brief_figure, "numerator", [branch_of(row.division)], as_of=row.until, since=row.since, group=group,
        before=place_after(request.GET.get("before", "")), limit=SIZE,
    )  # fmt: skip
    rows = flow.by_ids([one.matter_id for one in found], "read")
    shown = [one for one in found if one.matter_id in rows and opens(actor, rows[one.matter_id])]
    query = {name: request.GET[name] for name in ("unit", "class") if name in request.GET}
    more = f"{found[-1].matter_id}-{found[-1].episode}" if len(found) == SIZE else ""
    panels: list[Panel] = [
        Table(
            id="cases", title=_("As known at the end of %(day)s.") % {"day": row.until.isoformat()}, rows=shown,
            columns=[Column(_("Hotline order"), "code", link=lambda one: reverse("matter", args=[one.code])),
                     Column(_("Title"), lambda one: one.title or _("(erased)"), head=True)],
            pager=Pager(next=f"?{urlencode({**query, 'before': more})}" if more else ""),
            empty=Empty(text=_("Nothing counted.")),
        )
    ]  # fmt: skip
    if len(shown) < len(found):
        text = _("%(n)d more are counted that you need not read.") % {"n": len(found) - len(shown)}
        panels.append(Alert(id="unread", text=text))
    crumbs = [Crumb(_("Briefs"), reverse("hotline_briefs")), Crumb(row.period.name, href(row))]
    title, lead = _name(brief_figure), _(get(brief_figure).definition)
    return Page(title=title, kind="list", crumbs=crumbs, lead=lead, panels=panels)


def _group(request: HttpRequest) -> tuple[str, int | str] | None:
    unit, about = request.GET.get("unit", ""), request.GET.get("class", "")
    if unit.isdecimal() and len(unit) < 19:
        return "lead_unit", int(unit)
    return ("data.class", about) if about.isdecimal() and len(about) < 19 else None
