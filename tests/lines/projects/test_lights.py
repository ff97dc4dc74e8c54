"""Lights: the two published shapes, lateness in days, and which row holds where."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.kernel import factories as make

from bihuan.kernel.errors import BadInput, Refused
from bihuan.kernel.flow import registry
from bihuan.kernel.flow.actions import move
from bihuan.kernel.identity import selectors as identity
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.registers.actions import amend
from bihuan.lines.projects.registers import PROJECTS
from bihuan.lines.projects.timetables import lights, rows
from bihuan.lines.projects.timetables.computing import recompute
from bihuan.lines.projects.timetables.drawing import draft
from bihuan.lines.projects.timetables.lights import ORDER, Progress, Rule, judge, light_of, measures
from bihuan.lines.projects.timetables.recording import record_actual
from bihuan.lines.projects.timetables.selectors import Rules, lights_of
from bihuan.lines.projects.timetables.templating import put_light_rule
from bihuan.lines.projects.timetables.wording import because
from bihuan.logic.days import Day
from bihuan.logic.pictures.light import Light

YINCHUAN = Rule("behind_pp", Decimal(10), Decimal(30), "银川")
WUHAN = Rule("share", Decimal(80), Decimal(60), "武汉")
DAYS = Rule("late_wd", Decimal(1), Decimal(15), "天数")


def shares():
    return st.fractions(0, Fraction(3, 2), max_denominator=1000)


def progress(done, expected):
    return measures(Progress(Fraction(done), Fraction(expected)), None)


@pytest.mark.parametrize(
    ("done", "light"),
    [
        ("0.50", Light.NORMAL),
        ("0.401", Light.NORMAL),
        ("0.40", Light.NEAR),
        ("0.20", Light.NEAR),
        ("0.199", Light.LATE),
    ],
)
def test_ten_to_thirty_points_behind_is_yellow_and_more_is_red(done, light):
    assert judge(progress(done, "0.50"), [YINCHUAN]).light is light


@pytest.mark.parametrize(
    ("done", "light"),
    [
        ("0.50", Light.NORMAL),
        ("0.40", Light.NORMAL),
        ("0.399", Light.NEAR),
        ("0.30", Light.NEAR),
        ("0.299", Light.LATE),
    ],
)
def test_below_eighty_percent_of_the_plan_to_date_is_yellow_and_below_sixty_red(done, light):
    assert judge(progress(done, "0.50"), [WUHAN]).light is light


@pytest.mark.parametrize(
    ("late", "light"), [(0, Light.NORMAL), (1, Light.NEAR), (14, Light.NEAR), (15, Light.LATE)]
)
def test_days_late(late, light):
    assert judge(measures(None, late), [DAYS]).light is light


def test_the_two_shapes_disagree_and_the_page_says_which_one_it_was():
    found = progress("0.05", "0.10")
    verdict = judge(found, [YINCHUAN, WUHAN])
    assert [f.light for f in verdict.findings] == [Light.NORMAL, Light.LATE]
    assert (verdict.light, verdict.why.rule) == (Light.LATE, WUHAN)
    assert "武汉" in because(verdict)
    assert "50" in because(verdict)


def test_what_is_not_known_gives_no_light():
    assert judge(measures(None, None), [YINCHUAN, WUHAN, DAYS]).light is Light.NONE
    assert judge({}, []).light is Light.NONE
    assert "share" not in progress(0, 0)
    assert judge(progress(0, 0), [WUHAN]).light is Light.NONE


@given(shares(), shares(), shares())
def test_doing_more_never_makes_a_light_worse(done, more, expected):
    assume(more >= done)
    for rule in (YINCHUAN, WUHAN):
        assume(rule.metric in progress(done, expected))
        before = judge(progress(done, expected), [rule]).light
        after = judge(progress(more, expected), [rule]).light
        assert ORDER.index(after) <= ORDER.index(before)


@given(st.integers(0, 400), st.integers(0, 400))
def test_more_days_late_never_make_a_light_better(late, more):
    before, after = (judge(measures(None, n), [DAYS]).light for n in (late, late + more))
    assert ORDER.index(after) >= ORDER.index(before)


@given(shares(), shares(), st.integers(0, 60), st.permutations([YINCHUAN, WUHAN, DAYS]))
def test_the_verdict_is_the_worst_finding_whatever_the_order(done, expected, late, rules):
    found = measures(Progress(done, expected), late)
    verdict = judge(found, rules)
    single = [light_of(rule, found[rule.metric]) for rule in rules if rule.metric in found]
    assert verdict.light == max(single, key=ORDER.index)
    assert verdict.why.light is verdict.light
    assert light_of(verdict.why.rule, verdict.why.value) is verdict.light


@given(shares(), shares())
def test_on_plan_or_ahead_is_green(done, expected):
    assume(done >= expected)
    assert judge(progress(done, expected), [YINCHUAN, WUHAN]).light in {Light.NORMAL, Light.NONE}


# In the database ----------------------------------------------------------------------------------------------


@pytest.fixture
def ground(db, travel):
    registry.forget()
    with travel(date(2026, 3, 2)):
        yield
    registry.forget()


def people(place):
    unit = make.make_org(division=place)
    roles = ("coordinator", "officer", "leader")
    return {role: make.make_actor(role, unit, place) for role in roles}


def approved(place, acting, **fields):
    scope = identity.scope_of(place)
    fields = {
        "name": "项目",
        "planned_production": "2027-12",
        "kind": "land",
        "signed": "2026-02-02",
        **fields,
    }
    key = amend(SYSTEM, PROJECTS, None, fields, scope=scope)
    draft(acting["coordinator"], key)
    assert lights_of([key])[key].light is Light.NONE
    matter = rows.currents([key])[key].draft.matter
    move(acting["officer"], matter, "submit", {})
    move(acting["leader"], matter, "approve", {})
    return key


def test_the_most_specific_place_wins_then_the_latest_day(ground):
    city = make.make_division("湘潭市", "city", make.make_division("湖南省", "province"))
    county = make.make_division("岳塘区", "county", city)
    scope = identity.scope_of(county)
    put_light_rule(
        SYSTEM, "behind_pp", Decimal(8), Decimal(20), source="市办法", division=city, since=date(2026, 1, 1)
    )
    put_light_rule(
        SYSTEM, "behind_pp", Decimal(5), Decimal(15), source="旧", division=county, since=date(2025, 1, 1)
    )
    put_light_rule(
        SYSTEM, "behind_pp", Decimal(6), Decimal(16), source="新", division=county, since=date(2026, 2, 1)
    )
    put_light_rule(
        SYSTEM, "share", Decimal(90), Decimal(70), source="市", division=city, since=date(2026, 1, 1)
    )

    def sources(day, where):
        return {rule.metric: rule.source[:2] for rule in Rules(day).at(where)}

    assert sources(date(2026, 3, 2), scope) == {"behind_pp": "新", "share": "市", "late_wd": "某企"}
    assert sources(date(2026, 1, 15), scope) == {"behind_pp": "旧", "share": "市", "late_wd": "某企"}
    assert sources(date(2026, 3, 2), identity.scope_of(city))["behind_pp"] == "市办"
    elsewhere = make.make_division("别处", "park")
    assert sources(date(2026, 3, 2), identity.scope_of(elsewhere)) == {"behind_pp": "银川", "late_wd": "某企"}
    put_light_rule(
        SYSTEM,
        "late_wd",
        Decimal(1),
        Decimal(9),
        source="关",
        division=county,
        enabled=False,
        since=date(2026, 3, 1),
    )
    assert "late_wd" not in sources(date(2026, 3, 2), scope)


def test_a_threshold_has_to_make_sense_and_be_in_ones_hands(ground):
    place = make.make_division("园区", "park")
    acting = people(place)
    for metric, near, late in (("share", 60, 80), ("behind_pp", 30, 10), ("late_wd", -1, 5), ("fancy", 1, 2)):
        with pytest.raises(BadInput):
            put_light_rule(SYSTEM, metric, Decimal(near), Decimal(late), source="x")
    with pytest.raises(BadInput):
        put_light_rule(SYSTEM, "share", Decimal(80), Decimal(60), source=" ")
    with pytest.raises(Refused):
        put_light_rule(acting["officer"], "share", Decimal(80), Decimal(60), source="x", division=place)
    other = make.make_division("别的园区", "park")
    with pytest.raises(Refused):
        put_light_rule(acting["coordinator"], "share", Decimal(80), Decimal(60), source="x", division=other)


def test_lights_run_on_the_baseline_and_follow_days_reports_and_state(ground, travel):
    place = make.make_division("园区", "park")
    acting = people(place)
    key = approved(place, acting)
    assert lights_of([key])[key].light is Light.NORMAL
    behind = {key: Progress(Fraction(1, 10), Fraction(1, 2))}
    verdict = lights_of([key], progress=behind)[key]
    assert (verdict.light, verdict.why.rule.source[:2]) == (Light.LATE, "银川")
    with travel(date(2027, 3, 1)):
        stale = lights_of([key])[key]
        recompute()
        fresh = lights_of([key])[key]
        assert stale == fresh
        assert (fresh.light, fresh.why.rule.metric) == (Light.LATE, "late_wd")
        amend(SYSTEM, PROJECTS, key, {"state": "paused"})
        assert lights_of([key])[key].light is Light.PAUSED
        amend(SYSTEM, PROJECTS, key, {"state": None})
        row = rows.currents([key])[key].approved
        record_actual(acting["officer"], row.id, "production", finish=Day(date(2027, 2, 26)))
        assert lights_of([key])[key].light is Light.DONE


def test_reported_progress_is_read_from_whoever_provides_it(ground):
    place = make.make_division("园区", "park")
    key = approved(place, people(place))
    before = lights._provider[0]
    try:
        lights.provide_progress(lambda ids, day: {one: Progress(Fraction(0), Fraction(1, 5)) for one in ids})
        verdict = lights_of([key])[key]
        assert (verdict.light, verdict.why.value) == (Light.NEAR, 20)
    finally:
        lights._provider[0] = before


def test_many_projects_take_a_fixed_number_of_statements(ground, monkeypatch):
    place = make.make_division("园区", "park")
    acting = people(place)
    keys = [approved(place, acting, name=f"项目{n}") for n in range(4)]
    import sys

    from bihuan.kernel.store import sql

    counts = []
    for chosen in (keys[:1], keys):
        asked = []
        plain = sql.run
        users = [m for m in list(sys.modules.values()) if getattr(m, "run", None) is plain]
        with monkeypatch.context() as patch:
            for module in users:
                patch.setattr(
                    module, "run", lambda *a, asked=asked, plain=plain, **k: asked.append(a) or plain(*a, **k)
                )
            lights_of(chosen)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def _counting(asked, plain):
    def run(*args, **named):
        asked.append(args[0])
        return plain(*args, **named)

    return run
