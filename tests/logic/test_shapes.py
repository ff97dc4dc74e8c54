"""Shapes of places: what is read, what is refused, which point lies in one, how far two overlap."""

import json
import random

import pytest

from bihuan.logic import shapes

SQUARE = ((112.0, 28.0), (112.2, 28.0), (112.2, 28.2), (112.0, 28.2), (112.0, 28.0))
HOLE = ((112.05, 28.05), (112.15, 28.05), (112.15, 28.15), (112.05, 28.15), (112.05, 28.05))


def geojson(*rings, kind="Polygon"):
    return json.dumps({"type": kind, "coordinates": rings})


def test_a_polygon_is_read_alone_or_in_a_feature():
    told = json.loads(geojson(SQUARE))
    feature = {"type": "Feature", "properties": {}, "geometry": told}
    for data in (told, feature, {"type": "FeatureCollection", "features": [feature]}):
        assert shapes.read(json.dumps(data)) == (SQUARE,)
    assert shapes.read(shapes.write((SQUARE, HOLE))) == (SQUARE, HOLE)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{", "json"),
        ("[]", "polygon"),
        ("null", "polygon"),
        (geojson(), "polygon"),
        (geojson(SQUARE, kind="Point"), "polygon"),
        ('{"type":"Polygon","coordinates":[[["x","y"]]]}', "json"),
        ('{"type":"Polygon","coordinates":[[1,2]]}', "polygon"),
        ('{"type":"Polygon","coordinates":7}', "polygon"),
        ('{"type":"Feature"}', "polygon"),
        ('{"type":"FeatureCollection","features":[]}', "polygon"),
        (geojson(SQUARE[:4]), "open"),
        (geojson(SQUARE[:2]), "open"),
        (geojson([(y, x) for x, y in SQUARE]), "bounds"),
        (geojson([SQUARE[0]] * 501), "many"),
        (geojson([SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0]]), "crossing"),
        (geojson([SQUARE[0], SQUARE[1], SQUARE[1], SQUARE[0]]), "crossing"),
        ('{"type":"Polygon","coordinates":[[[NaN,28],[112,28],[112,29],[NaN,28]]]}', "bounds"),
        ("[" * 100_000, "json"),
    ],
)
def test_what_is_no_boundary_is_refused(text, fault):
    with pytest.raises(ValueError, match=f"^{fault}$"):
        shapes.read(text)


def test_points_and_holes():
    ring = (SQUARE, HOLE)
    assert shapes.covers(ring, (112.01, 28.1))
    assert not shapes.covers(ring, (112.1, 28.1)), "in the hole"
    assert not shapes.covers(ring, (112.3, 28.1))
    assert shapes.area(ring) == pytest.approx(0.03)
    assert shapes.covers(ring, shapes.inside(ring)), "its name stands inside"


def test_overlap_is_a_share_of_the_smaller():
    def square(x, y, side):
        return (((x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)),)

    whole = square(112.0, 28.0, 0.2)
    assert shapes.overlap(whole, whole) == pytest.approx(1)
    assert shapes.overlap(whole, square(112.1, 28.0, 0.2)) == pytest.approx(0.5)
    assert shapes.overlap(whole, square(112.05, 28.05, 0.01)) == pytest.approx(1), "one inside the other"
    assert shapes.overlap(whole, square(112.2, 28.0, 0.2)) == 0, "neighbours that share an edge"
    assert shapes.overlap(whole, square(112.0, 28.3, 0.2)) == 0
    dice = random.Random(7)
    for _ in range(50):
        x, y = dice.uniform(111.8, 112.2), dice.uniform(27.8, 28.2)
        shared = max(0, min(112.2, x + 0.2) - max(112, x)) * max(0, min(28.2, y + 0.2) - max(28, y))
        assert shapes.overlap(whole, square(x, y, 0.2)) == pytest.approx(shared / 0.04, abs=0.01)
