"""The hotline over the API, under ``/api/v1/hotline``: orders of the city in, replies out; calls and advice."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.identity.selectors import names_of, scope_of
from bihuan.kernel.now import LOCAL
from bihuan.lines.hotline import actions, selectors
from bihuan.lines.hotline.suggesting.selectors import suggest
from bihuan.lines.hotline.upstream import actions as city
from bihuan.lines.hotline.upstream import selectors as citys
from bihuan.lines.hotline.upstream.reading import from_mapping
from bihuan.ui.api import Before, Cursor, Limit, operation
from bihuan.ui.cards import light
from bihuan.ui.page import actor_of

router = Router(tags=["hotline"])


class CallIn(Schema):
    """A call as the console takes it; the same ``key`` takes it in once."""

    title: str
    type: str = "help"
    detail: str = ""
    address: str = ""
    phone: str = ""
    caller: str = ""
    secrecy: str = "open"
    tier: str = ""
    channel: str = "phone"
    key: str = ""


class TakenOut(Schema):
    """The order that a call became."""

    code: str
    stage: str
    again: bool


class OrderOut(Schema):
    """An open order: where it stands, who has it, by when."""

    code: str
    title: str
    type: str
    stage: str
    light: str
    due: datetime | None
    unit: str


class AdviceOut(Schema):
    """A class proposed for a text, its unit in the actor's place, and why."""

    duty: int
    name: str
    unit: str
    confidence: float | None
    reasons: list[str]
    ruling: str


class CityIn(Schema):
    """Orders of the city, each as its platform writes it: 工单编号, 诉求标题, 诉求内容, 办理时限 …"""

    orders: list[dict[str, str]] = Field(max_length=1000)


class ReceivedOut(Schema):
    """What became of one order of the city."""

    number: str
    code: str
    again: bool
    fault: str
    #: The city put the deadline off: what had been asked for is granted.
    moved: bool = False


class ExtensionOut(Schema):
    """More time asked for at the city, in its fields; not answered yet."""

    number: str
    code: str
    fields: dict[str, str]


class CityAnswerIn(Schema):
    """The city's answer to more time asked for: put off ``until``, or refused without."""

    number: str = Field(max_length=60)
    until: datetime | None = None
    reason: str = Field("", max_length=2000)


class CityAnswerOut(Schema):
    """The order and its deadline after the city's answer."""

    code: str
    due: datetime | None


class ReplyOut(Schema):
    """A reply in the city's fields."""

    number: str
    code: str
    fields: dict[str, str]


@router.post("/calls", response=TakenOut, operation_id="hotline_take")
@operation(permit="hotline.take")
def take(request: HttpRequest, given: CallIn) -> Any:
    """Take a call in as one order."""
    data = {name: value for name, value in given.model_dump().items() if value and name != "key"}
    made = actions.take(actor_of(request), data, given.key)
    return {"code": made.code, "stage": made.stage, "again": made.again}


@router.get("/orders", response=Cursor[OrderOut], operation_id="hotline_orders")
@operation(permit="hotline")
def orders(request: HttpRequest, stage: str = "", before: Before = 0, limit: Limit = 50) -> Any:
    """List open orders one may see, newest first."""
    rows, more = selectors.queue(actor_of(request), stage, before=before, limit=limit)
    names = names_of(sorted({row.lead_unit for row in rows} - {0}))
    found = [
        {
            "code": row.code, "title": row.title, "type": row.value("type", ""), "stage": row.stage,
            "light": light(row), "due": row.due, "unit": names.get(row.lead_unit, ""),
        }
        for row in rows
    ]  # fmt: skip
    return {"rows": found, "before": more}


@router.get("/advice", response=list[AdviceOut], operation_id="hotline_advice")
@operation(permit="hotline.take")
def advice(request: HttpRequest, text: str) -> Any:
    """Propose classes and units for a text; a person confirms."""
    found = suggest(text[:20_000], scope_of(actor_of(request).division))
    names = names_of([one.unit for one in found])
    return [
        {
            "duty": one.duty, "name": one.name, "unit": names.get(one.unit, ""), "confidence": one.confidence,
            "reasons": list(one.reasons), "ruling": one.ruling,
        }
        for one in found
    ]  # fmt: skip


@router.post("/city", response=list[ReceivedOut], operation_id="hotline_city_in")
@operation(permit="hotline.take")
def receive(request: HttpRequest, given: CityIn) -> Any:
    """Take orders of the city in, each once under its own number; one without a number is left out."""
    found = [one for one in map(from_mapping, given.orders) if one]
    return [
        {"number": one.number, "code": one.code, "again": one.again, "fault": one.fault, "moved": one.moved}
        for one in city.receive(actor_of(request), found)
    ]


@router.get("/city/replies", response=list[ReplyOut], operation_id="hotline_city_replies")
@operation(permit="hotline.take")
def replies(request: HttpRequest, sent: bool = False) -> Any:
    """List the replies that wait to go to the city, in its fields."""
    found = citys.replies(actor_of(request), sent=sent)
    return [{"number": one.number, "code": one.code, "fields": one.fields()} for one in found]


@router.get("/city/extensions", response=list[ExtensionOut], operation_id="hotline_city_extensions")
@operation(permit="hotline.take")
def extensions(request: HttpRequest) -> Any:
    """List the requests for more time that wait for the city's answer, in its fields."""
    found = citys.extensions(actor_of(request))
    return [
        {"number": one.number, "code": one.code, "fields": dict(zip(citys.EXTENSION_HEAD, one.cells(), strict=True))}
        for one in found
    ]  # fmt: skip


@router.post("/city/extensions", response=CityAnswerOut, operation_id="hotline_city_answer")
@operation(permit="hotline.take")
def city_answer(request: HttpRequest, given: CityAnswerIn) -> Any:
    """Enter the city's answer to a request for more time; granted, it moves the clock by the minute."""
    until = given.until.replace(tzinfo=LOCAL) if given.until and given.until.tzinfo is None else given.until
    matter = city.answer(actor_of(request), given.number, until=until, reason=given.reason)
    row = flow.by_ids([matter])[matter]
    return {"code": row.code, "due": row.due}
