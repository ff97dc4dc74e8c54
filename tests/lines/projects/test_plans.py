"""Plans that people can carry: levelled, shown, adopted once with a reason, refused when stale."""

from datetime import date, datetime, time
from unittest import mock

import pytest
from tests.lines.projects.park import TODAY, Park

from bihuan.kernel.errors import BadInput, Conflict, Refused
from bihuan.kernel.flow import registry
from bihuan.kernel.flow.actions import move
from bihuan.kernel.jobs import run_due
from bihuan.kernel.ledger import selectors as ledger
from bihuan.kernel.now import LOCAL, travel
from bihuan.kernel.store.sql import run
from bihuan.lines.projects.staffing import actions, network, selectors
from bihuan.lines.projects.timetables import rows
from bihuan.lines.projects.timetables.drafting import attend
from bihuan.lines.projects.timetables.recording import record_actual
from bihuan.lines.projects.transfers.models import DONE
from bihuan.logic import scarce
from bihuan.logic.days import Day

MANY = 5


class Office(Park):
    """A park with several projects of one kind towards one day, one officer for all of them."""

    def __init__(self):
        super().__init__()
        self.projects = [
            self.project(f"项目{n}", kind="land", planned_production="2031-06", stage_class="no_land")
            for n in range(MANY)
        ]
        attend(self.coordinator, self.projects)
        for (matter,) in run("SELECT id FROM flow_matter WHERE kind = 'projects.timetable' ORDER BY id"):
            move(self.officer, matter, "submit", {})
            move(self.leader, matter, "approve", {})


@pytest.fixture
def office(db):
    registry.forget()
    with travel(datetime.combine(TODAY, time(9), LOCAL)):
        actions.load_defaults()
        yield Office()


@pytest.fixture
def served(office):
    """Everything is served by the one officer of the park."""
    with mock.patch.object(registry, "served_by", lambda _hold, ids: dict.fromkeys(ids, office.officer.post)):
        actions.put_capacity(
            office.coordinator, "officer", 2, ["supply", "third", "government"], source="示例",
            division=office.coordinator.division,
        )  # fmt: skip
        yield office


def made(office, **more):
    work = actions.ask(office.coordinator, office.projects, **more)
    return actions.run_waiting(work.id, seconds=0)


def test_a_plan_is_asked_for_once_and_made_in_the_background(served):
    work = actions.ask(served.coordinator, served.projects, key="a")
    assert actions.ask(served.coordinator, served.projects, key="a").id == work.id
    with (
        mock.patch.object(actions, "SECONDS", 0.0),
        mock.patch.object(scarce, "improve", side_effect=scarce.NoSolver),
    ):
        run_due()
    work.refresh_from_db()
    assert (work.state, work.part) == (DONE, MANY)
    assert work.result["exact"] is False, "without OR-Tools the quick answer, and it says so"


def test_nobody_carries_more_than_they_can_and_no_link_is_broken(served):
    result = made(served).result
    (person,) = result["people"]
    assert max(person["before"]) > 2 >= max(person["after"])
    assert person["over_days"] > 0
    for row in result["projects"]:
        nodes = {node["key"]: node for node in row["nodes"]}
        stored = {node.key: node for node in rows.nodes([row["timetable"]])[row["timetable"]]}
        for key, node in nodes.items():
            assert node["after"][0] >= node["before"][0], "nothing starts before its network lets it"
            for before, _lag, _unit in stored[key].after:
                if before in nodes and stored[key].duration and stored[before].duration:
                    assert node["after"][0] > nodes[before]["after"][1]


def test_making_a_plan_changes_no_timetable(served):
    before = run("SELECT id, ver, seq FROM projects_timetable ORDER BY id")
    made(served)
    assert run("SELECT id, ver, seq FROM projects_timetable ORDER BY id") == before


def test_adopting_brings_plan_days_forward_once_with_the_reason(served):
    work = made(served)
    row = work.result["projects"][0]
    key = row["id"]
    with pytest.raises(BadInput):
        actions.adopt(served.coordinator, work.id, [key], "  ")
    assert actions.adopt(served.coordinator, work.id, [key], "错峰安排") == {key: "amended"}
    entries = ledger.history(row["timetable"])
    assert entries[-1].move == "node.planned"
    nodes = {node.key: node for node in rows.nodes([row["timetable"]])[row["timetable"]]}
    for node in row["nodes"]:
        planned = nodes[node["key"]].planned_finish
        assert planned
        assert planned.isoformat() <= max(node["after"][1], planned.isoformat())
    assert actions.adopt(served.coordinator, work.id, [key], "又一次") == {key: "amended"}
    assert len(ledger.history(row["timetable"])) == len(entries), "the second time nothing happens"


def test_a_stale_plan_is_refused_and_nothing_of_it_adopted(served):
    work = made(served)
    first, second = (row["id"] for row in work.result["projects"][:2])
    timetable = work.result["projects"][1]["timetable"]
    record_actual(served.coordinator, timetable, "negotiation", finish=Day(TODAY))
    with pytest.raises(Conflict, match=r"make a new plan|新方案|重新"):
        actions.adopt(served.coordinator, work.id, [first, second], "错峰")
    assert selectors.adopted(work.id) == {}


def test_a_day_that_cannot_hold_becomes_a_draft_for_the_leader(served):
    work = made(served)
    row = {**work.result["projects"][0], "late": 20, "after": "2031-08-15"}
    work.result["projects"][0] = row
    work.save()
    assert actions.adopt(served.coordinator, work.id, [row["id"]], "人手不足") == {row["id"]: "drafted"}
    current = rows.currents([row["id"]])[row["id"]]
    assert current.approved
    assert current.approved.id == row["timetable"], "the approved one stays in force"
    assert current.draft
    assert current.draft.anchor == date(2031, 8, 15)


