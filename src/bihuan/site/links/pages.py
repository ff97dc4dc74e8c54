"""One matter by link or code, without a session: what it is, who has it, by when, the answer, and what one may do."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.callbacks.selectors import contacts_about
from bihuan.kernel.errors import BadInput, Conflict, FieldErrors, NotFound, Refused
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import registry, selectors
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.forms import fields as forms
from bihuan.kernel.identity import actions as identity
from bihuan.kernel.identity.actors import Actor, Kind
from bihuan.kernel.identity.failures import BadLink, TooManyTries
from bihuan.kernel.identity.middleware import client_address
from bihuan.kernel.identity.selectors.links import LinkRow, link_actor, plain, spoken
from bihuan.kernel.store.reading import reading
from bihuan.logic.mechanism import Move
from bihuan.site.discovery import panels_by_link
from bihuan.site.links import panels
from bihuan.site.links.forms import ENTER
from bihuan.ui.doors import filled, options_for, read_form
from bihuan.ui.page import Page, actor_of, done, page
from bihuan.ui.panels import Alert, FormPanel, Panel


@page(permit="anyone")
def enter(request: HttpRequest) -> Page | HttpResponseBase:
    """Ask for the code; the page it opens says whether it was right."""
    code = request.POST.get("code", "").strip()
    if request.method != "POST":
        return _ask({}, {})
    if not plain(code):
        wrong = _("This code was mistyped. It has sixteen digits: compare it again.")
        return _ask({"code": code}, {"code": wrong}, 422)
    return done(request, reverse("link", args=[plain(code)]))


def _ask(values: Mapping[str, str], errors: Mapping[str, str], status: int = 200) -> Page:
    form = FormPanel(
        id="enter",
        form=ENTER,
        url=reverse("link_enter"),
        submit=_("Look it up"),
        values=values,
        errors=errors,
        in_place=False,
        intro=_("You need no account: the code opens the one matter it was given for."),
    )
    return Page(title=_("Look up a matter"), kind="open", found=True, panels=[form], status=status)


@page(permit="anyone", writes_on_get=True)
def link_page(request: HttpRequest, link_code: str) -> Page | HttpResponseBase:
    """Show the one matter of a link. That it was opened is written down, hence the writing GET."""
    try:
        link, actor = identity.enter_by_link(link_code, client_address(request))
    except (BadLink, TooManyTries) as refusal:
        return _ask({"code": link_code}, {"code": refusal.message}, refusal.status)
    with reading():
        return _matter_page(request, plain(link_code), link, selectors.matter(actor, link.matter), actor)


def _matter_page(request: HttpRequest, code: str, link: LinkRow, row: MatterRow, actor: Actor) -> Page:
    _rules, possible = selectors.moves(actor, row)
    told: list[Panel] = panels.told(row)
    if is_staff(request):
        text = _(
            "You are signed in as staff. Whoever it is for acts on a device of their own; you only see the page."
        )
        told.insert(0, Alert(id="staff", tone="warn", text=text))
    else:
        # First the answer, then whether it solved anything; what nobody waits for stands last.
        first = 1 if told[0].id == "answer" else 0
        told[first:first] = [form for one in contacts_about(row.id) if (form := _contact(code, link, one))]
        if possible:
            waited = any(move.primary for move in possible)
            told.insert(0 if waited else len(told), panels.moves(code, row, possible))
        more = panels_by_link(actor, row, code)
        warns = [one for one in more if isinstance(one, Alert) and one.tone == "warn"]
        told = [*warns, *told, *(one for one in more if one not in warns)]
    return Page(
        title=row.title or _("(erased)"),
        code=row.code,
        lead=_("Code %(code)s") % {"code": spoken(code)},
        kind="open",
        panels=told,
    )


def _contact(code: str, link: LinkRow, contact: MatterRow) -> FormPanel | None:
    """Return the one form that confirms and rates, open at once, if the contact waits for it."""
    actor = link_actor(link, contact.id)
    move = next((one for one in selectors.moves(actor, contact)[1] if one.primary), None)
    if move is None:
        return None
    return FormPanel(
        id=f"contact-{contact.id}",
        form=forms.get(move.form),
        title=_("Was it solved for you?"),
        url=reverse("link_move", args=[code, contact.id, move.name]),
        hidden={"key": uuid.uuid4().hex},
        in_place=False,
    )


def is_staff(request: HttpRequest) -> bool:
    """Whether the browser is signed in as an office's post: nobody answers for others on the office's device."""
    return actor_of(request).kind in {Kind.POST, Kind.TOKEN}


@page(permit="anyone", writes_on_get=True)
def link_move(
    request: HttpRequest, link_code: str, link_matter: int, link_move: str
) -> Page | HttpResponseBase:
    """Show the form of a move a link may make, or carry it out."""
    link, actor = identity.enter_by_link(link_code, client_address(request))
    if is_staff(request):
        raise Refused(_("You are signed in as staff; whoever the link was given to acts themselves."))
    actor = link_actor(link, _covered(link, link_matter))
    code = plain(link_code)
    row = selectors.matter(actor, link_matter)
    move = _declared(actor, row, link_move)
    if request.method != "POST":
        with reading():
            return _form(code, row, move, {}, {}, uuid.uuid4().hex)
    return _carry_out(request, code, link, actor, row, move)


def _covered(link: LinkRow, matter: int) -> int:
    """Return the matter if the link opens it: its own, and the contacts about it; NotFound for every other."""
    if matter == link.matter or matter in {contact.id for contact in contacts_about(link.matter)}:
        return matter
    raise NotFound(_("There is no such matter, or you may not see it."))


def _declared(actor: Actor, row: MatterRow, name: str) -> Move:
    """Return a move that some link may make; whether this one may now, flow asks."""
    rules = registry.worded(row.rules)
    for move in rules.moves:
        if move.name == name and move.sources and any(grant.kind == "link" for grant in move.who):
            return move
    raise NotFound(_("There is no such move."), where=name)


def _carry_out(
    request: HttpRequest, code: str, link: LinkRow, actor: Actor, row: MatterRow, move: Move
) -> Page | HttpResponseBase:
    key = request.POST.get("key", "")[:100]
    values, kept = read_form(request, forms.get(move.form), actor, row.id)
    try:
        flow.move(actor, row.id, move.name, filled(values), key=key)
    except FieldErrors as error:
        return _form(code, row, move, values, error.errors, key, kept, 422)
    except BadInput as error:
        return _form(code, row, move, values, {"": error.message}, key, kept, error.status)
    except Conflict as error:
        return _form(code, row, move, values, {"": error.message}, uuid.uuid4().hex, kept, error.status)
    identity.note_link(link.id, "moved", address=client_address(request))
    return done(
        request, reverse("link", args=[code]), _("Thank you. Received: %(move)s.") % {"move": _(move.title)}
    )


def _form(
    code: str,
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
        url=reverse("link_move", args=[code, row.id, move.name]),
        values=values,
        errors=errors,
        hidden={"key": key},
        options=options_for(Actor(Kind.LINK)),
        kept=kept or {},
        cancel=reverse("link", args=[code]),
    )
    return Page(title=row.title or _("(erased)"), code=row.code, kind="open", panels=[panel], status=status)
