"""A number is what its definition says, on the day it says, and opens to exactly what it counts."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.kernel.clock.ground import ground
from bihuan.kernel.figures import actions, base, registry, selectors
from bihuan.kernel.figures.base import Words
from bihuan.kernel.figures.facts import GROUPS
from bihuan.kernel.figures.models import Daily, Definition
from bihuan.kernel.identity.actors import NOBODY, SYSTEM
from bihuan.kernel.now import travel
from bihuan.kernel.permits.rules import EVERYTHING, Branch
from bihuan.logic.limits import working_time
from bihuan.logic.rates import Condition, Count, Figure
from tests.kernel.stories import BASE, KIND, Step, Story, at, undone

pytestmark = pytest.mark.django_db
ALL = [EVERYTHING]
base.register_base(
    Words("story", (KIND,), ("done",), ("withdrawn",), ("confirm", "reopen"), "satisfaction", ("satisfied",))
)


def one(name: str, **asked: Any) -> selectors.FigureValue:
    [value] = selectors.value(f"story.{name}", asked.pop("branches", ALL), **asked)
    return value


def fraction(name: str, **asked: Any) -> tuple[Any, Any]:
    value = one(name, **asked)
    return value.numerator, value.denominator


def ended(number: int, opened: int, closed: int, due: int, **columns: Any) -> Story:
    """A matter opened, closed and due at nine on these days of October 2025."""
    state = "met" if closed <= due else "missed"
    clock = {"due": at(due), "state": state, "ended": at(closed)}
    return Story(number, [Step(at(opened), "new"), Step(at(closed), "done")], [clock], columns)


def still_open(number: int, opened: int, due: int, **columns: Any) -> Story:
    return Story(number, [Step(at(opened), "new")], [{"due": at(due)}], columns)


def test_on_time_falls_while_a_backlog_ages() -> None:
    """Nobody closes anything, and yet the rate must not stand still."""
    for number in range(1, 5):
        ended(number, 9, 13, 14).write()
    for number in range(5, 9):
        still_open(number, 9, 16 + number).write()
    rates = []
    for day in range(14, 27):
        with travel(at(day, 12)):
            rates.append(one("on_time").value)
    assert rates[0] == 100
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] == 50
    with travel(at(26, 12)):
        assert fraction("on_time") == (4, 8)
        assert one("overdue").value == 4
        assert dict(one("on_time", as_of=date(2025, 10, 20)).excluded)["Still open within the limit"] == 4


def test_an_earlier_day_answers_as_it_did_then() -> None:
    ended(1, 9, 20, 14).write()
    still_open(2, 9, 22).write()
    said = {}
    for day in range(9, 26):
        with travel(at(day, 23.9)):
            said[day] = {n: fraction(n) for n in ("on_time", "overdue", "sign_off", "reopened")}
    with travel(at(30)):
        for day, values in said.items():
            then = {n: fraction(n, as_of=date(2025, 10, day)) for n in values}
            assert then == values, day
    assert said[13]["overdue"] == (0, None)
    assert said[15]["overdue"] == (1, None)
    assert said[21]["overdue"] == (0, None)


def test_what_was_recorded_later_was_not_known_then() -> None:
    story = ended(1, 9, 10, 14)
    story.steps[1].recorded = at(13)
    story.write()
    with travel(at(30)):
        assert fraction("sign_off", as_of=date(2025, 10, 11)) == (0, 1)
        assert fraction("sign_off", as_of=date(2025, 10, 13)) == (1, 1)


def test_an_extension_counts_from_its_decision() -> None:
    Story(1, [Step(at(9), "new")], [{"due": at(24), "granted": (at(14), at(17))}]).write()
    with travel(at(30)):
        overdue = {d: one("overdue", as_of=date(2025, 10, d)).numerator for d in (13, 15, 17, 23, 24)}
    assert overdue == {13: 0, 15: 1, 17: 0, 23: 0, 24: 1}


def test_a_stopped_clock_is_not_late_and_a_later_stop_changes_nothing() -> None:
    Story(1, [Step(at(9), "new")], [{"due": at(20), "stops": ((at(11), at(16)),)}]).write()
    Story(2, [Step(at(9), "new")], [{"due": at(13), "stops": ((at(16), at(18)),)}]).write()
    with travel(at(30)):
        overdue = {d: one("overdue", as_of=date(2025, 10, d)).numerator for d in (12, 14, 17, 19, 21)}
    assert overdue == {12: 0, 14: 1, 17: 1, 19: 1, 21: 2}


def test_a_void_clock_is_no_limit() -> None:
    Story(1, [Step(at(9), "new")], [{"due": at(10), "state": "void", "ended": at(12)}]).write()
    with travel(at(30)):
        assert one("overdue", as_of=date(2025, 10, 11)).numerator == 1
        assert one("overdue", as_of=date(2025, 10, 13)).numerator == 0
        assert dict(one("on_time").excluded)["Without a limit"] == 1


def reopened(number: int, **columns: Any) -> Story:
    """Closed in an hour, reopened a week later, closed again in three hours (all working time)."""
    steps = [
        Step(at(9), "new"),
        Step(at(9, 10), "done", "close", "none"),
        Step(at(16), "doing", "reopen", episode=2),
        Step(at(16, 12), "done", "close", "none", episode=2),
    ]
    clocks = [
        {"due": at(10), "state": "met", "ended": at(9, 10)},
        {"due": at(15), "state": "missed", "ended": at(16, 12), "episode": 2},
    ]
    return Story(number, steps, clocks, columns)


def test_a_reopened_matter_is_two_cases() -> None:
    """The week in between is nobody's handling time, and the first episode stays on time."""
    reopened(1).write()
    with travel(at(30)):
        assert fraction("reopened") == (1, 2)
        assert fraction("on_time") == (1, 2)
        assert fraction("sign_off") == (2, 2)
        taken = one("time_taken")
        assert (taken.numerator, taken.denominator, taken.value) == (4, 2, 2)
        assert fraction("sign_off", as_of=date(2025, 10, 17)) == (2, 2)
        assert fraction("reopened", as_of=date(2025, 10, 10)) == (0, 1)


