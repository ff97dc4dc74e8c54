"""A form as a page of its own: what was typed and handed in stays, each fault stands at its field."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, BihuanError, Conflict, FieldErrors
from bihuan.kernel.forms.fields import Form
from bihuan.ui.doors import filled, options_for, read_form
from bihuan.ui.page import Crumb, Page, actor_of, done
from bihuan.ui.panels import FormPanel


@dataclass(frozen=True, slots=True)
class Asked:
    """A form, what to do with its values, where to go then, and what stands in it at first."""

    form: Form
    act: Callable[[Mapping[str, Any]], object]
    back: str
    start: Mapping[str, Any]
    chain: int = 0


def form_page(
    request: HttpRequest, asked: Asked, *, crumbs: list[Crumb], intro: str = "", ver: int | None = None
) -> HttpResponseBase | Page:
    actor = actor_of(request)
    values, errors, status = dict(asked.start), dict[str, str](), 200
    kept: dict[str, list[tuple[str, str]]] = {}
    if request.method == "POST":
        values, kept = read_form(request, asked.form, actor, asked.chain)
        try:
            asked.act(asked.form.parse(filled(values)))
        except FieldErrors as error:
            errors, status = error.errors, 422
        except (BadInput, Conflict) as error:
            errors, status = {_where(asked.form, error): error.message}, error.status
        else:
            return done(request, asked.back, _("Recorded."))
    panel = FormPanel(
        id="moves-form",
        form=asked.form,
        url=request.path,
        values=values,
        errors=errors,
        hidden={} if ver is None else {"ver": request.POST.get("ver", ver)},
        options=options_for(actor),
        kept=kept,
        cancel=asked.back,
        intro=intro,
    )
    return Page(title=_(asked.form.title), crumbs=crumbs, panels=[panel], kind="form", status=status)


def _where(form: Form, error: BihuanError) -> str:
    return error.where if any(item.name == error.where for item in form.fields) else ""