def test_only_the_centre_adopts_and_only_its_own(served):
    work = made(served)
    key = work.result["projects"][0]["id"]
    with pytest.raises(Refused):
        actions.adopt(served.officer, work.id, [key], "试试")
    page = served.client(served.stranger).get(f"/projects/plans/{work.id}/")
    assert page.status_code == 404
    assert served.client(served.department).get("/projects/plans/").status_code == 403


def test_the_pages_walk_from_choosing_to_adopting(served):
    browser = served.client(served.coordinator)
    page = browser.get("/projects/plans/").content.decode()
    assert "项目0" in page
    sent = browser.post("/projects/plans/", {"ids": served.projects[:2], "key": "p"})
    assert sent.status_code == 303
    waiting = browser.get(sent.url).content.decode()
    assert "<progress" in waiting
    with mock.patch.object(actions, "SECONDS", 0.0):
        run_due()
    shown = browser.get(sent.url).content.decode()
    assert "picture-load" in shown
    assert "quick method" in shown or "proven" in shown
    adopting = browser.post(f"{sent.url}adopt/", {"ids": served.projects[:1]}).content.decode()
    assert 'name="reason"' in adopting
    empty = browser.post(f"{sent.url}adopt/", {"ids": str(served.projects[0]), "reason": ""})
    assert empty.status_code == 422
    sent = browser.post(f"{sent.url}adopt/", {"ids": str(served.projects[0]), "reason": "错峰"})
    assert sent.status_code == 303
    assert "plan days amended" in browser.get(sent.url).content.decode()
    assert browser.get("/projects/plans/capacities/").status_code == 200
    form = {
        "role": "agent",
        "at_once": "3",
        "sides": ["government"],
        "since": "2026-03-02",
        "source": "会议定",
    }
    assert browser.post("/projects/plans/capacities/set/", form).status_code == 303
    assert "会议定" in browser.get("/projects/plans/capacities/").content.decode()


def test_the_api_does_what_the_pages_do(served):
    browser = served.client(served.coordinator)

    def post(url, body, **headers):
        return browser.post(f"/api/v1/projects{url}", body, content_type="application/json", headers=headers)

    offered = browser.get("/api/v1/projects/plans/candidates").json()
    assert {one["id"] for one in offered} == set(served.projects)
    asked = post("/plans", {"projects": served.projects[:2]}, idempotency_key="one")
    assert (asked.status_code, asked.json()["state"], asked.json()["projects"]) == (201, "waiting", [])
    plan = asked.json()["id"]
    assert post("/plans", {"projects": served.projects[:2]}, idempotency_key="one").json()["id"] == plan
    actions.run_waiting(plan, seconds=0)
    read = browser.get(f"/api/v1/projects/plans/{plan}").json()
    assert {one["id"] for one in read["projects"]} == set(served.projects[:2])
    assert read["people"][0]["at_once"] == 2
    assert post(f"/plans/{plan}/adopt", {"projects": served.projects[:1], "reason": ""}).status_code == 422
    done = post(f"/plans/{plan}/adopt", {"projects": served.projects[:1], "reason": "错峰"})
    assert done.json() == [{"project": served.projects[0], "outcome": "amended"}]
    states = {
        one["id"]: one["state"] for one in browser.get(f"/api/v1/projects/plans/{plan}").json()["projects"]
    }
    assert states == {served.projects[0]: "amended", served.projects[1]: ""}
    assert [one["id"] for one in browser.get("/api/v1/projects/plans").json()] == [plan]
    row = {"role": "agent", "at_once": 3, "sides": ["supply"], "since": "2026-03-02", "source": "会议定"}
    made = post("/plans/capacities", row)
    assert made.status_code == 201
    assert post("/plans/capacities", row).json()["id"] == made.json()["id"], "sent twice, set once"
    assert made.json() in browser.get("/api/v1/projects/plans/capacities").json()
    assert post("/plans/capacities", {**row, "at_once": 0}).status_code == 422


def test_the_api_of_plans_is_closed_to_others(served):
    work = made(served)
    url = f"/api/v1/projects/plans/{work.id}"
    assert served.client(served.stranger).get(url).status_code == 404
    assert served.client(served.stranger).get("/api/v1/projects/plans").json() == []
    assert served.client(served.department).get(url).status_code == 403
    adopt = {"projects": served.projects[:1], "reason": "试试"}
    officer = served.client(served.officer)
    assert officer.post(f"{url}/adopt", adopt, content_type="application/json").status_code == 403
    row = {"role": "agent", "at_once": 3, "sides": ["supply"], "since": "2026-03-02", "source": "试试"}
    assert (
        officer.post("/api/v1/projects/plans/capacities", row, content_type="application/json").status_code
        == 403
    )
    assert selectors.adopted(work.id) == {}


def test_capacities_are_dated_rows_by_place(office):
    scope = rows.projects(office.projects)[office.projects[0]].scope
    assert selectors.capacity_at(scope)["officer"].at_once == 6
    actions.put_capacity(office.coordinator, "officer", 3, ["supply"], source="本园区", division=office.place)
    assert selectors.capacity_at(scope)["officer"].at_once == 3
    with pytest.raises(Refused):
        actions.put_capacity(
            office.coordinator, "officer", 3, ["supply"], source="别处", division=office.elsewhere
        )
    with pytest.raises(BadInput):
        actions.put_capacity(office.coordinator, "officer", 0, ["supply"], source="错", division=office.place)


def test_projects_without_an_agent_get_the_one_with_the_fewest():
    found = network.carriers_of({1: 10, 2: 10}, {1: 7}, [7, 8], [1, 2, 3])
    assert found == {1: (10, 7), 2: (10, 8), 3: (7,)}
