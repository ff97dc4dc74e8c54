"""What a line declares a register to be."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from bihuan.kernel.errors import NotFound
from bihuan.kernel.intake.columns import Column
from bihuan.kernel.registers.models import RegisterRow

Codes = Mapping[str, str | None]


def _nothing(_codes: Codes, _today: date) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Register:
    """An office's table of things (台账).

    ``match`` names the columns that say two rows are the same thing, strongest
    first; ``keys`` maps each to the database column that holds its folded form (itself
    by default). ``derive`` gives further database columns from the codes of a row; they
    are projections, rewritten at every change and no part of the history. ``shown`` names
    those of them that are read with a row.
    """

    name: str
    title: str
    model: type[RegisterRow]
    fields: tuple[Column, ...]
    match: tuple[str, ...]
    keys: Mapping[str, str] = field(default_factory=dict)
    derive: Callable[[Codes, date], dict[str, Any]] = _nothing
    shown: tuple[str, ...] = ()

    @cached_property
    def columns(self) -> dict[str, Column]:
        """Map field names to columns."""
        return {column.name: column for column in self.fields}

    @property
    def table(self) -> str:
        """Return the database table."""
        return self.model._meta.db_table

    @cached_property
    def stored(self) -> tuple[str, ...]:
        """Return the database columns of the declared fields."""
        return tuple(name for column in self.fields for name in column.stored)

    def codes(self, row: Mapping[str, Any]) -> dict[str, str | None]:
        """Return the codes of a database row."""
        return {column.name: column.load(row) for column in self.fields}


_registers: dict[str, Register] = {}


def register(declared: Register) -> Register:
    """Make a register known under its name; the same name twice is a programming error."""
    if _registers.setdefault(declared.name, declared) is not declared:
        raise ValueError(f"register {declared.name} is declared twice")
    return declared


def find(name: str) -> Register:
    """Return the register of that name."""
    if name not in _registers:
        raise NotFound(f"register {name}", where="register")
    return _registers[name]


def everyone() -> tuple[Register, ...]:
    """Return all registers."""
    return tuple(_registers.values())
