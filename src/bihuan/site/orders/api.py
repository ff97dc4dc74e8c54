"""Orders over the API, under ``/api/v1/orders``; going on with one is a move of its matter."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status

from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.orders import actions, instructions, selectors
from bihuan.kernel.orders.actions import Verdict
from bihuan.kernel.orders.selectors import GROUPS, What
from bihuan.site.api.matters import Key, ReceiptOut, _receipt
from bihuan.site.orders.drafting import place
from bihuan.site.orders.permits import DRAFTS, READS, SEES, SIGNS
from bihuan.site.orders.words import order_of
from bihuan.ui.api import Before, Cursor, Limit, operation
from bihuan.ui.cards import light
from bihuan.ui.page import actor_of

router = Router(tags=["orders"])


class OrderOut(Schema):
    """An order as it stands; ``number`` is the signed paper's, empty before."""

    code: str
    number: str
    title: str
    stage: str
    light: str
    unit: int
    supports: list[int]
    relation: str
    scored: bool
    state: str
    source: str
    due: datetime | None
    signature: str
    receipt: str
    watched: bool
    silent: list[int]


class DraftIn(Schema):
    """The fields of the form ``orders.draft``, and the code of the matter it comes from."""

    data: dict[str, Any]
    parent: str = ""


class SignIn(Schema):
    """The fields of the form ``orders.sign``, and the version that was looked at."""

    data: dict[str, Any] = {}
    ver: int | None = None


class ManyIn(Schema):
    """Codes of orders; ``preview`` only tells what could be signed."""

    codes: list[str]
    preview: bool = True


class VerdictOut(Schema):
    """Whether one order can be, or was, signed; ``why`` not, empty when it can."""

    code: str
    why: str


class DeskOut(Schema):
    """A leader's desk."""

    to_sign: list[OrderOut]
    to_decide: list[str]
    red: list[str]


class InstructionIn(Schema):
    """The fields of the form ``orders.instruction``."""

    data: dict[str, Any]


class InstructionOut(Schema):
    """An instruction, to one of its readers."""

    id: int
    code: str
    kind: str
    title: str
    text: str
    leader: str
    given_on: date
    order: str


def _out(rows: list[MatterRow]) -> list[dict[str, Any]]:
    numbers = selectors.numbers_of([row.id for row in rows])
    texts = ("relation", "state", "source", "signature", "receipt")
    return [
        {
            **{name: row.value(name) or "" for name in texts},
            "code": row.code,
            "number": numbers.get(row.id, ""),
            "title": row.title,
            "stage": row.stage,
            "light": light(row),
            "unit": row.lead_unit or int(row.value("unit", 0)),
            "supports": list(row.supports or row.value("supports") or ()),
            "scored": bool(row.value("scored")),
            "due": row.due,
            "watched": bool(row.value("watched")),
            "silent": list(row.value("silent") or ()),
        }
        for row in rows
    ]


@router.get("", response=Cursor[OrderOut], operation_id="orders_list")
@operation(permit=SEES)
def orders_list(
    request: HttpRequest,
    group: str = "open",
    source: str = "",
    relation: str = "",
    state: str = "",
    unit: int = 0,
    late: bool = False,
    watched: bool = False,
    before: Before = 0,
    limit: Limit = 50,
) -> Any:
    """List the orders one may see, newest first."""
    group = group if group in {*GROUPS, "open"} else ""
    what = What(group, source, relation, state, unit, late, watched)
    rows, more = selectors.listed(actor_of(request), what, before=before, limit=limit)
    return {"rows": _out(rows), "before": more}


@router.get("/desk", response=DeskOut, operation_id="orders_desk")
@operation(permit=SIGNS)
def orders_desk(request: HttpRequest) -> Any:
    """Read one's desk: what waits for a signature, for a decision, what is red."""
    found = selectors.desk(actor_of(request))
    return {
        "to_sign": _out(found.to_sign),
        "to_decide": [row.code for row in found.to_decide],
        "red": [row.code for row in found.red],
    }


@router.post("", response={201: ReceiptOut}, operation_id="orders_draft")
@operation(permit=DRAFTS)
def orders_draft(request: HttpRequest, body: DraftIn, key: Key = "") -> Any:
    """Draft an order and put it up for signing. The same Idempotency-Key with the same body happens once."""
    actor = actor_of(request)
    origin = flow.matter(actor, body.parent) if body.parent else None
    made = actions.draft(
        actor,
        body.data,
        parent=origin.id if origin else 0,
        subject=origin.subject if origin else 0,
        scope=place(actor, origin),
        key=key,
    )
    return Status(201, _receipt(made))


@router.post("/{code}/sign", response=ReceiptOut, operation_id="orders_sign")
@operation(permit=SIGNS)
def orders_sign(request: HttpRequest, code: str, body: SignIn, key: Key = "") -> Any:
    """Sign an order on screen; with ``ver`` what has changed since it was looked at is a conflict."""
    actor = actor_of(request)
    row = order_of(actor, code)
    return _receipt(actions.sign(actor, row.id, body.data, ver=body.ver, key=key))


@router.post("/sign", response=list[VerdictOut], operation_id="orders_sign_many")
@operation(permit=SIGNS)
def orders_sign_many(request: HttpRequest, body: ManyIn, key: Key = "") -> Any:
    """Tell which orders can be signed, or sign them one by one; one that can't be is left alone and says why."""
    actor = actor_of(request)
    ids = [order_of(actor, code).id for code in body.codes[:100]]
    made = actions.signable(actor, ids) if body.preview else actions.sign_many(actor, ids, key)
    return [_verdict(one) for one in made]


def _verdict(one: Verdict) -> dict[str, str]:
    return {"code": one.row.code, "why": one.why}


@router.get("/instructions", response=Cursor[InstructionOut], operation_id="instructions_list")
@operation(permit=READS)
def instructions_list(request: HttpRequest, before: Before = 0, limit: Limit = 50) -> Any:
    """List the instructions one was named a reader of, newest first."""
    rows, more = instructions.mine(actor_of(request), before=before, limit=limit)
    orders = flow.by_ids([row.order_matter for row in rows if row.order_matter])
    return {"rows": [_instruction(row, orders) for row in rows], "before": more}


@router.post("/instructions", response={201: InstructionOut}, operation_id="instructions_enter")
@operation(permit=DRAFTS)
def instructions_enter(request: HttpRequest, body: InstructionIn, key: Key = "") -> Any:
    """Enter an instruction; only who enters it, its leader and the readers named see it."""
    return Status(201, _instruction(instructions.enter(actor_of(request), body.data, key), {}))


@router.post(
    "/instructions/{instruction}/order", response={201: ReceiptOut}, operation_id="instructions_order"
)
@operation(permit=DRAFTS)
def instructions_order(request: HttpRequest, instruction: int, body: InstructionIn, key: Key = "") -> Any:
    """Draft the order that carries an instruction out."""
    return Status(201, _receipt(instructions.order(actor_of(request), instruction, body.data, key)))


def _instruction(row: instructions.InstructionRow, orders: dict[int, MatterRow]) -> dict[str, Any]:
    order = orders.get(row.order_matter)
    names = ("id", "code", "kind", "title", "text", "leader", "given_on")
    return {**{name: getattr(row, name) for name in names}, "order": order.code if order else ""}
