"""Why an order is set aside, what each door says of it, and what is kept to tell senders apart."""

from datetime import timedelta

import pytest
from tests.kernel import factories as make
from tests.lines.hotline.district import district
from tests.lines.hotline.test_aside import client, decide, knock, orders, said, the_heap
from tests.lines.hotline.test_told import SAID as TOLD
from tests.lines.hotline.test_told import send

from bihuan.kernel.identity import actions as identity
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.aside import actions as aside
from bihuan.lines.hotline.aside import selectors as heaps
from bihuan.lines.hotline.aside.reasons import MOST, PHONE, SENDER, WORDS, digits, is_linked, network, plain
from bihuan.lines.hotline.doors import actions as doors
from bihuan.lines.hotline.doors import knocks
from bihuan.lines.hotline.duties import actions as duties
from bihuan.lines.hotline.registers import DUTIES

assert district


@pytest.fixture
def url(district):
    return f"/hotline/public/{district.place}/"


def test_too_much_from_one_address_is_set_aside_and_not_refused(district, url):
    pages = knock(url, MOST[SENDER] + 2)
    assert len(orders("registered")) == MOST[SENDER]
    assert len(orders("aside")) == 2
    assert not any("somebody looks at it" in page for page in pages[: MOST[SENDER]])
    for page in pages[MOST[SENDER] :]:
        assert "somebody looks at it before it is handled" in page
        assert "Look-up code" in page, "number and code are given all the same"
    assert client("10.0.0.2").post(url, said("x")).status_code == 200
    assert len(orders("aside")) == 2, "others are not concerned"
    assert (the_heap().holder_role, the_heap().clock) == ("coordinator", "running")


def test_where_no_address_is_known_nobody_is_told_apart_by_it(district, url):
    knock(url, MOST[SENDER] + 2, address="")
    assert orders("aside") == []


def test_one_phone_number_too_often_on_a_day(district, url, travel):
    for turn in range(MOST[PHONE] + 1):
        with travel(now() + timedelta(minutes=11 * turn)):
            sent = {"phone": "+86 138 1234 5678" if turn % 2 else "13812345678"}
            assert client(f"10.1.0.{turn}").post(url, said(turn, **sent)).status_code == 200
    assert len(orders("aside")) == 1
    assert the_heap().value("why") == PHONE
    with travel(now() + timedelta(days=1)):
        client("10.1.1.1").post(url, said("next", phone="13812345678"))
    assert len(orders("aside")) == 1, "the next day counts anew"


def test_the_very_same_words_however_they_are_set(district, url):
    for turn in range(MOST[WORDS] + 1):
        words = "全城 停电了！" if turn % 2 else "全城停电了"
        sent = said(turn, title=words, address="")
        assert client(f"10.2.0.{turn}").post(url, sent).status_code == 200
    assert len(orders("aside")) == 1
    assert the_heap().value("why") == WORDS
    client("10.2.1.1").post(url, said("y", title="全城停电了", address="别处"))
    assert len(orders("aside")) == 1, "the same from another place is somebody else"


def test_links_are_set_aside_and_two_are_not(district, url):
    two = "看 https://a.example/1 和 www.b.example"
    client().post(url, said(1, detail=two))
    assert orders("aside") == []
    client().post(url, said(2, detail=f"{two} HTTP://c.example"))
    client("10.0.9.9").post(url, said(3, detail=f"{two} http://d.example"))
    assert len(orders("aside")) == 2
    assert len(heaps.orders(district.coordinator, the_heap().id)[0]) == 2, "one heap of the day"


def test_how_texts_numbers_and_addresses_are_told_apart():
    assert plain("ＡＢ c。 路灯", "！") == "abc路灯"
    assert digits("+86 138-1234-5678") == digits("１３８１２３４５６７８") == "13812345678"
    assert network("2001:db8:1:2::1") == network("2001:db8:1:2:ffff::9") != network("2001:db8:1:3::1")
    assert network("::ffff:10.0.0.1") == network("10.0.0.1")
    assert network(None) == network("unix") == ""
    assert not is_linked("https://www.a.example https://www.b.example")


def test_a_hard_bound_waits_and_what_was_taken_in_is_answered(district, url, monkeypatch):
    monkeypatch.setattr(doors, "BOUND", 7)
    knock(url, 7)
    assert client().post(url, said("more")).status_code == 429
    assert len(orders()) == 7
    again = client().post(url, said("10.0.0.1-6"))
    assert again.status_code == 200
    assert "somebody looks at it" in again.content.decode()
    assert len(orders()) == 7


def test_the_signed_door_says_that_it_waits(district):
    given = {**TOLD, "phone": ""}
    for turn in range(MOST[WORDS]):
        assert send(district.place, given, f"wx-{turn}").json()["aside"] is False
    told = send(district.place, given, "wx-more").json()
    assert (told["aside"], "somebody looks" in told["notice"]) == (True, True)
    assert send(district.place, given, "wx-more").json() == {**told, "again": True}


def test_open311_says_that_it_waits(district):
    key = identity.issue_token(SYSTEM, district.operator.post, "open311", ["hotline:write"])[1]
    v2 = f"/hotline/open311/{district.place}/v2"
    given = {
        "service_code": str(district.leaks), "address_string": "白沙花园3栋", "api_key": key,
        "description": "http://a.example http://b.example http://c.example",
    }  # fmt: skip
    (made,) = client().post(f"{v2}/requests.json", given).json()
    assert "many links" in made["service_notice"]
    (shown,) = client().get(f"{v2}/requests/{made['service_request_id']}.json?api_key={key}").json()
    assert (shown["status"], "many links" in shown["service_notice"]) == ("open", True)
    decide(district, "take_in")
    (shown,) = client().get(f"{v2}/requests/{made['service_request_id']}.json?api_key={key}").json()
    assert "links" not in shown["service_notice"]


def test_what_told_senders_apart_is_forgotten(district, url, travel):
    knock(url, MOST[SENDER] + 1)
    assert run("SELECT count(*) FROM hotline_heap WHERE mark IS NOT NULL") == [(1,)]
    with travel(now() + timedelta(hours=25)):
        aside.forget()
        knocks.forget()
        assert run("SELECT count(*) FROM hotline_heap WHERE mark IS NOT NULL") == [(0,)]
        assert run("SELECT count(*) FROM hotline_knock") == [(0,)]
        assert knocks.mark("sender", "10.0.0.1") != b""
        tomorrow = knocks.mark("sender", "10.0.0.1")
    assert knocks.mark("sender", "10.0.0.1") != tomorrow, "nobody is followed from day to day"
    facts = run("SELECT text FROM ledger_entry WHERE chain_id = %s", (the_heap().id,))
    assert tomorrow.hex() not in str(facts)


def test_two_places_have_two_heaps(district, url):
    knock(url, MOST[SENDER] + 1)
    other = make.make_division("云溪区", "county")
    duty = {"name": "路灯", "unit": str(district.water), "words": "路灯", "basis": "示例"}
    duties.keep(SYSTEM, DUTIES, None, duty, division=other)
    assert client().post(f"/hotline/public/{other}/", said("o")).status_code == 200
    assert run("SELECT count(*) FROM flow_matter WHERE kind = 'hotline.heap'") == [(2,)]
