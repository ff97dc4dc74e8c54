"""Saved column mappings on a page: entered, changed, tried on a file; what is wrong is told at its field."""

import re
from io import BytesIO

import pytest
from tests.lines.hotline.district import district

from bihuan.kernel.errors import BadInput, FieldErrors
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.imports import selectors
from bihuan.lines.hotline.imports.saving import faults, save_mapping

assert district
HERE = "/hotline/past/mappings/"
OURS = {"number": "编号", "class": "类别", "created": "时间", "moments": "%Y-%m-%d"}
GOOD = {"columns": {"number": "编号", "class": "类别", "created": "时间"}}


def sheet(text, name="导出.csv"):
    file = BytesIO(text.encode())
    file.name = name
    return file


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ({"columns": {"number": "编号", "class": "类别"}}, "created", "needs the column"),
        ({"columns": {**GOOD["columns"], "number": " "}}, "number", "needs the column"),
        ({"columns": {**GOOD["columns"], "agency": "类别"}}, "agency", "named twice"),
        ({"columns": {**GOOD["columns"], "colour": "颜色"}}, "colour", "no field of an order"),
        ({"columns": {**GOOD["columns"], "latitude": "纬度"}}, "longitude", "together"),
        ({**GOOD, "shape": "x"}, "shape", "knows no"),
        ({**GOOD, "moments": "%H:%M"}, "moments", "lose their day"),
        ({**GOOD, "moments": "%Q"}, "moments", "lose their day"),
        ({**GOOD, "box": [30, 110, 20, 120]}, "box", "Four numbers"),
        ({**GOOD, "box": ["nan", 1, 2, 3]}, "box", "Four numbers"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(district, said, field, words):
    assert words in faults("ours", said)[field]
    with pytest.raises(FieldErrors):
        save_mapping("ours", said)
    assert run("SELECT count(*) FROM hotline_mapping") == [(0,)]


def test_those_that_come_with_the_line_have_no_fault():
    assert [faults(name, said) for name, said in selectors.shipped().items()] == [{}, {}]


def test_entered_changed_tried_and_taken_back(district):
    desk = district.client(district.operator)
    assert "baltimore" in desk.get(HERE).text
    twice = desk.post(f"{HERE}new/", {**OURS, "name": "ours", "agency": "类别"})
    assert twice.status_code == 422
    assert "named twice" in twice.text
    assert desk.post(f"{HERE}new/", {"name": "a b", **OURS}).status_code == 422
    assert desk.post(f"{HERE}new/", {"name": "city", **OURS}).status_code == 422
    assert desk.post(f"{HERE}new/", {"name": "ours", **OURS}).status_code in {200, 302, 303}
    shown = desk.get(f"{HERE}ours/").text
    assert "编号" in shown
    tried = desk.post(
        f"{HERE}ours/", {"try": "yes", "file": sheet("编号,类别,时间\nA1,井盖,2025-01-02\n,井盖,昨天\n")}
    )
    assert tried.status_code == 200
    assert "can&#x27;t be read" in tried.text
    assert re.search(r"Not kept.*?1", tried.text, re.DOTALL)
    assert run("SELECT count(*) FROM hotline_past") == [(0,)]
    desk.post(f"{HERE}city/", {**OURS, "number": "我们的编号"})
    assert selectors.mapping("city", district.place).columns["number"] == "我们的编号"
    assert selectors.mapping("city", district.place).name == "city"
    desk.post(f"{HERE}city/", {"drop": "yes"})
    assert selectors.mapping("city", district.place).columns["number"] == "工单编号"


def test_a_file_that_does_not_fit_is_told_with_its_columns(district):
    desk = district.client(district.operator)
    for text, words in (
        ("单号,类别\nA1,井盖\n", "no column “工单编号”"),
        (
            "工单编号,工单编号,诉求类别,承办单位,事发地点,受理时间,办理时限,办结时间,工单状态\n",
            "“工单编号” twice",
        ),
    ):
        shown = desk.post(f"{HERE}city/", {"try": "yes", "file": sheet(text)})
        assert shown.status_code == 422
        assert words in shown.text
    assert desk.post(f"{HERE}city/", {"try": "yes"}).status_code == 422
    assert desk.post(f"{HERE}city/", {"try": "yes", "file": sheet("x", "a.csv.gz")}).status_code == 422


def test_a_mapping_is_its_districts(district):
    district.client(district.operator).post(f"{HERE}new/", {"name": "ours", **OURS})
    stranger = district.client(district.stranger)
    assert "ours" not in [one.name for one in selectors.mappings(district.stranger.division)]
    assert stranger.get(f"{HERE}ours/").status_code == 404
    with pytest.raises(BadInput):
        selectors.mapping("ours", district.stranger.division)
    assert district.client(district.fixer).get(HERE).status_code == 403
