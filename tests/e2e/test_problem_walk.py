"""A problem walked from need to sign-off by the people who do it, at a desk and on a phone."""

import pytest
from playwright.sync_api import expect
from tests.e2e.walking import choose

from bihuan.kernel.flow.rebuild import differences
from bihuan.kernel.store.sql import run

pytestmark = pytest.mark.django_db(transaction=True)

PROJECT = "液冷服务器机柜智能工厂"


def project_id() -> int:
    return run("SELECT id FROM projects_project WHERE name LIKE %s", (f"{PROJECT}%",))[0][0]


def submit(page) -> None:
    """Press the form's button and wait for the page that follows."""
    with page.expect_navigation():
        page.click("form .form-actions button.btn-primary")


def primary(page) -> None:
    """Open the primary move's small form in place."""
    page.click(".moves .btn-primary")
    page.wait_for_selector("#moves-form form")


def move(page, name: str) -> None:
    page.click(".menu-moves summary")
    page.click(f".menu-moves a[href$='/moves/{name}/']")
    page.wait_for_selector("#moves-form form")


def no_overflow(page) -> None:
    """Nothing may be wider than the screen."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")


def test_from_need_to_sign_off(park, person):
    officer = person("zhuanyuan", "phone")
    officer.goto(f"{park}/projects/{project_id()}/problem/")
    no_overflow(officer)
    officer.fill("[name=title]", "厂区北侧雨污管网未接通")
    choose(officer, "category", "utilities")
    officer.fill("[name=detail]", "暴雨时倒灌，影响设备基础施工。")
    submit(officer)
    code = run("SELECT code FROM flow_matter WHERE title = '厂区北侧雨污管网未接通'")[0][0]

    centre = person("zhongxin")
    centre.goto(park)
    centre.click(f"a[href='/matters/{code}/']")
    primary(centre)
    unit = run("SELECT id FROM identity_organisation WHERE short_name = '开发建设局'")[0][0]
    centre.click("#moves-form button.btn-primary")  # nothing chosen: the form says so and stays
    centre.wait_for_selector("#moves-form .field-error")
    choose(centre, "unit", str(unit))
    submit(centre)
    assert centre.locator(".timeline").count() or "开发建设局" in centre.content()

    bureau = person("jianshe", "phone")
    bureau.goto(f"{park}/matters/{code}/")
    no_overflow(bureau)
    primary(bureau)
    bureau.check("#moves-form [name=closing][value=solved]")
    bureau.fill("#moves-form [name=reply]", "已接通并通水试验合格。")
    bureau.set_input_files(
        "#moves-form input[type=file]",
        {"name": "验收说明.txt", "mimeType": "text/plain", "buffer": "通水试验合格".encode()},
    )
    submit(bureau)

    officer.goto(f"{park}/matters/{code}/")
    primary(officer)
    officer.check("#moves-form [name=method][value=site]")
    submit(officer)

    centre.goto(f"{park}/matters/{code}/")
    primary(centre)
    submit(centre)
    matter, stage, opened = run("SELECT id, stage, open FROM flow_matter WHERE code = %s", (code,))[0]
    assert (stage, opened) == ("closed", False)
    assert differences(matter) == []
    centre.goto(f"{park}/matters/{code}/")
    assert "验收说明.txt" in centre.content()
    assert "✓" in centre.content()


def test_answered_on_the_spot_in_one_form(park, person):
    officer = person("zhuanyuan", "phone")
    officer.goto(f"{park}/projects/{project_id()}/spot/")
    no_overflow(officer)
    officer.fill("[name=title]", "咨询用工补贴怎么申报")
    if officer.query_selector("select[name=category]"):
        officer.select_option("[name=category]", "policy")
    else:
        officer.check("[name=category][value=policy]")
    officer.check("[name=closing][value=explained]")
    officer.fill("[name=reply]", "当场讲解并转发申报指南。")
    submit(officer)
    stage, data = run("SELECT stage, data ->> 'quick' FROM flow_matter WHERE title = '咨询用工补贴怎么申报'")[
        0
    ]
    assert (stage, data) == ("closed", "true")


def test_a_stale_page_loses_nothing(park, person):
    registered = "SELECT min(code) FROM flow_matter WHERE stage = 'registered' AND kind = 'projects.problem'"
    code = run(registered)[0][0]
    unit = run("SELECT id FROM identity_organisation WHERE short_name = '开发建设局'")[0][0]
    first, second = person("zhongxin"), person("zhongxin")
    for page in (first, second):
        page.goto(f"{park}/matters/{code}/moves/assign/")
        choose(page, "unit", str(unit))
    first.fill("[name=note]", "请尽快")
    submit(first)
    second.fill("[name=note]", "写了很久的话")
    second.click("form .form-actions button.btn-primary")
    expect(second.locator("main")).to_contain_text("此件刚被别人办理过")
    expect(second.locator("[name=note]")).to_have_value("写了很久的话")
    assert run("SELECT seq FROM flow_matter WHERE code = %s", (code,))[0][0] == 2
