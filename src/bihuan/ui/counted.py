"""How a figure is shown wherever it stands: its tile, its value, the parts it opens to and the cases of a part."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bihuan.kernel.errors import BadInput
from bihuan.kernel.figures.selectors import Case, FigureValue
from bihuan.kernel.figures.trends import Point
from bihuan.kernel.now import today
from bihuan.logic.mechanism import said
from bihuan.logic.pictures import trend
from bihuan.logic.rates import Figure as Declared
from bihuan.logic.rates import Tally
from bihuan.ui import cells
from bihuan.ui import format as fmt
from bihuan.ui.panels import Column, Empty, Figure, Pager, Panel, Picture, Table

#: A page of cases.
SIZE = 50
_COUNTED, _OF = said("Counted"), said("Of")


def is_rate(declared: Declared | Tally, value: FigureValue) -> bool:
    """Whether the value is told in per cent with its fraction."""
    return declared.unit == "%" and value.denominator is not None


def _plain(value: FigureValue) -> Any:
    return value.value if value.denominator is not None else int(value.numerator)


def tile(declared: Declared | Tally, value: FigureValue, href: str, **more: str) -> Figure:
    """Return the tile of a figure; ``more``: ``trend``, ``compare``."""
    rate = is_rate(declared, value)
    made = Figure(
        title=_(declared.title),
        part=int(value.numerator) if rate else None,
        whole=value.denominator if rate else None,
        value=None if rate else _plain(value),
        unit="" if rate else _(declared.unit),
        as_of=value.at,
        href=href,
        definition=f"{_(declared.definition)} {left_out(value)}".strip(),
        small=value.small,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def left_out(value: FigureValue) -> str:
    """Return the sentence of what a value leaves out, "" for nothing."""
    parts = [f"{_(title)} {count}" for title, count in value.excluded if count]
    return (
        _("Left out: %(parts)s") % {"parts": pgettext("between items of a list", ", ").join(parts)}
        if parts
        else ""
    )


def shown(declared: Declared | Tally, value: FigureValue) -> Any:
    """Return the cell of a value."""
    if is_rate(declared, value):
        return cells.Rate(int(value.numerator), value.denominator or 0)
    return cells.Num(_plain(value), _(declared.unit))


def titles(declared: Declared | Tally) -> dict[str, str]:
    """Return, to be translated, what each part a figure opens to is called."""
    if isinstance(declared, Tally):
        return dict(declared.parts)
    named = {"numerator": _COUNTED, "denominator": _OF}
    named |= {f"excluded{n}": title for n, (title, _count) in enumerate(declared.exclusions)}
    return {name: named[name] for name in declared.parts()}


def past_day(request: HttpRequest) -> date | None:
    """Return the past day an address asks for, None for the present; BadInput for one that isn't there yet."""
    text = request.GET.get("on", "")
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadInput(_("Please enter a day as 2026-10-31."), where="on") from error
    if day and day > today():
        raise BadInput(_("This day is still to come."), where="on")
    return day if day and day < today() else None


def month_ends(count: int = 6) -> list[date]:
    """Return the last days of the months before the present one, the latest first."""
    found: list[date] = []
    first = today().replace(day=1)
    while len(found) < count:
        found.append(first - date.resolution)
        first = found[-1].replace(day=1)
    return found


def place_after(text: str) -> tuple[int, int] | None:
    """Return the (matter, episode) a page of cases ended with, None where an address names none."""
    matter, _dash, episode = text.partition("-")
    plain = matter.isdecimal() and len(matter) < 19 and episode.isdecimal() and len(episode) < 5
    return (int(matter), int(episode)) if plain else None


def row_after(text: str) -> int:
    """Return the id a page of rows ended with, 0 where an address names none."""
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def cases(found: Sequence[Case], after: Callable[[str], str]) -> Table:
    """Return the table of a page of cases, one more than :data:`SIZE` where others follow.

    ``after`` makes the address of the page behind a place, which :func:`place_after` reads.
    """
    more = f"{found[SIZE - 1].matter_id}-{found[SIZE - 1].episode}" if len(found) > SIZE else ""

    def href(row: Case) -> str:
        return reverse("matter", args=[row.code])

    return Table(
        id="counted",
        caption=_("Matters"),
        rows=found[:SIZE],
        row_key=lambda row: f"{row.matter_id}-{row.episode}",
        row_href=href,
        columns=[
            Column(pgettext("of a matter", "Code"), "code", link=href),
            Column(_("Title"), lambda row: row.title or _("(erased)"), head=True, link=href),
            Column(_("Episode"), "episode", number=True),
        ],
        pager=Pager(next=after(more) if more else ""),
        empty=Empty(text=_("No matter is counted here."), icon="chart"),
    )


def picture(title: str, points: Sequence[Point], width: float = 240, height: float = 64) -> str:
    """Draw a trend by month, "" when there is nothing to compare."""
    if len([point for point in points if point.value is not None]) < 2:
        return ""
    drawn = [
        trend.Point(
            f"{point.at.month}月" if fmt.chinese() else f"{point.at:%b}",
            None if point.value is None else float(point.value),
            small=point.small,
        )
        for point in points
    ]
    return trend.trend_svg(title, drawn, width=width, height=height)


def over_time(title: str, points: Sequence[Point], unit: str = "%") -> list[Panel]:
    """Return the panel of a figure over the months, nothing when there is nothing to compare."""
    drawn = picture(title, points, 860, 140)
    if not drawn:
        return []
    rows = [
        [
            fmt.day(one.at, "month"),
            "–" if one.value is None else f"{fmt.number(one.value, 2)} {unit}".replace(" %", "%"),
        ]
        for one in points
    ]
    narrow = picture(title, points, 320, 120)
    return [
        Picture(
            id="trend", title=_("Over time"), svg=drawn, narrow=narrow, head=[_("Month"), title], rows=rows
        )
    ]
