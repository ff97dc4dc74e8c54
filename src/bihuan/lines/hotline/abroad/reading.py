"""Read what a foreign GeoReport v2 system answers. Pure: every value is somebody else's and may be anything."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bihuan.lines.hotline.grids import points

_LONGEST_NUMBER, _LONGEST_TOKEN = 80, 200
_SENTENCE = re.compile(r"[。！？!?\n]|\.\s")
_BLANK = re.compile(r"\s+")


class NotGeoReport(ValueError):
    """The answer is no list of GeoReport requests."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as the other system tells it; '' where it says nothing."""

    number: str
    closed: bool
    notes: str = ""
    code: str = ""
    service: str = ""
    description: str = ""
    address: str = ""

    @property
    def status(self) -> str:
        """Return its state there: open or closed."""
        return "closed" if self.closed else "open"

    @property
    def digest(self) -> bytes:
        """Return what changes when its state or the words to it change."""
        return hashlib.sha256(f"{self.status}\n{self.notes}".encode(errors="replace")).digest()

    @property
    def title(self) -> str:
        """Return the first sentence, or what the service is called, or the number."""
        first = next((part.strip() for part in _SENTENCE.split(self.description) if part.strip()), "")
        return (first or self.service or self.number)[:200]


def read(body: bytes) -> tuple[list[Asked], int]:
    """Return the requests of an answer and how many entries bore no usable number; NotGeoReport for no list."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotGeoReport("answer is not JSON") from error
    if isinstance(said, Mapping):
        said = said.get("service_requests", said)
    if not isinstance(said, list):
        raise NotGeoReport("answer is no list of requests")
    found = [one for entry in said if isinstance(entry, Mapping) and (one := _asked(entry))]
    return found, len(said) - len(found)


def receipt(body: bytes) -> tuple[str, str]:
    """Return (number, token) of what a system answers to a new request or to a token; '' for what it doesn't say."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return "", ""
    if isinstance(said, Mapping):
        said = said.get("service_requests", [said])
    first = said[0] if isinstance(said, list) and said and isinstance(said[0], Mapping) else {}
    number, token = (_line(first.get(name), most + 1) for name, most in (
        ("service_request_id", _LONGEST_NUMBER), ("token", _LONGEST_TOKEN)))  # fmt: skip
    return number if len(number) <= _LONGEST_NUMBER else "", token if len(token) <= _LONGEST_TOKEN else ""


def complaint(body: bytes) -> str:
    """Return in short what a system says is wrong with a request (GeoReport: a list of code and description)."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    first = said[0] if isinstance(said, list) and said else said
    return _line(first.get("description"), 120) if isinstance(first, Mapping) else ""


def _asked(entry: Mapping[str, Any]) -> Asked | None:
    number = _line(entry.get("service_request_id"), _LONGEST_NUMBER + 1)
    if not number or len(number) > _LONGEST_NUMBER:
        return None
    address = _line(entry.get("address"), 200)
    if spot := _spot(entry.get("lat"), entry.get("long")):
        address = points.beside(address, spot)
    return Asked(
        number=number, closed=_line(entry.get("status"), 20).lower() == "closed",
        notes=_text(entry.get("status_notes"), 2000), code=_line(entry.get("service_code"), 80),
        service=_line(entry.get("service_name"), 120), description=_text(entry.get("description"), 18_000),
        address=address,
    )  # fmt: skip


def _text(value: Any, most: int) -> str:
    """Return a text or number as text without what no database keeps; anything else is nothing."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    text = str(value).encode(errors="replace").decode()
    return "".join(c for c in text if c in {"\n", "\t"} or ord(c) >= 32).strip()[:most]


def _line(value: Any, most: int) -> str:
    return _BLANK.sub(" ", _text(value, 4 * most)).strip()[:most]


def _spot(lat: Any, long: Any) -> str:
    try:
        return points.of(lat, long)
    except ValueError:
        return ""


def mapping(text: str) -> dict[str, str]:
    """Return service code and class of lines such as ``PH01 = 占道经营``; ValueError names a line that is none."""
    found: dict[str, str] = {}
    for line in filter(str.strip, text.splitlines()):
        code, sign, name = (part.strip() for part in line.replace("＝", "=").partition("="))
        if not (code and sign and name):
            raise ValueError(line.strip()[:80])
        found[code[:80]] = name
    return found


def numbers(rows: Iterable[Asked]) -> set[str]:
    """Return the numbers of requests."""
    return {row.number for row in rows}
