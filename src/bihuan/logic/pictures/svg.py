"""Write SVG as text: every value escaped, no styles, so one picture serves screen, print and paper."""

import unicodedata
from functools import cache, lru_cache
from html import escape
from typing import Final

INK: Final = "#1b2733"
SOFT: Final = "#5c6673"
LINE: Final = "#d5dbe2"
BAND: Final = "#f2f5f8"
PAPER: Final = "#ffffff"
FONT: Final = (
    "'PingFang SC','Microsoft YaHei','HarmonyOS Sans SC','Noto Sans CJK SC','Source Han Sans SC',sans-serif"
)

Value = str | int | float | None


def el(tag: str, *children: str, **attrs: Value) -> str:
    """Return one element; ``children`` are markup already made by this module.

    Attribute names: a trailing underscore is dropped, others become hyphens; None leaves one out.
    """
    written = "".join(
        [f' {_name(name)}="{_value(value)}"' for name, value in attrs.items() if value is not None]
    )
    return f"<{tag}{written}>{''.join(children)}</{tag}>" if children else f"<{tag}{written}/>"


@cache
def _name(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


def words(text: str) -> str:
    """Return text as character data."""
    return escape(_clean(text), quote=False)


def text(content: str, x: float, y: float, *, size: float = 13, fill: str = INK, **attrs: Value) -> str:
    """Return a line of text whose baseline starts (or ends, by ``text_anchor``) at x, y."""
    return el("text", words(content), x=x, y=y, font_size=size, fill=fill, **attrs)


def label(content: str, x: float, y: float, room: float, *, size: float = 13, **attrs: Value) -> str:
    """Return text cut to ``room`` pixels; what was cut stays readable as its tooltip."""
    short = fit(content, room, size)
    inner = words(short) if short == content else words(short) + el("title", words(content))
    return el("text", inner, x=x, y=y, font_size=size, **{"fill": INK, **attrs})


def measure(content: str, size: float = 13) -> float:
    """Estimate the width of text in pixels: wide characters one em, the rest about half."""
    return size * _ems(content)


@lru_cache(maxsize=4096)
def _ems(content: str) -> float:
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in content)
    return wide + 0.58 * (len(content) - wide)


def fit(content: str, room: float, size: float = 13) -> str:
    """Return ``content``, cut with an ellipsis when it would be wider than ``room`` pixels."""
    if measure(content, size) <= room:
        return content
    kept = content
    while kept and measure(kept + "…", size) > room:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def picture(
    width: float, height: float, title: str, desc: str, *body: str, kind: str = "", role: str = "img"
) -> str:
    """Return the root element: an image with a name and a description for those who don't see it.

    One with links in it is a ``group``: what lies in an image can't be reached by key or read aloud.
    """
    return el(
        "svg",
        el("title", words(title)),
        el("desc", words(desc)) if desc else "",
        *body,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_value(width)} {_value(height)}",
        width=width,
        height=height,
        role=role,
        class_=f"picture picture-{kind}" if kind else "picture",
        font_family=FONT,
    )


def _value(value: Value) -> str:
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    if isinstance(value, int):
        return str(value)
    return escape(_clean(str(value)))


def _clean(content: str) -> str:
    """Drop the control characters XML can't hold."""
    if content.isprintable():
        return content
    return "".join(c for c in content if c >= " " or c in "\t\n")
