"""The telephony adapter against a local double of an exchange: signatures, order, floods, console, order, shares."""

import json
import random
from datetime import timedelta
from itertools import permutations

import pytest
from tests.lines.hotline.district import CALL, MONDAY, district
from tests.lines.hotline.exchange import Exchange

from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.identity.selectors.posts import visitor
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.duties import actions as duties
from bihuan.lines.hotline.registers import AIMS, EXTENSIONS
from bihuan.lines.hotline.telephony import actions, selectors

assert district
NUMBER = "13812345678"
RECORDING = {"url": "https://exchange.example/r/1.wav", "sha256": "ab" * 32}


@pytest.fixture
def exchange(district):
    login = visitor(district.operator.user).user["username"]
    duties.keep(SYSTEM, EXTENSIONS, None, {"name": "8001", "login": login}, division=district.place)
    return Exchange(district.place)


def stored():
    """Return every call as it stands, without ids and our own moments."""
    return run(
        "SELECT call, extension, ringing_at, answered_at, busy_at, transferred_at, abandoned_at, hung_up_at,"
        " recording, sha256 FROM hotline_call ORDER BY call"
    )


def test_only_what_is_signed_with_the_key_of_the_place_is_taken(exchange, district):
    body = json.dumps({"call": "a", "event": "ringing", "at": "2026-03-02T09:00:00+08:00"}).encode()
    for signature in (
        "",
        "sha256=" + "0" * 64,
        exchange.sign(body + b" "),
        Exchange(district.place + 1).sign(body),
    ):
        assert exchange.post(body, signature).status_code == 403
    assert exchange.post(body, "sha256=签名".encode().decode("latin-1")).status_code == 403
    assert stored() == []
    assert exchange.browser.get(f"/hotline/telephony/{district.place}/events/").status_code == 405
    assert exchange.post(body).json() == {"again": False}


@pytest.mark.parametrize(
    "wrong",
    [
        {"call": ""}, {"call": 7}, {"call": "x" * 81}, {"event": "sneezed"}, {"at": "yesterday"}, {"caller": [1]},
        {"recording": {"url": "javascript:alert(1)", "sha256": "ab" * 32}}, {"recording": {"url": "https://e.example/"}},
        {"recording": "https://e.example/"}, {"extension": "8\x00"}, {"at": "0001-01-01T00:00:00+14:00"},
    ],
)  # fmt: skip
def test_what_is_no_event_is_told_so(exchange, wrong):
    said = {"call": "a", "event": "hung_up", "at": "2026-03-02T09:00:00+08:00", **wrong}
    assert exchange.post(json.dumps(said).encode()).status_code == 422
    assert stored() == []


def test_what_is_no_json_or_too_long_is_told_so(exchange):
    for body in (b"", b"[]", b"{", b"\xff", b"[" * 9000, b" " * (actions.LONGEST + 1)):
        assert exchange.post(body).status_code == 422


def test_events_may_come_twice_and_in_any_order(exchange):
    told = (
        ("ringing", 0, {"caller": NUMBER, "extension": "8009"}), ("answered", 9, {"extension": "8001"}),
        ("transferred", 40, {"extension": "8002"}), ("hung_up", 90, {"recording": RECORDING}),
    )  # fmt: skip
    seen = []
    for turn in permutations(told):
        run("DELETE FROM hotline_call")
        for event, after, more in (*turn, turn[0]):
            answer = exchange.tell("a", event, after, **more)
        assert answer.json() == {"again": True}
        seen.append(stored())
    assert all(one == seen[0] for one in seen)
    assert seen[0][0][1] == "8002"
    assert seen[0][0][-2:] == tuple(RECORDING.values())
    exchange.tell("a", "ringing", 500, caller="13900000000", extension="8001")
    assert stored() == seen[0], "an event told again otherwise changes nothing"


def test_a_number_is_kept_encrypted_once_and_stands_in_no_log(exchange, caplog):
    for call, number in (("a", NUMBER), ("b", "138 1234 5678"), ("c", ""), ("d", "anonymous"), ("e", "8001")):
        assert exchange.tell(call, "ringing", caller=number).status_code == 200
    people = dict(run("SELECT call, person FROM hotline_call"))
    assert people["a"] == people["b"] > 0
    assert {people[one] for one in "cde"} == {0}
    assert run("SELECT count(*) FROM people_person") == [(1,)]
    assert NUMBER not in caplog.text
    assert not run("SELECT 1 FROM hotline_call c WHERE c::text LIKE %s", (f"%{NUMBER}%",))


