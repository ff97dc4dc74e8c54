"""The coverage map: boundaries that don't overlap, what the rolls cover, what no grid covers and what to do next."""

import json
import re
from io import BytesIO

import pytest
from tests.kernel import factories as make
from tests.lines.hotline.district import district

from bihuan.kernel.errors import BadInput, Conflict, Refused
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.lines.hotline.grids import actions, coverage, selectors
from bihuan.logic.pictures.coverage import CoverCell, coverage_svg
from bihuan.logic.pictures.light import Light

assert district
MAP = "/hotline/grids/map/"


def square(x=112.9, y=28.2, side=0.01):
    ring = [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


def second(house, level="grid", above=None):
    place = make.make_division("湘江路网格", level, above or house.path["community"])
    head = house.person("grid_head", make.make_org("湘江路站", division=house.path["community"]), place)
    return actions.set_up(
        SYSTEM,
        place,
        name="湘江路网格",
        party_org="湘江路党支部",
        head_post=head.post,
        phone="+8673155550002",
    )


def drawn(house, grid, text):
    coverage.draw(house.coordinator, selectors.grid(house.coordinator, grid), house.place, text)


def test_every_place_belongs_to_one_grid(district):
    other = second(district)
    drawn(district, district.grid, square())
    with pytest.raises(Conflict, match="白沙花园网格"):
        drawn(district, other, square(112.905))
    with pytest.raises(Conflict):
        drawn(district, other, square(112.904, 28.204, 0.001))
    drawn(district, other, square(112.90995))
    drawn(district, district.grid, square(side=0.0099))
    assert set(coverage.boundaries([district.grid, other])) == {district.grid, other}
    drawn(district, district.grid, "")
    assert set(coverage.boundaries([district.grid, other])) == {other}
    for text in ("{", square(28.2, 112.9)):
        with pytest.raises(BadInput):
            drawn(district, other, text)
    with pytest.raises(Refused):
        coverage.draw(district.fixer, selectors.grid(SYSTEM, other), district.place, square())


def test_a_micro_grid_lies_inside_its_grid(district):
    drawn(district, district.grid, square())
    drawn(district, second(district, "micro", district.grid_place), square(side=0.005))


def test_orders_are_counted_by_grid_and_those_in_none(district):
    flow.move(district.operator, district.call(), "dispatch", {"unit": district.water})
    district.call(address="没有的路1号", phone="13900000001", title="路灯不亮")
    told = coverage.orders(district.operator)
    assert (told.by_place, told.bare, told.cut) == ({district.grid_place: 1}, 1, False)
    assert coverage.orders(district.stranger).bare == 0


def test_the_page_draws_shapes_tiles_and_the_next_step(district):
    other = second(district)
    make.make_division("老街网格", "grid", district.path["community"])
    drawn(district, district.grid, square())
    desk = district.client(district.operator)
    text = desk.get(MAP).text
    svg = text[text.index("<svg", text.index('id="map"')) :]
    assert 'class="picture picture-coverage"' in svg
    assert len(set(re.findall(r'<a href="/hotline/grids/(\d+)/"', svg))) == 2
    assert svg.count("<path d=") >= 2, "wide and narrow"
    assert "老街网格" in svg
    for words in ("白沙花园5栋", "Put it into a grid", "Staff the grid", "nobody staffs it", "not drawn"):
        assert words in text
    assert f"/hotline/grids/{other}/" in text
    assert district.client(district.fixer).get(MAP).status_code == 403
    head = district.client(district.head).get(MAP).text
    assert "白沙花园网格" in head
    assert "湘江路网格" not in head
    assert "No grid is staffed" in district.client(district.stranger).get(MAP).text


def test_a_boundary_comes_by_file_or_text_and_goes_again(district):
    desk, here = district.client(district.operator), f"/hotline/grids/{district.grid}/boundary/"
    file = BytesIO(b"\xef\xbb\xbf" + square().encode())
    file.name = "grid.geojson"
    assert desk.get(here).status_code == 200
    desk.post(here, {"file": file})
    assert district.grid in coverage.boundaries([district.grid])
    desk.post(here, {"drop": "yes"})
    assert not coverage.boundaries([district.grid])
    wrong = desk.post(here, {"shape": square(28.2, 112.9)})
    assert wrong.status_code == 422
    assert "swapped" in wrong.text
    broken = BytesIO(b"\xff\xfe\x00")
    broken.name = "grid.geojson"
    assert desk.post(here, {"file": broken}).status_code == 422
    assert desk.post(here, {}).status_code == 422
    desk.post(here, {"shape": square()})
    assert district.grid in coverage.boundaries([district.grid])
    assert district.client(district.head).get(here).status_code == 403
    assert district.client(district.stranger).get(here).status_code == 404


def test_names_are_written_as_text():
    bad = '<script>"&'
    drawing = coverage_svg(
        "x", "y", [CoverCell(bad, bad, Light.LATE, "/a/?b=1&c=2", bad)], [(Light.LATE, bad)]
    )
    assert "<script" not in drawing
    assert "b=1&amp;c=2" in drawing
