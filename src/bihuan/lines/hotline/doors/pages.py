"""Open311 GeoReport v2 as a server: services, requests, tokens, in JSON and XML."""

import base64
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from bihuan.kernel.errors import BihuanError, FieldErrors, NotFound, Refused
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.middleware import client_address
from bihuan.kernel.identity.selectors.posts import actor_of_token
from bihuan.kernel.store.reading import reading
from bihuan.lines.hotline.doors import actions, open311, selectors

View = Callable[..., HttpResponse]


def _answers(view: View) -> Callable[..., HttpResponseBase]:
    """Answer in the shape asked for, errors too, as GeoReport lists them. No cookie counts here: only a key."""

    @wraps(view)
    def door(request: HttpRequest, *args: Any, open311_shape: str, **kwargs: Any) -> HttpResponse:
        shape = open311_shape if open311_shape in open311.TYPES else "json"
        if shape != open311_shape:
            text = _("Answers come as json or xml.")
            return _body(shape, open311.ERRORS, [{"code": 404, "description": text}], 404)
        try:
            if request.method in {"GET", "HEAD"}:
                with reading():
                    return view(request, *args, open311_shape=shape, **kwargs)
            return view(request, *args, open311_shape=shape, **kwargs)
        except FieldErrors as error:
            rows = [{"code": 400, "description": f"{name}: {text}"} for name, text in error.errors.items()]
            return _body(shape, open311.ERRORS, rows, 400)
        except BihuanError as error:
            return _fault(request, error, shape)

    door.words_faults = _fault  # type: ignore[attr-defined]
    return csrf_exempt(door)


def _fault(_request: HttpRequest, error: BihuanError, open311_shape: str, **_kwargs: Any) -> HttpResponse:
    """Return what is wrong as GeoReport lists it; the house says so, too, of what it refuses before any door."""
    shape = open311_shape if open311_shape in open311.TYPES else "json"
    status = {404: 404, 401: 403, 403: 403, 429: 429}.get(error.status, 400)
    where = f"{error.where}: " if error.where else ""
    return _body(shape, open311.ERRORS, [{"code": status, "description": where + error.message}], status)


def _body(shape: str, names: tuple[str, str], rows: list[dict[str, Any]], status: int = 200) -> HttpResponse:
    return HttpResponse(open311.dump(shape, names, rows), content_type=open311.TYPES[shape], status=status)


def _client(request: HttpRequest) -> Actor:
    """Return whom a key stands for; Refused without one.

    GeoReport knows ``api_key`` in what is posted. Reading needs it here, too, and clients that send none with a
    GET give it as the user of HTTP's basic authentication, which stands in no address and no log.
    """
    key = request.POST.get("api_key") or request.GET.get("api_key") or _basic(request)
    if not key:
        raise Refused(_("An api_key is needed."), where="api_key")
    return actor_of_token(key, address=client_address(request))


def _basic(request: HttpRequest) -> str:
    scheme, _space, said = request.headers.get("Authorization", "").partition(" ")
    try:
        text = base64.b64decode(said, validate=True).decode() if scheme.lower() == "basic" else ""
    except ValueError:
        return ""
    return text.partition(":")[0]


@_answers
def services(request: HttpRequest, public_place: int, *, open311_shape: str) -> HttpResponse:
    """List the classes of a district."""
    selectors.place(public_place)
    return _body(open311_shape, open311.SERVICES, selectors.services(public_place))


@_answers
def service(
    request: HttpRequest, public_place: int, service_code: str, *, open311_shape: str
) -> HttpResponse:
    """Say what a class asks for beyond the usual: nothing."""
    if service_code not in {row["service_code"] for row in selectors.services(public_place)}:
        raise NotFound(_("There is no service with this code."), where="service_code")
    return HttpResponse(
        open311.definition(open311_shape, service_code, []), content_type=open311.TYPES[open311_shape]
    )


@_answers
def requests(request: HttpRequest, public_place: int, *, open311_shape: str) -> HttpResponse:
    """List requests the key's post sees, or take one in."""
    selectors.place(public_place)
    actor = _client(request)
    if request.method == "POST":
        made = actions.report(actor, public_place, {name: str(request.POST[name]) for name in request.POST})
        told = selectors.notice(flow.matter(actor, made.code))
        row = {"service_request_id": made.code, "service_notice": told, "account_id": ""}
        return _body(open311_shape, open311.SERVICE_REQUESTS, [row], 201)
    asked = {name: str(request.GET[name])[:2000] for name in request.GET}
    return _body(open311_shape, open311.SERVICE_REQUESTS, selectors.requests(actor, asked))


@_answers
def one_request(
    request: HttpRequest, public_place: int, service_request: str, *, open311_shape: str
) -> HttpResponse:
    """Show one request."""
    selectors.place(public_place)
    row = flow.matter(_client(request), service_request)
    return _body(open311_shape, open311.SERVICE_REQUESTS, selectors.shown([row]))


@_answers
def token(
    request: HttpRequest, public_place: int, service_request: str, *, open311_shape: str
) -> HttpResponse:
    """Give the number behind a token: a request has its number at once, so both are the same."""
    row = flow.matter(_client(request), service_request)
    said_of = {"service_request_id": row.code, "token": service_request}
    return _body(open311_shape, open311.SERVICE_REQUESTS, [said_of])


for _view in (services, service, requests, one_request, token):
    _view.permit = "anyone"  # type: ignore[attr-defined]
