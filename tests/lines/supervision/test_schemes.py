"""Packaged rules of scoring come with every upgrade as new rows; what is in use never changes."""

import json
from datetime import date

import pytest
from tests.kernel import factories as make
from tests.lines.projects.park import park

from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.now import travel
from bihuan.kernel.store.sql import run
from bihuan.lines.supervision.scoring import schemes

__all__ = ["park"]
pytestmark = pytest.mark.django_db
COLUMNS = "id, version, division, title, valid_from, rules::text, hash, head, packaged"


def rows():
    return run(f"SELECT {COLUMNS} FROM supervision_scheme ORDER BY version")


@pytest.fixture
def packaged(monkeypatch, tmp_path):
    """Return how to package what a list of schemes says, as an upgrade would."""
    real = schemes.files("bihuan.lines.supervision").joinpath("scheme.json").read_text(encoding="utf-8")

    def package(change):
        said = json.loads(real)
        change(said)
        (tmp_path / "scheme.json").write_text(json.dumps(said), encoding="utf-8")
        monkeypatch.setattr(schemes, "files", lambda _name: tmp_path)

    return package


def newer(said):
    again = json.loads(json.dumps(said[0]))
    again["weights"] |= {"response": 25, "coordination": 5}
    said.append({**again, "title": "部门考核评分细则（示例，2026 年修订）"})


def test_an_upgrade_brings_a_new_version_and_leaves_the_old_one_as_it_was(packaged, park):
    (first,) = before = rows()
    assert first[-1], "what came with the program says so"
    with travel(date(2026, 6, 1)):
        schemes.load_defaults()
        assert rows() == before, "nothing new, nothing done"
        packaged(newer)
        schemes.load_defaults()
        kept, added = rows()
        assert kept == first, "the version in use is untouched"
        assert (added[3], added[4], added[-1]) == (
            "部门考核评分细则（示例，2026 年修订）",
            date(2026, 6, 1),
            True,
        )
        schemes.load_defaults()
        assert len(rows()) == 2, "once"
        assert schemes.in_force(park.place, date(2026, 5, 31), "default").id == first[0], (
            "no day before is judged anew"
        )
        assert schemes.in_force(park.place, date(2026, 6, 1), "default").id == added[0]


def test_an_offices_own_goes_before_what_an_upgrade_brings(packaged, park):
    base = schemes.in_force(park.place, using="default")
    with travel(date(2026, 5, 1)):
        own = schemes.put_scheme(
            SYSTEM, title="本园区细则", source="党工委会议纪要", rules=base.rules, division=0,
            weights={**base.weights, "response": 30, "resolution": 20},
        )  # fmt: skip
    with travel(date(2026, 6, 1)):
        packaged(newer)
        schemes.load_defaults()
        assert len(rows()) == 3
        assert schemes.in_force(park.place, date(2026, 7, 1), "default").id == own
        elsewhere = make.make_division("另一处", "park")
        assert schemes.in_force(elsewhere, date(2026, 4, 30), "default").id == base.id
