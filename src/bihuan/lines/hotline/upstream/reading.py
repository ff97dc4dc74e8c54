"""Read what a city's platform hands over: text that was copied, rows of a table, an object of its API. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

#: What cities call each field, the shortest certain part first.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "number": ("工单编号", "工单号", "诉求编号", "受理编号", "编号"),
    "title": ("诉求标题", "工单标题", "标题"),
    "detail": ("诉求内容", "主要内容", "问题描述", "反映内容", "内容"),
    "address": ("事发地点", "诉求地址", "事发地址", "地址", "地点"),
    "phone": ("来电号码", "联系号码", "联系电话", "电话"),
    "caller": ("诉求人", "来电人", "联系人", "姓名"),
    "type": ("诉求类型", "工单类型", "类型"),
    "due": ("办理时限", "办结时限", "截止时间", "到期时间", "时限"),
    "secrecy": ("是否保密", "保密"),
    "state": ("工单状态", "当前环节", "状态", "环节"),
}
_TYPES = {
    "咨询": "consult", "求助": "help", "建议": "suggest", "投诉": "complain", "举报": "report", "表扬": "praise",
}  # fmt: skip
_BY_HEADING = {word: name for name, words in HEADINGS.items() for word in words}
_LINE = re.compile(r"^\s*([^\s:：]{2,10})\s*[:：]\s*(.*)$")
_MOMENT = re.compile(
    r"(\d{4})[-/年.](\d{1,2})[-/月.](\d{1,2})日?(?:[ T]*(\d{1,2})[:时点](\d{1,2})?(?::(\d{1,2}))?)?"
)
#: Words by which cities say that an order is over.
_OVER = ("已结案", "已办结", "办结", "归档", "结案", "已回访")


@dataclass(frozen=True, slots=True)
class City:
    """One order as the city sent it; '' and None where it says nothing."""

    number: str
    title: str = ""
    detail: str = ""
    address: str = ""
    phone: str = ""
    caller: str = ""
    type: str = "help"
    due: datetime | None = None
    secret: bool = False
    state: str = ""

    @property
    def over(self) -> bool:
        """Whether the city says that the order is over."""
        return any(word in self.state for word in _OVER)


def from_mapping(given: Mapping[str, Any]) -> City | None:
    """Return the order an object or a row says, by whatever its fields are called; None without a number."""
    found: dict[str, str] = {}
    for heading, value in given.items():
        name = heading if heading in HEADINGS else _BY_HEADING.get(re.sub(r"\s", "", str(heading)))
        text = value.isoformat(sep=" ") if isinstance(value, datetime) else str(value or "").strip()
        if name and text and name not in found:
            found[name] = text
    if not found.get("number"):
        return None
    title = found.get("title") or found.get("detail", "")[:60] or found["number"]
    return City(
        number=found["number"][:60], title=title[:200], detail=found.get("detail", ""),
        address=found.get("address", "")[:200], phone=found.get("phone", ""), caller=found.get("caller", "")[:60],
        type=next((code for word, code in _TYPES.items() if word in found.get("type", "")), "help"),
        due=moment(found.get("due", "")), secret=found.get("secrecy", "") in {"是", "保密", "1", "true", "True"},
        state=found.get("state", ""),
    )  # fmt: skip


def moment(text: str) -> datetime | None:
    """Return the moment a text begins with, without zone; a day alone is its last minute; None for none."""
    found = _MOMENT.search(text)
    if not found:
        return None
    year, month, day, hour, minute, second = found.groups()
    try:
        return datetime(  # noqa: DTZ001 - the city's own wall clock; who stores it gives the zone
            int(year),
            int(month),
            int(day),
            int(hour or 23),
            int(minute or (0 if hour else 59)),
            int(second or 0),
        )
    except ValueError:
        return None


def from_rows(rows: Iterable[Iterable[Any]]) -> list[City]:
    """Return the orders of a table whose first row with a number's heading heads it."""
    head: list[str] = []
    found: list[City] = []
    for row in rows:
        cells = [
            value if isinstance(value, datetime) else str(value if value is not None else "").strip()
            for value in row
        ]
        if not head:
            names = [re.sub(r"\s", "", str(cell)) for cell in cells]
            head = names if any(_BY_HEADING.get(name) == "number" for name in names) else []
            continue
        one = from_mapping(dict(zip(head, cells, strict=False)))
        found += [one] if one else []
    return found


def from_text(text: str) -> list[City]:
    """Return the orders of copied text: a table with tabs, or blocks of lines ``heading: value``."""
    if "\t" in text:
        return from_rows(line.split("\t") for line in text.splitlines() if line.strip())
    found: list[dict[str, str]] = []
    last = ""
    for line in text.splitlines():
        match = _LINE.match(line)
        name = _BY_HEADING.get(match.group(1)) if match else None
        if match and name:
            if name == "number" or not found:
                found.append({})
            found[-1][name] = match.group(2).strip()
            last = name
        elif found and last and line.strip():
            found[-1][last] += f"\n{line.strip()}"
    return [one for one in (from_mapping(block) for block in found) if one]
