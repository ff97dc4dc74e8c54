"""Pages of reports: the form, one report with its history, a period's table, who is missing."""

import hashlib
import uuid
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict, FieldErrors, Refused
from bihuan.kernel.forms.fields import Form
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import local, today
from bihuan.lines.projects import selectors as projects
from bihuan.lines.projects.contracts import PROGRESS_SEEN
from bihuan.lines.projects.pages import words as project_words
from bihuan.lines.projects.reports import actions, panels, selectors, words
from bihuan.lines.projects.reports.actions import question
from bihuan.lines.projects.reports.cutoffs import Deadlines
from bihuan.lines.projects.reports.forms import report_form
from bihuan.lines.projects.reports.periods import Period, PeriodKind
from bihuan.lines.projects.reports.register import REPORTED, REPORTS
from bihuan.lines.projects.reports.selectors import ReportRow
from bihuan.lines.projects.selectors import ProjectRow
from bihuan.logic.cells import Amount
from bihuan.ui import cells
from bihuan.ui.naming import names_for
from bihuan.ui.page import Crumb, Page, actor_of, done, page
from bihuan.ui.panels import (
    Action,
    Alert,
    Column,
    Empty,
    Event,
    Facts,
    Filter,
    FilterBar,
    FormPanel,
    Panel,
    Table,
    Timeline,
)

#: What a new report takes over from the last one; amounts of the period are asked anew.
KEPT = ("year_plan_wan", "progress", "next_steps", "problems", "listed", "listed_on")
_COLUMNS = {column.name: column for column in REPORTED}


def crumbs(*more: Crumb) -> list[Crumb]:
    """Return the way back from a page of reports."""
    return [Crumb(_("Progress reports"), reverse("projects_reports")), *more]


def _project_crumb(project: ProjectRow) -> Crumb:
    return Crumb(project.name, reverse("project", args=[project.id]))


# The form ------------------------------------------------------------------------------------------------


@page(permit="projects")
def report(request: HttpRequest, project: int) -> Page | HttpResponseBase:
    """Report a project's progress for a period, or correct what was reported."""
    actor = actor_of(request)
    row = projects.project(actor, project)
    if not selectors.may_report(actor):
        raise Refused(_("Your post doesn't report on projects."))
    period = selectors.read_period(request.GET.get("period") or selectors.latest_period().code)
    held = selectors.of_period([row.id], period).get(row.id)
    if request.method != "POST":
        return _Asked(actor, row, period, held).page({}, uuid.uuid4().hex)
    key = request.POST.get("key", "")[:80]
    typed = {name: request.POST.get(name, "").replace("\r\n", "\n").strip() for name in (*_COLUMNS, "cause")}
    ver = request.POST.get("ver", "")
    sent = {name: text for name, text in typed.items() if name in _COLUMNS and name in request.POST}
    asked = _Asked(actor, row, period, held, typed)
    try:
        made = actions.report(
            actor,
            row.id,
            period,
            sent,
            key,
            cause=typed["cause"][:200],
            ver=int(ver) if ver.isdecimal() else None,
        )
    except FieldErrors as error:
        return asked.page(error.errors, key, 422)
    except (BadInput, Conflict) as error:
        return asked.page({"": error.message}, uuid.uuid4().hex, error.status)
    told = _("Reported.") if made.created else _("Corrected.")
    return done(request, reverse("projects_report_one", args=[made.id]), told)


