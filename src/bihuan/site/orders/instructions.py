"""The register of leaders' instructions: each shown to its readers only, turned into an order in one step."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict, FieldErrors, NotFound
from bihuan.kernel.files.selectors import open_file, stored
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.forms import fields as forms
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import today
from bihuan.kernel.orders import instructions as register
from bihuan.kernel.orders.instructions import InstructionRow
from bihuan.kernel.orders.words import INSTRUCTION_KINDS, SIGNERS
from bihuan.site.orders.permits import DRAFTS, READS
from bihuan.site.orders.words import chosen
from bihuan.ui import cells
from bihuan.ui.cards import href
from bihuan.ui.doors import filled, options_for, read_form
from bihuan.ui.page import Crumb, Page, actor_of, done, may, page
from bihuan.ui.panels import Action, Alert, Column, Empty, Facts, FormPanel, Pager, Panel, Prose, Table

FORM = "orders.instruction"


@page(permit=READS)
def instructions(request: HttpRequest) -> Page:
    """Show the instructions one may read."""
    actor = actor_of(request)
    given = request.GET.get("before", "")
    before = int(given) if given.isdecimal() and len(given) < 19 else 0
    rows, more = register.mine(actor, before=before)
    table = Table(
        id="instructions",
        title=_("Instructions"),
        rows=rows,
        row_key=lambda row: row.id,
        row_href=_address,
        columns=[
            Column(_("Code"), "code", link=_address),
            Column(_("On what"), "title", head=True, link=_address),
            Column(_("Kind"), lambda row: chosen(INSTRUCTION_KINDS, row.kind)),
            Column(_("Whose instruction"), "leader"),
            Column(_("Day of the instruction"), "given_on"),
            Column(_("Order"), lambda row: _("drafted") if row.order_matter else ""),
        ],
        pager=Pager(next=f"?before={more}" if more else ""),
        empty=Empty(
            text=_("Here stand the instructions you were named a reader of. Nobody else sees them."),
            icon="lock",
        ),
    )
    new = Action(title=_("Enter an instruction"), href=reverse("instruction_new"), icon="plus", primary=True)
    return Page(
        title=_("Instructions"), kind="list", panels=[table], actions=[new] if may(DRAFTS, actor) else []
    )


def _address(row: InstructionRow) -> str:
    return reverse("instruction", args=[row.id])


@page(permit=DRAFTS)
def new(request: HttpRequest) -> Page | HttpResponseBase:
    """Enter an instruction with its scan and its readers."""
    actor = actor_of(request)
    if request.method != "POST":
        # A leader who writes one down on the phone need not look for their own name.
        own = {"leader": str(actor.post)} if actor.role in SIGNERS else {}
        return _form(actor, {**own, "given_on": today().isoformat()}, {}, uuid.uuid4().hex)
    values, kept = read_form(request, forms.get(FORM), actor, 0)
    key = request.POST.get("key", "")[:80]
    try:
        row = register.enter(actor, filled(values), key)
    except FieldErrors as error:
        return _form(actor, values, error.errors, key, kept, 422)
    except BadInput as error:
        return _form(actor, values, {error.where or "": error.message}, key, kept, 422)
    return done(request, _address(row), _("Entered as %s.") % row.code)


def _form(
    actor: Actor,
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    key: str,
    kept: Mapping[str, list[tuple[str, str]]] | None = None,
    status: int = 200,
) -> Page:
    panel = FormPanel(
        id="enter",
        form=forms.get(FORM),
        url=reverse("instruction_new"),
        values=values,
        errors=errors,
        hidden={"key": key},
        options=options_for(actor),
        kept=kept or {},
        cancel=reverse("instructions"),
        in_place=False,
        intro=_("Only you, the leader and the readers you name will know of it. No state or work secrets."),
    )
    crumbs = [Crumb(_("Instructions"), reverse("instructions"))]
    return Page(title=_("Enter an instruction"), kind="form", crumbs=crumbs, panels=[panel], status=status)


@page(permit=READS)
def instruction(request: HttpRequest, instruction: int) -> Page:
    """Show one instruction to one of its readers."""
    actor = actor_of(request)
    row = register.read(actor, instruction)
    items: list[tuple[str, Any]] = [
        (_("Kind"), chosen(INSTRUCTION_KINDS, row.kind)),
        (_("Whose instruction"), row.leader),
        (_("Day of the instruction"), row.given_on),
        (_("Entered"), row.entered_at),
    ]
    if row.scan:
        scan_address = reverse("instruction_scan", args=[row.id])
        items.append((_("Scan of the instruction"), cells.To(_("Open the scan"), scan_address)))
    panels: list[Panel] = [
        Prose(id="text", title=_("Wording of the instruction"), paragraphs=row.text.splitlines()),
        Facts(id="facts", title=_("About"), items=items),
    ]
    readers = Facts(
        id="readers",
        title=_("Who may read it"),
        columns=1,
        items=[(str(n), who) for n, (_post, who) in enumerate(register.readers_of(actor, row.id), 1)],
    )
    return Page(
        title=row.title,
        code=row.code,
        crumbs=[Crumb(_("Instructions"), reverse("instructions"))],
        panels=panels,
        side=[readers],
        actions=_ways(actor, row),
    )


def _ways(actor: Actor, row: InstructionRow) -> list[Action]:
    found: list[Action] = []
    if row.order_matter:
        order = flow.by_ids([row.order_matter]).get(row.order_matter)
        found += [Action(title=_("To the order"), href=href(order), icon="send")] if order else []
    elif row.kind == "act" and may(DRAFTS, actor):
        address = reverse("instruction_order", args=[row.id])
        found.append(Action(title=_("Draft an order"), href=address, icon="send", primary=True))
    if register.may_let_read(actor, row):
        address = reverse("instruction_readers", args=[row.id])
        found.append(Action(title=_("Let others read it"), href=address, icon="people"))
    return found


@page(permit=READS)
def scan(request: HttpRequest, instruction: int) -> HttpResponseBase:
    """Send the scan to a reader."""
    actor = actor_of(request)
    row = register.read(actor, instruction)
    if not row.scan:
        raise NotFound(_("There is no such file."), where=str(instruction))
    file = stored(row.scan)
    answer = HttpResponse(open_file(file.id, actor), content_type=file.mime)
    shown = file.mime in {"image/jpeg", "image/png", "image/webp", "application/pdf"}
    if header := content_disposition_header(not shown, file.name):
        answer["Content-Disposition"] = header
    answer["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    return answer


@page(permit=DRAFTS)
def order(request: HttpRequest, instruction: int) -> Page | HttpResponseBase:
    """Draft the order that carries an instruction out: one form, filled from it."""
    actor = actor_of(request)
    row = register.read(actor, instruction)
    if request.method != "POST":
        begin = {
            "title": row.title[:200],
            "source": "instruction",
            "basis": _basis(row),
            "signer": str(row.leader_post),
        }
        return _order_form(actor, row, begin, {}, uuid.uuid4().hex)
    values, kept = read_form(request, forms.get("orders.draft"), actor, 0)
    key = request.POST.get("key", "")[:80]
    try:
        made = register.order(actor, row.id, filled(values), key)
    except FieldErrors as error:
        return _order_form(actor, row, values, error.errors, key, kept, 422)
    except (BadInput, Conflict) as error:
        return _order_form(actor, row, values, {"": error.message}, key, kept, error.status)
    return done(request, reverse("matter", args=[made.code]), _("Drafted as %s.") % made.code)


def _basis(row: InstructionRow) -> str:
    return f"{row.leader}{row.given_on.year}年{row.given_on.month}月{row.given_on.day}日批示"


def _order_form(
    actor: Actor,
    row: InstructionRow,
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    key: str,
    kept: Mapping[str, list[tuple[str, str]]] | None = None,
    status: int = 200,
) -> Page:
    text = _(
        "The order is seen by many. Write what is to be done; the instruction itself stays with its readers."
    )
    panel = FormPanel(
        id="draft",
        form=forms.get("orders.draft"),
        url=reverse("instruction_order", args=[row.id]),
        submit=_("Draft and put up"),
        values=values,
        errors=errors,
        hidden={"key": key},
        options=options_for(actor),
        kept=kept or {},
        cancel=_address(row),
        in_place=False,
    )
    return Page(
        title=_("Draft an order"),
        kind="form",
        crumbs=[Crumb(row.code, _address(row))],
        panels=[Alert(id="few", text=text, tone="warn"), panel],
        status=status,
    )
