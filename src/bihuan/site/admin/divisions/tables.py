"""Whole tables of divisions: read what was handed in, try it out, apply it.

Trying out is the import itself, rolled back: what the preview says is what would happen.
"""

import gzip
import io
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, BinaryIO, cast

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict
from bihuan.kernel.identity import actions
from bihuan.kernel.identity.actions import DivisionReport
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.intake import guards
from bihuan.kernel.intake.guards import Limits
from bihuan.kernel.intake.workbook import Cells, Grid, open_workbook
from bihuan.kernel.jobs import defer
from bihuan.kernel.now import today
from bihuan.kernel.store.sql import atomic, run
from bihuan.site.admin import keeping, permits
from bihuan.site.admin.models import APPLYING, DONE, READY, WAITING, Work

KIND = "divisions"
#: So many rows are tried out while one waits; more in the background.
FEW = 3000
#: How many faults and changes a report keeps by name; all are counted.
KEPT = 300
#: A table of the whole country has 660,000 rows; changes are listed up to a province's size.
_LIMITS = Limits(rows=1_000_000, cells=8_000_000)
_LISTED = 120_000

#: Uploads above this are refused before they are read.
_MB = 1024 * 1024
_MOST = 60 * _MB
_CODES = ("code", "代码", "区划代码", "行政区划代码", "统计用区划代码", "区划编码", "编码")
_NAMES = ("name", "名称", "区划名称", "行政区划名称", "单位名称", "地区名称", "地名")
Rows = list[tuple[str, str]]


def read_tables(files: Iterable[tuple[str, BinaryIO]]) -> Rows:
    """Return (code, name) of all rows of several files; :class:`BadInput` names the file at fault."""
    found: Rows = []
    for name, file in files:
        try:
            found += _read(name, file)
        except BadInput as error:
            raise BadInput(f"{name}: {error.message}", where="tables") from error
    if not found:
        raise BadInput(_("The tables hold no rows."), where="tables")
    return found


def _read(name: str, file: BinaryIO) -> Rows:
    head = file.read(2)
    file.seek(0)
    source = _unpacked(file) if head == b"\x1f\x8b" else file
    book = open_workbook(source, name=name, limits=_LIMITS)
    rows: Rows = []
    for grid in book.sheets:
        rows += _of_sheet(grid)
    return rows


