"""Figures over matters that flow and the clock room really wrote, and the reminders on the way."""

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from bihuan.kernel.clock import actions as clock
from bihuan.kernel.figures import actions, apart, base, selectors
from bihuan.kernel.figures import registry as figures
from bihuan.kernel.figures.base import Words
from bihuan.kernel.flow import registry
from bihuan.kernel.flow.actions import move
from bihuan.kernel.flow.actions import open as open_matter
from bihuan.kernel.forms.fields import Field, Form
from bihuan.kernel.forms.fields import register as register_form
from bihuan.kernel.identity.actors import SYSTEM, Scope
from bihuan.kernel.identity.models import Organisation
from bihuan.kernel.notices import alarms
from bihuan.kernel.notices.models import Notice
from bihuan.kernel.now import LOCAL, travel
from bihuan.kernel.permits.rules import EVERYTHING, Branch
from bihuan.logic.mechanism import Grant, Limit, Mechanism, Move, Stage

pytestmark = pytest.mark.django_db
HERE = Scope(division=7, county=5, park=7)
WHO = (Grant("system"),)
register_form(Form("counted.open", "Open", (Field("title", "Title", required=True),)))
register_form(Form("counted.assign", "Assign", (Field("unit", "Unit", "unit", required=True),)))
register_form(
    Form(
        "counted.confirm",
        "Confirm",
        (
            Field(
                "satisfaction", "Satisfied", "choice", required=True, choices=(("yes", "Yes"), ("no", "No"))
            ),
        ),
    )
)
registry.register(
    Mechanism(
        name="counted.loop",
        title="Loop",
        noun="Loop",
        prefix="CL",
        stages=(Stage("new", "New"), Stage("doing", "Doing"), Stage("done", "Done", final=True)),
        limits=(Limit("handle", "Handle", "counted.handle", main=True),),
        moves=(
            Move("open", "Open", (), "new", WHO, form="counted.open", hold="role:desk"),
            Move("assign", "Assign", ("new",), "doing", WHO, form="counted.assign", hold="field",
                 clocks=(("start", "handle"),)),
            Move("stop", "Stop", ("doing",), "", WHO, clocks=(("pause", "handle"),)),
            Move("go_on", "Go on", ("doing",), "", WHO, clocks=(("resume", "handle"),)),
            Move("close", "Close", ("doing",), "done", WHO, hold="none"),
            Move("confirm", "Confirm", ("done",), "", WHO, form="counted.confirm", commutative=True),
            Move("reopen", "Reopen", ("done",), "doing", WHO, hold="lead", clocks=(("start", "handle"),),
                 episode=True),
        ),
    )
)  # fmt: skip
base.register_base(
    Words("counted", ("counted.loop",), ("done",), (), ("confirm", "reopen"), "satisfaction", ("yes",))
)


@pytest.fixture(autouse=True)
def _ground(db: None) -> Iterator[None]:
    registry.forget()
    Organisation.objects.create(id=200, name="住建局", kind="government", pinyin="zjj")
    clock.set_limit(SYSTEM, "counted.handle", 3, "wd", "本县", valid_from=date(2025, 1, 1))
    yield
    registry.forget()


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2025, 10, day, hour, tzinfo=LOCAL)


def handled(opened: int) -> int:
    """Open and hand over a matter on that day; its limit of three working days runs from then."""
    with travel(at(opened)):
        matter = open_matter(SYSTEM, "counted.loop", {"title": "道路坑洼"}, scope=HERE).matter
        move(SYSTEM, matter, "assign", {"unit": 200})
    return matter


def do(matter: int, name: str, day: int, hour: int = 9, **data: Any) -> None:
    with travel(at(day, hour)):
        move(SYSTEM, matter, name, data)


def fraction(name: str, as_of: date | None = None) -> tuple[Any, Any]:
    [value] = selectors.value(f"counted.{name}", [EVERYTHING], as_of=as_of)
    return value.numerator, value.denominator


def test_a_loop_walked_through_flow_is_counted_as_it_went() -> None:
    quick, slow, left = handled(13), handled(13), handled(13)  # all due on Thursday the 16th, 17:30
    do(quick, "close", 15)
    do(quick, "confirm", 16, satisfaction="yes")
    do(slow, "close", 20)
    do(slow, "reopen", 21)
    with travel(at(22)):
        assert fraction("on_time") == (1, 3)
        assert fraction("overdue") == (1, None)
        assert fraction("reopened") == (1, 2)
        assert fraction("satisfied") == (1, 2)
        assert fraction("on_time", date(2025, 10, 15)) == (1, 1)
        assert fraction("on_time", date(2025, 10, 16)) == (1, 3)
        assert fraction("overdue", date(2025, 10, 17)) == (2, None)
        open_late = selectors.cases("counted.overdue", "numerator", [EVERYTHING])
        assert [(case.matter_id, case.episode) for case in open_late] == [(left, 1)]
        [by_unit] = selectors.value("counted.on_time", [EVERYTHING], group_by="lead_unit")
        assert (by_unit.group, by_unit.numerator, by_unit.denominator) == (200, 1, 3)


