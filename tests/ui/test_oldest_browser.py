"""The oldest browser is Chromium 111: nothing of ours asks for what came later.

What came in which version is from MDN's browser compatibility data (Chrome).
"""

import re
from pathlib import Path

import pytest

import bihuan.ui

OLDEST = 111
ROOT = Path(bihuan.ui.__file__).parent
#: By version, how it is written: in style sheets, then in scripts and templates.
STYLES = {
    112: r"[{;]\s*&|^\s*&",  # nesting
    113: r"\blinear\([^)]*,[^)]*\)",
    114: r"text-wrap\s*:|:popover-open",
    115: r"animation-timeline|scroll-timeline",
    117: r"@starting-style|\bsubgrid\b|transition-behavior",
    118: r"@scope\b",
    119: r":user-(?:in)?valid",
    120: r"\bmask-(?:mode|composite)\s*:",
    123: r"light-dark\(|field-sizing",
    125: r"anchor-name|position-anchor|\bround\(|\brem\(",
    129: r"interpolate-size|calc-size\(",
}
SCRIPTS = {
    114: r"\bpopover(?:target)?=|showPopover|\bRTCRtpScriptTransform\b",
    117: r"(?:Object|Map)\.groupBy",
    119: r"Promise\.withResolvers|isWellFormed",
    120: r"URL\.canParse",
    121: r"Array\.fromAsync",
    122: r"\.(?:isSubsetOf|isSupersetOf|symmetricDifference|isDisjointFrom)\(|Iterator\.from",
    126: r"URL\.parse\(",
    128: r"Promise\.try\(",
    133: r"\bmoveBefore\(",
}


def _newer(text: str, known: dict[int, str]) -> list[str]:
    return [
        f"Chromium {version}: {found[0]}"
        for version, pattern in known.items()
        for found in re.finditer(pattern, text, re.MULTILINE)
        if version > OLDEST
    ]


def _files(*endings: str) -> list[Path]:
    folders = (ROOT / "static" / "ui", ROOT / "templates")
    return sorted(one for folder in folders for one in folder.rglob("*") if one.suffix in endings)


@pytest.mark.parametrize("path", _files(".css"), ids=lambda path: path.name)
def test_no_style_needs_a_newer_one(path: Path) -> None:
    assert _newer(re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL), STYLES) == []


@pytest.mark.parametrize("path", _files(".js", ".html"), ids=lambda path: path.name)
def test_no_script_needs_a_newer_one(path: Path) -> None:
    assert _newer(path.read_text(encoding="utf-8"), SCRIPTS) == []


def test_what_is_newer_is_found() -> None:
    assert _newer(".a { color: red; & b { color: blue } }", STYLES)
    assert _newer("textarea { field-sizing: content; }", STYLES)
    assert _newer("const by = Object.groupBy(rows, (row) => row.unit);", SCRIPTS)


def test_the_documents_name_it() -> None:
    said = (ROOT.parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
    assert f"Chromium {OLDEST}" in said
