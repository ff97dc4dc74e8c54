"""The scale of a timetable and the signs of its legend."""

from dataclasses import dataclass
from datetime import date, timedelta

from bihuan.logic.pictures import svg
from bihuan.logic.pictures.timetable import Timetable


@dataclass(frozen=True, slots=True)
class Scale:
    """Days to pixels."""

    start: date
    end: date
    left: float
    right: float

    def x(self, at: date) -> float:
        """Where a day begins, kept inside the picture."""
        share = (at - self.start).days / max(1, (self.end - self.start).days)
        return self.left + (self.right - self.left) * min(1.0, max(0.0, share))

    def after(self, at: date) -> float:
        """Where a day ends."""
        return self.x(at + timedelta(days=1))

    @property
    def month(self) -> float:
        """Pixels a month."""
        return (self.right - self.left) / max(1.0, (self.end - self.start).days / 30.44)


def span(table: Timetable) -> tuple[date, date]:
    """Return whole months around everything the picture shows."""
    days = [table.today, *(d for row in table.rows for d in row.days())]
    days += [d for d in (table.anchor, table.first_anchor, table.ghost_anchor) if d]
    first, last = min(days), max(days) + timedelta(days=3)
    return first.replace(day=1), (last.replace(day=1) + timedelta(days=32)).replace(day=1)


def sign(kind: str, x: float, y: float, colour: str) -> str:
    """Draw a key of the legend, 20 pixels wide around ``y``."""
    if kind == "bar":
        return svg.el("rect", x=x, y=y - 5, width=20, height=10, rx=2, fill=colour)
    if kind == "bracket":
        return svg.el(
            "path", d=f"M{x + 4} {y - 6}h-4v12h4M{x + 16} {y - 6}h4v12h-4", fill="none", stroke=colour
        )
    if kind == "hatch":
        return svg.el("path", d=hatch(x, y - 5, 20, 10), fill="none", stroke=colour)
    if kind == "ghost":
        return svg.el(
            "rect", x=x, y=y - 5, width=20, height=10, fill="none", stroke=colour, stroke_dasharray="3 2"
        )
    thick = 2 if kind == "line" else 1.6
    return svg.el("line", x1=x, x2=x + 20, y1=y, y2=y, stroke=colour, stroke_width=thick)


def hatch(x: float, y: float, width: float, height: float, gap: float = 5) -> str:
    """Return slanted strokes that fill a rectangle and end at its edges."""
    foot, strokes, offset = y + height, [], -height
    while offset < width:
        low, high = max(0.0, offset), min(width, offset + height)
        if high > low:
            start, end = foot - (low - offset), foot - (high - offset)
            strokes.append(f"M{x + low:.1f} {start:.1f}L{x + high:.1f} {end:.1f}")
        offset += gap
    return "".join(strokes)


def months(start: date, end: date) -> list[date]:
    """Return the first days of all months from ``start`` to ``end``, both included."""
    months = [start]
    while months[-1] < end:
        months.append((months[-1] + timedelta(days=32)).replace(day=1))
    return months
