"""The orders no grid was found for: the map's number and its list are the same orders, for whoever looks."""

import re
from datetime import timedelta

import pytest
from tests.kernel import factories as make
from tests.lines.hotline.district import MONDAY, district
from tests.lines.hotline.test_coverage import MAP, drawn, second, square

from bihuan.kernel.flow import selectors as matters
from bihuan.kernel.identity.selectors import scope_of
from bihuan.lines.hotline.callers.selectors import opens
from bihuan.lines.hotline.grids import coverage, selectors

assert district
LIST = f"{MAP}orders/"


@pytest.fixture
def mixed(district, travel):
    """Orders in a grid, in none, closed, too old, without an address, of wrongdoing, of another district."""
    drawn(district, district.grid, square())
    with travel(MONDAY - timedelta(days=91)):
        district.call(title="太久以前", address="没有的路9号")
    district.call(title="在格内")
    district.call(title="点在格内", address="路口 WGS-84 28.205000,112.905000")
    district.call(title="未入格", address="没有的路1号", phone="13900000001")
    district.call(title="没说地点", address="", phone="13900000002")
    district.call(title="举报某所", address="没有的路2号", type="report")
    district.call(title="举报本所", address="没有的路3号", type="report", against=district.centre)
    district.call(title="楼未入格", address="白沙花园5栋")
    return district


def listed(actor, limit=2):
    """Return what the list shows, page by page."""
    found, before = [], 0
    while True:
        rows, before = coverage.bare(actor, before=before, limit=limit)
        found += rows
        if not before:
            return found


def test_the_number_and_the_list_are_the_same_orders(mixed):
    for actor in (mixed.operator, mixed.coordinator, mixed.leader, mixed.stranger, mixed.head):
        rows = listed(actor)
        assert len(rows) == coverage.orders(actor).bare
        assert all(opens(actor, row) for row in rows)
        assert [row.id for row in rows] == sorted({row.id for row in rows}, reverse=True)
    titles = {row.title for row in listed(mixed.coordinator)}
    assert titles == {"未入格", "没说地点", "举报某所", "举报本所", "楼未入格"}
    assert {row.title for row in listed(mixed.leader)} == {"未入格", "没说地点", "楼未入格"}, (
        "reports are read by few"
    )
    assert "举报本所" not in {row.title for row in listed(mixed.operator)}, "never by the unit complained of"
    assert listed(mixed.head) == listed(mixed.stranger) == []


def test_the_number_is_what_a_slow_count_finds(mixed):
    by_place = coverage.orders(mixed.coordinator).by_place
    place = scope_of(mixed.grid_place)
    assert by_place == {mixed.grid_place: 2}
    whole, _more = matters.listed(mixed.coordinator, matters.Filter(kind="hotline.order"), limit=99)
    recent = [row for row in whole if row.created >= MONDAY - timedelta(days=90)]
    assert len(recent) == 2 + len(listed(mixed.coordinator))
    assert all(row.community in {0, place.community} for row in recent)


def test_only_the_newest_are_looked_at_by_both(mixed, monkeypatch):
    monkeypatch.setattr(coverage, "NEWEST", 3)
    told = coverage.orders(mixed.coordinator)
    assert (told.cut, told.bare) == (True, len(listed(mixed.coordinator))) == (True, 3)


def test_the_map_opens_the_list_and_the_list_the_next_step(mixed):
    desk = mixed.client(mixed.coordinator)
    shown = desk.get(MAP).text
    assert shown.count(f'href="{LIST}"') >= 2, "the figure and the row"
    text = desk.get(LIST).text
    for said in ("5 orders of the last 90 days", "没有的路1号", "was not said", "Ask the caller where it is"):
        assert said in text
    assert "在格内" not in text
    assert text.count("Put its building into a grid") == 4
    code = matters.by_ids([one.id for one in listed(mixed.coordinator) if one.title == "未入格"])
    assert f"/matters/{next(iter(code.values())).code}/" in text
    assert mixed.client(mixed.fixer).get(LIST).status_code == 403
    leader = mixed.client(mixed.leader).get(LIST).text
    assert "Put its building" not in leader
    assert "举报" not in leader
    empty = mixed.client(mixed.stranger).get(LIST).text
    assert "enter new buildings in a roll" in empty
    assert '/hotline/grids/rolls/"' in empty


def test_a_building_is_entered_from_its_order(mixed):
    desk, other = mixed.client(mixed.coordinator), second(mixed)
    order = next(one for one in listed(mixed.coordinator) if one.title == "未入格")
    here = f"{LIST}{order.code}/"
    page = desk.get(here).text
    assert 'value="没有的路1号"' in page
    assert "湘江路网格" in page
    known = desk.post(here, {"name": "白沙花园3栋", "cell": other})
    assert known.status_code == 409
    assert "lies in one grid only" in known.text
    assert desk.post(here, {"name": "没有的路1号", "cell": "999999"}).status_code == 422
    assert desk.post(here, {"name": "没有的路1号", "cell": other, "households": "8"}).status_code == 303
    assert selectors.locate("没有的路1号2单元", scope_of(mixed.place)).grid == "湘江路网格"
    again = mixed.row(mixed.call(address="没有的路1号", phone="13900000009"))
    assert again.grid, "the next call from there lies in its grid"
    assert "lies in 湘江路网格" in desk.get(here).text, "nothing is left to do"
    bare = next(one for one in listed(mixed.coordinator) if one.title == "楼未入格")
    (building,) = selectors.uncovered(mixed.coordinator)[0]
    assert desk.get(f"{LIST}{bare.code}/").headers["Location"] == f"/hotline/grids/uncovered/{building.id}/"
    assert re.search(r"In a grid|no grid", desk.get(MAP).text)
    assert mixed.client(mixed.leader).get(here).status_code == 403
    assert mixed.client(mixed.stranger).get(here).status_code == 404


def test_a_building_is_put_into_a_grid_with_two_taps(district):
    desk, list_of = district.client(district.coordinator), "/hotline/grids/uncovered/"
    shown = desk.get(list_of).text
    assert "白沙花园5栋" in shown
    (here,) = set(re.findall(rf'href="({list_of}\d+/)"', shown))
    page = desk.get(here).text
    ((value, name),) = re.findall(r'name="cell"\s+value="(\d+)">([^<]+)<', page)
    assert name.startswith("白沙花园网格")
    assert "A grid elsewhere" not in page
    assert desk.post(here, {"cell": "999999"}).status_code == 422, "only grids one sees"
    assert desk.post(here, {"cell": value}).status_code == 303
    assert "白沙花园5栋" not in desk.get(list_of).text
    assert selectors.counts(district.coordinator) == (2, 0)
    assert desk.get(here).text.count("btn tap btn-primary") == 1, "the grid it is in"


def test_grids_elsewhere_are_picked_from_a_list(district):
    street = make.make_division("远街", "street", district.place)
    far = second(district, above=make.make_division("远社区", "community", street))
    desk, here = district.client(district.coordinator), "/hotline/grids/uncovered/"
    (building,) = selectors.uncovered(district.coordinator)[0]
    page = desk.get(f"{here}{building.id}/").text
    assert "A grid elsewhere" in page
    assert len(re.findall(r'class="btn tap', page)) == 1, "its own community's alone is a button"
    assert desk.post(f"{here}{building.id}/", {"cell": far}).status_code == 303
    assert selectors.building(district.coordinator, building.id)[2] == far
    assert "Put it into a grid" not in district.client(district.leader).get(here).text
