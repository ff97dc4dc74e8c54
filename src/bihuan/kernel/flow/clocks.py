"""The clock operations of a move, worked out by the clock room and written in the move's own statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.flow.statement import Statement

RUNNING = "NULL"


@dataclass(frozen=True, slots=True)
class ClockRow:
    """A running or paused clock of a matter."""

    id: int


@dataclass(slots=True)
class Work:
    """What the operations come to: matter columns and what the entry tells."""

    columns: dict[str, Any] = field(default_factory=dict)
    told: list[dict[str, Any]] = field(default_factory=list)


def from_json(value: Any) -> list[ClockRow]:
    """Read the running clocks as fetched beside the matter."""
    return []


def work(
    ops: Sequence[tuple[str, str]],
    row: MatterRow,
    running: Sequence[ClockRow],
    values: Mapping[str, Any],
    facts: Any,
) -> Work:
    """Work out the operations in order."""
    return Work()


def write(statement: Statement, done: Work) -> None:
    """Add the rows to the statement."""


def running_of(matter_ids: list[int]) -> dict[int, list[ClockRow]]:
    """Return the running and paused clocks of many matters."""
    return {}


def write_many(works: Sequence[Work]) -> None:
    """Write the clocks of a batch."""
