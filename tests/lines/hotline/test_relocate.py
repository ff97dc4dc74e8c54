"""An address that turns out wrong: the order lies in another grid from then on, and that grid is asked."""

from datetime import timedelta

import pytest
from tests.kernel import factories as make
from tests.lines.hotline.district import MONDAY, district, later
from tests.lines.hotline.test_coverage import drawn, second, square
from tests.lines.hotline.test_points import said

from bihuan.kernel.errors import BadInput, Conflict, FieldErrors, NotFound, Refused
from bihuan.kernel.figures import selectors as figures
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import selectors as matters
from bihuan.kernel.flow.rebuild import differences
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.jobs import run_due
from bihuan.kernel.permits.rules import Branch
from bihuan.kernel.search.selectors import search
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline import actions, selectors
from bihuan.lines.hotline.grids import actions as grids
from bihuan.lines.hotline.grids import selectors as found

assert district
RIGHT = {"address": "湘江路7栋1单元", "reason": "来电人说错了楼栋"}
INSIDE = "WGS-84 28.205000,112.955000"


@pytest.fixture
def two(district):
    """A district with a second grid beside the first one, its own roll and boundary."""
    district.other = second(district)
    grids.enter_buildings(SYSTEM, district.path["community"], [("湘江路7栋", district.other, 40)])
    drawn(district, district.other, square(112.95))
    row = next(row for row in found.grids(district.coordinator) if row.id == district.other)
    district.other_place, district.other_unit = row.place, row.unit
    district.other_head = district.person("grid_head", row.unit, row.place)
    return district


def dispatched(house):
    matter = house.call()
    flow.move(house.operator, matter, "dispatch", {"unit": house.water, "about": [house.leaks]})
    run_due()
    return matter


def asked(matter):
    """Return (unit, stage) of every part that was ever asked for, in order."""
    sql = "SELECT lead_unit, stage FROM flow_matter WHERE parent = %s AND kind = 'hotline.part' ORDER BY id"
    return run(sql, (matter,))


def correct(house, matter, actor=None, **values):
    made = flow.move(actor or house.operator, matter, "relocate", {**RIGHT, **values})
    run_due()
    return made


def test_the_right_grid_is_asked_and_the_wrong_one_no_longer(two):
    matter = dispatched(two)
    flow.move(two.fixer, matter, "sign", {})
    assert asked(matter) == [(two.station, "asked")]
    before = two.row(matter)
    correct(two, matter)
    row = two.row(matter)
    assert (row.grid, row.division) == (two.other_place, two.other_place)
    assert (row.stage, row.holder_unit, row.lead_unit, row.due) == (
        "handling",
        two.water,
        two.water,
        before.due,
    )
    assert asked(matter) == [(two.station, "withdrawn"), (two.other_unit, "asked")]
    (owed,) = selectors.owed([matter])[matter]
    assert two.row(owed.id).grid == two.other_place
    assert said(matter) == RIGHT["address"], "the last said is the address"
    for key in (matter, *(key for (key,) in run("SELECT id FROM flow_matter WHERE parent = %s", (matter,)))):
        assert differences(key) == []


def test_back_and_forth_asks_anew_each_time_and_twice_asks_once(two):
    matter = dispatched(two)
    correct(two, matter)
    correct(two, matter, address="白沙花园3栋")
    actions.push_anew([matter])
    stages = [(two.station, "withdrawn"), (two.other_unit, "withdrawn"), (two.station, "asked")]
    assert asked(matter) == stages
    correct(two, matter, address="白沙花园3栋1单元")
    assert asked(matter) == stages, "the same grid goes on"


def test_what_the_wrong_grid_said_stays_and_a_supporting_unit_follows(two):
    matter = two.call()
    flow.move(two.operator, matter, "dispatch", {"unit": two.water, "supports": [two.police]})
    run_due()
    parts = {part.unit: part.id for part in selectors.owed([matter])[matter]}
    flow.move(two.head, parts[two.station], "answer", {"reply": "本网格没有这户"})
    correct(two, matter, two.head)
    assert asked(matter) == [(two.police, "asked"), (two.station, "given"), (two.other_unit, "asked")]
    assert two.row(parts[two.police]).grid == two.other_place
    assert two.row(parts[two.station]).grid == two.grid_place, "what was done there was done there"


def test_at_the_desk_nobody_is_asked_before_it_is_dispatched(two):
    matter = two.call()
    correct(two, matter)
    assert (two.row(matter).grid, asked(matter)) == (two.other_place, [])
    flow.move(two.operator, matter, "dispatch", {"unit": two.water})
    run_due()
    assert asked(matter) == [(two.other_unit, "asked")]


