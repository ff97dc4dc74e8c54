"""The period's table out and in again: dry run, apply, undo; matched by code, then name; nothing guessed."""

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from tests.lines.projects.park import park

from bihuan.kernel.errors import BadInput, Conflict, NotFound, Refused
from bihuan.kernel.now import today
from bihuan.kernel.registers.selectors import as_of
from bihuan.kernel.store.sql import run
from bihuan.lines.projects.reports import importing, papers, selectors
from bihuan.lines.projects.reports.actions import report
from bihuan.lines.projects.reports.intake import plan_import
from bihuan.lines.projects.reports.periods import Period
from bihuan.lines.projects.reports.register import REPORTED, REPORTS

__all__ = ["park"]
pytestmark = pytest.mark.django_db(databases="__all__")
FEB = Period.decode("2026-02")
CODE = "2024-430302-35-03-01234X"
HEAD = [
    "项目代码",
    "项目名称",
    "年度计划投资",
    "本月完成投资",
    "累计完成投资",
    "形象进度",
    "存在问题",
    "入库纳统",
]
NAMES = [column.name for column in REPORTED]


def table(*rows, title="2026年2月重点项目进度通报表", head=None, unit="单位：万元"):
    """Return a workbook as offices lay it out."""
    made = openpyxl.Workbook()
    sheet = made.active
    for text in (title, unit):
        sheet.append([text])
        sheet.merge_cells(start_row=sheet.max_row, end_row=sheet.max_row, start_column=1, end_column=8)
    for row in (head or HEAD, *rows):
        sheet.append(row)
    file = io.BytesIO()
    made.save(file)
    file.seek(0)
    return file


def exported(park, period=FEB):
    file = io.BytesIO()
    papers.write_table(
        file, period, selectors.everything(park.coordinator, period), {park.bureau: "开发建设局"}
    )
    file.seek(0)
    return file


def scene(park):
    """Three projects, two of which have reported February."""
    keys = [park.project("甲项目", code=CODE), park.project("乙项目"), park.project("丙项目")]
    run("UPDATE projects_project SET lead_unit = %s", (park.bureau,))
    report(
        park.officer,
        keys[0],
        "2026-01",
        {"year_plan_wan": "9000", "done_wan": "700", "cumulative_wan": "700"},
    )
    values = {"year_plan_wan": "9000", "done_wan": "900.5", "cumulative_wan": "1600.5", "progress": "主体\n三层",
              "next_steps": "封顶", "problems": "道路未通", "listed": "yes", "listed_on": "2025-11"}  # fmt: skip
    report(park.officer, keys[0], FEB, values)
    values = {"done_wan": "约300", "cumulative_wan": "约300", "listed": "no", "explanation": "估算"}
    report(park.officer, keys[1], FEB, values)
    return keys


def codes(park):
    """Return what is reported for February, by project name."""
    lines = selectors.everything(park.coordinator, FEB)
    return {
        line.project.name: {name: line.report.codes[name] for name in NAMES} if line.report else None
        for line in lines
    }


def plan(park, file, actor=None, **more):
    return plan_import(actor or park.officer, file, today(), name="通报.xlsx", **more)


def said(made, severity):
    return [(f["row"], f["message"]) for f in made.plan.problems if f["severity"] == severity]


# Out ---------------------------------------------------------------------------------------------------


