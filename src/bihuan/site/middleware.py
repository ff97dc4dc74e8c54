"""What every request passes: an id and a log line, and the content security policy."""

import re
import time
import uuid
from collections.abc import Callable
from functools import partial
from typing import cast

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.gzip import GZipMiddleware
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput
from bihuan.kernel.files.actions import limit
from bihuan.site import metrics
from bihuan.site.entrance import config
from bihuan.ui.page import failure

Handler = Callable[[HttpRequest], HttpResponse]

_ID = re.compile(r"[\w-]{8,64}\Z")
_SILENT = ("/static/", "/healthz", "/readyz", "/metrics")

#: Pages no other site may ever show inside its own: where secrets are typed and the house is run.
_NEVER_FRAMED = ("/accounts/", "/admin/")


def content_security(path: str) -> str:
    """Return the policy of a page.

    Scripts only from our own files. ECharts and our pictures set single style attributes, which can't
    run anything; style sheets come from our own files too. Logging out may lead on to the system
    one came from.
    """
    framed_by = [] if path.startswith(_NEVER_FRAMED) else settings.BIHUAN_FRAME_ANCESTORS
    return "; ".join(
        (
            "default-src 'self'",
            "script-src 'self'",
            "style-src 'self'",
            "style-src-attr 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "object-src 'none'",
            "base-uri 'none'",
            " ".join(("form-action 'self'", *config.origins())),
            " ".join(("frame-ancestors 'self'", *framed_by)),
        )
    )


_ROOM_FOR_FIELDS = 1 << 20  # bytes of a form beside its file
_DRAINED = 512 << 20

#: What shrinks by being compressed; pictures and workbooks are compressed already.
_COMPRESSED = ("text/html", "application/json", "application/problem+json")

log = structlog.get_logger("bihuan.requests")


def requests(get_response: Handler) -> Handler:
    """Give each request an id (a proxy's is kept), return it in X-Request-ID and log one line."""

    def handle(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        name = given if _ID.match(given) else uuid.uuid4().hex
        request.request_id = name  # type: ignore[attr-defined]
        began = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=name):
            response = get_response(request)
            if not request.path.startswith(_SILENT):
                took = time.perf_counter() - began
                log.info(
                    "request",
                    method=request.method,
                    path=request.path,  # without the query; addresses that are keys are struck out of every line
                    status=response.status_code,
                    ms=round(took * 1000, 1),
                )
                found = request.resolver_match
                metrics.answered(
                    found.route if found else "", request.method or "", response.status_code, took
                )
        response["X-Request-ID"] = name
        return response

    return handle


def content_policy(get_response: Handler) -> Handler:
    """Send the content security policy with every page."""

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", content_security(request.path))
        if settings.BIHUAN_FRAME_ANCESTORS and not request.path.startswith(_NEVER_FRAMED):
            response.headers.pop(
                "X-Frame-Options", None
            )  # it knows one site only; frame-ancestors says which
        return response

    return handle


def compressed(get_response: Handler) -> Handler:
    """Send pages compressed: a tenth of the bytes, and a tenth of the wait of a phone.

    Django's own masks its tokens anew in each answer and adds bytes at random, so that lengths tell nothing (BREACH).
    Streams (tables, pictures) go as they are: what grows without end is not held back.
    """
    inner = GZipMiddleware(get_response)

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        kind = response.headers.get("Content-Type", "")
        if response.streaming or not kind.startswith(_COMPRESSED):
            return response
        return cast("HttpResponse", inner.process_response(request, response))

    return handle


def no_null(get_response: Handler) -> Handler:
    """Refuse an address that holds the character NUL: no text of ours can, and the database would break off."""

    def handle(request: HttpRequest) -> HttpResponse:
        if "%00" not in request.META.get("QUERY_STRING", "") and "\x00" not in request.path:
            return get_response(request)
        return _refused(
            request, BadInput(_("The address holds a character that no text can have."), "address")
        )

    return handle


def size_limit(get_response: Handler) -> Handler:
    """Refuse what is larger than any file may be, before anything reads it into memory or onto disk."""

    def handle(request: HttpRequest) -> HttpResponse:
        size = int(request.META.get("CONTENT_LENGTH") or 0)
        if size <= limit() + _ROOM_FOR_FIELDS:
            return get_response(request)
        _drain(request)
        error = BadInput(_("The file is larger than %(mb)d MB.") % {"mb": limit() >> 20}, "file")
        return _refused(request, error, 413, "too_large")

    return handle


def _refused(
    request: HttpRequest, error: BadInput, status: int = BadInput.status, code: str = BadInput.code
) -> HttpResponse:
    """Word a refusal for a program or for people; a door with a protocol of its own words it itself."""
    if own := _own_words(request):
        return own(request, error)
    if request.path.startswith("/api/"):
        problem = {"title": error.message, "status": status, "code": code}
        return JsonResponse(problem, status=status, content_type="application/problem+json")
    response = failure(request, error)
    response.status_code = status
    return response


def _own_words(request: HttpRequest) -> Callable[[HttpRequest, BadInput], HttpResponse] | None:
    """Return how the view of an address words what is wrong (``view.words_faults``); None for most."""
    try:
        found = resolve(request.path_info)
    except Resolver404:
        return None
    words: Callable[..., HttpResponse] | None = getattr(found.func, "words_faults", None)
    return partial(words, **found.kwargs) if words else None


def _drain(request: HttpRequest) -> None:
    """Read and forget the body: a browser shows an answer only after it has sent everything."""
    left = _DRAINED
    while left > 0 and (chunk := request.read(1 << 20)):
        left -= len(chunk)
