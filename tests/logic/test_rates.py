"""Figures are data: checked, canonical, and arithmetic that offices can redo by hand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.logic import rates
from bihuan.logic.rates import Condition, Count, Figure, FigureError, Heard

_counts = st.builds(
    Count,
    st.lists(
        st.sampled_from([
            Condition("kind", "in", ("a", "b")), Condition("ended", "is", True), Condition("episode", "max", 2),
            Condition("stage", "out", ()), Condition("line", "is", "某条线"),
        ]), max_size=3,
    ).map(tuple),
    st.lists(st.just(Heard(("confirm",), "satisfaction", ("yes",))), max_size=1).map(tuple),
    st.sampled_from(rates.MEASURES),
)  # fmt: skip
_figures = st.builds(
    Figure, st.text(min_size=1), st.just("t"), st.just("d"), st.sampled_from(["%", "cases"]), _counts,
    st.none() | _counts, st.lists(st.tuples(st.just("x"), _counts), max_size=12).map(tuple),
    st.sampled_from(rates.PERIODS), st.integers(0, 50), st.booleans(),
)  # fmt: skip


@given(_figures)
def test_canonical_json_keeps_the_whole_definition(figure: Figure) -> None:
    text = rates.canonical(figure)
    again = rates.from_json(text, "t", "d", [title for title, _ in figure.exclusions])
    assert again == figure
    assert rates.canonical(again) == text


@given(_figures)
def test_wording_does_not_change_the_hash_but_content_does(figure: Figure) -> None:
    values = {f: getattr(figure, f) for f in Figure.__dataclass_fields__}
    reworded = Figure(**(values | {"title": "other", "definition": "other words"}))
    assert rates.canonical(reworded) == rates.canonical(figure)
    other = Figure(**(values | {"min_cases": figure.min_cases + 1}))
    assert rates.fingerprint(rates.canonical(other)) != rates.fingerprint(rates.canonical(figure))


@pytest.mark.parametrize(
    ("count", "why"),
    [
        (Count((Condition("title", "is", "x"),)), "can't test title"),
        (Count((Condition("ended", "min", 1),)), "can't test ended"),
        (Count((Condition("kind", "like", "x"),)), "can't test kind"),
        (Count(measure="money"), "unknown measure"),
        (Count(heard=(Heard(()),)), "hears no move"),
    ],
)
def test_what_cannot_be_computed_is_refused(count: Count, why: str) -> None:
    with pytest.raises(FigureError, match=why):
        rates.check(Figure("f", "t", "d", "%", Count(), count))


def test_an_unknown_period_is_refused() -> None:
    with pytest.raises(FigureError, match="period"):
        rates.check(Figure("f", "t", "d", "%", Count(), period="sometimes"))


def test_published_rates_come_out_as_printed() -> None:
    """1,822 of 2,022 are the 90.11 % a district printed; halves go up."""
    assert rates.quotient(1822, 2022, "%") == Decimal("90.11")
    assert rates.quotient(11163, 11171, "%") == Decimal("99.93")
    assert rates.quotient(1, 800, "%") == Decimal("0.13")
    assert rates.quotient(7, 2, "h") == Decimal("3.50")
    assert rates.quotient(7, None, "cases") == 7
    assert rates.quotient(0, 0, "%") is None


def test_small_ones_and_blanks_are_not_ranked_and_equals_share_a_place() -> None:
    values = [("a", Decimal(90), False), ("b", Decimal(95), False), ("c", Decimal(90), False),
              ("d", Decimal(100), True), ("e", None, False), ("f", Decimal(80), False)]  # fmt: skip
    assert rates.rank(values) == {"b": 1, "a": 2, "c": 2, "f": 4, "d": None, "e": None}
    assert rates.rank(values, lower_is_better=True) == {"f": 1, "a": 2, "c": 2, "b": 4, "d": None, "e": None}
