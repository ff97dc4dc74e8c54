"""A map of numbers by place: the darker the more, in a few steps; what is withheld is hatched and has no number.

Colour only repeats the number that stands beside the name. Places without a boundary are tiles, so that one picture
holds them all; it links nowhere, because nothing finer is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bihuan.logic import shapes
from bihuan.logic.pictures import plan, svg
from bihuan.logic.shapes import Shape

#: Inks of their own: on a dark screen the usual ones turn with the ground, these stand on colours that don't.
_DARK, _PALE = "#16324f", "#fefefe"
#: From light to dark, each with the ink that reads on it (4.5:1 at least).
STEPS = (
    ("#e3eefb", _DARK), ("#bfd9f5", _DARK), ("#8dbbe8", _DARK), ("#2f6db0", _PALE), ("#123d6b", _PALE),
)  # fmt: skip
#: The least number of each step, in multiples of the smallest number shown.
_FROM = (1, 2, 4, 10, 20)
#: The edge is of its own, too.
_EDGE, _TILE, _GAP = "#4b5a6c", 58.0, 8.0
#: Narrower shapes have no name in them; it stands in the tooltip and in the table.
_NAMED = 56.0


@dataclass(frozen=True, slots=True)
class Place:
    """A place: its name, what stands beneath it, its number (None where nothing is shown), and its shapes."""

    name: str
    note: str
    number: int | None
    shapes: tuple[Shape, ...] = ()


def bounds(least: int) -> list[tuple[int, int | None]]:
    """Return (from, up to) of each step; the last has no end. ``least`` is the smallest number shown."""
    starts = [least * one for one in _FROM]
    return [(low, high - 1) for low, high in pairwise(starts)] + [(starts[-1], None)]


def choropleth_svg(
    title: str, desc: str, places: Sequence[Place], least: int, withheld: str, *, width: float = 660
) -> str:
    """Return the map with its legend; ``withheld`` says what the hatching means, ``width`` is in pixels."""
    ink = _Ink(least, f"withheld-{round(width)}")
    body, y = _legend(ink, withheld, width)
    drawn = [one for one in places if one.shapes]
    if drawn:
        at, bottom = plan.fitted([shape for one in drawn for shape in one.shapes], y, width)
        for one in drawn:
            body.append(_area(one, ink, at))
        y = bottom + 16
    tiles, y = _tiles([one for one in places if not one.shapes], ink, y, width)
    return svg.picture(width, y + 4, title, desc, _pattern(ink.hatch), *body, *tiles, kind="choropleth")


def _pattern(name: str) -> str:
    line = svg.el("path", d="M0 8L8 0", stroke="#d0d7df", stroke_width=1.5)
    ground = svg.el("rect", width=8, height=8, fill="#f4f5f7")
    return svg.el(
        "defs", svg.el("pattern", ground, line, id=name, width=8, height=8, patternUnits="userSpaceOnUse")
    )


@dataclass(frozen=True, slots=True)
class _Ink:
    """The colours of a picture; ``hatch`` is the name of its own pattern: two pictures of a page share none."""

    least: int
    hatch: str

    def of(self, number: int | None) -> tuple[str, str]:
        """Return (fill, ink) of a number."""
        if number is None:
            return f"url(#{self.hatch})", _DARK
        step = sum(number >= low for low, _high in bounds(self.least))
        return STEPS[max(0, step - 1)]


def _legend(ink: _Ink, withheld: str, width: float) -> tuple[list[str], float]:
    steps = bounds(ink.least)
    said = [(ink.of(low)[0], f"{low}–{high}" if high else f"≥{low}") for low, high in steps]
    body, x, y = [], 0.0, 4.0
    for fill, words in [(ink.of(None)[0], withheld), *said]:
        room = 34 + svg.measure(words)
        if x and x + room > width:
            x, y = 0.0, y + 24
        body.append(svg.el("rect", x=x + 1, y=y, width=18, height=14, fill=fill, stroke=_EDGE))
        body.append(svg.label(words, x + 26, y + 12, width - x - 26, fill=svg.SOFT))
        x += room + 12
    return body, y + 30


def _area(one: Place, ink: _Ink, at: plan.At) -> str:
    fill, pen = ink.of(one.number)
    paths = [plan.path(shape, at) for shape in one.shapes]
    # Edges first, ground over them: where the grids of one place meet, no line is left.
    outlines = [svg.el("path", d=path, fill="none", stroke=_EDGE, stroke_width=3) for path in paths]
    ground = None if one.number is None else fill
    outlines += [
        svg.el("path", d=path, fill=fill, fill_rule="evenodd", stroke=ground, stroke_width=0.75)
        for path in paths
    ]
    widest = max(one.shapes, key=shapes.area)
    west, south, east, north = shapes.frame([widest])
    room = at((east, south))[0] - at((west, north))[0]
    x, y = at(shapes.inside(widest))
    names = [
        svg.label(one.name, x, y - 2, room - 12, fill=pen, font_weight=600, text_anchor="middle"),
        svg.label(one.note, x, y + 15, room - 12, size=12, fill=pen, text_anchor="middle"),
    ] if room >= _NAMED else []  # fmt: skip
    return svg.el("g", _said(one), *outlines, *names)


def _said(one: Place) -> str:
    return svg.el("title", svg.words(f"{one.name}：{one.note}"))


def _tiles(places: Sequence[Place], ink: _Ink, top: float, width: float) -> tuple[list[str], float]:
    across = max(1, int(width // 165))
    wide = (width - _GAP * (across - 1)) / across
    body = []
    for n, one in enumerate(places):
        x, y = n % across * (wide + _GAP), top + n // across * (_TILE + _GAP)
        fill, pen = ink.of(one.number)
        box = svg.el("rect", x=x + 1, y=y, width=wide - 2, height=_TILE, rx=6, fill=fill, stroke=_EDGE)
        name = svg.label(one.name, x + 10, y + 24, wide - 20, fill=pen, font_weight=600)
        note = svg.label(one.note, x + 10, y + 44, wide - 20, size=12, fill=pen)
        body.append(svg.el("g", _said(one), box, name, note))
    return body, top + -(-len(places) // across) * (_TILE + _GAP)
