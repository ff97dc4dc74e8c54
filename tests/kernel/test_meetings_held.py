"""Meetings: agendas by harm, clashes, one meeting a matter, cancelling, minutes that become orders."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from bihuan.kernel.errors import BadInput, Conflict, NotFound, Refused
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import selectors as matters
from bihuan.kernel.flow.rebuild import differences
from bihuan.kernel.identity import selectors as identity
from bihuan.kernel.identity.actors import SYSTEM, Actor, Kind
from bihuan.kernel.jobs import run_due
from bihuan.kernel.meetings import actions, climbing, register, selectors
from bihuan.kernel.meetings.actions import recurring, rules, telling
from bihuan.kernel.meetings.actions.minuting import Decision
from bihuan.kernel.meetings.selectors import coming, decided, ladder
from bihuan.kernel.now import LOCAL, now
from bihuan.kernel.papers import actions as papers
from bihuan.kernel.store.sql import run
from bihuan.logic.harm import Harm, Ranked, Weight, harm, ordered
from tests.kernel import factories as make
from tests.kernel.ladder_house import MONDAY, House, item_of, row


@pytest.fixture
def house(db, travel):
    with travel(MONDAY):
        yield House()


def begins(hour=9, day=1):
    """Return a moment of the week of the house's Monday."""
    return datetime(2026, 3, 2, hour, tzinfo=LOCAL) + timedelta(days=day)


def planned(house, hour=9, title="项目协调会", **more):
    """Return the id of a meeting of the first rung."""
    data = {
        "title": title, "kind": "coordination", "place": 1, "begins": begins(hour).isoformat(),
        "ends": begins(hour + 1).isoformat(), "room": "三楼会议室", "chair": house.centre.post, **more,
    }  # fmt: skip
    return actions.plan(house.centre, data, scope=house.scope).matter


def agreed(house, title="供水管网未接通"):
    """Return (stuck matter, its item), agreed to be heard."""
    stuck = house.stuck(title)
    item = actions.propose(house.centre, stuck).matter
    flow.move(house.centre, item, "table", {})
    return stuck, item


# Order by harm ----------------------------------------------------------------------------------------


def test_harm_is_the_sum_its_parts_show():
    weights = {"late": Weight(Decimal(2), Decimal(10)), "chain": Weight(Decimal(20))}
    found = harm({"late": 14, "chain": 1, "investment": 3}, weights)
    assert found.points == Decimal(40)
    assert [(p.term, p.value, p.counted, p.points) for p in found.parts] == [
        ("late", 14, 10, 20), ("chain", 1, 1, 20)
    ]  # fmt: skip


def test_a_named_person_orders_otherwise():
    def of(key, points, place=0):
        return Ranked(key, Harm(Decimal(points), ()), place)

    rows = [of(1, 5), of(2, 9), of(3, 9), of(4, 1, place=1), of(5, 2, place=9)]
    assert [one.key for one in ordered(rows)] == [4, 2, 3, 1, 5]


def test_the_draft_agenda_is_ordered_by_harm_and_by_name(house, travel):
    _first, one = agreed(house, "先来的")
    with travel(MONDAY + timedelta(days=9)):
        late, other = agreed(house, "晚来的")
        run("UPDATE flow_matter SET episode = 3 WHERE id = %s", (late,))
        draft = selectors.draft(house.place, 1)
        assert [r.item.id for r in draft] == [other, one] or draft[0].harm.points >= draft[1].harm.points
        flow.move(house.leader, one, "rank", {"position": 1, "reason": "省里督办"})
        draft = selectors.draft(house.place, 1)
        assert draft[0].item.id == one
        assert draft[0].item.value("ranked_by") == house.leader.user
    assert selectors.grouped(draft)[0][0] == 0


# Meetings ---------------------------------------------------------------------------------------------


