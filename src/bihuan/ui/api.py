"""What every API operation needs: a permit first, the actor, and pages by cursor.

::

    router = Router(tags=["projects"])

    @router.get("/projects", response=Cursor[ProjectOut], operation_id="projects_list")
    @operation(permit="projects")
    def projects(request: HttpRequest, before: int = 0, limit: Limit = 50) -> Cursor[ProjectOut]: …
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import wraps
from typing import Annotated, Any, Generic, TypeVar

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import BaseModel, ConfigDict, Field

from bihuan.kernel.errors import BadInput, BihuanError, NotFound, Refused
from bihuan.kernel.identity.actors import Actor, Kind
from bihuan.kernel.store.reading import reading
from bihuan.ui.page import Test, actor_of, may

T = TypeVar("T")

_LARGEST = 2**63 - 1
#: The character NUL as JSON writes it: the backslash before it is no word of the text itself.
_NULL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")

#: How many rows an answer holds at most.
Limit = Annotated[int, Field(ge=1, le=200)]
#: The id the last answer ended with; 0 begins with the newest.
Before = Annotated[int, Field(ge=0, le=_LARGEST)]


class Shape(BaseModel):
    """What the busiest operations take and answer, made of dicts and of rows by their names.

    A Schema of Ninja's would look at each row in Python for what object mappers' rows have and ours have not.
    """

    model_config = ConfigDict(from_attributes=True)


class Cursor(Shape, Generic[T]):
    """Rows, newest first; ``before`` continues after them, 0 when there are no more."""

    rows: list[T]
    before: int = 0


class Problem(Schema):
    """An error as problem+json (RFC 9457): what happened, where, and what to do."""

    type: str = "about:blank"
    title: str
    status: int
    code: str
    where: str = ""
    errors: dict[str, str] = {}


class SignInNeeded(BihuanError):
    """Nobody said who they are."""

    code = "sign_in_needed"
    status = 401
    exit = 4


def _passes(permit: str | Test, actor: Actor, method: str) -> bool:
    """Whether the actor passes; a token issued for a line passes that line's permits as its post does, no other's."""
    if may(permit, actor, method):
        return True
    if actor.kind is not Kind.TOKEN or not isinstance(permit, str):
        return False
    line = permit.partition(".")[0]
    named = {ability.partition(":")[0] for ability in actor.abilities}
    return line in named and may(permit, replace(actor, kind=Kind.POST), method)


def _bounded(request: HttpRequest, given: Mapping[str, Any]) -> None:
    """Refuse what no text and no number of the database can be, before anything asks it."""
    if any(isinstance(value, int) and not -_LARGEST <= value <= _LARGEST for value in given.values()):
        raise NotFound(_("There is no such thing."))
    if request.content_type == "application/json" and _NULL.search(request.body):
        raise BadInput(_("The request holds a character that no text can have."), where="body")


def operation(permit: str | Test) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Guard an operation: without the permit nothing of it runs; a GET only reads."""

    def wrap(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            actor = actor_of(request)
            if not _passes(permit, actor, request.method or ""):
                if actor.kind is Kind.NOBODY:
                    raise SignInNeeded(_("Sign in, or send a token."))
                raise Refused(_("Your post is not permitted to do this."))
            _bounded(request, kwargs)
            if request.method in {"GET", "HEAD"}:
                with reading():
                    return view(request, *args, **kwargs)
            return view(request, *args, **kwargs)

        guarded.permit = permit  # type: ignore[attr-defined]
        return guarded

    return wrap