def test_the_form_is_the_offices_own(park):
    scene(park)
    sheet = openpyxl.load_workbook(exported(park)).active
    rows = [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
    assert rows[0] == ["2026年2月重点项目进度通报表"]
    assert rows[1] == ["单位：万元"]
    assert "A1:P1" in {str(found) for found in sheet.merged_cells.ranges}
    assert rows[3] == ["年度计划投资", "本月完成投资", "累计完成投资", "完成年度计划（%）", "序时进度（%）", "亮灯",
                       "形象进度", "下步计划", "存在问题"]  # fmt: skip
    assert rows[4][:9] == [1, CODE, "甲项目", "开发建设局", 9000, 900.5, 1600.5, 17.78, 16.67]
    assert rows[4][9] == "绿灯"
    assert rows[5] == [2, "乙项目", "开发建设局", "约300", "约300", 16.67, "否", "按时", "估算"]
    assert rows[6] == [3, "丙项目", "开发建设局", 16.67, "未到期限"]
    assert rows[7][:2] == ["合    计（3个）", 9000]


def test_who_has_not_reported_is_named_below(park, travel):
    scene(park)
    with travel(date(2026, 3, 6)):
        text = str(list(openpyxl.load_workbook(exported(park)).active.values))
    assert "未报送（1个）：丙项目。" in text
    assert "银川市重点项目亮灯办法" in text


# Out and in --------------------------------------------------------------------------------------------


def test_what_goes_out_comes_in_unchanged(park):
    scene(park)
    before = codes(park)
    made = plan(park, exported(park))
    assert made.period == FEB
    assert made.plan.counts() == {"unchanged": 3}
    assert said(made, "error") == []
    assert {text for _row, text in said(made, "warning")} == {
        "Approximate in the source; read as 300 and marked approximate."
    }
    assert codes(park) == before


def test_what_goes_out_fills_an_empty_house(park):
    keys = scene(park)
    before, file = codes(park), exported(park)
    from bihuan.kernel.identity.actors import SYSTEM
    from bihuan.kernel.registers.actions import withdraw

    for key in keys:
        for row in selectors.reports_of(key):
            if row.period == FEB:
                withdraw(SYSTEM, REPORTS, row.id, cause="清空")
    assert codes(park) == dict.fromkeys(before)
    work = importing.take_in(park.officer, file, "通报.xlsx")
    assert work.result["counts"] == {"create": 2, "unchanged": 1}
    importing.apply(park.officer, work.id)
    assert codes(park) == before


# In ----------------------------------------------------------------------------------------------------


def test_an_edited_copy_shows_its_differences_then_writes_then_takes_back(park, travel):
    keys = scene(park)
    before = codes(park)
    file = table(
        [CODE, "甲项目", 9000, 800.5, 1500.5, "主体四层", None, "2025年11月"], [None, "丙项目", None, 50, 50]
    )
    with travel(date(2026, 3, 3)):
        work = importing.take_in(park.officer, file, "改.xlsx")
        assert codes(park) == before
        first = work.result["differences"][0]
        assert {c[0]: (c[1], c[2]) for c in first["changes"]} == {
            "done_wan": ("900.5", "800.5"), "cumulative_wan": ("1600.5", "1500.5"),
            "progress": ("主体\n三层", "主体四层"),
        }  # fmt: skip
        for _turn in range(2):
            work = importing.apply(park.officer, work.id)
        after = codes(park)
        assert after["甲项目"]["cumulative_wan"] == "1500.5"
        assert after["甲项目"]["problems"] == "道路未通"
        assert after["丙项目"]["cumulative_wan"] == "50"
        row = selectors.of_period([keys[0]], FEB)[keys[0]]
        amends = selectors.changes_of(row.id)
        assert [(a.move, a.batch) for a in amends] == [("create", None), ("amend", work.batch)]
        assert "改.xlsx" in amends[1].cause
        report(park.officer, keys[0], FEB, {"progress": "主体五层"}, cause="补充")
        for _turn in range(2):
            work = importing.undo(park.officer, work.id)
    assert (work.result["undone"]["cells"], work.result["undone"]["withdrawn"]) == (2, 1)
    assert [kept[1] for kept in work.result["undone"]["kept"]] == ["progress"]
    assert codes(park) == {**before, "甲项目": {**before["甲项目"], "progress": "主体五层"}}
    assert as_of(REPORTS, row.id, date(2026, 3, 3))["progress"] == "主体五层"


def test_a_preview_that_no_longer_holds_is_shown_anew(park):
    keys = scene(park)
    work = importing.take_in(park.officer, table([None, "丙项目", None, 50, 50]), "a.xlsx")
    report(park.officer, keys[2], FEB, {"done_wan": "60", "cumulative_wan": "60"})
    with pytest.raises(Conflict):
        importing.apply(park.officer, work.id)
    assert importing.one(park.officer, work.id).result["counts"] == {"update": 1}
    importing.apply(park.officer, work.id)
    assert codes(park)["丙项目"]["done_wan"] == "50"


def test_numbers_are_asked_about_in_a_workbook_too(park):
    keys = scene(park)
    report(park.officer, keys[2], "2026-01", {"done_wan": "100", "cumulative_wan": "100"})
    fell = plan(park, table([None, "丙项目", None, 10, 90]))
    assert fell.plan.counts() == {"error": 1}
    assert "it fell" in said(fell, "error")[0][1]
    differs = plan(park, table([None, "丙项目", None, 10, 120]))
    assert differs.plan.counts() == {"create": 1}
    assert "make 110, but 120" in said(differs, "warning")[-1][1]
    head = [*HEAD, "差异说明"]
    explained = plan(park, table([None, "丙项目", None, 10, 90, None, None, None, "核减"], head=head))
    assert explained.plan.counts() == {"create": 1}
    added = plan(park, table([None, "丙项目", None, 10, None]))
    assert next(d.new for d in added.plan.rows[0].differences if d.field == "cumulative_wan") == "110"
    assert "make 110" in said(added, "warning")[-1][1]


def test_a_difference_taken_from_a_workbook_stays_a_question(park):
    keys = scene(park)
    report(park.officer, keys[2], "2026-01", {"done_wan": "100", "cumulative_wan": "100"})
    work = importing.take_in(park.officer, table([None, "丙项目", None, 10, 120]), "a.xlsx")
    importing.apply(park.officer, work.id)
    row = selectors.of_period([keys[2]], FEB)[keys[2]]
    assert (row.value("cumulative_wan"), row.doubt.expected) == (120, Decimal(110))


def test_the_code_speaks_before_the_name_and_what_is_doubtful_is_asked(park):
    keys = scene(park)
    twin = park.project("甲项目")
    other = "2024-430302-35-03-05678X"
    given = [
        [CODE, "改了名的项目", None, 10, 1710], [None, "甲项目", None, 1, 1], [other, "甲项目", None, 1, 1],
        [CODE, "乙项目", None, 1, 1], [None, "没有的项目", None, 1, 1],
    ]  # fmt: skip
    rows = plan(park, table(*given)).plan.rows
    assert [row.action for row in rows] == ["update", "ask", "create", "ask", "error"]
    assert {key for key, _name in rows[1].candidates} == {keys[0], twin}
    assert {key for key, _name in rows[3].candidates} == {keys[0], keys[1]}


def test_a_question_is_answered_and_no_row_means_one_project_twice(park):
    keys = scene(park)
    park.project("丙项目")
    work = importing.take_in(
        park.officer, table([None, "丙项目", None, 5, 5], [None, "丙项目", None, 6, 6]), "a.xlsx"
    )
    place = [(q["sheet"], q["row"]) for q in work.result["questions"]]
    with pytest.raises(BadInput):
        importing.answer(park.officer, work.id, {place[0]: keys[0]})
    work = importing.answer(park.officer, work.id, {place[0]: keys[2], place[1]: None})
    assert work.result["counts"] == {"create": 1, "unchanged": 1}
    again = importing.take_in(park.officer, table([None, "丙项目", None, 5, 5]), "b.xlsx")
    assert again.id != work.id


def test_the_period_is_chosen_or_said_by_the_title_and_a_difference_is_told(park):
    scene(park)
    row = [None, "丙项目", None, 5, 5]
    assert plan(park, table(row, title="2026年１月重点项目进度表")).period.code == "2026-01"
    ten = table(
        row,
        title="2026年2月中旬进度",
        head=["项目代码", "项目名称", "年度计划投资", "本旬完成投资", "累计完成投资"],
    )
    assert plan(park, ten).period.code == "2026-02-11"
    with pytest.raises(BadInput, match="choose"):
        plan(park, table(row, title="进度表"))
    chosen = plan(park, table(row, title="2026年1月进度表"), period=FEB)
    assert chosen.period == FEB
    assert any("2026-01" in text for _row, text in said(chosen, "warning"))
    with pytest.raises(BadInput):
        plan(park, table(row, title="2026年9月进度表"))


@pytest.mark.parametrize(
    ("written", "listed", "since"),
    [
        ("是", "yes", None),
        ("未入库", "no", None),
        ("2025年10月", "yes", "2025-10"),
        ("也许", None, None),
        ("2027-01", None, None),
    ],
)
def test_in_the_statistics_is_yes_no_or_since_when(park, written, listed, since):
    scene(park)
    made = plan(park, table([None, "丙项目", None, 5, 5, None, None, written]))
    found = {d.field: d.new for d in made.plan.rows[0].differences}
    assert (found.get("listed"), found.get("listed_on")) == (listed, since)
    assert bool(listed) != any("也许" in text or "2027" in text for _row, text in said(made, "warning"))


def test_units_of_the_sheet_hold_and_blank_rows_report_nothing(park):
    scene(park)
    made = plan(
        park, table([None, "丙项目", 1.2, 0.03, 0.03], [None, "乙项目", None, None, None], unit="单位：亿元")
    )
    found = {d.field: d.new for d in made.plan.rows[0].differences}
    assert (found["year_plan_wan"], found["done_wan"]) == ("12000", "300")
    assert made.plan.rows[1].action == "unchanged"


def test_a_unit_brings_in_its_own_and_nobody_elses(park):
    scene(park)
    row = [None, "丙项目", None, 5, 5]
    assert plan(park, table(row), park.department).plan.counts() == {"create": 1}
    assert plan(park, table(row), park.stranger).plan.counts() == {"error": 1}
    work = importing.take_in(park.department, table(row), "a.xlsx", key="k")
    assert importing.take_in(park.department, table(row), "a.xlsx", key="k").id == work.id
    with pytest.raises(NotFound):
        importing.apply(park.stranger, work.id)
    with pytest.raises(Refused):
        importing.take_in(park.leader, table(row), "a.xlsx")
