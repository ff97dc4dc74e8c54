"""Other programs are told of sealed moves once each, signed, in order, again when they were down."""

import base64
import hashlib
import hmac
from datetime import timedelta
from typing import Any

import pytest

from bihuan.kernel.errors import BadInput, Conflict
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.identity.actors import SYSTEM, Scope
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.ledger.actions import seal
from bihuan.kernel.notices import webhooks
from bihuan.kernel.notices.models import Dispatch, Subscription
from bihuan.kernel.now import now, travel
from bihuan.kernel.store.sql import run
from tests.kernel import doubles
from tests.kernel.factories import make_division

pytestmark = pytest.mark.django_db


def _open(scope: Scope | None = None) -> Any:
    need = {"title": "红线外道路未通", "category": "utilities"}
    return flow.open(SYSTEM, "projects.problem", need, scope=scope or Scope())


@pytest.fixture
def double() -> Any:
    with doubles.http() as found:
        found.answers["/hook"] = (200, {"ok": True})
        yield found


def _subscribe(double: Any, **given: Any) -> tuple[int, bytes]:
    given = {"kinds": [], "moves": [], **given}
    key, secret = webhooks.subscribe(SYSTEM, given.pop("name", "oa"), f"{double.url}/hook", **given)
    return key, base64.b64decode(secret.removeprefix("whsec_"))


def _tell() -> int:
    seal()
    webhooks.gather()
    return webhooks.carry()


def _proved(call: doubles.Call, secret: bytes) -> bool:
    """Verify as a receiver does."""
    given = {name.lower(): value for name, value in call.headers.items()}
    text = f"{given['webhook-id']}.{given['webhook-timestamp']}.".encode() + call.body
    good = base64.b64encode(hmac.new(secret, text, hashlib.sha256).digest()).decode()
    fresh = abs(int(given["webhook-timestamp"]) - now().timestamp()) < 300
    return fresh and given["webhook-signature"] == f"v1,{good}"


def test_moves_since_the_subscription_are_told_once_signed_and_without_contents(double: Any) -> None:
    _open()
    seal()
    key, secret = _subscribe(double)
    opened = _open()
    assert webhooks.gather() == 0, "not sealed yet"
    assert _tell() == 1
    flow.move(SYSTEM, opened.matter, "quick", {"closing": "explained", "reply": "已说明"})
    assert _tell() == 1
    assert _tell() == 0
    first, second = (call.json() for call in double.calls)
    assert [first["type"], second["type"]] == ["projects.problem.open", "projects.problem.quick"]
    assert first["data"]["matter"] == opened.code
    assert second["data"]["seq"] == 2
    assert all(_proved(call, secret) for call in double.calls)
    assert "红线外" not in double.calls[0].body.decode()
    assert not _proved(double.calls[0], b"another")
    stored = bytes(Subscription.objects.get(id=key).wrapped)
    assert secret not in stored


def test_kinds_moves_and_place_narrow_what_is_told(double: Any) -> None:
    park, other = make_division("云溪高新区", "park"), make_division("别的园区", "park")
    _subscribe(double, name="all moves of the park", division=park)
    _subscribe(double, name="closings", moves=["quick"])
    _subscribe(double, name="other kind", kinds=["projects.promise"])
    inside, outside = _open(scope_of(park)), _open(scope_of(other))
    for opened in (inside, outside):
        flow.move(SYSTEM, opened.matter, "quick", {"closing": "explained", "reply": "已说明"})
    seal()
    assert webhooks.gather() == 4
    names = dict(run("SELECT id, name FROM notices_subscription"))
    told = sorted((names[d.subscription_id], d.chain_id, d.seq) for d in Dispatch.objects.all())
    assert told == sorted([
        ("all moves of the park", inside.matter, 1), ("all moves of the park", inside.matter, 2),
        ("closings", inside.matter, 2), ("closings", outside.matter, 2),
    ])  # fmt: skip


def test_a_program_that_is_down_is_told_later_and_given_up_after_three_days(double: Any) -> None:
    key, _secret = _subscribe(double)
    _open()
    _open()
    double.answers["/hook"] = (503, b"")
    start = now()
    assert _tell() == 0
    assert len(double.calls) == 1, "found shut, not asked again in the same run"
    double.answers["/hook"] = (200, b"")
    with travel(start + timedelta(hours=2)):
        assert webhooks.carry() == 2
    _open()
    double.answers["/hook"] = (500, b"")
    _tell()
    with travel(start + timedelta(days=4)):
        webhooks.carry()
        assert Dispatch.objects.exclude(gave_up=None).get().error == "HTTP 500"
        double.answers["/hook"] = (204, b"")
        assert webhooks.carry() == 0
        row = webhooks.find(key)
        assert webhooks.replay(SYSTEM, row) == 1
        assert webhooks.replay(SYSTEM, row) == 0
        assert webhooks.carry() == 1
    ids = [call.headers["Webhook-Id"] for call in double.calls if "Webhook-Id" in call.headers]
    assert len({*ids}) == 3 or len({call.json()["id"] for call in double.calls}) == 3


def test_a_program_that_says_gone_is_told_no_more(double: Any) -> None:
    key, _secret = _subscribe(double)
    _open()
    double.answers["/hook"] = (410, b"")
    _tell()
    assert not webhooks.find(key).active
    _open()
    assert _tell() == 0
    assert len(double.calls) == 1
    webhooks.set_active(SYSTEM, webhooks.find(key), True)
    double.answers["/hook"] = (200, b"")
    assert _tell() == 1, "it goes on where it stopped"


def test_addresses_inside_and_names_twice_are_refused(double: Any, settings: Any) -> None:
    _subscribe(double)
    with pytest.raises(Conflict):
        _subscribe(double)
    settings.BIHUAN_OUTBOUND = []
    for url in ("https://169.254.169.254/x", "http://example.com/x", "https://localhost/x"):
        with pytest.raises(BadInput):
            webhooks.subscribe(SYSTEM, "inner", url, kinds=[], moves=[])
    _open()
    assert _tell() == 0, "an address that lies inside by now isn't called either"
    assert Dispatch.objects.get().gave_up is not None
