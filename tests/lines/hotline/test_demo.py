"""The demonstration shows a living district: orders of the city, years gone by, briefs, what comes often."""

import pytest
from tests.remembered import demonstration

from bihuan.kernel.identity import selectors as identity
from bihuan.kernel.papers import periodicals
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.causes import selectors as causes
from bihuan.lines.hotline.imports import selectors as past
from bihuan.lines.hotline.upstream import selectors as city


@pytest.mark.django_db
def test_the_district_lives(settings):
    demonstration()
    found = run(
        "SELECT p.user_id, p.id FROM identity_post p WHERE p.role_id = 'operator' ORDER BY p.id LIMIT 1"
    )
    desk = identity.actor_of(*found[0])
    assert len(city.replies(desk)) == 1
    assert [one.days for one in city.extensions(desk)] == [3]
    assert past.last_moment(desk.division) is not None
    assert {row.kind for row in periodicals.listed(desk, "hotline")[0]} == {"day", "week", "month"}
    often = causes.frequent(desk)
    assert 0 < len(often) <= 3, "not every class is frequent"
