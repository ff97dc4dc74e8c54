"""A real Chromium against the running site with the demonstration's park."""

import os
import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.signals import request_finished, request_started
from tests.remembered import demonstration

from bihuan.kernel.flow import registry

PASSWORD = "bihuan-demo-2026"
#: Where Debian and others put it; BIHUAN_CHROMIUM names another.
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
#: Milliseconds until what is waited for counts as never coming; a machine that runs the whole suite is slow.
PATIENCE = 90_000


def pytest_collection_modifyitems(items) -> None:
    for item in items:
        if Path(__file__).parent in Path(item.path).parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """Start the machine's Chromium once."""
    from playwright.sync_api import expect, sync_playwright

    found = os.environ.get("BIHUAN_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found:
        pytest.fail("no Chromium found: install Debian's chromium, or name one in BIHUAN_CHROMIUM")
    expect.set_options(timeout=PATIENCE)
    # Playwright's own event loop would make Django refuse the database in this thread.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


class _Answering:
    """How many requests the server is at; a page that is closed leaves some behind."""

    def __init__(self) -> None:
        self._count, self._changed = 0, threading.Condition()

    def _add(self, number: int) -> None:
        with self._changed:
            self._count += number
            self._changed.notify_all()

    def begun(self, **_said) -> None:
        self._add(1)

    def ended(self, **_said) -> None:
        self._add(-1)

    def settled(self) -> bool:
        """Wait until none is left; whether it came to that."""
        with self._changed:
            return self._changed.wait_for(lambda: self._count == 0, PATIENCE / 1000)


@pytest.fixture
def answered(transactional_db, live_server):
    """Let nothing be answered any more when the tables are emptied: it would wait for them or write after that."""
    answering = _Answering()
    request_started.connect(answering.begun)
    request_finished.connect(answering.ended)
    yield
    settled = answering.settled()
    request_started.disconnect(answering.begun)
    request_finished.disconnect(answering.ended)
    assert settled, "a request was never answered to its end"


@pytest.fixture
def park(answered, live_server, settings):
    """Serve the demonstration's park; returns the address."""
    settings.MFA_REQUIRED = False
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "whitenoise" not in name]
    registry.forget()
    demonstration()
    yield live_server.url
    registry.forget()


def _is_fault(message) -> bool:
    """A page that refuses (4xx) is an answer, not a fault; a file of ours that isn't there is one.

    Nor is it a fault of a page when a test takes the network away.
    """
    if re.search(r"net::ERR_(INTERNET_DISCONNECTED|FAILED)", message.text):
        return False
    refused = re.search(r"status of 4\d\d", message.text) and "/static/" not in message.location["url"]
    return message.type == "error" and not refused


@pytest.fixture
def person(chromium, park):
    """Return ``person(login, size)``: a browser page signed in as that person, strict about errors."""
    contexts, faults = [], []

    def sign_in(login: str, size: str = "desktop"):
        width, height = SIZES[size]
        context = chromium.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"{login}: {error}"))
        page.on(
            "console",
            lambda message: faults.append(f"{login}: {message.text}") if _is_fault(message) else None,
        )
        page.goto(f"{park}/accounts/login/")
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda address: "login" not in address)
        return page

    yield sign_in
    for context in contexts:
        context.close()
    assert faults == []
