"""A move may put a matter right that lies elsewhere than was thought: columns, history, search, counts and permits."""

from collections.abc import Iterator

import pytest

from bihuan.kernel.errors import BadInput, NotFound
from bihuan.kernel.flow import registry, standing
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.actions import move
from bihuan.kernel.flow.actions import open as open_matter
from bihuan.kernel.flow.bulk import move_many
from bihuan.kernel.flow.rebuild import differences
from bihuan.kernel.identity import roles
from bihuan.kernel.identity.actors import SYSTEM, Actor, Kind, Scope
from bihuan.kernel.jobs import run_due
from bihuan.kernel.permits.rules import Branch
from bihuan.kernel.search import selectors as search
from bihuan.kernel.store.sql import run
from bihuan.logic.mechanism import Grant, Limit, Mechanism, Move, Stage

THERE, HERE = Scope(10, county=5, street=6, grid=10), Scope(11, county=5, street=7, grid=11)
PLACES = {"here": HERE, "nowhere": Scope(5, county=5)}
roles.register(roles.Role("p_desk", "·", "scope"))
roles.register(roles.Role("p_grid", "·", "scope"))


@registry.guard("placed.anew@1")
def anew(context: registry.Context) -> str | None:
    context.place = PLACES.get(context.row.value("to", "here"))
    return None if context.row.ver < 5 else "moved often enough"


registry.register(
    Mechanism(
        name="placed.loop",
        title="Loop",
        noun="Loop",
        prefix="PL",
        stages=(Stage("new", "New"), Stage("done", "Done", final=True)),
        limits=(Limit("late", "Late", "orders.answer"),),
        moves=(
            Move("open", "Open", (), "new", (Grant("system"),), hold="role:p_desk"),
            Move("place", "Place", ("new",), "", (Grant(relation="scope"), Grant("system")),
                 clocks=(("start", "late"),), guards=("placed.anew@1",)),
            Move("close", "Close", ("new",), "done", (Grant("system"),), hold="none"),
        ),
    )
)  # fmt: skip


def grid(division: int) -> Actor:
    return Actor(Kind.POST, user=division, post=division, role="p_grid", level="grid", division=division)


@pytest.fixture(autouse=True)
def _fresh(db: None) -> Iterator[None]:
    registry.forget()
    yield
    registry.forget()


def start() -> int:
    return open_matter(SYSTEM, "placed.loop", {}, scope=THERE, title="道路坑洼").matter


def place(matter: int) -> tuple[int, ...]:
    row = flow.by_ids([matter])[matter]
    return (row.division, row.county, row.street, row.grid)


def found(division: int) -> list[int]:
    return [hit.id for hit in search.search([Branch("grid", division)], "道路坑洼").hits]


def test_a_place_put_right_stands_in_the_entry_and_nowhere_else():
    matter = start()
    before = flow.by_ids([matter])[matter]
    receipt = move(grid(10), matter, "place", {}, ver=before.ver)
    after = flow.by_ids([matter])[matter]
    assert place(matter) == (11, 5, 7, 11)
    assert (after.stage, after.holder_role, after.ver) == ("new", "p_desk", receipt.ver)
    assert differences(matter) == [], "rebuilt equals live"
    ((text,),) = run("SELECT text FROM ledger_entry WHERE chain_id = %s AND seq = 2", (matter,))
    assert '"set":{"division":11,"grid":11,"street":7}' in text


def test_who_sees_it_and_who_finds_it_follow_the_place():
    matter = start()
    run_due()
    assert (found(10), found(11)) == ([matter], [])
    move(grid(10), matter, "place", {})
    run_due()
    assert (found(10), found(11)) == ([], [matter])
    with pytest.raises(NotFound):
        flow.matter(grid(10), matter)
    assert flow.matter(grid(11), matter).id == matter
    with pytest.raises(NotFound):
        move(grid(10), matter, "place", {})


def test_counts_of_a_place_follow():
    matter = start()
    count = standing.stage_counts
    assert count(grid(10), "placed.loop")[0] == {"new": 1}
    move(SYSTEM, matter, "place", {})
    assert (count(grid(10), "placed.loop")[0], count(grid(11), "placed.loop")[0]) == ({}, {"new": 1})
    standing.count_standing()
    rolled = run("SELECT scope_id, count FROM flow_standing WHERE kind = 'placed.loop' AND scope = 'grid'")
    assert rolled == [(11, 1)]


def test_many_at_once_write_what_single_moves_write():
    one, *many = [start() for _n in range(4)]
    move(SYSTEM, one, "place", {})
    assert all(outcome.receipt for outcome in move_many(SYSTEM, "place", [(key, {}) for key in many]))
    run_due()
    assert {place(key) for key in many} == {place(one)}
    assert [differences(key) for key in many] == [[], [], []]
    assert sorted(found(11)) == sorted([one, *many])
    texts = run("SELECT text FROM ledger_entry WHERE chain_id = ANY(%s) AND seq = 2", ([one, *many],))
    assert len({text.partition('"facts":')[2].partition('"fields"')[0] for (text,) in texts}) == 1


def test_a_clock_that_starts_with_it_runs_in_the_right_place():
    matter = start()
    move(SYSTEM, matter, "place", {})
    assert run("SELECT place FROM clock_clock WHERE matter_id = %s", (matter,)) == [([11, 7, 5],)]
    before = run("SELECT started, due FROM clock_clock WHERE matter_id = %s", (matter,))
    move(SYSTEM, matter, "place", {})
    assert run("SELECT started, due FROM clock_clock WHERE matter_id = %s", (matter,)) == before


def test_a_guard_that_objects_moves_nothing():
    matter = start()
    for _turn in range(4):
        move(SYSTEM, matter, "place", {})
    stood = place(matter)
    with pytest.raises(BadInput):
        move(SYSTEM, matter, "place", {})
    assert place(matter) == stood
    assert differences(matter) == []
