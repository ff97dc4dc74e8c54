"""What stands behind a number of the wall: the projects, the matters, the cases."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bihuan.kernel.errors import NotFound
from bihuan.kernel.figures.selectors import Case
from bihuan.kernel.flow import registry
from bihuan.kernel.flow.rows import MatterRow
from bihuan.lines.projects.contracts import Place, ProjectStanding
from bihuan.lines.wall import selectors
from bihuan.lines.wall.pages import words
from bihuan.ui import cells
from bihuan.ui import format as fmt
from bihuan.ui.cards import href, left, light
from bihuan.ui.naming import names_for
from bihuan.ui.page import Crumb, Page, actor_of, page
from bihuan.ui.panels import Column, Empty, Filter, FilterBar, Pager, Panel, Table

PAGE = 50


def _crumbs() -> list[Crumb]:
    return [Crumb(_("Wall"), reverse("wall"))]


def _number(text: str) -> int | None:
    return int(text) if text.isdigit() and len(text) < 19 else None


def _next(request: HttpRequest, name: str, value: int) -> str:
    kept = {key: str(one) for key, one in request.GET.items() if key != name}
    return f"?{urlencode({**kept, name: str(value)})}"


def _bar(request: HttpRequest, place: Place, lights: Sequence[tuple[str, str]], part: int | None) -> Panel:
    filters = [Filter("light", _("Light"), [("", _("all lights")), *lights], request.GET.get("light", ""))]
    if part is not None:
        name = words.part_name(part, place, selectors.names([part, place.division]))
        filters.append(Filter("part", _("Place"), [("", _("everywhere here")), (str(part), name)], str(part)))
    if chosen := request.GET.get("stage_class", ""):
        classes = [("", _("all classes")), *((key, _(word)) for key, word in words.CLASSES.items())]
        filters.append(Filter("stage_class", _("Class"), classes, chosen))
    return FilterBar(id="wall-bar", url=request.path, filters=filters)


@page(permit="wall")
def projects(request: HttpRequest) -> Page:
    """List the projects behind a number, the most harm first."""
    place, asked = selectors.place_of_wall(actor_of(request)), request.GET
    part, offset = _number(asked.get("part", "")), _number(asked.get("from", "")) or 0
    found = selectors.worst(
        place, light=asked.get("light", ""), part=part, stage_class=asked.get("stage_class", ""),
        offset=offset, limit=PAGE + 1,
    )  # fmt: skip
    lights = [(key, _(word)) for key, word in _PROJECT_LIGHTS.items()]
    more = _next(request, "from", offset + PAGE) if len(found) > PAGE else ""
    return Page(
        title=_("Projects behind the number"),
        lead=words.counted(place),
        crumbs=_crumbs(),
        kind="list",
        panels=[_bar(request, place, lights, part), _project_table(found[:PAGE], more)],
    )


def _project_table(found: Sequence[ProjectStanding], more: str) -> Panel:
    def address(row: ProjectStanding) -> str:
        return reverse("project", args=[row.id])

    return Table(
        id="wall-projects",
        caption=_("Projects"),
        columns=[
            Column(_("Light"), lambda row: cells.Lamp(row.light or "none")),
            Column(_("Project"), "name", head=True, link=address),
            Column(_("What is wrong"), words.lateness),
            Column(_("Stuck at"), lambda row: row.node if row.light in ("late", "near") else ""),
            Column(_("Investment"), lambda row: cells.Money(row.investment, "wan"), number=True),
            Column(_("Promised"), lambda row: fmt.day(row.promised, "month")),
            Column(_("Harm"), lambda row: row.points or "", number=True),
            Column(_("Chart (A3)"), _chart, wide=True),
        ],
        rows=found,
        row_href=address,
        pager=Pager(next=more) if more else None,
        empty=Empty(id="wall-projects-none", text=_("No project is counted here."), icon="check"),
    )


def _chart(row: ProjectStanding) -> Any:
    """Return the way to a project's chart; without a timetable there is none."""
    if row.finish is None:
        return ""
    return cells.To(_("to be printed"), reverse("projects_timetable_print", args=[row.id]))


