"""Entries: one canonical text, insert-only, one winner."""

import json
from datetime import UTC, datetime

import pytest
from django.db import InternalError, ProgrammingError, connection
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.errors import Conflict
from bihuan.kernel.identity.actors import SYSTEM, Actor, Kind
from bihuan.kernel.ledger.actions import NewEntry, append_many, append_to, build
from bihuan.kernel.store.sql import run
from bihuan.logic import canonical

pytestmark = pytest.mark.usefixtures("bare_ledger")

AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


def entry(chain=1, seq=1, prev=b"", move="open", facts=None, fields=None, actor=SYSTEM, at=AT):
    return NewEntry(chain, seq, prev, move, at, actor, facts or {}, fields or {})


texts = st.text(st.characters(exclude_categories=["Cs"]))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-canonical.MAX_INT, canonical.MAX_INT) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(texts, json_values, max_size=4), texts, st.integers(1, 2**40))
def test_the_text_is_canonical_and_says_what_was_given(facts, move, chain):
    actor = Actor(Kind.POST, user=7, post=9, role="officer", unit=3, title="王建平")
    built = build(entry(chain, 2, b"\x01" * 32, move, facts, {"phone": "ab"}, actor), AT)
    said = json.loads(built.text)
    assert canonical.dumps(said) == built.text
    assert said["facts"] == facts
    assert said["move"] == move
    assert said["actor"] == {"kind": "post", "post": 9, "role": "officer", "unit": 3, "user": 7}
    assert said["prev"] == "01" * 32
    assert said["at"] == "2026-03-02T01:30:00.000000Z"
    assert built.hash == canonical.digest(built.text)


@pytest.mark.parametrize(
    "bad", [1.5, {1: "a"}, {"a": [1.0]}, 2**53, {"a": b"x"}, "\ud800", {"\ud800": 1}, {1, 2}]
)
def test_what_has_no_canonical_text_is_refused(bad):
    with pytest.raises(canonical.NotCanonical):
        canonical.dumps(bad)


def test_keys_are_sorted_by_code_point_and_strings_kept_as_given():
    assert canonical.dumps({"b": 1, "a": "é", "闭": "e\u0301"}) == '{"a":"é","b":1,"闭":"e\u0301"}'


@pytest.mark.django_db
def test_many_entries_are_appended_in_one_statement(django_assert_num_queries):
    first = build(entry(), AT)
    rows = [entry(), entry(seq=2, prev=first.hash, move="收到", facts={"note": "\x00"}), entry(chain=2)]
    done = append_many(rows, AT)
    assert [(d.chain_id, d.seq) for d in done] == [(1, 1), (1, 2), (2, 1)]
    stored = run("SELECT chain_id, seq, hash, text FROM ledger_entry ORDER BY 1, 2")
    assert [bytes(row[2]) for row in stored] == [d.hash for d in done]
    assert all(canonical.digest(row[3]) == bytes(row[2]) for row in stored)


@pytest.mark.django_db
def test_a_second_entry_at_the_same_place_is_a_conflict():
    append_many([entry()])
    with pytest.raises(Conflict):
        append_many([entry(move="other")])


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["ledger_entry", "ledger_leaf", "ledger_node", "ledger_root"])
@pytest.mark.parametrize("sql", ["UPDATE {} SET hash = ''", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_ledger_refuses_all_but_insert_even_to_the_superuser(table, sql):
    with pytest.raises((ProgrammingError, InternalError), match="insert-only"), connection.cursor() as cursor:
        cursor.execute(sql.format(table))


@pytest.mark.django_db
def test_a_chain_without_a_row_is_continued_from_its_last_entry():
    first = append_to(77, "calendar.changed", SYSTEM, {"year": 2026})
    second = append_to(77, "calendar.changed", SYSTEM, {"year": 2027})
    assert (first.seq, second.seq) == (1, 2)
    text = run("SELECT text FROM ledger_entry WHERE chain_id = 77 AND seq = 2")[0][0]
    assert json.loads(text)["prev"] == first.hash.hex()
