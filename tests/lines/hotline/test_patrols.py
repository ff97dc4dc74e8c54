"""What grids find themselves is recorded once, and the calls that spares are counted fairly."""

from datetime import timedelta

from tests.kernel import factories as make
from tests.lines.hotline.district import CALL, MONDAY, district

from bihuan.kernel.figures import selectors as figures
from bihuan.kernel.permits.rules import branches
from bihuan.lines.hotline import actions
from bihuan.lines.hotline.patrols import actions as patrols
from bihuan.lines.hotline.patrols import selectors
from bihuan.lines.hotline.patrols.selectors import Cell

assert district

FOUND = {"title": "楼道漏水已修", "address": "白沙花园3栋", "settled": "yes", "done": "已换阀门"}


def test_the_change_elsewhere_falls_out():
    cells = [Cell(1, 7, 3, 40, 5), Cell(2, 7, 0, 100, 50), Cell(3, 7, 0, 20, 10), Cell(2, 8, 0, 9, 9)]
    (one,) = selectors.compare(cells)
    assert (one.duty, one.found, one.trend, one.expected, one.spared) == (7, 3, 0.5, 20.0, 15.0)
    assert not one.small


def test_without_others_the_days_alone_scale_it():
    (one,) = selectors.compare([Cell(1, 7, 1, 8, 2)], 90, 360)
    assert (one.expected, one.small) == (2.0, True)


def test_where_all_change_alike_nothing_is_spared():
    for before, others in ((1, [(1, 0)]), (37, [(400, 200), (3, 9)]), (300, [(5, 5), (1, 400), (77, 0)])):
        whole, after = sum(one for one, _now in others), sum(now for _one, now in others)
        rest = [Cell(n + 2, 7, 0, one, now) for n, (one, now) in enumerate(others)]
        (made,) = selectors.compare([Cell(1, 7, 1, before * whole, before * after), *rest])
        assert abs(made.spared) < 1e-6


def test_calls_and_findings_are_counted_by_grid_and_class(district, travel):
    other = make.make_division("湘江路网格", "grid", district.path["community"])
    assert other
    with travel(MONDAY - timedelta(days=200)):
        for _n in range(3):
            actions.take(district.operator, {**CALL, "about": [district.leaks]})
        gone = actions.take(district.operator, {**CALL, "about": [district.stalls]}).matter
    actions.take(district.operator, {**CALL, "about": [district.leaks]})
    made = patrols.record(district.helper, {**FOUND, "about": [district.leaks]})
    patrols.record(district.helper, {**FOUND, "settled": "no", "about": [district.leaks]})
    rows = {(cell.grid, cell.duty): cell for cell in selectors.cells(district.operator)}
    cell = rows[district.grid_place, district.leaks]
    assert (cell.found, cell.before, cell.now) == (1, 3, 1), "what became an order of a patrol is no call"
    assert gone
    assert selectors.cells(district.stranger) == []
    assert selectors.cells(district.helper) == [], "a grid alone has nothing to compare with"
    value = figures.value("hotline.self_found", branches(district.operator))[0]
    assert value.numerator == 1
    for who in (district.operator, district.helper, district.leader):
        page = district.client(who).get("/hotline/patrols/").content.decode()
        assert district.row(made.matter).code in page
    helper = district.client(district.helper)
    assert helper.get("/hotline/patrols/new/").status_code == 200
    assert (
        helper.post("/hotline/patrols/new/", {**FOUND, "settled": "yes", "done": "", "key": "x"}).status_code
        == 422
    )
    assert helper.post("/hotline/patrols/new/", {**FOUND, "key": "x"}).status_code == 303
    assert (
        district.row(made.matter).code
        not in district.client(district.stranger).get("/hotline/patrols/").content.decode()
    )
