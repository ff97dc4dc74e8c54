"""The demonstration has something true to show on every rung, and a meeting to come."""

from bihuan.kernel.identity import selectors as identity
from bihuan.kernel.meetings import selectors
from bihuan.kernel.meetings.selectors import ladder
from bihuan.kernel.store.sql import run
from bihuan.lines.projects import demo


def test_every_rung_has_somebody_on_it(db):
    demo.load()
    user, post = run(
        "SELECT user_id, id FROM identity_post WHERE role_id = 'coordinator' ORDER BY id LIMIT 1"
    )[0]
    centre = identity.actor_of(user, post)
    assert {one.steps[-1].place for one in ladder.climbs(centre)} == {1, 2, 3}
    assert {one.stage for one in selectors.listed(centre)} >= {"minuted"}
