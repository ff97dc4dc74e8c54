"""Forms of projects: registered and entered once, nothing typed is lost, nobody is overwritten."""

import io
import re

import pytest
from tests.lines.projects.park import park

from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.registers.models import Amend
from bihuan.lines.projects import actions
from bihuan.lines.projects.models import Project
from bihuan.lines.projects.pages import editing

__all__ = ["park"]

pytestmark = pytest.mark.django_db(databases="__all__")

NEED = {"title": "用电难", "category": "utilities", "source": "visit"}


def text(answer):
    return answer.content.decode()


def matters(kind="projects.problem"):
    return flow.listed(SYSTEM, flow.Filter(kind=kind), limit=200)[0]


def hidden(page, name):
    return re.search(rf'name="{name}"\s+value="([^"]*)"', page)[1]


def test_a_problem_registered_twice_by_one_form_is_one(park):
    project = park.project()
    client, path = park.client(park.officer), f"/projects/{project}/problem/"
    sent = {**NEED, "key": hidden(text(client.get(path)), "key")}
    first, second = client.post(path, sent), client.post(path, sent)
    (row,) = matters()
    assert first["location"] == second["location"] == f"/matters/{row.code}/"
    assert first.status_code == 303


def test_a_faulty_form_keeps_what_was_typed(park):
    project = park.project()
    answer = park.client(park.officer).post(f"/projects/{project}/problem/", {"title": "用电难", "key": "k"})
    assert answer.status_code == 422
    assert 'value="用电难"' in text(answer)
    assert "Please fill in “Kind”" in text(answer)
    assert hidden(text(answer), "key") == "k"
    assert matters() == []


def test_answered_on_the_spot_is_one_form(park):
    project = park.project()
    client, path = park.client(park.officer), f"/projects/{project}/spot/"
    key = hidden(text(client.get(path)), "key")
    assert client.post(path, {**NEED, "key": key, "closing": "explained"}).status_code == 422
    assert matters() == []
    sent = {**NEED, "key": key, "closing": "explained", "reply": "当场说明"}
    assert client.post(path, sent).status_code == client.post(path, sent).status_code == 303
    assert [(row.stage, row.closing) for row in matters()] == [("closed", "explained")]
    assert park.client(park.enterprise).get(path).status_code == 403


def test_a_promise_is_registered_from_the_page(park):
    project = park.project()
    client, path = park.client(park.coordinator), f"/projects/{project}/promise/"
    sent = {
        "key": hidden(text(client.get(path)), "key"), "title": "道路通车", "side": "government",
        "topic": "utilities", "clause": "第五条", "unit": str(park.bureau), "due": "2026-06-30",
    }  # fmt: skip
    assert client.post(path, sent).status_code == 303
    assert [row.holder_unit for row in matters("projects.promise")] == [park.bureau]
    answer = park.client(park.supervisor).post(path, {**sent, "key": "x"})
    assert answer.status_code == 403


def test_evidence_handed_in_is_tied_to_the_matter(park):
    project = park.project()
    file = io.BytesIO("现场照片说明".encode())
    file.name = "说明.txt"
    client = park.client(park.officer)
    client.post(f"/projects/{project}/problem/", {**NEED, "key": "k", "evidence": file})
    (row,) = matters()
    assert client.get(f"/files/{row.value('evidence')[0]}/").status_code == 200
    assert park.client(park.stranger).get(f"/files/{row.value('evidence')[0]}/").status_code == 404


def form_of(client, path):
    """Return what a browser would send of a form as it stands."""
    page = text(client.get(path))
    values = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    values |= dict(
        re.findall(r'<input class="form-control"[^>]*?name="([^"]+)"[^>]*?value="([^"]*)"', page, re.S)
    )
    for name, inner in re.findall(r'<textarea[^>]*?name="([^"]+)"[^>]*>([^<]*)</textarea>', page, re.S):
        values[name] = inner
    for name, value in re.findall(r'name="([^"]+)"\s+value="([^"]+)"\s+checked', page):
        values[name] = value
    values.pop("csrfmiddlewaretoken", None)
    return values


def test_a_project_is_entered_once(park):
    client = park.client(park.coordinator)
    values = form_of(client, "/projects/new/") | {"name": "甲项目", "planned_production": "2027年10月"}
    assert client.post("/projects/new/", values).status_code == 303
    assert client.post("/projects/new/", values).status_code == 303
    assert Project.objects.get().planned_production_precision == "month"
    faulty = client.post("/projects/new/", {**values, "key": "x", "name": "乙", "investment_wan": "若干"})
    assert faulty.status_code == 422
    assert 'value="若干"' in text(faulty)
    assert park.client(park.leader).get("/projects/new/").status_code == 403


def test_an_untouched_form_changes_nothing(park):
    made = actions.amend_project(
        park.coordinator,
        None,
        {
            "name": "甲",
            "investment_wan": "约1.2亿元",
            "signed": "2025年",
            "note": "一\n二",
            "kind": "land",
            "state": "paused",
        },
    )
    before = Amend.objects.count()
    client, path = park.client(park.coordinator), f"/projects/{made.id}/edit/"
    assert client.post(path, form_of(client, path)).status_code == 303
    assert Amend.objects.count() == before


def test_whoever_was_slower_loses_nothing_and_overwrites_nothing(park):
    project = park.project(company="旧公司", note="旧说明")
    client, path = park.client(park.officer), f"/projects/{project}/edit/"
    mine = form_of(client, path) | {"note": "我的说明"}
    actions.amend_project(park.coordinator, project, {"company": "新公司"})
    answer = client.post(path, mine)
    page = text(answer)
    assert answer.status_code == 409
    assert "我的说明" in page
    assert "Changed meanwhile" in page
    assert "Somebody else was first" in page
    assert "旧公司" in page
    again = client.post(path, _filled_from(page))
    assert again.status_code == 303
    row = Project.objects.get(id=project)
    assert (row.company, row.note) == ("新公司", "我的说明")


def _filled_from(page):
    class Page:
        content = page.encode()

    class Client:
        def get(self, _path):
            return Page

    return form_of(Client(), "")


def test_saving_twice_happens_once(park):
    project = park.project()
    client, path = park.client(park.officer), f"/projects/{project}/edit/"
    sent = form_of(client, path) | {"note": "新", "cause": "核实"}
    assert [client.post(path, sent).status_code for _turn in range(2)] == [303, 303]
    assert [a.cause for a in Amend.objects.filter(chain_id=project).order_by("seq")] == ["", "核实"]


def test_every_column_can_be_edited(park):
    fields = {field.name for field in editing.EDIT.fields}
    assert set(actions.PROJECTS.columns) <= fields
    project = park.project()
    client, path = park.client(park.coordinator), f"/projects/{project}/edit/"
    sent = form_of(client, path) | {
        "lead_unit": str(park.bureau),
        "party": str(park.firm),
        "stage_class": "building",
    }
    client.post(path, sent)
    row = Project.objects.get(id=project)
    assert (row.lead_unit, row.party, row.stage_class) == (park.bureau, park.firm, "building")
