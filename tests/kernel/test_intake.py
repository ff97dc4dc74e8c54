"""Files offices hand over: refused clearly, or read as they are laid out."""

import io
import re
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from bihuan.kernel.errors import BadInput
from bihuan.kernel.intake.columns import KINDS, Column
from bihuan.kernel.intake.guards import Limits
from bihuan.kernel.intake.reading import Reading
from bihuan.kernel.intake.sheet import Sheet
from bihuan.kernel.intake.wording import MARKS, PROBLEMS, word
from bihuan.kernel.intake.workbook import open_workbook
from bihuan.logic.days import Day

SHEET = Sheet(
    "things",
    (
        Column("name", "Name", "text", ("名称", "项目名称"), required=True),
        Column("money", "Money", "money", ("总投资",), expected=True),
        Column("land", "Land", "area", ("用地面积",)),
        Column("day", "Day", "day", ("开工时间",), fact=True),
        Column("plan", "Plan", "day", ("计划投产时间",)),
        Column("report", "Report", "day", ("报道日期",)),
        Column("note", "Note", "prose", ("备注",)),
    ),
    report_column="report",
)
TODAY = date(2026, 1, 31)


def book(*sheets, merges=(), formats=None):
    """Write rows of cells, one list a sheet, and return the file."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for at, rows in enumerate(sheets):
        sheet = made.create_sheet(f"表{at + 1}")
        for row in rows:
            sheet.append(row)
        for merge in merges:
            sheet.merge_cells(merge)
        for address, number_format in (formats or {}).items():
            sheet[address].number_format = number_format
    file = io.BytesIO()
    made.save(file)
    return file


def read(file, **options):
    reading = Reading(SHEET, open_workbook(file, **options), TODAY)
    records = list(reading.records())
    return records, {(f.row, f.column, f.code): f for f in reading.findings}


def reason(file, **options):
    with pytest.raises(BadInput) as caught:
        read(file, **options)
    assert caught.value.message
    return caught.value.details["reason"]


HEAD = ["名称", "总投资", "开工时间", "报道日期"]


def packed(names, content=b"x"):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content)
    return file


def with_part(name, content):
    file = book([HEAD, ["甲"]])
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return file


def replaced(name, old, new):
    source, made = zipfile.ZipFile(book([HEAD, ["甲", 1]])), io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in source.namelist():
            content = source.read(entry)
            if entry == name:
                assert old in content
                content = content.replace(old, new)
            archive.writestr(entry, content)
    return made


class TestRefused:
    def test_too_large(self, tmp_path):
        assert reason(io.BytesIO(b"PK\x03\x04" + b"0" * 2000), limits=Limits(size=1000)) == "too_large"
        huge = tmp_path / "huge.xlsx"
        with huge.open("wb") as file:
            file.truncate(200 * 1024 * 1024)
        assert reason(huge) == "too_large"

    def test_an_upload_above_the_limit_is_not_read_to_its_end(self):
        class Endless(io.RawIOBase):
            given = 0

            def read(self, size=-1):
                self.given += size
                return b"0" * size

            def seek(self, *args):
                return 0

        upload = Endless()
        with pytest.raises(BadInput):
            open_workbook(upload, limits=Limits(size=5 * 1024 * 1024))
        assert upload.given < 8 * 1024 * 1024

    @pytest.mark.parametrize("content", [b"", b"%PDF-1.4", b"<html><table>", b"a\x00b", b"{\\rtf1"])
    def test_not_a_workbook(self, content):
        assert reason(io.BytesIO(content)) in ("not_a_workbook", "empty")

    def test_no_such_file(self, tmp_path):
        assert reason(tmp_path / "nothing.xlsx") == "no_file"

    def test_an_archive_that_is_no_workbook(self):
        assert reason(packed(["word/document.xml"])) == "not_a_workbook"
        assert reason(io.BytesIO(b"PK\x03\x04broken")) == "damaged"

    def test_macros(self):
        assert reason(with_part("xl/vbaProject.bin", b"x")) == "macros"
        old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook _VBA_PROJECT".encode("utf-16-le")
        assert reason(io.BytesIO(old)) == "macros"

    def test_encrypted(self):
        old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
        assert reason(io.BytesIO(old)) == "encrypted"

    def test_an_old_container_that_holds_a_letter(self):
        old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le")
        assert reason(io.BytesIO(old)) == "not_a_workbook"

    def test_bombs(self):
        assert reason(with_part("xl/media/a.bin", b"\0" * (40 * 1024 * 1024))) == "bomb"
        assert reason(book([HEAD, ["甲"]]), limits=Limits(unpacked=1000)) == "bomb"
        assert reason(book([HEAD, ["甲"]]), limits=Limits(entries=2)) == "bomb"

    def test_too_many_rows(self):
        assert (
            reason(book([HEAD, *[[f"甲{n}"] for n in range(30)]]), limits=Limits(rows=20)) == "too_many_rows"
        )

    def test_entities_and_broken_xml(self):
        sheet = "xl/worksheets/sheet1.xml"
        entity = b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet'
        assert reason(replaced(sheet, b"<worksheet", entity)) == "damaged"
        assert reason(replaced(sheet, b"</sheetData>", b"")) == "damaged"
        assert reason(replaced(sheet, b'<row r="2"', b'<row r="99999999999"')) == "damaged"

    def test_changed_columns_are_named(self):
        with pytest.raises(BadInput) as caught:
            read(book([["工程名", "总投资", "开工时间"], ["甲", 1, None]]))
        assert caught.value.details["reason"] == "missing_columns"
        assert "名称" in caught.value.message
        assert "工程名" in caught.value.message

    def test_no_table_at_all(self):
        assert reason(book([["一", "二"], [1, 2]], [])) == "no_header"


class TestLayout:
    def test_titles_units_sections_totals_notes_and_signatures(self):
        rows = [
            ["某县重点项目"], ["单位：亿元、公顷"], ["序号", "名称", "总投资", "用地面积"],
            ["一、在建（2个）"], [1, "甲", 3, 2], [2, "乙", "2万元", "30亩"],
            ["二、其他（3个）"], [1, "丙", None, None],
            ["合计（3个）", None, 4, 4], [None], ["注：1．甲"], ["　2．乙"], ["填表人：　审核人："],
        ]  # fmt: skip
        records, findings = read(book(rows, merges=["A4:D4", "A7:D7"]))
        assert [(r.number, r.codes["name"], r.codes["money"], r.codes["land"]) for r in records] == [
            (5, "甲", "30000", "30"),
            (6, "乙", "2", "30"),
            (8, "丙", None, None),
        ]
        assert {(row, code) for row, _at, code in findings if code.endswith(("_row", "_differs"))} == {
            (1, "title_row"), (2, "unit_row"), (4, "section_row"), (7, "section_row"), (7, "count_differs"),
            (9, "total_row"), (9, "total_differs"), (11, "note_row"), (12, "note_row"), (13, "signature_row"),
        }  # fmt: skip
        assert findings[9, 3, "total_differs"].params == {"said": "40000", "found": "30002"}
        assert (9, 4, "total_differs") not in findings

    def test_a_header_over_three_rows_without_merges(self):
        rows = [["名称", "资金", None, "时间", None],
                [None, "总投资", "用地面积", "开工时间", "计划投产时间"],
                ["甲", 1, 2, "2025.3", "2026.3"]]  # fmt: skip
        records, findings = read(book(rows))
        assert records[0].codes | {"report": None} == {
            "name": "甲", "money": "1", "land": "2", "day": "2025-03", "plan": "2026-03", "report": None,
        }  # fmt: skip
        assert not [key for key in findings if key[2] == "header_unknown"]

    def test_a_unit_in_the_header(self):
        records, _ = read(book([["名称", "总投资（亿元）", "用地面积(公顷)"], ["甲", 1.5, 2]]))
        assert (records[0].codes["money"], records[0].codes["land"]) == ("15000", "30")

    def test_unknown_missing_and_double_columns(self):
        _, findings = read(book([["名称", "用地面积", "领导", "用地面积"], ["甲", 1, "王", 2]]))
        assert findings[1, 3, "header_unknown"].severity == "warning"
        assert findings[1, 0, "header_missing"].params == {"title": "总投资"}
        assert (1, 4, "header_twice") in findings

    def test_merged_cells_hold_for_their_rows_but_amounts_are_asked_about(self):
        rows = [HEAD, ["甲", 100, "2025.3", None], ["乙", None, None, None]]
        records, findings = read(book(rows, merges=["B2:B3", "C2:C3"]))
        assert [record.codes.get("money") for record in records] == [None, None]
        assert [record.codes["day"] for record in records] == ["2025-03", "2025-03"]
        assert {key for key in findings if key[2].startswith("merged")} == {
            (2, 2, "merged_amount"), (3, 2, "merged_amount"), (3, 3, "merged"),
        }  # fmt: skip

    def test_a_name_alone_is_a_row_and_a_number_alone_is_not(self):
        records, findings = read(book([["序号", *HEAD], [1, "甲"], [2], [None, "乙"]]))
        assert [record.codes["name"] for record in records] == ["甲", "乙"]
        assert (3, 1, "banner_row") in findings

    def test_a_repeated_header_is_skipped(self):
        records, findings = read(book([HEAD, ["甲"], HEAD, ["乙"]]))
        assert [record.number for record in records] == [2, 4]
        assert (3, 1, "header_row") in findings

    def test_several_sheets(self):
        records, findings = read(book([HEAD, ["甲"]], [["别的"], ["东西"]], [], [HEAD, ["乙"]]))
        assert [(record.sheet, record.codes["name"]) for record in records] == [("表1", "甲"), ("表4", "乙")]
        assert {key[2] for key in findings} >= {"foreign_sheet", "empty_sheet"}

    def test_a_distant_cell_costs_nothing(self):
        made = openpyxl.Workbook()
        made.active.append(HEAD)
        made.active.append(["甲"])
        made.active.cell(1_000_000, 1, "乙")
        file = io.BytesIO()
        made.save(file)
        records, _ = read(file)
        assert [record.codes["name"] for record in records] == ["甲"]


class TestCells:
    def test_a_date_means_what_its_format_shows(self):
        rows = [HEAD, ["甲", None, datetime(2025, 7, 1), None], ["乙", None, datetime(2025, 7, 1), None]]
        records, _ = read(book(rows, formats={"C2": 'yyyy"年"m"月"', "C3": "yyyy/m/d"}))
        assert [record.codes["day"] for record in records] == ["2025-07", "2025-07-01"]

    def test_what_cannot_be_read_is_asked_about_and_the_rest_is_taken(self):
        records, findings = read(book([HEAD, ["甲", "若干", "尽快", "2025"]]))
        assert records[0].codes == {"name": "甲", "report": "2025"}
        assert {key[2] for key in findings} == {"not_a_number", "not_a_date"}
        assert {finding.severity for finding in findings.values()} == {"warning"}

    def test_a_year_is_inferred_from_the_report_only(self):
        rows = [
            HEAD,
            ["甲", None, "8月底", "2022-09"],
            ["乙", None, "8月底", None],
            ["丙", None, "11月", "2022-09"],
        ]
        records, findings = read(book(rows))
        assert [record.codes.get("day") for record in records] == ["2022-08", None, None]
        assert findings[2, 3, "inferred_year"].severity == "warning"
        assert (3, 3, "year_missing") in findings
        assert (4, 3, "after_report") in findings

    def test_a_fact_ahead_of_its_time_is_pointed_out(self):
        _, findings = read(book([HEAD, ["甲", None, "2026.5", None], ["乙", None, "2024.5", "2023"]]))
        assert (2, 3, "future_fact") in findings
        assert (3, 3, "after_report") in findings

    def test_formulas(self):
        file = io.BytesIO()
        with xlsxwriter.Workbook(file, {"in_memory": True}) as made:
            sheet = made.add_worksheet()
            sheet.write_row(0, 0, HEAD)
            sheet.write_row(1, 0, ["甲"])
            sheet.write_formula(1, 1, "=1+1", None, 2)
            sheet.write_row(2, 0, ["乙"])
            sheet.write_formula(2, 1, "=A9", None, "#REF!")
        records, findings = read(file)
        assert [record.codes.get("money") for record in records] == ["2", None]
        assert (3, 2, "formula_error") in findings
        unsaved = openpyxl.Workbook()
        for row in (HEAD, ["甲", "=1+1"]):
            unsaved.active.append(row)
        file = io.BytesIO()
        unsaved.save(file)
        records, findings = read(file)
        assert "money" not in records[0].codes
        assert (2, 2, "formula_unsaved") in findings

    def test_clearing_a_cell_takes_a_word(self):
        records, _ = read(book([HEAD, ["甲", "清空", None, None]]))
        assert (records[0].codes["money"], records[0].cleared) == (None, {"money"})


class TestOtherFormats:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
    def test_csv(self, encoding):
        file = io.BytesIO("名称,总投资,开工时间\n甲,1亿元,2025.3\n".encode(encoding))
        records, _ = read(file, name="a.csv")
        assert records[0].codes == {"name": "甲", "money": "10000", "day": "2025-03"}

    def test_an_old_workbook(self):
        records, findings = read(Path(__file__).with_name("ledger_97.xls"))
        assert [(r.number, r.codes) for r in records] == [
            (3, {"name": "甲项目", "money": "10000", "day": "2025-03-04"}),
            (4, {"name": "乙项目", "money": "8000", "day": "2025-03"}),
        ]
        assert (1, 1, "title_row") in findings

    def test_csv_that_is_no_text(self):
        assert reason(io.BytesIO(b"\xff\xfe\xfd\x81\x20")) in ("encoding", "no_header")


def test_every_word_is_said():
    """Each sentence can be said, in the house's language too, with the parameters it names."""
    for code, sentence in {**MARKS, **PROBLEMS}.items():
        assert word(code, dict.fromkeys(re.findall(r"%\((\w+)\)", sentence), "x"))
    assert not MARKS.keys() & PROBLEMS.keys()


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_column_keeps_what_it_loads(kind):
    codes = {
        "day": ["2025", "2025-10", "2025-10-03"], "money": ["1.5", "~60"], "area": ["0", "~1"],
        "count": ["3"],
        "choice": ["land"], "uscc": ["91350100M000100Y43"], "code": ["2020-430302-35-03-012345"],
        "span": ["20wd", "30d"],
    }.get(kind, ["甲"])  # fmt: skip
    column = Column("x", "X", kind, choices={"用地": "land"})
    for code in [None, *codes]:
        stored = column.store(code)
        assert tuple(stored) == column.stored
        assert column.load(stored) == code
        assert column.fault(code) is None
        assert column.code(column.value(code)) == code
    assert column.show(None) == ""


def test_a_report_bounds_a_fact_by_what_it_covers():
    assert Day.decode("2022").last == date(2022, 12, 31)
    _, findings = read(book([HEAD, ["甲", None, "2022-12-31", "2022"]]))
    assert not [key for key in findings if key[2] == "after_report"]
