"""The sweep: every reminder once, oldest first, in working time, by any number of workers."""

import threading
from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection, connections
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.clock import actions, selectors, values
from bihuan.kernel.clock.actions import alarms as sweeping
from bihuan.kernel.clock.alarms import planned
from bihuan.kernel.clock.ground import Ground, Reminder
from bihuan.kernel.identity.actors import SYSTEM, Scope
from bihuan.kernel.store.sql import run
from bihuan.logic.limits import USUAL_HOURS, ZONE, due, is_working_instant
from bihuan.logic.workdays import packaged_calendar

SCOPE = Scope(division=430181, province=43, city=4301, county=430181)
CAL = packaged_calendar()


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def start(count=1, rule="permit.decide", moment="2025-09-26 10:00", first=1, step=timedelta()):
    """Start clocks on matters ``first``, ``first`` + 1 …, each ``step`` earlier than the one before."""
    actions.write(
        values.start_values(rule, SCOPE, at(moment) - step * n, matter_id=first + n) for n in range(count)
    )


def alarms(kind=None):
    rows = run("SELECT matter_id, kind, at, due, digest FROM clock_alarm ORDER BY id")
    return [row for row in rows if kind in (None, row[1])]


@pytest.mark.django_db
def test_one_clock_is_reminded_at_due_urged_the_next_day_and_goes_into_the_bulletin():
    start()
    assert actions.sweep(at("2025-10-29 08:59"))["clocks"] == 0
    assert actions.sweep(at("2025-10-29 09:00"))["early"] == 1
    assert actions.sweep(at("2025-10-30 17:29"))["alarms"] == 0
    assert actions.sweep(at("2025-10-30 17:30"))["due"] == 1
    assert actions.sweep(at("2025-10-31 09:00"))["urge"] == 1
    assert actions.sweep(at("2025-11-07 09:00"))["bulletin"] == 1
    assert actions.sweep(at("2026-03-02 09:00"))["clocks"] == 0
    assert [(kind, moment, digest) for _m, kind, moment, _due, digest in alarms()] == [
        ("early", at("2025-10-29 09:00"), True),
        ("due", at("2025-10-30 17:30"), False),
        ("urge", at("2025-10-31 09:00"), False),
        ("bulletin", at("2025-11-07 09:00"), False),
    ]


@pytest.mark.django_db
def test_a_short_limit_is_reminded_half_a_day_before_and_not_in_the_digest():
    start(rule="hotline.consult", moment="2025-10-13 10:00")
    assert actions.sweep(at("2025-10-16 13:30"))["early"] == 1
    assert alarms("early") == [(1, "early", at("2025-10-16 13:30"), at("2025-10-16 17:30"), False)]


@pytest.mark.django_db
def test_what_is_not_running_is_not_reminded():
    start(3)
    paused, ended, _left = (selectors.open_clocks([n])[n][0] for n in (1, 2, 3))
    moment = at("2025-10-20 10:00")
    actions.write([values.pause_values(paused, moment, "answered"), values.close_values(ended, moment)])
    actions.sweep(at("2025-12-01 10:00"))
    assert {row[0] for row in alarms()} == {3}


_OLDER = """
INSERT INTO clock_clock (
  matter_id, name, rule, limit_id, value, unit, roll, main, place, started, due, provisional,
  calendar_version, state, episode, turn, next_kind, next_alarm_at)
SELECT 1 + n, name, rule, limit_id, value, unit, roll, main, place, started - age, due - age, false,
  calendar_version, state, 1, 1, 'due', due - age
FROM clock_clock,
  LATERAL (SELECT n, n * interval '1 minute' AS age FROM generate_series(1, 9999) AS n) AS older
"""


@pytest.mark.django_db
def test_ten_thousand_overdue_are_all_reminded_once_the_oldest_first():
    """Not only the newest page: nothing that waits is ever overlooked."""
    start(1, first=1)
    run(_OLDER)
    told = actions.sweep(at("2025-11-05 10:00"), batch=3000)
    assert told["clocks"] == 10_000
    assert told["due"] == told["urge"] == 10_000
    assert told["early"] == 1
    order = [row[0] for row in alarms("due")]
    assert len(order) == len(set(order)) == 10_000
    dues = [row[3] for row in alarms("due") if row[0] != 1]  # the first waited for its early reminder
    assert dues == sorted(dues)
    assert actions.sweep(at("2025-11-05 10:01"))["clocks"] == 0


