"""Importing projects: matching, questions, conflicts and places."""

import io
from datetime import date

import openpyxl
import pytest
from tests.kernel.factories import make_division

from bihuan.kernel.errors import Conflict
from bihuan.kernel.identity.actors import SYSTEM, Actor, Kind
from bihuan.kernel.intake import actions as remembering
from bihuan.kernel.intake.actions import keep
from bihuan.kernel.intake.models import Batch
from bihuan.kernel.registers.actions import amend
from bihuan.kernel.registers.models import Amend
from bihuan.kernel.registers.selectors import current, live
from bihuan.lines.projects import intake, papers
from bihuan.lines.projects.contracts import Kind as Premises
from bihuan.lines.projects.contracts import StageClass, class_of, unsupported
from bihuan.lines.projects.models import Project
from bihuan.lines.projects.registers import PROJECTS
from bihuan.logic.days import Day

pytestmark = pytest.mark.django_db

TODAY = date(2026, 1, 31)
HEAD = ["项目代码", "项目名称", "建设单位", "所在园区", "总投资", "计划投产时间", "存在问题"]
CODE, OTHER = "2020-430302-35-03-012345", "2021-430302-35-03-012346"


def book(*rows):
    made = openpyxl.Workbook()
    for row in (HEAD, *rows):
        made.active.append(row)
    file = io.BytesIO()
    made.save(file)
    return file


def plan(*rows, actor=SYSTEM, **options):
    return intake.plan_import(actor, book(*rows), TODAY, **options)


def load(*rows, **options):
    made = plan(*rows, **options)
    return made, intake.apply_import(SYSTEM, made)


def actions(made):
    return [row.action for row in made.rows]


def codes(made):
    return {(f.row, f.code) for f in made.findings}


def test_a_dry_run_changes_nothing():
    plan([None, "甲", None, None, 1])
    assert not Project.objects.exists()
    assert not Batch.objects.exists()
    assert not Amend.objects.exists()


def test_a_row_without_a_name_or_a_second_one_is_not_taken():
    made, _ = load([None, None, "某公司"], [None, "甲 项目", None, None, 1], [None, "甲项目", None, None, 2])
    assert actions(made) == ["error", "create", "error"]
    assert {(2, "required"), (4, "duplicate_row")} <= codes(made)
    assert {p["severity"] for p in made.problems if p["row"] in (2, 4)} == {"error"}
    assert Project.objects.get().investment_wan == 1


def test_namesakes_with_different_codes_are_two_projects():
    made, _ = load([CODE, "标准厂房"], [OTHER, "标准厂房"])
    assert actions(made) == ["create", "create"]
    again = plan([OTHER, "标准厂房", "新公司"], [CODE, "标准厂房"])
    assert actions(again) == ["update", "unchanged"]


def test_the_code_speaks_before_the_name():
    load([CODE, "甲项目"])
    renamed = plan([CODE, "乙项目"])
    assert [(d.field, d.old, d.new) for d in renamed.rows[0].differences] == [("name", "甲项目", "乙项目")]


def test_a_code_is_added_to_a_row_known_by_name():
    load([None, "甲项目"])
    made, _ = load([CODE, "甲项目"])
    assert actions(made) == ["update"]
    assert Project.objects.get().code == CODE


def test_code_and_name_of_different_rows_are_asked_about():
    load([CODE, "甲项目"], [OTHER, "乙工程"])
    made = plan([CODE, "乙工程"])
    assert actions(made) == ["ask"]
    assert (2, "match_conflict") in codes(made)
    assert sorted(name for _id, name in made.rows[0].candidates) == ["乙工程", "甲项目"]
    another = plan(["2022-430302-35-03-000001", "甲项目"])
    assert actions(another) == ["ask"]
    before = Amend.objects.count()
    intake.apply_import(SYSTEM, made)
    assert Amend.objects.count() == before


def test_namesakes_are_told_apart_by_their_place_or_asked_about():
    for park in ("天易", "高新"):
        amend(SYSTEM, PROJECTS, None, {"name": "标准厂房", "park_text": park})
    assert actions(plan([None, "标准厂房", "某公司", "天易"])) == ["update"]
    made = plan([None, "标准厂房", "某公司"])
    assert actions(made) == ["ask"]
    assert (2, "match_ambiguous") in codes(made)
    chosen = made.rows[0].candidates[1][0]
    answered = plan([None, "标准厂房", "某公司"], answers={("Sheet", 2): chosen})
    assert [(row.action, row.row_id) for row in answered.rows] == [("update", chosen)]


