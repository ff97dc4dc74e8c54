"""Another program of the place tells an order: signed, once, and by nobody else."""

import json

import pytest
from django.test import Client
from tests.lines.hotline.district import district

from bihuan.kernel.notices.webhooks import headers
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.doors import actions, told

assert district
SAID = {
    "title": "路灯不亮",
    "detail": "小程序反映：三天没亮",
    "address": "白沙花园3栋",
    "phone": "13812345678",
    "caller": "王小平",
}


def send(place, said=SAID, name="wx-1", *, key=None, age=0, **more):
    """Post an order as a program does; ``more`` replaces headers."""
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    signed = headers(key or told.key_of(place), name, int(now().timestamp()) - age, body)
    kind = signed.pop("Content-Type")
    return Client(headers={"accept-language": "en"}).post(
        f"/hotline/told/{place}/orders/", body, content_type=kind, headers=signed | more
    )


def orders():
    return run("SELECT code, title, grid, data ->> 'channel' FROM flow_matter WHERE kind = 'hotline.order'")


def test_an_order_is_taken_in_once(district):
    first = send(district.place)
    assert (first.status_code, first.json()["again"]) == (200, False)
    code = first.json()["code"]
    assert send(district.place).json() == {"code": code, "again": True, "aside": False, "notice": ""}
    assert orders() == [(code, "路灯不亮", district.grid_place, "program")]
    assert run("SELECT count(*) FROM hotline_caller") == [(1,)]
    assert send(district.place, {**SAID, "title": "另一件"}).status_code == 409, "the same id, another body"
    assert send(district.place, name="wx-2").json()["code"] != code
    page = district.client(district.operator).get(f"/matters/{code}/").content.decode()
    assert "Another program" in page


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"key": b"other"}, 403),
        ({"age": 400}, 403),
        ({"age": -400}, 403),
        ({"webhook-signature": ""}, 403),
        ({"webhook-timestamp": "soon"}, 422),
        ({"webhook-id": ""}, 422),
        ({"name": "n" * 61}, 422),
        ({"said": b"{"}, 422),
        ({"said": b"[1]"}, 422),
        ({"said": b"\xff"}, 422),
        ({"said": {**SAID, "against": "1"}}, 422),
        ({"said": {**SAID, "title": 3}}, 422),
        ({"said": {"detail": "没有标题"}}, 422),
        ({"said": {**SAID, "type": "nothing"}}, 422),
        ({"said": {**SAID, "detail": "长" * told.LONGEST}}, 422),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_stored(district, more, status):
    answer = send(district.place, **more)
    assert (answer.status_code, list(answer.json())) == (status, ["errors"])
    assert orders() == []


def test_a_new_signature_stands_beside_an_old_one(district):
    body = json.dumps(SAID).encode()
    right = headers(told.key_of(district.place), "wx-1", int(now().timestamp()), body)["webhook-signature"]
    assert send(district.place, **{"webhook-signature": f"v1,b2xk {right}"}).status_code == 200


def test_no_hotline_no_door_and_a_flood_waits(district, monkeypatch):
    assert send(district.place + 90_000).status_code == 404
    monkeypatch.setattr(actions, "MOST_TOLD", 2)
    opened, take = [], actions.actions.take
    monkeypatch.setattr(actions.actions, "take", lambda *given: opened.append(given) or take(*given))
    assert [send(district.place, name=f"wx-{n}").status_code for n in range(3)] == [200, 200, 429]
    assert len(orders()) == len(opened) == 2, "what is refused is not opened first"
    assert send(district.place, name="wx-1").json()["again"], "what was taken in is answered all the same"


def test_where_and_with_which_key_stands_on_a_page_of_those_who_connect(district):
    address = "/hotline/abroad/"
    page = district.client(district.coordinator).get(address).content.decode()
    assert told.key_of(district.place).decode() in page
    assert f"/hotline/told/{district.place}/orders/" in page
    other = district.client(district.operator).get(address).content.decode()
    assert "/hotline/told/" not in other
