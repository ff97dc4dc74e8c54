"""Other systems' logins: who is proved comes in as an existing user, once; everything else stays out."""

import secrets
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse
from tests.kernel import doubles
from tests.site.admin_house import house, words

from bihuan.kernel.identity.models import User
from bihuan.kernel.store.sql import run
from bihuan.site.entrance import oidc, tickets

sys.path.insert(0, str(Path(__file__).parent))
from provider import CAS_NO, CLIENT, SECRET, Provider, cas_answer

__all__ = ["house"]

pytestmark = pytest.mark.django_db
TICKET = "t" * 40


def _user(client: Client) -> str:
    found = client.session.get(SESSION_KEY)
    return User.objects.get(id=found).username if found else ""


@pytest.fixture(params=["RS256", "ES256"])
def provider(request: Any, house: Any, settings: Any) -> Any:
    oidc.forget()
    with doubles.http() as double:
        settings.BIHUAN_OIDC = {
            "issuer": double.url, "client": CLIENT, "secret": SECRET, "claim": "preferred_username", "mfa": ["mfa"],
        }  # fmt: skip
        yield Provider(double, request.param)
    oidc.forget()


def _through(
    provider: Provider, client: Client, username: str = "clerk", target: str = "", **claims: Any
) -> Any:
    left = client.get(reverse("enter_oidc") + (f"?next={target}" if target else ""))
    assert left.status_code == 302, words(left)
    return client.get(reverse("enter_oidc_back") + provider.authorize(left["Location"], username, **claims))


def test_who_the_provider_proves_comes_in_and_is_led_on(provider: Provider) -> None:
    client = Client()
    answer = _through(provider, client, target="/matters/")
    assert (answer.status_code, answer["Location"]) == (302, "/matters/")
    assert _user(client) == "clerk"
    assert client.get("/matters/").status_code == 200
    assert (
        run("SELECT count(*) FROM identity_loginevent WHERE kind = 'login' AND username = 'clerk'")[0][0] == 1
    )


def test_nobody_is_made_here_and_the_inactive_stay_out(provider: Provider) -> None:
    client, before = Client(), User.objects.count()
    answer = _through(provider, client, "stranger")
    assert answer.status_code == 403
    assert "have no account here yet" in words(answer)
    assert (_user(client), User.objects.count()) == ("", before)
    User.objects.filter(username="clerk").update(is_active=False)
    assert _through(provider, client).status_code == 403
    assert _user(client) == ""


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"}, {"aud": "another"}, {"aud": [CLIENT, "another"]}, {"exp": 1},
        {"iat": 9_999_999_999}, {"nonce": "another"}, {"preferred_username": None}, {"sub": ""}, {"exp": "soon"},
    ],
)  # fmt: skip
def test_a_token_that_does_not_hold_opens_nothing(provider: Provider, claims: Any) -> None:
    client = Client()
    assert _through(provider, client, **claims).status_code == 403
    assert _user(client) == ""
    assert run("SELECT count(*) FROM identity_loginevent WHERE kind = 'refused'")[0][0] == 1


def test_forged_signatures_and_algorithms_open_nothing(provider: Provider) -> None:
    real = provider.sign
    for change in (
        lambda token: token[:-6] + ("AAAAAA" if token[-6:] != "AAAAAA" else "BBBBBB"),
        lambda token: ".".join([*token.split(".")[:2], ""]),
        lambda token: "eyJhbGciOiJub25lIn0." + token.split(".")[1] + ".",
        lambda token: "eyJhbGciOiJIUzI1NiJ9." + token.split(".")[1] + "." + token.split(".")[2],
        lambda _token: "not.a.token",
    ):
        provider.sign = lambda claims, change=change: change(real(claims))
        client = Client()
        assert _through(provider, client).status_code == 403
        assert _user(client) == ""


def test_a_changed_key_is_read_anew_and_a_foreign_one_is_not_taken(provider: Provider) -> None:
    assert _through(provider, Client()).status_code == 302
    provider.new_key("k2")
    assert _through(provider, Client()).status_code == 302
    published = provider.jwk()
    provider.new_key("k2")
    provider.double.answers["/keys"] = (200, {"keys": [published]})
    assert _through(provider, Client()).status_code == 403


def test_coming_back_without_having_left_or_twice_is_refused(provider: Provider) -> None:
    client, other = Client(), Client()
    query = provider.authorize(client.get(reverse("enter_oidc"))["Location"], "clerk")
    assert other.get(reverse("enter_oidc_back") + query).status_code == 403, "another browser's answer"
    assert client.get(reverse("enter_oidc_back") + query).status_code == 302
    assert client.get(reverse("enter_oidc_back") + query).status_code == 403, "the same answer again"
    refused = Client()
    refused.get(reverse("enter_oidc"))
    assert refused.get(reverse("enter_oidc_back") + "?error=access_denied&state=x").status_code == 403


