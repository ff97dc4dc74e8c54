"""The key-project ledger as a workbook in the office's own form, and as a plain table."""

import csv
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, BinaryIO, TextIO

import xlsxwriter

from bihuan.kernel.intake.columns import Column
from bihuan.kernel.registers.selectors import LiveRow
from bihuan.lines.projects.contracts import CLASSES
from bihuan.lines.projects.registers import FIELDS, PROJECTS
from bihuan.logic.cells import Amount, inert, plain

#: Group heading (empty: the header spans both rows), field, header, column width.
FORM = (
    ("", "name", "项 目 名 称", 30),
    ("", "company", "建设单位", 24),
    ("", "park_text", "所在园区", 14),
    ("", "industry", "产业类别", 16),
    ("投资与用地", "investment_wan", "总投资", 12),
    ("投资与用地", "land_mu", "用地面积", 11),
    ("时间节点", "signed", "签约时间", 14),
    ("时间节点", "land_acquired", "拿地时间", 10),
    ("时间节点", "started", "开工时间", 14),
    ("时间节点", "planned_completion", "计划竣工\n时间", 13),
    ("时间节点", "planned_production", "计划投产\n时间", 13),
    ("", "stage", "当前阶段", 10),
    ("", "problems", "存在问题", 26),
    ("", "department", "责任部门", 18),
    ("信息来源", "source_date", "报道日期", 12),
    ("信息来源", "source_url", "网　址", 36),
    ("", "note", "备  注", 60),
)  # fmt: skip
#: Columns of the plain table, in order.
PLAIN = {
    "name": "name",
    "company": "company",
    "park": "park_text",
    "industry": "industry",
    "investment_wan_yuan": "investment_wan",
    "land_mu": "land_mu",
    "signed": "signed",
    "land_acquired": "land_acquired",
    "started": "started",
    "planned_completion": "planned_completion",
    "planned_production": "planned_production",
    "stage": "stage",
    "problems": "problems",
    "department": "department",
    "source_url": "source_url",
    "source_date": "source_date",
    "note": "note",
}
_NUMERALS = "一二三四五"
_AFTER = {"已竣工投产": "，转入后续服务"}
_UNSORTED = "未分类"
_NOTES = (
    "注：1．空白表示未载明，不代表零或无问题。",
    "　　2．合计仅汇总已载明数值，投资、用地中含约数。",
)
_SIGNATURE = "填表人：　　　　　　　　审核人：　　　　　　　　填报日期：　　　　年　　月　　日"
_TITLE = "重点项目推进台账"
FORMATS = {
    "title": {"font_name": "方正小标宋简体", "font_size": 22, "align": "center"},
    "unit": {"font_name": "仿宋_GB2312", "font_size": 12, "align": "right"},
    "header": {"font_name": "黑体", "font_size": 11, "align": "center", "bg_color": "#E7E6E6", "border": 1},
    "section": {"font_name": "楷体_GB2312", "font_size": 12, "bold": True, "align": "left", "border": 1},
    "cell": {"font_name": "仿宋_GB2312", "font_size": 11, "align": "center", "border": 1},
    "text": {"font_name": "仿宋_GB2312", "font_size": 11, "align": "left", "border": 1},
    "total": {"font_name": "黑体", "font_size": 11, "align": "center", "border": 1},
    "note": {"font_name": "仿宋_GB2312", "font_size": 11, "align": "left"},
}


def write_workbook(file: BinaryIO, rows: Sequence[LiveRow], *, title: str = _TITLE) -> None:
    """Write the ledger as the office keeps it: sections with their own numbers, totals, notes, signature.

    Amounts and dates stand as they were written; columns the form lacks are added
    at its right end when a row has something to say in them.
    """
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        _Ledger(book, rows).write(title)


