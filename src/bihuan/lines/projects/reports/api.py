"""Reports over the API: everything their pages do.

Amounts travel as codes in 万元 (1000, or ~1000 for 约), days as 2026, 2026-10 or 2026-10-31, a period as
2026-03 or, for ten days, as its first day (2026-03-11). What is sent may also be as an office writes it.
"""

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import File, Header, Router, Status
from ninja.files import UploadedFile
from pydantic import Field

from bihuan.kernel.errors import NotFound
from bihuan.kernel.identity.actors import Actor
from bihuan.lines.projects import selectors as projects
from bihuan.lines.projects.reports import (
    actions,
    cutoffs,
    figures,
    importing,
    selectors,
    standing,
    table_pages,
)
from bihuan.lines.projects.reports.figures import INVESTMENT, ON_TIME, Measured
from bihuan.lines.projects.reports.importing import Asked
from bihuan.lines.projects.reports.register import REPORTED
from bihuan.lines.projects.reports.selectors import Line, ReportRow
from bihuan.lines.projects.reports.shapes import (
    AnswerIn,
    CaseOut,
    CutoffIn,
    CutoffOut,
    FigureOut,
    Handed,
    ImportOut,
    LinesOut,
    Opened,
    ProblemIn,
    ReportFull,
    ReportIn,
    ReportOut,
    UnitOut,
)
from bihuan.lines.projects.transfers.preview import finding
from bihuan.ui.api import Before, Limit, operation
from bihuan.ui.page import actor_of

#: The same key with the same body happens once.
Key = Annotated[str, Header(alias="Idempotency-Key", max_length=80)]
PeriodCode = Annotated[str, Field(pattern=r"^\d{4}-\d{2}(-\d{2})?$")]
Standing = Literal[
    "on_time", "late", "missing", "waiting", "paused", "ended", "withdrawn", "produced", "later", "no_rule"
]

router = Router(tags=["reports"])
_NAMES = tuple(column.name for column in REPORTED)


def reads(actor: Actor) -> bool:
    """Whether the caller may read projects at all."""
    from bihuan.lines.projects.api import reads as reads_projects

    return reads_projects(actor)


def _report(row: ReportRow) -> dict[str, Any]:
    doubt = row.doubt
    said = doubt and {
        "code": doubt.code,
        "question": actions.question(doubt),
        "expected": doubt.params["expected"],
    }
    return {
        "id": row.id,
        "ver": row.ver,
        "project": row.project,
        "period": row.period.code,
        "values": {name: row.codes[name] for name in _NAMES},
        "share": None if row.fraction is None else float(row.fraction),
        "elapsed": float(row.period.elapsed),
        "reported_at": row.reported_at,
        "corrected": row.corrected,
        "doubt": said,
    }


def _line(line: Line) -> dict[str, Any]:
    why = line.verdict.why
    return {
        "project": line.project.id,
        "name": line.project.name,
        "code": line.project["code"],
        "lead_unit": line.unit,
        "standing": line.standing,
        "due": line.due,
        "light": line.verdict.light.value,
        "source": why.rule.source if why else "",
        "report": _report(line.report) if line.report else None,
    }


@router.get("/reports", response=LinesOut, operation_id="reports_table")
@operation(permit=reads)
def reports_table(
    request: HttpRequest,
    period: PeriodCode,
    part: Standing | None = None,
    unit: int | None = None,
    before: Before = 0,
    limit: Limit = 50,
) -> Any:
    """Read the table of a period: every project one may see, with what it reported or that it has not."""
    wanted = (part,) if part else standing.STANDINGS
    rows, more = selectors.lines(
        actor_of(request), selectors.read_period(period), wanted=wanted, unit=unit, before=before, limit=limit
    )
    return {"rows": [_line(row) for row in rows], "before": more}


@router.get("/reports/units", response=list[UnitOut], operation_id="reports_units")
@operation(permit=reads)
def reports_units(request: HttpRequest, period: PeriodCode) -> Any:
    """Count unit by unit who has reported for a period and who has not."""
    made = standing.source(actor_of(request), [selectors.read_period(period)])
    return [{"unit": unit, "counts": counts} for unit, counts in sorted(standing.by_unit(made).items())]


