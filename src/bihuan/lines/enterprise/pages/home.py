"""The enterprise's own page: say what is needed, see who has it and by when, confirm, rate, answer timetables."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict, FieldErrors
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.forms import fields as forms
from bihuan.kernel.forms.fields import Form
from bihuan.kernel.identity.actors import Actor
from bihuan.lines.enterprise import actions, selectors
from bihuan.lines.enterprise.forms import RAISE
from bihuan.lines.enterprise.pages.mapping import map_panel
from bihuan.ui import cells
from bihuan.ui.cards import href, pressing
from bihuan.ui.doors import filled, read_form
from bihuan.ui.page import Crumb, Page, actor_of, done, page
from bihuan.ui.panels import Action, FormPanel, Links, Matters, Panel


@page(permit="enterprise.home")
def home(request: HttpRequest) -> Page:
    """Show what waits for the enterprise, what it asked for, and who has it by when."""
    actor = actor_of(request)
    before = request.GET.get("before", "")
    rows, more = selectors.own(actor, before=int(before) if before.isdigit() else 0)
    panels: list[Panel] = [*_to_rate(actor), *_timetables(actor)]
    panels.append(
        Matters(
            id="needs",
            title=_("What we asked for"),
            cards=pressing(rows),
            empty=_("Nothing was asked for yet. Say what you need; it goes to the centre at once."),
            more=Action(title=_("Earlier ones"), href=f"?before={more}") if more else None,
        )
    )
    panels.append(map_panel(selectors.work_map(actor), _("Nothing is being handled for you at present.")))
    start = Action(title=_("Say what you need"), href=reverse("enterprise_raise"), icon="plus", primary=True)
    return Page(title=_("What we need"), panels=panels, actions=[start])


def _to_rate(actor: Actor) -> list[Panel]:
    """Return the one form a closed need asks for, open at once: one tap answers."""
    found: list[Panel] = []
    waiting = selectors.of_kind(actor, "callbacks.contact")
    about = flow.by_ids([row.parent for row in waiting])
    for row in waiting:
        move = next((one for one in flow.moves(actor, row)[1] if one.primary), None)
        if move is not None:
            title = about[row.parent].title if row.parent in about else row.title
            found.append(
                FormPanel(
                    id=f"contact-{row.id}",
                    form=forms.get(move.form),
                    title=_("Was it solved for you: %(what)s") % {"what": title},
                    url=reverse("matter_move", args=[row.code, move.name]),
                    hidden={"ver": row.ver, "key": uuid.uuid4().hex},
                    in_place=False,
                )
            )
    return found


def _timetables(actor: Actor) -> list[Panel]:
    rows = [row for row in selectors.of_kind(actor, "projects.timetable") if _asks(actor, row)]
    if not rows:
        return []
    items = [
        (
            row.title,
            reverse("matter_move", args=[row.code, "opinion"]),
            cells.Tag(_("Give an opinion"), "info"),
        )
        for row in rows
    ]
    return [Links(id="timetables", title=_("Timetables that ask for your opinion"), items=items)]


def _asks(actor: Actor, row: MatterRow) -> bool:
    return any(move.name == "opinion" for move in flow.moves(actor, row)[1])


@page(permit="enterprise.home")
def raise_need(request: HttpRequest) -> Page | HttpResponseBase:
    """Say what is needed; what may be the same need is shown before a second matter is opened."""
    actor = actor_of(request)
    found = selectors.projects_of(actor, actor.party)
    form = (
        RAISE
        if found
        else Form(RAISE.name, RAISE.title, tuple(f for f in RAISE.fields if f.name != "project"))
    )
    options = [(str(key), name) for key, name in found]
    if request.method != "POST":
        return _form_page(form, options, {}, {}, [], uuid.uuid4().hex)
    values, _kept = read_form(request, form, actor, 0)
    key = request.POST.get("key", "")[:60]
    try:
        same = request.POST.get("same", "")
        if same.isdigit() and int(same):
            receipt = actions.attach(actor, int(same), {**filled(values), "channel": "page"}, key)
            return done(
                request, _matter(receipt.code), _("Added to %s, which is the same need.") % receipt.code
            )
        alike = selectors.similar(actor, actor.party, str(values.get("title", "")))
        if alike and same != "0":
            return _form_page(form, options, values, {}, alike, key)
        receipt = actions.raise_need(actor, filled(values), key)
    except FieldErrors as error:
        return _form_page(form, options, values, error.errors, [], key)
    except (BadInput, Conflict) as error:
        return _form_page(form, options, values, {"": error.message}, [], key)
    return done(
        request,
        _matter(receipt.code),
        _("Received as %s. You see here who has it and by when.") % receipt.code,
    )


def _matter(code: str) -> str:
    return reverse("matter", args=[code])


def _form_page(
    form: Form,
    options: list[tuple[str, str]],
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    alike: list[MatterRow],
    key: str,
) -> Page:
    panel = raise_panel(form, reverse("enterprise_raise"), options, values, errors, alike, key)
    return Page(
        title=_("Say what you need"),
        kind="form",
        crumbs=[Crumb(_("What we need"), reverse("enterprise_home"))],
        panels=[*alike_panels(alike), panel],
        status=422 if errors else 200,
    )


def alike_panels(alike: list[MatterRow]) -> list[Panel]:
    """Return what may be the same need already, to be looked at first."""
    if not alike:
        return []
    items = [(row.title, href(row), row.code) for row in alike]
    return [Links(id="alike", title=_("This may be the same need already"), items=items)]


def raise_panel(
    form: Form,
    url: str,
    options: list[tuple[str, str]],
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    alike: list[MatterRow],
    key: str,
) -> FormPanel:
    """Return the form; when something is alike it asks whether this is that, or something new."""
    asked = form
    if alike:
        choices = (
            *((str(row.id), f"{row.code} {row.title}") for row in alike),
            ("0", _("No, it is something new")),
        )
        same = forms.Field("same", _("Is it one of these?"), "choice", required=True, choices=choices)
        asked = Form(form.name, form.title, (same, *form.fields))
    return FormPanel(
        id="raise",
        form=asked,
        url=url,
        submit=_("Send"),
        values=values,
        errors=errors,
        hidden={"key": key},
        options=lambda item: options if item.name in {"project", "party"} else [],
        in_place=False,
    )
