"""The ladder and meetings in a browser and over the API: proposed, answered, heard, ordered."""

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation
from tests.kernel.ladder_house import MONDAY, House, item_of, row

from bihuan.kernel.flow import actions as flow
from bihuan.kernel.identity.models import User
from bihuan.kernel.meetings import actions, selectors
from bihuan.kernel.meetings.actions import recurring
from bihuan.kernel.papers import actions as papers
from bihuan.kernel.store.sql import run


@pytest.fixture
def house(db, travel, settings):
    settings.MFA_REQUIRED = False
    with travel(MONDAY), translation.override("en"):
        yield House()


def browser(actor):
    """Return a browser signed in as the actor."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(id=actor.user), backend=settings.AUTHENTICATION_BACKENDS[0])
    session = client.session
    session["post"] = actor.post
    session.save()
    return client


def post(client, path, **data):
    """Send a form and return where it led; what went wrong shows."""
    answer = client.post(path, {"key": f"{path}{sorted(data)}", **data})
    assert answer.status_code == 303, answer.content.decode()[-3000:]
    return answer.headers["Location"]


def test_from_a_stuck_matter_to_minutes_in_the_browser(house):
    centre, clerk = browser(house.centre), browser(house.clerk)
    stuck = row(house.stuck())
    assert "Propose for a meeting" in centre.get(f"/matters/{stuck.code}/").content.decode()
    item = post(clerk, f"/meetings/propose/{stuck.code}/", place="1", why="跨部门")
    assert "供水管网未接通" in centre.get("/meetings/items/").content.decode()
    post(centre, f"{item}moves/table/")
    page = centre.get("/meetings/items/").content.decode()
    assert "供水管网未接通" in page
    meeting = post(
        centre, "/meetings/plan/", title="项目协调会", kind="coordination", place="1",
        begins="2026-03-03T09:00", ends="2026-03-03T10:00", room="三楼", posts=[str(house.leader.post)],
    )  # fmt: skip
    key = item_of(stuck.id).id
    post(centre, f"{meeting}agenda/", items=[str(key)])
    pack = centre.get(f"{meeting}pack/").content.decode()
    assert "供水管网未接通" in pack
    assert "跨部门" in pack
    post(centre, f"{meeting}attend/", came=[str(house.leader.post)])
    post(
        centre, f"{meeting}minutes/",
        **{f"outcome_{key}": "decide", f"text_{key}": "一周内接通", f"unit_{key}": str(house.bureau),
           f"due_{key}": "2026-03-20", "summary": "会议听取了汇报"},
    )  # fmt: skip
    assert row(key).stage == "decided"
    assert item_of(stuck.id, "orders.order").stage == "signing"
    page = centre.get(meeting).content.decode()
    assert "Minutes issued" in page
    assert "absent" in page
    for path in ("/meetings/", "/meetings/ladder/?state=past", "/meetings/figures/", "/meetings/chairs/"):
        assert centre.get(path).status_code == 200
    assert "How far it has climbed" in centre.get(f"/matters/{stuck.code}/").content.decode()


def test_what_is_wrong_with_the_minutes_is_said_at_its_field(house):
    centre = browser(house.centre)
    meeting = post(
        centre, "/meetings/plan/", title="协调会", kind="coordination", place="1", begins="2026-03-03T09:00",
        ends="2026-03-03T10:00",
    )  # fmt: skip
    post(centre, f"{meeting}attend/")
    answer = centre.post(f"{meeting}minutes/", {"key": "k", "text_other1": "办", "due_other1": "2026-03-20"})
    assert answer.status_code == 422
    assert "Name the lead unit of this order." in answer.content.decode()


def test_a_meeting_on_site_from_a_phone(house):
    officer = browser(house.post("officer"))
    data = {"title": "现场会", "room": "工地", "posts": [str(house.clerk.post)], "text_other1": "修路",
            "unit_other1": str(house.bureau), "due_other1": "2026-03-12"}  # fmt: skip
    where = post(officer, "/meetings/site/", **data)
    assert post(officer, "/meetings/site/", **data) == where, "sent twice, held once"
    assert run("SELECT count(*) FROM meetings_meeting")[0][0] == 1
    assert browser(house.clerk).get(where).status_code == 200, "who was there may read it"


def test_the_tables_are_edited_by_dated_rows(house):
    centre = browser(house.centre)
    day = MONDAY.isoformat()
    common = {"division": "云溪高新区", "valid_from": day, "source": "分工通知"}
    post(
        centre,
        "/meetings/rules/duty/",
        post=str(house.leader.post),
        field="unit",
        unit=str(house.bureau),
        **common,
    )
    assert selectors.decider(house.scope, 2, unit=house.bureau).via == "unit"
    post(centre, "/meetings/rules/rung/", name="leader", title="园区专题会", place="2", chair="leader",
         mode="days", weekday="2", active="1", **common)  # fmt: skip
    assert selectors.rung(house.scope, 2).title == "园区专题会"
    post(centre, "/meetings/rules/weight/", term="late", weight="5", **common)
    post(centre, "/meetings/rules/away/", post=str(house.centre.post), first=day, last=day)
    post(centre, "/meetings/rules/series/", name="weekly", title="周调度会", place="1", weekday="1",
         begins="10:00", minutes="60", ahead="2", active="1", **common)  # fmt: skip
    duty = run("SELECT max(id) FROM meetings_dutyrow")[0][0]
    post(centre, f"/meetings/rules/duty/{duty}/end/", last=day)
    page = centre.get("/meetings/rules/").content.decode()
    assert "园区专题会" in page
    assert browser(house.clerk).get("/meetings/rules/").status_code == 403
    whole = centre.post("/meetings/rules/weight/", {"key": "x", "term": "late", "weight": "5", "valid_from": day,
                                                    "source": "x"})  # fmt: skip
    assert whole.status_code == 403, "the whole house is not the centre's to change"


def test_the_same_over_the_api(house):
    client = browser(house.centre)

    def call(path, body, status=201):
        answer = client.post(f"/api/v1/meetings{path}", body, content_type="application/json")
        assert answer.status_code == status, answer.content.decode()
        return answer.json()

    stuck = row(house.stuck())
    item = call("/proposals", {"matter": stuck.code, "why": "跨部门"})
    flow.move(house.centre, item["id"], "table", {})
    rows = client.get("/api/v1/meetings/items").json()
    assert [(one["code"], one["matter"]) for one in rows] == [(item["code"], stuck.code)]
    meeting = call("", {"title": "协调会", "kind": "coordination", "place": 1,
                        "begins": "2026-03-03T09:00:00+08:00", "ends": "2026-03-03T10:00:00+08:00"})  # fmt: skip
    path = f"/{meeting['id']}"
    assert call(f"{path}/agenda", {"items": [item["id"], 1]}, 200)[0]["done"]
    call(f"{path}/attendance", {"posts": [house.centre.post]}, 200)
    order = {"unit": house.bureau, "due": "2026-03-20"}
    body = {"decisions": [{"item": item["id"], "text": "一周内接通", "orders": [order]}]}
    done = call(f"{path}/minutes", body, 200)
    assert len(done["orders"]) == 1
    read = client.get(f"/api/v1/meetings{path}").json()
    assert (read["stage"], read["agenda"][0]["outcome"]) == ("minuted", "decide")
    assert client.get("/api/v1/meetings/ladder?past=true").json()[0]["steps"][0]["outcome"] == "decide"
    assert client.get("/api/v1/meetings/figures").json()[0]["solved"] == 1
    assert [r["place"] for r in client.get("/api/v1/meetings/rungs").json()] == [1, 2, 3]
    assert client.get("/api/v1/meetings/duties").json() == []
    site = call(
        "/site", {"title": "现场会", "room": "工地", "decisions": [{"text": "修路", "orders": [order]}]}
    )
    assert len(site["orders"]) == 1


def held(house, centre, *stuck):
    """Return (address of a held meeting, ids of its items)."""
    keys = []
    for matter in stuck:
        item = propose(house, matter)
        keys.append(item)
    meeting = post(
        centre, "/meetings/plan/", title="协调会", kind="coordination", place="1", begins="2026-03-03T09:00",
        ends="2026-03-03T10:00", items=[str(key) for key in keys],
    )  # fmt: skip
    post(centre, f"{meeting}attend/")
    return meeting, keys


def propose(house, matter):
    """Return the id of an item that its chair agreed to hear."""
    item = actions.propose(house.centre, matter).matter
    flow.move(house.centre, item, "table", {})
    return item


def test_another_order_is_added_with_a_button_and_nothing_typed_is_lost(house):
    centre = browser(house.centre)
    meeting, (key,) = held(house, centre, house.stuck())
    page = centre.get(f"{meeting}minutes/").content.decode()
    assert f'name="more" value="due_{key}"' in page
    typed = {f"outcome_{key}": "decide", f"text_{key}": "一周内接通供水", f"unit_{key}": str(house.bureau),
             "summary": "听取汇报", f"slots_{key}": "1", "key": "m"}  # fmt: skip
    grown = centre.post(f"{meeting}minutes/", {**typed, "more": f"due_{key}"})
    assert grown.status_code == 200
    page = grown.content.decode()
    for kept in ("一周内接通供水", "听取汇报", f'name="unit_{key}_2"', f'name="slots_{key}" value="2"'):
        assert kept in page
    assert item_of(row(key).parent, "orders.order") is None, "nothing was carried out"
    second = {f"demand_{key}_2": "恢复路面", f"unit_{key}_2": str(house.office), f"slots_{key}": "2"}
    post(centre, f"{meeting}minutes/", **{**typed, **second, "key": "n"})
    orders = run("SELECT count(*) FROM flow_matter WHERE kind = 'orders.order'")
    assert orders == [(2,)]


def test_clashes_are_shown_before_a_meeting_is_planned(house):
    centre = browser(house.centre)
    data = {"title": "协调会", "kind": "coordination", "place": "1", "begins": "2026-03-03T09:00",
            "ends": "2026-03-03T10:00", "posts": [str(house.leader.post)]}  # fmt: skip
    item = propose(house, house.stuck())
    post(centre, "/meetings/plan/", **data, items=[str(item)])
    other = {**data, "title": "另一个会", "items": [str(item)], "key": "two"}
    shown = centre.post("/meetings/plan/", other)
    assert shown.status_code == 200
    page = shown.content.decode()
    assert "Nothing was planned yet" in page
    assert "Another meeting has these items" in page
    chair = run("SELECT u.name FROM identity_user u WHERE u.id = %s", (house.centre.user,))[0][0]
    assert f"{chair}: HY" in page, "the chair is double-booked, too"
    assert run("SELECT count(*) FROM meetings_meeting") == [(1,)]
    seen = page.split('name="seen" value="')[1].split('"')[0]
    post(centre, "/meetings/plan/", **{**other, "seen": seen})
    assert run("SELECT count(*) FROM meetings_meeting") == [(2,)]
    assert run('SELECT count(*) FROM meetings_agenda WHERE "on"') == [(1,)]
    found = centre.get(
        "/api/v1/meetings/clashes",
        {
            "posts": [house.leader.post],
            "begins": "2026-03-03T09:30:00+08:00",
            "ends": "2026-03-03T11:00:00+08:00",
        },
    ).json()
    assert {one["post"] for one in found} == {house.leader.post}
    first = run("SELECT min(matter) FROM meetings_meeting")[0][0]
    moved = {"begins": "2026-03-03T09:30", "ends": "2026-03-03T10:30", "key": "mv"}
    assert "Nothing was planned yet" in centre.post(f"/meetings/{first}/amend/", moved).content.decode()


def test_what_recurs_is_seen_before_planning_and_clashes_stand_in_the_list(house):
    centre = browser(house.centre)
    diary = centre.get("/meetings/plan/").content.decode()
    assert "2026-03-09 09:00" in diary
    assert "(recurs)" in diary
    data = {"title": "协调会", "kind": "coordination", "place": "1", "begins": "2026-03-09T09:30",
            "ends": "2026-03-09T10:00", "posts": [str(house.leader.post)], "key": "a"}  # fmt: skip
    shown = centre.post("/meetings/plan/", data).content.decode()
    assert "Nothing was planned yet" in shown
    assert run("SELECT count(*) FROM meetings_meeting") == [(0,)]
    seen = shown.split('name="seen" value="')[1].split('"')[0]
    post(centre, "/meetings/plan/", **{**data, "seen": seen})
    assert "Wanted elsewhere" not in centre.get("/meetings/").content.decode()
    series = {"name": "second", "title": "周例会二", "place": "1", "weekday": "0", "begins": "09:30", "minutes": "30",
              "ahead": "3", "active": "1", "source": "示例", "valid_from": "2026-03-02", "key": "s"}  # fmt: skip
    warned = centre.post("/meetings/rules/series/", {**series, "division": "云溪高新区"}).content.decode()
    assert "协调会" in warned
    recurring.plan_series()
    moved = {"begins": "2026-03-09T09:30:00+08:00", "ends": "2026-03-09T10:00:00+08:00"}
    found = centre.get("/api/v1/meetings/clashes", {"posts": [house.leader.post], **moved}).json()
    assert {(one["meeting"] == 0, one["code"] == "") for one in found} == {(False, False), (True, True)}
    other = actions.plan(house.centre, {
        "title": "专题会", "kind": "special", "place": 2, "begins": moved["begins"], "ends": moved["ends"],
        "posts": [house.leader.post],
    }, scope=house.scope).matter  # fmt: skip
    assert other
    assert "Wanted elsewhere" in centre.get("/meetings/").content.decode()


def test_guests_find_their_decision_on_the_page(house):
    centre, clerk = browser(house.centre), browser(house.clerk)
    stuck = house.stuck()
    item = propose(house, stuck)
    data = {"title": "协调会", "kind": "coordination", "place": "1", "begins": "2026-03-03T09:00",
            "ends": "2026-03-03T10:00", "posts": [str(house.leader.post)], "items": [str(item)]}  # fmt: skip
    meeting = post(centre, "/meetings/plan/", **data)
    post(centre, f"{meeting}attend/", came=[str(house.leader.post)])
    post(centre, f"{meeting}minutes/", **{f"outcome_{item}": "decide", f"text_{item}": "一周内接通"})
    before = clerk.get(meeting).content.decode()
    assert "not signed yet" in before
    assert "一周内接通" not in before
    paper = run("SELECT max(id) FROM papers_paper WHERE kind = 'meetings.minutes'")[0][0]
    papers.sign(house.leader, paper)
    assert "一周内接通" in clerk.get(meeting).content.decode()
    assert "一周内接通" in clerk.get(f"/matters/{row(stuck).code}/").content.decode()
    key = meeting.rstrip("/").rpartition("/")[2]
    assert clerk.get(f"/api/v1/meetings/{key}/decisions").json()[0]["text"] == "一周内接通"
    stranger = browser(house.post("department"))
    assert stranger.get(f"/api/v1/meetings/{key}/decisions").status_code == 404


def test_the_agenda_pack_is_a_paper_and_the_minutes_stand_on_the_meeting(house):
    centre = browser(house.centre)
    item = propose(house, house.stuck())
    data = {"title": "协调会", "kind": "coordination", "place": "1", "begins": "2026-03-03T09:00",
            "ends": "2026-03-03T10:00", "items": [str(item)]}  # fmt: skip
    meeting = post(centre, "/meetings/plan/", **data)
    paper = post(centre, f"{meeting}pack/paper/")
    assert post(centre, f"{meeting}pack/paper/") == paper, "an unchanged agenda makes no second paper"
    assert "供水管网未接通" in centre.get(paper).content.decode()
    assert centre.get(f"{paper}docx/").content[:2] == b"PK"
    assert centre.get(f"{paper}pdf/").content[:4] == b"%PDF"
    second = propose(house, house.stuck("进场道路未通"))
    key = int(meeting.strip("/").rpartition("/")[2])
    actions.put_on(house.centre, key, [second])
    assert post(centre, f"{meeting}pack/paper/") == paper
    assert "进场道路未通" in centre.get(paper).content.decode()
    post(centre, f"{meeting}attend/")
    told = {f"outcome_{one}": "decide" for one in (item, second)} | {
        f"text_{one}": "办" for one in (item, second)
    }
    post(centre, f"{meeting}minutes/", **told)
    page = centre.get(meeting).content.decode()
    assert "协调会纪要" in page
    assert "/docx/" in page
    assert browser(house.clerk).post(f"{meeting}pack/paper/", {"key": "x"}).status_code == 403
