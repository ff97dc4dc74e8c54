"""A year as twelve small months: holidays, make-up days, closures; one SVG for screen and paper.

Pure. Every kind of day bears its own glyph, so that a copy in black and white says the same.
"""

from calendar import Calendar as Weeks
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bihuan.logic.pictures import svg

#: Fill, ink and border of each kind of day.
_LOOKS = {
    "rest": ("#fbe3e3", "#c1272d", None),
    "work": ("#e3eef7", "#14507f", None),
    "shut": ("#ffffff", "#7a3fb0", "#7a3fb0"),
    "open": ("#ffffff", "#0b6b73", "#0b6b73"),
}
_MONDAY_FIRST = Weeks(0)


@dataclass(frozen=True, slots=True)
class Mark:
    """What a day is (rest, work; locally shut or open), and what it is called; ``sure`` is False before a notice."""

    kind: str
    name: str = ""
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Words:
    """Everything written in the picture, in the reader's language."""

    title: str
    months: Sequence[str]
    weekdays: Sequence[str]
    glyphs: Mapping[str, str]
    legend: Mapping[str, str]
    counts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class _Size:
    columns: int
    cell: float
    row: float
    font: float
    gap: float
    glyph: float

    @property
    def month(self) -> float:
        return self.cell * 7 + self.gap

    @property
    def height(self) -> float:
        return self.row * 7.2 + 30


_WIDE = _Size(columns=4, cell=36, row=28, font=13, gap=28, glyph=8.5)
_NARROW = _Size(columns=2, cell=24, row=27, font=12, gap=12, glyph=7.5)


def year_svg(
    year: int, marks: Mapping[date, Mark], words: Words, *, today: date | None = None, narrow: bool = False
) -> str:
    """Return the picture of a year; ``narrow`` is the variant for phones: two months beside each other."""
    size = _NARROW if narrow else _WIDE
    rows = -(-12 // size.columns)
    width = size.month * size.columns - size.gap
    body = []
    for n in range(12):
        spot = ((n % size.columns) * size.month, (n // size.columns) * size.height)
        body.append(_month(date(year, n + 1, 1), spot, marks, words, size, today))
    legend, used = _legend(
        {mark.kind for mark in marks.values()}, marks, words, rows * size.height + 4, width
    )
    desc = "; ".join(
        f"{day.isoformat()} {words.legend[mark.kind]} {mark.name}" for day, mark in sorted(marks.items())
    )
    height = rows * size.height + used + 8
    return svg.picture(width, height, words.title, desc, *body, legend, kind="year")


def _month(
    first: date,
    corner: tuple[float, float],
    marks: Mapping[date, Mark],
    words: Words,
    size: _Size,
    today: date | None,
) -> str:
    x, y = corner
    right = x + size.cell * 7
    parts = [svg.text(words.months[first.month - 1], x + 4, y + 18, size=size.font + 2, font_weight=700)]
    if words.counts:
        said = words.counts[first.month - 1]
        parts.append(svg.text(said, right - 4, y + 18, size=size.font - 2, fill=svg.SOFT, text_anchor="end"))
    for n, name in enumerate(words.weekdays):
        middle = x + size.cell * (n + 0.5)
        parts.append(svg.text(name, middle, y + 40, size=size.font - 2, fill=svg.SOFT, text_anchor="middle"))
    parts.append(svg.el("path", d=f"M{x:.1f} {y + 46:.1f}H{right:.1f}", stroke=svg.LINE, fill="none"))
    weeks = _MONDAY_FIRST.monthdatescalendar(first.year, first.month)
    for line, week in enumerate(weeks):
        for n, day in enumerate(week):
            if day.month == first.month:
                spot = (x + size.cell * n, y + 49 + size.row * line)
                parts.append(_day(day, spot, marks.get(day), words, size, today))
    return svg.el("g", *parts)


def _day(
    day: date, spot: tuple[float, float], mark: Mark | None, words: Words, size: _Size, today: date | None
) -> str:
    x, y = spot
    fill, ink, border = (
        _LOOKS[mark.kind] if mark else (None, svg.SOFT if day.weekday() > 4 else svg.INK, None)
    )
    parts = []
    if mark:
        tip = f"{day.isoformat()} {words.legend[mark.kind]} {mark.name}".strip()
        dashes = None if mark.sure else "3 2"
        parts.append(
            svg.el(
                "rect", svg.el("title", svg.words(tip)), x=x + 1, y=y + 1, width=size.cell - 2,
                height=size.row - 2, rx=4, fill=fill, stroke=border or (ink if dashes else None),
                stroke_dasharray=dashes,
            )
        )  # fmt: skip
        glyph, corner = words.glyphs[mark.kind], (x + size.cell - 3, y + size.glyph + 2)
        parts.append(svg.text(glyph, *corner, size=size.glyph, fill=ink, text_anchor="end"))
    if day == today:
        parts.append(
            svg.el(
                "rect", x=x + 2, y=y + 2, width=size.cell - 4, height=size.row - 4, rx=4, fill="none",
                stroke="#14507f", stroke_width=2,
            )
        )  # fmt: skip
    shift = size.cell * (0.42 if mark else 0.5)
    weight = 700 if mark or day == today else None
    parts.append(
        svg.text(
            str(day.day), x + shift, y + size.row * 0.5 + size.font * 0.36 + 1, size=size.font, fill=ink,
            text_anchor="middle", font_weight=weight,
        )
    )  # fmt: skip
    return "".join(parts)


def _legend(
    kinds: set[str], marks: Mapping[date, Mark], words: Words, y: float, width: float
) -> tuple[str, float]:
    """Return the legend of what occurs, and how high it is."""
    entries: list[tuple[str, str, tuple[str, str, str | None], str | None]] = []
    entries += [
        (words.glyphs[kind], words.legend[kind], _LOOKS[kind], None) for kind in _LOOKS if kind in kinds
    ]
    if any(not mark.sure for mark in marks.values()):
        entries.append(("", words.legend["unsure"], _LOOKS["rest"], "3 2"))
    parts: list[str] = []
    x, top = 4.0, y
    for glyph, said, (fill, ink, border), dashes in entries:
        room = 34 + svg.measure(said, 12) + 18
        if x + room > width and x > 4:
            x, top = 4.0, top + 26
        parts.append(
            svg.el(
                "rect", x=x, y=top, width=26, height=20, rx=4, fill=fill, stroke=border or (ink if dashes else None),
                stroke_dasharray=dashes,
            )
        )  # fmt: skip
        parts.append(svg.text(glyph, x + 13, top + 14, size=11, fill=ink, text_anchor="middle"))
        parts.append(svg.text(said, x + 33, top + 15, size=12))
        x += room
    return svg.el("g", *parts), top - y + 26 if entries else 0.0
