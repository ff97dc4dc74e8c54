"""A machine that only works can be watched, by the same rules as the site."""

import urllib.error
import urllib.request
from collections.abc import Callable, Iterator

import pytest

from bihuan.kernel.errors import BadInput
from bihuan.site import watchport

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ask(settings) -> Iterator[Callable[..., tuple[int, str]]]:
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    server = watchport.open_port("127.0.0.1:0")

    def get(path: str, **headers: str) -> tuple[int, str]:
        request = urllib.request.Request(f"http://127.0.0.1:{server.server_port}{path}", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    yield get
    server.shutdown()
    server.server_close()


def test_three_addresses_and_no_other(ask):
    assert ask("/healthz") == (200, "ok\n")
    assert ask("/readyz")[0] in {200, 503}
    assert "bihuan_info" in ask("/metrics")[1]
    assert ask("/accounts/login/")[0] == 404


def test_figures_need_the_token_where_there_is_one(ask, settings):
    settings.BIHUAN_METRICS_TOKEN = "watch-me"
    assert ask("/metrics")[0] == 404
    assert ask("/metrics", Authorization="Bearer watch-me")[0] == 200
    settings.BIHUAN_METRICS_TOKEN, settings.LOOPBACK = "", False
    assert ask("/metrics")[0] == 404


@pytest.mark.parametrize("address", ["", "9101x", "127.0.0.1:99999", "host:"])
def test_what_is_no_address_is_said(address: str):
    with pytest.raises(BadInput):
        watchport.open_port(address)
