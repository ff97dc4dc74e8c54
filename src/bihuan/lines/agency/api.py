"""Agency over the API, under ``/api/v1/agency``; moves of a case are the kernel's own operations."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile

from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.flow.selectors import Filter as What
from bihuan.lines.agency import actions, selectors
from bihuan.lines.agency.approvals import actions as approvals
from bihuan.lines.agency.approvals import selectors as saved
from bihuan.lines.agency.catalogue import actions as catalogue
from bihuan.lines.agency.pages import words
from bihuan.lines.agency.registers import ITEMS
from bihuan.ui.api import Before, Cursor, Limit, operation
from bihuan.ui.cards import light
from bihuan.ui.page import actor_of

router = Router(tags=["agency"])


class CaseOut(Schema):
    """A case in one line."""

    code: str
    title: str
    stage: str
    light: str
    due: datetime | None
    project: int
    items: list[int]


class MaterialOut(Schema):
    """A material of a case; ``later`` is '' when it may not come later."""

    number: int
    name: str
    item: int
    state: str
    own_hand: bool
    later: str


class MandateOut(Schema):
    """A mandate; ``items`` empty means all items of the case."""

    since: date
    until: date
    items: list[int]
    renews: bool
    ended: date | None
    revoked: bool


class NoticeOut(Schema):
    """A notice of what is missing; ``fault`` names who forgot when it was not the first."""

    number: int
    at: datetime
    materials: list[int]
    again: bool
    fault: str


class CaseFileOut(CaseOut):
    """A case with its materials, mandates and notices; the service is free, so there is no fee."""

    materials: list[MaterialOut]
    mandates: list[MandateOut]
    notices: list[NoticeOut]


class ItemOut(Schema):
    """An item of the catalogue: its columns as codes, limits as ``20wd`` or ``30d``."""

    id: int
    ver: int
    columns: dict[str, str | None]


class ItemIn(Schema):
    """Columns as people write them (20个工作日); ``ver`` of the version that was read."""

    columns: dict[str, str]
    ver: int | None = None
    key: str = ""


class Opened(Schema):
    """What was opened."""

    code: str
    stage: str


class ApplyIn(Schema):
    """Fields of the opening form; ``project`` says what it is about."""

    fields: dict[str, Any]
    project: int = 0
    key: str = ""


class LoadOut(Schema):
    """What an agent has in hand."""

    post: int
    agent: str
    cases: int
    late: int
    submitted: int
    suspended: int
    unmandated: int
    owed: int


class SpreadOut(Schema):
    """Working days: how many cases, mean, median, 90th percentile."""

    count: int
    mean: float
    median: float
    p90: int


class GroupOut(Schema):
    """One authority; ``small``: too few cases to be ranked."""

    name: str
    saved: float | None
    small: bool
    spread: SpreadOut


class ApprovalOut(Schema):
    """One approval that was counted."""

    number: str
    item: str
    authority: str
    accepted: date
    decided: date
    used: int
    allowed: int


class SavedOut(Schema):
    """Time saved in per cent of what the province allows, with all it is made of."""

    saved: float | None
    allowed: float | None
    spread: SpreadOut | None
    groups: list[GroupOut]
    outliers: list[ApprovalOut]
    excluded: dict[str, int]


class ImportOut(Schema):
    """A workbook taken in: what it would do or did, and every odd cell."""

    id: int
    kind: str
    name: str
    state: str
    result: dict[str, Any]


class MeantIn(Schema):
    """Which row of the register a row asked about means: one of its candidates, null for a new one."""

    sheet: str
    row: int
    meant: int | None


def _case(row: MatterRow) -> dict[str, Any]:
    return {
        "code": row.code, "title": row.title, "stage": row.stage, "light": light(row), "due": row.due,
        "project": row.subject, "items": selectors.item_ids(row),
    }  # fmt: skip


@router.get("/cases", response=Cursor[CaseOut], operation_id="agency_cases")
@operation(permit=words.sees_cases)
def cases(request: HttpRequest, stage: str = "", before: Before = 0, limit: Limit = 50) -> Any:
    """List cases, newest first."""
    what = What(kind=selectors.CASE, stage=stage)
    rows, more = selectors.cases(actor_of(request), what, before=before, limit=limit)
    return {"rows": [_case(row) for row in rows], "before": more}


@router.get("/cases/{agency_case}", response=CaseFileOut, operation_id="agency_case")
@operation(permit=words.sees_cases)
def case(request: HttpRequest, agency_case: str) -> Any:
    """Return a case with its materials, mandates and notices."""
    row = flow.matter(actor_of(request), agency_case)
    return {
        **_case(row),
        "materials": selectors.materials(row.id),
        "mandates": selectors.mandates(row.id),
        "notices": selectors.notices(row.id),
    }


@router.post("/cases", response=Opened, operation_id="agency_apply")
@operation(permit=words.sees_cases)
def apply(request: HttpRequest, body: ApplyIn) -> Any:
    """Apply for agency, free of charge."""
    return actions.apply(actor_of(request), body.fields, project=body.project, key=body.key)


@router.post("/guidance", response=Opened, operation_id="agency_guide")
@operation(permit="agency")
def guide(request: HttpRequest, body: ApplyIn) -> Any:
    """Record guidance: closed at once, counted."""
    return actions.guide(actor_of(request), body.fields, project=body.project, key=body.key)


@router.get("/board", response=list[LoadOut], operation_id="agency_board")
@operation(permit="agency.see")
def board(request: HttpRequest) -> Any:
    """Return what each agent has in hand."""
    return selectors.board(actor_of(request))


@router.get("/items", response=list[ItemOut], operation_id="agency_items")
@operation(permit="agency")
def items(request: HttpRequest) -> Any:
    """Return the catalogue of approval items."""
    return [{"id": row.id, "ver": row.ver, "columns": row.codes} for row in selectors.items()]


@router.post("/items", response=ItemOut, operation_id="agency_item_new")
@operation(permit="agency.import")
def new_item(request: HttpRequest, body: ItemIn) -> Any:
    """Enter an item."""
    return _amended(request, None, body)


@router.post("/items/{agency_item}", response=ItemOut, operation_id="agency_item_change")
@operation(permit="agency.import")
def change_item(request: HttpRequest, agency_item: int, body: ItemIn) -> Any:
    """Change an item."""
    selectors.item(agency_item)
    return _amended(request, agency_item, body)


def _amended(request: HttpRequest, item_id: int | None, body: ItemIn) -> dict[str, Any]:
    values = {name: text for name, text in body.columns.items() if name in ITEMS.columns}
    done = actions.amend_item(actor_of(request), item_id, values, ver=body.ver, key=body.key)
    row = selectors.item(done)
    return {"id": row.id, "ver": row.ver, "columns": row.codes}


@router.post("/items/sample", response=dict[str, int], operation_id="agency_items_sample")
@operation(permit="agency.import")
def sample(request: HttpRequest) -> Any:
    """Fill an empty catalogue with the sample; every entry says 示例 or 待核实."""
    return {"entered": catalogue.load_sample(actor_of(request))}


@router.get("/time-saved", response=SavedOut, operation_id="agency_time_saved")
@operation(permit="agency.see")
def time_saved(
    request: HttpRequest,
    since: date | None = None,
    until: date | None = None,
    authority: str = "",
    item: str = "",
) -> Any:
    """Return by how much approval was faster than the province's limit, government-side working days only."""
    return saved.saved(actor_of(request), saved.Asked(since, until, authority[:200], item[:200]))


