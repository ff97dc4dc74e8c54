"""The doors of other systems' logins: leave for them, come back, be logged out by them."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from bihuan.kernel.errors import NotFound
from bihuan.kernel.identity.middleware import CAME_KEY
from bihuan.kernel.now import now
from bihuan.site.entrance import cas as cas_
from bihuan.site.entrance import config, jwt, tickets
from bihuan.site.entrance import oidc as oidc_
from bihuan.site.entrance.coming import end_stays, let_in, local, refuse, use_up
from bihuan.ui.page import Page, page
from bihuan.ui.panels import Action, Alert

#: Where a session keeps what it left for another system with.
_LEFT_KEY = "left_for"


def _absolute(request: HttpRequest, name: str) -> str:
    return request.build_absolute_uri(reverse(name))


def _none() -> NotFound:
    return NotFound(_("This way in is not set up here."), where="enter")


def _leave(request: HttpRequest, by: str, kept: dict[str, str]) -> None:
    request.session[_LEFT_KEY] = {**kept, "by": by, "next": local(request, request.GET.get("next", ""))}


def _returned(request: HttpRequest, by: str, state: str) -> dict[str, str]:
    """Return what this browser left with, once; whoever comes back without having left is refused."""
    kept: dict[str, str] = request.session.pop(_LEFT_KEY, {})
    if kept.get("by") != by or not state or kept.get("state") != state:
        raise refuse(request, "came back without having left")
    return kept


@page(permit="anyone", writes_on_get=True)
def enter(request: HttpRequest) -> Page | HttpResponseBase:
    """Lead on to the one other system, or let choose between them."""
    ways = [(name, title) for name, title, there in _ways() if there]
    if not ways:
        raise _none()
    target = f"?next={local(request, request.GET.get('next', ''))}"
    if len(ways) == 1:
        return HttpResponseRedirect(reverse(ways[0][0]) + target)
    actions = [Action(title=title, href=reverse(name) + target) for name, title in ways]
    text = _("Come in with the login you already have.")
    return Page(title=_("Sign in"), kind="form", panels=[Alert(id="ways", text=text)], actions=actions)


def _ways() -> list[tuple[str, str, Any]]:
    return [
        ("enter_oidc", _("Unified identity (OpenID Connect)"), config.oidc()),
        ("enter_cas", _("Unified identity (CAS)"), config.cas()),
    ]


@page(permit="anyone", writes_on_get=True)
def oidc(request: HttpRequest) -> HttpResponseBase:
    """Send the browser to the OpenID Connect provider."""
    provider = config.oidc()
    if provider is None:
        raise _none()
    try:
        address, kept = oidc_.begin(provider, _absolute(request, "enter_oidc_back"))
    except (oidc_.NotProved, KeyError) as why:
        raise refuse(request, f"oidc: {why}") from why
    _leave(request, "oidc", kept)
    return HttpResponseRedirect(address)


@page(permit="anyone", writes_on_get=True)
def oidc_back(request: HttpRequest) -> HttpResponseBase:
    """Take back the provider's answer."""
    provider = config.oidc()
    if provider is None:
        raise _none()
    kept = _returned(request, "oidc", request.GET.get("state", ""))
    code = request.GET.get("code", "")
    if request.GET.get("error") or not code:
        raise refuse(request, f"oidc: {request.GET.get('error', 'no code')[:60]}")
    try:
        back = _absolute(request, "enter_oidc_back")
        person = oidc_.finish(provider, back, code, kept, now().timestamp())
    except (oidc_.NotProved, jwt.BadToken, KeyError) as why:
        raise refuse(request, f"oidc: {why}") from why
    return let_in(
        request, person.username, by="oidc", handle=person.handle, mfa=person.mfa, after=kept["next"]
    )


@csrf_exempt  # the provider's own call; its token is signed
@page(permit="anyone")
def oidc_leave(request: HttpRequest) -> HttpResponseBase:
    """End the stays a back-channel logout token names."""
    provider = config.oidc()
    if provider is None or request.method != "POST":
        raise _none()
    try:
        handles = oidc_.leaving(provider, request.POST.get("logout_token", ""), now().timestamp())
    except (oidc_.NotProved, jwt.BadToken, KeyError):
        return HttpResponse(status=400)
    for handle in handles:
        end_stays(handle)
    return HttpResponse(status=200)


@page(permit="anyone", writes_on_get=True)
def cas(request: HttpRequest) -> HttpResponseBase:
    """Send the browser to CAS."""
    server = config.cas()
    if server is None:
        raise _none()
    _leave(request, "cas", {"state": "cas"})
    return HttpResponseRedirect(cas_.login_address(server, _absolute(request, "enter_cas_back")))


@csrf_exempt  # CAS posts its logout requests here, too
@page(permit="anyone", writes_on_get=True)
def cas_back(request: HttpRequest) -> HttpResponseBase:
    """Prove the ticket CAS sent the browser back with, or end the stay it says is over."""
    server = config.cas()
    if server is None:
        raise _none()
    if request.method == "POST":
        return _cas_leave(request)
    kept = _returned(request, "cas", "cas")
    ticket = request.GET.get("ticket", "")[:512]
    try:
        person = cas_.prove(server, _absolute(request, "enter_cas_back"), ticket)
    except cas_.NotProved as why:
        raise refuse(request, str(why)) from why
    return let_in(
        request, person.username, by="cas", handle=f"cas:{ticket}", mfa=person.mfa, after=kept["next"]
    )


def _cas_leave(request: HttpRequest) -> HttpResponseBase:
    """A ticket is as hard to guess as a session's key: who names one may end its stay and no other."""
    try:
        ticket = cas_.leaving(request.POST.get("logoutRequest", "")[:8192])
    except cas_.NotProved:
        return HttpResponse(status=400)
    end_stays(f"cas:{ticket}")
    return HttpResponse(status=200)


@page(permit="anyone", writes_on_get=True)
def ticket(request: HttpRequest) -> HttpResponseBase:
    """Let in whom a portal's signed ticket names, once."""
    secret = config.ticket_secret()
    if not secret:
        raise _none()
    try:
        found = tickets.read(secret, request.GET.dict(), now().timestamp())
    except tickets.NotProved as why:
        raise refuse(request, f"ticket: {why}") from why
    if not use_up(f"ticket:{found.once}"):
        raise refuse(request, "ticket: used before", found.username)
    return let_in(request, found.username, by="ticket", handle="", mfa=found.mfa, after=found.after)


def way_out(request: HttpRequest) -> str:
    """Return where logging out leads on to, for a session another system began; "" to stay here."""
    by = (request.session.get(CAME_KEY) or [""])[0]
    back = request.build_absolute_uri("/")
    provider, server = config.oidc(), config.cas()
    if by == "oidc" and provider:
        return oidc_.way_out(provider, back)
    return cas_.way_out(server, back) if by == "cas" and server else ""
