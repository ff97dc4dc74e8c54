"""Who signs by the division of work (领导分工表), which the meetings room keeps: handed down to orders at start-up."""

from bihuan.kernel.identity.actors import Scope
from bihuan.kernel.meetings.about import About
from bihuan.kernel.meetings.selectors.deciding import Deciders
from bihuan.kernel.orders.words import SIGNERS


def by_division_of_work(place: Scope, unit: int, subject: int) -> int:
    """Return the post in charge of a unit or subject, or who stands in for it; 0 when no row says so."""
    table = Deciders.load()
    rung = next((row for row in table.rungs(place) if row.chair in SIGNERS), None)
    found = table.find(place, rung.place, About(subject, unit)) if rung else None
    return found.post if found and (found.via != "role" or found.instead) else 0
