"""Who carries how much when: a row a person, a bar a stretch of days, the capacity as a line.

What a plan makes of it is solid; what it was before stands behind as an outline. What goes beyond the capacity
is red with a mark on top, so it shows without colour, too.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bihuan.logic.pictures import svg
from bihuan.logic.pictures.light import COLOURS, GLYPHS, Light

_HEAD, _ROW, _BAR, _FOOT = 24.0, 64.0, 46.0, 10.0
_FILL, _OVER = "#c9d9e8", COLOURS[Light.LATE]


@dataclass(frozen=True, slots=True)
class LoadRow:
    """A person: name, how many at once, how many on the fullest day of each stretch before and after."""

    name: str
    note: str
    capacity: int
    before: Sequence[int]
    after: Sequence[int]


@dataclass(frozen=True, slots=True)
class LoadWords:
    """The words in the picture."""

    title: str
    desc: str
    capacity: str


def load_svg(
    rows: Sequence[LoadRow], marks: Sequence[str], words: LoadWords, *, width: float = 1040, room: float = 170
) -> str:
    """Return the picture; ``marks`` name the stretches (empty ones stay unnamed)."""
    count = max((len(row.after) for row in rows), default=0) or 1
    step = (width - room - 20) / count
    body = [
        svg.text(mark, room + number * step, _HEAD - 8, size=11, fill=svg.SOFT)
        for number, mark in enumerate(marks)
        if mark
    ]
    for number, row in enumerate(rows):
        body += _row(row, _HEAD + number * _ROW, room, step, width, words)
    return svg.picture(width, _HEAD + _ROW * len(rows) + _FOOT, words.title, words.desc, *body, kind="load")


def _row(row: LoadRow, y: float, room: float, step: float, width: float, words: LoadWords) -> list[str]:
    most = max([row.capacity + 1, *row.before, *row.after])
    unit = (_BAR - 8) / most
    floor = y + _BAR
    body = [
        svg.label(row.name, 0, y + 22, room - 12, font_weight=600),
        svg.label(row.note, 0, y + 40, room - 12, size=11, fill=svg.SOFT),
        svg.el("line", x1=room, x2=width - 20, y1=floor, y2=floor, stroke=svg.LINE),
    ]
    for number, (before, after) in enumerate(zip(row.before, row.after, strict=True)):
        x, wide = room + number * step + 1, max(1.5, step - 2)
        body += _bars(before, after, row.capacity, x, wide, floor, unit)
    line = floor - row.capacity * unit
    body.append(
        svg.el("line", x1=room, x2=width - 20, y1=line, y2=line, stroke=svg.INK, stroke_dasharray="5 3")
    )
    body.append(
        svg.text(
            f"{words.capacity} {row.capacity}",
            width - 20,
            line - 3,
            size=10,
            fill=svg.SOFT,
            text_anchor="end",
        )
    )
    return body


def _bars(
    before: int, after: int, capacity: int, x: float, wide: float, floor: float, unit: float
) -> list[str]:
    body = []
    if after:
        over = after > capacity
        body.append(
            svg.el("rect", x=x, y=floor - after * unit, width=wide, height=after * unit,
                   fill=_OVER if over else _FILL)
        )  # fmt: skip
    if before:
        over = before > capacity
        body.append(
            svg.el("rect", x=x, y=floor - before * unit, width=wide, height=before * unit, fill="none",
                   stroke=_OVER if over else svg.SOFT, stroke_width=1.4 if over else 0.8)
        )  # fmt: skip
        if over:
            body.append(
                svg.text(GLYPHS[Light.LATE], x + wide / 2, floor - before * unit - 2, size=8, fill=_OVER,
                         text_anchor="middle")
            )  # fmt: skip
    return body
