"""An order from draft to sign-off: who signs, what the paper is, what becomes of abolished units."""

import pytest

from bihuan.kernel.clock import selectors as clock
from bihuan.kernel.content import actions as content
from bihuan.kernel.errors import BadInput, BihuanError, Conflict, NotFound, Refused
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import selectors
from bihuan.kernel.flow.rebuild import differences
from bihuan.kernel.identity import actions as people
from bihuan.kernel.identity import selectors as identity
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.jobs import run_due
from bihuan.kernel.orders import actions as orders
from bihuan.kernel.orders import papers, rules, standing
from bihuan.kernel.orders.models import Practice, Relation
from bihuan.kernel.papers import actions as writing
from bihuan.kernel.papers import selectors as stored
from bihuan.kernel.permits.rules import branches
from bihuan.kernel.search import selectors as search
from bihuan.kernel.store.sql import run
from tests.kernel import factories as make
from tests.kernel.orders_house import MONDAY, at, house

__all__ = ["house"]


def test_from_draft_to_sign_off(house, travel):
    order = house.draft(supports=[house.plan])
    row = house.row(order)
    assert (row.stage, row.holder_post, row.supports) == ("signing", house.leader.post, ())
    with pytest.raises(NotFound):
        selectors.matter(house.bureau, order)
    flow.move(house.leader, order, "sign", {"note": "抓紧办"})
    row = house.row(order)
    assert (row.stage, row.holder_unit, row.lead_unit, row.supports) == (
        "issued", house.build, house.build, (house.plan,),
    )  # fmt: skip
    assert row.value("scored") is True
    assert row.due == at(9, 17, 30), "five working days from signing, the start day not counted"
    with travel(at(2, 10)):
        flow.move(house.bureau, order, "receive", {})
    with travel(at(5)):
        flow.move(house.bureau, order, "answer", house.reply(order))
        flow.move(house.centre, order, "check", {"method": "site"})
        flow.move(house.watch, order, "recognise", {})
        assert house.row(order).holder_post == house.leader.post
        flow.move(house.leader, order, "see", {})
        flow.move(house.second, order, "sign_off", {})
    row = house.row(order)
    assert (row.stage, row.open, row.closing) == ("closed", False, "solved")
    assert {c.name: c.state for c in clock.clocks_of([order])[order]} == {
        "put_up": "met", "sign": "met", "receive": "met", "answer": "met", "report": "met", "check": "met",
        "recognise": "met", "see": "met",
    }  # fmt: skip
    assert differences(order) == []


def test_only_the_leader_it_was_put_up_to_or_the_principal_signs(house):
    other = house.person("leader", house.board)
    order = house.draft(signer=house.leader.post)
    with pytest.raises(Refused):
        flow.move(other, order, "sign", {})
    with pytest.raises(Refused):
        flow.move(house.centre, order, "sign", {})
    principal = house.person("principal", house.board)
    flow.move(principal, order, "sign", {})
    assert house.row(order).value("signer") == principal.post


def test_with_several_leaders_somebody_says_who_signs(house):
    house.person("leader", house.board)
    with pytest.raises(BadInput, match="choose who"):
        house.draft()
    with pytest.raises(BadInput, match="no right of signing"):
        house.draft(signer=house.bureau.post)


def test_a_leader_who_is_away_is_acted_for(house):
    deputy = make.make_user()
    people.delegate(SYSTEM, house.leader.post, deputy, valid_until=at(20), reason="出差")
    acting = identity.actor_of(deputy, house.leader.post)
    order = house.draft()
    flow.move(acting, order, "sign", {})
    entry = run("SELECT text FROM ledger_entry WHERE chain_id = %s AND move = 'sign'", (order,))[0][0]
    assert f'"delegated_by":{house.leader.user}' in entry.replace(" ", "")


