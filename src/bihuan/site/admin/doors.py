"""How a form of the administration is asked and carried out, the same for all of them.

What was typed stays whatever goes wrong; what changes much is shown before it is done; and a form
sent twice is carried out once.
"""

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, BihuanError, Conflict, FieldErrors, NotFound, Refused
from bihuan.kernel.forms.fields import Form
from bihuan.site.admin.once import once
from bihuan.ui.page import Crumb, Page, actor_of, done
from bihuan.ui.panels import Action, FormPanel, Panel
from bihuan.ui.panels.forms import Options

Values = dict[str, Any]
#: The button that asks for more fields sends this name with the field it stands beneath.
MORE = "more"
_SEVERAL = {"choices", "units", "posts", "files"}
#: What the person at the form can mend there; anything else is a page of its own.
_MENDABLE = (BadInput, Conflict, NotFound, Refused)


@dataclass(frozen=True, kw_only=True)
class Told:
    """What came of a form: where to go and what to say there.

    ``page`` is shown instead, the first time only: for a secret that is seen once.
    """

    url: str
    message: str
    page: Page | None = None
    again: str = ""


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A form, what it starts with, and what carrying it out means.

    ``preview`` gives panels to be looked at first; only a form whose values have been previewed
    is carried out. ``names`` maps what an action calls its fields to what this form calls them.
    """

    form: Form
    act: Callable[[Values], Told]
    back: str
    crumbs: Sequence[Crumb] = ()
    start: Mapping[str, Any] = field(default_factory=dict)
    preview: Callable[[Values], Sequence[Panel]] | None = None
    #: What stands against it, to be looked at first if there is anything: sent again as it is, it is carried out.
    warn: Callable[[Values], Sequence[Panel]] | None = None
    #: Beneath which fields a button stands that asks for more fields: {field: words}; what was typed stays.
    more: Mapping[str, str] = field(default_factory=dict)
    hidden: Mapping[str, Any] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    submit: str = ""
    intro: str = ""
    beside: Sequence[Panel] = ()
    title: str = ""
    danger: bool = False
    options: Options | None = None


def ask(request: HttpRequest, what: Ask) -> Page | HttpResponseBase:
    """Show a form, its preview, or what came of it."""
    if request.method != "POST":
        return _page(request, what, what.start, {}, str(uuid.uuid4()))
    values = typed(request, what.form)
    key = request.POST.get("key", "")[:100]
    if request.POST.get(MORE):
        return _page(request, what, values, {}, key)
    try:
        parsed = what.form.parse({name: value for name, value in values.items() if value not in ("", [])})
        panels = None if request.POST.get("seen", "") == _digest(values) else _to_look_at(what, parsed)
        if panels is not None:
            return _page(request, what, values, {}, key, panels=panels, seen=_digest(values))
        return _carry_out(request, what, parsed, key)
    except FieldErrors as error:
        return _page(request, what, values, error.errors, key, status=422)
    except _MENDABLE as error:
        where = what.names.get(error.where, error.where)
        known = {one.name for one in what.form.fields}
        spot = {where if where in known else "": error.message}
        key = str(uuid.uuid4()) if error.where == "key" else key
        return _page(request, what, values, spot, key, status=_status(error))


def _to_look_at(what: Ask, parsed: Values) -> Sequence[Panel] | None:
    """Return what is to be looked at before it is carried out: its preview, or what stands against it, if anything."""
    if what.preview:
        return what.preview(parsed)
    return (what.warn(parsed) or None) if what.warn else None


def _status(error: BihuanError) -> int:
    return 422 if isinstance(error, NotFound) else error.status


def _carry_out(request: HttpRequest, what: Ask, parsed: Values, key: str) -> Page | HttpResponseBase:
    fresh: list[Told] = []

    def act() -> dict[str, str]:
        told = what.act(parsed)
        fresh.append(told)
        return {"url": told.url, "message": told.again or told.message}

    answer, again = once(actor_of(request), key, [request.path, parsed], act)
    if not again and fresh[0].page is not None:
        return fresh[0].page
    return done(request, answer["url"], answer["message"] if again else fresh[0].message)


def typed(request: HttpRequest, form: Form) -> Values:
    """Return what was typed into the form's fields, raw; files are left to who asked for them."""
    values: Values = {}
    for item in form.fields:
        sent = [one for one in request.POST.getlist(item.name) if one]
        values[item.name] = sent if item.kind in _SEVERAL else (sent[0] if sent else "")
    return values


def _digest(values: Mapping[str, Any]) -> str:
    return sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def _page(
    request: HttpRequest,
    what: Ask,
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    key: str,
    *,
    panels: Sequence[Panel] = (),
    seen: str = "",
    status: int = 200,
) -> Page:
    previewed = bool(seen)
    first = _("Preview") if what.preview else what.submit
    form = FormPanel(
        id="ask",
        form=replace(what.form, title=""),  # the page bears it already
        title=_("Apply, or change and look again") if previewed else "",
        url=request.get_full_path(),
        submit=what.submit if previewed else first,
        values=values,
        errors=errors,
        hidden={"key": key, "seen": seen, **what.hidden},
        more=what.more,
        cancel=what.back,
        options=what.options,
        intro="" if previewed else what.intro,
        in_place=False,
    )
    return Page(
        title=what.title or _(what.form.title),
        crumbs=what.crumbs,
        kind="detail" if previewed or what.beside else "form",
        panels=[*panels, form],
        side=what.beside if not previewed else (),
        status=status,
    )


@dataclass(frozen=True, kw_only=True)
class Sure:
    """Something done with one button: what it does, said before it is done."""

    title: str
    text: str
    button: str
    act: Callable[[], Told]
    back: str
    crumbs: Sequence[Crumb] = ()
    details: Sequence[str] = ()
    danger: bool = True


def sure(request: HttpRequest, what: Sure) -> Page | HttpResponseBase:
    """Ask whether something is meant, or do it; a second click finds it done."""
    form = Form(f"admin.sure.{what.title}", what.title, ())
    ready = Ask(
        form=form,
        act=lambda _values: what.act(),
        back=what.back,
        crumbs=what.crumbs,
        submit=what.button,
        intro="\n".join([what.text, *what.details]),
        title=what.title,
        danger=what.danger,
    )
    return ask(request, ready)


def link(title: str, href: str, icon: str = "", **more: Any) -> Action:
    """Return a link as an action."""
    return Action(title=title, href=href, icon=icon, **more)
