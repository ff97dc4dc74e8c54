"""The timetable's pages and API, as people of a park see and use them."""

import re
from datetime import date
from unittest import mock

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation
from tests.kernel import factories as make

from bihuan.kernel.flow import registry
from bihuan.kernel.flow.actions import move
from bihuan.kernel.identity import selectors as identity
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.registers.actions import amend
from bihuan.kernel.store.sql import run
from bihuan.lines.projects.registers import PROJECTS
from bihuan.lines.projects.timetables import chances, rows, templating
from bihuan.lines.projects.timetables.drafting import attend
from bihuan.lines.projects.timetables.drawing import draft
from bihuan.logic.days import Day
from bihuan.logic.workdays import packaged_calendar

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)


class Park:
    """A park with its people, each signed in."""

    def __init__(self):
        self.place = make.make_division("云溪高新区", "park")
        self.unit = make.make_org("协调中心", division=self.place)
        self.centre, self.coordinator = self.person("coordinator")
        self.leading, self.leader = self.person("leader")
        self.serving, self.officer = self.person("officer")
        elsewhere = make.make_division("别的园区", "park")
        self.stranger, _actor = self.person("coordinator", elsewhere)

    def person(self, role, place=0):
        user = make.make_user()
        post = make.make_post(role, self.unit, place or self.place, user)
        actor = identity.as_actor(identity.post(post))
        client = Client()
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        from bihuan.kernel.identity.models import User

        client.force_login(User.objects.get(id=user), backend=settings.AUTHENTICATION_BACKENDS[0])
        session = client.session
        session["post"] = post
        session.save()
        return client, actor

    def project(self, name="智能液冷项目", **fields):
        scope = identity.scope_of(self.place)
        return amend(SYSTEM, PROJECTS, None, {"name": name, **fields}, scope=scope)


@pytest.fixture
def park(db, settings, travel):
    settings.MFA_REQUIRED = False
    registry.forget()
    with travel(TODAY), translation.override("en"):
        yield Park()
    registry.forget()


def drawn(park, **fields):
    fields = {"planned_production": "2027-12", "kind": "land", **fields}
    key = park.project(**fields)
    draft(park.coordinator, key)
    return key, rows.currents([key])[key].draft


def approved(park, **fields):
    key, row = drawn(park, **fields)
    move(park.officer, row.matter, "submit", {})
    move(park.leader, row.matter, "approve", {})
    return key, row


def text(answer, status=200):
    assert answer.status_code == status, answer.content.decode()[:3000]
    return answer.content.decode()


def test_a_project_without_a_date_shows_its_question(park):
    key = park.project()
    attend(SYSTEM)
    page = text(park.centre.get(f"/projects/{key}/timetable/"))
    code = run("SELECT code FROM flow_matter WHERE subject = %s", (key,))[0][0]
    assert f"/matters/{code}/" in page
    assert "<svg class" not in page or "timetable-wide" not in page


def test_one_button_drafts_and_the_page_shows_picture_sentence_and_nodes(park):
    key = park.project(planned_production="2027-12", kind="land", signed="2026-02-02")
    page = text(park.centre.get(f"/projects/{key}/timetable/"))
    assert f"/projects/{key}/timetable/draft/" in page
    assert park.centre.post(f"/projects/{key}/timetable/draft/").status_code == 303
    page = text(park.serving.get(f"/projects/{key}/timetable/"))
    assert "timetable-wide" in page
    assert "timetable-narrow" in page
    assert "施工许可证" in page or "Construction permit" in page
    assert page.count("/nodes/") >= 36
    assert park.stranger.get(f"/projects/{key}/timetable/").status_code == 404
    assert Client().get(f"/projects/{key}/timetable/").status_code == 302


def test_what_if_shows_the_new_day_and_writes_nothing(park):
    key, _row = drawn(park)
    before = run("SELECT count(*) FROM ledger_entry")
    page = text(park.centre.get(f"/projects/{key}/timetable/?node=structure&days=60"))
    assert "What moves" in page
    assert "If so: production" in page
    assert "Then: Eight in ten: in production by" in page
    assert "(reference value)" in page, "nothing was finished here yet"
    done = text(park.centre.get(f"/projects/{key}/timetable/?node=nonsense&days=60"))
    assert "no such node" in done
    assert run("SELECT count(*) FROM ledger_entry") == before


