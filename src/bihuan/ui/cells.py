"""Values as they stand in a table, a fact or a difference: what to show and how, without markup."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from html import escape
from typing import Any, Literal

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bihuan.logic import days
from bihuan.ui import format as fmt
from bihuan.ui.icons import icon
from bihuan.ui.lights import light

Tone = Literal["", "quiet", "good", "warn", "bad", "info"]


@dataclass(frozen=True, slots=True)
class To:
    """A link."""

    text: Any
    href: str


@dataclass(frozen=True, slots=True)
class Lamp:
    """A light with its word, or with ``words`` that say more ("6 working days late")."""

    light: str
    words: str = ""
    glyph_only: bool = False


@dataclass(frozen=True, slots=True)
class Money:
    """Money in ``unit`` (yuan, wan, yi), shown in what suits its size or in ``to``; exact on hover."""

    value: fmt.Number | None
    unit: str = "yuan"
    to: str = ""


@dataclass(frozen=True, slots=True)
class Num:
    """A number with its unit; ``forecast`` sets what is expected apart from what is."""

    value: fmt.Number | None
    unit: str = ""
    places: int | None = None
    forecast: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """A date as precisely as it is known; ``note`` says where it comes from (推定, 预计)."""

    value: date | str | None
    precision: str = "day"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate that shows its fraction."""

    part: int
    whole: int


@dataclass(frozen=True, slots=True)
class Tag:
    """A short word in a frame."""

    text: str
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Quiet:
    """Something said in a lower voice."""

    text: Any


@dataclass(frozen=True, slots=True)
class Hint:
    """A value with what more there is to know of it on hover: how it was written, where it comes from."""

    value: Any
    hint: str


@dataclass(frozen=True, slots=True)
class Stack:
    """Several values one under the other."""

    values: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Row:
    """Several values side by side."""

    values: Sequence[Any]


def show(value: Any) -> SafeString:
    """Return any value as markup; text is escaped, None and "" are a dash."""
    if value is None or value == "":
        return _span("nothing", fmt.DASH)
    maker = _MAKERS.get(type(value))
    if maker:
        return maker(value)
    if isinstance(value, (list, tuple)):
        return show(Row(value))
    return _text(value)


def _text(value: Any) -> SafeString:
    """Return text escaped, if it isn't markup already: most cells are just that."""
    return value if isinstance(value, SafeString) else SafeString(escape(str(value)))


def _span(css: str, text: Any) -> SafeString:
    """Return text in a span; put together here, because a table asks for thousands."""
    return SafeString(f'<span class="{css}">{_text(text)}</span>')


def _money(value: Money) -> SafeString:
    amount = fmt.money(value.value, value.unit, value.to)
    return SafeString(f'<span class="number" title="{_text(amount.exact)}">{_text(amount.text)}</span>')


def _num(value: Num) -> SafeString:
    kind = "number forecast" if value.forecast else "number"
    unit = " " + _span("unit", value.unit) if value.unit else ""
    return _span(kind, SafeString(_text(fmt.number(value.value, value.places)) + unit))


def _day(value: Day) -> SafeString:
    note = " " + _span("note", value.note) if value.note else ""
    return SafeString(_span("date", fmt.day(value.value, value.precision)) + note)


def _stack(value: Stack) -> SafeString:
    return SafeString("".join(f'<div class="stacked">{show(one)}</div>' for one in value.values))


def _row(value: Row) -> SafeString:
    return _span("row-of", SafeString(" ".join(map(show, value.values))))


def _bool(value: bool) -> SafeString:
    return _text(_("yes") if value else _("no"))


_MAKERS: dict[type, Callable[[Any], SafeString]] = {
    str: _text,
    To: lambda v: SafeString(f'<a href="{escape(v.href)}">{show(v.text)}</a>'),
    Lamp: lambda v: light(v.light, v.words, v.glyph_only),
    Money: _money,
    Num: _num,
    Day: _day,
    Rate: lambda v: _span("number", fmt.rate(v.part, v.whole)),
    Tag: lambda v: _span(f"tag tag-{v.tone or 'plain'}", v.text),
    Quiet: lambda v: _span("quiet", show(v.text)),
    Hint: lambda v: SafeString(f'<span title="{_text(v.hint)}">{show(v.value)}</span>'),
    Stack: _stack,
    Row: _row,
    days.Day: lambda v: _day(Day(v.first, v.precision)),
    bool: _bool,
    int: lambda v: _span("number", fmt.number(v)),
    Decimal: lambda v: _span("number", fmt.number(v)),
    date: lambda v: _span("date", fmt.day(v)),
    datetime: lambda v: _span("date", fmt.moment(v)),
}


def tick(done: bool) -> SafeString:
    """Return a tick or nothing, for lists of what is given and what is missing."""
    return icon("check") if done else SafeString("")
