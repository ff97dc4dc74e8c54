"""Habits of an office as dated rows: of the smallest division that says so, the latest first."""

from bihuan.kernel.identity.actors import Scope
from bihuan.kernel.now import today
from bihuan.kernel.store.sql import run

_ROW = """
SELECT value FROM orders_practice WHERE rule = %s AND division = ANY(%s) AND valid_from <= %s
ORDER BY array_position(%s, division), valid_from DESC LIMIT 1
"""
#: The smallest first; 0 is the whole house.
_NEAREST = ("division", "micro", "grid", "community", "street", "park", "county", "city", "province")


def practice(rule: str, place: Scope) -> bool:
    """Whether the habit holds at the place; without a row it does not."""
    path = [*dict.fromkeys(part for name in _NEAREST if (part := getattr(place, name))), 0]
    rows = run(_ROW, (rule, path, today(), path))
    return bool(rows and rows[0][0])
