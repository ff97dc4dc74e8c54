"""Every page of the line opens and its forms do what they say, in one page each."""

from datetime import date, timedelta

import pytest
from tests.kernel.factories import make_org
from tests.lines.officers.town import TODAY

from bihuan.kernel.flow import actions as flow
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.store.sql import run
from bihuan.lines.officers import actions, selectors
from bihuan.lines.officers.contracts import OFFICER_OF
from bihuan.lines.officers.duties.actions import go_round
from bihuan.lines.officers.grids import actions as grids
from bihuan.lines.officers.pages.board import quarter_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(town):
    grids.open_grid(town.coordinator, "接收网格", town.coordinator.post, receives=True)
    return grids.keep_enterprise(town.coordinator, None, {"name": "云溪电缆"})


def test_an_officer_s_day(town, firm):
    project = town.project()
    actions.assign(town.coordinator, project, town.officer.post)
    go_round()
    browser = town.client(town.officer)
    home = browser.get("/officers/").content.decode()
    assert "智能液冷项目" in home
    assert "Note a visit" in home
    for path in ("visits/", "enterprises/", "grids/", f"enterprises/{firm}/", f"projects/{project}/",
                 f"projects/{project}/visit/?template=safety", f"enterprises/{firm}/plan/", "away/"):  # fmt: skip
        assert browser.get(f"/officers/{path}").status_code == 200, path
    sent = {"day": TODAY.isoformat(), "needs": ["labour"], "needs_detail": "缺焊工", "key": "k1"}
    for _turn in range(2):
        answer = browser.post(f"/officers/projects/{project}/visit/?template=listen", sent)
        assert answer.status_code in {302, 303}
    assert len(town.matters("projects.problem")) == 1
    assert browser.get(answer.headers["Location"]).status_code == 200
    assert "Who serves this project" in browser.get(f"/projects/{project}/").content.decode()


def test_the_centre_s_board_assigns_as_proposed_and_hands_over(town):
    first, second = town.project(), town.project("另一个项目")
    browser = town.client(town.coordinator)
    page = browser.get("/officers/board/").content.decode()
    assert "nobody" in page
    form = browser.get("/officers/board/propose/").content.decode()
    assert f"{first}:" in form
    chosen = [f"{first}:{town.officer.post}", f"{second}:{town.second.post}"]
    assert f'value="{chosen[0]}"' in form or f'value="{first}:{town.second.post}"' in form
    offered = [one for one in (f"{first}:{town.officer.post}", f"{first}:{town.second.post}") if one in form]
    assert browser.post("/officers/board/propose/", {"chosen": offered, "key": "a"}).status_code in {302, 303}
    serving = OFFICER_OF([first])[first]
    other = town.second if serving.post == town.officer.post else town.officer
    sent = {"post": other.post, "why": "balance", "key": "b"}
    answer = browser.post(f"/officers/projects/{first}/over/", sent)
    assert answer.status_code in {302, 303}
    assert browser.get(answer.headers["Location"]).status_code == 200
    sent = {"post": town.second.post, "leader": town.leader.post, "key": "c"}
    assert browser.post(f"/officers/projects/{second}/assign/", sent).status_code in {302, 303}
    assert selectors.serving([second])[second, "leader"].post == town.leader.post
    go_round()
    assert browser.get("/officers/board/").status_code == 200


def test_a_second_department_is_offered_the_first_one_s_visit(town, firm):
    browser = town.client(town.officer)
    for number in (1, 2):
        sent = {"day": (TODAY + timedelta(number)).isoformat(), "purpose": "送政策", "key": f"p{number}"}
        assert browser.post(f"/officers/enterprises/{firm}/plan/", sent).status_code in {302, 303}
    clerk = town.person("coordinator", make_org("税务分局", division=town.place))
    other = town.client(clerk)
    page = other.get(f"/officers/enterprises/{firm}/plan/").content.decode()
    assert "Go along on" in page
    refused = other.post(f"/officers/enterprises/{firm}/plan/", {"day": TODAY.isoformat(), "key": "q"})
    assert refused.status_code == 422
    visit = run("SELECT min(id) FROM officers_visit")[0][0]
    assert other.post(f"/officers/visits/{visit}/join/", {"purpose": "问税"}).status_code in {302, 303}
    assert "税务分局" in browser.get(f"/officers/visits/{visit}/").content.decode()


def test_the_centre_keeps_enterprises_grids_and_templates(town, firm):
    browser = town.client(town.coordinator)
    sent = {"name": "东片网格", "head_post": town.department.post}
    assert browser.post("/officers/grids/new/", sent).status_code in {302, 303}
    cell = run("SELECT id FROM officers_grid WHERE name = '东片网格'")[0][0]
    assert browser.post(f"/officers/grids/{cell}/head/", {"member": town.officer.post}).status_code in {
        302,
        303,
    }
    for path in ("grids/allocate/", f"grids/{cell}/", "enterprises/new/", f"enterprises/{firm}/edit/",
                 "enterprises/workbook/", "enterprises/export/", "templates/", "templates/listen/"):  # fmt: skip
        assert browser.get(f"/officers/{path}").status_code == 200, path
    sent = {"title": "三听三问", "questions": "听一\n听二", "source": "本园区方案", "active": "on"}
    assert browser.post("/officers/templates/listen/", sent).status_code in {302, 303}
    assert (
        run("SELECT questions::text FROM officers_template WHERE key = 'listen'")[0][0] == '["听一", "听二"]'
    )
    sent = {"name": "吴建国", "phone": "13807310001", "duty": "厂长"}
    assert browser.post(f"/officers/enterprises/{firm}/contact/", sent).status_code in {302, 303}
    person = run("SELECT person FROM officers_contact")[0][0]
    page = browser.get(f"/officers/enterprises/{firm}/").content.decode()
    assert "吴*国" in page
    assert "13807310001" not in page
    assert "13807310001" in browser.post(f"/officers/enterprises/{firm}/call/{person}/").content.decode()


