"""A point picks its grid where no roll names one: by boundary, the deepest first; a bad one loses nothing."""

import json
from xml.etree import ElementTree

import pytest
from django.test import Client
from tests.kernel import factories as make
from tests.lines.hotline.district import CALL, district
from tests.lines.hotline.test_coverage import drawn, second, square

from bihuan.kernel.content.selectors import open_values
from bihuan.kernel.identity import actions as identity
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline import actions
from bihuan.lines.hotline.abroad.reading import read as asked_abroad
from bihuan.lines.hotline.grids import points, selectors
from bihuan.lines.hotline.patrols import actions as patrols
from bihuan.lines.hotline.whistling import actions as whistling

assert district
INSIDE, OUTSIDE = "WGS-84 28.205000,112.905000", "WGS-84 27.000000,112.000000"


@pytest.fixture
def garden(district):
    """The grid of the district with a boundary around ``INSIDE``."""
    drawn(district, district.grid, square())
    return district


def lies(house, matter):
    row = house.row(matter)
    return row.micro or row.grid


def said(matter, field="address"):
    return [value.text for ref, value in sorted(open_values(matter, [field]).items()) if ref.field == field][
        -1
    ]


def test_a_point_is_read_and_written_in_one_way():
    for text in ("28.205,112.905", " wgs84 28.205 ，112.905", "WGS-84 28.205 112.905", INSIDE):
        assert points.typed(text) == INSIDE
    for text in (
        "",
        "白沙路",
        "112.905,28.205",
        "28.205",
        "28.205,112.905,3",
        "<script>",
        "1e1,2",
        "WGS-84 1," + " " * 9999,
    ):
        assert points.typed(text) == "", text
    assert points.part(f"白沙路口 {INSIDE} 路东") == ("白沙路口 路东", (112.905, 28.205))
    for text in ("白沙路28,112号", "WGS-84 112.905,28.205", "GCJ-02 28.205,112.905", "WGS-84 28.205"):
        assert points.part(text) == (text, None)
    assert points.beside("长" * 200, INSIDE).endswith(f" {INSIDE}")
    assert len(points.beside("长" * 200, INSIDE)) == 200
    assert (points.of("", None), points.of(True, "1"), points.of("abc", 1)) == ("", "", "")
    for pair in ((91, 0), ("0", "181"), ("nan", 1), ("inf", 1)):
        with pytest.raises(ValueError, match="earth"):
            points.of(*pair)


def test_a_point_picks_the_grid_whose_boundary_covers_it(garden):
    assert lies(garden, garden.call(address=f"老榕树下 {INSIDE}")) == garden.grid_place
    for where in (OUTSIDE, "WGS-84 112.905000,28.205000", "WGS-84 0,0", "28.205,112.905", "WGS-84 999,1"):
        matter = garden.call(address=f"老榕树下 {where}")
        assert lies(garden, matter) == 0, where
        assert said(matter) == f"老榕树下 {where}", "nothing is lost"


def test_the_deepest_grid_is_taken(garden):
    inner = make.make_division("三栋微网格", "micro", garden.grid_place)
    second(garden, "micro", garden.grid_place)
    small = next(
        row for row in selectors.grids(garden.operator) if row.place not in {garden.grid_place, inner}
    )
    drawn(garden, small.id, square(112.904, 28.204, 0.002))
    assert lies(garden, garden.call(address=INSIDE)) == small.place
    assert lies(garden, garden.call(address="WGS-84 28.208000,112.905000")) == garden.grid_place


def test_rolls_govern_over_boundaries(garden):
    other = second(garden)
    drawn(garden, other, square(112.95))
    far = "WGS-84 28.205000,112.955000"
    found = selectors.locate(f"白沙花园3栋 {far}", scope_of(garden.place))
    assert (found.building, found.place, found.by_boundary) == ("白沙花园3栋", garden.grid_place, False)
    # A building the roll puts into no grid: the roll says nothing, so the ground does.
    bare = selectors.locate(f"白沙花园5栋 {far}", scope_of(garden.place))
    assert (bare.building, bare.grid, bare.by_boundary) == ("白沙花园5栋", "湘江路网格", True)
    lost = selectors.locate(f"白沙花园5栋 {OUTSIDE}", scope_of(garden.place))
    assert (lost.building, lost.place) == ("白沙花园5栋", 0)


def test_a_foreign_place_has_no_say(garden):
    elsewhere = actions.take(garden.stranger, {**CALL, "address": INSIDE}).matter
    assert garden.row(elsewhere).division == garden.stranger.division
    assert selectors.locate(INSIDE, scope_of(garden.stranger.division)) is None
    drawn(garden, garden.grid, "")
    assert selectors.locate(INSIDE, scope_of(garden.place)) is None, "a boundary taken back covers nothing"


