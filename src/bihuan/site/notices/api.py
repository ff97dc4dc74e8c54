"""Doors, deliveries and quiet hours over the API."""

from datetime import datetime, time
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status

from bihuan.kernel.identity.rights import has_right
from bihuan.kernel.notices import deliveries, keeping
from bihuan.site.admin import permits
from bihuan.site.admin.calls import Key, Made, carried, parsed
from bihuan.site.admin.places import read_unit, read_user
from bihuan.site.notices import forms, selectors
from bihuan.site.notices.pages import find_account
from bihuan.site.notices.reading import read_door, read_time
from bihuan.ui.api import Before, Limit, operation
from bihuan.ui.page import actor_of

router = Router(tags=["notices"])


class DoorOut(Schema):
    """A door; its secret is never told. ``people`` it knows, deliveries waiting and given up."""

    id: int
    name: str
    shape: str
    url: str
    unit: int
    unit_name: str
    phones: list[str]
    ident: str
    agent: str
    urgent_only: bool
    active: bool
    people: int
    waiting: int
    gave_up: int


class DoorIn(Schema):
    """A door as it shall be; ``unit`` is a name, a code, or #number; ``phones`` separated by commas."""

    name: str
    shape: str
    url: str = ""
    unit: str = ""
    phones: str = ""
    ident: str = ""
    agent: str = ""
    urgent_only: bool = False


class ActiveIn(Schema):
    """Whether it is in use."""

    active: bool


class AccountOut(Schema):
    """What a door knows a person by."""

    id: int
    user: int
    name: str
    login: str
    account: str


class AccountIn(Schema):
    """What a door shall know a person by; ``user`` is a login name, a name, or #number."""

    user: str
    account: str


class DeliveryOut(Schema):
    """A notice that has not arrived; ``gave_up`` null: it is tried again at ``next_try``."""

    id: int
    channel: str
    door: str
    who: str
    text: str
    attempts: int
    error: str
    next_try: datetime
    gave_up: datetime | None


class DeliveriesIn(Schema):
    """Deliveries to be tried again."""

    ids: list[int]


class Count(Schema):
    """How many."""

    count: int


class QuietOut(Schema):
    """Quiet hours of a unit, or (unit 0) one's own."""

    id: int
    unit: int
    unit_name: str
    start: time
    until: time


class QuietIn(Schema):
    """Quiet hours to set: times such as 12:30; without a unit, one's own."""

    start: str
    until: str
    unit: str = ""


@router.get("/admin/doors", response=list[DoorOut], operation_id="admin_doors_list")
@operation(permit=permits.HOUSE)
def doors(request: HttpRequest) -> Any:
    """List the doors notices go out by."""
    return selectors.doors()


@router.post("/admin/doors", response={201: Made}, operation_id="admin_doors_add")
@operation(permit=permits.HOUSE)
def add(request: HttpRequest, body: DoorIn, key: Key = "") -> Any:
    """Add a door."""
    actor, values = actor_of(request), parsed(forms.DOOR, body)
    return Status(
        201, carried(request, key, values, lambda: {"id": keeping.put_hook(actor, read_door(values))})
    )


@router.put("/admin/doors/{hook}", response=Made, operation_id="admin_doors_amend")
@operation(permit=permits.HOUSE)
def amend(request: HttpRequest, hook: int, body: DoorIn, key: Key = "") -> Any:
    """Change a door: what is left out is emptied."""
    actor, values, row = actor_of(request), parsed(forms.DOOR, body), keeping.find_hook(hook)
    return carried(request, key, values, lambda: {"id": keeping.put_hook(actor, read_door(values), row)})


@router.post("/admin/doors/{hook}/state", response=Made, operation_id="admin_doors_state")
@operation(permit=permits.HOUSE)
def state(request: HttpRequest, hook: int, body: ActiveIn) -> Any:
    """Take a door out of use, or into it again."""
    row = keeping.find_hook(hook)
    keeping.set_active(actor_of(request), row, body.active)
    return {"id": row.id}


@router.get("/admin/doors/{hook}/accounts", response=list[AccountOut], operation_id="admin_accounts_list")
@operation(permit=permits.HOUSE)
def accounts(request: HttpRequest, hook: int) -> Any:
    """List the people a door knows."""
    return selectors.accounts(keeping.find_hook(hook).id)


@router.post("/admin/doors/{hook}/accounts", response={201: Made}, operation_id="admin_accounts_put")
@operation(permit=permits.HOUSE)
def put_account(request: HttpRequest, hook: int, body: AccountIn) -> Any:
    """Write down what a door knows a person by, in place of what stood there."""
    values, row = parsed(forms.ACCOUNT, body), keeping.find_hook(hook)
    made = keeping.put_account(actor_of(request), row, read_user(values["user"]), values["account"].strip())
    return Status(201, {"id": made})


@router.delete("/admin/accounts/{account}", response={204: None}, operation_id="admin_accounts_drop")
@operation(permit=permits.HOUSE)
def drop_account(request: HttpRequest, account: int) -> Any:
    """Forget what a door knows a person by."""
    keeping.drop_account(actor_of(request), find_account(account))
    return Status(204, None)


@router.get("/admin/deliveries", response=list[DeliveryOut], operation_id="admin_deliveries_list")
@operation(permit=permits.HOUSE)
def failed(request: HttpRequest, gave_up: bool = True, before: Before = 0, limit: Limit = 50) -> Any:
    """List what did not arrive, newest first: given up (default), or still tried."""
    return selectors.deliveries(gave_up=gave_up, before=before, limit=limit)


@router.post("/admin/deliveries/again", response=Count, operation_id="admin_deliveries_again")
@operation(permit=permits.HOUSE)
def again(request: HttpRequest, body: DeliveriesIn) -> Any:
    """Let deliveries that were given up be tried again; asking twice changes nothing."""
    return {"count": deliveries.try_again(body.ids[:1000])}


@router.get("/quiet", response=list[QuietOut], operation_id="quiet_list")
@operation(permit="signed_in")
def quiet(request: HttpRequest) -> Any:
    """List one's own quiet hours, and those of units for whoever keeps them."""
    actor = actor_of(request)
    return selectors.quiet(actor.user, units=has_right(actor, permits.HOUSE))


@router.post("/quiet", response={201: Made}, operation_id="quiet_put")
@operation(permit="signed_in")
def put_quiet(request: HttpRequest, body: QuietIn, key: Key = "") -> Any:
    """Set quiet hours."""
    actor, values = actor_of(request), parsed(forms.QUIET, body)

    def act() -> dict[str, int]:
        start, until = read_time(values["start"], "start"), read_time(values["until"], "until")
        return {"id": keeping.put_quiet(actor, start, until, unit=read_unit(values.get("unit", ""), "unit"))}

    return Status(201, carried(request, key, values, act))


@router.delete("/quiet/{quiet}", response={204: None}, operation_id="quiet_drop")
@operation(permit="signed_in")
def drop_quiet(request: HttpRequest, quiet: int) -> Any:
    """Take quiet hours back."""
    actor = actor_of(request)
    keeping.drop_quiet(actor, keeping.find_quiet(actor, quiet))
    return Status(204, None)
