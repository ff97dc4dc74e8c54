"""Finding a declared table on a sheet as offices lay it out.

Titles, unit lines, headers over several rows, section headings, totals, notes and
signatures are told apart from rows; whatever isn't a row is named with its reason.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bihuan.kernel.intake.columns import Column
from bihuan.kernel.intake.workbook import Cells, Grid, Raw
from bihuan.logic.cells import AREA, MONEY
from bihuan.logic.text import key, squeeze

_UNIT_LINE = re.compile(r"单位[:：]?(?P<units>.+)$")
_HEADER_UNIT = re.compile(r"[(（](?P<unit>[^()（）]+)[)）]$")
_SECTION = re.compile(r"^[（(]?[一二三四五六七八九十]+[)）]?[、.．]")
_COUNT = re.compile(r"[(（]\D*(\d+)\s*个")
_TOTAL = re.compile(r"^(合计|总计|小计|累计)")
_NOTE = re.compile(r"^(注[:：\d]|备注[:：]|说明[:：]|填表说明)")
_SIGNATURE = re.compile(r"填表人|填报人|制表人?[:：]|审核人|单位负责人|填报日期|填报时间|联系电话")
_SERIAL = frozenset({"序号", "编号", "no", "no."})
_LOOK = 20


@dataclass(frozen=True, slots=True)
class Sheet:
    """A declared table: its columns, and what a section heading says about the rows below it."""

    name: str
    columns: tuple[Column, ...]
    section: Callable[[str], Mapping[str, str]] | None = None
    report_column: str = ""

    def vocabulary(self) -> dict[str, Column]:
        """Map every known header, folded, to its column."""
        return {key(name): column for column in self.columns for name in (*column.headers, column.name)}


@dataclass(slots=True)
class Row:
    """One row of the table: raw cells by field, and the section it stands in."""

    sheet: str
    number: int
    cells: dict[str, Raw]
    serial: Raw | None
    section: str


@dataclass(frozen=True, slots=True)
class Skip:
    """A row that isn't one: ``why`` is a code of :mod:`wording`, ``text`` what it says."""

    number: int
    why: str
    text: str
    cells: Cells = field(default_factory=dict)
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Header:
    """Where the table starts and which field stands in which column."""

    top: int
    bottom: int
    places: dict[str, int] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    serial: int = 0
    unknown: dict[int, str] = field(default_factory=dict)
    twice: dict[int, str] = field(default_factory=dict)

    def missing(self, sheet: Sheet) -> list[Column]:
        """Return the expected columns that aren't there."""
        return [c for c in sheet.columns if (c.expected or c.required) and c.name not in self.places]


def _known(cells: Cells, words: Mapping[str, Column]) -> int:
    return sum(1 for raw in cells.values() if _fold(raw.value)[0] in words)


def _fold(value: Any) -> tuple[str, str]:
    """Return a header without its unit, folded, and the unit: 总投资（亿元） → 总投资, 亿元."""
    text = key(str(value))
    found = _HEADER_UNIT.search(text)
    if found and (found["unit"] in MONEY or found["unit"] in AREA):
        return text[: found.start()], found["unit"]
    return text, ""


def find_header(grid: Grid, sheet: Sheet) -> tuple[Header, list[tuple[int, Cells]]] | None:
    """Return the header and the rows above it, or None when the sheet has no such table."""
    words = sheet.vocabulary()
    above: list[tuple[int, Cells]] = []
    rows = grid.rows()
    for number, cells in rows:
        if number > _LOOK and not above:
            return None
        block = [(number, cells)]
        if above and above[-1][0] == number - 1 and _known(above[-1][1], words):
            block.insert(0, above[-1])
        if _known(cells, words) >= 2 or (_known(cells, words) and len(sheet.columns) < 3):
            bottom = max([b for _l, t, r, b in grid.merges if t == number and b - t < 4], default=number)
            for deeper, more in rows:
                fits = deeper <= bottom or (_known(more, words) >= 2 and _known(more, words) * 2 > len(more))
                if not fits:
                    break
                block.append((deeper, more))
            return _header(grid, block, words), [row for row in above if row[0] < block[0][0]]
        above.append((number, cells))
        if len(above) > _LOOK:
            return None
    return None


