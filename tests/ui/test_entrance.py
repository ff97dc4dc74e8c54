"""Sign-in and account pages come from allauth and wear the house's clothes."""

import re

import pytest
from allauth.account.forms import ChangePasswordForm
from allauth.mfa.base.forms import AuthenticateForm
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string

from bihuan.kernel.identity.actors import NOBODY


@pytest.mark.parametrize(
    ("template", "context"),
    [
        ("account/login.html", {}),
        ("account/logout.html", {}),
        ("account/reauthenticate.html", {}),
        ("account/password_change.html", {"form": ChangePasswordForm()}),
        ("mfa/index.html", {"authenticators": {}, "MFA_SUPPORTED_TYPES": ["totp", "recovery_codes"]}),
        ("mfa/authenticate.html", {"form": AuthenticateForm(user=None), "MFA_SUPPORTED_TYPES": ["totp"]}),
        ("mfa/recovery_codes/index.html", {"unused_codes": ["12345678"], "total_count": 10}),
    ],
)
def test_account_pages_stand_in_the_shell(rf, template, context):
    request = rf.get("/accounts/")
    request.user, request.actor = AnonymousUser(), NOBODY
    html = render_to_string(template, context, request=request)
    assert "ui/bihuan.css" in html
    assert 'class="entrance"' in html
    assert html.count("<h1") == 1
    assert "<script>" not in html
    assert not re.search(r"<[^>]+\sstyle=", html)


def test_the_sign_in_page_labels_its_fields_and_offers_no_registration(browser):
    html = browser.get("/accounts/login/").content.decode()
    for name in ("login", "password"):
        assert re.search(rf'<label[^>]+for="id_{name}"', html)
    assert 'type="password"' in html
    assert "signup" not in html


@pytest.mark.django_db
def test_a_wrong_password_is_told_beside_the_form(browser):
    html = browser.post("/accounts/login/", {"login": "nobody", "password": "wrong"}).content.decode()
    assert 'role="alert"' in html
    assert 'value="nobody"' in html
