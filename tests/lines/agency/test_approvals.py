"""The platform's export: odd rows are named, days fill timetables, time saved is what the fixture says."""

import io
from datetime import date, timedelta
from decimal import Decimal

import openpyxl
import pytest

from bihuan.kernel.errors import BadInput, Conflict, NotFound, Refused
from bihuan.kernel.figures import tallies
from bihuan.kernel.figures.selectors import yard
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.registers.actions import amend
from bihuan.kernel.registers.selectors import live
from bihuan.kernel.store.sql import run
from bihuan.lines.agency.approvals import actions, selectors
from bihuan.lines.agency.approvals.register import APPROVALS
from bihuan.lines.agency.approvals.selectors import Asked
from bihuan.logic.durations import saved, spread, used

CODE = "2025-430302-35-03-012345"
HEAD = ["办件编号", "项目代码", "事项编码", "事项名称", "审批部门", "申请时间", "受理时间", "办结时间",
        "补正开始", "补正结束", "省定时限"]  # fmt: skip
PERMIT = "建筑工程施工许可证核发"


def book(*rows, head=HEAD):
    made = openpyxl.Workbook()
    for row in (head, *rows):
        made.active.append(row)
    file = io.BytesIO()
    made.save(file)
    file.seek(0)
    return file


def row(number, accepted, decided, *, applied="", code="", item=PERMIT, authority="开发建设局", limit="45个工作日",
        stop=("", "")):  # fmt: skip
    return [number, code, "SG-01", item, authority, applied, accepted, decided, *stop, limit]


def bring(office, *rows, key=""):
    return actions.take_in(office.coordinator, "approvals", book(*rows), "平台导出.xlsx", key=key)


def codes(work):
    return [(found[1], found[5], found[4]) for found in work.result["findings"] if found[4] != "info"]


def test_time_saved_of_the_fixture_is_seventy_per_cent(office):
    """45 working days allowed, 13.5 used on average: 70 % saved."""
    calendar = selectors._Calendars().at(0)
    start = date(2025, 11, 3)
    rows = [
        row(f"A{days}", start.isoformat(), calendar.add_working(start, days).isoformat())
        for days in (10, 12, 13, 14, 15, 17)
    ]
    work = bring(office, *rows)
    actions.apply(office.coordinator, work.id)
    found = selectors.saved(office.coordinator)
    assert (found.saved, found.spread.mean, found.allowed) == (
        Decimal("70.00"),
        Decimal("13.50"),
        Decimal("45.00"),
    )
    assert (found.spread.median, found.spread.p90, found.spread.count) == (Decimal("13.5"), 17, 6)
    assert found.outliers == ()
    (group,) = found.groups
    assert (group.name, group.saved, group.small) == ("开发建设局", Decimal("70.00"), False)
    assert selectors.saved(office.stranger).spread is None
    assert selectors.saved(office.coordinator, Asked(authority="别的部门")).spread is None
    assert selectors.saved(office.coordinator, Asked(since=date(2026, 1, 1))).spread is None


def test_days_of_correction_are_not_the_governments(office):
    rows = [row("B1", "2025-11-03", "2025-11-17", stop=("2025-11-05", "2025-11-11"))]
    work = bring(office, *rows)
    actions.apply(office.coordinator, work.id)
    (one,) = selectors.saved(office.coordinator).rows
    assert one.used == 10 - 5


def test_days_used_agree_with_counting_them_one_by_one():
    calendar = selectors.Calendar([], {})
    start = date(2025, 1, 6)
    for length in (0, 1, 9, 30):
        for stops in ([], [(2, 5)], [(1, 3), (2, 8)], [(-4, 1)], [(5, 200)]):
            end = start + timedelta(days=length)
            spans = [(start + timedelta(days=a), start + timedelta(days=b)) for a, b in stops]
            days = [start + timedelta(days=n) for n in range(1, length + 1)]
            slow = [d for d in days if d.weekday() < 5 and not any(a <= d <= b for a, b in spans)]
            holidays = [d for d in slow if not calendar.is_working(d)]
            assert used(start, end, spans, calendar) == len(slow) - len(holidays)


