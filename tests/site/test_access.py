"""Signing in: how good a password must be, how often one may guess, how long a stay lasts, what its cookies are."""

import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings as live
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client
from tests.kernel import factories as make

from bihuan.kernel.identity.models import User
from bihuan.kernel.now import now, travel

pytestmark = pytest.mark.django_db
PASSWORD = "钟楼-桥头-四月-27"


@pytest.fixture(autouse=True)
def plain(settings):
    settings.MFA_REQUIRED = False
    cache.clear()


@pytest.fixture
def clerk() -> User:
    actor = make.make_actor(make.make_role("clerk"))
    user = User.objects.get(id=actor.user)
    user.username = "zhangsan"
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client: Client, password: str, **more: str) -> bool:
    client.post("/accounts/login/", {"login": "zhangsan", "password": password}, **more)
    return SESSION_KEY in client.session


@pytest.mark.parametrize("word", ["short", "12345678901234", "password123", "zhangsan12"])
def test_a_bad_password_is_not_taken(clerk: User, word: str):
    with pytest.raises(ValidationError):
        validate_password(word, clerk)
    validate_password(PASSWORD, clerk)


def test_guessing_is_stopped_and_the_right_password_waits_too(clerk: User):
    client = Client()
    for number in range(5):
        assert not sign_in(client, f"wrong {number}")
    assert not sign_in(Client(), PASSWORD), "five wrong ones in five minutes shut the account's door"
    assert not sign_in(Client(), PASSWORD, REMOTE_ADDR="10.9.8.7"), "from wherever"
    cache.clear()
    assert sign_in(Client(), PASSWORD)


def test_a_stay_lasts_a_working_day_and_gets_a_new_name_at_the_door(clerk: User):
    client = Client()
    client.get("/accounts/login/")
    client.session["seen"] = 1
    before = client.session.session_key
    assert sign_in(client, PASSWORD)
    assert client.session.session_key != before
    cookie = client.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert live.SESSION_COOKIE_AGE == 12 * 3600
    client.post("/accounts/logout/")
    assert SESSION_KEY not in client.session


def test_staff_who_do_nothing_log_in_again(clerk: User, settings):
    settings.IDLE_MINUTES = 30
    client, begun = Client(), now()
    with travel(begun):
        assert sign_in(client, PASSWORD)
        assert client.get("/").status_code == 200
    for minutes in (29, 58):  # whoever works on stays
        with travel(begun + timedelta(minutes=minutes)):
            assert client.get("/").status_code == 200
    with travel(begun + timedelta(minutes=89)):
        answer = client.get("/", headers={"Accept-Language": "en"})
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/accounts/login/")
        assert SESSION_KEY not in client.session
        assert b"30 minutes" in client.get("/accounts/login/", headers={"Accept-Language": "en"}).content


def test_a_password_from_somebody_else_is_changed_before_anything_is_done(clerk: User):
    clerk.must_change = True
    clerk.save()
    client = Client()
    assert sign_in(client, PASSWORD)
    for path in ("/", "/matters/"):
        assert client.get(path)["Location"] == "/accounts/password/change/"
    assert client.post("/matters/").status_code == 403
    page = client.get("/accounts/password/change/")
    assert (page.status_code, "csrfmiddlewaretoken" in page.content.decode()) == (200, True)
    form = {"oldpassword": PASSWORD, "password1": PASSWORD, "password2": PASSWORD}
    assert client.post("/accounts/password/change/", form).status_code == 200, (
        "the one that was given is not taken"
    )
    form |= {"password1": "渡口-石阶-九月-41", "password2": "渡口-石阶-九月-41"}
    assert client.post("/accounts/password/change/", form)["Location"] == "/"
    assert client.get("/").status_code == 200


def test_passwords_are_kept_so_that_a_thief_must_work_for_each(surroundings, tmp_path):
    code = (
        "import django; django.setup();"
        "from django.contrib.auth.hashers import make_password as m; print(m('x').split('$')[:2])"
    )
    environment = {
        **surroundings(tmp_path), "DJANGO_SETTINGS_MODULE": "bihuan.site.settings", "BIHUAN_SECRET_KEY": "x" * 40,
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    name, rounds = eval(done.stdout)
    assert (name, int(rounds) >= 600_000) == ("pbkdf2_sha256", True)


def test_behind_tls_cookies_and_browsers_stay_on_it(surroundings, tmp_path):
    names = (
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SECURE_SSL_REDIRECT",
        "SECURE_HSTS_SECONDS",
        "MFA_REQUIRED",
    )
    code = f"from django.conf import settings as s; print([getattr(s, n) for n in {names!r}])"
    environment = {
        **surroundings(tmp_path), "DJANGO_SETTINGS_MODULE": "bihuan.site.settings", "BIHUAN_SECRET_KEY": "x" * 40,
        "BIHUAN_HTTPS": "1", "BIHUAN_HOSTS": "loop.example.gov.cn",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert eval(done.stdout) == [True, True, True, 31536000, True]


def test_pages_go_compressed_and_tables_as_they_are(clerk: User):
    asks = {"Accept-Encoding": "gzip"}
    page = Client().get("/accounts/login/", headers=asks)
    assert (page["Content-Encoding"], "Accept-Encoding" in page["Vary"]) == ("gzip", True)
    assert "Content-Encoding" not in Client().get("/accounts/login/")
    assert "Content-Encoding" not in Client().get("/healthz", headers=asks)
