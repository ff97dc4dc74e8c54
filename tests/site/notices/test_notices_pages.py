"""Doors are kept by whoever runs the house; quiet hours by everyone for themselves."""

from typing import Any

import pytest
from django.urls import reverse
from tests.kernel import doubles
from tests.site.admin_house import house, send, words

from bihuan.kernel.notices.actions import Tell, tell_many
from bihuan.kernel.notices.models import Account, Delivery, Hook, Quiet
from bihuan.kernel.store.sql import run

__all__ = ["house"]

pytestmark = pytest.mark.django_db

GROUP = {
    "name": "centre-group",
    "shape": "wecom",
    "url": "http://127.0.0.1:9/send",
    "unit": "综合协调服务中心",
}
APP = {"name": "staff", "shape": "wecom_app", "ident": "ww1", "agent": "1000002"}


def test_a_door_is_made_changed_and_taken_out_of_use(house: Any) -> None:
    assert send(house.admin, reverse("admin_door_add"), **GROUP).status_code == 303
    door = Hook.objects.get()
    assert (door.unit, door.active) == (house.unit, True)
    page = words(house.admin.get(reverse("admin_door", args=[door.id])))
    assert "WeCom group robot" in page
    url = reverse("admin_door_amend", args=[door.id])
    assert send(house.admin, url, **{**GROUP, "urgent_only": "1"}).status_code == 303
    assert Hook.objects.get().urgent_only
    assert send(house.admin, reverse("admin_door_state", args=[door.id])).status_code == 303
    assert not Hook.objects.get().active
    moves = [move for (move,) in run("SELECT move FROM ledger_entry WHERE move LIKE 'door.%%' ORDER BY seq")]
    assert moves == ["door.put", "door.put", "door.state"]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"name": "kein Name"}, "hyphens only"),
        ({"url": "http://10.0.0.8/x"}, "may not be called"),
        ({"url": ""}, "Give the address"),
        ({"unit": ""}, "name a unit"),
        ({"unit": "无此单位"}, "no organisation"),
        ({"shape": "sms", "phones": ""}, "Give the phones"),
        ({"shape": "wecom_app"}, "belongs to no unit"),
        ({"shape": "dingtalk_work", "unit": "", "ident": "k"}, "agent number"),
    ],
)
def test_faults_of_a_door_are_said_and_nothing_is_written(house: Any, values: Any, said: str) -> None:
    answer = send(house.admin, reverse("admin_door_add"), **{**GROUP, **values})
    assert answer.status_code == 422
    assert said in words(answer)
    assert not Hook.objects.exists()


def test_people_are_added_and_removed_and_a_trial_is_sent(house: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("BIHUAN_HOOK_STAFF", "s")
    with doubles.http() as double:
        double.answers["/cgi-bin/gettoken"] = (200, {"errcode": 0, "access_token": "t", "expires_in": 7200})
        double.answers["/cgi-bin/message/send"] = (200, {"errcode": 0})
        send(house.admin, reverse("admin_door_add"), **APP, url=double.url)
        door = Hook.objects.get()
        add = reverse("admin_account_add", args=[door.id])
        assert send(house.admin, add, user="clerk", account="wx-clerk").status_code == 303
        assert send(house.admin, add, user="clerk", account="wx-clerk-2").status_code == 303
        assert Account.objects.get().account == "wx-clerk-2"
        trial = reverse("admin_door_trial", args=[door.id])
        assert send(house.admin, trial, account="wx-clerk-2").status_code == 303
        double.answers["/cgi-bin/message/send"] = (200, {"errcode": 60011})
        refused = send(house.admin, trial, account="wx-clerk-2")
        assert refused.status_code == 422
        assert "60011" in words(refused)
    drop = reverse("admin_account_drop", args=[Account.objects.get().id])
    assert send(house.admin, drop).status_code == 303
    assert not Account.objects.exists()


def test_what_was_given_up_is_shown_and_tried_again(house: Any) -> None:
    send(house.admin, reverse("admin_door_add"), **GROUP)
    tell_many([Tell("matter.yours", "1", to_unit=house.unit, params={"code": "WT26-0000007"})])
    Delivery.objects.update(attempts=9, gave_up=Delivery.objects.get().next_try, error="HTTP 500")
    page = words(house.admin.get(reverse("admin_doors")))
    assert "WT26-0000007" in page
    assert "HTTP 500" in page
    rows = house.admin.get("/api/v1/admin/deliveries").json()
    assert rows[0]["door"] == "centre-group"
    assert house.admin.post(reverse("admin_deliveries_again")).status_code == 303
    assert Delivery.objects.get().gave_up is None
    assert "Nothing was given up" in words(house.admin.get(reverse("admin_doors")))


def test_quiet_hours_are_ones_own_and_a_units_only_for_who_runs_the_house(house: Any) -> None:
    add = reverse("quiet_add")
    assert send(house.clerk, add, start="12:00", until="14：00").status_code == 303
    assert send(house.clerk, add, start="12:00", until="14:00").status_code == 409
    assert send(house.clerk, add, start="12:00", until="12:00").status_code == 422
    assert send(house.clerk, add, start="noon", until="14:00").status_code == 422
    assert send(house.clerk, add, start="1:00", until="2:00", unit="综合协调服务中心").status_code == 403
    assert send(house.admin, add, start="1:00", until="2:00", unit="综合协调服务中心").status_code == 303
    own = Quiet.objects.get(user=house.clerk_user)
    assert "12:00" in words(house.clerk.get(reverse("quiet_hours")))
    assert house.admin.get(reverse("quiet_drop", args=[own.id])).status_code == 404
    assert send(house.clerk, reverse("quiet_drop", args=[own.id])).status_code == 303
    assert not Quiet.objects.filter(user=house.clerk_user).exists()


def test_the_same_over_the_api(house: Any) -> None:
    made = house.admin.post("/api/v1/admin/doors", APP, "application/json", headers={"Idempotency-Key": "k"})
    again = house.admin.post("/api/v1/admin/doors", APP, "application/json", headers={"Idempotency-Key": "k"})
    assert (made.status_code, made.json()) == (201, again.json())
    door = f"/api/v1/admin/doors/{made.json()['id']}"
    account = house.admin.post(
        f"{door}/accounts", {"user": "clerk", "account": "wx"}, "application/json"
    ).json()
    assert house.admin.get(f"{door}/accounts").json()[0]["login"] == "clerk"
    assert house.admin.get("/api/v1/admin/doors").json()[0]["people"] == 1
    assert house.admin.delete(f"/api/v1/admin/accounts/{account['id']}").status_code == 204
    assert house.admin.post(f"{door}/state", {"active": False}, "application/json").status_code == 200
    assert house.admin.put(door, {**APP, "name": "other"}, "application/json").status_code == 200
    assert not Hook.objects.get().active
    assert house.clerk.get("/api/v1/admin/doors").status_code == 403
    quiet = house.clerk.post("/api/v1/quiet", {"start": "12:00", "until": "13:30"}, "application/json")
    assert quiet.status_code == 201
    assert house.clerk.get("/api/v1/quiet").json()[0]["until"] == "13:30:00"
    assert house.clerk.delete(f"/api/v1/quiet/{quiet.json()['id']}").status_code == 204
