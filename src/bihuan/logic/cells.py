"""What offices write into cells, read without guessing.

Every reader returns a :class:`Read` (the value, the text as it stood, and marks
for what had to be done to read it) or a :class:`Problem` (a code and parameters
for a question to the person who wrote it). Nothing is ever half-read.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from math import isfinite
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from stdnum.cn import uscc

from bihuan.logic.text import prose, squeeze, tidy

T = TypeVar("T")

#: What an office writes for "not stated"; it never means zero.
NOT_STATED = frozenset(
    {"", "/", "\\", "-", "--", "—", "——", "－", "–", "无", "暂无", "未定", "待定", "N/A", "NA", "n/a"}
)
#: The one word that empties a cell on purpose.
CLEAR = "清空"

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Problem:
    """A cell that can't be read: ``code`` says why, ``params`` fill the sentence."""

    code: str
    params: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that was done to read a cell; ``ruled`` when it changed how the cell reads."""

    code: str
    ruled: bool = False
    params: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)


@dataclass(frozen=True, slots=True)
class Read(Generic[T]):
    """A cell that was read: ``value`` is None when nothing is stated."""

    value: T | None
    written: str = ""
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Amount:
    """A quantity in its register's unit; ``approximate`` keeps the office's 约."""

    value: Decimal
    approximate: bool = False

    @property
    def code(self) -> str:
        """Return the form stored in histories: ``1000`` or ``~1000``."""
        return f"{'~' if self.approximate else ''}{plain(self.value)}"

    @classmethod
    def decode(cls, text: str) -> "Amount":
        """Read :attr:`code` back."""
        return cls(Decimal(text.lstrip("~")), text.startswith("~"))


def plain(value: Decimal) -> str:
    """Return a decimal without exponent and without trailing zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


#: Units of money in 万元, of area in 亩 (1 亩 = 2000/3 ㎡, so 1 公顷 = 15 亩).
MONEY = MappingProxyType(
    {
        "亿元": Decimal(10000),
        "亿": Decimal(10000),
        "万元": Decimal(1),
        "万": Decimal(1),
        "元": Decimal("0.0001"),
    }
)
AREA = MappingProxyType(
    {
        "亩": Decimal(1),
        "公顷": Decimal(15),
        "平方公里": Decimal(1500),
        "平方千米": Decimal(1500),
        "km2": Decimal(1500),
        "万平方米": Decimal(15),
        "平方米": Decimal("0.0015"),
        "m2": Decimal("0.0015"),
    }
)
_STEP = Decimal("0.000001")
_CEILING = Decimal(10) ** 12
_ABOUT_BEFORE = re.compile(r"^(约|近|大约|约为|大概|估算|≈|~)")
_ABOUT_AFTER = re.compile(r"(左右|上下|余|多)$")
_ABOUT_INSIDE = re.compile(r"(?<=\d)(余|多)(?=[万亿元亩公平])|(?<=[万亿])(余|多)(?=[元亩公平])")
_NUMBER = re.compile(r"^(?P<n>-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)(?P<u>[^\d.,\-]*\d?)$")
_CURRENCY = re.compile(r"美元|欧元|港元|日元|英镑|USD|EUR|HKD|\$|€|£", re.IGNORECASE)
_RANGE = re.compile(r"\d[^\d]*[-~至到—–][^\d]*\d")
_BOUND = re.compile(r"超|逾|不少于|不低于|不超过|至少|以上|以下|以内|不到|≥|≤|>|<")


def written(raw: object) -> str:
    """Return the cell's own text, white space at its ends apart."""
    if isinstance(raw, bool) or raw is None:
        return "" if raw is None else str(raw)
    if isinstance(raw, (int, float)):
        return plain(Decimal(repr(raw))) if isfinite(raw) and abs(raw) < 1e15 else str(raw)
    return str(raw).strip()


