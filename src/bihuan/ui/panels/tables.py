"""Panels that show many things: tables that become cards on a phone, filters, differences."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import compress, product
from typing import Any, ClassVar, Literal

from django.utils.functional import Promise
from django.utils.safestring import SafeString

from bihuan.ui import cells
from bihuan.ui.panels.base import Action, Panel
from bihuan.ui.panels.show import Empty
from bihuan.ui.rows import Line, drawn

#: Text up to so many characters stays in one line of a table and takes half a card.
_SHORT = 12


@dataclass(frozen=True, slots=True)
class Column:
    """A column. ``value`` is an attribute (or key) of the row or a function of it; any cell may come out.

    ``head`` makes it the heading of the card a row becomes on a phone; ``wide`` leaves it out there.
    """

    title: str
    value: str | Callable[[Any], Any]
    number: bool = False
    link: Callable[[Any], str] | None = None
    head: bool = False
    wide: bool = False
    sort: str = ""
    sorted: Literal["", "up", "down"] = ""

    def read(self, row: Any) -> Any:
        """Return the cell of ``row``."""
        value = self.value(row) if callable(self.value) else _attribute(row, self.value)
        return cells.To(value, self.link(row)) if self.link and value not in (None, "") else value

    def css(self, value: Any = None) -> str:
        """Return the classes of its heading, or of the cell with this value; what is short never wraps."""
        return _CSS[self.number, self.head, self.wide, _short(value)]


#: The classes by what is true of a column and its cell.
_CSS = {
    marks: " ".join(compress(("num", "head", "wide", "short"), marks))
    for marks in product((False, True), repeat=4)
}


def _short(value: Any) -> bool:
    said = value.text if isinstance(value, (cells.To, cells.Quiet, cells.Tag)) else value
    return value is not None and (not isinstance(said, (str, Promise)) or len(str(said)) <= _SHORT)


def _attribute(row: Any, name: str) -> Any:
    return row[name] if isinstance(row, dict) else getattr(row, name)


@dataclass(frozen=True, slots=True)
class Pager:
    """Keyset pages: there is a next and a previous one, never a page 4,711."""

    previous: str = ""
    next: str = ""
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Bulk:
    """What can be done with several ticked rows. The address answers with a preview first."""

    url: str
    moves: Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Table(Panel):
    """Rows in columns; on a phone each row is a card. ``row_href`` is what Enter opens."""

    template: ClassVar[str] = "ui/panels/table.html"

    columns: Sequence[Column]
    rows: Sequence[Any]
    row_key: Callable[[Any], Any] | None = None
    row_href: Callable[[Any], str] | None = None
    empty: Empty | None = None
    pager: Pager | None = None
    bulk: Bulk | None = None
    actions: Sequence[Action] = ()
    caption: str = ""
    """For screen readers when there is no title."""

    @property
    def steered(self) -> bool:
        """Whether the keyboard finds something inside; a table without must itself be a stop, to be scrolled."""
        return bool(self.bulk or any(column.link or column.sort for column in self.columns))

    def body(self) -> SafeString:
        """Return the rows as markup."""
        titles = [str(column.title) for column in self.columns]
        return drawn(titles, map(self._line, self.rows), ticks=self.bulk is not None)

    def _line(self, row: Any) -> Line:
        values = [(column, column.read(row)) for column in self.columns]
        return Line(
            str(self.row_key(row)) if self.row_key else "",
            self.row_href(row) if self.row_href else "",
            [(column.css(value), cells.show(value)) for column, value in values],
        )


@dataclass(frozen=True, slots=True)
class Filter:
    """One part of the sentence: ``choices`` pairs values with words, the first one being "all"."""

    name: str
    title: str
    choices: Sequence[tuple[str, str]]
    value: str = ""

    @property
    def words(self) -> str:
        """The words of the chosen value."""
        return dict(self.choices).get(self.value, "") if self.value else ""


@dataclass(frozen=True, kw_only=True)
class FilterBar(Panel):
    """Filters as a sentence one can read, send and save."""

    template: ClassVar[str] = "ui/panels/filters.html"

    url: str
    filters: Sequence[Filter]
    target: str = "content"
    """The id of what the answer replaces; by default everything between the bars, so the sentence follows."""
    search: str | None = None
    saved: Sequence[tuple[str, str]] = ()
    save_url: str = ""

    def sentence(self) -> str:
        """Return what is chosen, in words."""
        parts = [one.words for one in self.filters if one.words]
        if self.search:
            parts.append(f"“{self.search}”")
        return " · ".join(parts)


@dataclass(frozen=True, slots=True)
class Change:
    """A cell before and after. ``note`` says by what rule it was read or why it is doubtful."""

    title: str
    old: Any
    new: Any
    note: str = ""
    severity: Literal["", "info", "warning", "error"] = ""

    def shown_old(self) -> SafeString:
        """Return the value before, as markup."""
        return cells.show(self.old)

    def shown_new(self) -> SafeString:
        """Return the value after, as markup."""
        return cells.show(self.new)


@dataclass(frozen=True, slots=True)
class DiffRow:
    """A thing and what would change in it. ``key`` lets it be ticked off."""

    what: str
    state: Literal["created", "updated", "unchanged", "refused", "asked"]
    changes: Sequence[Change] = ()
    href: str = ""
    where: str = ""
    key: str = ""


@dataclass(frozen=True, kw_only=True)
class Diff(Panel):
    """What would change, cell by cell: old → new."""

    template: ClassVar[str] = "ui/panels/diff.html"

    rows: Sequence[DiffRow]
    empty: str = ""
