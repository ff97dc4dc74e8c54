"""The stages of a matter and where it stands, for paper and walls."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bihuan.logic.pictures import svg

DONE = "#0b6b73"
NOW = "#14507f"


@dataclass(frozen=True, slots=True)
class PictureStep:
    """A stage with the day it was reached, already worded."""

    title: str
    state: Literal["done", "now", "next"] = "next"
    note: str = ""


def stepper_svg(title: str, steps: Sequence[PictureStep], width: float = 760) -> str:
    """Return the steps from left to right."""
    room = width / max(1, len(steps))
    parts = []
    for index, step in enumerate(steps):
        x = room * (index + 0.5)
        if index:
            colour = DONE if step.state != "next" else svg.LINE
            parts.append(
                svg.el("line", x1=x - room + 16, x2=x - 16, y1=22, y2=22, stroke=colour, stroke_width=2)
            )
        parts += _mark(step, index, x)
        weight = 700 if step.state == "now" else None
        ink = svg.SOFT if step.state == "next" else svg.INK
        parts.append(
            svg.label(
                step.title, x, 58, room - 8, size=13, fill=ink, text_anchor="middle", font_weight=weight
            )
        )
        if step.note:
            parts.append(svg.label(step.note, x, 76, room - 8, size=11, fill=svg.SOFT, text_anchor="middle"))
    now = next((step.title for step in steps if step.state == "now"), "")
    return svg.picture(width, 88, title, now, *parts, kind="stepper")


def _mark(step: PictureStep, index: int, x: float) -> list[str]:
    fill = NOW if step.state == "now" else svg.PAPER
    edge = {"done": DONE, "now": NOW, "next": svg.LINE}[step.state]
    ink = {"done": DONE, "now": svg.PAPER, "next": svg.SOFT}[step.state]
    sign = "✓" if step.state == "done" else str(index + 1)
    return [
        svg.el("circle", cx=x, cy=22, r=14, fill=fill, stroke=edge, stroke_width=2),
        svg.text(sign, x, 27, size=13, fill=ink, text_anchor="middle", font_weight=700),
    ]