def _header(grid: Grid, block: list[tuple[int, Cells]], words: Mapping[str, Column]) -> Header:
    """Join the rows of a header block column by column."""
    for left, top, right, _bottom in grid.merges:
        for number, cells in block:
            if top == number and left in cells:
                for at in range(left + 1, right + 1):
                    cells.setdefault(at, cells[left])
    header = Header(block[0][0], block[-1][0])
    for at in sorted({at for _n, cells in block for at in cells}):
        labels = list(dict.fromkeys(squeeze(str(cells[at].value)) for _n, cells in block if at in cells))
        _place(header, at, labels, words)
    return header


def _place(header: Header, at: int, labels: list[str], words: Mapping[str, Column]) -> None:
    """Give one column of the sheet to a field; the lowest label speaks first, then all joined."""
    for label in (labels[-1], "".join(labels), *labels):
        name, unit = _fold(label)
        if name in _SERIAL:
            header.serial = at
            return
        if column := words.get(name):
            if column.name in header.places:
                header.twice[at] = label
                return
            header.places[column.name] = at
            if unit:
                header.units[column.name] = unit
            return
    header.unknown[at] = "/".join(labels)


def stated_units(above: list[tuple[int, Cells]]) -> dict[str, str]:
    """Read the unit line above the table (单位：万元、亩) as units by kind."""
    units: dict[str, str] = {}
    for _number, cells in above:
        for raw in cells.values():
            if found := _UNIT_LINE.search(squeeze(str(raw.value))):
                for unit in re.split(r"[、,，/;；]", found["units"]):
                    if unit in MONEY:
                        units["money"] = unit
                    elif unit in AREA:
                        units["area"] = unit
    return units


def walk(grid: Grid, sheet: Sheet, header: Header) -> Iterator[Row | Skip]:
    """Yield every row below the header: table rows, and what was skipped and why."""
    wide, section, noting = grid.wide(), "", False
    words = sheet.vocabulary()
    across = max(3, (len(header.places) + 1) // 2)
    places = set(header.places.values())
    for number, cells in grid.rows():
        if number <= header.bottom:
            continue
        first = squeeze(str(cells[min(cells)].value))
        alone = wide.get(number, 0) >= across or (len(cells) == 1 and not places & cells.keys())
        why = _reason(first, alone, noting)
        if not why and _known(cells, words) * 2 > len(cells) and _known(cells, words) >= 3:
            why = "header_row"
        if why:
            noting = noting or why == "note_row"
            section = first if why == "section_row" else section
            yield Skip(number, why, str(cells[min(cells)].value).strip(), cells)
            continue
        taken = {name: cells[at] for name, at in header.places.items() if at in cells}
        own = [raw for raw in taken.values() if raw.anchor in (0, number)]
        if not own:
            yield Skip(number, "blank_row", first, cells)
            continue
        yield Row(grid.name, number, taken, cells.get(header.serial), section)


def _reason(first: str, alone: bool, noting: bool) -> str:
    """Tell what a line that isn't a row of the table is; '' when it may be one."""
    if _TOTAL.match(first):
        return "total_row"
    if _NOTE.match(first):
        return "note_row"
    if not alone:
        return ""
    if _SIGNATURE.search(first):
        return "signature_row"
    if noting:
        return "note_row"
    return "section_row" if _SECTION.match(first) else "banner_row"


def section_count(heading: str) -> int | None:
    """Return the number of rows a heading or total claims (…（22个）), or None."""
    found = _COUNT.search(squeeze(heading))
    return int(found[1]) if found else None
