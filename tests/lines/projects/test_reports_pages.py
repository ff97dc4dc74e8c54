"""The pages and the API of reports, as people of a park use them."""

import io
import json
from datetime import date

import openpyxl
import pytest
from django.urls import reverse
from tests.lines.projects.park import book, park

from bihuan.kernel.store.sql import run
from bihuan.lines.projects.reports import selectors
from bihuan.lines.projects.reports.actions import report

__all__ = ["park"]
pytestmark = pytest.mark.django_db(databases="__all__")
JAN = {"year_plan_wan": "12000", "done_wan": "1000", "cumulative_wan": "1000", "progress": "桩基"}
HEAD = ["项目名称", "本月完成投资", "累计完成投资"]


def get(park, actor, name, *args, **query):
    return park.client(actor).get(reverse(name, args=args), query)


def scene(park, travel):
    with travel(date(2026, 1, 6)):
        key = park.project("甲项目", columns={"lead_unit": park.bureau})
        other = park.project("乙项目")
    with travel(date(2026, 2, 4)):
        made = report(park.officer, key, "2026-01", {**JAN, "problems": "道路未通"})
    return key, other, made.id


def fill(park, actor, project, period="2026-02", **typed):
    url = f"{reverse('projects_report', args=[project])}?period={period}"
    return park.client(actor).post(url, {"key": "k", **typed})


def test_the_form_takes_over_what_was_said_last(park, travel):
    key, _other, _made = scene(park, travel)
    page = get(park, park.department, "projects_report", key, period="2026-02").content.decode()
    assert 'value="12000"' in page
    assert "桩基" in page
    assert "(1000)" in page
    assert 'name="done_wan"' in page
    assert 'name="cause"' not in page
    assert 'inputmode="decimal"' in page


def test_a_report_is_handed_in_by_the_unit_and_leads_to_its_page(park, travel):
    key, _other, _made = scene(park, travel)
    for _turn in range(2):
        answer = fill(park, park.department, key, done_wan="500", progress="主体", problems="围墙未砌")
        assert answer.status_code == 303
    rows = selectors.reports_of(key)
    assert [row.value("cumulative_wan") for row in rows] == [1500, 1000]
    page = park.client(park.department).get(answer["Location"]).content.decode()
    assert "围墙未砌" in page
    assert "Register as a problem" in page


def test_the_form_asks_and_keeps_what_was_typed(park, travel):
    key, _other, made = scene(park, travel)
    answer = fill(park, park.officer, key, done_wan="500", cumulative_wan="900", progress="主体封顶")
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "it fell" in text
    assert 'name="explanation"' in text
    assert "主体封顶" in text
    assert len(selectors.reports_of(key)) == 1
    answer = fill(park, park.officer, key, done_wan="500", cumulative_wan="900", explanation="核减")
    assert answer.status_code == 303
    fixed = fill(park, park.officer, key, "2026-01", key="k2", done_wan="900", cumulative_wan="900")
    assert fixed.status_code == 422
    ver = selectors.report(park.officer, made)[1].ver
    fixed = fill(
        park,
        park.officer,
        key,
        "2026-01",
        key="k2",
        done_wan="900",
        cumulative_wan="900",
        cause="误",
        ver=ver,
    )
    assert fixed.status_code == 303
    page = get(park, park.leader, "projects_report_one", made).content.decode()
    assert "误" in page
    assert "¥10 million" in page
    stale = fill(
        park,
        park.officer,
        key,
        "2026-01",
        key="k3",
        done_wan="800",
        cumulative_wan="800",
        cause="误",
        ver=ver,
    )
    assert stale.status_code == 409


def test_one_click_registers_a_problem_and_a_second_leads_to_it(park, travel):
    _key, _other, made = scene(park, travel)
    page = get(park, park.officer, "projects_report_one", made).content.decode()
    start = page.index(reverse("projects_report_problem", args=[made]))
    url = page[start : page.index('"', start)].replace("&amp;", "&")
    assert run("SELECT count(*) FROM flow_matter WHERE kind = 'projects.problem'") == [(0,)]
    assert park.client(park.leader).post(url).status_code == 403
    assert park.client(park.officer).post(url).status_code == 303
    (code,) = run("SELECT code FROM flow_matter WHERE kind = 'projects.problem'")[0]
    again = park.client(park.officer).post(url)
    assert again["Location"] == reverse("matter", args=[code])
    assert code in get(park, park.officer, "projects_report_one", made).content.decode()


