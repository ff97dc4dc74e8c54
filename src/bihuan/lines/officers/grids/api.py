"""Enterprises and grids over the API."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Header, Router, Schema
from pydantic import Field

from bihuan.kernel.errors import NotFound
from bihuan.lines.officers.grids import actions, selectors
from bihuan.lines.officers.grids import coverage as figure
from bihuan.lines.officers.grids.selectors import What
from bihuan.ui.api import Before, Cursor, Limit, operation
from bihuan.ui.page import actor_of

Key = Annotated[str, Header(alias="Idempotency-Key", max_length=80)]

router = Router(tags=["officers"])


class EnterpriseOut(Schema):
    """An enterprise with its grid and last visit."""

    id: int
    ver: int
    name: str
    uscc: str
    industry: str
    place: str
    kind: str
    staff: int | None
    note: str
    cell: int
    cell_name: str
    head: str
    visited: date | None


class EnterpriseIn(Schema):
    """Values as people write them; ``ver`` is the version the caller saw."""

    values: dict[str, str | None]
    ver: int | None = None
    cause: str = Field("", max_length=200)


class Kept(Schema):
    """The row."""

    id: int


class GridOut(Schema):
    """A grid with its head and how many of its enterprises were visited in the period."""

    id: int
    name: str
    head: str
    head_post: int
    unit: int
    receives: bool
    members: list[str]
    enterprises: int
    visited: int


class CoverageOut(Schema):
    """Enterprises visited, of all; visits are not counted. ``at`` is the moment of knowledge."""

    visited: int
    enterprises: int
    title: str
    definition: str
    small: bool
    at: datetime


class CountedOut(Schema):
    """An enterprise the coverage counts, its grid and its last visit between the days."""

    id: int
    name: str
    cell: int
    cell_name: str
    visited: date | None


class AllocateIn(Schema):
    """Enterprise → grid, as approved."""

    pairs: list[tuple[int, int]] = Field(max_length=1000)
    reason: str = Field("", max_length=200)


class Allocated(Schema):
    """How many enterprises moved."""

    count: int


class ChoiceOut(Schema):
    """A proposal with its reasons; nothing moves by it."""

    enterprise: int
    cell: int
    why: str


@router.get("/enterprises", response=Cursor[EnterpriseOut], operation_id="officers_enterprises")
@operation(permit="officers.grids")
def enterprises(
    request: HttpRequest,
    q: str = "",
    unvisited_since: date | None = None,
    unvisited_until: date | None = None,
    before: Before = 0,
    limit: Limit = 50,
) -> Any:
    """List enterprises, newest first; with two days only those not visited between them."""
    span = (unvisited_since, unvisited_until) if unvisited_since and unvisited_until else None
    rows, more = selectors.listed(
        actor_of(request), What(words=q, unvisited=span), before=before, limit=limit
    )
    return {"rows": rows, "before": more}


@router.get("/enterprises/{enterprise}", response=EnterpriseOut, operation_id="officers_enterprise")
@operation(permit="officers.grids")
def enterprise(request: HttpRequest, enterprise: int) -> Any:
    """Give one enterprise."""
    return selectors.enterprise(actor_of(request), enterprise)


@router.post("/enterprises", response=Kept, operation_id="officers_enterprise_new")
@operation(permit="officers.keep")
def new(request: HttpRequest, body: EnterpriseIn, key: Key = "") -> Any:
    """Enter an enterprise; it belongs to the grid that takes in until somebody allocates it."""
    return {"id": actions.keep_enterprise(actor_of(request), None, body.values, key=key, cause=body.cause)}


@router.patch("/enterprises/{enterprise}", response=Kept, operation_id="officers_enterprise_edit")
@operation(permit="officers.keep")
def edit(request: HttpRequest, enterprise: int, body: EnterpriseIn, key: Key = "") -> Any:
    """Change an enterprise."""
    made = actions.keep_enterprise(
        actor_of(request), enterprise, body.values, ver=body.ver, key=key, cause=body.cause
    )
    return {"id": made}


@router.get("/grids", response=list[GridOut], operation_id="officers_grids")
@operation(permit="officers.grids")
def grids(request: HttpRequest, since: date, until: date) -> Any:
    """List grids with their coverage between two days, both inside."""
    return selectors.grids(actor_of(request), since, until)


@router.get("/coverage", response=CoverageOut, operation_id="officers_coverage")
@operation(permit="officers.grids")
def coverage(request: HttpRequest, since: date, until: date, on: date | None = None, cell: int = 0) -> Any:
    """Count the enterprises visited between two days, both inside; ``on``: as known at the end of that day."""
    found = figure.value(actor_of(request), since, until, on=on, cell=cell)
    return {
        "visited": found.numerator, "enterprises": found.denominator, "title": _(figure.COVERAGE.title),
        "definition": _(figure.COVERAGE.definition), "small": found.small, "at": found.at,
    }  # fmt: skip


@router.get("/coverage/{covered}", response=list[CountedOut], operation_id="officers_covered")
@operation(permit="officers.grids")
def covered(
    request: HttpRequest, covered: str, since: date, until: date, on: date | None = None, cell: int = 0,
    before: Before = 0, limit: Limit = 50,
) -> Any:  # fmt: skip
    """List the enterprises a part of the coverage counts: visited, unvisited or withdrawn."""
    if covered not in figure.COVERAGE.parts:
        raise NotFound(_("There is no such part."), where=covered)
    actor = actor_of(request)
    return figure.counted(actor, covered, (since, until), on=on, cell=cell, before=before, limit=limit)


@router.get("/allocation", response=list[ChoiceOut], operation_id="officers_allocation")
@operation(permit="officers.keep")
def allocation(request: HttpRequest) -> Any:
    """Propose a grid for every enterprise that waits in the one that takes in."""
    made = actions.propose_allocation(actor_of(request))
    return [{"enterprise": one.thing, "cell": one.holder, "why": actions.reasons(one)} for one in made]


@router.post("/allocation", response=Allocated, operation_id="officers_allocate")
@operation(permit="officers.keep")
def allocate(request: HttpRequest, body: AllocateIn) -> Any:
    """Put enterprises into grids as approved, all or nothing."""
    return {"count": actions.allocate(actor_of(request), body.pairs, body.reason)}
