"""Grids come in from the workbook a park keeps: looked at first, every odd cell explained, taken in, put back."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.lines.projects.park import book

from bihuan.kernel.errors import BadInput, Conflict, NotFound, Refused
from bihuan.kernel.store.sql import run
from bihuan.lines.officers.grids import actions, gridbooks, selectors

pytestmark = pytest.mark.django_db
HEAD = ["序号", "网格名称", "责任部门", "网格长", "网格员", "接收新企业"]


def name_of(actor):
    return run("SELECT name FROM identity_user WHERE id = %s", (actor.user,))[0][0]


@pytest.fixture
def staff(town):
    """Three people whose names differ, and one whose name another bears too."""
    for number, actor in enumerate((town.coordinator, town.department, town.officer)):
        run("UPDATE identity_user SET name = %s WHERE id = %s RETURNING id", (f"人员{number}号", actor.user))
    one, two = town.person("department"), town.person("officer")
    run("UPDATE identity_user SET name = '李同名' WHERE id = ANY(%s) RETURNING id", ([one.user, two.user],))
    return town


def rows_of():
    return {
        name: (head, receives)
        for name, head, receives in run(
            "SELECT name, head_post, receives FROM officers_grid WHERE withdrawn_at IS NULL"
        )
    }


def take(town, *rows):
    return gridbooks.take_in(town.coordinator, book(*rows, head=HEAD), "网格.xlsx")


def codes(town, *rows):
    made = gridbooks.preview(town.coordinator, book(*rows, head=HEAD), "网格.xlsx")
    return made, {one.code for one in made.findings if one.severity != "info"}


def test_a_workbook_of_grids_is_taken_in_and_put_back(staff):
    rows = (
        ["1", "接收网格", "", "人员0号", "", "是"],
        ["2", "东片网格", "", "人员1号", "人员2号", "否"],
    )
    before, _codes = codes(staff, *rows)
    assert before.counts() == {"create": 2}
    assert rows_of() == {}, "looking writes nothing"
    done = take(staff, *rows)
    assert rows_of() == {
        "接收网格": (staff.coordinator.post, "yes"),
        "东片网格": (staff.department.post, "no"),
    }
    east = run("SELECT id, lead_unit FROM officers_grid WHERE name = '东片网格'")[0]
    assert east[1] == staff.department.unit
    assert selectors.grid_of_member(staff.officer.post) == east[0]
    assert take(staff, *rows).counts == {"unchanged": 2}, "the same again changes nothing"
    gridbooks.take_back(staff.coordinator, done.batch)
    assert rows_of() == {}
    assert selectors.grid_of_member(staff.officer.post) == 0
    with pytest.raises(Conflict):
        gridbooks.take_back(staff.coordinator, done.batch)


def test_every_odd_cell_is_explained_and_its_row_waits(staff):
    made, found = codes(
        staff,
        ["1", "一号网格", "", "没有这个人", "", ""],
        ["2", "二号网格", "", "李同名", "", ""],
        ["3", "三号网格", "", "", "", ""],
        ["4", "四号网格", "", "人员0号", "查无此人", "是"],
        ["5", "五号网格", "", "人员0号", "", ""],
        ["6", "六号网格", "别的局", "人员1号", "", "是"],
        ["7", "四号网格", "", "人员2号", "", ""],
    )  # fmt: skip
    assert made.counts() == {"error": 5, "create": 2}
    assert found == {
        "grid_nobody", "grid_namesakes", "grid_head_missing", "grid_head_taken", "grid_unit_other",
        "grid_receives_taken", "duplicate_row",
    }  # fmt: skip
    assert {row.title for row in made.rows if row.action == "create"} == {"四号网格", "六号网格"}
    assert all(one["message"] for one in made.problems)


def test_a_grid_named_again_brings_more_members(staff):
    take(staff, ["1", "东片网格", "", "人员0号", "人员1号", "是"], ["2", "东片网格", "", "", "人员2号", ""])
    east = run("SELECT id FROM officers_grid")[0][0]
    stand = {post for (post,) in run("SELECT post FROM officers_grid_member WHERE grid_id = %s", (east,))}
    assert stand == {staff.department.post, staff.officer.post}


def test_a_new_head_leads_the_enterprises_and_goes_back(staff):
    take(staff, ["1", "接收网格", "", "人员0号", "", "是"])
    one = actions.keep_enterprise(staff.coordinator, None, {"name": "云溪电缆"})

    def lead():
        return run("SELECT lead_unit FROM officers_enterprise WHERE id = %s", (one,))[0][0]

    done = take(staff, ["1", "接收网格", "", "人员1号", "", ""])
    assert lead() == staff.department.unit
    gridbooks.take_back(staff.coordinator, done.batch)
    assert lead() == staff.coordinator.unit
    assert rows_of()["接收网格"] == (staff.coordinator.post, "yes")


def test_a_grid_that_holds_enterprises_is_not_put_back(staff):
    done = take(staff, ["1", "接收网格", "", "人员0号", "", "是"])
    actions.keep_enterprise(staff.coordinator, None, {"name": "云溪电缆"})
    with pytest.raises(Conflict, match="接收网格"):
        gridbooks.take_back(staff.coordinator, done.batch)


def test_others_take_nothing_in_and_put_nothing_back(staff):
    done = take(staff, ["1", "接收网格", "", "人员0号", "", "是"])
    with pytest.raises(Refused):
        gridbooks.preview(
            staff.department, book(["1", "网格", "", "人员1号", "", ""], head=HEAD), "网格.xlsx"
        )
    stranger = staff.stranger
    for back in (gridbooks.take_back, actions.take_back):
        with pytest.raises((NotFound, Refused)):
            back(stranger, done.batch)
    with pytest.raises(NotFound):
        actions.take_back(staff.coordinator, done.batch)
    with pytest.raises(BadInput):
        gridbooks.preview(staff.coordinator, book(["1", "x"], head=["序号", "别的表"]), "网格.xlsx")


def test_in_the_browser_it_is_looked_at_first(staff):
    client = staff.client(staff.coordinator)
    assert "/officers/grids/workbook/" in client.get("/officers/grids/").content.decode()
    data = book(["1", "东片网格", "", "人员1号", "人员2号", "是"], head=HEAD).getvalue()
    shown = client.post("/officers/grids/workbook/", {"workbook": SimpleUploadedFile("网格.xlsx", data)})
    page = shown.content.decode()
    for told in ("东片网格", "Nothing is written yet", "人员1号", "人员2号"):
        assert told in page
    file, sha = (page.split(f'name="{name}" value="')[1].split('"')[0] for name in ("file", "sha"))
    other = staff.client(staff.person("coordinator"))
    assert other.post("/officers/grids/workbook/apply/", {"file": file, "sha": sha}).status_code == 404
    taken = client.post("/officers/grids/workbook/apply/", {"file": file, "sha": sha})
    assert taken.status_code == 200
    assert rows_of() == {"东片网格": (staff.department.post, "yes")}
    batch = run("SELECT max(id) FROM intake_batch")[0][0]
    client.post(f"/officers/grids/workbook/{batch}/undo/")
    assert rows_of() == {}


def test_the_api_does_the_same(staff):
    client = staff.client(staff.coordinator)
    data = book(
        ["1", "东片网格", "", "人员1号", "", "是"], ["2", "西片网格", "", "查无此人", "", ""], head=HEAD
    ).getvalue()

    def send(url, **more):
        return client.post(
            f"/api/v1/officers/{url}", {"workbook": SimpleUploadedFile("网格.xlsx", data), **more}
        )

    looked = send("gridbooks/preview").json()
    assert (looked["created"], looked["rows"]) == (1, 2)
    assert "查无此人" in {one["value"] for one in looked["problems"]}
    assert rows_of() == {}
    assert send("gridbooks", sha256="0" * 64).status_code == 409
    taken = send("gridbooks", sha256=looked["sha256"]).json()
    assert rows_of() == {"东片网格": (staff.department.post, "yes")}
    done = client.post(f"/api/v1/officers/gridbooks/{taken['batch']}/undo")
    assert done.json()["withdrawn"] == 1
    assert rows_of() == {}
    stranger = staff.client(staff.department)
    assert stranger.post(f"/api/v1/officers/gridbooks/{taken['batch']}/undo").status_code == 403
