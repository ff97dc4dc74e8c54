"""What a unit does with an order: receipt, return, review, reports, supports, and what goes wrong."""

from datetime import datetime

import pytest

from bihuan.kernel.clock import selectors as clock
from bihuan.kernel.errors import BadInput, BihuanError, Refused
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import selectors
from bihuan.kernel.flow.rebuild import differences
from bihuan.kernel.jobs import run_due
from bihuan.kernel.notices import selectors as notices
from bihuan.kernel.now import LOCAL
from bihuan.kernel.orders import following, papers
from bihuan.kernel.orders.models import Practice
from bihuan.kernel.orders.texts import texts_of
from bihuan.kernel.papers import selectors as stored
from bihuan.kernel.store.sql import run
from tests.kernel.orders_house import MONDAY, at, house

__all__ = ["house"]


def test_receipt_within_four_working_hours(house, travel):
    order, late = house.issued(), house.issued()
    with travel(at(2, 11, 59)):
        flow.move(house.bureau, order, "receive", {})
        assert following.sweep() == 0
    with travel(at(2, 15, 30)):
        assert following.sweep() == 1, "09:00 to 12:00 and 13:30 to 14:30 are four working hours"
        assert following.sweep() == 0
        flow.move(house.bureau, late, "receive", {})
    assert house.row(order).value("receipt") == "in_time"
    assert house.row(late).value("receipt") == "late"
    assert any(late_told.matter_id == late for late_told in notices.unread(house.watch))


def test_a_unit_returns_once_within_a_day_and_the_signer_decides(house, travel):
    order = house.issued()
    due = house.row(order).due
    flow.move(house.bureau, order, "receive", {})
    with pytest.raises(BihuanError):
        flow.move(house.bureau, order, "return", {"basis": "供水管网属资源分局"})
    flow.move(house.bureau, order, "return", {"basis": "供水管网属资源分局", "proposed": house.plan})
    row = house.row(order)
    assert (row.stage, row.holder_post, row.clock, row.due) == (
        "returning",
        house.leader.post,
        "running",
        due,
    )
    with pytest.raises(Refused):
        flow.move(house.centre, order, "reassign", {"unit": house.plan})
    flow.move(house.leader, order, "reassign", {"unit": house.plan})
    row = house.row(order)
    assert (row.stage, row.lead_unit, row.due) == ("issued", house.plan, due), "the clock ran on"
    with pytest.raises(BadInput, match="returned once"):
        flow.move(house.planner, order, "return", {"basis": "也不属我局", "proposed": house.build})
    assert differences(order) == []


def test_a_return_leaves_the_orders_own_basis_as_it_was(house):
    order = house.issued(basis="市政府常务会议纪要〔2026〕3号")
    flow.move(house.bureau, order, "receive", {})
    flow.move(house.bureau, order, "return", {"basis": "供水管网属资源分局", "proposed": house.plan})
    assert texts_of(order).basis == "市政府常务会议纪要〔2026〕3号"
    flow.move(house.leader, order, "reassign", {"unit": house.plan})
    paper = papers.papers_of(order)[-1]
    assert stored.data(paper)["basis"] == "市政府常务会议纪要〔2026〕3号", (
        "the new paper rests on what the old one did"
    )
    flow.move(house.planner, order, "receive", {})
    said = house.reply(order, closing="policy", basis="供水条例第七条")
    flow.move(house.planner, order, "answer", said)
    assert texts_of(order).basis == "市政府常务会议纪要〔2026〕3号", "an answer's basis is its own"


def test_a_return_too_late_is_refused(house, travel):
    order = house.issued()
    with travel(at(4)), pytest.raises(BadInput, match="time to return it ended"):
        flow.move(house.bureau, order, "return", {"basis": "不属我局", "proposed": house.plan})


def test_inside_the_unit(house):
    order = house.issued()
    flow.move(house.bureau, order, "receive", {})
    with pytest.raises(BadInput, match="your own unit"):
        flow.move(house.bureau, order, "divide", {"post": house.planner.post})
    flow.move(house.chief, order, "divide", {"post": house.bureau.post})
    assert house.row(order).holder_post == house.bureau.post
    flow.move(house.bureau, order, "submit", house.reply(order))
    with pytest.raises(BadInput, match="handled this matter yourself"):
        flow.move(house.bureau, order, "pass", {})
    flow.move(house.chief, order, "pass", {})
    row = house.row(order)
    assert (row.stage, row.clock, row.holder_role) == ("answered", "paused", "coordinator")
    assert row.handler_user == house.bureau.user


def test_where_units_review_nobody_answers_past_the_review(house):
    Practice.objects.create(
        rule="unit_review", value=1, division=house.park, source="示例", valid_from=MONDAY
    )
    order = house.issued()
    flow.move(house.bureau, order, "receive", {})
    with pytest.raises(BadInput, match="reviews an answer first"):
        flow.move(house.bureau, order, "answer", house.reply(order))


