"""How a page is declared: a view names its permit, returns panels, and never writes on a GET.

::

    @page(permit="projects")
    def project_page(request: HttpRequest, project: int) -> Page:
        row = selectors.project(request.actor, project)
        return Page(title=row.name, panels=[Facts(items=…)], side=[ClockPanel(…)])
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, Literal, cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BihuanError, Refused
from bihuan.kernel.identity import roles
from bihuan.kernel.identity.actors import NOBODY, Actor, Kind
from bihuan.kernel.store.reading import reading
from bihuan.ui.panels.base import Action, Panel

Kinds = Literal["list", "detail", "form", "open", "wall", "print"]
#: What stands around a page of a kind; the rest stand in the shell.
_SHELLS = {"wall": "ui/bare.html", "print": "ui/bare.html", "open": "ui/open.html"}
Test = Callable[[Actor], bool]
View = Callable[..., "Page | HttpResponseBase"]

#: Targets that stand for everything between the bars rather than for one panel.
CONTENT = "content"


@dataclass(frozen=True, slots=True)
class Crumb:
    """A step of the way back."""

    title: str
    href: str


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page: what it is called, what stands in the middle, what on the right, what above both (``top``).

    ``kind`` chooses its one template: list, detail, form (narrow), open (for those without an account:
    no rail, narrow), wall (full screen), print (paper).
    ``cycle`` is where a wall goes on by itself (every twenty seconds, unless somebody looks closer).
    ``found`` lets search engines list an open page that shows nobody's matter.
    ``manifest`` is where a phone reads how to install the page.
    ``light`` and ``code`` stand beside the title; ``paper`` is A4 or A3 for what gets printed.
    """

    title: str
    panels: Sequence[Panel] = ()
    side: Sequence[Panel] = ()
    top: Sequence[Panel] = ()
    crumbs: Sequence[Crumb] = ()
    actions: Sequence[Action] = ()
    kind: Kinds = "detail"
    lead: str = ""
    code: str = ""
    light: str = ""
    light_words: str = ""
    paper: Literal["a4", "a3"] = "a4"
    refresh: int = 0
    cycle: str = ""
    manifest: str = ""
    status: int = 200
    found: bool = False

    @property
    def template(self) -> str:
        """The one template of its kind; list, detail and form differ in width only."""
        return f"ui/page/{self.kind if self.kind in {'wall', 'print'} else 'main'}.html"

    def find(self, wanted: str) -> Panel | None:
        """Return the panel with that id, wherever it stands on the page."""
        return next(
            (hit for panel in (*self.top, *self.panels, *self.side) if (hit := panel.find(wanted))), None
        )


_permits: dict[str, Test] = {
    "anyone": lambda actor: True,
    "signed_in": lambda actor: actor.kind is not Kind.NOBODY,
    "post": lambda actor: actor.kind is Kind.POST,
}


#: What everybody has of one's own (notices, language, posts); what is done to matters there, flow permits.
_OWN = frozenset({"anyone", "signed_in"})
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


def register_permit(name: str, test: Test) -> None:
    """Give a test of the actor a name; a second one of that name is refused."""
    if _permits.setdefault(name, test) is not test:
        raise ValueError(f"two permits named {name}")


def roles_permit(able: Sequence[str]) -> Test:
    """Return the test that passes posts of these roles; none given passes every post."""
    wanted = frozenset(able)
    return lambda actor: actor.kind is Kind.POST and (not wanted or actor.role in wanted)


def may(permit: str | Test, actor: Actor, method: str = "GET") -> bool:
    """Return whether ``actor`` passes ``permit``; an unknown name passes nobody.

    A role that only reads passes for reading alone, but for what is its own.
    """
    test = _permits.get(permit) if isinstance(permit, str) else permit
    if test is None or not test(actor):
        return False
    return method in _READING or _is_own(permit) or not _reads_only(actor)


def _is_own(permit: str | Test) -> bool:
    return isinstance(permit, str) and (permit in _OWN or permit.startswith("admin."))


def _reads_only(actor: Actor) -> bool:
    role = roles.get(actor.role)
    return role is not None and role.reads_only


def known_permit(permit: str | Test) -> bool:
    """Return whether a permit has a test behind it."""
    return callable(permit) or permit in _permits


def actor_of(request: HttpRequest) -> Actor:
    """Return who acts; nobody when no middleware said so."""
    return cast("Actor", getattr(request, "actor", NOBODY))


