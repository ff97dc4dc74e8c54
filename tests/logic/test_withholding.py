"""Whoever reads everything that is told of a place learns no withheld number, whatever the numbers are."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.logic.withholding import shown


def told(numbers, least):
    """Return all somebody outside sees: the numbers told, which were not, and the sum of those or none."""
    open_, rest = shown(dict(enumerate(numbers)), least)
    return open_, rest


def fitting(numbers, least):
    """Return by withheld class every number it could be, by all that could have led to what is seen."""
    seen = told(numbers, least)
    held = [n for n in range(len(numbers)) if n not in seen[0]]
    worlds = []
    for guess in product(range(least), repeat=len(held)):
        other = list(numbers)
        for place, number in zip(held, guess, strict=True):
            other[place] = number
        if told(other, least) == seen:
            worlds.append(guess)
    return {key: {world[n] for world in worlds} for n, key in enumerate(held)}


@given(st.integers(2, 5), st.lists(st.integers(0, 12), min_size=1, max_size=5))
def test_a_withheld_number_can_be_any(least, numbers):
    for could in fitting(numbers, least).values():
        assert could == set(range(least))


@given(st.integers(2, 9), st.lists(st.integers(0, 40), max_size=12))
def test_nothing_small_is_told_and_nothing_large_is_withheld(least, numbers):
    open_, rest = told(numbers, least)
    assert open_ == {n: number for n, number in enumerate(numbers) if number >= least}
    assert rest == 0 or (rest >= least and rest == sum(n for n in numbers if n < least))


def test_a_sum_that_gives_its_parts_away_is_withheld():
    assert shown({1: 4, 2: 4}, 5) == ({}, 0), "two of at most four that are eight are both four"
    assert shown({1: 3, 2: 2, 3: 0}, 5) == ({}, 5)
    assert shown({1: 4, 2: 4, 3: 4}, 5) == ({}, 0)
    assert shown({1: 9, 2: 4}, 5) == ({1: 9}, 0)
    with pytest.raises(ValueError, match="nothing"):
        shown({}, 1)
