"""Whatever plan is chosen, search finds what is there, for whom it is visible, once, newest first."""

from datetime import UTC, datetime
from typing import Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.kernel.flow.models import Matter
from bihuan.kernel.identity.actors import LEVELS
from bihuan.kernel.permits.rules import EVERYTHING, Branch
from bihuan.kernel.search import actions, plans, selectors
from bihuan.kernel.store.sql import run
from bihuan.logic.terms import query, standing, terms_for
from tests.logic.test_terms import finds

pytestmark = pytest.mark.django_db
_AT = datetime(2025, 10, 16, tzinfo=UTC)


def put(number: int, title: str, *, code: str = "", is_open: bool = True, **columns: Any) -> None:
    """Write a matter as flow does, and its terms."""
    Matter.objects.create(
        id=number, code=code or f"WT-2025-{number:06d}", title=title, kind="problem", stage="new", rules=1,
        seq=1, ver=1, open=is_open, closed=None if is_open else _AT, created=_AT, moved=_AT,
        **({"line": "projects"} | columns),
    )  # fmt: skip
    places = [(level, columns.get(level, 0)) for level in LEVELS]
    terms = [
        *terms_for(title, code or f"WT-2025-{number:06d}"),
        *standing(columns.get("line", "projects"), places),
    ]
    actions.index_many([(number, terms)])


def ids(page: selectors.Page) -> list[int]:
    return [hit.id for hit in page.hits]


def common(*terms: str) -> None:
    """Say that these terms are common, so that the walk is chosen."""
    for term in terms:
        run("INSERT INTO search_term (term, share) VALUES (%s, 0.5)", (term,))


def test_one_and_two_characters_newest_first() -> None:
    put(1, "某企业供水管网未接通")
    put(2, "道路排水不畅")
    put(3, "厂区供水压力不足")
    assert ids(selectors.search([EVERYTHING], "水")) == [3, 2, 1]
    assert ids(selectors.search([EVERYTHING], "供水")) == [3, 1]
    assert ids(selectors.search([EVERYTHING], "供水 管网")) == [1]
    assert ids(selectors.search([EVERYTHING], "供电")) == []


def test_no_branch_and_no_words_find_nothing() -> None:
    put(1, "供水", county=12)
    assert selectors.search([], "供水") == selectors.Page()
    assert selectors.search([Branch("county", 0)], "供水") == selectors.Page()
    assert selectors.search([EVERYTHING], " ,。 ") == selectors.Page()


def test_an_unknown_column_is_refused() -> None:
    with pytest.raises(ValueError, match="no branch column"):
        selectors.search([Branch("title = '' OR 1", 1)], "供水")


@pytest.mark.parametrize("plan", ["rare", "common"])
def test_branches_see_their_own_in_both_plans(plan: str) -> None:
    if plan == "common":
        common("供水")
    put(1, "供水一", county=12, street=121)
    put(2, "供水二", county=13, holder_unit=5)
    put(3, "供水三", county=13, holder_unit=5, is_open=False)
    put(4, "供水四", county=13, micro=9)
    put(5, "供水五", county=13)
    run("INSERT INTO flow_seat (matter_id, unit, since) VALUES (5, 5, %s)", (_AT,))
    seen = {
        (("county", 12),): [1],
        (("holder_unit", 5),): [2],
        (("support", 5), ("holder_unit", 5)): [5, 2],
        (("county", 13), ("street", 121), ("support", 5)): [5, 4, 3, 2, 1],
        (("micro", 9),): [4],
        (("id", 3),): [3],
        (("*", 0),): [5, 4, 3, 2, 1],
    }
    for branches, expected in seen.items():
        assert ids(selectors.search(branches, "供水")) == expected


@pytest.mark.parametrize("plan", ["rare", "common"])
def test_pages_neither_lose_nor_repeat(plan: str) -> None:
    if plan == "common":
        common("供水")
    for number in range(1, 31):
        put(number, "供水" if number % 3 else "供电", county=number % 2 + 1, holder_unit=number % 5)
    walked: list[int] = []
    before = None
    while True:
        page = selectors.search([("county", 1), ("holder_unit", 2)], "供水", limit=3, before=before)
        walked += ids(page)
        before = page.before
        if before is None:
            break
    assert walked == [n for n in range(30, 0, -1) if n % 3 and (n % 2 == 0 or n % 5 == 2)]


