"""Opening what an office hands over: .xlsx, .xls (also .et) and .csv, all as sheets of raw cells."""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO, cast

import python_calamine
from django.utils.translation import gettext as _

from bihuan.kernel.intake import guards
from bihuan.kernel.intake.guards import Limits
from bihuan.kernel.intake.wording import letter

#: After this many empty rows a sheet is taken to have ended.
ENOUGH_EMPTY = 1000
_ENCODINGS = ("utf-8-sig", "gb18030")


@dataclass(frozen=True, slots=True)
class Raw:
    """One cell as it stands; ``merged`` names the range it belongs to, ``anchor`` its own row."""

    value: Any
    format: str = ""
    merged: str = ""
    anchor: int = 0


Cells = dict[int, Raw]


@dataclass(slots=True)
class Grid:
    """One sheet: its name and its non-empty rows of raw cells, merged cells filled downwards.

    Columns count from 1. ``wide`` gives, for a row, how many columns its widest
    merge covers; ``unsaved`` holds addresses of formulas without a stored value.
    """

    name: str
    source: Any
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    unsaved: set[str] = field(default_factory=set)

    def wide(self) -> dict[int, int]:
        """Map rows to the width of their widest one-row merge."""
        found: dict[int, int] = {}
        for left, top, right, bottom in self.merges:
            if top == bottom:
                found[top] = max(found.get(top, 0), right - left + 1)
        return found

    def rows(self) -> Iterator[tuple[int, Cells]]:
        """Yield (row number, cells by column) for every row that holds something."""
        starts: dict[int, list[tuple[int, int, int, int]]] = {}
        for merge in self.merges:
            starts.setdefault(merge[1], []).append(merge)
        held: list[tuple[tuple[int, int, int, int], Raw]] = []
        try:
            for number, cells in self.source():
                held = [pair for pair in held if pair[0][3] >= number]
                for merge, raw in held:
                    cells[merge[0]] = raw
                held += self._open_merges(starts.get(number, ()), number, cells)
                if cells:
                    yield number, cells
        except (
            ValueError,
            KeyError,
            TypeError,
            IndexError,
            AttributeError,
            SyntaxError,
            zipfile.BadZipFile,
        ) as error:
            raise guards.damaged() from error

    @staticmethod
    def _open_merges(
        merges: Sequence[tuple[int, int, int, int]], number: int, cells: Cells
    ) -> list[tuple[tuple[int, int, int, int], Raw]]:
        opened = []
        for merge in merges:
            left, top, right, bottom = merge
            anchor = cells.get(left)
            if anchor is None:
                continue
            name = f"{letter(left)}{top}:{letter(right)}{bottom}"
            cells[left] = Raw(anchor.value, anchor.format, name, number)
            if bottom > top:
                opened.append((merge, cells[left]))
        return opened


@dataclass(slots=True)
class Book:
    """An opened workbook."""

    name: str
    kind: str
    size: int
    sha256: str
    sheets: list[Grid]


def open_workbook(source: Path | str | BinaryIO, *, name: str = "", limits: Limits | None = None) -> Book:
    """Open a workbook for reading; :class:`BadInput` says why a file isn't taken.

    ``source`` is a path or a seekable file. The rows are read while they are asked
    for, so a file object must stay open until then.
    """
    limits = limits or Limits()
    if isinstance(source, (str, Path)):
        path = Path(source)
        try:
            size = path.stat().st_size
        except OSError as error:
            raise guards.refuse(
                "no_file", _("There is no such file: %(name)s.") % {"name": path.name}
            ) from error
        if size > limits.size:
            raise guards.too_large(limits)
        return open_workbook(io.BytesIO(path.read_bytes()), name=name or path.name, limits=limits)
    size, sha256 = guards.measure(source, limits)
    kind = guards.kind_of(source)
    if kind == "text":
        kind = "csv"
    readers = {"xlsx": _xlsx, "xls": _xls, "csv": _csv}
    return Book(name, kind, size, sha256, readers[kind](source, limits))


def _xlsx(file: BinaryIO, limits: Limits) -> list[Grid]:
    import openpyxl  # heavy; a process that opens no workbook starts without it

    try:
        with zipfile.ZipFile(file) as archive:
            guards.check_zip(archive, limits)
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        grids = []
        for sheet in book.worksheets:
            if not hasattr(sheet, "reset_dimensions"):
                continue
            with cast("Any", sheet)._get_source() as source:
                outline = guards.outline(source, limits)
            sheet.reset_dimensions()
            grids.append(Grid(sheet.title, _reader(sheet), _boundaries(outline.merges), outline.unsaved))
    except (
        ValueError,
        KeyError,
        TypeError,
        IndexError,
        AttributeError,
        SyntaxError,
        OSError,
        zipfile.BadZipFile,
    ) as error:
        raise guards.damaged() from error
    return grids


def _boundaries(refs: Sequence[str]) -> list[tuple[int, int, int, int]]:
    from openpyxl.utils.cell import range_boundaries

    found = []
    for ref in refs:
        left, top, right, bottom = range_boundaries(ref)
        if left and top and right and bottom:
            found.append((left, top, right, bottom))
    return found


def _reader(sheet: Any) -> Any:
    def rows() -> Iterator[tuple[int, Cells]]:
        empty = 0
        for number, row in enumerate(sheet.iter_rows(), start=1):
            cells = {
                at: Raw(cell.value, cell.number_format if isinstance(cell.value, date) else "")
                for at, cell in enumerate(row, start=1)
                if cell.value is not None and cell.value != ""
            }
            empty = 0 if cells else empty + 1
            if empty > ENOUGH_EMPTY:
                return
            yield number, cells

    return rows


def _xls(file: BinaryIO, limits: Limits) -> list[Grid]:
    try:
        book = python_calamine.load_workbook(file)
        grids = []
        for at, name in enumerate(book.sheet_names):
            sheet = book.get_sheet_by_index(at)
            if sheet.total_height > limits.rows or sheet.total_height * sheet.total_width > limits.cells:
                raise guards.refuse(
                    "too_many_rows", _("The sheet has too many rows or columns. Please split it.")
                )
            merges = [
                (start[1] + 1, start[0] + 1, end[1] + 1, end[0] + 1)
                for start, end in sheet.merged_cell_ranges or ()
            ]
            grids.append(Grid(name, _listed(sheet.to_python(skip_empty_area=False)), merges))
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        raise guards.damaged() from error
    return grids


def _listed(table: Sequence[Sequence[Any]]) -> Any:
    def rows() -> Iterator[tuple[int, Cells]]:
        for number, row in enumerate(table, start=1):
            yield number, {at: Raw(value) for at, value in enumerate(row, start=1) if value not in ("", None)}

    return rows


def _csv(file: BinaryIO, limits: Limits) -> list[Grid]:
    with closing(io.BytesIO(file.read())) as content:
        raw = content.getvalue()
    for encoding in _ENCODINGS:
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise guards.refuse("encoding", _("The text is neither UTF-8 nor GB 18030. Please save it as UTF-8."))
    first = text.split("\n", 1)[0]
    delimiter = "\t" if first.count("\t") > first.count(",") else ","
    try:
        table = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise guards.damaged() from error
    if len(table) > limits.rows or sum(map(len, table)) > limits.cells:
        raise guards.refuse("too_many_rows", _("The sheet has too many rows or columns. Please split it."))
    return [Grid("CSV", _listed(table))]
