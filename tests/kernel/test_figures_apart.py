"""Figures told apart by unit, place or class: counted ahead, they say what counting from the spans says."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.kernel.figures import actions, apart, base, registry, selectors
from bihuan.kernel.figures.base import Words
from bihuan.kernel.now import travel
from bihuan.kernel.permits.rules import EVERYTHING, Branch
from bihuan.logic.rates import Figure
from tests.kernel.stories import BASE, KIND, Step, Story, at, undone
from tests.kernel.test_figures import ended, reopened, still_open

pytestmark = pytest.mark.django_db
base.register_base(
    Words("story", (KIND,), ("done",), ("withdrawn",), ("confirm", "reopen"), "satisfaction", ("satisfied",))
)
BY = ("lead_unit", "street", "data.class")
TOLD = ("story.on_time", "story.satisfied", "story.sign_off", "story.time_taken")
PLACES = [
    [EVERYTHING], [Branch("county", 1)], [Branch("street", 2)], [Branch("lead_unit", 1)], [Branch("county", 9)],
]  # fmt: skip


@pytest.fixture(autouse=True)
def _told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_apart", {})
    registry.tell_apart(TOLD, BY)


def _figures() -> list[Figure]:
    return [registry.get(name) for name in TOLD]


def _answered(number: int, answers: list[str], **columns: Any) -> Story:
    said = [
        Step(at(20 + n), move=move, data=f'{{"satisfaction":"{move}"}}' if move != "reopen" else "{}")
        for n, move in enumerate(answers)
    ]
    return Story(number, [Step(at(9), "new"), Step(at(10), "done", "close", "none"), *said], [], columns)


def _random(number: int, draw: Any) -> Story:
    columns = {
        "county": draw(st.integers(0, 2)), "street": draw(st.integers(0, 2)), "lead_unit": draw(st.integers(0, 2)),
        "data": draw(st.sampled_from([{}, {"class": "7"}, {"class": "8"}])),
    }  # fmt: skip
    kind = draw(st.sampled_from(["reopened", "ended", "open", "answered", "void"]))
    opened, due = draw(st.integers(6, 20)), draw(st.integers(8, 28))
    if kind == "reopened":
        return reopened(number, **columns)
    if kind == "ended":
        return ended(number, opened, opened + draw(st.integers(0, 9)), due, **columns)
    if kind == "answered":
        return _answered(number, draw(st.lists(st.sampled_from(["confirm", "other"]), max_size=3)), **columns)
    if kind == "void":
        return Story(number, [Step(at(9), "new"), Step(at(10), "withdrawn")], [], columns)
    return still_open(number, opened, due, **columns)


def _same(
    found: dict[str, list[selectors.FigureValue]], branches: list[Branch], by: str, since: date | None
) -> None:
    for figure in _figures():
        counted = selectors.computed(figure, branches, None, since, by)
        wanted = {v.group: (v.numerator, v.denominator, v.value, v.excluded, v.small) for v in counted}
        got = {
            v.group: (v.numerator, v.denominator, v.value, v.excluded, v.small) for v in found[figure.name]
        }
        for group, value in wanted.items():
            empty = not (value[0] or value[1] or any(n for _title, n in value[3]))
            assert (group not in got) if empty else (got[group] == value), (figure.name, by, group)
        assert set(got) <= set(wanted)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_counted_ahead_they_equal_counting_in_every_place(data: Any) -> None:
    with undone():
        for number in range(1, data.draw(st.integers(1, 9)) + 1):
            _random(number, data.draw).write()
        with travel(at(data.draw(st.integers(12, 31)))):
            actions.refresh_daily()
            for branches in PLACES:
                for by in BY:
                    for since in (None, date(2025, 1, 1)):
                        _same(apart.told_apart(_figures(), branches, by, since), branches, by, since)


def test_what_was_counted_ahead_is_only_read(monkeypatch: pytest.MonkeyPatch) -> None:
    ended(1, 9, 10, 14, county=1, lead_unit=3, data={"class": "7"}).write()
    monkeypatch.setattr(apart, "value", None)
    with travel(at(20)):
        actions.refresh_daily()
        found = apart.told_apart(_figures(), [Branch("county", 1)], "data.class")
        assert [(v.group, v.numerator, v.denominator) for v in found["story.on_time"]] == [("7", 1, 1)]
        assert [
            v.group for v in apart.told_apart(_figures(), [EVERYTHING], "lead_unit")["story.on_time"]
        ] == [3]


def test_a_group_opens_to_exactly_the_cases_counted() -> None:
    for number in range(1, 9):
        ended(number, 9, 10 + number, 14, county=1, lead_unit=number % 2 + 1).write()
    with travel(at(25)):
        actions.refresh_daily()
        (value,) = [
            v
            for v in apart.told_apart(_figures(), [Branch("county", 1)], "lead_unit")["story.on_time"]
            if v.group == 1
        ]
        opened = {
            part: selectors.cases("story.on_time", part, [Branch("county", 1)], group=("lead_unit", 1))
            for part in ("numerator", "denominator")
        }
        assert len(opened["numerator"]) == value.numerator
        assert {case.matter_id - BASE for case in opened["denominator"]} == {2, 4, 6, 8}


def test_what_was_counted_too_long_ago_is_counted_anew() -> None:
    ended(1, 9, 10, 14, county=1, lead_unit=3).write()
    with travel(at(20)):
        actions.refresh_daily()
    ended(2, 9, 10, 14, county=1, lead_unit=3).write()

    def said() -> list[int | None]:
        return [
            v.denominator for v in apart.told_apart(_figures(), [EVERYTHING], "lead_unit")["story.on_time"]
        ]

    with travel(at(20) + timedelta(minutes=10)):
        assert said() == [1]
    with travel(at(20) + selectors.FRESH + timedelta(seconds=1)):
        assert said() == [2]
        actions.refresh_daily()
        assert said() == [2]
