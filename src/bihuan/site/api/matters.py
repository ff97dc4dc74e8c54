"""Matters over the API: list, read, open, move, history, receipt."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Header, Router, Status

from bihuan.kernel.clock import selectors as clock
from bihuan.kernel.content import selectors as content
from bihuan.kernel.flow import actions, registry, selectors
from bihuan.kernel.flow.rows import MatterRow, Receipt
from bihuan.kernel.flow.selectors import Filter
from bihuan.kernel.forms import fields as forms
from bihuan.kernel.identity.actors import Actor, Kind
from bihuan.kernel.identity.selectors.divisions import scope_of
from bihuan.kernel.ledger import selectors as ledger
from bihuan.kernel.permits.rules import sees_field
from bihuan.logic.mechanism import Mechanism
from bihuan.ui.api import Before, Cursor, Limit, Shape, operation
from bihuan.ui.cards import light
from bihuan.ui.page import actor_of

Key = Annotated[str, Header(alias="Idempotency-Key", max_length=100)]

router = Router(tags=["matters"])


class MatterOut(Shape):
    """A matter as it stands; ids are 0 and texts empty where there is none."""

    code: str
    kind: str
    title: str
    stage: str
    open: bool
    light: str
    episode: int
    closing: str
    holder_unit: int
    holder_post: int
    holder_role: str
    lead_unit: int
    first_unit: int
    supports: list[int]
    party: int
    subject: int
    due: datetime | None
    clock: str
    ver: int
    created: datetime
    moved: datetime
    closed: datetime | None


class ClockOut(Shape):
    """A limit that runs or stands, with its explanation line by line."""

    name: str
    main: bool
    state: str
    started: datetime
    due: datetime
    provisional: bool
    why: list[str]


class MatterFull(MatterOut):
    """A matter with its clocks and the moves the caller may make now."""

    clocks: list[ClockOut]
    moves: list[str]


class EntryOut(Shape):
    """An entry of the history; a personal value the caller may not read is left out."""

    seq: int
    move: str
    at: datetime
    recorded: datetime
    hash: str
    actor: dict[str, Any]
    facts: dict[str, Any]
    texts: dict[str, str]


class ReceiptOut(Shape):
    """What came of opening or moving; ``again`` when the same request had been carried out before."""

    code: str
    seq: int
    ver: int
    stage: str
    hash: str
    again: bool


class OpenIn(Shape):
    """A matter to open: the form of its opening move, where it lies and whom it is for.

    What it is about is a line's business: a line's own operations take it, and ask who may see it.
    """

    kind: str
    data: dict[str, Any]
    title: str = ""
    division: int = 0
    party: int = 0
    parent: str = ""


class MoveIn(Shape):
    """A move: its form, and the version the caller saw."""

    data: dict[str, Any] = {}
    ver: int | None = None


def _out(row: MatterRow) -> dict[str, Any]:
    names = [*MatterOut.model_fields.keys() - {"light", "supports"}]
    return {
        **{name: getattr(row, name) for name in names},
        "light": light(row),
        "supports": list(row.supports),
    }


def _receipt(receipt: Receipt) -> ReceiptOut:
    return ReceiptOut(
        code=receipt.code, seq=receipt.seq, ver=receipt.ver, stage=receipt.stage,
        hash=receipt.hash.hex(), again=receipt.again,
    )  # fmt: skip


@router.get("/matters", response=Cursor[MatterOut], operation_id="matters_list")
@operation(permit="signed_in")
def matters_list(
    request: HttpRequest,
    kind: str = "",
    stage: str = "",
    open: bool | None = None,
    late: bool = False,
    subject: int = 0,
    before: Before = 0,
    limit: Limit = 50,
) -> Any:
    """List the matters one may see, newest first."""
    what = Filter(kind=kind, stage=stage, open=open, late=late, subject=subject)
    rows, more = selectors.listed(actor_of(request), what, before=before, limit=limit)
    return {"rows": [_out(row) for row in rows], "before": more}


@router.get("/matters/waiting", response=list[MatterOut], operation_id="matters_waiting")
@operation(permit="signed_in")
def matters_waiting(request: HttpRequest) -> Any:
    """List what waits for the caller, the most urgent first: the workbench."""
    return [_out(row) for row in selectors.held(actor_of(request))]


@router.post("/matters", response={201: ReceiptOut}, operation_id="matters_open")
@operation(permit="signed_in")
def matters_open(request: HttpRequest, body: OpenIn, key: Key = "") -> Any:
    """Open a matter. The same Idempotency-Key with the same body happens once."""
    actor = actor_of(request)
    parent = selectors.matter(actor, body.parent).id if body.parent else 0
    made = actions.open(
        actor,
        body.kind,
        body.data,
        scope=scope_of((body.division if actor.kind is not Kind.PARTY else 0) or actor.division),
        title=body.title,
        party=body.party,
        parent=parent,
        key=key,
    )
    return Status(201, _receipt(made))


@router.get("/matters/{code}", response=MatterFull, operation_id="matters_read")
@operation(permit="signed_in")
def matters_read(request: HttpRequest, code: str) -> Any:
    """Read one matter with its clocks and possible moves."""
    actor = actor_of(request)
    row = selectors.matter(actor, code)
    _rules, moves = selectors.moves(actor, row)
    return {**_out(row), "moves": [m.name for m in moves], "clocks": _clocks(row)}


def _clocks(row: MatterRow) -> list[dict[str, Any]]:
    found = clock.open_clocks([row.id]).get(row.id, [])
    names = ("name", "main", "state", "started", "due", "provisional")
    return [
        {
            **{name: getattr(one, name) for name in names},
            "why": [line.text for line in clock.explain_row(one)],
        }
        for one in found
    ]


@router.get("/matters/{code}/history", response=list[EntryOut], operation_id="matters_history")
@operation(permit="signed_in")
def matters_history(request: HttpRequest, code: str) -> Any:
    """Read what happened, first to last."""
    actor = actor_of(request)
    row = selectors.matter(actor, code)
    texts = _texts(actor, row)
    return [
        {
            "seq": e.seq, "move": e.move, "at": e.at, "recorded": e.recorded, "hash": e.hash.hex(),
            "actor": e.actor, "facts": e.facts, "texts": texts.get(e.seq, {}),
        }
        for e in ledger.history(row.id)
    ]  # fmt: skip


def _texts(actor: Actor, row: MatterRow) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    for ref, value in content.open_values(row.id).items():
        # Personal values are read on the page, where a reason is asked for and written down.
        if value.cls == "open" and sees_field(actor, value.cls, row):
            found.setdefault(ref.seq, {})[ref.field] = value.text
    return found


@router.get("/matters/{code}/receipt", response=dict[str, Any], operation_id="matters_receipt")
@operation(permit="signed_in")
def matters_receipt(request: HttpRequest, code: str, seq: int = 0) -> Any:
    """Read the receipt of an entry (default: the latest), to be checked offline."""
    row = selectors.matter(actor_of(request), code)
    return ledger.receipt(row.id, seq or row.seq)


@router.post("/matters/{code}/moves/{name}", response=ReceiptOut, operation_id="matters_move")
@operation(permit="signed_in")
def matters_move(
    request: HttpRequest,
    code: str,
    name: str,
    body: MoveIn,
    key: Key = "",
) -> Any:
    """Carry out a move. With ``ver`` a move made meanwhile by somebody else is a conflict."""
    return _receipt(actions.move(actor_of(request), code, name, body.data, ver=body.ver, key=key))


class MechanismOut(Shape):
    """A kind of matter: its stages, moves and the forms they ask for."""

    name: str
    title: str
    stages: list[str]
    moves: list[dict[str, Any]]


@router.get("/mechanisms", response=list[MechanismOut], operation_id="mechanisms_list")
@operation(permit="signed_in")
def mechanisms_list(request: HttpRequest) -> Any:
    """List every kind of matter with its rules and forms."""
    return [_mechanism(one) for one in registry.all_declared()]


def _mechanism(one: Mechanism) -> dict[str, Any]:
    moves = [
        {"name": m.name, "from": list(m.sources), "to": m.target, "form": forms.get(m.form).schema()}
        for m in one.moves
    ]
    return {"name": one.name, "title": one.title, "stages": [s.name for s in one.stages], "moves": moves}
