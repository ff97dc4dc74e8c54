"""A grid whistles departments to a place: they answer and come by the clock, each owes its own part."""

import re
from datetime import timedelta

import pytest
from tests.lines.hotline.district import MONDAY, district, later

from bihuan.kernel.errors import BadInput, NotFound, Refused
from bihuan.kernel.figures import selectors as figures
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import selectors as matters
from bihuan.kernel.flow.rebuild import differences
from bihuan.kernel.jobs import run_due
from bihuan.kernel.permits.rules import branches
from bihuan.lines.hotline.whistling import actions, selectors

assert district


def whistle(district, pace="general", **more):
    """Blow one for two bureaus; return (whistle, call of the water bureau, call of the police)."""
    said = {"title": "护坡裂缝", "address": "白沙花园3栋后坡", "pace": pace, "detail": "警戒、查管",
            "units": [district.water, district.police], **more}  # fmt: skip
    made = actions.blow(district.head, said, key="w").matter
    run_due()
    assert actions.blow(district.head, said, key="w").matter == made
    actions.call_out([made])
    rows = {one.lead_unit: one.id for one in selectors.callouts([made])}
    assert len(rows) == 2, "each department once"
    return made, rows[district.water], rows[district.police]


def test_each_department_does_its_own_part_and_the_grid_confirms_it(district, travel):
    made, water, police = whistle(district)
    assert district.row(made).grid == district.grid_place, "where its address lies"
    with pytest.raises(BadInput):
        flow.move(district.head, made, "close", {"reply": "好了"})
    for who, one in ((district.fixer, water), (district.officer, police)):
        flow.move(who, one, "respond", {})
        flow.move(who, one, "arrive", {"who": "两人"})
        flow.move(who, one, "report", {"reply": "已处置"})
    with pytest.raises((Refused, NotFound)):
        flow.move(district.fixer, water, "accept", {})
    flow.move(district.head, police, "send_back", {"reason": "还没收拾"})
    flow.move(district.officer, police, "report", {"reply": "已收拾"})
    for one in (water, police):
        flow.move(district.helper, one, "accept", {})
    flow.move(district.head, made, "close", {"reply": "处置完毕"})
    for one in (made, water, police):
        assert not district.row(one).open
        assert differences(one) == []
    run_due()
    for name in ("hotline.whistle_answered", "hotline.whistle_arrived"):
        value = figures.value(name, branches(district.coordinator))[0]
        assert (value.numerator, value.denominator) == (2, 2)


def test_an_emergency_is_not_refused_and_a_routine_one_once(district):
    _made, water, police = whistle(district, "emergency")
    with pytest.raises(BadInput):
        flow.move(district.fixer, water, "refuse", {"basis": "不归我们"})
    _rules, offered = matters.moves(district.fixer, district.row(water))
    assert "refuse" not in {move.name for move in offered}
    assert district.row(water).due < district.row(water).created + timedelta(hours=25)
    assert police


def test_a_refusal_is_ruled_on(district):
    made, water, police = whistle(district)
    flow.move(district.fixer, water, "refuse", {"basis": "不归我们"})
    flow.move(district.coordinator, water, "uphold", {"reason": "归你们"})
    with pytest.raises(BadInput):
        flow.move(district.fixer, water, "refuse", {"basis": "还是不归"})
    flow.move(district.officer, police, "refuse", {"basis": "不归我们"})
    flow.move(district.coordinator, police, "release", {"reason": "确实不归"})
    assert district.row(police).stage == "released"
    flow.move(district.head, made, "withdraw", {"reason": "已自行处置"})
    run_due()
    assert district.row(water).stage == "withdrawn"


def test_who_is_late_is_on_record_alone_and_once(district, travel):
    _made, water, police = whistle(district, "emergency")
    flow.move(district.officer, police, "respond", {})
    flow.move(district.officer, police, "arrive", {})
    assert actions.note_late() == 0
    with travel(later(4)):
        assert actions.note_late() == 2, "neither answered nor come"
        assert actions.note_late() == 0
        row = district.row(water)
        assert (row.value("answered"), row.value("arrived")) == ("no", "no")
        flow.move(district.fixer, water, "arrive", {})
        assert district.row(water).value("arrived") == "no", "late stays late"
    assert district.row(police).value("arrived") == "yes"


def test_nobody_is_there_who_only_says_so(district):
    _made, water, _police = whistle(district)
    flow.move(district.fixer, water, "arrive", {})
    flow.move(district.head, water, "absent", {"reason": "现场无人"})
    row = district.row(water)
    assert (row.stage, row.value("arrived_at")) == ("coming", "")
    flow.move(district.fixer, water, "arrive", {})
    assert district.row(water).value("arrived") == "yes"


def test_one_more_is_called_and_pages_show_it(district):
    made, water, _police = whistle(district)
    row = district.row(made)
    with pytest.raises(BadInput):
        flow.move(district.head, made, "call", {"units": [district.water], "note": "再叫"})
    flow.move(district.head, made, "call", {"units": [district.centre], "note": "还要热线"})
    run_due()
    assert len(selectors.callouts([made])) == 3
    head, fixer = district.client(district.head), district.client(district.fixer)
    assert row.code in head.get("/hotline/whistles/").content.decode()
    assert head.get("/hotline/whistles/new/").status_code == 200
    assert head.post("/hotline/whistles/new/", {"title": ""}).status_code == 422
    assert fixer.get("/hotline/whistles/new/").status_code == 403
    code = district.row(water).code
    assert code in fixer.get("/hotline/whistles/").content.decode()
    assert "0 / 3" in head.get("/hotline/whistles/").content.decode()
    called = fixer.get(f"/matters/{code}/").content.decode()
    assert "警戒" in called
    thread = head.get(f"/matters/{row.code}/").content.decode() + called
    assert "hotline.whistle_" not in thread, "limits are said in words"
    assert not re.search(r" #\d+[、\s]", thread), "units are said by name"
    assert row.code not in district.client(district.stranger).get("/hotline/whistles/").content.decode()
    assert MONDAY
    order = district.row(district.call()).code
    sent = {
        "title": "再吹",
        "address": "白沙花园3栋",
        "pace": "general",
        "units": district.water,
        "order": order,
    }
    assert head.post("/hotline/whistles/new/", {**sent, "key": "p"}).status_code == 303


def test_a_department_called_reads_where_to_come_what_to_do_and_who_else_is_called(district):
    _made, water, _police = whistle(district)
    page = district.client(district.fixer).get(f"/matters/{district.row(water).code}/").text
    for words in ("白沙花园3栋后坡", "警戒、查管", "城管局"):
        assert words in page
    assert district.client(district.stranger).get(f"/matters/{district.row(water).code}/").status_code == 404
