"""Take in what came by phone or chat: one matter, whatever the channel, and a code for who called."""

import uuid
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict, FieldErrors
from bihuan.kernel.flow.rows import MatterRow, Receipt
from bihuan.kernel.identity import actions as identity
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors import spoken, units
from bihuan.kernel.now import LOCAL, today
from bihuan.lines.enterprise import actions, selectors
from bihuan.lines.enterprise.forms import TAKE_IN
from bihuan.lines.enterprise.pages.home import alike_panels, raise_panel
from bihuan.ui import cells
from bihuan.ui.doors import filled, read_form
from bihuan.ui.page import Crumb, Page, actor_of, page
from bihuan.ui.panels import Action, Alert, Facts

#: How long the code of somebody who called opens the matter.
_DAYS = 60


@page(permit="enterprise.take_in")
def take_in(request: HttpRequest) -> Page | HttpResponseBase:
    """Take a need in for an enterprise; what may be the same is shown first, and merged by one choice."""
    actor = actor_of(request)
    if request.method != "POST":
        return _form_page({}, {}, [], uuid.uuid4().hex)
    values, _kept = read_form(request, TAKE_IN, actor, 0)
    key = request.POST.get("key", "")[:60]
    same = request.POST.get("same", "")
    try:
        if same.isdigit() and int(same):
            receipt = actions.attach(actor, int(same), filled(values), key)
            return _taken(request, actor, receipt, values, key)
        parsed = TAKE_IN.parse(filled(values))
        alike = selectors.similar(actor, parsed["party"], parsed["title"])
        if alike and same != "0":
            return _form_page(values, {}, alike, key)
        receipt = actions.take_in(actor, filled(values), key)
    except FieldErrors as error:
        return _form_page(values, error.errors, [], key)
    except (BadInput, Conflict) as error:
        return _form_page(values, {"": error.message}, [], key)
    return _taken(request, actor, receipt, values, key)


def _taken(request: HttpRequest, actor: Actor, receipt: Receipt, values: Mapping[str, Any], key: str) -> Page:
    """Show the code for whoever called: read out, or sent, once."""
    until = datetime.combine(today() + timedelta(days=_DAYS), time(23, 59, 59), LOCAL)
    party = str(values.get("party", ""))
    code = identity.issue_link(
        actor,
        receipt.matter,
        party=int(party) if party.isdigit() else 0,
        purpose="track",
        valid_until=until,
        key=key,
    )
    address = request.build_absolute_uri(reverse("link", args=[code]))
    text = _("Tell whoever called: with this code they see who has it and by when, without an account.")
    return Page(
        title=_("Taken in as %s") % receipt.code,
        code=receipt.code,
        kind="form",
        crumbs=[Crumb(_("Needs of enterprises"), reverse("enterprise_board"))],
        panels=[
            Alert(id="once", tone="good", text=text),
            Facts(
                id="code",
                title=_("To pass on"),
                columns=1,
                items=[(_("Look-up code"), cells.Tag(spoken(code))), (_("Link"), address)],
                action=Action(
                    title=_("To the matter"), href=reverse("matter", args=[receipt.code]), primary=True
                ),
            ),
        ],
    )


def _form_page(
    values: Mapping[str, Any], errors: Mapping[str, str], alike: list[MatterRow], key: str
) -> Page:
    options = [(str(unit.id), unit.short_name or unit.name) for unit in units("enterprise", limit=1000)]
    panel = raise_panel(TAKE_IN, reverse("enterprise_take_in"), options, values, errors, alike, key)
    return Page(
        title=_("Take in a need"),
        kind="form",
        crumbs=[Crumb(_("Needs of enterprises"), reverse("enterprise_board"))],
        panels=[*alike_panels(alike), panel],
        status=422 if errors else 200,
    )
