"""Doubtful orders are set aside in heaps: none is lost, none drowns the others, one decision settles a heap."""

import html
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.lines.hotline.district import district

from bihuan.kernel.errors import Conflict, NotFound, Refused
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import selectors as matters
from bihuan.kernel.flow.telling import tell_holders
from bihuan.kernel.identity.selectors.links import link_and_actor
from bihuan.kernel.jobs import run_due
from bihuan.kernel.ledger import selectors as ledger
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline import selectors
from bihuan.lines.hotline.aside import actions as aside
from bihuan.lines.hotline.aside import selectors as heaps
from bihuan.lines.hotline.aside.reasons import MOST, SENDER
from bihuan.lines.hotline.doors import actions as doors

assert district


@pytest.fixture
def url(district):
    return f"/hotline/public/{district.place}/"


def client(address="10.0.0.1"):
    return Client(REMOTE_ADDR=address, headers={"accept-language": "en"})


def said(turn, **more):
    return {
        "title": f"第{turn}件路灯不亮", "type": "help", "address": "白沙花园3栋", "secrecy": "open", "key": f"k{turn}",
        **more,
    }  # fmt: skip


def knock(url, count, address="10.0.0.1", **more):
    """Send so many different orders in from one address; return the pages."""
    one = client(address)
    pages = [one.post(url, said(f"{address}-{turn}", **more)) for turn in range(count)]
    assert {page.status_code for page in pages} == {200}
    return [page.content.decode() for page in pages]


def code_in(page):
    """Return the look-up code of a receipt."""
    return page.split('href="/l/')[1].split('"')[0].rstrip("/")


def orders(stage=""):
    """Return the ids of orders (at a stage), the oldest first."""
    sql = "SELECT id FROM flow_matter WHERE kind = 'hotline.order' AND (%s = '' OR stage = %s) ORDER BY id"
    return [row[0] for row in run(sql, (stage, stage))]


def the_heap():
    """Return the only heap."""
    (found,) = run("SELECT id FROM flow_matter WHERE kind = 'hotline.heap'")
    return matters.by_ids([found[0]])[found[0]]


def decide(district, name, **data):
    """Decide on the only heap and let its job run."""
    heap = the_heap()
    flow.move(district.coordinator, heap.id, name, data)
    return aside.carry_out([heap.id])


def clocks(matter):
    """Return the running clocks of a matter with the moment they began."""
    sql = "SELECT name, started FROM clock_clock WHERE matter_id = %s AND ended_at IS NULL ORDER BY name"
    return run(sql, (matter,))


def test_nothing_is_lost_in_a_flood_and_it_is_one_matter_and_one_notice(district, url, monkeypatch):
    monkeypatch.setattr(doors, "BOUND", 1000)
    pages = knock(url, 300)
    led = {link_and_actor(code_in(page))[0].matter for page in pages}
    assert led == set(orders()), "each code opens its own"
    numbers = {page.split("Received as ")[1].split("<")[0].strip() for page in pages}
    assert numbers == {code for (code,) in run("SELECT code FROM flow_matter WHERE kind = 'hotline.order'")}
    assert len(numbers) == 300
    assert len(orders("aside")) == 300 - MOST[SENDER]
    tell_holders()
    (told,) = run("SELECT count(*) FROM notices_notice WHERE matter_id = %s", (the_heap().id,))
    assert told == (1,), "one coordinator, one notice"
    listed, _more = selectors.queue(district.operator, limit=400)
    assert {row.id for row in listed} == set(orders("registered"))


def test_taken_in_together_they_wait_at_the_desk_under_limits_that_begin_then(district, url, travel):
    knock(url, MOST[SENDER] + 3)
    lay = orders("aside")
    assert all(clocks(one) == [] and not district.row(one).holder_role for one in lay)
    then = now() + timedelta(hours=3)
    with travel(then):
        assert decide(district, "take_in") == 3
        assert orders("aside") == []
        for one in lay:
            assert [(name, at) for name, at in clocks(one)] == [("dispatch", then), ("handle", then)]
            assert (district.row(one).stage, district.row(one).holder_role) == ("registered", "operator")
        assert (the_heap().stage, the_heap().clock) == ("taken_in", "none")
        assert aside.carry_out() == 0, "done once"


def test_what_was_found_real_is_counted_from_nothing_again(district, url):
    knock(url, MOST[SENDER] + 1)
    decide(district, "take_in")
    one = client()
    for turn in range(MOST[SENDER]):
        one.post(url, said(f"b{turn}"))
    assert orders("aside") == []
    one.post(url, said("c"))
    assert len(orders("aside")) == 1
    assert the_heap().stage == "raised", "taken up again"