def test_a_district_hears_what_lies_in_its_parts_and_nobody_elses(db, travel):
    with travel(MONDAY):
        county = make.make_division("云溪区", "county")
        house = House(within=county)
        district = make.make_actor("coordinator", house.office, county)
        leader = make.make_actor("leader", house.office, county)
        foreign = make.make_division("别的区", "county")
        stuck, item = agreed(house, "园区里的难题")
        own = planned(house, 15)
        data = {"title": "区级调度会", "kind": "coordination", "place": 1, "begins": begins(9).isoformat(),
                "ends": begins(10).isoformat(), "chair": district.post}  # fmt: skip
        meeting = actions.plan(district, data, scope=identity.scope_of(county)).matter
        assert [one.item.id for one in selectors.draft(county, 1)] == [item], "what lies in a part"
        assert [one.item.id for one in selectors.draft(house.place, 1)] == [item]
        assert selectors.draft(foreign, 1) == []
        assert selectors.draft(0, 1) == []
        here = selectors.draft(county, 1)
        assert selectors.of_chair(here, selectors.meeting(district, meeting)[0]) == [], (
            "the park's own chair hears it"
        )
        assert selectors.of_chair(here, selectors.meeting(house.centre, own)[0]) == here
        assert actions.put_on(district, meeting, [item])[0].receipt
        assert [one.item for one in selectors.taken(county)] == [item]
        assert [one.item for one in selectors.taken(house.place)] == [item]
        assert selectors.taken(foreign) == []
        flow.move(district, meeting, "attend", {"posts": [leader.post]})
        actions.minute(district, meeting, [Decision(item, "decide", "一周内接通。")])
        assert row(item).stage == "decided"
        _stuck, other = agreed(house, "另一个")
        data = {**data, "title": "别区的会"}
        outside = actions.plan(SYSTEM, data, scope=identity.scope_of(foreign)).matter
        assert "another place" in actions.put_on(SYSTEM, outside, [other])[0].error
        assert stuck


def test_two_meetings_want_one_matter_and_one_gets_it(house):
    stuck, item = agreed(house)
    first, second = planned(house), planned(house, 14)
    assert actions.put_on(house.centre, first, [item])[0].receipt
    lost = actions.put_on(house.centre, second, [item])[0]
    assert lost.receipt is None
    with pytest.raises(Conflict, match=row(first).code):
        register.put_on(second, item + 1, stuck)
    guests = {one.post for one in selectors.guests(first)}
    assert house.clerk.post in guests, "who handles the matter is invited"


def test_somebody_in_two_meetings_is_told(house):
    first = planned(house, posts=[house.leader.post])
    second = planned(house, posts=[house.leader.post, house.supervisor.post], title="另一个会")
    row_, _matter = selectors.meeting(house.centre, second)
    found = selectors.clashes([g.post for g in selectors.guests(second)], row_.begins, row_.ends, second)
    assert {(c.post, c.meeting) for c in found} == {(house.leader.post, first), (house.centre.post, first)}
    flow.move(house.centre, first, "cancel", {"reason": "并会"})
    assert selectors.clashes([house.leader.post], row_.begins, row_.ends, second) == []


def test_a_cancelled_meeting_gives_its_items_back(house):
    _stuck, item = agreed(house)
    meeting = planned(house, posts=[house.leader.post])
    actions.put_on(house.centre, meeting, [item])
    flow.move(house.centre, meeting, "cancel", {"reason": "防汛值班"})
    assert row(item).stage == "agreed"
    assert selectors.draft(house.place, 1)[0].item.id == item
    told = run(
        "SELECT to_post FROM notices_notice WHERE kind = 'meetings.cancelled' AND matter_id = %s", (meeting,)
    )
    assert house.leader.post in {post for (post,) in told}
    again = planned(house, 15)
    assert actions.put_on(house.centre, again, [item])[0].receipt
    assert differences(item) == []


def test_an_invited_stranger_sees_the_meeting_and_nobody_else(house):
    meeting = planned(house)
    clerk = house.post("department", house.bureau)
    with pytest.raises(NotFound):
        selectors.meeting(clerk, meeting)
    flow.move(house.centre, meeting, "invite", {"posts": [clerk.post]})
    assert selectors.meeting(clerk, meeting)[0].id == meeting
    assert [m.id for m in selectors.listed(clerk, since=now())] == [meeting]
    with pytest.raises(Refused):
        flow.move(house.supervisor, meeting, "cancel", {"reason": "越权"})


