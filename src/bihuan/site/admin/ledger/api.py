"""The ledger's state, its signed roots, its verification and the readings of personal data over the API."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from bihuan.kernel.ledger import selectors as ledger
from bihuan.site.admin import keeping, permits
from bihuan.site.admin.calls import Words, WorkOut, work_out
from bihuan.site.admin.ledger import checking, selectors
from bihuan.ui.api import Before, Cursor, Limit, operation
from bihuan.ui.page import actor_of

router = Router(tags=["admin"])


class StateOut(Schema):
    """How far the ledger is sealed; ``window_seconds`` is the age of the oldest unsealed entry."""

    entries: int
    sealed: int
    unsealed: int
    window_seconds: float
    heads: int
    day: date | None
    at: datetime | None
    root: str
    signature: str
    key: str
    public_key: str


class VerifyIn(Schema):
    """Heads of an earlier download, to be held against the ledger of today."""

    heads: list[dict[str, Any]] = []


class ReadingOut(Schema):
    """Somebody was shown a personal value in clear."""

    id: int
    at: datetime
    user: int
    name: str
    unit: str
    kind: str
    chain: int
    code: str
    field: str
    why: str


@router.get("/ledger", response=StateOut, operation_id="admin_ledger_state")
@operation(permit=permits.LEDGER)
def state(request: HttpRequest) -> Any:
    """Tell how far the ledger is sealed."""
    found = selectors.state()
    names = StateOut.model_fields.keys() - {"window_seconds"}
    return {**{name: getattr(found, name) for name in names}, "window_seconds": found.window.total_seconds()}


@router.get("/ledger/roots", response=dict[str, Any], operation_id="admin_ledger_roots")
@operation(permit=permits.LEDGER)
def roots(request: HttpRequest, since: Annotated[date | None, Query()] = None) -> Any:
    """Read the last signed head of each day, to be kept elsewhere."""
    return ledger.export_roots(since)


@router.post("/ledger/verify", response={202: WorkOut}, operation_id="admin_ledger_verify")
@operation(permit=permits.LEDGER)
def verify(request: HttpRequest, body: VerifyIn) -> Any:
    """Ask for a verification in the background; one that already waits is returned."""
    return Status(202, work_out(checking.ask(actor_of(request), checking.checked_heads(body.heads))))


@router.get("/ledger/verify/{work}", response=WorkOut, operation_id="admin_ledger_check")
@operation(permit=permits.LEDGER)
def check(request: HttpRequest, work: int) -> Any:
    """Tell how far a verification is, or what it found."""
    return work_out(keeping.find(checking.KIND, work))


@router.get("/readings", response=Cursor[ReadingOut], operation_id="admin_readings_list")
@operation(permit=permits.READINGS)
def readings(
    request: HttpRequest,
    q: Words = "",
    code: Words = "",
    since: Annotated[date | None, Query()] = None,
    before: Before = 0,
    limit: Limit = 50,
) -> Any:
    """List who was shown personal data, latest first."""
    what = selectors.What(q.strip(), code.strip(), since)
    rows, more = selectors.readings(what, before=before, limit=limit)
    return {"rows": rows, "before": more}
