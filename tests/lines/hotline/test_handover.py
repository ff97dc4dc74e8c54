"""An order that belongs elsewhere is handed over once, whatever gets lost on the way, and its caller is told."""

import threading
from datetime import timedelta
from urllib.parse import parse_qsl

import pytest
from django.urls import reverse
from tests.kernel import doubles
from tests.kernel import factories as make
from tests.lines.hotline.district import CALL, MONDAY, district

from bihuan.kernel.content.selectors import open_many
from bihuan.kernel.errors import BadInput
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow.rebuild import differences
from bihuan.kernel.jobs import run_due
from bihuan.kernel.notices import outbound
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.abroad import actions, handing, selectors

assert district
REQUESTS, DETAIL = "/v2/requests.json", "来电反映水管渗水"


class Elsewhere:
    """A double of another place that takes requests: what came, and how it answers."""

    def __init__(self, double):
        self.double, self.rows, self.mode, self.tokens = double, [], "number", {}
        double.answers[REQUESTS] = self.answer

    @property
    def posts(self):
        """Return what was posted, each as its fields."""
        return [_fields(call) for call in self.double.of(REQUESTS) if call.method == "POST"]

    def answer(self, call):
        """Take a post as ``mode`` says; tell what was asked for."""
        if call.method == "POST":
            return self._taken(_fields(call))
        asked = call.query
        if "service_request_id" in asked:
            numbers = asked["service_request_id"].split(",")
            return 200, [row for row in self.rows if row["service_request_id"] in numbers]
        return 200, self.rows if asked["page"] == "1" else []

    def _taken(self, given):
        if self.mode in {"busy", "broken", "refused"}:
            said = [{"code": 400, "description": "service_code is unknown"}]
            return {"busy": (503, b""), "broken": (500, b"oops"), "refused": (400, said)}[self.mode]
        number = f"N{len(self.rows) + 1}"
        self.rows.append({
            "service_request_id": number, "status": "open", "description": given["description"],
            "service_code": given["service_code"], "address": given.get("address_string", ""),
            "requested_datetime": MONDAY.isoformat(),
        })  # fmt: skip
        if self.mode == "lost":
            return 502, b"<html>"
        if self.mode == "token":
            token = f"T/{number}"
            self.double.answers[f"/v2/tokens/T%2F{number}.json"] = lambda _call: (
                200,
                [self.tokens.get(token, {})],
            )
            return 200, [{"token": token}]
        return 201, [{"service_request_id": number, "service_notice": ""}]


def _fields(call):
    return dict(parse_qsl(call.body.decode()))


@pytest.fixture
def elsewhere(district, settings):
    """Another place on this machine."""
    with doubles.http() as double:
        yield Elsewhere(double)


def _system(district, elsewhere, **more):
    keeper = district.person("administrator", make.make_org("信息中心", division=district.place))
    said = {
        "name": "邻区热线", "url": elsewhere.double.url + "/v2", "place": district.place, "jurisdiction": "lin.qu",
        "api_key": "top-secret", "classes": "P1 = 占道经营", "since": "2026-03-01", "posts": True, "service": "OTHER",
        "only_out": True, **more,
    }  # fmt: skip
    return actions.put(keeper, said)


def _handed(district, system, **more):
    matter = district.call(**more)
    flow.move(district.operator, matter, "hand_over", {"system": [str(system)]})
    return matter


def _state(matter):
    return selectors.handed(matter)[-1]


def _words(matter, field):
    return [value.text for _ref, value in sorted(open_many([matter], [field]).items())]


def _later(travel, minutes):
    return travel(MONDAY + timedelta(minutes=minutes))


