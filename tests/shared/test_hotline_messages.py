"""The real messages: issues that a reader names are found, pairs that a reader judged are mostly joined as he did."""

import csv
from pathlib import Path

import pytest

from bihuan.lines.hotline.learning.tables import messages
from bihuan.logic.messages.merging import groups, hotspots

pytestmark = pytest.mark.shared
PAIRS = Path(__file__).parents[1] / "lines" / "hotline" / "same_event_pairs.csv"


@pytest.fixture(scope="module")
def real(shared_data):
    pytest.importorskip("scipy")
    return messages(shared_data / "data" / "hotline" / "messages_hotspot_first60.csv.gz")


def test_issues_a_reader_would_name_are_among_the_first(real):
    subject = {one.id: one.subject for one in real}
    found = hotspots(real, most=20)
    for name in ("58车贷", "丽发新城", "月亮岛路", "伊景园滨河苑", "洪山公园"):
        first = next(one for one in found if name in " ".join(subject[key] for key in one.messages))
        assert sum(name in subject[key] for key in first.messages) >= 0.7 * len(first.messages), name


def test_pairs_are_joined_mostly_as_a_reader_would(real):
    group = dict(zip([one.id for one in real], groups(real), strict=True))
    with PAIRS.open(encoding="utf-8") as file:
        pairs = [
            (group[row["one"]] == group[row["other"]], row["same"] == "1") for row in csv.DictReader(file)
        ]
    assert len(pairs) >= 300
    both = sum(joined and same for joined, same in pairs)
    assert both / sum(joined for joined, _same in pairs) > 0.6
    assert both / sum(same for _joined, same in pairs) > 0.65