def test_discarded_together_and_brought_back(district, url):
    knock(url, MOST[SENDER] + 3)
    first, *rest = orders("aside")
    flow.move(district.operator, first, "discard", {"reply": "广告"})
    with pytest.raises(Exception, match="fill"):
        decide(district, "discard")
    assert decide(district, "discard", reply="同一来源的捏造信息") == 2
    assert set(orders("refused")) == {first, *rest}
    with pytest.raises(Refused):
        flow.move(district.operator, rest[0], "bring_back", {"reason": "误判"})
    assert decide(district, "bring_back", reason="误判") == 2
    assert orders("refused") == [first], "what was decided on its own stays"
    for one in rest:
        assert [name for name, _at in clocks(one)] == ["dispatch", "handle"]
    flow.move(district.coordinator, first, "bring_back", {"reason": "误判"})
    assert orders("refused") == []


def test_brought_back_before_it_was_discarded_it_is_taken_in(district, url):
    knock(url, MOST[SENDER] + 2)
    heap, lay = the_heap().id, orders("aside")
    flow.move(district.coordinator, heap, "discard", {"reply": "骚扰"})
    flow.move(district.coordinator, heap, "bring_back", {"reason": "误判"})
    assert run_due() > 0
    assert {district.row(one).stage for one in lay} == {"registered"}
    assert {district.row(one).episode for one in lay} == {2}


def test_what_was_discarded_before_more_came_is_brought_back_too(district, url):
    knock(url, MOST[SENDER] + 1)
    (first,) = orders("aside")
    offered = [one.name for one in matters.moves(district.coordinator, the_heap())[1]]
    assert "bring_back_before" not in offered, "nothing was discarded yet"
    decide(district, "discard", reply="骚扰")
    client().post(url, said("later"))
    (later,) = orders("aside")
    assert the_heap().stage == "raised"
    assert decide(district, "bring_back_before", reason="误判") == 1
    assert (district.row(first).stage, district.row(later).stage) == ("registered", "aside")
    assert the_heap().stage == "raised", "what came later still waits"


def test_what_a_rule_refused_is_not_brought_back(district):
    order, rule = district.call(), district.refusal()
    flow.move(district.operator, order, "refuse", {"rule": [rule], "reply": "请拨打110"})
    row = district.row(order)
    assert "bring_back" not in [one.name for one in matters.moves(district.coordinator, row)[1]]
    with pytest.raises(Exception, match="not discarded"):
        flow.move(district.coordinator, order, "bring_back", {"reason": "误判"})


def test_one_decided_by_hand_stays_as_decided(district, url):
    knock(url, MOST[SENDER] + 2)
    real, other = orders("aside")
    flow.move(district.operator, real, "take_in", {})
    decide(district, "discard", reply="骚扰")
    assert district.row(real).stage == "registered"
    assert district.row(other).stage == "refused"
    assert aside.carry_out() == 0


def test_it_is_carried_out_in_parts_and_goes_on_where_it_stood(district, url, monkeypatch):
    knock(url, MOST[SENDER] + 5)
    monkeypatch.setattr(aside, "BATCH", 2)
    heap = the_heap()
    flow.move(district.coordinator, heap.id, "take_in", {})
    sent = aside.bulk.move_many

    def breaks(*given):
        if len(orders("aside")) < 4:
            raise RuntimeError("the machine stops")
        return sent(*given)

    monkeypatch.setattr(aside.bulk, "move_many", breaks)
    with pytest.raises(RuntimeError):
        aside.carry_out([heap.id])
    assert 0 < len(orders("aside")) < 5
    monkeypatch.setattr(aside.bulk, "move_many", sent)
    left = len(orders("aside"))
    assert aside.carry_out() == left, "the round finishes it"
    assert orders("aside") == []


def test_reopenings_are_the_callers_own(district, url):
    knock(url, MOST[SENDER] + 1)
    (one,) = orders("aside")
    decide(district, "take_in")
    answer = {"reply": "已修复"}
    for _turn in range(2):
        flow.move(district.operator, one, "direct", answer)
        flow.move(district.operator, one, "ask_again", {"reason": "还是不亮"})
    flow.move(district.operator, one, "direct", answer)
    with pytest.raises(Exception, match="reopened 2 times"):
        flow.move(district.operator, one, "ask_again", {"reason": "还是不亮"})
    flow.move(district.operator, one, "take_up", {"reason": "还是不亮"})


