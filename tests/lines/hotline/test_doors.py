"""The public form with its code and its patience; Open311 GeoReport v2 in JSON and XML, by key."""

from xml.etree import ElementTree

import pytest
from django.test import Client
from tests.lines.hotline.district import district

from bihuan.kernel.identity import actions as identity
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.callers import selectors as callers
from bihuan.lines.hotline.doors.actions import BOUND

assert district
SAID = {
    "title": "小区门口路灯不亮",
    "type": "help",
    "address": "白沙花园3栋",
    "phone": "13812345678",
    "secrecy": "open",
}


@pytest.fixture
def anybody():
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def key(district):
    return identity.issue_token(SYSTEM, district.operator.post, "open311", ["hotline:write"])[1]


def test_anybody_sends_something_in_and_follows_it(district, anybody):
    url = f"/hotline/public/{district.place}/"
    assert anybody.get(url).status_code == 200
    assert anybody.get("/hotline/public/999999/").status_code == 404
    sent = anybody.post(url, {**SAID, "key": "k"}).content.decode()
    assert "Look-up code" in sent
    assert anybody.post(url, {**SAID, "key": "k"}).status_code == 200
    ((matter, code),) = run("SELECT id, code FROM flow_matter WHERE kind = 'hotline.order'")
    row = district.row(matter)
    assert (row.grid, row.value("channel"), row.creator_user) == (district.grid_place, "page", 0)
    assert callers.known(district.operator, row).phone
    link = sent.split('href="/l/')[1].split('"')[0]
    followed = anybody.get(f"/l/{link}", follow=True).content.decode()
    assert code in followed
    assert anybody.post(url, {"title": ""}).status_code == 422


def test_a_flood_from_one_address_waits(district, anybody):
    url = f"/hotline/public/{district.place}/"
    for turn in range(BOUND):
        assert anybody.post(url, {**SAID, "title": f"第{turn}件"}).status_code == 200
    assert anybody.post(url, {**SAID, "title": "太多了"}).status_code == 429
    other = Client(REMOTE_ADDR="10.9.8.7")
    assert other.post(url, {**SAID, "title": "别人的"}).status_code == 200
    assert run("SELECT count(*) FROM flow_matter WHERE kind = 'hotline.order'") == [(BOUND + 1,)]


def test_open311_lists_services_and_takes_requests(district, anybody, key):
    v2 = f"/hotline/open311/{district.place}/v2"
    services = anybody.get(f"{v2}/services.json").json()
    assert {one["service_name"] for one in services} == {"房屋渗漏", "占道经营"}
    root = ElementTree.fromstring(anybody.get(f"{v2}/services.xml").content)
    assert [one.findtext("service_code") for one in root.iter("service")] == [
        one["service_code"] for one in services
    ]
    code = str(district.leaks)
    assert anybody.get(f"{v2}/services/{code}.json").json() == {"service_code": code, "attributes": []}
    given = {
        "service_code": code,
        "address_string": "白沙花园3栋",
        "description": "墙面渗水 <b>&",
        "phone": "13812345678",
    }
    assert anybody.post(f"{v2}/requests.json", given).status_code == 403, "a key is needed"
    assert anybody.post(f"{v2}/requests.json", {**given, "api_key": "nothing"}).status_code == 403
    made = anybody.post(f"{v2}/requests.json", {**given, "api_key": key})
    assert made.status_code == 201
    (receipt,) = made.json()
    number = receipt["service_request_id"]
    assert anybody.get(f"{v2}/tokens/{number}.json?api_key={key}").json()[0]["service_request_id"] == number
    (shown,) = anybody.get(f"{v2}/requests/{number}.json?api_key={key}").json()
    assert (shown["status"], shown["service_code"], shown["description"]) == ("open", code, "墙面渗水 <b>&")
    assert "13812345678" not in str(shown)
    assert anybody.get(f"{v2}/requests/{number}.json").status_code == 403, "a public list is off"
    listed = anybody.get(f"{v2}/requests.xml?status=open&api_key={key}")
    assert [one.findtext("service_request_id") for one in ElementTree.fromstring(listed.content)] == [number]
    assert anybody.get(f"{v2}/requests.json?status=closed&api_key={key}").json() == []


def test_a_token_takes_calls_where_its_post_may_and_it_was_issued_for_the_line(district):
    def post(who, *abilities, call="/api/v1/hotline/calls"):
        name = f"{who.post}{abilities}"
        raw = identity.issue_token(SYSTEM, who.post, name, abilities)[1]
        client = Client(headers={"authorization": f"Bearer {raw}", "accept-language": "en"})
        given = {"title": "楼道漏水", "address": "白沙花园3栋", "phone": "13812345678", "key": "once"}
        return client.post(call, given, content_type="application/json")

    made = post(district.operator, "hotline")
    assert (made.status_code, made.json()["again"]) == (200, False)
    assert post(district.operator, "hotline:write").json()["again"], "the same key, the same call"
    for who, ability in (
        (district.operator, "projects"),
        (district.operator, "hotline.keep"),
        (district.fixer, "hotline"),
    ):
        assert post(who, ability).status_code == 403
    assert run("SELECT count(*) FROM flow_matter WHERE kind = 'hotline.order'") == [(1,)]


def test_the_same_caller_a_hundred_times_is_one_person_and_nothing_is_lost(district):
    for turn in range(100):
        district.call(title=f"第{turn}次来电")
    assert run("SELECT count(*), count(DISTINCT person) FROM hotline_caller") == [(100, 1)]
    assert len(callers.before(district.operator, "13812345678")) == callers.SHOWN


def test_open311_says_what_is_wrong(district, anybody, key):
    v2 = f"/hotline/open311/{district.place}/v2"
    wrong = [
        ({"service_code": "1"}, "service_code"),
        ({"service_code": str(district.leaks)}, "address_string"),
        ({"service_code": str(district.leaks), "lat": "91", "long": "0"}, "lat"),
        ({"service_code": str(district.leaks), "address_string": "某处", "phone": "abc"}, "phone"),
    ]
    for given, where in wrong:
        answer = anybody.post(f"{v2}/requests.xml", {**given, "description": "路灯", "api_key": key})
        assert answer.status_code == 400
        (fault,) = ElementTree.fromstring(answer.content)
        assert fault.findtext("code") == "400"
        assert where in fault.findtext("description")
    assert anybody.get(f"{v2}/services.yaml").status_code == 404
    assert anybody.get(f"{v2}/services/0.json").status_code == 404
    assert anybody.get(f"{v2}/requests.json?start_date=x&api_key={key}").status_code == 400
    at = {
        "service_code": str(district.leaks),
        "lat": "27.83",
        "long": "112.94",
        "description": "路灯",
        "api_key": key,
    }
    assert anybody.post(f"{v2}/requests.json", at).status_code == 201