def test_duties_count_for_who_held_them_when_they_ended_or_fell_due(town, travel):
    project = town.project()
    actions.assign(town.coordinator, project, town.officer.post)
    go_round()
    with travel(TODAY + timedelta(9)):
        matter = actions.hand_over(town.officer, project, town.second.post, why="leave").matter
        flow.move(town.second, matter, "confirm", {})
        (duty,) = town.matters("officers.contact")
        flow.move(town.second, duty.id, "keep", {"way": "phone"})
    with travel(TODAY + timedelta(10)):
        go_round()
        (duty,) = town.matters("officers.contact")
        flow.move(town.second, duty.id, "keep", {"way": "met"})
        found = selectors.duty_counts(town.coordinator, *selectors.moments(*quarter_of(TODAY)))
    contacts = {row.post: (row.turns, row.in_time) for row in found if row.kind == "officers.contact"}
    assert contacts == {town.officer.post: (1, 0), town.second.post: (1, 1)}
    assert selectors.duty_counts(town.stranger, *selectors.moments(*quarter_of(TODAY))) == []


def test_the_quota_is_a_dated_row_of_the_place(town, firm):
    browser = town.client(town.coordinator)
    sent = {"name": "quiet.visits", "value": "1", "since": TODAY.isoformat(), "source": "本园区规定"}
    assert browser.post("/officers/rules/", sent).status_code in {302, 303}
    assert "本园区规定" in browser.get("/officers/rules/").content.decode()
    assert browser.post("/officers/rules/", {**sent, "value": "1.5"}).status_code == 422
    scope = scope_of(town.place)
    assert selectors.rules(scope)["quiet.visits"] == 1
    assert selectors.rules(scope, TODAY - timedelta(1))["quiet.visits"] == 2
    assert selectors.rules(scope_of(town.elsewhere))["quiet.visits"] == 2


def test_quarters():
    assert quarter_of(date(2026, 11, 29)) == (date(2026, 10, 1), date(2026, 12, 31))
    assert quarter_of(date(2026, 3, 31)) == (date(2026, 1, 1), date(2026, 3, 31))


def test_the_api_says_and_does_the_same(town, firm):
    project = town.project()
    centre, officer = town.client(town.coordinator), town.client(town.officer)

    def post(browser, path, body, key=""):
        return browser.post(f"/api/v1/officers/{path}", body, content_type="application/json",
                            headers={"idempotency-key": key} if key else {})  # fmt: skip

    assert centre.get("/api/v1/officers/unserved").json() == [project]
    assert centre.get("/api/v1/officers/proposals").json()[0]["project"] == project
    assert post(centre, f"projects/{project}/assign", {"post": town.officer.post}).status_code == 200
    assert post(officer, f"projects/{project}/assign", {"post": town.second.post}).status_code == 403
    assert officer.get("/api/v1/officers/mine").json() == [project]
    body = {"template": "listen", "data": {"day": TODAY.isoformat(), "needs": ["school"]}}
    first = post(officer, f"projects/{project}/visit", body, "v").json()
    assert post(officer, f"projects/{project}/visit", body, "v").json() | {"again": False, "opened": first["opened"],
                                                                           "kept": first["kept"]} == first  # fmt: skip
    said = officer.get(f"/api/v1/officers/projects/{project}").json()
    assert (said["serving"][0]["post"], said["visited"]) == (town.officer.post, TODAY.isoformat())
    post(officer, f"enterprises/{firm}/visit", {"template": "serve", "data": {"day": TODAY.isoformat()}})
    span = f"since={TODAY}&until={TODAY}"
    covered = centre.get(f"/api/v1/officers/coverage?{span}").json()
    assert (covered["visited"], covered["enterprises"]) == (1, 1)
    assert len(centre.get(f"/api/v1/officers/visits?{span}").json()) == 2
    assert centre.get(f"/api/v1/officers/grids?{span}").json()[0]["visited"] == 1
    assert (
        centre.get(f"/api/v1/officers/enterprises?unvisited_since={TODAY}&unvisited_until={TODAY}").json()[
            "rows"
        ]
        == []
    )
    assert centre.get(f"/api/v1/officers/duties?{span}").status_code == 200
    assert (
        post(centre, f"projects/{project}/over", {"post": town.second.post, "why": "balance"}).json()["stage"]
        == "proposed"
    )
    assert town.client(town.stranger).get(f"/api/v1/officers/projects/{project}").status_code == 404