def test_the_table_says_who_reported_and_narrows(park, travel):
    key, other, _made = scene(park, travel)
    page = get(park, park.leader, "projects_reports", period="2026-01").content.decode()
    assert "甲项目" in page
    assert "乙项目" in page
    gone = get(park, park.leader, "projects_reports", period="2026-01", part="missing").content.decode()
    assert reverse("project", args=[other]) in gone
    assert reverse("project", args=[key]) not in gone
    unit = get(park, park.leader, "projects_reports", period="2026-01", unit=park.bureau).content.decode()
    assert "乙项目" not in unit
    missing = get(park, park.officer, "projects_reports_missing", period="2026-01").content.decode()
    assert f"{reverse('projects_report', args=[other])}?period=2026-01" in missing
    assert get(park, park.leader, "projects_reports", period="nonsense").status_code == 422
    assert "甲项目" not in get(park, park.stranger, "projects_reports", period="2026-01").content.decode()


def test_the_workbook_goes_to_those_who_may_take_it(park, travel):
    scene(park, travel)
    answer = get(park, park.leader, "projects_reports_export", period="2026-01")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet["A1"].value == "2026年1月重点项目进度通报表"
    assert answer["Cache-Control"] == "private, no-store"
    assert get(park, park.department, "projects_reports_export", period="2026-01").status_code == 403


def test_a_workbook_is_previewed_applied_and_undone_on_pages(park, travel):
    _key, other, _made = scene(park, travel)
    client = park.client(park.officer)
    file = book(["乙项目", 70, 70], ["没有的项目", 1, 1], head=HEAD, name="一月.xlsx")
    missing = client.post(reverse("projects_reports_import"), {"workbook": file, "key": "a"})
    assert missing.status_code == 422
    file.seek(0)
    answer = client.post(
        reverse("projects_reports_import"), {"workbook": file, "key": "b", "period": "2026-01"}
    )
    page = client.get(answer["Location"]).content.decode()
    assert "乙项目" in page
    assert "没有的项目" in page
    assert selectors.reports_of(other) == []
    client.post(f"{answer['Location']}apply/")
    assert selectors.reports_of(other)[0].value("done_wan") == 70
    client.post(f"{answer['Location']}undo/")
    assert selectors.reports_of(other) == []
    assert "taken out" in client.get(answer["Location"]).content.decode()
    assert park.client(park.stranger).get(answer["Location"]).status_code == 404
    assert park.client(park.leader).get(answer["Location"]).status_code == 403


def test_figures_open_to_what_they_count(park, travel):
    key, _other, _made = scene(park, travel)
    page = get(park, park.leader, "projects_figures").content.decode()
    assert "50.00%" in page
    assert "1 / 2" in page
    for name in ("projects.problem.on_time", "projects.problem.time_taken"):
        assert reverse("figure", args=[name]) in page
        assert get(park, park.leader, "figure", name, period="all", on="2026-02-28").status_code == 200
    for name in ("reporting", "investment"):
        assert reverse("projects_figure", args=[name]) in page
        assert get(park, park.leader, "projects_figure", name).status_code == 200
        assert get(park, park.leader, "projects_figure", name, on="2026-02-28").status_code == 200
    opened = get(park, park.leader, "projects_figure", "investment").content.decode()
    assert reverse("project", args=[key]) in opened
    assert get(park, park.leader, "projects_figure", "nothing").status_code == 404
    assert get(park, park.leader, "projects_figures", on="2027-01-01").status_code == 422
    assert "100.00%" not in get(park, park.leader, "projects_figures", on="2026-02-03").content.decode()


def test_the_projects_page_shows_the_latest_report(park, travel):
    key, other, made = scene(park, travel)
    page = get(park, park.officer, "project", key).content.decode()
    assert reverse("projects_report_one", args=[made]) in page
    assert "Nothing has been reported" in get(park, park.officer, "project", other).content.decode()
    assert "甲项目" in get(park, park.officer, "projects_reports_of", key).content.decode()
    run("UPDATE projects_project SET party = %s WHERE id = %s", (park.firm, key))
    own = get(park, park.enterprise, "project", key).content.decode()
    assert reverse("projects_report_one", args=[made]) in own
    assert reverse("projects_report", args=[key]) not in own
    assert get(park, park.enterprise, "projects_report", key).status_code == 403
    assert get(park, park.enterprise, "projects_report_one", made).status_code == 200
    assert get(park, park.stranger, "projects_report_one", made).status_code == 404


def test_a_cut_off_is_set_for_ones_own_place(park):
    url = reverse("projects_report_cutoff")
    typed = {
        "kind": "month",
        "basis": "day",
        "value": "3",
        "following": "1",
        "enabled": "1",
        "since": "2026-03-01",
    }
    bad = park.client(park.coordinator).post(url, {**typed, "kind": "ten_days", "source": "园区办法"})
    assert bad.status_code == 422
    assert park.client(park.coordinator).post(url, {**typed, "source": "园区办法"}).status_code == 303
    page = get(park, park.leader, "projects_report_cutoffs").content.decode()
    assert "园区办法" in page
    assert "to be verified" in page
    assert park.client(park.leader).post(url, {**typed, "source": "x"}).status_code == 403


