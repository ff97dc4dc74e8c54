"""The division tree: imported, dated, matched by name, and the scopes it gives."""

from datetime import date

import pytest
from django.db import IntegrityError
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisCase

from bihuan.kernel.errors import BadInput, Conflict, NotFound
from bihuan.kernel.identity import actions, selectors
from bihuan.kernel.identity.actors import LEVELS, SYSTEM, Scope
from bihuan.kernel.store.sql import run
from tests.kernel import factories as make

TABLE = [
    ("99", "云山省"), ("9901", "清河市"), ("9902", "白石市"),
    ("990101", "东湖区"), ("990121", "长桥县"), ("990201", "东湖区"), ("990271", "白石高新区"),
    ("990101001", "城关街道"), ("990121100", "城关镇"), ("990121101", "大湾镇"), ("990201400", "工业园"),
    ("990121101201", "松林村委会"), ("990121100201", "松林村委会"),
]  # fmt: skip


def put(rows=TABLE, **options):
    return actions.import_divisions(SYSTEM, rows, **options)


def id_of(code):
    return selectors.division_by_code(code).id


def counts(report):
    names = ("created", "renamed", "recoded", "moved", "ended", "unchanged")
    return {name: getattr(report, name) for name in names if getattr(report, name)}


@pytest.fixture
def tree(db):
    put()


def test_a_table_becomes_a_tree(db):
    assert counts(put()) == {"created": len(TABLE)}
    village = selectors.division_by_code("990121101201")
    assert (village.level, village.full_name) == ("community", "云山省清河市长桥县大湾镇松林村委会")
    assert village.scope == Scope(
        village.id, id_of("99"), id_of("9901"), id_of("990121"), id_of("990121101"), village.id
    )
    assert [row.name for row in selectors.division_tree()] == ["云山省"]
    assert [row.name for row in selectors.division_tree(id_of("990121"))] == ["城关镇", "大湾镇"]
    assert [row.code for row in selectors.divisions_at("county", id_of("9902"))] == ["990201", "990271"]


def test_units_only_statistics_keep_are_marked(tree):
    marked = run("SELECT code FROM identity_division WHERE statistical ORDER BY code")
    assert [row[0] for row in marked] == ["990201400", "990271"]


def test_importing_again_changes_nothing(tree):
    before = run("SELECT * FROM identity_divisionstate ORDER BY id"), make.admin_entries()
    assert counts(put(reversed(TABLE))) == {"unchanged": len(TABLE)}
    assert (run("SELECT * FROM identity_divisionstate ORDER BY id"), make.admin_entries()) == before


def test_rows_that_cannot_be_read_are_told_and_the_rest_is_taken(db):
    report = put([*TABLE, ("9901x1", "坏码"), ("990101", "西湖区"), ("990109", ""), ("990301001", "孤街道")])
    assert report.created == len(TABLE)
    assert [(fault.code, fault.name) for fault in report.faults] == [
        ("9901x1", "坏码"), ("990101", "西湖区"), ("990109", ""), ("990301001", "孤街道"),
    ]  # fmt: skip
    assert all(fault.message for fault in report.faults)


def test_a_rename_is_dated_and_reaches_the_names_below(tree):
    town, day = id_of("990121101"), date(2026, 4, 1)
    renamed = [(code, "大湾街道" if code == "990121101" else name) for code, name in TABLE]
    assert counts(put(renamed, as_of=day)) == {"renamed": 1, "unchanged": len(TABLE) - 1}
    assert selectors.name_on(town, date(2026, 3, 31)) == "大湾镇"
    assert selectors.name_on(town, day) == "大湾街道"
    assert selectors.division_by_code("990121101201").full_name == "云山省清河市长桥县大湾街道松林村委会"
    assert counts(put(renamed, as_of=day)) == {"unchanged": len(TABLE)}


