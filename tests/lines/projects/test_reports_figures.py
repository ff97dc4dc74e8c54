"""Figures of the reports: what is counted, what is left out by name, and the same answer for an earlier day."""

from datetime import date
from decimal import Decimal

import pytest
from tests.lines.projects.park import park

from bihuan.kernel.figures import registry, trends
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.registers.actions import amend
from bihuan.lines.projects import actions
from bihuan.lines.projects.registers import PROJECTS
from bihuan.lines.projects.reports import figures
from bihuan.lines.projects.reports.actions import report
from bihuan.lines.projects.reports.periods import Period

__all__ = ["park"]
pytestmark = pytest.mark.django_db(databases="__all__")


def reported(park, key, code, plan, done, total):
    report(park.officer, key, code, {"year_plan_wan": plan, "done_wan": done, "cumulative_wan": total})


def scene(park, travel):
    """Five projects: two counted, one without a plan, one silent, one ended; January only."""
    with travel(date(2026, 1, 6)):
        keys = [park.project(name) for name in ("甲", "乙", "丙", "丁", "戊")]
    with travel(date(2026, 2, 4)):
        reported(park, keys[0], "2026-01", "1000", "100", "100")
        reported(park, keys[2], "2026-01", "", "5", "5")
    with travel(date(2026, 2, 9)):
        reported(park, keys[1], "2026-01", "3000", "300", "300")
        reported(park, keys[4], "2026-01", "9000", "9000", "9000")
        amend(SYSTEM, PROJECTS, keys[4], {"state": "ended"}, cause="终止")
    return keys


def test_reporting_in_time_is_of_those_asked(park, travel):
    scene(park, travel)
    found = figures.reporting(park.coordinator)
    assert (found.period.code, found.numerator, found.denominator, found.value) == (
        "2026-01", 2, 5, Decimal("40.00"),
    )  # fmt: skip
    assert found.small
    assert figures.excluded(found) == []
    with travel(date(2026, 3, 6)):
        later = figures.reporting(park.coordinator)
    assert (later.period.code, later.numerator, later.denominator) == ("2026-02", 0, 4)
    assert [(part, count) for part, _title, count in figures.excluded(later)] == [("ended", 1)]


def test_the_years_investment_leaves_out_by_name(park, travel):
    keys = scene(park, travel)
    found = figures.investment(park.coordinator)
    assert (found.numerator, found.denominator, found.value) == (400, 4000, Decimal("10.00"))
    assert {part: count for part, _title, count in figures.excluded(found)} == {
        "no_report": 1, "no_plan": 1, "gone": 1,
    }  # fmt: skip
    reported(park, keys[0], "2026-02", "1000", "500", "600")
    assert figures.investment(park.coordinator).numerator == 900
    opened = {
        part: [row.project for row in figures.shares(park.coordinator, part)] for part in found.told.parts
    }
    assert opened == {
        "counted": [keys[1], keys[0]],
        "no_report": [keys[3]],
        "no_plan": [keys[2]],
        "gone": [keys[4]],
    }
    assert figures.shares(park.coordinator, "counted", before=keys[1])[0].done == 600
    assert figures.investment(park.stranger).value is None


def test_an_earlier_day_is_answered_as_it_was_known_then(park, travel):
    scene(park, travel)
    days = [date(2026, 2, n) for n in range(3, 12)]
    told = {}
    for day in days:
        rate, money = (f(park.coordinator, as_of=day) for f in (figures.reporting, figures.investment))
        told[day] = (rate.period.code, rate.numerator, rate.denominator, money.numerator, money.denominator)
    assert told[date(2026, 2, 3)][3:] == (0, 0)
    assert told[date(2026, 2, 4)][3:] == (100, 1000)
    assert told[date(2026, 2, 8)] == ("2026-01", 2, 5, 100, 1000)
    assert told[date(2026, 2, 9)] == ("2026-01", 2, 5, 400, 4000)


def test_a_correction_does_not_make_a_report_late(park, travel):
    keys = scene(park, travel)
    report(park.officer, keys[0], "2026-01", {"done_wan": "90", "cumulative_wan": "90"}, cause="核减")
    found = figures.reporting(park.coordinator)
    assert (found.numerator, found.denominator) == (2, 5)
    assert figures.investment(park.coordinator, as_of=date(2026, 2, 28)).numerator == 400
    assert figures.investment(park.coordinator).numerator == 390


def test_both_have_a_trend_by_month(park, travel):
    keys = scene(park, travel)
    reported(park, keys[0], "2026-02", "1000", "500", "600")
    months = figures.investment_trend(park.coordinator, Period.decode("2026-03"))
    assert [(point.at.month, point.value) for point in months] == [
        (1, 10),
        (2, Decimal("22.5")),
        (3, Decimal("22.5")),
    ]
    rates = figures.reporting_trend(park.coordinator, Period.decode("2026-01"), 2)
    assert [(point.at, point.value) for point in rates] == [(date(2025, 12, 1), None), (date(2026, 1, 1), 40)]


def test_problems_have_the_kernels_figures(park):
    key = park.project()
    data = {"title": "道路未通", "category": "other", "source": "visit"}
    actions.register_problem(park.officer, key, data)
    found = {figure.name: value for figure, value in figures.problems(park.coordinator)}
    assert set(found) == {
        f"projects.problem.{name}"
        for name in ("on_time", "sign_off", "overdue", "time_taken", "reopened", "satisfied")
    }
    assert (found["projects.problem.sign_off"].numerator, found["projects.problem.sign_off"].denominator) == (
        0,
        1,
    )
    assert registry.get("projects.problem.sign_off") in figures.PROBLEMS
    assert figures.problems(park.enterprise) == []
    assert trends.of_months(figures.PROBLEMS, figures.kernel.yard(park.coordinator)[0]) == {}
