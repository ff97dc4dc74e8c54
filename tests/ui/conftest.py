"""The gallery as a site, asked through Django's test client; no page of it may touch the database."""

from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils.translation import override

from bihuan.ui import shell


@pytest.fixture(autouse=True)
def _gallery(settings) -> Iterator[None]:
    settings.ROOT_URLCONF = "bihuan.ui.gallery.urls"
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "whitenoise" not in name]
    before = shell.installed()
    shell.install(shell.Source())
    with override("en"):
        yield
    shell.install(before)


@pytest.fixture
def browser() -> Client:
    return Client(raise_request_exception=True, headers={"accept-language": "en"})


@pytest.fixture
def ask(browser):
    """Ask for a page as htmx would, aiming at an element."""

    def get(path: str, target: str, method: str = "get", **data):
        headers = {"HX-Request": "true", "HX-Target": f"div#{target}"}
        return getattr(browser, method)(path, data, headers=headers)

    return get


def parse(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


@pytest.fixture
def tree():
    return parse
