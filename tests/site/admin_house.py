"""A small house to administer: a city with a county and a park, a unit, and people with each sort of right."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.conf import settings as conf
from django.test import Client
from tests.kernel.factories import make_division, make_org, make_role

from bihuan.kernel.clock import actions as clock
from bihuan.kernel.identity import actions as people
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.identity.models import User


@dataclass
class House:
    """Ids of what stands, and who is signed in as what."""

    city: int
    county: int
    park: int
    other: int
    unit: int
    admin: Client
    local: Client
    clerk: Client
    admin_user: int
    admin_post: int
    clerk_user: int
    clerk_post: int
    local_post: int


def signed_in(user: int, post: int) -> Client:
    """Return a browser of somebody acting as a post."""
    client = Client()
    client.force_login(User.objects.get(id=user), backend=conf.AUTHENTICATION_BACKENDS[0])
    session = client.session
    session["post"] = post
    session.save()
    return client


def somebody(
    login: str, role: str, unit: int, division: int, rights: tuple[str, ...] = ()
) -> tuple[int, int, Client]:
    """Return (user, post, browser) of a new person in a role."""
    user = people.create_user(SYSTEM, login, login)
    since = date(2026, 1, 1)  # so that a test may travel within the year
    post = people.appoint(SYSTEM, user, unit, make_role(role, rights=rights), division, valid_from=since)
    return user, post, signed_in(user, post)


def send(client: Client, url: str, /, **values: Any) -> Any:
    """Fill in a form as a browser does: hidden fields come from the page; a preview is applied."""
    page = client.get(url)
    assert page.status_code == 200, (url, page.status_code)
    answer = client.post(url, {**hidden(page), **values})
    if answer.status_code == 200 and hidden(answer).get("seen"):
        answer = client.post(url, {**hidden(answer), **values})
    return answer


def hidden(answer: Any) -> dict[str, str]:
    """Return the hidden fields of the form on a page."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', answer.content.decode())
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


def words(answer: Any) -> str:
    """Return what a page says, without markup."""
    import html

    return html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.fixture
def house(db, settings) -> House:
    settings.MFA_REQUIRED = False
    settings.LANGUAGE_CODE = "en"
    clock.load_defaults()
    people.sync_roles()
    city = make_division("云溪市", "city", code="4399")
    county = make_division("云溪区", "county", city, code="439902")
    park = make_division("云溪高新区", "park", county)
    other = make_division("别的县", "county", city, code="439921")
    unit = make_org("综合协调服务中心", division=county)
    admin_user, admin_post, admin = somebody("root", "administrator", unit, city)
    _user, local_post, local = somebody("street", "local_administrator", unit, park)
    clerk_user, clerk_post, clerk = somebody("clerk", "clerk", unit, park)
    return House(
        city, county, park, other, unit, admin, local, clerk, admin_user, admin_post, clerk_user, clerk_post,
        local_post,
    )  # fmt: skip
