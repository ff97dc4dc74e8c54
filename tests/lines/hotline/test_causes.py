"""Many complaints, one task; its effect on later calls is measured, and a meeting's decision becomes a rule."""

from datetime import timedelta

import pytest
from tests.kernel import factories as make
from tests.lines.hotline.district import CALL, MONDAY, district

from bihuan.kernel.errors import BadInput, Refused
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow.rebuild import differences
from bihuan.kernel.identity.selectors import scope_of
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
        number = "白热纪〔2026〕1号"

    monkeypatch.setattr(guards, "of_matter", lambda _actor, _matter: [Line()])
    flow.move(district.coordinator, made, "rule", said)
    assert district.row(made).value("minutes") == "白热纪〔2026〕1号"
    leaks = duties.by_ids([district.leaks])[district.leaks]
    assert duties.unit_for(leaks, scope_of(district.grid_place))[0] == district.police


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