def test_no_shape_is_read_without_a_point(garden, monkeypatch):
    asked, place = [], scope_of(garden.place)
    monkeypatch.setattr(
        selectors, "run", lambda sql, params: asked.append("shape" in sql) or run(sql, params)
    )
    assert selectors.locate("老榕树下", place) is None
    assert selectors.locate(f"白沙花园3栋 {INSIDE}", place).place == garden.grid_place
    assert asked == [False, False], "none is read where the roll names a grid, either"
    assert selectors.locate(INSIDE, place).by_boundary
    assert asked == [False, False, True], "a point alone asks no roll"


def test_patrols_and_whistles_bring_their_place(garden):
    small = second(garden, "micro", garden.grid_place)
    drawn(garden, small, square(112.904, 28.204, 0.002))
    micro = garden.row(garden.call(address=INSIDE)).micro
    found = {"title": "井盖松动", "settled": "yes", "done": "已压实", "point": "28.205,112.905"}
    assert lies(garden, patrols.record(garden.head, found, key="a").matter) == micro
    assert lies(garden, patrols.record(garden.head, {**found, "settled": "no"}, key="b").matter) == micro
    odd = patrols.record(garden.head, {**found, "point": "树下"}, key="c").matter
    assert (lies(garden, odd), said(odd, "point")) == (garden.grid_place, "树下"), "the officer's own grid"
    blown = {
        "title": "围挡倒塌",
        "address": f"路口 {INSIDE}",
        "detail": "需现场处置",
        "pace": "general",
        "units": [garden.water],
    }
    assert lies(garden, whistling.blow(garden.coordinator, blown).matter) == micro


def test_the_public_form_and_open311_bring_theirs(garden):
    anybody = Client(headers={"accept-language": "en"})
    form = {"title": "路灯不亮", "type": "help", "secrecy": "open", "address": "老榕树下", "point": INSIDE}
    assert anybody.post(f"/hotline/public/{garden.place}/", form).status_code == 200
    key = identity.issue_token(SYSTEM, garden.operator.post, "城市网站", ("hotline",))[1]
    url = f"/hotline/open311/{garden.place}/v2/requests"
    sent = {
        "service_code": str(garden.leaks), "address_string": "老榕树下", "lat": "28.205", "long": "112.905",
        "description": "路灯", "api_key": key,
    }  # fmt: skip
    (made,) = anybody.post(f"{url}.json", sent).json()
    assert made["service_notice"] == "It lies in 白沙花园网格."
    (shown,) = anybody.get(f"{url}/{made['service_request_id']}.json?api_key={key}").json()
    assert (shown["lat"], shown["long"], shown["service_notice"]) == (28.205, 112.905, made["service_notice"])
    assert shown["address"] == f"老榕树下 {INSIDE}"
    # A point that is none spoils no address; alone it is told.
    (odd,) = anybody.post(f"{url}.json", {**sent, "lat": "912"}).json()
    assert odd["service_notice"] == ""
    answer = ElementTree.fromstring(
        anybody.get(f"{url}/{odd['service_request_id']}.xml?api_key={key}").content
    )
    assert (answer.findtext("request/address"), answer.findtext("request/lat")) == ("老榕树下", "")
    assert json.dumps(shown)


def test_the_desk_sees_which_grid_was_found(garden):
    desk = garden.client(garden.operator)
    hint = desk.post("/hotline/console/hints/", {"address": INSIDE}).text
    assert "白沙花园网格" in hint
    assert "by its boundary" in hint
    page = desk.get(f"/matters/{garden.row(garden.call(address=INSIDE)).code}/").text
    assert "白沙花园网格" in page
    bare = desk.get(f"/matters/{garden.row(garden.call(address=OUTSIDE, phone='13900000001')).code}/").text
    assert "in no grid yet" in bare
    assert "its boundary does" in desk.get("/hotline/grids/", {"q": INSIDE}).text
    taken = desk.post("/hotline/console/", {**CALL, "address": INSIDE, "key": "t"}).text
    assert "白沙花园网格" in taken


def test_what_another_system_asks_brings_its_point_too():
    entry = {"service_request_id": "F1", "address": "老榕树下", "lat": 28.205, "long": 112.905}
    rows, _faulty = asked_abroad(json.dumps([entry, {**entry, "lat": "x"}, {**entry, "long": 999}]).encode())
    assert [one.address for one in rows] == [f"老榕树下 {INSIDE}", "老榕树下", "老榕树下"]
