"""How numbers, days, money and names are written, in Chinese and in English.

Every function takes plain values and returns text; template filters of the same
names stand in ``templatetags/ui.py``.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from bihuan.kernel.now import local, now

DASH = "—"
Number = int | float | Decimal | str

_WEEKDAYS = "一二三四五六日"
_UNITS = {"yuan": Decimal(1), "wan": Decimal(10_000), "yi": Decimal(100_000_000)}


def chinese() -> bool:
    """Return whether the reader's language is Chinese."""
    return (get_language() or "zh-hans").startswith("zh")


def number(value: Number | None, places: int | None = None) -> str:
    """Write a number with thousands separators, rounded half up to ``places`` when given."""
    if value is None or value == "":
        return DASH
    exact = Decimal(str(value))
    if places is not None:
        exact = exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return f"{exact:,f}"


def day(value: date | str | None, precision: str = "day", weekday: bool = True) -> str:
    """Write a date as precisely as it is known: ``year``, ``month`` or ``day``."""
    if not value:
        return DASH
    at = date.fromisoformat(value) if isinstance(value, str) else value
    if isinstance(at, datetime):
        at = local(at).date()
    if precision == "year":
        return f"{at.year}年" if chinese() else f"{at.year}"
    if precision == "month":
        return f"{at.year}年{at.month}月" if chinese() else f"{at:%b %Y}"
    if chinese():
        return f"{at.year}年{at.month}月{at.day}日" + (f"(周{_WEEKDAYS[at.weekday()]})" if weekday else "")
    return (f"{at:%a} " if weekday else "") + f"{at.day} {at:%b %Y}"


def short_day(value: date | None) -> str:
    """Write a date without its year when it lies in the present one: 10月16日(周四)."""
    if value is None:
        return DASH
    if value.year != local().year:
        return day(value)
    if chinese():
        return f"{value.month}月{value.day}日(周{_WEEKDAYS[value.weekday()]})"
    return f"{value:%a} {value.day} {value:%b}"


def moment(value: datetime | None) -> str:
    """Write a moment in Beijing time to the minute, with the weekday."""
    return f"{day(local(value).date())} {local(value):%H:%M}" if value else DASH


def as_of(value: date | datetime | None) -> str:
    """Write the as-of time of a figure, short: 10月15日 17:30, with its year when it is another one."""
    if value is None:
        return ""
    at = local(value).date() if isinstance(value, datetime) else value
    if chinese():
        text = f"{at.month}月{at.day}日" if at.year == local().year else f"{at.year}年{at.month}月{at.day}日"
    else:
        text = f"{at.day} {at:%b}" if at.year == local().year else f"{at.day} {at:%b %Y}"
    return f"{text} {local(value):%H:%M}" if isinstance(value, datetime) else text


def ago(value: datetime | None) -> str:
    """Say how long ago a moment was (or how far ahead); it only ever stands beside the absolute one."""
    if value is None:
        return DASH
    seconds = int((now() - value).total_seconds())
    span = _span(abs(seconds))
    if span is None:
        return _("just now")
    return _("%(span)s ago") % {"span": span} if seconds > 0 else _("in %(span)s") % {"span": span}


def _span(seconds: int) -> str | None:
    if seconds < 60:
        return None
    if seconds < 3600:
        return ngettext("%(n)s minute", "%(n)s minutes", seconds // 60) % {"n": seconds // 60}
    if seconds < 86400:
        return ngettext("%(n)s hour", "%(n)s hours", seconds // 3600) % {"n": seconds // 3600}
    return ngettext("%(n)s day", "%(n)s days", seconds // 86400) % {"n": seconds // 86400}


@dataclass(frozen=True, slots=True)
class Amount:
    """Money as shown, and to the cent as it is."""

    text: str
    exact: str


def money(value: Number | None, unit: str = "yuan", to: str = "") -> Amount:
    """Write money given in ``unit`` (yuan, wan, yi) in the unit that suits its size, or in ``to``."""
    if value is None or value == "":
        return Amount(DASH, "")
    yuan = Decimal(str(value)) * _UNITS[unit]
    cents = yuan.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    if not chinese():
        return Amount(_english_money(yuan), f"¥{cents:,f}")
    target = to or _fitting(abs(yuan))
    shown = _trim(yuan / _UNITS[target])
    return Amount(f"{shown}{ {'yuan': '元', 'wan': '万元', 'yi': '亿元'}[target] }", f"{cents:,f}元")


def _fitting(yuan: Decimal) -> str:
    return next((name for name in ("yi", "wan") if yuan >= _UNITS[name]), "yuan")


def _trim(value: Decimal) -> str:
    rounded = value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return f"{rounded:,f}".rstrip("0").rstrip(".")


def _english_money(yuan: Decimal) -> str:
    for size, word in ((Decimal(10) ** 9, " billion"), (Decimal(10) ** 6, " million")):
        if abs(yuan) >= size:
            return f"¥{_trim(yuan / size)}{word}"
    return f"¥{_trim(yuan)}"


def rate(part: int, whole: int, places: int = 2) -> str:
    """Write a rate with its fraction: 90.11% = 1,822 / 2,022; a dash when there is nothing to divide."""
    if not whole:
        return f"{DASH} = {part:,} / {whole:,}"
    return f"{percent(part, whole, places)} = {part:,} / {whole:,}"


def percent(part: int, whole: int, places: int = 2) -> str:
    """Write the rate alone, rounded half up."""
    if not whole:
        return DASH
    return f"{number(Decimal(part) * 100 / Decimal(whole), places)}%"


def masked_name(name: str) -> str:
    """Write a person's name for those who need not know it: 王*平, 李*."""
    name = name.strip()
    if not name:
        return DASH
    if name.isascii():
        return " ".join(word[0] + "***" for word in name.split())
    if len(name) == 1:
        return "*"
    return name[0] + "*" * max(1, len(name) - 2) + (name[-1] if len(name) > 2 else "")


def masked_phone(phone: str) -> str:
    """Write a phone number with its middle hidden: 138****5678."""
    bare = phone.removeprefix("+86").replace(" ", "").replace("-", "")
    return f"{bare[:3]}****{bare[-4:]}" if len(bare) >= 8 else "*" * len(bare)


def size(octets: int) -> str:
    """Write a file's size."""
    amount = Decimal(octets)
    for unit in ("B", "KB", "MB"):
        if amount < 1024:
            return f"{number(amount, 0 if unit == 'B' else 1)} {unit}"
        amount /= 1024
    return f"{number(amount, 1)} GB"


def left(count: int, unit: str = "wd") -> str:
    """Say what is left of a limit; negative when it has passed. Units: d, wd, h, wh."""
    if count == 0 and unit in {"d", "wd"}:
        return _("due today")
    amount = _counted(abs(count), unit)
    return (_("%(amount)s left") if count >= 0 else _("%(amount)s overdue")) % {"amount": amount}


def _counted(count: int, unit: str) -> str:
    if unit == "wd":
        return ngettext("%(n)s working day", "%(n)s working days", count) % {"n": count}
    if unit == "wh":
        return ngettext("%(n)s working hour", "%(n)s working hours", count) % {"n": count}
    return _span(count * (3600 if unit == "h" else 86400)) or _("less than an hour")
