"""Panels of a matter (件): the same card and the same page, whatever its line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Literal

from django.utils.safestring import SafeString

from bihuan.kernel.now import local
from bihuan.ui import cells
from bihuan.ui import format as fmt
from bihuan.ui.panels.base import Action, Panel
from bihuan.ui.panels.forms import FormPanel


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterCard:
    """A matter in short."""

    code: str
    title: str
    href: str
    noun: str = ""
    stage: str = ""
    light: str = "none"
    left: str = ""
    """What is left of its limit, in words (``format.left``)."""
    due: date | datetime | None = None
    limit: str = ""
    """What the limit is called, where it is not the matter's own."""
    holder: str = ""
    waits_for: str = ""
    place: str = ""
    move: Action | None = None

    def due_text(self) -> str:
        """Return the due moment as text."""
        if isinstance(self.due, datetime):
            return fmt.moment(self.due)
        return fmt.day(self.due) if self.due else ""


@dataclass(frozen=True, kw_only=True)
class Matters(Panel):
    """Matters as cards, most urgent first as the caller ordered them."""

    template: ClassVar[str] = "ui/panels/matters.html"

    cards: Sequence[MatterCard]
    empty: str = ""
    more: Action | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A stage on the way. ``at`` is when it was reached; one that was gone past without is ``skipped``."""

    title: str
    state: Literal["done", "now", "next", "stopped", "skipped"] = "next"
    at: date | datetime | None = None
    note: str = ""

    def at_text(self) -> str:
        """Return the day it was reached."""
        at = local(self.at).date() if isinstance(self.at, datetime) else self.at
        return fmt.short_day(at) if at else ""


@dataclass(frozen=True, kw_only=True)
class Stepper(Panel):
    """The stages of a mechanism and where the matter stands."""

    template: ClassVar[str] = "ui/panels/stepper.html"

    steps: Sequence[Step]

    @property
    def now(self) -> int:
        """The number of the present step, counted from one; 0 when none is."""
        return next((n for n, step in enumerate(self.steps, 1) if step.state == "now"), 0)


@dataclass(frozen=True, slots=True)
class Why:
    """A line of the explanation of a due date."""

    when: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A limit that runs: what is left, until when, and why (one tap away)."""

    title: str
    light: str
    left: str
    due: date | datetime | None = None
    why: Sequence[Why] = ()
    source: str = ""
    provisional: bool = False
    stopped: str = ""
    """Why and since when it stands still."""

    def due_text(self) -> str:
        """Return the due moment as text."""
        if isinstance(self.due, datetime):
            return fmt.moment(self.due)
        return fmt.day(self.due) if self.due else ""


@dataclass(frozen=True, kw_only=True)
class ClockPanel(Panel):
    """The clocks of a matter, in the order given."""

    template: ClassVar[str] = "ui/panels/clocks.html"

    clocks: Sequence[Clock]
    empty: str = ""


@dataclass(frozen=True, kw_only=True)
class MovesPanel(Panel):
    """What can be done now: one primary button and a short menu; each opens its form in place.

    Every move's ``href`` answers with a page that holds a panel with the id ``<id>-form``.
    """

    template: ClassVar[str] = "ui/panels/moves.html"

    moves: Sequence[Action]
    form: FormPanel | None = None
    empty: str = ""

    def panels(self) -> tuple[Panel, ...]:
        """Return the open form, if one is."""
        return (self.form,) if self.form else ()

    @property
    def slot(self) -> str:
        """The id a move's form opens in."""
        return f"{self.id}-form"

    @property
    def primary(self) -> Action | None:
        """The move to press."""
        return next((m for m in self.moves if m.primary), self.moves[0] if self.moves else None)

    @property
    def others(self) -> list[Action]:
        """The moves of the menu."""
        return [m for m in self.moves if m is not self.primary]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file of an entry. ``thumb`` is the address of a small picture, if there is one."""

    name: str
    href: str
    thumb: str = ""
    octets: int = 0
    held: str = ""
    """Why it is held back (a 密级 mark, not yet checked)."""

    def size(self) -> str:
        """Return its size as text."""
        return fmt.size(self.octets) if self.octets else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An entry of the thread and the ledger."""

    at: datetime
    who: str
    title: str
    kind: Literal["move", "comment", "system", "late"] = "move"
    post: str = ""
    text: str = ""
    facts: Sequence[tuple[str, Any]] = ()
    files: Sequence[Evidence] = ()
    stage: str = ""
    id: str = ""
    sealed: bool = False
    recorded: datetime | None = None
    """When it was recorded, if that is not when it happened."""

    def at_text(self) -> str:
        """Return the moment as text."""
        return fmt.moment(self.at)

    def ago(self) -> str:
        """Return how long ago it was."""
        return fmt.ago(self.at)

    def recorded_text(self) -> str:
        """Return the recording moment as text."""
        return fmt.moment(self.recorded) if self.recorded else ""

    def shown(self) -> list[tuple[str, SafeString]]:
        """Return its facts as markup."""
        return [(label, cells.show(value)) for label, value in self.facts]


@dataclass(frozen=True, kw_only=True)
class Timeline(Panel):
    """Thread and ledger as one, newest first."""

    template: ClassVar[str] = "ui/panels/timeline.html"

    events: Sequence[Event]
    older: str = ""
    empty: str = ""
