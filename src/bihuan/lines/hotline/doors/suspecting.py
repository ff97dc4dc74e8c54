"""Say whether what comes in by an unseen door is doubtful: counted in the database, by keyed hashes of the day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bihuan.lines.hotline.aside.reasons import LINKS, MOST, PHONE, SENDER, WORDS, digits, is_linked, plain
from bihuan.lines.hotline.doors import knocks

_WITHIN = {SENDER: timedelta(minutes=10), PHONE: timedelta(days=1), WORDS: timedelta(hours=1)}


@dataclass(frozen=True, slots=True)
class Traits:
    """What tells an order's sender, number and words apart today; ``linked`` when it reads like an advertisement."""

    marks: Mapping[str, bytes]
    linked: bool


def traits(place: int, said: Mapping[str, Any], sender: bytes = b"") -> Traits:
    """Return the traits of what is said at a place's doors; ``sender`` is known where no key vouches for it."""
    texts = (str(said.get("title", "")), str(said.get("detail", "")))
    marks = {SENDER: sender} if sender else {}
    if number := digits(str(said.get("phone", ""))):
        marks[PHONE] = knocks.mark("phone", number)
    # Neighbours in the dark all write the same; who floods would have to name a place each time.
    marks[WORDS] = knocks.mark("words", f"{place}:{plain(*texts, str(said.get('address', '')))}")
    return Traits(marks, is_linked(*texts))


def doubt(of: Traits) -> tuple[str, bytes]:
    """Return why an order is doubtful and what it lies together with; ("", b"") for all others."""
    for why in (SENDER, PHONE, WORDS):
        if why in of.marks and knocks.reached(of.marks[why], MOST[why], _WITHIN[why]):
            return why, of.marks[why]
    return (LINKS, b"") if of.linked else ("", b"")
