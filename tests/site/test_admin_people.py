"""People and posts: first passwords, appointments, standing in, tokens, and who came in."""

import re
from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.site.admin_house import hidden, house, send, signed_in, somebody, words

from bihuan.kernel.identity import actions as people
from bihuan.kernel.identity import selectors as identity
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.identity.models import User
from bihuan.kernel.now import LOCAL, now, today
from bihuan.kernel.store.sql import run

__all__ = ["house"]


def added(house, **values):
    return send(house.admin, reverse("admin_person_add"), **{"name": "钱多", "username": "qianduo", **values})


def shown_password(answer) -> str:
    return re.search(r"[a-z2-9]{5}-[a-z2-9]{5}-[a-z2-9]{5}", answer.content.decode())[0]


def test_a_first_password_is_shown_once_and_works(house):
    url = reverse("admin_person_add")
    values = {**hidden(house.admin.get(url)), "name": "钱多", "username": "QianDuo"}
    first = house.admin.post(url, values)
    assert first.status_code == 200
    password = shown_password(first)
    second = house.admin.post(url, values)
    assert second.status_code == 303
    assert password not in words(house.admin.get(second["Location"]))
    user = User.objects.get(username="qianduo")
    assert user.check_password(password)
    assert run("SELECT answer::text LIKE %s FROM administration_carried", (f"%{password}%",)) == [(False,)]


def test_a_new_person_signs_in_and_can_do_nothing_without_a_post(house):
    password = shown_password(added(house))
    client = Client()
    assert (
        client.post(reverse("account_login"), {"login": "qianduo", "password": password}).status_code == 302
    )
    assert client.get(reverse("home")).status_code == 403


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"username": "clerk"}, "Somebody else already logs in as clerk"),
        ({"username": "钱 多"}, "letters, digits, dot and hyphen"),
        ({"name": ""}, "Please fill in"),
    ],
)  # fmt: skip
def test_faults_of_a_new_person_are_said(house, values, said):
    answer = added(house, **values)
    assert answer.status_code in {409, 422}
    assert said in words(answer)


def test_a_new_password_replaces_the_old_and_a_closed_account_has_none(house):
    answer = send(house.admin, reverse("admin_person_password", args=[house.clerk_user]))
    password = shown_password(answer)
    clerk = User.objects.get(id=house.clerk_user)
    assert (clerk.check_password(password), clerk.must_change) == (True, True)
    assert send(house.admin, reverse("admin_person_close", args=[house.clerk_user])).status_code == 303
    assert not User.objects.get(id=house.clerk_user).is_active
    assert send(house.admin, reverse("admin_person_close", args=[house.clerk_user])).status_code == 303
    answer = send(house.admin, reverse("admin_person_password", args=[house.clerk_user]))
    assert answer.status_code == 422
    assert house.clerk.get(reverse("home")).status_code == 302


def test_one_does_not_close_ones_own_account(house):
    answer = send(house.admin, reverse("admin_person_close", args=[house.admin_user]))
    assert answer.status_code == 409
    assert User.objects.get(id=house.admin_user).is_active


def test_a_local_administrator_does_not_take_over_who_may_do_more(house):
    user, _post, _client = somebody("both", "administrator", house.unit, house.park)
    answer = send(house.local, reverse("admin_person_password", args=[user]))
    assert answer.status_code == 403
    assert "rights your own post does not have" in words(answer)


def appointment(**more):
    return {"user": "qianduo", "organisation": "综合协调服务中心", "role": "clerk", "division": "云溪高新区",
            "valid_from": today().isoformat(), **more}  # fmt: skip


def test_an_appointment_holds_at_once_and_not_before_it_was_made(house):
    added(house)
    before = now()
    url = reverse("admin_appoint")
    values = {**hidden(house.admin.get(url)), **appointment()}
    first, second = house.admin.post(url, values), house.admin.post(url, values)
    assert (first.status_code, second.status_code) == (303, 303)
    (post,) = identity.posts_of(User.objects.get(username="qianduo").id)
    assert post.valid_from >= before
    assert (post.unit, post.division, post.valid_until) == (house.unit, house.park, None)
    again = send(house.admin, url, **appointment())
    assert again.status_code == 409
    assert "already holds this post" in words(again)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"user": "niemand"}, "Nobody logs in as"),
        ({"organisation": "没有的局"}, "There is no organisation"),
        ({"division": ""}, "Please fill in"),
        ({"valid_until": "2020-01-01"}, "must end after it begins"),
        ({"role": "emperor"}, "choose one from the list"),
    ],
)  # fmt: skip
def test_faults_of_an_appointment_are_said_and_nothing_is_lost(house, values, said):
    added(house)
    answer = send(house.admin, reverse("admin_appoint"), **appointment(**values))
    assert answer.status_code == 422
    assert said in words(answer)
    assert 'value="云溪高新区"' in answer.content.decode() or "division" in values


