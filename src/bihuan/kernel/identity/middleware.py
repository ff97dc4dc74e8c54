"""The request's door: who acts, from a session with its chosen post or from a bearer token."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.utils import translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from bihuan.kernel.errors import Refused
from bihuan.kernel.identity import actions, selectors
from bihuan.kernel.identity.actors import NOBODY, Actor, Kind
from bihuan.kernel.identity.failures import BadToken, ExpiredPost, TooManyTries
from bihuan.kernel.identity.selectors.posts import FAILURE_WINDOW_SECONDS, choose, why_not
from bihuan.kernel.now import now

#: Where a session keeps the chosen post.
POST_KEY = "post"
#: Set in a session whose other system said that it had asked for a second factor.
ASSERTED_KEY = "second_factor_by"
#: Where a session keeps by which other system it began, and how that calls it.
CAME_KEY = "came_by"
#: Where a session keeps when its user was last seen (seconds); noted again after so many.
SEEN_KEY, _NOTED_AGAIN = "seen", 60
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
#: The URL name of the page that switches posts: it must work when the present one has ended.
SWITCH = "switch_post"
#: Pages of the account itself, and the choice of language.
_ACCOUNT = ("allauth.", "django.views.i18n")
Answer = Callable[[HttpRequest, Refused], HttpResponseBase]


class ActorMiddleware:
    """Sets ``request.actor``, ``request.posts`` and ``request.refused``; nobody when anonymous.

    A chosen post that is no longer valid refuses whatever would write, and once says so on
    a page that only reads, which goes on as another valid post. Who holds none is refused,
    except on pages of the account itself. ``IDENTITY_REFUSED`` names the function that
    words a refusal as a page; ``MFA_REQUIRED`` sends staff without a second factor to set
    one up first.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Find the actor, then go on; a wrong token goes no further."""
        state = cast("Any", request)
        state.actor, state.posts, state.refused = NOBODY, [], None
        scheme, _space, raw = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            try:
                state.actor = _token_actor(request, raw.strip())
            except Refused as refusal:
                return problem(refusal)
            state._dont_enforce_csrf_checks = True  # no browser sends this header by itself
        elif request.session.get(SESSION_KEY) and request.user.is_authenticated:
            _session_actor(request)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Answer a refusal before the view runs; pages of the account and for anyone stay open."""
        state = cast("Any", request)
        if state.refused is None or view.__module__.startswith(_ACCOUNT) or _for_anyone(view):
            return None
        if isinstance(state.refused, ExpiredPost) and state.posts and _switches(request):
            state.actor = selectors.as_actor(state.posts[0])
            return None
        if not request.accepts("text/html"):
            return problem(state.refused)
        if isinstance(state.refused, DoFirst) and request.method in SAFE:
            return HttpResponseRedirect(resolve_url(state.refused.page))
        answer = import_string(settings.IDENTITY_REFUSED) if settings.IDENTITY_REFUSED else plain
        return cast("Answer", answer)(request, state.refused)


class DoFirst(Refused):
    """Something must be done on a page of the account before anything else; ``page`` is its URL name."""

    page = ""


class SecondFactorNeeded(DoFirst):
    """Staff must set up a second factor before they act."""

    code, page = "second_factor_needed", "mfa_activate_totp"


class OwnPasswordNeeded(DoFirst):
    """Whoever got a password from somebody else must choose another before acting."""

    code, page = "own_password_needed", "account_change_password"


def _for_anyone(view: Callable[..., Any]) -> bool:
    return getattr(view, "permit", None) == "anyone"


def _switches(request: HttpRequest) -> bool:
    return request.resolver_match is not None and request.resolver_match.url_name == SWITCH


def plain(request: HttpRequest, refused: Refused) -> HttpResponseBase:
    """Word a refusal without a page around it."""
    return HttpResponse(refused.message, status=refused.status, content_type="text/plain; charset=utf-8")


def client_address(request: HttpRequest) -> str | None:
    """Return the address a request came from; a proxy must be made known to the server, not to us."""
    return request.META.get("REMOTE_ADDR") or None


def _token_actor(request: HttpRequest, raw: str) -> Actor:
    moment, address = now(), client_address(request)
    try:
        token, actor = selectors.token_and_actor(raw, moment, address)
    except BadToken:
        actions.note_bad_token(address, moment)
        raise
    actions.note_token_use(token.id, token.used_at, moment)
    return actor


def problem(refusal: Refused) -> HttpResponse:
    """Return a refusal as problem+json (RFC 9457)."""
    said = {"title": refusal.message, "status": refusal.status, "code": refusal.code}
    response = JsonResponse(said, status=refusal.status, content_type="application/problem+json")
    if refusal.status == BadToken.status:
        response["WWW-Authenticate"] = "Bearer"
    if refusal.status == TooManyTries.status:
        response["Retry-After"] = str(FAILURE_WINDOW_SECONDS)
    return response


def _session_actor(request: HttpRequest) -> None:
    """Set the actor of a logged-in user as the post the session holds; nobody's when staff sat idle too long."""
    state, moment = cast("Any", request), now()
    user = state.user
    visitor = getattr(user, "visitor", None) or selectors.visitor(user.pk, moment)
    _speak(request, user.language)
    if visitor is None:
        return
    state.posts = visitor.posts
    wanted = request.session.get(POST_KEY)
    chosen = choose(visitor.posts, wanted)
    if chosen is None and wanted:
        refusal = why_not(user.pk, wanted, moment)
        if request.method not in SAFE:
            state.refused = refusal
            return
        del request.session[POST_KEY]
        messages.warning(request, refusal.message)
        chosen = choose(visitor.posts, None)
    if chosen is None:
        state.refused = why_not(user.pk, None, moment)
        return
    actor = selectors.as_actor(chosen)
    if actor.kind is Kind.POST and _idle(request, moment):
        return
    if user.must_change and not request.session.get(CAME_KEY):
        state.refused = OwnPasswordNeeded(_("Choose a password of your own before you go on."))
        return
    asserted = visitor.mfa or request.session.get(ASSERTED_KEY)
    if actor.kind is Kind.POST and settings.MFA_REQUIRED and not asserted:
        state.refused = SecondFactorNeeded(_("Set up a second factor before you go on."))
        return
    if request.session.get(POST_KEY) != chosen.id:
        request.session[POST_KEY] = chosen.id
    state.actor = actor


def _idle(request: HttpRequest, moment: datetime) -> bool:
    """End a stay in which nothing was asked for ``IDLE_MINUTES`` (0: never) and tell whether it was ended.

    A page that goes on by itself, as the wall does, asks for something.
    """
    if not settings.IDLE_MINUTES:
        return False
    seen, present = request.session.get(SEEN_KEY), moment.timestamp()
    if seen is not None and present - seen > settings.IDLE_MINUTES * 60:
        logout(request)
        cast("Any", request).posts = []
        said = _("Nothing was done for %(minutes)d minutes, so you were logged out. Log in again to go on.")
        messages.info(request, said % {"minutes": settings.IDLE_MINUTES})
        return True
    if seen is None or present - seen > _NOTED_AGAIN:
        request.session[SEEN_KEY] = present
    return False


def _speak(request: HttpRequest, language: str) -> None:
    """Speak the user's own language unless this browser chose another."""
    if language and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language() or language


def switch_post(request: HttpRequest, post_id: int) -> Actor:
    """Let the session act as another of the user's posts; raise as ``selectors.actor_of`` does."""
    actor = selectors.actor_of(cast("int", request.user.pk), post_id)
    request.session[POST_KEY] = post_id
    return actor
