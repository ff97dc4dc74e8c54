"""Our GeoReport server, asked by clients that others wrote: civicbot posts, georeport reads JSON and XML."""

import urllib.request
from datetime import datetime
from urllib.parse import urlsplit

import pytest
from civicbot.http import HttpTransport, RateLimiter
from civicbot.open311 import Open311Client
from civicbot.registry import Endpoint
from django.test import Client
from georeport import GeoReport
from tests.kernel import factories as make
from tests.lines.hotline.district import district

from bihuan.kernel.content.selectors import open_many
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import registry
from bihuan.kernel.identity import actions as identity
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.jobs import run_due
from bihuan.kernel.now import LOCAL, travel
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.abroad import actions as abroad
from bihuan.lines.hotline.abroad import selectors as handed

assert district


@pytest.fixture
def served(transactional_db, live_server, settings, district):
    """Return (address, key) of the running server."""
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "whitenoise" not in name]
    registry.forget()
    with travel(datetime.now(LOCAL)):  # the server's own thread travels nowhere
        key = identity.issue_token(SYSTEM, district.operator.post, "open311", ["hotline"])[1]
    return f"{live_server.url}/hotline/open311/{district.place}/v2", key


@pytest.fixture
def signed_in(served, monkeypatch):
    """Give Python's own client the key as everybody does: as the user of basic authentication."""
    url, key = served
    known = urllib.request.HTTPPasswordMgrWithPriorAuth()
    known.add_password(None, url, key, "", is_authenticated=True)
    opener = urllib.request.build_opener(urllib.request.HTTPBasicAuthHandler(known))
    monkeypatch.setattr(urllib.request, "_opener", opener)


def posted(url, key, code):
    """Post a request with the one client and return its number."""
    quick = HttpTransport(rate_limiter=RateLimiter(min_interval=0))
    client = Open311Client(Endpoint("here", "here", url, write=True), quick)
    assert {one["service_name"] for one in client.list_services()} == {"房屋渗漏", "占道经营"}
    assert client.get_service_definition(code)["attributes"] == []
    made = client.create_request(
        code, dry_run=False, confirm="SEND", api_key=key, validate_remote=True, address_string="白沙花园3栋",
        description="墙面渗水", lat=27.83, lng=112.94,
    )  # fmt: skip
    (receipt,) = made.response
    number = receipt["service_request_id"]
    assert client.get_request(number)["description"] == "墙面渗水"
    assert [one["service_request_id"] for one in client.list_requests(status="open")] == [number]
    assert client.get_token(number)[0]["service_request_id"] == number
    return number


def test_clients_of_others_list_post_and_read_back(served, signed_in, district):
    url, key = served
    number = posted(url, key, str(district.leaks))
    parts = urlsplit(url)
    root = f"{parts.scheme}://{key}:@{parts.netloc}{parts.path}"
    for shape in ("json", "xml"):
        client = GeoReport(root, output_format=shape)
        assert {one["service_name"] for one in client.get_service_list()} == {"房屋渗漏", "占道经营"}
        assert client.get_service_definition(str(district.leaks))["service_code"] == str(district.leaks)
        shown = client.get_service_request(number)
        assert (shown["service_request_id"], shown["status"], shown["description"]) == (
            number,
            "open",
            "墙面渗水",
        )
        listed = client.get_service_requests(status="open")
        assert number in str(listed)


def test_a_key_that_is_none_opens_nothing(served):
    url = urlsplit(served[0]).path
    for said in ("Basic !!", "Basic bm90aGluZzo=", "Bearer nothing", "Basic"):
        answer = Client(headers={"Authorization": said}).get(f"{url}/requests.json")
        assert answer.status_code in {401, 403}


def test_one_bihuan_hands_over_to_another_and_hears_of_the_answer(served, district):
    url, key = served
    keeper = district.person("administrator", make.make_org("信息中心", division=district.place))
    system = abroad.put(keeper, {
        "name": "邻区热线", "url": url, "place": district.place, "jurisdiction": "", "api_key": key, "classes": "",
        "since": "2026-03-01", "posts": True, "service": str(district.leaks), "only_out": True,
    })  # fmt: skip
    rule = district.refusal()
    urllib.request.urlopen(f"{url}/services.json").close()  # by now the server has loaded its pages
    matter = district.call()
    flow.move(district.operator, matter, "hand_over", {"system": [str(system)]})
    run_due()
    (state,) = handed.handed(matter)
    assert (state.state, state.error) == ("there", "")
    ((theirs, phone),) = run(
        "SELECT m.id, m.data::text LIKE '%%13812345678%%' FROM flow_matter m WHERE code = %s", (state.number,)
    )
    assert theirs != matter
    assert not phone
    detail = next(value.text for _ref, value in open_many([theirs], ["detail"]).items())
    assert f"[{district.row(matter).code}-1]" in detail
    assert "13812345678" not in detail
    with travel(datetime.now(LOCAL)):
        flow.move(district.operator, theirs, "refuse", {"rule": [rule], "reply": "已由供水公司修好"})
        run_due()
    abroad.pull_all()
    assert district.row(matter).stage == "closed"
    reply = next(value.text for _ref, value in open_many([matter], ["reply"]).items())
    assert reply == "邻区热线 closed it: 已由供水公司修好"
    assert run("SELECT count(*) FROM flow_matter WHERE kind = 'hotline.order'") == [(2,)], "none came back"
