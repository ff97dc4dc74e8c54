"""A park whose projects are served: two officers, a leader, the centre, and a stranger elsewhere."""

from datetime import date

import pytest
from tests.lines.projects.park import Park

from bihuan.kernel.flow import registry
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.lines.officers.visits import defaults

TODAY = date(2026, 3, 2)


class Town(Park):
    """The park of the projects' tests, with a second officer."""

    def __init__(self):
        super().__init__()
        self.second = self.person("officer")

    def matters(self, kind, *, subject=0, is_open=None):
        """Return the matters of a kind."""
        return flow.listed(SYSTEM, flow.Filter(kind=kind, subject=subject, open=is_open), limit=200)[0]


@pytest.fixture
def town(db, settings, travel):
    """A fresh park on Monday, 2 March 2026, in English."""
    from django.utils import translation

    settings.MFA_REQUIRED = False
    registry.forget()
    with travel(TODAY), translation.override("en"):
        defaults.load_defaults()
        yield Town()
    registry.forget()
