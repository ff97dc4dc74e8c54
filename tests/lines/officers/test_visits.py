"""One form of a visit: contact, node, progress, problems, hazards, files; once, and all or nothing."""

from datetime import timedelta

import pytest
from tests.kernel.factories import make_file
from tests.lines.officers.town import TODAY

from bihuan.kernel.errors import BadInput, Conflict, NotFound, Refused
from bihuan.kernel.files.selectors import of_matter
from bihuan.kernel.identity import selectors as identity
from bihuan.kernel.now import today
from bihuan.kernel.store.sql import run
from bihuan.lines.officers import actions as officers
from bihuan.lines.officers.duties.actions import go_round
from bihuan.lines.officers.grids import actions as grids
from bihuan.lines.officers.grids.selectors import target_enterprise, target_project
from bihuan.lines.officers.visits import actions, selectors
from bihuan.lines.officers.visits.actions import QuotaSpent
from bihuan.lines.projects import contracts as projects
from bihuan.lines.projects.timetables import drafting

pytestmark = pytest.mark.django_db
ON = {"day": TODAY.isoformat()}


def served(town, **fields):
    project = town.project(**fields)
    officers.assign(town.coordinator, project, town.officer.post)
    return project


def firm(town, name="云溪液冷科技"):
    if not run("SELECT 1 FROM officers_grid"):
        grids.open_grid(town.coordinator, "接收网格", town.coordinator.post, receives=True)
    return grids.keep_enterprise(town.coordinator, None, {"name": name})


def test_one_form_becomes_contact_visit_node_progress_problems_hazards_and_files(town):
    project = served(town, kind="land", signed="2025-10-08", planned_production="2027-06")
    drafting.attend(town.coordinator, [project])
    go_round()
    node = projects.OPEN_NODES(town.officer, project)[0]
    file = make_file(town.officer, 0)
    values = {
        **ON, "template": "safety", "node": node.key, "progress": "主体施工至三层",
        "needs": ["labour", "finance"], "needs_detail": "缺焊工二十人\n缺流动资金", "hazards": ["临时用电不规范"],
        "evidence": [file],
    }  # fmt: skip
    target = target_project(town.officer, project)
    done = actions.note(town.officer, target, values, key="v1")
    again = actions.note(town.officer, target, values, key="v1")
    assert (again.visit, again.again, again.opened) == (done.visit, True, [])
    assert done.kept == 2
    assert [row.title for row in town.matters("projects.problem")] == [
        "融资: 缺流动资金",
        "用工: 缺焊工二十人",
    ]
    assert [row.data["category"] for row in town.matters("projects.problem")] == ["finance", "labour"]
    assert len(town.matters("officers.hazard")) == 1
    assert {m.stage for kind in ("officers.contact", "officers.visit") for m in town.matters(kind)} == {
        "kept"
    }
    assert node.key not in {one.key for one in projects.OPEN_NODES(town.officer, project)}
    assert [one.id for one in of_matter(done.visit)] == [file]
    assert list(projects.PROGRESS_SEEN(town.officer, project, TODAY.replace(day=1), TODAY)) == [
        [f"{TODAY:%m-%d} 主体施工至三层"]
    ]
    with pytest.raises(Conflict):
        actions.note(town.officer, target, {**values, "progress": "另一句"}, key="v1")


def test_a_fault_anywhere_leaves_nothing_behind(town):
    project = served(town)
    go_round()
    values = {**ON, "needs": ["labour"], "node": "no_such_node"}
    with pytest.raises(BadInput):
        actions.note(town.officer, target_project(town.officer, project), values, key="v2")
    assert not run("SELECT 1 FROM officers_visit")
    assert town.matters("projects.problem") == []
    assert {m.stage for m in town.matters("officers.contact")} == {"due"}


def test_a_quiet_month_is_shared_by_all_departments_and_beyond_it_a_reason_is_asked(town):
    one = target_enterprise(town.officer, firm(town))
    first = actions.plan(town.officer, one, TODAY + timedelta(3), purpose="送政策")
    actions.note(town.second, one, ON)
    with pytest.raises(QuotaSpent) as refused:
        actions.plan(town.leader, one, TODAY + timedelta(5))
    assert refused.value.join == first
    actions.join(town.supervisor, first, "看用电") if town.supervisor.unit != town.officer.unit else None
    with pytest.raises(QuotaSpent):
        actions.note(town.leader, one, ON)
    assert actions.note(town.leader, one, {**ON, "why": "企业来电请求"}).visit
    actions.note(town.officer, one, {"day": today().isoformat()}, planned=first)
    assert actions.plan(town.leader, one, TODAY + timedelta(40))
    assert selectors.quiet(one.enterprise, 0, TODAY, one.scope).spent


