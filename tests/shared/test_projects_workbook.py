"""The real key-project workbook, as it stands, against the same projects as plain values."""

import csv
import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.registers.selectors import history, live
from bihuan.lines.projects import intake, papers
from bihuan.lines.projects.models import Project
from bihuan.lines.projects.registers import PROJECTS

pytestmark = [pytest.mark.django_db, pytest.mark.shared]

TODAY = date(2026, 1, 31)
#: Column of projects.csv → field of the register.
FIELDS = {
    "name": "name",
    "company": "company",
    "park": "park_text",
    "industry": "industry",
    "investment_wan_yuan": "investment_wan",
    "land_mu": "land_mu",
    "signed": "signed",
    "land_acquired": "land_acquired",
    "started": "started",
    "planned_completion": "planned_completion",
    "planned_production": "planned_production",
    "stage": "stage",
    "problems": "problems",
    "department": "department",
    "source_url": "source_url",
    "source_date": "source_date",
    "note": "note",
}


@pytest.fixture
def workbook(shared_data):
    return shared_data / "data" / "projects" / "重点项目台账.xlsx"


@pytest.fixture
def expected(shared_data):
    with (shared_data / "data" / "projects" / "projects.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def imported(file):
    plan = intake.plan_import(SYSTEM, file, TODAY, name="重点项目台账.xlsx")
    return plan, intake.apply_import(SYSTEM, plan)


def rows():
    return [PROJECTS.codes(row) for row in Project.objects.filter(withdrawn_at=None).order_by("id").values()]


def test_every_value_equals_the_plain_table(workbook, expected):
    plan, _batch = imported(workbook)
    assert [row.action for row in plan.rows] == ["create"] * 39
    found = [{name: (row[field] or "").lstrip("~") for name, field in FIELDS.items()} for row in rows()]
    assert found == expected
    live = Project.objects.all()
    assert sum(p.investment_wan or 0 for p in live) == Decimal("3893647.98")
    assert sum(p.land_mu or 0 for p in live) == Decimal("7408.88")


ODD = """
F6 warning 1亿元
G7 warning 约300
J7 info 2023/4/18
F9 warning １０亿元
K9 warning 2025-07-01 00:00:00
C10 info /
F16 warning 约60亿元
C13 warning 广州酒家集团股份有限公司
H33 warning 2023年5月31日
C37 warning 中国能建华南区域总部
D37 warning 湘乡市
O37 warning 湘乡市人民政府
L41 warning 8月底
K43 warning 9月底
M46 info 投 产
A14 info ９
A31 info 1
F25 info 100000
F27 warning 1.2亿元
G24 info 300亩
G47 info 105
B7 info 湖南(湘潭)万洋众创城一期
B33 info 年产量５０００吨天然植物胶提取项目
D41 info 湘潭高新区
"""


def test_every_oddity_is_reported(workbook):
    plan = intake.plan_import(SYSTEM, workbook, TODAY)
    found = {}
    for problem in plan.problems:
        assert set(problem) == {"sheet", "row", "column", "value", "message", "severity"}
        assert problem["message"]
        found.setdefault(f"{problem['column']}{problem['row']}", []).append(
            (problem["value"].strip(), problem["severity"])
        )
    assert found["B10"] == [("中南大学新能源材料科技成果\n转化雨湖基地项目", "info")]
    for cell, severity, value in (line.split(maxsplit=2) for line in ODD.strip().splitlines()):
        assert (value, severity) in found.get(cell, ()), (cell, value, found.get(cell))
    assert not [p for p in plan.problems if p["severity"] == "error"]


def test_every_untouched_cell_is_left_alone(workbook):
    """No finding stands at a cell that is written plainly, apart from unknown places."""
    plan = intake.plan_import(SYSTEM, workbook, TODAY)
    sheet = openpyxl.load_workbook(workbook).worksheets[0]
    for finding in plan.findings:
        if finding.row > 5 and finding.column and finding.code not in ("place_unknown", "merged"):
            value = sheet.cell(finding.row, finding.column).value
            assert not isinstance(value, (int, float)) or finding.row == 48, finding


def test_skipped_rows_have_their_reasons(workbook):
    plan = intake.plan_import(SYSTEM, workbook, TODAY)
    skipped = {f.row: f.code for f in plan.findings if f.code.endswith("_row") and f.column}
    assert skipped == {
        1: "title_row", 2: "unit_row",
        5: "section_row", 28: "section_row", 30: "section_row", 38: "section_row",
        48: "total_row", 50: "note_row", 51: "note_row", 52: "note_row", 53: "note_row", 54: "signature_row",
    }  # fmt: skip
    assert "empty_sheet" in {f.code for f in plan.findings if f.sheet == "Sheet2"}


def test_inferred_years_are_marked(workbook):
    imported(workbook)
    live = Project.objects.get(name__startswith="湖南卓润")
    assert PROJECTS.codes(vars(live))["planned_production"] == "2022-08"
    assert live.cells["planned_production"]["note"] == "inferred_year"


def test_stated_classes_stand_beside_what_the_facts_show(workbook):
    imported(workbook)
    classes = {p.name: (p.stage_class, p.class_derived) for p in Project.objects.all()}
    assert classes["电力产业园二期项目"] == ("building", "building")
    assert classes["湘钢金属材料精深加工物流园项目"] == ("land_idle", "no_land")
    assert classes["吉利LCV（轻型商用车）项目"] == ("building", "no_land")


def test_problems_are_proposed_and_solved_ones_closed(workbook):
    plan = intake.plan_import(SYSTEM, workbook, TODAY)
    proposed = {(row.number, p.text): p.closed for row in plan.rows for p in row.proposals}
    assert proposed[8, "红线外拆迁等遗留问题（已解决）"] is True
    assert proposed[8, "施工许可证采取容缺受理办理"] is False
    assert proposed[29, "施工许可证办理难"] is False
    assert proposed[46, "道路：公司门口路窄车宽，大型运输车辆须绕远道（已解决）"] is True


def test_the_same_file_twice_changes_nothing(workbook):
    imported(workbook)
    again = intake.plan_import(SYSTEM, workbook, TODAY)
    assert again.json() | {"problems": []} == {
        "rows": 39,
        "created": 0,
        "updated": 0,
        "unchanged": 39,
        "problems": [],
    }


def edited(workbook, changes):
    book = openpyxl.load_workbook(workbook)
    for address, value in changes.items():
        book.worksheets[0][address] = value
    file = io.BytesIO()
    book.save(file)
    return file


def test_an_edited_copy_shows_each_changed_cell_and_undo_restores(workbook):
    imported(workbook)
    before = rows()
    copy = edited(
        workbook, {"F7": "12亿元", "L6": "2025年12月", "M29": "开工在建", "O10": "雨湖区政府", "N29": None}
    )
    plan = intake.plan_import(SYSTEM, copy, TODAY)
    differences = {(row.number, d.field): (d.old, d.new) for row in plan.rows for d in row.differences}
    assert differences == {
        (7, "investment_wan"): ("100000", "120000"),
        (6, "planned_production"): ("2025-10", "2025-12"),
        (29, "stage"): (None, "开工在建"),
        (10, "department"): (None, "雨湖区政府"),
        (29, "problems"): ("施工许可证办理难", None),
    }
    assert (plan.count("update"), plan.count("unchanged")) == (4, 35)
    assert rows() == before
    batch = intake.apply_import(SYSTEM, plan)
    assert rows() != before
    done = intake.undo_import(SYSTEM, batch)
    assert (done.cells, done.withdrawn, done.kept) == (5, 0, [])
    assert rows() == before
    assert [a.move for a in history(PROJECTS, plan.rows[0].row_id)] == ["create", "amend", "amend"]
    assert intake.plan_import(SYSTEM, workbook, TODAY).count("unchanged") == 39
    assert intake.plan_import(SYSTEM, copy, TODAY).count("update") == 4


def test_what_is_exported_imports_as_unchanged(workbook, expected):
    imported(workbook)
    file, table = io.BytesIO(), io.StringIO()
    papers.write_workbook(file, live(PROJECTS))
    plan = intake.plan_import(SYSTEM, file, TODAY)
    assert [(row.action, row.differences) for row in plan.rows] == [("unchanged", ())] * 39
    assert not {f.code for f in plan.findings} & {
        "header_unknown",
        "header_missing",
        "count_differs",
        "total_differs",
    }
    papers.write_table(table, live(PROJECTS))
    assert list(csv.DictReader(io.StringIO(table.getvalue()))) == expected


def test_the_export_has_the_office_form(workbook):
    imported(workbook)
    file = io.BytesIO()
    papers.write_workbook(file, live(PROJECTS), title="湘潭市部分园区重点项目推进台账")
    ours, theirs = openpyxl.load_workbook(file).worksheets[0], openpyxl.load_workbook(workbook).worksheets[0]
    for row in [*range(1, 6), 28, 30, 38, 48]:
        assert [c.value for c in ours[row]] == [c.value for c in theirs[row]], row
    merges = {str(m) for m in theirs.merged_cells.ranges if m.min_row < 6 or m.min_row in (28, 30, 38, 48)}
    assert merges <= {str(m) for m in ours.merged_cells.ranges}
    assert [ours.cell(r, 1).value for r in (6, 27, 29, 31, 37, 39, 47)] == [1, 22, 1, 1, 7, 1, 9]
    assert ours["F16"].value == "约60亿元"
    assert ours["L6"].value == "2025年10月"
    assert ours["L41"].value == "2022年8月"
