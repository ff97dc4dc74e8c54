"""The figures of the ladder are registered, recounted by a slow query, and open to what they count."""

import re
import uuid
from datetime import datetime

import pytest
from django.urls import reverse
from tests.kernel.ladder_house import House, row
from tests.site.meetings.test_meeting_pages import browser, post

from bihuan.kernel.figures import registry, selectors
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.meetings import actions
from bihuan.kernel.now import LOCAL
from bihuan.kernel.permits.rules import branches
from bihuan.kernel.store.sql import run
from bihuan.site.meetings import figures


def at(day, hour):
    return datetime(2026, 3, day, hour, tzinfo=LOCAL)


@pytest.fixture
def house(db, travel, settings):
    settings.MFA_REQUIRED = False
    with travel(at(2, 9)):
        yield House()


def propose(house, title):
    return actions.propose(house.centre, house.stuck(title)).matter


def lived(house, travel):
    """Let three items live: one heard after two hours and put off, one unanswered past its limit, one withdrawn."""
    heard, silent, gone = (propose(house, title) for title in ("甲", "乙", "丙"))
    flow.move(house.centre, gone, "withdraw", {"reason": "已解决"})
    with travel(at(2, 11)):
        flow.move(house.centre, heard, "table", {})
        data = {"title": "协调会", "kind": "coordination", "place": 1, "begins": at(3, 9).isoformat(),
                "ends": at(3, 10).isoformat(), "chair": house.centre.post}  # fmt: skip
        meeting = actions.plan(house.centre, data, scope=house.scope).matter
        actions.put_on(house.centre, meeting, [heard])
    with travel(at(3, 10)):
        flow.move(house.centre, meeting, "attend", {"posts": []})
        flow.move(house.centre, heard, "retable", {"reason": "材料不全"})
    return heard, silent


def figure(house, name, **more):
    return selectors.value(f"meetings.{name}", branches(house.centre), **more)


def test_each_figure_equals_what_a_slow_query_counts(house, travel):
    assert {one.name for one in figures.ALL} <= {one.name for one in registry.all_figures()}
    lived(house, travel)
    with travel(at(20, 9)):
        (latency,) = figure(house, "latency")
        assert (float(latency.numerator), latency.denominator) == (2.0, 1)
        slow = run(
            "SELECT sum(extract(epoch FROM s.until - s.since)) / 3600, count(DISTINCT s.matter_id) FROM flow_span s"
            " JOIN flow_matter m ON m.id = s.matter_id WHERE m.kind = 'meetings.item' AND s.stage = 'proposed'"
            " AND m.stage NOT IN ('proposed', 'withdrawn')"
        )[0]
        assert (float(slow[0]), slow[1]) == (2.0, 1), "it lay within one morning's working hours"
        (on_time,) = figure(house, "on_time")
        assert (on_time.numerator, on_time.denominator) == (1, 2), "who waits past the limit counts as late"
        assert ("Not needed any more", 1) in on_time.excluded
        (put_off,) = figure(house, "put_off")
        assert (put_off.numerator, put_off.denominator) == (1, 1)
        (stood,) = figure(house, "on_rung")
        assert (stood.denominator, dict(stood.excluded)["Still on the rung"]) == (0, 2)
        rungs = figure(house, "on_time", group_by=figures.BY_RUNG)
        assert [(one.group, one.numerator, one.denominator) for one in rungs] == [("1", 1, 2)]
        with pytest.raises(ValueError, match="grouping"):
            figure(house, "on_time", group_by="data.place; drop")


def test_as_of_a_past_day_nothing_later_is_known(house, travel):
    lived(house, travel)
    with travel(at(20, 9)):
        (then,) = figure(house, "on_time", as_of=at(2, 9).date())
        assert (then.numerator, then.denominator) == (1, 1), "by that evening the other was not late yet"
        (put_off,) = figure(house, "put_off", as_of=at(2, 9).date())
        assert put_off.denominator == 0


