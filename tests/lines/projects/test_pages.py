"""The pages of projects: who sees what, lists that stay fast, earlier days."""

import re

import pytest
from psycopg import Cursor
from tests.lines.projects.park import PARK, park

from bihuan.kernel.registers.undo import undo
from bihuan.kernel.store.asking import Asker
from bihuan.lines.projects import actions, selectors
from bihuan.lines.projects.models import Project

__all__ = ["park"]

pytestmark = pytest.mark.django_db(databases="__all__")


def text(answer):
    return answer.content.decode()


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
