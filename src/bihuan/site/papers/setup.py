"""Templates of papers and what issuing bodies sign as."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict, FieldErrors
from bihuan.kernel.forms.fields import Field, Form, register
from bihuan.kernel.identity import rights
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.rights import has_right
from bihuan.kernel.identity.selectors import names_of
from bihuan.kernel.identity.selectors import unit as find_unit
from bihuan.kernel.now import now, today
from bihuan.kernel.papers import actions, kinds, numbering, owning, selectors
from bihuan.kernel.papers.kinds import Kind
from bihuan.logic.mechanism import said
from bihuan.site.papers.register import RIGHT
from bihuan.ui import cells
from bihuan.ui.doors import filled, options_for, read_form
from bihuan.ui.page import Crumb, Page, actor_of, done, page, register_permit
from bihuan.ui.panels import Action, Alert, Column, Empty, FormPanel, Prose, Table

ISSUER = register(
    Form(
        "papers.issuer",
        said("Issuing body"),
        (
            Field("unit", said("Organisation"), "unit", required=True),
            Field(
                "word", said("Word in numbers"), required=True, max_length=20, help=said("For example 云高.")
            ),
            Field("name", said("Name on papers"), required=True, max_length=200),
            Field("valid_from", said("From"), "date", required=True),
            Field("source", said("Source"), max_length=200),
        ),
    )
)
SERIES = register(
    Form(
        "papers.series",
        said("Continue a series"),
        (
            Field("word", said("Word before the year"), required=True, max_length=80),
            Field("year", said("Year"), "int", required=True),
            Field("last", said("Last number given before"), "int", required=True),
        ),
    )
)


def may_set_up(actor: Actor) -> bool:
    """Whether the actor changes templates and words of issuing bodies."""
    return has_right(actor, RIGHT)


register_permit(RIGHT, may_set_up)


@page(permit=RIGHT)
def papers_setup(request: HttpRequest) -> Page:
    """Show the kinds of papers with their templates, and the issuing bodies."""
    actor = actor_of(request)
    kinds_table = Table(
        id="kinds", title=_("Kinds of papers"), rows=kinds.all_kinds(), row_key=lambda kind: kind.name,
        columns=[
            Column(_("Kind"), lambda kind: _(kind.title), head=True),
            Column(_("Word"), "prefix"),
            Column(_("Template"), lambda kind: _template(actor, kind)),
        ],
    )  # fmt: skip
    rows = selectors.issuers()
    names = names_of([row.unit for row in rows])
    issuers = Table(
        id="issuers", title=_("Issuing bodies"), rows=rows,
        columns=[
            Column(_("Organisation"), lambda row: names.get(row.unit, ""), head=True),
            Column(_("Word in numbers"), "word"),
            Column(_("Name on papers"), "name"),
            Column(_("From"), "valid_from"),
            Column(_("Source"), "source", wide=True),
        ],
        empty=Empty(text=_("No word is written down yet: numbers begin with the short name of the organisation.")),
    )  # fmt: skip
    series = Table(
        id="series", title=_("Number series"), rows=selectors.series(),
        columns=[Column(_("Word before the year"), "word", head=True), Column(_("Year"), "year_text"),
                 Column(_("Last number"), "last", number=True)],
        empty=Empty(text=_("No number has been given yet.")),
    )  # fmt: skip
    add = [
        Action(title=_("Name an issuing body"), href=reverse("papers_issuer"), icon="plus"),
        Action(title=_("Continue a series"), href=reverse("papers_series"), icon="edit"),
    ]
    crumbs = [Crumb(_("Official papers"), reverse("papers"))]
    return Page(
        title=_("Templates and issuing bodies"), crumbs=crumbs, kind="list", actions=add,
        panels=[kinds_table, issuers, series],
    )  # fmt: skip


def _template(actor: Actor, kind: Kind) -> cells.To:
    own = owning.own_template(kind.name, actor.unit, now())
    words = _("own template") if own else _("built-in layout")
    return cells.To(words, reverse("papers_template", args=[kind.name]))


@page(permit=RIGHT)
def papers_template(request: HttpRequest, paper_kind: str) -> Page | HttpResponseBase:
    """Take an office's own DOCX for a kind, or go back to the built-in layout."""
    actor, kind = actor_of(request), kinds.get(paper_kind)
    fault = ""
    if request.method == "POST":
        try:
            return _take(request, actor, kind)
        except BadInput as error:
            fault = error.message
    form = FormPanel(
        id="ask", form=TEMPLATE, url=request.path, submit=_("Hand in the template"), in_place=False,
        errors={"template": fault} if fault else {}, cancel=reverse("papers_setup"),
        intro=_("It holds for papers your organisation signs from now on. Hand in nothing to use the built-in layout."),
    )  # fmt: skip
    fields = _fields(kind)
    note = Alert(
        id="fonts", text=_("The PDF always keeps the built-in layout. Fonts that are not free are replaced.")
    )
    crumbs = [Crumb(_("Templates and issuing bodies"), reverse("papers_setup"))]
    return Page(
        title=_(kind.title),
        crumbs=crumbs,
        panels=[form, fields, note],
        kind="form",
        status=422 if fault else 200,
    )


