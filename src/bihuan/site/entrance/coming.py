"""Let somebody in whom another system vouches for: an existing user, once a ticket, and how they leave."""

import hashlib
import logging
from datetime import timedelta
from importlib import import_module
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.utils import perform_login
from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from bihuan.kernel.errors import Refused
from bihuan.kernel.identity.actions import note_login
from bihuan.kernel.identity.middleware import ASSERTED_KEY, CAME_KEY, client_address
from bihuan.kernel.identity.models import User
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import run

logger = logging.getLogger(__name__)

#: So long names of used tickets and of stays are kept.
KEPT = timedelta(days=2)


class NotVouched(Refused):
    """What the other system sent proves nothing."""

    code = "not_vouched"


def refuse(request: HttpRequest, why: str, username: str = "") -> NotVouched:
    """Log why somebody was turned away and return what they are told: not why, but what to do."""
    logger.warning("login by another system refused: %s", why)
    address, agent = client_address(request), request.headers.get("User-Agent", "")
    note_login("refused", username[:64], address=address, agent=agent)
    return NotVouched(_("The other system's login could not be proved. Start again from where you came."))


def let_in(
    request: HttpRequest, username: str, *, by: str, handle: str, mfa: bool, after: str = ""
) -> HttpResponseBase:
    """Log the user of that login name in and lead on; Refused when there is none here.

    Without ``mfa`` a user with a second factor is asked for it here.
    """
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        refuse(request, "no such user", username)
        raise Refused(
            _("You are known there, but have no account here yet. Ask your office's administrator for one."),
            where="user",
        )
    target = local(request, after)
    if request.session.get(CAME_KEY) or request.user.is_authenticated:
        request.session.flush()
    if not mfa:
        request.session[CAME_KEY] = [by, handle]
        answer: HttpResponseBase = perform_login(
            request, user, email_verification="none", redirect_url=target
        )
        _remember(request, handle)
        return answer
    get_adapter(request).login(request, user)
    request.session[CAME_KEY], request.session[ASSERTED_KEY] = [by, handle], by
    _remember(request, handle)
    return HttpResponseRedirect(target)


def local(request: HttpRequest, target: str) -> str:
    """Return a target inside the house, the first page for any other."""
    fine = url_has_allowed_host_and_scheme(target, None) and target.startswith("/")
    return target if fine else str(settings.LOGIN_REDIRECT_URL)


def use_up(name: str) -> bool:
    """Use a ticket's name; False when it was used before."""
    moment = now()
    run("DELETE FROM entrance_used WHERE at < %s", (moment - KEPT,))
    sql = "INSERT INTO entrance_used (name, at) VALUES (%s, %s) ON CONFLICT DO NOTHING RETURNING name"
    return bool(run(sql, (hashed(name), moment)))


def hashed(name: str) -> str:
    """Return what is kept in place of a ticket."""
    return hashlib.sha256(name.encode()).hexdigest()


def _remember(request: HttpRequest, handle: str) -> None:
    if not handle:
        return
    if not request.session.session_key:
        request.session.save()
    moment = now()
    run("DELETE FROM entrance_stay WHERE at < %s", (moment - KEPT,))
    sql = "INSERT INTO entrance_stay (handle, session, at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
    run(sql, (hashed(handle), request.session.session_key, moment))


def end_stays(handle: str) -> int:
    """End every session that began under a handle; return how many."""
    sessions: Any = import_module(settings.SESSION_ENGINE).SessionStore
    keys = run("DELETE FROM entrance_stay WHERE handle = %s RETURNING session", (hashed(handle),))
    for (key,) in keys:
        sessions(session_key=key).delete()
    return len(keys)