def minuted(house, travel, meeting, decisions):
    """Hold a meeting, minute it; return the paper drafted."""
    with travel(begins(11)):
        flow.move(house.centre, meeting, "attend", {"posts": [house.centre.post]})
        return actions.minute(house.centre, meeting, decisions, "会议强调……").paper


def test_guests_read_what_was_decided_about_their_matters_once_it_is_signed(house, travel):
    stuck, item = agreed(house, "甲")
    other_bureau, theirs = (
        make.make_org("自然资源分局", division=house.place),
        house.stuck("乙", assigned=False),
    )
    flow.move(house.centre, theirs, "assign", {"unit": other_bureau})
    other = actions.propose(house.centre, theirs).matter
    flow.move(house.centre, other, "table", {})
    meeting = planned(house)
    actions.put_on(house.centre, meeting, [item, other])
    guest, absent = house.post("department", other_bureau), house.post("supervisor")
    flow.move(house.centre, meeting, "invite", {"posts": [guest.post]})
    decisions = [
        Decision(item, "decide", "一周内接通甲"),
        Decision(other, "decide", "三日内答复乙"),
        Decision(0, "decide", "开发建设局周五前报清单", [{"unit": house.bureau, "due": "2026-03-20"}]),
    ]
    paper = minuted(house, travel, meeting, decisions)
    assert decided.of_meeting(house.clerk, meeting) == [], "nothing before it is signed"
    papers.sign(house.leader, paper)
    run_due()
    told = run(
        "SELECT to_post, to_unit, kind FROM notices_notice WHERE cause = %s", (f"meetings.signed:{paper}",)
    )
    guests = [(post, 0, "meetings.signed") for post in register.invited(meeting)]
    units = [(0, unit, "meetings.decided") for unit in (house.bureau, other_bureau)]
    assert sorted(told) == sorted(guests + units), (
        "those invited and whose matter it is, once; the signer knows"
    )
    assert telling.tell_signed(paper) == 0, "once"
    (own,) = decided.of_meeting(house.clerk, meeting)
    assert (own.text, own.outcome, own.item) == ("一周内接通甲", "decide", item)
    assert [one.text for one in decided.of_meeting(guest, meeting)] == ["三日内答复乙"]
    assert [one.text for one in decided.of_matter(house.clerk, stuck)] == ["一周内接通甲"]
    assert decided.of_matter(house.clerk, theirs) == [], "another unit's matter"
    assert len(decided.of_meeting(house.centre, meeting)) == 3
    assert decided.of_matter(Actor(Kind.PARTY, party=house.bureau), stuck) == []
    order = matters.listed(SYSTEM, matters.Filter(kind="orders.order", parent=meeting))[0][0]
    flow.move(house.leader, order.id, "sign", {})
    assert [one.text for one in decided.of_meeting(house.clerk, meeting)] == [
        "一周内接通甲", "开发建设局周五前报清单",
    ], "what the unit has an order from"  # fmt: skip
    assert [one.text for one in decided.of_meeting(guest, meeting)] == ["三日内答复乙"]
    papers.void(house.leader, paper, "有误，重发")
    assert decided.of_meeting(house.clerk, meeting) == []
    assert absent


def test_two_items_of_one_title_are_not_mixed_up(house, travel):
    (_one, first), (_two, second) = agreed(house, "同名"), agreed(house, "同名")
    meeting = planned(house)
    actions.put_on(house.centre, meeting, [first, second])
    paper = minuted(
        house, travel, meeting, [Decision(first, "decide", "先来的"), Decision(second, "retable", "后来的")]
    )
    papers.sign(house.leader, paper)
    found = {one.item: one.text for one in decided.of_meeting(house.centre, meeting)}
    assert found == {first: "先来的", second: ""}


