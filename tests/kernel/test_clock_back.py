"""A wrong clock that is put right: moves made in the future, then in the present, leave nothing contradictory."""

from datetime import timedelta

from bihuan.kernel.clock.actions.alarms import sweep
from bihuan.kernel.ledger.verifying import verify
from bihuan.kernel.store.sql import run
from tests.lines.projects.test_problem import (
    _place,
    at,
    bureau,
    centre,
    date,
    differences,
    done,
    flow,
    officer,
    opened,
    row,
    run_due,
)

assert _place  # the fixture


def test_moves_go_on_when_the_clock_is_set_back(travel):
    right = at(date(2026, 3, 2), 10)
    with travel(right + timedelta(hours=3)):
        matter = opened()
        flow.move(centre, matter, "assign", {"unit": 701})
        flow.move(bureau, matter, "answer", done(matter))
    with travel(right):
        flow.move(officer, matter, "reject", {"reason": "现场仍未通"})
        flow.move(bureau, matter, "answer", done(matter))
        flow.move(officer, matter, "verify", {"method": "site"})
        flow.move(centre, matter, "sign_off", {})
        run_due()
    assert row(matter).stage == "closed"
    assert differences(matter) == []
    spans = run("SELECT n, since, until FROM flow_span WHERE matter_id = %s ORDER BY n", (matter,))
    assert [(n, since, until) for n, since, until in spans if until and until < since] == []
    assert row(matter).closed >= row(matter).created
    assert verify(using="default").count == 0


def test_reminders_of_a_day_too_early_are_not_given_again(travel):
    right = at(date(2026, 3, 2), 10)
    with travel(right):
        matter = opened()
    told = []
    for moment in (
        right + timedelta(days=2),
        right,
        right + timedelta(days=2),
        right + timedelta(days=2, hours=1),
    ):
        with travel(moment):
            told.append(sweep()["alarms"])
    raised = run("SELECT kind, count(*) FROM clock_alarm WHERE matter_id = %s GROUP BY kind", (matter,))
    assert {count for _kind, count in raised} == {1}
    assert told[0] > 0
    assert told[1:3] == [0, 0]
