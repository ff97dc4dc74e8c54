"""Who has not reported: by the cut-off around holidays, per unit, told on working days, once a stage; and lights."""

from datetime import date, datetime
from fractions import Fraction

import pytest
from django.db import IntegrityError, transaction
from tests.kernel import factories as make
from tests.lines.projects.park import park

from bihuan.kernel.errors import BadInput, Refused
from bihuan.kernel.identity import selectors as identity
from bihuan.kernel.identity.actors import SYSTEM, Scope
from bihuan.kernel.notices.selectors import unread
from bihuan.kernel.now import LOCAL
from bihuan.kernel.registers.actions import amend
from bihuan.kernel.store.sql import run
from bihuan.lines.projects.registers import PROJECTS
from bihuan.lines.projects.reports import selectors, standing
from bihuan.lines.projects.reports.actions import report
from bihuan.lines.projects.reports.cutoffs import Deadlines, put_cutoff, rules
from bihuan.lines.projects.reports.models import ReportCutoff
from bihuan.lines.projects.reports.periods import Period
from bihuan.lines.projects.reports.progress import progress
from bihuan.lines.projects.reports.reminders import remind_missing
from bihuan.lines.projects.timetables.lights import Progress

__all__ = ["park"]
pytestmark = pytest.mark.django_db(databases="__all__")
NUMBERS = {"year_plan_wan": "12000", "done_wan": "500", "cumulative_wan": "500"}


def due(code, scope=None):
    return Deadlines().day(Period.decode(code), scope or Scope())


def stands(park, code, actor=None, at=None):
    """Return where the actor's projects stand for a period, by name."""
    made = standing.source(actor or park.coordinator, [Period.decode(code)], at=at)
    names = dict(run("SELECT id, name FROM projects_project"))
    return {names[key]: where for key, where in standing.ids(made, standing.STANDINGS)}


# Cut-offs ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "day"),
    [
        ("2026-02", date(2026, 3, 5)),  # a Thursday
        ("2026-03", date(2026, 4, 7)),  # Sunday, then the rest day of Tomb-Sweeping
        ("2026-04", date(2026, 5, 6)),  # within the holiday of Labour Day
        ("2025-09", date(2025, 10, 9)),  # within National Day and Mid-Autumn
        ("2025-12", date(2026, 1, 5)),  # a Monday after the New Year's make-up Sunday
    ],
)
def test_a_cut_off_on_a_rest_day_moves_to_the_next_working_day(db, code, day):
    assert due(code) == day


def test_ten_day_reports_are_asked_for_where_a_rule_says_so(park):
    scope = identity.scope_of(park.place)
    assert due("2026-02-11", scope) is None
    put_cutoff(
        SYSTEM, "ten_days", "wd", 2, source="园区调度办法", division=park.place, since=date(2026, 1, 1)
    )
    assert due("2026-02-11", scope) == date(2026, 2, 25)  # Spring Festival lies between
    assert due("2026-02-11") is None


def test_a_place_may_have_its_own_cut_off_from_a_day_on(park):
    scope = identity.scope_of(park.place)
    put_cutoff(
        SYSTEM,
        "month",
        "day",
        25,
        following=False,
        source="园区办法",
        division=park.place,
        since=date(2026, 2, 1),
    )
    assert due("2026-01", scope) == date(2026, 2, 5)
    assert due("2026-02", scope) == date(2026, 2, 25)
    assert due("2026-02") == date(2026, 3, 5)
    put_cutoff(SYSTEM, "month", "day", 31, following=False, source="园区办法", division=park.place)
    assert due("2026-04", scope) == date(2026, 4, 30)


def test_only_who_keeps_limits_sets_a_cut_off_and_only_one_that_can_be(park):
    with pytest.raises(Refused):
        put_cutoff(park.officer, "month", "day", 3, source="口头", division=park.place)
    put_cutoff(park.coordinator, "month", "day", 3, source="园区办法", division=park.place)
    with pytest.raises(Refused):
        put_cutoff(park.coordinator, "month", "day", 3, source="园区办法")
    for kind, basis, value, source in (
        ("month", "day", 32, "x"), ("month", "day", 0, "x"), ("ten_days", "day", 3, "x"),
        ("month", "wd", 61, "x"), ("month", "day", 3, "  "), ("year", "day", 3, "x"),
    ):  # fmt: skip
        with pytest.raises(BadInput):
            put_cutoff(SYSTEM, kind, basis, value, source=source)


