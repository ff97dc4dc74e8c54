"""One text for one value: the form that is hashed, signed and never written twice.

Canonical JSON here means: keys sorted by code point, no white space, UTF-8,
only objects, lists, strings, whole numbers within ±(2**53 − 1), true, false
and null. Fractions are written as strings, so no reader can round them.
Strings are kept as they were given: normalising (NFC) would change what a
person wrote, and two texts that differ only in composition are two texts.
"""

import hashlib
import json
from typing import Any

try:  # ten times as fast and the same text (a test says so); who checks a receipt offline need not have it
    import orjson
except ImportError:  # pragma: no cover
    orjson = None  # type: ignore[assignment,unused-ignore]

#: The widest whole number every JSON reader keeps exact (I-JSON, RFC 7493).
MAX_INT = 2**53 - 1

plain_encode = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
).encode


class NotCanonical(ValueError):
    """The value has no canonical text; ``code`` says why, ``where`` is the path to the fault."""

    def __init__(self, code: str, where: str) -> None:
        super().__init__(f"{code} at {where or 'the top'}")
        self.code = code
        self.where = where


#: Types every value of which has a text; asked here, most values need no call of their own.
_PLAIN = frozenset({str, bool, type(None)})


def _check(value: Any, where: str) -> None:
    kind = type(value)
    if kind in _PLAIN:
        return
    if kind is int:
        if not -MAX_INT <= value <= MAX_INT:
            raise NotCanonical("number_too_wide", where)
    elif kind is dict:
        for key, inner in value.items():
            if type(key) is not str:
                raise NotCanonical("key_not_text", where)
            if type(inner) not in _PLAIN and not (type(inner) is int and -MAX_INT <= inner <= MAX_INT):
                _check(inner, f"{where}/{key}")
    elif kind is list or kind is tuple:
        for index, inner in enumerate(value):
            if type(inner) not in _PLAIN:
                _check(inner, f"{where}/{index}")
    elif not isinstance(value, str):
        raise NotCanonical("not_json", where)


#: Types whose every value the quick writer writes as :func:`plain_encode` does, or refuses.
_SURE = _PLAIN | {int}


def _sure(value: dict[str, Any]) -> bool:
    """Whether the quick writer alone can be trusted with an object: nothing but objects and sure values inside."""
    for inner in value.values():
        kind = type(inner)
        if kind not in _SURE and (kind is not dict or not _sure(inner)):
            return False
    return True


def dumps(value: Any) -> str:
    """Return the canonical text of ``value``; raise NotCanonical for what has none.

    A float, Decimal or date is refused rather than guessed: the caller writes it
    as a string in the form it means. Text with a lone surrogate is refused too.
    """
    if orjson is not None and type(value) is dict and _sure(value):
        try:
            return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER).decode()
        except TypeError:
            pass  # what is wrong, and where, is said below
    _check(value, "")
    try:
        if orjson is not None:
            return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
        text = plain_encode(value)
        text.encode()
    except (UnicodeEncodeError, TypeError) as error:
        raise NotCanonical("not_unicode", "") from error
    return text


def digest(text: str) -> bytes:
    """Return the SHA-256 of a canonical text's UTF-8 bytes."""
    return hashlib.sha256(text.encode()).digest()
