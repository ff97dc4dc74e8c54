"""The rules of scoring (评分细则): every version in words and numbers, for the screen and on paper."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.forms.fields import Field, Form
from bihuan.kernel.identity.rights import has_right
from bihuan.kernel.now import today
from bihuan.lines.supervision.contracts import CRITERIA
from bihuan.lines.supervision.issuing import actions as issuing
from bihuan.lines.supervision.pages import words
from bihuan.lines.supervision.scoring import actions, schemes, wording
from bihuan.lines.supervision.scoring.schemes import SchemeRow
from bihuan.logic.mechanism import said
from bihuan.ui.doors import carry
from bihuan.ui.page import Crumb, Page, actor_of, done, page
from bihuan.ui.panels import Action, Column, Facts, FormPanel, Panel, Prose, Table


def _numbers() -> tuple[Field, ...]:
    parts = (
        ("weight", said("weight")), ("zero", said("nothing below (%)")),
        ("full", said("all from (%)")), ("least", said("least cases")),
    )  # fmt: skip
    return tuple(
        Field(f"{part}_{name}", f"{title} · {words_}", "int" if part == "least" else "decimal", required=True)
        for name, title in CRITERIA.items()
        for part, words_ in parts
    )


def _form() -> Form:
    """Build the form in the reader's language: twenty numbers, each named by criterion and part."""
    named = tuple(
        Field(f.name, " · ".join(_(part) for part in f.title.split(" · ")), f.kind, required=True)
        for f in _numbers()
    )
    return Form(
        "supervision.scheme",
        said("New rules of scoring"),
        (
            Field("title", said("Title"), required=True, max_length=120),
            Field("source", said("Decision they come from"), required=True, max_length=300),
            Field("valid_from", said("In force from"), "date", required=True),
            Field("ranked_from", said("Ranked from this weight judged"), "decimal", required=True),
            *named,
        ),
    )


@page(permit="supervision.scores")
def rules(request: HttpRequest) -> Page:
    """List every version."""
    columns = [
        Column(_("Version"), "version", number=True),
        Column(_("Title"), "title", head=True, link=lambda r: reverse("supervision_rule", args=[r.id])),
        Column(_("In force from"), "valid_from"),
        Column(_("Decision they come from"), "source"),
        Column(_("Hash of the rules"), lambda r: r.hash[:12], wide=True),
    ]
    table = Table(id="rules", caption=_("Rules of scoring"), columns=columns, rows=schemes.schemes())
    doors = []
    if has_right(actor_of(request), schemes.RIGHT):
        doors = [Action(title=_("New rules of scoring"), href=reverse("supervision_rule_new"), icon="plus")]
    return Page(
        title=_("Rules of scoring"), kind="list", crumbs=words.crumbs(), panels=[table], actions=doors
    )


@page(permit="supervision.scores")
def rule(request: HttpRequest, scheme: int) -> Page:
    """Show one version so that anybody can score by hand; ``as=print`` for paper."""
    row = schemes.scheme(scheme)
    printed = request.GET.get("as") == "print"
    doors = [Action(title=_("Print"), href="?as=print", icon="print")]
    if has_right(actor_of(request), schemes.RIGHT):
        to = reverse("supervision_rule_paper", args=[row.id])
        doors.insert(0, Action(title=_("Issue as a paper"), href=to, post=True, icon="file"))
    return Page(
        title=row.title,
        code=_("Version %(n)d") % {"n": row.version},
        kind="print" if printed else "detail",
        crumbs=[] if printed else words.crumbs(Crumb(_("Rules of scoring"), reverse("supervision_rules"))),
        panels=panels(row),
        actions=[] if printed else doors,
    )


@page(permit="supervision.desk")
def paper(request: HttpRequest, scheme: int) -> Page | HttpResponseBase:
    """Draft the printed rules as a paper, to be signed, as DOCX and as PDF."""
    row = schemes.scheme(scheme)
    if request.method != "POST":
        return done(request, reverse("supervision_rule", args=[row.id]))
    made = issuing.rules_paper(actor_of(request), row.id)
    return done(
        request, reverse("paper", args=[made]), _("The paper is drafted. It counts once it is signed.")
    )


def panels(row: SchemeRow) -> list[Panel]:
    """Return the rules in words and numbers."""
    weights = [
        {"name": _(CRITERIA[name]), "weight": wording.number(t.weight), "zero": wording.number(t.zero),
         "full": wording.number(t.full), "least": t.min_cases}
        for name, t in row.terms.items()
    ]  # fmt: skip
    columns = [
        Column(_("Criterion"), "name", head=True),
        Column(_("Weight"), "weight", number=True),
        Column(_("Nothing below (%)"), "zero", number=True),
        Column(_("All from (%)"), "full", number=True),
        Column(_("Least cases"), "least", number=True),
    ]
    sources = [
        Prose(
            id=f"of-{name}",
            title=_(CRITERIA[name]),
            paragraphs=[
                wording.term(name, row.terms[name]),
                *(wording.source(one) for one in row.rules["sources"] if one["criterion"] == name),
            ],
        )
        for name in CRITERIA
    ]
    items: list[tuple[str, Any]] = [
        (_("In force from"), row.valid_from), (_("Decision they come from"), row.source),
        (_("Hash of the rules"), row.hash),
    ]  # fmt: skip
    return [
        Facts(id="facts", title=_("Where they come from"), items=items, columns=1),
        Table(
            id="weights",
            title=_("Weights and thresholds (the weights sum to 100)"),
            columns=columns,
            rows=weights,
        ),
        *sources,
        Prose(id="general", title=_("For all criteria"), paragraphs=wording.general(row)),
    ]


@page(permit="supervision")
def new(request: HttpRequest) -> Page | HttpResponseBase:
    """Put a new version; what was scored stays under its own."""
    actor, form = actor_of(request), _form()
    base = schemes.in_force(actor.division)
    start: Mapping[str, Any] = {
        "title": base.title, "valid_from": today().isoformat(), "ranked_from": wording.number(base.least_weight),
    }  # fmt: skip
    for name, term in base.terms.items():
        start = {
            **start, f"weight_{name}": wording.number(term.weight), f"zero_{name}": wording.number(term.zero),
            f"full_{name}": wording.number(term.full), f"least_{name}": term.min_cases,
        }  # fmt: skip

    def put(told: Mapping[str, Any]) -> object:
        since = date.fromisoformat(told["valid_from"])
        return actions.put_scheme(actor, told["title"], told["source"], told, since)

    tried = carry(request, form, put, start=start)
    if tried.done:
        address = reverse("supervision_rule", args=[tried.answer])
        return done(request, address, _("The new rules are in force from their day on."))
    panel = FormPanel(
        id="scheme", form=form, url=request.path, values=tried.values, errors=tried.errors, in_place=False,
        cancel=reverse("supervision_rules"),
    )  # fmt: skip
    trail = words.crumbs(Crumb(_("Rules of scoring"), reverse("supervision_rules")))
    return Page(
        title=_("New rules of scoring"), crumbs=trail, kind="form", panels=[panel], status=tried.status
    )
