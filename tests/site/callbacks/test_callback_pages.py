"""The desk, the reasons and the one form: by account, by link, never by the office."""

from datetime import timedelta

import pytest
from django.test import Client
from tests.kernel.factories import make_file
from tests.lines.projects.park import park

from bihuan.kernel.callbacks import selectors
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import selectors as matters
from bihuan.kernel.identity import actions as identity
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.jobs import run_due
from bihuan.kernel.now import now

assert park


@pytest.fixture
def closed(park):
    """A problem solved for the enterprise; its contact waits. Returns it and the address of the caller's link."""
    subject = park.project(columns={"party": park.firm})
    data = {"title": "厂门口路灯不亮", "category": "other"}
    scope = scope_of(park.place)
    made = flow.open(
        park.officer, "projects.problem", data, scope=scope, subject=subject, party=park.firm
    ).matter
    code = identity.issue_link(SYSTEM, made, party=park.firm, valid_until=now() + timedelta(days=30))
    flow.move(park.coordinator, made, "assign", {"unit": park.bureau})
    said = {"closing": "solved", "reply": "已更换灯头", "evidence": [make_file(park.department, made)]}
    flow.move(park.department, made, "answer", said)
    flow.move(park.officer, made, "verify", {"method": "site"})
    flow.move(park.coordinator, made, "sign_off", {})
    run_due()
    return selectors.contact_of(made, 1), f"/l/{code}/"


def test_one_tap_by_link_confirms_and_rates(park, closed):
    contact, address = closed
    visitor = Client(headers={"accept-language": "en"})
    page = visitor.get(address).content.decode()
    assert 'name="grade"' in page
    assert 'value="very"' in page
    action = f"{address}{contact.id}/rate/"
    assert action in page
    for _turn in range(2):
        assert visitor.post(action, {"grade": "very", "key": "k"}).status_code == 303
    run_due()
    assert matters.matter(SYSTEM, contact.id).stage == "rated"
    assert matters.matter(SYSTEM, contact.parent).value("satisfaction") == "satisfied"
    assert 'name="grade"' not in visitor.get(address).content.decode()
    assert park.client(park.officer).post(action, {"grade": "very", "key": "q"}).status_code == 403


def test_one_tap_by_account_and_never_by_the_office(park, closed):
    contact, _address = closed
    firm = park.client(park.enterprise)
    assert 'value="very_unsatisfied"' in firm.get(f"/matters/{contact.code}/").content.decode()
    action = f"/matters/{contact.code}/moves/rate/"
    assert park.client(park.officer).post(action, {"grade": "very"}).status_code == 404
    assert (
        'name="grade"' not in park.client(park.coordinator).get(f"/matters/{contact.code}/").content.decode()
    )
    assert firm.post(action, {"grade": ""}).status_code == 422
    assert firm.post(action, {"grade": "unsatisfied", "why": "等太久"}).status_code == 303
    run_due()
    desk = park.client(park.coordinator).get("/callbacks/").content.decode()
    assert "0 / 1" in desk
    assert "Call back" in desk
    assert park.client(park.department).get("/callbacks/").status_code == 403
    said = park.client(park.department).get("/callbacks/reasons/").content.decode()
    assert "等太久" in said
    for name in ("云溪液冷科技", contact.code, "厂门口路灯不亮"):
        assert name not in said
    assert "等太久" not in park.client(park.stranger).get("/callbacks/reasons/").content.decode()


def test_the_desk_shows_who_has_not_answered_and_what_a_rate_counts(park, closed):
    contact, _address = closed
    desk = park.client(park.coordinator).get("/callbacks/").content.decode()
    assert "厂门口路灯不亮" in desk
    counted = (
        park.client(park.coordinator).get("/callbacks/figures/callbacks.heard/denominator/").content.decode()
    )
    assert contact.code in counted
    assert park.client(park.coordinator).get("/callbacks/figures/nonsense/numerator/").status_code == 404
