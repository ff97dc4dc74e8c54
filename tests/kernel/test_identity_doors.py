"""The request's door: sessions with a chosen post, bearer tokens, throttling, second factor."""

import json
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import Client
from django.urls import include, path

from bihuan.kernel.errors import BadInput, Conflict, Refused
from bihuan.kernel.identity import actions, selectors
from bihuan.kernel.identity.actors import SYSTEM, Kind
from bihuan.kernel.identity.failures import BadToken, ExpiredPost, TooManyTries
from bihuan.kernel.identity.middleware import switch_post
from bihuan.kernel.identity.selectors.posts import FAILURES_ALLOWED
from bihuan.kernel.now import now, travel
from bihuan.kernel.store.sql import run
from tests.kernel import factories as make

DAY = timedelta(days=1)
PASSWORD = "correct horse battery"


def who(request: HttpRequest) -> JsonResponse:
    actor = request.actor
    said = {name: getattr(actor, name) for name in ("kind", "user", "post", "role", "delegated_by")}
    return JsonResponse(
        said | {"posts": [row.id for row in request.posts], "language": request.LANGUAGE_CODE}
    )


def switch(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(switch_post(request, int(request.POST["post"])).post))


def open_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open")


open_page.permit = "anyone"  # as the page decorator writes it

urlpatterns = [
    path("who", who),
    path("switch", switch, name="switch_post"),
    path("open", open_page),
    path("accounts/", include("allauth.urls")),
]


@pytest.fixture(autouse=True)
def doors(settings, tmp_path):
    settings.ROOT_URLCONF = __name__
    settings.IDENTITY_REFUSED = ""
    settings.MFA_REQUIRED = False
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STATIC_ROOT = str(tmp_path)


@pytest.fixture
def user(db):
    return actions.create_user(SYSTEM, "zhangsan", "张三", password=PASSWORD)


def signed_in(user: int) -> Client:
    client = Client()
    client.force_login(get_user_model().objects.get(id=user))
    return client


def said(response) -> list[str]:
    return [str(message) for message in response.wsgi_request._messages]


