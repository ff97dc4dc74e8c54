"""Bringing in a whole table of divisions: hand it in, look what it would do, apply it."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bihuan.kernel.errors import BadInput, Conflict, FieldErrors
from bihuan.site.admin import keeping, permits
from bihuan.site.admin.divisions import forms, tables
from bihuan.site.admin.doors import typed
from bihuan.site.admin.models import APPLYING, DONE, FAILED, READY, WAITING, Work
from bihuan.ui import cells
from bihuan.ui.page import Crumb, Page, actor_of, done, page
from bihuan.ui.panels import (
    Action,
    Alert,
    Column,
    Empty,
    Figure,
    Figures,
    FormPanel,
    Panel,
    Progress,
    Table,
)

_SHOWN = 100


def _crumbs() -> list[Crumb]:
    return [Crumb(_("Divisions"), reverse("admin_divisions"))]


def href(work: Work) -> str:
    """Return the address of a table handed in."""
    return reverse("admin_division_table", args=[work.id])


@page(permit=permits.HOUSE)
def upload(request: HttpRequest) -> Page | HttpResponseBase:
    """Hand in tables of divisions."""
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            return done(request, href(tables.take(actor_of(request), request.FILES.getlist("tables"))))
        except BadInput as error:
            errors = {"tables": error.message}
    form = FormPanel(
        id="upload", form=forms.UPLOAD, url=request.path, submit=_("Look what it would do"), errors=errors,
        in_place=False, cancel=reverse("admin_divisions"),
        intro=_("Nothing is changed yet: you see first what is new, renamed, moved or ended."),
    )  # fmt: skip
    return Page(
        title=_("Bring in a table of divisions"), crumbs=_crumbs(), panels=[form, _earlier()],
        status=422 if errors else 200,
    )  # fmt: skip


def _earlier() -> Panel:
    return Table(
        id="earlier",
        title=_("Handed in before"),
        rows=keeping.latest(tables.KIND),
        row_href=href,
        empty=Empty(text=_("No table was handed in yet.")),
        columns=[
            Column(_("Tables"), "name", head=True, link=href),
            Column(_("Rows"), "whole", number=True),
            Column(_("State"), state),
            Column(_("Who"), "who"),
            Column(_("When"), "created_at"),
        ],
    )


def state(work: Work) -> Any:
    """Return the state of a piece of work as a tag."""
    said: dict[str, cells.Tag] = {
        WAITING: cells.Tag(_("being read"), "info"),
        READY: cells.Tag(_("not applied"), "warn"),
        APPLYING: cells.Tag(_("being applied"), "info"),
        DONE: cells.Tag(_("applied"), "good"),
        FAILED: cells.Tag(_("failed"), "bad"),
    }
    return said[work.state]


@page(permit=permits.HOUSE)
def one(request: HttpRequest, work: int) -> Page | HttpResponseBase:
    """Show what a table would do or did; a POST tries it out again, read another way."""
    found = keeping.find(tables.KIND, work)
    if keeping.over(request, found):
        return done(request, href(found))
    errors: dict[str, str] = {}
    values: dict[str, Any] = _values(found)
    if request.method == "POST":
        values = typed(request, forms.OPTIONS)
        try:
            parsed = forms.OPTIONS.parse({k: v for k, v in values.items() if v})
            tables.try_again(actor_of(request), found, tables.options(parsed))
            return done(request, href(found))
        except FieldErrors as error:
            errors = error.errors
        except (BadInput, Conflict) as error:
            errors = {error.where if error.where == "same" else "": error.message}
    return _page(found, values, errors)


def _values(work: Work) -> dict[str, Any]:
    asked = work.asked
    same = "\n".join(f"{new} = {old}" for new, old in asked["same"].items())
    return {"as_of": asked["as_of"], "complete": "1" if asked["complete"] else "", "same": same}


def _page(work: Work, values: dict[str, Any], errors: dict[str, str]) -> Page:
    panels: list[Panel] = []
    if keeping.waits(work):
        panels.append(_progress(work))
    elif work.state == FAILED:
        panels.append(Alert(id="failed", tone="bad", text=work.error, title=_("Nothing was changed")))
    if work.state in {READY, DONE}:
        panels += _report(work)
    if work.state in {READY, FAILED}:
        panels.append(
            FormPanel(
                id="options", form=forms.OPTIONS, url=href(work), values=values, errors=errors,
                submit=_("Look again"), in_place=False,
            )
        )  # fmt: skip
    return Page(
        title=work.name or _("Table of divisions"),
        lead=_("%(n)s rows") % {"n": f"{work.whole:,}"},
        crumbs=[*_crumbs(), Crumb(_("Bring in a table"), reverse("admin_division_import"))],
        panels=panels,
        status=422 if errors else 200,
    )


def _progress(work: Work) -> Progress:
    words = _("Looking what the table would change …") if work.state == WAITING else _("Changing the tree …")
    return Progress(
        id=keeping.PANEL, url=href(work), text=f"{words} {_('%(n)s rows') % {'n': f'{work.whole:,}'}}"
    )


def _report(work: Work) -> list[Panel]:
    told = work.result
    titles = (
        ("created", _("New")), ("renamed", _("Renamed")), ("moved", _("Moved")), ("recoded", _("Renumbered")),
        ("ended", _("Ended")), ("unchanged", _("Unchanged")), ("faults_in_all", _("Not taken")),
    )  # fmt: skip
    figures = [
        Figure(title=title, value=told[name], light="late" if name == "faults_in_all" and told[name] else "")
        for name, title in titles
    ]
    return [_headline(work), Figures(id="counts", figures=figures), *_changes(told), *_faults(told)]


def _headline(work: Work) -> Panel:
    told = work.result
    changes = sum(told[name] for name in ("created", "renamed", "moved", "recoded", "ended"))
    if work.state == DONE:
        return Alert(
            id="done", tone="good", text=_("The tree is in line with the table."),
            details=[_("Applied by %(who)s.") % {"who": work.who}],
            action=Action(title=_("See the tree"), href=reverse("admin_divisions")),
        )  # fmt: skip
    if not changes:
        return Alert(id="nothing", text=_("The tree says the same already: there is nothing to apply."))
    words = ngettext("One division would change.", "%(n)s divisions would change.", changes)
    return Alert(
        id="ready",
        tone="warn" if told["faults_in_all"] else "info",
        text=words % {"n": f"{changes:,}"},
        details=[
            _("Changes hold from %(day)s; what was before stays readable.") % {"day": work.asked["as_of"]}
        ],
        action=Action(
            title=_("Apply"), href=reverse("admin_division_apply", args=[work.id]), post=True, primary=True
        ),
    )


def _changes(told: dict[str, Any]) -> list[Panel]:
    """Return what differs, what stands in the tree already first: new rows are seen in the table itself."""
    rows = sorted(told["changes"], key=lambda row: row[0] == "new")[:_SHOWN]
    if not rows:
        return []
    states = {
        "new": cells.Tag(_("New"), "good"),
        "changed": cells.Tag(_("Changed"), "info"),
        "ended": cells.Tag(_("Ended"), "bad"),
    }
    return [
        Table(
            id="changes",
            title=_("What changes (the first %(n)s)") % {"n": len(rows)},
            rows=rows,
            columns=[
                Column(_("State"), lambda row: states[row[0]]),
                Column(_("Before"), lambda row: row[1] or None),
                Column(_("After"), lambda row: row[2] or None, head=True),
            ],
        )
    ]


def _faults(told: dict[str, Any]) -> list[Panel]:
    if not told["faults"]:
        return []
    return [
        Table(
            id="faults",
            title=_("Rows not taken"),
            rows=told["faults"][:_SHOWN],
            columns=[
                Column(_("Code"), "code"),
                Column(_("Name"), "name", head=True),
                Column(_("Why"), "message"),
            ],
        )
    ]


@page(permit=permits.HOUSE)
def apply(request: HttpRequest, work: int) -> Page | HttpResponseBase:
    """Apply a table that was tried out; the page then shows how far it is."""
    found = keeping.find(tables.KIND, work)
    if request.method == "POST":
        tables.apply(actor_of(request), found)
    return done(request, href(found))