def inert(text: str) -> str:
    """Return a text for a plain table so that no spreadsheet runs it: one that begins like a formula is quoted."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def stated(raw: object) -> bool:
    """Tell whether a cell states anything at all."""
    return raw is not None and not (isinstance(raw, str) and squeeze(raw) in NOT_STATED)


def unstated(raw: object) -> Read[Any]:
    """Return what an empty cell reads as: nothing, marked when somebody wrote that there is nothing."""
    marks = (Mark("not_stated"),) if isinstance(raw, str) and raw.strip() else ()
    return Read(None, written(raw), marks)


def typing_marks(raw: object, kept: str = "") -> tuple[Mark, ...]:
    """Return the marks of a text cell whose white space or width had to be tidied into ``kept``."""
    if not isinstance(raw, str):
        return ()
    marks = []
    if kept.count("\n") < len(raw.strip().splitlines()) - 1:
        marks.append(Mark("line_break"))
    if len(re.findall(r"[ \t\u3000]", raw)) > kept.count(" "):
        marks.append(Mark("spaces"))
    if re.search(r"[０-９Ａ-Ｚａ-ｚ]", raw):
        marks.append(Mark("full_width"))
    return tuple(marks)


def _number(text: str, units: Mapping[str, Decimal], unit: str) -> tuple[Decimal, str] | Problem:
    """Read ``text`` as a number with a unit; without one it counts in ``unit``."""
    if _CURRENCY.search(text):
        return Problem("foreign_currency", {"text": text})
    if _RANGE.search(text):
        return Problem("range", {"text": text})
    if _BOUND.search(text):
        return Problem("bound", {"text": text})
    found = _NUMBER.match(text)
    if not found:
        return Problem("not_a_number", {"text": text})
    said = found["u"]
    if said and said not in units:
        return Problem("unknown_unit", {"text": text, "unit": said})
    return Decimal(found["n"].replace(",", "")) * units[said or unit], said


def _about(text: str) -> tuple[str, bool]:
    """Strip the words that make a quantity approximate."""
    shorter = _ABOUT_AFTER.sub("", _ABOUT_INSIDE.sub("", _ABOUT_BEFORE.sub("", text)))
    return shorter, shorter != text


def _amount(raw: object, units: Mapping[str, Decimal], unit: str, home: str) -> Read[Amount] | Problem:
    if not stated(raw):
        return unstated(raw)
    text = (
        squeeze(written(raw))
        .removeprefix("人民币")
        .removesuffix("人民币")
        .replace("㎡", "m2")
        .replace("²", "2")
    )
    text, approximate = _about(text)
    read = _number(text, units, unit)
    if isinstance(read, Problem):
        return read
    value, said = read
    if not 0 <= value < _CEILING:
        return Problem("negative" if value < 0 else "too_large", {"text": text})
    marks = list(typing_marks(raw))
    if isinstance(raw, str) and not said:
        marks.append(Mark("text_number"))
    if units[said or unit] != 1:
        marks.append(Mark("unit", True, {"unit": said or unit, "home": home, "value": plain(value)}))
    elif said:
        marks.append(Mark("unit_said", False, {"unit": said}))
    if approximate:
        marks.append(Mark("approximate", True, {"value": plain(value)}))
    return Read(Amount(Decimal(plain(value.quantize(_STEP))), approximate), written(raw), tuple(marks))


def parse_money(raw: object, unit: str = "万元") -> Read[Amount] | Problem:
    """Read money in 万元; a bare number counts in ``unit``, the unit the sheet states."""
    return _amount(raw, MONEY, unit, "万元")


def parse_area(raw: object, unit: str = "亩") -> Read[Amount] | Problem:
    """Read an area in 亩; a bare number counts in ``unit``."""
    return _amount(raw, AREA, unit, "亩")


def parse_count(raw: object) -> Read[Amount] | Problem:
    """Read a number of people or things; 人 and 个 may follow it."""
    counted = {"": Decimal(1), "人": Decimal(1), "个": Decimal(1), "名": Decimal(1), "万人": Decimal(10000)}
    read = _amount(raw, counted, "", "")
    if isinstance(read, Read) and read.value is not None and read.value.value % 1:
        return Problem("not_whole", {"text": written(raw)})
    return read


def format_amount(amount: Amount, units: Mapping[str, Decimal], unit: str) -> str:
    """Write an amount in one of its units, 约 before it where it is approximate."""
    return f"{'约' if amount.approximate else ''}{plain(amount.value / units[unit])}{unit}"


def parse_text(raw: object, longest: int = 4000, *, running: bool = False) -> Read[str] | Problem:
    """Read text, tidied (see :func:`bihuan.logic.text.tidy`); ``running`` text keeps its spaces and lines."""
    if not stated(raw):
        return unstated(raw)
    text = written(raw)
    value = prose(text) if running else tidy(text)
    if len(value) > longest:
        return Problem("too_long", {"longest": longest})
    if "\x00" in value:
        return Problem("control_character", {})
    marks = list(typing_marks(raw, value))
    if value.translate({ord("（"): "(", ord("）"): ")"}) != value and "(" in text:
        marks.append(Mark("brackets"))
    return Read(value, text, tuple(marks))


_SPAN = re.compile(r"^(\d{1,4})(?:个?(工作日|自然日|日历日|日|天)|(wd|d))$")
_SPAN_UNITS = {"工作日": "wd", "自然日": "d", "日历日": "d", "日": "d", "天": "d"}


def parse_span(raw: object) -> Read[str] | Problem:
    """Read a limit (20个工作日, 30日) as ``20wd`` or ``30d``; a bare number says no unit and is asked about."""
    if not stated(raw):
        return unstated(raw)
    text = squeeze(written(raw))
    found = _SPAN.match(text)
    if not found:
        return Problem("not_a_span", {"text": text})
    return Read(f"{int(found[1])}{found[3] or _SPAN_UNITS[found[2]]}", written(raw))


def format_span(code: str) -> str:
    """Write ``20wd`` as offices do: 20个工作日."""
    return code.replace("wd", "个工作日").replace("d", "日")


def parse_choice(raw: object, choices: Mapping[str, str]) -> Read[str] | Problem:
    """Read one of ``choices`` (what may be written → value)."""
    if not stated(raw):
        return unstated(raw)
    text = squeeze(written(raw))
    if text not in choices:
        return Problem("not_a_choice", {"text": text, "choices": "、".join(choices)})
    return Read(choices[text], written(raw), typing_marks(raw))


#: The first character names the registering body; A, N and Y are letters of the standard.
_USCC = re.compile(r"^[1-9ANY][1-9A-Z][0-9]{6}[0-9ABCDEFGHJKLMNPQRTUWXY]{10}$")


def parse_uscc(raw: object) -> Read[str] | Problem:
    """Read a 统一社会信用代码 (GB 32100-2015), its check character verified.

    The standard's check value 31 stands for the character 0.
    """
    if not stated(raw):
        return unstated(raw)
    text = squeeze(written(raw)).upper()
    if not isinstance(raw, str):
        return Problem("code_as_number", {"text": text})
    if not _USCC.match(text):
        return Problem("uscc_shape", {"text": text})
    if uscc.calc_check_digit(text) != text[-1]:
        return Problem("uscc_check", {"text": text})
    return Read(text, written(raw), typing_marks(raw))


_PROJECT_CODE = re.compile(r"^(20\d{2})-?([1-8]\d{5})-?(\d{2})-?(\d{2})-?([0-9A-Z]{6})$")


def parse_project_code(raw: object) -> Read[str] | Problem:
    """Read a 项目代码 (GB/T 40058-2021): year4-region6-department2-kind2-random5+check1.

    Only the shape is checked: how the check digit is computed isn't published,
    so a well-formed code may still be wrong.
    """
    if not stated(raw):
        return unstated(raw)
    if not isinstance(raw, str):
        return Problem("code_as_number", {"text": written(raw)})
    text = squeeze(written(raw)).upper().replace("—", "-").replace("–", "-")
    found = _PROJECT_CODE.match(text)
    if not found:
        return Problem("project_code_shape", {"text": text})
    return Read("-".join(found.groups()), written(raw), typing_marks(raw))