def test_a_silent_support_counts_against_it_alone(house, travel):
    order = house.issued(supports=[house.plan, house.power], due="2026-03-20")
    children = run(
        "SELECT id, lead_unit, due FROM flow_matter WHERE parent = %s ORDER BY lead_unit", (order,)
    )
    assert [unit for _id, unit, _due in children] == [house.plan, house.power]
    plan = children[0][0]
    flow.move(house.planner, plan, "receive", {})
    with travel(at(4)):
        flow.move(house.planner, plan, "answer", {"reply": "已出红线图"})
        flow.move(house.bureau, plan, "accept", {})
    with travel(at(12)):
        assert following.sweep() == 2, "the order was not received, and the power company said nothing"
        assert any(one.matter_id == children[1][0] for one in notices.unread(house.bureau))
        flow.move(house.bureau, order, "receive", {})
        flow.move(house.bureau, order, "answer", house.reply(order))
        assert house.row(order).value("silent") == [house.power]
        flow.move(house.centre, order, "check", {"method": "site"})
        flow.move(house.watch, order, "recognise", {})
        flow.move(house.leader, order, "see", {})
        flow.move(house.second, order, "sign_off", {})
        run_due()
    assert house.row(children[1][0]).stage == "silent"
    assert {c.state for c in clock.clocks_of([order])[order] if c.main} == {"met"}, "the lead was in time"
    assert {c.state for c in clock.clocks_of([children[1][0]])[children[1][0]] if c.main} == {"missed"}
    assert differences(children[1][0]) == []


def test_a_long_order_owes_a_report_again_and_again(house, travel):
    order = house.issued(due="2026-05-29")
    flow.move(house.bureau, order, "receive", {})
    first = {c.name: c for c in clock.open_clocks([order])[order]}["report"]
    with travel(at(12)):
        flow.move(house.bureau, order, "report", {"state": "on_course", "note": "已完成勘测"})
    second = {c.name: c for c in clock.open_clocks([order])[order]}["report"]
    assert (second.id, second.turn) == (first.id, 2)
    assert second.due == datetime(2026, 3, 26, 17, 30, tzinfo=LOCAL), "ten working days from the report"
    with travel(at(31)):
        flow.move(house.bureau, order, "report", {"state": "behind", "note": "迁改未批"})
    told = [
        t for (t,) in run("SELECT text FROM ledger_entry WHERE chain_id = %s AND move = 'report'", (order,))
    ]
    assert ['"state":"met"' in t for t in told] == [True, False]
    assert differences(order) == []


def test_more_time_is_decided_by_the_signer(house):
    other = house.person("leader", house.board)
    order = house.draft(signer=house.leader.post)
    flow.move(house.leader, order, "sign", {})
    flow.move(house.bureau, order, "receive", {})
    due = house.row(order).due
    flow.move(house.bureau, order, "ask_extension", {"days": 3, "reason": "设备未到"})
    with pytest.raises(BadInput, match="signed by somebody else"):
        flow.move(other, order, "grant_extension", {"reason": "同意"})
    flow.move(house.leader, order, "grant_extension", {"reason": "同意"})
    assert house.row(order).due > due


def test_sent_back_by_the_centre_the_supervision_office_or_the_signer(house):
    order = house.answered()
    flow.move(house.centre, order, "reject", {"reason": "仍未通水"})
    row = house.row(order)
    assert (row.stage, row.holder_unit, row.clock) == ("received", house.build, "running")
    flow.move(house.bureau, order, "answer", house.reply(order))
    flow.move(house.centre, order, "check", {"method": "site"})
    flow.move(house.watch, order, "not_done", {"reason": "佐证不足"})
    flow.move(house.bureau, order, "answer", house.reply(order))
    flow.move(house.centre, order, "check", {"method": "site"})
    flow.move(house.watch, order, "recognise", {})
    flow.move(house.leader, order, "again", {"reason": "企业仍有意见"})
    assert house.row(order).stage == "received"
    assert differences(order) == []


def test_supervised_and_urged_from_the_first_hour(house):
    order = house.issued()
    assert selectors.matter(house.watch, order).id == order
    assert [one.kind for one in notices.unread(house.watch)].count("orders.issued") == 1
    flow.move(house.watch, order, "watch", {"reason": "重点件"})
    with pytest.raises(BadInput):
        flow.move(house.watch, order, "watch", {"reason": "重点件"})
    flow.move(house.watch, order, "urge", {"reason": "请抓紧"})
    run_due()
    assert any(one.kind == "orders.urged" for one in notices.unread(house.bureau))
