"""Ask a foreign GeoReport v2 system: only the address that was entered, bounded in time and size, no redirects."""

import base64
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from bihuan.kernel.notices.outbound import NotCarried, request
from bihuan.lines.hotline.abroad import reading
from bihuan.lines.hotline.abroad.reading import Asked

#: Entries asked for in one page, pages of one window of time at most; a system that knows no pages gives this at most.
PAGE, PAGES, UNPAGED = 100, 50, 1000
#: So many numbers are asked for at once (GeoReport names 50), and so many seconds one pass may take.
AT_ONCE, BUDGET = 50, 60.0


class TooMuch(Exception):
    """More than can be told at once lies in this window of time: ask for a shorter one."""


@dataclass(frozen=True, slots=True)
class Line:
    """Where to ask, as whom, and until when on the machine's own clock this pass may go on."""

    url: str
    jurisdiction: str
    key: str
    until: float

    def get(self, asked: Mapping[str, str]) -> tuple[list[Asked], int]:
        """Return requests and the count of unusable entries; NotCarried, or TooMuch for an answer over the limit."""
        if time.monotonic() > self.until:
            raise NotCarried("it took too long")
        where = {"jurisdiction_id": self.jurisdiction} if self.jurisdiction else {}
        headers = {"Accept": "application/json"}
        if self.key:
            # In a header, not in the address: addresses stand in logs.
            headers["Authorization"] = "Basic " + base64.b64encode(f"{self.key}:".encode()).decode()
        try:
            answer = request("GET", f"{self.url}/requests.json?{urlencode({**where, **asked})}", b"", headers)
        except NotCarried as why:
            if "too large" in str(why):
                raise TooMuch from why
            raise
        if answer.status != 200:
            raise NotCarried(f"HTTP {answer.status}")
        try:
            return reading.read(answer.body)
        except reading.NotGeoReport as why:
            raise NotCarried(str(why)) from why


def line(url: str, jurisdiction: str, key: str) -> Line:
    """Return a line for one pass."""
    return Line(url.rstrip("/"), jurisdiction, key, time.monotonic() + BUDGET)


def window(to: Line, start: datetime, end: datetime) -> tuple[list[Asked], int]:
    """Return what was asked for there between two moments, page by page, each number once.

    TooMuch when it cannot be told whether that is all: systems differ in what they know of pages.
    """
    found: dict[str, Asked] = {}
    faulty = 0
    span = {"start_date": said(start), "end_date": said(end), "page_size": str(PAGE)}
    for number in range(1, PAGES + 1):
        rows, bad = to.get({**span, "page": str(number)})
        faulty += bad
        if len(rows) + bad >= UNPAGED:
            raise TooMuch
        new = reading.numbers(rows) - found.keys()
        if not new:
            # Past the last page, or a system that knows no pages and tells the same again.
            return list(found.values()), faulty if number == 1 else faulty - bad
        found |= {row.number: row for row in rows}
    raise TooMuch


def by_numbers(to: Line, numbers: Sequence[str]) -> list[Asked]:
    """Return how requests stand there now."""
    rows, _bad = to.get({"service_request_id": ",".join(numbers)})
    return [row for row in rows if row.number in set(numbers)]


def said(moment: datetime) -> str:
    """Return a moment as GeoReport writes it (W3C, in UTC)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
