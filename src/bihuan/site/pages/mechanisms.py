"""Mechanisms drawn from their declaration, with what stands where right now."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.clock.ground import LimitMissing, ground, place_of
from bihuan.kernel.clock.wording import amount
from bihuan.kernel.flow import registry
from bihuan.kernel.flow.standing import stage_counts
from bihuan.kernel.identity import roles
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors import divisions as scopes
from bihuan.kernel.now import today
from bihuan.logic.mechanism import Grant, Mechanism, Move, said
from bihuan.logic.pictures.mechanism import MechanismWords, mechanism_picture
from bihuan.logic.pictures.mechanism_drawing import mechanism_svg
from bihuan.ui import format as fmt
from bihuan.ui.page import Crumb, Page, actor_of, page
from bihuan.ui.panels import Column, Picture, Table

_RELATIONS = {
    "holder": said("the holder"),
    "lead": said("the lead unit"),
    "support": said("a supporting unit"),
    "first": said("the first receiver"),
    "creator": said("who registered it"),
    "party": said("the enterprise"),
    "scope": said("posts of the place"),
}


@page(permit="signed_in")
def mechanisms(request: HttpRequest) -> Page:
    """List every kind of matter with its rules."""
    table = Table(
        id="mechanisms",
        caption=_("Mechanisms"),
        rows=registry.all_declared(),
        row_href=_href,
        columns=[
            Column(_("Kind"), lambda m: _(m.title), head=True, link=_href),
            Column(_("Stages"), lambda m: " → ".join(_(s.title) for s in m.stages)),
            Column(_("Moves"), lambda m: len(m.moves), number=True),
            Column(_("Limits"), lambda m: len(m.limits), number=True),
        ],
    )
    return Page(title=_("Mechanisms"), kind="list", panels=[table])


def _href(mechanism: Mechanism) -> str:
    return reverse("mechanism", args=[mechanism.name])


@page(permit="signed_in")
def mechanism(request: HttpRequest, name: str) -> Page:
    """Draw a mechanism; the numbers are open matters the actor may see."""
    actor = actor_of(request)
    declared = registry.declared(name)
    counts, counted = stage_counts(actor, name)
    picture = mechanism_picture(
        declared,
        word=_,
        role=role_word,
        limit=lambda rule: limit_word(actor, rule),
        at_stage=counts,
        words=MechanismWords(anywhere=_("From any stage"), joint=_(", ")),
    )
    drawing = Picture(
        id="picture",
        title=_("Stages and moves"),
        svg=mechanism_svg(picture),
        note=_("Open matters you may see: %(moment)s") % {"moment": fmt.as_of(counted)},
    )
    return Page(
        title=_(declared.title),
        crumbs=[Crumb(_("Mechanisms"), reverse("mechanisms"))],
        panels=[drawing, _moves(declared)],
    )


def role_word(name: str) -> str:
    """Return a role or relation in words."""
    role = roles.get(name)
    return _(role.title) if role else _(_RELATIONS.get(name, name))


def limit_word(actor: Actor, rule: str) -> str:
    """Return how long a rule gives in the actor's place."""
    place = place_of(scopes.scope_of(actor.division))
    try:
        found = ground().limit(rule, place, today())
    except LimitMissing:
        return ""
    return amount(found.value, found.unit)


def _moves(declared: Mechanism) -> Table:
    def stages(move: Move) -> str:
        return "、".join(_(declared.stage(s).title) for s in move.sources) or "–"

    def who(move: Move) -> str:
        return "、".join(dict.fromkeys(_who(grant) for grant in move.who))

    columns = [
        Column(_("Move"), lambda m: _(m.title), head=True),
        Column(_("From"), stages),
        Column(_("To"), lambda m: _(declared.stage(m.target).title) if m.target else _("stays")),
        Column(_("Who may"), who),
    ]
    return Table(id="moves", title=_("Every move"), rows=declared.moves, columns=columns)


def _who(grant: Grant) -> str:
    if grant.kind == "system":
        return _("System")
    return role_word(grant.role or grant.relation or "scope")