def test_spread_and_saved_of_nothing():
    assert spread([]) is None
    assert saved([]) is None
    assert spread([7]).p90 == 7


def test_an_outlier_is_named_and_what_cannot_be_counted_is_left_out(office):
    rows = [row(f"C{n}", "2025-11-03", "2025-11-10") for n in range(8)]
    rows.append(row("C-long", "2025-08-01", "2025-11-10"))
    rows.append(row("C-open", "2025-11-03", ""))
    rows.append(row("C-bare", "2025-11-03", "2025-11-10", limit="", item="另一事项"))
    rows.append(row("C-calendar", "2025-11-03", "2025-11-10", limit="30日"))
    rows[-2][2] = ""
    work = bring(office, *rows)
    actions.apply(office.coordinator, work.id)
    found = selectors.saved(office.coordinator)
    assert [one.number for one in found.outliers] == ["C-long"]
    assert found.excluded == {"open": 1, "imprecise": 0, "no_limit": 2}


def test_what_cannot_be_is_refused_row_by_row(office):
    office.project(columns={}, code=CODE, name="有代码项目")
    work = bring(
        office,
        row("D1", "2026-01-05", "2026-01-12", applied="2026-01-08"),
        row("D2", "2026-01-12", "2026-01-05"),
        row("D3", "2026-01-05", "2026-01-12", stop=("2026-01-09", "2026-01-07")),
        row("D4", "2026-01-05", "2026-01-12", code="2099-430302-35-03-999999"),
        row("D5", "2026-01-05", "2026-01-12", item="没有的事项", code=CODE),
        row("D6", "2026-01-05", "2026-01-12", limit="45"),
        row("D7", "2026-01-05", "2026-04-12"),
        row("D1", "2026-01-05", "2026-01-12"),
    )
    found = codes(work)
    assert (2, "accepted_before_applied", "error") in found
    assert (3, "decided_before_accepted", "error") in found
    assert (4, "stop_impossible", "error") in found
    assert (5, "project_unknown", "warning") in found
    assert (7, "not_a_span", "warning") in found
    assert any(
        (number == 8 and code == "future_fact") or code == "after_report" for number, code, _s in found
    )
    assert (9, "duplicate_row", "error") in found
    actions.apply(office.coordinator, work.id)
    assert sorted(one.codes["number"] for one in live(APPROVALS)) == ["D4", "D5", "D6", "D7"]


def test_a_sheet_without_the_columns_is_no_export(office):
    with pytest.raises(BadInput):
        actions.take_in(office.coordinator, "approvals", book(["a"], head=["什么", "都没有"]), "x.xlsx")
    with pytest.raises(Refused):
        actions.take_in(office.agent, "approvals", book(), "x.xlsx")
    with pytest.raises(NotFound):
        actions.take_in(office.coordinator, "others", book(), "x.xlsx")


def node(project, key):
    sql = """SELECT n.actual_start, n.actual_finish FROM projects_node n
             JOIN projects_timetable t ON t.id = n.timetable_id WHERE t.project_id = %s AND n.key = %s"""
    return run(sql, (project, key))[0]


def test_days_fill_the_nodes_of_the_project_and_an_undo_empties_them(office):
    from bihuan.lines.projects.timetables.drafting import attend  # the test looks across, the line does not

    project = office.project(
        name="有代码项目", code=CODE, kind="land", signed="2025-06-02", planned_production="2027-06"
    )
    attend(office.coordinator, [project])
    work = bring(office, row("E1", "2025-11-03", "2025-11-05", code=CODE))
    work = actions.apply(office.coordinator, work.id)
    assert (work.state, work.result["filled"], work.result["refused"]) == ("done", 1, [])
    assert node(project, "construction_permit")[1] == date(2025, 11, 5)
    assert actions.apply(office.coordinator, work.id).state == "done"
    assert run("SELECT count(*) FROM flow_matter WHERE kind = 'projects.node_date'")[0][0] == 1
    work = actions.undo(office.coordinator, work.id)
    assert work.state == "undone"
    assert node(project, "construction_permit") == (None, None)
    assert live(APPROVALS) == []
    assert actions.undo(office.coordinator, work.id).state == "undone"


