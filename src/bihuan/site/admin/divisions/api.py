"""The division tree over the API."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import File, Router, Schema, Status
from ninja.files import UploadedFile

from bihuan.site.admin import keeping, permits
from bihuan.site.admin.calls import Key, Made, Number, Words, WorkOut, carried, parsed, work_out
from bihuan.site.admin.divisions import actions, forms, selectors, tables
from bihuan.ui.api import operation
from bihuan.ui.page import actor_of

router = Router(tags=["admin"])


class PlaceOut(Schema):
    """A division with how much stands directly under it."""

    id: int
    code: str
    name: str
    full_name: str
    level: str
    parent: int
    statistical: bool
    valid_from: date | None
    valid_until: date | None
    parts: int
    units: int
    posts: int


class StateOut(Schema):
    """What a division was from a day until before another."""

    code: str
    name: str
    parent: str
    valid_from: date | None
    valid_until: date | None


class PlaceFull(PlaceOut):
    """A division with its states, latest first."""

    states: list[StateOut]


class PlaceIn(Schema):
    """A division to add; ``parent`` is a name, a code, or #number."""

    name: str
    level: str
    parent: str = ""
    code: str = ""
    as_of: date | None = None


class PlaceChange(Schema):
    """What a division is from a day on; all four are given, as they shall be."""

    name: str
    code: str = ""
    parent: str = ""
    as_of: date


class EndIn(Schema):
    """From which day a division no longer exists."""

    as_of: date


class TableOptions(Schema):
    """How a table is to be read; ``same`` has a line for each renumbering: new code = old code."""

    as_of: date
    complete: bool = False
    same: str = ""


@router.get("/divisions", response=list[PlaceOut], operation_id="admin_divisions_list")
@operation(permit=permits.DIVISIONS)
def divisions(request: HttpRequest, parent: Number = 0, q: Words = "", ended: bool = False) -> Any:
    """List the parts of a division (0: where one's own part of the tree begins), or what a search finds."""
    actor = actor_of(request)
    return selectors.search(actor, q, ended=ended) if q else selectors.parts(actor, parent, ended=ended)


@router.post("/divisions", response={201: Made}, operation_id="admin_divisions_add")
@operation(permit=permits.DIVISIONS)
def add(request: HttpRequest, body: PlaceIn, key: Key = "") -> Any:
    """Add a division."""
    values = parsed(forms.ADD, body)
    actor = actor_of(request)
    return Status(201, carried(request, key, values, lambda: {"id": actions.add(actor, values)}))


@router.post("/divisions/tables", response={201: WorkOut}, operation_id="admin_divisions_table_hand_in")
@operation(permit=permits.HOUSE)
def hand_in(request: HttpRequest, tables_: File[list[UploadedFile]]) -> Any:
    """Hand in tables (CSV, gzip, Excel) to be tried out; nothing is changed yet."""
    return Status(201, work_out(tables.take(actor_of(request), tables_)))


@router.get("/divisions/tables/{work}", response=WorkOut, operation_id="admin_divisions_table_read")
@operation(permit=permits.HOUSE)
def table(request: HttpRequest, work: int) -> Any:
    """Tell what a table would do or did."""
    return work_out(keeping.find(tables.KIND, work))


@router.post("/divisions/tables/{work}/try", response=WorkOut, operation_id="admin_divisions_table_try")
@operation(permit=permits.HOUSE)
def try_again(request: HttpRequest, work: int, body: TableOptions) -> Any:
    """Try a table out again, read another way."""
    asked = tables.options(parsed(forms.OPTIONS, body))
    tables.try_again(actor_of(request), keeping.find(tables.KIND, work), asked)
    return work_out(keeping.find(tables.KIND, work))


@router.post("/divisions/tables/{work}/apply", response=WorkOut, operation_id="admin_divisions_table_apply")
@operation(permit=permits.HOUSE)
def apply(request: HttpRequest, work: int) -> Any:
    """Apply a table that was tried out, in the background; asking twice applies it once."""
    tables.apply(actor_of(request), keeping.find(tables.KIND, work))
    return work_out(keeping.find(tables.KIND, work))


@router.get("/divisions/{division}", response=PlaceFull, operation_id="admin_divisions_read")
@operation(permit=permits.DIVISIONS)
def one(request: HttpRequest, division: int) -> Any:
    """Read a division with all it was before."""
    row = actions.find(actor_of(request), division)
    names = PlaceOut.model_fields
    return {**{name: getattr(row, name) for name in names}, "states": selectors.states(row.id)}


@router.put("/divisions/{division}", response=Made, operation_id="admin_divisions_amend")
@operation(permit=permits.DIVISIONS)
def amend(request: HttpRequest, division: int, body: PlaceChange, key: Key = "") -> Any:
    """Rename, renumber or move a division from a day on."""
    actor, values = actor_of(request), parsed(forms.AMEND, body)
    row = actions.find(actor, division)

    def act() -> dict[str, int]:
        actions.amend(actor, row, values)
        return {"id": row.id}

    return carried(request, key, values, act)


@router.post("/divisions/{division}/end", response=Made, operation_id="admin_divisions_end")
@operation(permit=permits.DIVISIONS)
def end(request: HttpRequest, division: int, body: EndIn, key: Key = "") -> Any:
    """End a division without living parts from a day on."""
    actor = actor_of(request)
    row = actions.find(actor, division)

    def act() -> dict[str, int]:
        actions.end(actor, row, body.as_of)
        return {"id": row.id}

    return carried(request, key, body.as_of, act)
