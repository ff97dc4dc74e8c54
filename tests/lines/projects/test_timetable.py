"""Draft, ask, record, stop, agree, approve and move a project's backward timetable."""

import json
import threading
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.db import connection

from bihuan.kernel.errors import BadInput, Conflict, NotFound, Refused
from bihuan.kernel.flow import registry
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.actions import move
from bihuan.kernel.flow.rebuild import differences as matter_differences
from bihuan.kernel.identity.actors import SYSTEM, Actor, Kind, Scope
from bihuan.kernel.now import now
from bihuan.kernel.now import travel as travelling
from bihuan.kernel.registers import selectors as registers
from bihuan.kernel.registers.actions import amend
from bihuan.kernel.store.sql import run
from bihuan.lines.projects.registers import PROJECTS
from bihuan.lines.projects.timetables import core, rows
from bihuan.lines.projects.timetables.computing import project_many, reading, recompute
from bihuan.lines.projects.timetables.days import calendar
from bihuan.lines.projects.timetables.drafting import ask_all, attend, draft_all
from bihuan.lines.projects.timetables.drawing import draft, reanchor
from bihuan.lines.projects.timetables.recording import (
    adjust_node,
    agree_cause,
    record_actual,
    resume_node,
    rule_cause,
    stop_node,
)
from bihuan.logic.days import Day
from bihuan.logic.limits import ZONE, due

PARK = 7
HERE = Scope(division=PARK, county=5, park=PARK)
TODAY = date(2026, 3, 2)


def post(user: int, role: str, unit: int, division: int = PARK) -> Actor:
    return Actor(Kind.POST, user=user, post=100 + user, role=role, unit=unit, level="park", division=division)


CENTRE = post(1, "coordinator", 100)
LEADER = post(2, "leader", 101)
OFFICER = post(3, "officer", 100)
BUREAU = post(4, "department", 200)
STRANGER = post(5, "coordinator", 900, division=8)


@pytest.fixture(autouse=True)
def _ground(db, travel):
    registry.forget()
    with travel(TODAY):
        yield
    registry.forget()


def project(name="智能液冷项目", scope=HERE, **fields):
    codes = {key: str(value) for key, value in fields.items()}
    return amend(CENTRE, PROJECTS, None, {"name": name, **codes}, scope=scope)


def current(project_id):
    return rows.currents([project_id]).get(project_id, rows.Current())


def node(timetable_id, key):
    return {n.key: n for n in rows.nodes([timetable_id])[timetable_id]}[key]


def approve(project_id, leader=LEADER):
    made = current(project_id).draft
    move(OFFICER, made.matter, "submit", {})
    move(leader, made.matter, "approve", {})
    return current(project_id).approved


def questions(project_id):
    return flow.listed(SYSTEM, flow.Filter(kind="projects.date", subject=project_id, open=True))[0]


# Drafts and questions ---------------------------------------------------------------------------------------


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


@pytest.mark.django_db(transaction=True)
def test_two_who_look_after_projects_at_once_ask_and_draft_once():
    keys = [
        project("甲", planned_production="2027-06"),
        project("乙"),
        project("丙", planned_production="2025"),
    ]
    outcomes = at_once(lambda: attend(CENTRE))
    assert sorted(len(done.drafted) + len(done.asked) for done in outcomes) == [0, 3]
    assert run("SELECT count(*) FROM projects_timetable") == [(1,)]
    assert run("SELECT count(*), count(DISTINCT subject) FROM flow_matter WHERE kind = 'projects.date'") == [
        (2, 2)
    ]
    assert {
        row.project
        for row in rows.timetables([t for (t,) in run("SELECT id FROM projects_timetable")]).values()
    } == {keys[0]}


