"""The register of enterprises in and out as Excel: looked at cell by cell first, taken in, and put back if wrong."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Literal
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.errors import NotFound
from bihuan.kernel.files.actions import upload
from bihuan.kernel.files.selectors import open_file, stored
from bihuan.kernel.forms import fields as forms
from bihuan.kernel.forms.fields import Field, Form
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.intake.plan import ASK, CREATE, ERROR, UNCHANGED, UPDATE, Plan, PlanRow
from bihuan.kernel.now import today
from bihuan.lines.officers.grids import actions, selectors
from bihuan.lines.officers.grids.actions import TakenIn
from bihuan.lines.officers.grids.books import write_workbook
from bihuan.lines.officers.grids.register import ENTERPRISES
from bihuan.lines.officers.pages.asking import Asked, answer
from bihuan.logic.mechanism import said
from bihuan.ui.page import Crumb, Page, actor_of, done, page
from bihuan.ui.panels import Action, Column, Diff, DiffRow, Empty, Facts, FormPanel, Panel, Table
from bihuan.ui.panels import Change as Cell

#: So many rows of a preview are shown; the counts are of all.
_SHOWN = 200
_STATES: dict[str, Literal["created", "updated", "asked"]] = {
    CREATE: "created",
    UPDATE: "updated",
    ASK: "asked",
}
WORKBOOK = Form("officers.workbook", said("Take in a workbook"), (
    Field("workbook", said("Workbook"), "file", required=True,
          help=said("The list of enterprises as your office keeps it; .xlsx, .xls, .et or .csv.")),
))  # fmt: skip


def _crumbs() -> list[Crumb]:
    return [Crumb(_("Enterprise register"), reverse("officers_enterprises"))]


@page(permit="officers.keep")
def workbook(request: HttpRequest) -> Page | HttpResponseBase:
    """Ask for a workbook and show what taking it in would do; nothing is written yet."""
    actor = actor_of(request)
    file = request.FILES.get("workbook") if request.method == "POST" else None
    if file is None:
        back = reverse("officers_enterprises")
        return answer(
            request, Asked(WORKBOOK, lambda _v, _k: (back, ""), back, _crumbs(), submit=_("Preview"))
        )
    kept = upload(actor, file.file, file.name or "", 0)  # type: ignore[arg-type]
    made = actions.preview(actor, BytesIO(open_file(kept.id, actor)), kept.name)
    return _preview(kept.id, made, _grids(actor))


def _grids(actor: Actor) -> dict[str, str]:
    return {str(grid.id): grid.name for grid in selectors.grids(actor, today(), today())}


def _preview(file: int, made: Plan, grids: Mapping[str, str]) -> Page:
    titles = {CREATE: _("New enterprises"), UPDATE: _("Enterprises that change")}
    way = Way(titles, reverse("officers_workbook_apply"), reverse("officers_enterprises"), _crumbs())
    return preview_page(file, made, way, lambda row: _row(row, grids))


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


def _said(field: str, code: str | None, written: str, grids: Mapping[str, str]) -> str:
    return grids.get(code or "", "") if field == "cell" else written or code or ""


def _row(row: PlanRow, grids: Mapping[str, str]) -> DiffRow:
    titles = {item.name: item.title for item in ENTERPRISES.fields}
    told = [
        Cell(_(titles.get(one.field, one.field)), _said(one.field, one.old, "", grids),
             _said(one.field, one.new, one.written, grids), one.note)
        for one in row.differences
    ]  # fmt: skip
    return diff_row(row, told)


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


@page(permit="officers.keep")
def apply(request: HttpRequest) -> Page | HttpResponseBase:
    """Take in the workbook that was looked at; all of it can be put back."""
    actor = actor_of(request)
    looked_at = sent_again(request)
    if looked_at is None:
        return done(request, reverse("officers_workbook"), "")
    taken = actions.take_in(actor, *looked_at, seen=request.POST.get("sha", ""))
    return taken_page(taken, reverse("officers_workbook_undo", args=[taken.batch]), _crumbs())


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


@page(permit="officers.keep")
def undo(request: HttpRequest, batch: int) -> HttpResponseBase:
    """Put back what a workbook wrote and nobody has changed since."""
    if request.method == "POST":
        actions.take_back(actor_of(request), batch)
    return done(request, reverse("officers_enterprises"), _("Put back what nobody has changed since."))


@page(permit="officers.keep")
def export(request: HttpRequest) -> HttpResponseBase:
    """Send the register as a workbook that can be taken in again."""
    actor = actor_of(request)
    response = HttpResponse(
        write_workbook(selectors.live_rows(actor), _grids(actor)),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote('企业台账.xlsx')}"
    return response
