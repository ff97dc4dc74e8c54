"""The key-project workbook, as offices keep it, into the register."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import BinaryIO

from bihuan.kernel.identity.actors import Actor, Scope
from bihuan.kernel.identity.selectors.divisions import match_division, scope_of
from bihuan.kernel.intake.plan import Plan, Proposal
from bihuan.kernel.intake.reading import Record
from bihuan.kernel.intake.sheet import Sheet
from bihuan.kernel.intake.workbook import open_workbook
from bihuan.kernel.registers import importing
from bihuan.kernel.registers.importing import Import, Place
from bihuan.kernel.registers.undo import Undone, undo
from bihuan.lines.projects.contracts import CLASSES
from bihuan.lines.projects.registers import FIELDS, PROJECTS

_SOLVED = re.compile(r"已(全部|基本)?(解决|办结|销号|收回|化解)|已通过.{1,30}(解决|减轻)")
_PENDING = re.compile(r"未解决|尚未|部分解决|没有解决|未办结")


def section(heading: str) -> Mapping[str, str]:
    """Return what a section heading says about its rows: the class the office states."""
    for title, found in sorted(CLASSES.items(), key=lambda pair: -len(pair[0])):
        if title in heading:
            return {"stage_class": str(found)}
    return {}


SHEET = Sheet("projects", FIELDS, section, report_column="source_date")


def problems_in(text: str) -> Iterable[Proposal]:
    """Split a cell of problems into proposals; a part that says it is solved proposes a closed one."""
    for part in filter(None, (piece.strip() for piece in re.split(r"[;；\n]", text))):
        solved = bool(_SOLVED.search(part)) and not _PENDING.search(part)
        yield Proposal("problem", part, solved)


def propose(record: Record) -> Iterable[Proposal]:
    """Return the problems a row of the workbook proposes."""
    return problems_in(record.codes.get("problems") or "")


def place_of(actor: Actor, written: str) -> Place:
    """Find the division a text names, first inside the actor's own; never invent one."""
    own = match_division(written, actor.division) if actor.division else None
    found = own if own and own.candidates else match_division(written)
    if found.division:
        return Place(found.candidates[0].scope)
    if found.ambiguous:
        names = "、".join(row.full_name for row in found.candidates[:5])
        return Place(problem="place_ambiguous", params={"names": names})
    return Place(problem="place_unknown")


def plan_import(
    actor: Actor,
    file: Path | str | BinaryIO,
    today: date,
    *,
    name: str = "",
    answers: Mapping[tuple[str, int], int | None] | None = None,
) -> Plan:
    """Return what importing the workbook would do; nothing is written.

    ``today`` bounds what can have happened. ``answers`` maps (sheet, row) of rows
    the plan asked about to the project that is meant, None for a new one.
    """
    what = Import(
        register=PROJECTS,
        sheet=SHEET,
        today=today,
        place_field="park_text",
        place=lambda written: place_of(actor, written),
        propose=propose,
        home=scope_of(actor.division) if actor.division else Scope(),
        answers=answers or {},
    )
    return importing.plan(what, open_workbook(file, name=name))


def apply_import(actor: Actor, plan: Plan, *, batch_id: int | None = None) -> int:
    """Write what a plan says; return the id of the import. Conflict when the register has moved on."""
    return importing.apply(actor, PROJECTS, plan, batch_id=batch_id)


def undo_import(actor: Actor, batch_id: int) -> Undone:
    """Put back what an import wrote and nobody has changed since."""
    return undo(actor, batch_id)
