"""Small pictures of a figure over time: a line or bars, the last value written out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from bihuan.logic.pictures import svg

STROKE = "#14507f"
FILL = "#c9d9e8"
Height = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Point:
    """A value at a time already worded; ``None`` is a gap, ``forecast`` is dashed, ``small`` is grey."""

    label: str
    value: float | None
    forecast: bool = False
    small: bool = False


def trend_svg(
    title: str,
    points: Sequence[Point],
    *,
    kind: Literal["line", "bar"] = "line",
    width: float = 240,
    height: float = 64,
    floor: float | None = 0,
) -> str:
    """Return the trend. ``floor`` is the lowest value of the scale; None lets the data say."""
    values = [p.value for p in points if p.value is not None]
    if not values:
        return svg.picture(width, height, title, "", kind="trend")
    low = min(values) if floor is None else min(floor, *values)
    high = max(*values, low + 1e-9)
    top, bottom, step = 14.0, height - 14.0, width / max(1, len(points))

    def y(value: float) -> float:
        return bottom - (bottom - top) * (value - low) / (high - low)

    places = [(step * (i + 0.5), p) for i, p in enumerate(points)]
    body = _bars(places, y, bottom, step) if kind == "bar" else _line(places, y)
    desc = "; ".join(f"{p.label} {_short(p.value)}" for p in points if p.value is not None)
    return svg.picture(width, height, title, desc, *body, *_ends(places, y, width, height), kind="trend")


def _short(value: float) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def _bars(places: Sequence[tuple[float, Point]], y: Height, bottom: float, step: float) -> list[str]:
    parts = []
    for x, point in places:
        if point.value is None:
            continue
        fill = svg.PAPER if point.forecast else svg.LINE if point.small else FILL
        parts.append(
            svg.el(
                "rect", x=x - step * 0.36, y=y(point.value), width=step * 0.72,
                height=max(0.5, bottom - y(point.value)), fill=fill,
                stroke=STROKE if point.forecast else None, stroke_dasharray="3 2" if point.forecast else None,
            )
        )  # fmt: skip
    return parts


def _line(places: Sequence[tuple[float, Point]], y: Height) -> list[str]:
    parts = []
    for known, run in groupby(places, key=lambda place: place[1].value is not None):
        if not known:
            continue
        real = [(x, y(p.value or 0.0), p.forecast) for x, p in run]
        solid = [(x, at) for x, at, forecast in real if not forecast]
        dashed = solid[-1:] + [(x, at) for x, at, forecast in real if forecast]
        parts.append(_path(solid, None))
        if len(dashed) > 1:
            parts.append(_path(dashed, "4 3"))
    for x, point in places:
        if point.small and point.value is not None:
            parts.append(svg.el("circle", cx=x, cy=y(point.value), r=3, fill=svg.PAPER, stroke=svg.SOFT))
    return parts


def _path(spots: Sequence[tuple[float, float]], dashes: str | None) -> str:
    if not spots:
        return ""
    d = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in spots)
    return svg.el("path", d=d, fill="none", stroke=STROKE, stroke_width=2, stroke_dasharray=dashes)


def _ends(places: Sequence[tuple[float, Point]], y: Height, width: float, height: float) -> list[str]:
    """Write the first and last label below and the last known value above its point."""
    first, last = places[0][1].label, places[-1][1].label
    parts = [svg.text(first, 0, height - 1, size=10.5, fill=svg.SOFT)]
    if len(places) > 1:
        parts.append(svg.text(last, width, height - 1, size=10.5, fill=svg.SOFT, text_anchor="end"))
    known = [(x, p) for x, p in places if p.value is not None and not p.forecast]
    if known:
        x, point = known[-1]
        value = point.value or 0.0
        wide = svg.measure(_short(value), 11)
        at = min(max(x, wide / 2), width - wide / 2)
        parts.append(
            svg.text(_short(value), at, y(value) - 4, size=11, font_weight=700, text_anchor="middle")
        )
    return parts
