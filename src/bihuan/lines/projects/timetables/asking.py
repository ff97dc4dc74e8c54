"""A form as a page of its own: what was typed and handed in stays, each fault stands at its field."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from bihuan.kernel.forms.fields import Form
from bihuan.ui.doors import carry, options_for
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
    tried = carry(request, asked.form, asked.act, start=asked.start, chain=asked.chain)
    if tried.done:
        return done(request, asked.back, _("Recorded."))
    panel = FormPanel(
        id="moves-form",
        form=asked.form,
        url=request.path,
        values=tried.values,
        errors=tried.errors,
        hidden={} if ver is None else {"ver": request.POST.get("ver", ver)},
        options=options_for(actor_of(request)),
        kept=tried.kept,
        cancel=asked.back,
        intro=intro,
    )
    return Page(title=_(asked.form.title), crumbs=crumbs, panels=[panel], kind="form", status=tried.status)
