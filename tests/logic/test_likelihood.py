"""Simulated days follow the timetable's own rule, and widen as what is known of durations widens."""

import random
from datetime import date, timedelta

import pytest
from bench.schedule import project

from bihuan.logic.likelihood import ENOUGH, Guess, Learnt, learn, likelihood, typical
from bihuan.logic.schedule import schedule
from bihuan.logic.schedule_network import Activity, After
from bihuan.logic.workdays import packaged_calendar

CAL = packaged_calendar()
TODAY = date(2026, 3, 2)
EXACT = Guess(1, 1, 1)


@pytest.mark.parametrize("seed", range(12))
def test_without_doubt_it_is_the_timetable(seed):
    activities, anchor, today = project(random.Random(seed), 25, mixed=True)
    plan = schedule(activities, anchor, today, CAL)
    spreads = {activity.id: EXACT for activity in activities}
    found = likelihood(activities, anchor, today, CAL, spreads, draws=7)
    assert (found.day, found.median) == (plan.finish, plan.finish)
    assert found.chance == (1.0 if plan.feasible else 0.0)


def chain(*lengths):
    return [
        Activity(f"n{n}", length, "wd", (After(f"n{n - 1}"),) if n else ())
        for n, length in enumerate(lengths)
    ]


def test_eight_of_ten_is_later_than_the_middle_and_the_chance_falls_with_an_earlier_anchor():
    plan = chain(20, 30, 40)
    wide = {a.id: Guess(0.8, 1, 2) for a in plan}
    late = likelihood(plan, date(2026, 9, 30), TODAY, CAL, wide, draws=5000)
    early = likelihood(plan, date(2026, 7, 10), TODAY, CAL, wide, draws=5000)
    assert late.day > late.median > schedule(plan, date(2026, 9, 30), TODAY, CAL).finish
    assert 0 < early.chance < late.chance <= 1
    assert (late.learnt, late.drawn) == (0, 3)
    assert sum(share for _from, _to, share in late.bars) > 0.98
    assert likelihood(plan, date(2026, 9, 30), TODAY, CAL, wide, draws=5000) == late, "the same question"


def test_what_is_done_is_not_drawn_and_a_slip_moves_the_day():
    done = Activity("n0", 20, "wd", (), TODAY - timedelta(40), TODAY - timedelta(4))
    plan = [done, *chain(20, 30)[1:]]
    spreads = {a.id: Guess(0.9, 1, 1.5) for a in plan}
    found = likelihood(plan, date(2026, 6, 1), TODAY, CAL, spreads, draws=2000)
    assert found.drawn == 1
    slipped = likelihood(plan, date(2026, 6, 1), TODAY, CAL, spreads, draws=2000, slip={"n1": 10})
    assert CAL.working_between(found.day, slipped.day) == 10


def test_what_was_finished_here_is_learnt_from_once_there_is_enough():
    assert learn([1.5] * (ENOUGH - 1)) is None
    found = learn([1.4, 1.5, 1.6] * 5)
    assert isinstance(found, Learnt)
    assert typical(found) == pytest.approx(1.5, abs=0.02)
    assert found.cases == 15
    plan = chain(100)
    drawn = likelihood(plan, date(2026, 12, 1), TODAY, CAL, {"n0": found}, draws=4000)
    assert 145 <= CAL.working_between(TODAY, drawn.median) <= 155
    assert (drawn.learnt, drawn.drawn) == (1, 1)
