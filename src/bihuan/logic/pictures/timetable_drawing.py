"""Draw a timetable: places first, then strokes from back to front."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby, pairwise

from bihuan.logic.pictures import svg
from bihuan.logic.pictures.light import COLOURS, GLYPHS
from bihuan.logic.pictures.timetable import Timetable, TimetableRow
from bihuan.logic.pictures.timetable_parts import Scale, hatch, months, sign, span

STRONG = "#c1272d"
BRAND = "#14507f"
PALE = "#c9d9e8"
ALARM = "#fbe3e3"

_BAR = 12
_MARGIN = 16


def timetable_svg(table: Timetable, form: str = "wide", width: float = 0) -> str:
    """Return the timetable as SVG, ``wide`` or ``narrow``; ``width`` in pixels if not the usual one."""
    narrow = form == "narrow"
    return _Drawing(table, narrow, width or (358 if narrow else 1120)).draw()


class _Drawing:
    """One picture being made: places first, then strokes from back to front."""

    def __init__(self, table: Timetable, narrow: bool, width: float) -> None:
        self.table, self.narrow, self.width = table, narrow, width
        self.said = table.words
        self.row_height = 44 if narrow else 30
        start, end = span(table)
        self.scale = Scale(start, end, 8 if narrow else 344, width - (10 if narrow else _MARGIN))
        self.months = self._month_style()
        self.strong = STRONG if table.late else BRAND
        rows = {row.id: row for row in table.rows}
        # What is finished no longer binds: the chain runs from today on.
        self.chain = [rows[one] for one in table.chain if one in rows and not rows[one].actual_finish]
        self.top = self._heading_height()
        # Names of days stand in two lines where one would hardly hold them.
        self.levels = 2 if narrow or table.ghost_anchor or table.first_anchor else 1
        self.flags = self.top + 4 + 16 * self.levels
        self.axis = self.flags + 10
        self.body = self.axis + 40
        self.centres: dict[str, float] = {}
        self.phases: list[tuple[str, float]] = []
        self.bottom = self._place()
        self.legend_height = 74 if narrow else 34
        self.height = self.bottom + self.legend_height

    def _heading_height(self) -> float:
        lines = bool(self.table.sentence) + bool(self.table.chance)
        return 8 + 22 * lines

    def _place(self) -> float:
        """Give every row its centre line; return where the rows end."""
        y = self.body
        for phase, rows in groupby(self.table.rows, key=lambda row: row.phase):
            if phase:
                self.phases.append((phase, y))
                y += 24
            for row in rows:
                self.centres[row.id] = y + (31 if self.narrow else self.row_height / 2)
                y += self.row_height
        return y

    def draw(self) -> str:
        """Return the finished picture."""
        parts = [
            svg.el("rect", x=0, y=0, width=self.width, height=self.height, fill=svg.PAPER),
            *self._bands(),
            *self._axis_marks(),
            *self._day_lines(),
            *(part for row in self.table.rows for part in self._row(row)),
            *self._chain(),
            *self._day_names(),
            *self._heading(),
            *self._legend(),
        ]
        name = f"timetable-{'narrow' if self.narrow else 'wide'}"
        return svg.picture(self.width, self.height, self.table.title, self._desc(), *parts, kind=name)

    def _desc(self) -> str:
        return " ".join(filter(None, (self.table.sentence, self.table.chance)))

    def _heading(self) -> list[str]:
        parts, y = [], 20.0
        if self.table.sentence:
            colour = self.strong
            parts.append(
                svg.label(self.table.sentence, 8, y, self.width - 16, size=15, fill=colour, font_weight=700)
            )
            y += 22
        if self.table.chance:
            parts.append(svg.label(self.table.chance, 8, y, self.width - 16, size=13, fill=svg.SOFT))
        return parts

    def _bands(self) -> list[str]:
        parts = []
        for title, y in self.phases:
            parts.append(svg.el("rect", x=0, y=y, width=self.width, height=24, fill=svg.BAND))
            parts.append(
                svg.label(title, 8, y + 16.5, self.width - 16, size=12.5, fill=svg.SOFT, font_weight=700)
            )
        for row in self.table.rows:
            y = self.centres[row.id] + (13 if self.narrow else self.row_height / 2)
            parts.append(svg.el("line", x1=0, x2=self.width, y1=y, y2=y, stroke=svg.LINE, stroke_width=0.6))
        return parts

    def _axis_marks(self) -> list[str]:
        scale, parts = self.scale, []
        for first, following in pairwise(months(scale.start, scale.end)):
            x, room = scale.x(first), scale.x(following) - scale.x(first)
            year_start = first.month == 1 or first == scale.start
            quarter_start = first.month in {1, 4, 7, 10}
            if quarter_start or scale.month >= 12:
                top = self.axis if year_start else self.axis + 20
                weight = 1.0 if first.month == 1 else 0.6
                parts.append(
                    svg.el("line", x1=x, x2=x, y1=top, y2=self.bottom, stroke=svg.LINE, stroke_width=weight)
                )
            parts += self._month_name(first, x, room)
            if year_start:
                parts += self._year_name(first, x)
        if not self.narrow:
            parts += self._column_names()
        line = svg.el(
            "line", x1=0, x2=self.width, y1=self.body, y2=self.body, stroke=svg.SOFT, stroke_width=0.8
        )
        return [*parts, line]

    def _month_name(self, first: date, x: float, room: float) -> list[str]:
        """Write months by name, by number, or only quarters, whichever fits everywhere."""
        if self.months:
            return [svg.text(self.months[first.month - 1], x + 3, self.axis + 34, size=11, fill=svg.SOFT)]
        quarter = self.said.quarters[first.month // 4]
        if first.month in {1, 4, 7, 10} and svg.measure(quarter, 11) + 3 <= room * 3:
            return [svg.text(quarter, x + 3, self.axis + 34, size=11, fill=svg.SOFT)]
        return []

    def _month_style(self) -> Sequence[str]:
        """Return the months by name or by number if they fit, else nothing."""
        for style in (self.said.months, [str(n) for n in range(1, 13)]):
            if max(svg.measure(name, 11) for name in style) + 3 <= self.scale.month * 0.92:
                return style
        return ()

    def _year_name(self, first: date, x: float) -> list[str]:
        name = self.said.year.format(year=first.year)
        until = self.scale.x(date(first.year + 1, 1, 1))
        if svg.measure(name, 12) + 6 > until - x:
            return []
        return [svg.text(name, x + 3, self.axis + 14, size=12, fill=svg.INK, font_weight=700)]

    def _column_names(self) -> list[str]:
        y = self.axis + 34
        return [
            svg.text(self.said.node, 28, y, size=11, fill=svg.SOFT),
            svg.text(self.said.side, 196, y, size=11, fill=svg.SOFT),
            svg.text(self.said.latest, 332, y, size=11, fill=svg.SOFT, text_anchor="end"),
        ]

    def _row(self, row: TimetableRow) -> list[str]:
        y = self.centres[row.id]
        return [*self._words(row, y), *self._bar(row, y), *self._brackets(row, y), *self._ghost(row, y)]

    def _words(self, row: TimetableRow, y: float) -> list[str]:
        baseline = y - 14 if self.narrow else y + 4.5
        weight = 700 if self._binds(row) else None
        ink = self.strong if self._binds(row) else svg.INK
        date_at = self.width - 8 if self.narrow else 332
        room = self.width - 110 if self.narrow else 162
        parts = [
            svg.text(GLYPHS[row.light], 8, baseline, size=13, fill=COLOURS[row.light]),
            svg.label(row.title, 28, baseline, room, size=13, fill=ink, font_weight=weight),
            svg.text(
                self.said.date(row.latest_finish),
                date_at,
                baseline,
                size=11.5,
                fill=svg.SOFT,
                text_anchor="end",
            ),
        ]
        if row.side and not self.narrow:
            parts.append(svg.label(row.side, 196, baseline, 66, size=12, fill=svg.SOFT))
        return parts

    def _binds(self, row: TimetableRow) -> bool:
        return row.critical and not row.actual_finish

    def _bar(self, row: TimetableRow, y: float) -> list[str]:
        if row.milestone:
            return self._diamond(row, y)
        parts = []
        edge = self.strong if self._binds(row) else None
        if row.earliest_start and row.earliest_finish and not row.actual_finish:
            pale = ALARM if self._binds(row) and self.table.late else PALE
            parts.append(self._rect(row.earliest_start, row.earliest_finish, y, fill=pale, stroke=edge))
        if row.actual_start:
            until = row.actual_finish or max(self.table.today, row.actual_start)
            parts.append(self._rect(row.actual_start, until, y, fill=edge or BRAND))
        if row.baseline_start and row.baseline_finish:
            at = y + _BAR / 2 + 2.5
            x1, x2 = self.scale.x(row.baseline_start), self.scale.after(row.baseline_finish)
            parts.append(svg.el("line", x1=x1, x2=x2, y1=at, y2=at, stroke=svg.SOFT, stroke_width=1.6))
        return [*parts, *(part for stop in row.stops for part in self._hatched(stop, y))]

    def _rect(self, start: date, finish: date, y: float, **attrs: svg.Value) -> str:
        x1, x2 = self.scale.x(start), self.scale.after(finish)
        return svg.el("rect", x=x1, y=y - _BAR / 2, width=max(2.0, x2 - x1), height=_BAR, rx=2, **attrs)

    def _diamond(self, row: TimetableRow, y: float) -> list[str]:
        at = row.actual_finish or row.earliest_finish
        if not at:
            return []
        x = self.scale.x(at)
        fill = (self.strong if self._binds(row) else BRAND) if row.actual_finish else svg.PAPER
        stroke = self.strong if self._binds(row) else BRAND
        points = f"{x:.1f},{y - 7:.1f} {x + 7:.1f},{y:.1f} {x:.1f},{y + 7:.1f} {x - 7:.1f},{y:.1f}"
        return [svg.el("polygon", points=points, fill=fill, stroke=stroke, stroke_width=1.6)]

    def _brackets(self, row: TimetableRow, y: float) -> list[str]:
        if not row.latest_finish or row.actual_finish:
            return []
        finish = self.scale.x(row.latest_finish) if row.milestone else self.scale.after(row.latest_finish)
        path = f"M{finish - 4:.1f} {y - 9:.1f}h4v18h-4"
        if row.end and (begin := self._right(row)) < finish - 4:  # the room that is left
            path += f"M{begin + 1:.1f} {y:.1f}H{finish:.1f}"
        if row.latest_start and not row.milestone:
            start = self.scale.x(row.latest_start)
            path = f"M{start + 4:.1f} {y - 9:.1f}h-4v18h4" + path
        return [svg.el("path", d=path, fill="none", stroke=svg.SOFT, stroke_width=1.3)]

    def _ghost(self, row: TimetableRow, y: float) -> list[str]:
        if not row.ghost:
            return []
        return [
            self._rect(*row.ghost, y, fill="none", stroke=svg.INK, stroke_width=1.2, stroke_dasharray="3 2")
        ]

    def _hatched(self, stop: tuple[date, date | None], y: float) -> list[str]:
        since, until = stop
        x1, x2 = self.scale.x(since), self.scale.after(until or self.table.today)
        top = y - _BAR / 2
        box = svg.el(
            "rect", x=x1, y=top, width=max(2.0, x2 - x1), height=_BAR, fill=svg.PAPER, stroke=svg.SOFT
        )
        return [
            box,
            svg.el("path", d=hatch(x1, top, x2 - x1, _BAR), stroke=svg.SOFT, stroke_width=1, fill="none"),
        ]

    def _chain(self) -> list[str]:
        """Draw the chain from bar to bar and on to the flag; on a phone the bars' colour is enough."""
        chain = self.chain
        if self.narrow or not chain:
            return []
        parts = [self._link(a, b) for a, b in pairwise(chain)]
        if chain[0].begin and chain[0].begin > self.table.today:
            y, today = self.centres[chain[0].id], self.scale.x(self.table.today)
            parts.append(self._stroke(f"M{today:.1f} {y:.1f}H{self.scale.x(chain[0].begin):.1f}"))
        last = chain[-1]
        if self.table.anchor and last.end:
            y, x = self.centres[last.id], self._right(last)
            flag = self.scale.x(self.table.anchor)
            parts.append(self._stroke(f"M{x:.1f} {y:.1f}H{flag:.1f}"))
        return parts

    def _right(self, row: TimetableRow) -> float:
        if not row.end:
            return self.scale.left
        return self.scale.x(row.end) + 7 if row.milestone else self.scale.after(row.end)

    def _link(self, a: TimetableRow, b: TimetableRow) -> str:
        if not a.end or not b.begin:
            return ""
        xa, ya = self._right(a), self.centres[a.id]
        xb, yb = self.scale.x(b.begin) - (7 if b.milestone else 0), self.centres[b.id]
        way = 1 if yb > ya else -1
        turn = max(xa + 3, xb - 4)
        if xb - 4 >= xa:
            return self._stroke(f"M{xa:.1f} {ya:.1f}H{turn:.1f}V{yb:.1f}H{xb:.1f}")
        # The successor's bar begins under its predecessor's end: come in from above or below.
        enter = max(xb + 3, min(xa + 3, self._right(b) - 2))
        return self._stroke(f"M{xa:.1f} {ya:.1f}H{enter:.1f}V{yb - way * _BAR / 2:.1f}")

    def _stroke(self, path: str) -> str:
        return svg.el(
            "path", d=path, fill="none", stroke=self.strong, stroke_width=2, stroke_linejoin="round"
        )

    def _marked_days(self) -> list[tuple[date, str, str, str]]:
        """Return the days with a line of their own: (day, name, colour, dashes), the flag first."""
        table, said = self.table, self.said
        marked = []
        if table.anchor:
            marked.append((table.anchor, f"{said.anchor} {said.date(table.anchor)}", self.strong, ""))
        marked.append((table.today, f"{said.today} {said.date(table.today)}", svg.INK, "4 3"))
        if table.ghost_anchor:
            name = f"{said.ghost_anchor} {said.date(table.ghost_anchor)}"
            marked.append((table.ghost_anchor, name, svg.INK, "3 2"))
        if table.first_anchor and table.first_anchor != table.anchor:
            name = f"{said.first_anchor} {said.date(table.first_anchor)}"
            marked.append((table.first_anchor, name, svg.SOFT, "1 4"))
        return marked

    def _day_lines(self) -> list[str]:
        parts = [
            self._line(at, colour, dashes) for at, _name, colour, dashes in reversed(self._marked_days())
        ]
        if self.table.anchor:
            parts.append(self._flag(self.scale.x(self.table.anchor)))
        return parts

    def _line(self, at: date, colour: str, dashes: str) -> str:
        """Draw a day from the flags down; on a phone it leaves out the lines of words."""
        x, top = self.scale.x(at), self.flags + 2
        if self.narrow:
            bars = "".join(f"M{x:.1f} {y - 11:.1f}v22" for y in self.centres.values())
            path = f"M{x:.1f} {top:.1f}V{self.body:.1f}{bars}"
        else:
            path = f"M{x:.1f} {top:.1f}V{self.bottom:.1f}"
        return svg.el(
            "path", d=path, fill="none", stroke=colour, stroke_width=1.6, stroke_dasharray=dashes or None,
            class_="today" if at == self.table.today else None,
        )  # fmt: skip

    def _flag(self, x: float) -> str:
        y = self.flags + 4
        path = f"M{x:.1f} {y - 14:.1f}l12 4.500l-12 4.500z"
        return svg.el(
            "path", d=path, fill=self.strong, stroke=self.strong, stroke_width=1.6, stroke_linejoin="round"
        )

    def _day_names(self) -> list[str]:
        """Write each name on the side and in the line where it has room."""
        parts, taken = [], list[tuple[int, float, float]]()
        for at, name, colour, _dashes in self._marked_days():
            x, wide = self.scale.x(at), svg.measure(name, 12)
            flag = 15 if at == self.table.anchor else 0
            spots = [(n, left) for n in range(self.levels) for left in (x + 4 + flag, x - 5 - wide)]
            for level, left in spots:
                free = all(level != n or left + wide < a - 4 or left > b + 4 for n, a, b in taken)
                if left >= 4 and left + wide <= self.width - 2 and free:
                    taken.append((level, left - flag, left + wide + flag))
                    y = self.flags - 16 * level
                    parts.append(svg.text(name, left, y, size=12, fill=colour, font_weight=600))
                    break
        return parts

    def _legend(self) -> list[str]:
        keys = [
            (self.said.earliest, PALE, "bar"),
            (self.said.allowed, svg.SOFT, "bracket"),
            (self.said.actual, BRAND, "bar"),
            (self.said.chain, self.strong, "line"),
        ]
        if any(row.baseline_start for row in self.table.rows):
            keys.append((self.said.baseline, svg.SOFT, "thin"))
        if any(row.stops for row in self.table.rows):
            keys.append((self.said.stopped, svg.SOFT, "hatch"))
        if any(row.ghost for row in self.table.rows):
            keys.append((self.said.what_if, svg.INK, "ghost"))
        parts, x, y = [], 8.0, self.bottom + 22
        for name, colour, kind in keys:
            wide = 26 + svg.measure(name, 11.5) + 16
            if x + wide > self.width:
                x, y = 8.0, y + 20
            parts += [sign(kind, x, y - 4, colour), svg.text(name, x + 26, y, size=11.5, fill=svg.SOFT)]
            x += wide
        return parts
