"""Projects over the API: everything their pages do.

Values travel as codes: text as it is, a day as 2026, 2026-10 or 2026-10-31, an amount as 1000 or
~1000 (约), a choice as its name; null is not stated. What is written may also be as an office writes it.
"""

from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Header, Router, Schema, Status
from pydantic import Field

from bihuan.kernel.errors import NotFound
from bihuan.kernel.flow.rows import Receipt
from bihuan.kernel.identity.actors import Actor, Kind
from bihuan.kernel.registers import selectors as registers
from bihuan.lines.projects import actions, selectors
from bihuan.lines.projects.pages.words import sees_projects
from bihuan.lines.projects.registers import PROJECTS
from bihuan.lines.projects.reports.api import router as reports
from bihuan.lines.projects.selectors import ProjectRow, What
from bihuan.lines.projects.staffing.api import router as plans
from bihuan.lines.projects.timetables.api import router as timetables
from bihuan.lines.projects.timetables.selectors import lights_of
from bihuan.lines.projects.transfers.api import router as work
from bihuan.ui.api import Before, Cursor, Limit, operation
from bihuan.ui.page import actor_of

#: The same key with the same body happens once.
Key = Annotated[str, Header(alias="Idempotency-Key", max_length=80)]

router = Router(tags=["projects"])
router.add_router("", work)
router.add_router("", timetables)
router.add_router("", reports)
router.add_router("", plans)


def reads(actor: Actor) -> bool:
    """Whether the caller may read projects at all: by post, by token issued for this line, as their enterprise."""
    if actor.kind is Kind.TOKEN:
        mine = any(ability.replace(":", ".").split(".")[0] == "projects" for ability in actor.abilities)
        return mine and sees_projects(replace(actor, kind=Kind.POST))
    return sees_projects(actor)


class ProjectOut(Schema):
    """A project: ``stage_class`` is what the office states, ``class_derived`` what the dates show."""

    id: int
    ver: int
    name: str
    code: str
    light: str
    stage_class: str
    class_derived: str
    no_evidence: bool
    state: str
    lead_unit: int
    party: int
    division: int
    values: dict[str, str | None]


class ProjectFull(ProjectOut):
    """A project with each value as it was written, where somebody wrote it."""

    written: dict[str, str]


class Counts(Schema):
    """How many projects one sees, by class."""

    classes: dict[str, int]


class AmendIn(Schema):
    """Values to set; null or "" clears one. ``ver`` is the version the caller saw, ``cause`` why."""

    values: dict[str, str | None] = {}
    ver: int | None = None
    cause: str = Field("", max_length=200)
    lead_unit: int | None = Field(None, ge=0)
    party: int | None = Field(None, ge=0)


class Amended(Schema):
    """The project written; ``place`` says what is doubtful about its place, "" when it is known."""

    id: int
    place: str


class ChangeOut(Schema):
    """One change of a project: field → codes before and after."""

    seq: int
    move: str
    at: datetime
    recorded: datetime
    by: str
    cause: str
    batch: int | None
    undoes: int | None
    changes: dict[str, dict[str, str | None]]


class Opened(Schema):
    """The matter that was opened."""

    code: str
    stage: str
    ver: int
    again: bool


class FormIn(Schema):
    """The fields of a form, by name."""

    data: dict[str, Any]


class OnTheSpot(Schema):
    """A need and what was answered at once."""

    need: dict[str, Any]
    answer: dict[str, Any]


def _out(row: ProjectRow, light: str) -> dict[str, Any]:
    names = ("code", "stage_class", "class_derived", "lead_unit", "party", "division")
    return {
        **{name: row[name] for name in names},
        "id": row.id,
        "ver": row.ver,
        "name": row.name,
        "state": row["state"] or "normal",
        "light": light,
        "no_evidence": row.lacks_evidence,
        "values": PROJECTS.codes(row.values),
    }


@router.get("", response=Cursor[ProjectOut], operation_id="projects_list")
@operation(permit=reads)
def projects_list(
    request: HttpRequest,
    q: str = "",
    stage_class: str = "",
    state: str = "",
    anchored: bool | None = None,
    no_evidence: bool = False,
    before: Before = 0,
    limit: Limit = 50,
) -> Any:
    """List the projects one may see, newest first."""
    what = What(q.strip()[:100], stage_class, state, anchored, no_evidence)
    rows, more = selectors.listed(actor_of(request), what, before=before, limit=limit)
    lights = lights_of([row.id for row in rows])
    return {"rows": [_out(row, lights[row.id].light.value) for row in rows], "before": more}


