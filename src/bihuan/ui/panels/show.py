"""Panels that show one thing: words, a picture, a number, a piece of long work, nothing at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Literal

from django.utils.safestring import SafeString, mark_safe

from bihuan.ui import cells
from bihuan.ui import format as fmt
from bihuan.ui.panels.base import Action, Panel


@dataclass(frozen=True, kw_only=True)
class Facts(Panel):
    """Labels with their values, in a grid. ``items`` pairs a label with any cell."""

    template: ClassVar[str] = "ui/panels/facts.html"

    items: Sequence[tuple[str, Any]]
    columns: Literal[1, 2, 3] = 2
    action: Action | None = None

    def shown(self) -> list[tuple[str, SafeString]]:
        """Return each label with its value as markup."""
        return [(label, cells.show(value)) for label, value in self.items]


@dataclass(frozen=True, kw_only=True)
class Prose(Panel):
    """Plain paragraphs. Text is never markup: it may come from anybody."""

    template: ClassVar[str] = "ui/panels/prose.html"

    paragraphs: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Empty(Panel):
    """What this page is for and the first step."""

    template: ClassVar[str] = "ui/panels/empty.html"

    text: str
    icon: str = "inbox"
    action: Action | None = None


@dataclass(frozen=True, kw_only=True)
class Alert(Panel):
    """Something to know before going on: what happened, what was kept, what to do."""

    template: ClassVar[str] = "ui/panels/alert.html"

    text: str
    tone: Literal["info", "good", "warn", "bad"] = "info"
    details: Sequence[str] = ()
    action: Action | None = None

    @property
    def icon(self) -> str:
        """The icon of the tone."""
        return {"info": "help", "good": "check", "warn": "alert", "bad": "alert"}[self.tone]


@dataclass(frozen=True, kw_only=True)
class Picture(Panel):
    """A picture made by ``bihuan.logic.pictures``.

    ``svg`` is that module's own output, which escapes everything it was given; ``narrow`` is the variant
    for phones. ``head`` and ``rows`` are the same facts as a table, for those who don't see the picture.
    """

    template: ClassVar[str] = "ui/panels/picture.html"

    svg: str
    narrow: str = ""
    head: Sequence[str] = ()
    rows: Sequence[Sequence[Any]] = ()
    note: str = ""
    actions: Sequence[Action] = ()

    def wide_markup(self) -> SafeString:
        """Return the SVG for wide screens and paper."""
        return _trusted_svg(self.svg)

    def narrow_markup(self) -> SafeString:
        """Return the SVG for phones."""
        return _trusted_svg(self.narrow)

    def table(self) -> list[list[SafeString]]:
        """Return the rows of the text alternative as markup."""
        return [[cells.show(value) for value in row] for row in self.rows]


def _trusted_svg(svg: str) -> SafeString:
    if svg and not svg.startswith("<svg"):
        raise ValueError("a picture must be an SVG made by bihuan.logic.pictures")
    return mark_safe(svg)  # noqa: S308 - logic.pictures escapes every value it writes


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number with its unit, as-of time and a link to what it counts.

    Give ``part`` and ``whole`` for a rate. ``small`` greys a sample too small to compare; ``forecast`` marks
    what is expected; ``trend`` is an SVG of ``bihuan.logic.pictures``.
    """

    title: str
    value: fmt.Number | None = None
    unit: str = ""
    part: int | None = None
    whole: int | None = None
    as_of: date | datetime | None = None
    href: str = ""
    definition: str = ""
    compare: str = ""
    light: str = ""
    small: bool = False
    forecast: bool = False
    trend: str = ""

    def shown(self) -> str:
        """Return the number as text."""
        if self.part is not None and self.whole is not None:
            return fmt.percent(self.part, self.whole)
        return fmt.number(self.value)

    def fraction(self) -> str:
        """Return the fraction behind a rate, or nothing."""
        if self.part is None or self.whole is None:
            return ""
        return f"{self.part:,} / {self.whole:,}"

    def as_of_text(self) -> str:
        """Return the as-of time as text."""
        return fmt.as_of(self.as_of)

    def trend_markup(self) -> SafeString:
        """Return the small trend picture."""
        return _trusted_svg(self.trend)


@dataclass(frozen=True, kw_only=True)
class Figures(Panel):
    """Tiles of figures in a row; ``headed`` where several rows stand on a page and are told apart by their titles."""

    template: ClassVar[str] = "ui/panels/figures.html"

    figures: Sequence[Figure]
    headed: bool = False


@dataclass(frozen=True, kw_only=True)
class Progress(Panel):
    """Long work: asks again every two seconds until ``done``; survives leaving the page.

    ``url`` answers with a page that holds this panel under the same id.
    """

    template: ClassVar[str] = "ui/panels/progress.html"

    url: str
    text: str
    part: int = 0
    whole: int = 0
    done: bool = False
    failed: str = ""
    action: Action | None = None

    @property
    def percent(self) -> int:
        """How much is done, 0 to 100."""
        return min(100, self.part * 100 // self.whole) if self.whole else 0


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab: a link of its own, so it can be sent to somebody."""

    title: str
    href: str
    active: bool = False
    count: int | None = None


@dataclass(frozen=True, kw_only=True)
class Tabs(Panel):
    """Tabs with the panels of the active one beneath."""

    template: ClassVar[str] = "ui/panels/tabs.html"

    tabs: Sequence[Tab]
    body: Sequence[Panel] = ()

    def panels(self) -> tuple[Panel, ...]:
        """Return the panels of the active tab."""
        return tuple(self.body)


@dataclass(frozen=True, kw_only=True)
class Group(Panel):
    """Panels side by side on wide screens, one under the other on a phone."""

    template: ClassVar[str] = "ui/panels/group.html"

    body: Sequence[Panel]
    #: Where the group is asked for again every five seconds, to answer with a group of the same id.
    again: str = ""

    def panels(self) -> tuple[Panel, ...]:
        """Return the panels inside."""
        return tuple(self.body)


@dataclass(frozen=True, kw_only=True)
class Links(Panel):
    """A short list of links with counts or lights: children, papers, what to read next."""

    template: ClassVar[str] = "ui/panels/links.html"

    items: Sequence[tuple[Any, str, Any]]
    """(what, href, remark): what and remark are cells."""
    empty: str = ""

    def shown(self) -> list[tuple[SafeString, str, SafeString]]:
        """Return the items as markup."""
        return [
            (cells.show(what), href, cells.show(remark) if remark not in (None, "") else SafeString(""))
            for what, href, remark in self.items
        ]
