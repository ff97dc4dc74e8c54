"""The timetable over the API: everything its pages do."""

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from bihuan.kernel.errors import BadInput, NotFound
from bihuan.lines.projects.timetables import chances, drawing, lights, node_pages, rows, selectors, wording
from bihuan.lines.projects.timetables.core import NodeRow, Reading
from bihuan.lines.projects.timetables.rows import ProjectRow, TimetableRow
from bihuan.logic.days import Day
from bihuan.logic.schedule import Dates
from bihuan.ui.api import operation
from bihuan.ui.page import actor_of

router = Router(tags=["timetables"])

#: 2026, 2026-10 or 2026-10-31: a date as precisely as it is known.
Stated = str
_SHAPE = r"^\d{4}(-\d{2}(-\d{2})?)?$"


class NodeOut(Schema):
    """A node. Days written short (2026-10) are known to the month; ``inferred`` is not recorded."""

    key: str
    title: str
    phase: str
    side: str
    unit_id: int
    duration: int
    unit: str
    milestone: bool
    light: str
    planned_start: date | None
    planned_finish: date | None
    earliest_start: date
    earliest_finish: date
    latest_start: date
    latest_finish: date
    slack_wd: int
    critical: bool
    provisional: bool
    actual_start: str
    actual_finish: str
    inferred: bool
    stopped: bool
    late_cause: str
    late_side: str
    late_standing: str


class DelayOut(Schema):
    """By how many working days a node of the binding chain adds to the lateness."""

    key: str
    side: str
    by_wd: int
    stopped_wd: int


class LightOut(Schema):
    """A project's light and the rule that decided it."""

    light: str
    why: str
    metric: str
    source: str


class TimetableOut(Schema):
    """A project's timetable as it stands today."""

    id: int
    project: int
    version: int
    state: str
    ver: int
    matter: int
    anchor: date
    anchor_stated: str
    first_anchor_stated: str
    reanchored: bool
    kind_assumed: bool
    approved: bool
    finish: date | None
    feasible: bool
    late_by_wd: int
    sentence: str
    binding_chain: list[str]
    delays: list[DelayOut]
    days_ahead: dict[str, int]
    days_late: dict[str, int]
    light: LightOut
    nodes: list[NodeOut]


class MovedOut(Schema):
    """What a slip does to one node."""

    id: str
    start_from: date
    start_to: date
    finish_from: date
    finish_to: date
    by_wd: int


class SlipOut(Schema):
    """What moves when a node slips, and how late the plan was and would be."""

    moved: list[MovedOut]
    finish_from: date
    finish_to: date
    late_from_wd: int
    late_to_wd: int


class LikelihoodOut(Schema):
    """The day reached in ``share`` of the draws, and the chance to keep the promised one; 0 to 1.

    Nodes not ``learnt`` from those finished here are drawn from reference values.
    """

    day: date
    share: float
    median: date
    chance: float
    learnt: int
    drawn: int
    bars: list[tuple[date, date, float]]


class QuarterLineOut(Schema):
    """A node that has to be done within the quarter."""

    project: int
    name: str
    timetable: int
    approved: bool
    key: str
    title: str
    phase: str
    side: str
    unit_id: int
    due: date
    expected: date | None
    done: date | None
    inferred: bool
    critical: bool
    light: str


class QuarterOut(Schema):
    """Lines project by project; ``after`` goes on behind them, empty when there are no more."""

    rows: list[QuarterLineOut]
    after: str


class MoveDateIn(Schema):
    """Another production date: 2026-10 means the last working day of that month."""

    date: str = Field(pattern=_SHAPE)
    reason: str = Field(min_length=1, max_length=2000)


class ActIn(Schema):
    """What is recorded at a node: the form of the act, and the version the caller saw."""

    data: dict[str, Any] = {}
    ver: int | None = None


class LinkOut(Schema):
    """A node waits for ``after``, then for ``lag`` days in ``unit``."""

    after: str
    lag: int
    unit: str


