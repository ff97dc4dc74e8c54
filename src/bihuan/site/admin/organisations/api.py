"""Organisations over the API."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from bihuan.site.admin import permits
from bihuan.site.admin.calls import Key, Made, Number, Words, carried, parsed
from bihuan.site.admin.organisations import actions, forms, selectors
from bihuan.site.admin.organisations.selectors import What
from bihuan.ui.api import Limit, operation
from bihuan.ui.page import actor_of

router = Router(tags=["admin"])


class BodyOut(Schema):
    """An organisation; ids are 0 and texts empty where there is none."""

    id: int
    name: str
    short_name: str
    uscc: str
    kind: str
    parent: int
    division: int
    division_name: str
    contact: str
    is_active: bool
    posts: int


class Bodies(Schema):
    """Organisations in pinyin order; ``after`` continues behind them, empty at the end."""

    rows: list[BodyOut]
    after: str


class BodyIn(Schema):
    """An organisation as it shall be; ``division`` and ``parent`` are a name, a code, or #number."""

    name: str
    kind: str
    short_name: str = ""
    uscc: str = ""
    division: str = ""
    parent: str = ""
    contact: str = ""


class StateIn(Schema):
    """Whether the organisation can be chosen."""

    active: bool


After = Annotated[str, Query(max_length=400)]


@router.get("/organisations", response=Bodies, operation_id="admin_organisations_list")
@operation(permit=permits.ORGANISATIONS)
def organisations(
    request: HttpRequest,
    kind: Words = "",
    state: Words = "",
    within: Number = 0,
    q: Words = "",
    after: After = "",
    limit: Limit = 50,
) -> Any:
    """List organisations: of a kind, active (default), inactive or all, within a division, by name or code."""
    what = What(kind=kind, state=state, within=within, q=q.strip())
    rows, more = selectors.listed(actor_of(request), what, after=selectors.place_after(after), limit=limit)
    return {"rows": rows, "after": more}


@router.get("/organisations/{organisation}", response=BodyOut, operation_id="admin_organisations_read")
@operation(permit=permits.ORGANISATIONS)
def one(request: HttpRequest, organisation: int) -> Any:
    """Read an organisation."""
    return actions.find(actor_of(request), organisation)


@router.post("/organisations", response={201: Made}, operation_id="admin_organisations_add")
@operation(permit=permits.ORGANISATIONS)
def add(request: HttpRequest, body: BodyIn, key: Key = "") -> Any:
    """Create an organisation."""
    actor, values = actor_of(request), parsed(forms.BODY, body)
    return Status(201, carried(request, key, values, lambda: {"id": actions.create(actor, values)}))


@router.put("/organisations/{organisation}", response=Made, operation_id="admin_organisations_amend")
@operation(permit=permits.ORGANISATIONS)
def amend(request: HttpRequest, organisation: int, body: BodyIn, key: Key = "") -> Any:
    """Change an organisation: what is left out is emptied."""
    actor, values = actor_of(request), parsed(forms.BODY, body)
    row = actions.find(actor, organisation)

    def act() -> dict[str, int]:
        actions.change(actor, row, values)
        return {"id": row.id}

    return carried(request, key, values, act)


@router.post("/organisations/{organisation}/state", response=Made, operation_id="admin_organisations_state")
@operation(permit=permits.ORGANISATIONS)
def state(request: HttpRequest, organisation: int, body: StateIn) -> Any:
    """Deactivate an organisation or activate it again; asking twice changes nothing."""
    actor = actor_of(request)
    row = actions.find(actor, organisation)
    actions.set_active(actor, row, body.active)
    return {"id": row.id}
