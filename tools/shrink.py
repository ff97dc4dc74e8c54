"""Of a large style sheet what our pages can use: rules whose classes nothing in the source names are left out.

A phone waits for the whole sheet before it shows anything, and most of Tabler is for pages we don't have. It is
cautious: any word anywhere in the source counts as a class that may be used, and so does every class that begins as a
word in the source ends before something is put in (``btn-{kind}``). Custom properties that nothing left over asks for
go, too: they are a fifth of the sheet.
"""

import re
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

_CLASS = re.compile(r"\.(-?[_a-zA-Z](?:[\w-]|\\.)*)")
_EITHER = re.compile(r":(?:not|is|where|has)\((?:[^()]|\([^()]*\))*\)")
_WORD = re.compile(r"-?[_a-zA-Z][\w-]*")
_BEGUN = re.compile(r"([a-zA-Z][\w-]*-)(?=[{\"'%`$])")
_PROPERTY = re.compile(
    r"""(?<=[{;])(--[\w-]+):((?:[^;{}"'()]|"[^"]*"|'[^']*'|\((?:[^()"']|"[^"]*"|'[^']*'|\([^()]*\))*\))*);?"""
)
_ASKED = re.compile(r"--[\w-]+")
_KEPT_WHOLE = ("@keyframes", "@-webkit-keyframes", "@font-face", "@charset", "@import", "@property", "@page")


class Words:
    """The words of the source, and how words in it begin."""

    def __init__(self, texts: Iterable[str], sheets: Iterable[str] = ()) -> None:
        """``sheets`` are our own, which name custom properties but need no class of others."""
        self.whole: set[str] = set()
        self.properties = {name for sheet in sheets for name in _ASKED.findall(sheet)}
        begun: set[str] = set()
        for text in texts:
            self.whole.update(_WORD.findall(text))
            self.properties.update(_ASKED.findall(text))
            begun.update(_BEGUN.findall(text))
        self.begun = tuple(sorted(begun))

    def know(self, name: str) -> bool:
        """Tell whether a class may be used."""
        return name in self.whole or "\\" in name or name.startswith(self.begun)


def source_words(source: Path) -> Words:
    """Return the words of everything that may name a class."""
    texts = (text for kind in ("py", "html", "js") for text in _texts(source, kind))
    return Words(texts, _texts(source, "css"))


def _texts(source: Path, kind: str) -> Iterator[str]:
    for file in source.rglob(f"*.{kind}"):
        if "vendor" not in file.parts:
            yield file.read_text(encoding="utf-8")


def shrink(css: str, words: Words) -> str:
    """Return the sheet without the rules that can't match; comments but the licence go, too."""
    first = re.search(r"/\*!.*?\*/", css, re.DOTALL)
    body = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return (first[0] if first else "") + _asked_for("".join(_kept(body, words)), words)


def _asked_for(css: str, words: Words) -> str:
    """Return the sheet without custom properties that neither it nor the source asks for."""
    while True:
        asked = words.properties | set(_ASKED.findall(_PROPERTY.sub(r"\2", css)))
        kept = _PROPERTY.sub(partial(_if_asked, asked), css)
        if kept == css:
            return css
        css = kept


def _if_asked(asked: set[str], found: re.Match[str]) -> str:
    return found[0] if found[1] in asked else ""


def _kept(css: str, words: Words) -> Iterator[str]:
    for head, inside in _rules(css):
        if inside is None or head.startswith(_KEPT_WHOLE):
            yield head if inside is None else f"{head}{{{inside}}}"
        elif head.startswith("@"):
            within = "".join(_kept(inside, words))
            if within:
                yield f"{head}{{{within}}}"
        else:
            selectors = [one for one in _parts(head) if _may_match(one, words)]
            if selectors:
                yield f"{','.join(selectors)}{{{inside}}}"


def _may_match(selector: str, words: Words) -> bool:
    return all(words.know(name) for name in _CLASS.findall(_EITHER.sub("", selector)))


def _rules(css: str) -> Iterator[tuple[str, str | None]]:
    """Yield (what stands before the brace, what stands in it), and statements without a brace as (text, None)."""
    at = 0
    for found in re.finditer(r"[;{]", css):
        if found.start() < at:
            continue
        head = css[at : found.start()].strip()
        if found[0] == ";":
            yield f"{head};", None
            at = found.end()
            continue
        end = _closing(css, found.end())
        yield head, css[found.end() : end]
        at = end + 1


def _closing(css: str, at: int) -> int:
    """Return where the brace that was opened before ``at`` closes; braces in strings don't count."""
    depth, quote = 1, ""
    for place in range(at, len(css)):
        char = css[place]
        if quote:
            quote = "" if char == quote and css[place - 1] != "\\" else quote
        elif char in "\"'":
            quote = char
        elif char == "{":
            depth += 1
        elif char == "}":
            depth -= 1
            if not depth:
                return place
    raise ValueError("a brace is never closed")


def _parts(head: str) -> Iterator[str]:
    """Split a list of selectors at the commas outside of brackets."""
    depth, start = 0, 0
    for place, char in enumerate(head):
        depth += (char in "([") - (char in ")]")
        if char == "," and not depth:
            yield head[start:place]
            start = place + 1
    yield head[start:]
