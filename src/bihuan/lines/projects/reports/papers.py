"""A period's table as offices send it round (通报用表): merged title, 万元, totals, who has not reported."""

from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any, BinaryIO

import xlsxwriter

from bihuan.lines.projects.papers import FORMATS
from bihuan.lines.projects.reports.periods import Period, PeriodKind
from bihuan.lines.projects.reports.selectors import Line, ReportRow
from bihuan.logic.days import Day, format_day
from bihuan.logic.pictures.light import Light

_TENS = {1: "上旬", 11: "中旬", 21: "下旬"}
_LIGHTS = {Light.NORMAL: "绿灯", Light.NEAR: "黄灯", Light.LATE: "红灯"}
_STANDINGS = {
    "on_time": "按时", "late": "迟报", "missing": "未报", "waiting": "未到期限", "paused": "暂停", "ended": "终止",
    "withdrawn": "退出", "produced": "已投产", "later": "新入库", "no_rule": "不要求",
}  # fmt: skip
_LISTED = {"yes": "是", "no": "否"}
_SIGNATURE = "填表人：　　　　　　　　审核人：　　　　　　　　填报日期：　　　　年　　月　　日"

Cell = Decimal | str | None


def written(period: Period) -> str:
    """Return a period as offices write it: 2026年3月, 2026年3月中旬."""
    month = f"{period.first.year}年{period.first.month}月"
    return month if period.kind is PeriodKind.MONTH else f"{month}{_TENS[period.first.day]}"


def name_of(period: Period) -> str:
    """Return the name of the workbook."""
    return f"重点项目进度通报表_{written(period)}.xlsx"


def percent(share: Fraction | None) -> Decimal | None:
    """Return a share in per cent, to two places, halves up."""
    if share is None:
        return None
    exact = Decimal(share.numerator * 100) / Decimal(share.denominator)
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _amount(name: str) -> Callable[[Line], Cell]:
    def cell(line: Line) -> Cell:
        amount = line.report.amount(name) if line.report else None
        if amount is None:
            return None
        return f"约{amount.code[1:]}" if amount.approximate else amount.value

    return cell


def _text(name: str) -> Callable[[Line], Cell]:
    return lambda line: line.report.text(name) if line.report else None


def _listed(line: Line) -> Cell:
    row = line.report
    if row is None:
        return None
    since = row.codes["listed_on"]
    return format_day(Day.decode(since)) if since else _LISTED.get(row.text("listed"))


def _form(period: Period, units: Mapping[int, str]) -> list[tuple[str, str, int, Callable[[Line], Cell]]]:
    """Return the columns: group (empty: the header spans both rows), header, width, cell."""
    done = "本月完成投资" if period.kind is PeriodKind.MONTH else "本旬完成投资"
    money, works = "投资完成情况", "推进情况"
    return [
        ("", "项目代码", 26, lambda line: line.project["code"]),
        ("", "项 目 名 称", 30, lambda line: line.project.name),
        ("", "责任单位", 16, lambda line: units.get(line.unit, "")),
        (money, "年度计划投资", 12, _amount("year_plan_wan")),
        (money, done, 12, _amount("done_wan")),
        (money, "累计完成投资", 12, _amount("cumulative_wan")),
        (money, "完成年度计划（%）", 11, lambda line: percent(line.report.fraction if line.report else None)),
        (money, "序时进度（%）", 10, lambda _line: percent(period.elapsed)),
        (money, "亮灯", 7, lambda line: _LIGHTS.get(line.verdict.light, "")),
        (works, "形象进度", 34, _text("progress")),
        (works, "下步计划", 30, _text("next_steps")),
        (works, "存在问题", 30, _text("problems")),
        ("", "入库纳统", 11, _listed),
        ("", "报送情况", 9, lambda line: _STANDINGS[line.standing]),
        ("", "差异说明", 20, _text("explanation")),
    ]


#: Sums stand below these, and the share of the plan below the one after them.
_SUMMED = {"年度计划投资": "year_plan_wan", "累计完成投资": "cumulative_wan"}
_LEFT = frozenset({"项 目 名 称", "形象进度", "下步计划", "存在问题", "差异说明"})


def write_table(file: BinaryIO, period: Period, lines: Sequence[Line], units: Mapping[int, str]) -> None:
    """Write the table of a period; ``units`` names the units that lead. Blank cells were not reported."""
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        _Table(book, period, lines, units).write()


