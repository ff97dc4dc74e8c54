"""A workbook that is looked at row by row and cell by cell first, taken in, and put back if wrong."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _

from bihuan.kernel.errors import NotFound
from bihuan.kernel.files.selectors import open_file, stored
from bihuan.kernel.forms import fields as forms
from bihuan.kernel.intake.plan import ASK, CREATE, ERROR, UNCHANGED, UPDATE, Plan, PlanRow, TakenIn
from bihuan.ui.page import Crumb, Page, actor_of
from bihuan.ui.panels import Action, Column, Diff, DiffRow, Empty, Facts, FormPanel, Panel, Table
from bihuan.ui.panels import Change as Cell

#: So many rows of a preview are shown; the counts are of all.
_SHOWN = 200
_STATES: dict[str, Literal["created", "updated", "asked"]] = {
    CREATE: "created",
    UPDATE: "updated",
    ASK: "asked",
}


@dataclass(frozen=True, slots=True)
class Way:
    """Where a workbook's preview leads: what its counts are called, what takes it in, the way back."""

    titles: Mapping[str, str]
    apply: str
    back: str
    crumbs: Sequence[Crumb]


def preview_page(file: int, made: Plan, way: Way, shown: Callable[[PlanRow], DiffRow]) -> Page:
    """Return what a workbook would do, row by row and cell by cell, with the button that takes it in."""
    counts = made.counts()
    items = [
        (way.titles[CREATE], counts.get(CREATE, 0)),
        (way.titles[UPDATE], counts.get(UPDATE, 0)),
        (_("Unchanged"), counts.get(UNCHANGED, 0)),
        (_("Left out"), counts.get(ERROR, 0) + counts.get(ASK, 0)),
    ]
    rows = [row for row in made.rows if row.action in {CREATE, UPDATE, ASK}]
    panels: list[Panel] = [
        Facts(id="counts", title=_("What it would do"), items=items),
        Diff(id="rows", title=_("Row by row"), rows=[shown(row) for row in rows[:_SHOWN]],
             empty=_("The workbook says nothing new.")),
        _odd(made.problems),
    ]  # fmt: skip
    if any(row.action in {CREATE, UPDATE} for row in rows):
        panels.insert(1, FormPanel(
            id="apply", form=forms.EMPTY, title=_("Nothing is written yet"), url=way.apply,
            submit=_("Take in"), hidden={"file": file, "sha": made.sha256}, cancel=way.back, in_place=False,
        ))  # fmt: skip
    return Page(title=_("Preview of the workbook"), crumbs=way.crumbs, panels=panels)


def diff_row(row: PlanRow, told: list[Cell]) -> DiffRow:
    """Return a planned row as it is shown, with its cells in words."""
    return DiffRow(row.title, _STATES[row.action], told, where=f"{row.sheet} {row.number}")


def _odd(findings: list[dict[str, Any]]) -> Table:
    columns = [
        Column(_("Cell"), lambda f: f"{f['sheet']} {f['column']}{f['row']}", head=True),
        Column(_("As written"), lambda f: f["value"]),
        Column(_("Why"), lambda f: f["message"]),
    ]
    return Table(id="odd", title=_("Cells in doubt"), rows=findings, columns=columns,
                 empty=Empty(text=_("Every cell was clear."), icon="check"))  # fmt: skip


def sent_again(request: HttpRequest) -> tuple[BytesIO, str] | None:
    """Return (bytes, name) of the workbook that was looked at; None when none was sent. Another's looks like none."""
    actor, given = actor_of(request), request.POST.get("file", "")
    if request.method != "POST" or not given.isdecimal() or len(given) > 18:
        return None
    file = stored(int(given))
    if file.user != actor.user:
        raise NotFound(_("There is no such file."), where="file")
    return BytesIO(open_file(file.id, actor)), file.name


def taken_page(taken: TakenIn, undo: str, crumbs: Sequence[Crumb]) -> Page:
    """Return what a workbook did, with the button that puts it back."""
    counts = taken.counts
    items = [
        (_("Entered"), counts.get(CREATE, 0)),
        (_("Changed"), counts.get(UPDATE, 0)),
        (_("Unchanged"), counts.get(UNCHANGED, 0)),
        (_("Left out"), counts.get(ERROR, 0) + counts.get(ASK, 0)),
    ]
    back = Action(title=_("Put it back"), href=undo, post=True)
    panels: list[Panel] = [
        Facts(id="taken", title=_("What it did"), items=items, action=back),
        _odd(taken.findings),
    ]
    return Page(title=_("Taken in"), crumbs=crumbs, panels=panels)