class TemplateNodeOut(Schema):
    """A node of a template with where its number comes from."""

    key: str
    title: str
    title_en: str
    phase: str
    side: str
    duration: int
    unit: str
    statutory: bool
    fact: str
    basis: str
    source: str
    tag: str
    unchecked: bool
    after: list[LinkOut]


class TemplateOut(Schema):
    """A template in force."""

    id: int
    kind: str
    version: int
    title: str
    since: date
    nodes: list[TemplateNodeOut]


def _out(project: ProjectRow, row: TimetableRow, reading: Reading) -> dict[str, Any]:
    plan = reading.plan
    names = ("id", "project", "version", "state", "ver", "matter", "anchor", "reanchored", "kind_assumed")
    return {name: getattr(row, name) for name in names} | {
        "anchor_stated": row.anchor_code,
        "first_anchor_stated": row.first_anchor_code,
        "approved": row.approved,
        "finish": plan.finish,
        "feasible": plan.feasible,
        "late_by_wd": plan.late_by_wd,
        "sentence": wording.sentence(reading, row.approved),
        "binding_chain": list(plan.binding_chain),
        "delays": reading.delays,
        "days_ahead": dict(reading.ahead),
        "days_late": dict(reading.late),
        "light": _light(selectors.lights_of([project.id])[project.id]),
        "nodes": [_node(node, reading.dates[node.key], row.approved) for node in reading.nodes],
    }


def _light(verdict: lights.Verdict) -> dict[str, str]:
    rule = verdict.why.rule if verdict.why else None
    return {
        "light": verdict.light.value,
        "why": wording.because(verdict),
        "metric": rule.metric if rule else "",
        "source": rule.source if rule else "",
    }


def _node(node: NodeRow, found: Dates, approved: bool) -> dict[str, Any]:
    done = found.earliest_finish if node.actual_finish else None
    stopped = node.stopped is not None
    light = selectors.node_light(approved, node.planned_finish, found.earliest_finish, done, stopped)
    plain = (
        "key", "phase", "side", "unit_id", "duration", "unit", "milestone", "planned_start", "planned_finish",
        "inferred", "late_cause", "late_side", "late_standing",
    )  # fmt: skip
    dated = (
        "earliest_start", "earliest_finish", "latest_start", "latest_finish", "slack_wd", "critical",
        "provisional",
    )  # fmt: skip
    return {
        **{name: getattr(node, name) for name in plain},
        **{name: getattr(found, name) for name in dated},
        "title": wording.title_of(node),
        "light": light.value,
        "stopped": stopped,
        "actual_start": node.actual_start.code if node.actual_start else "",
        "actual_finish": node.actual_finish.code if node.actual_finish else "",
    }


@router.get("/{int:project}/timetable", response=TimetableOut, operation_id="timetable_read")
@operation(permit="signed_in")
def timetable_read(request: HttpRequest, project: int, version: int = 0) -> Any:
    """Read a project's timetable: the approved one, before there is one the draft, or a version."""
    shown = selectors.shown(actor_of(request), project, version)
    if shown.row is None:
        raise NotFound("timetable", where=str(project))
    return _out(shown.project, shown.row, selectors.compute(shown.project, shown.row))


@router.get("/{int:project}/timetable/what-if", response=SlipOut, operation_id="timetable_what_if")
@operation(permit="signed_in")
def timetable_what_if(request: HttpRequest, project: int, node: str, days: int, version: int = 0) -> Any:
    """Ask what moves if a node slips by so many days of its own unit; nothing is written."""
    shown = selectors.shown(actor_of(request), project, version)
    if shown.row is None:
        raise NotFound("timetable", where=str(project))
    return selectors.what_if(shown.project, selectors.compute(shown.project, shown.row), node, days)


