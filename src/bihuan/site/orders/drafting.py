"""Draft an order in one page: sensible beginnings from the matter it comes from, then it waits for its signature."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.content.selectors import open_values
from bihuan.kernel.errors import BadInput, FieldErrors
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.forms import fields as forms
from bihuan.kernel.identity.actors import Actor, Scope
from bihuan.kernel.identity.selectors.divisions import scope_of
from bihuan.kernel.orders import actions
from bihuan.kernel.orders.signing import place_of, signers, the_signer
from bihuan.site.orders.permits import DRAFTS
from bihuan.ui.cards import href
from bihuan.ui.doors import filled, options_for, read_form
from bihuan.ui.page import Crumb, Page, actor_of, done, page
from bihuan.ui.panels import Alert, FormPanel

FORM = "orders.draft"
#: Which source a matter of a kind is; whatever else an order comes from is told by the drafter.
_SOURCE_OF = {"projects.problem": "problem", "meetings.item": "meeting"}


@page(permit=DRAFTS)
def order_new(request: HttpRequest) -> Page | HttpResponseBase:
    """Show the form, filled from the matter it comes from; draft the order and put it up."""
    actor = actor_of(request)
    origin = origin_of(actor, request.POST.get("from", "") or request.GET.get("from", ""))
    if request.method != "POST":
        return form_page(actor, origin, beginnings(actor, origin), {}, uuid.uuid4().hex)
    values, kept = read_form(request, forms.get(FORM), actor, 0)
    key = request.POST.get("key", "")[:80]
    try:
        made = actions.draft(
            actor,
            filled(values),
            parent=origin.id if origin else 0,
            subject=origin.subject if origin else 0,
            scope=place(actor, origin),
            key=key,
        )
    except FieldErrors as error:
        return form_page(actor, origin, values, error.errors, key, kept=kept, status=422)
    except BadInput as error:
        return form_page(actor, origin, values, {"": error.message}, key, kept=kept, status=422)
    said = _("Put up for signing as %s.") if made.stage == "signing" else _("Drafted as %s.")
    return done(request, reverse("matter", args=[made.code]), said % made.code)


def origin_of(actor: Actor, code: str) -> MatterRow | None:
    """Return the matter an order comes from, if one is named and the actor sees it."""
    return flow.matter(actor, code) if code else None


def place(actor: Actor, origin: MatterRow | None) -> Scope:
    """Return where the order lies: with what it comes from, else in the drafter's place."""
    return place_of(origin) if origin else scope_of(actor.division)


def beginnings(actor: Actor, origin: MatterRow | None) -> dict[str, Any]:
    """Return what the form begins with."""
    values: dict[str, Any] = {}
    where = place(actor, origin)
    if origin is not None:
        values["title"] = origin.title[:200]
        values["source"] = _SOURCE_OF.get(origin.kind, "other")
        values["unit"] = str(origin.lead_unit or origin.value("proposed") or "")
        values["supports"] = [str(unit) for unit in origin.supports]
        said = {
            ref.field: value.text
            for ref, value in open_values(origin.id, ["detail"]).items()
            if value.cls == "open"
        }
        values["demand"] = said.get("detail", "")
        values["basis"] = origin.code
    signer = the_signer(where, origin.lead_unit if origin else 0, origin.subject if origin else 0)
    if signer:
        values["signer"] = str(signer)
    return values


def form_page(
    actor: Actor,
    origin: MatterRow | None,
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    key: str,
    *,
    kept: Mapping[str, list[tuple[str, str]]] | None = None,
    status: int = 200,
) -> Page:
    """Return the page with the form."""
    panel = FormPanel(
        id="draft",
        form=forms.get(FORM),
        url=reverse("order_new"),
        submit=_("Draft and put up"),
        values=values,
        errors=errors,
        hidden={"key": key, "from": origin.code if origin else ""},
        options=options_for(actor),
        kept=kept or {},
        cancel=href(origin) if origin else reverse("orders"),
        in_place=False,
        intro=_("It goes to the signer at once; the unit sees nothing of it before it is signed."),
    )
    able = signers(place(actor, origin))
    warning = (
        []
        if able
        else [Alert(id="nobody", tone="warn", text=_("Nobody can sign here yet: appoint a leader first."))]
    )
    crumbs = [Crumb(origin.code, href(origin))] if origin else [Crumb(_("Orders"), reverse("orders"))]
    return Page(
        title=_("Draft an order"), kind="form", crumbs=crumbs, panels=[*warning, panel], status=status
    )
