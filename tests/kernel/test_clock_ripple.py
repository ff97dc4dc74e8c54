"""A changed calendar moves every due moment counted over it, once, and says so."""

import json
from datetime import date, datetime, time, timedelta

import pytest

from bihuan.kernel.clock import actions, jobs, selectors, values
from bihuan.kernel.clock.actions import rippling
from bihuan.kernel.clock.ground import ground
from bihuan.kernel.errors import BadInput
from bihuan.kernel.identity.actors import SYSTEM, Scope
from bihuan.kernel.store.sql import run
from bihuan.logic.limits import ZONE

pytestmark = pytest.mark.django_db
HERE = Scope(division=430181, province=43, city=4301, county=430181)
THERE = Scope(division=430182, province=43, city=4301, county=430182)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def start(matter, moment, rule="permit.decide", scope=HERE):
    actions.write([values.start_values(rule, scope, at(moment), matter_id=matter)])


def clock(matter):
    return selectors.open_clocks([matter])[matter][0]


def change(day, working=False, division=0):
    return actions.set_days(SYSTEM, [actions.DayChange(date.fromisoformat(day), working, "台风")], division)


def test_a_new_rest_day_moves_what_was_counted_over_it_and_nothing_else(travel):
    with travel(at("2025-10-10 10:00")):
        start(1, "2025-09-26 10:00")
        start(2, "2025-10-20 10:00")
        start(3, "2025-09-01 10:00")
        before = {n: clock(n) for n in (1, 2, 3)}
        version = change("2025-10-14")
        told = actions.ripple()
    assert told["versions"][-1] == version
    assert (told["looked"], told["moved"]) == (1, 1)
    assert clock(1).due == at("2025-10-31 17:30")
    assert (clock(1).next_kind, clock(1).next_alarm_at) == ("early", at("2025-10-30 09:00"))
    assert clock(2) == before[2]
    assert clock(3) == before[3]
    stamped = run("SELECT calendar_version FROM clock_clock WHERE matter_id = 1")
    assert stamped == [(ground().version,)]


def test_the_ripple_is_one_entry_in_the_calendars_own_chain():
    start(1, "2025-09-26 10:00")
    version = change("2025-10-14")
    actions.ripple()
    actions.ripple()
    rows = run("SELECT text FROM ledger_entry WHERE move = 'clock.ripple'")
    assert len(rows) == 1
    facts = json.loads(rows[0][0])["facts"]
    assert (facts["looked"], facts["moved"], facts["versions"][-1]) == (1, 1, version)
    assert run("SELECT moved FROM clock_calendarversion WHERE version = %s", (version,)) == [(1,)]


def test_the_job_is_queued_with_the_change():
    start(1, "2025-09-26 10:00")
    change("2025-10-14")
    change("2025-10-15")
    waiting = run(
        "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'clock.ripple' AND status = 'todo'"
    )
    assert waiting == [(1,)]


def test_the_job_does_it():
    start(1, "2025-09-26 10:00")
    change("2025-10-14")
    jobs.ripple()
    assert clock(1).due == at("2025-10-31 17:30")


def test_a_rest_day_given_back_moves_it_back():
    start(1, "2025-09-26 10:00")
    change("2025-10-14")
    actions.ripple()
    actions.set_days(SYSTEM, [actions.DayChange(date(2025, 10, 14), None)])
    actions.ripple()
    assert clock(1).due == at("2025-10-30 17:30")


def test_a_local_closure_moves_only_its_own():
    start(1, "2025-09-26 10:00", scope=HERE)
    start(2, "2025-09-26 10:00", scope=THERE)
    change("2025-10-14", division=430181)
    assert actions.ripple()["looked"] == 1
    assert clock(1).due == at("2025-10-31 17:30")
    assert clock(2).due == at("2025-10-30 17:30")


def test_new_hours_move_clocks_too():
    start(1, "2025-09-26 10:00")
    actions.set_hours(SYSTEM, date(2025, 10, 1), [(time(9), time(12)), (time(13), time(17))], "冬季作息")
    actions.ripple()
    assert clock(1).due == at("2025-10-30 17:00")


def test_an_announced_year_makes_provisional_dates_firm():
    start(1, "2026-12-20 10:00")
    assert clock(1).provisional
    assert clock(1).due == at("2027-01-18 17:30")
    days = [
        actions.DayChange(date(2027, 1, 1), False, "元旦"),
        actions.DayChange(date(2027, 1, 4), False, "元旦"),
        actions.DayChange(date(2027, 1, 9), True, "元旦"),
    ]
    actions.announce_year(SYSTEM, 2027, "国务院办公厅关于2027年部分节假日安排的通知", days)
    assert actions.ripple()["looked"] == 1
    assert not clock(1).provisional
    assert clock(1).due == at("2027-01-18 17:30")
    explained = " ".join(line.text for line in selectors.explain(clock(1).id))
    assert "2027年部分节假日" in explained


def test_a_notice_holds_only_its_own_year():
    with pytest.raises(BadInput):
        actions.announce_year(SYSTEM, 2027, "通知", [actions.DayChange(date(2026, 1, 4), False)])
    with pytest.raises(BadInput):
        actions.announce_year(SYSTEM, 2027, "", [])


def test_a_stopped_clock_follows_when_it_runs_again():
    start(1, "2025-09-26 10:00")
    actions.write([values.pause_values(clock(1), at("2025-10-09 10:00"), "answered")])
    change("2025-10-20")
    assert actions.ripple()["looked"] == 0
    actions.write([values.resume_values(clock(1), at("2025-10-09 15:00"))])
    assert clock(1).due == at("2025-10-31 17:30")


def test_every_running_clock_ends_where_it_would_if_started_under_the_new_calendar():
    """Four hundred clocks of all units in small batches: rippled equals started afresh."""
    rules = ["permit.decide", "hotline.general", "hotline.consult", "build.start", "hotline.urgent"]
    for n in range(400):
        moment = at("2025-08-01 08:00") + timedelta(hours=7 * n)
        actions.write([values.start_values(rules[n % 5], HERE, moment, matter_id=n)])
    actions.set_days(
        SYSTEM,
        [
            actions.DayChange(date(2025, 9, 28), None),
            actions.DayChange(date(2025, 10, 9), False, "台风"),
            actions.DayChange(date(2025, 10, 18), True, "补班"),
        ],
    )
    told = actions.ripple(batch=37)
    assert told["moved"] > 30
    for n in range(400):
        found = clock(n)
        fresh = values.start_values(rules[n % 5], HERE, found.started, matter_id=n)
        assert found.due == fresh.due, (n, found)
        row = dict(
            zip([name for name, _k in fresh.inserts[0].columns], fresh.inserts[0].rows[0], strict=True)
        )
        assert (found.next_kind, found.next_alarm_at) == (row["next_kind"], row["next_alarm_at"])


def test_who_keeps_a_copy_is_told_and_locks_first(monkeypatch):
    seen = []

    class Copy:
        def lock(self, matter_ids):
            seen.append(("lock", list(matter_ids)))

        def moved(self, rows):
            seen.append(("moved", [(row.matter_id, row.due) for row in rows]))

    monkeypatch.setattr(rippling, "_followers", [])
    copy = Copy()
    actions.follow(copy)
    actions.follow(copy)
    start(5, "2025-09-26 10:00")
    change("2025-10-14")
    actions.ripple()
    assert seen == [("lock", [5]), ("moved", [(5, at("2025-10-31 17:30"))])]
