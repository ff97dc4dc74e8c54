"""What the calls of the administration share: their key, their form, what they answer."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Header, Query, Schema, Status

from bihuan.kernel.forms.fields import Form
from bihuan.site.admin.models import Work
from bihuan.site.admin.once import once
from bihuan.ui.page import actor_of

#: The same key with the same body is carried out once.
Key = Annotated[str, Header(alias="Idempotency-Key", max_length=100)]
Number = Annotated[int, Query(ge=0, le=2**63 - 1)]
Words = Annotated[str, Query(max_length=80)]


class Made(Schema):
    """What was made or changed, by its number."""

    id: int


class Changed(Schema):
    """A change of what clocks are counted on: its version, and what it does to running clocks.

    ``moved`` is null when there are too many to be worked out; ``version`` 0 in a preview.
    """

    version: int = 0
    touched: int
    moved: int | None


class WorkOut(Schema):
    """Long work: waiting, ready (tried out), applying, done or failed, and what came of it."""

    id: int
    state: str
    name: str
    part: int
    whole: int
    error: str
    result: dict[str, Any]
    created_at: datetime


def work_out(work: Work) -> dict[str, Any]:
    """Return long work as it is sent."""
    return {name: getattr(work, name) for name in WorkOut.model_fields}


def parsed(form: Form, body: Schema) -> dict[str, Any]:
    """Return what a form makes of a call's body: the same checks as on the page."""
    given = {name: value for name, value in body.dict().items() if value not in (None, "", [])}
    return form.parse(given)


def carried(
    request: HttpRequest,
    key: str,
    payload: Any,
    act: Callable[[], dict[str, Any]],
    kept: tuple[str, ...] | None = None,
) -> dict[str, Any]:
    """Carry a call out once under its key and return its answer; see :func:`once`."""
    return once(actor_of(request), key, [request.method, request.path, payload], act, kept=kept)[0]


def row_made(request: HttpRequest, key: str, body: Schema, act: Callable[..., int]) -> Status[dict[str, int]]:
    """Set a dated row once under the call's key, from the fields of its body; answer with its number."""
    actor, values = actor_of(request), body.dict()
    return Status(201, carried(request, key, values, lambda: {"id": act(actor, **values)}))
