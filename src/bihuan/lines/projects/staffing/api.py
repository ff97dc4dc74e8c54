"""Plans that people can carry over the API: everything their pages do."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Header, Query, Router, Schema, Status
from pydantic import Field

from bihuan.kernel.forms.fields import Form
from bihuan.lines.projects.staffing import actions, forms, selectors
from bihuan.lines.projects.transfers import keeping
from bihuan.lines.projects.transfers.selectors import Work
from bihuan.ui.api import Before, Limit, operation
from bihuan.ui.page import actor_of

PERMIT = "projects.plans"
#: The same key asks once.
Key = Annotated[str, Header(alias="Idempotency-Key", max_length=80)]
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]

router = Router(tags=["plans for people"])


class PlanCandidateOut(Schema):
    """A project a plan can be made for; ``finish`` as things stand."""

    id: int
    name: str
    promised: date
    finish: date | None
    approved: bool
    open: int


class PeoplePlanRow(Schema):
    """A plan in one line: waiting, done or failed."""

    id: int
    name: str
    state: str
    created_at: datetime
    actor_title: str


class PeoplePlanIn(Schema):
    """For which projects (ids); those one doesn't see or that have no timetable are left out."""

    projects: list[Id] = Field(min_length=1, max_length=actions.MOST)


class PlanNodeOut(Schema):
    """A node of a plan: who carries it, how many working days it waits, first and last day before and after."""

    key: str
    title: str
    side: str
    posts: list[int]
    waits: int
    before: list[date]
    after: list[date]


class PlanProjectOut(Schema):
    """A project in a plan: its end without and with it, working days the promised day is late by.

    ``state``: amended, drafted or unchanged once adopted; stale when its timetable has changed since; else empty.
    """

    id: int
    name: str
    anchor: date
    before: date
    after: date
    by: int
    late: int
    state: str
    nodes: list[PlanNodeOut]


class PlanPersonOut(Schema):
    """How many nodes a post carries at once, stretch by stretch, before and after; days over what it can."""

    post: int
    role: str
    at_once: int
    before: list[int]
    after: list[int]
    over_days: int


class PeoplePlanOut(PeoplePlanRow):
    """A plan. ``size`` working days make a stretch, ``columns`` are their first days; until it is done all is empty.

    ``proven``: nothing better exists; ``exact``: a solver looked for it.
    """

    part: int
    whole: int
    error: str
    proven: bool = False
    exact: bool = False
    size: int = 0
    columns: list[date] = []
    people: list[PlanPersonOut] = []
    projects: list[PlanProjectOut] = []


class PlanAdoptIn(Schema):
    """For which of the plan's projects it is adopted, and why."""

    projects: list[Id] = Field(min_length=1, max_length=actions.MOST)
    reason: str = Field(max_length=2000)


class PlanAdoptedOut(Schema):
    """What came of adopting for a project: amended (plan days came forward), drafted or unchanged."""

    project: int
    outcome: str


class CapacityOut(Schema):
    """What one person in a role carries at once at a place (0: everywhere) from a day on."""

    id: int
    role: str
    at_once: int
    sides: list[str]
    division: int
    since: date
    source: str
    tag: str


class CapacityIn(Schema):
    """The fields of the page's form; it holds for the place one's post is over."""

    role: str
    at_once: int
    sides: list[str]
    since: date
    source: str


@router.get("/plans/candidates", response=list[PlanCandidateOut], operation_id="plans_candidates")
@operation(permit=PERMIT)
def plans_candidates(request: HttpRequest, own: Annotated[bool, Query()] = False) -> Any:
    """List the projects one sees that a plan can be made for; ``own``: those one serves."""
    return selectors.candidates(actor_of(request), own=own)


@router.get("/plans", response=list[PeoplePlanRow], operation_id="plans_list")
@operation(permit=PERMIT)
def plans_list(request: HttpRequest, before: Before = 0, limit: Limit = 50) -> Any:
    """List the plans of one's office, newest first."""
    return keeping.listed(actor_of(request), actions.KIND, before=before, limit=limit)


@router.post("/plans", response={201: PeoplePlanOut}, operation_id="plans_ask")
@operation(permit=PERMIT)
def plans_ask(request: HttpRequest, body: PeoplePlanIn, key: Key = "") -> Any:
    """Ask for a plan; it is made in the background (state ``waiting``) and changes no timetable."""
    return Status(201, _plan(actions.ask(actor_of(request), body.projects, key=key)))


@router.get("/plans/capacities", response=list[CapacityOut], operation_id="plans_capacities")
@operation(permit=PERMIT)
def plans_capacities(request: HttpRequest) -> Any:
    """Read what people can carry: every row ever set."""
    return selectors.capacities()


@router.post("/plans/capacities", response={201: CapacityOut}, operation_id="plans_set_capacity")
@operation(permit=PERMIT)
def plans_set_capacity(request: HttpRequest, body: CapacityIn) -> Any:
    """Set what one person carries at once, from a day on; the same row again stays one row."""
    actor = actor_of(request)
    told = _parsed(forms.CAPACITY, body)
    made = actions.put_capacity(
        actor, told["role"], told["at_once"], told["sides"], source=told["source"], division=actor.division,
        since=date.fromisoformat(told["since"]),
    )  # fmt: skip
    return Status(201, next(row for row in selectors.capacities() if row.id == made))


@router.get("/plans/{int:plan}", response=PeoplePlanOut, operation_id="plans_read")
@operation(permit=PERMIT)
def plans_read(request: HttpRequest, plan: int) -> Any:
    """Read a plan of one's office: how far it is, then what it does to every date and who carries what."""
    return _plan(keeping.of_place(actor_of(request), actions.KIND, plan))


@router.post("/plans/{int:plan}/adopt", response=list[PlanAdoptedOut], operation_id="plans_adopt")
@operation(permit=PERMIT)
def plans_adopt(request: HttpRequest, plan: int, body: PlanAdoptIn) -> Any:
    """Adopt a plan for projects, all or none; what is adopted already stays as it is."""
    reason = _parsed(forms.ADOPT, body)["reason"]
    outcomes = actions.adopt(actor_of(request), plan, body.projects, reason)
    return [{"project": project, "outcome": outcome} for project, outcome in outcomes.items()]


def _parsed(form: Form, body: Schema) -> dict[str, Any]:
    return form.parse(
        {name: value for name, value in body.dict(exclude={"projects"}).items() if value not in ("", [])}
    )


def _plan(work: Work) -> dict[str, Any]:
    told = dict(work.result)
    states = selectors.states(work.id, told.get("projects", ()))
    projects = [{**row, "state": states[row["id"]]} for row in told.pop("projects", ())]
    names = ("id", "name", "state", "created_at", "actor_title", "part", "whole", "error")
    return {**told, "projects": projects, **{name: getattr(work, name) for name in names}}