# API ---------------------------------------------------------------------------------------------------


def api(park, actor, method, path, body=None, **headers):
    client = park.client(actor)
    url = f"/api/v1/projects/{path}"
    if method == "get":
        return client.get(url)
    return getattr(client, method)(
        url, json.dumps(body or {}), content_type="application/json", headers=headers
    )


def test_the_api_does_what_the_pages_do(park, travel):
    key, other, made = scene(park, travel)
    body = {"values": {"done_wan": "500", "problems": "围墙未砌"}}
    for _turn in range(2):
        answer = api(park, park.department, "put", f"{key}/reports/2026-02", body, **{"Idempotency-Key": "x"})
        assert answer.status_code == 200, answer.content
    rows = api(park, park.leader, "get", f"{key}/reports").json()
    assert [(row["period"], row["values"]["cumulative_wan"]) for row in rows] == [
        ("2026-02", "1500"),
        ("2026-01", "1000"),
    ]
    one = api(park, park.officer, "get", f"reports/{rows[0]['id']}").json()
    assert (one["share"], [p["text"] for p in one["proposals"]], len(one["changes"])) == (
        None,
        ["围墙未砌"],
        1,
    )
    opened = api(park, park.officer, "post", f"reports/{rows[0]['id']}/problems", {"text": "围墙未砌"})
    assert opened.json()["code"].startswith("WT")
    table = api(park, park.leader, "get", "reports?period=2026-01").json()
    assert [(row["project"], row["standing"], row["light"]) for row in table["rows"]] == [
        (other, "missing", "none"), (key, "on_time", "normal"),
    ]  # fmt: skip
    narrowed = api(park, park.leader, "get", "reports?period=2026-01&part=missing").json()
    assert [row["project"] for row in narrowed["rows"]] == [other]
    units = api(park, park.leader, "get", "reports/units?period=2026-01").json()
    assert units == [{"unit": 0, "counts": {"missing": 1}}, {"unit": park.bureau, "counts": {"on_time": 1}}]
    assert api(park, park.leader, "get", "reports/workbook?period=2026-01").content[:2] == b"PK"
    assert api(park, park.department, "get", "reports/workbook?period=2026-01").status_code == 403
    figures = {row["name"]: row for row in api(park, park.leader, "get", "figures").json()}
    assert (figures["reporting"]["numerator"], figures["reporting"]["denominator"]) == (1, 2)
    cases = api(park, park.leader, "get", "figures/reporting/missing").json()
    assert [case["id"] for case in cases] == [other]
    counted = park.client(park.leader).get("/api/v1/figures/projects.problem.sign_off/denominator?period=all")
    assert [case["title"] for case in counted.json()] == ["围墙未砌"]
    assert api(park, park.leader, "get", "figures/nothing/numerator").status_code == 404
    assert made


def test_the_api_asks_and_refuses_as_the_pages_do(park, travel):
    key, _other, made = scene(park, travel)
    body = {"values": {"done_wan": "500", "cumulative_wan": "900"}}
    asked = api(park, park.officer, "put", f"{key}/reports/2026-02", body)
    assert asked.status_code == 422
    assert set(asked.json()["errors"]) == {"cumulative_wan", "explanation"}
    assert api(park, park.leader, "put", f"{key}/reports/2026-02", body).status_code == 403
    assert api(park, park.stranger, "get", f"reports/{made}").status_code == 404
    assert api(park, park.officer, "put", f"{key}/reports/2026-2", body).status_code == 422
    cut = {"kind": "month", "basis": "day", "value": 3, "source": "园区办法"}
    assert api(park, park.officer, "post", "reports/cutoffs", cut).status_code == 403
    assert api(park, park.coordinator, "post", "reports/cutoffs", cut).json()["division"] == park.place
    assert len(api(park, park.leader, "get", "reports/cutoffs").json()) == 3


def test_a_workbook_comes_in_over_the_api(park, travel):
    _key, other, _made = scene(park, travel)
    client = park.client(park.officer)
    file = book(["乙项目", 70, 70], head=HEAD, name="一月.xlsx")
    answer = client.post("/api/v1/projects/reports/imports?period=2026-01", {"workbook": file})
    assert answer.status_code == 201, answer.content
    work = answer.json()
    assert (work["state"], work["counts"], work["period"]) == ("ready", {"create": 1}, "2026-01")
    done = api(park, park.officer, "post", f"reports/imports/{work['id']}/apply").json()
    assert done["state"] == "done"
    assert selectors.reports_of(other)[0].value("done_wan") == 70
    undone = api(park, park.officer, "post", f"reports/imports/{work['id']}/undo").json()
    assert undone["undone"]["withdrawn"] == 1
    assert api(park, park.stranger, "get", f"reports/imports/{work['id']}").status_code == 404
