"""Without its database the program says so, to people and programs, and that nothing was written."""

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client

from bihuan.kernel.identity import selectors

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


def fail(monkeypatch, error: Exception) -> None:
    def gone(*_given):
        raise error

    monkeypatch.setattr(selectors, "token_and_actor", gone)


@pytest.mark.parametrize("error", [OperationalError("gone"), InterfaceError("closed")])
def test_a_program_is_told_to_come_again(client, monkeypatch, error):
    fail(monkeypatch, error)
    answer = client.get("/api/v1/matters", headers={"Authorization": "Bearer x"})
    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "unavailable"
    assert int(answer["Retry-After"]) > 0


def test_what_is_really_broken_stays_an_error(client, monkeypatch):
    fail(monkeypatch, ZeroDivisionError())
    answer = client.get("/api/v1/matters", headers={"Authorization": "Bearer x"})
    assert answer.status_code == 500
    assert answer.json()["code"] == "error"
    assert "Retry-After" not in answer


def test_people_see_a_page_that_needs_no_database(client, monkeypatch):
    def gone(*_given, **_named):
        raise OperationalError("gone")

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", gone)
    client.cookies["sessionid"] = "x" * 32
    answer = client.get("/")
    assert answer.status_code == 503
    assert "稍后" in answer.content.decode() or "几分钟" in answer.content.decode()
