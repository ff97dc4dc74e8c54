"""Rows written together are the rows that were meant, whatever characters and types they hold."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.kernel.store.many import insert_rows, update_rows
from bihuan.kernel.store.sql import run

NAMES = ("id", "said", "raw", "yes", "at", "day", "uid", "places")
MOMENT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=12)
#: A column whose value is the same in all rows takes another way than one whose values differ.
ROWS = st.lists(
    st.tuples(
        st.none() | TEXTS | st.sampled_from(("%s %% 100%", "a\\tb", "\\N", "\t\r\n\\")),
        st.binary(max_size=6),
        st.none() | st.booleans(),
        st.sampled_from((MOMENT, None)),
        st.sampled_from((date(2026, 2, 28), date(2024, 2, 29))),
        st.sampled_from((UUID(int=1), UUID(int=2**127))),
        st.lists(st.integers(-(2**63), 2**63 - 1), max_size=3),
    ),
    min_size=1,
    max_size=6,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def table():
    run(
        "CREATE TEMP TABLE many (id bigint, said text, raw bytea, yes boolean, at timestamptz, day date, uid uuid,"
        " places bigint[]) ON COMMIT DROP"
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS)
def test_what_comes_out_is_what_went_in(table, rows):
    run("DELETE FROM many")
    sent = [(number, *row) for number, row in enumerate(rows)]
    insert_rows("many", NAMES, sent)
    got = [(*row[:2], bytes(row[2]), *row[3:]) for row in run("SELECT * FROM many ORDER BY id")]
    assert got == sent


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(TEXTS | st.none(), st.booleans()), min_size=1, max_size=5))
def test_rows_are_changed_each_to_its_own(table, values):
    run("DELETE FROM many")
    insert_rows("many", NAMES, [(n, "", b"", False, None, None, None, ()) for n in range(6)])
    update_rows("many", ("id",), ("said", "yes"), [(n, *row) for n, row in enumerate(values)])
    left = [("", False)] * (6 - len(values))
    assert run("SELECT said, yes FROM many ORDER BY id") == [*values, *left]


def test_nothing_is_nothing_and_a_stranger_is_named(table):
    insert_rows("many", NAMES, [])
    update_rows("many", ("id",), ("said",), [])
    with pytest.raises(TypeError, match="complex"):
        insert_rows("many", ("said",), [(1j,)])
