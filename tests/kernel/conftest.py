"""Keys for the sealed ground, and a flush that may empty insert-only tables."""

import base64
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db.backends.postgresql.operations import DatabaseOperations

from bihuan.kernel.store.sql import atomic, run


@pytest.fixture(autouse=True)
def secrets(settings, tmp_path):
    """Every kernel test has its own fixed keys and its own folder of files."""
    settings.BIHUAN_CONTENT_KEY = base64.b64encode(b"k" * 32).decode()
    settings.BIHUAN_SIGNING_KEY = base64.b64encode(b"s" * 32).decode()
    settings.BIHUAN_BLIND_KEY = base64.b64encode(b"b" * 32).decode()
    settings.BIHUAN_FILES_DIR = tmp_path / "files"


@pytest.fixture(autouse=True, scope="session")
def flush_insert_only() -> Iterator[None]:
    """Let the flush after a transactional test empty tables whose trigger refuses TRUNCATE."""
    plain = DatabaseOperations.execute_sql_flush

    def flush(self, sql_list):
        free = ["SET session_replication_role = replica"]
        return plain(self, [*free, *sql_list, "SET session_replication_role = DEFAULT"])

    DatabaseOperations.execute_sql_flush = flush
    yield
    DatabaseOperations.execute_sql_flush = plain


@pytest.fixture
def bare_ledger(request, monkeypatch, _django_db_marker):
    """An empty ledger whose chains have no rows: what installing wrote into it is out of the way."""
    if request.node.get_closest_marker("django_db") is None:
        return
    monkeypatch.setattr(apps, "get_models", list)
    with atomic():
        run("SET LOCAL session_replication_role = replica")
        run(
            "TRUNCATE ledger_entry, ledger_leaf, ledger_node, ledger_root, content_value, content_key, content_reading"
        )
        run("SET LOCAL session_replication_role = DEFAULT")
