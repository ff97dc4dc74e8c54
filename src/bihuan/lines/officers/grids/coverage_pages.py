"""Coverage as a page: its definition, fraction and moment, grid by grid, down to the enterprises it counts."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from bihuan.kernel.figures.selectors import FigureValue
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import today
from bihuan.lines.officers.grids import coverage, selectors
from bihuan.lines.officers.grids.coverage import COVERAGE, Counted
from bihuan.lines.officers.pages import words
from bihuan.lines.officers.visits.selectors import month_of
from bihuan.ui import cells
from bihuan.ui.page import Crumb, Page, actor_of, page
from bihuan.ui.panels import Column, Empty, Facts, Figure, Filter, FilterBar, Pager, Prose, Tab, Table, Tabs

_SIZE = 50


def tile(found: FigureValue, month: date) -> Figure:
    """Return the figure as a tile that opens to its page."""
    return Figure(
        title=_(COVERAGE.title), part=int(found.numerator), whole=found.denominator, as_of=found.at,
        href=href(month), definition=_(COVERAGE.definition), small=found.small,
    )  # fmt: skip


def href(month: date, **more: Any) -> str:
    """Return the address of the figure in a month."""
    query = {"month": f"{month:%Y-%m}", **{name: str(value) for name, value in more.items() if value}}
    return f"{reverse('officers_coverage')}?{urlencode(query)}"


def _month(request: HttpRequest) -> date:
    try:
        found = date.fromisoformat(f"{request.GET.get('month', '')}-01")
    except ValueError:
        found = today().replace(day=1)
    return found if date(2000, 1, 1) <= found <= today() else today().replace(day=1)


def _number(request: HttpRequest, name: str) -> int:
    given = request.GET.get(name, "")
    return int(given) if given.isdecimal() and len(given) < 19 else 0


@page(permit="officers.grids")
def figure(request: HttpRequest) -> Page:
    """Show the coverage of a month and the enterprises behind each part, of all grids or one."""
    actor, month, cell = actor_of(request), _month(request), _number(request, "cell")
    part = request.GET.get("part", "unvisited")
    part = part if part in COVERAGE.parts else "unvisited"
    found = coverage.value(actor, *month_of(month), cell=cell)
    items: list[tuple[str, Any]] = [
        (_(COVERAGE.title), cells.Rate(int(found.numerator), int(found.denominator or 0))),
        (_("As known at"), found.at),
        *((_(title), count) for title, count in found.excluded),
    ]
    counts = {"visited": int(found.numerator), "unvisited": (found.denominator or 0) - int(found.numerator)}
    tabs = [
        Tab(_(title), href(month, part=name, cell=cell), name == part, counts.get(name))
        for name, title in COVERAGE.parts.items()
    ]
    grids = selectors.grids(actor, *month_of(month))
    bar = FilterBar(
        id="filters", url=reverse("officers_coverage"),
        filters=[
            Filter("month", _("Month"), [(f"{one:%Y-%m}", f"{one:%Y-%m}") for one in _months()], f"{month:%Y-%m}"),
            Filter("cell", _("Grid"), [("", _("all grids")), *((str(g.id), g.name) for g in grids)], str(cell or "")),
        ],
    )  # fmt: skip
    return Page(
        title=_(COVERAGE.title),
        kind="list",
        crumbs=[words.crumb(), Crumb(_("Grids and coverage"), reverse("officers_grids"))],
        panels=[
            bar,
            Prose(id="definition", paragraphs=[_(COVERAGE.definition)]),
            Facts(id="figure", title=_(COVERAGE.title), items=items),
            Tabs(id="parts", tabs=tabs, body=[_table(request, actor, part, month, cell)]),
        ],
    )


def _months() -> list[date]:
    """Return this month and the eleven before it."""
    day, found = today().replace(day=1), []
    for _n in range(12):
        found.append(day)
        day = date(day.year - (day.month == 1), (day.month - 2) % 12 + 1, 1)
    return found


def _table(request: HttpRequest, actor: Actor, part: str, month: date, cell: int) -> Table:
    rows = coverage.counted(
        actor, part, month_of(month), cell=cell, before=_number(request, "before"), limit=_SIZE + 1
    )
    more = rows[_SIZE - 1].id if len(rows) > _SIZE else 0

    def address(row: Counted) -> str:
        return reverse("officers_enterprise", args=[row.id])

    return Table(
        id="enterprises", caption=_("Enterprises"), rows=rows[:_SIZE], row_key=lambda row: row.id,
        row_href=address if part != "withdrawn" else None,
        columns=[
            Column(_("Enterprise"), "name", head=True, link=address if part != "withdrawn" else None),
            Column(_("Grid"), "cell_name"),
            Column(_("Last visit"), lambda row: words.day(row.visited)),
        ],
        pager=Pager(next=href(month, part=part, cell=cell, before=more) if more else ""),
        empty=Empty(text=_("No enterprise is counted here."), icon="building"),
    )  # fmt: skip