def test_nobody_without_a_session_and_no_statement(db, client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/who").json()["kind"] == Kind.NOBODY


def test_a_session_acts_as_the_first_own_post(user):
    post = make.make_post(user=user)
    answer = signed_in(user).get("/who").json()
    assert (answer["kind"], answer["user"], answer["post"], answer["posts"]) == (
        Kind.POST,
        user,
        post,
        [post],
    )


def test_a_request_costs_the_session_and_one_statement(user, settings):
    make.make_post(user=user)
    client = signed_in(user)
    client.get("/who")
    statements = []

    def count(execute, sql, params, many, context):
        statements.append(sql)
        return execute(sql, params, many, context)

    from django.db import connection

    from bihuan.kernel.identity.selectors import posts as room

    def counted(sql, params=(), using="default"):
        statements.append(sql)
        return run(sql, params, using)

    with pytest.MonkeyPatch.context() as patch, connection.execute_wrapper(count):
        patch.setattr(room, "run", counted)
        assert client.get("/who").json()["kind"] == Kind.POST
    assert len(statements) == 2
    assert "django_session" in statements[0]


def test_log_in_by_password_through_allauth(user):
    post = make.make_post(user=user)
    client = Client()
    assert client.post("/accounts/login/", {"login": "zhangsan", "password": "wrong"}).status_code == 200
    assert client.get("/who").json()["kind"] == Kind.NOBODY
    assert client.post("/accounts/login/", {"login": "zhangsan", "password": PASSWORD}).status_code == 302
    assert client.get("/who").json()["post"] == post
    client.post("/accounts/logout/")
    assert client.get("/who").json()["kind"] == Kind.NOBODY
    log = run("SELECT kind, username, user_id, host(address) FROM identity_loginevent ORDER BY id")
    assert log == [
        ("refused", "zhangsan", None, "127.0.0.1"),
        ("login", "zhangsan", user, "127.0.0.1"),
        ("logout", "zhangsan", user, "127.0.0.1"),
    ]


def test_a_closed_user_and_a_changed_password_end_the_session(user):
    make.make_post(user=user)
    client = signed_in(user)
    actions.set_password(selectors.actor_of(user), user, "another horse battery")
    assert client.get("/who").json()["kind"] == Kind.NOBODY
    client = signed_in(user)
    assert client.get("/who").json()["kind"] == Kind.POST
    actions.close_user(SYSTEM, user)
    assert client.get("/who").json()["kind"] == Kind.NOBODY


def test_the_switched_post_stays_in_the_session(user):
    first, second = make.make_post("clerk", user=user), make.make_post("chair", user=user)
    client = signed_in(user)
    assert client.get("/who").json()["post"] == first
    assert client.post("/switch", {"post": second}).content == str(second).encode()
    assert client.get("/who").json()["role"] == "chair"
    with pytest.raises(Refused):
        client.post("/switch", {"post": make.make_post()})
    assert client.get("/who").json()["post"] == second


def test_an_expired_chosen_post_writes_nothing_then_falls_back_and_says_so(user):
    first, second = make.make_post("clerk", user=user), make.make_post("chair", user=user)
    client = signed_in(user)
    assert client.get("/who").json()["post"] == first
    actions.end_post(SYSTEM, first)
    refused = client.post("/who")
    assert refused.status_code == 403
    assert "clerk" in refused.content.decode()
    response = client.get("/who")
    assert response.json()["post"] == second
    assert any("clerk" in message for message in said(response))
    assert client.post("/who").json()["post"] == second
    assert len(said(client.get("/who"))) == 1, "said once, kept until a page shows it"


def test_a_post_is_switched_even_when_the_present_one_has_ended(user):
    first, second, third = (make.make_post(role, user=user) for role in ("clerk", "chair", "officer"))
    client = signed_in(user)
    assert client.get("/who").json()["post"] == first
    actions.end_post(SYSTEM, first)
    assert client.post("/switch", {"post": third}).content == str(third).encode()
    assert client.post("/who").json()["post"] == third != second


def test_programs_are_refused_in_json(user):
    post = make.make_post(user=user)
    client = signed_in(user)
    actions.end_post(SYSTEM, post)
    response = client.get("/who", headers={"Accept": "application/json"})
    assert (response.status_code, response["Content-Type"]) == (403, "application/problem+json")


def test_the_last_post_gone_refuses_pages_but_not_open_ones(user):
    post = make.make_post(user=user)
    client = signed_in(user)
    assert client.get("/who").status_code == 200
    actions.end_post(SYSTEM, post)
    assert client.get("/who").status_code == 403
    assert client.get("/open").content == b"open"
    assert client.get("/accounts/password/change/").status_code != 403


def test_a_delegate_switches_to_the_absent_holders_post(user):
    holder = make.make_user()
    post, own = make.make_post("chair", user=holder), make.make_post("clerk", user=user)
    actions.delegate(SYSTEM, post, user, valid_until=now() + DAY, reason="出差")
    client = signed_in(user)
    assert client.get("/who").json()["posts"] == [own, post]
    client.post("/switch", {"post": post})
    answer = client.get("/who").json()
    assert (answer["role"], answer["user"], answer["delegated_by"]) == ("chair", user, holder)
    with travel(now() + 2 * DAY):
        Session.objects.update(expire_date=now() + 9 * DAY)
        assert client.get("/who").json()["post"] == own


def test_staff_without_a_second_factor_are_sent_to_set_one_up(user, settings):
    make.make_post(user=user)
    settings.MFA_REQUIRED = True
    client = signed_in(user)
    response = client.get("/who")
    assert (response.status_code, response["Location"]) == (302, "/accounts/2fa/totp/activate/")
    assert client.post("/who").status_code == 403
    run("INSERT INTO mfa_authenticator (user_id, type, data, created_at) VALUES (%s, 'totp', '{}', %s)",
        (user, now()))  # fmt: skip
    assert client.get("/who").json()["kind"] == Kind.POST
    assert signed_in(make.make_party().user).get("/who").json()["kind"] == Kind.PARTY


def test_the_page_speaks_the_users_language_unless_the_browser_chose(db, settings):
    user = actions.create_user(SYSTEM, "reader", "Reader", language="en")
    make.make_post(user=user)
    client = signed_in(user)
    assert client.get("/who").json()["language"] == "en"
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    assert client.get("/who").json()["language"] == "zh-hans"


def bearer(raw: str, address: str = "127.0.0.1"):
    return Client(enforce_csrf_checks=True).post(
        "/who", headers={"Authorization": f"Bearer {raw}"}, REMOTE_ADDR=address
    )


@pytest.fixture
def token(user):
    make.make_role("exporter", rights=["export", "admin.posts"])
    actor = selectors.actor_of(user, make.make_post("exporter", user=user))
    return actions.issue_token(actor, actor.post, "报表机", ["export"])


def test_a_token_acts_as_its_post_within_its_abilities(token, user):
    from bihuan.kernel.identity import rights

    answer = bearer(token[1]).json()
    assert (answer["kind"], answer["user"]) == (Kind.TOKEN, user)
    actor = selectors.actor_of_token(token[1])
    assert rights.has_right(actor, "export")
    assert not rights.has_right(actor, "admin.posts")


def test_only_the_hash_of_a_token_is_kept(token):
    rows = json.dumps(run("SELECT prefix, encode(hash, 'hex'), name, abilities FROM identity_token"))
    entries = json.dumps(run("SELECT text FROM ledger_entry"))
    assert token[1] not in rows + entries
    assert token[1].split("_", 1)[1][:8] not in rows


def test_expired_revoked_and_unknown_tokens_are_refused(token, user):
    key, raw = token
    with travel(now() + 91 * DAY), pytest.raises(BadToken):
        selectors.actor_of_token(raw)
    with pytest.raises(BadToken):
        selectors.actor_of_token(raw + "x")
    post = selectors.actor_of(user).post
    actions.revoke_token(selectors.actor_of(user), key)
    with pytest.raises(Conflict):
        actions.revoke_token(SYSTEM, key)
    response = bearer(raw)
    assert (response.status_code, response["Content-Type"]) == (401, "application/problem+json")
    assert response["WWW-Authenticate"] == "Bearer"
    assert response.json()["code"] == "bad_token"
    fresh = actions.issue_token(selectors.actor_of(user), post, "又一个", [])[1]
    actions.end_post(SYSTEM, post)
    with pytest.raises(ExpiredPost):
        selectors.actor_of_token(fresh)
    assert bearer(fresh).status_code == 403


def test_tokens_are_made_by_the_holder_only(token, user):
    post, other = selectors.actor_of(user).post, make.make_user()
    actions.delegate(SYSTEM, post, other, valid_until=now() + DAY, reason="出差")
    for actor in (
        selectors.actor_of(other, post),
        selectors.actor_of_token(token[1]),
        make.make_actor("exporter"),
    ):
        with pytest.raises(Refused):
            actions.issue_token(actor, post, "偷来的", ["export"])
    with pytest.raises(BadInput):
        actions.issue_token(SYSTEM, post, "太久", [], days=3650)


def test_wrong_tokens_are_throttled_by_address_and_right_ones_still_pass(token):
    start = now()
    with travel(start):
        for _ in range(FAILURES_ALLOWED):
            assert bearer("bihuan_wrong", "10.0.0.9").status_code == 401
        slow = bearer("bihuan_wrong", "10.0.0.9")
        assert (slow.status_code, slow["Retry-After"]) == (429, "300")
        assert bearer("bihuan_wrong", "10.0.0.8").status_code == 401
        assert bearer(token[1], "10.0.0.9").status_code == 200
        with pytest.raises(TooManyTries):
            selectors.actor_of_token("bihuan_wrong", address="10.0.0.9")
    with travel(start + timedelta(minutes=6)):
        assert bearer("bihuan_wrong", "10.0.0.9").status_code == 401
    assert run("SELECT count FROM identity_failures WHERE address = '10.0.0.9'") == [(1,)]


def test_the_last_use_of_a_token_is_noted_to_five_minutes(token):
    def used():
        return run("SELECT used_at FROM identity_token WHERE id = %s", (token[0],))[0][0]

    start = now()
    for minutes, expected in ((0, 0), (4, 0), (6, 6)):
        with travel(start + timedelta(minutes=minutes)):
            bearer(token[1])
        assert used() == start + timedelta(minutes=expected)