def test_a_flood_waits_and_calls_that_stand_go_on(exchange, monkeypatch):
    monkeypatch.setattr(actions, "MOST", 3)
    assert [exchange.tell(str(n), "ringing").status_code for n in range(4)] == [200, 200, 200, 429]
    assert exchange.tell("0", "answered").status_code == 200


def test_a_call_rings_at_its_agent_and_becomes_an_order(exchange, district):
    matter = district.call()
    desk = district.client(district.operator)
    exchange.tell("a", "ringing", caller=NUMBER, extension="8001")
    shown = desk.get(
        "/hotline/console/calls/", headers={"HX-Request": "true", "HX-Target": "calls"}
    ).content.decode()
    assert "138****5678" in shown
    assert district.row(matter).code in shown, "what this caller asked before"
    assert NUMBER not in shown
    for other in (district.coordinator, district.stranger):
        assert "138****5678" not in district.client(other).get("/hotline/console/").content.decode()
    ((call,),) = run("SELECT id FROM hotline_call")
    assert district.client(district.coordinator).post(f"/hotline/console/calls/{call}/").status_code == 404
    assert desk.get(f"/hotline/console/calls/{call}/").status_code == 302, "a look alone reveals nothing"
    exchange.tell("a", "answered", 7, extension="8001")
    taken = desk.post(f"/hotline/console/calls/{call}/").content.decode()
    assert NUMBER in taken
    assert f'name="call" value="{call}"' in taken
    exchange.tell("a", "hung_up", 80, recording=RECORDING)
    faulty = desk.post("/hotline/console/", {"title": "", "call": call, "key": "k"})
    assert f'name="call" value="{call}"' in faulty.content.decode(), "a fault in the form loses no call"
    assert desk.post("/hotline/console/", {**CALL, "call": call, "key": "k"}).status_code == 200
    ((made,),) = run("SELECT matter FROM hotline_call")
    assert made > matter
    assert "138****5678" not in desk.get("/hotline/console/").content.decode(), "it waits no more"
    page = f"/matters/{district.row(made).code}/"
    assert RECORDING["url"] in desk.get(page).content.decode()
    assert RECORDING["url"] not in district.client(district.leader).get(page).content.decode()
    desk.post("/hotline/console/", {**CALL, "title": "另一件", "call": call, "key": "k2"})
    assert run("SELECT matter FROM hotline_call") == [(made,)], "one call, one order"


def test_calls_of_another_place_are_linked_to_nothing_here(exchange, district):
    exchange.tell("a", "ringing", caller=NUMBER, extension="8001")
    ((call,),) = run("SELECT id FROM hotline_call")
    actions.link(district.stranger, call, 7)
    assert run("SELECT matter FROM hotline_call") == [(0,)]


def test_an_extension_of_nobody_is_taken_and_listed(exchange, district):
    assert exchange.tell("a", "ringing", extension="9999").status_code == 200
    chief = district.client(district.coordinator)
    assert "9999 × 1" in chief.get("/hotline/telephony/").content.decode()
    assert district.client(district.operator).get("/hotline/telephony/").status_code == 403


def test_an_old_call_or_one_given_up_waits_no_more(exchange, district, travel):
    exchange.tell("a", "ringing", extension="8001")
    exchange.tell("b", "ringing", extension="8001")
    assert len(selectors.waiting(district.operator)) == 2
    exchange.tell("a", "abandoned", 20)
    exchange.tell("b", "hung_up", 20)
    assert selectors.waiting(district.operator) == []
    exchange.tell("c", "answered", extension="8001")
    exchange.tell("c", "hung_up", 60)
    assert len(selectors.waiting(district.operator)) == 1, "it is written down after the call, too"
    with travel(MONDAY + timedelta(hours=1)):
        assert selectors.waiting(district.operator) == []


def test_shares_are_what_a_slow_count_says(exchange, district):
    draw, told = random.Random(7), {}
    exchange.clock = MONDAY.replace(year=2031)  # a wrong clock, the same for all its events
    for n in range(60):
        events = {name: draw.randint(0, 30) for name in selectors.EVENTS if draw.random() < 0.5}
        told[n] = events
        for name, after in draw.sample(sorted(events.items()), len(events)):
            assert exchange.tell(f"c{n}", name, after).status_code == 200
    calls = [one for one in told.values() if one]
    timed = [one for one in calls if "answered" in one and one.get("ringing", 99) <= one["answered"]]
    found = selectors.shares(scope_of(district.place), 15)
    assert found.timed == len(timed)
    assert found.in_time == sum(one["answered"] - one["ringing"] <= 15 for one in timed)
    assert found.answered == sum("answered" in one for one in calls)
    assert found.rang == sum(bool({"ringing", "answered", "busy"} & set(one)) for one in calls)
    assert found.answered == found.timed + found.unrung + found.reversed
    assert found.rang + found.unknown == len(calls)
    assert selectors.shares(scope_of(district.stranger.division), 15).rang == 0
    body = district.client(district.operator).get("/hotline/rates/?period=all").content.decode()
    assert "Answered within 15 seconds" in body
    assert f"{found.answered}" in body
    assert "Calls connected" not in district.client(district.fixer).get("/hotline/rates/").content.decode()


