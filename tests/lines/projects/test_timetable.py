"""Approve a backward timetable, move its date, read what it says and write it again from its entries."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.lines.projects.timetabling import (
    CENTRE,
    LEADER,
    OFFICER,
    TODAY,
    _ground,
    approve,
    begun,
    current,
    late_timetable,
    project,
)

from bihuan.kernel.errors import BadInput, Conflict
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.actions import move
from bihuan.kernel.registers import selectors as registers
from bihuan.kernel.store.sql import run
from bihuan.lines.projects.registers import PROJECTS
from bihuan.lines.projects.timetables import core, rows
from bihuan.lines.projects.timetables.computing import project_many, reading, recompute
from bihuan.lines.projects.timetables.days import calendar
from bihuan.lines.projects.timetables.drafting import attend, draft_all
from bihuan.lines.projects.timetables.drawing import draft, reanchor
from bihuan.lines.projects.timetables.recording import (
    adjust_node,
    record_actual,
    stop_node,
)
from bihuan.logic.days import Day

__all__ = ["_ground"]


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
