"""Other systems are told in their own shape, signed, and again when they were down."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from bihuan.kernel.notices import actions, carriers, deliveries
from bihuan.kernel.notices.actions import Tell
from bihuan.kernel.notices.models import Delivery, Hook
from bihuan.kernel.now import travel
from tests.kernel.office import WORKING, office

pytestmark = pytest.mark.django_db
__all__ = ["office"]


class _Double(BaseHTTPRequestHandler):
    """Another system on this machine: answers what the test says and keeps what it got."""

    got: list[tuple[str, dict[str, str], dict[str, Any]]]
    answer: tuple[int, bytes]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append((self.path, dict(self.headers), json.loads(body)))
        self.send_response(self.answer[0])
        if self.answer[0] == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(self.answer[1])

    def log_message(self, *args: object) -> None:
        """Keep quiet."""


@pytest.fixture
def double() -> Iterator[type[_Double]]:
    _Double.got, _Double.answer = [], (200, b'{"errcode": 0}')
    server = HTTPServer(("127.0.0.1", 0), _Double)
    _Double.url = f"http://127.0.0.1:{server.server_port}/send?key=k"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield _Double
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("shape", ["wecom", "dingtalk", "sms"])
def test_hooks_speak_each_shape_and_sign(
    shape: str, double: Any, office: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIHUAN_HOOK_OUR_GROUP", "secret")
    unit = office["unit"].id
    Hook.objects.create(name="our-group", shape=shape, url=double.url, unit=unit, phones=["13800000000"])
    with travel(WORKING):
        actions.tell_many([Tell("test.plain", "1", to_unit=unit, params={"code": "WT-1"})])
        assert deliveries.carry_waiting() == 1
    [(path, headers, body)] = double.got
    stamp = str(int(WORKING.timestamp() * 1000))
    if shape == "sms":
        assert body["phones"] == ["13800000000"]
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        assert headers["X-Signature"] == carriers._hex("secret", f"{stamp}.{text}")
    else:
        assert body["msgtype"] == "text"
        assert "WT-1" in body["text"]["content"]
    sign = carriers.dingtalk_sign("secret", int(stamp))
    assert (f"timestamp={stamp}&sign={sign}" in path) == (shape == "dingtalk")


def test_dingtalk_signature_is_what_openssl_computes() -> None:
    # printf '1577262236757\nthis is secret' |
    # openssl dgst -sha256 -hmac 'this is secret' -binary | base64
    assert (
        carriers.dingtalk_sign("this is secret", 1577262236757)
        == "hmPWwU%2B7lVdm3ZZz0r9tSfx0L4Q26jWOZr9%2BGs6EZQM%3D"
    )


@pytest.mark.parametrize("answer", [(500, b""), (200, b'{"errcode": 93000}'), (302, b""), (200, b"not json")])
def test_what_failed_comes_again_later_and_is_given_up_in_the_end(
    answer: tuple[int, bytes], double: Any, office: dict[str, Any]
) -> None:
    Hook.objects.create(name="group", shape="wecom", url=double.url, unit=office["unit"].id)
    double.answer = answer
    at = WORKING
    with travel(at):
        actions.tell_many([Tell("test.urgent", "1", to_unit=office["unit"].id)])
        assert deliveries.carry_waiting() == 0
        assert deliveries.carry_waiting() == 0
    assert len(double.got) == 1
    assert "elsewhere" not in double.got[0][0]
    waiting = Delivery.objects.get()
    assert waiting.sent is None
    assert waiting.error
    assert waiting.next_try > at
    for _ in range(9):
        at += timedelta(days=1)
        with travel(at):
            deliveries.carry_waiting()
    assert len(double.got) == 8
    assert Delivery.objects.get().gave_up == WORKING + timedelta(days=7)


def test_a_hook_that_recovers_delivers(double: Any, office: dict[str, Any]) -> None:
    Hook.objects.create(name="group", shape="wecom", url=double.url, unit=office["unit"].id)
    double.answer = (503, b"")
    with travel(WORKING):
        actions.tell_many([Tell("test.plain", "1", to_unit=office["unit"].id)])
        deliveries.carry_waiting()
    double.answer = (200, b'{"errcode": 0}')
    with travel(WORKING + timedelta(minutes=3)):
        assert deliveries.carry_waiting() == 1
    assert Delivery.objects.get().error == ""


@pytest.mark.parametrize("url", ["http://192.0.2.1/x", "ftp://127.0.0.1/x", "file:///etc/hosts"])
def test_only_https_leaves_this_machine(url: str) -> None:
    with pytest.raises(carriers.NotCarried, match="https"):
        carriers.knock(carriers.Door("wecom", url), "x")


def test_secrets_come_from_a_file_too(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "s").write_text("from file\n")
    monkeypatch.setenv("BIHUAN_HOOK_A_FILE", str(tmp_path / "s"))
    assert carriers.secret_of("a") == "from file"
    assert carriers.secret_of("b") == ""
