"""Pages of a period: its table (通报用表), who has not reported per unit, the workbook of both."""

import io
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _

from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors.units import names_of
from bihuan.kernel.now import local, now
from bihuan.lines.projects.reports import papers, selectors, standing, words
from bihuan.lines.projects.reports.actions import question
from bihuan.lines.projects.reports.figures import ON_TIME
from bihuan.lines.projects.reports.pages import period_filter, periods_asked
from bihuan.lines.projects.reports.periods import Period
from bihuan.lines.projects.reports.selectors import Line
from bihuan.ui import cells
from bihuan.ui import format as fmt
from bihuan.ui.page import Crumb, Page, actor_of, page
from bihuan.ui.panels import Action, Alert, Column, Empty, Figure, Figures, Filter, FilterBar, Pager, Table

SIZE = 50
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Parts of the table one may ask for, beside each single standing.
GROUPS: dict[str, tuple[str, ...]] = {"reported": standing.REPORTED, "excused": standing.EXCUSED}


def period_of(request: HttpRequest) -> Period:
    """Return the period an address asks for, the one last ended by default."""
    return selectors.read_period(request.GET.get("period") or selectors.latest_period().code)


def _unit(asked: Mapping[str, str]) -> int | None:
    text = asked.get("unit", "")
    return int(text) if text.isdecimal() and len(text) < 19 else None


def address(period: Period, **more: Any) -> str:
    """Return the address of a period's table, narrowed."""
    query = {
        "period": period.code,
        **{name: value for name, value in more.items() if value not in ("", None)},
    }
    return f"{reverse('projects_reports')}?{urlencode(query)}"


@page(permit="projects")
def table(request: HttpRequest) -> Page:
    """Show the table of a period: every project with what it reported, or that it has not."""
    actor, period = actor_of(request), period_of(request)
    asked = request.GET.dict()
    unit, part = _unit(asked), asked.get("part", "")
    wanted = GROUPS.get(part) or ((part,) if part in standing.STANDINGS else standing.STANDINGS)
    given = asked.get("before", "")
    before = int(given) if given.isdecimal() and len(given) < 19 else 0
    lines, more = selectors.lines(actor, period, wanted=wanted, unit=unit, before=before, limit=SIZE)
    by_unit = standing.by_unit(standing.source(actor, [period]))
    names = names_of(sorted(by_unit))
    pager = Pager(next=address(period, unit=unit, part=part, before=more) if more else "")
    return Page(
        title=_("Progress reports: %(period)s") % {"period": words.period(period)},
        kind="list",
        panels=[
            _counts(period, by_unit),
            _filters(period, part, unit, by_unit, names),
            Table(
                id="reports",
                caption=_("Progress reports"),
                columns=_columns(actor, period, names),
                rows=lines,
                row_key=lambda line: line.project.id,
                row_href=lambda line: _href(actor, line),
                pager=pager,
                empty=Empty(text=_("No project fits. Take a filter away."), icon="filter"),
            ),
        ],
        actions=_actions(actor, period),
    )


def _counts(period: Period, by_unit: Mapping[int, Mapping[str, int]]) -> Figures:
    moment = now()
    shown = ("on_time", "late", "missing", "waiting")
    return Figures(
        id="counts",
        figures=[
            Figure(
                title=_(ON_TIME.parts[part]),
                value=sum(counts.get(part, 0) for counts in by_unit.values()),
                unit=_("projects"),
                as_of=moment,
                href=address(period, part=part),
            )
            for part in shown
        ],
    )


def _filters(
    period: Period,
    part: str,
    unit: int | None,
    by_unit: Mapping[int, Mapping[str, int]],
    names: Mapping[int, str],
) -> FilterBar:
    parts = [("", _("all projects")), ("reported", _("reported")), *((s, _(ON_TIME.parts[s])) for s in standing.DUE),
             ("waiting", _(ON_TIME.parts["waiting"])), ("excused", _("not asked for"))]  # fmt: skip
    units = [("", _("of every lead unit"))]
    units += sorted((str(key), names.get(key) or _("no lead unit")) for key in by_unit)
    return FilterBar(
        id="filters",
        url=reverse("projects_reports"),
        filters=[
            period_filter(period, periods_asked()),
            Filter("part", _("Reported?"), parts, part if part in dict(parts) else ""),
            Filter("unit", _("Lead unit"), units, "" if unit is None else str(unit)),
        ],
    )


def _columns(actor: Actor, period: Period, names: Mapping[int, str]) -> list[Column]:
    return [
        Column(_("Light"), words.light),
        Column(_("Project"), lambda line: line.project.name, head=True, link=lambda line: _href(actor, line)),
        Column(_("Lead unit"), lambda line: names.get(line.unit, "")),
        Column(_("Plan of the year"), lambda line: words.amount(line.report, "year_plan_wan"), number=True),
        Column(_("Done in this period"), lambda line: words.amount(line.report, "done_wan"), number=True),
        Column(_("Done this year so far"), _cumulative, number=True),
        Column(_("Of the year's plan"), lambda line: words.against(line.report), number=True),
        Column(_("Reported?"), _standing),
        Column(_("Handed in"), _handed_in, wide=True),
    ]


def _handed_in(line: Line) -> Any:
    return local(line.report.reported_at).date() if line.report else ""


