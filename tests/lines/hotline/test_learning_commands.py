"""``hotline train`` and ``hotline evaluate``: documents, exit statuses, and files that can't be read."""

import csv
import gzip
import io
import json
import random

import pytest
from django.utils import translation

from bihuan.kernel.errors import BadInput
from bihuan.lines.hotline.commands import EVALUATE, REPLIES, TRAIN
from bihuan.site.cli import parser

KEYS = [
    "n", "accuracy", "macro_f1", "top2_accuracy", "threshold", "precision", "coverage", "calibration_error",
    "ms_per_message",
]  # fmt: skip
OWN = {"环境保护": ("噪音", "扬尘", "污水", "排放"), "交通运输": ("公交", "站台", "班次", "司机")}


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def call(*words):
    arguments = parser([TRAIN, EVALUATE, REPLIES]).parse_args([str(word) for word in words])
    answer = arguments.command.run(arguments)
    return json.loads(json.dumps(answer.document, ensure_ascii=False)), answer


def table(path, rows, head=("text", "label"), encoding="utf-8"):
    text = io.StringIO(newline="")
    csv.writer(text).writerows([head, *rows])
    data = text.getvalue().encode(encoding)
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def messages(count=30):
    chance = random.Random(5)
    filler = [chr(0x6000 + n) * 2 for n in range(90)]
    return [
        (f"{own[n % 4]} 问题        {' '.join(chance.choices([*own, *filler], k=12))}", label)
        for label, own in OWN.items()
        for n in range(count)
    ]


def test_train_writes_a_model_that_evaluate_reads(tmp_path):
    pytest.importorskip("sklearn")
    file = table(tmp_path / "a.csv.gz", messages())
    document, answer = call(
        "hotline", "train", file, "--out", tmp_path / "m", "--suspicious", tmp_path / "s.csv"
    )
    assert list(document) == KEYS
    assert (document["n"], answer.exit) == (60, 0)
    assert "60 messages" in answer.text
    measured, _answer = call("hotline", "evaluate", file, "--model", tmp_path / "m", "--json")
    assert list(measured) == KEYS
    assert measured["accuracy"] > 0.9
    assert measured["threshold"] == document["threshold"]
    with (tmp_path / "s.csv").open(encoding="utf-8-sig") as listed:
        assert next(csv.reader(listed))[:3] == ["row", "label", "rather"]
    strange = table(
        tmp_path / "b.csv", [("公交 司机", "农业"), ("公交 站台", "交通运输")], encoding="gb18030"
    )
    measured, _answer = call("hotline", "evaluate", strange, "--model", tmp_path / "m")
    assert measured["accuracy"] <= 0.5
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


@pytest.mark.parametrize(
    ("rows", "head", "says"),
    [
        ([("公交", "甲")], ("text", "class"), "label"),
        ([], ("text", "label"), "no message"),
        ([("公交", "甲")] * 30, ("text", "label"), "one label"),
        (
            [(f"{n}公 {n}交 {n}车", "甲") for n in "一二三四五六七八九十百千"] + [("学校", "乙")],
            ("text", "label"),
            "乙",
        ),
    ],
)
def test_what_can_not_be_learned_is_bad_input(tmp_path, rows, head, says):
    pytest.importorskip("sklearn")
    with pytest.raises(BadInput, match=says):
        call("hotline", "train", table(tmp_path / "a.csv", rows, head), "--out", tmp_path / "m")
    assert not (tmp_path / "m").exists()


def test_files_that_are_none_are_bad_input(tmp_path):
    (tmp_path / "bad.gz").write_bytes(b"\x1f\x8bnothing")
    (tmp_path / "bad.csv").write_bytes(b"text,label\n\xff\xff\xff")
    (tmp_path / "bad.model").write_bytes(b"PK nothing")
    for name in ("bad.gz", "bad.csv", "missing.csv"):
        with pytest.raises(BadInput):
            call("hotline", "train", tmp_path / name, "--out", tmp_path / "m")
    for name in ("bad.model", "missing.model", "."):
        with pytest.raises(BadInput) as error:
            call("hotline", "evaluate", table(tmp_path / "a.csv", messages(1)), "--model", tmp_path / name)
        assert error.value.exit == 2


def test_replies_are_scored_and_the_emptiest_are_called_back_first(tmp_path):
    head = ("留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "答复意见", "答复时间")
    full = "经区住建局2019年3月2日现场核实，已更换水管20米。"
    full += "如有疑问请拨打88881234。依据《物业管理条例》。"
    rows = [
        ("1", "甲", "3栋水管漏水", "2019/3/1 9:00:00", "3栋水管漏水没人修", full, "2019/3/3 9:00:00"),
        (
            "2",
            "乙",
            "3栋水管漏水",
            "2019/3/1 9:00:00",
            "3栋水管漏水没人修",
            "您的留言已收悉，已转有关单位。",
            "2019/6/3",
        ),
        ("3", "丙", "无答复", "2019/3/1", "无", "", ""),
    ]
    document, answer = call("hotline", "replies", table(tmp_path / "a.csv", rows, head), "--most", "1")
    assert (document["n"], [one["id"] for one in document["to_call_back"]]) == (2, ["2"])
    assert document["to_call_back"][0]["score"] < document["mean"]["score"]
    assert "2" in answer.text
    with pytest.raises(BadInput, match="no reply"):
        call("hotline", "replies", table(tmp_path / "b.csv", rows[2:], head))
