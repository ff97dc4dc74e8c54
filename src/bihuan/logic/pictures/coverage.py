"""The coverage map of grids: shapes where they were drawn, tiles by street and community where not.

Colour only repeats the glyph and the words, so it reads in black and white; each shape and tile is a link.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bihuan.logic import shapes
from bihuan.logic.pictures import plan, svg
from bihuan.logic.pictures.light import COLOURS, GLYPHS, Light
from bihuan.logic.shapes import Shape

_FILLS = {Light.NORMAL: "#dcefe1", Light.NEAR: "#fbefd2", Light.LATE: "#f9dedd"}
_TILE, _GAP = 58.0, 8.0
#: Narrower shapes have their name as a tooltip and in the table only.
_NAMED = 56.0


@dataclass(frozen=True, slots=True)
class CoverCell:
    """A grid, or what none covers: name, how it stands in words, light, where it leads, group, shape."""

    name: str
    note: str
    light: Light
    href: str = ""
    group: str = ""
    shape: Shape = ()


def coverage_svg(
    title: str,
    desc: str,
    cells: Sequence[CoverCell],
    legend: Sequence[tuple[Light, str]],
    *,
    width: float = 1040,
) -> str:
    """Return the map with its legend; ``width`` in pixels."""
    body, y = _legend(legend, width)
    drawn = [cell for cell in cells if cell.shape]
    if drawn:
        more, y = _shapes(drawn, y, width)
        body += more
    tiles, y = _tiles([cell for cell in cells if not cell.shape], y, width)
    return svg.picture(width, y + 4, title, desc, *body, *tiles, kind="coverage", role="group")


def _legend(legend: Sequence[tuple[Light, str]], width: float) -> tuple[list[str], float]:
    body, x, y = [], 0.0, 18.0
    for light, words in legend:
        room = 30 + svg.measure(words)
        if x and x + room > width:
            x, y = 0.0, y + 24
        body.append(svg.text(GLYPHS[light], x, y, fill=COLOURS[light]))
        body.append(svg.label(words, x + 18, y, width - x - 18, fill=svg.SOFT))
        x += room + 12
    return body, y + 14


def _shapes(cells: Sequence[CoverCell], top: float, width: float) -> tuple[list[str], float]:
    at, bottom = plan.fitted([cell.shape for cell in cells], top, width)
    body = []
    for cell in cells:
        outline = svg.el(
            "path", d=plan.path(cell.shape, at), fill=_FILLS[cell.light], fill_rule="evenodd",
            stroke=COLOURS[cell.light], stroke_width=1.5,
        )  # fmt: skip
        (low, _y), (high, _z) = at(shapes.frame([cell.shape])[:2]), at(shapes.frame([cell.shape])[2:])
        x, y = at(shapes.inside(cell.shape))
        body.append(_linked(cell, outline, *_named(cell, x, y, high - low)))
    return body, bottom + 16


def _named(cell: CoverCell, x: float, y: float, room: float) -> list[str]:
    if room < _NAMED:
        return [svg.text(GLYPHS[cell.light], x, y + 4, fill=COLOURS[cell.light], text_anchor="middle")]
    said = f"{GLYPHS[cell.light]} {cell.name}"
    return [
        svg.label(said, x, y - 2, room - 12, fill=COLOURS[cell.light], font_weight=600, text_anchor="middle"),
        svg.label(cell.note, x, y + 15, room - 12, size=11, text_anchor="middle"),
    ]


def _tiles(cells: Sequence[CoverCell], top: float, width: float) -> tuple[list[str], float]:
    across = max(1, int(width // 170))
    wide = (width - _GAP * (across - 1)) / across
    body: list[str] = []
    group, column, y = None, 0, top
    for cell in cells:
        if cell.group != group:
            y += (_TILE + _GAP) if column else 0
            body.append(svg.label(cell.group, 0, y + 16, width, fill=svg.SOFT, font_weight=600))
            group, column, y = cell.group, 0, y + 24
        elif column == across:
            column, y = 0, y + _TILE + _GAP
        body.append(_tile(cell, column * (wide + _GAP), y, wide))
        column += 1
    return body, y + (_TILE + _GAP if column else 0)


def _tile(cell: CoverCell, x: float, y: float, wide: float) -> str:
    colour = COLOURS[cell.light]
    box = svg.el(
        "rect", x=x + 1, y=y, width=wide - 2, height=_TILE, rx=6, fill=_FILLS[cell.light], stroke=colour
    )
    name = svg.label(
        f"{GLYPHS[cell.light]} {cell.name}", x + 10, y + 24, wide - 20, fill=colour, font_weight=600
    )
    return _linked(cell, box, name, svg.label(cell.note, x + 10, y + 44, wide - 20, size=11))


def _linked(cell: CoverCell, *body: str) -> str:
    said = svg.el("title", svg.words(f"{cell.name}：{cell.note}"))
    return svg.el("a", said, *body, href=cell.href) if cell.href else svg.el("g", said, *body)