def test_a_renamed_project_is_asked_about_and_answers_decide():
    load([None, "湘潭智能装备产业园"], [None, "吉利轻型商用车"])
    row = [None, "湘潭智能装备产业园一期"]
    made = plan(row, [None, "吉利轻型商用车"], [None, "全新的化工厂"])
    assert actions(made) == ["ask", "unchanged", "create"]
    known = made.rows[0].candidates[0][0]
    same = plan(row, answers={("Sheet", 2): known})
    assert [(d.field, d.new) for d in same.rows[0].differences] == [("name", "湘潭智能装备产业园一期")]
    new, _ = load(row, answers={("Sheet", 2): None})
    assert actions(new) == ["create"]


def test_an_unreadable_cell_is_asked_about_and_the_row_taken():
    made, _ = load(["123", "甲项目", None, None, "若干", "23.4.18"])
    assert codes(made) >= {(2, "project_code_shape"), (2, "not_a_number"), (2, "two_digit_year")}
    stored = Project.objects.get()
    assert (stored.code, stored.investment_wan, stored.planned_production) == ("", None, None)


def test_an_empty_cell_takes_back_only_what_came_from_a_workbook():
    made, _ = load([None, "甲项目", "某公司", None, 5])
    row = made.rows[0].row_id
    amend(SYSTEM, PROJECTS, row, {"planned_production": Day.decode("2026-10")})
    again = plan([None, "甲项目", None, None, 5])
    assert [(d.field, d.old, d.new) for d in again.rows[0].differences] == [("company", "某公司", None)]
    assert (2, "kept_blank") in codes(again)
    cleared = plan([None, "甲项目", "某公司", None, 5, "清空"])
    assert [(d.field, d.new) for d in cleared.rows[0].differences] == [("planned_production", None)]
    changed = plan([None, "甲项目", "某公司", None, 5, "2026.12"])
    assert (2, "changed_here") in codes(changed)


def test_a_plan_that_has_grown_old_is_a_conflict():
    made, batch = load([None, "甲项目"])
    with pytest.raises(Conflict):
        intake.apply_import(SYSTEM, made)
    late, later = plan([None, "乙项目"]), plan([None, "乙项目"])
    intake.apply_import(SYSTEM, late)
    with pytest.raises(Conflict):
        intake.apply_import(SYSTEM, later)
    update = plan([None, "甲项目", "某公司"])
    amend(SYSTEM, PROJECTS, made.rows[0].row_id, {"note": "新"})
    with pytest.raises(Conflict):
        intake.apply_import(SYSTEM, update)
    assert Batch.objects.filter(state="applied").count() == 2
    assert Batch.objects.count() == 2
    assert Batch.objects.get(id=batch).counts == {"create": 1}


def test_places_are_matched_and_never_invented():
    city = make_division("湘潭市", "city", make_division("湖南省", "province"))
    park = make_division("湘潭高新区", "park", city)
    made, _ = load([None, "甲项目", None, "湘潭高新区"], [None, "乙项目", None, "无名镇"])
    assert (3, "place_unknown") in codes(made)
    assert (2, "place_unknown") not in codes(made)
    first, second = Project.objects.order_by("id")
    assert (first.division, first.park, first.city) == (park, park, city)
    assert (second.division, second.park_text) == (0, "无名镇")


def test_a_place_that_becomes_known_moves_the_row():
    load([None, "甲项目", None, "新设园区"])
    park = make_division("新设园区", "park", make_division("湘潭市", "city"))
    made, batch = load([None, "甲项目", None, "新设园区"])
    assert actions(made) == ["update"]
    assert Project.objects.get().park == park
    assert actions(plan([None, "甲项目", None, "新设园区"])) == ["unchanged"]
    last = Amend.objects.latest("id").changes
    assert last["park"] == {"old": "0", "new": str(park)}
    intake.undo_import(SYSTEM, batch)
    moved = Project.objects.get()
    assert (moved.park, moved.division, moved.city) == (0, 0, 0)


def test_a_draft_is_applied_once_and_only_with_its_own_file():
    made, other = plan([None, "甲项目"]), plan([None, "乙项目"])
    draft = keep(SYSTEM, made).pk
    with pytest.raises(Conflict):
        intake.apply_import(SYSTEM, other, batch_id=draft)
    assert intake.apply_import(SYSTEM, made, batch_id=draft) == draft
    with pytest.raises(Conflict):
        intake.apply_import(SYSTEM, plan([None, "甲项目"]), batch_id=draft)
    assert Batch.objects.get(id=draft).state == "applied"


