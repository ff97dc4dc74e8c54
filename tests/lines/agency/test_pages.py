"""Every page of the line answers those it is for, and nobody else."""

import pytest
from django.urls import reverse

from bihuan.lines.agency import selectors
from bihuan.lines.agency.catalogue.actions import load_sample
from bihuan.lines.agency.registers import ITEMS


def get(office, actor, name, *args, status=200, **query):
    answer = office.client(actor).get(reverse(name, args=args), query)
    assert answer.status_code == status, answer.content.decode()[-1500:]
    return answer.content.decode()


def test_lists_boards_and_figures(office):
    matter = office.submitted()
    code = office.row(matter).code
    assert code in get(office, office.agent, "agency")
    assert "free of charge" in get(office, office.agent, "agency")
    assert code not in get(office, office.stranger, "agency")
    assert code in get(office, office.agent, "agency_day")
    assert "用户" in get(office, office.coordinator, "agency_board")
    get(office, office.agent, "agency_board", status=200)
    get(office, office.department, "agency_board", status=403)
    get(office, office.agent, "agency_time")
    get(office, office.agent, "agency_import", "approvals", status=403)
    get(office, office.coordinator, "agency_import", "approvals")
    get(office, office.coordinator, "agency_import", "nothing", status=404)


def test_the_page_of_a_case_shows_mandate_and_materials(office):
    matter = office.preparing()
    row = office.row(matter)
    page = get(office, office.agent, "matter", row.code)
    assert "资金承诺书" in page
    assert "4 of 4 missing" in page
    assert "in force" in page
    form = get(office, office.agent, "matter_move", row.code, "materials")
    assert "1. 施工许可申请表" in form
    answer = office.client(office.agent).post(
        reverse("matter_move", args=[row.code, "materials"]), {"have": ["1", "2"], "ver": row.ver, "key": "k"}
    )
    assert answer.status_code == 303
    assert [one.state for one in selectors.materials(matter)] == ["have", "have", "missing", "missing"]
    assert "施工许可申请表、" in get(office, office.agent, "matter", row.code), (
        "the history names what it keeps by number"
    )


def test_a_notice_is_printed(office):
    matter = office.preparing()
    office.move(matter, "notice", materials=[1, 2, 3, 4], until="2026-03-09")
    page = get(office, office.agent, "agency_notice", office.row(matter).code, 1)
    assert "asked for once" in page
    assert "图审合格书" in page
    get(office, office.stranger, "agency_notice", office.row(matter).code, 1, status=404)


def test_an_enterprise_applies_and_sees_its_own(office):
    client = office.client(office.enterprise)
    answer = client.post(
        reverse("agency_apply"), {"title": "办理施工许可", "items": [str(office.permit)], "key": "e1"}
    )
    assert answer.status_code == 303, answer.content.decode()[-2000:]
    assert "办理施工许可" in get(office, office.enterprise, "agency")
    get(office, office.enterprise, "agency_items", status=403)


def test_guidance_in_one_form(office):
    said = {"title": "怎么办环评", "answer": "一次告知材料", "items": [str(office.permit)], "key": "g1"}
    assert office.client(office.officer).post(reverse("agency_guide"), said).status_code == 303
    assert "怎么办环评" in get(office, office.officer, "agency", kind="guidance")


def test_the_catalogue_is_kept_by_the_centre(office):
    get(office, office.agent, "agency_items")
    page = get(office, office.agent, "agency_item", office.permit)
    assert "7日" in page
    get(office, office.agent, "agency_item_edit", office.permit, status=403)
    url = reverse("agency_item_edit", args=[office.permit])
    row = selectors.item(office.permit)
    said = {"name": row["name"], "code": "SG-01", "promise_limit": "2个工作日", "ver": row.ver, "key": "c1"}
    client = office.client(office.coordinator)
    assert client.post(url, said).status_code == 303
    assert selectors.item(office.permit)["promise_limit"] == "2wd"
    assert client.post(url, {**said, "promise_limit": "二十", "key": "c2"}).status_code == 422
    assert client.post(reverse("agency_item_new"), {"name": "", "key": "c3"}).status_code == 422
    assert client.get(reverse("agency_items_file")).content[:2] == b"PK"


@pytest.mark.django_db
def test_the_sample_catalogue_fills_an_empty_one_once(office):
    from bihuan.kernel.identity.actors import SYSTEM
    from bihuan.kernel.registers.actions import withdraw

    for key in (office.permit, office.scheme):
        withdraw(SYSTEM, ITEMS, key, cause="测试")
    from bihuan.kernel.registers.actions import withdraw as take
    from bihuan.lines.agency.registers import PRESETS

    take(SYSTEM, PRESETS, office.preset, cause="测试")
    count = load_sample(office.coordinator)
    assert count >= 12
    assert load_sample(office.coordinator) == 0
    assert all(item["standing"] for item in selectors.items())
    assert {preset["name"] for preset in selectors.presets()} == {
        "洽谈即服务", "签约即供地", "开工即配套", "竣工即发证",
    }  # fmt: skip
    known = {item["code"] for item in selectors.items()}
    assert all(set(selectors.codes_in(preset["items"])) <= known for preset in selectors.presets())


def test_a_project_of_another_park_is_not_named_in_the_form(office):
    other = office.project(name="别园秘密项目", place=office.elsewhere)
    page = get(office, office.enterprise, "agency_apply", status=404, project=other)
    assert "别园秘密项目" not in page
    assert "智能液冷项目" in get(office, office.agent, "agency_apply", project=office.about)