@pytest.mark.django_db(transaction=True)
def test_of_two_records_from_the_same_page_one_wins():
    _key, row = begun()
    outcomes = at_once(
        lambda: record_actual(CENTRE, row.id, "company", finish=Day(date(2026, 2, 27)), ver=row.ver),
        lambda: record_actual(OFFICER, row.id, "company", finish=Day(date(2026, 2, 26)), ver=row.ver),
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict", "NoneType"]
    assert rows.timetables([row.id])[row.id].seq == 2


def at_once(*acts):
    """Carry out acts (or one of them twice) in two threads at the same moment; return what came of each."""
    barrier, outcomes, moment = threading.Barrier(2), [], now()

    def one(act):
        try:
            with travelling(moment):
                barrier.wait()
                outcomes.append(act())
        except Conflict as error:
            outcomes.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(act,)) for act in (acts if len(acts) == 2 else acts * 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


# Approval and moving the date ---------------------------------------------------------------------------------


def test_approval_freezes_the_latest_days_and_nothing_moves_them(travel):
    key = project(planned_production="2027-12", signed="2026-02-02", kind="land")
    draft(CENTRE, key)
    row = approve(key, CENTRE)
    said = reading(row)
    for n in said.nodes:
        if n.inferred or n.actual_finish:
            assert n.planned_finish == said.dates[n.key].earliest_finish
        else:
            dates = said.dates[n.key]
            assert (n.planned_start, n.planned_finish) == (dates.latest_start, dates.latest_finish)
    assert {n.key: n for n in said.nodes}["production"].planned_finish == row.anchor
    frozen = [(n.planned_start, n.planned_finish) for n in said.nodes]
    with travel(date(2026, 9, 1)):
        recompute()
        record_actual(CENTRE, row.id, "company", finish=Day(date(2026, 8, 3)))
        assert [(n.planned_start, n.planned_finish) for n in rows.nodes([row.id])[row.id]] == frozen


def test_moving_the_date_keeps_the_baseline_until_a_leader_approves():
    key = project(planned_production="2027-06-30")
    draft(CENTRE, key)
    first = approve(key, CENTRE)
    with pytest.raises(BadInput):
        reanchor(CENTRE, key, Day(date(2027, 9, 30)), "  ")
    with pytest.raises(BadInput):
        reanchor(CENTRE, key, Day(date(2027, 6, 30)), "同一天")
    reanchor(CENTRE, key, Day.of(2027, 9), "征拆推迟")
    state = current(key)
    assert state.approved.id == first.id
    assert (state.draft.reanchored, state.draft.version) == (True, 2)
    assert registers.current(PROJECTS, key)["planned_production"] == "2027-06-30"
    assert attend(CENTRE).drafted == {}
    move(OFFICER, state.draft.matter, "submit", {})
    with pytest.raises(BadInput):
        move(CENTRE, state.draft.matter, "approve", {})
    move(LEADER, state.draft.matter, "approve", {})
    after = current(key)
    assert (after.approved.version, after.draft) == (2, None)
    assert (after.approved.first_anchor_code, after.approved.anchor_code) == ("2027-06-30", "2027-09")
    assert registers.current(PROJECTS, key)["planned_production"] == "2027-09"
    assert [v.state for v in rows.versions(key)] == ["approved", "replaced"]
    assert attend(CENTRE).drafted == {}


def test_a_newer_draft_takes_the_place_of_the_older():
    key = project(planned_production="2027-06-30")
    draft(CENTRE, key)
    old = current(key).draft
    reanchor(CENTRE, key, Day(date(2027, 8, 31)), "设备交期")
    assert flow.matter(CENTRE, old.matter).stage == "replaced"
    assert current(key).draft.version == 2
    with pytest.raises(Conflict):
        record_actual(CENTRE, old.id, "negotiation", finish=Day(TODAY))
    move(CENTRE, current(key).draft.matter, "replace", {"reason": "作废"})
    assert current(key).draft is None


# Nodes --------------------------------------------------------------------------------------------------------


def begun(**fields):
    key = project(planned_production="2028-06", kind="land", **fields)
    draft(CENTRE, key)
    return key, current(key).draft


def test_what_is_recorded_stands_in_the_register_too_and_only_once():
    key, row = begun()
    record_actual(OFFICER, row.id, "signing", finish=Day(date(2026, 2, 27)))
    assert registers.current(PROJECTS, key)["signed"] == "2026-02-27"
    assert node(row.id, "negotiation").inferred
    seq = rows.timetables([row.id])[row.id].seq
    record_actual(OFFICER, row.id, "signing", finish=Day(date(2026, 2, 27)))
    assert rows.timetables([row.id])[row.id].seq == seq
    record_actual(OFFICER, row.id, "signing", not_done=True)
    assert registers.current(PROJECTS, key)["signed"] is None
    assert node(row.id, "signing").actual_finish is None


def test_bad_days_and_foreign_hands_are_refused():
    _key, row = begun()
    done = {"finish": Day(date(2026, 2, 27))}
    for bad in (
        {},
        {"finish": Day(date(2026, 3, 3))},
        {"start": Day(TODAY), "finish": Day(date(2026, 2, 1))},
    ):
        with pytest.raises(BadInput):
            record_actual(CENTRE, row.id, "company", **bad)
    with pytest.raises(NotFound):
        record_actual(STRANGER, row.id, "company", **done)
    with pytest.raises(NotFound):
        record_actual(CENTRE, row.id, "no_such_node", **done)
    with pytest.raises(NotFound):
        record_actual(BUREAU, row.id, "company", **done)
    supervisor = post(6, "supervisor", 300)
    with pytest.raises(Refused):
        record_actual(supervisor, row.id, "company", **done)
    adjust_node(CENTRE, row.id, "company", unit_id=300)
    record_actual(supervisor, row.id, "company", **done)
    with pytest.raises(Conflict):
        record_actual(CENTRE, row.id, "filing", ver=1, **done)


def test_a_wrong_inference_can_be_taken_back_and_stays_back():
    key, row = begun(signed="2025-01-06", started="2025-10-09")
    assert node(row.id, "eia").inferred
    record_actual(OFFICER, row.id, "eia", not_done=True, note="未批先建")
    attend(CENTRE, [key])
    assert node(row.id, "eia").actual_finish is None
    record_actual(OFFICER, row.id, "foundation", finish=Day(date(2026, 2, 10)))
    assert node(row.id, "drawings").inferred


def test_a_statutory_node_starts_on_the_working_day_after_acceptance_as_its_clock_says():
    on = calendar()
    _key, row = begun()
    record_actual(OFFICER, row.id, "site", start=Day(date(2026, 2, 13)))
    found = node(row.id, "site")
    assert found.statutory
    assert found.actual_start.first == on.add_working(date(2026, 2, 13), 1)
    said = reading(rows.timetables([row.id])[row.id]).dates["site"]
    clock = due(datetime(2026, 2, 13, 10, tzinfo=ZONE), found.duration, "wd", on)
    assert said.earliest_finish == clock.at.date()


def test_after_a_milestone_the_template_leaves_the_start_day_out_as_the_clock_does():
    on = calendar()
    key, row = begun(completed="2026-02-27", signed="2024-01-02")
    said = reading(row).dates["acceptance"]
    found = node(row.id, "acceptance")
    clock = due(datetime(2026, 2, 27, 9, tzinfo=ZONE), found.duration, "wd", on)
    assert said.earliest_start == TODAY == on.add_working(date(2026, 2, 27), 2)
    assert on.working_between(clock.at.date(), said.earliest_finish) == 1  # not begun: today is its first day
    record_actual(OFFICER, row.id, "acceptance", start=Day(date(2026, 2, 27)))
    assert reading(rows.timetables([row.id])[row.id]).dates["acceptance"].earliest_finish == clock.at.date()
    assert registers.current(PROJECTS, key)["completed"] == "2026-02-27"


def test_a_stop_needs_cause_and_evidence_and_moves_the_finish(travel):
    _key, row = begun()
    with pytest.raises(Conflict):
        stop_node(OFFICER, row.id, "site", TODAY, "review", [7])
    record_actual(OFFICER, row.id, "site", start=Day(date(2026, 2, 27)))
    before = reading(rows.timetables([row.id])[row.id]).dates["site"].earliest_finish
    with travel(date(2026, 3, 10)):
        for cause, evidence in (("review", []), ("fancy", [7])):
            with pytest.raises(BadInput):
                stop_node(OFFICER, row.id, "site", date(2026, 3, 4), cause, evidence)
        stop_node(OFFICER, row.id, "site", date(2026, 3, 4), "review", [7])
        with pytest.raises(Conflict):
            stop_node(OFFICER, row.id, "site", date(2026, 3, 9), "test", [7])
        resume_node(OFFICER, row.id, "site", date(2026, 3, 9))
        with pytest.raises(Conflict):
            resume_node(OFFICER, row.id, "site", date(2026, 3, 10))
        after = reading(rows.timetables([row.id])[row.id]).dates["site"].earliest_finish
        assert calendar().working_between(before, after) == 3
        (stop,) = node(row.id, "site").stops
        assert (stop.since, stop.until, stop.evidence) == (date(2026, 3, 4), date(2026, 3, 8), (7,))


def late_timetable(travel):
    key = project(planned_production="2027-12", signed="2026-02-02", kind="land")
    draft(CENTRE, key)
    return key, approve(key, CENTRE)


def test_lateness_is_proposed_agreed_and_ruled(travel):
    _key, row = late_timetable(travel)
    with pytest.raises(Conflict):
        agree_cause(OFFICER, row.id, "land_permit", "approval", "government")
    adjust_node(CENTRE, row.id, "demolition", unit_id=200)
    with travel(date(2027, 3, 1)):
        found = node(row.id, "demolition")
        assert agree_cause(OFFICER, row.id, "demolition", "land", "supply") == "proposed"
        assert agree_cause(OFFICER, row.id, "demolition", "land", "supply") == "proposed"
        assert agree_cause(post(9, "officer", 777), row.id, "demolition", "land", "supply") == "agreed"
        with pytest.raises(BadInput):
            rule_cause(LEADER, row.id, "demolition", "dispute", "third", note="")
        with pytest.raises(Refused):
            rule_cause(OFFICER, row.id, "demolition", "dispute", "third", note="阻工")
        rule_cause(LEADER, row.id, "demolition", "dispute", "third", note="阻工属实")
        with pytest.raises(Conflict):
            agree_cause(OFFICER, row.id, "demolition", "land", "supply")
        found = node(row.id, "demolition")
        assert (found.late_cause, found.late_side, found.late_standing) == ("dispute", "third", "ruled")


def test_durations_change_in_drafts_only_and_with_a_reason():
    key, row = begun()
    with pytest.raises(BadInput):
        adjust_node(CENTRE, row.id, "trial", duration=45)
    with pytest.raises(BadInput):
        adjust_node(CENTRE, row.id, "start", duration=3, reason="x")
    adjust_node(CENTRE, row.id, "trial", duration=45, reason="工艺复杂")
    assert node(row.id, "trial").duration == 45
    approve(key, CENTRE)
    with pytest.raises(Conflict):
        adjust_node(CENTRE, row.id, "trial", duration=30, reason="缩短")


# What it says ---------------------------------------------------------------------------------------------------


def test_the_chain_names_who_is_late_and_adds_up(travel):
    _key, row = late_timetable(travel)
    with travel(date(2027, 3, 1)):
        said = reading(row)
        assert not said.plan.feasible
        assert sum(delay.by_wd for delay in said.delays) == said.plan.late_by_wd
        assert said.worst.key in said.plan.binding_chain
        assert set(said.late) <= {"enterprise", "government", "supply", "third"}
        assert sum(said.late.values()) >= said.plan.late_by_wd


def test_projections_equal_the_reading_and_many_equal_one():
    days = [date(2027, 2, 1) + timedelta(9 * n) for n in range(45)]
    keys = [project(f"项目{n}", planned_production=day) for n, day in enumerate(days)]
    draft_all(CENTRE)
    today, on = TODAY, calendar()
    found = [current(key).draft for key in keys]
    nodes = rows.nodes([row.id for row in found])
    items = [(core.activities(nodes[row.id], on, today), row.anchor) for row in found]
    many = project_many(items, today, on)
    for row, projected, item in zip(found, many, items, strict=True):
        (one,) = project_many([item], today, on)
        assert {k: replace(d, provisional=False) for k, d in one.dates.items()} == projected.dates
        assert (one.finish, one.late_wd) == (projected.finish, projected.late_wd) == (row.finish, row.late_wd)
    stored = run(
        "SELECT key, latest_finish, slack_wd FROM projects_node WHERE timetable_id = %s", (found[0].id,)
    )
    assert {k: (f, s) for k, f, s in stored} == {
        k: (d.latest_finish, d.slack_wd) for k, d in many[0].dates.items()
    }
    assert recompute(today=TODAY + timedelta(days=30)) == 45


def test_the_entries_alone_give_the_nodes_again(travel):
    key, row = begun(signed="2026-02-02")
    record_actual(OFFICER, row.id, "site", start=Day(date(2026, 2, 27)))
    adjust_node(CENTRE, row.id, "trial", duration=40, reason="产线两条")
    stop_node(OFFICER, row.id, "site", TODAY, "review", [9])
    approve(key, CENTRE)
    rebuilt = rebuild(row.id)
    live = rows.nodes([row.id])[row.id]
    for n in live:
        assert rebuilt[n.key] == {name: getattr(n, name) for name in rebuilt[n.key]}


def rebuild(timetable_id):
    """Draw the template named by the first entry and apply what every entry says."""
    state: dict[str, dict] = {}
    entries = run("SELECT text FROM ledger_entry WHERE chain_id = %s ORDER BY seq", (timetable_id,))
    for (text,) in entries:
        facts = json.loads(text)["facts"]
        if "template" in facts:
            template = rows.templates([facts["template"]])[facts["template"]]
            blank = {"actual_start": None, "actual_finish": None, "inferred": False}
            state = {
                n.key: {**blank, "duration": n.duration, "planned_start": None, "planned_finish": None}
                for n in template.nodes
            }
        for key, values in facts.get("nodes", {}).items():
            for name, value in values.items():
                state[key][name] = read(name, value)
    return state


def read(name, value):
    if name.startswith("actual"):
        return Day.decode(value) if value else None
    return date.fromisoformat(value) if name.startswith("planned") else value


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