def test_minutes_turn_decisions_into_orders_in_one_step(house, travel):
    (stuck, item), (_other, put_off), (third, up) = (agreed(house, t) for t in ("甲", "乙", "丙"))
    meeting = planned(house)
    actions.put_on(house.centre, meeting, [item, put_off, up])
    with pytest.raises(BadInput):
        flow.move(house.centre, item, "decide", {"decision": "会还没开"})
    with travel(begins(11)):
        flow.move(house.centre, meeting, "attend", {"posts": [house.centre.post]})
        order = {"unit": house.bureau, "due": "2026-03-20"}
        decisions = [
            Decision(item, "decide", "一周内接通", [order, {**order, "demand": "同步恢复路面"}]),
            Decision(put_off, "retable", "材料不全"),
            Decision(up, "raise", "涉及用地，请分管领导定"),
            Decision(0, "decide", "各部门周五前报清单", [order]),
        ]
        with pytest.raises(BadInput):
            actions.minute(house.centre, meeting, decisions[:2])
        assert row(item).stage == "scheduled", "all of it or nothing"
        done = actions.minute(house.centre, meeting, decisions, "会议强调……")
    assert (len(done.orders), row(meeting).stage, row(item).stage) == (3, "minuted", "decided")
    opened = [matters.matter(SYSTEM, one.matter) for one in done.orders]
    assert {o.kind for o in opened} == {"orders.order"}
    assert [o.parent for o in opened] == [stuck, stuck, meeting]
    assert opened[0].stage == "signing"
    assert (row(put_off).stage, row(put_off).value("tabled")) == ("agreed", 1)
    assert item_of(third).holder_post == house.leader.post
    assert run("SELECT about FROM papers_paper WHERE id = %s", (done.paper,))[0][0] == meeting
    with pytest.raises(Conflict):
        actions.minute(house.centre, meeting, decisions)


def test_an_item_put_off_keeps_its_count_from_meeting_to_meeting(house, travel):
    stuck, item = agreed(house)
    for number in (1, 2):
        meeting = planned(house, 8 + number)
        actions.put_on(house.centre, meeting, [item])
        flow.move(house.centre, meeting, "attend", {"posts": []})
        actions.minute(house.centre, meeting, [Decision(item, "retable", "再议")])
        assert row(item).value("tabled") == number
    assert climbing.steps_of([stuck])[stuck][0].tabled == 2


def test_a_chair_orders_without_a_meeting(house):
    stuck = house.stuck()
    item = actions.propose(house.centre, stuck, place=2, skip="急").matter
    flow.move(
        house.leader, item, "order", {"demand": "三日内接通", "unit": house.bureau, "due": "2026-03-20"}
    )
    order = item_of(stuck, "orders.order")
    assert (order.parent, row(item).stage) == (stuck, "ordered")
    assert climbing.steps_of([stuck])[stuck][0].outcome == "order"


def test_a_meeting_on_site_is_one_form(house):
    officer = house.post("officer")
    data = {"title": "液冷项目现场办公会", "room": "项目工地", "posts": [house.leader.post, house.clerk.post]}
    decisions = [Decision(0, "decide", "本周内修通临时道路", [{"unit": house.bureau, "due": "2026-03-12"}])]
    done = actions.on_site(officer, data, decisions, scope=house.scope, key="once")
    assert row(done.receipt.matter).stage == "minuted"
    assert len(done.orders) == 1
    again = actions.on_site(officer, data, decisions, scope=house.scope, key="once")
    assert (again.receipt.matter, again.paper) == (done.receipt.matter, done.paper)
    assert [o.matter for o in again.orders] == [o.matter for o in done.orders]


