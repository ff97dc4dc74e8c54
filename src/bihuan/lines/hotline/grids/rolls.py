"""Building rolls by workbook: what each row would do is told first; every address lies in one grid."""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from bihuan.kernel.errors import BadInput, Conflict, NotFound
from bihuan.kernel.identity import rights
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.intake import wording
from bihuan.kernel.intake.columns import Column
from bihuan.kernel.intake.plan import CREATE, UNCHANGED, UPDATE, Finding, Plan, PlanRow, TakenIn
from bihuan.kernel.intake.reading import Reading
from bihuan.kernel.intake.sheet import Sheet
from bihuan.kernel.intake.workbook import Book, open_workbook
from bihuan.kernel.now import today
from bihuan.kernel.registers import importing
from bihuan.kernel.registers.importing import Import
from bihuan.kernel.registers.undo import Undone, undo
from bihuan.kernel.store.sql import atomic, run
from bihuan.lines.hotline.duties.actions import KEEP
from bihuan.lines.hotline.grids import selectors
from bihuan.lines.hotline.grids.selectors import GridRow
from bihuan.lines.hotline.registers import BUILDINGS
from bihuan.logic import text

wording.declare(
    {
        "building_moves": N_("It lies in %(old)s now; taking this in moves it to %(new)s: an address has one grid."),
        "building_bare": N_("No grid is named: the building is listed as not covered until somebody puts it into one."),
    }
)  # fmt: skip


def _sheet(grids: Mapping[str, GridRow]) -> Sheet:
    """Return what a roll may bring: building, grid by its name, households."""
    name, cell, households = BUILDINGS.fields
    named = {row.name: str(row.id) for row in grids.values()}
    grid = Column("cell", cell.title, "choice", cell.headers, expected=True, choices=named)
    return Sheet("hotline.buildings", (name, grid, households))


def preview(actor: Actor, file: Path | BinaryIO, name: str) -> Plan:
    """Return what taking in a roll would do, cell by cell. Nothing is written."""
    rights.need(actor, KEEP, division=actor.division)
    home = scope_of(actor.division)
    if not home.county:
        raise BadInput(_("Building rolls are kept by a post of the district."), where="workbook")
    grids = {str(row.id): row for row in selectors.grids(actor)}
    sheet, data = _sheet(grids), file.read_bytes() if isinstance(file, Path) else file.read()
    known = _known(home.county, Reading(sheet, _book(data, name), today()))
    what = Import(BUILDINGS, sheet, today(), home=home, renames=False, answers=known)
    made = importing.plan(what, _book(data, name))
    held = _held([row.row_id for row in made.rows if row.row_id])
    for row in made.rows:
        _settle(made, row, grids, held.get(row.row_id, ""))
    return made


def _book(data: bytes, name: str) -> Book:
    return open_workbook(BytesIO(data), name=name)


_KNOWN = "SELECT name_key, id FROM hotline_building WHERE county = %s AND withdrawn_at IS NULL AND name_key = ANY(%s)"


def _known(county: int, reading: Reading) -> dict[tuple[str, int], int | None]:
    """Say of every row which building of this district it means, None for a new one: names repeat elsewhere."""
    keys = {
        (record.sheet, record.number): text.key(record.codes.get("name") or "")[:200]
        for record in reading.records()
    }
    rows: dict[str, int] = dict(run(_KNOWN, (county, sorted(set(keys.values()) - {""}))))
    return {place: rows.get(key) for place, key in keys.items()}


def _held(ids: list[int]) -> dict[int, str]:
    return dict(
        run("SELECT id, coalesce(cell_id::text, '') FROM hotline_building WHERE id = ANY(%s)", (ids,))
    )


def _settle(made: Plan, row: PlanRow, grids: Mapping[str, GridRow], held: str) -> None:
    """An empty cell moves nothing; a building goes where its grid lies; who had it before is told."""
    if row.action not in {CREATE, UPDATE}:
        return
    row.differences = tuple(one for one in row.differences if one.field == "name" or one.new)
    cell = next((one.new for one in row.differences if one.field == "cell"), None)
    if cell:
        row.scope = scope_of(scope_of(grids[cell].place).community or grids[cell].place)
    if row.action == UPDATE:
        row.scope = row.scope if cell else None
        if not row.differences:
            row.action = UNCHANGED
    if cell and held and held != cell:
        names = {"old": grids[held].name if held in grids else "—", "new": grids[cell].name}
        made.findings.append(Finding(row.sheet, row.number, 0, row.title, "warning", "building_moves", names))
    if row.action == CREATE and not cell:
        made.findings.append(Finding(row.sheet, row.number, 0, row.title, "info", "building_bare"))


def take_in(actor: Actor, file: Path | BinaryIO, name: str, *, seen: str = "") -> TakenIn:
    """Write a roll into the register, all of it or nothing; odd cells are named.

    ``seen`` is the SHA-256 of the workbook that was looked at: another one is a Conflict.
    """
    made = preview(actor, file, name)
    if seen and seen != made.sha256:
        raise Conflict(_("This is not the workbook you looked at. Preview it again."), where="workbook")
    with atomic():
        batch = importing.apply(actor, BUILDINGS, made)
    return TakenIn(batch, made.counts(), made.problems)


_OURS = """SELECT bool_and(t.county = %s) FROM intake_batch b JOIN registers_amend a ON a.batch = b.id
           JOIN hotline_building t ON t.id = a.chain_id WHERE b.id = %s AND b.kind = %s"""


def take_back(actor: Actor, batch: int) -> Undone:
    """Put back what a roll wrote and nobody has changed since; another district's looks like none."""
    rights.need(actor, KEEP, division=actor.division)
    rows = run(_OURS, (scope_of(actor.division).county, batch, BUILDINGS.name))
    if not rows[0][0]:
        raise NotFound(_("There is no such import."), where="batch")
    return undo(actor, batch)