def test_two_people_of_one_name_are_asked_about(house):
    added(house)
    added(house, username="qianduo2")
    answer = send(house.admin, reverse("admin_appoint"), **appointment(user="钱多"))
    assert answer.status_code == 422
    assert "钱多 (qianduo)、钱多 (qianduo2)" in words(answer)


def test_posts_that_end_soon_and_have_ended_are_listed(house, travel):
    people.appoint(SYSTEM, house.clerk_user, house.unit, "administrator", house.park,
                   valid_until=today() + timedelta(days=10))  # fmt: skip
    page = words(house.admin.get(reverse("admin_posts")))
    assert "One post ends within 30 days" in page
    assert "ends soon" in page
    soon = house.admin.get("/api/v1/admin/posts?state=soon").json()["rows"]
    assert [(row["user_name"], row["state"]) for row in soon] == [("clerk", "soon")]
    with travel(now() + timedelta(days=12)):
        ended = house.admin.get("/api/v1/admin/posts?state=ended").json()["rows"]
    assert [row["user_name"] for row in ended] == ["clerk"]


def test_the_last_day_of_a_post_counts_wholly(house, travel):
    last = today() + timedelta(days=3)
    url = reverse("admin_post_end", args=[house.clerk_post])
    assert send(house.admin, url, until=last.isoformat()).status_code == 303
    page = words(house.admin.get(reverse("admin_post", args=[house.clerk_post])))
    assert f"{last.day}" in page
    with travel(datetime(last.year, last.month, last.day, 23, 59, tzinfo=LOCAL)):
        assert identity.posts_of(house.clerk_user)
    with travel(last + timedelta(days=1)):
        assert not identity.posts_of(house.clerk_user)
        answer = house.admin.post(url, {"until": ""})
    assert answer.status_code == 409
    assert "already ended" in words(answer)


def test_the_holder_lets_somebody_stand_in_and_takes_it_back(house):
    added(house)
    stand_in = User.objects.get(username="qianduo").id
    url = reverse("post_delegate", args=[house.clerk_post])
    values = {"to_user": "qianduo", "valid_from": today().isoformat(), "reason": "休假",
              "valid_until": (today() + timedelta(days=5)).isoformat()}  # fmt: skip
    assert send(house.clerk, url, **values).status_code == 303
    acting = identity.posts_of(stand_in)
    assert [(row.id, row.delegated) for row in acting] == [(house.clerk_post, True)]
    assert "钱多 stands in" in words(house.admin.get(reverse("admin_posts")))
    again = send(house.clerk, url, **values)
    assert again.status_code == 409
    assert "already delegated" in words(again)
    mine = words(house.clerk.get(reverse("my_posts")))
    assert "休假" in mine
    standing = run("SELECT id FROM identity_delegation")[0][0]
    assert send(house.clerk, reverse("admin_standing_end", args=[standing])).status_code == 303
    assert identity.posts_of(stand_in) == []


def test_standing_in_has_its_faults_too(house):
    url = reverse("post_delegate", args=[house.clerk_post])
    values = {
        "to_user": "root",
        "valid_from": today().isoformat(),
        "valid_until": today().isoformat(),
        "reason": "x",
    }
    assert "delegated to its own holder" in words(send(house.clerk, url, **{**values, "to_user": "clerk"}))
    assert "must end after it begins" in words(
        send(house.clerk, url, **{**values, "valid_until": "2020-01-01"})
    )
    assert "Please fill in" in words(send(house.clerk, url, **{**values, "reason": ""}))
    assert run("SELECT count(*) FROM identity_delegation") == [(0,)]


def test_a_token_is_shown_once_works_and_is_revoked(house):
    url = reverse("token_add")
    values = {**hidden(house.admin.get(url)), "post": str(house.admin_post), "name": "报表程序",
              "abilities": ["admin.limits"], "days": "30"}  # fmt: skip
    first = house.admin.post(url, values)
    assert first.status_code == 200
    raw = re.search(r"bihuan_[\w-]{43}", first.content.decode())[0]
    assert house.admin.post(url, values).status_code == 303
    assert run("SELECT count(*) FROM identity_token") == [(1,)]
    mine = words(house.admin.get(reverse("my_posts")))
    assert "报表程序" in mine
    assert raw not in mine
    head = {"HTTP_AUTHORIZATION": f"Bearer {raw}"}
    assert Client().get("/api/v1/admin/limits", **head).status_code == 200
    token = run("SELECT id FROM identity_token")[0][0]
    assert send(house.admin, reverse("token_revoke", args=[token])).status_code == 303
    assert Client().get("/api/v1/admin/limits", **head).status_code == 401
    again = send(house.admin, reverse("token_revoke", args=[token]))
    assert again.status_code == 409
    assert "already revoked" in words(again)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"days": "0"}, "1 to 366 days"),
        ({"days": "400"}, "1 to 366 days"),
        ({"abilities": []}, "Please fill in"),
        ({"abilities": ["admin.everything"]}, "choose one from the list"),
    ],
)  # fmt: skip
def test_faults_of_a_token_are_said(house, values, said):
    filled = {
        "post": str(house.admin_post),
        "name": "程序",
        "abilities": ["admin.limits"],
        "days": "30",
        **values,
    }
    answer = send(house.admin, reverse("token_add"), **filled)
    assert answer.status_code == 422
    assert said in words(answer)
    assert run("SELECT count(*) FROM identity_token") == [(0,)]


