"""The appraisal office's form (考核建议汇总表) as a workbook: fractions, points, places, corrections, the rules."""

from collections.abc import Sequence
from typing import Any, BinaryIO
from urllib.parse import quote

import xlsxwriter

from bihuan.lines.supervision.scoring.schemes import SchemeRow
from bihuan.lines.supervision.scoring.selectors import AssessmentRow, CorrectionRow, TotalLine
from bihuan.logic.scoring import CRITERIA

#: The form is an office's paper, Chinese whoever asks for it.
_TITLES = {
    "response": "服务响应速度", "resolution": "问题解决效率", "satisfaction": "企业满意度",
    "promises": "承诺兑现情况", "coordination": "协同配合度",
}  # fmt: skip
_SUBJECTS = {"unit": "单位", "post": "岗位", "project": "项目"}
REASONS = {
    "open": "未到期", "stopped": "暂停计时或待核验", "void": "撤回或免除", "policy": "政策不允许或长期推进",
    "unrated": "未评价", "unsettled": "延误责任未认定",
    "side": "非政府一侧原因", "mistake": "误计", "good": "办得好", "bad": "扣分",
}  # fmt: skip
_SIGNATURE = (
    "制表：　　　　　　　审核：　　　　　　　督查室负责人：　　　　　　　日期：　　　　年　　月　　日"
)
FORMATS = {
    "title": {"font_name": "方正小标宋简体", "font_size": 22, "align": "center"},
    "unit": {"font_name": "仿宋_GB2312", "font_size": 12, "align": "right"},
    "header": {"font_name": "黑体", "font_size": 11, "align": "center", "bg_color": "#E7E6E6", "border": 1},
    "cell": {"font_name": "仿宋_GB2312", "font_size": 11, "align": "center", "border": 1},
    "grey": {
        "font_name": "仿宋_GB2312",
        "font_size": 11,
        "align": "center",
        "border": 1,
        "font_color": "#7F7F7F",
    },
    "note": {"font_name": "仿宋_GB2312", "font_size": 11, "align": "left"},
}


def quoted(found: AssessmentRow) -> str:
    """Return the workbook's name for a header."""
    return quote(f"考核建议汇总表_{found.since}_{found.until}_第{found.revision}稿.xlsx")


def write_form(
    file: BinaryIO,
    found: AssessmentRow,
    revision: int,
    lines: Sequence[TotalLine],
    rules: SchemeRow,
    corrections: Sequence[CorrectionRow],
) -> None:
    """Write the form of one revision; grey is what was not judged or not ranked."""
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        formats = {
            name: book.add_format({"text_wrap": True, "valign": "vcenter", **look})
            for name, look in FORMATS.items()
        }
        _Form(book.add_worksheet("考核建议汇总表"), formats).write(found, revision, lines, rules, corrections)