@router.post("/imports/{agency_table}", response=ImportOut, operation_id="agency_import_take_in")
@operation(permit="agency.import")
def take_in(
    request: HttpRequest, agency_table: str, workbook: File[UploadedFile], key: Form[str] = ""
) -> Any:
    """Take a workbook in (items, presets, approvals) and preview it."""
    return approvals.take_in(actor_of(request), agency_table, workbook, workbook.name or "", key=key[:60])


@router.get("/imports/{agency_import}", response=ImportOut, operation_id="agency_import_one")
@operation(permit="agency.import")
def one_import(request: HttpRequest, agency_import: int) -> Any:
    """Return an import."""
    return saved.one_import(actor_of(request), agency_import)


@router.post("/imports/{agency_import}/answers", response=ImportOut, operation_id="agency_import_answer")
@operation(permit="agency.import")
def answer_import(request: HttpRequest, agency_import: int, body: list[MeantIn]) -> Any:
    """Say what each row asked about means, and preview again; what is not answered is not taken."""
    answers = {(one.sheet, one.row): one.meant for one in body}
    return approvals.answer(actor_of(request), agency_import, answers)


@router.post("/imports/{agency_import}/apply", response=ImportOut, operation_id="agency_import_apply")
@operation(permit="agency.import")
def apply_import(request: HttpRequest, agency_import: int) -> Any:
    """Write what was previewed; days fill the projects' timetables."""
    return approvals.apply(actor_of(request), agency_import)


@router.post("/imports/{agency_import}/undo", response=ImportOut, operation_id="agency_import_undo")
@operation(permit="agency.import")
def undo_import(request: HttpRequest, agency_import: int) -> Any:
    """Put back what an import wrote."""
    return approvals.undo(actor_of(request), agency_import)
