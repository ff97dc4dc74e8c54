"""Doors to single people, a mail server that is down, and addresses that may not be called."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_string
from typing import Any

import pytest

from bihuan.kernel.notices import actions, applications, deliveries, outbound
from bihuan.kernel.notices.actions import Tell
from bihuan.kernel.notices.models import Account, Delivery, Hook
from bihuan.kernel.notices.outbound import NotCarried
from bihuan.kernel.now import travel
from tests.kernel import doubles
from tests.kernel.office import WORKING, office

pytestmark = pytest.mark.django_db
__all__ = ["office"]


class Platform:
    """WeCom or DingTalk as their documents describe them: a token for a secret, a message for a token."""

    def __init__(self, double: doubles.Double, shape: str) -> None:
        self.double, self.wecom = double, shape == "wecom_app"
        self.number, self.unknown = 0, "nobody"
        self.send = "/cgi-bin/message/send" if self.wecom else "/topapi/message/corpconversation/asyncsend_v2"
        double.answers["/cgi-bin/gettoken" if self.wecom else "/gettoken"] = self._token
        double.answers[self.send] = self._send

    @property
    def living(self) -> str:
        return f"token-{self.number}"

    def _token(self, call: doubles.Call) -> tuple[int, Any]:
        given = (call.query.get("corpid"), call.query.get("corpsecret")) if self.wecom else (
            call.query.get("appkey"), call.query.get("appsecret"))  # fmt: skip
        if given != ("ident", "secret"):
            return 200, {"errcode": 40001, "errmsg": "invalid credential"}
        self.number += 1
        return 200, {"errcode": 0, "errmsg": "ok", "access_token": self.living, "expires_in": 7200}

    def _send(self, call: doubles.Call) -> tuple[int, Any]:
        if call.query.get("access_token") != self.living:
            return 200, {"errcode": 40014, "errmsg": "invalid access_token"}
        said = call.json()
        to = said["touser"] if self.wecom else said["userid_list"]
        if to == self.unknown and self.wecom:
            return 200, {"errcode": 0, "errmsg": "ok", "invaliduser": to}
        if to == self.unknown:
            return 200, {"errcode": 33012, "errmsg": "invalid USERID"}
        assert said["agentid" if self.wecom else "agent_id"] == 1000002
        return 200, {"errcode": 0, "msgid": "m1", "task_id": 256271667526}


@pytest.fixture(params=["wecom_app", "dingtalk_work"])
def platform(request: Any, office: Any, monkeypatch: Any) -> Any:
    monkeypatch.setenv("BIHUAN_HOOK_STAFF", "secret")
    applications.forget_tokens()
    with doubles.http() as double:
        found = Platform(double, request.param)
        found.hook = Hook.objects.create(
            name="staff", shape=request.param, url=double.url, ident="ident", agent="1000002"
        )
        yield found
    applications.forget_tokens()


def _account(platform: Any, office: Any, name: str, account: str) -> Account:
    return Account.objects.create(hook=platform.hook, user=office["people"][name].id, account=account)


def _texts(platform: Any) -> list[str]:
    found = [call.json() for call in platform.double.of(platform.send)]
    return [said["text"]["content"] if platform.wecom else said["msg"]["text"]["content"] for said in found]


def test_a_person_is_told_inside_the_platform_and_one_token_serves_many(platform: Any, office: Any) -> None:
    _account(platform, office, "clerk", "zhangsan")
    post = office["posts"]["clerk"].id
    with travel(WORKING):
        for number in range(3):
            actions.tell_many(
                [Tell("test.plain", f"{number}", to_post=post, params={"code": f"WT-{number}"})]
            )
        assert deliveries.carry_waiting() == 6, "three by mail, three inside"
        assert deliveries.carry_waiting() == 0
    assert _texts(platform) == [f"WT-{number} waits for you" for number in range(3)]
    assert platform.number == 1
    if platform.wecom:
        assert platform.double.of(platform.send)[0].json()["enable_duplicate_check"] == 1


def test_a_token_that_died_early_is_fetched_anew_once(platform: Any, office: Any) -> None:
    _account(platform, office, "other", "lisi")
    user = office["people"]["other"].id
    with travel(WORKING):
        actions.tell_many([Tell("test.plain", "1", to_user=user)])
        assert deliveries.carry_waiting() == 1
        platform.number += 1  # the platform threw the old one away
        actions.tell_many([Tell("test.plain", "2", to_user=user)])
        assert deliveries.carry_waiting() == 1
    assert platform.number == 3


def test_an_account_unknown_there_is_given_up_at_once_and_a_wrong_secret_is_not(
    platform: Any, office: Any, monkeypatch: Any
) -> None:
    _account(platform, office, "other", "nobody")
    user = office["people"]["other"].id
    with travel(WORKING):
        actions.tell_many([Tell("test.plain", "1", to_user=user)])
        assert deliveries.carry_waiting() == 0
        assert Delivery.objects.get().gave_up is not None
        applications.forget_tokens()
        monkeypatch.setenv("BIHUAN_HOOK_STAFF", "wrong")
        actions.tell_many([Tell("test.plain", "2", to_user=user)])
        assert deliveries.carry_waiting() == 0
    waiting = Delivery.objects.order_by("id").last()
    assert waiting.gave_up is None
    assert "40001" in waiting.error
    assert "wrong" not in waiting.error


def test_two_posts_of_one_person_are_one_message_for_one_cause(platform: Any, office: Any) -> None:
    _account(platform, office, "clerk", "zhangsan")
    clerk = office["people"]["clerk"]
    office["posts"]["head"].user = clerk
    office["posts"]["head"].save()
    with travel(WORKING):
        rows = [
            Tell("test.plain", f"alarm:1:{place}", to_post=post.id, cause="alarm:1")
            for place, post in enumerate(office["posts"].values())
        ]
        assert actions.tell_many(rows) == 2
        assert deliveries.carry_waiting() == 2, "one mail, one message"


def test_an_sms_door_may_be_for_urgent_things_only(office: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("BIHUAN_HOOK_SMS", "secret")
    with doubles.http() as double, travel(WORKING):
        double.answers["/send"] = (200, {"ok": True})
        hook = Hook.objects.create(name="sms", shape="sms_person", url=f"{double.url}/send", urgent_only=True)
        Account.objects.create(hook=hook, user=office["people"]["other"].id, account="13800000000")
        user = office["people"]["other"].id
        actions.tell_many([Tell("test.plain", "1", to_user=user), Tell("test.urgent", "2", to_user=user)])
        assert deliveries.carry_waiting() == 1
        (call,) = double.calls
        assert call.json()["phones"] == ["13800000000"]
        assert call.headers["X-Message-Id"].startswith("notice-")


@pytest.fixture
def smtp_settings(settings: Any) -> Iterator[Any]:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.DEFAULT_FROM_EMAIL = "bihuan@example.org"
    # Bound and not listening: refused until the test serves there, and given to nobody else meanwhile.
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT = held.getsockname()[1]
        yield settings


def test_a_mail_server_down_for_a_day_loses_nothing_and_sends_nothing_twice(
    office: Any, smtp_settings: Any
) -> None:
    posts = office["posts"]
    with travel(WORKING):
        actions.tell_many(
            Tell("test.urgent", f"{n}", to_post=posts["clerk"].id, params={"code": f"WT-{n}"})
            for n in range(5)
        )
        assert deliveries.carry_waiting() == 0
    for hour in range(1, 25):
        with travel(WORKING + timedelta(hours=hour)):
            assert deliveries.carry_waiting() == 0
    assert Delivery.objects.filter(gave_up=None, sent=None).count() == 5
    with doubles.smtp(smtp_settings.EMAIL_PORT) as box, travel(WORKING + timedelta(hours=25)):
        assert deliveries.carry_waiting() == 5
        assert deliveries.carry_waiting() == 0
    mails = [message_from_string(text) for _to, text in box.mails]
    assert len({mail["Message-ID"] for mail in mails}) == 5
    assert {to for to, _text in box.mails} == {"clerk@example.org"}


def test_one_address_the_server_refuses_holds_nobody_else_up(office: Any, smtp_settings: Any) -> None:
    posts = office["posts"]
    with doubles.smtp(smtp_settings.EMAIL_PORT) as box, travel(WORKING):
        box.refuse["head@example.org"] = "550 no such mailbox"
        actions.tell_many(Tell("test.plain", name, to_post=post.id) for name, post in posts.items())
        assert deliveries.carry_waiting() == 1
    refused = Delivery.objects.exclude(gave_up=None).get()
    assert refused.error == "mail 550"
    with doubles.smtp(smtp_settings.EMAIL_PORT), travel(WORKING + timedelta(hours=1)):
        assert deliveries.try_again([refused.id]) == 1
        assert deliveries.try_again([refused.id]) == 0
        assert deliveries.carry_waiting() == 1


def test_without_a_mail_server_nothing_waits_for_one(office: Any, settings: Any) -> None:
    settings.BIHUAN_MAILS = False
    actions.tell_many([Tell("test.plain", "1", to_post=office["posts"]["clerk"].id)])
    assert not Delivery.objects.exists()


def test_what_was_not_carried_for_a_week_is_given_up_and_stays_visible(
    office: Any, smtp_settings: Any
) -> None:
    with travel(WORKING):
        actions.tell_many([Tell("test.urgent", "1", to_post=office["posts"]["clerk"].id)])
        deliveries.carry_waiting()
    with travel(WORKING + timedelta(days=8)):
        deliveries.carry_waiting()
    assert Delivery.objects.get().gave_up is not None


# Where a request may go ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/x", "https://localhost/x", "https://[::1]/x", "https://10.1.2.3/x",
        "https://192.168.0.1/x", "https://169.254.169.254/latest/meta-data", "https://0.0.0.0/x",
        "https://[::ffff:10.0.0.1]/x", "https://100.64.0.1/x", "https://224.0.0.1/x", "https://2130706433/x",
        "http://example.com/x", "ftp://example.com/x", "https://user:pw@example.com/", "file:///etc/passwd",
        "https://[fe80::1%25eth0]/x", "https://", "gopher://127.0.0.1",
    ],
)  # fmt: skip
def test_inner_addresses_are_not_called(url: str, settings: Any) -> None:
    settings.BIHUAN_OUTBOUND = []
    with pytest.raises(NotCarried):
        outbound.resolve(url)


def test_a_name_that_means_an_inner_address_is_not_called(settings: Any, monkeypatch: Any) -> None:
    settings.BIHUAN_OUTBOUND = []
    inner = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.8", 443))]
    public = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: inner)
    with pytest.raises(NotCarried, match="inside"):
        outbound.resolve("https://evil.example/x")
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: [*public, *inner])
    with pytest.raises(NotCarried, match="inside"):
        outbound.resolve("https://evil.example/x")
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: public)
    assert outbound.resolve("https://good.example/x")[1] == "93.184.216.34"
    settings.BIHUAN_OUTBOUND = ["10.0.0.0/8"]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: inner)
    assert outbound.resolve("http://oa.park.example/x")[1:] == ("10.0.0.8", 80, False)


def test_redirects_are_not_followed_and_long_answers_not_read(settings: Any) -> None:
    with doubles.http() as double:
        double.answers["/a"] = (302, b"", {"Location": f"{double.url}/b"})
        double.answers["/big"] = (200, b"x" * (outbound.LARGEST + 10))
        with pytest.raises(NotCarried, match="302"):
            outbound.post_json(f"{double.url}/a", b"{}")
        with pytest.raises(NotCarried, match="large"):
            outbound.request("GET", f"{double.url}/big")
    assert not double.of("/b")