def page(
    permit: str | Test, *, writes_on_get: bool = False
) -> Callable[[View], Callable[..., HttpResponseBase]]:
    """Make a view a page: permit first, then the view, then its panels rendered whole or in part.

    Without the permit nothing of the view runs. GET and HEAD run inside :func:`reading`.
    """

    def wrap(view: View) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not may(permit, actor_of(request), request.method or ""):
                return _denied(request)
            try:
                answer = _run(view, request, args, kwargs, writes_on_get)
            except BihuanError as error:
                return failure(request, error)
            return respond(request, answer) if isinstance(answer, Page) else answer

        guarded.permit = permit  # type: ignore[attr-defined]
        return guarded

    return wrap


def _run(
    view: View, request: HttpRequest, args: Any, kwargs: Any, writes_on_get: bool
) -> "Page | HttpResponseBase":
    if request.method in {"GET", "HEAD"} and not writes_on_get:
        with reading():
            return view(request, *args, **kwargs)
    return view(request, *args, **kwargs)


def _denied(request: HttpRequest) -> HttpResponseBase:
    if actor_of(request).kind is not Kind.NOBODY:
        return failure(request, Refused(_("Your post is not permitted to open this page.")))
    target = f"{login_url()}?{urlencode({'next': request.get_full_path()})}"
    if is_htmx(request):
        return HttpResponse(status=401, headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)


def login_url() -> str:
    """Return where one signs in."""
    from django.shortcuts import resolve_url

    return resolve_url(settings.LOGIN_URL)


def is_htmx(request: HttpRequest) -> bool:
    """Return whether htmx asks, and not for a page it lost from its history."""
    return (
        request.headers.get("HX-Request") == "true"
        and request.headers.get("HX-History-Restore-Request") != "true"
    )


def target_of(request: HttpRequest) -> str:
    """Return the id of the element htmx wants to replace ("" when it is not htmx who asks)."""
    if not is_htmx(request):
        return ""
    return request.headers.get("HX-Target", "").rpartition("#")[2]


def respond(request: HttpRequest, answer: Page) -> HttpResponse:
    """Render a page: the one panel htmx aims at, the content between the bars, or everything.

    What is asked for in place and has no such part is opened as the page it is.
    """
    wanted = target_of(request)
    panel = answer.find(wanted) if wanted else None
    if wanted not in {"", CONTENT} and not panel and request.method == "GET" and answer.status == 200:
        return HttpResponse(status=200, headers={"HX-Redirect": request.get_full_path()})
    if panel:
        html: str = panel.render(request)
    else:
        shell = _SHELLS.get(answer.kind, "ui/shell.html")
        template = answer.template if wanted == CONTENT else shell
        html = render_to_string(template, {"page": answer}, request=request)
    response = HttpResponse(html, status=answer.status)
    patch_vary_headers(response, ("HX-Request", "HX-Target"))
    return response


def done(request: HttpRequest, url: str, message: str = "") -> HttpResponseBase:
    """Answer after a write: go to ``url`` and say ``message`` there."""
    if message:
        messages.success(request, message)
    if is_htmx(request):
        return HttpResponse(status=200, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url, status=303)


def failure(request: HttpRequest, error: BihuanError) -> HttpResponse:
    """Answer with what happened, what was kept and what to do; under htmx beside the form, not over it."""
    from bihuan.ui import errors

    answer = errors.error_page(error.status, error.message)
    if is_htmx(request):
        html = errors.error_alert(error.status, error.message).render(request)
        return HttpResponse(
            html, status=error.status, headers={"HX-Retarget": "#flash", "HX-Reswap": "innerHTML"}
        )
    response = respond(request, answer)
    response.status_code = error.status
    return response


def guards(urlconf: str | None = None) -> Iterator[tuple[str, str | Test | None]]:
    """Yield every URL pattern with the permit of its view, None where it names none."""
    yield from _walk(get_resolver(urlconf).url_patterns, "")


def _walk(patterns: Sequence[Any], above: str) -> Iterator[tuple[str, str | Test | None]]:
    for pattern in patterns:
        route = f"{above}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route, getattr(pattern.callback, "permit", None)


def unguarded(urlconf: str | None = None, allowed: Sequence[str] = ()) -> list[str]:
    """Return the routes whose view names no known permit, but for those under an ``allowed`` prefix."""
    return [
        route
        for route, permit in guards(urlconf)
        if (permit is None or not known_permit(permit))
        and not any(route.startswith(start) for start in allowed)
    ]