def test_of_very_many_findings_the_weightiest_are_remembered(monkeypatch):
    monkeypatch.setattr(remembering, "REMEMBERED", 1)
    made = plan([None, "甲 项目"], [None, None, "某公司"])
    kept = keep(SYSTEM, made)
    assert [(found["row"], found["severity"]) for found in kept.report] == [(3, "error")]


def test_ambiguous_places_are_asked_about_and_new_rows_lie_in_the_office_s_own():
    first, second = make_division("甲市", "city"), make_division("乙市", "city")
    own = make_division("城关镇", "street", first)
    make_division("城关镇", "street", second)
    assert (2, "place_ambiguous") in codes(plan([None, "甲项目", None, "城关镇"]))
    actor = Actor(Kind.POST, user=1, post=1, level="city", division=first)
    made = plan([None, "甲项目", None, "城关镇"], [None, "乙项目", None, "无名镇"], actor=actor)
    assert [row.scope.street for row in made.rows] == [own, 0]
    assert [row.scope.city for row in made.rows] == [first, first]


def test_the_export_gains_columns_the_form_lacks():
    load([CODE, "甲项目", None, None, "约3亿元"])
    row = Project.objects.get().id
    amend(SYSTEM, PROJECTS, row, {"kind": Premises.LEASE, "promised_jobs": 120, "state": "paused"})
    file = io.BytesIO()
    papers.write_workbook(file, live(PROJECTS))
    sheet = openpyxl.load_workbook(file).worksheets[0]
    heads = [cell.value for cell in sheet[3]][18:]
    assert heads == ["项目代码", "用地类型", "承诺就业", "项目状态"]
    assert sheet["A9"].value == "五、未分类项目（1个）"
    assert [cell.value for cell in sheet[10]][18:] == [CODE, "租赁", 120, "暂停"]
    again = intake.plan_import(SYSTEM, file, TODAY)
    assert [(r.action, r.differences) for r in again.rows] == [("unchanged", ())]


def test_a_cell_never_becomes_a_formula():
    load([None, "甲项目", "=1+1"])
    amend(SYSTEM, PROJECTS, Project.objects.get().id, {"company": "=cmd|'/c calc'!A0"})
    file, table = io.BytesIO(), io.StringIO()
    papers.write_workbook(file, live(PROJECTS))
    values = [cell.value for row in openpyxl.load_workbook(file).worksheets[0].iter_rows() for cell in row]
    types = [cell.data_type for row in openpyxl.load_workbook(file).worksheets[0].iter_rows() for cell in row]
    assert "=cmd|'/c calc'!A0" in values
    assert "f" not in types
    papers.write_table(table, live(PROJECTS))
    assert ",'=cmd|" in table.getvalue()


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, StageClass.NO_LAND),
        ({"land_acquired": "2025"}, StageClass.LAND_IDLE),
        ({"land_acquired": "2025", "started": "2025-06"}, StageClass.BUILDING),
        ({"started": "2026-06"}, StageClass.NO_LAND),
        ({"produced": "2025-12-31"}, StageClass.FINISHED),
    ],
)
def test_classes_follow_from_facts_alone(facts, expected):
    found = class_of({name: Day.decode(code) for name, code in facts.items()}, TODAY)
    assert found == expected
    assert unsupported("", found) is False
    assert unsupported("building", found) is (found != "building")


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("红线外拆迁（已解决）", True), ("土地未解决", False), ("部分解决", False), ("施工许可办理难", False),
        ("原入园企业地块闲置（已收回，盘活235亩）", True), ("已解决用水问题，用电尚未解决", False),
    ],
)  # fmt: skip
def test_a_problem_that_says_so_is_closed(text, closed):
    assert [(p.kind, p.text, p.closed) for p in intake.problems_in(text)] == [("problem", text, closed)]


def test_new_rows_of_a_plan_get_their_ids():
    made, _ = load([None, "甲项目", None, None, None, None, "用电难；用工难（已解决）"])
    assert current(PROJECTS, made.rows[0].row_id)["name"] == "甲项目"
    assert [(p.text, p.closed) for p in made.rows[0].proposals] == [
        ("用电难", False),
        ("用工难（已解决）", True),
    ]