def test_time_taken_leaves_out_nights_holidays_and_stops() -> None:
    # Friday the 10th 16:00 to Monday the 13th 10:00, the 11th being a working Saturday:
    # 1.5 + 7 + 1 hours, less the Saturday afternoon (4 h) in which the clock stood still
    Story(1, [
        Step(at(10, 16), "new"), Step(at(11, 13), "doing", "stop", "paused"),
        Step(at(11, 20), "doing", "go on"), Step(at(13, 10), "done"),
    ]).write()  # fmt: skip
    with travel(at(30)):
        assert one("time_taken").value == Decimal("5.50")
        assert one("time_taken", as_of=date(2025, 10, 12)).denominator == 0


def test_withdrawn_ones_count_nowhere_but_are_named() -> None:
    Story(1, [Step(at(9), "new"), Step(at(10), "withdrawn")]).write()
    ended(2, 9, 10, 14).write()
    with travel(at(30)):
        assert fraction("sign_off") == (1, 1)
        assert dict(one("sign_off").excluded) == {"Withdrawn": 1}


def test_satisfaction_follows_the_last_answer_of_each_case() -> None:
    def answered(number: int, *answers: str) -> None:
        more = [
            Step(at(11 + n), move="confirm", data=f'{{"satisfaction":"{a}"}}') for n, a in enumerate(answers)
        ]
        Story(number, [Step(at(9), "new"), Step(at(10), "done"), *more]).write()

    answered(1, "satisfied")
    answered(2, "satisfied", "unsatisfied")
    answered(3)
    reopened(4).write()
    with travel(at(30)):
        assert fraction("satisfied") == (1, 3)
        assert fraction("satisfied", as_of=date(2025, 10, 11)) == (2, 2)
        assert {c.matter_id - BASE for c in selectors.cases("story.satisfied", "denominator", ALL)} == {
            1,
            2,
            4,
        }


