"""Programs are kept and their losses replayed on pages; a post's calendar is read by its secret address."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.kernel import doubles
from tests.site.admin_house import house, send, somebody, words

from bihuan.kernel.flow import actions as flow
from bihuan.kernel.identity import actions as people
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.identity.selectors import actor_of, scope_of
from bihuan.kernel.ledger.actions import seal
from bihuan.kernel.notices import webhooks
from bihuan.kernel.notices.models import Dispatch, Feed, Subscription
from bihuan.kernel.now import now

__all__ = ["house"]

pytestmark = pytest.mark.django_db


def _open(house: Any) -> Any:
    need = {"title": "红线外道路未通", "category": "utilities"}
    return flow.open(SYSTEM, "projects.problem", need, scope=scope_of(house.park))


def test_a_program_is_added_its_losses_are_shown_and_replayed(house: Any) -> None:
    with doubles.http() as double:
        add = reverse("admin_webhook_add")
        page = send(
            house.admin, add, name="OA", url=f"{double.url}/hook", kinds="projects.problem", moves="open"
        )
        assert re.search(r"whsec_[A-Za-z0-9+/=]{44}", words(page))
        row = Subscription.objects.get()
        opened = _open(house)
        seal()
        webhooks.gather()
        webhooks.carry()
        Dispatch.objects.update(gave_up=now())
        one = reverse("admin_webhook", args=[row.id])
        shown = words(house.admin.get(one))
        assert opened.code in shown
        assert "HTTP 404" in shown
        assert "whsec_" not in shown
        assert (
            house.admin.get(f"/api/v1/admin/webhooks/{row.id}/undelivered").json()[0]["matter"] == opened.code
        )
        double.answers["/hook"] = (200, b"")
        assert house.admin.post(reverse("admin_webhook_replay", args=[row.id])).status_code == 303
        assert webhooks.carry() == 1
    assert "Everything arrived" in words(house.admin.get(one))
    assert send(house.admin, reverse("admin_webhook_state", args=[row.id])).status_code == 303
    assert not Subscription.objects.get().active
    assert send(house.admin, reverse("admin_webhook_end", args=[row.id])).status_code == 303
    assert not Subscription.objects.exists()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"url": "http://10.0.0.1/x"}, "may not be called"),
        ({"kinds": "no.such"}, "no kind of matter"),
        ({"kinds": "projects.problem", "moves": "fly"}, "has a move named"),
        ({"division": "无此地"}, "no division named"),
    ],
)
def test_faults_of_a_subscription_are_said(house: Any, values: Any, said: str) -> None:
    given = {"name": "OA", "url": "https://127.0.0.1/x", **values}
    answer = send(house.admin, reverse("admin_webhook_add"), **given)
    assert answer.status_code == 422
    assert said in words(answer)
    assert not Subscription.objects.exists()


def test_programs_over_the_api(house: Any) -> None:
    body = {"name": "OA", "url": "https://127.0.0.1/x"}
    made = house.admin.post(
        "/api/v1/admin/webhooks", body, "application/json", headers={"Idempotency-Key": "k"}
    )
    again = house.admin.post(
        "/api/v1/admin/webhooks", body, "application/json", headers={"Idempotency-Key": "k"}
    )
    assert made.json()["secret"].startswith("whsec_")
    assert again.json() == {"id": made.json()["id"], "secret": ""}
    one = f"/api/v1/admin/webhooks/{made.json()['id']}"
    assert house.admin.post(f"{one}/replay").json() == {"count": 0}
    assert house.admin.post(f"{one}/state", {"active": False}, "application/json").status_code == 200
    assert house.clerk.get("/api/v1/admin/webhooks").status_code == 403
    assert house.admin.delete(one).status_code == 204
    assert house.admin.get("/api/v1/admin/webhooks").json() == []


def _made(client: Client) -> str:
    found = re.search(
        r"http://testserver(/calendar/[\w-]+\.ics)", words(send(client, reverse("calendar_make")))
    )
    assert found
    return found[1]


def test_deadlines_are_read_by_the_secret_address_and_unchanged_ones_are_not_sent_again(house: Any) -> None:
    user, post, centre = somebody("centre", "coordinator", house.unit, house.park)
    actor, opened = actor_of(user, post), _open(house)
    flow.move(actor, opened.matter, "assign", {"unit": house.unit})
    address = _made(centre)
    reader = Client()
    answer = reader.get(address)
    assert answer["Content-Type"].startswith("text/calendar")
    text = answer.content.decode().replace("\r\n ", "")
    assert opened.code in text
    assert f"URL:http://testserver/matters/{opened.code}/" in text
    assert "红线外" not in text, "words of the matter stay in the house"
    same = reader.get(address, headers={"If-None-Match": answer["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    flow.move(actor, opened.matter, "withdraw", {"reason": "重复登记"})
    changed = reader.get(address, headers={"If-None-Match": answer["ETag"]})
    assert changed.status_code == 200
    assert opened.code not in changed.content.decode()
    people.end_post(SYSTEM, post, now())
    assert reader.get(address).status_code == 404


def test_an_address_is_revoked_and_replaced(house: Any) -> None:
    first = _made(house.clerk)
    second = _made(house.clerk)
    assert first != second
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200
    assert "Revoke" in words(house.clerk.get(reverse("calendar_own")))
    assert send(house.clerk, reverse("calendar_revoke")).status_code == 303
    assert Client().get(second).status_code == 404
    assert second.split("/")[2].removesuffix(".ics").encode() not in bytes(Feed.objects.last().hash)
    made = house.clerk.post("/api/v1/calendar")
    assert Client().get(made.json()["address"]).status_code == 200
    assert house.clerk.delete("/api/v1/calendar").status_code == 204
    assert Client().get(made.json()["address"]).status_code == 404
