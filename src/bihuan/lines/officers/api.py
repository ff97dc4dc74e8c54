"""Service officers over the API: who serves what, visits, enterprises and their grids."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Header, Router, Schema
from pydantic import Field

from bihuan.kernel.errors import BadInput
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import today
from bihuan.lines.officers import actions, selectors
from bihuan.lines.officers.forms import REASONS
from bihuan.lines.officers.grids.api import router as grids
from bihuan.lines.officers.grids.gridbook_api import router as gridbooks
from bihuan.lines.officers.portfolios import selectors as proposals
from bihuan.lines.officers.visits.api import router as visits
from bihuan.lines.projects import contracts as projects
from bihuan.ui.api import operation
from bihuan.ui.page import actor_of

Key = Annotated[str, Header(alias="Idempotency-Key", max_length=80)]

router = Router(tags=["officers"])
router.add_router("", visits)
router.add_router("", grids)
router.add_router("", gridbooks)


class ServingOut(Schema):
    """Who serves a project in one layer (officer or leader) since when."""

    project: int
    layer: str
    post: int
    name: str
    unit: str
    since: date
    deputy: int
    deputy_name: str
    valid: bool


class ServiceOut(Schema):
    """Who serves a project, and when it was last contacted and visited."""

    serving: list[ServingOut]
    contacted: str | None
    visited: date | None


class PeriodOut(Schema):
    """A post that served as officer, from a day until the day before another (null: still)."""

    post: int
    since: date
    until: date | None


class LoadOut(Schema):
    """An officer and what it has in hand."""

    post: int
    name: str
    unit: str
    projects: int
    open: int
    late: int


class AssignIn(Schema):
    """Who is to serve; ``leader`` names the liaison leader beside the officer."""

    post: int = Field(gt=0)
    deputy: int = Field(0, ge=0)
    leader: int = Field(0, ge=0)
    reason: str = Field("", max_length=200)


class AssignOut(Schema):
    """The assignment."""

    id: int


class OverIn(Schema):
    """Who is to take over and why (leave, transfer, balance, absence, request)."""

    post: int = Field(gt=0)
    deputy: int = Field(0, ge=0)
    why: str
    note: str = Field("", max_length=2000)


class OverOut(Schema):
    """The hand-over that was opened."""

    code: str
    stage: str


class ChoiceOut(Schema):
    """A proposal with its reasons; nothing is assigned by it."""

    project: int
    post: int
    why: str


class DutyOut(Schema):
    """Turns of one duty (officers.contact, officers.visit) that ended or fell due with a post, and those in time."""

    post: int
    kind: str
    turns: int
    in_time: int


@router.get("/mine", response=list[int], operation_id="officers_mine")
@operation(permit="officers.own")
def mine(request: HttpRequest) -> Any:
    """List the projects the caller's post serves."""
    return selectors.projects_of(actor_of(request).post)


@router.get("/loads", response=list[LoadOut], operation_id="officers_loads")
@operation(permit="officers.board")
def loads(request: HttpRequest) -> Any:
    """List the officers of one's place with what they have in hand."""
    return [
        {"post": row.post, "name": row.name, "unit": row.unit_name, "projects": row.projects, "open": row.open,
         "late": row.late}
        for row in selectors.loads(actor_of(request))
    ]  # fmt: skip


@router.get("/unserved", response=list[int], operation_id="officers_unserved")
@operation(permit="officers.board")
def unserved(request: HttpRequest) -> Any:
    """List the projects one sees that nobody serves."""
    return selectors.unserved(projects.ALIVE(actor_of(request)))


@router.get("/proposals", response=list[ChoiceOut], operation_id="officers_proposals")
@operation(permit="officers.assign")
def proposed(request: HttpRequest) -> Any:
    """Propose an officer for every project nobody serves, with reasons."""
    made = proposals.for_projects(actor_of(request))
    reasons = proposals.why(made)
    return [{"project": one.thing, "post": one.holder, "why": reasons[one.thing]} for one in made]


@router.get("/duties", response=list[DutyOut], operation_id="officers_duties")
@operation(permit="officers.board")
def duties(request: HttpRequest, since: date, until: date) -> Any:
    """Count the turns of duties by who held them when they ended or fell due; both days inside."""
    first, last = selectors.moments(since, until)
    return [
        {"post": row.post, "kind": row.kind, "turns": row.turns, "in_time": row.in_time}
        for row in selectors.duty_counts(actor_of(request), first, last)
    ]


@router.get("/projects/{project}", response=ServiceOut, operation_id="officers_service")
@operation(permit="officers")
def service(request: HttpRequest, project: int) -> Any:
    """Say who serves a project and when it was last contacted and visited."""
    _seen(actor_of(request), project)
    touched = selectors.touches([project])[project]
    return {
        "serving": list(selectors.serving([project]).values()),
        "contacted": touched.contacted.isoformat() if touched.contacted else None,
        "visited": touched.visited,
    }


@router.get("/projects/{project}/served", response=list[PeriodOut], operation_id="officers_served")
@operation(permit="officers")
def served(request: HttpRequest, project: int, since: date, until: date | None = None) -> Any:
    """Say who served a project as officer between two days, both inside."""
    _seen(actor_of(request), project)
    found = selectors.served([project], since, until or today()).get(project, [])
    return [{"post": post, "since": begun, "until": ended} for post, begun, ended in found]


@router.post("/projects/{project}/assign", response=AssignOut, operation_id="officers_assign")
@operation(permit="officers.assign")
def assign(request: HttpRequest, project: int, body: AssignIn) -> Any:
    """Assign an officer to a project nobody serves, or name deputy and leader; the same again changes nothing."""
    actor = actor_of(request)
    made = actions.assign(actor, project, body.post, deputy=body.deputy, reason=body.reason)
    if body.leader:
        actions.replace_leader(actor, project, body.leader, body.reason)
    return {"id": made}


@router.post("/projects/{project}/over", response=OverOut, operation_id="officers_over")
@operation(permit="officers.own")
def over(request: HttpRequest, project: int, body: OverIn, key: Key = "") -> Any:
    """Propose to hand a project over; the new officer confirms by the matter's own move."""
    if body.why not in dict(REASONS):
        raise BadInput(_("Please choose one from the list."), where="why")
    receipt = actions.hand_over(
        actor_of(request), project, body.post, why=body.why, deputy=body.deputy, note=body.note, key=key
    )
    return {"code": receipt.code, "stage": receipt.stage}


def _seen(actor: Actor, project: int) -> None:
    projects.SEEN(actor, project)