def test_another_department_joins_a_planned_visit_once(town):
    one = target_enterprise(town.officer, firm(town))
    planned = actions.plan(town.officer, one, TODAY + timedelta(3))
    clerk = town.person("coordinator", town.bureau)
    for _turn in range(2):
        actions.join(clerk, planned, "问用工")
    assert selectors.visit(town.officer, planned).joined == ("开发建设局",)
    with pytest.raises(BadInput):
        actions.join(town.officer, planned)
    actions.cancel(town.officer, planned, "企业停产检修")
    with pytest.raises(Conflict):
        actions.join(clerk, planned)


def test_strangers_and_enterprises_note_nothing(town):
    project = served(town)
    with pytest.raises(NotFound):
        target_project(town.stranger, project)
    target = target_project(town.officer, project)
    with pytest.raises(Refused):
        actions.note(town.enterprise, target, ON)
    with pytest.raises(BadInput):
        actions.note(town.officer, target, {"day": (TODAY + timedelta(1)).isoformat()})


def test_work_on_a_matter_counts_as_contact_and_the_next_turn_begins_when_this_one_is_over(town, travel):
    from bihuan.kernel.flow import actions as flow

    project = served(town)
    go_round()
    with travel(TODAY + timedelta(2)):
        flow.open(town.officer, "projects.problem", {"title": "电话里说缺水", "category": "utilities"},
                  scope=identity.scope_of(town.place), subject=project)  # fmt: skip
        assert go_round().kept == 1
        assert go_round().kept == 0
        (duty,) = town.matters("officers.contact")
        assert (duty.stage, duty.episode) == ("kept", 1)
    with travel(TODAY + timedelta(8)):
        go_round()
        (duty,) = town.matters("officers.contact")
        assert (duty.stage, duty.episode, duty.holder_post) == ("due", 2, town.officer.post)
        assert go_round().begun == 0


def test_progress_seen_becomes_progress_of_the_node(town):
    project = served(town, kind="land", signed="2025-10-08", planned_production="2027-06")
    drafting.attend(town.coordinator, [project])
    go_round()
    node = projects.OPEN_NODES(town.officer, project)[0]
    target = target_project(town.officer, project)
    begun = {**ON, "node": node.key, "node_state": "begun", "progress": "地基开挖过半"}
    actions.note(town.officer, target, begun)
    (after,) = (one for one in projects.OPEN_NODES(town.officer, project) if one.key == node.key)
    assert after.begun
    seen = {**ON, "node": node.key, "node_state": "seen", "progress": "地基开挖完成", "why": "再看一次"}
    actions.note(town.officer, target, seen)
    client = town.client(town.officer)
    timetable = run(
        "SELECT id FROM projects_timetable WHERE project_id = %s ORDER BY id DESC LIMIT 1", (project,)
    )[0][0]
    page = client.get(f"/projects/timetables/{timetable}/nodes/{node.key}/").content.decode()
    assert "地基开挖完成" in page
    moves = run(
        "SELECT count(*) FROM ledger_entry WHERE chain_id = %s AND move = 'node.progress'", (timetable,)
    )
    assert moves == [(2,)]
    with pytest.raises(BadInput, match="what progress"):
        actions.note(town.officer, target, {**seen, "progress": ""})


def test_the_enterprise_of_a_problem_bears_its_name(town):
    one = firm(town)
    noted = actions.note(town.officer, target_enterprise(town.officer, one), {**ON, "needs": ["labour"]})
    page = town.client(town.officer).get(f"/matters/{noted.opened[0]}/").content.decode()
    assert f'href="/officers/enterprises/{one}/"' in page
    assert "云溪液冷科技" in page


def test_a_ticked_need_keeps_its_class_on_the_problem(town):
    values = {**ON, "needs": ["payout", "school"]}
    noted = actions.note(town.officer, target_enterprise(town.officer, firm(town)), values)
    found = run("SELECT data ->> 'need' FROM flow_matter WHERE code = ANY(%s) ORDER BY id", (noted.opened,))
    assert found == [("payment",), ("school",)]


def test_classes_of_needs_are_rows_an_office_edits(town):
    client = town.client(town.coordinator)
    assert "用工" in client.get("/officers/needs/").content.decode()
    added = {"key": "housing", "title": "人才住房", "category": "labour", "source": "示例", "active": "1"}
    answer = client.post("/officers/needs/new/", added)
    assert answer.status_code == 303, answer.content.decode()[-2000:]
    assert client.post("/officers/needs/new/", {**added, "key": "Bad Key"}).status_code == 422
    assert "housing" in {one.key for one in selectors.needs()}
    noted = actions.note(
        town.officer, target_enterprise(town.officer, firm(town)), {**ON, "needs": ["housing"]}
    )
    assert len(noted.opened) == 1
    changed = {"title": "人才公寓", "category": "labour", "source": "示例"}
    assert client.post("/officers/needs/housing/", changed).status_code == 303
    assert "housing" not in {one.key for one in selectors.needs()}, "out of use it is offered no more"
    assert town.client(town.officer).get("/officers/needs/").status_code == 403
    assert client.get("/officers/needs/nothing/").status_code == 404
