"""Lists of what an actor may see: every branch is walked by its own index, newest first, and then united.

An OR over the branches, or a path range, would read history many times over.
"""

from collections.abc import Container, Sequence
from typing import Any

from bihuan.kernel.permits.rules import BRANCH_COLUMNS, Branch

#: Matters: what is held is open, and the index of holders carries open matters only.
_HELD = frozenset({"holder_unit", "holder_post"})


def condition(branch: Branch, alias: str = "m") -> tuple[str, list[Any]]:
    """Return the SQL condition of one branch on ``alias``, with its parameters."""
    if branch.column not in BRANCH_COLUMNS:
        raise ValueError(f"no branch column: {branch.column}")
    if branch.column == "*":
        return "true", []
    if branch.column == "support":
        return f"{alias}.id IN (SELECT s.matter_id FROM flow_seat s WHERE s.unit = %s)", [branch.value]  # noqa: S608
    held = f" AND {alias}.open" if branch.column in _HELD else ""
    # Saying "> 0" lets the planner use the partial index, which leaves "none" out.
    there = "" if branch.column == "id" else f" AND {alias}.{branch.column} > 0"
    return f"{alias}.{branch.column} = %s{there}{held}", [branch.value]


def newest(
    table: str,
    seen: Sequence[Branch],
    where: Sequence[str],
    params: Sequence[Any],
    *,
    before: int = 0,
    limit: int = 50,
    columns: Container[str] = BRANCH_COLUMNS,
) -> tuple[str, list[Any]]:
    """Return SQL (and parameters) that selects ids of ``table``, at most ``limit`` a branch; "" if none is seen.

    ``where`` are conditions on the alias ``m``. ``columns`` are the branch columns the
    table has; a branch over another column sees nothing here.
    """
    conditions = [*where, "m.id < %s"] if before else list(where)
    given = [*params, before] if before else list(params)
    parts: list[str] = []
    values: list[Any] = []
    for branch in seen:
        if branch.column != "*" and branch.column not in columns:
            continue
        sql, extra = condition(branch)
        both = " AND ".join([sql, *conditions])
        parts.append(f"(SELECT m.id FROM {table} m WHERE {both} ORDER BY m.id DESC LIMIT %s)")  # noqa: S608
        values += [*extra, *given, limit]
    return " UNION ".join(parts), values
