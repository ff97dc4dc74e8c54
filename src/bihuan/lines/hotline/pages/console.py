"""The console: a call is typed while it is spoken; who called before and what is known already stand beside it."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict, FieldErrors
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.forms.fields import Field
from bihuan.kernel.forms.fields import get as form_named
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors import names_of, scope_of, spoken
from bihuan.lines.hotline import actions, selectors
from bihuan.lines.hotline.callers import selectors as callers
from bihuan.lines.hotline.duties import selectors as duties
from bihuan.lines.hotline.forms import CONSOLE
from bihuan.lines.hotline.grids import selectors as grids
from bihuan.lines.hotline.pages import words
from bihuan.lines.hotline.pages.sharing import desk_shares
from bihuan.lines.hotline.suggesting.selectors import Suggestion, suggest
from bihuan.lines.hotline.telephony import actions as telephony
from bihuan.lines.hotline.telephony.pages import waiting
from bihuan.ui import cells
from bihuan.ui.cards import href
from bihuan.ui.doors import filled, read_form
from bihuan.ui.page import Crumb, Page, actor_of, page
from bihuan.ui.panels import Action, Alert, Facts, FormPanel, Group, Links, Panel

#: So much of a ruling's reason is read while somebody speaks.
_REASON = 90
_START = {"type": "help", "secrecy": "open", "channel": "phone"}


@page(permit="hotline.take")
def console(request: HttpRequest) -> Page | HttpResponseBase:
    """Take a call in; the answer shows the caller's code and the dispatch that is proposed."""
    actor = actor_of(request)
    if request.method != "POST":
        return console_page(actor, _START, {}, uuid.uuid4().hex)
    faults: dict[str, str] = {}
    values, kept = read_form(request, CONSOLE, actor, 0, faults)
    key = request.POST.get("key", "")[:60]
    call, shared = words.number(request.POST.get("call", "")), request.POST.get("shared", "")[:60]
    if faults:
        return console_page(actor, values, faults, key, kept, call, shared)
    try:
        receipt = actions.take(actor, filled(values), key)
    except FieldErrors as error:
        return console_page(actor, values, error.errors, key, kept, call, shared)
    except (BadInput, Conflict) as error:
        return console_page(actor, values, {"": error.message}, key, kept, call, shared)
    if call:
        telephony.link(actor, call, receipt.matter)
    return taken(request, actor, flow.matter(actor, receipt.code), shared)


@page(permit="hotline.take")
def call(request: HttpRequest, hotline_call: int) -> Page | HttpResponseBase:
    """Take a call that waits at one's extension: its number stands in the form; the reading is written down."""
    actor = actor_of(request)
    if request.method != "POST":
        return HttpResponseRedirect(reverse("hotline_console"))
    start = {**_START, "phone": telephony.pick_up(actor, hotline_call)}
    return console_page(actor, start, {}, uuid.uuid4().hex, call=hotline_call)


@page(permit="hotline.take")
def hints(request: HttpRequest) -> Page:
    """Say what is known of what is being typed: caller, twins, classes, answers, refusals. Writes nothing."""
    actor = actor_of(request)
    typed = {name: request.POST.get(name, "")[:2000] for name in ("phone", "title", "detail", "address")}
    return Page(title=_("Take a call"), panels=[_hints(actor, typed)])


def console_page(
    actor: Actor, values: Mapping[str, Any], errors: Mapping[str, str], key: str,
    kept: Mapping[str, Sequence[tuple[str, str]]] | None = None, call: int = 0, shared: str = "",
) -> Page:  # fmt: skip
    """Return the console with what stands in its form and what is known of it.

    ``kept`` are files handed in already, ``call`` is the call that was taken (0: none), ``shared`` names what
    another program shared with this device and stands in the form: it is forgotten there once an order is opened.
    """
    form = FormPanel(
        id="console",
        form=CONSOLE,
        url=reverse("hotline_console"),
        submit=_("Register"),
        values=values,
        errors=errors,
        hidden={"key": key, **({"call": call} if call else {}), **({"shared": shared} if shared else {})},
        kept=kept or {},
        options=lambda item: _options(actor, item),
        in_place=False,
        watch=reverse("hotline_hints"),
        watched="hints",
        shares=desk_shares(actor),
    )
    return Page(
        title=_("Take a call"),
        kind="list",
        crumbs=[Crumb(_("Hotline orders"), reverse("hotline"))],
        actions=[
            Action(title=_("Paste from a chat group"), href=reverse("hotline_paste"), icon="comment"),
            Action(title=_("Calls"), href=reverse("hotline_call_list"), icon="phone"),
        ],
        panels=[form],
        side=[
            waiting(actor),
            _hints(
                actor, {name: str(values.get(name, "")) for name in ("phone", "title", "detail", "address")}
            ),
        ],
        status=422 if errors else 200,
        manifest=reverse("hotline_console_manifest"),
    )


def _options(actor: Actor, item: Field) -> list[tuple[str, str]]:
    if item.name == "about":
        return [(str(one.id), one.name) for one in duties.duties(scope_of(actor.division))]
    return words.unit_options(actor.division)