def test_the_page_and_the_api_open_to_the_items(house, travel):
    heard, silent = lived(house, travel)
    with travel(at(20, 9)):
        centre = browser(house.centre)
        page = centre.get("/meetings/figures/").content.decode()
        for told in ("Answered by the chair in time", "1 / 2", "/meetings/figures/meetings.latency/", "rung=1",
                     "How far each stuck matter has climbed"):  # fmt: skip
            assert told in page
        cases = centre.get("/meetings/figures/meetings.on_time/?rung=1").content.decode()
        assert row(heard).code in cases
        assert row(silent).code in cases
        counted = centre.get("/meetings/figures/meetings.on_time/?part=numerator").content.decode()
        assert row(silent).code not in counted
        assert centre.get("/meetings/figures/meetings.nothing/").status_code == 404
        found = centre.get("/api/v1/meetings/ladder/figures?by_rung=true").json()
        assert {(one["name"], one["rung"]) for one in found} == {(one.name, "1") for one in figures.ALL}
        items = centre.get("/api/v1/meetings/ladder/figures/meetings.on_time?part=numerator").json()
        assert [one["code"] for one in items] == [row(heard).code]
        other = browser(house.post("department", house.bureau))
        assert row(silent).code not in other.get("/meetings/figures/meetings.on_time/").content.decode()


def test_rungs_and_portfolios_over_the_api(house):
    centre, clerk = browser(house.centre), browser(house.clerk)

    def call(path, body, status, client=centre, key=""):
        headers = {"Idempotency-Key": key} if key else {}
        answer = client.post(
            f"/api/v1/meetings/rules{path}", body, content_type="application/json", headers=headers
        )
        assert answer.status_code == status, answer.content.decode()
        return answer.json()

    duty = {"post": house.leader.post, "field": "unit", "target": house.bureau, "division": house.place,
            "source": "分工通知"}  # fmt: skip
    made = call("/duties", duty, 201, key="d")
    assert call("/duties", duty, 201, key="d") == made, "sent twice, set once"
    call("/duties", {**duty, "source": " "}, 422)
    call("/duties", duty, 403, client=clerk)
    call("/duties", {**duty, "division": 0}, 403)
    call(f"/duties/{made['id']}/end", {"last": "2026-03-31"}, 200)
    rows = centre.get("/api/v1/meetings/rules/duties").json()
    assert [(one["id"], one["valid_until"]) for one in rows] == [(made["id"], "2026-03-31")]
    rung = {"name": "leader", "title": "园区专题会", "place": 2, "chair": "leader", "division": house.place,
            "source": "示例"}  # fmt: skip
    call("/rungs", rung, 201)
    call("/rungs", {**rung, "place": 12}, 422)
    assert "园区专题会" in {one["title"] for one in centre.get("/api/v1/meetings/rules/rungs").json()}
    assert clerk.get("/api/v1/meetings/rules/rungs").status_code == 403


def test_the_calendar_of_the_chair_s_post_holds_the_meeting(house):
    data = {"title": "协调会", "kind": "coordination", "place": 2, "begins": at(3, 9).isoformat(),
            "ends": at(3, 10).isoformat(), "chair": house.leader.post}  # fmt: skip
    meeting = actions.plan(house.centre, data, scope=house.scope).matter
    run("DELETE FROM meetings_invite WHERE meeting = %s", (meeting,))
    assert run("SELECT chair FROM meetings_meeting WHERE matter = %s", (meeting,)) == [(house.leader.post,)]

    def calendar(actor):
        client = browser(actor)
        made = client.post(reverse("calendar_make"), {"key": uuid.uuid4().hex})
        assert made.status_code == 200, (made.status_code, made.headers)
        address = re.search(r"/calendar/[\w-]+\.ics", made.content.decode())
        assert address
        return client.get(address[0]).content.decode()

    assert row(meeting).code in calendar(house.leader), "the chair is a post, invited or not"
    assert row(meeting).code not in calendar(house.principal)
    post(browser(house.centre), f"/meetings/{meeting}/invite/", posts=[str(house.principal.post)])
    assert row(meeting).code in calendar(house.principal)