class _Asked:
    """The form for one project and period, as it is asked for now."""

    def __init__(
        self,
        actor: Actor,
        project: ProjectRow,
        period: Period,
        held: ReportRow | None,
        typed: Mapping[str, str] | None = None,
    ) -> None:
        self.actor, self.project, self.period, self.held = actor, project, period, held
        (self.previous,) = selectors.before([(project.id, period)])
        earlier = [row for row in selectors.reports_of(project.id) if row.period.last < period.last]
        self.last = earlier[0] if earlier else None
        self.typed = typed

    def page(self, errors: Mapping[str, str], key: str, status: int = 200) -> Page:
        found = [self._periods(), *self._before(), self._form(errors, key)]
        return Page(
            title=_("Report: %(name)s") % {"name": self.project.name},
            code=self.project["code"],
            kind="form",
            crumbs=crumbs(_project_crumb(self.project)),
            panels=found,
            status=status,
        )

    def _periods(self) -> FilterBar:
        return FilterBar(
            id="periods",
            url=reverse("projects_report", args=[self.project.id]),
            filters=[period_filter(self.period, periods_asked(self.project))],
        )

    def _before(self) -> list[Panel]:
        if self.held:
            text = _(
                "This period was reported already. What you change here corrects it; the history keeps both."
            )
            return [Alert(id="held", text=text, tone="warn")]
        if not self.last:
            return []
        title = _("Last report: %(period)s") % {"period": words.period(self.last.period)}
        return [Facts(id="last", title=title, items=panels.numbers(self.last))]

    def _form(self, errors: Mapping[str, str], key: str) -> FormPanel:
        values = self.typed if self.typed is not None else self._values()
        explaining = "explanation" in errors or bool(values.get("explanation"))
        form: Form = report_form(self.previous, correcting=self.held is not None, explaining=explaining)
        return FormPanel(
            id="report-form",
            form=form,
            url=f"{reverse('projects_report', args=[self.project.id])}?period={self.period.code}",
            values=values,
            errors=errors,
            hidden={"key": key, "ver": self.held.ver if self.held else ""},
            cancel=reverse("project", args=[self.project.id]),
            in_place=False,
            submit=_("Correct") if self.held else _("Report"),
            intro="" if self.held else _("Taken over from the last report; change what has changed."),
        )

    def _values(self) -> dict[str, str]:
        if self.held:
            return {name: as_typed(name, self.held.codes[name]) for name in _COLUMNS}
        kept = self.last.codes if self.last else {}
        values = {name: as_typed(name, kept.get(name)) for name in KEPT}
        if self.last and self.last.period.year != self.period.year:
            values["year_plan_wan"] = ""
        period = self.period
        seen = [
            text
            for texts in PROGRESS_SEEN(self.actor, self.project.id, period.first, period.last)
            for text in texts
        ]
        return {**values, "progress": "\n".join(seen)} if seen else values


def as_typed(name: str, code: str | None) -> str:
    """Return a value as the form shows it."""
    column = _COLUMNS[name]
    return (code or "") if column.choices else column.show(code)


def periods_asked(project: ProjectRow | None = None) -> list[Period]:
    """Return the periods one may want: the past months, and the past ten-days where they are asked for."""
    month = Period.at(PeriodKind.MONTH, today())
    found = month.back(13)[::-1]
    ten = Period.at(PeriodKind.TEN_DAYS, today())
    rules = Deadlines()
    asked = (
        rules.asked(ten.kind, project.scope, today())
        if project
        else any(rows[-1].enabled for (kind, _place), rows in rules.rules.items() if kind == ten.kind)
    )
    return [*found, *(ten.back(6)[::-1] if asked else ())]


def period_filter(chosen: Period, offered: list[Period]) -> Filter:
    """Return the choice of a period."""
    periods = offered if chosen in offered else [chosen, *offered]
    return Filter("period", _("Period"), [(one.code, words.period(one)) for one in periods], chosen.code)


# One report ----------------------------------------------------------------------------------------------


@page(permit=project_words.sees_projects)
def one(request: HttpRequest, report: int) -> Page:
    """Show a report, what is doubtful about it, the problems it proposes, and every change of it."""
    actor = actor_of(request)
    project, row = selectors.report(actor, report)
    return Page(
        title=_("%(period)s: %(name)s") % {"period": words.period(row.period), "name": project.name},
        code=project["code"],
        crumbs=crumbs(_project_crumb(project)),
        panels=[
            *_doubt(row),
            *_proposals(actor, row),
            _facts(row),
            *panels.trends(selectors.reports_of(project.id)),
            _history(row),
        ],
        actions=_correct(actor, row),
    )


def _correct(actor: Actor, row: ReportRow) -> list[Action]:
    if not selectors.may_report(actor):
        return []
    url = f"{reverse('projects_report', args=[row.project])}?period={row.period.code}"
    return [Action(title=_("Correct"), href=url, icon="edit", key="e")]


def _doubt(row: ReportRow) -> list[Panel]:
    if row.doubt is None:
        return []
    details = [_("The numbers stand as they were given. Whoever reported corrects them, or says why.")]
    return [Alert(id="doubt", text=question(row.doubt), tone="warn", details=details)]