def test_a_signature_on_paper_names_signer_and_who_entered_it(house):
    order = house.draft()
    scan = make.make_file(house.centre, order)
    said = {"signer": house.bureau.post, "signed_on": "2026-03-02", "evidence": [scan]}
    with pytest.raises(BadInput, match="no right of signing"):
        flow.move(house.centre, order, "sign_paper", said)
    with pytest.raises(BadInput, match="day to come"):
        flow.move(house.centre, order, "sign_paper", {**said, "signed_on": "2026-03-03"})
    with pytest.raises(BihuanError):
        flow.move(house.centre, order, "sign_paper", {**said, "evidence": []})
    flow.move(house.centre, order, "sign_paper", {**said, "signer": house.leader.post})
    row = house.row(order)
    assert row.stage == "issued"
    assert (row.value("signature"), row.value("signer"), row.value("entered_by")) == (
        "paper", house.leader.post, house.centre.post,
    )  # fmt: skip
    void, signed = papers.papers_of(order)
    assert (void.state, signed.form, signed.recorder_post) == ("void", "paper", house.centre.post)
    assert (signed.signer_post, signed.number) == (house.leader.post, "工管委交办〔2026〕1号")


def test_an_abolished_department_gets_no_order(house):
    people.amend_organisation(SYSTEM, house.build, is_active=False)
    with pytest.raises(BadInput, match="开发建设局"):
        house.draft()


def offered(actor, order):
    return {move.name for move in selectors.moves(actor, selectors.matter(actor, order))[1]}


def test_a_department_abolished_meanwhile_hands_over(house):
    order = house.issued()
    assert "hand_over" not in offered(house.centre, order), "the unit stands"
    with pytest.raises(BadInput, match="still exists"):
        flow.move(house.centre, order, "hand_over", {"unit": house.plan, "reason": "机构改革"})
    people.amend_organisation(SYSTEM, house.build, is_active=False)
    assert "hand_over" in offered(house.centre, order)
    due = house.row(order).due
    flow.move(house.centre, order, "hand_over", {"unit": house.plan, "reason": "机构改革"})
    row = house.row(order)
    assert (row.stage, row.lead_unit, row.holder_post) == ("handing_over", house.build, house.leader.post)
    old, new = papers.papers_of(order)
    assert (old.state, new.state, new.corrects, stored.data(new)["to"]) == (
        "signed", "draft", old.id, "自然资源分局",
    )  # fmt: skip
    orders.sign(house.leader, order, {})
    run_due()
    row = house.row(order)
    assert (row.stage, row.lead_unit, row.first_unit, row.due) == ("issued", house.plan, house.build, due)
    old, new = papers.papers_of(order)
    assert (old.state, new.state, new.number) == ("signed", "signed", "工管委交办〔2026〕2号")
    seen = stored.check(old.code)
    assert (seen.state, seen.replaced, seen.corrected_by) == ("valid", True, (new.number,))
    assert differences(order) == []


def test_a_hand_over_goes_to_a_unit_that_stands_and_is_signed_where_the_first_signer_has_left(house):
    order = house.issued(supports=[house.plan])
    people.amend_organisation(SYSTEM, house.build, is_active=False)
    gone = house.unit("已撤销局")
    people.amend_organisation(SYSTEM, gone, is_active=False)
    with pytest.raises(BadInput, match="No longer a unit"):
        flow.move(house.centre, order, "hand_over", {"unit": gone, "reason": "机构改革"})
    with pytest.raises(BadInput, match="lies with already"):
        flow.move(house.centre, order, "hand_over", {"unit": house.build, "reason": "机构改革"})
    people.end_post(SYSTEM, house.leader.post)
    after = house.person("leader", house.board)
    flow.move(house.centre, order, "hand_over", {"unit": house.plan, "reason": "机构改革"})
    assert house.row(order).holder_post == after.post
    scan = make.make_file(house.centre, order)
    said = {"signer": after.post, "signed_on": "2026-03-02", "evidence": [scan]}
    flow.move(house.centre, order, "sign_over_paper", said)
    row = house.row(order)
    assert (row.stage, row.lead_unit, row.value("signature")) == ("issued", house.plan, "paper")


