"""Proposals: balanced, near, known, and never worse than any single change of them."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from bihuan.logic.portfolio import Holder, Thing, Weights, propose


def cost(things, holders, weights, where):
    loads = {h.key: h.load for h in holders}
    mean = (sum(loads.values()) + sum(t.weight for t in things)) / len(holders)
    found = {h.key: h for h in holders}
    for thing in things:
        loads[where[thing.key]] += thing.weight
    fit = sum(
        weights.distance * (t.place not in found[where[t.key]].places)
        + weights.industry * (t.trade not in found[where[t.key]].trades)
        for t in things
    )
    return weights.load * sum(load**2 for load in loads.values()) / (2 * mean) + fit


def test_load_is_balanced_and_place_and_trade_decide_between_equals():
    holders = [
        Holder(1, 4, frozenset({"东"})),
        Holder(2, 0, frozenset({"西"})),
        Holder(3, 0, frozenset({"东"})),
    ]
    (one,) = propose([Thing(9, 1, "东")], holders, Weights())
    assert (one.holder, one.near, one.knows) == (3, True, False)
    (other,) = propose([Thing(9, 1, "东")], [Holder(1, 9, frozenset({"东"})), Holder(2)], Weights())
    assert other.holder == 2


def test_only_those_who_may_are_asked_and_nobody_is_no_answer():
    things = [Thing(1, holders=frozenset({5})), Thing(2, holders=frozenset({6}))]
    assert [(c.thing, c.holder) for c in propose(things, [Holder(5, 100)], Weights())] == [(1, 5)]
    assert propose(things, [], Weights()) == []


@given(
    st.lists(st.tuples(st.integers(1, 4), st.sampled_from("东西"), st.sampled_from("甲乙")), max_size=5),
    st.lists(
        st.tuples(st.integers(0, 5), st.sampled_from("东西"), st.sampled_from("甲乙")), min_size=1, max_size=3
    ),
)
def test_no_single_change_makes_a_proposal_cheaper(made, known):
    weights = Weights()
    things = [Thing(n + 1, float(w), p, t) for n, (w, p, t) in enumerate(made)]
    holders = [Holder(n + 1, float(w), frozenset(p), frozenset(t)) for n, (w, p, t) in enumerate(known)]
    where = {c.thing: c.holder for c in propose(things, holders, weights)}
    assert set(where) == {t.key for t in things}
    if not things:
        return
    now = cost(things, holders, weights, where)
    for thing, holder in product(things, holders):
        assert now <= cost(things, holders, weights, {**where, thing.key: holder.key}) + 1e-6