def test_the_sender_adds_and_withdraws_while_it_lies_aside(district, url):
    link = code_in(knock(url, MOST[SENDER] + 1)[-1])
    (one,) = orders("aside")
    shown = client().get(f"/l/{link}", follow=True).content.decode()
    assert "somebody looks at it before it is handled" in shown
    assert shown.index("somebody looks at it") < shown.index("Set aside"), "it is read first"
    adds = reverse("link_move", args=[link.rstrip("/"), one, "add"])
    assert client().post(adds, {"said": "我是真的", "key": "a"}, follow=True).status_code == 200
    track = link_and_actor(link)[1]
    assert "add" in [entry.move for entry in ledger.history(one)]
    for name, data in (("take_in", {}), ("discard", {"reply": "x"})):
        with pytest.raises(Refused):
            flow.move(track, one, name, data)
    flow.move(track, one, "withdraw", {"reason": "不用了"})
    assert district.row(one).stage == "withdrawn"
    decide(district, "take_in")
    assert district.row(one).stage == "withdrawn"


def test_whoever_is_not_of_the_desk_decides_nothing(district, url):
    knock(url, MOST[SENDER] + 1)
    (one,), heap = orders("aside"), the_heap()
    for who in (district.operator, district.leader, district.fixer, district.head, district.stranger):
        with pytest.raises((Refused, NotFound)):
            flow.move(who, heap.id, "take_in", {})
    for who in (district.leader, district.fixer, district.head, district.stranger):
        with pytest.raises((Refused, NotFound)):
            flow.move(who, one, "take_in", {})
    for who in (district.fixer, district.head, district.stranger):
        assert district.client(who).get(f"/hotline/heaps/{heap.code}/").status_code in {403, 404}
        assert heaps.heaps(who)[0] == []
    assert heaps.heaps(district.operator)[0] == [heap]


def test_a_report_of_wrongdoing_is_read_by_few_while_it_lies_aside(district, url):
    knock(url, MOST[SENDER])
    client().post(url, said("r", type="report", title="举报某单位"))
    client().post(url, said("h"))
    heap = the_heap()
    for who, count in ((district.coordinator, 2), (district.operator, 2), (district.leader, 1)):
        assert len(heaps.orders(who, heap.id)[0]) == count
        assert heaps.waiting(who, [heap.id]) == {heap.id: count}
        page = district.client(who).get(f"/matters/{heap.code}/").content.decode()
        assert ("举报某单位" in page) == (count == 2)
        page = district.client(who).get(f"/hotline/heaps/{heap.code}/").content.decode()
        assert ("举报某单位" in page) == (count == 2)


def test_the_queue_says_that_heaps_wait_and_shows_its_orders_only_when_asked(district, url):
    knock(url, MOST[SENDER] + 2)
    desk = district.client(district.operator)
    page = desk.get("/hotline/").content.decode()
    assert "wait to be looked at: 1. Orders in them, in no queue: 2." in page
    codes = {district.row(one).code for one in orders("aside")}
    assert not any(code in page for code in codes)
    page = desk.get("/hotline/?stage=aside").content.decode()
    assert all(code in page for code in codes)
    page = desk.get("/hotline/heaps/").content.decode()
    assert the_heap().code in page
    page = desk.get(f"/matters/{the_heap().code}/").content.decode()
    assert all(code in page for code in codes)
    assert "More than 5 orders came from one network address" in html.unescape(page)
    decide(district, "take_in")
    assert "doubtful" not in desk.get("/hotline/").content.decode()
    assert the_heap().code not in desk.get("/hotline/heaps/").content.decode()
    assert the_heap().code in desk.get("/hotline/heaps/?all=yes").content.decode()


def test_a_long_heap_is_read_page_by_page(district, url, monkeypatch):
    monkeypatch.setattr(doors, "BOUND", 1000)
    knock(url, MOST[SENDER] + 40)
    heap, seen, before = the_heap(), [], 0
    while True:
        rows, before = heaps.orders(district.operator, heap.id, before=before)
        seen += [row.id for row in rows]
        if not before:
            break
    assert seen == orders("aside")[::-1]
    page = district.client(district.operator).get(f"/matters/{heap.code}/").content.decode()
    assert f"/hotline/heaps/{heap.code}/?before={seen[29]}" in page


def test_a_conflict_is_told_to_who_decides_twice(district, url):
    knock(url, MOST[SENDER] + 1)
    decide(district, "take_in")
    with pytest.raises(Conflict):
        decide(district, "discard", reply="晚了")
