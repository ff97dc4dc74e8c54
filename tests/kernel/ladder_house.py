"""A park with its chairs and stuck matters, for the tests of the ladder and of meetings."""

from datetime import date

from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import selectors
from bihuan.kernel.identity import selectors as identity
from bihuan.kernel.identity.actors import SYSTEM
from tests.kernel import factories as make

#: A Monday.
MONDAY = date(2026, 3, 2)


class House:
    """A park, its chairs and departments."""

    def __init__(self, within=0):
        self.place = make.make_division("云溪高新区", "park", parent=within)
        self.scope = identity.scope_of(self.place)
        self.office = make.make_org("工管委", division=self.place)
        self.bureau = make.make_org("开发建设局", division=self.place)
        self.centre = self.post("coordinator")
        self.leader = self.post("leader")
        self.principal = self.post("principal")
        self.supervisor = self.post("supervisor")
        self.clerk = self.post("department", self.bureau)

    def post(self, role, unit=0, place=0):
        """Return the actor of a new post."""
        return make.make_actor(role, unit or self.office, place or self.place)

    def stuck(self, title="供水管网未接通", assigned=True, **more):
        """Return the id of a problem that waits for the bureau."""
        data = {"title": title, "category": "utilities"}
        key = flow.open(self.centre, "projects.problem", data, scope=self.scope, **more).matter
        if assigned:
            flow.move(self.centre, key, "assign", {"unit": self.bureau})
        return key


def row(key):
    """Return a matter as it stands."""
    return selectors.matter(SYSTEM, key)


def item_of(matter, kind="meetings.item"):
    """Return the newest agenda item (or request) about a matter."""
    found, _more = selectors.listed(SYSTEM, selectors.Filter(kind=kind, parent=matter))
    return found[0] if found else None