def test_a_point_alone_puts_it_right_and_an_unknown_address_leaves_no_grid(two):
    matter = dispatched(two)
    correct(two, matter, address="", point="28.205,112.955")
    assert (two.row(matter).grid, said(matter)) == (two.other_place, INSIDE)
    correct(two, matter, address="无名巷口")
    row = two.row(matter)
    assert (row.grid, row.street, row.county) == (0, 0, two.place)
    assert [stage for _unit, stage in asked(matter)] == ["withdrawn", "withdrawn"]
    correct(two, matter, address="湘江路口", point=INSIDE)
    assert said(matter) == f"湘江路口 {INSIDE}"
    assert differences(matter) == []


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"address": ""}, BadInput),
        ({"address": "", "point": "999,999"}, BadInput),
        ({"point": "<script>"}, BadInput),
        ({"reason": ""}, FieldErrors),
        ({"address": "长" * 151}, FieldErrors),
        ({"grid": "1"}, FieldErrors),
    ],
)
def test_what_is_no_place_moves_nothing(two, values, fault):
    matter = dispatched(two)
    with pytest.raises(fault):
        correct(two, matter, **values)
    assert two.row(matter).grid == two.grid_place
    assert asked(matter) == [(two.station, "asked")]


def test_another_district_is_no_target(two):
    path = make.make_path()
    unit = make.make_org("邻区站", division=path["community"])
    head = two.person("grid_head", unit, path["grid"])
    grid = grids.set_up(
        SYSTEM, path["grid"], name="邻区网格", party_org="支部", head_post=head.post, phone="+8673155550003"
    )
    grids.enter_buildings(SYSTEM, path["community"], [("麓山苑9栋", grid, 9), ("湘江路7栋", grid, 9)])
    run("UPDATE hotline_grid SET shape = %s WHERE id = %s", (square(113.5), grid))
    matter = dispatched(two)
    for values in ({"address": "麓山苑9栋2单元"}, {"address": "山脚下", "point": "28.205,113.505"}):
        with pytest.raises(BadInput, match="Hand the order over"):
            correct(two, matter, **values)
    correct(two, matter)
    assert two.row(matter).grid == two.other_place, "a name both districts know is meant here"


def test_who_may_and_when(two):
    matter = dispatched(two)
    for actor, fault in ((two.officer, NotFound), (two.stranger, NotFound), (two.other_head, NotFound),
                         (two.helper, Refused), (two.leader, Refused)):  # fmt: skip
        with pytest.raises(fault):
            correct(two, matter, actor)
    correct(two, matter, two.fixer)
    with pytest.raises(NotFound):
        correct(two, matter, two.head)
    correct(two, matter, two.other_head, address="白沙花园3栋")
    flow.move(two.fixer, matter, "sign", {})
    answer = {"contacted": "yes", "contacted_at": "2026-03-02 09:00", "solved": "solved", "reply": "已修好"}
    flow.move(two.fixer, matter, "answer", answer)
    with pytest.raises(Conflict):
        correct(two, matter)


def test_lists_search_and_figures_follow_the_place(two, travel):
    matter = dispatched(two)

    def seen(head):
        return [row.id for row in matters.listed(head, matters.Filter(kind="hotline.order"))[0]]

    def counted(place):
        return figures.value("hotline.sign_off", [Branch("grid", place)])[0].denominator or 0

    def hits(place):
        return [hit.id for hit in search([Branch("grid", place)], "水管渗水", line="hotline").hits]

    places = (two.grid_place, two.other_place)
    for lists in ([[matter], []], [[], [matter]]):
        assert [seen(two.head), seen(two.other_head)] == lists
        assert [list(filter((matter).__eq__, hits(place))) for place in places] == lists
        with travel(later(1)):
            assert [counted(place) for place in places] == [len(part) for part in lists]
        if lists[0]:
            correct(two, matter)


def test_the_history_says_from_where_to_where(two):
    matter = dispatched(two)
    code = two.row(matter).code
    head = two.client(two.head)
    sent = {
        "address": "湘江路7栋1单元",
        "reason": "打13912345678核实过",
        "ver": str(two.row(matter).ver),
        "key": "k",
    }
    answer = head.post(f"/matters/{code}/moves/relocate/", sent)
    assert (answer.status_code, answer["location"]) == (303, "/"), "it is nobody's here any more"
    run_due()
    assert head.get(f"/matters/{code}/").status_code == 404
    page = two.client(two.coordinator).get(f"/matters/{code}/").content.decode()
    assert "湘江路网格" in page
    assert "→" in page
    assert "湘江路7栋1单元" in page
    assert "13912345678" not in page
    part = run("SELECT code FROM flow_matter WHERE parent = %s AND stage = 'withdrawn'", (matter,))[0][0]
    theirs = head.get(f"/matters/{part}/").content.decode()
    assert "湘江路" not in theirs, "the grid it left reads nothing of the new place"


def test_who_wished_to_stay_unknown_is_in_no_correction(two):
    matter = two.call(secrecy="anonymous", address="")
    correct(two, matter, reason="王小平家住湘江路，电话13912345678")
    kept = run("SELECT field, cls FROM content_value WHERE chain_id = %s AND seq > 1", (matter,))
    assert "original" not in {field for field, _cls in kept}
    assert "13912345678" not in said(matter, "reason")


def test_clocks_run_on(two, travel):
    matter = dispatched(two)
    before = run(
        "SELECT name, started, due, ended_at FROM clock_clock WHERE matter_id = %s ORDER BY id", (matter,)
    )
    with travel(MONDAY + timedelta(hours=2)):
        correct(two, matter)
    sql = "SELECT name, started, due, ended_at FROM clock_clock WHERE matter_id = %s ORDER BY id"
    assert run(sql, (matter,)) == before
