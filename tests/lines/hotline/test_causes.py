"""Many complaints, one task; its effect on later calls is measured, and a meeting's decision becomes a rule."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from tests.kernel import factories as make
from tests.lines.hotline.district import CALL, MONDAY, district

from bihuan.kernel.errors import BadInput, Refused
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import selectors as flows
from bihuan.kernel.flow.rebuild import differences
from bihuan.kernel.flow.selectors import Filter
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.meetings import actions as meetings
from bihuan.kernel.meetings.actions.minuting import Decision
from bihuan.kernel.now import now
from bihuan.kernel.papers import actions as papers
from bihuan.kernel.papers import selectors as papers_kept
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline import actions
from bihuan.lines.hotline.causes import actions as causes
from bihuan.lines.hotline.causes import guards, selectors
from bihuan.lines.hotline.causes.selectors import Effect
from bihuan.lines.hotline.duties import selectors as duties

assert district


def task(district, **more):
    said = {"title": "立管反复渗漏", "about": [str(district.leaks)], "unit": district.water, **more}
    made = causes.set_task(district.coordinator, district.path["community"], said, "t")
    assert causes.set_task(district.coordinator, district.path["community"], said, "t").matter == made.matter
    return made.matter


def test_what_keeps_coming_is_proposed_and_its_effect_measured(district, travel):
    with travel(MONDAY - timedelta(days=30)):
        for n in range(6):
            actions.take(district.operator, {**CALL, "phone": f"1381234000{n}", "about": [district.leaks]})
    (often,) = selectors.frequent(district.coordinator)
    assert (often.place, often.duty, often.calls, often.task) == (
        district.path["community"],
        district.leaks,
        6,
        0,
    )
    assert selectors.frequent(district.helper) == []
    made = task(district)
    assert selectors.frequent(district.coordinator)[0].task == made
    assert selectors.calls_behind(district.row(made), "community") == 6
    flow.move(district.fixer, made, "take", {"plan": "换立管"})
    flow.move(district.fixer, made, "done", {"reply": "六栋立管已换"})
    with travel(MONDAY + timedelta(days=5)), pytest.raises(BadInput, match="few days"):
        flow.move(district.coordinator, made, "conclude", {"note": "有效"})
    with travel(MONDAY + timedelta(days=30)):
        actions.take(district.operator, {**CALL, "about": [district.leaks]})
        measured = selectors.effect(district.row(made), "community")
        assert (measured.before, measured.since, measured.days) == (6, 1, 30)
        assert measured.expected == 2.0, "a third of the days"
        flow.move(district.coordinator, made, "conclude", {"note": "有效"})
        assert district.row(made).value("expected") == "2.0"
    assert differences(made) == []


def test_calls_that_go_on_send_it_back(district, travel):
    made = task(district)
    flow.move(district.fixer, made, "take", {"plan": "换立管"})
    flow.move(district.fixer, made, "done", {"reply": "已换"})
    with travel(MONDAY + timedelta(days=30)):
        actions.take(district.operator, {**CALL, "about": [district.leaks]})
        with pytest.raises(BadInput, match="not fallen"):
            flow.move(district.coordinator, made, "conclude", {"note": "有效"})
        flow.move(district.coordinator, made, "resume", {"reason": "仍有来电"})
        assert district.row(made).stage == "working"


def test_the_rest_of_the_district_is_the_measure():
    made = Effect(before=60, since=10, days=45, others_before=100, others_since=30)
    assert made.expected == 18.0
    assert made.fell
    assert not Effect(60, 18, 45, 100, 30).fell
    assert not Effect(60, 0, 13, 100, 30).fell, "too early"


def test_a_decision_of_a_meeting_becomes_a_rule_of_dispatch(district, monkeypatch):
    made = task(district)
    said = {"unit_from_now": district.police, "reason": "联席会议定"}
    with pytest.raises(BadInput, match="minutes"):
        flow.move(district.coordinator, made, "rule", said)

    class Line:
        outcome = "decide"
        number = "白热纪〔2026〕1号"

    monkeypatch.setattr(guards, "of_matter", lambda _actor, _matter: [Line()])
    flow.move(district.coordinator, made, "rule", said)
    assert district.row(made).value("minutes") == "白热纪〔2026〕1号"
    leaks = duties.by_ids([district.leaks])[district.leaks]
    assert duties.unit_for(leaks, scope_of(district.grid_place))[0] == district.police


def _minuted(district, travel, made, outcome, text):
    """Take a task to a joint meeting, minute it there and sign the minutes; return their number."""
    chair = district.coordinator
    item = meetings.propose(chair, made).matter
    flow.move(chair, item, "table", {})
    begins = now() + timedelta(days=1)
    said = {"title": "热线联席会议", "kind": "coordination", "place": 1, "begins": begins.isoformat(),
            "ends": (begins + timedelta(hours=1)).isoformat(), "chair": chair.post}  # fmt: skip
    meeting = meetings.plan(chair, said, scope=scope_of(district.place)).matter
    assert meetings.put_on(chair, meeting, [item])[0].receipt
    with travel(begins + timedelta(hours=2)):
        flow.move(chair, meeting, "attend", {"posts": [chair.post]})
        paper = meetings.minute(chair, meeting, [Decision(item, outcome, text)]).paper
        papers.sign(district.leader, paper)
    return papers_kept.by_ids([paper])[paper].number


def test_what_keeps_coming_ends_in_a_rule_the_next_call_is_dispatched_by(district, travel):
    for n in range(5):
        actions.take(district.operator, {**CALL, "phone": f"1381234000{n}", "about": [district.leaks]})
    desk, place = district.client(district.coordinator), district.path["community"]
    said = {
        "title": "立管反复渗漏",
        "about": district.leaks,
        "unit": district.water,
        "place": place,
        "key": "k",
    }
    made = flows.matter(SYSTEM, desk.post("/hotline/causes/new/", said).url.strip("/").rpartition("/")[2])
    rule = {"unit_from_now": district.police, "reason": "立管渗漏由城管局牵头"}
    with pytest.raises(BadInput, match="minutes"):
        flow.move(district.coordinator, made.id, "rule", rule)
    _minuted(district, travel, made.id, "retable", "材料不全，下次再议")
    with travel(MONDAY + timedelta(days=3)):
        with pytest.raises(BadInput, match="minutes"):
            flow.move(district.coordinator, made.id, "rule", rule)
        (item,) = (
            one for one in flows.listed(SYSTEM, Filter(kind="meetings.item", parent=made.id))[0] if one.open
        )
        flow.move(district.coordinator, item.id, "withdraw", {"reason": "另行上会"})
        number = _minuted(district, travel, made.id, "decide", "立管渗漏由城管局牵头")
    with travel(MONDAY + timedelta(days=6)):
        assert number in desk.get(f"/matters/{made.code}/").content.decode(), "the task says what was decided"
        flow.move(district.coordinator, made.id, "rule", rule)
        clerk = district.client(district.operator)
        kept = clerk.get("/hotline/tables/rulings/").content.decode()
        assert made.code in kept
        assert number in kept
        for about in ([], [str(district.leaks)]):
            call = {**CALL, "phone": "13812340009", "about": about, "key": f"c{len(about)}"}
            shown = clerk.post("/hotline/console/", call).content.decode()
            assert made.code in shown, "by which ruling"
            assert number in shown, "and from which minutes"
        (order,) = (one for one in flows.listed(district.operator, Filter(kind="hotline.order"), limit=1)[0])
        hints = clerk.post("/hotline/console/hints/", {"title": CALL["title"]}).content.decode()
        assert number in hints, "while it is typed, too"
        assert re.search(rf'value="{district.police}"[^>]*(checked|selected)', shown), (
            "proposed, to be confirmed"
        )
        sent = {"unit": district.police, "about": district.leaks, "ver": order.ver, "key": "d"}
        assert clerk.post(reverse("matter_move", args=[order.code, "dispatch"]), sent).status_code in {
            200,
            303,
        }
        assert district.row(order.id).lead_unit == district.police
        ((key,),) = run("SELECT id FROM hotline_ruling WHERE withdrawn_at IS NULL")
        assert made.code in clerk.get(f"/hotline/tables/rulings/{key}/").content.decode()
        assert clerk.post("/hotline/tables/rulings/", rule).status_code == 404, (
            "rulings come from moves alone"
        )
        assert clerk.post(f"/hotline/tables/rulings/{key}/", {"drop": "yes"}).status_code == 303
        leaks = duties.by_ids([district.leaks])[district.leaks]
        assert duties.unit_for(leaks, scope_of(district.grid_place)) == (district.water, "")


def test_pages(district):
    for n in range(5):
        actions.take(district.operator, {**CALL, "phone": f"1381234000{n}", "about": [district.leaks]})
    desk = district.client(district.coordinator)
    page = desk.get("/hotline/causes/").content.decode()
    place = district.path["community"]
    assert f"/hotline/causes/new/?place={place}" in page
    assert desk.get(f"/hotline/causes/new/?place={place}&class={district.leaks}").status_code == 200
    sent = {"title": "立管", "about": district.leaks, "unit": district.water, "place": place, "key": "k"}
    made = desk.post("/hotline/causes/new/", sent)
    assert made.status_code == 303
    assert desk.post("/hotline/causes/new/", {"title": ""}).status_code == 422
    shown = desk.get(made.url).content.decode()
    assert "90" in shown
    assert f" #{district.leaks}\n" not in shown, "the class is said by name"
    code = made.url.strip("/").rpartition("/")[2]
    order = district.row(district.call(about=[str(district.leaks)])).code
    assert code in desk.get(f"/matters/{order}/").content.decode(), "an order shows the task it belongs to"
    assert district.client(district.operator).get("/hotline/causes/new/").status_code == 403
    assert code not in district.client(district.stranger).get("/hotline/causes/").content.decode()
    elsewhere = make.make_division("又一区", "county")
    with pytest.raises(Refused):
        causes.set_task(district.coordinator, elsewhere, {"title": "x"})
