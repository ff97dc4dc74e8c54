"""From the rows of a sheet to codes: every odd cell named, nothing guessed."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput
from bihuan.kernel.intake import sheet as layout
from bihuan.kernel.intake.columns import Column
from bihuan.kernel.intake.plan import Finding
from bihuan.kernel.intake.sheet import Header, Row, Sheet, Skip
from bihuan.kernel.intake.wording import letter
from bihuan.kernel.intake.workbook import Book, Grid, Raw
from bihuan.logic.cells import CLEAR, Amount, Mark, Problem, Read, plain, stated, written
from bihuan.logic.days import Day

#: What a formula that failed leaves in its cell.
_ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"})
_ROWS_OF = re.compile(r"[A-Z]+(\d+):[A-Z]+(\d+)$")


@dataclass(slots=True)
class Record:
    """A row that was read: codes by field (None = the cell is empty), the text as written, notes.

    ``cleared`` names fields emptied on purpose; a field that isn't in ``codes`` says nothing.
    """

    sheet: str
    number: int
    codes: dict[str, str | None] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    cleared: set[str] = field(default_factory=set)
    places: Mapping[str, int] = field(default_factory=dict)


class Reading:
    """One pass over a workbook; ``findings`` fills while the records are drawn."""

    def __init__(self, sheet: Sheet, book: Book, today: date) -> None:
        self.sheet = sheet
        self.book = book
        self.today = today
        self.findings: list[Finding] = []
        self._columns = {column.name: column for column in sheet.columns}

    def records(self) -> Iterator[Record]:
        """Yield the rows of every sheet that holds the table; BadInput when none does."""
        found = False
        for grid in self.book.sheets:
            located = layout.find_header(grid, self.sheet)
            if located is None:
                why = "empty_sheet" if next(grid.rows(), None) is None else "foreign_sheet"
                self._say(grid.name, 0, 0, "", Mark(why))
                continue
            found = True
            yield from _Table(self, grid, *located).records()
        if not found:
            titles = "、".join(
                column.heading for column in self.sheet.columns if column.required or column.expected
            )
            message = _("No sheet of this workbook has a header with the known columns (%(titles)s).")
            raise BadInput(message % {"titles": titles}, where="header", reason="no_header")

    def _say(
        self, sheet: str, row: int, column: int, value: object, what: Mark | Problem, severity: str = ""
    ) -> None:
        if not severity:
            severity = "warning" if isinstance(what, Problem) or what.ruled else "info"
        text = value if isinstance(value, str) else written(value)
        self.findings.append(Finding(sheet, row, column, text, severity, what.code, what.params))


class _Table:
    """The table on one sheet."""

    def __init__(self, reading: Reading, grid: Grid, header: Header, above: list[Any]) -> None:
        self.reading, self.grid, self.header = reading, grid, header
        self.columns = reading._columns
        self.units = layout.stated_units(above)
        self.sums: dict[str, Decimal] = {}
        self.total = self.in_section = 0
        self.heading: Skip | None = None
        self._check_header(above)

    def say(self, row: int, column: int, value: object, what: Mark | Problem, severity: str = "") -> None:
        self.reading._say(self.grid.name, row, column, value, what, severity)

    def _check_header(self, above: list[Any]) -> None:
        header, sheet = self.header, self.reading.sheet
        missing = header.missing(sheet)
        if needed := [column.heading for column in missing if column.required]:
            message = _("The column “%(missing)s” is missing. Columns not known here: %(unknown)s.")
            params = {"missing": "、".join(needed), "unknown": "、".join(header.unknown.values()) or "—"}
            raise BadInput(message % params, where="header", reason="missing_columns", **params)
        for number, cells in above:
            text = str(cells[min(cells)].value)
            units = "、".join(self.units.values())
            said = (
                Mark("unit_row", False, {"units": units}) if "单位" in text and units else Mark("title_row")
            )
            self.say(number, min(cells), text, said)
        for column in missing:
            self.say(header.bottom, 0, "", Problem("header_missing", {"title": column.heading}))
        for at, title in header.unknown.items():
            self.say(header.bottom, at, title, Problem("header_unknown", {"title": title}))
        for at, title in header.twice.items():
            self.say(header.bottom, at, title, Problem("header_twice", {"title": title}))

    def records(self) -> Iterator[Record]:
        for row in layout.walk(self.grid, self.reading.sheet, self.header):
            if isinstance(row, Skip):
                self._skip(row)
                continue
            self.in_section += 1
            self.total += 1
            yield self._record(row)
        self._close_section()

    def _skip(self, row: Skip) -> None:
        at = min(row.cells)
        self.say(row.number, at, row.text, Mark(row.why))
        if row.why == "section_row":
            self._close_section()
            self.heading, self.in_section = row, 0
        if row.why == "total_row":
            self._close_section()
            self._check_total(row, at)

    def _close_section(self) -> None:
        heading, self.heading = self.heading, None
        if heading is not None:
            self._check_count(heading, min(heading.cells), self.in_section)

    def _check_count(self, row: Skip, at: int, found: int) -> None:
        said = layout.section_count(row.text)
        if said is not None and said != found:
            self.say(row.number, at, row.text, Problem("count_differs", {"said": said, "found": found}))

    def _check_total(self, row: Skip, at: int) -> None:
        if "小" in row.text:
            return
        self._check_count(row, at, self.total)
        for name, place in self.header.places.items():
            column, raw = self.columns[name], row.cells.get(place)
            if not column.additive or raw is None:
                continue
            read = column.read(raw.value, unit=self._unit(column))
            if isinstance(read, Read) and read.value is not None:
                said, found = Amount.decode(read.value).value, self.sums.get(name, Decimal(0))
                if said != found:
                    params = {"said": plain(said), "found": plain(found)}
                    self.say(row.number, place, raw.value, Problem("total_differs", params))

    def _unit(self, column: Column) -> str:
        return self.header.units.get(column.name, "") or self.units.get(column.kind, "")

    def _record(self, row: Row) -> Record:
        record = Record(self.grid.name, row.number, places=self.header.places)
        report = self._report(row, record)
        for name, place in self.header.places.items():
            if name in record.codes:
                continue
            self._cell(record, self.columns[name], place, row.cells.get(name), report)
        if self.reading.sheet.section is not None and row.section:
            for name, code in self.reading.sheet.section(row.section).items():
                record.codes[name] = code
                record.written[name] = row.section
        if row.serial is not None and isinstance(row.serial.value, str):
            self.say(row.number, self.header.serial, row.serial.value, Mark("serial_text"))
        return record

    def _report(self, row: Row, record: Record) -> Day | None:
        """Read the report's date first: the other dates of the row lean on it."""
        name = self.reading.sheet.report_column
        if name not in self.header.places:
            return None
        self._cell(record, self.columns[name], self.header.places[name], row.cells.get(name), None)
        code = record.codes.get(name)
        return Day.decode(code) if code else None

    def _cell(self, record: Record, column: Column, place: int, raw: Raw | None, report: Day | None) -> None:
        number = record.number
        if raw is None:
            if f"{letter(place)}{number}" in self.grid.unsaved:
                self.say(number, place, "", Problem("formula_unsaved"))
            else:
                record.codes[column.name] = None
            return
        if isinstance(raw.value, str) and raw.value.strip() == CLEAR:
            record.codes[column.name] = None
            record.cleared.add(column.name)
            return
        read = self._read(column, raw, report)
        if isinstance(read, Problem):
            self.say(number, place, raw.value, read)
            return
        if raw.merged and raw.anchor != number:
            self.say(number, place, raw.value, Mark("merged", True, {"range": raw.merged}))
        self._take(record, column, place, raw, read)

    def _read(self, column: Column, raw: Raw, report: Day | None) -> Read[str] | Problem:
        if isinstance(raw.value, str) and raw.value in _ERRORS and stated(raw.value):
            return Problem("formula_error", {"text": raw.value})
        rows = _ROWS_OF.match(raw.merged) if column.additive else None
        if rows and rows[1] != rows[2]:
            return Problem("merged_amount", {"range": raw.merged})
        read: Read[str] | Problem = column.read(
            raw.value, number_format=raw.format, unit=self._unit(column), report=report
        )
        return self._guess_check(column, read, report) if isinstance(read, Read) and column.fact else read

    def _guess_check(self, column: Column, read: Read[str], report: Day | None) -> Read[str] | Problem:
        """A day that states a fact may not lie after its report; an inferred one is then not taken at all."""
        if column.kind != "day" or read.value is None:
            return read
        day = Day.decode(read.value)
        if report is not None and day.first > report.last:
            params = {"day": day.code, "report": report.code}
            if any(mark.code == "inferred_year" for mark in read.marks):
                return Problem("after_report", params)
            return Read(read.value, read.written, (*read.marks, Mark("after_report", True, params)))
        if day.first > self.reading.today:
            return Read(read.value, read.written, (*read.marks, Mark("future_fact", True, {"day": day.code})))
        return read

    def _take(self, record: Record, column: Column, place: int, raw: Raw, read: Read[str]) -> None:
        for mark in read.marks:
            self.say(record.number, place, raw.value, mark)
        record.codes[column.name] = read.value
        if read.value is None:
            return
        record.written[column.name] = read.written
        if any(mark.code == "inferred_year" for mark in read.marks):
            record.notes[column.name] = "inferred_year"
        if column.additive:
            amount = Amount.decode(read.value).value
            self.sums[column.name] = self.sums.get(column.name, Decimal(0)) + amount