def _unpacked(file: BinaryIO) -> BinaryIO:
    """Unpack gzip up to a bound: what grows beyond it is a trap."""
    guards.measure(file, _LIMITS)
    try:
        with gzip.open(file) as packed:
            text = packed.read(_LIMITS.strings + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise guards.damaged() from error
    if len(text) > _LIMITS.strings:
        raise guards.refuse("bomb", _("The file unpacks to far more than it seems. It was not opened."))
    return io.BytesIO(text)


def _of_sheet(grid: Grid) -> Iterator[tuple[str, str]]:
    places: tuple[int, int] | None = None
    for number, cells in grid.rows():
        if places is None:
            places, is_head = _columns(cells)
            if is_head:
                continue
        code, name = (_text(cells, at) for at in places)
        if code or name:
            yield code, name
        if number > _LIMITS.rows:
            raise guards.refuse(
                "too_many_rows", _("The sheet has too many rows or columns. Please split it.")
            )


def _columns(cells: Cells) -> tuple[tuple[int, int], bool]:
    """Return where code and name stand, and whether this row says so; without a head: the first two."""
    said = {str(raw.value).strip().lower(): at for at, raw in cells.items()}
    code = next((said[word] for word in _CODES if word in said), 0)
    name = next((said[word] for word in _NAMES if word in said), 0)
    if code and name:
        return (code, name), True
    if _text(cells, 1).isdigit() and _text(cells, 2):
        return (1, 2), False
    raise BadInput(_("The table needs the columns code and name."), where="tables")


def _text(cells: Cells, at: int) -> str:
    raw = cells.get(at)
    if raw is None or raw.value is None:
        return ""
    value = raw.value
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def options(values: dict[str, Any]) -> dict[str, Any]:
    """Return how a table is to be read, from the form; BadInput when a renumbering can't be read."""
    same: dict[str, str] = {}
    for line in str(values.get("same", "")).splitlines():
        if not line.strip():
            continue
        new, mark, old = line.replace("＝", "=").partition("=")
        if not mark or not new.strip().isdigit() or not old.strip().isdigit():
            text = _("“%(line)s” can't be read: write new code = old code.")
            raise BadInput(text % {"line": line.strip()[:60]}, where="same")
        same[new.strip()] = old.strip()
    as_of = values.get("as_of") or today().isoformat()
    return {"as_of": as_of, "complete": bool(values.get("complete")), "same": same}


def take(actor: Actor, files: Sequence[Any]) -> Work:
    """Read uploaded tables and try them out; BadInput names the file at fault."""
    if not files:
        raise BadInput(_("Choose at least one file."), where="tables")
    if sum(file.size or 0 for file in files) > _MOST:
        text = _("The files are larger than %(n)s MB. Hand them in one by one.")
        raise BadInput(text % {"n": _MOST // _MB}, where="tables")
    rows = read_tables([(file.name or "", cast("BinaryIO", file)) for file in files])
    return hand_in(actor, "、".join(file.name or "" for file in files), rows)


def hand_in(actor: Actor, name: str, rows: Rows) -> Work:
    """Keep what was handed in and try it out: at once when it is short, else in the background."""
    permits.need(actor, permits.DIVISIONS)
    asked = options({})
    with atomic():
        work = keeping.begin(actor, KIND, name, asked=asked, data=keeping.pack(rows), whole=len(rows))
    return _try(work)


def try_again(actor: Actor, work: Work, asked: dict[str, Any]) -> Work:
    """Try a table out again, read another way."""
    permits.need(actor, permits.DIVISIONS)
    if not keeping.passes(work.id, work.state if work.state == "failed" else READY, WAITING):
        raise Conflict(_("This table is being worked on or was applied already."), where="work")
    keeping.change(work, asked=asked, user=actor.user, post=actor.post, who=actor.title[:120], error="")
    work.state = WAITING
    return _try(work)


def _try(work: Work) -> Work:
    if work.whole <= FEW:
        return run_try(work.id)
    defer("admin.try_divisions", work=work.id)
    return work


def run_try(work_id: int) -> Work:
    """Try a waiting table out."""
    work = Work.objects.get(id=work_id)
    if work.state != WAITING:
        return work

    def act(work: Work) -> Work:
        with atomic():
            report, changes = _import(work)
            transaction.set_rollback(True)
        return keeping.change(work, state=READY, result=_told(report, changes), error="")

    return keeping.attempt(work, act)


def apply(actor: Actor, work: Work) -> Work:
    """Apply a table that was tried out, in the background; asking twice applies it once."""
    permits.need(actor, permits.DIVISIONS)
    with atomic():
        if keeping.passes(work.id, READY, APPLYING):
            keeping.change(work, user=actor.user, post=actor.post, who=actor.title[:120])
            work.state = APPLYING
            defer("admin.apply_divisions", work=work.id)
    return work


def run_apply(work_id: int) -> Work:
    """Apply a table whose turn has come."""
    work = Work.objects.get(id=work_id)
    if work.state != APPLYING:
        return work

    def act(work: Work) -> Work:
        with atomic():
            report, changes = _import(work)
            return keeping.change(work, state=DONE, result=_told(report, changes), data=b"", error="")

    return keeping.attempt(work, act)


def _import(work: Work) -> tuple[DivisionReport, list[list[str]]]:
    actor, asked = keeping.acting(work), work.asked
    permits.need(actor, permits.DIVISIONS)
    rows = keeping.unpack(work.data)
    listed = len(rows) <= _LISTED
    before = _living() if listed else {}
    report = actions.import_divisions(
        actor, rows, as_of=date.fromisoformat(asked["as_of"]), complete=asked["complete"], same=asked["same"]
    )
    return report, _changes(before, _living()) if listed else []


def _living() -> dict[int, tuple[str, str, int]]:
    sql = """
        SELECT id, code, full_name, coalesce(parent_id, 0) FROM identity_division
        WHERE code IS NOT NULL AND valid_until IS NULL"""
    return {row[0]: (row[1], row[2], row[3]) for row in run(sql)}


def _changes(
    before: dict[int, tuple[str, str, int]], after: dict[int, tuple[str, str, int]]
) -> list[list[str]]:
    """Return [state, before, after] of what differs: ended, changed and new, the first of each."""
    said: dict[str, list[list[str]]] = {"ended": [], "changed": [], "new": []}
    for id_, old in before.items():
        new = after.get(id_)
        if new is None:
            said["ended"].append(["ended", f"{old[1]} {old[0]}", ""])
        elif new != old:
            said["changed"].append(["changed", f"{old[1]} {old[0]}", f"{new[1]} {new[0]}"])
    for id_ in after.keys() - before.keys():
        said["new"].append(["new", "", f"{after[id_][1]} {after[id_][0]}"])
    return [row for rows in said.values() for row in sorted(rows, key=_code)[:KEPT]]


def _code(row: list[str]) -> str:
    return (row[1] or row[2]).rpartition(" ")[2]


def _told(report: DivisionReport, changes: list[list[str]]) -> dict[str, Any]:
    told = asdict(report)
    told["faults_in_all"] = len(report.faults)
    told["faults"] = told["faults"][:KEPT]
    return {**told, "changes": changes}
