"""Plain statements: what is asked again and again costs little, and what was large is not kept."""

import pytest
from django.db import DataError, OperationalError, ProgrammingError, connection, transaction

from bihuan.kernel.store import asking
from bihuan.kernel.store.sql import atomic, run

pytestmark = pytest.mark.django_db


def test_a_long_statement_is_read_once():
    text = f"SELECT {' + '.join(['%s::int'] * 480)}"
    assert len(text) > 4096
    start = asking._read.cache_info()
    for _n in range(3):
        assert run(text, [1] * 480) == [(480,)]
    end = asking._read.cache_info()
    assert end.misses - start.misses == 1


def test_rows_of_one_statement_outlive_the_next():
    first = run("SELECT n FROM generate_series(1, 3) n")
    assert run("SELECT 1") == [(1,)]
    assert first == [(1,), (2,), (3,)]
    assert run("SET LOCAL statement_timeout = 0") == []


def test_a_large_answer_is_let_go():
    run("SELECT 1")
    assert len(run("SELECT n FROM generate_series(1, 1500) n")) == 1500
    assert asking.asker(connection.connection)._transformer.pgresult is None
    assert run("SELECT 2") == [(2,)]


def test_names_and_kinds_of_values():
    assert run("SELECT %(b)s::int, %(a)s::text, %(b)s::int", {"a": "一%", "b": 2}) == [(2, "一%", 2)]
    assert run("SELECT %s::bigint, 'a%%b'", (2**40,)) == run("SELECT %s::bigint, 'a%%b'", [2**40])
    ((said,),) = run("SELECT %s::jsonb", ('{"a": [1, "二", null]}',), binary=True)
    assert said == {"a": [1, "二", None]}
    assert run("SELECT 1 WHERE false") == []


def test_the_statement_not_asked_for_longest_makes_room(monkeypatch):
    run("SELECT 0")
    monkeypatch.setattr(
        connection.connection, "prepared_max", len(connection.connection._prepared._names) + 2
    )
    for n in range(5):
        assert run(f"SELECT {n} AS made_room") == [(n,)]
    held = run("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%%made_room'")
    assert held[0][0] <= 3
    assert run("SELECT 0 AS made_room") == [(0,)]


def test_what_was_prepared_before_a_rollback_is_prepared_again():
    for _turn in range(2):
        with atomic():
            assert run("SELECT %s::int AS before_rollback", (1,)) == [(1,)]
            transaction.set_rollback(True)
    assert run("SELECT %s::int AS before_rollback", (2,)) == [(2,)]


def test_a_fault_is_said_as_django_says_it_and_the_connection_goes_on():
    for statement, kind in (("SELECT 1/0", DataError), ("SELECT nothing", ProgrammingError)):
        with pytest.raises(kind), atomic():
            run(statement)
    assert run("SELECT 1") == [(1,)]
    run("SET LOCAL statement_timeout = 20")
    with pytest.raises(OperationalError), atomic():
        run("SELECT pg_sleep(5)")
