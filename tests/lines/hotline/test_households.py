"""Household files: kept for a purpose until a day, masked, every look written down; visits come due again and again."""

from datetime import timedelta

import pytest
from tests.lines.hotline.district import MONDAY, district

from bihuan.kernel.errors import BadInput, NotFound
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow.rebuild import differences
from bihuan.kernel.people.selectors import readings_of
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.households import actions, selectors

assert district

OLD = {
    "door": "2单元301", "name": "王小平", "phone": "13812345678", "tag": "alone", "purpose": "care",
    "source": "入户登记，本人同意", "until": "2026-12-31", "every": "hotline.visit_week",
}  # fmt: skip


@pytest.fixture
def old(district):
    """Return somebody who lives alone in building 3."""
    (building,) = run("SELECT id FROM hotline_building WHERE name = '白沙花园3栋'")[0]
    said = {**OLD, "building": [str(building)]}
    made = actions.look_after(district.helper, said, "k")
    assert actions.look_after(district.helper, said, "k") == made, "once"
    return made


def test_a_purpose_opens_its_own_and_nothing_else(district, old):
    (row,) = actions.look(district.head, "care", "冬季走访")
    assert (row.name, row.phone, row.tags) == ("王*平", "138****5678", ("alone",))
    assert actions.look(district.head, "relief", "看看") == []
    assert run("SELECT purpose, count FROM hotline_looked ORDER BY id") == [("care", 1), ("relief", 0)]
    with pytest.raises(NotFound):
        actions.reveal(district.head, old, "relief", "看看")
    clear = actions.reveal(district.helper, old, "care", "上门前联系")
    assert (clear.name, clear.phone) == ("王小平", "+8613812345678")
    assert {one.why for one in readings_of(row.person)} == {"Visits and care：上门前联系"}
    assert selectors.residents(district.stranger, "care") == []
    with pytest.raises(NotFound):
        selectors.place_of(district.stranger, old)
    held = run("SELECT r.door, t.source FROM hotline_resident r JOIN hotline_tag t ON t.resident_id = r.id")
    assert "13812345678" not in str(held), "phone and name lie encrypted elsewhere"


def test_after_its_day_nothing_is_shown(district, old, travel):
    with travel(MONDAY + timedelta(days=400)):
        assert selectors.residents(district.head, "care") == []
        assert selectors.counts(district.head) == []
    (building,) = run("SELECT id FROM hotline_building WHERE name = '白沙花园3栋'")[0]
    with pytest.raises(BadInput):
        actions.look_after(district.helper, {**OLD, "building": [str(building)], "until": "2026-01-01"})
    (bare,) = run("SELECT id FROM hotline_building WHERE cell_id IS NULL")[0]
    with pytest.raises(BadInput):
        actions.look_after(district.helper, {**OLD, "building": [str(bare)]})


def test_visits_come_due_again(district, old, travel):
    (visit,) = selectors.visits(district.helper)
    assert "王*平" in visit.title
    assert "王小平" not in visit.title
    first = visit.due
    with travel(MONDAY + timedelta(days=3)):
        flow.move(district.helper, visit.id, "visit", {"well": "needs", "note": "想换灯泡"})
        again = district.row(visit.id)
        assert again.due > first
        assert again.open
    flow.move(district.helper, visit.id, "end", {"reason": "随子女居住"})
    assert differences(visit.id) == []


def test_pages(district, old):
    helper = district.client(district.helper)
    page = helper.get("/hotline/households/").content.decode()
    assert "王小平" not in page
    assert helper.post("/hotline/households/", {"purpose": "care"}).status_code == 422, "a reason is needed"
    listed = helper.post("/hotline/households/", {"purpose": "care", "why": "走访"}).content.decode()
    assert "王*平" in listed
    assert f"/hotline/households/{old}/" in listed
    assert helper.get(f"/hotline/households/{old}/").status_code == 200
    clear = helper.post(f"/hotline/households/{old}/", {"purpose": "care", "why": "走访"}).content.decode()
    assert "王小平" in clear
    assert helper.get("/hotline/households/new/").status_code == 200
    assert helper.post("/hotline/households/new/", {"name": ""}).status_code == 422
    assert district.client(district.operator).get("/hotline/households/").status_code == 403
    assert district.client(district.fixer).get(f"/hotline/households/{old}/").status_code == 403
