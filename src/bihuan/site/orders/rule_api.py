"""How bodies stand to each other and the habits of an office over the API: read and edited as the pages allow."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from bihuan.kernel.orders import rules
from bihuan.site.admin.calls import Key, Made, carried, row_made
from bihuan.site.orders.permits import RULES
from bihuan.ui.api import operation
from bihuan.ui.page import actor_of

router = Router(tags=["orders"])
Id = Annotated[int, Field(ge=0, le=2**63 - 1)]


class OrderRelationOut(Schema):
    """How one body stands to another from a day on; ``valid_until`` is the first day it no longer does."""

    id: int
    issuer: int
    addressee: int
    relation: str
    source: str
    valid_from: date
    valid_until: date | None


class OrderRelationIn(Schema):
    """How ``addressee`` stands to ``issuer``: own, equal, up or outside. No day: today."""

    issuer: Id
    addressee: Id
    relation: str
    source: str
    valid_from: date | None = None


class OrderRelationEndIn(Schema):
    """The last day it holds."""

    last: date


class PracticeOut(Schema):
    """A habit from a day on: ``value`` 1 where it is the rule, 0 where it no longer is; division 0: the whole house."""

    id: int
    rule: str
    value: int
    division: int
    source: str
    valid_from: date


class PracticeIn(Schema):
    """Whether a habit (``second_reader``, ``unit_review``) is the rule at a place (0: the whole house)."""

    rule: str
    holds: bool
    source: str
    division: Id = 0
    valid_from: date | None = None


@router.get("/rules/relations", response=list[OrderRelationOut], operation_id="orders_relations")
@operation(permit=RULES)
def relations(request: HttpRequest) -> Any:
    """List the relations that hold or will, the latest day first."""
    return rules.relations()


@router.post("/rules/relations", response={201: Made}, operation_id="orders_relation_set")
@operation(permit=RULES)
def relation_set(request: HttpRequest, body: OrderRelationIn, key: Key = "") -> Any:
    """Say how one body stands to another from a day on; what held before ends with it."""
    return row_made(request, key, body, rules.set_relation)


@router.post("/rules/relations/{int:relation}/end", response=Made, operation_id="orders_relation_end")
@operation(permit=RULES)
def relation_end(request: HttpRequest, relation: int, body: OrderRelationEndIn, key: Key = "") -> Any:
    """Let a relation end with a day."""
    actor = actor_of(request)

    def act() -> dict[str, Any]:
        rules.end_relation(actor, relation, body.last)
        return {"id": relation}

    return carried(request, key, body.dict(), act)


@router.get("/rules/practices", response=list[PracticeOut], operation_id="orders_practices")
@operation(permit=RULES)
def practices(request: HttpRequest) -> Any:
    """List all habits as written down, the latest day first."""
    return rules.practices()


@router.post("/rules/practices", response={201: Made}, operation_id="orders_practice_set")
@operation(permit=RULES)
def practice_set(request: HttpRequest, body: PracticeIn, key: Key = "") -> Any:
    """Say from a day on whether a habit is the rule at a place."""
    return row_made(request, key, body, rules.set_practice)
