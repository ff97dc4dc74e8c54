"""A move's small form, and the move itself; whatever goes wrong, nothing typed or uploaded is lost."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.content.selectors import SHOWN, open_values
from bihuan.kernel.errors import BadInput, Conflict, FieldErrors, NotFound
from bihuan.kernel.flow import actions, registry, selectors
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.forms import fields as forms
from bihuan.kernel.forms.fields import Field, Form
from bihuan.kernel.identity.actors import Actor
from bihuan.logic.mechanism import Move, said
from bihuan.site.discovery import options_of
from bihuan.site.pages.matter import matter_page
from bihuan.ui.cards import href
from bihuan.ui.doors import filled, options_for, read_form
from bihuan.ui.page import Crumb, Page, actor_of, done, page
from bihuan.ui.panels import FormPanel


@page(permit="signed_in")
def matter_move(request: HttpRequest, code: str, name: str) -> Page | HttpResponseBase:
    """Show the form of a move, or carry it out."""
    actor = actor_of(request)
    row = selectors.matter(actor, code)
    if request.method != "POST":
        move = _possible(actor, row, name)
        return _form_page(actor, row, move, _begins(row, move), {}, str(uuid.uuid4()))
    # Asked of the rules, not of what is possible now: a stale page must get its words back, not lose them.
    move = _declared(row, name)
    values, kept = read_form(request, forms.get(move.form), actor, row.id)
    try:
        done_ver = request.POST.get("ver", "")
        actions.move(
            actor,
            row.id,
            name,
            filled(values),
            ver=int(done_ver) if done_ver.isdigit() else None,
            key=request.POST.get("key", "")[:100],
        )
    except FieldErrors as error:
        return _form_page(actor, row, move, values, error.errors, request.POST.get("key", ""), kept, 422)
    except (BadInput, Conflict) as error:
        key = request.POST.get("key", "") if isinstance(error, BadInput) else str(uuid.uuid4())
        return _form_page(actor, row, move, values, {"": error.message}, key, kept, error.status)
    return done(request, _after(actor, row), _("Done: %(move)s.") % {"move": _(move.title)})


def _after(actor: Actor, row: MatterRow) -> str:
    """Return where to go after a move: back to the matter, unless it now lies where the actor sees nothing."""
    try:
        selectors.matter(actor, row.code)
    except NotFound:
        return reverse("home")
    return href(row)


def _begins(row: MatterRow, move: Move) -> dict[str, Any]:
    """Return what a form begins with: revising shows what stands, any other move what its fields begin with."""
    items = {item.name: item for item in forms.get(move.form).fields if item.cls == "open"}
    if move.name != "revise":
        known = {name: row.value(item.begins, "") for name, item in items.items() if item.begins}
        return {name: str(value) for name, value in known.items() if value}
    values: dict[str, Any] = {
        ref.field: value.text
        for ref, value in open_values(row.id, list(items)).items()
        if value.state == SHOWN
    }
    for name, item in items.items():
        if item.is_fact and item.kind not in {"file", "files"} and row.value(name):
            said_ = row.value(name)
            values[name] = [str(one) for one in said_] if isinstance(said_, list) else str(said_)
    return values


def _possible(actor: Actor, row: MatterRow, name: str) -> Move:
    _rules, moves = selectors.moves(actor, row)
    found = next((m for m in moves if m.name == name), None)
    if found is None:
        raise NotFound(_("This move is not possible now. Reload the page to see what is."), where=name)
    return found


def _declared(row: MatterRow, name: str) -> Move:
    found = next((m for m in registry.worded(row.rules).moves if m.name == name and m.sources), None)
    if found is None:
        raise NotFound(_("There is no such move."), where=name)
    return found


def _form_page(
    actor: Actor,
    row: MatterRow,
    move: Move,
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    key: str,
    kept: Mapping[str, list[tuple[str, str]]] | None = None,
    status: int = 200,
) -> Page:
    panel = FormPanel(
        id="moves-form",
        form=forms.get(move.form),
        title=_(move.title),
        submit=_(move.title),
        url=reverse("matter_move", args=[row.code, move.name]),
        values=values,
        errors=errors,
        hidden={"ver": row.ver, "key": key},
        options=lambda item: _options(actor, row, item),
        kept=kept or {},
        cancel=href(row),
    )
    return Page(
        title=f"{_(move.title)}: {row.title}", code=row.code, kind="form", crumbs=[Crumb(row.code, href(row))],
        panels=[panel], status=status,
    )  # fmt: skip


def _options(actor: Actor, row: MatterRow, item: Field) -> list[tuple[str, str]]:
    found = options_of(actor, row, item)
    return options_for(actor)(item) if found is None else found


@page(permit="signed_in")
def matter_reveal(request: HttpRequest, code: str) -> Page | HttpResponseBase:
    """Show personal values in clear after a reason was given; the reading is written down."""
    actor = actor_of(request)
    row = selectors.matter(actor, code)
    form = forms.get("site.reveal")
    values = {"why": request.POST.get("why", "")}
    if request.method == "POST":
        try:
            return matter_page(actor, row, reveal=form.parse(values)["why"])
        except FieldErrors as error:
            return _reveal_form(row, values, error.errors)
    return _reveal_form(row, values, {})


def _reveal_form(row: MatterRow, values: Mapping[str, str], errors: Mapping[str, str]) -> Page:
    panel = FormPanel(
        id="reveal",
        form=forms.get("site.reveal"),
        submit=_("Show personal data"),
        url=reverse("matter_reveal", args=[row.code]),
        values=values,
        errors=errors,
        cancel=href(row),
        in_place=False,
        intro=_("Your reading is written down with the reason you give."),
    )
    return Page(
        title=_("Show personal data"),
        code=row.code,
        kind="form",
        panels=[panel],
        status=422 if errors else 200,
    )


forms.register(
    Form(
        "site.reveal",
        said("Show personal data"),
        (Field("why", said("Why do you need to see it?"), required=True, max_length=200),),
    )
)