def test_aims_are_dated_rows_with_a_source(district):
    here = scope_of(district.place)
    assert [selectors.aim(here, name).value for name in ("seconds", "connected")] == [15, 95]
    assert "GB/T 33358" in selectors.aim(here, "seconds").source
    desk = district.client(district.operator)
    said = {"name": "seconds", "value": "20", "since": "2026-03-01", "source": "区热线办法"}
    assert desk.post("/hotline/tables/aims/", said).status_code == 303
    assert desk.post("/hotline/tables/aims/", said).status_code == 409
    assert (
        desk.post("/hotline/tables/aims/", {**said, "value": "10", "since": "2026-06-01"}).status_code == 303
    )
    assert (
        desk.post("/hotline/tables/aims/", {**said, "name": "connected", "value": "101"}).status_code == 422
    )
    assert selectors.aim(here, "seconds").value == 20
    assert "Seconds until a call is answered" in desk.get("/hotline/tables/aims/").content.decode()
    assert desk.get("/hotline/tables/extensions/").status_code == 200
    assert run("SELECT count(*) FROM hotline_aim") == [(2,)]
    assert AIMS.table == "hotline_aim"


def test_the_list_of_calls_shows_what_the_shares_count(exchange, district):
    told = (("in time", 4), ("late", 40), ("lost", None), ("busy", None))
    for name, wait in told:
        if name == "busy":
            exchange.tell(name, "busy", caller=NUMBER)
            continue
        exchange.tell(name, "ringing", caller=NUMBER, extension="8001")
        if wait is None:
            exchange.tell(name, "abandoned", 30)
            continue
        exchange.tell(name, "answered", wait, extension="8001")
        exchange.tell(name, "hung_up", wait + 65, recording=RECORDING)
    here = scope_of(district.place)
    counted = selectors.shares(here, 15)
    asked = {
        "in_time": counted.in_time, "late": counted.timed - counted.in_time, "answered": counted.answered,
        "lost": counted.rang - counted.answered, "": 4,
    }  # fmt: skip
    for how, number in asked.items():
        assert len(selectors.listed(here, how, seconds=15)[0]) == number, how
    first, more = selectors.listed(here, limit=3)
    rest, end = selectors.listed(here, before=more, limit=3)
    assert ([len(first), len(rest)], end) == ([3, 1], 0)
    assert {one.id for one in first}.isdisjoint({one.id for one in rest})
    desk = district.client(district.operator)
    shown = desk.get("/hotline/calls/").content.decode()
    for said in (
        "138****5678",
        "answered after 4 seconds",
        "answered after 40 seconds",
        "line busy",
        "1:05",
        "Listen",
    ):
        assert said in shown
    assert "answered after 4 seconds" not in desk.get("/hotline/calls/?how=late").content.decode()
    assert "/hotline/calls/?how=in_time&amp;period=" in desk.get("/hotline/rates/").content.decode()
    above = district.client(district.leader).get("/hotline/calls/").content.decode()
    assert "line busy" in above
    assert "138****5678" not in above
    assert RECORDING["url"] not in above
    assert district.client(district.fixer).get("/hotline/calls/").status_code == 403
    assert (
        "busy"
        not in district.client(district.stranger)
        .get("/hotline/calls/")
        .content.decode()
        .split("call-list")[1]
    )


def test_who_asked_to_stay_hidden_is_not_named_beside_the_order(exchange, district):
    exchange.tell("a", "ringing", caller=NUMBER, extension="8001")
    exchange.tell("a", "answered", 5)
    ((call,),) = run("SELECT id FROM hotline_call")
    matter = district.call(secrecy="confidential")
    actions.link(district.operator, call, matter)
    shown = district.client(district.operator).get("/hotline/calls/").content.decode()
    assert district.row(matter).code in shown
    assert "138****5678" not in shown