_NEXT = {"doing": ("stop", "close", "close"), "stopped": ("go_on",), "done": ("confirm", "reopen", "")}
_STANDS = {
    "stop": "stopped",
    "go_on": "doing",
    "close": "done",
    "reopen": "doing",
    "confirm": "done",
    "": "done",
}


@pytest.mark.parametrize("seed", [1, 2])
def test_after_any_moves_what_was_counted_ahead_is_what_a_slow_count_says(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Answers taken back, matters reopened, clocks stopped: by unit and by class, and each opens to its cases."""
    chance = random.Random(seed)
    monkeypatch.setattr(figures, "_apart", {})
    told = [one for one in figures.all_figures() if one.name.startswith("counted.")]
    figures.tell_apart([one.name for one in told], ("lead_unit", "park"))
    stands = {handled(13 + n % 3): "doing" for n in range(6)}
    for day in range(16, 28):
        for matter, stage in list(stands.items()):
            name = chance.choice((*_NEXT[stage], ""))
            if name:
                said: dict[str, Any] = (
                    {"satisfaction": chance.choice(("yes", "no"))} if name == "confirm" else {}
                )
                do(matter, name, day, **said)
                stands[matter] = _STANDS[name]
        if day % 4 == 0:
            with travel(at(day, 18)):
                actions.refresh_daily()
                for by, group in (("lead_unit", 200), ("park", 7)):
                    found = apart.told_apart(told, [Branch("county", 5)], by)
                    for one in told:
                        slow = selectors.computed(one, [Branch("county", 5)], group_by=by)
                        _equal(found[one.name], slow, (by, group))


def _equal(
    found: list[selectors.FigureValue], slow: list[selectors.FigureValue], group: tuple[str, int]
) -> None:
    assert [(v.group, v.value, v.numerator, v.denominator, v.excluded) for v in found] == [
        (v.group, v.value, v.numerator, v.denominator, v.excluded)
        for v in slow
        if v.numerator or v.denominator or any(n for _title, n in v.excluded)
    ]
    for value in found:
        part = "denominator" if value.denominator is not None else "numerator"
        cases = selectors.cases(value.name, part, [Branch("county", 5)], group=group)
        assert len(cases) == (value.numerator if value.denominator is None else value.denominator)


def test_a_stopped_clock_neither_ages_nor_counts_as_working_time() -> None:
    matter = handled(13)
    do(matter, "stop", 14)
    with travel(at(24)):
        assert fraction("overdue") == (0, None)
    do(matter, "go_on", 24)
    do(matter, "close", 24, 11)
    with travel(at(27)):
        assert fraction("on_time") == (1, 1)
        assert fraction("time_taken") == (9, 1)  # the 13th (7 h) and two hours on the 24th


def test_a_late_matter_is_told_to_the_unit_that_holds_it() -> None:
    handled(13)
    for day in (16, 17, 24):
        with travel(at(day, 18)):
            clock.sweep()
            alarms.tell_alarms()
    kinds = list(Notice.objects.order_by("id").values_list("kind", "to_unit", "digest"))
    assert ("clock.due", 200, False) in kinds
    assert ("clock.urge", 200, False) in kinds
    assert ("clock.bulletin", 200, False) in kinds
    assert len(kinds) == len(set(kinds))


@pytest.mark.django_db
def test_a_count_that_takes_long_comes_less_often_whoever_does_it(monkeypatch):
    took = iter([1, 40, 40, 1000, 1000])
    clock = 0.0

    def count() -> None:
        nonlocal clock
        clock += next(took)

    monkeypatch.setattr(actions, "refresh_daily", count)
    monkeypatch.setattr(actions.time, "monotonic", lambda: clock)
    began = []
    for minute in range(0, 120, 10):
        with travel(at(2, 9) + timedelta(minutes=minute)):
            began += [minute] if actions.count_today() else []
    assert began == [0, 10, 30, 50, 90], (
        "after forty seconds of work thirteen minutes without, never over forty"
    )
