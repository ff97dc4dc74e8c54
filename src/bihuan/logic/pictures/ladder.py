"""The ladder (分级协调): how far each stuck matter has climbed and how long it stood on each rung."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from bihuan.logic.pictures import svg

#: How a step ended, as a glyph that reads in black and white.
MARKS = {"decide": "✓", "order": "✓", "raise": "↑", "return": "↩", "refuse": "↩", "withdraw": "×", "": ""}
NOW, PAST, EDGE = "#14507f", "#c9d9e8", "#14507f"
_LABEL, _ROW, _HEAD, _MOST = 300.0, 46.0, 40.0, 60.0


@dataclass(frozen=True, slots=True)
class LadderStep:
    """A stay on one rung (its number from the bottom, 1 on), in days; ``outcome`` is '' while it stands there.

    ``begin`` and ``end`` are days from the first one of the row, ``tabled`` how often a meeting put it off,
    ``note`` what it waits for there.
    """

    place: int
    begin: float
    end: float
    words: str
    outcome: str = ""
    tabled: int = 0
    since: str = ""
    note: str = ""

    @property
    def days(self) -> float:
        """How long it stood there."""
        return max(0.0, self.end - self.begin)


@dataclass(frozen=True, slots=True)
class LadderRow:
    """A stuck matter with its steps, first to last."""

    title: str
    code: str
    steps: Sequence[LadderStep]


@dataclass(frozen=True, slots=True)
class LadderWords:
    """The words of the picture; ``tabled`` has one place for a number."""

    title: str = "Ladder"
    matter: str = "Matter"
    total: str = "In all"
    now: str = "now"
    tabled: str = "put off %d times"
    outcomes: dict[str, str] = field(default_factory=dict)
    legend: str = ""


@dataclass(frozen=True, slots=True)
class Ladder:
    """Rungs from the bottom up, and the matters on them, the ones to look at first on top."""

    rungs: Sequence[str]
    rows: Sequence[LadderRow]
    total: Sequence[str] = ()
    words: LadderWords = field(default_factory=LadderWords)


def ladder_svg(ladder: Ladder, variant: Literal["wide", "narrow"] = "wide") -> str:
    """Return the picture: a row a matter, a column a rung, a bar as long as it stood there."""
    narrow = variant == "narrow"
    width, label = (360.0, 0.0) if narrow else (1120.0, _LABEL)
    high = _ROW + 20 if narrow else _ROW
    column = (width - label) / max(1, len(ladder.rungs))
    most = max((step.days for row in ladder.rows for step in row.steps), default=1.0)
    height = _HEAD + high * max(1, len(ladder.rows)) + 26
    parts = _columns(ladder, label, column, height - 26)
    for number, row in enumerate(ladder.rows):
        top = _HEAD + number * high
        parts += _row_head(row, top, width, label, narrow=narrow)
        parts += _bars(ladder, row, top + (20 if narrow else 0), (label, column, min(max(most, 1.0), _MOST)))
    parts.append(svg.label(ladder.words.legend, 0, height - 8, width, size=11, fill=svg.SOFT))
    desc = "; ".join(f"{row.code} {row.title}: {_told(ladder, row)}" for row in ladder.rows)
    return svg.picture(width, height, ladder.words.title, desc, *parts, kind="ladder")


def _columns(ladder: Ladder, label: float, column: float, bottom: float) -> list[str]:
    """Return the rungs as columns that rise in tone from left to right."""
    parts = []
    for place, title in enumerate(ladder.rungs):
        x = label + place * column
        if place % 2 == 0:
            parts.append(svg.el("rect", x=x, y=0, width=column, height=bottom, fill=svg.BAND))
        text = f"{place + 1} {title}"
        parts.append(svg.label(text, x + 10, 25, column - 16, size=13, font_weight=700))
    return parts


def _row_head(row: LadderRow, top: float, width: float, label: float, *, narrow: bool) -> list[str]:
    line = svg.el("line", x1=0, x2=width, y1=top, y2=top, stroke=svg.LINE)
    if narrow:
        return [line, svg.label(f"{row.code} {row.title}", 8, top + 18, width - 16, size=12)]
    return [
        line,
        svg.label(row.title, 4, top + 20, label - 16, size=13),
        svg.label(row.code, 4, top + 37, label - 16, size=11, fill=svg.SOFT),
    ]


def _bars(ladder: Ladder, row: LadderRow, top: float, frame: tuple[float, float, float]) -> list[str]:
    label, column, most = frame
    parts: list[str] = []
    for place in range(1, len(ladder.rungs) + 1):
        steps = [step for step in row.steps if step.place == place]
        if not steps:
            continue
        x, room = label + (place - 1) * column + 10, column - 20
        days = sum(step.days for step in steps)
        last = steps[-1]
        here = not last.outcome
        long = max(6.0, min(days, most) / most * room)
        parts.append(
            svg.el(
                "rect", x=x, y=top + 8, width=long, height=14, rx=3, fill=NOW if here else PAST,
                stroke=EDGE, stroke_width=1,
            )
        )  # fmt: skip
        text = _said(ladder, steps)
        parts.append(svg.label(text, x, top + 38, room, size=11.5, fill=svg.INK if here else svg.SOFT))
    return parts


def _said(ladder: Ladder, steps: Sequence[LadderStep]) -> str:
    """Return what stands beneath a bar: how long, how often put off, how it ended."""
    last, words = steps[-1], ladder.words
    tabled = sum(step.tabled for step in steps)
    end = (
        f"{MARKS.get(last.outcome, '')} {words.outcomes.get(last.outcome, last.outcome)}"
        if last.outcome
        else ""
    )
    parts = [
        " + ".join(step.words for step in steps),
        words.tabled % tabled if tabled else "",
        end or f"◀ {last.note or words.now}",
    ]
    return " · ".join(filter(None, parts))


def _told(ladder: Ladder, row: LadderRow) -> str:
    return ", ".join(
        f"{ladder.rungs[step.place - 1]} {step.words}"
        for step in row.steps
        if step.place <= len(ladder.rungs)
    )


def ladder_table(ladder: Ladder) -> tuple[list[str], list[list[str]]]:
    """Return the same facts as a table: heading, and a row a matter with what it did on each rung."""
    head = [ladder.words.matter, *ladder.rungs, ladder.words.total]
    rows = []
    for number, row in enumerate(ladder.rows):
        cells = []
        for place in range(1, len(ladder.rungs) + 1):
            steps = [step for step in row.steps if step.place == place]
            cells.append(_said(ladder, steps) if steps else "–")
        total = ladder.total[number] if number < len(ladder.total) else ""
        rows.append([f"{row.code} {row.title}", *cells, total])
    return head, rows


def stairs_svg(ladder: Ladder, row: LadderRow, width: float = 720) -> str:
    """Return one matter's climb over time: a stair whose treads are as long as it stood on each rung."""
    floors = len(ladder.rungs)
    label, step_high, top = 150.0, 44.0, 14.0
    height = top + floors * step_high + 26
    end = max((step.end for step in row.steps), default=1.0) or 1.0
    scale = (width - label - 20) / max(end, 1.0)
    parts = []
    for place, title in enumerate(ladder.rungs, 1):
        y = top + (floors - place + 1) * step_high
        parts.append(svg.el("line", x1=0, x2=width, y1=y, y2=y, stroke=svg.LINE))
        parts.append(svg.label(f"{place} {title}", 4, y - 8, label - 12, size=12))
    parts += _treads(ladder, row, (label, scale, top + (floors + 1) * step_high, step_high), width)
    return svg.picture(width, height, row.title, _told(ladder, row), *parts, kind="stairs")


def _treads(
    ladder: Ladder, row: LadderRow, frame: tuple[float, float, float, float], width: float
) -> list[str]:
    label, scale, ground, high = frame
    parts: list[str] = []
    before: tuple[float, float] | None = None
    for step in row.steps:
        x, y = label + step.begin * scale, ground - step.place * high
        long = max(step.days * scale, 5.0)
        here = not step.outcome
        if before:
            parts.append(
                svg.el("path", d=f"M{before[0]:.1f} {before[1]:.1f}V{y - 5:.1f}H{x:.1f}", fill="none",
                       stroke=EDGE, stroke_width=1.5, stroke_dasharray="3 3")
            )  # fmt: skip
        parts.append(
            svg.el(
                "rect", x=x, y=y - 12, width=long, height=10, rx=2, fill=NOW if here else PAST, stroke=EDGE
            )
        )
        text = _said(ladder, [step])
        room = svg.measure(text, 11)
        at = min(x, max(label, width - room - 4))
        parts.append(svg.text(text, at, y - 18, size=11, fill=svg.INK if here else svg.SOFT))
        parts.append(svg.text(step.since, x, y + 13, size=10, fill=svg.SOFT))
        before = (x + long, y - 5)
    return parts
