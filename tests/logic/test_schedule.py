"""Timetables against brute force that walks day by day, and against networkx."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.logic.limits import ZONE, due
from bihuan.logic.schedule import Activity, After, ScheduleError, plan, schedule, slip, without_actuals
from bihuan.logic.workdays import packaged_calendar

CAL = packaged_calendar()
ONE = timedelta(days=1)
D = date.fromisoformat
UNITS = st.sampled_from(["wd", "d"])


@st.composite
def networks(draw, units=UNITS, most=7):
    count = draw(st.integers(1, most))
    activities = []
    for i in range(count):
        previous = draw(st.lists(st.integers(0, i - 1), unique=True, max_size=3)) if i else []
        after = tuple(After(f"n{p}", draw(st.integers(0, 6)), draw(units)) for p in previous)
        activities.append(Activity(f"n{i}", draw(st.integers(0, 9)), draw(units), after))
    return draw(st.permutations(activities))


TODAYS = st.dates(date(2025, 1, 10), date(2025, 12, 1))


# The rule again, one day at a time --------------------------------------------------------------


def walk_lag(day, link):
    left = link.lag
    while left:
        day += ONE
        left -= link.unit == "d" or CAL.is_working(day)
    return day


def walk_start(day, activity):
    while activity.unit == "wd" and not CAL.is_working(day):
        day += ONE
    return day


def walk_finish(start, activity):
    left, day = activity.duration, start
    while True:
        left -= activity.unit == "d" or CAL.is_working(day)
        if left <= 0:
            return day
        day += ONE


def walk_release(finish, previous, link):
    day = walk_lag(finish, link)
    return day + ONE if previous.duration else day


def simulate(activities, floor, fixed):
    """Earliest dates when ``fixed`` nodes start on given days and ``floor`` holds for all others.

    With ``floor`` None only what hangs on a fixed node is placed.
    """
    known = {a.id: a for a in activities}
    placed = {}

    def place(a):
        if a.id in placed:
            return placed[a.id]
        if a.id in fixed:
            start = fixed[a.id]
        else:
            released = [
                walk_release(done[1], known[link.id], link)
                for link in a.after
                if (done := place(known[link.id])) is not None
            ]
            days = [*released, *([floor] if floor else [])]
            start = walk_start(max(days), a) if days else None
        placed[a.id] = None if start is None else (start, walk_finish(start, a))
        return placed[a.id]

    for a in activities:
        place(a)
    return {key: value for key, value in placed.items() if value is not None}


@settings(max_examples=150, deadline=None)
@given(networks(), TODAYS)
def test_forward_equals_walking_day_by_day(activities, today):
    found = schedule(activities, date(2026, 6, 30), today, CAL)
    expected = simulate(activities, today, {})
    assert {d.id: (d.earliest_start, d.earliest_finish) for d in found.activities} == expected


@settings(max_examples=120, deadline=None)
@given(networks(), st.dates(date(2025, 9, 25), date(2026, 3, 10)))
def test_latest_start_is_the_last_day_that_keeps_the_anchor(activities, anchor):
    """For each node search the latest start by simulating all that hangs on it, from late to early."""
    found = {d.id: d for d in schedule(activities, anchor, date(2025, 9, 1), CAL).activities}
    for activity in activities:
        day = anchor
        while True:
            stands = activity.unit == "d" or CAL.is_working(day)
            if stands and all(
                finish <= anchor for _, finish in simulate(activities, None, {activity.id: day}).values()
            ):
                break
            day -= ONE
        assert found[activity.id].latest_start == day
        finish = walk_finish(day, activity)
        assert found[activity.id].latest_finish >= finish


@settings(max_examples=120, deadline=None)
@given(networks(), st.dates(date(2025, 9, 25), date(2026, 3, 10)))
def test_latest_finish_is_the_last_day_that_keeps_every_latest_start(activities, anchor):
    found = {d.id: d for d in schedule(activities, anchor, date(2025, 9, 1), CAL).activities}
    for activity in activities:
        bound = anchor + ONE
        while True:
            bound -= ONE
            keeps = all(
                walk_release(bound, activity, link) <= found[later.id].latest_start
                for later in activities
                for link in later.after
                if link.id == activity.id
            )
            if keeps and (activity.unit == "d" or CAL.is_working(bound)):
                break
        assert found[activity.id].latest_finish == bound
        assert walk_finish(found[activity.id].latest_start, activity) == bound


@settings(max_examples=100, deadline=None)
@given(networks(units=st.just("wd")), TODAYS)
def test_all_in_working_days_equals_the_longest_path(activities, today):
    graph = nx.DiGraph()
    known = {a.id: a for a in activities}
    for a in activities:
        graph.add_edge("today", a.id, weight=0)
        for link in a.after:
            graph.add_edge(link.id, a.id, weight=known[link.id].duration + link.lag)
    first = CAL.next_working(today)
    plan_ = schedule(activities, date(2026, 6, 30), today, CAL)
    for dates in plan_.activities:
        longest = max(
            nx.path_weight(graph, path, "weight") for path in nx.all_simple_paths(graph, "today", dates.id)
        )
        assert CAL.working_between(first, dates.earliest_start) == longest
    members = {d.id: d for d in plan_.activities}
    assert all(members[key].critical for key in plan_.binding_chain)


@settings(max_examples=100, deadline=None)
@given(networks(), TODAYS, st.dates(date(2025, 1, 10), date(2026, 3, 1)))
def test_the_plan_says_the_same_thing_in_all_its_figures(activities, today, anchor):
    found = schedule(activities, anchor, today, CAL)
    end = max(d.earliest_finish for d in found.activities)
    assert found.finish == end
    assert found.feasible == (end <= anchor)
    assert found.late_by_wd == max(0, CAL.working_between(anchor, end))
    least = min(d.slack_wd for d in found.activities)
    for d in found.activities:
        assert d.slack_wd == CAL.working_between(d.earliest_finish, d.latest_finish)
        assert d.critical == (d.slack_wd == least)
    if found.feasible:
        assert least >= 0
        assert all(d.earliest_start <= d.latest_start for d in found.activities)
    known = {a.id: a for a in activities}
    chain = [known[key] for key in found.binding_chain]
    assert not chain[0].after
    assert all(a.id in {link.id for link in b.after} for a, b in pairwise(chain))
    assert next(d for d in found.activities if d.id == chain[-1].id).earliest_finish == end


@settings(max_examples=60, deadline=None)
@given(networks(), TODAYS, st.integers(1, 15), st.integers(0, 6))
def test_a_slip_moves_what_the_simulation_moves(activities, today, days, which):
    node = activities[which % len(activities)]
    was = simulate(activities, today, {})
    start = CAL.add(was[node.id][0], days, node.unit)
    now = simulate(activities, today, {node.id: start})
    found = slip(activities, date(2026, 6, 30), today, CAL, node.id, days)
    assert {m.id: m.finish_to for m in found.moved} == {
        key: now[key][1] for key in was if now[key][1] != was[key][1]
    }
    assert found.finish_to == max(finish for _, finish in now.values())


# Cases one can check by hand -----------------------------------------------------------------------


def one(*activities, anchor="2026-10-31", today="2026-03-02"):
    found = schedule(activities, D(anchor), D(today), CAL)
    return {d.id: d for d in found.activities}, found


def test_one_working_day_from_monday_ends_on_monday():
    rows, _ = one(Activity("a", 1))
    assert (rows["a"].earliest_start, rows["a"].earliest_finish) == (D("2026-03-02"), D("2026-03-02"))
    assert rows["a"].latest_finish == D("2026-10-30")  # the anchor is a Saturday


def test_calendar_days_stand_on_any_day_and_working_days_roll():
    rows, _ = one(
        Activity("notice", 5, "d"),
        Activity("permit", 2, "wd", (After("notice"),)),
        Activity("dry", 2, "d", (After("permit", 1, "wd"),)),
    )
    assert rows["notice"].earliest_finish == D("2026-03-06")
    assert rows["permit"].earliest_start == D("2026-03-09")
    assert rows["permit"].earliest_finish == D("2026-03-10")
    assert rows["dry"].earliest_start == D("2026-03-12")


def test_a_lag_in_working_days_passes_the_holiday_and_its_makeup_day():
    rows, _ = one(
        Activity("a", 1, "wd"),
        Activity("b", 1, "wd", (After("a", 2, "wd"),)),
        today="2026-09-30",
        anchor="2026-12-31",
    )
    # 1-7 October off, 8 and 9 are the lag, 10 is a make-up Saturday
    assert rows["b"].earliest_start == D("2026-10-10")


def test_a_milestone_takes_no_day():
    rows, found = one(
        Activity("sign", 0),
        Activity("work", 3, "wd", (After("sign"),)),
        Activity("open", 0, "wd", (After("work"),)),
    )
    assert rows["sign"].earliest_start == rows["sign"].earliest_finish == D("2026-03-02")
    assert rows["work"].earliest_start == D("2026-03-02")
    assert rows["open"].earliest_start == rows["open"].earliest_finish == D("2026-03-05")
    assert found.binding_chain == ("sign", "work", "open")


def test_what_is_under_way_ends_at_its_length_or_today():
    rows, _ = one(
        Activity("on_time", 10, "wd", actual_start=D("2026-02-27")),
        Activity("overdue", 2, "wd", actual_start=D("2026-01-05")),
        Activity("next", 1, "wd", (After("overdue"),)),
    )
    assert rows["on_time"].earliest_finish == D("2026-03-11")  # 28 February is a make-up Saturday
    assert rows["overdue"].earliest_finish == D("2026-03-02")
    assert rows["next"].earliest_start == D("2026-03-03")


def test_what_is_done_counts_as_done_and_nothing_new_starts_in_the_past():
    rows, _ = one(
        Activity("done", 5, "wd", actual_start=D("2026-01-05"), actual_finish=D("2026-01-20")),
        Activity("guessed", 5, "wd", actual_finish=D("2026-01-12")),
        Activity("next", 1, "wd", (After("done"),)),
    )
    assert rows["done"].earliest_finish == D("2026-01-20")
    assert rows["guessed"].earliest_start == D("2026-01-06")
    assert rows["next"].earliest_start == D("2026-03-02")


def test_actual_dates_do_not_move_latest_dates():
    begun = [
        Activity("a", 5, actual_start=D("2026-01-05")),
        Activity("b", 3, "d", (After("a", 4, "d"),)),
    ]
    rows, _ = one(*begun)
    plain, _ = one(*without_actuals(begun))
    assert rows["a"].latest_start == plain["a"].latest_start


def test_late_by_working_days_and_whose_chain():
    rows, found = one(
        Activity("short", 2),
        Activity("long", 10),
        Activity("end", 1, "wd", (After("short"), After("long"))),
        anchor="2026-03-11",
    )
    assert not found.feasible
    assert found.late_by_wd == 3
    assert rows["long"].slack_wd == rows["end"].slack_wd == -3
    assert rows["short"].slack_wd == 5
    assert [d.id for d in found.activities if d.critical] == ["long", "end"]
    assert found.binding_chain == ("long", "end")


def test_years_without_notice_are_marked_where_they_were_counted():
    activities = [Activity("a", 5), Activity("b", 30, "wd", (After("a"),))]
    rows, _ = one(*activities, anchor="2026-12-31", today="2026-12-01")
    assert not rows["a"].provisional
    assert rows["b"].provisional
    rows, _ = one(*activities, anchor="2027-03-31", today="2026-12-01")
    assert rows["a"].provisional
    rows, _ = one(*activities)
    assert not any(d.provisional for d in rows.values())


@given(TODAYS, st.integers(1, 60))
def test_clock_and_timetable_agree(received, days):
    """A statutory clock leaves its start day out, so a permit starts on the working day after receipt."""
    at_counter = datetime(received.year, received.month, received.day, 10, tzinfo=ZONE)
    moment = due(at_counter, days, "wd", CAL).at
    rows, _ = one(
        Activity("receipt", 1, "d", actual_start=received, actual_finish=received),
        Activity("permit", days, "wd", (After("receipt"),)),
        today=received.isoformat(),
    )
    assert rows["permit"].earliest_finish == moment.date()


# The document --------------------------------------------------------------------------------------


def document(**changes):
    base = {
        "anchor": "2026-10-31",
        "today": "2026-03-02",
        "activities": [
            {"id": "b", "duration": 10, "unit": "wd", "after": []},
            {
                "id": "a",
                "duration": 20,
                "unit": "wd",
                "after": [{"id": "b", "lag": 0, "unit": "wd"}],
                "actual_start": None,
                "actual_finish": None,
            },
        ],
    }
    return base | changes


def test_document_in_document_out():
    answer = plan(document(), CAL)
    assert list(answer) == ["activities", "feasible", "late_by_wd", "binding_chain"]
    assert answer["activities"][1] == {
        "id": "a",
        "earliest_start": "2026-03-16",
        "earliest_finish": "2026-04-13",
        "latest_start": "2026-09-29",
        "latest_finish": "2026-10-30",
        "slack_wd": CAL.working_between(D("2026-04-13"), D("2026-10-30")),
        "critical": True,
        "provisional": False,
    }
    assert answer["feasible"] is True
    assert answer["late_by_wd"] == 0
    assert answer["binding_chain"] == ["b", "a"]


def test_nothing_to_do_is_feasible():
    assert plan(document(activities=[]), CAL) == {
        "activities": [],
        "feasible": True,
        "late_by_wd": 0,
        "binding_chain": [],
    }


def rows(*activities):
    return document(activities=[{"duration": 1, **a} for a in activities])


@pytest.mark.parametrize(
    ("broken", "code", "where"),
    [
        (rows({"id": "a", "after": [{"id": "a"}]}), "cycle", "activities"),
        (
            rows({"id": "a", "after": [{"id": "b"}]}, {"id": "b", "after": [{"id": "a"}]}),
            "cycle",
            "activities",
        ),
        (rows({"id": "a", "after": [{"id": "x"}]}), "unknown_id", "activities[0].after[0].id"),
        (rows({"id": "a"}, {"id": "a"}), "duplicate_id", "activities[1].id"),
        (rows({"id": ""}), "missing", "activities[0].id"),
        (rows({"id": 7}), "bad_id", "activities[0].id"),
        (rows({"id": "a", "duration": -1}), "bad_days", "activities[0].duration"),
        (rows({"id": "a", "duration": 1.5}), "bad_days", "activities[0].duration"),
        (rows({"id": "a", "duration": True}), "bad_days", "activities[0].duration"),
        (rows({"id": "a", "duration": 36_500}), "out_of_range", "activities"),
        (rows({"id": "a", "unit": "w"}), "bad_unit", "activities[0].unit"),
        (
            rows({"id": "a"}, {"id": "b", "after": [{"id": "a", "lag": -1}]}),
            "bad_days",
            "activities[1].after[0].lag",
        ),
        (rows({"id": "a", "actual_start": "2026-02-30"}), "bad_date", "activities[0].actual_start"),
        (rows({"id": "a", "actual_finish": "2026-03-03"}), "actual_in_future", "activities[0].actual_finish"),
        (
            rows({"id": "a", "actual_start": "2026-02-03", "actual_finish": "2026-02-02"}),
            "finish_before_start",
            "activities[0].actual_finish",
        ),
        (rows({"id": "a", "after": "b"}), "not_a_list", "activities[0].after"),
        (rows({"id": "a", "after": ["b"]}), "not_an_object", "activities[0].after[0]"),
        (document(anchor=None), "missing", "anchor"),
        (document(anchor="2026-13-01"), "bad_date", "anchor"),
        (document(anchor="20261001"), "bad_date", "anchor"),
        (document(anchor="2199-01-01"), "out_of_range", "activities"),
        (document(today=None), "missing", "today"),
        (document(activities={}), "not_a_list", "activities"),
        ([], "not_an_object", ""),
    ],
)
def test_what_cannot_be_read_is_named(broken, code, where):
    with pytest.raises(ScheduleError) as caught:
        plan(broken, CAL)
    assert (caught.value.code, caught.value.where) == (code, where)


def test_a_missing_list_of_activities_is_named():
    broken = document()
    del broken["activities"]
    with pytest.raises(ScheduleError) as caught:
        plan(broken, CAL)
    assert (caught.value.code, caught.value.where) == ("missing", "activities")


def test_what_is_done_cannot_slip():
    done = [Activity("a", 5, actual_finish=D("2026-02-02"))]
    with pytest.raises(ScheduleError, match="already_finished"):
        slip(done, D("2026-10-31"), D("2026-03-02"), CAL, "a", 3)
