"""Pages for what went wrong: what happened, what was kept, what to do."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from bihuan.ui.page import Page, respond
from bihuan.ui.panels import Action, Alert, Empty


def _said(status: int, beside: bool = False) -> tuple[str, str, str]:
    """Return (what happened, what was kept, what to do); ``beside`` a form that is still on the page."""
    kept = (
        _("What you typed is still on the page.")
        if beside
        else _("Your browser's back button has what you typed.")
    )
    told = {
        400: (
            _("This request could not be read"),
            _("Nothing was written."),
            _("Go back and send the form again."),
        ),
        403: (
            _("This is not open to your post"),
            _("Nothing was written."),
            _("Change your post at the top right, or ask the coordinator for the right one."),
        ),
        404: (
            _("There is nothing here"),
            _("It never was, it was taken away, or your post may not see it."),
            _("Search for its code or its title."),
        ),
        409: (
            _("Somebody was faster"),
            _("The first change stands; yours was not written.") + " " + kept,
            _("Open the page anew, look at what changed, and send yours again if it still holds."),
        ),
        422: (
            _("Something in what you sent does not fit"),
            _("Nothing was written.") + " " + kept,
            _("Mend what is named and send it again."),
        ),
        503: (
            _("A part of the system is not available"),
            _("What was acknowledged is kept; this was not written."),
            _("Try again in a few minutes; if it stays so, tell the administrator."),
        ),
    }
    return told.get(
        status,
        (
            _("Something failed here"),
            _("What was acknowledged is kept; the last step may not have been written."),
            _("Try again; if it happens again, tell the administrator what you did and when."),
        ),
    )


def error_alert(status: int, message: str = "") -> Alert:
    """Return the notice that stands beside a form after a failed htmx request."""
    what, kept, todo = _said(status, beside=True)
    return Alert(id="failure", title=message or what, text=kept, details=(todo,), tone="bad")


def error_page(status: int, message: str = "", home: str = "/") -> Page:
    """Return the page for a status, with the failure's own message first when it has one."""
    what, kept, todo = _said(status)
    return Page(
        title=what,
        kind="form",
        status=status,
        panels=[
            Empty(
                id="failure",
                title=message or what,
                text=f"{kept} {todo}",
                icon="lock" if status == 403 else "alert",
                action=Action(title=_("To the first page"), href=home, primary=True),
            )
        ],
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400 (Django's handler400)."""
    return respond(request, error_page(400))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403 (handler403)."""
    return respond(request, error_page(403))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404 (handler404)."""
    return respond(request, error_page(404))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that came without its token (CSRF_FAILURE_VIEW)."""
    message = _("This form was open too long or came from another site.")
    answer = error_page(403, message)
    return respond(request, answer)


#: Seconds after which a program that was told 503 may ask again: an embedded database is back by then.
_AGAIN = "5"


def broken(request: HttpRequest) -> HttpResponse:
    """Answer what nobody foresaw (handler500) from a page that asks neither database nor session.

    A database that is away, full or too slow is no fault of the program: 503, and the same request (the same
    ``key``) may come again.
    """
    from django.template.loader import render_to_string

    away = isinstance(sys.exc_info()[1], (OperationalError, InterfaceError))
    status, code = (503, "unavailable") if away else (500, "error")
    what, _kept, todo = _said(status)
    kept = _said(500)[1]  # a session may have been cut after the last step was written
    answer: HttpResponse
    if request.path.startswith("/api/"):
        problem = {"title": f"{what}. {kept}", "status": status, "code": code}
        answer = JsonResponse(problem, status=status, content_type="application/problem+json")
    else:
        html = render_to_string("ui/broken.html", {"what": what, "kept": kept, "todo": todo})
        answer = HttpResponse(html, status=status)
    if away:
        answer["Retry-After"] = _AGAIN
    return answer