def test_a_table_older_than_the_tree_is_not_taken(tree):
    renamed = [(code, "大湾街道" if code == "990121101" else name) for code, name in TABLE]
    put(renamed, as_of=date(2026, 4, 1))
    report = put(TABLE, as_of=date(2026, 3, 1))
    assert [fault.code for fault in report.faults] == ["990121101"]
    assert selectors.division_by_code("990121101").name == "大湾街道"


def test_what_a_complete_table_lacks_is_ended_not_deleted(tree):
    village, day = id_of("990121101201"), date(2026, 4, 1)
    shorter = [row for row in TABLE if row[0] != "990121101201"]
    assert counts(put(shorter)) == {"unchanged": len(shorter)}
    assert counts(put(shorter, complete=True, as_of=day)) == {"ended": 1, "unchanged": len(shorter)}
    assert selectors.division_by_code("990121101201") is None
    assert selectors.division(village).name == "松林村委会"
    assert selectors.parent_on(village, date(2026, 3, 31)) == id_of("990121101")
    assert selectors.parent_on(village, day) == 0
    assert counts(put(as_of=date(2026, 5, 1)))["created"] == 1
    assert id_of("990121101201") != village


def test_a_complete_table_of_one_county_leaves_its_neighbours(tree):
    county = [row for row in TABLE if row[0].startswith("990121")]
    assert counts(put(county, complete=True)) == {"unchanged": len(county)}
    assert id_of("990201400")


def test_a_renumbered_county_stays_the_same_county_with_its_parts(tree):
    county, village = id_of("990121"), id_of("990121101201")
    new = [(code.replace("990121", "990181"), name.replace("长桥县", "长桥市")) for code, name in TABLE]
    report = put(new, same={"990181": "990121"}, complete=True, as_of=date(2026, 4, 1))
    assert counts(report) == {"recoded": 5, "renamed": 1, "unchanged": len(TABLE) - 5}
    assert (id_of("990181"), id_of("990181101201")) == (county, village)
    assert selectors.name_on(county, date(2026, 1, 1)) == "长桥县"
    with pytest.raises(BadInput):
        put(new, same={"990199": "990121"})


def test_counties_without_a_city_hang_on_the_province(db):
    put([("990000", "云山省"), ("999001", "直辖县"), ("990100", "市辖区"), ("990101", "中区")])
    assert selectors.parent_on(id_of("999001"), date(2026, 1, 1)) == id_of("99")
    assert selectors.division_by_code("990101").full_name == "云山省中区"


def test_a_city_without_counties_holds_its_towns(db):
    report = put([("99", "云山省"), ("9919", "莞城市"), ("991900", "莞城市"), ("991900003", "东城街道")])
    assert (report.created, report.faults) == (3, [])
    street = selectors.division_by_code("991900003")
    assert (street.parent, street.scope.county) == (id_of("9919"), 0)


def test_parks_grids_and_moves(tree):
    park = actions.add_division(SYSTEM, "长桥工业园", "park", id_of("990121"))
    grid = actions.add_division(SYSTEM, "第一网格", "grid", id_of("990121101201"))
    assert selectors.scope_of(park) == Scope(park, id_of("99"), id_of("9901"), id_of("990121"), park=park)
    assert selectors.scope_of(grid).community == id_of("990121101201")
    actions.amend_division(SYSTEM, id_of("990121101"), parent=id_of("990101"), as_of=date(2026, 4, 1))
    assert selectors.scope_of(grid).county == id_of("990101")
    assert selectors.division(grid).full_name == "云山省清河市东湖区大湾镇松林村委会第一网格"
    assert selectors.parent_on(id_of("990121101"), date(2026, 3, 31)) == id_of("990121")