def test_nobody_makes_or_revokes_tokens_of_others(house):
    body = {"post": house.admin_post, "name": "x", "abilities": ["admin.limits"]}
    assert house.clerk.post("/api/v1/admin/tokens", body, content_type="application/json").status_code == 404
    token, raw = people.issue_token(SYSTEM, house.admin_post, "程序", ["admin.limits"])
    assert house.clerk.post(f"/api/v1/admin/tokens/{token}/revoke").status_code == 404
    head = {"HTTP_AUTHORIZATION": f"Bearer {raw}"}
    answer = Client().post("/api/v1/admin/tokens", body, content_type="application/json", **head)
    assert answer.status_code == 403
    assert house.admin.post(f"/api/v1/admin/tokens/{token}/revoke").status_code == 200


def test_the_log_tells_who_came_in_and_who_was_turned_away(house):
    people.set_password(SYSTEM, house.clerk_user, "a-good-long-password-7")
    client = Client()
    client.post(reverse("account_login"), {"login": "clerk", "password": "wrong"})
    client.post(reverse("account_login"), {"login": "clerk", "password": "a-good-long-password-7"})
    rows = house.admin.get("/api/v1/admin/comings").json()["rows"]
    assert [(row["kind"], row["username"]) for row in rows] == [("login", "clerk"), ("refused", "clerk")]
    page = words(house.admin.get(reverse("admin_comings") + "?kind=refused"))
    assert "turned away" in page
    assert "127.0.0.1" in words(house.admin.get(reverse("admin_person", args=[house.clerk_user])))
    local = house.local.get("/api/v1/admin/comings").json()["rows"]
    assert [row["kind"] for row in local] == ["login"]  # nobody's refusal belongs to no place


def test_the_same_over_the_api(house):
    head = {"HTTP_IDEMPOTENCY_KEY": "p1"}
    body = {"name": "孙某", "username": "sunmou"}
    made = [
        house.admin.post("/api/v1/admin/people", body, content_type="application/json", **head).json()
        for _n in "ab"
    ]
    assert made[0]["id"] == made[1]["id"]
    assert User.objects.get(id=made[0]["id"]).check_password(made[0]["password"])
    assert made[1]["password"] == ""
    post = {"user": f"#{made[0]['id']}", "organisation": f"#{house.unit}", "role": "clerk",
            "division": f"#{house.park}", "valid_from": today().isoformat()}  # fmt: skip
    given = house.admin.post("/api/v1/admin/posts", post, content_type="application/json")
    assert given.status_code == 201, given.content
    number = given.json()["id"]
    stand = {
        "to_user": "clerk",
        "valid_from": today().isoformat(),
        "valid_until": today().isoformat(),
        "reason": "假",
    }
    stood = house.admin.post(f"/api/v1/admin/posts/{number}/standing", stand, content_type="application/json")
    assert stood.status_code == 201, stood.content
    assert house.admin.get(f"/api/v1/admin/posts/{number}").json()["stand_in"] == "clerk"
    assert house.admin.post(f"/api/v1/admin/standing/{stood.json()['id']}/end").status_code == 200
    ended = house.admin.post(f"/api/v1/admin/posts/{number}/end", {}, content_type="application/json")
    assert ended.status_code == 200
    assert house.admin.get(f"/api/v1/admin/posts/{number}").json()["state"] == "ended"
    assert house.admin.post(f"/api/v1/admin/people/{made[0]['id']}/password").json()["password"]
    assert house.admin.post(f"/api/v1/admin/people/{made[0]['id']}/close").status_code == 200
    idle = house.admin.get("/api/v1/admin/people?state=closed").json()["rows"]
    assert [row["username"] for row in idle] == ["sunmou"]
    assert date.fromisoformat(
        house.admin.get(f"/api/v1/admin/people/{made[0]['id']}").json()["created_at"][:10]
    )
    assert signed_in(house.clerk_user, house.clerk_post).get("/api/v1/admin/tokens").json() == []
