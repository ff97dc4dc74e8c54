"""The series of a hotspot: events a day as bars, what was usual, and from how many on it is raised."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bihuan.logic.pictures import svg

BAR, HOT, USUAL, LEAST = "#9db4c9", "#b3261e", "#14507f", "#8a5a00"
#: Pixels kept free above, below and left of the bars.
_TOP, _BOTTOM, _LEFT = 30.0, 24.0, 26.0
#: A picture narrower than this is for a phone: fewer labels stand beneath.
_WIDE = 500


@dataclass(frozen=True, slots=True)
class WatchedWords:
    """The words of the legend, already translated."""

    events: str = "Events"
    burst: str = "Burst"
    usual: str = "Usual"
    least: str = "Raised from"


@dataclass(frozen=True, slots=True)
class WatchedDay:
    """A day: its label, events, what was usual, from how many it is raised, and whether it is of the burst."""

    label: str
    events: int
    usual: float
    least: int
    hot: bool = False


def watched_svg(
    title: str, days: Sequence[WatchedDay], words: WatchedWords, *, width: float = 860, height: float = 220
) -> str:
    """Return the picture; the scale holds the bars and the lowest threshold, so a quiet series stays readable."""
    if not days:
        return svg.picture(width, height, title, "", kind="watched")
    high = max(*(one.events for one in days), min(one.least for one in days), 1) * 1.1
    bottom = height - _BOTTOM
    step = (width - _LEFT) / len(days)

    def y(value: float) -> float:
        return bottom - (bottom - _TOP) * min(value, high) / high

    spots = [(_LEFT + step * (n + 0.5), one) for n, one in enumerate(days)]
    body = [*_scale(high, width, y), *_bars(spots, step, y, bottom)]
    body += [_stairs(spots, step, [y(one.usual) for one in days], USUAL, None)]
    body += [_stairs(spots, step, [y(one.least) for one in days], LEAST, "5 3")]
    body += [*_legend(words, width), *_labels(spots, height, width)]
    desc = "; ".join(f"{one.label} {one.events}" for one in days if one.events)
    return svg.picture(width, height, title, desc, *body, kind="watched")


def _scale(high: float, width: float, y: Callable[[float], float]) -> list[str]:
    step = next(one for one in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10**6) if high / one <= 5)
    found = []
    for value in range(0, int(high) + 1, step):
        found.append(
            svg.el("path", d=f"M{_LEFT:g} {y(value):.1f}H{width:g}", stroke=svg.LINE, stroke_width=1)
        )
        found.append(svg.text(str(value), _LEFT - 5, y(value) + 4, size=11, fill=svg.SOFT, text_anchor="end"))
    return found


def _bars(
    spots: Sequence[tuple[float, WatchedDay]], step: float, y: Callable[[float], float], bottom: float
) -> list[str]:
    return [
        svg.el("rect", x=x - step * 0.38, y=y(one.events), width=step * 0.76, height=bottom - y(one.events),
               fill=HOT if one.hot else BAR)
        for x, one in spots if one.events
    ]  # fmt: skip


def _stairs(
    spots: Sequence[tuple[float, WatchedDay]],
    step: float,
    heights: Sequence[float],
    colour: str,
    dashes: str | None,
) -> str:
    d = "".join(
        f"{'L' if n else 'M'}{x - step / 2:.1f} {at:.1f}H{x + step / 2:.1f}"
        for n, ((x, _one), at) in enumerate(zip(spots, heights, strict=True))
    )
    return svg.el("path", d=d, fill="none", stroke=colour, stroke_width=1.5, stroke_dasharray=dashes)


def _legend(words: WatchedWords, width: float) -> list[str]:
    found, x = [], _LEFT
    parts = (
        (words.events, BAR, True),
        (words.burst, HOT, True),
        (words.usual, USUAL, False),
        (words.least, LEAST, False),
    )
    for word, colour, solid in parts:
        found.append(
            svg.el("rect", x=x, y=6 if solid else 10, width=12, height=10 if solid else 2, fill=colour)
        )
        found.append(svg.text(word, x + 16, 15, size=12, fill=svg.SOFT))
        x += 16 + svg.measure(word, 12) + (16 if width > _WIDE else 8)
    return found


def _labels(spots: Sequence[tuple[float, WatchedDay]], height: float, width: float) -> list[str]:
    """Write every seventh day counted from the last, so that today is always named."""
    found = []
    for n in range(len(spots) - 1, -1, -7 if width > _WIDE else -14):
        x, one = spots[n]
        end = "end" if n == len(spots) - 1 else "middle"
        found.append(svg.text(one.label, x, height - 7, size=11, fill=svg.SOFT, text_anchor=end))
    return found
