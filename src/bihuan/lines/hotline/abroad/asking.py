"""Ask a foreign GeoReport v2 system: only the address that was entered, bounded in time and size, no redirects."""

import base64
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode

from bihuan.kernel.notices.outbound import NotCarried, request
from bihuan.lines.hotline.abroad import reading
from bihuan.lines.hotline.abroad.reading import Asked

#: Entries asked for in one page, pages of one window of time at most; a system that knows no pages gives this at most.
PAGE, PAGES, UNPAGED = 100, 50, 1000
#: So many numbers are asked for at once (GeoReport names 50), and so many seconds one pass may take.
AT_ONCE, BUDGET = 50, 60.0
#: The longest span asked for at once, and the shortest it is halved to where too much lies in it.
LONGEST, SHORTEST = timedelta(days=30), timedelta(minutes=10)
#: Answers that say "not now": the request was not taken.
_BUSY = frozenset({408, 425, 429, 503})
#: What outbound says when surely nothing arrived: the address is refused or unknown, or nobody listens there.
_NEVER_LEFT = frozenset({"host is not known", "ConnectionRefusedError"})


class TooMuch(Exception):
    """More than can be told at once lies in this window of time: ask for a shorter one."""


class NotSent(Exception):
    """What was to be posted surely did not arrive: it may be posted again."""


class Declined(Exception):
    """The other system read it and said no: trying again as it is would be no use."""


@dataclass(frozen=True, slots=True)
class Line:
    """Where to ask, as whom, and until when on the machine's own clock this pass may go on."""

    url: str
    jurisdiction: str
    key: str
    until: float

    def get(self, asked: Mapping[str, str]) -> tuple[list[Asked], int]:
        """Return requests and the count of unusable entries; NotCarried, or TooMuch for an answer over the limit."""
        try:
            body = self._got("requests.json", asked)
        except NotCarried as why:
            if "too large" in str(why):
                raise TooMuch from why
            raise
        try:
            return reading.read(body)
        except reading.NotGeoReport as why:
            raise NotCarried(str(why)) from why

    def by_token(self, token: str) -> str:
        """Return the number a token stands for, '' as long as there is none."""
        return reading.receipt(self._got(f"tokens/{quote(token, safe='')}.json", {}))[0]

    def post(self, said: Mapping[str, str]) -> tuple[str, str]:
        """Post a request; return (number, token), one of them ''.

        NotSent when it surely did not arrive, Declined when it was read and refused, NotCarried when nobody can tell.
        """
        given = {**self._where(), **({"api_key": self.key} if self.key else {}), **said}
        headers = {**self._headers(), "Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
        try:
            answer = request("POST", f"{self.url}/requests.json", urlencode(given).encode(), headers)
        except NotCarried as why:
            if why.final or str(why) in _NEVER_LEFT:
                raise NotSent(str(why)) from why
            raise
        if answer.status in _BUSY:
            raise NotSent(f"HTTP {answer.status}")
        if 400 <= answer.status < 500:
            raise Declined(f"HTTP {answer.status} {reading.complaint(answer.body)}".strip())
        if not 200 <= answer.status < 300:
            raise NotCarried(f"HTTP {answer.status}")
        number, token = reading.receipt(answer.body)
        if not (number or token):
            raise NotCarried("answer names no number")
        return number, token

    def _got(self, path: str, asked: Mapping[str, str]) -> bytes:
        if time.monotonic() > self.until:
            raise NotCarried("it took too long")
        query = urlencode({**self._where(), **asked})
        answer = request("GET", f"{self.url}/{path}{'?' if query else ''}{query}", b"", self._headers())
        if answer.status != 200:
            raise NotCarried(f"HTTP {answer.status}")
        return answer.body

    def _where(self) -> dict[str, str]:
        return {"jurisdiction_id": self.jurisdiction} if self.jurisdiction else {}

    def _headers(self) -> dict[str, str]:
        headers = {"Accept": "application/json"}
        if self.key:
            # In a header, not in the address: addresses stand in logs.
            headers["Authorization"] = "Basic " + base64.b64encode(f"{self.key}:".encode()).decode()
        return headers


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


def spans(to: Line, start: datetime, until: datetime) -> Iterator[tuple[datetime, list[Asked], int]]:
    """Yield (end, requests, unusable entries) span by span from one moment to another, in shorter ones where too
    much lies in them; NotCarried where even the shortest tells too much."""
    span = LONGEST
    while start < until:
        end = min(start + span, until)
        try:
            found, bad = window(to, start, end)
        except TooMuch as why:
            span = min(span, end - start) / 2
            if span < SHORTEST:
                raise NotCarried("more than can be told at once") from why
            continue
        yield end, found, bad
        start = end


def by_numbers(to: Line, numbers: Sequence[str]) -> list[Asked]:
    """Return how requests stand there now."""
    rows, _bad = to.get({"service_request_id": ",".join(numbers)})
    return [row for row in rows if row.number in set(numbers)]


def said(moment: datetime) -> str:
    """Return a moment as GeoReport writes it (W3C, in UTC)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
