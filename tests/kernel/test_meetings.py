"""The ladder: being stuck proposes, the chair the tables name answers, no rung is passed over without a reason."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from bihuan.kernel.errors import BadInput, Conflict, NotFound, Refused
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow.rebuild import differences
from bihuan.kernel.identity import actions as people
from bihuan.kernel.identity import selectors as identity
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.meetings import actions, climbing, selectors
from bihuan.kernel.meetings.actions import finding, rules
from bihuan.kernel.meetings.selectors.deciding import decider
from bihuan.kernel.now import now, today
from bihuan.kernel.store.sql import run
from tests.kernel import factories as make
from tests.kernel.ladder_house import MONDAY, House, item_of, row


@pytest.fixture
def house(db, travel):
    with travel(MONDAY):
        yield House()


# Who decides ------------------------------------------------------------------------------------------


def test_without_a_row_the_nearest_post_of_the_rung_decides(house):
    found = decider(house.scope, 2)
    assert (found.post, found.via) == (house.leader.post, "role")
    assert decider(house.scope, 1).post == house.centre.post
    assert decider(house.scope, 7) is None


def test_the_most_telling_row_of_the_table_wins(house):
    others = [house.post("leader") for _n in range(3)]
    rules.set_duty(SYSTEM, others[0].post, "all", "分工", division=house.place)
    rules.set_duty(SYSTEM, others[1].post, "line", "分工", line="projects", division=house.place)
    rules.set_duty(SYSTEM, others[2].post, "unit", "分工", target=house.bureau, division=house.place)
    assert decider(house.scope, 2, unit=house.bureau, line="projects").post == others[2].post
    assert decider(house.scope, 2, line="projects").post == others[1].post
    assert decider(house.scope, 2).post == others[0].post
    assert make.admin_entries()[-1] == "meetings.duty"


def test_a_row_ends_the_day_before_the_next_begins_and_the_past_stays(house):
    other = house.post("leader")
    rules.set_duty(SYSTEM, house.leader.post, "all", "分工")
    rules.set_duty(SYSTEM, other.post, "all", "新分工", valid_from=MONDAY + timedelta(days=3))
    assert decider(house.scope, 2, day=MONDAY).post == house.leader.post
    assert decider(house.scope, 2, day=MONDAY + timedelta(days=3)).post == other.post
    with pytest.raises(Conflict):
        rules.set_duty(SYSTEM, house.leader.post, "all", "又一份", valid_from=MONDAY + timedelta(days=1))


def test_a_chair_away_the_deputy_then_the_next_decides_and_a_delegate_acts_as_the_chair(house):
    deputy, third = house.post("leader"), house.post("leader")
    rules.set_duty(SYSTEM, house.leader.post, "all", "分工", deputy=deputy.post)
    rules.set_away(house.leader, house.leader.post, MONDAY, MONDAY + timedelta(days=5))
    found = decider(house.scope, 2)
    assert (found.post, found.instead) == (deputy.post, house.leader.post)
    rules.set_away(SYSTEM, deputy.post, MONDAY, MONDAY)
    assert decider(house.scope, 2).post == third.post
    people.delegate(
        house.leader, house.leader.post, third.user, valid_until=MONDAY + timedelta(days=9), reason="出差"
    )
    assert decider(house.scope, 2).post == house.leader.post, "who acts for the chair acts as the chair"


def test_only_who_may_edits_the_tables(house):
    with pytest.raises(Refused):
        rules.set_duty(house.clerk, house.leader.post, "all", "分工", division=house.place)
    with pytest.raises(Refused):
        rules.set_away(house.clerk, house.leader.post, MONDAY, MONDAY)
    with pytest.raises(BadInput):
        rules.set_rung(SYSTEM, "x", "X", 4, "nobody", "示例")
    with pytest.raises(BadInput):
        rules.set_weight(SYSTEM, "late", Decimal(1), " ")


def test_the_nearest_division_sets_its_own_rungs(house):
    rules.set_rung(
        SYSTEM, "leader", "园区专题会", 2, "leader", "示例", division=house.place, mode="days", weekday=3
    )
    found = selectors.rungs(house.scope)
    assert [(r.place, r.title) for r in found] == [
        (1, "项目协调会"),
        (2, "园区专题会"),
        (3, "主要负责人调度会"),
    ]
    rules.set_rung(SYSTEM, "top", "停用", 3, "principal", "示例", division=house.place, active=False)
    assert [r.place for r in selectors.rungs(house.scope)] == [1, 2]


# Proposing and answering ------------------------------------------------------------------------------


def test_a_proposal_waits_for_the_first_chair_with_a_clock(house):
    stuck = house.stuck()
    receipt = actions.propose(house.clerk, stuck, why="涉及两个部门")
    item = row(receipt.matter)
    assert (item.stage, item.holder_post, item.parent) == ("proposed", house.centre.post, stuck)
    assert item.due.date() == MONDAY + timedelta(days=2)
    with pytest.raises(Conflict):
        actions.propose(house.centre, stuck)
    flow.move(house.centre, item.id, "table", {})
    assert (row(item.id).stage, row(item.id).clock) == ("agreed", "none")
    assert differences(item.id) == []


def test_a_second_proposal_is_refused_by_the_constraint_too(house):
    stuck = house.stuck()
    actions.propose(house.centre, stuck)
    data = {"title": "x", "place": 1, "unit": house.office, "post": house.centre.post}
    with pytest.raises(Conflict):
        flow.open(SYSTEM, "meetings.item", data, scope=house.scope, parent=stuck)


def test_no_rung_is_passed_over_without_a_reason(house):
    stuck = house.stuck()
    with pytest.raises(BadInput):
        actions.propose(house.centre, stuck, place=2)
    made = actions.propose(house.centre, stuck, place=2, skip="两个区县之间的事，中心无权协调")
    assert row(made.matter).holder_post == house.leader.post


def test_nobody_names_a_chair_of_their_choice(house):
    stuck = house.stuck()
    other = house.post("coordinator")
    data = {"title": "x", "place": 1, "unit": house.office, "post": other.post}
    with pytest.raises(BadInput):
        flow.open(house.clerk, "meetings.item", data, scope=house.scope, parent=stuck)
    with pytest.raises(NotFound):
        actions.propose(make.make_actor("coordinator"), stuck)


def test_only_the_chair_answers(house):
    stuck = house.stuck()
    item = actions.propose(house.clerk, stuck, place=2, skip="试").matter
    for name in ("return", "raise"):
        with pytest.raises(BadInput):
            flow.move(house.centre, item, name, {"reason": "越权"})
    with pytest.raises(Refused):
        flow.move(house.centre, item, "table", {})
    flow.move(house.leader, item, "return", {"reason": "先由部门书面回复"})
    steps = climbing.steps_of([stuck])[stuck]
    assert [(s.place, s.outcome) for s in steps] == [(2, "return")]
    actions.propose(house.centre, stuck, place=2)


def test_the_top_rung_needs_a_request_the_leader_in_charge_approves(house):
    stuck = house.stuck()
    actions.propose(house.centre, stuck)
    flow.move(house.centre, item_of(stuck).id, "raise", {"reason": "涉及用地"})
    assert item_of(stuck).holder_post == house.leader.post
    flow.move(house.leader, item_of(stuck).id, "raise", {"reason": "需主要负责人决策"})
    request = item_of(stuck, "meetings.request")
    assert (request.stage, request.holder_post) == ("waiting", house.leader.post)
    data = {"title": "x", "place": 3, "unit": house.office, "post": house.principal.post}
    with pytest.raises(BadInput):
        flow.open(house.centre, "meetings.item", data, scope=house.scope, parent=stuck)
    flow.move(house.leader, request.id, "approve", {})
    item = item_of(stuck)
    assert (item.holder_post, item.value("place")) == (house.principal.post, 3)
    with pytest.raises(BadInput):
        flow.move(house.principal, item.id, "raise", {"reason": "再上一级"})
    steps = climbing.steps_of([stuck])[stuck]
    assert [(s.place, s.outcome, bool(s.request)) for s in steps] == [
        (1, "raise", False), (2, "raise", False), (3, "", True)
    ]  # fmt: skip
    assert steps[2].item == item.id


# What the house finds ---------------------------------------------------------------------------------


def late(house, travel, days):
    """Return the moment so many calendar days after the house was made."""
    return travel(MONDAY + timedelta(days=days))


def test_what_is_overdue_is_proposed_once_an_episode(house, travel):
    stuck, calm = house.stuck(), house.stuck("无事", assigned=False)
    assert finding.find() == 0
    with late(house, travel, 8):
        assert finding.find() == 1
        assert finding.find() == 0
        item = item_of(stuck)
        assert item.creator_user == 0
        assert item_of(calm) is None
        flow.move(house.centre, item.id, "return", {"reason": "先催办"})
        assert finding.find() == 0, "not again on the same rung"
    with late(house, travel, 20):
        assert finding.find() == 1
        assert item_of(stuck).holder_post == house.leader.post, "the next rung after its days"


def test_what_is_reopened_again_is_proposed(house):
    stuck = house.stuck()
    run("UPDATE flow_matter SET episode = 3 WHERE id = %s", (stuck,))
    assert finding.find() == 1
    assert finding.find() == 0


def test_finding_costs_the_same_for_one_and_for_many(house, travel, django_assert_max_num_queries):
    for number in range(12):
        house.stuck(f"事项{number}")
    with late(house, travel, 8), django_assert_max_num_queries(200):
        assert finding.find() == 12


def test_a_vacant_chair_is_found_again_when_somebody_sits_there(house, travel):
    stuck = house.stuck()
    people.end_post(SYSTEM, house.centre.post, now())
    with late(house, travel, 8):
        assert finding.find() == 0
        house.post("coordinator")
        assert finding.find() == 1
        assert item_of(stuck)


def test_what_waits_for_a_chair_who_leaves_passes_to_the_next(house):
    stuck = house.stuck()
    item = actions.propose(house.centre, stuck, place=2, skip="急").matter
    other = house.post("leader")
    assert finding.pass_on() == 0
    rules.set_away(house.leader, house.leader.post, today(), today())
    assert finding.pass_on() == 1
    assert row(item).holder_post == other.post
    assert finding.pass_on() == 0


def test_what_is_settled_meanwhile_is_withdrawn(house):
    stuck = house.stuck(assigned=False)
    item = actions.propose(house.centre, stuck).matter
    flow.move(house.centre, stuck, "withdraw", {"reason": "企业已自行解决"})
    assert finding.settle() == 1
    assert row(item).stage == "withdrawn"
    assert climbing.steps_of([stuck])[stuck][0].outcome == "withdraw"


def test_a_delegate_of_the_chair_answers(house):
    stuck = house.stuck()
    item = actions.propose(house.centre, stuck, place=2, skip="急").matter
    stand_in = house.post("officer")
    people.delegate(
        house.leader, house.leader.post, stand_in.user, valid_until=date(2026, 3, 9), reason="出差"
    )
    acting = identity.actor_of(stand_in.user, house.leader.post)
    flow.move(acting, item, "table", {})
    assert row(item).stage == "agreed"
