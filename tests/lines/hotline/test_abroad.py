"""Systems of other places that speak GeoReport v2: each request once, changes noted, faults shown, nothing lost."""

import json
import threading
from datetime import timedelta

import pytest
from tests.kernel import doubles
from tests.kernel import factories as make
from tests.lines.hotline.district import MONDAY, district

from bihuan.kernel.content.selectors import open_many
from bihuan.kernel.errors import BadInput, Conflict, Refused
from bihuan.kernel.notices import outbound
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.abroad import actions, asking, reading, selectors
from bihuan.lines.hotline.abroad.models import Endpoint

assert district
PATH = "/v2/requests.json"


class Elsewhere:
    """A double of another place: what was asked for there; it knows pages, days and numbers."""

    def __init__(self, double):
        self.double, self.rows, self.pages, self.trouble = double, [], True, None
        double.answers[PATH] = self.answer

    def add(self, number, **more):
        """Put a request there."""
        row = {
            "service_request_id": number, "status": "open", "status_notes": "", "service_name": "Potholes",
            "service_code": "P1", "description": f"白沙路坑洞{number}。第二句", "address": "白沙路白沙花园3栋",
            "requested_datetime": MONDAY.isoformat(), **more,
        }  # fmt: skip
        self.rows.append(row)
        return row

    def answer(self, call):
        """Answer as GeoReport says."""
        if self.trouble is not None:
            return self.trouble
        asked = call.query
        if "service_request_id" in asked:
            numbers = asked["service_request_id"].split(",")
            return 200, [row for row in self.rows if row["service_request_id"] in numbers]
        size, page = int(asked["page_size"]), int(asked["page"])
        return 200, self.rows[(page - 1) * size : page * size] if self.pages else self.rows


@pytest.fixture
def elsewhere(district, settings):
    """Another place on this machine."""
    with doubles.http() as double:
        yield Elsewhere(double)


@pytest.fixture
def keeper(district):
    """The post that keeps systems of the district."""
    return district.person("administrator", make.make_org("信息中心", division=district.place))


def _put(district, keeper, elsewhere, **more):
    said = {
        "name": "邻区热线", "url": elsewhere.double.url + "/v2/", "place": district.place, "jurisdiction": "lin.qu",
        "api_key": "top-secret", "classes": "P1 = 占道经营\n", "since": "2026-03-01", **more,
    }  # fmt: skip
    return actions.put(keeper, said)


def _row(key):
    return Endpoint.objects.get(id=key)


def _orders():
    return run("SELECT count(*) FROM flow_matter WHERE kind = 'hotline.order'")[0][0]


def _notes(matter):
    return [value.text for ref, value in sorted(open_many([matter], ["note"]).items())]


def test_each_request_becomes_one_order_however_often_it_is_told(
    district, keeper, elsewhere, travel, monkeypatch
):
    monkeypatch.setattr(asking, "PAGE", 2)
    for number in ("A1", "A2", "A3", "A2", "A4"):
        elsewhere.add(number)
    elsewhere.add("A5", status="closed")
    key = _put(district, keeper, elsewhere)
    assert actions.pull_all() == 1
    assert _orders() == 4, "A2 stands on two pages, A5 was over before it was heard of"
    assert [call.query.get("page") for call in elsewhere.double.calls] == ["1", "2", "3", "4", None]
    call = elsewhere.double.calls[0]
    assert call.query["jurisdiction_id"] == "lin.qu"
    assert "top-secret" not in call.path + json.dumps(call.query), "keys stand in no address"
    assert call.headers["Authorization"].startswith("Basic ")
    with travel(MONDAY + timedelta(minutes=10)):
        elsewhere.add("A6", service_code="X9")
        assert actions.pull_all() == 1
    assert _orders() == 5
    last = elsewhere.double.calls[5].query
    assert last["start_date"] == "2026-03-01T01:00:00Z", "a day behind what was taken in"
    ((matter, status),) = run("SELECT matter, status FROM hotline_foreign WHERE number = 'A1'")
    row = district.row(matter)
    assert (row.title, row.value("class"), row.value("channel"), status) == (
        "白沙路坑洞A1", district.stalls, "open311", "open",
    )  # fmt: skip
    assert row.grid == district.grid_place
    assert [(one.endpoint, one.number) for one in selectors.of_order(matter)] == [("邻区热线", "A1")]
    page = district.client(district.operator).get(f"/matters/{row.code}/").content.decode()
    assert "邻区热线" in page
    assert "A1 · open there" in page
    assert _row(key).error == ""


