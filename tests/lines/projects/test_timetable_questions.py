"""Draft a project's backward timetable from the date on record, or ask for that date."""

from datetime import date

import pytest
from tests.lines.projects.timetabling import (
    CENTRE,
    LEADER,
    OFFICER,
    STRANGER,
    _ground,
    approve,
    current,
    node,
    project,
    questions,
)

from bihuan.kernel.errors import BadInput, Conflict, NotFound, Refused
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.actions import move
from bihuan.kernel.flow.rebuild import differences as matter_differences
from bihuan.kernel.registers import selectors as registers
from bihuan.kernel.registers.actions import amend
from bihuan.kernel.store.sql import run
from bihuan.lines.projects.registers import PROJECTS
from bihuan.lines.projects.timetables import rows
from bihuan.lines.projects.timetables.drafting import ask_all, attend, draft_all
from bihuan.lines.projects.timetables.drawing import draft
from bihuan.logic.days import Day

__all__ = ["_ground"]


def test_a_date_ahead_gives_a_draft_with_its_matter_and_its_entries():
    key = project(planned_production="2027-10", kind="land")
    made = draft_all(CENTRE)
    row = current(key).draft
    assert made.drafted == {key: row.id}
    assert (row.anchor, row.anchor_code, row.first_anchor_code) == (date(2027, 10, 29), "2027-10", "2027-10")
    matter = flow.matter(CENTRE, row.matter)
    assert (matter.stage, matter.subject, matter.value("timetable")) == ("draft", key, row.id)
    nodes = rows.nodes([row.id])[row.id]
    assert nodes[0].key == "negotiation"
    assert nodes[-1].key == "production"
    assert matter_differences(row.matter) == []


def test_a_second_run_changes_nothing():
    ahead, without, past = (
        project("甲", planned_production="2027-10-08"), project("乙"), project("丙", planned_production="2025"),
    )  # fmt: skip
    first = attend(CENTRE)
    assert set(first.drafted) == {ahead}
    assert set(first.asked) == {without, past}
    assert [q.value("asks") for q in questions(past)] == ["past"]
    before = run("SELECT count(*), max(id) FROM flow_matter"), run("SELECT count(*) FROM ledger_entry")
    again = attend(CENTRE)
    assert (again.drafted, again.asked, again.dropped, again.refused) == ({}, {}, [], {})
    assert (
        run("SELECT count(*), max(id) FROM flow_matter"),
        run("SELECT count(*) FROM ledger_entry"),
    ) == before
    with pytest.raises(Conflict):
        draft(CENTRE, ahead)


@pytest.mark.parametrize(
    "fields", [{"produced": "2026-01"}, {"state": "ended"}, {"state": "withdrawn"}, {"state": "paused"}]
)
def test_who_produces_or_has_ended_is_asked_nothing(fields):
    key = project(**fields)
    done = attend(CENTRE)
    assert (done.drafted, done.asked) == ({}, {})
    assert questions(key) == []


def test_drafting_needs_a_date_that_lies_ahead():
    with pytest.raises(BadInput):
        draft(CENTRE, project("甲"))
    with pytest.raises(BadInput):
        draft(CENTRE, project("乙", planned_production="2026-02"))
    with pytest.raises(NotFound):
        draft(CENTRE, 987654321)
    key = project("丙", planned_production="2026")
    with pytest.raises(Refused):
        draft(STRANGER, key)
    assert rows.currents([key]) == {}
    assert ask_all(STRANGER, [project("丁")]).refused


def test_the_register_fills_nodes_and_what_they_imply():
    key = project(planned_production="2026-12", signed="2025-03-01", started="2025-11-03", kind="land")
    draft(CENTRE, key)
    row = current(key).draft
    assert node(row.id, "signing").actual_finish == Day(date(2025, 3, 1))
    assert node(row.id, "start").actual_start == Day(date(2025, 11, 3))
    permit = node(row.id, "construction_permit")
    assert (permit.actual_finish, permit.inferred) == (Day(date(2025, 11, 3)), True)
    assert node(row.id, "negotiation").actual_finish == Day(date(2025, 3, 1))
    assert node(row.id, "utilities").actual_finish is None
    amend(CENTRE, PROJECTS, key, {"started": None})
    attend(CENTRE, [key])
    assert node(row.id, "construction_permit").actual_finish is None
    assert node(row.id, "negotiation").inferred


