"""Propose officers for projects nobody serves, with the reasons; people approve."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bihuan.kernel.identity.actors import LEVELS, Actor
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.store.sql import run
from bihuan.lines.officers import selectors
from bihuan.lines.projects import contracts as projects
from bihuan.logic.portfolio import Choice, Holder, Thing, Weights, propose


def weights(actor: Actor) -> tuple[Weights, str]:
    """Return what load, distance and industry cost in the actor's place, and where that stands."""
    rules = selectors.rules(scope_of(actor.division))
    named = [f"portfolio.{name}" for name in ("load", "distance", "industry")]
    return Weights(*(float(rules[name]) for name in named)), rules.sources[named[0]]


def for_projects(actor: Actor) -> list[Choice]:
    """Return a proposal for every project the actor sees that nobody serves and some officer may."""
    alive = projects.ALIVE(actor)
    cards = projects.CARDS(alive)
    loads = selectors.loads(actor)
    held: dict[int, list[int]] = {}
    sql = """SELECT post, project FROM officers_assignment WHERE layer = 'officer' AND until IS NULL
             AND withdrawn_at IS NULL AND post = ANY(%s)"""
    for post, project in run(sql, ([load.post for load in loads],)):
        held.setdefault(post, []).append(project)
    known = {post: [cards[key] for key in keys if key in cards] for post, keys in held.items()}
    holders = [
        Holder(
            load.post,
            float(load.projects),
            frozenset(place for card in known.get(load.post, ()) for place in _places(card) if place),
            frozenset(card.industry for card in known.get(load.post, ()) if card.industry),
        )
        for load in loads
    ]
    things = [
        Thing(card.id, 1.0, *_laid(card), holders=_reaching(card, loads))
        for card in (cards[key] for key in selectors.unserved(alive))
    ]
    return (
        propose([thing for thing in things if thing.holders], holders, weights(actor)[0]) if holders else []
    )


def _places(card: projects.ProjectCard) -> tuple[str, str]:
    """Return the street and the park a project lies in, "" for what the division tree doesn't say."""
    scope = card.scope
    park = f"park:{scope.park}" if scope.park else card.park
    return (f"street:{scope.street}" if scope.street else "", park)


def _laid(card: projects.ProjectCard) -> tuple[str, str, str]:
    """Return (nearest place known, industry, wider place) of a project."""
    street, park = _places(card)
    return street or park, card.industry, park if street else ""


def _reaching(card: projects.ProjectCard, loads: list[selectors.Load]) -> frozenset[int]:
    places = {getattr(card.scope, level) for level in LEVELS}
    return frozenset(load.post for load in loads if load.division in places)


def why(choices: Sequence[Choice]) -> dict[int, str]:
    """Return the reasons of proposals in words, by project."""
    cards = projects.CARDS([choice.thing for choice in choices])
    return {choice.thing: _reasons(choice, cards.get(choice.thing)) for choice in choices}


def _reasons(choice: Choice, card: projects.ProjectCard | None) -> str:
    said = [_("load %(load).0f, mean %(mean).1f") % {"load": choice.load, "mean": choice.mean}]
    said.append(_distance(choice, *(_places(card) if card else ("", ""))))
    said.append(_("knows the industry") if choice.knows else _("new industry"))
    return pgettext("between items of a list", ", ").join(said)


def _distance(choice: Choice, street: str, park: str) -> str:
    """Return how far it is as far as anybody knows: by the division tree, since no coordinates are kept."""
    if choice.near and street:
        return _("serves in the same street")
    if choice.near and park:
        return _("serves in the same park (no street is known)")
    if choice.wide:
        return _("serves in the same park, another street")
    if not park and not street:
        return _("distance not known: the project lies in no street or park of the tree")
    return _("serves elsewhere only")


def formula(actor: Actor) -> str:
    """Return how the proposal was worked out."""
    found, source = weights(actor)
    return _(
        "Least cost of load × %(load)g (projects against the mean) + place × %(distance)g + industry × %(industry)g."
        " Place: 0 in the same street, 0.5 in the same park, 1 elsewhere, by the division tree;"
        " no coordinates are kept."
        " These numbers are rows that can be changed: %(source)s. You decide; nothing is assigned before."
    ) % {"load": found.load, "distance": found.distance, "industry": found.industry, "source": source}