def test_a_period_takes_in_what_ended_in_it_and_all_that_is_open() -> None:
    ended(1, 9, 10, 14).write()
    ended(2, 9, 20, 14).write()
    still_open(3, 9, 14).write()
    with travel(at(30)):
        assert fraction("on_time") == (1, 3)
        assert fraction("on_time", since=date(2025, 10, 15)) == (0, 2)
        assert fraction("sign_off", since=date(2025, 10, 10)) == (0, 0)
        assert one("sign_off", since=date(2025, 10, 10)).value is None


def test_few_cases_are_small() -> None:
    for number in range(1, 11):
        ended(number, 9, 10, 14, street=1 if number < 10 else 2).write()
    with travel(at(30)):
        assert not one("on_time").small
        by_street = selectors.value("story.on_time", ALL, group_by="street")
    assert [(v.group, v.small) for v in by_street] == [(1, True), (2, True)]


def test_branches_limit_and_groups_add_up() -> None:
    for number in range(1, 8):
        ended(number, 9, 10 + number, 14, county=number % 2 + 1, lead_unit=number % 3 + 1).write()
    with travel(at(30)):
        assert fraction("on_time", branches=[Branch("county", 1)]) == (2, 3)
        assert fraction("on_time", branches=[Branch("county", 1), Branch("lead_unit", 1)])[1] == 4
        assert fraction("on_time", branches=[]) == (0, 0)
        for column in sorted(GROUPS - {"line", "kind", "holder_unit"}):
            groups = selectors.value("story.on_time", ALL, group_by=column)
            assert sum(v.denominator or 0 for v in groups) == 7
        with pytest.raises(ValueError, match="no grouping"):
            selectors.value("story.on_time", ALL, group_by="title")


def test_a_value_opens_to_exactly_its_cases_page_by_page() -> None:
    for number in range(1, 12):
        (reopened(number) if number % 3 == 0 else ended(number, 9, 10 + number, 14, street=5)).write()
    with travel(at(30)):
        for figure in ("on_time", "reopened", "time_taken", "sign_off"):
            for part in ("numerator", "denominator"):
                got: list[selectors.Case] = []
                before = None
                while page := selectors.cases(f"story.{figure}", part, ALL, before=before, limit=3):
                    got += page
                    before = (page[-1].matter_id, page[-1].episode)
                keys = [(case.matter_id, case.episode) for case in got]
                assert keys == sorted(set(keys), reverse=True)
                if part == "denominator":
                    assert len(keys) == one(figure).denominator
        street = selectors.cases("story.on_time", "denominator", ALL, group=("street", 5))
        assert {case.matter_id - BASE for case in street} == {1, 2, 4, 5, 7, 8, 10, 11}
        assert selectors.cases("story.on_time", "denominator", [Branch("street", 9)]) == []
        with pytest.raises(KeyError):
            selectors.cases("story.on_time", "nonsense", ALL)


def _sample(limit: int) -> Figure:
    done = Condition("ended", "is", True)
    return Figure("story.drift", "Drift", "words", "cases", Count((done, Condition("episode", "max", limit))))


def test_a_definition_that_changes_leaves_old_days_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    reopened(1).write()
    monkeypatch.setitem(registry._figures, "story.drift", _sample(1))
    with travel(at(17)):
        assert "story.drift" in actions.record_definitions()
        assert "story.drift" not in actions.record_definitions()
        first = one("drift").definition_hash
    monkeypatch.setitem(registry._figures, "story.drift", _sample(9))
    with travel(at(20)):
        assert actions.record_definitions() == ["story.drift"]
    with travel(at(30)):
        assert one("drift", as_of=date(2025, 10, 19)).numerator == 1
        assert one("drift", as_of=date(2025, 10, 20)).numerator == 2
        assert one("drift", as_of=date(2025, 10, 19)).definition_hash == first
        assert one("drift").definition_hash != first
        assert one("drift", as_of=date(2025, 10, 10)).definition_hash == first
    assert Definition.objects.filter(name="story.drift").count() == 2


