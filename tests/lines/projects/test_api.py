"""The API of projects: what the pages do, with errors as problem+json and keys that work once."""

import json

import pytest
from tests.lines.projects.park import PARK, book, park

from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.identity import actions as people
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.lines.projects.models import Project

__all__ = ["park"]

pytestmark = pytest.mark.django_db(databases="__all__")

API = "/api/v1/projects"


class Caller:
    """A client that speaks JSON."""

    def __init__(self, client, **headers):
        self.client, self.headers = client, headers

    def ask(self, method, path, body=None, **headers):
        data = b"" if body is None else json.dumps(body)
        sent = {**self.headers, **headers}
        return self.client.generic(
            method, f"{API}{path}", data, content_type="application/json", headers=sent
        )

    def get(self, path):
        return self.ask("GET", path)

    def post(self, path, body=None, **headers):
        return self.ask("POST", path, body, **headers)


@pytest.fixture
def centre(park):
    return Caller(park.client(park.coordinator))


def test_list_read_and_counts(park, centre):
    for number in range(3):
        park.project(f"项目{number}", stage_class="building", planned_production="2027-10")
    first = centre.get("?limit=2").json()
    assert [row["name"] for row in first["rows"]] == ["项目2", "项目1"]
    rest = centre.get(f"?limit=2&before={first['before']}").json()
    assert ([row["name"] for row in rest["rows"]], rest["before"]) == (["项目0"], 0)
    row = first["rows"][0]
    assert (row["stage_class"], row["class_derived"], row["no_evidence"]) == ("building", "no_land", True)
    full = centre.get(f"/{row['id']}").json()
    assert (full["values"]["planned_production"], full["values"]["signed"]) == ("2027-10", None)
    assert centre.get("/counts").json() == {"classes": {"building": 3}}
    assert centre.get("?no_evidence=true&q=项目1").json()["rows"][0]["name"] == "项目1"


def test_enter_amend_history_and_as_of(park, centre):
    answer = centre.post(
        "", {"values": {"name": "甲项目", "investment_wan": "约1.2亿元"}}, **{"idempotency-key": "k"}
    )
    again = centre.post(
        "", {"values": {"name": "甲项目", "investment_wan": "约1.2亿元"}}, **{"idempotency-key": "k"}
    )
    assert (answer.status_code, again.json()) == (201, answer.json())
    path = f"/{answer.json()['id']}"
    assert centre.get(path).json()["values"]["investment_wan"] == "~12000"
    assert centre.get(path).json()["written"] == {"investment_wan": "约1.2亿元"}
    changed = centre.ask("PATCH", path, {"values": {"investment_wan": "15000"}, "ver": 0, "cause": "核实"})
    assert changed.status_code == 200
    stale = centre.ask("PATCH", path, {"values": {"investment_wan": "16000"}, "ver": 0})
    assert (stale.status_code, stale.json()["code"]) == (409, "conflict")
    entered, amended = centre.get(f"{path}/history").json()
    assert (entered["move"], amended["changes"], amended["cause"]) == (
        "create", {"investment_wan": {"old": "~12000", "new": "15000"}}, "核实",
    )  # fmt: skip
    assert centre.get(f"{path}/as-of?day=2026-03-02").json()["investment_wan"] == "15000"
    assert centre.get(f"{path}/as-of?day=2026-03-01").status_code == 404


def test_faults_are_named_by_field(park, centre):
    answer = centre.post("", {"values": {"name": "甲", "signed": "近期", "nonsense": "x"}})
    assert (answer.status_code, answer["content-type"]) == (422, "application/problem+json")
    assert set(answer.json()["errors"]) == {"signed", "nonsense"}
    assert not Project.objects.exists()


def test_problems_promises_and_answers_on_the_spot(park, centre):
    path = f"/{park.project()}"
    need = {"title": "用电难", "category": "utilities"}
    made = centre.post(f"{path}/problems", {"data": need}, **{"idempotency-key": "a"})
    again = centre.post(f"{path}/problems", {"data": need}, **{"idempotency-key": "a"})
    assert (made.status_code, again.json()["again"], again.json()["code"]) == (201, True, made.json()["code"])
    spot = {"need": need, "answer": {"closing": "explained", "reply": "已说明"}}
    assert centre.post(f"{path}/on-the-spot", spot).json()["stage"] == "closed"
    assert (
        centre.post(f"{path}/on-the-spot", {"need": need, "answer": {"closing": "explained"}}).status_code
        == 422
    )
    promise = {
        "title": "道路通车", "side": "government", "topic": "utilities", "clause": "第五条",
        "unit": park.bureau, "due": "2026-06-30",
    }  # fmt: skip
    assert centre.post(f"{path}/promises", {"data": promise}).json()["stage"] == "owed"
    assert len(flow.listed(SYSTEM, flow.Filter())[0]) == 3


