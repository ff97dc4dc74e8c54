"""Sign: one order in two taps, several after a preview of what can and what can't be signed."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict, FieldErrors
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.forms import fields as forms
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.orders import actions
from bihuan.kernel.orders.actions import Verdict
from bihuan.kernel.orders.texts import texts_of
from bihuan.kernel.orders.words import SIGNING
from bihuan.site.orders import words
from bihuan.site.orders.permits import SEES, SIGNS
from bihuan.ui.cards import href
from bihuan.ui.doors import filled, read_form
from bihuan.ui.page import Crumb, Page, actor_of, done, page
from bihuan.ui.panels import Action, Alert, Column, Facts, FormPanel, Panel, Prose, Table

_MANY = 100


@page(permit=SIGNS)
def sign(request: HttpRequest, code: str) -> Page | HttpResponseBase:
    """Show an order as it is to be signed; the button beneath it signs."""
    actor = actor_of(request)
    row = words.order_of(actor, code)
    if request.method != "POST":
        return _sign_page(row, {}, {}, uuid.uuid4().hex)
    form = forms.get(_form(row))
    values, _kept = read_form(request, form, actor, row.id)
    key, ver = request.POST.get("key", "")[:100], request.POST.get("ver", "")
    try:
        actions.sign(actor, row.id, filled(values), ver=int(ver) if ver.isdigit() else None, key=key)
    except FieldErrors as error:
        return _sign_page(row, values, error.errors, key, 422)
    except (BadInput, Conflict) as error:
        fresh = words.order_of(actor, code)
        return _sign_page(fresh, values, {"": error.message}, uuid.uuid4().hex, error.status)
    return done(request, reverse("home"), _("Signed: %(title)s") % {"title": row.title})


def _sign_page(
    row: MatterRow, values: Mapping[str, Any], errors: Mapping[str, str], key: str, status: int = 200
) -> Page:
    body: list[Panel] = [
        Facts(id="facts", title=_("To be signed"), items=words.facts(row)),
        Prose(
            id="demand",
            title=_("What is to be done"),
            paragraphs=texts_of(row.id).demand.splitlines(),
        ),
    ]
    if row.stage in SIGNING:
        over = SIGNING[row.stage] == "sign_over"
        handed = (
            [Facts(id="handed", title=_("What is handed over"), items=words.handed_over(row))] if over else []
        )
        title = _("Sign the hand-over") if over else ""
        body = [*handed, *body, _sign_panel(row, title, values, errors, key)]
    else:
        body.insert(0, Alert(id="done", text=_("This order no longer waits for a signature: %(stage)s.") % {
            "stage": words.stage(row)}, tone="warn"))  # fmt: skip
    return Page(
        title=row.title,
        code=row.code,
        kind="form",
        crumbs=[Crumb(_("My desk"), reverse("home"))],
        panels=body,
        actions=_ways(row),
        status=status,
    )


def _sign_panel(
    row: MatterRow, title: str, values: Mapping[str, Any], errors: Mapping[str, str], key: str
) -> FormPanel:
    return FormPanel(
        id="sign",
        form=forms.get(_form(row)),
        title=title,
        url=reverse("order_sign", args=[row.code]),
        submit=title or _("Sign"),
        values=values,
        errors=errors,
        hidden={"ver": row.ver, "key": key},
        cancel=reverse("home"),
        in_place=False,
        intro=_("Your login and what you see here are bound to the signature."),
    )


def _form(row: MatterRow) -> str:
    """Return what signing asks for: a hand-over leaves the day of the answer as it is."""
    return "orders.note_optional" if SIGNING.get(row.stage) == "sign_over" else "orders.sign"


def _ways(row: MatterRow) -> list[Action]:
    found = [Action(title=_("The whole matter"), href=href(row), icon="list")]
    if paper := words.draft_of(row):
        found.append(Action(title="PDF", href=reverse("paper_pdf", args=[paper.id]), icon="download"))
    if row.stage == "signing":
        back = reverse("matter_move", args=[row.code, "send_back"])
        found.append(Action(title=_("Send back to be revised"), href=back, icon="back"))
    return found


@page(permit=SEES)
def bulk(request: HttpRequest) -> Page | HttpResponseBase:
    """Show what of the ticked orders can be signed and why the rest can't; sign the first after a second look."""
    actor = actor_of(request)
    ticked = [*request.POST.getlist("ids"), *request.POST.get("rows", "").split(",")]
    ids = [int(one) for one in ticked if one.isdigit() and len(one) < 19][:_MANY]
    if request.method != "POST" or not ids:
        return done(request, reverse("orders"), _("Tick the orders first."))
    if request.POST.get("sign") == "1":
        made = actions.sign_many(actor, ids, request.POST.get("key", "")[:80])
        signed = sum(verdict.why == "" for verdict in made)
        if signed == len(made):
            return done(request, reverse("orders"), _("%(n)s orders signed.") % {"n": signed})
        return _preview(actor, made, _("%(n)s orders signed.") % {"n": signed}, again=False)
    return _preview(actor, actions.signable(actor, ids), "", again=True)


def _preview(actor: Actor, verdicts: Sequence[Verdict], said: str, *, again: bool) -> Page:
    good = [verdict for verdict in verdicts if not verdict.why]
    panels: list[Panel] = [Alert(id="said", text=said, tone="good")] if said else []
    panels.append(
        Table(
            id="verdicts",
            title=_("What will be signed"),
            rows=verdicts,
            columns=[
                Column(
                    _("Matter in one sentence"),
                    lambda one: one.row.title,
                    head=True,
                    link=lambda one: href(one.row),
                ),
                Column(_("Lead unit"), "unit"),
                Column(_("Can it be signed?"), lambda one: one.why or _("yes")),
            ],
        )
    )
    if again and good:
        panels.append(
            FormPanel(
                id="sign",
                form=forms.EMPTY,
                title=_("Sign these"),
                url=reverse("orders_bulk_sign"),
                submit=_("Sign %(n)s orders") % {"n": len(good)},
                hidden={
                    "sign": "1",
                    "key": uuid.uuid4().hex,
                    "rows": ",".join(str(verdict.row.id) for verdict in good),
                },
                cancel=reverse("orders"),
                in_place=False,
            )
        )
    return Page(title=_("Sign several orders"), crumbs=[Crumb(_("Orders"), reverse("orders"))], panels=panels)
