"""Lights (红黄绿灯): a glyph that reads in black and white, and a colour that only repeats it."""

from enum import StrEnum


class Light(StrEnum):
    """How a matter, node or project stands against its limit."""

    NORMAL = "normal"
    NEAR = "near"
    LATE = "late"
    WATCHED = "watched"
    PAUSED = "paused"
    DONE = "done"
    NONE = "none"


GLYPHS: dict[Light, str] = {
    Light.NORMAL: "●",
    Light.NEAR: "▲",
    Light.LATE: "■",
    Light.WATCHED: "◆",
    Light.PAUSED: "○",
    Light.DONE: "✓",
    Light.NONE: "–",
}

#: On white each has a contrast of at least 4.5:1; style sheets may replace them on dark ground.
COLOURS: dict[Light, str] = {
    Light.NORMAL: "#1a7a36",
    Light.NEAR: "#946200",
    Light.LATE: "#c1272d",
    Light.WATCHED: "#7a3fb0",
    Light.PAUSED: "#56626f",
    Light.DONE: "#0b6b73",
    Light.NONE: "#5c6673",
}