@router.get("/reports/workbook", response={200: None}, operation_id="reports_workbook")
@operation(permit=lambda actor: reads(actor) and selectors.may_export(actor))
def reports_workbook(request: HttpRequest, period: PeriodCode) -> HttpResponse:
    """Download the table of a period as the office keeps it (.xlsx)."""
    return table_pages.workbook(actor_of(request), selectors.read_period(period))


@router.get("/reports/cutoffs", response=list[CutoffOut], operation_id="reports_cutoffs")
@operation(permit=reads)
def reports_cutoffs(request: HttpRequest) -> Any:
    """Read when reports are due, every rule ever set."""
    return cutoffs.rules()


@router.post("/reports/cutoffs", response={201: CutoffOut}, operation_id="reports_set_cutoff")
@operation(permit=reads)
def reports_set_cutoff(request: HttpRequest, body: CutoffIn) -> Any:
    """Set when reports are due at the place one's post is over."""
    actor = actor_of(request)
    made = cutoffs.put_cutoff(
        actor, body.kind, body.basis, body.value, source=body.source, following=body.following,
        division=actor.division, enabled=body.enabled, since=body.since,
    )  # fmt: skip
    return Status(201, next(rule for rule in cutoffs.rules() if rule.id == made))


@router.get("/reports/{int:report}", response=ReportFull, operation_id="reports_read")
@operation(permit=reads)
def reports_read(request: HttpRequest, report: int) -> Any:
    """Read a report with every change of it and the problems it proposes."""
    _project, row = selectors.report(actor_of(request), report)
    changes = [
        {
            **{name: getattr(amend, name) for name in ("seq", "move", "at", "cause", "batch", "undoes")},
            "by": amend.actor_title,
            "changes": {
                name: {"old": change["old"], "new": change["new"]}
                for name, change in amend.changes.items()
                if name in _NAMES
            },
        }
        for amend in selectors.changes_of(report)
    ]
    proposals = [{"text": one.text, "code": code} for one, code in selectors.proposals(row)]
    return {**_report(row), "changes": changes, "proposals": proposals}


@router.post("/reports/{int:report}/problems", response={201: Opened}, operation_id="reports_problem")
@operation(permit=reads)
def reports_problem(request: HttpRequest, report: int, body: ProblemIn) -> Any:
    """Register a problem a report names; again it is a conflict that names the matter."""
    return Status(201, {"code": actions.open_problem(actor_of(request), report, body.text).code})


@router.get("/{int:project}/reports", response=list[ReportOut], operation_id="reports_of_project")
@operation(permit=reads)
def reports_of_project(request: HttpRequest, project: int) -> Any:
    """Read the reports of a project, the latest first."""
    row = projects.project(actor_of(request), project)
    return [_report(one) for one in selectors.reports_of(row.id, limit=200)]


@router.put("/{int:project}/reports/{period}", response=Handed, operation_id="reports_hand_in")
@operation(permit=reads)
def reports_hand_in(
    request: HttpRequest, project: int, period: PeriodCode, body: ReportIn, key: Key = ""
) -> Any:
    """Report a project's progress for a period, or with a ``cause`` correct it.

    An empty ``cumulative_wan`` is the last one plus ``done_wan``. Numbers that don't add up are refused
    with a question until ``explanation`` answers it.
    """
    return actions.report(
        actor_of(request), project, period, body.values, key, cause=body.cause, ver=body.ver
    )


# Imports -----------------------------------------------------------------------------------------------------


def _import(work: Asked) -> dict[str, Any]:
    told = work.result
    return {
        "id": work.id,
        "name": work.name,
        "state": work.state,
        **{name: told[name] for name in ("period", "counts", "questions", "differences")},
        "problems": [finding(kept) for kept in told["findings"]],
        "undone": told.get("undone"),
    }


