"""The demonstration shows a living district: orders of the city, years gone by, briefs, what comes often."""

import pytest
from tests.remembered import demonstration

from bihuan.kernel.identity import selectors as identity
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.papers import periodicals
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.abroad import selectors as abroad
from bihuan.lines.hotline.causes import selectors as causes
from bihuan.lines.hotline.imports import selectors as past
from bihuan.lines.hotline.openmap.selectors import areas, classes, opened
from bihuan.lines.hotline.telephony import selectors as telephony
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
    assert 0 < len(often) <= 10, "not every class of every community is frequent"
    _map(desk)
    _telephone(desk)
    (system,) = abroad.endpoints(desk)
    assert (system.orders, system.stuck, system.active) == (2, 0, False)
    (handed,) = abroad.handovers(system.id)
    assert (handed.state, handed.status) == ("there", "open")


def _map(desk):
    """The public map is open, with a month, places drawn and as tiles, numbers, a hidden one and one that waits."""
    found = opened(desk.division)
    assert len(found.classes) == 3
    shown = areas(found.level, found.coarse, found.place, found.releases[0].id)
    assert {bool(one.shapes) for one in shown} == {True, False}
    assert {len(one.told) for one in shown} == {0, 1, 2, 3}
    assert [bool(one.reviewer) for one in classes(desk.division)].count(False) == 1


def _telephone(desk):
    """Two shares near their aims, each kind of call, and one that rings at a seat with what its caller asked before."""
    counted = telephony.shares(scope_of(desk.division), 15)
    assert 0.9 < counted.in_time / counted.timed < 1
    assert 0.9 < counted.answered / counted.rang < 1
    calls, _more = telephony.listed(scope_of(desk.division), limit=500)
    assert {bool(one.matter) for one in calls} == {bool(one.recording) for one in calls} == {True, False}
    assert any(one.transferred_at for one in calls)
    assert any(one.busy_at for one in calls)
    assert any(one.abandoned_at for one in calls)
    (ringing,) = telephony.waiting(desk)
    assert ringing.answered_at is None
    assert len(telephony.asked_before(desk, ringing)) >= 2