class _Ledger:
    """One sheet under way; ``line`` is the next free row."""

    def __init__(self, book: Any, rows: Sequence[LiveRow]) -> None:
        self.rows = rows
        self.formats = {
            name: book.add_format({"text_wrap": True, "valign": "vcenter", **look})
            for name, look in FORMATS.items()
        }
        self.sheet = book.add_worksheet("重点项目台账")
        self.form = [*FORM, *_further(rows)]
        self.columns = [PROJECTS.columns[name] for _group, name, _header, _width in self.form]
        self.line = 0

    def write(self, title: str) -> None:
        self._across(title, "title", 42)
        self._across("单位：万元、亩", "unit")
        self._header()
        for at, (heading, part) in enumerate(self._sections()):
            self._across(
                f"{_NUMERALS[at]}、{heading}项目（{len(part)}个{_AFTER.get(heading, '')}）", "section"
            )
            for number, row in enumerate(part, start=1):
                self._row(number, row)
        self._total()
        self.line += 1
        for note in _NOTES:
            self._across(note, "note")
        self._across(_SIGNATURE, "note")
        self._page()

    def _sections(self) -> Iterator[tuple[str, list[LiveRow]]]:
        for title, found in CLASSES.items():
            yield title, [row for row in self.rows if row.codes["stage_class"] == found]
        if rest := [row for row in self.rows if not row.codes["stage_class"]]:
            yield _UNSORTED, rest

    def _across(self, text: str, look: str, height: float | None = None) -> None:
        self.sheet.merge_range(self.line, 0, self.line, len(self.form), text, self.formats[look])
        if height:
            self.sheet.set_row(self.line, height)
        self.line += 1

    def _header(self) -> None:
        top, look = self.line, self.formats["header"]
        self.sheet.merge_range(top, 0, top + 1, 0, "序\n号", look)
        self.sheet.set_column(0, 0, 5)
        at = 1
        for group, _name, header, width in self.form:
            self.sheet.set_column(at, at, width)
            if not group:
                self.sheet.merge_range(top, at, top + 1, at, header, look)
            else:
                self.sheet.write_string(top + 1, at, header, look)
            at += 1
        self._groups(top, look)
        self.line += 2
        self.sheet.freeze_panes(self.line, 2)
        self.sheet.repeat_rows(top, top + 1)

    def _groups(self, top: int, look: Any) -> None:
        groups = [group for group, _name, _header, _width in self.form]
        for group in dict.fromkeys(filter(None, groups)):
            first = groups.index(group) + 1
            self.sheet.merge_range(top, first, top, first + groups.count(group) - 1, group, look)

    def _row(self, number: int, row: LiveRow) -> None:
        self.sheet.write_number(self.line, 0, number, self.formats["cell"])
        for at, column in enumerate(self.columns, start=1):
            look = self.formats["text" if column.kind in ("text", "prose") else "cell"]
            value = shown(column, row)
            if isinstance(value, Decimal):
                self.sheet.write_number(self.line, at, float(value), look)
            else:
                self.sheet.write_string(self.line, at, value, look) if value else self.sheet.write_blank(
                    self.line, at, None, look
                )
        self.line += 1

    def _total(self) -> None:
        look = self.formats["total"]
        self.sheet.merge_range(self.line, 0, self.line, 4, f"合    计（{len(self.rows)}个）", look)
        for at, column in enumerate(self.columns, start=1):
            if at < 5:
                continue
            amounts = [
                Amount.decode(code).value
                for row in self.rows
                if column.additive and (code := row.codes[column.name])
            ]
            if amounts:
                self.sheet.write_number(self.line, at, float(sum(amounts)), look)
            else:
                self.sheet.write_blank(self.line, at, None, look)
        self.line += 1

    def _page(self) -> None:
        self.sheet.set_landscape()
        self.sheet.set_paper(8)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_footer("&C第 &P 页 共 &N 页")


def _further(rows: Sequence[LiveRow]) -> list[tuple[str, str, str, int]]:
    """Return the fields the form lacks and some row fills; the class stands in the sections."""
    named = {name for _group, name, _header, _width in FORM} | {"stage_class"}
    filled = [c for c in FIELDS if c.name not in named and any(row.codes[c.name] for row in rows)]
    return [("", column.name, column.headers[0], 16) for column in filled]


def shown(column: Column, row: LiveRow) -> Decimal | str:
    """Return a cell of the ledger: a number, or the text as it was written."""
    code = row.codes[column.name]
    if code is None:
        return ""
    if column.choices:
        return next(title for title, value in column.choices.items() if str(value) == code)
    written = row.written(column.name)
    if column.kind == "day":
        return written or column.show(code)
    if not column.additive:
        return code
    amount = Amount.decode(code)
    if written and written != plain(amount.value):
        return written
    return column.show(code) if amount.approximate else amount.value


def write_table(file: TextIO, rows: Sequence[LiveRow]) -> None:
    """Write the plain table: UTF-8 text, one row a project, dates as YYYY, YYYY-MM or YYYY-MM-DD.

    Rows stand in the order given; 约 is dropped, and unstated cells are empty.
    """
    out = csv.writer(file, lineterminator="\n")
    out.writerow(PLAIN)
    for row in rows:
        out.writerow([inert((row.codes[field] or "").removeprefix("~")) for field in PLAIN.values()])
