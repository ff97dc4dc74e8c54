"""Many matters at once: the same decisions as one by one, faults said row by row."""

import pytest

from bihuan.kernel.clock import selectors as clock
from bihuan.kernel.errors import FieldErrors
from bihuan.kernel.flow import registry, selectors
from bihuan.kernel.flow.bulk import New, move_many, open_many
from bihuan.kernel.flow.rebuild import differences
from bihuan.kernel.identity.actors import Actor, Kind, Scope
from bihuan.kernel.search.actions import index_matters
from bihuan.kernel.search.selectors import search
from tests.kernel.factories import make_org

PARK = 7
HERE = Scope(division=PARK, county=5, park=PARK)
centre = Actor(Kind.POST, user=1, post=11, role="coordinator", unit=100, level="park", division=PARK)


@pytest.fixture(autouse=True)
def _fresh(db):
    registry.forget()
    yield
    registry.forget()


def needs(count):
    return [
        New({"title": f"批量问题{n}", "category": "land", "detail": "说明"}, HERE, party=9)
        for n in range(count)
    ]


def test_opened_and_moved_together_equal_their_history_and_run_their_clocks():
    unit = make_org()
    made = [one.receipt.matter for one in open_many(centre, "projects.problem", needs(5))]
    moved = move_many(centre, "assign", [(key, {"unit": unit}) for key in made])
    assert [one.receipt.seq for one in moved] == [2] * 5
    assert [differences(key) for key in made] == [[]] * 5
    running = clock.open_clocks(made)
    assert {one.name for key in made for one in running[key]} == {"handle"}
    assert selectors.matter(centre, made[0]).due == running[made[0]][0].due


def test_a_faulty_row_is_left_out_and_says_why_the_rest_goes_in():
    unit = make_org()
    rows = [*needs(1), New({"category": "land"}, HERE), *needs(1)]
    first, fault, last = open_many(centre, "projects.problem", rows)
    assert first.receipt
    assert last.receipt
    assert isinstance(fault.error, FieldErrors)
    keys = [first.receipt.matter, last.receipt.matter]
    good, bad, none = move_many(
        centre, "assign", [(keys[0], {"unit": unit}), (keys[1], {"unit": 4711}), (1, {})]
    )
    assert good.receipt
    assert bad.error.where == "unit"
    assert none.error
    assert selectors.matter(centre, keys[1]).stage == "registered"


def test_search_finds_them_once_their_terms_are_built():
    made = [one.receipt.matter for one in open_many(centre, "projects.problem", needs(3))]
    index_matters(made)
    assert len(search([("park", PARK)], "批量").hits) == 3
