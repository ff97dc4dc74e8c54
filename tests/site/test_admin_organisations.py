"""Organisations: found in pinyin order, created with a proved code, changed, deactivated."""

import pytest
from django.urls import reverse
from tests.kernel.factories import make_org
from tests.site.admin_house import hidden, house, send, words

from bihuan.kernel.identity import selectors as identity
from bihuan.kernel.store.sql import run

__all__ = ["house"]


def good_code() -> str:
    """Return a code with a right check digit, worked out as GB 32100-2015 says."""
    from stdnum.cn import uscc

    body = "91430100MA4TEXT01"
    return body + uscc.calc_check_digit(body)


def test_organisations_are_listed_by_pinyin_and_filtered(house):
    for name, kind in (("财政局", "government"), ("安监局", "government"), ("宝山水厂", "utility")):
        make_org(name, kind, division=house.county)
    found = house.admin.get("/api/v1/admin/organisations").json()["rows"]
    assert [row["name"] for row in found] == ["安监局", "宝山水厂", "财政局", "综合协调服务中心"]
    page = words(house.admin.get(reverse("admin_organisations") + "?kind=utility"))
    assert "宝山水厂" in page
    assert "财政局" not in page
    assert "财政局" in words(house.admin.get(reverse("admin_organisations") + "?q=caizheng"))
    within = words(house.admin.get(reverse("admin_organisations") + f"?within={house.other}"))
    assert "财政局" not in within


def test_the_list_goes_on_where_it_ended(house):
    for n in range(5):
        make_org(f"局{n}", division=house.county)
    seen, after = [], ""
    for _page in range(3):
        answer = house.admin.get("/api/v1/admin/organisations", {"limit": 2, "after": after}).json()
        seen += [row["name"] for row in answer["rows"]]
        after = answer["after"]
    assert seen == ["局0", "局1", "局2", "局3", "局4", "综合协调服务中心"]
    assert after == ""


def test_an_organisation_is_created_once_with_a_proved_code(house):
    url = reverse("admin_organisation_add")
    page = house.admin.get(url)
    values = {**hidden(page), "name": "云溪液冷科技有限公司", "kind": "enterprise", "uscc": good_code().lower(),
              "division": "云溪高新区", "parent": "", "short_name": "云溪液冷"}  # fmt: skip
    first, second = house.admin.post(url, values), house.admin.post(url, values)
    assert first.status_code == second.status_code == 303
    assert first["Location"] == second["Location"]
    row = identity.unit_by_uscc(good_code())
    assert (row.name, row.division, row.kind) == ("云溪液冷科技有限公司", house.park, "enterprise")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("9143", "18 characters"),
        ("91430100MA4TEXT010", "slip of the pen"),
        ("91430100MA4TEXTI1X", "letters I, O, S, V and Z never occur"),
    ],
)  # fmt: skip
def test_a_wrong_code_is_explained_at_its_field_and_nothing_typed_is_lost(house, code, said):
    answer = send(house.admin, reverse("admin_organisation_add"), name="某公司", kind="enterprise", uscc=code,
                  division="云溪区")  # fmt: skip
    assert answer.status_code == 422
    assert said in words(answer)
    assert 'value="某公司"' in answer.content.decode()


def test_the_same_code_or_name_is_a_conflict(house):
    values = {"name": "甲公司", "kind": "enterprise", "division": "云溪区", "uscc": good_code()}
    assert send(house.admin, reverse("admin_organisation_add"), **values).status_code == 303
    answer = send(house.admin, reverse("admin_organisation_add"), **{**values, "name": "乙公司"})
    assert answer.status_code == 409
    assert "Another organisation has this" in words(answer)
    answer = send(house.admin, reverse("admin_organisation_add"), **{**values, "uscc": ""})
    assert answer.status_code == 409
    assert "already has an organisation of that name" in words(answer)


def test_an_organisation_is_changed_and_never_part_of_itself(house):
    child = make_org("下属站", division=house.county)
    url = reverse("admin_organisation_amend", args=[child])
    values = {"name": "下属服务站", "kind": "government", "division": "云溪区", "parent": "综合协调服务中心"}
    assert send(house.admin, url, **values).status_code == 303
    assert identity.unit(child).parent == house.unit
    assert send(house.admin, url, **values).status_code == 409
    top = reverse("admin_organisation_amend", args=[house.unit])
    answer = send(
        house.admin, top, name="综合协调服务中心", kind="government", division="云溪区", parent="下属服务站"
    )
    assert answer.status_code == 409
    assert "cannot be part of itself" in words(answer)
    page = words(house.admin.get(reverse("admin_organisation", args=[house.unit])))
    assert "下属服务站" in page
    assert "root" in page  # its posts stand there too


def test_an_unknown_parent_is_asked_about_with_close_names(house):
    answer = send(house.admin, reverse("admin_organisation_add"), name="某所", kind="government", division="云溪区",
                  parent="综合协调")  # fmt: skip
    assert answer.status_code == 422
    assert "Did you mean: 综合协调服务中心" in words(answer)


def test_deactivating_twice_leaves_it_inactive(house):
    unit = make_org("旧局", division=house.county)
    url = reverse("admin_organisation_state", args=[unit]) + "?to=off"
    stale = hidden(house.admin.get(url))
    assert send(house.admin, url).status_code == 303
    assert house.admin.post(url, stale).status_code == 303
    assert run("SELECT is_active FROM identity_organisation WHERE id = %s", (unit,)) == [(False,)]
    assert "旧局" not in words(house.admin.get(reverse("admin_organisations")))
    assert "旧局" in words(house.admin.get(reverse("admin_organisations") + "?state=inactive"))
    answer = house.admin.post(
        f"/api/v1/admin/organisations/{unit}/state", {"active": True}, content_type="application/json"
    )
    assert answer.status_code == 200
    assert run("SELECT is_active FROM identity_organisation WHERE id = %s", (unit,)) == [(True,)]


def test_the_api_creates_and_changes(house):
    body = {"name": "燃气公司", "kind": "utility", "division": f"#{house.park}"}
    made = house.admin.post("/api/v1/admin/organisations", body, content_type="application/json")
    assert made.status_code == 201
    url = f"/api/v1/admin/organisations/{made.json()['id']}"
    answer = house.admin.put(url, {**body, "contact": "0799-1234567"}, content_type="application/json")
    assert answer.status_code == 200
    assert house.admin.get(url).json()["contact"] == "0799-1234567"
    wrong = house.admin.post(
        "/api/v1/admin/organisations", {**body, "name": "丙", "uscc": "x"}, content_type="application/json"
    )
    assert wrong.status_code == 422
    assert wrong.json()["where"] == "uscc"
