"""Bars beside names: a ranking in which small samples are grey and have no place."""

from collections.abc import Sequence
from dataclasses import dataclass

from bihuan.logic.pictures import svg
from bihuan.logic.pictures.trend import FILL, STROKE

_ROW, _TOP = 26.0, 6.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One line: its place in words ("" for none), its name, its value of ``most``, and the words at its end."""

    place: str
    name: str
    value: float | None
    words: str


def ranking_svg(
    title: str, bars: Sequence[Bar], *, most: float = 100, width: float = 720, room: float = 190
) -> str:
    """Return the picture; a bar without a place is grey, one without a value is words alone."""
    body = []
    left, right = room + 34, 96.0
    for number, bar in enumerate(bars):
        y = _TOP + number * _ROW
        ranked = bool(bar.place)
        ink = svg.INK if ranked else svg.SOFT
        body.append(svg.text(bar.place, 26, y + 17, size=12, fill=ink, text_anchor="end", font_weight=700))
        body.append(svg.label(bar.name, 34, y + 17, room - 8, size=13, fill=ink))
        if bar.value is not None:
            share = min(max(bar.value / most, 0), 1)
            body.append(svg.el("rect", x=left, y=y + 5, width=width - left - right, height=14, fill=svg.BAND))
            body.append(
                svg.el(
                    "rect", x=left, y=y + 5, width=max(1, (width - left - right) * share), height=14,
                    fill=FILL if ranked else svg.LINE, stroke=STROKE if ranked else svg.SOFT, stroke_width=1,
                    stroke_dasharray=None if ranked else "3 2",
                )
            )  # fmt: skip
        body.append(svg.text(bar.words, width - right + 6, y + 17, size=12, fill=ink))
    desc = "; ".join(f"{bar.place or '–'} {bar.name} {bar.words}" for bar in bars)
    return svg.picture(width, _TOP * 2 + _ROW * len(bars), title, desc, *body, kind="ranking")