def test_the_second_factor_is_waived_only_when_the_provider_says_so(
    provider: Provider, settings: Any
) -> None:
    settings.MFA_REQUIRED = True
    plain = Client()
    _through(provider, plain)
    assert plain.get("/matters/").status_code == 302, "is sent to set up a second factor"
    asserted = Client()
    _through(provider, asserted, amr=["pwd", "mfa"])
    assert asserted.get("/matters/").status_code == 200


def test_an_evil_target_leads_home(provider: Provider) -> None:
    for target in ("https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"):
        assert _through(provider, Client(), target=target)["Location"] == "/"


def test_the_provider_ends_a_stay_and_leaving_leads_there(provider: Provider) -> None:
    client = Client()
    _through(provider, client)
    leave = reverse("enter_oidc_leave")
    for wrong in ({"events": {}}, {"nonce": "n"}, {"aud": "another"}, {"sid": None}):
        assert Client().post(leave, {"logout_token": provider.logout_token(**wrong)}).status_code == 400
    assert _user(client) == "clerk"
    outside = Client(enforce_csrf_checks=True)
    assert outside.post(leave, {"logout_token": provider.logout_token()}).status_code == 200
    assert client.get("/matters/").status_code == 302
    again = Client()
    _through(provider, again)
    left = again.post(reverse("account_logout"))
    assert left["Location"].startswith(f"{provider.double.url}/logout?")
    assert _user(again) == ""


def test_a_provider_that_is_down_is_said_without_details(provider: Provider) -> None:
    provider.double.answers["/.well-known/openid-configuration"] = (503, b"")
    oidc.forget()
    answer = Client().get(reverse("enter_oidc"))
    assert answer.status_code == 403
    assert "could not be proved" in words(answer)
    assert "503" not in words(answer)


# CAS ----------------------------------------------------------------------------------------------------


@pytest.fixture
def cas(house: Any, settings: Any) -> Any:
    with doubles.http() as double:
        settings.BIHUAN_CAS = {"url": f"{double.url}/cas", "mfa": "authnContext=mfa-totp"}
        double.answers["/cas/p3/serviceValidate"] = lambda call: (200, cas_answer("clerk", double.url and ""))
        yield double


def _by_cas(client: Client, ticket: str = "ST-1-abc") -> Any:
    left = client.get(reverse("enter_cas") + "?next=/matters/")
    assert "service=http%3A%2F%2Ftestserver%2Fenter%2Fcas%2Fback%2F" in left["Location"]
    return client.get(reverse("enter_cas_back") + f"?ticket={ticket}")


def test_cas_lets_in_whom_it_vouches_for_and_ends_the_stay(cas: doubles.Double) -> None:
    client = Client()
    answer = _by_cas(client)
    assert answer["Location"] == "/matters/"
    assert _user(client) == "clerk"
    (asked,) = cas.of("/cas/p3/serviceValidate")
    assert asked.query == {"service": "http://testserver/enter/cas/back/", "ticket": "ST-1-abc"}
    said = (
        "<samlp:LogoutRequest xmlns:samlp='urn:oasis:names:tc:SAML:2.0:protocol'>"
        "<samlp:SessionIndex>{}</samlp:SessionIndex></samlp:LogoutRequest>"
    )
    back = reverse("enter_cas_back")
    assert Client().post(back, {"logoutRequest": said.format("ST-2-other")}).status_code == 200
    assert _user(client) == "clerk"
    assert Client().post(back, {"logoutRequest": "<!DOCTYPE x [<!ENTITY a 'b'>]><x/>"}).status_code == 400
    assert (
        Client(enforce_csrf_checks=True).post(back, {"logoutRequest": said.format("ST-1-abc")}).status_code
        == 200
    )
    assert client.get("/matters/").status_code == 302


@pytest.mark.parametrize(
    "answer",
    [
        (200, CAS_NO), (500, b""), (200, b"<html>"), (200, cas_answer("")), (302, b""),
        (200, b"<!DOCTYPE x [<!ENTITY a 'clerk'>]>" + cas_answer("&a;")),
        (200, cas_answer("x").replace(b"http://www.yale.edu/tp/cas", b"http://evil.example")),
    ],
)  # fmt: skip
def test_what_cas_does_not_vouch_for_stays_out(cas: doubles.Double, answer: Any) -> None:
    cas.answers["/cas/p3/serviceValidate"] = answer
    client = Client()
    assert _by_cas(client).status_code == 403
    assert _user(client) == ""
    fresh = Client()
    assert fresh.get(reverse("enter_cas_back") + "?ticket=ST-9").status_code == 403, "it never left"


