"""Writing the division tree: whole GB/T 2260 tables, and single dated changes.

A rename or a move closes the division's state at a day and begins the next one; what was
true before stays readable. Everything is a handful of statements however long the table.
"""

import csv
import gzip
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput
from bihuan.kernel.identity import codes, rights
from bihuan.kernel.identity.actions import tree
from bihuan.kernel.identity.actions.record import record
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors.divisions import forget_scopes
from bihuan.kernel.now import today
from bihuan.kernel.store.sql import atomic, run


@dataclass(frozen=True, slots=True)
class Fault:
    """A row of a table that was not taken, and why; ``code`` as it was written there."""

    code: str
    name: str
    message: str


@dataclass(slots=True)
class DivisionReport:
    """What an import did, in rows."""

    created: int = 0
    renamed: int = 0
    recoded: int = 0
    moved: int = 0
    ended: int = 0
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)


@dataclass(slots=True)
class _Line:
    """One row of the table, and the division it stands for (0 = not there yet)."""

    code: str
    name: str
    id: int = 0
    parent: int = 0


@dataclass(frozen=True, slots=True)
class _Live:
    """A live division with a code, as it stands before the import."""

    id: int
    code: str
    name: str
    parent: int
    since: date | None


def read_division_table(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (code, name) from a CSV file, gzipped or not, whose header names ``code`` and ``name``."""
    opener: Any = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if "code" not in row or "name" not in row:
                raise BadInput(_("The table needs the columns code and name."), where=path.name)
            yield row["code"] or "", row["name"] or ""


def import_divisions(
    actor: Actor,
    rows: Iterable[tuple[str, str]],
    *,
    as_of: date | None = None,
    complete: bool = False,
    same: Mapping[str, str] | None = None,
) -> DivisionReport:
    """Bring the tree in line with a GB/T 2260 table of (code, name).

    The level follows from a code's length, the parent from its prefix. Divisions seen for
    the first time exist since ever, or since ``as_of`` when the tree already holds some;
    changes are dated ``as_of`` (default: today). ``complete`` ends the coded divisions under
    the table's own roots that it no longer lists. ``same`` maps a new code to the old one of
    a renumbered division, whose parts follow. Importing a table twice changes nothing.
    """
    rights.need(actor, rights.DIVISIONS)
    report = DivisionReport()
    lines = _lines(rows, report)
    with atomic():
        tree.lock()
        live = _live()
        day, first = as_of or today(), not live
        _recode(lines, live, same or {}, report)
        placed = _place(lines, live, report)
        new = [line for line in placed if line.code not in live]
        _create(new, None if first else day)
        _change([(line, live[line.code]) for line in placed if line.code in live], day, report)
        report.created = len(new)
        if complete:
            _end_missing(lines, live, day, report)
        _record(actor, report, lines, day)
        if report.created > 1000:  # the planner still believes the tables as they were
            run("ANALYZE identity_division, identity_divisionstate")
    forget_scopes()
    return report


def _record(actor: Actor, report: DivisionReport, lines: Mapping[str, _Line], day: date) -> None:
    counts = {name: getattr(report, name) for name in ("created", "renamed", "recoded", "moved", "ended")}
    if any(counts.values()):
        table = "\n".join(f"{line.code} {line.name}" for line in lines.values())
        digest = hashlib.sha256(table.encode()).hexdigest()
        record(actor, "divisions.import", {**counts, "day": day.isoformat(), "table": digest})


def _lines(rows: Iterable[tuple[str, str]], report: DivisionReport) -> dict[str, _Line]:
    """Return the table's readable rows by trimmed code, the highest level first."""
    lines: dict[str, _Line] = {}
    for raw, written in rows:
        name = "".join(written.split())
        try:
            code = codes.trimmed(raw)
        except codes.BadCode:
            report.faults.append(
                Fault(raw, name, _("This is not a division code of 2, 4, 6, 9 or 12 digits."))
            )
            continue
        if not name or len(name) > 80:
            report.faults.append(Fault(raw, name, _("The name is missing or longer than 80 characters.")))
        elif lines.setdefault(code, _Line(code, name)).name != name:
            report.faults.append(
                Fault(raw, name, _("This code stands twice with different names; the first was taken."))
            )
    return {code: lines[code] for code in sorted(lines, key=lambda code: (len(code), code))}


def _live() -> dict[str, _Live]:
    sql = """
        SELECT d.id, d.code, d.name, coalesce(d.parent_id, 0), s.valid_from FROM identity_division d
        LEFT JOIN identity_divisionstate s ON s.division_id = d.id AND s.valid_until IS NULL
        WHERE d.code IS NOT NULL AND d.valid_until IS NULL"""
    return {row.code: row for row in (_Live(r[0], codes.trimmed(r[1]), *r[2:]) for r in run(sql))}


def _recode(
    lines: dict[str, _Line], live: dict[str, _Live], same: Mapping[str, str], report: DivisionReport
) -> None:
    """Let the divisions of renumbered prefixes stand under their new codes in ``live``."""
    for new_raw, old_raw in same.items():
        new, old = codes.trimmed(new_raw), codes.trimmed(old_raw)
        if old not in live or new in live or new not in lines:
            raise BadInput(_("Only a listed new code can replace a live old one."), where=new_raw)
        for code in [code for code in lines if code.startswith(new)]:
            before = old + code[len(new) :]
            if before in live and code not in live and before not in lines:
                live[code] = live.pop(before)


def _place(lines: dict[str, _Line], live: dict[str, _Live], report: DivisionReport) -> list[_Line]:
    """Give every line its division and parent; a street or community without parent is a fault."""
    ids = {code: row.id for code, row in live.items()}
    missing = [code for code in lines if code not in ids]
    drawn = dict(zip(missing, tree.new_division_ids(len(missing)), strict=True))
    placed = []
    for code, line in lines.items():
        parent = _parent(code, ids)
        if parent is None:
            text = _("The table and the tree lack %(parent)s, of which this is a part.")
            report.faults.append(Fault(code, line.name, text % {"parent": code[:-3]}))
            continue
        line.id = ids[code] = ids.get(code) or drawn[code]
        line.parent = parent
        placed.append(line)
    return placed


def _parent(code: str, ids: Mapping[str, int]) -> int | None:
    """Return the parent's id, 0 for a root, None when it is missing.

    Counties may lack the city above (directly governed ones do), streets and communities
    never lack what is directly above.
    """
    if len(code) > 6:
        above = codes.trimmed(code[: 6 if len(code) == 9 else 9])
        return ids.get(above)
    shorter = (code[:length] for length in (4, 2) if length < len(code))
    return next((ids[prefix] for prefix in shorter if prefix in ids), 0)


def _create(lines: list[_Line], since: date | None) -> None:
    tree.insert(
        [
            tree.New(
                line.id,
                codes.written(line.code),
                line.name,
                codes.LEVEL_OF_LENGTH[len(line.code)],
                line.parent,
                codes.is_statistical(line.code, line.name),
            )
            for line in lines
        ],
        since,
    )


def _change(pairs: list[tuple[_Line, _Live]], day: date, report: DivisionReport) -> None:
    """Date what differs between the table and the tree; a table older than the tree is not taken."""
    changes = []
    for line, row in pairs:
        if (line.name, line.parent, line.code) == (row.name, row.parent, row.code):
            report.unchanged += 1
            continue
        if row.since is not None and row.since > day:
            text = _("The tree holds a newer state of this division, from %(day)s.")
            report.faults.append(Fault(line.code, line.name, text % {"day": row.since}))
            continue
        report.renamed += line.name != row.name
        report.moved += line.parent != row.parent
        report.recoded += line.code != row.code
        changes.append(tree.Change(line.id, codes.written(line.code), line.name, line.parent))
    tree.change(changes, day)


def _end_missing(lines: dict[str, _Line], live: dict[str, _Live], day: date, report: DivisionReport) -> None:
    roots = [code for code in lines if not any(code[:n] in lines for n in (2, 4, 6, 9) if n < len(code))]
    gone = [row for code, row in live.items() if code not in lines and code.startswith(tuple(roots))]
    for row in gone:
        if row.since is not None and row.since >= day:
            text = _("The tree holds a newer state of this division, from %(day)s.")
            report.faults.append(Fault(row.code, row.name, text % {"day": row.since}))
        else:
            report.ended += 1
    tree.end([row.id for row in gone if row.since is None or row.since < day], day)
