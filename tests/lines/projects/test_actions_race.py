"""Two presses at the same moment: one thing happens, and both are told of it."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from threading import Barrier

import pytest
from django.db import connections
from tests.lines.projects.park import PARK, book, park

from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.intake.models import Batch
from bihuan.kernel.registers.models import Amend
from bihuan.lines.projects import actions
from bihuan.lines.projects.models import Project
from bihuan.lines.projects.transfers import exports, imports
from bihuan.lines.projects.transfers.models import Work

__all__ = ["park"]

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

NEED = {"title": "用电难", "category": "utilities"}
ANSWER = {"closing": "explained", "reply": "当场说明"}


def both(act):
    """Do the same in two threads at once and return what each got."""
    gate = Barrier(2)

    def one():
        try:
            gate.wait(60)
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(copy_context().run, one) for _turn in range(2)]
        return [future.result(200) for future in futures]


def test_an_answer_on_the_spot_is_given_once(park):
    project = park.project()
    made = both(lambda: actions.answer_on_the_spot(park.officer, project, NEED, ANSWER, key="k"))
    assert made[0].matter == made[1].matter
    assert len(flow.listed(SYSTEM, flow.Filter(kind="projects.problem"))[0]) == 1


def test_a_problem_is_registered_once(park):
    project = park.project()
    made = both(lambda: actions.register_problem(park.officer, project, NEED, key="k"))
    assert made[0].matter == made[1].matter


def test_a_project_is_entered_once(park):
    made = both(lambda: actions.amend_project(park.coordinator, None, {"name": "甲项目"}, key="k"))
    assert made[0] == made[1]
    assert (Project.objects.count(), Amend.objects.count()) == (1, 1)
    assert len(flow.listed(SYSTEM, flow.Filter(kind="projects.date"))[0]) == 1


def test_a_workbook_is_taken_in_once_and_written_once(park):
    data = book([None, "甲项目", None, PARK, None, None, "用电难"]).getvalue()

    def hand_in():
        import io

        return imports.take_in(park.coordinator, io.BytesIO(data), "台账.xlsx", key="k").id

    ids = both(hand_in)
    assert ids[0] == ids[1]
    assert Work.objects.count() == 1
    states = both(lambda: imports.apply(park.coordinator, ids[0]).state)
    assert states == ["done", "done"]
    assert (Batch.objects.count(), Project.objects.count()) == (1, 1)
    assert len(flow.listed(SYSTEM, flow.Filter(kind="projects.problem"))[0]) == 1
    assert both(lambda: imports.undo(park.coordinator, ids[0]).state) == ["undone", "undone"]
    assert not Project.objects.filter(withdrawn_at=None).exists()


def test_a_file_is_written_once(park):
    park.project()
    both(lambda: exports.ask(park.leader, exports.What(), "csv", key="k"))
    assert Work.objects.count() == 1