@router.get(
    "/{int:project}/timetable/likelihood", response=LikelihoodOut, operation_id="timetable_likelihood"
)
@operation(permit="signed_in")
def timetable_likelihood(request: HttpRequest, project: int, node: str = "", days: int = 0) -> Any:
    """Ask how sure the production date is, and how sure it would be if a node slipped."""
    shown = selectors.shown(actor_of(request), project)
    if shown.row is None:
        raise NotFound("timetable", where=str(project))
    reading = selectors.compute(shown.project, shown.row)
    if node:
        selectors.what_if(shown.project, reading, node, days)
    found = chances.chance(shown.project, reading, {node: days} if node else None)
    if found is None:
        raise BadInput(_("The date lies beyond the years the calendar knows."), where="days")
    return found


@router.post("/{int:project}/timetable/draft", response=TimetableOut, operation_id="timetable_draft")
@operation(permit="signed_in")
def timetable_draft(request: HttpRequest, project: int) -> Any:
    """Draft a project's timetable from its planned production date."""
    actor = actor_of(request)
    selectors.shown(actor, project)
    return _read(request, drawing.draft(actor, project))


@router.post("/{int:project}/timetable/move", response=TimetableOut, operation_id="timetable_move")
@operation(permit="signed_in")
def timetable_move(request: HttpRequest, project: int, sent: MoveDateIn) -> Any:
    """Draft a new timetable towards another date; a leader has to approve it."""
    actor = actor_of(request)
    selectors.shown(actor, project)
    return _read(request, drawing.reanchor(actor, project, _stated(sent.date), sent.reason))


def _stated(text: str) -> Day:
    from bihuan.kernel.errors import BadInput

    try:
        return Day.decode(text)
    except (ValueError, KeyError) as error:
        raise BadInput(f"{text}: no such day", where="date") from error


def _read(request: HttpRequest, timetable_id: int) -> dict[str, Any]:
    project, row = selectors.timetable(actor_of(request), timetable_id)
    return _out(project, row, selectors.compute(project, row))


Act = Literal["actual", "not_done", "stop", "resume", "cause", "rule", "adjust"]


@router.post(
    "/timetables/{int:timetable}/nodes/{key}/{act}", response=TimetableOut, operation_id="timetable_record"
)
@operation(permit="signed_in")
def timetable_record(request: HttpRequest, timetable: int, key: str, act: Act, sent: ActIn) -> Any:
    """Record at a node: ``data`` are the fields of the page's form of that act."""
    values = node_pages.ACTS[act].parse(sent.data)
    node_pages.perform(actor_of(request), timetable, key, act, values, sent.ver)
    return _read(request, timetable)


@router.get("/quarter/{int:year}/{int:quarter}", response=QuarterOut, operation_id="timetable_quarter")
@operation(permit="projects")
def timetable_quarter(
    request: HttpRequest, year: int, quarter: int, side: str = "", open: bool = False, after: str = ""
) -> Any:
    """List the nodes that have to be done within a quarter."""
    number, _dash, key = after.partition("-")
    start = (int(number), key) if number.isdigit() else (0, "")
    found, more = selectors.quarter(
        actor_of(request), year, quarter, side=side, open_only=open, after=start, limit=200
    )
    names = QuarterLineOut.model_fields.keys() - {"title", "light"}
    lines = [
        {name: getattr(line, name) for name in names}
        | {"title": wording.title_of(line), "light": line.light.value}
        for line in found
    ]
    return {"rows": lines, "after": f"{more[0]}-{more[1]}" if more else ""}


@router.get("/templates", response=list[TemplateOut], operation_id="timetable_templates")
@operation(permit="projects")
def timetable_templates(request: HttpRequest) -> Any:
    """Read the node templates in force, with the source of every number."""
    from bihuan.kernel.now import today

    return [_template(row) for row in rows.templates_in_force(today()).values()]


def _template(row: rows.TemplateRow) -> dict[str, Any]:
    nodes = []
    for node in row.nodes:
        names = TemplateNodeOut.model_fields.keys() - {"after"}
        links = [{"after": key, "lag": lag, "unit": unit} for key, lag, unit in node.after]
        nodes.append({name: getattr(node, name) for name in names} | {"after": links})
    own = TemplateOut.model_fields.keys() - {"nodes"}
    return {**{name: getattr(row, name) for name in own}, "nodes": nodes}
