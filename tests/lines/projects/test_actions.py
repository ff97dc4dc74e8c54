"""What people do with projects: problems, answers on the spot, promises, amends, workbooks and their undoing."""

import pytest
from tests.lines.projects.park import PARK, TODAY, book, park

from bihuan.kernel.errors import BadInput, Conflict, FieldErrors, NotFound, Refused
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.registers import selectors as registers
from bihuan.kernel.registers.models import Amend
from bihuan.kernel.store.sql import run
from bihuan.lines.projects import actions, selectors
from bihuan.lines.projects.intake import plan_import
from bihuan.lines.projects.registers import PROJECTS

__all__ = ["park"]

NEED = {"title": "红线外道路未通", "category": "utilities", "source": "visit"}
ANSWER = {"closing": "explained", "reply": "当场说明办理流程"}


def plan(*rows, actor=SYSTEM, name="台账.xlsx"):
    return plan_import(actor, book(*rows), TODAY, name=name)


def matters(kind="projects.problem"):
    return flow.listed(SYSTEM, flow.Filter(kind=kind), limit=200)[0]


def test_a_problem_lies_where_its_project_lies_and_is_registered_once(park):
    project = park.project(columns={"party": park.firm})
    first = actions.register_problem(park.officer, project, NEED, key="k")
    again = actions.register_problem(park.officer, project, NEED, key="k")
    assert (again.matter, again.again) == (first.matter, True)
    (row,) = matters()
    assert (row.subject, row.park, row.party, row.holder_role) == (
        project,
        park.place,
        park.firm,
        "coordinator",
    )
    with pytest.raises(NotFound):
        actions.register_problem(park.stranger, project, NEED)


def test_an_enterprise_registers_a_problem_of_its_own_project_only(park):
    own, other = park.project(columns={"party": park.firm}), park.project("别家项目")
    actions.register_problem(park.enterprise, own, NEED)
    with pytest.raises(NotFound):
        actions.register_problem(park.enterprise, other, NEED)


def test_answered_on_the_spot_is_one_act(park):
    project = park.project()
    made = actions.answer_on_the_spot(park.officer, project, NEED, ANSWER, key="k")
    again = actions.answer_on_the_spot(park.officer, project, NEED, ANSWER, key="k")
    assert (made.stage, again.matter, len(matters())) == ("closed", made.matter, 1)
    with pytest.raises(BadInput):
        actions.answer_on_the_spot(
            park.officer, project, NEED, {"closing": "policy", "reply": "不符合"}, key="x"
        )
    assert len(matters()) == 1
    with pytest.raises(Conflict):
        actions.answer_on_the_spot(park.officer, project, NEED, {**ANSWER, "reply": "另一答复"}, key="k")


def test_a_promise_runs_to_its_due_date(park):
    project = park.project()
    data = {
        "title": "政府承诺：道路通车", "side": "government", "topic": "utilities", "clause": "合同第五条",
        "unit": park.bureau, "due": "2026-06-30",
    }  # fmt: skip
    actions.register_promise(park.coordinator, project, data)
    (row,) = matters("projects.promise")
    assert (row.holder_unit, row.due.date().isoformat()) == (park.bureau, "2026-06-30")
    with pytest.raises(Refused):
        actions.register_promise(park.supervisor, project, data)


# The register ------------------------------------------------------------------------------------------


def test_values_are_read_as_an_office_writes_them(park):
    made = actions.amend_project(
        park.coordinator,
        None,
        {
            "name": "甲项目",
            "investment_wan": "约1.2亿元",
            "planned_production": "2026年10月",
            "park_text": PARK,
        },
    )
    row = selectors.project(park.coordinator, made.id)
    assert (row["investment_wan"], row["investment_wan_approx"], row["planned_production_precision"]) == (
        12000, True, "month",
    )  # fmt: skip
    assert (row["park"], made.place) == (park.place, "")


def test_what_cannot_be_read_is_named_field_by_field(park):
    with pytest.raises(FieldErrors) as caught:
        actions.amend_project(
            park.coordinator, None,
            {"planned_production": "近期", "investment_wan": "若干", "signed": "2030-01-01", "nonsense": "x"},
        )  # fmt: skip
    assert set(caught.value.errors) == {"name", "planned_production", "investment_wan", "signed", "nonsense"}
    assert not Amend.objects.exists()


def test_a_stale_amend_is_a_conflict_and_the_same_one_twice_happens_once(park):
    project = park.project()
    actions.amend_project(park.officer, project, {"note": "一"}, ver=0, key="a")
    actions.amend_project(park.officer, project, {"note": "一"}, ver=0, key="a")
    with pytest.raises(Conflict):
        actions.amend_project(park.officer, project, {"note": "二"}, ver=0, key="b")
    assert Amend.objects.filter(chain_id=project).count() == 2


def test_only_those_of_the_place_amend(park):
    project = park.project(columns={"lead_unit": park.bureau})
    with pytest.raises(NotFound):
        actions.amend_project(park.stranger, project, {"note": "x"})
    for actor in (park.department, park.leader):
        with pytest.raises(Refused):
            actions.amend_project(actor, project, {"note": "x"})
    with pytest.raises(NotFound):
        actions.amend_project(park.enterprise, project, {"note": "x"})


