"""A form as a page of its own: what was typed and handed in stays, each fault stands at its field."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, BihuanError, Conflict, FieldErrors
from bihuan.kernel.forms.fields import Field, Form
from bihuan.ui.doors import filled, options_for, read_form
from bihuan.ui.page import Crumb, Page, actor_of, done, page
from bihuan.ui.panels import FormPanel, Panel

Choices = Callable[[Field], list[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A form, what to do with its values (and the key) and where that leads: (address, message)."""

    form: Form
    act: Callable[[Mapping[str, Any], str], tuple[str, str]]
    back: str
    crumbs: Sequence[Crumb]
    title: str = ""
    intro: str = ""
    submit: str = ""
    start: Mapping[str, Any] = field(default_factory=dict)
    hidden: Mapping[str, Any] = field(default_factory=dict)
    options: Choices | None = None
    above: Sequence[Panel] = ()
    url: str = ""


def answer(request: HttpRequest, asked: Asked) -> Page | HttpResponseBase:
    """Show the form, or do what it says; a fault shows the same page with what was typed."""
    actor = actor_of(request)
    if request.method != "POST":
        return _page(request, asked, dict(asked.start), {}, uuid.uuid4().hex, {}, 200)
    values, kept = read_form(request, asked.form, actor, 0)
    key = request.POST.get("key", "")[:60]
    try:
        address, told = asked.act(asked.form.parse(filled(values)), key)
    except FieldErrors as error:
        return _page(request, asked, values, error.errors, key, kept, 422)
    except (BadInput, Conflict) as error:
        fresh = key if isinstance(error, BadInput) else uuid.uuid4().hex
        return _page(
            request, asked, values, {_where(asked.form, error): error.message}, fresh, kept, error.status
        )
    return done(request, address, told)


def _where(form: Form, error: BihuanError) -> str:
    return error.where if any(item.name == error.where for item in form.fields) else ""


def _page(
    request: HttpRequest,
    asked: Asked,
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    key: str,
    kept: Mapping[str, list[tuple[str, str]]],
    status: int,
) -> Page:
    panel = FormPanel(
        id="asked",
        form=asked.form,
        url=asked.url or request.get_full_path(),
        values=values,
        errors=errors,
        hidden={**asked.hidden, "key": key},
        options=asked.options or options_for(actor_of(request)),
        kept=kept,
        cancel=asked.back,
        intro=asked.intro,
        submit=asked.submit,
        in_place=False,
    )
    title = asked.title or _(asked.form.title)
    return Page(title=title, kind="form", crumbs=asked.crumbs, panels=[*asked.above, panel], status=status)


__all__ = ["Asked", "answer", "page"]
