"""Pages of the timetable: one project's, its wall chart, a node and what is recorded there, the quarter."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from bihuan.kernel.errors import NotFound
from bihuan.kernel.now import today as this_day
from bihuan.lines.projects.timetables import drawing, forms, panels, selectors, tables, wording
from bihuan.lines.projects.timetables.asking import Asked, form_page
from bihuan.lines.projects.timetables.guards import given
from bihuan.lines.projects.timetables.rows import ProjectRow
from bihuan.lines.projects.timetables.words import SIDES
from bihuan.ui import cells
from bihuan.ui import format as fmt
from bihuan.ui.naming import names_for
from bihuan.ui.page import Crumb, Page, actor_of, done, page
from bihuan.ui.panels import (
    Alert,
    Column,
    Empty,
    Filter,
    FilterBar,
    Pager,
    Panel,
    Table,
)


def crumbs_to(project: ProjectRow) -> list[Crumb]:
    """Return the way back from a project."""
    return [
        Crumb(_("All projects"), reverse("projects")),
        Crumb(project.name, reverse("project", args=[project.id])),
    ]


@page(permit="signed_in")
def timetable(request: HttpRequest, project: int) -> Page:
    """Show a project's timetable, and what a slip would move."""
    actor = actor_of(request)
    shown = selectors.shown(actor, project)
    found = panels.panels(actor, project, request.GET.dict())
    history = [tables.history(shown.row)] if shown.row else []
    return Page(
        title=_("Timetable: %(name)s") % {"name": shown.project.name},
        crumbs=crumbs_to(shown.project),
        panels=[*found, *history],
        kind="list",
    )


@page(permit="signed_in")
def chart(request: HttpRequest, project: int) -> Page:
    """Show the wall chart (挂图) of one project, to be printed on A3."""
    shown = selectors.shown(actor_of(request), project)
    if shown.row is None:
        raise NotFound(_("This project has no timetable yet."))
    words = {"day": fmt.day(shown.row.anchor), "today": fmt.day(this_day())}
    return Page(
        title=shown.project.name,
        lead=_("Backward timetable to %(day)s, as of %(today)s") % words,
        panels=panels.chart(shown),
        kind="print",
        paper="a3",
    )


@page(permit="signed_in")
def draft(request: HttpRequest, project: int) -> HttpResponseBase | Page:
    """Draft a project's timetable."""
    actor = actor_of(request)
    shown = selectors.shown(actor, project)
    if request.method == "POST":
        drawing.draft(actor, project)
        message = _("Drafted. Enterprise and departments can give their opinion now.")
        return done(request, reverse("projects_timetable", args=[project]), message)
    return Page(
        title=_("Draft the timetable"),
        crumbs=crumbs_to(shown.project),
        panels=[panels.nothing_yet(actor, shown)],
        kind="form",
    )


@page(permit="signed_in")
def move_date(request: HttpRequest, project: int) -> HttpResponseBase | Page:
    """Ask for another production date: a new draft, which a leader has to approve."""
    actor = actor_of(request)
    shown = selectors.shown(actor, project)

    def act(values: Mapping[str, Any]) -> None:
        moved = given({"planned": values["date"], "precision": values.get("precision", "")}, "planned")
        assert moved is not None
        drawing.reanchor(actor, project, moved, values["reason"])

    return form_page(
        request,
        Asked(forms.REANCHOR, act, reverse("projects_timetable", args=[project]), {"precision": "day"}),
        crumbs=crumbs_to(shown.project),
        intro=_("The approved timetable stays in force until a leader approves the new one."),
    )


# The quarter --------------------------------------------------------------------------------------------------


@page(permit="projects")
def quarter(request: HttpRequest) -> Page:
    """Show which nodes have to be done this quarter (三季度倒排), project by project."""
    asked, today = request.GET, this_day()
    year, number = _quarter_asked(asked.get("quarter", ""), today)
    side, open_only = asked.get("side", ""), asked.get("open", "") == "1"
    after = _after(asked.get("after", ""))
    lines, more = selectors.quarter(
        actor_of(request), year, number, side=side if side in SIDES else "", open_only=open_only, after=after
    )
    first, last = selectors.quarter_days(year, number)
    return Page(
        title=_("Nodes due in quarter %(n)d of %(year)d") % {"n": number, "year": year},
        lead=f"{fmt.day(first, weekday=False)} – {fmt.day(last, weekday=False)}",
        kind="list",
        panels=[
            _quarter_bar(year, number, side, open_only),
            *_drafts_note(lines),
            _quarter_table(lines, asked, more),
        ],
    )


def _quarter_asked(text: str, today: date) -> tuple[int, int]:
    year, _dash, number = text.partition("-")
    if year.isdigit() and len(year) == 4 and number in {"1", "2", "3", "4"}:
        return int(year), int(number)
    return today.year, (today.month + 2) // 3


def _after(text: str) -> tuple[int, str]:
    number, _dash, key = text.partition("-")
    return (int(number), key) if number.isdigit() and len(number) < 19 else (0, "")


def _quarter_bar(year: int, number: int, side: str, open_only: bool) -> Panel:
    around = [divmod(year * 4 + number - 1 + step, 4) for step in range(-2, 6)]
    quarters = [(f"{y}-{q + 1}", _("quarter %(n)d of %(year)d") % {"n": q + 1, "year": y}) for y, q in around]
    return FilterBar(
        id="quarter-bar",
        url=reverse("projects_quarter"),
        filters=[
            Filter("quarter", _("Quarter"), quarters, f"{year}-{number}"),
            Filter("side", _("Side"), [("", _("all sides")), *((k, _(v)) for k, v in SIDES.items())], side),
            Filter(
                "open",
                _("State"),
                [("", _("done and open")), ("1", _("still open"))],
                "1" if open_only else "",
            ),
        ],
    )


def _drafts_note(lines: list[selectors.QuarterLine]) -> list[Panel]:
    drafts = len({line.project for line in lines if not line.approved})
    if not drafts:
        return []
    text = _("%(n)d projects here have only a draft: it shows its latest days and has no lights.") % {
        "n": drafts
    }
    return [Alert(id="quarter-drafts", text=text)]


def _quarter_table(
    lines: list[selectors.QuarterLine], asked: Mapping[str, str], more: tuple[int, str] | None
) -> Panel:
    units = names_for(units={line.unit_id for line in lines} - {0})
    following = urlencode({**asked, "after": f"{more[0]}-{more[1]}"}) if more else ""
    return Table(
        id="quarter",
        caption=_("Nodes due in the quarter"),
        columns=[
            Column(_("Project"), "name", link=lambda r: reverse("projects_timetable", args=[r.project])),
            Column(
                _("Node"),
                wording.title_of,
                head=True,
                link=lambda r: reverse("projects_timetable_node", args=[r.timetable, r.key]),
            ),
            Column(_("Light"), lambda r: tables.lamp(r.light)),
            Column(_("Side"), lambda r: _(SIDES[r.side])),
            Column(_("Unit"), lambda r: units.unit(r.unit_id), wide=True),
            Column(_("Done by"), "due"),
            Column(_("As things stand"), _expected),
        ],
        rows=lines,
        empty=Empty(id="quarter-none", text=_("No node is due in this quarter."), icon="calendar"),
        pager=Pager(next=f"?{following}") if more else None,
    )


def _expected(line: selectors.QuarterLine) -> Any:
    if line.done and line.inferred:
        return cells.Day(line.done, note=_("done by then (inferred)"))
    return line.done or cells.Quiet(line.expected)