def _reports(actor: Actor) -> bool:
    return reads(actor) and selectors.may_report(actor)


@router.post("/reports/imports", response={201: ImportOut}, operation_id="reports_import_preview")
@operation(permit=_reports)
def reports_import_preview(
    request: HttpRequest, workbook: File[UploadedFile], period: PeriodCode | None = None, key: Key = ""
) -> Any:
    """Preview a workbook of reports; nothing is written. Without a period its title says it."""
    asked = selectors.read_period(period) if period else None
    work = importing.take_in(actor_of(request), workbook, workbook.name or "", period=asked, key=key)
    return Status(201, _import(work))


@router.get("/reports/imports/{int:work}", response=ImportOut, operation_id="reports_import_read")
@operation(permit=_reports)
def reports_import_read(request: HttpRequest, work: int) -> Any:
    """Read an import of one's office."""
    return _import(importing.one(actor_of(request), work))


@router.post("/reports/imports/{int:work}/answers", response=ImportOut, operation_id="reports_import_answer")
@operation(permit=_reports)
def reports_import_answer(request: HttpRequest, work: int, body: list[AnswerIn]) -> Any:
    """Answer which project each row asked about means, and preview again."""
    answers = {(one.sheet, one.row): one.project for one in body}
    return _import(importing.answer(actor_of(request), work, answers))


@router.post("/reports/imports/{int:work}/apply", response=ImportOut, operation_id="reports_import_apply")
@operation(permit=_reports)
def reports_import_apply(request: HttpRequest, work: int) -> Any:
    """Write what was previewed; again it happens once."""
    return _import(importing.apply(actor_of(request), work))


@router.post("/reports/imports/{int:work}/undo", response=ImportOut, operation_id="reports_import_undo")
@operation(permit=_reports)
def reports_import_undo(request: HttpRequest, work: int) -> Any:
    """Put back what an import wrote; what others changed since stays."""
    return _import(importing.undo(actor_of(request), work))


# Figures -----------------------------------------------------------------------------------------------------


def _measured(found: Measured) -> dict[str, Any]:
    return {
        "name": found.told.name,
        "value": found.value,
        "unit": "%",
        "numerator": found.numerator,
        "denominator": found.denominator,
        "excluded": {part: count for part, _title, count in figures.excluded(found)},
        "as_of": found.as_of,
        "at": found.at,
        "small": found.small,
    }


@router.get("/figures", response=list[FigureOut], operation_id="projects_figures")
@operation(permit=reads)
def projects_figures(request: HttpRequest, as_of: date | None = None) -> Any:
    """Read the figures of reports, as known now or at the end of a day; those of problems are with all others."""
    actor = actor_of(request)
    return [
        _measured(figures.reporting(actor, as_of=as_of)),
        _measured(figures.investment(actor, as_of=as_of)),
    ]


@router.get("/figures/{name}/{part}", response=list[CaseOut], operation_id="projects_figure_cases")
@operation(permit=reads)
def projects_figure_cases(
    request: HttpRequest,
    name: str,
    part: str,
    as_of: date | None = None,
    before: Before = 0,
    limit: Limit = 50,
) -> Any:
    """Read the projects a part of a figure counts, newest first: ``before`` continues after the last one."""
    actor = actor_of(request)
    if name == ON_TIME.name and part in ON_TIME.parts:
        asked = figures.reporting(actor, as_of=as_of).period
        made = standing.source(actor, [asked], at=figures.moment(as_of))
        return _projects([key for key, _where in standing.ids(made, [part], before=before, limit=limit)])
    if name == INVESTMENT.name and part in INVESTMENT.parts:
        rows = figures.shares(actor, part, as_of=as_of, before=before, limit=limit)
        return _projects([row.project for row in rows])
    raise NotFound("figure", where=f"{name}/{part}")


def _projects(ids: list[int]) -> list[dict[str, Any]]:
    cards = projects.cards(ids)
    return [{"id": key, "code": cards[key].code, "title": cards[key].name} for key in ids]
