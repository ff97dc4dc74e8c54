"""Keys for the sealed ground, and a flush that may empty insert-only tables."""

import base64
from collections.abc import Iterator

import pytest
from django.db.backends.postgresql.operations import DatabaseOperations


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
