"""Time limits and reminders over the API."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status

from bihuan.kernel.errors import NotFound
from bihuan.kernel.now import today
from bihuan.site.admin import permits
from bihuan.site.admin.calls import Key, Made, Words, carried, parsed
from bihuan.site.admin.limits import actions, forms, pages, selectors
from bihuan.ui.api import operation
from bihuan.ui.page import actor_of

router = Router(tags=["admin"])


class LimitOut(Schema):
    """A limit from a day on; ``state`` is holds, coming or past; ``verified_on`` null: nobody has checked."""

    id: int
    rule: str
    title: str
    value: int
    unit: str
    roll: bool
    source: str
    verified_on: date | None
    division: int
    valid_from: date
    at: datetime
    version: int
    state: str


class LimitIn(Schema):
    """A dated row to add; ``unit`` is h, wh, d, wd or m; ``division`` a name, a code, or #number."""

    rule: str
    value: int
    unit: str
    source: str
    valid_from: date
    title: str = ""
    roll: bool = True
    verified_on: date | None = None
    division: str = ""


class ReminderOut(Schema):
    """When reminders are given, from a day on; ``state`` is holds or past."""

    id: int
    kind: str
    side: str
    value: int
    unit: str
    upto_days: int
    over_days: int
    digest: bool
    active: bool
    source: str
    valid_from: date
    state: str


class ReminderIn(Schema):
    """A reminder from today on: ``side`` before, at or after; ``unit`` wd or wh."""

    kind: str
    side: str
    source: str
    value: int = 0
    unit: str = "wd"
    upto_days: int = 0
    over_days: int = 0
    digest: bool = False
    active: bool = True


@router.get("/limits", response=list[LimitOut], operation_id="admin_limits_list")
@operation(permit=permits.LIMITS)
def limits(request: HttpRequest, state: Words = "holds") -> Any:
    """List limit rows: those in force (default), coming, past, or with an empty state all."""
    return selectors.rows(today(), state=state)


@router.get("/limits/{rule}", response=list[LimitOut], operation_id="admin_limits_read")
@operation(permit=permits.LIMITS)
def limit(request: HttpRequest, rule: str) -> Any:
    """List every row of a rule, latest day first."""
    rows = selectors.rows(today(), rule=rule)
    if not rows:
        raise NotFound(pages.no_rule(), where="rule")
    return rows


@router.post("/limits", response={201: Made}, operation_id="admin_limits_add")
@operation(permit=permits.LIMITS)
def add(request: HttpRequest, body: LimitIn, key: Key = "") -> Any:
    """Add a dated row; running clocks keep theirs."""
    actor, values = actor_of(request), parsed(forms.ROW, body)
    return Status(201, carried(request, key, values, lambda: {"id": actions.set_limit(actor, values)}))


@router.get("/reminders", response=list[ReminderOut], operation_id="admin_reminders_list")
@operation(permit=permits.LIMITS)
def reminders(request: HttpRequest) -> Any:
    """List when reminders are given, those in force first."""
    return selectors.reminders()


@router.post("/reminders", response={201: Made}, operation_id="admin_reminders_add")
@operation(permit=permits.HOUSE)
def add_reminder(request: HttpRequest, body: ReminderIn, key: Key = "") -> Any:
    """Set a reminder from today on; the answer's id is the new version."""
    actor, values = actor_of(request), parsed(forms.REMINDER, body)

    def act() -> dict[str, int]:
        return {"id": actions.set_reminder(actor, values)}

    return Status(201, carried(request, key, values, act))