def test_an_unknown_place_is_kept_and_told_and_another_s_place_is_not_taken(park):
    told = actions.amend_project(park.coordinator, None, {"name": "甲", "park_text": "无名镇"})
    assert "无名镇" in told.place
    other = actions.amend_project(park.coordinator, None, {"name": "乙", "park_text": "别的园区"})
    assert selectors.project(park.coordinator, other.id)["park"] == park.place


def test_a_date_entered_drafts_a_timetable_and_a_missing_one_asks(park):
    made = actions.amend_project(park.coordinator, None, {"name": "甲项目", "kind": "land"})
    assert [row.data["asks"] for row in matters("projects.date")] == ["missing"]
    actions.amend_project(park.coordinator, made.id, {"planned_production": "2027-10"})
    assert [row.open for row in matters("projects.date")] == [False]
    assert [row.stage for row in matters("projects.timetable")] == ["draft"]


def test_units_are_named_when_exactly_one_is_meant(park):
    made = actions.amend_project(
        park.coordinator, None, {"name": "甲", "company": "云溪液冷科技", "responsible_unit": "开发建设局"}
    )
    row = selectors.project(park.enterprise, made.id)
    assert (row["party"], row["lead_unit"]) == (park.firm, park.bureau)


# Workbooks ---------------------------------------------------------------------------------------------


def test_a_workbook_brings_projects_problems_timetables_and_questions(park):
    rows = (
        [None, "甲项目", "云溪液冷科技", PARK, 5000, "2027年10月", "用电难；红线外道路（已解决）"],
        [None, "乙项目", None, PARK, None, None, None],
    )
    done = actions.import_workbook(park.coordinator, plan(*rows, actor=park.coordinator))
    assert (len(done.projects), done.drafted, done.asked, done.refused) == (2, 1, 1, [])
    found = {row.title: (row.stage, row.closing, row.park, row.party) for row in matters()}
    assert found == {
        "用电难": ("registered", "", park.place, park.firm),
        "红线外道路（已解决）": ("closed", "solved", park.place, park.firm),
    }
    assert run("SELECT count(*) FROM search_doc")[0][0] == len(matters("")) == 4


def test_the_same_problem_is_never_opened_twice(park):
    first = [None, "甲项目", None, PARK, None, None, "用电难"]
    actions.import_workbook(park.coordinator, plan(first, actor=park.coordinator))
    again = actions.import_workbook(park.coordinator, plan(first, actor=park.coordinator))
    spaced = [None, "甲项目", None, PARK, None, None, "用 电难"]
    actions.import_workbook(park.coordinator, plan(spaced, actor=park.coordinator))
    assert (again.opened, len(matters())) == ([], 1)
    solved = [None, "甲项目", None, PARK, None, None, "用电难（已解决）"]
    done = actions.import_workbook(park.coordinator, plan(solved, actor=park.coordinator))
    assert (done.opened, done.closed, done.standing) == ([], [], [matters()[0].code])
    assert [row.stage for row in matters()] == ["registered"]


def test_the_system_imports_too(park):
    done = actions.import_workbook(
        SYSTEM, plan([None, "甲项目", None, PARK, None, None, "用电难；道路已解决"])
    )
    assert (len(done.opened), len(done.closed), done.refused) == (1, 1, [])


def test_only_the_centre_imports(park):
    made = plan([None, "甲项目", None, PARK], actor=park.officer)
    with pytest.raises(Refused):
        actions.import_workbook(park.officer, made)
    assert not Amend.objects.exists()


def test_undoing_closes_what_nobody_took_up_and_says_what_goes_on(park):
    rows = (
        [None, "甲项目", None, PARK, None, "2027年10月", "用电难"],
        [None, "乙项目", None, PARK, None, None, "用水难"],
    )
    done = actions.import_workbook(park.coordinator, plan(*rows, actor=park.coordinator))
    taken = next(row for row in matters() if row.title == "用水难")
    from bihuan.kernel.flow.actions import move

    move(park.coordinator, taken.id, "assign", {"unit": park.bureau})
    found = actions.undo_workbook(park.coordinator, done.batch, done.opened)
    assert (found.done.withdrawn, found.closed, found.left) == (2, 3, [taken.code])
    assert selectors.ids(park.coordinator, selectors.What()) == []
    assert {row.title for row in matters("") if row.open} == {"用水难"}
    with pytest.raises(Conflict):
        actions.undo_workbook(park.coordinator, done.batch)


def test_undoing_keeps_what_others_changed_since(park):
    row = [None, "甲项目", "旧公司", PARK, 100]
    first = actions.import_workbook(park.coordinator, plan(row, actor=park.coordinator))
    changed = [None, "甲项目", "新公司", PARK, 200]
    second = actions.import_workbook(park.coordinator, plan(changed, actor=park.coordinator))
    actions.amend_project(park.officer, first.projects[0], {"company": "第三公司"})
    found = actions.undo_workbook(park.coordinator, second.batch)
    assert found.done.cells == 1
    assert [(kept.field, kept.now) for kept in found.done.kept] == [("company", "第三公司")]
    codes = registers.current(PROJECTS, first.projects[0])
    assert (codes["company"], codes["investment_wan"]) == ("第三公司", "100")
