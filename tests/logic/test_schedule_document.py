"""A timetable as a document: read, answered, and what cannot be read named."""

from datetime import date, timedelta

import pytest
from hypothesis import strategies as st

from bihuan.logic.schedule import ScheduleError, plan
from bihuan.logic.workdays import packaged_calendar

CAL = packaged_calendar()
ONE = timedelta(days=1)
D = date.fromisoformat
UNITS = st.sampled_from(["wd", "d"])


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