def test_wording_alone_is_no_new_definition(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry._figures, "story.drift", _sample(1))
    actions.record_definitions()
    reworded = Figure(**{f: getattr(_sample(1), f) for f in Figure.__dataclass_fields__} | {"title": "Other"})
    monkeypatch.setitem(registry._figures, "story.drift", reworded)
    assert actions.record_definitions() == []


def test_whose_figures_are_an_actors_own() -> None:
    assert selectors.yard(SYSTEM) == (EVERYTHING,)
    assert selectors.yard(NOBODY) == ()


# The rollup ------------------------------------------------------------------------------


def _random_story(number: int, draw: Any) -> Story:
    columns = {"county": draw(st.integers(1, 2)), "street": draw(st.integers(0, 3)), "lead_unit": number % 4}
    if draw(st.booleans()):
        return reopened(number, **columns)
    opened, lasting = draw(st.integers(6, 20)), draw(st.integers(0, 12))
    due = opened + draw(st.integers(0, 12))
    if draw(st.booleans()):
        return ended(number, opened, opened + lasting, due, **columns)
    return still_open(number, opened, due, **columns)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_the_rollup_equals_counting(data: Any) -> None:
    with undone():
        for number in range(1, data.draw(st.integers(1, 9)) + 1):
            _random_story(number, data.draw).write()
        day = date(2025, 10, data.draw(st.integers(8, 28)))
        with travel(at(29)):
            actions.refresh_daily(day)
            assert Daily.objects.exists()
            for figure in registry.all_figures():
                if figure.name.startswith("story."):
                    _same(figure, day)


def _same(figure: Figure, day: date) -> None:
    year = date(2025, 1, 1)
    places = [
        ALL,
        *([Branch(c, v)] for c, v in (("county", 1), ("street", 2), ("street", 9), ("lead_unit", 1))),
    ]
    for since in (None, year):
        for branches in places:
            rolled = selectors._rolled(figure, branches, day, since, None, "read")
            assert rolled == selectors.computed(figure, branches, day, since), (figure.name, branches)
        for column in ("street", "lead_unit"):
            rolled = selectors._rolled(figure, ALL, day, since, column, "read")
            counted = selectors.computed(figure, ALL, day, since, column)
            assert rolled is not None
            assert [(v.group, v.numerator, v.denominator, v.excluded) for v in rolled] == [
                (v.group, v.numerator, v.denominator, v.excluded) for v in counted
            ]


def test_an_old_rollup_of_today_is_not_served() -> None:
    ended(1, 9, 10, 14).write()
    with travel(at(20)):
        actions.refresh_daily()
        assert selectors._rolled(registry.get("story.on_time"), ALL, None, None, None, "read")
        ended(2, 9, 10, 14).write()
        assert fraction("on_time") == (1, 1)
    with travel(at(20) + selectors.FRESH + timedelta(seconds=1)):
        assert fraction("on_time") == (2, 2)
    with travel(at(21)):
        assert fraction("on_time", as_of=date(2025, 10, 20)) == (2, 2)
        actions.refresh_daily(date(2025, 10, 20))
        assert fraction("on_time", as_of=date(2025, 10, 20)) == (2, 2)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 40 * 24 * 60), st.integers(0, 30 * 24 * 60))
def test_working_hours_equal_the_calendar_rooms(start: int, length: int) -> None:
    begin = at(1, 0, month=9) + timedelta(minutes=start)
    end = begin + timedelta(minutes=length)
    tables = ground()
    exact = working_time(begin, end, tables.calendar(), tables.hours()).total_seconds() / 3600
    with undone(), travel(at(1, month=12)):
        Story(1, [Step(begin, "new"), Step(end, "done")]).write()
        assert float(one("time_taken").numerator) == pytest.approx(exact, abs=1e-3)


@pytest.mark.parametrize("size", [1, 2, 5])
def test_a_list_looks_window_by_window_and_finds_the_same(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """However few matters it looks at in one statement, every case comes once and in order."""
    monkeypatch.setattr(selectors, "_WINDOW", size)
    monkeypatch.setattr(selectors, "_WIDER", 1)
    test_a_value_opens_to_exactly_its_cases_page_by_page()