def test_a_draft_sent_back_gets_another_title(house):
    order = house.draft(title="红线外供水")
    flow.move(house.leader, order, "send_back", {"reason": "题目不清"})
    flow.move(house.centre, order, "revise", {"title": "接通红线外供水管网", "unit": house.build})
    flow.move(house.centre, order, "put_up", {})
    assert house.row(order).title == "接通红线外供水管网"
    assert stored.data(papers.papers_of(order)[-1])["title"] == "接通红线外供水管网"
    assert differences(order) == []
    run_due()
    found = search.search(branches(house.centre), "供水管网")
    assert [hit.id for hit in found.hits] == [order]
    content.erase(SYSTEM, order, field="title", seq=house.row(order).seq - 1, reason="测试")
    assert house.row(order).title == "", "the old title does not come back"


def test_relations_and_habits_are_dated_rows(house):
    county = make.make_org("区水务局", division=make.make_division("云溪区", "county"))
    with pytest.raises(Refused):
        rules.set_relation(house.bureau, house.board, county, "up", "示例")
    with pytest.raises(BadInput, match="rests on"):
        rules.set_relation(SYSTEM, house.board, county, "up", " ")
    first = rules.set_relation(SYSTEM, house.board, county, "up", "三定方案（示例）", valid_from=MONDAY)
    with pytest.raises(Conflict):
        rules.set_relation(SYSTEM, house.board, county, "own", "示例", valid_from=MONDAY)
    later = rules.set_relation(SYSTEM, house.board, county, "equal", "示例", valid_from=at(9).date())
    assert [(row.id, row.valid_until) for row in rules.relations()] == [(later, None), (first, at(9).date())]
    assert standing.relation_of(house.board, county, at(8).date()) == "up"
    assert standing.relation_of(house.board, county, at(9).date()) == "equal"
    rules.end_relation(SYSTEM, later, at(10).date())
    assert standing.relation_of(house.board, county, at(10).date()) == "equal"
    assert standing.relation_of(house.board, county, at(11).date()) == "equal", (
        "an equal by what is known of them"
    )
    rules.set_practice(SYSTEM, "second_reader", True, "示例", division=house.park)
    assert house.row(house.draft()).stage == "drafted"


def test_an_order_put_up_to_a_department_abolished_before_signing_is_not_signed(house):
    order = house.draft()
    people.amend_organisation(SYSTEM, house.build, is_active=False)
    with pytest.raises(BadInput, match="No longer a unit"):
        flow.move(house.leader, order, "sign", {})
    assert house.row(order).stage == "signing"


def test_where_two_pairs_of_eyes_are_the_rule_somebody_else_puts_it_up(house):
    Practice.objects.create(rule="second_reader", value=1, division=0, source="示例", valid_from=MONDAY)
    order = house.draft()
    assert house.row(order).stage == "drafted"
    with pytest.raises(BadInput, match="somebody else reviews"):
        flow.move(house.centre, order, "put_up", {})
    flow.move(house.second, order, "put_up", {})
    flow.move(house.leader, order, "send_back", {"reason": "要求不明确"})
    flow.move(house.centre, order, "revise", {"demand": "三日内开工，五日内通水。", "unit": house.plan})
    flow.move(house.second, order, "put_up", {})
    flow.move(house.leader, order, "sign", {})
    assert house.row(order).lead_unit == house.plan


def test_outside_bodies_are_clocked_but_not_scored(house):
    order = house.issued(unit=house.power)
    row = house.row(order)
    assert (row.value("relation"), row.value("paper"), row.value("scored"), row.clock) == (
        "outside", "letter", False, "running",
    )  # fmt: skip


def test_by_how_the_issuer_stands_to_the_addressee_the_paper_differs(house):
    county = make.make_org("区水务局", division=make.make_division("云溪区", "county"))
    assert house.row(house.issued(unit=county)).value("paper") == "letter"
    Relation.objects.create(
        issuer=house.board, addressee=county, relation="up", source="三定方案（示例）", valid_from=MONDAY
    )
    assert house.row(house.issued(unit=county)).value("paper") == "request"
    assert house.row(house.issued(unit=county, paper="report")).value("paper") == "report"


