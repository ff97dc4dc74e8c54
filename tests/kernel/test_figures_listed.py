"""What a part counts is written down when it is counted: the same cases, whole or in part, without a search."""

from datetime import date
from typing import Any

import pytest

from bihuan.kernel.figures import actions, base, listing, registry, selectors
from bihuan.kernel.figures.base import Words
from bihuan.kernel.figures.models import Listed
from bihuan.kernel.flow.models import Matter, Span
from bihuan.kernel.now import travel
from bihuan.kernel.permits.rules import EVERYTHING, Branch
from tests.kernel.stories import KIND, Step, Story, at
from tests.kernel.test_figures import ended, one, reopened, still_open

pytestmark = pytest.mark.django_db
ALL = [EVERYTHING]
base.register_base(
    Words("story", (KIND,), ("done",), ("withdrawn",), ("confirm", "reopen"), "satisfaction", ("satisfied",))
)


def _paged(name: str, part: str, **asked: Any) -> list[selectors.Case]:
    got: list[selectors.Case] = []
    before = None
    while page := selectors.cases(name, part, asked.get("branches", ALL), before=before, limit=2, **{
        key: value for key, value in asked.items() if key != "branches"}):  # fmt: skip
        got += page
        before = (page[-1].matter_id, page[-1].episode)
    return got


@pytest.mark.parametrize("newest", [1, 3, 1000])
def test_what_was_written_down_opens_to_the_same_cases(monkeypatch: pytest.MonkeyPatch, newest: int) -> None:
    """Whether a part was written down whole, in its newest cases alone or not at all, its list is the same."""
    monkeypatch.setattr(listing, "NEWEST", newest)
    for number in range(1, 12):
        (reopened(number) if number % 3 == 0 else ended(number, 9, 10 + number, 14, street=5)).write()
    asked: list[dict[str, Any]] = [
        {}, {"since": date(2025, 10, 15)}, {"branches": [Branch("street", 5)]}, {"group": ("street", 5)},
        {"as_of": date(2025, 10, 17)},
    ]  # fmt: skip
    parts = [(f, part) for f in registry.all_figures() if f.name.startswith("story.") for part in f.parts()]
    with travel(at(30)):
        walked = [_paged(f.name, part, **each) for f, part in parts for each in asked]
        actions.refresh_daily()
        actions.refresh_daily(date(2025, 10, 17))
        assert [_paged(f.name, part, **each) for f, part in parts for each in asked] == walked
        assert any(walked)


def test_what_is_rare_is_not_searched_for_among_all_matters(monkeypatch: pytest.MonkeyPatch) -> None:
    Story(1, [Step(at(9), "new"), Step(at(10), "withdrawn")]).write()
    for number in range(2, 9):
        ended(number, 9, 10 + number, 14).write()
    monkeypatch.setattr(selectors, "_next_window", None)
    with travel(at(30)):
        actions.refresh_daily()
        assert len(selectors.cases("story.sign_off", "excluded0", ALL)) == 1
        assert selectors.cases("story.reopened", "numerator", ALL) == []


def test_a_list_holds_what_the_number_beside_it_counted() -> None:
    still_open(1, 9, 14).write()
    with travel(at(20)):
        actions.refresh_daily()
    Matter.objects.filter(kind=KIND).update(stage="done", open=False, closed=at(20, 9.1))
    Span.objects.filter(n=1).update(until=at(20, 9.1))
    with travel(at(20, 9.2)):
        assert one("overdue").numerator == len(selectors.cases("story.overdue", "numerator", ALL)) == 1


def test_lists_of_long_ago_are_forgotten_but_those_of_month_ends() -> None:
    still_open(1, 9, 14).write()
    with travel(at(20)):
        for day in (date(2025, 7, 30), date(2025, 7, 31), date(2025, 10, 12)):
            actions.refresh_daily(day)
        actions.refresh_daily()
    assert set(Listed.objects.values_list("day", flat=True)) == {
        date(2025, 7, 31), date(2025, 10, 12), date(2025, 10, 20),
    }  # fmt: skip