def test_it_is_posted_once_followed_and_the_caller_is_told(district, elsewhere, travel):
    system = _system(district, elsewhere)
    matter = _handed(district, system)
    assert not elsewhere.posts, "nothing leaves the house inside the move"
    run_due()
    (posted,) = elsewhere.posts
    code = district.row(matter).code
    assert posted["description"].endswith(f"[{code}-1]")
    assert (posted["service_code"], posted["jurisdiction_id"], posted["api_key"]) == (
        "OTHER",
        "lin.qu",
        "top-secret",
    )
    assert posted["address_string"] == CALL["address"]
    assert not {"first_name", "phone"} & posted.keys(), "nobody ticked that"
    assert "13812345678" not in str(posted), "what is masked here is masked there"
    assert all("top-secret" not in call.path + str(call.query) for call in elsewhere.double.calls)
    assert (_state(matter).state, _state(matter).number) == ("there", "N1")
    assert district.row(matter).stage == "abroad"
    with _later(travel, 10):
        assert handing.send_due() == 0
        assert actions.pull_all() == 1
    assert run("SELECT count(*) FROM flow_matter WHERE kind = 'hotline.order'") == [(1,)]
    elsewhere.rows[0] |= {"status": "closed", "status_notes": "邻区已修好"}
    for minutes in (20, 30):
        with _later(travel, minutes):
            actions.pull_all()
    assert district.row(matter).stage == "closed"
    (reply,) = _words(matter, "reply")
    assert reply == "邻区热线 closed it: 邻区已修好"
    run_due()
    assert run(
        "SELECT count(*) FROM flow_matter WHERE kind = 'callbacks.contact' AND parent = %s", (matter,)
    ) == [(1,)]
    assert _state(matter).state == "over"
    page = district.client(district.operator).get(f"/matters/{code}/").content.decode()
    assert "N1" in page
    assert "closed there, caller told" in page
    assert differences(matter) == []
    assert len(elsewhere.posts) == 1


