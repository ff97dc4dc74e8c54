"""Points can be recomputed by hand; what stands beside the score behaves as its formula says."""

from decimal import Decimal as D
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.logic import scoring
from bihuan.logic.scoring import CRITERIA, Tally, Term

TERM = Term(D(20), D(60), D(95), 5)
COUNTS = st.integers(0, 400)
TERMS = st.builds(
    lambda weight, zero, room, least: Term(D(weight), D(zero), D(zero + room), least),
    st.integers(0, 100), st.integers(0, 98), st.integers(1, 2), st.integers(1, 12),
)  # fmt: skip


def tally(good: int, bad: int = 0, **out: int) -> Tally:
    names = iter(range(10_000))
    made = {"good": good, "bad": bad, **out}
    return Tally({why: tuple(f"{next(names)}.1" for _ in range(n)) for why, n in made.items()})


@pytest.mark.parametrize(
    ("good", "bad", "points"),
    [
        (19, 1, "20.00"),  # 95 % earns all
        (4, 1, "11.43"),  # (80 − 60) ÷ 35 × 20 = 11.428…
        (3, 2, "0.00"),  # 60 % earns nothing
        (0, 9, "0.00"),
        (4, 0, None),  # four cases are too few
    ],
)
def test_points_as_one_would_work_them_out(good, bad, points):
    assert scoring.points(TERM, tally(good, bad, open=7)) == (None if points is None else D(points))


def test_halves_go_up():
    assert scoring.places2(Fraction(5, 1000)) == D("0.01")
    assert scoring.places2(Fraction(-5, 1000)) == D("-0.01")
    assert scoring.places2(Fraction(4999, 1_000_000)) == D("0.00")


def test_a_criterion_without_enough_cases_shares_its_weight_out():
    terms = {name: Term(D(20), D(0), D(100), 5) for name in CRITERIA}
    got = scoring.total(terms, {"response": tally(9, 1), "promises": tally(1, 1)}, D(50))
    assert (got.total, got.weight, got.ranked) == (D("90.00"), D(20), False)
    assert scoring.total(terms, {}, D(50)).total is None
    enough = scoring.total(terms, {n: tally(5, 5) for n in CRITERIA[:3]}, D(50))
    assert (enough.total, enough.ranked) == (D("50.00"), True)


@given(TERMS, COUNTS, COUNTS)
def test_points_lie_between_nothing_and_the_weight_and_never_fall_with_good_work(term, good, bad):
    points = scoring.points(term, tally(good, bad))
    if good + bad < term.min_cases:
        assert points is None
        return
    assert 0 <= points <= term.weight
    assert scoring.points(term, tally(good + 1, bad)) >= points
    assert scoring.points(term, tally(good, bad + 1)) <= points


@given(st.lists(st.tuples(COUNTS, COUNTS), max_size=30))
def test_shrinking_keeps_between_ones_own_rate_and_the_mean(pairs):
    rates = [(good, good + bad) for good, bad in pairs]
    known = scoring.prior(rates)
    for good, judged in rates:
        value = scoring.shrunk(good, judged, known)
        if known is None or (judged == 0 and known.strength == 0):
            assert value is None or judged
            continue
        mean = known.mean * 100
        own = Fraction(good * 100, judged) if judged else mean
        assert min(own, mean) - Fraction(1, 100) <= Fraction(value) <= max(own, mean) + Fraction(1, 100)


@given(st.dictionaries(st.sampled_from("abcd"), st.tuples(COUNTS, COUNTS), min_size=1))
def test_the_house_adjusted_for_its_own_mix_is_itself(mix):
    house = {kind: (good, good + bad) for kind, (good, bad) in mix.items()}
    good, cases = sum(g for g, _n in house.values()), sum(n for _g, n in house.values())
    value = scoring.adjusted(house, house)
    assert value == (scoring.places2(Fraction(good * 100, cases)) if cases and good else None)


def test_a_hard_mix_is_made_up_for():
    house = {"easy": (90, 100), "hard": (50, 100)}
    assert scoring.adjusted({"hard": (5, 10)}, house) == D("70.00")
    assert scoring.adjusted({"easy": (5, 10)}, house) < D("50.00")


def test_equals_share_a_place_and_the_unranked_have_none():
    terms = {"response": Term(D(100), D(0), D(100), 2)}
    totals = {
        key: scoring.total(terms, {"response": tally(*counts)}, D(50))
        for key, counts in {"a": (9, 1), "b": (9, 1), "c": (8, 2), "d": (1, 0)}.items()
    }
    assert scoring.ranking(totals) == {"a": 1, "b": 1, "c": 3, "d": None}


@given(st.lists(st.sampled_from(["good", "bad", "open", "side"]), min_size=1, max_size=20))
def test_moving_a_case_loses_none(outcomes):
    rows = [(7, "response", "kind", outcome, [f"{n}.1"]) for n, outcome in enumerate(outcomes)]
    after, before = scoring.moved(rows, (7, "response", "0.1"), "mistake")
    assert before == outcomes[0]
    assert sorted(c for row in after for c in row[4]) == sorted(c for row in rows for c in row[4])
    assert "0.1" in scoring.gather(after)[7]["response"].cases["mistake"]
    for where in ((7, "response", "nobody.1"), (8, "response", "0.1"), (7, "promises", "0.1")):
        with pytest.raises(scoring.SchemeError):
            scoring.moved(rows, where, "good")
    with pytest.raises(scoring.SchemeError):
        scoring.moved(after, (7, "response", "0.1"), "mistake")


def test_a_scheme_that_makes_no_sense_is_refused():
    rules = {"criteria": {n: {"zero": 0, "full": 90, "min_cases": 1} for n in CRITERIA}, "sources": []}
    weights = dict.fromkeys(CRITERIA, D(20))
    assert scoring.terms_of(weights, rules)["promises"].full == 90
    with pytest.raises(scoring.SchemeError):
        scoring.terms_of({**weights, "response": D("19.99")}, rules)
    with pytest.raises(scoring.SchemeError):
        scoring.terms_of(
            weights,
            {
                **rules,
                "criteria": {**rules["criteria"], "response": {"zero": 90, "full": 90, "min_cases": 1}},
            },
        )
    one, other = (scoring.canonical(w, rules) for w in (weights, {**weights, "response": D("20.00")}))
    assert scoring.fingerprint(one) == scoring.fingerprint(other), "the same numbers are the same rules"
