"""Panels of the wall (挂图作战): big numbers, a map of tiles, projects as tiles, a strip, a ranking.

They are read from across a room, so they hold little; under 700 px they become plain lists.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from django.utils.safestring import SafeString

from bihuan.ui import cells
from bihuan.ui import format as fmt
from bihuan.ui.panels.base import Panel


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A number one sees from afar. ``light`` colours it when it says that something is wrong; 0 stays quiet."""

    title: str
    value: int | None
    unit: str = ""
    href: str = ""
    light: str = ""
    cell: Any = None
    """Instead of the number: any cell (an amount of money)."""

    def shown(self) -> SafeString | str:
        """Return the number, or what stands for it."""
        return cells.show(self.cell) if self.cell is not None else fmt.number(self.value)

    @property
    def tone(self) -> str:
        """The light, once there is anything to count."""
        return self.light if self.value else ""


@dataclass(frozen=True, kw_only=True)
class Counts(Panel):
    """A row of big numbers."""

    template: ClassVar[str] = "ui/panels/wall_counts.html"

    counts: Sequence[Count]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A place, a project or an order: a name, its light, few words, numbers of its own.

    ``counts`` are small numbers inside the tile; each opens to what it counts.
    """

    title: str
    href: str = ""
    light: str = ""
    light_words: str = ""
    lines: Sequence[Any] = ()
    counts: Sequence[Count] = ()
    size: Literal[1, 2] = 1

    def said(self) -> list[SafeString]:
        """Return the lines as markup."""
        return [cells.show(line) for line in self.lines if line not in (None, "")]


@dataclass(frozen=True, kw_only=True)
class Tiles(Panel):
    """Tiles in a grid (``map``, ``work``) or in one row (``strip``). ``turn`` of ``turns`` pages are shown."""

    template: ClassVar[str] = "ui/panels/wall_tiles.html"

    tiles: Sequence[Tile]
    kind: Literal["map", "work", "strip"] = "work"
    empty: str = ""
    note: str = ""
    turn: int = 1
    turns: int = 1
    previous: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A row of a ranking: ``place`` 0 is not ranked."""

    place: int
    title: str
    part: int
    whole: int
    href: str = ""

    @property
    def percent(self) -> str:
        """The rate as text."""
        return fmt.percent(self.part, self.whole, 1)


@dataclass(frozen=True, kw_only=True)
class Ranking(Panel):
    """A short ranking by a rate, with its fraction; what has too few cases stands beneath, unranked."""

    template: ClassVar[str] = "ui/panels/wall_ranking.html"

    rows: Sequence[Placed]
    unranked: Sequence[Placed] = ()
    empty: str = ""
    note: str = ""
