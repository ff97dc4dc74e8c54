"""Enter and edit a project. Whoever was slower loses nothing typed, and overwrites nothing they didn't touch."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict, FieldErrors, Refused
from bihuan.kernel.forms.fields import Field, Form
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors.units import OFFICES, units_near
from bihuan.kernel.intake.columns import Column
from bihuan.lines.projects import actions, selectors
from bihuan.lines.projects.actions import Amended
from bihuan.lines.projects.pages import words
from bihuan.lines.projects.registers import PROJECTS
from bihuan.lines.projects.selectors import ProjectRow
from bihuan.logic.mechanism import said
from bihuan.ui.page import Crumb, Page, actor_of, done, page
from bihuan.ui.panels import Change, Diff, DiffRow, FormPanel, Panel

#: Ids beside the columns of the register: the unit that leads, the enterprise it is about.
FRAME = ("lead_unit", "party")


def _field(column: Column) -> Field:
    if column.choices:
        offered = tuple((str(code), title) for code, title in words.CHOICES[column.name].items())
        return Field(column.name, column.title, "choice", choices=offered)
    kind = "long" if column.kind == "prose" else "text"
    return Field(column.name, column.title, kind, column.required, max_length=column.longest)


def _form(title: str, *more: Field) -> Form:
    units_of = (Field("lead_unit", said("Lead unit"), "unit"), Field("party", said("Enterprise"), "unit"))
    return Form("projects.amend", title, (*map(_field, PROJECTS.fields), *units_of, *more))


NEW = _form(said("Enter a project"))
EDIT = _form(said("Edit"), Field("cause", said("Why"), "text", max_length=200))


def shown(row: ProjectRow) -> dict[str, str]:
    """Return what the form shows of a project: each value as an office writes it."""
    found = {name: _as_typed(column, column.load(row.values)) for name, column in PROJECTS.columns.items()}
    return found | {name: str(row[name] or "") for name in FRAME}


def _as_typed(column: Column, code: str | None) -> str:
    return (code or "") if column.choices else column.show(code)


@page(permit="projects")
def new(request: HttpRequest) -> Page | HttpResponseBase:
    """Enter a project."""
    actor = actor_of(request)
    _need(actor)
    if request.method != "POST":
        return _page(actor, None, {}, {}, {"key": uuid.uuid4().hex})
    typed = _typed(request, NEW)
    try:
        made = _amend(actor, None, {name: text for name, text in typed.items() if text}, request)
    except FieldErrors as error:
        return _page(actor, None, typed, error.errors, {"key": _key(request)}, status=422)
    except (BadInput, Conflict) as error:
        return _page(actor, None, typed, {"": error.message}, {"key": uuid.uuid4().hex}, status=error.status)
    return done(request, reverse("project", args=[made.id]), _told(_("Entered."), made))


def _need(actor: Actor) -> None:
    from bihuan.kernel.identity import rights

    rights.need(actor, actions.AMEND)


@page(permit="projects")
def edit(request: HttpRequest, project: int) -> Page | HttpResponseBase:
    """Change what is known of a project."""
    actor = actor_of(request)
    row = selectors.project(actor, project)
    if not actions.may_amend(actor, row):
        raise Refused(_("Your post may not change this project."))
    present = shown(row)
    if request.method != "POST":
        return _page(actor, row, present, {}, _hidden(row, present, uuid.uuid4().hex))
    typed = _typed(request, EDIT)
    before = {name: request.POST.get(f"was_{name}", present[name]).replace("\r\n", "\n") for name in present}
    touched = {name: typed[name] for name in present if typed[name] != before[name].strip()}
    try:
        made = _amend(actor, row, touched, request)
    except FieldErrors as error:
        return _page(
            actor, row, typed, error.errors, _hidden(row, before, _key(request), request), status=422
        )
    except Conflict as error:
        merged = {**present, **touched, "cause": typed["cause"]}
        hidden = _hidden(row, present, uuid.uuid4().hex)
        changed = _meanwhile(before, present)
        message = _(
            "Somebody else was first. What you typed stands below; look at what changed, then save again."
        )
        return _page(
            actor, row, merged, {"": message if changed else error.message}, hidden, changed, status=409
        )
    except BadInput as error:
        hidden = _hidden(row, before, _key(request), request)
        return _page(actor, row, typed, {"": error.message}, hidden, status=422)
    return done(request, reverse("project", args=[made.id]), _told(_("Saved."), made))


def _typed(request: HttpRequest, form: Form) -> dict[str, str]:
    return {
        field.name: request.POST.get(field.name, "").replace("\r\n", "\n").strip() for field in form.fields
    }


def _key(request: HttpRequest) -> str:
    return request.POST.get("key", "")[:80]


def _hidden(
    row: ProjectRow, before: Mapping[str, str], key: str, request: HttpRequest | None = None
) -> dict[str, Any]:
    """Return what travels with the form: the version that was shown, and each value as it was."""
    ver = request.POST.get("ver", "") if request else str(row.ver)
    return {"ver": ver, "key": key, **{f"was_{name}": text for name, text in before.items()}}


def _amend(actor: Actor, row: ProjectRow | None, touched: Mapping[str, str], request: HttpRequest) -> Amended:
    ver = request.POST.get("ver", "")
    columns = {
        name: int(touched[name]) if touched[name].isdecimal() else 0 for name in FRAME if name in touched
    }
    return actions.amend_project(
        actor,
        row.id if row else None,
        {name: text for name, text in touched.items() if name in PROJECTS.columns},
        cause=request.POST.get("cause", "").strip()[:200],
        ver=int(ver) if ver.isdecimal() else None,
        key=_key(request),
        columns=columns,
    )


def _told(message: str, made: Amended) -> str:
    return f"{message} {made.place}".strip()


def _meanwhile(before: Mapping[str, str], present: Mapping[str, str]) -> list[Panel]:
    """Return what somebody else changed while the form stood open."""
    titles = {name: column.title for name, column in PROJECTS.columns.items()}
    titles |= {"lead_unit": said("Lead unit"), "party": said("Enterprise")}
    changes = [
        Change(_(titles[name]), before[name] or None, present[name] or None)
        for name in present
        if before[name] != present[name]
    ]
    row = DiffRow(_("Meanwhile, somebody else"), "updated", changes)
    return [Diff(id="meanwhile", title=_("Changed meanwhile"), rows=[row])] if changes else []


def _page(
    actor: Actor,
    row: ProjectRow | None,
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    hidden: Mapping[str, Any],
    before: list[Panel] | None = None,
    status: int = 200,
) -> Page:
    address = reverse("project", args=[row.id]) if row else reverse("projects")
    form = EDIT if row else NEW
    panel = FormPanel(
        id="edit",
        form=form,
        url=reverse("project_edit", args=[row.id]) if row else reverse("project_new"),
        values=values,
        errors=errors,
        hidden=hidden,
        options=lambda item: _options(actor, item),
        cancel=address,
        in_place=False,
        submit=_("Save"),
        intro=_(
            "Write values as your office writes them: dates as 2026-10-31, 2026年10月 or 2026,"
            " amounts in 万元 and 亩 or with their unit (1.2亿元, 约300). Leave empty what isn't known."
        ),
    )
    crumbs = [Crumb(_("Key projects"), reverse("projects"))]
    return Page(
        title=_("Edit: %(name)s") % {"name": row.name} if row else _("Enter a project"),
        code=row["code"] if row else "",
        kind="form",
        crumbs=[*crumbs, Crumb(row.name, address)] if row else crumbs,
        panels=[*(before or ()), panel],
        status=status,
    )


def _options(actor: Actor, item: Field) -> list[tuple[str, str]]:
    """Return the units a field offers, those of one's own place first: offices to lead, enterprises to be about."""
    kinds = ("enterprise",) if item.name == "party" else OFFICES
    return [(str(u.id), u.short_name or u.name) for u in units_near(actor.division, kinds)]
