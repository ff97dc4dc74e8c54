"""Enterprises and grids: each in exactly one, coverage counts enterprises, workbooks come in and go out."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from tests.lines.officers.town import TODAY
from tests.lines.projects.park import book

from bihuan.kernel.errors import Conflict, FieldErrors, NotFound, Refused
from bihuan.kernel.people.selectors import readings_of
from bihuan.kernel.store.sql import atomic, run
from bihuan.lines.officers.grids import actions, coverage, selectors
from bihuan.lines.officers.grids.books import write_workbook
from bihuan.lines.officers.visits import actions as visits

pytestmark = pytest.mark.django_db
CODE = "91430300MA4L0Y4B6X"


@pytest.fixture
def grid(town):
    return actions.open_grid(town.coordinator, "接收网格", town.coordinator.post, receives=True)


def enter(town, name, **more):
    return actions.keep_enterprise(town.coordinator, None, {"name": name, **more})


def test_an_enterprise_is_always_in_exactly_one_grid(town, grid):
    east = actions.open_grid(town.coordinator, "东片网格", town.department.post)
    one = enter(town, "云溪电缆")
    assert selectors.enterprise(town.officer, one).cell == grid
    assert actions.allocate(town.coordinator, [(one, east)]) == 1
    assert (
        selectors.enterprise(town.officer, one).cell_name,
        selectors.enterprise(town.department, one).cell,
    ) == (
        "东片网格",
        east,
    )
    with pytest.raises(IntegrityError), atomic():
        run("UPDATE officers_enterprise SET cell_id = NULL WHERE id = %s", (one,))
    with pytest.raises(Conflict):
        actions.open_grid(town.coordinator, "第二个接收网格", town.officer.post, receives=True)
    with pytest.raises(Conflict):
        actions.open_grid(town.coordinator, "另一网格", town.department.post)


def test_without_a_grid_that_takes_in_nobody_can_be_entered(town):
    with pytest.raises(Conflict):
        enter(town, "云溪电缆")


def test_credit_codes_are_checked_and_unique_and_strangers_see_nothing(town, grid):
    with pytest.raises(FieldErrors):
        enter(town, "云溪电缆", uscc="91430300MA4L0Y4B60")
    one = enter(town, "云溪电缆")
    with pytest.raises(NotFound):
        selectors.enterprise(town.stranger, one)
    with pytest.raises(Refused):
        actions.keep_enterprise(town.officer, None, {"name": "别家"})


def test_coverage_counts_enterprises_not_visits_and_names_who_is_missing(town, grid):
    first, second = enter(town, "云溪电缆"), enter(town, "云溪住工")
    for days in (0, 1):
        day = (TODAY - timedelta(days)).isoformat()
        visits.note(town.officer, selectors.target_enterprise(town.officer, first), {"day": day})
    span = (TODAY - timedelta(5), TODAY)
    found = coverage.value(town.officer, *span)
    assert (found.numerator, found.denominator) == (1, 2)
    sql = (
        "SELECT count(DISTINCT enterprise) FROM officers_visit WHERE state = 'made' AND day BETWEEN %s AND %s"
    )
    slow = run(sql, span)
    assert slow == [(1,)]
    assert [row.id for row in coverage.counted(town.officer, "visited", span)] == [first]
    assert [row.id for row in coverage.counted(town.officer, "unvisited", span)] == [second]
    with pytest.raises(KeyError):
        coverage.counted(town.officer, "nothing", span)
    rows, _more = selectors.listed(town.officer, selectors.What(unvisited=span))
    assert [row.id for row in rows] == [second]
    (row,) = selectors.grids(town.officer, *span)
    assert (row.enterprises, row.visited) == (2, 1)
    assert coverage.value(town.stranger, *span).denominator == 0


def test_coverage_is_known_as_of_any_day_and_a_plan_is_no_visit(town, grid, travel):
    one = enter(town, "云溪电缆")
    target = selectors.target_enterprise(town.officer, one)
    planned = visits.plan(town.officer, target, TODAY + timedelta(2))
    month = (date(2026, 3, 1), date(2026, 3, 31))
    assert coverage.value(town.officer, *month).numerator == 0
    with travel(TODAY + timedelta(4)):
        visits.note(town.officer, target, {"day": (TODAY + timedelta(2)).isoformat()}, planned=planned)
        assert coverage.value(town.officer, *month).numerator == 1
        before = coverage.value(town.officer, *month, on=TODAY + timedelta(3))
        assert (before.numerator, before.denominator) == (0, 1), "noted a day later, it was not known then"
        assert coverage.value(town.officer, *month, on=TODAY - timedelta(1)).denominator == 0
        assert coverage.value(town.officer, *month, cell=grid).numerator == 1


def test_a_workbook_is_looked_at_before_it_is_taken_in(town, grid):
    enter(town, "云溪电缆")
    head = ["序号", "企业名称", "统一社会信用代码", "所属行业", "职工人数"]
    data = book(
        ["1", "云溪电缆", "", "电力装备", "150人"], ["2", "云溪住工", "123", "建材", ""], head=head
    ).getvalue()
    client = town.client(town.coordinator)
    shown = client.post(
        "/officers/enterprises/workbook/", {"workbook": SimpleUploadedFile("企业.xlsx", data)}
    )
    page = shown.content.decode()
    assert shown.status_code == 200
    for told in ("云溪住工", "Nothing is written yet", "电力装备", "123"):
        assert told in page
    assert run("SELECT count(*) FROM officers_enterprise") == [(1,)]
    file, sha = (page.split(f'name="{name}" value="')[1].split('"')[0] for name in ("file", "sha"))
    other = town.client(town.person("coordinator"))
    assert other.post("/officers/enterprises/workbook/apply/", {"file": file, "sha": sha}).status_code == 404
    assert client.post("/officers/enterprises/workbook/apply/", {"file": file, "sha": "0"}).status_code == 409
    taken = client.post("/officers/enterprises/workbook/apply/", {"file": file, "sha": sha})
    assert taken.status_code == 200
    assert run("SELECT count(*) FROM officers_enterprise WHERE withdrawn_at IS NULL") == [(2,)]
    batch = run("SELECT max(batch) FROM registers_amend")[0][0]
    client.post(f"/officers/enterprises/workbook/{batch}/undo/")
    assert run("SELECT count(*) FROM officers_enterprise WHERE withdrawn_at IS NULL") == [(1,)]


def test_a_workbook_says_which_grid_each_enterprise_belongs_to(town, grid):
    east = actions.open_grid(town.coordinator, "东片网格", town.department.post)
    known = enter(town, "云溪电缆")
    head = ["序号", "企业名称", "所属网格"]
    rows = (["1", "云溪电缆", "东片网格"], ["2", "云溪住工", ""], ["3", "云溪显示", "没有的网格"])
    done = actions.take_in(town.coordinator, book(*rows, head=head), "企业.xlsx")
    found = {row.name: row.cell for row in selectors.listed(town.coordinator, selectors.What())[0]}
    assert found == {"云溪电缆": east, "云溪住工": grid, "云溪显示": grid}
    assert "没有的网格" in [one["value"] for one in done.findings]
    assert selectors.enterprise(town.department, known).cell_name == "东片网格", "its department sees it now"
    again = actions.take_in(town.coordinator, book(["1", "云溪电缆", ""], head=head), "企业.xlsx")
    assert again.counts == {"unchanged": 1}, "an empty cell moves nothing"
    actions.take_back(town.coordinator, done.batch)
    assert selectors.enterprise(town.coordinator, known).cell == grid


def test_the_figure_of_coverage_opens_to_enterprises_in_the_browser(town, grid):
    first, second = enter(town, "云溪电缆"), enter(town, "云溪住工")
    visits.note(town.officer, selectors.target_enterprise(town.officer, first), {"day": TODAY.isoformat()})
    client = town.client(town.coordinator)
    assert "1 / 2" in client.get("/officers/grids/").content.decode()
    page = client.get("/officers/coverage/?part=unvisited").content.decode()
    assert "云溪住工" in page
    assert f"/officers/enterprises/{first}/" not in page
    visited = client.get(f"/officers/coverage/?part=visited&cell={grid}").content.decode()
    assert f"/officers/enterprises/{first}/" in visited
    assert f"/officers/enterprises/{second}/" not in visited
    call = client.get("/api/v1/officers/coverage?since=2026-03-01&until=2026-03-31").json()
    assert (call["visited"], call["enterprises"]) == (1, 2)
    rows = client.get("/api/v1/officers/coverage/unvisited?since=2026-03-01&until=2026-03-31").json()
    assert [one["id"] for one in rows] == [second]
    assert client.get("/api/v1/officers/coverage/x?since=2026-03-01&until=2026-03-31").status_code == 404


def test_contacts_are_masked_and_reading_one_is_written_down(town, grid):
    one = enter(town, "云溪电缆")
    person = actions.add_contact(town.coordinator, one, "吴建国", "13807310001", "厂长")
    (shown,) = selectors.contacts(town.officer, one)
    assert (shown.name, "0001" in shown.phone, "1380731" in shown.phone) == ("吴*国", True, False)
    assert actions.read_contact(town.officer, one, person).phone.endswith("13807310001")
    assert len(readings_of(person)) >= 1
    with pytest.raises(NotFound):
        actions.read_contact(town.stranger, one, person)


def test_the_register_comes_in_and_goes_out_as_a_workbook(town, grid):
    file = book(["1", "云溪电缆", "", "电力装备", "150人"], ["2", "云溪住工", "123", "建材", ""],
                head=["序号", "企业名称", "统一社会信用代码", "所属行业", "职工人数"])  # fmt: skip
    done = actions.take_in(town.coordinator, file, "企业.xlsx")
    assert done.counts["create"] == 2
    assert "123" in [found["value"] for found in done.findings]
    sent = BytesIO(write_workbook(selectors.live_rows(town.coordinator), {str(grid): "接收网格"}))
    assert actions.take_in(town.coordinator, sent, "企业.xlsx").counts == {"unchanged": 2}
    actions.take_back(town.coordinator, done.batch)
    assert selectors.listed(town.coordinator, selectors.What())[0] == []


def test_a_proposal_balances_grids_and_is_only_carried_out_when_approved(town, grid):
    east = actions.open_grid(town.coordinator, "东片网格", town.department.post)
    west = actions.open_grid(town.coordinator, "西片网格", town.officer.post)
    for number in range(6):
        enter(town, f"企业{number}", place_text="东路" if number % 2 else "西路")
    made = actions.propose_allocation(town.coordinator)
    assert sorted([one.holder for one in made].count(cell) for cell in (east, west)) == [3, 3]
    assert {row.cell for row in selectors.listed(town.coordinator, selectors.What())[0]} == {grid}
    actions.allocate(town.coordinator, [(one.thing, one.holder) for one in made])
    assert {row.enterprises for row in selectors.grids(town.coordinator, TODAY, TODAY)} == {0, 3}
