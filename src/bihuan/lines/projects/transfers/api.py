"""Imports and exports of projects over the API."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import File, Header, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from bihuan.kernel.identity import rights
from bihuan.kernel.identity.actors import Actor
from bihuan.lines.projects.pages.exports import sent
from bihuan.lines.projects.selectors import What
from bihuan.lines.projects.transfers import exports, imports, keeping
from bihuan.lines.projects.transfers.preview import finding
from bihuan.lines.projects.transfers.selectors import Work
from bihuan.ui.api import Before, Limit, operation
from bihuan.ui.page import actor_of

#: The same key with the same body happens once.
Key = Annotated[str, Header(alias="Idempotency-Key", max_length=80)]

router = Router(tags=["imports and exports"])


def _imports(actor: Actor) -> bool:
    return rights.has_right(actor, "projects.import")


def _exports(actor: Actor) -> bool:
    return rights.has_right(actor, "projects.export")


class Problem(Schema):
    """An odd cell: row from 1, column a letter; severity error (not taken), warning or info."""

    sheet: str
    row: int
    column: str
    value: str
    message: str
    severity: str


class Question(Schema):
    """A row that may mean one of several projects."""

    sheet: str
    row: int
    title: str
    candidates: list[tuple[int, str]]


class ImportOut(Schema):
    """An import: its state, what it would do or did."""

    id: int
    name: str
    state: str
    error: str
    created_at: datetime
    batch: int | None
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    proposed: int = 0
    questions: list[Question] = []
    differences: list[dict[str, Any]] = []
    problems: list[Problem] = []
    undone: dict[str, Any] | None = None


class ImportRow(Schema):
    """An import in one line."""

    id: int
    name: str
    state: str
    whole: int
    created_at: datetime
    actor_title: str


class AnswerIn(Schema):
    """Which project a row means; null is a new one."""

    sheet: str
    row: int
    project: int | None


class ExportIn(Schema):
    """The filter of the list whose projects are written, and the form."""

    format: Literal["xlsx", "csv"] = "xlsx"
    q: str = Field("", max_length=100)
    stage_class: str = ""
    state: str = ""
    anchored: bool | None = None
    no_evidence: bool = False


class ExportOut(Schema):
    """An export and how far it is."""

    id: int
    name: str
    state: str
    part: int
    whole: int
    error: str


@router.get("/imports", response=list[ImportRow], operation_id="projects_imports_list")
@operation(permit=_imports)
def imports_list(request: HttpRequest, before: Before = 0, limit: Limit = 50) -> Any:
    """List the imports of one's office, newest first."""
    return keeping.listed(actor_of(request), "import", before=before, limit=limit)


@router.post("/imports", response={201: ImportOut}, operation_id="projects_imports_preview")
@operation(permit=_imports)
def imports_preview(
    request: HttpRequest,
    workbook: File[UploadedFile],
    today: date | None = None,
    key: Key = "",
) -> Any:
    """Preview a workbook; nothing is written. A large one is read in the background (state ``waiting``)."""
    return Status(
        201, _import(imports.take_in(actor_of(request), workbook, workbook.name or "", day=today, key=key))
    )


@router.get("/imports/{int:work}", response=ImportOut, operation_id="projects_imports_read")
@operation(permit=_imports)
def imports_read(request: HttpRequest, work: int) -> Any:
    """Read an import: what it would do, what it did, what its undo kept."""
    return _import(keeping.of_place(actor_of(request), "import", work))


@router.post("/imports/{int:work}/answers", response=ImportOut, operation_id="projects_imports_answer")
@operation(permit=_imports)
def imports_answer(request: HttpRequest, work: int, body: list[AnswerIn]) -> Any:
    """Say which project each row asked about means, and preview again."""
    answers = {(one.sheet, one.row): one.project for one in body}
    return _import(imports.answer(actor_of(request), work, answers))


@router.post("/imports/{int:work}/apply", response=ImportOut, operation_id="projects_imports_apply")
@operation(permit=_imports)
def imports_apply(request: HttpRequest, work: int) -> Any:
    """Write what was previewed; asked twice it happens once. Much is written in the background."""
    return _import(imports.apply(actor_of(request), work))


@router.post("/imports/{int:work}/undo", response=ImportOut, operation_id="projects_imports_undo")
@operation(permit=_imports)
def imports_undo(request: HttpRequest, work: int) -> Any:
    """Put back what the import wrote; what others changed since stays and is listed."""
    return _import(imports.undo(actor_of(request), work))


def _import(work: Work) -> dict[str, Any]:
    told: Mapping[str, Any] = work.result
    counts = told.get("counts", {})
    names = ("id", "name", "state", "error", "created_at", "batch")
    return {
        **{name: getattr(work, name) for name in names},
        "rows": told.get("rows", 0),
        "created": counts.get("create", 0),
        "updated": counts.get("update", 0),
        "unchanged": counts.get("unchanged", 0),
        "proposed": told.get("proposed", 0),
        "questions": told.get("questions", []),
        "differences": told.get("differences", []),
        "problems": [finding(kept) for kept in told.get("findings", [])],
        "undone": told.get("undone"),
    }


@router.post("/exports", response={201: ExportOut}, operation_id="projects_exports_ask")
@operation(permit=_exports)
def exports_ask(request: HttpRequest, body: ExportIn, key: Key = "") -> Any:
    """Ask for a file of the projects a filter shows; above 500 it is written in the background."""
    what = What(body.q.strip(), body.stage_class, body.state, body.anchored, body.no_evidence)
    return Status(201, exports.ask(actor_of(request), what, body.format, key=key))


@router.get("/exports/{int:work}", response=ExportOut, operation_id="projects_exports_read")
@operation(permit=_exports)
def exports_read(request: HttpRequest, work: int) -> Any:
    """Read how far an export is."""
    return keeping.mine(actor_of(request), "export", work)


@router.get("/exports/{int:work}/file", operation_id="projects_exports_file")
@operation(permit=_exports)
def exports_file(request: HttpRequest, work: int) -> HttpResponse:
    """Fetch the finished file; only whoever asked for it may."""
    return sent(*exports.fetch(actor_of(request), work))