def _cumulative(line: Line) -> Any:
    shown = words.amount(line.report, "cumulative_wan")
    if line.report is None or line.report.doubt is None:
        return shown
    return cells.Row([shown, cells.Hint(cells.Tag(_("doesn't add up"), "warn"), question(line.report.doubt))])


def _standing(line: Line) -> Any:
    tag = words.standing(line.standing)
    if line.standing not in ("missing", "waiting") or line.due is None:
        return tag
    return cells.Row([tag, cells.Quiet(_("due %(day)s") % {"day": fmt.short_day(line.due)})])


def _href(actor: Actor, line: Line) -> str:
    if line.report:
        return reverse("projects_report_one", args=[line.report.id])
    return reverse("project", args=[line.project.id])


def _actions(actor: Actor, period: Period) -> list[Action]:
    code = urlencode({"period": period.code})
    found = [
        Action(title=_("Who is missing"), href=f"{reverse('projects_reports_missing')}?{code}", icon="alert")
    ]
    if selectors.may_export(actor):
        url = f"{reverse('projects_reports_export')}?{code}"
        found.append(Action(title=_("Excel, as the office keeps it"), href=url, icon="download"))
    if selectors.may_report(actor):
        found.append(Action(title=_("Import"), href=reverse("projects_reports_import"), icon="upload"))
    return found


@page(permit="projects.export")
def export(request: HttpRequest) -> HttpResponseBase:
    """Send the workbook of a period: every project, with totals and who has not reported."""
    return workbook(actor_of(request), period_of(request))


def workbook(actor: Actor, period: Period) -> HttpResponse:
    """Return the workbook of a period as a download."""
    lines = selectors.everything(actor, period)
    file = io.BytesIO()
    papers.write_table(file, period, lines, names_of(sorted({line.unit for line in lines})))
    answer = HttpResponse(file.getvalue(), content_type=_XLSX)
    answer["Content-Disposition"] = content_disposition_header(True, papers.name_of(period)) or "attachment"
    answer["Cache-Control"] = "private, no-store"
    return answer


# Who is missing ------------------------------------------------------------------------------------------------


@page(permit="projects")
def missing(request: HttpRequest) -> Page:
    """Show unit by unit who has not reported for a period, and the projects it is about."""
    actor, period = actor_of(request), period_of(request)
    by_unit = standing.by_unit(standing.source(actor, [period]))
    names = names_of(sorted(by_unit))
    rows = sorted(
        (
            (unit, counts)
            for unit, counts in by_unit.items()
            if counts.get("missing") or counts.get("waiting")
        ),
        key=lambda pair: (-pair[1].get("missing", 0), pair[0]),
    )
    lines, more = selectors.lines(actor, period, wanted=("missing", "waiting"), limit=SIZE)
    url = reverse("projects_reports_missing")
    bar = FilterBar(id="filters", url=url, filters=[period_filter(period, periods_asked())])
    back = Crumb(_("Progress reports"), address(period))
    return Page(
        title=_("Who has not reported: %(period)s") % {"period": words.period(period)},
        kind="list",
        crumbs=[back],
        panels=[bar, _per_unit(period, rows, names), *_listed(actor, period, lines, names, more)],
    )


def _per_unit(period: Period, rows: list[tuple[int, dict[str, int]]], names: Mapping[int, str]) -> Table:
    return Table(
        id="units",
        title=_("Per lead unit"),
        columns=[
            Column(
                _("Lead unit"), lambda r: names.get(r[0]) or _("no lead unit"), head=True,
                link=lambda r: address(period, unit=r[0]),
            ),
            Column(_("Not reported"), lambda r: r[1].get("missing", 0), number=True,
                   link=lambda r: address(period, unit=r[0], part="missing")),
            Column(_("Still time"), lambda r: r[1].get("waiting", 0), number=True),
            Column(_("Reported"), lambda r: sum(r[1].get(name, 0) for name in standing.REPORTED), number=True),
        ],
        rows=rows,
        row_key=lambda r: r[0],
        empty=Empty(text=_("Everybody who is asked has reported."), icon="check"),
    )  # fmt: skip


def _listed(
    actor: Actor, period: Period, lines: list[Line], names: Mapping[int, str], more: int
) -> list[Table | Alert]:
    if not lines:
        return []
    reports = selectors.may_report(actor)

    def act(line: Line) -> Any:
        url = f"{reverse('projects_report', args=[line.project.id])}?period={period.code}"
        return cells.To(_("Fill in the report"), url) if reports else cells.Quiet("")

    table = Table(
        id="projects",
        title=_("Projects without a report"),
        columns=[
            Column(
                _("Project"), lambda line: line.project.name, head=True, link=lambda line: _href(actor, line)
            ),
            Column(_("Lead unit"), lambda line: names.get(line.unit) or _("no lead unit")),
            Column(_("Due"), "due"),
            Column(_("Reported?"), lambda line: words.standing(line.standing)),
            Column(_("What can be done"), act),
        ],
        rows=lines,
        row_key=lambda line: line.project.id,
    )
    if not more:
        return [table]
    link = Action(title=_("All of them"), href=address(period, part="missing"))
    return [table, Alert(id="more", text=_("Only the newest %(n)d are shown.") % {"n": SIZE}, action=link)]