def test_a_project_of_another_park_is_not_touched(office):
    office.project(name="别园项目", code=CODE, place=office.elsewhere)
    work = bring(office, row("F1", "2025-11-03", "2025-11-05", code=CODE))
    assert (2, "project_unknown", "warning") in codes(work)
    with pytest.raises(NotFound):
        actions.apply(office.stranger, work.id)


def test_what_changed_since_the_preview_is_previewed_again(office):
    first, second = (
        bring(office, row("G1", "2025-11-03", "2025-11-05")),
        bring(office, row("G1", "2025-11-03", "2025-11-06")),
    )
    actions.apply(office.coordinator, first.id)
    with pytest.raises(Conflict, match="Take the workbook in again"):
        actions.apply(office.coordinator, second.id)


def test_a_key_takes_a_workbook_in_once(office):
    one = bring(office, row("H1", "2025-11-03", "2025-11-05"), key="k")
    assert bring(office, row("H1", "2025-11-03", "2025-11-05"), key="k").id == one.id


def test_the_catalogue_goes_out_and_comes_in_again_unchanged(office):
    from bihuan.kernel.registers.selectors import live as rows_of
    from bihuan.lines.agency.catalogue.actions import load_sample
    from bihuan.lines.agency.catalogue.papers import workbook
    from bihuan.lines.agency.registers import ITEMS

    assert load_sample(office.coordinator) == 0  # there is a catalogue already
    file = io.BytesIO(workbook(ITEMS, rows_of(ITEMS), "审批事项目录"))
    work = actions.take_in(office.coordinator, "items", file, "目录.xlsx")
    assert work.result["counts"] == {"unchanged": 2}


def test_a_limit_without_its_unit_is_asked_about(office):
    head = ["事项编码", "事项名称", "法定时限", "承诺时限"]
    rows = [["X1", "某事项", "20", "20小时"], ["X2", "另一事项", "20个工作日", "7日"]]
    work = actions.take_in(office.coordinator, "items", book(*rows, head=head), "目录.xlsx")
    assert [code for _row, code, _s in codes(work)].count("not_a_span") == 2
    actions.apply(office.coordinator, work.id)
    found = {
        item["code"]: item for item in __import__("bihuan.lines.agency.selectors", fromlist=["items"]).items()
    }
    assert (found["X2"]["law_limit"], found["X2"]["promise_limit"], found["X1"]["law_limit"]) == (
        "20wd",
        "7d",
        "",
    )


def test_time_saved_is_a_figure_as_known_on_any_day(office, travel):
    """The page, the kernel's figure and its rows say one number; a later correction does not change a past day."""
    rows = [row(f"F{n}", "2025-11-03", "2025-11-17") for n in range(6)]
    rows.append(row("F8", "2025-11-03", ""))
    work = bring(office, *rows)
    actions.apply(office.coordinator, work.id)
    seen = yard(office.coordinator)
    page = selectors.saved(office.coordinator)
    value = tallies.value("agency.saved", seen)
    assert (value.value, value.numerator, value.denominator) == (page.saved, 6 * 35, 6 * 45)
    assert (value.small, [count for _title, count in value.excluded]) == (False, [1, 0, 0])
    with travel(date(2026, 3, 20)):
        (one,) = [found for found in live(APPROVALS) if found.codes["number"] == "F0"]
        amend(SYSTEM, APPROVALS, one.id, {"decided": "2025-11-24"}, ver=one.ver, cause="更正办结日期")
    with travel(date(2026, 3, 25)):
        assert tallies.value("agency.saved", seen).numerator == 6 * 35 - 5
        assert tallies.value("agency.saved", seen, as_of=date(2026, 3, 10)).numerator == 6 * 35
        saved_days = tallies.rows("agency.saved", "numerator", seen)
        assert sum(found.amount for found in saved_days) == 6 * 35 - 5
        assert [found.title for found in tallies.rows("agency.saved", "excluded0", seen)] == [f"F8 {PERMIT}"]
        assert tallies.value("agency.saved", seen, since=date(2026, 1, 1)).denominator == 0
        assert tallies.value("agency.saved", yard(office.stranger)).denominator == 0
