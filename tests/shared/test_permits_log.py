"""A municipality's real permit log (Dutch, 2010-2012) goes in as a platform's export, and what was finished is learnt.

It tests the importer and the learning on data nobody made up for them; its durations say nothing about a park here.
"""

import csv
import gzip
import io
from collections import defaultdict
from datetime import date, timedelta
from math import log
from statistics import mean

import openpyxl
import pytest
from tests.lines.agency.office import office

from bihuan.kernel.flow import actions as flow
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.jobs import run_due
from bihuan.kernel.now import today
from bihuan.kernel.store.sql import run
from bihuan.lines.agency.approvals import actions, selectors
from bihuan.lines.projects.timetables import chances
from bihuan.lines.projects.timetables.days import calendar
from bihuan.lines.projects.timetables.drafting import attend
from bihuan.logic.likelihood import ENOUGH, learn

pytestmark = [pytest.mark.django_db, pytest.mark.shared]
assert office
HEAD = ["办件编号", "项目代码", "事项编码", "事项名称", "审批部门", "受理时间", "办结时间", "省定时限"]
#: The log's days moved into years the park's projects live in.
LATER = timedelta(days=5114)


@pytest.fixture(scope="module")
def cases(shared_data):
    """Return {case: (department, began, ended or None, deadline)} of the log's 1,434 cases."""
    found = {}
    with gzip.open(shared_data / "data" / "permits" / "receipt.csv.gz", "rt", encoding="utf-8") as file:
        for event in csv.DictReader(file):
            days = (event[f"case:{name}"] for name in ("startdate", "enddate", "deadline"))
            began, ended, deadline = (date.fromisoformat(day[:10]) if day else None for day in days)
            found[event["case:concept:name"]] = (event["case:department"], began, ended, deadline)
    assert len(found) == 1434
    return found


def book(rows):
    made = openpyxl.Workbook()
    for row in (HEAD, *rows):
        made.active.append(row)
    file = io.BytesIO()
    made.save(file)
    file.seek(0)
    return file


def line(number, department, began, ended, code=""):
    return [
        number,
        code,
        "SG-01",
        "建筑工程施工许可证核发",
        department,
        str(began),
        str(ended or ""),
        "45个工作日",
    ]


def test_the_log_goes_in_row_by_row_and_is_counted_as_by_hand(office, cases):
    rows = [line(key, dept, began, ended) for key, (dept, began, ended, _due) in cases.items()]
    backwards = sum(bool(ended and ended < began) for _dept, began, ended, _due in cases.values())
    work = actions.take_in(office.coordinator, "approvals", book(rows), "receipt.xlsx")
    assert sum(found[4] == "error" for found in work.result["findings"]) == backwards
    work = actions.apply(office.coordinator, work.id)
    while work.state == "applying":
        run_due()
        work.refresh_from_db()
    assert run("SELECT count(*) FROM agency_approval") == [(len(cases) - backwards,)]
    told = selectors.saved(office.coordinator)
    unfinished = sum(ended is None for _dept, _began, ended, _due in cases.values())
    assert unfinished == 105
    assert (told.excluded["open"], len(told.rows)) == (105, len(cases) - backwards - 105)
    on = calendar(office_scope(office))
    by_hand = {key: on.working_between(began, ended) for key, (_d, began, ended, _due) in cases.items()
               if ended and ended >= began}  # fmt: skip
    assert {row.number: row.used for row in told.rows} == by_hand
    assert sum(group.spread.count for group in told.groups) == len(told.rows)


def office_scope(office):
    return scope_of(office.place)


def test_a_department_with_enough_finished_cases_is_learnt_and_one_without_is_not(cases):
    factors = defaultdict(list)
    for dept, began, ended, due in cases.values():
        if ended and ended >= began and due and due > began:
            factors[dept].append(max((ended - began).days, 1) / (due - began).days)
    assert sum(len(values) >= ENOUGH for values in factors.values()) >= 2
    for values in factors.values():
        made = learn(values)
        if len(values) < ENOUGH:
            assert made is None
            continue
        assert (made.cases, round(made.mu, 9)) == (len(values), round(mean(map(log, values)), 9))


def test_what_the_export_finishes_is_learnt_by_the_timetable(office, cases):
    chosen = [(key, *case) for key, case in cases.items() if case[2] and 1 < (case[2] - case[1]).days < 90]
    chosen = chosen[:ENOUGH]
    codes = [f"2025-430302-35-03-{n:06d}" for n in range(len(chosen))]
    for code in codes:
        project = office.project(
            name=f"项目{code}", code=code, kind="land", signed="2024-06-03", planned_production="2027-06"
        )
        attend(office.coordinator, [project])
        sql = "SELECT id FROM flow_matter WHERE kind = 'projects.timetable' AND subject = %s"
        ((timetable,),) = run(sql, (project,))
        flow.move(office.officer, timetable, "submit", {})
        flow.move(office.leader, timetable, "approve", {})
    on = calendar(office_scope(office))
    assert "construction_permit" not in chances.learnt(on, today()), (
        "a reference value until enough have finished"
    )
    rows = [
        line(key, dept, began + LATER, ended + LATER, code)
        for code, (key, dept, began, ended, _due) in zip(codes, chosen, strict=True)
    ]
    work = actions.take_in(office.coordinator, "approvals", book(rows), "receipt.xlsx")
    work = actions.apply(office.coordinator, work.id)
    assert (work.state, work.result["filled"]) == ("done", ENOUGH), work.result
    chances.forget()
    assert chances.learnt(on, today())["construction_permit"].cases == ENOUGH
