"""The pages of projects: who sees what, forms that lose nothing, lists that stay fast, exports of what is seen."""

import csv
import io
import re

import openpyxl
import pytest
from psycopg import Cursor
from tests.lines.projects.park import PARK, park

from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.jobs import run_due
from bihuan.kernel.registers.models import Amend
from bihuan.kernel.registers.undo import undo
from bihuan.kernel.store.asking import Asker
from bihuan.lines.projects import actions, selectors
from bihuan.lines.projects.models import Project
from bihuan.lines.projects.pages import editing
from bihuan.lines.projects.transfers import exports
from bihuan.lines.projects.transfers.models import Work

__all__ = ["park"]

pytestmark = pytest.mark.django_db(databases="__all__")


def text(answer):
    return answer.content.decode()


def matters(kind="projects.problem"):
    return flow.listed(SYSTEM, flow.Filter(kind=kind), limit=200)[0]


def hidden(page, name):
    return re.search(rf'name="{name}"\s+value="([^"]*)"', page)[1]


# The list ----------------------------------------------------------------------------------------------


def test_the_list_shows_each_role_what_it_may_see(park):
    park.project("甲项目", columns={"lead_unit": park.bureau, "party": park.firm})
    park.project("乙项目")
    park.project("外地项目", place=park.elsewhere)
    for actor in (park.coordinator, park.leader, park.officer, park.supervisor):
        page = text(park.client(actor).get("/projects/"))
        assert "甲项目" in page
        assert "乙项目" in page
        assert "外地项目" not in page
    for actor in (park.department, park.enterprise):
        page = text(park.client(actor).get("/projects/"))
        assert "甲项目" in page
        assert "乙项目" not in page
    page = text(park.client(park.stranger).get("/projects/"))
    assert "外地项目" in page
    assert "甲项目" not in page


def test_the_list_is_filtered_by_sentence_and_counted_by_class(park):
    park.project("甲项目", stage_class="building", started="2025-10-01", planned_production="2027-10")
    park.project("乙项目", stage_class="building")
    park.project("丙项目", state="paused")
    client = park.client(park.coordinator)

    def shown(query):
        page = text(client.get(f"/projects/?{query}"))
        return {name for name in ("甲项目", "乙项目", "丙项目") if name in page}

    assert shown("class=building") == {"甲项目", "乙项目"}
    assert shown("class=no_land") == {"丙项目"}
    assert shown("date=yes") == {"甲项目"}
    assert shown("date=no") == {"乙项目", "丙项目"}
    assert shown("evidence=no") == {"乙项目"}
    assert shown("state=paused") == {"丙项目"}
    assert shown("state=normal") == {"甲项目", "乙项目"}
    assert shown("q=甲") == {"甲项目"}
    assert shown("q=%25&class=nonsense&before=zzz") == set()
    page = text(client.get("/projects/"))
    assert page.count("no evidence") == 1
    assert re.search(r"Under construction.*?>\s*2\s*<", page, re.S)


def test_pages_go_on_by_key(park):
    for number in range(53):
        park.project(f"项目{number:03d}")
    first = text(park.client(park.coordinator).get("/projects/"))
    assert "项目052" in first
    assert "项目002" not in first
    further = re.search(r'href="(\?before=\d+)"', first)[1]
    assert {f"项目{n:03d}" for n in range(3)} <= set(
        re.findall(r"项目\d{3}", text(park.client(park.coordinator).get(f"/projects/{further}")))
    )


def test_the_number_of_statements_does_not_grow_with_the_rows(park, statements):
    client = park.client(park.coordinator)

    def fill(start, stop):
        for number in range(start, stop):
            actions.amend_project(
                park.coordinator, None,
                {"name": f"项目{number}", "kind": "land", "planned_production": "2028-10", "company": "云溪液冷科技"},
            )  # fmt: skip

    fill(0, 3)
    project = Project.objects.latest("id").id
    few = [statements(client, path) for path in ("/projects/", f"/projects/{project}/")]
    fill(3, 12)
    for number in range(5):
        actions.register_problem(park.officer, project, {"title": f"问题{number}", "category": "other"})
    many = [statements(client, path) for path in ("/projects/", f"/projects/{project}/")]
    assert many == few
    assert max(many) <= 30, many  # the project page also asks what other lines say of the project


@pytest.fixture
def statements(monkeypatch):
    """Count what goes to the database, prepared statements of the kernel included."""
    seen = []

    def counted(plain):
        def count(self, query, *more, **options):
            seen.append(query)
            return plain(self, query, *more, **options)

        return count

    monkeypatch.setattr(Cursor, "execute", counted(Cursor.execute))
    monkeypatch.setattr(Asker, "ask", counted(Asker.ask))

    def count(client, path):
        client.get(path)
        seen.clear()
        assert client.get(path).status_code == 200
        return len(seen)

    return count


# A project ---------------------------------------------------------------------------------------------


def test_a_project_is_shown_to_its_own_and_hidden_from_strangers(park):
    project = park.project(columns={"lead_unit": park.bureau, "party": park.firm}, investment_wan="~6000")
    for actor in (
        park.coordinator, park.leader, park.officer, park.supervisor, park.department, park.enterprise,
    ):  # fmt: skip
        answer = park.client(actor).get(f"/projects/{project}/")
        assert answer.status_code == 200
        assert "智能液冷项目" in text(answer)
    for path in ("", "history/", "edit/", "problem/", "spot/", "promise/"):
        assert park.client(park.stranger).get(f"/projects/{project}/{path}").status_code == 404
    other = park.project("别家项目")
    for path in ("", "history/", "problem/"):
        assert park.client(park.enterprise).get(f"/projects/{other}/{path}").status_code == 404


