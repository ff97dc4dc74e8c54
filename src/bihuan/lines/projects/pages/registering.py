"""Register a problem, an answer given on the spot, a promise: small forms that open from a project's page."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict, FieldErrors
from bihuan.kernel.flow.rows import Receipt
from bihuan.kernel.forms import fields as forms
from bihuan.kernel.forms.fields import Form
from bihuan.kernel.identity.actors import Actor
from bihuan.lines.projects import actions, selectors
from bihuan.lines.projects.forms import ALL
from bihuan.lines.projects.pages import words
from bihuan.lines.projects.selectors import ProjectRow
from bihuan.logic.mechanism import said
from bihuan.ui.doors import filled, options_for, read_form
from bihuan.ui.page import Crumb, Page, actor_of, done, page
from bihuan.ui.panels import FormPanel

_FORMS = {form.name: form for form in ALL}
_NEED, _ANSWER = _FORMS["projects.problem.open"], _FORMS["projects.problem.quick"]
#: Need and answer in one form (即办件).
ON_THE_SPOT = Form(
    "projects.problem.on_the_spot",
    said("Answered on the spot"),
    (*(field for field in _NEED.fields if field.name != "evidence"), *_ANSWER.fields),
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A form about a project, where it is sent, what it does, and what is said when it is done."""

    url: str
    form: Form
    act: Callable[[Actor, int, Mapping[str, Any], str], Receipt]
    told: str
    intro: str = ""


@page(permit=words.sees_projects)
def problem(request: HttpRequest, project: int) -> Page | HttpResponseBase:
    """Register a problem of a project."""
    told = _("Registered as %(code)s. The coordination centre assigns it.")
    return _answer(
        request, project, _Asked(request.path, forms.get(_NEED.name), actions.register_problem, told)
    )


@page(permit=words.sees_projects)
def promise(request: HttpRequest, project: int) -> Page | HttpResponseBase:
    """Register a promise to or of a project."""
    told = _("Registered as %(code)s. Its clock runs to the due date.")
    form = forms.get("projects.promise.open")
    return _answer(request, project, _Asked(request.path, form, actions.register_promise, told))


@page(permit="projects")
def on_the_spot(request: HttpRequest, project: int) -> Page | HttpResponseBase:
    """Register a need that was answered at once."""
    intro = _("For what was answered at once: it is closed without a verifier, and some are looked at later.")
    told = _("Registered and closed as %(code)s.")
    return _answer(request, project, _Asked(request.path, ON_THE_SPOT, _both, told, intro))


def _both(actor: Actor, project: int, values: Mapping[str, Any], key: str) -> Receipt:
    need = {field.name for field in _NEED.fields} - {"evidence"}
    asked = {name: value for name, value in values.items() if name in need}
    given = {name: value for name, value in values.items() if name not in need}
    return actions.answer_on_the_spot(actor, project, asked, given, key)


def _answer(request: HttpRequest, project: int, asked: _Asked) -> Page | HttpResponseBase:
    actor = actor_of(request)
    row = selectors.project(actor, project)
    if request.method != "POST":
        return _form_page(actor, row, asked, {}, {}, uuid.uuid4().hex)
    values, kept = read_form(request, asked.form, actor, 0)
    key = request.POST.get("key", "")[:60]
    try:
        asked.form.parse(filled(values))
        receipt = asked.act(actor, row.id, filled(values), key)
    except FieldErrors as error:
        return _form_page(actor, row, asked, values, error.errors, key, kept, 422)
    except (BadInput, Conflict) as error:
        fresh = key if isinstance(error, BadInput) else uuid.uuid4().hex
        return _form_page(actor, row, asked, values, {"": error.message}, fresh, kept, error.status)
    return done(request, reverse("matter", args=[receipt.code]), asked.told % {"code": receipt.code})


def _form_page(
    actor: Actor,
    row: ProjectRow,
    asked: _Asked,
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    key: str,
    kept: Mapping[str, list[tuple[str, str]]] | None = None,
    status: int = 200,
) -> Page:
    address = reverse("project", args=[row.id])
    panel = FormPanel(
        id="moves-form",
        form=asked.form,
        url=asked.url,
        values=values,
        errors=errors,
        hidden={"key": key},
        options=options_for(actor),
        kept=kept or {},
        cancel=address,
        intro=asked.intro,
        submit=_("Register"),
    )
    return Page(
        title=f"{_(asked.form.title)}: {row.name}",
        kind="form",
        crumbs=[Crumb(_("Key projects"), reverse("projects")), Crumb(row.name, address)],
        panels=[panel],
        status=status,
    )
