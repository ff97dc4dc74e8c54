"""A piece of a chat group becomes an order: pasted, read, looked at in the console's form, registered."""

import uuid
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.forms.fields import Field, Form
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors import scope_of
from bihuan.lines.hotline.forms import LONGEST
from bihuan.lines.hotline.grids import points
from bihuan.lines.hotline.grids import selectors as grids
from bihuan.lines.hotline.intake import read_chat
from bihuan.lines.hotline.pages.console import console_page
from bihuan.lines.hotline.pages.sharing import paste_shares
from bihuan.logic.mechanism import said
from bihuan.ui.doors import carry
from bihuan.ui.page import Crumb, Page, actor_of, page
from bihuan.ui.panels import FormPanel

PASTE = Form("hotline.paste", said("Paste from a chat group"), (
    Field("text", said("What was said there"), "long", required=True, max_length=LONGEST,
          help=said("Copy the messages and paste them as they are, names and times included.")),
    Field("evidence", said("Screenshots"), "files",
          help=said("Kept with the order as they are. No text is read out of pictures: paste or type it above.")),
))  # fmt: skip


@page(permit="hotline.take")
def paste(request: HttpRequest) -> Page:
    """Read a pasted chat into the console's form; nothing is registered before somebody has looked at it."""
    actor = actor_of(request)
    sent = carry(request, PASTE, lambda values: understood(actor, values["text"]), start={})
    used = request.POST.get("shared", "")[:60]
    if sent.done:
        return console_page(actor, sent.answer, {}, uuid.uuid4().hex, sent.kept, shared=used)
    form = FormPanel(
        id="paste", form=PASTE, url=reverse("hotline_paste"), submit=_("Read it"), values=sent.values,
        errors=sent.errors, kept=sent.kept, in_place=False,
        hidden={"shared": used}, shares=paste_shares(actor) if request.method == "GET" else None,
        intro=_("The next page shows what was read; nothing is registered yet."),
    )  # fmt: skip
    crumbs = [Crumb(_("Take a call"), reverse("hotline_console"))]
    return Page(
        title=_("Paste from a chat group"),
        kind="form",
        crumbs=crumbs,
        panels=[form],
        status=sent.status,
        manifest=reverse("hotline_console_manifest"),
    )


def understood(actor: Actor, text: str) -> dict[str, Any]:
    """Return what a piece of a chat says, by the fields of the console; the address only where a roll knows it."""
    chat = read_chat(text)
    found = grids.locate(chat.detail, scope_of(actor.division))
    address = found.building if found else ""
    _rest, point = points.part(chat.detail)
    if point:
        address = points.beside(address, points.of(point[1], point[0]))
    return {
        "title": chat.title, "detail": chat.detail, "phone": chat.phone, "caller": chat.caller,
        "address": address, "type": "help", "secrecy": "open", "channel": "chat",
    }  # fmt: skip
