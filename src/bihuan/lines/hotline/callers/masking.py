"""Numbers of people in what was said, hidden from those who need not read them."""

import re

#: An identity number, a mobile phone, a landline with its area code; separators as people write them.
_NUMBERS = re.compile(
    r"(?<!\d)(?:\d{6}(?:19|20)\d{2}[01]\d[0-3]\d\d{3}[\dXx]"
    r"|(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}[- ]\d{7,8})(?!\d)"
)


def masked(text: str) -> str:
    """Return the text with identity and phone numbers shown by their ends only: 138****1234."""
    return _NUMBERS.sub(_shown, text)


def _shown(found: re.Match[str]) -> str:
    number = found.group()
    return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}"
