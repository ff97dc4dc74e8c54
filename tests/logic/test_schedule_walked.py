"""Timetables against brute force that walks day by day, and against networkx."""

from datetime import date, timedelta
from itertools import pairwise

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.logic.schedule import Activity, After, schedule, slip
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
