"""Chinese office text: what counts as the same, and how it is tidied without changing what it says."""

import re
import unicodedata

#: Characters that carry no meaning of their own in an office's cell.
_SPACE = re.compile(r"[\s\u200b\u200c\u200d\u2060\ufeff]+")
_CJK = "\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WIDE = f"{_CJK}\u3000-\u303f\uff00-\uff60\u2018-\u201d"
_BESIDE_CJK = re.compile(rf"(?<=[{_WIDE}])\s+|\s+(?=[{_WIDE}])")
_FULL = {
    code: code - 0xFEE0 for code in [*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B)]
}
_HAS_CJK = re.compile(f"[{_CJK}]")
_BRACKETS = {ord("("): "（", ord(")"): "）"}


def squeeze(text: str) -> str:
    """Drop all white space and fold full-width forms (NFKC)."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text))


def key(text: str) -> str:
    """Return what two names must share to be the same name: NFKC, no white space, no case."""
    return squeeze(text).casefold()


def tidy(text: str) -> str:
    """Return ``text`` as the office meant it, ready to be stored.

    Full-width digits and letters become half-width, line breaks and spaces
    beside Chinese characters go, other runs of white space become one space,
    and brackets in Chinese text are full-width. Punctuation stays as written.
    """
    text = _SPACE.sub(" ", text.translate(_FULL)).strip()
    if _HAS_CJK.search(text) and "://" not in text:
        text = text.translate(_BRACKETS)
    return _BESIDE_CJK.sub("", text)


def prose(text: str) -> str:
    """Tidy running text: like :func:`tidy`, but single spaces and line breaks stay where they stand."""
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in text.translate(_FULL).splitlines())
    return "\n".join(line for line in lines if line)


def pairs(text: str) -> frozenset[str]:
    """Return the two-character pieces of the key of ``text``."""
    folded = key(text)
    return frozenset(folded[i : i + 2] for i in range(max(1, len(folded) - 1)))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the Dice coefficient of two sets of pieces, 0 to 1."""
    total = len(one) + len(other)
    return 2 * len(one & other) / total if total else 0.0
