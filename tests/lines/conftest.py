"""Lines write the ledger too: the flush after a transactional test may empty its tables."""

from tests.kernel.conftest import flush_insert_only

__all__ = ["flush_insert_only"]
