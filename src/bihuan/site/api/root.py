"""The API's root: versions, errors, and the routers of rooms and lines."""

from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.renderers import BaseRenderer
from pydantic_core import to_json

from bihuan.kernel.errors import BihuanError, FieldErrors
from bihuan.logic.workdays import OutOfRange
from bihuan.site.api import admin, matters, others
from bihuan.site.discovery import lines
from bihuan.site.figures.api import router as figures
from bihuan.site.meetings.api import router as meetings
from bihuan.site.meetings.rule_api import router as ladder_rules
from bihuan.site.notices import api as notices
from bihuan.site.notices import feeds, programs
from bihuan.site.orders import api as orders
from bihuan.site.orders.rule_api import router as order_rules
from bihuan.site.papers import api as papers
from bihuan.ui.api import Problem


class Json(BaseRenderer):
    """Answers as pydantic writes them, which costs a fraction of what Python's own way does."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        """Return the answer; words that are translated late are translated now."""
        return to_json(data, fallback=str)


api = NinjaAPI(
    renderer=Json(),
    title="Bihuan API",
    version="1",
    description="Every promise a local government makes, kept open until the person it was for says it is done.",
    urls_namespace="api",
    docs_url=None,
    openapi_extra={"openapi": "3.1.0"},
)


def _problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    answer = api.create_response(request, problem.dict(), status=problem.status)
    answer["Content-Type"] = "application/problem+json"
    if problem.status == 401:
        answer["WWW-Authenticate"] = "Bearer"
    return answer


@api.exception_handler(BihuanError)
def _ours(request: HttpRequest, error: BihuanError) -> HttpResponse:
    errors = error.errors if isinstance(error, FieldErrors) else {}
    return _problem(
        request,
        Problem(title=error.message, status=error.status, code=error.code, where=error.where, errors=errors),
    )


@api.exception_handler(ValidationError)
def _shape(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = {".".join(str(part) for part in one["loc"]): str(one["msg"]) for one in error.errors}
    title = _("The request does not have the shape this operation expects.")
    first = next(iter(errors), "")
    return _problem(request, Problem(title=title, status=422, code="bad_input", where=first, errors=errors))


@api.exception_handler(OutOfRange)
def _beyond(request: HttpRequest, error: OutOfRange) -> HttpResponse:
    title = _("The calendar reaches from 1990 to 2100.")
    return _problem(request, Problem(title=title, status=422, code=error.code, where=str(error)))


@api.exception_handler(ObjectDoesNotExist)
def _absent(request: HttpRequest, error: Any) -> HttpResponse:
    return _problem(request, Problem(title=_("There is no such thing."), status=404, code="not_found"))


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    return _problem(request, Problem(title=str(error), status=error.status_code, code="error"))


api.add_router("", matters.router)
api.add_router("", others.router)
for router in (notices.router, programs.router, feeds.router):
    api.add_router("", router)
api.add_router("/orders", orders.router)
api.add_router("/orders", order_rules)
api.add_router("", papers.router)
api.add_router("/figures", figures)
api.add_router("/meetings", meetings)
api.add_router("/meetings", ladder_rules)
for router in admin.ROUTERS:
    api.add_router("/admin", router)
for line in lines():
    if line.api:
        api.add_router(f"/{line.name}", import_string(line.api))