def test_a_question_answers_itself_when_the_register_does():
    key = project()
    attend(CENTRE)
    (question,) = questions(key)
    amend(CENTRE, PROJECTS, key, {"planned_production": "2027"})
    done = attend(CENTRE)
    assert done.dropped == [question.id]
    assert set(done.drafted) == {key}
    assert flow.matter(CENTRE, question.id).stage == "void"


@pytest.mark.parametrize(
    ("answer", "wrong"),
    [
        ({"planned": "2027-06-01", "precision": "month"}, {"planned": "2026-02-01", "precision": "month"}),
        ({"produced": "2026-01-20"}, {"produced": "2026-03-03"}),
        ({"ask_again": "2026-04-01"}, {"ask_again": "2026-03-02"}),
        ({"planned": "2026-12-31"}, {"planned": "2026-12-31", "produced": "2026-01-20"}),
        ({"planned": "2026-01-01", "precision": "year"}, {}),
    ],
)
def test_an_answer_has_to_make_sense_and_is_entered_once(answer, wrong):
    key = project()
    attend(CENTRE)
    (question,) = questions(key)
    with pytest.raises(BadInput):
        move(OFFICER, question.id, "answer", wrong)
    move(OFFICER, question.id, "answer", answer)
    codes = registers.current(PROJECTS, key)
    drafts = current(key).draft
    if "planned" in answer:
        size = {"month": 7, "year": 4}.get(answer.get("precision"), 10)
        assert codes["planned_production"] == answer["planned"][:size] == drafts.anchor_code
    else:
        assert (codes["produced"], drafts) == (answer.get("produced"), None)
    assert attend(CENTRE).asked == {}


def test_no_date_yet_is_asked_again_on_the_day(travel):
    key = project()
    attend(CENTRE)
    move(OFFICER, questions(key)[0].id, "answer", {"ask_again": "2026-04-01"})
    with travel(date(2026, 3, 31)):
        assert attend(CENTRE).asked == {}
    with travel(date(2026, 4, 1)):
        assert set(attend(CENTRE).asked) == {key}


def test_a_past_date_answered_by_another_keeps_the_first_one_in_sight():
    key = project(planned_production="2025-07")
    attend(CENTRE)
    move(OFFICER, questions(key)[0].id, "answer", {"planned": "2026-12-31"})
    row = current(key).draft
    assert (row.first_anchor_code, row.anchor_code, row.reanchored) == ("2025-07", "2026-12-31", True)
    move(OFFICER, row.matter, "submit", {})
    with pytest.raises(BadInput):
        move(CENTRE, row.matter, "approve", {})
    move(LEADER, row.matter, "approve", {})


def test_the_morning_asks_again_and_sees_the_timetables_from_the_new_day(travel):
    from bihuan.kernel.jobs import blueprint

    waits, ahead = project("甲"), project("乙", planned_production="2026-04")
    attend(CENTRE)
    move(OFFICER, questions(waits)[0].id, "answer", {"ask_again": "2026-05-06"})
    with travel(date(2026, 5, 6)):
        blueprint.tasks["projects.timetables.morning"].func()
        assert [q.value("asks") for q in questions(waits)] == ["missing"]
        assert [q.value("asks") for q in questions(ahead)] == ["past"]
        assert current(ahead).draft.computed_on == date(2026, 5, 6)
        before = run("SELECT count(*) FROM ledger_entry")
        blueprint.tasks["projects.timetables.morning"].func()
        assert run("SELECT count(*) FROM ledger_entry") == before


def test_a_passed_baseline_asks_once_and_its_answer_waits_for_the_leader(travel):
    key = project(planned_production="2026-03-31", signed="2024-01-02", completed="2026-02-02")
    draft(CENTRE, key)
    approve(key, CENTRE)
    with travel(date(2026, 4, 2)):
        attend(CENTRE)
        (question,) = questions(key)
        assert question.value("asks") == "past"
        move(OFFICER, question.id, "answer", {"planned": "2026-06-01", "precision": "month"})
        state = current(key)
        assert (state.draft.anchor_code, state.draft.reanchored) == ("2026-06", True)
        assert registers.current(PROJECTS, key)["planned_production"] == "2026-03-31"
        again = attend(CENTRE)
        assert (again.asked, again.drafted) == ({}, {})
    with travel(date(2026, 7, 1)):
        assert set(attend(CENTRE).asked) == {key}
