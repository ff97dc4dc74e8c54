"""Other lines fill the timetable: they open a matter by its registered name."""

import pytest
from django.utils import translation
from tests.lines.projects.timetabling import (  # noqa: F401 - fixtures
    CENTRE,
    OFFICER,
    STRANGER,
    _ground,
    approve,
    current,
    node,
    post,
    project,
)

from bihuan.kernel.errors import BadInput, Refused
from bihuan.kernel.flow.actions import open as open_matter
from bihuan.kernel.flow.rebuild import differences
from bihuan.kernel.identity.actors import Scope
from bihuan.lines.projects.timetables.drafting import attend
from bihuan.lines.projects.timetables.recording import record_actual
from bihuan.logic.days import Day


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


HERE = Scope(division=7, county=5, park=7)


def timetable():
    made = project(kind="land", planned_production="2027-06", signed="2025-10-10")
    attend(CENTRE, [made])
    return made, approve(made)


def enter(project_id, actor=CENTRE, **said):
    data = {"title": "工程规划许可 办理日期", **said}
    return open_matter(actor, "projects.node_date", data, scope=HERE, subject=project_id)


def test_a_day_from_elsewhere_stands_in_the_timetable_and_can_be_taken_back():
    made, row = timetable()
    receipt = enter(made, node="filing", start="2025-11-03", finish="2025-11-04", source="审批平台导出")
    assert receipt.stage == "entered"
    assert differences(receipt.matter) == []
    assert node(row.id, "filing").actual_finish == Day.decode("2025-11-04")
    enter(made, node="filing", undoes=receipt.matter)
    assert node(row.id, "filing").actual_finish is None


def test_what_somebody_changed_since_stays():
    made, row = timetable()
    receipt = enter(made, node="filing", start="2025-11-03", finish="2025-11-04")
    record_actual(OFFICER, row.id, "filing", finish=Day.decode("2025-11-05"))
    enter(made, node="filing", undoes=receipt.matter)
    assert node(row.id, "filing").actual_finish == Day.decode("2025-11-05")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"node": "no_such", "finish": "2025-11-04"}, "has no node"),
        ({"node": "filing"}, "Please give the day"),
        ({"node": "filing", "finish": "2026-11-04"}, "still to come"),
        ({"node": "filing", "start": "2025-11-05", "finish": "2025-11-04"}, "before it begins"),
        ({"node": "filing", "undoes": 12}, "no such entry"),
    ],
)
def test_what_cannot_be_is_refused(said, words):
    made, _row = timetable()
    with pytest.raises(BadInput, match=words):
        enter(made, **said)


def test_only_who_keeps_the_node_enters_its_days():
    made, _row = timetable()
    with pytest.raises(BadInput, match="does not keep this node"):
        enter(made, post(6, "supervisor", 300), node="filing", finish="2025-11-04")
    with pytest.raises((BadInput, Refused)):
        enter(made, STRANGER, node="filing", finish="2025-11-04")
