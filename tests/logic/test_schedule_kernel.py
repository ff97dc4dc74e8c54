"""Many timetables at once equal the plain one, with and without the compiler."""

import json
import subprocess
import sys
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.logic import schedule_kernel as kernel
from bihuan.logic.schedule import Activity, After, ScheduleError, schedule
from bihuan.logic.workdays import packaged_calendar

CAL = packaged_calendar()
TODAY = date(2025, 9, 22)
UNITS = st.sampled_from(["wd", "d"])
PAST = st.none() | st.dates(date(2025, 6, 1), TODAY)


@st.composite
def projects(draw):
    activities = []
    for i in range(draw(st.integers(1, 8))):
        previous = draw(st.lists(st.integers(0, i - 1), unique=True, max_size=3)) if i else []
        after = tuple(After(f"n{p}", draw(st.integers(0, 6)), draw(UNITS)) for p in previous)
        began, ended = draw(PAST), draw(PAST)
        if began and ended and ended < began:
            began, ended = ended, began
        activities.append(Activity(f"n{i}", draw(st.integers(0, 12)), draw(UNITS), after, began, ended))
    return draw(st.permutations(activities)), draw(st.dates(date(2025, 6, 1), date(2026, 12, 1))), TODAY


def as_rows(packed, found):
    dates = (found.earliest_start, found.earliest_finish, found.latest_start, found.latest_finish)
    return {
        key: (*(d[n].item() for d in dates), int(found.slack[n]), bool(found.critical[n]))
        for n, key in enumerate(packed.keys)
    }


@settings(max_examples=150, deadline=None)
@given(st.lists(projects(), min_size=1, max_size=4))
def test_equal_to_the_plain_timetable(many):
    packed = kernel.pack(many, CAL)
    found = kernel.solve(packed, CAL)
    rows = as_rows(packed, found)
    for number, (activities, anchor, today) in enumerate(many):
        plain = schedule(activities, anchor, today, CAL)
        assert found.late[number] == plain.late_by_wd
        assert found.feasible[number] == plain.feasible
        for d in plain.activities:
            assert rows[number, d.id] == (
                d.earliest_start,
                d.earliest_finish,
                d.latest_start,
                d.latest_finish,
                d.slack_wd,
                d.critical,
            )


def test_nothing_to_solve():
    assert kernel.solve(kernel.pack([], CAL), CAL).slack.size == 0
    empty = kernel.solve(kernel.pack([((), date(2026, 1, 5), TODAY)], CAL), CAL)
    assert empty.feasible.tolist() == [True]
    assert empty.late.tolist() == [0]


def test_a_plan_beyond_the_calendar_is_refused():
    packed = kernel.pack([([Activity("a", 30_000)], date(2026, 1, 5), TODAY)], CAL)
    with pytest.raises(ScheduleError, match="out_of_range"):
        kernel.solve(packed, CAL)


WITHOUT_NUMBA = """
import sys
sys.modules["numba"] = None
import json
from datetime import date
from bihuan.logic import schedule_kernel as kernel
from bihuan.logic.schedule import Activity, After
from bihuan.logic.workdays import packaged_calendar
a = [Activity("a", 3), Activity("b", 4, "d", (After("a", 2),))]
packed = kernel.pack([(a, date(2025, 12, 1), date(2025, 9, 26))], packaged_calendar())
found = kernel.solve(packed, packaged_calendar())
print(json.dumps([kernel.ENGINE, [str(d) for d in found.latest_start], found.slack.tolist()]))
"""


def test_without_the_compiler_the_answer_is_the_same():
    run = subprocess.run([sys.executable, "-c", WITHOUT_NUMBA], capture_output=True, text=True, check=True)
    name, latest, slack = json.loads(run.stdout)
    activities = [Activity("a", 3), Activity("b", 4, "d", (After("a", 2),))]
    plain = schedule(activities, date(2025, 12, 1), date(2025, 9, 26), CAL)
    assert name == "python"
    assert latest == [str(d.latest_start) for d in plain.activities]
    assert slack == [d.slack_wd for d in plain.activities]