def test_mondays_meeting_is_planned_once_and_moves_off_a_rest_day(house, travel):
    with travel(MONDAY + timedelta(days=4)):
        assert len(recurring.plan_series()) == 1
        assert recurring.plan_series() == []
    found = selectors.listed(house.centre, since=now())
    assert [(m.kind, m.day) for m in found] == [("weekly", MONDAY + timedelta(days=7))]
    assert found[0].chair == house.centre.post
    assert house.leader.post in {g.post for g in selectors.guests(found[0].id)}
    holiday = datetime(2026, 10, 4, 10, tzinfo=LOCAL)  # the Monday after lies in the National Day holidays
    with travel(holiday):
        recurring.plan_series()
        days = [m.day.isoformat() for m in selectors.listed(house.centre, since=now())]
    assert days == ["2026-10-08"]


def test_what_recurs_clashes_before_it_is_planned(house, travel):
    monday = begins(9, 7)
    wanted = [house.leader.post, house.clerk.post]
    found = coming.slot_clashes(house.scope, wanted, monday, monday + timedelta(hours=1))
    assert [(one.post, one.meeting, one.begins) for one in found] == [(house.leader.post, 0, monday)]
    assert coming.slot_clashes(house.scope, wanted, begins(15, 7), begins(16, 7)) == []
    assert coming.slot_clashes(house.scope, [house.clerk.post], monday, monday + timedelta(hours=1)) == []
    assert [one.begins for one in coming.slots(house.scope, MONDAY, MONDAY + timedelta(days=14))] == [
        monday, begins(9, 14)
    ], "this Monday's began already"  # fmt: skip
    with travel(MONDAY + timedelta(days=4)):
        assert len(recurring.plan_series()) == 1
        assert coming.slot_clashes(house.scope, wanted, monday, monday + timedelta(hours=1)) == []
        assert selectors.clashes(wanted, monday, monday + timedelta(hours=1)), (
            "planned, it clashes as a meeting"
        )


def test_the_list_knows_who_is_wanted_elsewhere(house):
    first = planned(house, posts=[house.leader.post])
    second = planned(house, posts=[house.leader.post, house.supervisor.post], title="另一个会")
    third = planned(house, 15)
    found = coming.crossed([first, second, third])
    assert {key: {one.meeting for one in rows} for key, rows in found.items()} == {
        first: {second},
        second: {first},
    }
    assert {one.post for one in found[second]} == {house.leader.post, house.centre.post}
    flow.move(house.centre, first, "cancel", {"reason": "并会"})
    assert coming.crossed([first, second, third]) == {}


# Figures ----------------------------------------------------------------------------------------------


def test_the_figures_of_the_ladder_are_what_counting_by_hand_gives(house, travel):
    (first, one), (_second, two) = agreed(house, "甲"), agreed(house, "乙")
    with travel(MONDAY + timedelta(days=2)):
        third = house.stuck("丙")
        slow = actions.propose(house.centre, third).matter
    with travel(MONDAY + timedelta(days=6)):
        flow.move(house.centre, slow, "raise", {"reason": "请分管领导"})
        meeting = planned(house)
        actions.put_on(house.centre, meeting, [one, two])
        flow.move(house.centre, meeting, "attend", {"posts": []})
        actions.minute(
            house.centre, meeting, [Decision(one, "decide", "办"), Decision(two, "retable", "再议")]
        )
        found = {f.place: f for f in ladder.figures(house.centre, begins(0, -30), now() + timedelta(days=1))}
    low, high = found[1], found[2]
    assert (low.proposed, low.answered, low.on_time, low.due) == (3, 3, 2, 3)
    assert low.latency == pytest.approx((0 + 0 + 4) / 3)
    assert (low.ended, low.solved, low.raised, low.tabled, low.heard) == (2, 1, 1, 1, 2)
    assert low.stood == pytest.approx((6 + 4) / 2)
    assert (high.proposed, high.answered, high.latency) == (1, 0, None)
    assert {c.matter.id for c in ladder.climbs(house.centre)} == {_second, third}
    assert {c.matter.id for c in ladder.climbs(house.centre, past=True)} >= {first, third}
    stranger = House().centre
    assert ladder.figures(stranger, begins(0, -30), now()) == []
    assert rules.RIGHT == "meetings.rules"
