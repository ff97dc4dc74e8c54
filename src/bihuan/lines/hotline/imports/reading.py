"""Read a file of another system by a saved mapping of its columns. Pure but for the file itself."""

import gzip
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from bihuan.kernel.intake.workbook import open_workbook

#: Fields a mapping may name; the first three it must.
FIELDS = (
    "number",
    "class",
    "created",
    "agency",
    "address",
    "due",
    "closed",
    "state",
    "latitude",
    "longitude",
)
NEEDED = FIELDS[:3]


@dataclass(frozen=True, slots=True)
class Columns:
    """A mapping: header of each field, how moments are written, which states are over, where coordinates may lie.

    ``box`` is (south, west, north, east) in WGS-84; empty where any coordinate is taken.
    """

    name: str
    columns: Mapping[str, str]
    moments: str = ""
    closed_states: tuple[str, ...] = ()
    duplicates: str = ""
    box: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """What is odd in one row: which field, what kind (missing, unread, rounded, outside, order), what stood there."""

    row: int
    field: str
    kind: str
    written: str = ""


@dataclass(slots=True)
class Row:
    """One order read; ``problems`` say what was left empty and why, ``dropped`` that it can't be kept at all."""

    line: int
    number: str
    duty: str = ""
    agency: str = ""
    address: str = ""
    created: datetime | None = None
    due: datetime | None = None
    closed: datetime | None = None
    is_open: bool = True
    duplicate: bool = False
    latitude: float | None = None
    longitude: float | None = None
    problems: list[Problem] = field(default_factory=list)

    @property
    def dropped(self) -> bool:
        """Whether number or moment of creation is missing."""
        return not self.number or self.created is None


@cache
def shipped() -> dict[str, Any]:
    """Return the mappings that come with the line, by name."""
    found: dict[str, Any] = json.loads(Path(__file__).with_name("mappings.json").read_text(encoding="utf-8"))
    return found


def columns_of(name: str, said: Mapping[str, Any]) -> Columns:
    """Return a mapping as written down; ValueError names the field it lacks or doesn't know."""
    columns = {str(key): str(header) for key, header in dict(said.get("columns", {})).items()}
    for key in (*NEEDED, *columns):
        if key not in columns or key not in FIELDS:
            raise ValueError(key)
    return Columns(
        name, columns, str(said.get("moments", "")), tuple(said.get("closed_states", ())),
        str(said.get("duplicates", "")), tuple(float(one) for one in said.get("box", ())),
    )  # fmt: skip


class OddHead(Exception):
    """The heading of a file doesn't fit a mapping: columns that are missing, and those that stand there twice."""

    def __init__(self, missing: Sequence[str], twice: Sequence[str], found: Sequence[str]) -> None:
        super().__init__(*missing, *twice)
        self.missing, self.twice, self.found = missing, twice, found


def rows(data: bytes, name: str, by: Columns) -> Iterator[Row]:
    """Yield the rows of a workbook, .csv or .csv.gz; OddHead when its heading doesn't fit."""
    source = io.BytesIO(gzip.decompress(data) if name.endswith(".gz") else data)
    head: dict[str, int] = {}
    for sheet in open_workbook(source, name=name).sheets[:1]:
        for line, cells in sheet.rows():
            texts = {column: raw.value for column, raw in cells.items()}
            if not head:
                head = _head(texts, by)
                continue
            yield _row(line, {key: texts.get(column) for key, column in head.items()}, by)


def _head(texts: Mapping[int, Any], by: Columns) -> dict[str, int]:
    found = [str(value).strip() for value in texts.values() if value is not None]
    named = {str(value).strip(): column for column, value in texts.items()}
    missing = [header for header in by.columns.values() if header not in named]
    twice = [header for header in by.columns.values() if found.count(header) > 1]
    if missing or twice:
        raise OddHead(missing, twice, found)
    return {key: named[header] for key, header in by.columns.items()}


def _row(line: int, cells: Mapping[str, Any], by: Columns) -> Row:
    def text(name: str, longest: int) -> str:
        value = cells.get(name)
        return str(value if value is not None else "").strip()[:longest]

    row = Row(line, text("number", 80), text("class", 200), text("agency", 200), text("address", 300))
    state = text("state", 100)
    row.duplicate = bool(by.duplicates) and by.duplicates in state
    for name in ("created", "due", "closed"):
        setattr(row, name, _moment(row, name, cells.get(name), by.moments))
    if row.closed and row.created and row.closed < row.created:
        row.problems.append(Problem(line, "closed", "order", f"{row.closed:%Y-%m-%d %H:%M:%S}"))
        row.closed = None
    row.is_open = state not in by.closed_states if state else row.closed is None
    _place(row, cells, by)
    for name, value in (("number", row.number), ("class", row.duty), ("agency", row.agency)):
        if name in by.columns and not value:
            row.problems.append(Problem(line, name, "missing"))
    return row


def _moment(row: Row, name: str, value: Any, shape: str) -> datetime | None:
    if isinstance(value, datetime):
        return value
    written = str(value if value is not None else "").strip()
    if not written:
        # What is open has no day of closing: that is no fault of the file.
        if name != "closed":
            row.problems.append(Problem(row.line, name, "missing"))
        return None
    try:
        return datetime.strptime(written, shape)  # noqa: DTZ007 - wall clock of the other system
    except ValueError:
        row.problems.append(Problem(row.line, name, "unread", written[:40]))
        return None


def _place(row: Row, cells: Mapping[str, Any], by: Columns) -> None:
    if "latitude" not in by.columns or "longitude" not in by.columns:
        return
    written = f"{cells.get('latitude') or ''} {cells.get('longitude') or ''}".strip()
    try:
        north, east = float(str(cells.get("latitude"))), float(str(cells.get("longitude")))
    except ValueError:
        row.problems.append(Problem(row.line, "latitude", "unread" if written else "missing", written[:40]))
        return
    if north == int(north) and east == int(east):
        row.problems.append(Problem(row.line, "latitude", "rounded", written))
    elif by.box and not (by.box[0] <= north <= by.box[2] and by.box[1] <= east <= by.box[3]):
        row.problems.append(Problem(row.line, "latitude", "outside", written))
    else:
        row.latitude, row.longitude = north, east
