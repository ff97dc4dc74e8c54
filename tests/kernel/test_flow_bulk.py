"""Many matters at once: the same decisions as one by one, faults said row by row."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import transaction

from bihuan.kernel.clock import selectors as clock
from bihuan.kernel.content import values
from bihuan.kernel.errors import FieldErrors
from bihuan.kernel.flow import actions, bulk, registry, selectors
from bihuan.kernel.flow.bulk import New, move_many, open_many
from bihuan.kernel.flow.rebuild import differences
from bihuan.kernel.identity.actors import Actor, Kind, Scope
from bihuan.kernel.ledger.actions import verify
from bihuan.kernel.now import travel
from bihuan.kernel.search.actions import index_matters
from bihuan.kernel.search.selectors import search
from bihuan.kernel.store.sql import new_ids, run
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


class _UndoneError(Exception):
    """Rolls a savepoint back."""


AT = datetime(2026, 3, 4, 2, tzinfo=UTC)
#: All that a matter writes, by the column that names it.
WRITTEN = {
    "flow_matter": "id",
    "ledger_entry": "chain_id",
    "content_value": "chain_id",
    "content_key": "chain_id",
    "flow_span": "matter_id",
    "flow_seat": "matter_id",
    "clock_clock": "matter_id",
}


def _rows(ids):
    """Every row of the matters, to the byte; but for ids the database draws itself."""
    found = {}
    for table, key in WRITTEN.items():
        dropped = "{xact,id}" if table == "clock_clock" else "{xact}"
        sql = f"SELECT (to_jsonb(t) - '{dropped}'::text[])::text FROM {table} t WHERE {key} = ANY(%s) ORDER BY 1"
        found[table] = [row[0] for row in run(sql, (ids,))]
    return found


def _singly(ids, news, moves):
    receipts = [
        actions.open(centre, "projects.problem", n.data, scope=n.scope, party=n.party, at=n.at) for n in news
    ]
    for name, data in moves:
        receipts += [actions.move(centre, key, name, one) for key, one in zip(ids, data, strict=True)]
    return receipts


def _together(ids, news, moves):
    outcomes = open_many(centre, "projects.problem", news)
    for name, data in moves:
        outcomes += move_many(centre, name, list(zip(ids, data, strict=True)))
    assert [one.error for one in outcomes] == [None] * len(outcomes)
    return [one.receipt for one in outcomes]


def _walked(walk, ids, news, moves, monkeypatch):
    """Walk matters under the same ids, moments and random bytes; return what it wrote and said, and undo it."""
    drawn = iter(ids)
    for module in (actions, bulk):
        monkeypatch.setattr(module, "new_ids", lambda count=1: [next(drawn) for _n in range(count)])
    monkeypatch.setattr(values, "os", SimpleNamespace(urandom=bytes))
    found = []
    with travel(AT), suppress(_UndoneError), transaction.atomic():
        receipts = walk(ids, news, moves)
        assert [differences(key) for key in ids] == [[]] * len(ids)
        assert verify().findings == []
        found += [_rows(ids), receipts]
        raise _UndoneError
    return found


def test_together_they_write_byte_for_byte_what_they_write_one_by_one(monkeypatch):
    unit, other = make_org(), make_org()
    news = [
        *needs(3),
        New({"title": "“另一处”", "category": "utilities", "detail": "细节", "phone": "13800138000"}, HERE),
        New({"title": "早些时候", "category": "land"}, HERE, party=9, at=AT - timedelta(hours=30)),
        New({"title": "别处", "category": "land"}, Scope(division=5, county=5, park=PARK)),
    ]
    moves = [
        (
            "assign",
            [
                {"unit": unit, "note": "请办理"}, {"unit": unit, "supports": [other]}, {"unit": other},
                {"unit": unit}, {"unit": unit, "supports": [other]}, {"unit": unit},
            ],
        ),
        ("note", [{"note": "一样"}] * 3 + [{"note": str(n)} for n in range(3)]),
        ("withdraw", [{"reason": "不再需要"}] * 6),
    ]  # fmt: skip
    ids = new_ids(len(news))
    registry.current("projects.problem")  # its rules are stored before anything is undone
    single = _walked(_singly, ids, news, moves, monkeypatch)
    together = _walked(_together, ids, news, moves, monkeypatch)
    for table, rows in single[0].items():
        assert rows
        assert together[0][table] == rows, table
    assert together[1] == single[1]


def test_two_that_stand_alike_but_were_given_1_and_yes_are_two(monkeypatch):
    unit = make_org()
    first, second = (one.receipt.matter for one in open_many(centre, "projects.problem", needs(2)))
    good, bad = move_many(centre, "assign", [(first, {"unit": unit}), (second, {"unit": True})])
    assert good.receipt
    assert bad.error