def test_the_wall_chart_prints_on_a3(park):
    key, _row = drawn(park)
    page = text(park.centre.get(f"/projects/{key}/timetable/print/"))
    assert "page-print" in page
    assert "timetable-wide" in page
    assert "a3" in page
    box = next(one for one in re.findall(r"<svg[^>]*>", page) if "timetable-wide" in one)
    width, height = map(float, re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', box).groups())
    assert width / height >= 396 / 215 * 0.95, "it fits the sheet"
    assert width / height <= 396 / 215 * 1.05, "and fills it: its words are as large as they can be"


def test_a_node_is_recorded_stopped_and_taken_up_again_through_its_page(park):
    _key, row = drawn(park)
    base = f"/projects/timetables/{row.id}/nodes/site/"
    assert "actual/" in text(park.serving.get(base))
    answer = park.serving.post(base + "actual/", {"start": "2026-02-13", "ver": "1"})
    assert answer.status_code == 303
    stale = park.serving.post(base + "actual/", {"finish": "2026-02-27", "ver": "1"})
    assert "meanwhile" in text(stale, 409)
    bad = park.serving.post(base + "actual/", {"finish": "2026-03-20"})
    assert "still to come" in text(bad, 422)
    assert 'value="2026-03-20"' in text(bad, 422)
    form = {"since": "2026-03-02", "cause": "review"}
    assert "Evidence" in text(park.serving.post(base + "stop/", form), 422)
    proof = SimpleUploadedFile("通知.txt", "专家评审通知".encode(), "text/plain")
    answer = park.serving.post(base + "stop/", {**form, "evidence": proof})
    assert answer.status_code == 303, answer.content.decode()[:2000]
    (stop,) = {n.key: n for n in rows.nodes([row.id])[row.id]}["site"].stops
    assert len(stop.evidence) == 1
    page = text(park.serving.get(base))
    assert "resume/" in page
    assert f"/files/{stop.evidence[0]}/" in page
    assert park.stranger.get(base).status_code == 404
    assert park.stranger.post(base + "resume/", {"on": "2026-03-03"}).status_code == 404


def test_a_late_node_is_explained_and_ruled_through_its_page(park, travel):
    _key, row = approved(park)
    base = f"/projects/timetables/{row.id}/nodes/demolition/"
    with travel(date(2027, 3, 1)):
        assert "rule/" in text(park.leading.get(base))
        assert "rule/" not in text(park.serving.get(base))
        answer = park.leading.post(base + "rule/", {"cause": "land", "side": "supply", "note": "交地晚"})
        assert answer.status_code == 303
        assert park.serving.post(base + "rule/", {"cause": "land", "side": "supply"}).status_code == 403


def test_moving_the_date_asks_for_a_reason(park):
    key, _row = approved(park)
    url = f"/projects/{key}/timetable/move/"
    assert "stays in force" in text(park.centre.get(url))
    text(park.centre.post(url, {"date": "2028-06-30", "precision": "month"}), 422)
    answer = park.centre.post(url, {"date": "2028-06-30", "precision": "month", "reason": "设备交期"})
    assert answer.status_code == 303
    assert rows.currents([key])[key].draft.anchor_code == "2028-06"
    page = text(park.centre.get(f"/projects/{key}/timetable/"))
    assert "?version=2" in page
    second = text(park.centre.get(f"/projects/{key}/timetable/?version=2"))
    assert "First promised" in second


def test_the_quarter_lists_what_has_to_be_done_in_it(park):
    _key, row = approved(park)
    park.project("乙", planned_production="2027-12")
    attend(SYSTEM)
    page = text(park.centre.get("/projects/quarter/?quarter=2027-4"))
    assert "only a draft" in page
    due = run(
        "SELECT key FROM projects_node WHERE timetable_id = %s"
        " AND planned_finish BETWEEN '2027-10-01' AND '2027-12-31'",
        (row.id,),
    )
    assert due
    for (node,) in due:
        assert f"/projects/timetables/{row.id}/nodes/{node}/" in page
    assert page.count(f"/projects/timetables/{row.id}/nodes/") >= len(due)
    assert "智能液冷项目" not in text(park.stranger.get("/projects/quarter/?quarter=2027-4"))
    only = text(park.centre.get("/projects/quarter/?quarter=2027-4&side=government"))
    assert "/nodes/production/" not in only
    text(park.centre.get("/projects/quarter/?quarter=nonsense&after=x-y"))


def test_a_changed_template_is_a_new_version_and_drawn_timetables_keep_theirs(park):
    _key, row = drawn(park)
    page = text(park.centre.get("/projects/templates/land/"))
    assert "to be verified" in page
    url = "/projects/templates/land/nodes/trial/"
    form = {
        "title": "试生产", "phase": "production", "side": "enterprise", "duration": "45", "unit": "d",
        "basis": "practice", "source": "园区惯例", "after": "acceptance, equipment +5d",
    }  # fmt: skip
    assert "can’t be read" in text(park.centre.post(url, {**form, "after": "?? 5"}), 422).replace(
        "&#x27;", "’"
    )
    assert "no node here" in text(park.centre.post(url, {**form, "after": "nobody"}), 422)
    assert park.centre.post(url, form).status_code == 303
    now = rows.templates_in_force(TODAY)["land"]
    trial = {n.key: n for n in now.nodes}["trial"]
    assert (now.version, trial.duration, trial.after) == (
        2,
        45,
        (("acceptance", 0, "wd"), ("equipment", 5, "d")),
    )
    assert {n.key: n for n in rows.nodes([row.id])[row.id]}["trial"].duration == 30
    assert park.centre.post("/projects/templates/land/nodes/energy/remove/").status_code == 303
    assert park.centre.post("/projects/templates/land/nodes/production/remove/").status_code == 422
    assert park.serving.post(url, form).status_code == 403
    add = {**form, "title": "安评", "after": "filing +3wd"}
    assert park.centre.post("/projects/templates/land/add/", add).status_code == 303
    assert rows.templates_in_force(TODAY)["land"].version == 4


def test_a_threshold_is_set_for_the_place_of_ones_post(park):
    page = text(park.centre.get("/projects/lights/"))
    assert "银川" in page
    assert "武汉" in page
    form = {
        "metric": "share",
        "near": "85",
        "late": "70",
        "since": "2026-03-01",
        "enabled": "1",
        "source": "本区办法",
    }
    text(park.centre.post("/projects/lights/set/", {**form, "late": "90"}), 422)
    assert park.centre.post("/projects/lights/set/", form).status_code == 303
    assert "本区办法" in text(park.centre.get("/projects/lights/"))
    assert park.serving.post("/projects/lights/set/", form).status_code == 403


def test_the_api_does_what_the_pages_do(park):
    key = park.project(planned_production="2027-12", kind="land", signed="2026-02-02")
    base = f"/api/v1/projects/{key}/timetable"
    assert park.centre.get(base).status_code == 404
    made = park.centre.post(base + "/draft", {}, content_type="application/json").json()
    assert (made["state"], made["anchor"], made["anchor_stated"]) == ("draft", "2027-12-31", "2027-12")
    assert made["light"]["light"] == "none"
    assert len(made["nodes"]) == 36
    again = park.centre.post(base + "/draft", {}, content_type="application/json")
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    sure = park.centre.get(base + "/likelihood").json()
    assert sure["median"] <= sure["day"]
    assert (sure["learnt"], 0 <= sure["chance"] <= 1) == (0, True)
    assert park.centre.get(base + "/likelihood?node=structure&days=40").json()["day"] > sure["day"]
    slip = park.centre.get(base + "/what-if?node=structure&days=40").json()
    assert slip["moved"][0]["id"] == "structure"
    assert slip["finish_to"] > slip["finish_from"]
    assert park.centre.get(base + "/what-if?node=signing&days=4").status_code == 422
    act = f"/api/v1/projects/timetables/{made['id']}/nodes/company/actual"
    sent = {"data": {"finish": "2026-02-27"}, "ver": made["ver"]}
    done = park.serving.post(act, sent, content_type="application/json").json()
    assert {n["key"]: n for n in done["nodes"]}["company"]["actual_finish"] == "2026-02-27"
    assert park.serving.post(act, sent, content_type="application/json").status_code == 409
    moved = {"date": "2028-06", "reason": "征拆"}
    assert park.centre.post(base + "/move", moved, content_type="application/json").json()["reanchored"]
    bad = park.centre.post(
        base + "/move", {"date": "2028-13", "reason": "x"}, content_type="application/json"
    )
    assert bad.status_code == 422
    lines = park.centre.get("/api/v1/projects/quarter/2028/2").json()["rows"]
    assert {line["project"] for line in lines} == {key}
    kinds = {t["kind"] for t in park.centre.get("/api/v1/projects/templates").json()}
    assert kinds == {"land", "lease", "purchase"}
    for path in (base, base + "/what-if?node=structure&days=4"):
        assert park.stranger.get(path).status_code == 404
        assert Client().get(path).status_code == 401


def test_a_page_asks_few_questions_of_the_database(park, django_assert_max_num_queries):
    key, _row = approved(park)
    park.centre.get(f"/projects/{key}/timetable/")
    from bihuan.kernel.store import sql

    asked = []
    plain = sql.run

    def counting(statement, *more, **named):
        asked.append(re.sub(r"\s+", " ", statement)[:60])
        return plain(statement, *more, **named)

    sql_users = [m for m in list(__import__("sys").modules.values()) if getattr(m, "run", None) is plain]
    for module in sql_users:
        module.run = counting
    try:
        text(park.centre.get(f"/projects/{key}/timetable/"))
    finally:
        for module in sql_users:
            module.run = plain
    assert len(asked) <= 40, asked


def test_packaged_templates_can_be_drawn():
    for kind in ("land", "lease", "purchase"):
        found = rows.templates_in_force(TODAY)[kind]
        templating.check(found.nodes)
        assert found.nodes[-1].key == "production"
        assert any(node.unchecked for node in found.nodes)
        assert Day(TODAY).first == TODAY


def test_nodes_finished_here_take_the_place_of_reference_values(park):
    for _project in range(2):
        drawn(park)
    run("UPDATE projects_timetable SET state = 'approved', approved_at = created_at")
    run(
        "UPDATE projects_node SET actual_start = '2025-12-01', actual_start_precision = 'day',"
        " actual_finish = '2025-12-31', actual_finish_precision = 'day' WHERE key = 'company'"
    )
    on, today = packaged_calendar(), date(2026, 3, 2)
    chances.forget()
    assert chances.learnt(on, today) == {}, "two finished nodes say nothing"
    with mock.patch("bihuan.logic.likelihood.ENOUGH", 2):
        chances.forget()
        assert set(chances.learnt(on, today)) == {"company"}
