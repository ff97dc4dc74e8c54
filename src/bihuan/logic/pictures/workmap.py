"""The work map (工作图): who has what by when, a line a unit and a column a time."""

from collections.abc import Sequence
from dataclasses import dataclass

from bihuan.logic.pictures import svg

_LATE, _SOON = "#b3261e", "#14507f"


@dataclass(frozen=True, slots=True)
class _Size:
    side: float
    column: float
    row: float
    head: float = 34.0


#: On a phone the counts stand alone; the table beneath has the titles.
_WIDE, _NARROW = _Size(150, 138, 62), _Size(96, 52, 46)


@dataclass(frozen=True, slots=True)
class WorkCell:
    """How many, and the first titles."""

    count: int = 0
    titles: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class WorkLine:
    """A unit with a cell a column, already worded."""

    name: str
    cells: Sequence[WorkCell]


def workmap_svg(
    title: str, columns: Sequence[str], lines: Sequence[WorkLine], *, narrow: bool = False
) -> str:
    """Return the map; the first column is what is late, and counts stand beside their titles."""
    size = _NARROW if narrow else _WIDE
    width, height = size.side + size.column * len(columns), size.head + size.row * len(lines) + 4
    parts = [
        svg.label(
            name.replace(" ", "") if narrow else name, size.side + size.column * n + 4, 22, size.column - 6,
            size=11 if narrow else 13,
            font_weight=700, fill=_LATE if n == 0 else svg.SOFT,
        )
        for n, name in enumerate(columns)
    ]  # fmt: skip
    for number, line in enumerate(lines):
        parts += _line(line, size.head + size.row * number, width, size)
    total = sum(cell.count for line in lines for cell in line.cells)
    return svg.picture(width, height, title, str(total), *parts, kind="workmap")


def _line(line: WorkLine, top: float, width: float, size: _Size) -> list[str]:
    parts = [
        svg.el("line", x1=0, x2=width, y1=top, y2=top, stroke=svg.LINE),
        svg.label(line.name, 0, top + size.row / 2 + 5, size.side - 8, size=14, font_weight=700),
    ]
    for n, cell in enumerate(line.cells):
        if cell.count:
            parts += _cell(cell, size.side + size.column * n, top, size, late=n == 0)
    return parts


def _cell(cell: WorkCell, x: float, top: float, size: _Size, *, late: bool) -> list[str]:
    edge = _LATE if late else _SOON
    middle = top + size.row / 2
    parts = [
        svg.el(
            "rect",
            x=x + 3,
            y=top + 5,
            width=size.column - 6,
            height=size.row - 10,
            rx=6,
            fill=svg.BAND,
            stroke=edge,
        ),
        svg.text(str(cell.count), x + 12, middle + 7, size=19, fill=edge, font_weight=700),
    ]
    if size is _WIDE:
        for n, title in enumerate(cell.titles[:2]):
            parts.append(
                svg.label(title, x + 38, middle - 5 + 18 * n, size.column - 50, size=11, fill=svg.INK)
            )
    return parts


def workmap_table(columns: Sequence[str], lines: Sequence[WorkLine]) -> tuple[list[str], list[list[str]]]:
    """Return the same facts as (head, rows), for those who don't see the picture."""
    rows = [
        [line.name, *(f"{cell.count}：{'；'.join(cell.titles)}" if cell.count else "" for cell in line.cells)]
        for line in lines
    ]
    return ["", *columns], rows
