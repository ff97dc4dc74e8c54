"""Days that are known to the year, the month or the day, and how offices write them."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Self

from bihuan.logic.cells import Mark, Problem, Read, stated, typing_marks, unstated, written
from bihuan.logic.text import squeeze


class Precision(StrEnum):
    """How much of a date is known."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"


@dataclass(frozen=True, slots=True, order=True)
class Day:
    """A date with its precision; ``first`` is the first day of what is known."""

    first: date
    precision: Precision = Precision.DAY

    @property
    def last(self) -> date:
        """Return the last calendar day the statement covers."""
        if self.precision is Precision.YEAR:
            return date(self.first.year, 12, 31)
        if self.precision is Precision.MONTH:
            return self.first.replace(day=monthrange(self.first.year, self.first.month)[1])
        return self.first

    @property
    def code(self) -> str:
        """Return ``2025``, ``2025-10`` or ``2025-10-03``."""
        return self.first.isoformat()[: {"year": 4, "month": 7, "day": 10}[self.precision]]

    @classmethod
    def decode(cls, text: str) -> Self:
        """Read :attr:`code` back."""
        precision = {4: Precision.YEAR, 7: Precision.MONTH, 10: Precision.DAY}[len(text)]
        return cls(date.fromisoformat((text + "-01-01")[:10]), precision)

    @classmethod
    def of(cls, year: int, month: int = 0, day: int = 0) -> Self:
        """Build a day from what is known; raises ValueError when there is no such day."""
        precision = Precision.DAY if day else Precision.MONTH if month else Precision.YEAR
        return cls(date(year, month or 1, day or 1), precision)


#: Ways to write a date, by name; ``{y} {m} {d}`` are unpadded, ``{mm} {dd}`` padded.
STYLES = {
    "iso": ("{y}-{mm}-{dd}", "{y}-{mm}", "{y}"),
    "slash": ("{y}/{m}/{d}", "{y}/{m}", "{y}"),
    "slash_padded": ("{y}/{mm}/{dd}", "{y}/{mm}", "{y}"),
    "dot": ("{y}.{m}.{d}", "{y}.{m}", "{y}"),
    "dot_padded": ("{y}.{mm}.{dd}", "{y}.{mm}", "{y}"),
    "chinese": ("{y}年{m}月{d}日", "{y}年{m}月", "{y}年"),
    "chinese_padded": ("{y}年{mm}月{dd}日", "{y}年{mm}月", "{y}年"),
    "spoken": ("{y}年{m}月{d}号", "{y}年{m}月份", "{y}年度"),
    "digits": ("{y}{mm}{dd}", "{y}{mm}", "{y}"),
    "full_width": ("{y}年{m}月{d}日", "{y}年{m}月", "{y}年"),
    "numerals": ("{y}年{m}月{d}日", "{y}年{m}月", "{y}年"),
}
_WIDER = str.maketrans("0123456789", "０１２３４５６７８９")
_NUMERAL = "〇一二三四五六七八九"
_EARLIEST, _LATEST = 1950, 2100

_SEP = r"[-/.年]"
_PATTERNS = [
    re.compile(rf"^(?P<y>\d{{4}}){_SEP}(?P<m>\d{{1,2}})[-/.月](?P<d>\d{{1,2}})[日号]?$"),
    re.compile(r"^(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})$"),
    re.compile(rf"^(?P<y>\d{{4}}){_SEP}(?P<m>\d{{1,2}})(?:月份?)?(?P<w>初|上旬|中旬|下旬|中|底|末)?$"),
    re.compile(r"^(?P<y>\d{4})(?P<m>\d{2})$"),
    re.compile(r"^(?P<y>\d{4})(?:年度?)?(?P<w>年?初|年?底|年?末)?$"),
]
_NO_YEAR = re.compile(r"^(?P<m>\d{1,2})月(?:份|(?P<d>\d{1,2})[日号])?(?P<w>初|上旬|中旬|下旬|中|底|末)?$")
_WORDS = re.compile(r"^(预计|计划|拟于|拟|力争|原定)|(前|之前|左右|（预计）|\(预计\)|\(计划\))$")
_CLOCK = re.compile(r"[T ]?00:00(:00(\.0+)?)?$")


def _numeral(number: int) -> str:
    """Write 1–31 in Chinese numerals (十, 十一, 二十, 三十一)."""
    tens, ones = divmod(number, 10)
    return (_NUMERAL[tens] if tens > 1 else "") + ("十" if tens else "") + (_NUMERAL[ones] if ones else "")


def format_day(day: Day, style: str = "chinese") -> str:
    """Write ``day`` in one of :data:`STYLES`, to its own precision."""
    year, month, number = day.first.year, day.first.month, day.first.day
    template = STYLES[style][{"day": 0, "month": 1, "year": 2}[day.precision]]
    if style == "numerals":
        spelled = "".join(_NUMERAL[int(c)] for c in str(year))
        return template.format(y=spelled, m=_numeral(month), d=_numeral(number))
    text = template.format(y=year, m=month, d=number, mm=f"{month:02}", dd=f"{number:02}")
    return text.translate(_WIDER) if style == "full_width" else text