def test_cas_says_by_an_attribute_that_it_asked_for_a_second_factor(
    cas: doubles.Double, settings: Any
) -> None:
    settings.MFA_REQUIRED = True
    plain, asserted = Client(), Client()
    _by_cas(plain)
    assert plain.get("/matters/").status_code == 302
    said = "<cas:authnContext>mfa-totp</cas:authnContext>"
    cas.answers["/cas/p3/serviceValidate"] = (200, cas_answer("clerk", said))
    _by_cas(asserted, "ST-3")
    assert asserted.get("/matters/").status_code == 200


# Tickets ------------------------------------------------------------------------------------------------


def _ticket(secret: str = TICKET, **given: str) -> str:
    values = {
        "user": "clerk",
        "at": str(int(time.time())),
        "once": secrets.token_hex(16),
        "next": "/matters/",
        **given,
    }
    values.setdefault("sign", tickets.sign(secret.encode(), values))
    return reverse("enter_ticket") + "?" + urlencode(values)


@pytest.fixture
def portal(house: Any, settings: Any) -> None:
    settings.BIHUAN_TICKET_SECRET = TICKET


@pytest.mark.usefixtures("portal")
def test_a_signed_ticket_lets_in_once() -> None:
    address, client = _ticket(), Client()
    assert client.get(address)["Location"] == "/matters/"
    assert _user(client) == "clerk"
    second = Client()
    assert second.get(address).status_code == 403
    assert _user(second) == ""


@pytest.mark.usefixtures("portal")
@pytest.mark.parametrize(
    "given",
    [
        {"at": "1000000000"}, {"at": str(int(time.time()) + 4000)}, {"at": "now"}, {"once": "short"},
        {"secret": "x" * 40}, {"sign": "0" * 64}, {"sign": "ü"}, {"user": ""}, {"user": "clerk\nat=1"},
    ],
)  # fmt: skip
def test_a_ticket_that_does_not_hold_opens_nothing(given: dict[str, str]) -> None:
    client = Client()
    assert client.get(_ticket(**given)).status_code == 403
    assert _user(client) == ""


@pytest.mark.usefixtures("portal")
def test_the_second_factor_of_a_ticket_is_signed(settings: Any) -> None:
    settings.MFA_REQUIRED = True
    plain, asserted, forged = Client(), Client(), Client()
    plain.get(_ticket())
    assert plain.get("/matters/").status_code == 302
    asserted.get(_ticket(mfa="1"))
    assert asserted.get("/matters/").status_code == 200
    assert forged.get(_ticket() + "&mfa=1").status_code == 403


def test_a_short_secret_signs_nothing(house: Any, settings: Any) -> None:
    settings.BIHUAN_TICKET_SECRET = "short"
    assert Client().get(_ticket("short")).status_code == 403


# Around -------------------------------------------------------------------------------------------------


def test_without_settings_there_is_no_such_door(house: Any) -> None:
    for name in ("enter", "enter_oidc", "enter_oidc_back", "enter_cas", "enter_cas_back", "enter_ticket"):
        assert Client().get(reverse(name)).status_code == 404
    assert "/enter/" not in Client().get(reverse("account_login")).content.decode()


def test_the_sign_in_page_offers_the_door(house: Any, settings: Any) -> None:
    settings.BIHUAN_CAS = {"url": "https://cas.example/cas", "mfa": ""}
    assert "/enter/?next=" in Client().get(reverse("account_login")).content.decode()
    assert Client().get(reverse("enter") + "?next=/matters/")["Location"] == "/enter/cas/?next=/matters/"


def test_only_named_portals_frame_pages_and_never_those_where_secrets_are_typed(
    house: Any, settings: Any
) -> None:
    page = house.clerk.get("/matters/")
    assert page["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in page["Content-Security-Policy"]
    settings.BIHUAN_FRAME_ANCESTORS = ["https://portal.example"]
    framed = house.clerk.get("/matters/")
    assert "X-Frame-Options" not in framed
    assert "frame-ancestors 'self' https://portal.example" in framed["Content-Security-Policy"]
    for address in (reverse("account_login"), reverse("admin_divisions")):
        never = house.admin.get(address)
        assert never["X-Frame-Options"] in ("SAMEORIGIN", "DENY")
        assert "portal.example" not in never["Content-Security-Policy"]