@pytest.mark.django_db
def test_after_an_outage_only_the_last_reminder_is_carried_at_once():
    start()
    told = actions.sweep(at("2026-03-02 10:00"))
    assert (told["early"], told["due"], told["urge"], told["bulletin"]) == (1, 1, 1, 1)
    assert [(kind, digest) for _m, kind, _at, _due, digest in alarms()] == [
        ("early", True),
        ("due", True),
        ("urge", True),
        ("bulletin", False),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2025-10-31 00:10", "2025-10-31 09:00"),
        ("2025-11-01 10:00", "2025-11-03 09:00"),  # Saturday
        ("2025-10-30 18:01", "2025-10-31 09:00"),
    ],
)
def test_nobody_is_reminded_at_night_or_at_the_weekend(moment, opens):
    start()
    told = actions.sweep(at(moment))
    assert (told["put_off"], told["alarms"]) == (1, 0)
    told = actions.sweep(at(opens))
    assert told["alarms"] >= 2
    assert actions.sweep(at(opens))["clocks"] == 0


@pytest.mark.django_db
def test_a_reminder_at_closing_time_may_be_a_little_late():
    start()
    actions.sweep(at("2025-10-29 10:00"))
    assert actions.sweep(at("2025-10-30 17:45"))["due"] == 1


@pytest.mark.django_db
def test_a_due_moment_put_off_is_reminded_of_anew():
    start()
    clock = selectors.open_clocks([1])[1][0]
    actions.write([values.ask_values(clock, at("2025-10-30 10:00"), 10, "wd", "案情复杂")])
    actions.sweep(at("2025-10-30 17:30"))
    clock = selectors.open_clocks([1])[1][0]
    actions.write([values.extend_values(clock, at("2025-10-31 08:00"), True)])
    actions.sweep(at("2025-10-31 09:00"))
    actions.sweep(at("2025-11-13 17:30"))
    assert [(kind, due) for _m, kind, _at, due, _d in alarms()] == [
        ("early", at("2025-10-30 17:30")),
        ("due", at("2025-10-30 17:30")),
        ("early", at("2025-11-13 17:30")),
        ("due", at("2025-11-13 17:30")),
    ]


@pytest.mark.django_db
def test_a_stop_within_the_limit_gives_no_reminder_twice():
    start()
    actions.sweep(at("2025-10-29 09:00"))
    clock = selectors.open_clocks([1])[1][0]
    actions.write([values.pause_values(clock, at("2025-10-29 10:00"), "answered")])
    clock = selectors.open_clocks([1])[1][0]
    actions.write([values.resume_values(clock, at("2025-10-29 15:00"))])
    clock = selectors.open_clocks([1])[1][0]
    assert (clock.due, clock.turn, clock.next_kind) == (at("2025-10-30 17:30"), 1, "due")
    actions.sweep(at("2025-10-30 17:30"))
    assert [row[1] for row in alarms()] == ["early", "due"]


@pytest.mark.django_db
def test_reminders_are_rows():
    actions.set_reminder(SYSTEM, "urge", "after", "本县", value=2)
    actions.set_reminder(SYSTEM, "early", "before", "本县", value=1, over_days=3, active=False)
    start()
    clock = selectors.open_clocks([1])[1][0]
    assert clock.next_kind == "due"
    actions.sweep(at("2025-10-30 17:30"))
    assert actions.sweep(at("2025-11-03 09:00"))["urge"] == 0
    assert actions.sweep(at("2025-11-04 09:00"))["urge"] == 1


@pytest.mark.django_db
def test_reminders_are_taken_once_and_in_order():
    start(3, step=timedelta(days=1))
    actions.sweep(at("2025-11-05 10:00"))
    taken = actions.take_alarms(4)
    assert [row.id for row in taken] == sorted(row.id for row in taken)
    assert len(taken) == 4
    rest = actions.take_alarms()
    assert len(rest) == len(alarms()) - 4
    assert actions.take_alarms() == []
    assert {row.name for row in taken} == {"decide"}


@pytest.mark.django_db
def test_no_more_are_taken_than_asked_for_whatever_the_plan():
    start(3, step=timedelta(days=1))
    actions.sweep(at("2025-11-05 10:00"))
    for way in ("hashjoin", "mergejoin", "hashagg", "sort", "material", "memoize"):
        run(f"SET LOCAL enable_{way} = off")
    assert len(actions.take_alarms(4)) == 4


@pytest.mark.django_db
def test_the_sweep_walks_its_index():
    run("SET LOCAL enable_seqscan = off")
    plan = run("EXPLAIN " + sweeping._PICK.replace("%s", "now()", 1).replace("%s", "10"))
    assert any("clock_sweep" in row[0] for row in plan)


