"""Plain statements: what is asked again and again costs little, and what was large is not kept."""

import gc
import weakref

import pytest
from django.db import connection
from psycopg import _queries

from bihuan.kernel.store import sql
from bihuan.kernel.store.sql import run

pytestmark = pytest.mark.django_db


def test_a_long_statement_is_read_once():
    text = f"SELECT {' + '.join(['%s::int'] * 480)}"
    assert len(text) > 4096
    start = _queries._query2pg.cache_info()
    for _n in range(3):
        assert run(text, [1] * 480) == [(480,)]
    end = _queries._query2pg.cache_info()
    assert end.misses - start.misses == 1


def test_rows_of_one_statement_outlive_the_next():
    first = run("SELECT n FROM generate_series(1, 3) n")
    assert run("SELECT 1") == [(1,)]
    assert first == [(1,), (2,), (3,)]
    assert run("SET LOCAL statement_timeout = 0") == []


def test_a_large_answer_is_let_go():
    run("SELECT 1")
    kept = weakref.ref(sql._cursors[connection.connection])
    assert len(run("SELECT n FROM generate_series(1, 1500) n")) == 1500
    gc.collect()
    assert kept() is None
    assert run("SELECT 2") == [(2,)]
