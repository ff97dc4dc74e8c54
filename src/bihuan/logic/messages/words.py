"""A message as words: the form every engine here reads.

A message comes as people write it, or cut into words by blanks as training data often is. Both give words
without punctuation, with masked places and numbers folded, and the head (subject) told from the body.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module

#: Longer messages are read up to here: what a message is about stands at its beginning.
LONGEST = 6000
#: A subject is at most this long; without a gap after it the first so many characters stand for it.
HEAD, GUESSED_HEAD = 40, 25
_GAP = re.compile(r"[ \t]{6,}|[\u3000\n]")
_MASKED = re.compile(r"[A-Za-z]+\d*")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_WORD = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+|[A-Za-z0-9]+")
_CJK = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a message; the first ``head`` of them are its subject."""

    all: tuple[str, ...]
    head: int


def is_cut(text: str) -> bool:
    """Whether blanks stand between the words of a Chinese text: one to every six characters or more."""
    chars = len(_CJK.findall(text))
    return chars > 0 and len(re.findall(r"[\u3400-\u9fff] +(?=[\u3400-\u9fff])", text)) * 6 >= chars


@cache
def _cutter() -> Callable[[str], Iterable[str]] | None:
    try:
        found: Callable[[str], Iterable[str]] = import_module("rjieba").cut
    except ImportError:
        return None
    return found


def can_cut() -> bool:
    """Whether raw text can be cut into words here (the ``solve`` extra is installed)."""
    return _cutter() is not None


def _pieces(text: str, *, cut: bool) -> list[str]:
    cutter = None if cut else _cutter()
    if cutter is not None:
        text = " ".join(cutter(text))
    folded = _NUMBER.sub("0", _MASKED.sub("X", text))
    return _WORD.findall(folded)


def words(text: str, known: Callable[[str], bool] | None = None) -> Words:
    """Return the words of a message, at most :data:`LONGEST` characters of it.

    ``known`` tells whether training saw a word. Training data often lacks the small words (的、了、我们); in
    raw text a word of one or two characters that training never saw is taken for one and left out.
    """
    text = text[:LONGEST].encode("utf-8", "replace").decode()  # lone surrogates are no text
    text = unicodedata.normalize("NFKC", _GAP.sub("\n", text.strip()))
    cut = is_cut(text)
    head, _gap, body = text.partition("\n")
    if len(head.replace(" ", "")) > HEAD:
        head, body = "", text
    first = _pieces(head, cut=cut)
    rest = _pieces(body, cut=cut)
    if known is not None and not cut:
        first, rest = ([one for one in some if len(one) > 2 or known(one)] for some in (first, rest))
    count = len(first)
    if not count:
        length = 0
        for one in rest:
            count, length = count + 1, length + len(one)
            if length >= GUESSED_HEAD:
                break
    return Words((*first, *rest), count)