@router.post("", response={201: Amended}, operation_id="projects_create")
@operation(permit=reads)
def projects_create(request: HttpRequest, body: AmendIn, key: Key = "") -> Any:
    """Enter a project; ``name`` is required."""
    return Status(201, _amended(request, None, body, key))


@router.get("/counts", response=Counts, operation_id="projects_counts")
@operation(permit=reads)
def projects_counts(request: HttpRequest) -> Any:
    """Count the projects one sees by class: the stated one, else what the dates show."""
    return {"classes": selectors.class_counts(actor_of(request))}


# One project -------------------------------------------------------------------------------------------


@router.get("/{int:project}", response=ProjectFull, operation_id="projects_read")
@operation(permit=reads)
def projects_read(request: HttpRequest, project: int) -> Any:
    """Read a project."""
    row = selectors.project(actor_of(request), project)
    written = {name: str(held["written"]) for name, held in row["cells"].items() if held.get("written")}
    return {**_out(row, lights_of([row.id])[row.id].light.value), "written": written}


@router.patch("/{int:project}", response=Amended, operation_id="projects_amend")
@operation(permit=reads)
def projects_amend(
    request: HttpRequest,
    project: int,
    body: AmendIn,
    key: Key = "",
) -> Any:
    """Change a project. With ``ver`` a change made meanwhile by somebody else is a conflict."""
    return _amended(request, project, body, key)


def _amended(request: HttpRequest, project: int | None, body: AmendIn, key: str) -> Any:
    columns = {name: value for name in ("lead_unit", "party") if (value := getattr(body, name)) is not None}
    return actions.amend_project(
        actor_of(request), project, body.values, cause=body.cause, ver=body.ver, key=key, columns=columns
    )


@router.get("/{int:project}/history", response=list[ChangeOut], operation_id="projects_history")
@operation(permit=reads)
def projects_history(request: HttpRequest, project: int) -> Any:
    """Read every change of a project, first to last."""
    row = selectors.project(actor_of(request), project)
    return [
        {
            **{
                name: getattr(amend, name)
                for name in ("seq", "move", "at", "recorded", "cause", "batch", "undoes")
            },
            "by": amend.actor_title,
            "changes": {
                name: {"old": change["old"], "new": change["new"]}
                for name, change in amend.changes.items()
                if name in PROJECTS.columns
            },
        }
        for amend in registers.history(PROJECTS, row.id)
    ]


@router.get("/{int:project}/as-of", response=dict[str, str | None], operation_id="projects_as_of")
@operation(permit=reads)
def projects_as_of(request: HttpRequest, project: int, day: date) -> Any:
    """Read the values of a project as the house knew them at the end of a day (Beijing time)."""
    row = selectors.project(actor_of(request), project)
    codes = registers.as_of(PROJECTS, row.id, day)
    if codes is None:
        raise NotFound(_("The project was not on the register then."), where="day")
    return codes


@router.post("/{int:project}/problems", response={201: Opened}, operation_id="projects_problem")
@operation(permit=reads)
def projects_problem(
    request: HttpRequest,
    project: int,
    body: FormIn,
    key: Key = "",
) -> Any:
    """Register a problem; ``data`` is the form ``projects.problem.open``."""
    return Status(201, _opened(actions.register_problem(actor_of(request), project, body.data, key)))


@router.post("/{int:project}/on-the-spot", response={201: Opened}, operation_id="projects_on_the_spot")
@operation(permit=reads)
def projects_on_the_spot(
    request: HttpRequest,
    project: int,
    body: OnTheSpot,
    key: Key = "",
) -> Any:
    """Register a need that was answered at once; it is closed without a verifier."""
    made = actions.answer_on_the_spot(actor_of(request), project, body.need, body.answer, key)
    return Status(201, _opened(made))


@router.post("/{int:project}/promises", response={201: Opened}, operation_id="projects_promise")
@operation(permit=reads)
def projects_promise(
    request: HttpRequest,
    project: int,
    body: FormIn,
    key: Key = "",
) -> Any:
    """Register a promise; ``data`` is the form ``projects.promise.open``."""
    return Status(201, _opened(actions.register_promise(actor_of(request), project, body.data, key)))


def _opened(receipt: Receipt) -> dict[str, Any]:
    return {"code": receipt.code, "stage": receipt.stage, "ver": receipt.ver, "again": receipt.again}