def test_an_order_is_voided_by_its_signer(house):
    other = house.person("leader", house.board)
    order = house.draft(signer=house.leader.post, supports=[house.plan])
    flow.move(house.leader, order, "sign", {})
    run_due()
    with pytest.raises(BadInput, match="somebody else"):
        flow.move(other, order, "void", {"reason": "重复交办"})
    flow.move(house.leader, order, "void", {"reason": "重复交办"})
    run_due()
    assert (house.row(order).stage, house.row(house.child(order)).stage) == ("voided", "withdrawn")


def test_the_same_key_drafts_once(house):
    data = {"title": "接通供水", "demand": "接通", "unit": house.build}
    first = orders.draft(house.centre, data, scope=house.scope, key="once")
    again = orders.draft(house.centre, data, scope=house.scope, key="once")
    assert (first.matter, again.again) == (again.matter, True)
    with pytest.raises(Conflict):
        orders.draft(house.centre, {**data, "title": "别的"}, scope=house.scope, key="once")


def test_a_day_that_has_passed_is_no_limit(house):
    with pytest.raises(BadInput, match="still to come"):
        house.draft(due="2026-03-02")


def test_signing_numbers_the_paper_that_was_put_up(house):
    order = house.draft(supports=[house.plan], basis="〔2026〕1号会议纪要")
    (draft,) = papers.papers_of(order)
    said = stored.data(draft)
    assert (draft.state, draft.unit, draft.kind) == ("draft", house.board, "orders.order")
    assert (said["to"], said["supports"], said["due"]) == (
        "开发建设局",
        ["自然资源分局"],
        "自签发之日起5个工作日内",
    )
    flow.move(house.leader, order, "sign", {})
    (signed,) = papers.papers_of(order)
    assert (signed.id, signed.number, signed.form) == (draft.id, "工管委交办〔2026〕1号", "screen")
    assert (signed.signer_post, stored.genuine(signed)) == (house.leader.post, True)


def test_a_signer_who_sets_another_day_signs_another_paper(house):
    order = house.draft()
    flow.move(house.leader, order, "sign", {"due": "2026-03-20"})
    old, new = papers.papers_of(order)
    assert (old.state, old.number, new.number) == ("void", "", "工管委交办〔2026〕1号")
    assert stored.data(new)["due"] == "2026年3月20日前"
    assert house.row(order).due >= at(20)


def test_a_void_number_is_never_given_again(house):
    first, second = house.issued(), house.draft()
    flow.move(house.leader, first, "void", {"reason": "重复交办"})
    flow.move(house.leader, second, "sign", {})
    (void,), (next_,) = papers.papers_of(first), papers.papers_of(second)
    assert (void.state, void.number) == ("void", "工管委交办〔2026〕1号")
    assert next_.number == "工管委交办〔2026〕2号"


def test_given_to_another_unit_it_has_another_paper(house):
    order = house.issued()
    flow.move(house.bureau, order, "return", {"basis": "不属我局", "proposed": house.plan})
    flow.move(house.leader, order, "reassign", {"unit": house.plan})
    old, new = papers.papers_of(order)
    assert (old.state, new.state, stored.data(new)["to"]) == ("void", "signed", "自然资源分局")


def test_a_signature_that_fails_leaves_no_number(house):
    order = house.draft()
    people.amend_organisation(SYSTEM, house.build, is_active=False)
    with pytest.raises(BadInput):
        flow.move(house.leader, order, "sign", {})
    people.amend_organisation(SYSTEM, house.build, is_active=True)
    flow.move(house.leader, order, "sign", {})
    assert [row.number for row in papers.papers_of(order) if row.number] == ["工管委交办〔2026〕1号"]


def test_the_paper_moves_with_its_order_only(house):
    order = house.draft()
    (draft,) = papers.papers_of(order)
    with pytest.raises(Refused):
        writing.sign(house.leader, draft.id)
    with pytest.raises(Refused):
        writing.void(house.leader, draft.id, "误")
    assert house.row(order).stage == "signing"