class _Form:
    """One sheet under way; ``line`` is the next free row."""

    def __init__(self, sheet: Any, formats: dict[str, Any]) -> None:
        self.sheet, self.formats, self.line = sheet, formats, 0
        self.last = 4 + 2 * len(CRITERIA)

    def write(
        self,
        found: AssessmentRow,
        revision: int,
        lines: Sequence[TotalLine],
        rules: SchemeRow,
        corrections: Sequence[CorrectionRow],
    ) -> None:
        self._across(f"{found.title}考核建议汇总表", "title", 42)
        self._across(
            f"考核期：{found.since} 至 {found.until}　数据截至：{found.as_of}　第 {revision} 稿", "unit"
        )
        self._header(found, rules)
        for line in lines:
            self._row(line)
        self.line += 1
        for note in _notes(found, revision, rules, lines, corrections):
            self._across(note, "note")
        self._across(_SIGNATURE, "note", 30)
        self.sheet.set_landscape()
        self.sheet.set_paper(8)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_footer("&C第 &P 页 共 &N 页")

    def _across(self, text: str, look: str, height: float | None = None) -> None:
        self.sheet.merge_range(self.line, 0, self.line, self.last, text, self.formats[look])
        if height:
            self.sheet.set_row(self.line, height)
        self.line += 1

    def _header(self, found: AssessmentRow, rules: SchemeRow) -> None:
        top, look = self.line, self.formats["header"]
        for at, (text, width) in enumerate((("名次", 6), (_SUBJECTS[found.subjects], 26), ("总分", 9))):
            self.sheet.merge_range(top, at, top + 1, at, text, look)
            self.sheet.set_column(at, at, width)
        for number, name in enumerate(CRITERIA):
            at = 3 + number * 2
            heading = f"{_TITLES[name]}（{rules.weights[name].normalize():f}分）"
            self.sheet.merge_range(top, at, top, at + 1, heading, look)
            self.sheet.write_string(top + 1, at, "办得好／应计", look)
            self.sheet.write_string(top + 1, at + 1, "得分", look)
            self.sheet.set_column(at, at + 1, 11)
        for at, text in ((self.last - 1, "已评权重"), (self.last, "备注")):
            self.sheet.merge_range(top, at, top + 1, at, text, look)
        self.sheet.set_column(self.last, self.last, 30)
        self.line += 2
        self.sheet.freeze_panes(self.line, 2)
        self.sheet.repeat_rows(top, top + 1)

    def _row(self, line: TotalLine) -> None:
        ranked = line.place is not None
        look = "cell" if ranked else "grey"
        left_out: dict[str, int] = {}
        self._put(0, line.place if ranked else "—", look)
        self._put(1, line.name, look)
        self._put(2, line.total, look)
        for number, name in enumerate(CRITERIA):
            held = line.scores.get(name)
            judged = held is not None and held.points is not None
            text = f"{held.numerator}／{held.denominator}" if held and held.denominator else "—"
            self._put(3 + number * 2, text, "cell" if judged else "grey")
            self._put(4 + number * 2, held.points if held and judged else "—", "cell" if judged else "grey")
            for why, count in (held.excluded if held else {}).items():
                left_out[why] = left_out.get(why, 0) + count
        self._put(self.last - 1, line.weight, look)
        said = "；".join(f"{REASONS.get(why, why)} {n}" for why, n in left_out.items())
        self._put(self.last, f"不计入：{said}" if said else "", look)
        self.line += 1

    def _put(self, at: int, value: Any, look: str) -> None:
        if value is None or value == "":
            self.sheet.write_blank(self.line, at, None, self.formats[look])
        elif isinstance(value, str):
            self.sheet.write_string(self.line, at, value, self.formats[look])
        else:
            self.sheet.write_number(self.line, at, float(value), self.formats[look])


def _notes(
    found: AssessmentRow,
    revision: int,
    rules: SchemeRow,
    lines: Sequence[TotalLine],
    corrections: Sequence[CorrectionRow],
) -> list[str]:
    names = {line.subject: line.name for line in lines}
    notes = [
        f"本表为考核建议，供考核部门参考，不是考核结论；编号 {found.code}。",
        f"评分细则：第 {rules.version} 版（{rules.title}；{rules.source}），规则校验值 {found.rules_hash}。",
        f"计入件次校验值 {found.cases_hash}；灰色为件次过少未评，"
        f"或已评权重不足 {rules.least_weight.normalize():f} 分未排名。",
        "总分 = 各项得分之和 × 100 ÷ 已评权重；保留两位小数，四舍五入。",
    ]
    done = [one for one in corrections if one.revision <= revision]
    notes += [
        f"更正（第 {one.revision} 稿）：{names.get(one.subject, one.subject)}，{_TITLES[one.criterion]}，"
        f"件次 {one.case}，由“{REASONS.get(one.before, one.before)}”改为“{REASONS.get(one.after, one.after)}”，"
        f"依据申诉 {one.appeal_code}。"
        for one in done
    ]
    return [f"{'注：' if not n else '　　'}{n + 1}．{note}" for n, note in enumerate(notes)]
