"""Pages of the hotline: console and hints, queue, tables, grids, limits, rates, and who may open them."""

import pytest
from tests.lines.hotline.district import CALL, district

from bihuan.kernel.flow import actions as flow
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.callers import selectors as callers

assert district


def test_a_call_is_taken_and_dispatched_with_two_forms(district):
    desk = district.client(district.operator)
    assert desk.get("/hotline/console/").status_code == 200
    hints = desk.post(
        "/hotline/console/hints/", {"phone": "13812345678", "title": "水管渗水", "address": CALL["address"]}
    )
    body = hints.content.decode()
    assert "白沙花园网格" in body
    assert "房屋渗漏" in body
    assert run("SELECT count(*) FROM flow_matter") == [(0,)], "hints write nothing"
    taken = desk.post("/hotline/console/", {**CALL, "key": "k"}).content.decode()
    assert "Look-up code" in taken
    ((code, ver),) = run("SELECT code, ver FROM flow_matter WHERE kind = 'hotline.order'")
    sent = {"unit": district.water, "about": district.leaks, "ver": ver, "key": "d"}
    assert desk.post(f"/matters/{code}/moves/dispatch/", sent).status_code == 303
    assert "待" not in desk.get("/hotline/").content.decode(), "in English"
    assert code in desk.get("/hotline/?stage=dispatched").content.decode()
    assert code not in desk.get("/hotline/?stage=registered").content.decode()
    again = desk.post("/hotline/console/hints/", {"phone": "13812345678", "title": "白沙花园3栋水管渗水"})
    assert again.content.decode().count(code) >= 2, "the caller's history and the twin"
    assert desk.post("/hotline/console/", {"title": ""}).status_code == 422
    page = desk.get(f"/matters/{code}/").content.decode()
    assert "138****5678" in page
    assert "13812345678" not in page


def test_the_caller_is_shown_in_clear_for_a_reason(district):
    matter = district.call()
    code = district.row(matter).code
    desk, leader = district.client(district.operator), district.client(district.leader)
    assert desk.post(f"/hotline/orders/{code}/caller/", {}).status_code == 422
    shown = desk.post(f"/hotline/orders/{code}/caller/", {"why": "回电核实地址"}).content.decode()
    assert "王小平" in shown
    assert leader.post(f"/hotline/orders/{code}/caller/", {"why": "想看看"}).status_code == 404
    assert callers.known(district.leader, district.row(matter)).hidden


def test_tables_are_kept_by_the_desk(district):
    desk = district.client(district.operator)
    for name in ("duties", "answers", "refusals"):
        assert desk.get(f"/hotline/tables/{name}/").status_code == 200
    assert desk.get("/hotline/tables/nothing/").status_code == 404
    said = {"name": "路灯", "unit": district.water, "words": "路灯  不亮"}
    assert desk.post("/hotline/tables/duties/", said).status_code == 303
    assert desk.post("/hotline/tables/duties/", said).status_code == 409
    (key,) = run("SELECT id FROM hotline_duty WHERE name = '路灯'")[0]
    assert desk.post(f"/hotline/tables/duties/{key}/", {**said, "words": "路灯"}).status_code == 303
    assert desk.post(f"/hotline/tables/duties/{key}/", {"drop": "yes"}).status_code == 303
    assert run("SELECT words FROM hotline_duty WHERE id = %s AND withdrawn_at IS NOT NULL", (key,)) == [
        ("路灯",)
    ]
    assert district.client(district.fixer).get("/hotline/tables/duties/").status_code == 403
    assert desk.get("/hotline/limits/").status_code == 200
    assert desk.post("/hotline/limits/", {"name": "kinds", "source": "区热线办法"}).status_code == 303


@pytest.mark.parametrize("who", ["operator", "head", "coordinator"])
def test_grids_are_shown(district, who):
    browser = district.client(getattr(district, who))
    assert "白沙花园网格" in browser.get("/hotline/grids/?q=白沙花园3栋").content.decode()
    assert browser.get(f"/hotline/grids/{district.grid}/").status_code == 200
    assert browser.get("/hotline/grids/uncovered/").status_code == 200
    assert browser.get("/hotline/parts/").status_code == 200
    assert browser.get("/hotline/rates/?by=grid&period=all").status_code == 200


def test_a_building_is_put_into_a_grid(district):
    desk = district.client(district.coordinator)
    (key,) = run("SELECT id FROM hotline_building WHERE cell_id IS NULL")[0]
    assert desk.get(f"/hotline/grids/uncovered/{key}/").status_code == 200
    assert desk.post(f"/hotline/grids/uncovered/{key}/", {"cell": district.grid}).status_code == 303
    helper = {"name": "夕阳红志愿队", "force": "volunteer"}
    assert desk.post(f"/hotline/grids/{district.grid}/", helper).status_code == 303
    assert (
        desk.post(f"/hotline/grids/{district.grid}/", {"name": "白沙花园7栋", "households": "30"}).status_code
        == 303
    )
    assert desk.post(f"/hotline/grids/{district.grid}/", {"name": "白沙花园7栋"}).status_code == 409
    assert desk.get("/hotline/grids/new/").status_code == 200
    assert desk.post("/hotline/grids/new/", {}).status_code == 422


def test_a_stranger_sees_nothing(district):
    matter = district.call()
    flow.move(district.operator, matter, "dispatch", {"unit": district.water})
    code = district.row(matter).code
    other = district.client(district.stranger)
    assert code not in other.get("/hotline/").content.decode()
    assert other.get(f"/hotline/orders/{code}/caller/").status_code == 404
    assert other.get(f"/hotline/grids/{district.grid}/").status_code == 404
