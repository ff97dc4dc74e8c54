"""Put shapes of the ground on paper: to scale, north up, each corner where it lies."""

import math
from collections.abc import Callable, Sequence

from bihuan.logic import shapes
from bihuan.logic.shapes import Point, Shape

#: How high a map is at most, in pixels.
HIGH = 420.0
At = Callable[[Point], tuple[float, float]]


def fitted(drawn: Sequence[Shape], top: float, width: float) -> tuple[At, float]:
    """Return where a corner (longitude, latitude) comes to lie, and the lower edge of the map, both in pixels."""
    west, south, east, north = shapes.frame(drawn)
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = min((width - 8) / ((east - west) * squeeze), HIGH / (north - south))
    left = (width - (east - west) * squeeze * scale) / 2

    def at(point: Point) -> tuple[float, float]:
        return left + (point[0] - west) * squeeze * scale, top + 4 + (north - point[1]) * scale

    return at, top + 4 + (north - south) * scale


def path(shape: Shape, at: At) -> str:
    """Return a shape with its holes as the data of an SVG path."""
    return " ".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in map(at, ring)) + "Z" for ring in shape)
