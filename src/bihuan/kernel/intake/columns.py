"""One column of a register: how offices head it, how its cells are read, where its value is kept.

A value travels as its *code*, a short text (None = not stated): text as it is,
a day as ``2025``, ``2025-10`` or ``2025-10-03``, an amount as ``1000`` or ``~1000``, a limit as ``20wd``.
Codes are what histories hold and what differences compare.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from bihuan.logic import cells
from bihuan.logic.cells import Amount, Problem, Read, plain
from bihuan.logic.days import Day, Precision, format_day, parse_day

TEXTS = frozenset({"text", "prose", "choice", "uscc", "code", "span"})
AMOUNTS = {"money": "万元", "area": "亩", "count": ""}
KINDS = TEXTS | set(AMOUNTS) | {"day"}


_READERS = {
    "count": cells.parse_count,
    "uscc": cells.parse_uscc,
    "code": cells.parse_project_code,
    "span": cells.parse_span,
}


@dataclass(frozen=True, slots=True)
class Column:
    """A declared column.

    ``headers`` are the names offices give it. ``expected`` says a sheet without it
    deserves a word; ``required`` that a row can't stand without it. ``fact`` marks
    a day that has happened (it can't lie after the report). ``choices`` maps what may
    be written to the value. ``cls`` is the class that decides who may read it.
    """

    name: str
    title: str
    kind: str = "text"
    headers: tuple[str, ...] = ()
    required: bool = False
    expected: bool = False
    fact: bool = False
    cls: str = "open"
    choices: Mapping[str, str] = field(default_factory=dict)
    longest: int = 4000

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"{self.name}: unknown kind {self.kind}")

    @property
    def heading(self) -> str:
        """Return the header offices give it: what a sheet lacks is named so that it can be added."""
        return self.headers[0] if self.headers else self.title

    @property
    def additive(self) -> bool:
        """Whether values add up, so that a cell merged over rows would be counted twice."""
        return self.kind in AMOUNTS

    @property
    def stored(self) -> tuple[str, ...]:
        """Return the names of the database columns that keep the value."""
        if self.kind == "day":
            return (self.name, f"{self.name}_precision")
        if self.kind in AMOUNTS:
            return (self.name, f"{self.name}_approx")
        return (self.name,)

    def read(self, raw: object, *, number_format: str = "", unit: str = "", report: Day | None = None) -> Any:
        """Read a raw cell into a :class:`Read` of a code, or a :class:`Problem`."""
        found = self._parse(raw, number_format, unit, report)
        if isinstance(found, Problem):
            return found
        return Read(None if found.value is None else self.code(found.value), found.written, found.marks)

    def _parse(self, raw: object, number_format: str, unit: str, report: Day | None) -> Any:
        if self.kind == "day":
            return parse_day(raw, number_format=number_format, report=report)
        if self.kind == "choice":
            return cells.parse_choice(raw, self.choices)
        if self.kind in ("text", "prose"):
            return cells.parse_text(raw, self.longest, running=self.kind == "prose")
        if self.kind in ("money", "area"):
            parse = cells.parse_money if self.kind == "money" else cells.parse_area
            return parse(raw, unit or AMOUNTS[self.kind])
        return _READERS[self.kind](raw)

    def code(self, value: Any) -> str | None:
        """Return the code of a typed value; codes themselves pass through."""
        if isinstance(value, (Day, Amount)):
            return value.code
        if isinstance(value, (Decimal, int, float)) and not isinstance(value, bool):
            return Amount(Decimal(str(value))).code
        if isinstance(value, date):
            return Day(value).code
        return None if value is None or value == "" else str(value)

    def fault(self, code: str | None) -> Problem | None:
        """Return why a code can't be kept in this column, None when it can."""
        if code is None:
            return None
        try:
            value = self.value(code)
        except (ValueError, KeyError, ArithmeticError):
            return Problem("not_a_date" if self.kind == "day" else "not_a_number", {"text": code})
        if self.kind in AMOUNTS:
            read = self._parse(plain(value.value), "", "", None)
        elif self.kind == "choice":
            titles = {str(kept) for kept in self.choices.values()}
            params = {"text": code, "choices": "、".join(self.choices)}
            return None if code in titles else Problem("not_a_choice", params)
        else:
            read = None if self.kind == "day" else self._parse(code, "", "", None)
        return read if isinstance(read, Problem) else None

    def value(self, code: str | None) -> Any:
        """Return the typed value of a code: Day, Amount, text or None."""
        if code is None:
            return None
        if self.kind == "day":
            return Day.decode(code)
        return Amount.decode(code) if self.kind in AMOUNTS else code

    def load(self, row: Mapping[str, Any]) -> str | None:
        """Return the code of what a database row holds."""
        held = row[self.name]
        if held is None or held == "":
            return None
        if self.kind == "day":
            return Day(held, Precision(row[f"{self.name}_precision"])).code
        if self.kind in AMOUNTS:
            return f"{'~' if row[f'{self.name}_approx'] else ''}{plain(Decimal(held))}"
        return str(held)

    def store(self, code: str | None) -> dict[str, Any]:
        """Return the database columns that hold a code."""
        if self.kind == "day":
            day = None if code is None else Day.decode(code)
            precision = "" if day is None else day.precision.value
            return {self.name: day and day.first, f"{self.name}_precision": precision}
        if self.kind in AMOUNTS:
            amount = None if code is None else Amount.decode(code)
            return {
                self.name: amount and amount.value,
                f"{self.name}_approx": bool(amount and amount.approximate),
            }
        return {self.name: code or ""}

    def show(self, code: str | None) -> str:
        """Return a code as an office writes it: 2025年10月, 约600000, text as it is."""
        if code is None:
            return ""
        if self.kind == "day":
            return format_day(Day.decode(code))
        if self.kind in AMOUNTS:
            return f"约{code[1:]}" if code.startswith("~") else code
        return cells.format_span(code) if self.kind == "span" else code