@pytest.mark.parametrize("mode", ["lost", "timeout", "crash"])
def test_a_lost_answer_makes_no_second_request(district, elsewhere, travel, monkeypatch, mode):
    matter = _handed(district, _system(district, elsewhere))
    taken, given_up = threading.Event(), threading.Event()
    with monkeypatch.context() as patch:
        if mode == "timeout":
            patch.setattr(outbound, "TIMEOUT", 0.2)
            elsewhere.double.answers[REQUESTS] = lambda call: (
                elsewhere.answer(call),
                taken.set(),
                given_up.wait(60),
            )[0]
        elif mode == "crash":
            patch.setattr(handing, "known", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        elsewhere.mode = "lost" if mode == "lost" else "number"
        if mode == "crash":
            with pytest.raises(KeyboardInterrupt):
                handing.send_due()
        else:
            assert handing.send_due() == 0
    if mode == "timeout":
        assert taken.wait(60), "we gave up, but the other side has it"
        given_up.set()
    elsewhere.double.answers[REQUESTS] = elsewhere.answer
    assert _state(matter).state == "unsure"
    with _later(travel, 5):
        assert handing.send_due() == 0, "pauses grow"
    with _later(travel, 15):
        assert handing.send_due() == 1
    assert len(elsewhere.posts) == 1
    assert (_state(matter).state, _state(matter).number, _state(matter).error) == ("there", "N1", "")


def test_a_system_that_is_down_loses_nothing(district, elsewhere, travel):
    matter = _handed(district, _system(district, elsewhere))
    elsewhere.mode = "broken"
    for minutes, fails in ((0, 1), (5, 1), (10, 2), (25, 2), (30, 3), (65, 3), (70, 4)):
        with _later(travel, minutes):
            handing.send_due()
        assert _state(matter).fails == fails, "ten minutes, twenty, forty"
    assert _state(matter).error == "HTTP 500"
    code = district.row(matter).code
    assert "HTTP 500" in district.client(district.operator).get(f"/matters/{code}/").content.decode()
    elsewhere.mode = "number"
    with _later(travel, 300):
        assert handing.send_due() == 1
    assert len(elsewhere.rows) == 1


def test_nobody_listens_or_not_now_and_it_is_posted_without_looking(district, elsewhere, travel, settings):
    system = _system(district, elsewhere)
    matter = _handed(district, system)
    elsewhere.mode = "busy"
    handing.send_due()
    assert (_state(matter).state, _state(matter).error) == ("waiting", "HTTP 503")
    elsewhere.mode = "number"
    with _later(travel, 15):
        assert handing.send_due() == 1
    assert [call.method for call in elsewhere.double.of(REQUESTS)] == ["POST", "POST"]
    settings.BIHUAN_OUTBOUND = []
    second = _handed(district, system)
    with _later(travel, 30):
        handing.send_due()
        assert _state(second).state == "waiting"
    assert len(elsewhere.posts) == 2, "an address that lies inside by now isn't called"


def test_a_token_becomes_a_number_later(district, elsewhere, travel):
    elsewhere.mode = "token"
    matter = _handed(district, _system(district, elsewhere))
    handing.send_due()
    assert _state(matter).state == "token"
    with _later(travel, 15):
        assert handing.send_due() == 0
    elsewhere.tokens["T/N1"] = {"token": "T/N1", "service_request_id": "N1"}
    with _later(travel, 60):
        assert handing.send_due() == 1
    assert (_state(matter).number, len(elsewhere.posts)) == ("N1", 1)


def test_what_is_refused_there_waits_for_a_person(district, elsewhere, travel):
    elsewhere.mode = "refused"
    system = _system(district, elsewhere)
    matter = _handed(district, system)
    handing.send_due()
    assert (_state(matter).state, _state(matter).error) == ("declined", "HTTP 400 service_code is unknown")
    with _later(travel, 60):
        handing.send_due()
    assert len(elsewhere.posts) == 1
    elsewhere.mode = "number"
    with _later(travel, 70):
        flow.move(district.operator, matter, "take_home", {"reason": "换一个服务代码"})
        assert district.row(matter).stage == "registered"
        flow.move(district.operator, matter, "hand_over", {"system": [str(system)], "service": "P9"})
        handing.send_due()
    assert elsewhere.posts[-1]["service_code"] == "P9"
    assert elsewhere.posts[-1]["description"].endswith("-2]"), "another attempt has its own reference"
    assert [one.state for one in selectors.handed(matter)] == ["taken_back", "there"]


def test_the_pulling_client_knows_its_own_requests_again(district, elsewhere, travel):
    system = _system(district, elsewhere, only_out=False)
    elsewhere.mode = "lost"
    matter = _handed(district, system)
    handing.send_due()
    with _later(travel, 3):
        assert actions.pull_all() == 1
    assert run("SELECT count(*) FROM flow_matter WHERE kind = 'hotline.order'") == [(1,)], "no echo"
    assert (_state(matter).state, _state(matter).number) == ("there", "N1")


@pytest.mark.parametrize(
    ("ticked", "secrecy", "goes"),
    [(True, "open", True), (False, "open", False), (True, "confidential", False), (True, "anonymous", False)],
)
def test_the_caller_goes_along_only_if_both_sides_allow_it(district, elsewhere, ticked, secrecy, goes):
    _handed(district, _system(district, elsewhere, names=ticked), secrecy=secrecy)
    handing.send_due()
    (posted,) = elsewhere.posts
    assert (posted.get("first_name"), posted.get("phone")) == (
        ("王小平", "+8613812345678") if goes else (None, None)
    )
    read = run("SELECT count(DISTINCT why) FROM content_reading WHERE why LIKE '%%handed over to%%'")
    assert read == [(int(goes),)], "whose number left the house, and for what, is written down"


def test_who_may_and_what_may_go(district, elsewhere):
    report = district.call(type="report")
    with pytest.raises(BadInput, match="No system"):
        flow.move(district.operator, district.call(), "hand_over", {"system": ["1"]})
    system = _system(district, elsewhere, service="", classes="P1 = 占道经营")
    with pytest.raises(BadInput, match="report of wrongdoing"):
        flow.move(district.operator, report, "hand_over", {"system": [str(system)]})
    with pytest.raises(BadInput, match="service_code"):
        flow.move(
            district.operator,
            district.call(about=[str(district.leaks)]),
            "hand_over",
            {"system": [str(system)]},
        )
    stall = district.call(about=[str(district.stalls)])
    code = district.row(stall).code
    move = reverse("matter_move", args=[code, "hand_over"])
    form = district.client(district.operator).get(move).content.decode()
    assert "邻区热线" in form
    sent = {"system": system, "ver": district.row(stall).ver, "key": "h"}
    assert district.client(district.fixer).post(move, sent).status_code in {403, 404}
    assert district.client(district.operator).post(move, sent).status_code in {
        200,
        303,
    }
    handing.send_due()
    assert elsewhere.posts[0]["service_code"] == "P1"
    page = district.client(district.operator).get(f"/hotline/abroad/{system}/").content.decode()
    assert code in page
    assert "Handed over to it" in page


def test_a_point_in_the_address_goes_along_as_one(district, elsewhere):
    _handed(district, _system(district, elsewhere), address="东界路口 WGS-84 28.201000,112.903000")
    run_due()
    (posted,) = elsewhere.posts
    assert (posted["lat"], posted["long"]) == ("28.201000", "112.903000")
