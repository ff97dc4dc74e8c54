"""Bring in orders of years gone by, once each, or say first what bringing them in would do."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput
from bihuan.kernel.identity import rights
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.now import LOCAL
from bihuan.kernel.store.sql import atomic, run
from bihuan.lines.hotline.duties.actions import KEEP
from bihuan.lines.hotline.imports import selectors
from bihuan.lines.hotline.imports.reading import Columns, OddHead, Problem, Row, rows

_CHUNK = 2000
#: How many problems are told one by one; all are counted.
_TOLD = 200
#: How many columns of a file are named when its heading doesn't fit.
_NAMED = 40


@dataclass(slots=True)
class Made:
    """What an import did, or in a dry run would do."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    dropped: int = 0
    problems: list[Problem] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)

    def json(self) -> dict[str, Any]:
        """Return what ``import --json`` prints."""
        return {
            "rows": self.rows, "created": self.created, "updated": self.updated, "unchanged": self.unchanged,
            "dropped": self.dropped, "counted": dict(sorted(self.counted.items())),
            "problems": [
                {"row": p.row, "column": p.field, "kind": p.kind, "written": p.written} for p in self.problems
            ],
        }  # fmt: skip


def bring_in(path: Path, mapping: str, county: int, *, dry: bool = False) -> Made:
    """Bring in a file; the same number again changes its row or leaves it. BadInput for a file that can't be read."""
    by = selectors.mapping(mapping, county)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadInput(_("The file can't be read: %(why)s") % {"why": error}, where=path.name) from error
    return _bring(data, path.name, by, county, dry=dry)


def try_out(actor: Actor, data: bytes, name: str, mapping: str) -> Made:
    """Say what bringing in a file by a saved mapping would do to a district's orders; nothing is written."""
    rights.need(actor, KEEP, division=actor.division)
    county = scope_of(actor.division).county
    return _bring(data, name, selectors.mapping(mapping, county), county, dry=True)


def _bring(data: bytes, name: str, by: Columns, county: int, *, dry: bool) -> Made:
    made, chunk = Made(), dict[str, Row]()
    try:
        with atomic():
            for row in rows(data, name, by):
                _note(made, row)
                if not row.dropped:
                    chunk[row.number] = row
                if len(chunk) >= _CHUNK:
                    _write(made, county, list(chunk.values()), dry=dry)
                    chunk.clear()
            _write(made, county, list(chunk.values()), dry=dry)
    except OddHead as error:
        raise BadInput(_heading(error), where=name) from error
    except OSError as error:
        raise BadInput(_("The file can't be read: %(why)s") % {"why": error}, where=name) from error
    return made


def _heading(odd: OddHead) -> str:
    told = [_("The file has no column “%(name)s”.") % {"name": one} for one in odd.missing]
    told += [_("The file has the column “%(name)s” twice.") % {"name": one} for one in odd.twice]
    return " ".join([*told, _("Its columns: %(names)s.") % {"names": "、".join(odd.found[:_NAMED])}])


def _note(made: Made, row: Row) -> None:
    made.rows += 1
    made.dropped += row.dropped
    made.counted.update(f"{problem.field}:{problem.kind}" for problem in row.problems)
    made.problems += row.problems[: max(0, _TOLD - len(made.problems))]


_COLUMNS = (
    "duty",
    "agency",
    "address",
    "created",
    "due",
    "closed",
    "is_open",
    "duplicate",
    "latitude",
    "longitude",
)
_TYPES = (
    "text",
    "text",
    "text",
    "timestamptz",
    "timestamptz",
    "timestamptz",
    "bool",
    "bool",
    "float8",
    "float8",
)
_GIVEN = (
    f"unnest(%s::text[], {', '.join(f'%s::{kind}[]' for kind in _TYPES)}) AS g(number, {', '.join(_COLUMNS)})"
)
_OURS, _THEIRS = (", ".join(f"{alias}.{name}" for name in _COLUMNS) for alias in "pg")
_SAME = f"({_OURS}) IS DISTINCT FROM ({_THEIRS})"
_LOOK = f"""SELECT count(*) FILTER (WHERE p.id IS NULL), count(*) FILTER (WHERE p.id IS NOT NULL AND {_SAME}), count(*)
FROM {_GIVEN} LEFT JOIN hotline_past p ON p.county = %s AND p.number = g.number"""  # noqa: S608 - own names
_PUT = f"""INSERT INTO hotline_past (county, number, {", ".join(_COLUMNS)}) SELECT %s, g.* FROM {_GIVEN}
ON CONFLICT (county, number) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS)}"""  # noqa: S608


def _write(made: Made, county: int, found: Sequence[Row], *, dry: bool) -> None:
    if not found:
        return
    given: list[list[Any]] = [[row.number for row in found]]
    for name in _COLUMNS:
        values = [getattr(row, name) for row in found]
        moments = name in {"created", "due", "closed"}
        given.append([value.replace(tzinfo=LOCAL) if moments and value else value for value in values])
    created, updated, whole = run(_LOOK, [*given, county])[0]
    made.created, made.updated = made.created + created, made.updated + updated
    made.unchanged += whole - created - updated
    if not dry:
        run(_PUT, [county, *given])
