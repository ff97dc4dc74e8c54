"""Visits over the API: the calendar, planning, going along, and the one form."""

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Header, Router, Schema
from pydantic import Field

from bihuan.lines.officers.grids.selectors import target_enterprise, target_project
from bihuan.lines.officers.visits import actions, selectors
from bihuan.lines.officers.visits.actions import Target
from bihuan.lines.officers.visits.forms import visit_form
from bihuan.lines.projects import contracts as projects
from bihuan.ui.api import operation
from bihuan.ui.page import actor_of

Key = Annotated[str, Header(alias="Idempotency-Key", max_length=60)]

router = Router(tags=["officers"])


class VisitOut(Schema):
    """A visit; ``enterprise`` and ``project`` are 0 where there is none."""

    id: int
    day: date
    state: str
    enterprise: int
    project: int
    target: str
    post: int
    who: str
    unit_name: str
    purpose: str
    joined: list[str]


class PlanIn(Schema):
    """A visit to come; ``why`` is asked for when the month's visits are spent."""

    day: date
    purpose: str = Field("", max_length=200)
    why: str = Field("", max_length=300)


class Planned(Schema):
    """The planned visit."""

    id: int


class NoteIn(Schema):
    """A visit as the form takes it; ``data`` are its fields, ``planned`` the planned visit this was."""

    template: str
    data: dict[str, Any]
    planned: int = Field(0, ge=0)


class Noted(Schema):
    """What a visit came to: codes of the matters it opened, how many duties it kept."""

    visit: int
    opened: list[str]
    kept: int
    again: bool


class JoinIn(Schema):
    """What one wants to ask there."""

    purpose: str = Field("", max_length=200)


class TemplateOut(Schema):
    """A kind of visit: what it asks and looks at, and where that stands."""

    key: str
    title: str
    questions: list[str]
    hazards: list[str]
    source: str


@router.get("/visits", response=list[VisitOut], operation_id="officers_visits")
@operation(permit="officers.visits")
def visits(request: HttpRequest, since: date, until: date) -> Any:
    """List the visits one sees between two days, both inside, at most 500."""
    return selectors.listed(actor_of(request), since, until)


@router.get("/templates", response=list[TemplateOut], operation_id="officers_templates")
@operation(permit="officers.visits")
def templates(request: HttpRequest) -> Any:
    """List the kinds of visits in use."""
    return selectors.templates()


@router.post("/visits/{visit}/join", response=Planned, operation_id="officers_visit_join")
@operation(permit="officers.visits")
def join(request: HttpRequest, visit: int, body: JoinIn) -> Any:
    """Go along on a planned visit; twice is once."""
    actions.join(actor_of(request), visit, body.purpose)
    return {"id": visit}


@router.post("/{kind}/{target_id}/plan", response=Planned, operation_id="officers_visit_plan")
@operation(permit="officers.visits")
def plan(
    request: HttpRequest,
    kind: Literal["projects", "enterprises"],
    target_id: int,
    body: PlanIn,
    key: Key = "",
) -> Any:
    """Plan a visit to a project or an enterprise."""
    target = _target(request, kind, target_id)
    return {
        "id": actions.plan(actor_of(request), target, body.day, purpose=body.purpose, why=body.why, key=key)
    }


@router.post("/{kind}/{target_id}/visit", response=Noted, operation_id="officers_visit_note")
@operation(permit="officers.visits")
def note(
    request: HttpRequest,
    kind: Literal["projects", "enterprises"],
    target_id: int,
    body: NoteIn,
    key: Key = "",
) -> Any:
    """Note a visit in one call: what is ticked lands where it belongs, all or nothing."""
    actor, target = actor_of(request), _target(request, kind, target_id)
    template = selectors.template(body.template)
    nodes = projects.OPEN_NODES(actor, target.project) if target.project else []
    spent = "why" in body.data
    form = visit_form(template, selectors.needs(), nodes, project=bool(target.project), spent=spent)
    values = {**form.parse(body.data), "template": template.key}
    return actions.note(actor, target, values, planned=body.planned, key=key)


def _target(request: HttpRequest, kind: str, target_id: int) -> Target:
    actor = actor_of(request)
    return target_project(actor, target_id) if kind == "projects" else target_enterprise(actor, target_id)
