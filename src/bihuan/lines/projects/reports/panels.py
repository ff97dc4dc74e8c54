"""Panels of reports that stand on a project's page: the latest one, and how its investment went."""

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.identity.actors import Actor
from bihuan.lines.projects.reports import selectors, words
from bihuan.lines.projects.reports.periods import PeriodKind
from bihuan.lines.projects.reports.selectors import ReportRow
from bihuan.lines.projects.selectors import ProjectRow
from bihuan.logic.pictures.trend import Point, trend_svg
from bihuan.ui import cells
from bihuan.ui.panels import Action, Alert, Facts, Panel, Picture

#: So many periods make a trend.
_MONTHS = 12


def on_project(actor: Actor, project: ProjectRow) -> list[Panel]:
    """Return what a project's page shows of its reports."""
    rows = selectors.reports_of(project.id, limit=_MONTHS * 4)
    action = report_action(actor, project)
    if not rows:
        if action is None:
            return []
        text = _("Nothing has been reported of this project yet.")
        return [Alert(id="report", text=text, action=action)]
    return [latest(rows[0], action), *trends(rows)]


def report_action(actor: Actor, project: ProjectRow) -> Action | None:
    """Return the way to the form, for those whose post reports."""
    if not selectors.may_report(actor):
        return None
    return Action(
        title=_("Fill in the report"), href=reverse("projects_report", args=[project.id]), icon="edit"
    )


def latest(row: ReportRow, action: Action | None) -> Facts:
    """Return the latest report in short."""
    title = _("Latest report: %(period)s") % {"period": words.period(row.period)}
    link = cells.To(_("with its history"), reverse("projects_report_one", args=[row.id]))
    items = [*numbers(row), (_("State of the works"), row.text("progress"))]
    items += [(_("Problems"), row.text("problems"))] if row.text("problems") else []
    items += [(_("Handed in"), cells.Row([row.reported_at, link]))]
    return Facts(id="report", title=title, items=items, action=action)


def numbers(row: ReportRow) -> list[tuple[str, object]]:
    """Return the amounts of a report and what they make of the plan."""
    share = words.percent(row.fraction)
    passed = _("%(share)s of the year has passed") % {"share": words.percent(row.period.elapsed)}
    return [
        (_("Plan of the year"), words.amount(row, "year_plan_wan")),
        (_("Done in this period"), words.amount(row, "done_wan")),
        (_("Done this year so far"), words.amount(row, "cumulative_wan")),
        (
            _("Of the year's plan"),
            cells.Row([share, cells.Quiet(passed)]) if row.fraction is not None else "",
        ),
    ]


def trends(rows: list[ReportRow]) -> list[Panel]:
    """Return the amounts month by month as bars, when there are at least two."""
    months = [row for row in rows if row.period.kind is PeriodKind.MONTH][:_MONTHS][::-1]
    if len(months) < 2:
        return []
    by_code = {row.period.code: row for row in months}
    span = months[0].period.back(1)
    while span[-1] != months[-1].period:
        span.append(span[-1].next)
    points = []
    for period in span:
        row = by_code.get(period.code)
        value = row.value("done_wan") if row else None
        points.append(Point(words.short(period), None if value is None else float(value)))
    title = _("Done month by month, in 10,000 yuan")
    table = [
        [words.period(row.period), words.amount(row, "done_wan"), words.amount(row, "cumulative_wan")]
        for row in months
    ]
    return [
        Picture(
            id="report-trend",
            title=title,
            svg=trend_svg(title, points, kind="bar", width=720, height=120),
            narrow=trend_svg(title, points, kind="bar", width=320, height=120),
            head=[_("Period"), _("Done in this period"), _("Done this year so far")],
            rows=table,
        )
    ]
