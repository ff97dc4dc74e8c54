"""Whatever is asked, a plan keeps precedence and never needs more people than there are; better is better."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.logic.scarce import ScarceError, Task, improve, quick

ortools = pytest.importorskip("ortools")


def fits(tasks, capacity, starts):
    """Whether a plan is one."""
    for task, start in zip(tasks, starts, strict=True):
        assert start >= task.ready
        assert all(starts[one] + tasks[one].length <= start for one in task.after)
    for moment in range(max(s + t.length for s, t in zip(starts, tasks, strict=True))):
        running = [t for t, s in zip(tasks, starts, strict=True) if s <= moment < s + t.length]
        for place, had in enumerate(capacity):
            assert sum(t.needs[place] for t in running) <= had
    return True


def lateness(tasks, starts):
    return sum(t.weight * max(0, s + t.length - t.due) for t, s in zip(tasks, starts, strict=True))


@st.composite
def problems(draw):
    capacity = draw(st.lists(st.integers(1, 3), min_size=1, max_size=2))
    tasks = []
    for number in range(draw(st.integers(1, 8))):
        after = draw(st.lists(st.integers(0, number - 1), max_size=2, unique=True)) if number else []
        needs = tuple(draw(st.integers(0, had)) for had in capacity)
        weight = draw(st.integers(0, 2))
        tasks.append(
            Task(
                draw(st.integers(0, 4)),
                needs,
                tuple(after),
                draw(st.integers(0, 3)),
                draw(st.integers(0, 9)),
                weight,
            )
        )
    return tasks, capacity


@settings(max_examples=60, deadline=None)
@given(problems())
def test_a_quick_answer_is_a_plan_and_costs_what_it_says(problem):
    tasks, capacity = problem
    answer = quick(tasks, capacity)
    assert fits(tasks, capacity, answer.starts)
    assert answer.cost == lateness(tasks, answer.starts) >= answer.bound


@settings(max_examples=12, deadline=None)
@given(problems())
def test_searching_on_never_makes_it_worse_and_proves_small_ones(problem):
    tasks, capacity = problem
    first = quick(tasks, capacity)
    better = improve(tasks, capacity, seconds=100, workers=1, breeding=0)  # it ends when proven
    assert fits(tasks, capacity, better.starts)
    assert better.cost == lateness(tasks, better.starts) <= first.cost
    assert better.proven


def test_one_agent_serves_one_after_the_other_the_urgent_first():
    late, urgent = Task(5, (1,), due=20, weight=1), Task(5, (1,), due=5, weight=1)
    answer = quick([late, urgent], [1])
    assert (answer.starts, answer.cost, answer.proven) == ((5, 0), 0, True)


@pytest.mark.parametrize(
    ("tasks", "capacity", "code"),
    [
        ([], [1], "empty"),
        ([Task(1, (), (1,)), Task(1, (), (0,))], [], "cycle"),
        ([Task(1, (2,))], [1], "too_much_needed"),
        ([Task(1, (1, 1))], [1], "too_much_needed"),
        ([Task(-1)], [], "bad_task"),
        ([Task(1, (), (7,))], [], "bad_task"),
    ],
)
def test_what_has_no_plan_says_where(tasks, capacity, code):
    with pytest.raises(ScarceError) as refusal:
        quick(tasks, capacity)
    assert refusal.value.code == code