def test_packaged_cut_offs_are_marked_as_not_verified(db):
    found = {(rule.kind, rule.enabled, rule.tag) for rule in rules()}
    assert found == {("month", True, "prior"), ("ten_days", False, "prior")}
    held = ReportCutoff.objects.first()
    held.id, held.value = run("SELECT nextval('bihuan_chain')")[0][0], 99
    with pytest.raises(IntegrityError, match="cutoff_value"), transaction.atomic():
        held.save(force_insert=True)


# Standing ----------------------------------------------------------------------------------------------


def scene(park, travel):
    """Seven projects entered in January, one of them only in March."""
    with travel(date(2026, 1, 4)):
        keys = {
            name: park.project(name, **fields)
            for name, fields in {
                "按时": {}, "迟报": {}, "未报": {}, "暂停": {"state": "paused"},
                "退出后报": {"state": "withdrawn"}, "已投产": {"produced": "2025-12"},
                "当月投产": {"produced": "2026-01-20"},
            }.items()
        }  # fmt: skip
    for name, day in (("按时", date(2026, 2, 5)), ("迟报", date(2026, 2, 6)), ("退出后报", date(2026, 2, 2))):
        with travel(datetime(day.year, day.month, day.day, 23, 59, tzinfo=LOCAL)):
            report(park.officer, keys[name], "2026-01", NUMBERS)
    keys["新入库"] = park.project("新入库")
    return keys


WHERE = {
    "按时": "on_time", "迟报": "late", "未报": "missing", "暂停": "paused", "退出后报": "on_time",
    "已投产": "produced", "当月投产": "missing", "新入库": "later",
}  # fmt: skip


def test_where_each_project_stands_for_a_period(park, travel):
    scene(park, travel)
    assert stands(park, "2026-01") == WHERE
    assert stands(park, "2026-02")["未报"] == "waiting"
    assert stands(park, "2026-02-11")["未报"] == "no_rule"
    made = standing.source(park.coordinator, [Period.decode("2026-01")])
    assert standing.counts(made)[date(2026, 1, 1)] == {
        "on_time": 2, "late": 1, "missing": 2, "paused": 1, "produced": 1, "later": 1,
    }  # fmt: skip


def test_the_cut_off_passes_at_the_end_of_its_day(park, travel):
    scene(park, travel)
    with travel(datetime(2026, 2, 5, 23, 59, tzinfo=LOCAL)):
        assert stands(park, "2026-01")["未报"] == "waiting"
    with travel(datetime(2026, 2, 6, 0, 0, tzinfo=LOCAL)):
        assert stands(park, "2026-01")["未报"] == "missing"


def test_an_earlier_day_is_answered_as_it_was_known_then(park, travel):
    keys = scene(park, travel)
    amend(SYSTEM, PROJECTS, keys["未报"], {"state": "ended"}, cause="终止")
    report(park.officer, keys["当月投产"], "2026-01", NUMBERS)
    assert stands(park, "2026-01") == {**WHERE, "未报": "ended", "当月投产": "late"}
    known = stands(park, "2026-01", at=datetime(2026, 2, 6, tzinfo=LOCAL))
    assert known == {
        "按时": "on_time", "迟报": "missing", "未报": "missing", "暂停": "paused", "退出后报": "on_time",
        "已投产": "produced", "当月投产": "missing",
    }  # fmt: skip


def test_one_sees_only_ones_own(park, travel):
    keys = scene(park, travel)
    assert stands(park, "2026-01", park.stranger) == {}
    assert stands(park, "2026-01", park.department) == {}
    run("UPDATE projects_project SET lead_unit = %s WHERE id = %s", (park.bureau, keys["未报"]))
    assert stands(park, "2026-01", park.department) == {"未报": "missing"}


def test_the_missing_are_counted_per_unit(park, travel):
    keys = scene(park, travel)
    run(
        "UPDATE projects_project SET lead_unit = %s WHERE id = ANY(%s)",
        (park.bureau, [keys["未报"], keys["按时"]]),
    )
    made = standing.source(park.coordinator, [Period.decode("2026-01")])
    found = standing.by_unit(made)
    assert found[park.bureau] == {"missing": 1, "on_time": 1}
    assert found[0]["missing"] == 1


# Reminders ---------------------------------------------------------------------------------------------


def told(actor):
    return [(notice.kind.rpartition(".")[2], notice.text) for notice in unread(actor)]