# Two sweepers at once ------------------------------------------------------------------------------


def _race(monkeypatch, *, guarded):
    """Let two workers pick before either writes; without the guard both pick the same clocks."""
    if not guarded:
        plain = sweeping._PICK.replace("FOR NO KEY UPDATE SKIP LOCKED", "")
        monkeypatch.setattr(sweeping, "_PICK", plain)
        monkeypatch.setattr(sweeping, "_RAISE", sweeping._RAISE.replace(_ONCE, ""))
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE clock_alarm DROP CONSTRAINT clock_alarm_once")
    together = threading.Barrier(2)
    batch = sweeping._batch

    def meet(rows, *rest):
        together.wait(60)
        return batch(rows, *rest)

    monkeypatch.setattr(sweeping, "_batch", meet)
    told, failed = [], []

    def work():
        try:
            told.append(actions.sweep(at("2025-10-30 17:30"), batch=60))
        except Exception as error:
            failed.append(error)
        finally:
            connections["default"].close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(200)
    assert failed == []
    return told


_ONCE = "ON CONFLICT (clock_id, kind, episode, turn) DO NOTHING"


@pytest.mark.django_db(transaction=True)
def test_two_sweepers_at_once_remind_exactly_once(monkeypatch):
    start(100)
    monkeypatch.setattr(sweeping, "GRACE", timedelta(minutes=30))
    told = _race(monkeypatch, guarded=True)
    assert sum(one["clocks"] for one in told) == 100
    assert all(one["clocks"] for one in told)
    rows = run("SELECT clock_id, kind FROM clock_alarm")
    assert len(rows) == len(set(rows)) == 200


@pytest.mark.django_db(transaction=True)
def test_without_the_guard_two_sweepers_would_remind_twice(monkeypatch):
    start(50)
    try:
        _race(monkeypatch, guarded=False)
        rows = run("SELECT clock_id, kind FROM clock_alarm")
        assert len(rows) == 2 * len(set(rows))
    finally:
        run("DELETE FROM clock_alarm")
        with connection.cursor() as cursor:
            columns = "clock_id, kind, episode, turn"
            cursor.execute(f"ALTER TABLE clock_alarm ADD CONSTRAINT clock_alarm_once UNIQUE ({columns})")


# When reminders are planned ---------------------------------------------------------------------------


def _usual():
    rows = (
        Reminder("early", "before", 1, "wd", 0, 3, True),
        Reminder("early", "before", 4, "wh", 3, 0, False),
        Reminder("due", "at", 0, "wd", 0, 0, False),
        Reminder("urge", "after", 0, "wd", 0, 0, False),
        Reminder("bulletin", "after", 5, "wd", 0, 0, False),
    )
    ground = Ground(None, 0, (), {}, {}, {0: USUAL_HOURS}, {}, rows)
    ground._calendars[()] = CAL
    return ground


MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2026, 10, 1)).map(lambda m: m.replace(tzinfo=ZONE))


@given(MOMENTS, st.integers(1, 60), st.sampled_from(["h", "wh", "d", "wd"]))
def test_reminders_come_in_order_and_always_in_working_time(moment, value, unit):
    ends = due(moment, value, unit, CAL).at
    plan = list(planned(_usual(), (), moment, ends, value, unit))
    assert [one.kind for one in plan][-3:] == ["due", "urge", "bulletin"]
    moments = [one.at for one in plan]
    assert moments == sorted(moments)
    assert all(is_working_instant(one.at, CAL) for one in plan)
    assert all(one.at > moment for one in plan)
    by_kind = {one.kind: one for one in plan}
    assert by_kind["due"].at >= ends
    late = CAL.working_between(by_kind["due"].at.date(), by_kind["bulletin"].at.date())
    assert late == 6
    if unit in ("d", "wd") and value > 3 and "early" in by_kind:
        assert by_kind["early"].digest


def test_a_day_in_the_fixture_is_as_the_office_counts_it():
    plan = list(planned(_usual(), (), at("2025-09-26 10:00"), at("2025-09-30 17:30"), 3, "wd"))
    assert [(one.kind, one.at) for one in plan] == [
        ("early", at("2025-09-30 13:30")),
        ("due", at("2025-09-30 17:30")),
        ("urge", at("2025-10-09 09:00")),
        ("bulletin", at("2025-10-15 09:00")),
    ]
    assert date(2025, 10, 15) == CAL.add_working(date(2025, 9, 30), 6)
    assert time(9) == plan[-1].at.timetz().replace(tzinfo=None)