def test_what_changes_there_is_noted_and_closes_nothing(district, keeper, elsewhere, travel):
    told = elsewhere.add("B1")
    _put(district, keeper, elsewhere)
    actions.pull_all()
    ((matter,),) = run("SELECT matter FROM hotline_foreign")
    told |= {"status": "closed", "status_notes": "已填补"}
    for minutes in (10, 20):
        with travel(MONDAY + timedelta(minutes=minutes)):
            actions.pull_all()
    (note,) = _notes(matter)
    assert note == "邻区热线, B1: closed there\n已填补"
    assert district.row(matter).open
    elsewhere.rows.clear()
    with travel(MONDAY + timedelta(minutes=30)):
        assert actions.pull_all() == 1, "what it no longer tells is no fault"
    assert selectors.of_order(matter)[0].status == "closed"


@pytest.mark.parametrize(
    ("trouble", "why"),
    [
        ((500, b"oops"), "HTTP 500"),
        ((302, b"", {"Location": "http://10.0.0.1/"}), "HTTP 302"),
        ((200, b"<html>"), "answer is not JSON"),
        ((200, b'[{"service_request_id": "C1"'), "answer is not JSON"),
        ((200, b"[" * 100_000), "answer is not JSON"),
        ((200, {"error": "x"}), "answer is no list of requests"),
        ((200, b"x" * (outbound.LARGEST + 10)), "more than can be told at once"),
    ],
)  # fmt: skip
def test_a_system_in_trouble_loses_nothing(district, keeper, elsewhere, travel, trouble, why):
    key = _put(district, keeper, elsewhere)
    actions.pull_all()
    mark = _row(key).mark
    elsewhere.add("C1")
    elsewhere.trouble = trouble
    for minutes, fails in ((10, 1), (15, 1), (20, 2), (35, 2), (40, 3)):
        with travel(MONDAY + timedelta(minutes=minutes)):
            assert actions.pull_all() == 0
        assert _row(key).fails == fails, "pauses grow: ten minutes, twenty, forty"
    row = _row(key)
    assert (row.error, row.mark, row.succeeded_at) == (why, mark, MONDAY)
    page = district.client(keeper).get(f"/hotline/abroad/{key}/").content.decode()
    assert why in page
    elsewhere.trouble = None
    with travel(MONDAY + timedelta(hours=2)):
        assert actions.pull_all() == 1
    assert _orders() == 1
    assert _row(key).error == ""


def test_a_slow_system_is_left(district, keeper, elsewhere, monkeypatch):
    key = _put(district, keeper, elsewhere)
    monkeypatch.setattr(outbound, "TIMEOUT", 0.05)
    given_up = threading.Event()
    elsewhere.double.answers[PATH] = lambda _call: (given_up.wait(60), (200, []))[1]
    assert actions.pull_all() == 0
    given_up.set()
    assert _row(key).error == "TimeoutError"
    monkeypatch.setattr(asking, "BUDGET", -1.0)
    assert not actions.pull(_row(key))
    assert _row(key).error == "it took too long"


def test_one_system_in_trouble_holds_up_no_other(district, keeper, elsewhere):
    _put(district, keeper, elsewhere, url=elsewhere.double.url + "/nothing", name="坏的")
    elsewhere.add("D1")
    _put(district, keeper, elsewhere)
    assert actions.pull_all() == 1
    assert _orders() == 1


def test_too_much_at_once_is_asked_for_in_shorter_spans(district, keeper, elsewhere, monkeypatch):
    monkeypatch.setattr(asking, "UNPAGED", 3)
    elsewhere.pages = False
    for number in range(4):
        elsewhere.add(f"E{number}")
    whole = elsewhere.answer

    def by_day(call):
        start = call.query.get("start_date", "")
        return (
            (200, elsewhere.rows[:2] if start < "2026-03-01T05" else elsewhere.rows[2:])
            if start
            else whole(call)
        )

    def long_or_short(call):
        span = call.query.get("start_date", "9")[:13], call.query.get("end_date", "9")[:13]
        return whole(call) if span == ("2026-02-28T16", "2026-03-02T01") else by_day(call)

    elsewhere.double.answers[PATH] = long_or_short
    _put(district, keeper, elsewhere)
    assert actions.pull_all() == 1
    assert _orders() == 4


