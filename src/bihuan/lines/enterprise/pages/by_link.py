"""For those who won't register: whoever has a link to a matter of an enterprise says there what it needs."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.errors import NotFound, Refused
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.forms.fields import Form
from bihuan.kernel.identity import actions as identity
from bihuan.kernel.identity.actors import Actor, Kind
from bihuan.kernel.identity.middleware import client_address
from bihuan.kernel.identity.selectors.links import plain, spoken
from bihuan.kernel.identity.selectors.units import unit
from bihuan.lines.enterprise import actions
from bihuan.lines.enterprise.forms import RAISE
from bihuan.lines.enterprise.selectors import KINDS
from bihuan.ui import cells
from bihuan.ui.doors import carry, key_of
from bihuan.ui.page import Page, actor_of, page
from bihuan.ui.panels import Action, Alert, Facts, FormPanel, Panel

#: Without the project: which ones an enterprise has is told to its own account only.
ASKED = Form(RAISE.name, RAISE.title, tuple(item for item in RAISE.fields if item.name != "project"))


def panels(actor: Actor, row: MatterRow, code: str) -> list[Panel]:
    """Return the way to say a need, for an enterprise that follows any matter of its own by link."""
    if not _may(actor):
        return []
    more = Action(title=_("Say what you need"), href=reverse("enterprise_by_link", args=[code]), icon="plus")
    text = (
        _("Is there something else? You need no account for it.")
        if row.kind in KINDS
        else _("Is there something the enterprise needs? You need no account for it.")
    )
    return [Alert(id="more", text=text, tone="info", action=more)]


def _may(actor: Actor) -> bool:
    if actor.kind is not Kind.LINK or actor.role != "track" or not actor.party:
        return False
    asked = unit(actor.party)
    return asked is not None and asked.kind == "enterprise"


@page(permit="anyone", writes_on_get=True)
def raise_need(request: HttpRequest, link_code: str) -> Page | HttpResponseBase:
    """Say a need; the code to follow it by is shown this once."""
    link, actor = identity.enter_by_link(link_code, client_address(request))
    if actor_of(request).kind in {Kind.POST, Kind.TOKEN}:
        raise Refused(_("You are signed in as staff; whoever the link was given to acts themselves."))
    if not _may(actor):
        raise NotFound(_("There is no such page."), where="link")
    key, back = key_of(request), reverse("link", args=[plain(link_code)])

    def say(values: Mapping[str, Any]) -> tuple[str, str]:
        receipt, code = actions.raise_by_link(actor, values, link.valid_until, key)
        return receipt.code, code

    sent = carry(request, ASKED, say, start={}, parse=False)
    if sent.done:
        number, code = sent.answer
        return _received(request, number, code, back)
    form = FormPanel(
        id="raise", form=ASKED, url=request.path, submit=_("Send"), values=sent.values, errors=sent.errors,
        hidden={"key": key}, in_place=False, cancel=back,
    )  # fmt: skip
    return Page(title=_("Say what you need"), kind="open", panels=[form], status=sent.status)


def _received(request: HttpRequest, number: str, code: str, back: str) -> Page:
    address = reverse("link", args=[code])
    text = _("Received as %s. Keep the code: with it you see who has it and by when, and rate it.") % number
    items = [
        (_("Look-up code"), cells.Tag(spoken(code))),
        (_("Link"), cells.To(request.build_absolute_uri(address), address)),
    ]
    done = Action(title=_("Back"), href=back)
    panels: list[Panel] = [
        Alert(id="once", text=text, tone="good"),
        Facts(id="code", title=_("To follow it by"), columns=1, items=items, action=done),
    ]
    return Page(title=_("Say what you need"), code=number, kind="open", panels=panels)
