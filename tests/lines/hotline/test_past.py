"""Orders of another system come in by a saved mapping; odd cells are told; on time is counted both ways."""

import gzip
import json
from datetime import datetime

import pytest
from tests.lines.hotline.district import district

from bihuan.kernel.errors import BadInput
from bihuan.kernel.now import LOCAL
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.imports import selectors
from bihuan.lines.hotline.imports.actions import bring_in
from bihuan.lines.hotline.imports.saving import save_mapping

assert district
HEAD = "ServiceRequestNum,SRType,Agency,Address,CreatedDate,DueDate,CloseDate,SRStatus,Latitude,Longitude"
ROWS = [
    "1,Limb,Parks,1 A ST,01/02/2018 08:00:00 AM,01/05/2018 08:00:00 AM,01/03/2018 08:00:00 AM,Closed,39.3335,-76.5699",
    "2,Limb,Parks,2 A ST,01/02/2018 08:00:00 AM,01/05/2018 08:00:00 AM,01/09/2018 08:00:00 AM,Closed,39,-77",
    "3,Signal,Transport,3 A ST,01/02/2018 08:00:00 AM,01/05/2018 08:00:00 AM,,Open,50.5,-76.5699",
    "4,Signal,Transport,4 A ST,01/08/2018 08:00:00 AM,02/05/2018 08:00:00 AM,,Open,,",
    "5,Signal,,5 A ST,01/08/2018 08:00:00 AM,,01/09/2018 08:00:00 AM,Closed,39.3,-76.6",
    "6,Limb,Parks,2 A ST,01/02/2018 09:00:00 AM,01/05/2018 08:00:00 AM,,Closed (Duplicate),39.3,-76.6",
    "7,Limb,Parks,7 A ST,01/02/2018 09:00:00 AM,01/05/2018 08:00:00 AM,01/01/2018 08:00:00 AM,Closed,39.3,-76.6",
    ",Limb,Parks,8 A ST,yesterday,,,Open,39.3,-76.6",
]
AT = datetime(2018, 1, 20, tzinfo=LOCAL)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "requests.csv.gz"
    path.write_bytes(gzip.compress("\n".join([HEAD, *ROWS]).encode()))
    return path


def test_a_file_comes_in_by_its_mapping_once(district, file):
    dry = bring_in(file, "baltimore", district.place, dry=True)
    assert (dry.rows, dry.created, dry.dropped) == (8, 7, 1)
    assert run("SELECT count(*) FROM hotline_past") == [(0,)]
    made = bring_in(file, "baltimore", district.place)
    assert made.json() == dry.json()
    assert {key: made.counted[key] for key in ("latitude:rounded", "latitude:outside", "latitude:missing")} == {
        "latitude:rounded": 1, "latitude:outside": 1, "latitude:missing": 1,
    }  # fmt: skip
    assert (
        made.counted["closed:order"] == made.counted["created:unread"] == made.counted["agency:missing"] == 1
    )
    again = bring_in(file, "baltimore", district.place)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 7)


def test_on_time_is_counted_both_ways(district, file):
    bring_in(file, "baltimore", district.place)
    (one,) = selectors.on_time(district.place, AT)
    assert (one.kept, one.closed, one.overdue, one.whole) == (1, 2, 1, 3), (
        "50 % of those closed, a third of all due"
    )
    assert (one.waiting, one.unlimited, one.undated, one.doubles) == (1, 1, 1, 1)
    assert {row.group: row.whole for row in selectors.on_time(district.place, AT, "agency")} == {
        "Parks": 2, "Transport": 1, "": 0,
    }  # fmt: skip
    desk = district.client(district.operator)
    body = desk.get("/hotline/past/?by=class").content.decode()
    assert "1 / 3" in body
    assert "1 / 2" in body
    assert (
        "Nothing was brought in" in district.client(district.stranger).get("/hotline/past/").content.decode()
    )


def test_a_mapping_is_saved_and_faults_are_told(district, file, tmp_path):
    with pytest.raises(BadInput):
        bring_in(file, "nothing", district.place)
    with pytest.raises(BadInput):
        bring_in(file, "city", district.place)
    with pytest.raises(BadInput):
        save_mapping("ours", {"columns": {"number": "编号"}})
    said = {"columns": {"number": "编号", "class": "类别", "created": "时间"}, "moments": "%Y-%m-%d"}
    save_mapping("ours", said)
    own = tmp_path / "ours.csv"
    own.write_text("编号,类别,时间\nA1,井盖,2025-01-02\n", encoding="utf-8")
    assert bring_in(own, "ours", district.place).created == 1
    assert json.dumps(bring_in(own, "ours", district.place).json())
