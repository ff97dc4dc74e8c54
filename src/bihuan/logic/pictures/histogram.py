"""A distribution as bars: how many took how long, with marked lines for what is allowed and what is usual."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bihuan.logic.pictures import svg
from bihuan.logic.pictures.trend import FILL, STROKE


@dataclass(frozen=True, slots=True)
class Mark:
    """A line across the bars, such as the mean; ``strong`` is drawn solid."""

    label: str
    value: float
    strong: bool = False


def bins(values: Sequence[int], most: int = 24) -> tuple[int, list[tuple[int, int]]]:
    """Return (width of a bin, its first value and count for each bin from 0 to the largest value)."""
    top = max(values, default=0)
    width = max(1, -(-(top + 1) // most))
    counts = Counter(value // width for value in values)
    return width, [(number * width, counts.get(number, 0)) for number in range(top // width + 1)]


def histogram_svg(
    title: str, values: Sequence[int], marks: Sequence[Mark] = (), *, width: float = 720, height: float = 220
) -> str:
    """Return the distribution; an empty one is an empty picture."""
    if not values:
        return svg.picture(width, height, title, "", kind="trend")
    size, found = bins(values)
    reach = max([found[-1][0] + size, *(mark.value + 1 for mark in marks)])
    top, bottom, left, right = 34.0, height - 24.0, 8.0, width - 8.0
    scale, high = (right - left) / reach, max(count for _first, count in found)

    def x(value: float) -> float:
        return left + value * scale

    body = [svg.el("line", x1=left, x2=right, y1=bottom, y2=bottom, stroke=svg.LINE)]
    for first, count in found:
        if count:
            tall = (bottom - top) * count / high
            wide = max(1.0, size * scale - 2)
            body.append(svg.el("rect", x=x(first) + 1, y=bottom - tall, width=wide, height=tall, fill=FILL))
            body.append(
                svg.text(
                    str(count), x(first) + 1 + wide / 2, bottom - tall - 3, size=10.5, text_anchor="middle"
                )
            )
    step = max(size, -(-int(reach) // 12))
    body += [
        svg.text(str(value), x(value), height - 8, size=10.5, fill=svg.SOFT, text_anchor="middle")
        for value in range(0, int(reach) + 1, step)
    ]
    body += _marks(marks, x, top, bottom, width)
    desc = "; ".join(f"{first}–{first + size - 1}: {count}" for first, count in found if count)
    return svg.picture(width, height, title, desc, *body, kind="trend")


def _marks(
    marks: Sequence[Mark], x: Callable[[float], float], top: float, bottom: float, width: float
) -> list[str]:
    parts = []
    for number, mark in enumerate(sorted(marks, key=lambda one: one.value)):
        at = x(mark.value)
        dashes = None if mark.strong else "4 3"
        parts.append(
            svg.el(
                "line",
                x1=at,
                x2=at,
                y1=top - 8,
                y2=bottom,
                stroke=STROKE,
                stroke_width=2,
                stroke_dasharray=dashes,
            )
        )
        wide = svg.measure(mark.label, 11)
        start = min(max(at - wide / 2, 0), width - wide)
        parts.append(svg.text(mark.label, start, 11.0 + 12 * (number % 2), size=11, font_weight=700))
    return parts
