"""Read which orders are about the same event."""

from collections.abc import Sequence

from bihuan.kernel.store.sql import run


def root_of(matter: int) -> int:
    """Return the order another is handled with now; 0 when it stands alone."""
    rows = run("SELECT root FROM hotline_join WHERE matter = %s AND until IS NULL", (matter,))
    return int(rows[0][0]) if rows else 0


def twins(roots: Sequence[int]) -> dict[int, list[int]]:
    """Return the orders handled with each of these now, the oldest first."""
    sql = "SELECT root, matter FROM hotline_join WHERE root = ANY(%s) AND until IS NULL ORDER BY matter"
    found: dict[int, list[int]] = {}
    for root, matter in run(sql, (list(roots),)):
        found.setdefault(root, []).append(matter)
    return found