def hand_in(caller, file, **headers):
    return caller.client.post(f"{API}/imports", {"workbook": file}, headers={**caller.headers, **headers})


def test_preview_answer_apply_undo(park, centre):
    park.project("湘潭智能装备产业园")
    rows = ([None, "湘潭智能装备产业园一期", None, PARK], [None, "化工厂", None, PARK, "若干"])
    made = hand_in(centre, book(*rows), **{"idempotency-key": "k"}).json()
    assert hand_in(centre, book(*rows), **{"idempotency-key": "k"}).json()["id"] == made["id"]
    assert (made["state"], made["created"], len(made["questions"])) == ("ready", 1, 1)
    odd = {(p["row"], p["column"], p["severity"]) for p in made["problems"]}
    assert (3, "E", "warning") in odd
    path = f"/imports/{made['id']}"
    asked = made["questions"][0]
    known = asked["candidates"][0][0]
    wrong = centre.post(f"{path}/answers", [{"sheet": asked["sheet"], "row": asked["row"], "project": 1}])
    assert wrong.status_code == 422
    answered = centre.post(
        f"{path}/answers", [{"sheet": asked["sheet"], "row": asked["row"], "project": known}]
    )
    assert (answered.json()["updated"], answered.json()["questions"]) == (1, [])
    done = centre.post(f"{path}/apply").json()
    assert (done["state"], centre.post(f"{path}/apply").json()["batch"]) == ("done", done["batch"])
    assert Project.objects.get(id=known).name == "湘潭智能装备产业园一期"
    undone = centre.post(f"{path}/undo").json()
    assert (undone["state"], undone["undone"]["withdrawn"], undone["undone"]["cells"]) == ("undone", 1, 2)
    assert centre.post(f"{path}/undo").json()["undone"] == undone["undone"]
    assert Project.objects.get(id=known).name == "湘潭智能装备产业园"
    assert [row["state"] for row in centre.get("/imports").json()] == ["undone"]


def test_an_export_is_its_asker_s_alone(park, centre):
    park.project("甲项目")
    made = centre.post("/exports", {"format": "csv"}).json()
    assert (made["state"], made["part"], made["whole"]) == ("done", 1, 1)
    answer = centre.get(f"/exports/{made['id']}/file")
    assert "甲项目" in answer.content.decode()
    leader = Caller(park.client(park.leader))
    for path in (f"/exports/{made['id']}", f"/exports/{made['id']}/file"):
        assert leader.get(path).status_code == 404
    assert Caller(park.client(park.officer)).post("/exports", {}).status_code == 403


def test_a_token_does_what_it_was_issued_for(park, client):
    def caller(*abilities):
        actor = park.coordinator
        _id, raw = people.issue_token(actor, actor.post, "接口", abilities)
        return Caller(client, authorization=f"Bearer {raw}")

    project = park.project()
    assert caller("other").get("").status_code == 403
    reading = caller("projects")
    assert [row["id"] for row in reading.get("").json()["rows"]] == [project]
    assert reading.ask("PATCH", f"/{project}", {"values": {"note": "x"}}).status_code == 403
    assert reading.get("/imports").status_code == 403
    writing = caller("projects", "projects.amend", "projects.import")
    assert writing.ask("PATCH", f"/{project}", {"values": {"note": "x"}}).status_code == 200
    assert writing.get("/imports").status_code == 200


def test_an_enterprise_reads_its_own_project_and_registers_its_problem(park):
    own, other = park.project(columns={"party": park.firm}), park.project("别家项目")
    firm = Caller(park.client(park.enterprise))
    assert [row["id"] for row in firm.get("").json()["rows"]] == [own]
    assert firm.get(f"/{other}").status_code == 404
    assert (
        firm.post(f"/{own}/problems", {"data": {"title": "用电难", "category": "utilities"}}).status_code
        == 201
    )
    assert firm.ask("PATCH", f"/{own}", {"values": {"note": "x"}}).status_code == 403
    assert firm.get("/imports").status_code == 403


def test_a_stranger_finds_nothing(park):
    project = park.project()
    stranger = Caller(park.client(park.stranger))
    assert stranger.get("").json() == {"rows": [], "before": 0}
    for path in ("", "/history", "/as-of?day=2026-03-02"):
        assert stranger.get(f"/{project}{path}").status_code == 404
    assert (
        stranger.post(f"/{project}/problems", {"data": {"title": "x", "category": "other"}}).status_code
        == 404
    )
    centre = Caller(park.client(park.coordinator))
    made = hand_in(centre, book([None, "甲", None, PARK])).json()
    for path in ("", "/apply", "/undo"):
        answer = stranger.ask("GET" if not path else "POST", f"/imports/{made['id']}{path}")
        assert answer.status_code == 404
    assert stranger.get("/imports").json() == []


def test_nobody_is_asked_to_sign_in(park, client):
    assert Caller(client).get("").status_code == 401
