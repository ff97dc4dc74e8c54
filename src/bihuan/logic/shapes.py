"""Plane shapes of places: a GeoJSON polygon read and checked, whether a point lies in it, how far two overlap.

A shape is its rings (outer first, then holes), each closed, in degrees (longitude, latitude). Pure Python: a
grid has some dozens of corners, and whoever draws one waits for one answer.
"""

import json
from collections.abc import Iterator, Sequence
from itertools import pairwise

Point = tuple[float, float]
Ring = tuple[Point, ...]
Shape = tuple[Ring, ...]

#: West, south, east, north of what may be drawn: China, so that swapped coordinates show.
BOUNDS = (73.0, 3.0, 136.0, 54.0)
MOST_CORNERS = 500
#: Lines across the common stretch of two shapes by which their overlap is measured.
_LINES = 200


def read(text: str) -> Shape:
    """Return the polygon of a GeoJSON text; ValueError names the fault: json, polygon, open, bounds, many, crossing."""
    try:
        found = _polygon(json.loads(text))
        rings = tuple(tuple((float(point[0]), float(point[1])) for point in ring) for ring in found)
    except (ValueError, RecursionError) as error:
        raise ValueError("polygon" if str(error) == "polygon" else "json") from error
    except (TypeError, KeyError, IndexError, AttributeError) as error:
        raise ValueError("polygon") from error
    _check(rings)
    return rings


def _polygon(data: object) -> list[list[list[float]]]:
    if isinstance(data, dict) and data.get("type") == "FeatureCollection" and len(data["features"]) == 1:
        data = data["features"][0]
    if isinstance(data, dict) and data.get("type") == "Feature":
        data = data["geometry"]
    if not isinstance(data, dict) or data.get("type") != "Polygon" or not data["coordinates"]:
        raise ValueError("polygon")
    return list(data["coordinates"])


def _check(rings: Shape) -> None:
    west, south, east, north = BOUNDS
    if sum(len(ring) for ring in rings) > MOST_CORNERS:
        raise ValueError("many")
    for ring in rings:
        if len(ring) < 4 or ring[0] != ring[-1]:
            raise ValueError("open")
        if not all(west <= x <= east and south <= y <= north for x, y in ring):
            raise ValueError("bounds")
        if _crosses(ring):
            raise ValueError("crossing")
    if area(rings) <= 0:
        raise ValueError("crossing")


def _crosses(ring: Ring) -> bool:
    edges = list(pairwise(ring))
    for n, (a, b) in enumerate(edges):
        for m in range(n + 2, len(edges)):
            if (n, m) != (0, len(edges) - 1) and _meet(a, b, *edges[m]):
                return True
    return False


def _meet(a: Point, b: Point, c: Point, d: Point) -> bool:
    return _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0


def _side(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def write(shape: Shape) -> str:
    """Return a shape as GeoJSON, with seven decimals: a centimetre."""
    rings = [[[round(x, 7), round(y, 7)] for x, y in ring] for ring in shape]
    return json.dumps({"type": "Polygon", "coordinates": rings}, separators=(",", ":"))


def load(text: str) -> Shape:
    """Return a shape from what :func:`write` wrote: it was checked when it was drawn."""
    return tuple(tuple((x, y) for x, y in ring) for ring in json.loads(text)["coordinates"])


def covers(shape: Shape, point: Point) -> bool:
    """Return whether a point lies in a shape."""
    return any(left <= point[0] < right for left, right in _stretches(shape, point[1]))


def area(shape: Shape) -> float:
    """Return the area of a shape in square degrees, holes left out."""
    return abs(_area(shape[0])) - sum(abs(_area(ring)) for ring in shape[1:])


def _area(ring: Ring) -> float:
    x, y = ring[0]
    return sum((a[0] - x) * (b[1] - y) - (b[0] - x) * (a[1] - y) for a, b in pairwise(ring)) / 2


def overlap(one: Shape, other: Shape) -> float:
    """Return which share of the smaller of two shapes lies in the other, 0 to 1, measured along two hundred lines."""
    low, high = max(_lowest(one), _lowest(other)), min(_highest(one), _highest(other))
    if low >= high:
        return 0.0
    step = (high - low) / _LINES
    shared = sum(_common(one, other, low + (n + 0.5) * step) for n in range(_LINES)) * step
    return min(1.0, shared / min(area(one), area(other)))


def _common(one: Shape, other: Shape, y: float) -> float:
    theirs = list(_stretches(other, y))
    return sum(
        max(0.0, min(right, end) - max(left, start)) for left, right in _stretches(one, y) for start, end in theirs
    )  # fmt: skip


def _lowest(shape: Shape) -> float:
    return min(y for _x, y in shape[0])


def _highest(shape: Shape) -> float:
    return max(y for _x, y in shape[0])


def _stretches(shape: Shape, y: float) -> Iterator[Point]:
    """Yield the stretches of a line of latitude inside a shape."""
    found = sorted(
        ax + (y - ay) * (bx - ax) / (by - ay)
        for ring in shape
        for (ax, ay), (bx, by) in pairwise(ring)
        if (ay <= y) != (by <= y)
    )
    yield from zip(found[::2], found[1::2], strict=False)


def frame(shapes: Sequence[Shape]) -> tuple[float, float, float, float]:
    """Return west, south, east, north of all shapes together."""
    points = [point for shape in shapes for point in shape[0]]
    xs, ys = [x for x, _y in points], [y for _x, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def inside(shape: Shape) -> Point:
    """Return a point in a shape where a name fits best: the middle of its widest stretch at half height or near it."""
    low, high = _lowest(shape), _highest(shape)
    best = max(
        ((right - left) * (1 - abs(n - 5) / 10), (left + right) / 2, y)
        for n in range(1, 10)
        for y in [low + (high - low) * n / 10]
        for left, right in _stretches(shape, y)
    )
    return best[1], best[2]
