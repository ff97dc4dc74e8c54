"""A request that only reads can't write: everything inside :func:`reading` goes to a session that refuses to.

In production that is the ``read`` alias with its own pool and ``default_transaction_read_only``. Without that
alias (tests, where one connection sees uncommitted rows) the same is had by a read-only savepoint.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.db import connection, transaction

_reading: ContextVar[bool] = ContextVar("reading", default=False)


def is_reading() -> bool:
    """Whether the code that runs now may only read."""
    return _reading.get()


def has_alias() -> bool:
    """Whether this process has a second way to the database that only reads."""
    return "read" in settings.DATABASES


def alias(using: str) -> str:
    """Return the alias a statement goes to: ``read`` inside :func:`reading`, as far as there is one."""
    if not has_alias():
        return "default"
    return "read" if _reading.get() else using


@contextmanager
def reading() -> Iterator[None]:
    """Let nothing inside the block write."""
    token = _reading.set(True)
    try:
        if has_alias() or not connection.in_atomic_block:
            yield
            return
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL transaction_read_only = on")
            try:
                yield
            finally:
                # Rolling the savepoint back is what turns writing on again; there is nothing else to undo.
                transaction.set_rollback(True)
    finally:
        _reading.reset(token)


class Router:
    """Sends the ORM's reads the same way as plain SQL; writes always go to the primary."""

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        """Return ``read`` inside :func:`reading`."""
        return alias("default") if _reading.get() else None

    def db_for_write(self, model: Any, **hints: Any) -> str | None:
        """Leave it to the default."""
        return None

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        """Rows read through either alias are the same rows."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Only the primary has migrations."""
        return db == "default"
