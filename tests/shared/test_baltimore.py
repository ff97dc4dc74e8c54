"""Baltimore's 6,000 requests come in by the saved mapping; odd cells are told, on time is counted both ways."""

import csv
import gzip
from datetime import datetime

import pytest
from tests.lines.hotline.district import district

from bihuan.kernel.now import LOCAL
from bihuan.lines.hotline.imports import selectors
from bihuan.lines.hotline.imports.actions import bring_in

pytestmark = pytest.mark.shared
assert district
_FORM = "%m/%d/%Y %I:%M:%S %p"
AT = datetime(2019, 6, 1, tzinfo=LOCAL)


def test_the_whole_file_comes_in_and_both_rates_follow(district, shared_data):
    file = shared_data / "data" / "baltimore311" / "requests_6000.csv.gz"
    with gzip.open(file, "rt", encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    made = bring_in(file, "baltimore", district.place)
    assert (made.rows, made.created, made.dropped) == (6000, 6000, 0)
    assert made.counted["latitude:missing"] == 338
    assert made.counted["latitude:rounded"] == 545
    assert made.counted["due:missing"] == 172
    (one,) = selectors.on_time(district.place, AT)
    single = [row for row in rows if "(Duplicate)" not in row["SRStatus"]]
    assert one.doubles == len(rows) - len(single) == 129

    def day(row, name):
        return datetime.strptime(row[name], _FORM).replace(tzinfo=LOCAL) if row[name] else None

    dated = [(day(row, "DueDate"), day(row, "CloseDate")) for row in single if row["DueDate"]]
    closed = [(due, end) for due, end in dated if end]
    assert one.closed == len(closed)
    assert one.kept == sum(end <= due for due, end in closed)
    assert one.overdue == sum(end is None and due < AT for due, end in dated)
    assert one.whole == one.closed + one.overdue
