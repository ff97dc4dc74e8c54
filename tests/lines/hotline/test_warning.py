"""Early warning: tallies equal a slow count, a burst opens one hotspot, its answer is approved and lifted."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.lines.hotline.district import MONDAY, district

from bihuan.kernel.errors import BihuanError
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import selectors as matters
from bihuan.kernel.flow.bulk import New, open_many
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.contracts import HOTSPOT, ORDER
from bihuan.lines.hotline.duties import actions as duties
from bihuan.lines.hotline.registers import DUTIES
from bihuan.lines.hotline.warning import actions, selectors

pytest.importorskip("scipy")
assert district


@pytest.fixture(autouse=True)
def _within_one_transaction(monkeypatch):
    """What a test writes is never committed: let a pass see it all the same, all of it each time."""
    monkeypatch.setattr(actions, "_HORIZON", "SELECT 4000000000000")


def swept():
    """Do a pass that reads every entry anew."""
    run("UPDATE hotline_watched SET xact = 0")
    return actions.sweep()


SLOW = """
SELECT (m.data ->> 'class')::bigint, m.community, (m.created AT TIME ZONE 'Asia/Shanghai')::date, count(*)::int
FROM flow_matter m WHERE m.kind = 'hotline.order' AND m.data ? 'class' AND m.stage NOT IN ('withdrawn', 'refused')
  AND m.data ->> 'type' NOT IN ('report', 'praise')
  AND m.id NOT IN (SELECT matter FROM hotline_join WHERE until IS NULL) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"""
KEPT = """SELECT c.duty, c.place, t.day, t.events FROM hotline_tally t JOIN hotline_cell c ON c.id = t.cell
          WHERE t.events > 0 ORDER BY 1, 2, 3"""


def orders(district, count, *, days=0, duty=0, kind="help", place="grid"):
    """Open orders so many days before Monday; return their ids."""
    said = {
        "title": "水管渗水",
        "type": kind,
        "secrecy": "open",
        "channel": "phone",
        "about": [duty or district.leaks],
    }
    scope, at = scope_of(district.path[place]), MONDAY - timedelta(days=days)
    made = open_many(SYSTEM, ORDER, [New(said, scope, at=at) for _n in range(count)])
    assert all(one.receipt for one in made), made
    return [one.receipt.matter for one in made]


def past(district):
    """One order every third day for two months, of two classes."""
    for days in range(3, 63, 3):
        orders(district, 1, days=days)
        orders(district, 1, days=days, duty=district.stalls)


def burst(district, count=8):
    """A past, a burst of today, one pass; return the hotspot."""
    past(district)
    made = orders(district, count)
    assert swept() == 1
    ((key,),) = run("SELECT id FROM flow_matter WHERE kind = %s", (HOTSPOT,))
    return key, made


def test_a_quiet_house_raises_nothing_and_a_young_one_neither(district):
    orders(district, 12)
    assert swept() == 0, "nothing is known of the past"
    past(district)
    assert run("SELECT count(*) FROM flow_matter WHERE kind = %s", (HOTSPOT,)) == [(0,)]


def test_tallies_follow_every_change_and_equal_a_slow_count(district):
    past(district)
    first, second, third = orders(district, 3)
    orders(district, 2, kind="praise")
    orders(district, 2, kind="report")
    swept()
    assert run(KEPT) == run(SLOW)
    code = district.row(first).code
    flow.move(district.operator, second, "join", {"code": code})
    flow.move(district.operator, third, "withdraw", {"reason": "重复"})
    swept()
    assert run(KEPT) == run(SLOW)
    assert run("SELECT events FROM hotline_tally ORDER BY day DESC LIMIT 1") == [(1,)]
    flow.move(district.operator, second, "part", {"reason": "不是一回事"})
    flow.move(district.operator, first, "dispatch", {"unit": district.water, "about": [district.stalls]})
    swept()
    assert run(KEPT) == run(SLOW)
    run("UPDATE hotline_watched SET xact = 9000000000000")
    swept()
    assert run(KEPT) == run(SLOW), "a database set up anew from a copy is counted from the start"


def test_a_burst_opens_one_hotspot_with_its_orders(district):
    key, made = burst(district)
    row = matters.by_ids([key])[key]
    assert (row.stage, row.community) == ("raised", district.path["community"])
    assert "房屋渗漏" in row.title
    spot = selectors.spots([key])[key]
    assert spot.linked == spot.events == 8
    assert spot.surprise > spot.threshold
    more = orders(district, 3)
    assert swept() == 0, "never a second for the same cell while one is open"
    assert {one.id for one in selectors.orders(district.operator, key)} == {*made, *more}
    with pytest.raises(IntegrityError), transaction.atomic():
        run(
            "INSERT INTO hotline_hotspot (matter, cell, since, raised, events, expected, surprise, threshold, untrue)"
            " SELECT 1, cell, since, raised, events, expected, surprise, threshold, false FROM hotline_hotspot"
        )


def test_a_class_that_left_the_catalogue_is_not_raised(district):
    past(district)
    orders(district, 9)
    duties.drop(district.coordinator, DUTIES, district.leaks, "并入物业")
    assert swept() == 0


def test_days_that_are_over_are_judged_once_and_make_the_threshold(district):
    past(district)
    for _pass in range(3):
        swept()
    judged = run("SELECT count(*)::int, max(day) FROM hotline_judged")[0]
    assert judged == (32, (MONDAY - timedelta(days=1)).date())
    assert actions.judge() == 0
    got = selectors.achieved()
    assert (got.days, got.cells) == (32, 2)
    assert got.a_day <= selectors.TARGET


ANSWER = {"name": "白沙花园为何渗水", "answer": "主管道老化，三日内换完。", "basis": "物业管理条例",
          "review_on": "2026-04-01", "expires_on": "2026-06-30"}  # fmt: skip


def test_a_hotspot_is_issued_answered_with_one_voice_and_lifted(district):
    key, made = burst(district)
    with pytest.raises(BihuanError):
        flow.move(district.fixer, key, "issue", {"unit": district.water})
    flow.move(district.coordinator, key, "issue", {"unit": district.water})
    flow.move(district.fixer, key, "sign", {})
    with pytest.raises(BihuanError, match="approved"):
        flow.move(district.coordinator, key, "lift", {"reason": "已平息"})
    with pytest.raises(BihuanError, match="waits"):
        flow.move(district.coordinator, key, "approve", {})
    with pytest.raises(BihuanError, match="review"):
        flow.move(district.fixer, key, "propose", {**ANSWER, "review_on": "2026-02-01"})
    flow.move(district.fixer, key, "propose", ANSWER)
    flow.move(district.fixer, key, "propose", {**ANSWER, "answer": "今日已抢修，明日恢复。"})
    flow.move(district.coordinator, key, "approve", {})
    first = selectors.answer_in(key, "approved")
    assert (first.version, first.answer) == (2, "今日已抢修，明日恢复。")
    assert run("SELECT answer, unit FROM hotline_knowledge WHERE id = %s", (first.knowledge,)) == [
        (first.answer, district.water)
    ]
    flow.move(district.fixer, key, "propose", {**ANSWER, "answer": "已恢复供水。"})
    flow.move(district.coordinator, key, "send_back", {"reason": "措辞"})
    flow.move(district.fixer, key, "propose", {**ANSWER, "answer": "已全部恢复。"})
    flow.move(district.coordinator, key, "approve", {})
    assert [one.state for one in selectors.answers(key)] == ["approved", "refused", "replaced", "replaced"]
    assert run("SELECT id, answer FROM hotline_knowledge") == [(first.knowledge, "已全部恢复。")], (
        "one answer"
    )
    flow.move(district.operator, made[0], "direct", {"source": [first.knowledge], "reply": "已全部恢复。"})
    page = district.client(district.operator).get(f"/matters/{district.row(made[1]).code}/").content.decode()
    assert "已全部恢复。" in page
    flow.move(district.coordinator, key, "lift", {"reason": "已平息"})
    assert selectors.spots([key])[key].ended is not None
    assert swept() == 0, "its cell is quiet for a week"


def test_a_false_alarm_is_counted_as_one(district):
    key, _made = burst(district)
    flow.move(district.coordinator, key, "dismiss", {"reason": "同一人重复来电"})
    got = selectors.achieved()
    assert (got.untrue, got.ended) == (1, 1)


def test_the_board_and_the_page_show_it_to_whom_it_concerns(district):
    key, _made = burst(district)
    code = district.row(key).code
    desk = district.client(district.operator)
    assert code in desk.get("/hotline/hotspots/").content.decode()
    page = desk.get(f"/matters/{code}/").content.decode()
    assert "picture-watched" in page
    assert "Why it was raised" in page
    assert code not in district.client(district.stranger).get("/hotline/hotspots/").content.decode()
    assert district.client(district.head).get("/hotline/hotspots/").status_code == 403
    assert district.client(district.stranger).get(f"/matters/{code}/").status_code == 404
    flow.move(district.coordinator, key, "dismiss", {"reason": "误报"})
    assert code not in desk.get("/hotline/hotspots/").content.decode()
    assert code in desk.get("/hotline/hotspots/?all=yes").content.decode()


def test_orders_nobody_watches_are_counted_at_each_pass(district):
    past(district)
    district.call(about=[])
    swept()
    assert selectors.achieved().unclassed == 1
    flow.move(district.operator, district.call(about=[]), "withdraw", {"reason": "重复"})
    swept()
    assert selectors.achieved().unclassed == 1