def _arabic(text: str) -> str:
    """Turn Chinese numerals in a date into digits; other text is returned as it is."""
    if not re.search("[〇○零一二三四五六七八九十]", text):
        return text
    text = re.sub("[○零]", "〇", text)

    def value(found: re.Match[str]) -> str:
        said = found[0]
        if "十" not in said:
            return "".join(str(_NUMERAL.index(c)) for c in said)
        tens, _, ones = said.partition("十")
        return str((_NUMERAL.index(tens) if tens else 1) * 10 + (_NUMERAL.index(ones) if ones else 0))

    return re.sub(f"[{_NUMERAL}]?十[{_NUMERAL}]?|[{_NUMERAL}]+", value, text)


def _checked(year: int, month: str | None, day: str | None, text: str) -> Day | Problem:
    if not _EARLIEST <= year <= _LATEST:
        return Problem("year_out_of_range", {"text": text, "year": year})
    try:
        first = date(year, int(month or 1), int(day or 1))
        return Day(first, Precision.DAY if day else Precision.MONTH if month else Precision.YEAR)
    except ValueError:
        return Problem("no_such_day", {"text": text})


def _from_text(raw: str, report: Day | None) -> Read[Day] | Problem:
    text = _CLOCK.sub("", " ".join(raw.split()))
    text = _arabic(squeeze(text))
    shorter = _WORDS.sub("", text)
    marks = list(typing_marks(raw))
    if shorter != text:
        marks.append(Mark("words_dropped", True, {"text": text}))
    for pattern in _PATTERNS:
        if found := pattern.match(shorter):
            parts = found.groupdict()
            day = _checked(int(parts["y"]), parts.get("m"), parts.get("d"), text)
            if isinstance(day, Problem):
                return day
            if parts.get("w"):
                marks.append(Mark("part_dropped", True, {"text": text, "day": day.code}))
            elif raw.strip() != day.code:
                marks.append(Mark("date_text", False, {"day": day.code}))
            return Read(day, raw.strip(), tuple(marks))
    if found := _NO_YEAR.match(shorter):
        return _without_year(raw, found, report, marks)
    if re.match(r"^\d{2}[-/.年]\d{1,2}([-/.月]|$)", shorter):
        return Problem("two_digit_year", {"text": text})
    return Problem("not_a_date", {"text": text})


def _without_year(
    raw: str, found: re.Match[str], report: Day | None, marks: list[Mark]
) -> Read[Day] | Problem:
    """Take the year from the report's date, marked inferred; without one it is a question."""
    text = raw.strip()
    if report is None:
        return Problem("year_missing", {"text": text})
    day = _checked(report.first.year, found["m"], found["d"], text)
    if isinstance(day, Problem):
        return day
    marks.append(Mark("inferred_year", True, {"text": text, "day": day.code, "report": report.code}))
    return Read(day, text, tuple(marks))


def format_precision(number_format: str) -> Precision:
    """Tell to what precision an Excel number format shows a date."""
    shown = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", number_format).lower()
    if "d" in shown or ("y" not in shown and "m" not in shown):
        return Precision.DAY
    return Precision.MONTH if "m" in shown else Precision.YEAR


def _from_moment(moment: datetime | date, number_format: str) -> Read[Day] | Problem:
    first = moment.date() if isinstance(moment, datetime) else moment
    precision = format_precision(number_format)
    if not _EARLIEST <= first.year <= _LATEST:
        return Problem("year_out_of_range", {"text": first.isoformat(), "year": first.year})
    if precision is Precision.DAY:
        return Read(Day(first), format_day(Day(first), "slash"))
    day = Day.of(first.year, first.month if precision is Precision.MONTH else 0)
    return Read(
        day, format_day(day), (Mark("shown_precision", True, {"day": day.code, "stored": first.isoformat()}),)
    )


def _from_number(raw: float) -> Read[Day] | Problem:
    """A number in a date column: a year, year.month, eight digits, or Excel's serial day."""
    number = Decimal(repr(raw))
    text = written(raw)
    if number == number.to_integral_value():
        whole = int(number)
        if _EARLIEST <= whole <= _LATEST:
            return Read(Day.of(whole), text)
        if len(text) in (6, 8):
            return _from_text(text, None)
        if 18264 <= whole <= 73050:
            day = Day(date(1899, 12, 30) + timedelta(days=whole))
            return Read(day, text, (Mark("serial_day", True, {"day": day.code}),))
        return Problem("not_a_date", {"text": text})
    if text.endswith(".1"):
        return Problem("month_lost", {"text": text})
    return _from_text(text, None)


def parse_day(raw: object, *, number_format: str = "", report: Day | None = None) -> Read[Day] | Problem:
    """Read a date with its precision.

    ``number_format`` is the Excel format of a real date: it decides what of the
    stored day is meant (``yyyy年m月`` means the month). A text without a year takes
    the year of ``report``, the date of the report the row stands on, and is marked
    ``inferred_year``; without one the cell is a question.
    """
    if not stated(raw):
        return unstated(raw)
    if isinstance(raw, (datetime, date)):
        return _from_moment(raw, number_format)
    if isinstance(raw, bool) or not isinstance(raw, (int, float, str)):
        return Problem("not_a_date", {"text": written(raw)})
    if isinstance(raw, str):
        return _from_text(raw, report)
    return _from_number(raw)
