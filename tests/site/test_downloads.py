"""A list of matters taken along is what the list shows, however long, to those who may."""

import csv
import io

import pytest
from django.conf import settings as django_settings
from django.test import Client
from tests.remembered import demonstration

from bihuan.kernel.flow import selectors
from bihuan.kernel.flow.selectors import Filter
from bihuan.kernel.identity import selectors as identity
from bihuan.kernel.identity.models import User
from bihuan.kernel.store.sql import run
from bihuan.logic.cells import inert
from bihuan.site.pages import downloads

pytestmark = pytest.mark.django_db
PAGE = "/exports/matters.csv"


@pytest.fixture
def sign_in(settings):
    settings.MFA_REQUIRED = False
    demonstration()

    def client(login: str) -> Client:
        made = Client(headers={"accept-language": "zh-hans"})
        user = User.objects.get(username=login)
        made.force_login(user, backend=django_settings.AUTHENTICATION_BACKENDS[0])
        return made

    return client


def _rows(answer):
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))


def test_it_holds_what_the_list_holds(sign_in, monkeypatch):
    monkeypatch.setattr(downloads, "_ROWS", 7)
    user, post = run(
        "SELECT user_id, id FROM identity_post WHERE role_id = 'coordinator' ORDER BY id LIMIT 1"
    )[0]
    centre = identity.actor_of(user, post)
    client = sign_in(User.objects.get(id=user).username)
    for query, what in (("?state=open", Filter(open=True)), ("?state=closed", Filter(open=False))):
        head, *rows = _rows(client.get(PAGE + query))
        shown, more = selectors.listed(centre, what, limit=1000)
        assert not more
        assert len(shown) > 14 or query == "?state=closed"
        assert [row[0] for row in rows] == [row.code for row in shown]
        assert [row[1] for row in rows] == [inert(row.title) for row in shown]
        assert len(head) == 12
    assert PAGE in client.get("/matters/").content.decode()


def test_those_who_only_work_on_their_own_take_nothing(sign_in):
    client = sign_in("jianshe")
    assert client.get(PAGE).status_code == 403
    assert PAGE not in client.get("/matters/").content.decode()


def test_a_title_like_a_formula_is_text(sign_in):
    code = run("SELECT code FROM flow_matter WHERE kind = 'projects.problem' AND open ORDER BY id LIMIT 1")[
        0
    ][0]
    run("UPDATE flow_matter SET title = '=HYPERLINK(1)' WHERE code = %s", (code,))
    rows = _rows(sign_in("zhongxin").get(PAGE))
    assert next(row[1] for row in rows if row[0] == code) == "'=HYPERLINK(1)"
