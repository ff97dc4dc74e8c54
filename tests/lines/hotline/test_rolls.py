"""Building rolls by workbook: a dry run that tells each odd cell, taken in whole, put back; one grid an address."""

from io import BytesIO

import openpyxl
import pytest
from tests.kernel import factories as make
from tests.lines.hotline.district import district

from bihuan.kernel.errors import Conflict, NotFound, Refused
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.grids import actions, rolls, selectors

__all__ = ["district"]


def book(*rows):
    """Return a roll as an office keeps it: a title above the header."""
    made = openpyxl.Workbook()
    sheet = made.active
    for row in (["花园社区楼栋台账"], ["序号", "楼栋名称", "所属网格", "户数"], *rows):
        sheet.append(row)
    out = BytesIO()
    made.save(out)
    out.seek(0)
    return out


def rows_of(house):
    return dict(run(
        "SELECT name, coalesce(cell_id, 0) FROM hotline_building WHERE county = %s AND withdrawn_at IS NULL",
        (house.place,)))  # fmt: skip


@pytest.fixture
def second(district):
    """A second grid of the community."""
    place = make.make_division("湘江路网格", "grid", district.path["community"])
    head = district.person("grid_head", make.make_org("湘江路站", division=district.path["community"]), place)
    district.other = actions.set_up(
        SYSTEM,
        place,
        name="湘江路网格",
        party_org="湘江路党支部",
        head_post=head.post,
        phone="+8673155550002",
    )
    return district


def test_a_dry_run_writes_nothing_and_tells_each_odd_cell(second):
    before = rows_of(second)
    file = book(
        [1, "白沙花园7栋", "白沙花园网格", 48], [2, "白沙花园3栋", "湘江路网格", 96], [3, "湘江路1号", "", "约20"],
        [4, "湘江路2号", "没有的网格", 8], [5, "白沙花园7栋", "湘江路网格", 1], [6, "", "湘江路网格", 3],
    )  # fmt: skip
    made = rolls.preview(second.operator, file, "楼栋.xlsx")
    assert rows_of(second) == before
    told = {(one["row"], one["message"][:24]) for one in made.problems}
    assert any(row == 4 and text.startswith("It lies in 白沙花园网格 now") for row, text in told)
    assert any(row == 5 and text.startswith("No grid is named") for row, text in told)
    assert any(row == 6 and "没有的网格" in text for row, text in told)
    assert any(row == 7 and one_of(made, 7) == "error" for row, _text in told), "the same building twice"


def one_of(made, number):
    return next(row.action for row in made.rows if row.number == number)


def test_taken_in_an_address_lies_in_one_grid_and_all_can_be_put_back(second):
    before = rows_of(second)
    file = book(
        [1, "白沙花园7栋", "白沙花园网格", 48],
        [2, "白沙花园3栋", "湘江路网格", ""],
        [3, "白沙花园5栋", "", 61],
    )
    taken = rolls.take_in(second.operator, file, "楼栋.xlsx")
    after = rows_of(second)
    assert after == {"白沙花园3栋": second.other, "白沙花园5栋": 0, "白沙花园7栋": second.grid}
    found = selectors.locate("白沙路白沙花园7栋1单元", scope_of(second.place))
    assert found.grid == "白沙花园网格"
    file.seek(0)
    again = rolls.preview(second.operator, file, "楼栋.xlsx")
    assert again.count("unchanged") == 3, "an empty cell moves nothing"
    rolls.take_back(second.operator, taken.batch)
    assert rows_of(second) == before


def test_another_districts_building_of_the_same_name_is_another(second):
    elsewhere = make.make_path()
    keeper = second.person("operator", make.make_org("那边热线"), elsewhere["county"])
    taken = rolls.take_in(keeper, book([1, "白沙花园3栋", "", 10]), "楼栋.xlsx")
    assert taken.counts == {"create": 1}
    assert rows_of(second)["白沙花园3栋"] == second.grid
    with pytest.raises(NotFound):
        rolls.take_back(second.operator, taken.batch)


def test_who_may_and_only_what_was_looked_at(second):
    with pytest.raises(Refused):
        rolls.preview(second.fixer, book(), "楼栋.xlsx")
    with pytest.raises(Conflict):
        rolls.take_in(second.operator, book([1, "白沙花园9栋", "", 1]), "楼栋.xlsx", seen="0" * 64)


def test_the_pages_preview_take_in_and_put_back(second):
    page = second.client(second.operator)
    file = book([1, "白沙花园8栋", "白沙花园网格", 48])
    file.name = "楼栋.xlsx"
    shown = page.post("/hotline/grids/rolls/", {"workbook": file})
    assert "白沙花园8栋" in shown.text
    hidden = dict(_hidden(shown.text))
    taken = page.post("/hotline/grids/rolls/apply/", hidden)
    assert "白沙花园8栋" in rows_of(second)
    assert taken.status_code == 200
    batch = run("SELECT max(id) FROM intake_batch")[0][0]
    page.post(f"/hotline/grids/rolls/{batch}/undo/")
    assert "白沙花园8栋" not in rows_of(second)
    assert page.post("/hotline/grids/rolls/", {}).status_code == 422
    assert second.client(second.fixer).get("/hotline/grids/rolls/").status_code == 403


def _hidden(text):
    import re

    return re.findall(r'name="(file|sha)" value="([^"]+)"', text)