def test_nobody_signs_in_first(park, client):
    project = park.project()
    for path in ("/projects/", f"/projects/{project}/", "/projects/import/", "/projects/new/"):
        answer = client.get(path)
        assert answer.status_code == 302
        assert "login" in answer["location"]


def test_stated_and_shown_class_stand_beside_each_other(park):
    project = park.project(stage_class="building")
    page = text(park.client(park.coordinator).get(f"/projects/{project}/"))
    assert "stated as “Under construction”, while the dates on record show “Land not acquired”" in page


def test_a_value_says_how_it_was_written_and_what_was_inferred(park):
    made = actions.amend_project(park.coordinator, None, {"name": "甲", "investment_wan": "约1.2亿元"})
    row = Project.objects.get(id=made.id)
    row.cells |= {"signed": {"written": "8月底", "note": "inferred_year"}}
    row.signed, row.signed_precision = "2025-08-01", "month"
    row.save()
    page = text(park.client(park.coordinator).get(f"/projects/{made.id}/"))
    assert 'title="as written: 约1.2亿元"' in page
    assert 'title="as written: 8月底"' in page
    assert "inferred" in page


def test_open_matters_stand_on_the_page_and_the_three_lists_lead_to_them(park):
    project = park.project()
    actions.register_problem(park.officer, project, {"title": "用电难", "category": "utilities"})
    client = park.client(park.coordinator)
    page = text(client.get(f"/projects/{project}/"))
    assert "用电难" in page
    for view in ("problem", "duty", "time"):
        address = f"/matters/?subject={project}&amp;state=all&amp;view={view}"
        assert address in page
        assert "用电难" in text(client.get(address.replace("&amp;", "&")))


def test_the_history_shows_any_earlier_day(park, travel):
    project = park.project(investment_wan="100")
    with travel(park_day(10)):
        actions.amend_project(park.officer, project, {"investment_wan": "2亿元"}, cause="追加投资")
        page = text(park.client(park.coordinator).get(f"/projects/{project}/history/"))
        assert "追加投资" in page
        assert 'title="as written: 2亿元"' in page
        before = text(park.client(park.coordinator).get(f"/projects/{project}/history/?on=2026-03-02"))
        assert "As it stood at the end of Mon 2 Mar 2026" in before
        assert "¥1 million" in before.partition("What changed")[0]
        then = text(park.client(park.coordinator).get(f"/projects/{project}/history/?on=2026-03-01"))
        assert "was not on the register then" in then
        assert (
            park.client(park.coordinator).get(f"/projects/{project}/history/?on=2027-01-01").status_code
            == 200
        )


def park_day(day):
    from datetime import date

    return date(2026, 3, day)


# Registering -------------------------------------------------------------------------------------------

NEED = {"title": "用电难", "category": "utilities", "source": "visit"}


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


# Entering and editing ----------------------------------------------------------------------------------


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


# Exports -----------------------------------------------------------------------------------------------


def names_in(answer):
    data = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if data[:2] == b"PK":
        sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
        return [row[1].value for row in sheet.iter_rows() if isinstance(row[0].value, int)]
    return [row["name"] for row in csv.DictReader(io.StringIO(data.decode()))]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_file_holds_exactly_what_the_list_shows(park, kind):
    park.project("甲项目", planned_production="2027-10")
    park.project("乙项目")
    park.project("丙项目", planned_production="2027-11")
    park.project("外地项目", place=park.elsewhere, planned_production="2027-12")
    client = park.client(park.leader)
    page = text(client.get("/projects/?date=yes"))
    action = next(a for a in re.findall(r'action="(/projects/export/[^"]+)"', page) if kind in a)
    answer = client.post(action.replace("&amp;", "&"))
    again = client.post(action.replace("&amp;", "&"))
    assert answer["location"] == again["location"]
    found = client.get(answer["location"])
    assert names_in(found) == ["甲项目", "丙项目"]
    assert "attachment" in found["content-disposition"]
    for other in (park.coordinator, park.stranger):
        assert park.client(other).get(answer["location"]).status_code == 404
    assert park.client(park.officer).post("/projects/export/").status_code == 403
    assert client.get("/projects/export/").status_code == 405


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_much_is_written_in_the_background_with_a_bar(park, monkeypatch):
    monkeypatch.setattr(exports, "FEW", 2)
    for number in range(4):
        park.project(f"项目{number}")
    client = park.client(park.leader)
    answer = client.post("/projects/export/?format=csv")
    path = answer["location"]
    assert "Writing the file" in text(client.get(path))
    assert client.get(f"{path}file/").status_code == 422
    run_due()
    page = text(client.get(path))
    assert "The file is ready" in page
    assert names_in(client.get(f"{path}file/")) == [f"项目{n}" for n in range(4)]
    assert (Work.objects.get().part, Work.objects.get().whole) == (4, 4)
    assert park.client(park.coordinator).get(path).status_code == 404


def test_a_withdrawn_project_is_gone_from_list_and_page(park):
    from tests.lines.projects.park import TODAY, book

    from bihuan.lines.projects.intake import plan_import

    plan = plan_import(park.coordinator, book([None, "甲项目", None, PARK]), TODAY)
    done = actions.import_workbook(park.coordinator, plan)
    undo(park.coordinator, done.batch)
    client = park.client(park.coordinator)
    assert "甲项目" not in text(client.get("/projects/"))
    assert client.get(f"/projects/{done.projects[0]}/").status_code == 404
    assert selectors.class_counts(park.coordinator) == {}
