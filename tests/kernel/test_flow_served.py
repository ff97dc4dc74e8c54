"""Matters reach the post that serves their subject, and are handed on as they stand."""

import pytest

from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import registry, selectors
from bihuan.kernel.flow.bulk import New, hand_on, open_many
from bihuan.kernel.flow.rebuild import differences
from bihuan.kernel.identity.actors import SYSTEM, Actor, Kind, Scope
from bihuan.logic.mechanism import Grant, Mechanism, MechanismError, Move, Stage, check

HERE = Scope(division=7, county=5, park=7)
centre = Actor(Kind.POST, user=1, post=11, role="coordinator", unit=100, level="park", division=7)
ASKED = {"title": "何时投产", "asks": "missing"}


@pytest.fixture(autouse=True)
def served(db, monkeypatch):
    registry.forget()
    table = {41: 900}
    monkeypatch.setitem(registry._services, "officer", lambda ids: {n: table[n] for n in ids if n in table})
    yield table
    registry.forget()


def opened(subject):
    return flow.open(SYSTEM, "projects.date", ASKED, scope=HERE, subject=subject, title="何时投产").matter


def holder(matter):
    row = selectors.by_ids([matter])[matter]
    return row.holder_post, row.holder_role


def test_a_matter_is_held_by_whoever_serves_its_subject_and_by_the_role_while_nobody_does():
    assert holder(opened(41)) == (900, "")
    assert holder(opened(42)) == (0, "coordinator")
    assert holder(opened(0)) == (0, "coordinator")


def test_a_batch_asks_the_service_once(monkeypatch):
    asked = []
    monkeypatch.setitem(registry._services, "officer", lambda ids: asked.append(ids) or {41: 900})
    rows = [New(ASKED, HERE, title="何时投产", subject=n) for n in (42, 41, 41)]
    made = open_many(SYSTEM, "projects.date", rows)
    assert [holder(one.receipt.matter) for one in made] == [(0, "coordinator"), (900, ""), (900, "")]
    assert asked == [[41, 42]]


def test_handed_on_matters_keep_stage_and_clock_and_can_be_made_again_from_their_entries(served):
    first, second = opened(41), opened(42)
    due = selectors.by_ids([first])[first].due
    assert hand_on(centre, [first, second], post=901) == 2
    assert hand_on(centre, [first], post=901) == 0
    row = selectors.by_ids([first])[first]
    assert (row.holder_post, row.holder_role, row.stage, row.due) == (901, "", row.stage, due)
    assert hand_on(centre, [second], role="coordinator") == 1
    assert holder(second) == (0, "coordinator")
    assert differences(first) == differences(second) == []


def test_a_closed_matter_is_not_handed_on():
    matter = opened(41)
    flow.move(SYSTEM, matter, "drop", {"reason": "不再需要"})
    assert hand_on(centre, [matter], post=901) == 0


def test_a_hold_without_a_role_for_want_of_anybody_is_refused():
    def kind(hold):
        moves = (
            Move("open", "Open", (), "a", (Grant(),), hold=hold),
            Move("end", "End", ("a",), "b", (Grant(),)),
        )
        return Mechanism("t.t", "T", "T", "T", (Stage("a", "A"), Stage("b", "B", final=True)), moves)

    assert check(kind("subject:officer/coordinator"))
    for hold in ("subject:officer", "subject:/coordinator", "subject:"):
        with pytest.raises(MechanismError):
            check(kind(hold))
