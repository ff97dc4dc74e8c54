"""The real tree of Hunan: what the National Bureau of Statistics lists stands as it lists it."""

import gzip
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from bihuan.kernel.identity import actions, codes, selectors
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.store.sql import run

pytestmark = [pytest.mark.shared, pytest.mark.django_db]

FILES = {
    "province": ("hunan_provinces.csv", 1),
    "city": ("hunan_cities.csv", 14),
    "county": ("hunan_areas.csv", 134),
    "street": ("hunan_streets.csv", 2008),
    "community": ("hunan_villages.csv.gz", 29534),
}


@pytest.fixture
def table(shared_data: Path) -> list[tuple[str, str]]:
    files = [shared_data / "data" / "divisions" / name for name, _count in FILES.values()]
    return [row for file in files for row in actions.read_division_table(file)]


def test_the_whole_tree_imports_once_and_only_once(table, tmp_path):
    report = actions.import_divisions(SYSTEM, table)
    assert (report.created, report.faults) == (len(table), [])
    levels = Counter(dict(run("SELECT level, count(*) FROM identity_division GROUP BY level")))
    assert levels == {level: count for level, (_name, count) in FILES.items()}
    assert run("SELECT count(*) FROM identity_division WHERE statistical AND level = 'county'") == [(12,)]
    _parents_are_prefixes(len(table) - 1)
    _paths_repeat_parents()
    before = run("SELECT * FROM identity_divisionstate ORDER BY id")
    again = actions.import_divisions(SYSTEM, table, as_of=date(2027, 1, 1), complete=True)
    assert (again.unchanged, again.created, again.ended, again.faults) == (len(table), 0, 0, [])
    assert run("SELECT * FROM identity_divisionstate ORDER BY id") == before
    _names_are_asked_about(table)


def _parents_are_prefixes(children: int) -> None:
    rows = run(
        "SELECT d.code, p.code FROM identity_division d JOIN identity_division p ON p.id = d.parent_id"
    )
    assert len(rows) == children
    shorter = {12: 9, 9: 6, 6: 4, 4: 2}
    for code, parent in rows:
        trimmed = codes.trimmed(code)
        assert codes.trimmed(parent) == trimmed[: shorter[len(trimmed)]]


def _paths_repeat_parents() -> None:
    broken = run(
        """SELECT count(*) FROM identity_division d JOIN identity_division p ON p.id = d.parent_id
           WHERE (d.level = 'city' AND d.province_id <> p.id) OR (d.level = 'county' AND d.city_id <> p.id)
              OR (d.level = 'street' AND d.county_id <> p.id)
              OR (d.level = 'community' AND d.street_id <> p.id)
              OR (d.level <> 'province' AND d.province_id <> p.province_id)"""
    )
    assert broken == [(0,)]


def _names_are_asked_about(table: list[tuple[str, str]]) -> None:
    streets = Counter(name for code, name in table if len(code) == 9)
    twice = sorted(name for name, count in streets.items() if count > 1)
    once = sorted(name for name, count in streets.items() if count == 1)
    assert len(twice) > 20
    for name in twice[:20]:
        found = selectors.match_division(name, levels=["street"])
        assert (found.division, len(found.candidates)) == (0, streets[name])
    for name in once[:20]:
        found = selectors.match_division(name, levels=["street"])
        assert found.candidates[0].name == name
        assert found.division == found.candidates[0].id
    for name in twice[:5]:
        for row in selectors.match_division(name, levels=["street"]).candidates:
            county = selectors.division(row.scope.county)
            within = selectors.match_division(f"{county.name}{name}", levels=["street"])
            assert row.id in {candidate.id for candidate in within.candidates}
            assert selectors.match_division(name, within=county.id, levels=["street"]).division == row.id
    assert selectors.match_division("没有这个镇").candidates == ()


def test_a_table_without_its_columns_is_refused(tmp_path):
    from bihuan.kernel.errors import BadInput

    file = tmp_path / "places.csv.gz"
    with gzip.open(file, "wt") as out:
        out.write("代码,名称\n43,湖南省\n")
    with pytest.raises(BadInput):
        list(actions.read_division_table(file))