def test_impossible_trees_are_refused(tree):
    city, county = id_of("9901"), id_of("990121")
    with pytest.raises(BadInput):
        actions.amend_division(SYSTEM, city, parent=county)
    with pytest.raises(BadInput):
        actions.add_division(SYSTEM, "倒挂市", "city", county)
    with pytest.raises(BadInput):
        actions.add_division(SYSTEM, "某县", "county", city, code="990101001")
    with pytest.raises(BadInput):
        actions.add_division(SYSTEM, "某国", "country")
    with pytest.raises(NotFound):
        actions.add_division(SYSTEM, "某县", "county", 10**12)
    with pytest.raises(Conflict):
        actions.add_division(SYSTEM, "重码县", "county", city, code="990121")
    with pytest.raises(Conflict):
        actions.end_division(SYSTEM, county)
    with pytest.raises(IntegrityError, match="identity_division_not_own_parent"):
        run("UPDATE identity_division SET parent_id = id WHERE id = %s", (county,))


def test_an_ended_division_is_not_found(tree):
    village = id_of("990121101201")
    actions.end_division(SYSTEM, village, date(2026, 4, 1))
    with pytest.raises(NotFound):
        actions.amend_division(SYSTEM, village, name="还在村")
    assert selectors.match_division("松林村").division == id_of("990121100201")


def test_an_ambiguous_name_is_asked_about_and_a_whole_one_is_not(tree):
    asked = selectors.match_division("松林村")
    assert asked.division == 0
    assert asked.ambiguous
    assert {row.code for row in asked.candidates} == {"990121101201", "990121100201"}
    assert selectors.match_division("大湾镇松林村").division == id_of("990121101201")
    assert selectors.match_division("松林", within=id_of("990121100")).division == id_of("990121100201")
    assert selectors.match_division("东湖区").ambiguous
    assert selectors.match_division("清河市东湖区").division == id_of("990101")
    assert selectors.match_division("白石市东湖", levels=["county"]).division == id_of("990201")


def test_the_whole_name_beats_the_stem(tree):
    assert selectors.match_division("城关镇").division == id_of("990121100")
    assert selectors.match_division("城关").ambiguous


@pytest.mark.parametrize("text", ["", "  ", "没有镇", "河东湖区", "某", "长桥县松林村委会办公室"])
def test_an_unknown_place_is_never_invented(tree, text):
    found = selectors.match_division(text)
    assert (found.division, found.candidates) == (0, ())


def test_scopes_come_in_one_statement_and_are_remembered(tree, django_assert_num_queries):
    from bihuan.kernel.identity.selectors.divisions import forget_scopes

    wanted = [id_of("990121"), id_of("9902"), 0, 10**12]
    forget_scopes()
    assert set(selectors.scopes_of(wanted)) == set(wanted[:2])
    assert selectors.scope_of(0) == Scope()


suffixes = st.lists(st.sampled_from(["01", "02", "21"]), min_size=1, max_size=3, unique=True)


class Trees(HypothesisCase):
    """Whatever table comes, in whatever order, the path columns say what the parents say."""

    @given(st.data())
    @hypothesis_settings(max_examples=25, deadline=None)
    def test_paths_follow_parents(self, data):
        rows = [("98", "甲省")]
        for city in data.draw(suffixes):
            rows.append((f"98{city}", f"市{city}"))
            for county in data.draw(suffixes):
                rows.append((f"98{city}{county}", f"县{county}"))
                rows += [
                    (f"98{city}{county}{n:03}", f"镇{n}") for n in range(1, data.draw(st.integers(1, 3)))
                ]
        report = put(data.draw(st.permutations(rows)))
        again = put(rows)
        assert (report.created, report.faults) == (len(rows), [])
        assert (again.created, again.renamed, again.moved) == (0, 0, 0)
        path = ", ".join(f"d.{level}_id" for level in LEVELS)
        above = ", ".join(f"coalesce(p.{level}_id, 0)" for level in LEVELS)
        sql = f"""SELECT d.id, d.level, ARRAY[{path}], ARRAY[{above}] FROM identity_division d
                  LEFT JOIN identity_division p ON p.id = d.parent_id"""
        for id_, level, own, inherited in run(sql):
            inherited[LEVELS.index(level)] = id_
            assert own == inherited