def _hints(actor: Actor, typed: Mapping[str, str]) -> Group:
    """Return what is known of what was typed so far; empty parts are left out."""
    text = f"{typed['title']} {typed['detail']}".strip()
    own = scope_of(actor.division)
    located = grids.locate(typed["address"], own) if typed["address"].strip() else None
    place = scope_of(located.place) if located and located.place else own
    found: list[Panel] = [
        *_refused(place, text),
        *_rows("history", _("This caller before"), callers.before(actor, typed["phone"].strip())),
        *_rows(
            "twins", _("Perhaps the same event"), [one.row for one in selectors.twins(actor, typed["title"])]
        ),
        *_located(located),
        *_classes(suggest(text, place)),
        *_answers(place, text),
    ]
    empty = Alert(
        id="waiting", text=_("While you type, this shows who called before, twins, classes and answers.")
    )
    return Group(id="hints", body=found or [empty])


def _refused(place: Any, text: str) -> list[Panel]:
    return [
        Alert(id=f"refused-{one.id}", tone="warn", text=f"{one.name}：{one.goes_to}", details=[one.source])
        for one in duties.refused(place, text)
    ]  # fmt: skip


def _rows(name: str, title: str, rows: Sequence[MatterRow]) -> list[Panel]:
    items = [(row.title, href(row), row.code) for row in rows]
    return [Links(id=name, title=title, items=items)] if items else []


def _located(found: grids.Found | None) -> list[Panel]:
    if found is None:
        return []
    where: Any = found.grid or _("in no grid yet")
    if found.by_boundary:
        where = cells.Stack((where, cells.Quiet(_("by its boundary"))))
    return [Facts(id="located", columns=1, items=[(found.building or _("Place on the map"), where)])]


def _classes(found: Sequence[Suggestion]) -> list[Panel]:
    if not found:
        return []
    names = names_of([one.unit for one in found])
    items = [(one.name, cells.Stack((names.get(one.unit, ""), cells.Quiet(why(one))))) for one in found]
    return [Facts(id="classes", title=_("Proposed class and unit"), columns=1, items=items)]


def why(one: Suggestion) -> str:
    """Return why a class is proposed, and how surely when that was measured."""
    said = "、".join(one.reasons)
    parts = [_("because of: %(words)s") % {"words": said} if said else ""]
    parts.append(_by_ruling(one.ruling, one.ruled) if one.ruling else "")
    parts.append(_("sure to %(share)d %%") % {"share": round(one.confidence * 100)} if one.confidence else "")
    return "；".join(filter(None, parts))


def _by_ruling(code: str, reason: str) -> str:
    told = reason if len(reason) <= _REASON else reason[: _REASON - 1] + "…"
    return _("by the ruling on %(code)s (%(reason)s)") % {"code": code, "reason": told}


def _answers(place: Any, text: str) -> list[Panel]:
    found = duties.answers(place, text)
    items: list[tuple[str, Any]] = [
        (one.name, cells.Stack((one.answer, cells.Quiet(f"{one.basis} · {one.expires_on:%Y-%m-%d}"))))
        for one in found
    ]
    return [Facts(id="answers", title=_("Standard answers"), columns=1, items=items)] if items else []


def taken(request: HttpRequest, actor: Actor, row: MatterRow, shared: str) -> Page:
    """Show the code for whoever called, once, and the dispatch to confirm."""
    address = request.build_absolute_uri(reverse("link", args=[actions.look_up(row.id)]))
    facts = Facts(
        id="code",
        title=_("To pass on"),
        columns=1,
        items=[
            (_("Hotline order"), cells.To(row.code, href(row))),
            (_("Grid"), words.grid(row)),
            (_("Look-up code"), cells.Tag(spoken(actions.look_up(row.id)))),
            (_("Link"), address),
        ],
        action=Action(title=_("Take the next call"), href=reverse("hotline_console"), key="n"),
    )
    return Page(
        title=_("Registered as %s") % row.code,
        code=row.code,
        crumbs=[Crumb(_("Hotline orders"), reverse("hotline"))],
        panels=[replace(dispatch_form(actor, row), shares=desk_shares(actor, shared))],
        side=[facts],
    )


def dispatch_form(actor: Actor, row: MatterRow) -> FormPanel:
    """Return the dispatch as proposed: Enter confirms it, every field can be overruled."""
    place = selectors.scope_of_row(row)
    chosen = duties.by_ids([int(row.value("class", 0) or 0)])
    found = suggest(row.title, place) if not chosen else []
    values: dict[str, Any] = {}
    intro = _("Nothing is proposed: choose the unit yourself.")
    if chosen:
        (duty,) = chosen.values()
        values = {"about": [str(duty.id)], "unit": str(duties.unit_for(duty, place)[0])}
        held = duties.ruling(duty.id, place)
        intro = _("As the duty catalogue says for %(name)s.") % {"name": duty.name}
        if held:
            intro = f"{duty.name}：{_by_ruling(held.matter, held.reason)}"
    elif found:
        values = {"about": [str(found[0].duty)], "unit": str(found[0].unit)}
        intro = f"{found[0].name}：{why(found[0])}"
    return FormPanel(
        id="dispatch",
        title=_("Dispatch"),
        form=form_named("hotline.dispatch"),
        url=reverse("matter_move", args=[row.code, "dispatch"]),
        submit=_("Confirm and dispatch"),
        values=values,
        hidden={"ver": row.ver, "key": uuid.uuid4().hex},
        options=lambda item: _options(actor, item),
        intro=intro,
        in_place=False,
    )