def _ask(text: str, branches: list[Branch], before: int = 2**62) -> plans.Ask:
    return plans.Ask(query(text), tuple(branches), "", before, 20, (), "default")


def _far_between(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two hits with eleven others between them, and walks of five rows."""
    common("供水")
    monkeypatch.setattr(plans, "_reach", lambda want, even: 5)
    put(1, "供水一", county=1)
    for number in range(2, 12):
        put(number, "道路", county=1)
    put(12, "供水二", county=1)


def test_a_walk_that_gives_up_hands_over_to_the_bitmap(monkeypatch: pytest.MonkeyPatch) -> None:
    _far_between(monkeypatch)
    assert plans._walk(_ask("供水", [Branch("county", 1)]), 5) == plans.Found([12], 8)
    assert ids(selectors.search([("county", 1)], "供水")) == [12, 1]
    assert ids(selectors.search([EVERYTHING], "供水")) == [12, 1]


@pytest.mark.parametrize("branch", [("county", 1), ("*", 0)])
def test_when_both_give_up_the_page_says_how_far_it_went(
    branch: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    _far_between(monkeypatch)
    monkeypatch.setattr(plans, "GATHER", 1)
    first = selectors.search([branch], "供水")
    assert (ids(first), first.before) == ([12], 8)
    second = selectors.search([branch], "供水", before=8)
    assert (ids(second), second.before) == ([1], None)  # one is left, so the bitmap is small enough


def test_a_quick_question_looks_at_the_newest_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of common words; what is rare is found whatever its age."""
    _far_between(monkeypatch)
    monkeypatch.setattr(plans, "_reach", lambda want, even: 40)
    branch = [Branch("county", 1)]
    assert ids(selectors.search(branch, "供水", quick=True)) == [12]
    run("DELETE FROM search_term")
    assert (
        len(ids(selectors.search(branch, "供水", quick=True)))
        == len(ids(selectors.search(branch, "供水")))
        > 1
    )


def test_a_bitmap_larger_than_thought_is_given_up_too(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(1, 30):
        put(number, "供水", county=1)
    monkeypatch.setattr(plans, "GATHER", 5)
    assert plans._gather(_ask("供水", [Branch("county", 1)]), []) is None
    assert plans._gather(_ask("供水", [Branch("county", 1)], before=6), []) == plans.Found([5, 4, 3, 2, 1])
    assert ids(selectors.search([("county", 1)], "供水", limit=4)) == [29, 28, 27, 26]


def test_the_line_narrows_in_both_plans() -> None:
    put(1, "供水", county=1)
    put(2, "供水", county=1, line="hotline")
    assert ids(selectors.search([("county", 1)], "供水", line="hotline")) == [2]
    common("供水")
    assert ids(selectors.search([("county", 1)], "供水", line="hotline")) == [2]


def test_a_code_comes_first_whatever_its_age_and_only_once() -> None:
    put(1, "道路", code="WT-2025-0001")
    put(2, "道路", code="WT-2025-0002")
    put(3, "见 WT-2025-0001 一件", code="HZ-1")
    page = selectors.search([EVERYTHING], "wt-2025-0001")
    assert ids(page) == [1, 3]
    assert ids(selectors.search([EVERYTHING], "ＷＴ-2025-000")) == [1, 2, 3]
    first = selectors.search([EVERYTHING], "wt-2025-0001", limit=1)
    assert ids(first) == [1, 3]


def test_a_beginning_of_many_codes_is_answered_by_words() -> None:
    for number in range(1, 30):
        put(number, "道路")
    put(30, "道路", code="WT-2025")
    page = selectors.search([EVERYTHING], "WT-2025")
    assert ids(page)[0] == 30
    assert ids(page)[1:] == list(range(29, 9, -1))
    rest = selectors.search([EVERYTHING], "WT-2025", before=page.before)
    assert ids(rest) == list(range(9, 0, -1))


def test_a_code_of_a_foreign_branch_is_not_found() -> None:
    put(1, "道路", code="WT-2025-0001", county=1)
    assert ids(selectors.search([("county", 2)], "WT-2025-0001")) == []


def test_replaced_and_removed_text_is_gone() -> None:
    put(1, "供水欠费")
    actions.index_many([(1, terms_for("供电"))])
    assert ids(selectors.search([EVERYTHING], "供水")) == []
    assert ids(selectors.search([EVERYTHING], "供电")) == [1]
    actions.remove([1])
    assert ids(selectors.search([EVERYTHING], "供电")) == []
    assert run("SELECT count(*) FROM search_doc")[0][0] == 0


def test_reindex_rebuilds_from_matters_and_drops_orphans() -> None:
    put(1, "供水")
    put(2, "供电")
    run("DELETE FROM search_doc WHERE matter_id = 1")
    actions.index_many([(2, ["别"]), (99, ["孤"])])
    assert actions.reindex() == 2
    assert ids(selectors.search([EVERYTHING], "供水")) == [1]
    assert ids(selectors.search([EVERYTHING], "供电")) == [2]
    assert run("SELECT count(*) FROM search_doc WHERE matter_id = 99")[0][0] == 0


def test_only_what_is_missing_is_indexed_new() -> None:
    put(1, "供水")
    put(2, "供电")
    run("DELETE FROM search_doc WHERE matter_id = 1")
    actions.index_many([(2, ["别"])])
    assert actions.index_new() == 1
    assert ids(selectors.search([EVERYTHING], "供水")) == [1]
    assert ids(selectors.search([EVERYTHING], "供电")) == []


def test_measure_learns_what_is_common() -> None:
    for number in range(1, 301):
        put(number, "供水" if number % 2 else f"道路{number}")
    assert actions.measure() > 0
    shares = dict(run("SELECT term, share FROM search_term"))
    assert 0.4 < shares["供水"] < 0.6
    assert "299" not in shares
    asked, rows = plans._shares(query("供水 龘 30"), "default")
    assert 290 < rows < 310
    assert asked["供水"] >= 0.05
    assert asked["龘"] < 0.05
    assert asked["30"] == 1.0


def test_a_broad_beginning_is_only_tested_on_what_the_rest_finds() -> None:
    put(1, "供水 2024年", code="HZ-1")
    put(2, "供水 2025年", code="HZ-2")
    put(3, "道路 2025年", code="HZ-3")
    assert ids(selectors.search([EVERYTHING], "供水 20")) == [2, 1]
    assert ids(selectors.search([EVERYTHING], "2025 供水")) == [2]
    assert ids(selectors.search([EVERYTHING], "20 hz")) == [3, 2, 1]


_titles = st.lists(st.text("供水电路欠12 a", min_size=1, max_size=8), min_size=1, max_size=12)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    _titles,
    st.text("供水电路欠12 a", min_size=1, max_size=4),
    st.booleans(),
    st.integers(1, 4),
    st.integers(1, 6),
)
def test_search_equals_reading_everything(
    titles: list[str], asked: str, walk: bool, limit: int, patience: int
) -> None:
    """Whatever the plan, and however soon both give up."""
    with mock.patch.multiple(plans, _reach=mock.Mock(return_value=patience + 1), GATHER=patience):
        _search_equals_reading(titles, asked, walk, limit)


def _search_equals_reading(titles: list[str], asked: str, walk: bool, limit: int) -> None:
    run("DELETE FROM search_doc")
    run("DELETE FROM search_term")
    run("DELETE FROM flow_matter")
    for number, title in enumerate(titles, 1):
        put(number, title, code=f"Z{number}", county=number % 2, lead_unit=number % 3)
    if walk:
        common(*query(asked).exact)
    expected = [
        n for n, t in reversed(list(enumerate(titles, 1)))
        if (n % 2 or n % 3 == 2) and query(asked) and finds(f"{t} Z{n}", asked)
    ]  # fmt: skip
    got: list[int] = []
    before = None
    while True:
        page = selectors.search([("county", 1), ("lead_unit", 2)], asked, limit=limit, before=before)
        got += ids(page)
        before = page.before
        if before is None:
            break
    assert got == expected