def mark(text: str) -> str:
    """Return what stands for a text in an address."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _proposals(actor: Actor, row: ReportRow) -> list[Panel]:
    """Return each problem the report names with the one click that registers it; nothing is opened by itself."""
    found: list[Panel] = []
    for number, (named, code) in enumerate(selectors.proposals(row)):
        if code:
            action = Action(title=code, href=reverse("matter", args=[code]))
        elif selectors.may_report(actor):
            url = f"{reverse('projects_report_problem', args=[row.id])}?which={mark(named.text)}"
            action = Action(title=_("Register as a problem"), href=url, post=True, primary=True, icon="plus")
        else:
            continue
        title = _("Registered as a problem") if code else _("A problem to register?")
        found.append(Alert(id=f"problem-{number}", title=title, text=named.text, action=action))
    return found


def _facts(row: ReportRow) -> Facts:
    texts = [(_(_COLUMNS[name].title), row.text(name)) for name in ("progress", "next_steps", "problems")]
    items: list[tuple[str, Any]] = [*panels.numbers(row), *texts]
    items.append((_("In the statistics"), words.listed(row)))
    if row.text("explanation"):
        items.append((_("Why the numbers don't add up"), row.text("explanation")))
    names = names_for(units={row.unit} - {0})
    items += [(_("Lead unit"), names.unit(row.unit)), (_("Handed in"), row.reported_at)]
    return Facts(id="report", title=_("What was reported"), items=items)


def _history(row: ReportRow) -> Timeline:
    titles = {"create": _("Reported"), "amend": _("Corrected"), "withdraw": _("Taken out")}
    events = [
        Event(
            id=f"a{amend.seq}",
            at=amend.at,
            who=amend.actor_title or _("System"),
            title=_("Put back by undoing the import") if amend.undoes else titles[amend.move],
            kind="move" if amend.actor_user else "system",
            text=amend.cause if not amend.undoes else "",
            facts=[_changed(name, change) for name, change in amend.changes.items() if name in _COLUMNS],
        )
        for amend in reversed(selectors.changes_of(row.id))
    ]
    return Timeline(id="history", title=_("What changed"), events=events)


def _changed(name: str, change: Mapping[str, Any]) -> tuple[str, Any]:
    column = REPORTS.columns[name]
    new = _shown(name, change["new"])
    if change.get("note") == "added_up":
        new = cells.Hint(new, _("Left empty and added up."))
    if change["old"] is None:
        return _(column.title), new
    return _(column.title), cells.Row([cells.Quiet(_shown(name, change["old"])), "→", new])


def _shown(name: str, code: str | None) -> Any:
    """Return a code of a reported field as a cell."""
    column = _COLUMNS[name]
    if code and column.kind == "money":
        held = Amount.decode(code)
        return cells.Money(held.value, "wan", "wan") if not held.approximate else column.show(code)
    if name == "listed":
        return _(words.LISTED[code]) if code else ""
    return column.show(code)


@page(permit="projects")
def register_problem(request: HttpRequest, report: int) -> HttpResponseBase:
    """Register a problem the report names, by one click; pressed twice it leads to the same matter."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    actor = actor_of(request)
    if not selectors.may_report(actor):
        raise Refused(_("Your post doesn't report on projects."))
    _project, row = selectors.report(actor, report)
    texts = {mark(named.text): named.text for named, _code in selectors.proposals(row)}
    try:
        receipt = actions.open_problem(actor, report, texts.get(request.GET.get("which", ""), ""))
    except Conflict as error:
        return done(request, reverse("matter", args=[error.where]), error.message)
    told = _("Registered as %(code)s. The coordination centre assigns it.") % {"code": receipt.code}
    return done(request, reverse("projects_report_one", args=[report]), told)


# A project's reports -----------------------------------------------------------------------------------------


@page(permit=project_words.sees_projects)
def of_project(request: HttpRequest, project: int) -> Page:
    """Show every report of a project, the latest first."""
    actor = actor_of(request)
    row = projects.project(actor, project)
    rows = selectors.reports_of(row.id, limit=120)
    action = panels.report_action(actor, row)
    table = Table(
        id="reports",
        caption=_("Progress reports"),
        columns=[
            Column(_("Period"), lambda r: words.period(r.period), head=True, link=address),
            Column(_("Plan of the year"), lambda r: words.amount(r, "year_plan_wan"), number=True),
            Column(_("Done in this period"), lambda r: words.amount(r, "done_wan"), number=True),
            Column(_("Done this year so far"), lambda r: words.amount(r, "cumulative_wan"), number=True),
            Column(_("Of the year's plan"), words.against, number=True),
            Column(_("State of the works"), lambda r: r.text("progress")),
            Column(_("Handed in"), lambda r: local(r.reported_at).date()),
            Column(_("Doubts"), _marks),
        ],
        rows=rows,
        row_key=lambda r: r.id,
        row_href=address,
        empty=Empty(text=_("Nothing has been reported of this project yet."), action=action),
    )
    return Page(
        title=_("Reports: %(name)s") % {"name": row.name},
        code=row["code"],
        kind="list",
        crumbs=crumbs(_project_crumb(row)),
        panels=[table, *panels.trends(rows)],
        actions=[action] if action else [],
    )


def address(row: ReportRow) -> str:
    """Return the address of a report."""
    return reverse("projects_report_one", args=[row.id])


def _marks(row: ReportRow) -> Any:
    marks: list[Any] = []
    if row.doubt:
        marks.append(cells.Hint(cells.Tag(_("doesn't add up"), "warn"), question(row.doubt)))
    if row.corrected:
        marks.append(cells.Tag(_("corrected"), "info"))
    return cells.Row(marks) if marks else cells.Quiet("")
