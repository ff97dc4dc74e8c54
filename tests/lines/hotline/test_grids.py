"""Grids of 1+1+N, addresses in exactly one of them, dual push, returns that are ruled on, twins."""

from datetime import timedelta

import pytest
from tests.kernel import factories as make
from tests.lines.hotline.district import MONDAY, district, later
from tests.lines.hotline.test_orders import ANSWER

from bihuan.kernel.errors import BadInput, Conflict
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow.rebuild import differences
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.jobs import run_due
from bihuan.lines.hotline import actions, selectors
from bihuan.lines.hotline.duties import selectors as duties
from bihuan.lines.hotline.grids import actions as grids
from bihuan.lines.hotline.grids import selectors as known
from bihuan.lines.hotline.joining import selectors as joining
from bihuan.lines.hotline.suggesting.selectors import suggest

assert district


def test_a_grid_has_exactly_one_of_each(district):
    other = make.make_division("湘江路网格", "grid", district.path["community"])
    head = district.person("grid_head", make.make_org("湘江站", division=other), other)
    for wrong in (
        {"party_org": "白沙花园党支部"},
        {"phone": "+8673155550001"},
        {"head_post": district.head.post},
    ):
        said = {"party_org": "湘江路党支部", "phone": "+8673155550002", "head_post": head.post, **wrong}
        with pytest.raises((Conflict, BadInput)):
            grids.set_up(SYSTEM, other, name="湘江路网格", **said)
    made = grids.set_up(
        SYSTEM,
        other,
        name="湘江路网格",
        party_org="湘江路党支部",
        phone="+8673155550002",
        head_post=head.post,
    )
    assert made != district.grid
    with pytest.raises(Conflict):
        grids.set_up(
            SYSTEM, other, name="又一个", party_org="三支部", phone="+8673155550003", head_post=head.post
        )
    grids.add_helper(SYSTEM, made, other, "夕阳红志愿队", "volunteer")
    found = {(row.name, row.helpers) for row in known.grids(district.operator)}
    assert found == {("白沙花园网格", 0), ("湘江路网格", 1)}


def test_every_address_lies_in_one_grid_or_is_listed(district):
    place = scope_of(district.place)
    assert known.locate("白沙路 白沙花园３栋2单元", place).grid == "白沙花园网格", (
        "full-width digits are digits"
    )
    assert known.locate("白沙花园5栋", place).place == 0
    assert known.locate("火星路1号", place) is None
    assert known.locate("", place) is None
    (bare,) = known.uncovered(district.operator)[0]
    assert bare.name == "白沙花园5栋"
    with pytest.raises(Conflict):
        grids.enter_buildings(SYSTEM, district.path["community"], [("白沙花园 3栋", district.grid, 1)])
    grids.place_building(district.coordinator, bare.id, district.path["community"], district.grid)
    assert known.uncovered(district.operator)[0] == []
    assert known.counts(district.operator) == (2, 0)
    assert known.counts(district.stranger) == (0, 0)


def test_a_silent_grid_is_on_record_alone_and_the_archive_waits(district, travel):
    matter = district.call()
    flow.move(district.operator, matter, "dispatch", {"unit": district.water})
    run_due()
    run_due()
    actions.push([matter])
    (part,) = selectors.owed([matter])[matter]
    assert (part.unit, part.role) == (district.station, "grid")
    assert actions.note_silence() == 0
    with travel(later(60)):
        assert actions.note_silence() == 1
        assert actions.note_silence() == 0, "once"
        assert district.row(part.id).value("silent")
        assert not district.row(matter).value("silent"), "against the grid alone"
        flow.move(district.fixer, matter, "sign", {})
        flow.move(district.fixer, matter, "answer", ANSWER)
        flow.move(district.operator, matter, "close", {})
        with pytest.raises(BadInput):
            flow.move(district.operator, matter, "archive", {})
        flow.move(district.helper, part.id, "answer", {"reply": "住户确认"})
        flow.move(district.operator, matter, "archive", {})
    assert differences(part.id) == []


def test_a_return_is_made_once_in_time_and_ruled_on(district, travel):
    matter = district.call()
    flow.move(district.operator, matter, "dispatch", {"unit": district.police, "about": [district.leaks]})
    due = district.row(matter).due
    with travel(MONDAY + timedelta(days=2)), pytest.raises(BadInput):
        flow.move(district.officer, matter, "return", {"basis": "不是城管职责", "proposed": district.water})
    with pytest.raises(BadInput):
        flow.move(district.officer, matter, "return", {"basis": "—", "proposed": district.police})
    flow.move(district.officer, matter, "return", {"basis": "渗漏归住建", "proposed": district.water})
    row = district.row(matter)
    assert (row.lead_unit, row.first_unit, row.due) == (district.police, district.police, due), "still theirs"
    said = {"unit": district.water, "reason": "渗漏由住建局负责", "lasting": True}
    flow.move(district.coordinator, matter, "send_on", said)
    row = district.row(matter)
    assert (row.holder_unit, row.first_unit, row.due) == (district.water, district.police, due)
    with pytest.raises(BadInput):
        flow.move(district.fixer, matter, "return", {"basis": "又退", "proposed": district.police})
    other = duties.by_ids([district.leaks])[district.leaks]
    assert duties.unit_for(other, scope_of(district.grid_place)) == (district.water, row.code)
    assert suggest("渗水", scope_of(district.place))[0].ruling == row.code, "the ruling became a rule"


def test_an_urgent_order_is_returned_within_two_hours(district, travel):
    matter = district.call(tier="hotline.urgent")
    flow.move(district.operator, matter, "dispatch", {"unit": district.police})
    with travel(later(3)), pytest.raises(BadInput):
        flow.move(district.officer, matter, "return", {"basis": "不是城管职责", "proposed": district.water})
    with travel(later(1)):
        flow.move(district.officer, matter, "return", {"basis": "不是城管职责", "proposed": district.water})


def test_twins_are_answered_each_for_itself(district):
    root, twin, third = (
        district.call(),
        district.call(phone="13900000001"),
        district.call(phone="13900000002"),
    )
    flow.move(district.operator, root, "dispatch", {"unit": district.water})
    code = district.row(root).code
    for one in (twin, third):
        flow.move(district.operator, one, "join", {"code": code})
    assert joining.twins([root])[root] == [twin, third]
    with pytest.raises(BadInput):
        flow.move(district.operator, root, "join", {"code": district.row(twin).code})
    due = district.row(third).due
    flow.move(district.operator, third, "part", {"reason": "不是同一处"})
    assert (district.row(third).stage, district.row(third).due) == ("registered", due), "nothing is lost"
    flow.move(district.fixer, root, "sign", {})
    flow.move(district.fixer, root, "answer", ANSWER)
    flow.move(district.operator, root, "close", {})
    run_due()
    assert district.row(twin).stage == "closed"
    assert district.row(third).stage == "registered"
    flow.move(district.operator, twin, "ask_again", {"reason": "我家还在漏"})
    assert district.row(root).stage == "closed", "one caller's answer is one caller's"
    assert differences(twin) == []
