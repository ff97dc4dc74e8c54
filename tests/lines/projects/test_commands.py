"""``import projects`` and ``export projects``: documents, exit statuses, and what they leave behind."""

import csv
import json

import openpyxl
import pytest
from django.utils import translation
from tests.lines.projects.park import HEAD, PARK, park

from bihuan.kernel.errors import BadInput
from bihuan.kernel.files.models import File
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.intake.models import Batch
from bihuan.lines.projects.commands import EXPORT, IMPORT
from bihuan.lines.projects.models import Project
from bihuan.lines.projects.transfers.models import Work
from bihuan.site.cli import parser

__all__ = ["park"]

pytestmark = pytest.mark.django_db

FIRST = [None, "甲项目", None, PARK, "1.2亿元", "2027年10月", "用电难"]


@pytest.fixture
def folder(tmp_path, travel):
    from datetime import date

    with travel(date(2026, 3, 2)), translation.override("en"):
        yield tmp_path


def workbook(folder, *rows, name="台账.xlsx"):
    made = openpyxl.Workbook()
    for row in (HEAD, *rows):
        made.active.append(row)
    made.save(folder / name)
    return folder / name


def call(*words):
    arguments = parser([IMPORT, EXPORT]).parse_args([str(word) for word in words])
    arguments.actor = SYSTEM
    answer = arguments.command.run(arguments)
    return json.loads(json.dumps(answer.document, ensure_ascii=False)), answer


def test_a_dry_run_prints_the_document_and_writes_nothing(folder):
    document, answer = call("import", "projects", workbook(folder, FIRST), "--dry-run", "--json")
    assert set(document) == {"rows", "created", "updated", "unchanged", "problems"}
    assert [document[name] for name in ("rows", "created", "updated", "unchanged")] == [1, 1, 0, 0]
    for problem in document["problems"]:
        assert set(problem) == {"sheet", "row", "column", "value", "message", "severity"}
        assert problem["severity"] in {"error", "warning", "info"}
        assert problem["message"]
    assert {(p["row"], p["column"]) for p in document["problems"]} >= {(2, "E"), (2, "D")}
    assert answer.exit == 0
    assert not Project.objects.exists()
    assert not Batch.objects.exists()
    assert not File.objects.exists()


def test_an_import_writes_and_is_kept_like_any_other(folder):
    path = workbook(folder, FIRST)
    document, answer = call("import", "projects", path)
    assert (document["created"], answer.exit) == (1, 0)
    assert (Project.objects.get().name, Work.objects.get().state) == ("甲项目", "done")
    kinds = {row.kind for row in flow.listed(SYSTEM, flow.Filter())[0]}
    assert kinds == {"projects.problem", "projects.timetable"}
    again, answer = call("import", "projects", path)
    assert [again[name] for name in ("rows", "created", "updated", "unchanged")] == [1, 0, 0, 1]
    assert answer.exit == 0


def test_a_row_not_taken_is_a_finding(folder):
    document, answer = call("import", "projects", workbook(folder, FIRST, [None, None, "无名公司"]))
    assert answer.exit == 1
    assert [p["row"] for p in document["problems"] if p["severity"] == "error"] == [3]
    assert Project.objects.count() == 1


def test_a_question_is_a_finding_and_the_row_is_left(folder):
    call("import", "projects", workbook(folder, [None, "湘潭智能装备产业园"]))
    document, answer = call("import", "projects", workbook(folder, [None, "湘潭智能装备产业园一期"]))
    assert (document["created"], answer.exit) == (0, 1)
    assert "asked" in answer.text


def test_the_day_it_is_read_as_of_decides_what_has_happened(folder):
    head = ["项目名称", "建设单位", "开工时间"]
    made = openpyxl.Workbook()
    made.active.append(head)
    made.active.append(["甲项目", "某公司", "2026-02-01"])
    made.save(folder / "b.xlsx")

    def severe(day):
        document, _answer = call("import", "projects", folder / "b.xlsx", "--dry-run", "--today", day)
        return [p for p in document["problems"] if p["column"] == "C" and p["severity"] == "warning"]

    assert severe("2026-01-31")
    assert not [p for p in severe("2026-03-31") if "future" in p["message"]]
    with pytest.raises(BadInput):
        call("import", "projects", folder / "b.xlsx", "--today", "gestern")


def test_rows_without_a_known_place_are_filed_where_one_says(park, folder):
    path = workbook(folder, [None, "甲项目", None, "无名镇"])
    call("import", "projects", path, "--division", PARK)
    assert Project.objects.get().park == park.place
    with pytest.raises(BadInput):
        call("import", "projects", path, "--division", "没有的地方")


def test_a_file_that_is_none_is_bad_input(folder):
    (folder / "x.xlsx").write_bytes(b"nothing of a workbook")
    for name in ("x.xlsx", "missing.xlsx"):
        with pytest.raises(BadInput):
            call("import", "projects", folder / name)


def test_a_file_with_a_mark_of_secrecy_is_refused(folder):
    made = openpyxl.Workbook()
    for row in (["秘密★3年"], HEAD, FIRST):
        made.active.append(row)
    made.save(folder / "s.xlsx")
    with pytest.raises(BadInput):
        call("import", "projects", folder / "s.xlsx")
    assert not Project.objects.exists()
    assert not File.objects.exists()


def test_exports_come_back_as_they_were(folder):
    call("import", "projects", workbook(folder, FIRST))
    document, answer = call("export", "projects", folder / "out.xlsx")
    assert (document, answer.exit) == ({"file": str(folder / "out.xlsx"), "rows": 1}, 0)
    again, _answer = call("import", "projects", folder / "out.xlsx", "--dry-run")
    assert [again[name] for name in ("rows", "unchanged")] == [1, 1]
    call("export", "projects", folder / "out.csv")
    with (folder / "out.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["name"], row["investment_wan_yuan"], row["planned_production"]) == (
        "甲项目",
        "12000",
        "2027-10",
    )
    for bad in (folder / "out.pdf", folder / "nowhere" / "out.csv"):
        with pytest.raises(BadInput):
            call("export", "projects", bad)
