"""The backward timetable (逆向时间控制表) as a picture: a row a node, a column a month.

Pale bar = earliest, brackets = latest allowed, solid = actual, hatched = stopped, dashed = what if; the
binding chain runs in one strong colour from today to the flag. ``wide`` is for screens, walls and A3,
``narrow`` for phones. Nothing in here knows a language: words come in.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from bihuan.logic.pictures.light import GLYPHS, Light


@dataclass(frozen=True, slots=True)
class TimetableRow:
    """A node. Start and finish days are both inside the work; ``None`` where unknown.

    ``stops`` are spans in which its clock stood (end None = still); ``ghost`` where a what-if would put it.
    """

    id: str
    title: str
    phase: str = ""
    side: str = ""
    earliest_start: date | None = None
    earliest_finish: date | None = None
    latest_start: date | None = None
    latest_finish: date | None = None
    actual_start: date | None = None
    actual_finish: date | None = None
    baseline_start: date | None = None
    baseline_finish: date | None = None
    light: Light = Light.NONE
    critical: bool = False
    milestone: bool = False
    stops: Sequence[tuple[date, date | None]] = ()
    ghost: tuple[date, date] | None = None

    def days(self) -> Iterator[date]:
        """Yield every day the row mentions."""
        for name in ("earliest", "latest", "actual", "baseline"):
            for end in ("start", "finish"):
                if at := getattr(self, f"{name}_{end}"):
                    yield at
        for since, until in self.stops:
            yield since
            if until:
                yield until
        yield from self.ghost or ()

    @property
    def begin(self) -> date | None:
        """The day its bar begins."""
        return self.actual_start or self.earliest_start

    @property
    def end(self) -> date | None:
        """The day its bar ends."""
        return self.actual_finish or self.earliest_finish


@dataclass(frozen=True, slots=True)
class TimetableWords:
    """The words in the picture, in the reader's language."""

    node: str = "Node"
    side: str = "Side"
    latest: str = "Latest"
    today: str = "Today"
    anchor: str = "Production"
    first_anchor: str = "first promised"
    ghost_anchor: str = "what if"
    draft: str = "draft"
    earliest: str = "earliest"
    allowed: str = "latest allowed"
    actual: str = "actual"
    baseline: str = "approved plan"
    stopped: str = "clock stopped"
    what_if: str = "what if"
    chain: str = "binding chain"
    months: tuple[str, ...] = tuple(str(n) for n in range(1, 13))
    quarters: tuple[str, ...] = ("Q1", "Q2", "Q3", "Q4")
    year: str = "{year}"
    day: str = "{year}.{month:02}.{day:02}"

    def date(self, at: date | None) -> str:
        """Write a day."""
        return self.day.format(year=at.year, month=at.month, day=at.day) if at else ""


@dataclass(frozen=True, slots=True)
class Timetable:
    """Everything the picture shows. ``chain`` lists row ids from first to last.

    ``sentence`` says what binds ("因 施工许可 晚 6 个工作日"), ``chance`` how sure the date is.
    """

    title: str
    rows: Sequence[TimetableRow]
    today: date
    anchor: date | None = None
    first_anchor: date | None = None
    ghost_anchor: date | None = None
    chain: Sequence[str] = ()
    late: bool = False
    draft: bool = False
    sentence: str = ""
    chance: str = ""
    words: TimetableWords = field(default_factory=TimetableWords)


def timetable_table(table: Timetable) -> tuple[list[str], list[list[str]]]:
    """Return the same facts as head and rows of text, for those who don't see the picture."""
    said = table.words
    head = [said.node, said.side, said.earliest, said.latest, said.actual, said.chain]
    rows = [
        [
            f"{GLYPHS[row.light]} {row.title}",
            row.side,
            _pair(said, row.earliest_start, row.earliest_finish),
            _pair(said, row.latest_start, row.latest_finish),
            _pair(said, row.actual_start, row.actual_finish),
            "✓" if row.critical else "",
        ]
        for row in table.rows
    ]
    return head, rows


def _pair(said: TimetableWords, start: date | None, finish: date | None) -> str:
    return f"{said.date(start)} – {said.date(finish)}" if start or finish else ""
