"""Propose officers for projects nobody serves, with the reasons; people approve."""

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
            frozenset(card.park for card in known.get(load.post, ()) if card.park),
            frozenset(card.industry for card in known.get(load.post, ()) if card.industry),
        )
        for load in loads
    ]
    things = [
        Thing(card.id, 1.0, card.park, card.industry, _reaching(card, loads))
        for card in (cards[key] for key in selectors.unserved(alive))
    ]
    return (
        propose([thing for thing in things if thing.holders], holders, weights(actor)[0]) if holders else []
    )


def _reaching(card: projects.ProjectCard, loads: list[selectors.Load]) -> frozenset[int]:
    places = {getattr(card.scope, level) for level in LEVELS}
    return frozenset(load.post for load in loads if load.division in places)


def why(choice: Choice) -> str:
    """Return the reasons of a proposal in words."""
    said = [_("load %(load).0f, mean %(mean).1f") % {"load": choice.load, "mean": choice.mean}]
    said.append(_("serves there already") if choice.near else _("nothing there yet"))
    said.append(_("knows the industry") if choice.knows else _("new industry"))
    return pgettext("between items of a list", ", ").join(said)


def formula(actor: Actor) -> str:
    """Return how the proposal was worked out."""
    found, source = weights(actor)
    return _(
        "Least cost of load × %(load)g (projects against the mean) + place × %(distance)g + industry × %(industry)g."
        " These numbers are rows that can be changed: %(source)s. You decide; nothing is assigned before."
    ) % {"load": found.load, "distance": found.distance, "industry": found.industry, "source": source}
