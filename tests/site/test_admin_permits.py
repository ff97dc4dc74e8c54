"""Who may administer what: each right opens its own pages, and no more of the tree than the post is over."""

import pytest
from django.test import Client
from django.urls import reverse
from tests.site.admin_house import house, send, signed_in, somebody, words

from bihuan.kernel.identity import actions as people
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.store.sql import run
from bihuan.site.admin import permits, urls
from bihuan.site.api.root import api
from bihuan.ui.page import known_permit

__all__ = ["house"]

#: A page of each right that needs no id.
DOORS = {
    permits.DIVISIONS: ["admin_divisions", "admin_division_add"],
    permits.ORGANISATIONS: ["admin_organisations", "admin_organisation_add"],
    permits.POSTS: ["admin_posts", "admin_people", "admin_comings", "admin_appoint", "admin_person_add"],
    permits.CALENDAR: [
        "admin_calendar",
        "admin_calendar_print",
        "admin_calendar_versions",
        "admin_calendar_days",
    ],
    permits.LIMITS: ["admin_limits", "admin_limit_add", "admin_reminders"],
    permits.LEDGER: ["admin_ledger", "admin_ledger_roots", "admin_ledger_verify"],
    permits.READINGS: ["admin_readings"],
    permits.HOUSE: ["admin_division_import", "admin_calendar_year", "admin_reminder_add"],
}
CALLS = {
    permits.DIVISIONS: "divisions",
    permits.ORGANISATIONS: "organisations",
    permits.POSTS: "posts",
    permits.CALENDAR: "calendar/2026",
    permits.LIMITS: "limits",
    permits.LEDGER: "ledger",
    permits.READINGS: "readings",
}


def test_every_page_and_call_of_the_administration_names_a_known_permit():
    assert [p.name for p in urls.urlpatterns if not known_permit(getattr(p.callback, "permit", "none"))] == []
    calls = [
        op
        for prefix, router in api._routers
        if prefix == "/admin"
        for v in router.path_operations.values()
        for op in v.operations
    ]
    assert len(calls) > 35
    assert [
        op.operation_id for op in calls if not known_permit(getattr(op.view_func, "permit", "none"))
    ] == []


@pytest.mark.parametrize("right", DOORS)
def test_a_right_opens_its_own_doors_and_no_others(house, right):
    name = right.replace("admin.", "only_")
    _user, _post, client = somebody(name, name, house.unit, house.city, rights=(right,))
    for other, doors in DOORS.items():
        for door in doors:
            assert client.get(reverse(door)).status_code == (200 if other == right else 403), (right, door)
    for other, call in CALLS.items():
        assert client.get(f"/api/v1/admin/{call}").status_code == (200 if other == right else 403), call


def test_who_has_no_right_is_refused_and_nobody_is_sent_to_sign_in(house):
    for doors in DOORS.values():
        for door in doors:
            assert house.clerk.get(reverse(door)).status_code == 403
            assert house.clerk.post(reverse(door), {"name": "闯入"}).status_code == 403
            answer = Client().get(reverse(door))
            assert answer.status_code == 302
            assert "login" in answer["Location"]
    for call in CALLS.values():
        assert house.clerk.get(f"/api/v1/admin/{call}").status_code == 403
        assert Client().get(f"/api/v1/admin/{call}").status_code == 401


def test_the_administrator_of_a_park_sees_and_changes_the_park_only(house):
    rows = words(house.local.get(reverse("admin_divisions")))
    assert "云溪高新区" in rows
    assert "别的县" not in rows
    assert house.local.get(reverse("admin_division", args=[house.other])).status_code == 404
    assert house.local.get(reverse("admin_organisation", args=[house.unit])).status_code == 404
    assert house.local.get(reverse("admin_post", args=[house.admin_post])).status_code == 404
    assert house.local.get(reverse("admin_person", args=[house.admin_user])).status_code == 404
    listed = words(house.local.get(reverse("admin_posts")))
    assert "clerk" in listed
    assert "root" not in listed
    answer = send(
        house.local, reverse("admin_division_add"), name="别处的网格", level="grid", parent="别的县"
    )
    assert answer.status_code == 403
    assert "outside the divisions" in words(answer)
    answer = send(
        house.local, reverse("admin_division_add"), name="一号网格", level="grid", parent=f"#{house.park}"
    )
    assert answer.status_code == 303


def test_what_holds_for_the_whole_house_is_not_for_the_administrator_of_a_park(house):
    row = {
        "rule": "permit.decide",
        "value": "9",
        "unit": "wd",
        "source": "本区规定",
        "valid_from": "2026-01-01",
    }
    answer = send(house.local, reverse("admin_limit_add"), **row, division="")
    assert answer.status_code == 403
    assert "whole house" in words(answer)
    answer = send(house.local, reverse("admin_limit_add"), **row, division="云溪高新区")
    assert answer.status_code == 303
    days = {"first": "2026-06-01", "what": "shut", "name": "台风", "source": "区通知"}
    assert send(house.local, reverse("admin_calendar_days"), **days, division="").status_code == 403
    assert send(house.local, reverse("admin_calendar_days"), **days, division="云溪高新区").status_code == 303
    assert run("SELECT division FROM clock_calendarday WHERE name = '台风'") == [(house.park,)]


def test_nobody_gives_rights_one_does_not_have(house):
    page = words(house.local.get(reverse("admin_appoint")))
    assert "Administrator of a street or park" in page
    body = {"user": "clerk", "organisation": f"#{house.unit}", "role": "administrator", "division": f"#{house.park}",
            "valid_from": "2026-12-01"}  # fmt: skip
    answer = house.local.post("/api/v1/admin/posts", body, content_type="application/json")
    assert answer.status_code == 422
    assert "role" in answer.json()["errors"]
    assert (
        run(
            "SELECT 1 FROM identity_post WHERE role_id = 'administrator' AND user_id = %s",
            (house.clerk_user,),
        )
        == []
    )


def test_a_token_has_the_rights_among_its_abilities_only(house):
    _id, raw = people.issue_token(SYSTEM, house.admin_post, "程序", ["admin.limits"])
    head = {"HTTP_AUTHORIZATION": f"Bearer {raw}"}
    assert Client().get("/api/v1/admin/limits", **head).status_code == 200
    assert Client().get("/api/v1/admin/divisions", **head).status_code == 403


def test_a_post_is_shown_to_its_holder_for_standing_in_and_to_no_other_clerk(house):
    _user, _post, other = somebody("other", "clerk", house.unit, house.park)
    url = reverse("post_delegate", args=[house.clerk_post])
    assert house.clerk.get(url).status_code == 200
    assert other.get(url).status_code == 404
    ended = signed_in(house.clerk_user, house.clerk_post)
    assert ended.get(reverse("my_posts")).status_code == 200