#: What every template may name besides the kind's own fields.
_OWN = (
    "number", "issuer", "signer", "date", "title", "code", "check_url", "qr", "hash", "corrects", "valid_until",
)  # fmt: skip


def _fields(kind: Kind) -> Prose:
    names = [f"{{{{ {item.name} }}}}  {_(item.title)}" for item in kind.fields]
    own = " ".join(f"{{{{ {one} }}}}" for one in _OWN)
    return Prose(id="fields", title=_("Fields it may name"), paragraphs=[*names, own])


TEMPLATE = register(
    Form("papers.template", said("Own template"), (Field("template", said("Own template (DOCX)"), "file"),))
)


def _take(request: HttpRequest, actor: Actor, kind: Kind) -> HttpResponseBase:
    sent = request.FILES.get("template")
    if sent is None:
        owning.drop(actor, kind.name, actor.unit)
        return done(request, reverse("papers_setup"), _("The built-in layout holds again."))
    owning.take(actor, kind.name, sent, sent.name or "template.docx", actor.unit)
    return done(request, reverse("papers_setup"), _("The template is taken."))


def _small(
    request: HttpRequest, form: Form, title: str, act: Any, start: dict[str, Any]
) -> Page | HttpResponseBase:
    actor, values, errors = actor_of(request), start, {}
    if request.method == "POST":
        values, _kept = read_form(request, form, actor, 0)
        try:
            act(form.parse(filled(values)))
            return done(request, reverse("papers_setup"), _("Written down."))
        except FieldErrors as error:
            errors = error.errors
        except (BadInput, Conflict) as error:
            errors = {error.where if error.where in values else "": error.message}
    panel = FormPanel(
        id="ask", form=form, url=request.path, submit=title, values=values, errors=errors, in_place=False,
        options=options_for(actor), cancel=reverse("papers_setup"),
    )  # fmt: skip
    crumbs = [Crumb(_("Templates and issuing bodies"), reverse("papers_setup"))]
    return Page(title=title, crumbs=crumbs, kind="form", panels=[panel], status=422 if errors else 200)


@page(permit=RIGHT)
def papers_issuer(request: HttpRequest) -> Page | HttpResponseBase:
    """Write down what an organisation signs as from a day on."""
    actor = actor_of(request)

    def act(values: dict[str, Any]) -> None:
        unit = find_unit(values["unit"])
        rights.need(actor, RIGHT, unit.division if unit else 0)
        day = date.fromisoformat(values["valid_from"])
        actions.name_issuer(
            actor, values["unit"], values["word"], values["name"], day, values.get("source", "")
        )

    start = {"valid_from": today().isoformat()}
    return _small(request, ISSUER, _("Name an issuing body"), act, start)


@page(permit=RIGHT)
def papers_series(request: HttpRequest) -> Page | HttpResponseBase:
    """Let a series go on after the numbers an office gave before it used this program."""

    def act(values: dict[str, Any]) -> None:
        numbering.continue_after(actor_of(request), values["word"], values["year"], values["last"])

    return _small(request, SERIES, _("Continue a series"), act, {"year": today().year})