def test_units_hear_on_the_day_the_next_working_day_and_a_week_on(park, travel):
    with travel(date(2026, 4, 8)):
        park.project("甲项目", columns={"lead_unit": park.bureau})
        park.project("乙项目", columns={"lead_unit": park.bureau})
        park.project("无牵头")
    # April is due on Wednesday 6 May, after the holiday; Saturday 9 May is a make-up working day.
    heard = {}
    for day in [date(2026, 5, n) for n in range(1, 20)]:
        with travel(day):
            if count := remind_missing():
                heard[day.day] = count
            assert remind_missing() == 0
    assert heard == {6: 2, 7: 2, 12: 2}
    assert [kind for kind, _text in told(park.department)] == ["bulletin", "urge", "due"]
    assert "2 projects" in told(park.department)[0][1]
    assert "甲项目、乙项目" in told(park.department)[0][1]
    assert [text.count("无牵头") for _kind, text in told(park.coordinator)] == [1, 1, 1]
    assert told(park.stranger) == []


def test_who_has_reported_is_left_alone(park, travel):
    with travel(date(2026, 1, 6)):
        key = park.project("甲项目", columns={"lead_unit": park.bureau})
    with travel(date(2026, 2, 4)):
        report(park.officer, key, "2026-01", NUMBERS)
    with travel(date(2026, 2, 6)):
        assert remind_missing() == 0
        park.project("乙项目", columns={"lead_unit": park.bureau})
    with travel(date(2026, 3, 6)):
        assert remind_missing() == 1
    assert "2 projects" in told(park.department)[0][1]


def test_a_project_without_a_place_is_nobodys_reminder_but_breaks_nothing(park, travel):
    with travel(date(2026, 1, 6)):
        amend(SYSTEM, PROJECTS, None, {"name": "无地点"})
    with travel(date(2026, 2, 6)):
        assert remind_missing() == 0


# What lights read --------------------------------------------------------------------------------------


def reached(key, day):
    return progress([key], day).get(key)


def test_lights_read_the_share_of_the_plan_against_the_end_of_the_period(park, travel):
    with travel(date(2026, 1, 4)):
        key = park.project()
    assert reached(key, date(2026, 3, 2)) is None
    with travel(date(2026, 2, 4)):
        report(park.officer, key, "2026-01", NUMBERS)
    done = Fraction(500, 12000)
    assert reached(key, date(2026, 2, 4)) == Progress(done, Fraction(1, 12))
    assert reached(key, date(2026, 2, 3)) is None
    # Until the cut-off of February has passed nobody is measured by it; then whoever did not report falls behind.
    assert reached(key, date(2026, 3, 5)) == Progress(done, Fraction(1, 12))
    assert reached(key, date(2026, 3, 6)) == Progress(done, Fraction(2, 12))
    report(park.officer, key, "2026-02", {**NUMBERS, "cumulative_wan": "1000"})
    assert reached(key, date(2026, 3, 6)) == Progress(Fraction(1000, 12000), Fraction(2, 12))
    assert reached(key, date(2027, 1, 4)) is None


def test_the_latest_period_counts_whichever_its_kind(park):
    key = park.project()
    report(park.officer, key, "2026-01", NUMBERS)
    report(park.officer, key, "2026-02-11", {**NUMBERS, "cumulative_wan": "900"})
    assert reached(key, date(2026, 3, 2)) == Progress(Fraction(900, 12000), Fraction(5, 36))


@pytest.mark.parametrize("plan", ["", "0"])
def test_without_a_plan_there_is_no_share(park, plan):
    key = park.project()
    report(park.officer, key, "2026-01", {**NUMBERS, "year_plan_wan": plan})
    assert reached(key, date(2026, 3, 2)) is None
    assert selectors.reports_of(key)[0].fraction is None


def test_the_table_of_a_period_judges_by_the_period(park, travel):
    keys = scene(park, travel)
    found, more = selectors.lines(park.coordinator, Period.decode("2026-01"))
    assert more == 0
    lines = {line.project.id: line for line in found}
    line = lines[keys["按时"]]
    assert (line.verdict.light.value, line.due) == ("normal", date(2026, 2, 5))
    assert lines[keys["未报"]].verdict.light.value == "none"
    first, more = selectors.lines(park.coordinator, Period.decode("2026-01"), limit=3)
    rest, _more = selectors.lines(park.coordinator, Period.decode("2026-01"), before=more, limit=50)
    assert [one.project.id for one in (*first, *rest)] == [one.project.id for one in found]
    late = make.make_org("住建局", division=park.place)
    run("UPDATE projects_project SET lead_unit = %s WHERE id = %s", (late, keys["未报"]))
    mine, _more = selectors.lines(park.coordinator, Period.decode("2026-01"), wanted=["missing"], unit=late)
    assert [one.project.id for one in mine] == [keys["未报"]]