def test_entries_that_are_rubbish_are_counted_and_hide_no_other(district, keeper, elsewhere):
    elsewhere.rows += [None, 7, {}, {"service_request_id": ""}, {"service_request_id": "x" * 81}]
    elsewhere.add("F1", description=None, service_name="", address=None, lat="28.2", long="112.9")
    elsewhere.add("F2", description="长" * 20_000 + "\x00\ud800", status=None, status_notes={"a": 1})
    key = _put(district, keeper, elsewhere)
    elsewhere.double.answers[PATH] = lambda call: (
        (200, elsewhere.rows if call.query.get("page") == "1" else []) if "page" in call.query else (200, [])
    )
    assert actions.pull_all() == 1
    assert _row(key).faulty == 5
    titles = {row[0] for row in run("SELECT title FROM flow_matter WHERE kind = 'hotline.order'")}
    assert titles == {"F1", "长" * 200}


def test_who_may_enter_a_system_and_what_is_refused(district, keeper, elsewhere, settings):
    with pytest.raises(Refused):
        _put(district, district.operator, elsewhere)
    stranger = make.make_division("远区", "county")
    with pytest.raises(Refused):
        _put(district, district.person("administrator", place=stranger), elsewhere)
    key = _put(district, keeper, elsewhere)
    with pytest.raises(Conflict):
        _put(district, keeper, elsewhere)
    for wrong in (
        {"classes": "P1"}, {"classes": "P1 = 没有的类"}, {"url": "ftp://x/"}, {"until": "2026-02-01"},
        {"url": elsewhere.double.url + "/v2?api_key=1"},
    ):  # fmt: skip
        with pytest.raises(BadInput):
            _put(district, keeper, elsewhere, name="又一个", **wrong)
    settings.BIHUAN_OUTBOUND = []
    for url in ("https://169.254.169.254/v2", "http://example.com/v2", "https://127.0.0.1/v2"):
        with pytest.raises(BadInput):
            _put(district, keeper, elsewhere, name="里面", url=url)
    assert actions.pull_all() == 0, "an address that lies inside by now isn't asked either"
    assert not elsewhere.double.calls
    assert b"top-secret" not in bytes(_row(key).wrapped)


def test_days_and_use_decide_whether_it_is_asked(district, keeper, elsewhere, travel):
    key = _put(district, keeper, elsewhere, since="2026-03-03", until="2026-03-04")
    assert actions.pull_all() == 0
    with travel(MONDAY + timedelta(days=1)):
        assert actions.pull_all() == 1
        actions.set_active(keeper, key, False)
        assert actions.pull_all() == 0
        actions.set_active(keeper, key, True)
    with travel(MONDAY + timedelta(days=3)):
        assert actions.pull_all() == 0


def test_the_page_shows_systems_to_the_desk_and_lets_the_keeper_change_them(district, keeper, elsewhere):
    browser, desk = district.client(keeper), district.client(district.operator)
    said = {
        "name": "邻区热线", "url": elsewhere.double.url + "/v2", "place": str(district.place), "since": "2026-03-01",
        "api_key": "top-secret", "classes": "P1 = 占道经营",
    }  # fmt: skip
    assert desk.post("/hotline/abroad/", said).status_code == 403
    assert browser.post("/hotline/abroad/", {**said, "classes": "P1"}).status_code == 422
    assert browser.post("/hotline/abroad/", said).status_code == 303
    ((key,),) = run("SELECT id FROM hotline_endpoint")
    for one in (browser, desk):
        for path in ("/hotline/abroad/", f"/hotline/abroad/{key}/"):
            shown = one.get(path)
            assert shown.status_code == 200
            assert "邻区热线" in shown.content.decode()
            assert "top-secret" not in shown.content.decode()
    kept = bytes(_row(key).wrapped)
    assert browser.post(f"/hotline/abroad/{key}/", {**said, "api_key": "", "name": "邻区"}).status_code == 303
    assert (bytes(_row(key).wrapped), _row(key).name) == (kept, "邻区"), "an empty key keeps what stood there"
    assert browser.post(f"/hotline/abroad/{key}/", {"active": "no"}).status_code == 303
    assert not _row(key).active
    assert desk.post(f"/hotline/abroad/{key}/", {"active": "yes"}).status_code == 403
    assert district.client(district.fixer).get("/hotline/abroad/").status_code == 403
    assert district.client(district.stranger).get(f"/hotline/abroad/{key}/").status_code == 404


def test_mapping_lines():
    assert reading.mapping("A=甲\n\n B ＝ 乙 ") == {"A": "甲", "B": "乙"}
    with pytest.raises(ValueError, match="甲"):
        reading.mapping("甲")
