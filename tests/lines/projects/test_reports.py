"""Progress reports: one a project and period, arithmetic asked about, corrections that keep their history."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st
from tests.lines.projects.park import park

from bihuan.kernel.errors import BadInput, Conflict, FieldErrors, NotFound, Refused
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.registers.selectors import as_of, proves
from bihuan.kernel.store.sql import run
from bihuan.lines.projects.reports import selectors
from bihuan.lines.projects.reports.actions import open_problem, report
from bihuan.lines.projects.reports.checks import doubt
from bihuan.lines.projects.reports.models import ProgressReport
from bihuan.lines.projects.reports.periods import Period, PeriodKind
from bihuan.lines.projects.reports.register import REPORTS
from bihuan.logic.cells import Amount

__all__ = ["park"]
pytestmark = pytest.mark.django_db(databases="__all__")
FEB = "2026-02"
NUMBERS = {"year_plan_wan": "12000", "done_wan": "800", "cumulative_wan": "1800", "progress": "主体施工"}


def amount(value, about=False):
    return Amount(Decimal(value), about)


def first(park, **values):
    """Report January, so that something stands before February."""
    key = park.project()
    report(park.officer, key, "2026-01", {**NUMBERS, "done_wan": "1000", "cumulative_wan": "1000", **values})
    return key


# Periods -----------------------------------------------------------------------------------------------


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)), st.sampled_from(list(PeriodKind)))
def test_a_period_holds_its_days_and_its_code_says_it(day, kind):
    period = Period.at(kind, day)
    assert period.first <= day <= period.last
    assert Period.decode(period.code) == period
    assert period.next.previous == period
    assert period.next.first == period.last + timedelta(days=1)
    assert 0 < period.elapsed <= 1
    assert (period.elapsed == 1) == (period.last == date(day.year, 12, 31))


@pytest.mark.parametrize("code", ["2026-13", "2026", "2026-03-05", "x", "2026-02-31", ""])
def test_what_is_no_period_is_refused(code):
    with pytest.raises(BadInput):
        selectors.read_period(code)


# Arithmetic --------------------------------------------------------------------------------------------

AMOUNTS = st.decimals(0, 10**6, places=2)


@given(AMOUNTS, AMOUNTS)
def test_what_adds_up_is_never_doubted(previous, done):
    assert doubt(amount(previous), amount(done), amount(previous + done)) is None


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_what_does_not_add_up_is_always_doubted(previous, done, stated):
    found = doubt(amount(previous), amount(done), amount(stated))
    assert (found is None) == (previous + done == stated)
    if stated < previous:
        assert found.code == "fell"


def test_about_is_not_held_to_the_penny_but_may_not_fall():
    assert doubt(amount(1000), amount(300, True), amount(1290)) is None
    assert doubt(amount(1000), amount(300, True), amount(900)).code == "fell"


def test_without_a_report_before_the_cumulative_holds_at_least_this_period():
    assert doubt(None, amount(300), amount(900)) is None
    assert doubt(None, amount(300), amount(200)).code == "differs"


# Reporting ---------------------------------------------------------------------------------------------


def test_a_report_stands_as_it_was_written(park):
    key = first(park)
    made = report(park.officer, key, FEB, {**NUMBERS, "year_plan_wan": "1.2亿元", "listed": "是"})
    project, row = selectors.report(park.officer, made.id)
    assert (made.created, project.id, row.period.code) == (True, key, FEB)
    assert row.value("year_plan_wan") == Decimal(12000)
    assert row.codes["listed"] == "yes"
    assert (row.doubt, row.corrected, row.fraction) == (None, False, Decimal(1800) / 12000)
    assert (row.progress.done, row.progress.expected) == (row.fraction, Period.decode(FEB).elapsed)
    assert proves(REPORTS, made.id)


def test_a_cumulative_left_empty_is_added_up_and_marked(park):
    key = first(park)
    made = report(park.officer, key, FEB, {"done_wan": "250"})
    _project, row = selectors.report(park.officer, made.id)
    assert row.value("cumulative_wan") == 1250
    assert run(
        "SELECT cells -> 'cumulative_wan' ->> 'note' FROM projects_report WHERE id = %s", (made.id,)
    ) == [("added_up",)]


def test_a_cumulative_that_cannot_be_known_is_asked_for(park):
    with pytest.raises(FieldErrors) as error:
        report(park.officer, park.project(), FEB, {"done_wan": "250"})
    assert list(error.value.errors) == ["cumulative_wan"]


@pytest.mark.parametrize(("stated", "word"), [("900", "fell"), ("1900", "make")])
def test_numbers_that_do_not_add_up_are_asked_about_and_never_corrected(park, stated, word):
    key = first(park)
    values = {**NUMBERS, "cumulative_wan": stated}
    with pytest.raises(FieldErrors) as error:
        report(park.officer, key, FEB, values)
    assert word in error.value.errors["cumulative_wan"]
    assert "explanation" in error.value.errors
    assert len(selectors.reports_of(key)) == 1
    made = report(park.officer, key, FEB, {**values, "explanation": "审计核减"})
    _project, row = selectors.report(park.officer, made.id)
    assert row.value("cumulative_wan") == Decimal(stated)
    assert row.doubt is None


def test_the_cumulative_begins_anew_with_the_year(park):
    key = park.project()
    report(park.officer, key, "2025-12", {**NUMBERS, "cumulative_wan": "9000"})
    made = report(park.officer, key, "2026-01", {**NUMBERS, "cumulative_wan": "800"})
    assert selectors.report(park.officer, made.id)[1].doubt is None
    with pytest.raises(FieldErrors):
        report(park.officer, key, "2026-01", {"cumulative_wan": "9800"}, cause="改正")


def test_one_report_a_project_and_period_by_constraint(park):
    key = first(park)
    held = ProgressReport.objects.get(project_id=key)
    held.id = run("SELECT nextval('bihuan_chain')")[0][0]
    with pytest.raises(IntegrityError, match="projects_report_once"), transaction.atomic():
        held.save(force_insert=True)
    held.period = date(2026, 2, 2)
    with pytest.raises(IntegrityError, match="projects_report_period"), transaction.atomic():
        held.save(force_insert=True)


def test_a_month_and_its_ten_days_stand_beside_each_other(park):
    key = first(park)
    report(park.officer, key, "2026-01-21", {"done_wan": "400", "cumulative_wan": "1000"})
    assert {row.period.code for row in selectors.reports_of(key)} == {"2026-01", "2026-01-21"}


def test_the_same_request_twice_happens_once(park):
    key = first(park)
    one = report(park.officer, key, FEB, NUMBERS, "k1")
    two = report(park.officer, key, FEB, NUMBERS, "k1")
    assert one == two
    assert len(selectors.changes_of(one.id)) == 1
    fixed = {"done_wan": "700", "cumulative_wan": "1700"}
    for _turn in range(2):
        again = report(park.officer, key, FEB, fixed, "k2", cause="误录")
        assert again.id == one.id
        assert not again.created
    assert len(selectors.changes_of(one.id)) == 2
    with pytest.raises(Conflict):
        report(park.officer, key, FEB, {**NUMBERS, "done_wan": "1"}, "k1")


def test_a_correction_says_why_and_keeps_what_stood(park, travel):
    key = first(park)
    made = report(park.officer, key, FEB, NUMBERS)
    fixed = {"done_wan": "700", "cumulative_wan": "1700"}
    with travel(date(2026, 3, 4)):
        with pytest.raises(FieldErrors) as error:
            report(park.officer, key, FEB, fixed)
        assert list(error.value.errors) == ["cause"]
        again = report(park.officer, key, FEB, fixed, cause="重复计入一笔设备款")
    assert again.id == made.id
    row = selectors.report(park.officer, made.id)[1]
    assert (row.value("done_wan"), row.corrected) == (700, True)
    amends = selectors.changes_of(made.id)
    assert [a.move for a in amends] == ["create", "amend"]
    assert amends[1].cause == "重复计入一笔设备款"
    assert amends[1].changes["done_wan"]["old"] == "800"
    assert as_of(REPORTS, made.id, date(2026, 3, 2))["done_wan"] == "800"
    assert proves(REPORTS, made.id)


def test_saying_the_same_again_changes_nothing(park):
    key = first(park)
    made = report(park.officer, key, FEB, NUMBERS)
    assert report(park.officer, key, FEB, NUMBERS).id == made.id
    assert len(selectors.changes_of(made.id)) == 1


def test_a_correction_from_a_stale_page_is_refused(park):
    key = first(park)
    made = report(park.officer, key, FEB, NUMBERS)
    ver = selectors.report(park.officer, made.id)[1].ver
    report(park.officer, key, FEB, {"progress": "封顶"}, cause="补充", ver=ver)
    with pytest.raises(Conflict):
        report(park.officer, key, FEB, {"progress": "内装"}, cause="补充", ver=ver)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"done_wan": "很多"}, "done_wan"),
        ({"done_wan": "-5"}, "done_wan"),
        ({"listed_on": "2027-01-01"}, "listed_on"),
        ({"listed_on": "2025-12-01", "listed": "no"}, "listed"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_each_field_that_cannot_be_taken_is_named(park, values, field):
    key = first(park)
    with pytest.raises(FieldErrors) as error:
        report(park.officer, key, FEB, {**NUMBERS, **values})
    assert list(error.value.errors) == [field]


def test_nobody_reports_ahead_or_for_what_is_not_theirs(park):
    key = first(park)
    with pytest.raises(BadInput):
        report(park.officer, key, "2026-04", NUMBERS)
    with pytest.raises(NotFound):
        report(park.stranger, key, FEB, NUMBERS)
    with pytest.raises(NotFound):
        report(park.department, key, FEB, NUMBERS)
    with pytest.raises(Refused):
        report(park.leader, key, FEB, NUMBERS)
    assert len(selectors.reports_of(key)) == 1


# Problems ----------------------------------------------------------------------------------------------


def test_a_problem_is_proposed_and_opened_by_a_click_once(park):
    key = first(park)
    text = "围墙未砌；施工用电容量不足（已解决）；道路未通"
    made = report(park.officer, key, FEB, {**NUMBERS, "problems": text})
    assert run("SELECT count(*) FROM flow_matter WHERE subject = %s", (key,)) == [(0,)]
    _project, row = selectors.report(park.officer, made.id)
    assert [(one.text, code) for one, code in selectors.proposals(row)] == [
        ("围墙未砌", ""),
        ("道路未通", ""),
    ]
    receipt = open_problem(park.officer, made.id, "道路未通")
    with pytest.raises(Conflict) as again:
        open_problem(park.officer, made.id, "道路未通")
    assert again.value.where == receipt.code
    assert run("SELECT title, kind FROM flow_matter WHERE subject = %s", (key,)) == [
        ("道路未通", "projects.problem")
    ]
    with pytest.raises(BadInput):
        open_problem(park.officer, made.id, "另一件事")


def test_a_withdrawn_report_makes_room_for_another(park):
    from bihuan.kernel.registers.actions import withdraw

    key = first(park)
    made = report(park.officer, key, FEB, NUMBERS)
    withdraw(SYSTEM, REPORTS, made.id, cause="报错项目")
    assert report(park.officer, key, FEB, NUMBERS).id != made.id
