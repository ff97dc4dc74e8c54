"""Signing in by a certified OpenID Connect provider that nobody here wrote (npm oidc-provider), over real HTTP."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest
from django.core.cache import cache
from tests.kernel import factories as make

from bihuan.kernel.identity.models import User
from bihuan.kernel.store.sql import run
from bihuan.site.entrance import oidc

ROOT = Path(__file__).resolve().parents[3]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        shutil.which("node") is None or not (ROOT / "node_modules/oidc-provider").exists(),
        reason="needs Node and npm's packages",
    ),
]


class Browser:
    """Follows redirects between the two sites with its cookies, as somebody who logs in there as ``login``."""

    def __init__(self, login: str = "", methods: str = "pwd") -> None:
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))
        self.opener.addheaders = [("X-Login", login), ("X-Methods", methods), ("Accept", "text/html")]

    def get(self, address: str, data: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Return status, address and text of where it ends."""
        request = Request(address, urlencode(data).encode() if data else None)
        try:
            with self.opener.open(request, timeout=60) as answer:
                return answer.status, answer.url, answer.read().decode()
        except HTTPError as error:
            with error:
                return error.code, error.url, error.read().decode()


@pytest.fixture(params=["wide", "narrow"])
def provider(request: Any, live_server: Any, settings: Any) -> Iterator[str]:
    oidc.forget()
    cache.clear()
    settings.MFA_REQUIRED = True
    program = ["node", str(Path(__file__).parent / "real_provider.mjs"), live_server.url, request.param]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout
        issuer = process.stdout.readline().strip()
        settings.BIHUAN_OIDC = {
            "issuer": issuer, "client": "bihuan", "secret": "s3cret/with:signs",
            "claim": "preferred_username", "mfa": ["mfa"],
        }  # fmt: skip
        yield issuer
        process.terminate()
    oidc.forget()


@pytest.fixture
def clerk() -> User:
    post = make.make_actor(make.make_role("clerk", rights=()))
    user = User.objects.get(id=post.user)
    user.username = "clerk"
    user.save()
    return user


def logged_in(browser: Browser, site: str) -> bool:
    _status, address, _text = browser.get(f"{site}/matters/")
    return address == f"{site}/matters/"


def test_in_by_the_provider_and_out_by_its_back_channel(provider: str, live_server: Any, clerk: User) -> None:
    site, browser = live_server.url, Browser("clerk", "pwd mfa")
    status, address, _text = browser.get(f"{site}/enter/oidc/?next=/matters/")
    assert (status, address) == (200, f"{site}/matters/"), address
    assert (
        run("SELECT count(*) FROM identity_loginevent WHERE kind = 'login' AND username = 'clerk'")[0][0] == 1
    )

    # Somebody logs out at the provider; it tells us over the back channel, and the stay here is over, too.
    asked = urlencode({"client_id": "bihuan", "post_logout_redirect_uri": f"{site}/"})
    _status, _address, form = browser.get(f"{provider}/session/end?{asked}")
    secret = re.search(r'name="xsrf" value="([^"]+)"', form)
    assert secret, form
    action = re.search(r'action="([^"]+)"', form)
    assert action
    browser.get(action[1], {"xsrf": secret[1], "logout": "yes"})
    assert not logged_in(browser, site)


def test_who_has_no_account_here_stays_out(provider: str, live_server: Any, clerk: User) -> None:
    before = User.objects.count()
    status, _address, _text = Browser("stranger", "pwd mfa").get(f"{live_server.url}/enter/oidc/")
    assert status == 403
    assert User.objects.count() == before


def test_who_does_not_log_in_there_stays_out(provider: str, live_server: Any, clerk: User) -> None:
    browser = Browser()
    status, address, _text = browser.get(f"{live_server.url}/enter/oidc/")
    assert status == 403
    assert "error=access_denied" in address
    assert not logged_in(browser, live_server.url)


def test_without_the_providers_second_factor_ours_is_asked_for(
    provider: str, live_server: Any, clerk: User
) -> None:
    browser = Browser("clerk", "pwd")
    _status, address, _text = browser.get(f"{live_server.url}/enter/oidc/?next=/matters/")
    assert address.startswith(f"{live_server.url}/accounts/2fa/totp/activate"), address
    assert not logged_in(browser, live_server.url)


def test_an_answer_nobody_left_for_is_refused(provider: str, live_server: Any, clerk: User) -> None:
    browser = Browser("clerk", "pwd mfa")
    status, _address, _text = browser.get(f"{live_server.url}/enter/oidc/back/?code=again&state=again")
    assert status == 403
    assert not logged_in(browser, live_server.url)
