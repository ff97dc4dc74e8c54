"""Accounts by invitation: the centre invites, the enterprise opens its account with the code."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict, FieldErrors
from bihuan.kernel.identity.failures import TooManyTries
from bihuan.kernel.identity.middleware import client_address
from bihuan.kernel.identity.selectors import spoken
from bihuan.kernel.now import now
from bihuan.lines.enterprise import actions, selectors
from bihuan.lines.enterprise.forms import INVITE, JOIN
from bihuan.lines.enterprise.selectors import InvitationRow
from bihuan.ui import cells
from bihuan.ui.page import Crumb, Page, actor_of, done, login_url, page
from bihuan.ui.panels import Action, Alert, Column, Empty, Facts, FormPanel, Table


@page(permit="enterprise.invite")
def invitations(request: HttpRequest) -> Page | HttpResponseBase:
    """Show who was invited; invite an enterprise. The code is shown once."""
    actor = actor_of(request)
    if request.method != "POST":
        return _page(actor.division, {}, {})
    values = {item.name: request.POST.get(item.name, "") for item in INVITE.fields}
    try:
        code = actions.invite(actor, values, request.POST.get("key", "")[:60])
    except FieldErrors as error:
        return _page(actor.division, values, error.errors)
    except (BadInput, Conflict) as error:
        return _page(actor.division, values, {"": error.message})
    return _invited(request, values["name"], code)


def _invited(request: HttpRequest, name: str, code: str) -> Page:
    back = reverse("enterprise_invitations")
    address = request.build_absolute_uri(reverse("enterprise_join"))
    text = _("This code is shown this once. It is good for thirty days and for one account.")
    return Page(
        title=_("Invitation of %s") % name,
        kind="form",
        crumbs=[Crumb(_("Invitations"), back)],
        panels=[
            Alert(id="once", tone="warn", text=text),
            Facts(
                id="code",
                title=_("To pass on"),
                columns=1,
                items=[
                    (_("Invitation code"), cells.Tag(spoken(code))),
                    (_("Where to open the account"), address),
                ],
                action=Action(title=_("Done"), href=back, primary=True),
            ),
        ],
    )


def _page(division: int, values: Mapping[str, Any], errors: Mapping[str, str]) -> Page:
    form = FormPanel(
        id="invite",
        form=INVITE,
        url=reverse("enterprise_invitations"),
        submit=_("Invite"),
        values=values,
        errors=errors,
        hidden={"key": uuid.uuid4().hex},
        in_place=False,
    )
    table = Table(
        id="invitations",
        title=_("Invited"),
        rows=selectors.invitations([division]),
        empty=Empty(text=_("Nobody was invited yet."), icon="people"),
        columns=[
            Column(_("Enterprise"), "name", head=True),
            Column(_("Unified social credit code"), "uscc"),
            Column(_("Good until"), "valid_until"),
            Column(_("State"), _state),
        ],
    )
    return Page(title=_("Invitations"), panels=[table], side=[form], status=422 if errors else 200)


def _state(row: InvitationRow) -> Any:
    if row.used_at:
        return cells.Tag(_("account opened"), "good")
    return cells.Tag(_("waiting"), "info") if row.valid_until > now() else cells.Tag(_("expired"), "quiet")


@page(permit="anyone")
def join(request: HttpRequest) -> Page | HttpResponseBase:
    """Open an enterprise's own account with its invitation."""
    if request.method != "POST":
        return _join({}, {})
    values = {item.name: request.POST.get(item.name, "") for item in JOIN.fields}
    shown = {**values, "password": ""}
    try:
        actions.join(values, client_address(request))
    except FieldErrors as error:
        return _join(shown, error.errors)
    except (BadInput, Conflict) as error:
        return _join(shown, {error.where if error.where in values else "": error.message}, error.status)
    except TooManyTries as error:
        return _join(shown, {"code": error.message}, error.status)
    return done(request, login_url(), _("The account is open. Sign in with the name you chose."))


def _join(values: Mapping[str, Any], errors: Mapping[str, str], status: int = 422) -> Page:
    form = FormPanel(
        id="join",
        form=JOIN,
        url=reverse("enterprise_join"),
        submit=_("Open the account"),
        values=values,
        errors=errors,
        in_place=False,
        intro=_(
            "You need the code the centre gave your enterprise. Without an account, a look-up code is enough."
        ),
    )
    return Page(
        title=_("Open an account"), kind="open", found=True, panels=[form], status=status if errors else 200
    )