_PROJECT_LIGHTS = {
    "late": "overdue",
    "near": "due soon",
    "normal": "normal",
    "paused": "clock stopped",
    "done": "closed",
}
_MATTER_LIGHTS = {"late": "overdue", "near": "due soon", "paused": "clock stopped", "watched": "supervised"}


@page(permit="wall")
def matters(request: HttpRequest) -> Page:
    """List the open matters behind a number, newest first."""
    place, asked = selectors.place_of_wall(actor_of(request)), request.GET
    part, before = _number(asked.get("part", "")), _number(asked.get("before", "")) or 0
    lamp = asked.get("light", "")
    found, more = selectors.matters(place, light=lamp, part=part, before=before, limit=PAGE)
    lights = [(key, _(word)) for key, word in _MATTER_LIGHTS.items()]
    found = [row for row in found if registry.may_open(actor_of(request), row)]
    table = _matter_table(found, _next(request, "before", more) if more else "")
    return Page(
        title=_("Matters behind the number"),
        crumbs=_crumbs(),
        kind="list",
        panels=[_bar(request, place, lights, part), table],
    )


def _matter_table(found: Sequence[MatterRow], more: str) -> Panel:
    names = names_for(found)

    def stage(row: MatterRow) -> Any:
        return _(registry.worded(row.rules).stage(row.stage).title)

    return Table(
        id="wall-matters",
        caption=_("Matters"),
        columns=[
            Column(_("Light"), lambda row: cells.Lamp(light(row))),
            Column(pgettext("of a matter", "Code"), "code", link=href),
            Column(_("Title"), lambda row: row.title or _("(erased)"), head=True, link=href),
            Column(_("Stage"), stage),
            Column(_("Lead unit"), lambda row: names.unit(row.lead_unit)),
            Column(_("Due"), "due"),
            Column(_("Left"), left),
        ],
        rows=found,
        row_href=href,
        pager=Pager(next=more) if more else None,
        empty=Empty(id="wall-matters-none", text=_("No matter is counted here."), icon="check"),
    )


@page(permit="wall")
def orders(request: HttpRequest) -> Page:
    """List the orders of today (issued or due today, or overdue), then those due next."""
    place = selectors.place_of_wall(actor_of(request))
    found, _many = selectors.orders(place, limit=200)
    return Page(
        title=_("Open orders, today's first"),
        crumbs=_crumbs(),
        kind="list",
        panels=[_matter_table(found, "")],
    )


@page(permit="wall")
def unit(request: HttpRequest, ranked: int) -> Page:
    """List the cases a unit's rate counts: all, and which of them were in time."""
    place = selectors.place_of_wall(actor_of(request))
    if ranked not in {row.unit for row in selectors.ranking(place)}:
        raise NotFound(_("No case of this unit counts here."), where=str(ranked))
    in_time = {(case.matter_id, case.episode) for case in selectors.cases(place, ranked, on_time=True)}
    found = selectors.cases(place, ranked, on_time=False)

    def address(case: Case) -> str:
        return reverse("matter", args=[case.code])

    def verdict(case: Case) -> Any:
        kept = (case.matter_id, case.episode) in in_time
        return cells.Tag(_("in time"), "good") if kept else cells.Tag(_("not in time"), "bad")

    table = Table(
        id="wall-cases",
        caption=_("Cases"),
        columns=[
            Column(pgettext("of a matter", "Code"), "code", link=address),
            Column(_("Title"), lambda case: case.title or _("(erased)"), head=True, link=address),
            Column(_("In time"), verdict),
        ],
        rows=found,
        row_href=address,
    )
    name = names_for(units={ranked}).unit(ranked)
    title = _("Cases of %(unit)s this year") % {"unit": name}
    return Page(title=title, crumbs=_crumbs(), kind="list", panels=[table])