class _Table:
    """One sheet under way; ``line`` is the next free row."""

    def __init__(self, book: Any, period: Period, lines: Sequence[Line], units: Mapping[int, str]) -> None:
        self.period, self.lines = period, lines
        self.formats = {
            name: book.add_format({"text_wrap": True, "valign": "vcenter", **look})
            for name, look in FORMATS.items()
        }
        self.sheet = book.add_worksheet("进度通报表")
        self.form = _form(period, units)
        self.line = 0

    def write(self) -> None:
        self._across(f"{written(self.period)}重点项目进度通报表", "title", 42)
        self._across("单位：万元", "unit")
        self._header()
        for number, line in enumerate(self.lines, start=1):
            self.sheet.write_number(self.line, 0, number, self.formats["cell"])
            self._cells(line)
        self._total()
        self.line += 1
        for note in self._notes():
            self._across(note, "note")
        self._across(_SIGNATURE, "note")
        self.sheet.set_landscape()
        self.sheet.set_paper(8)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_footer("&C第 &P 页 共 &N 页")

    def _across(self, text: str, look: str, height: float | None = None) -> None:
        self.sheet.merge_range(self.line, 0, self.line, len(self.form), text, self.formats[look])
        if height:
            self.sheet.set_row(self.line, height)
        self.line += 1

    def _header(self) -> None:
        top, look = self.line, self.formats["header"]
        self.sheet.merge_range(top, 0, top + 1, 0, "序\n号", look)
        self.sheet.set_column(0, 0, 5)
        groups = [group for group, _header, _width, _cell in self.form]
        for at, (group, header, width, _cell) in enumerate(self.form, start=1):
            self.sheet.set_column(at, at, width)
            if group:
                self.sheet.write_string(top + 1, at, header, look)
            else:
                self.sheet.merge_range(top, at, top + 1, at, header, look)
        for group in dict.fromkeys(filter(None, groups)):
            first = groups.index(group) + 1
            self.sheet.merge_range(top, first, top, first + groups.count(group) - 1, group, look)
        self.line += 2
        self.sheet.freeze_panes(self.line, 3)
        self.sheet.repeat_rows(top, top + 1)

    def _cells(self, line: Line) -> None:
        for at, (_group, header, _width, cell) in enumerate(self.form, start=1):
            self._put(at, cell(line), self.formats["text" if header in _LEFT else "cell"])
        self.line += 1

    def _put(self, at: int, value: Cell, look: Any) -> None:
        if isinstance(value, Decimal):
            self.sheet.write_number(self.line, at, float(value), look)
        elif value:
            self.sheet.write_string(self.line, at, value, look)
        else:
            self.sheet.write_blank(self.line, at, None, look)

    def _total(self) -> None:
        look = self.formats["total"]
        self.sheet.merge_range(self.line, 0, self.line, 3, f"合    计（{len(self.lines)}个）", look)
        reports = [line.report for line in self.lines if line.report]
        for at, (_group, header, _width, _cell) in enumerate(self.form[3:], start=4):
            name = _SUMMED.get(header) or ("done_wan" if header.endswith("完成投资") else "")
            value = total(reports, name) if name and reports else None
            if header.startswith("完成年度计划"):
                value = percent(share(reports))
            self._put(at, value, look)
        self.line += 1

    def _notes(self) -> list[str]:
        missing = [line.project.name for line in self.lines if line.standing == "missing"]
        rules = dict.fromkeys(f.rule.source for line in self.lines for f in line.verdict.findings)
        notes = ["累计为本年1月1日起累计；空白表示未报送或未载明，不代表零；合计中含约数。"]
        notes += [f"亮灯依据：{'；'.join(rules)}。"] if rules else []
        notes += [f"未报送（{len(missing)}个）：{'、'.join(missing)}。"] if missing else []
        return [f"{'注：' if not n else '　　'}{n + 1}．{note}" for n, note in enumerate(notes)]


def total(reports: Sequence[ReportRow], name: str) -> Decimal:
    """Return the sum of an amount over reports, those that don't state it left out."""
    return sum((held for row in reports if (held := row.value(name)) is not None), Decimal(0))


def share(reports: Sequence[ReportRow]) -> Fraction | None:
    """Return what is done of what is planned, over the reports that state a plan."""
    planned = [row for row in reports if row.value("year_plan_wan")]
    plan = total(planned, "year_plan_wan")
    return Fraction(total(planned, "cumulative_wan")) / Fraction(plan) if plan else None
