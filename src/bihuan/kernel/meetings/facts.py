"""What lines know of the harm a stuck matter does: asked by the agenda, answered by the matter's line."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from bihuan.kernel.flow.rows import MatterRow

#: (matters of one line) -> {matter id: {term of ``logic.harm``: value}}; terms it doesn't know it leaves out.
Facts = Callable[[Sequence[MatterRow]], Mapping[int, Mapping[str, Decimal | int]]]

_lines: dict[str, Facts] = {}


def register(line: str, facts: Facts) -> None:
    """Let a line say what it knows; a second function for one line is refused."""
    if _lines.setdefault(line, facts) is not facts:
        raise ValueError(f"two functions tell the harm of {line}")


def of(rows: Sequence[MatterRow]) -> dict[int, dict[str, Decimal | int]]:
    """Return what the lines know of matters, one call a line; an enterprise it is for counts as one."""
    found: dict[int, dict[str, Decimal | int]] = {
        row.id: {"enterprises": 1 if row.party else 0} for row in rows
    }
    for line in {row.line for row in rows} & _lines.keys():
        for key, known in _lines[line]([row for row in rows if row.line == line]).items():
            found[key] |= known
    return found
