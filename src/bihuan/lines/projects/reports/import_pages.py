"""Import of the monthly table: drop the workbook, see what it would do, answer, apply, undo if need be."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict, Refused
from bihuan.kernel.files.marks import NOTICE
from bihuan.kernel.forms.fields import Field, Form
from bihuan.kernel.identity.actors import Actor
from bihuan.lines.projects.pages.words import chosen_state
from bihuan.lines.projects.reports import importing, selectors, words
from bihuan.lines.projects.reports.forms import workbook_form
from bihuan.lines.projects.reports.importing import Asked
from bihuan.lines.projects.reports.pages import crumbs, periods_asked
from bihuan.lines.projects.reports.register import REPORTS
from bihuan.lines.projects.transfers.preview import finding
from bihuan.logic.mechanism import said
from bihuan.ui import cells
from bihuan.ui.page import Crumb, Page, actor_of, done, page
from bihuan.ui.panels import (
    Action,
    Alert,
    Change,
    Column,
    Diff,
    DiffRow,
    Empty,
    Figure,
    Figures,
    FormPanel,
    Panel,
    Table,
)

_SHOWN = 200
_FRAME = ("project", "period_kind", "period")
_SEVERITIES: dict[str, tuple[str, cells.Tone]] = {
    "error": (said("row not taken"), "bad"),
    "warning": (said("taken by a stated rule"), "warn"),
    "info": (said("remark"), ""),
}


def _reporter(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    if not selectors.may_report(actor):
        raise Refused(_("Your post doesn't report on projects."))
    return actor


def _trail() -> list[Crumb]:
    return crumbs(Crumb(_("Import"), reverse("projects_reports_import")))


@page(permit="projects")
def upload(request: HttpRequest) -> Page | HttpResponseBase:
    """Take a workbook of reports in and preview it; show the imports there have been."""
    actor = _reporter(request)
    if request.method != "POST":
        return _upload_page(actor, {}, {}, uuid.uuid4().hex)
    key, file = request.POST.get("key", "")[:100], request.FILES.get("workbook")
    chosen = request.POST.get("period", "")
    if file is None:
        return _upload_page(actor, {"period": chosen}, {"workbook": _("Please choose a workbook.")}, key, 422)
    try:
        period = selectors.read_period(chosen) if chosen else None
        work = importing.take_in(actor, file, file.name or "", period=period, key=key)
    except BadInput as error:
        where = "period" if error.where == "period" else "workbook"
        return _upload_page(actor, {"period": chosen}, {where: error.message}, uuid.uuid4().hex, 422)
    return done(request, address(work))


def address(work: Asked) -> str:
    """Return the address of an import."""
    return reverse("projects_reports_import_one", args=[work.id])


def _upload_page(
    actor: Actor, values: Mapping[str, str], errors: Mapping[str, str], key: str, status: int = 200
) -> Page:
    panel = FormPanel(
        id="import",
        form=workbook_form([(one, words.period(one)) for one in periods_asked()]),
        url=reverse("projects_reports_import"),
        values=values,
        errors=errors,
        hidden={"key": key},
        in_place=False,
        submit=_("Preview"),
        intro=str(NOTICE),
    )
    table = Table(
        id="imports",
        title=_("Imports so far"),
        columns=[
            Column(_("Workbook"), "name", head=True, link=address),
            Column(_("State"), lambda work: cells.Tag(*chosen_state(work.state))),
            Column(_("Rows"), "whole", number=True),
            Column(_("Taken in"), "created_at"),
            Column(_("By"), "actor_title"),
        ],
        rows=importing.listed(actor),
        row_key=lambda work: work.id,
        row_href=address,
        empty=Empty(
            text=_("Nothing has been imported yet. Nothing is written before you have seen what it does.")
        ),
    )
    return Page(title=_("Import reports"), kind="list", crumbs=crumbs(), panels=[panel, table], status=status)


@page(permit="projects")
def one(request: HttpRequest, work: int) -> Page:
    """Show an import: its preview, what came of it, what an undo kept."""
    return _page(importing.one(_reporter(request), work))


def _page(work: Asked, errors: Mapping[str, str] | None = None, status: int = 200) -> Page:
    told = work.result
    stage = importing.stage(work)
    panels: list[Panel] = []
    if errors:
        panels.append(Alert(id="notice", text=next(iter(errors.values())), tone="warn"))
    panels += _outcome(told, stage)
    panels.append(_numbers(told))
    if stage == "ready" and told["questions"]:
        panels.append(_questions(work))
    panels += [_differences(told), _findings(told)]
    return Page(
        title=work.name,
        lead=f"{words.period(selectors.read_period(told['period']))} · {chosen_state(work.state)[0]}",
        kind="list",
        crumbs=_trail(),
        panels=panels,
        actions=_actions(work, stage),
        status=status,
    )


def _actions(work: Asked, stage: str) -> list[Action]:
    counts = work.result["counts"]
    if stage == "ready":
        count = counts.get("create", 0) + counts.get("update", 0)
        title = _("Write %(count)d rows") % {"count": count} if count else _("Write nothing new")
        url = reverse("projects_reports_import_apply", args=[work.id])
        other = Action(title=_("Another workbook"), href=reverse("projects_reports_import"))
        return [Action(title=title, href=url, icon="check", primary=True, post=True), other]
    if stage != "done":
        return []
    confirm = _("Undo this import? Cells that others have changed since stay as they are.")
    url = reverse("projects_reports_import_undo", args=[work.id])
    return [Action(title=_("Undo"), href=url, icon="undo", post=True, confirm=confirm, danger=True)]


def _outcome(told: Mapping[str, Any], stage: str) -> list[Panel]:
    found: list[Panel] = []
    if undone := told.get("undone"):
        text = _("Undone: %(cells)d cells were put back, %(rows)d reports taken out.")
        kept = len(undone["kept"])
        details = [_("%(n)d cells changed since were kept.") % {"n": kept}] if kept else []
        numbers = {"cells": undone["cells"], "rows": undone["withdrawn"]}
        found.append(Alert(id="undone", text=text % numbers, tone="warn", details=details))
    elif stage == "done":
        text = _("Imported: %(new)d new, %(changed)d corrected.")
        numbers = {"new": told["counts"].get("create", 0), "changed": told["counts"].get("update", 0)}
        proposed = _("%(n)d problems are named: each report offers them with one click.") % {
            "n": told["proposed"]
        }
        details = [proposed] if told["proposed"] else []
        found.append(Alert(id="outcome", text=text % numbers, tone="good", details=details))
    return found


def _numbers(told: Mapping[str, Any]) -> Figures:
    counts = told["counts"]
    lines = (
        (_("New"), "create", _("Projects that had not reported for this period.")),
        (_("Corrected"), "update", _("Reports in which at least one cell differs.")),
        (_("As they were"), "unchanged", _("Rows in which nothing differs, or nothing is reported.")),
        (_("To be asked"), "ask", _("Rows that may mean several projects; you say which.")),
        (_("Not taken"), "error", _("Rows with an error, explained below.")),
    )
    return Figures(
        id="numbers",
        figures=[
            Figure(title=title, value=counts.get(name, 0), definition=note) for title, name, note in lines
        ],
    )


def _questions(work: Asked) -> FormPanel:
    fields = []
    for number, asked in enumerate(work.result["questions"]):
        offered = [(str(key), _("It is “%(name)s”") % {"name": name}) for key, name in asked["candidates"]]
        doubt = finding(asked["doubt"])["message"] if asked["doubt"] else ""
        title = _("Row %(row)d: %(title)s") % {"row": asked["row"], "title": asked["title"]}
        choices = (*offered, ("none", _("None of them: leave the row out")))
        fields.append(Field(f"row-{number}", title, "choice", choices=choices, help=doubt))
    return FormPanel(
        id="questions",
        form=Form("projects.reports.answers", said("Which project is meant?"), tuple(fields)),
        url=reverse("projects_reports_import_answer", args=[work.id]),
        hidden={"digest": work.result["digest"]},
        in_place=False,
        submit=_("Preview with these answers"),
        intro=_("Rows you don't answer are not taken; they are asked again next time."),
    )


def _differences(told: Mapping[str, Any]) -> Diff:
    rows = [_row(row) for row in told["differences"][:_SHOWN]]
    return Diff(
        id="differences", title=_("What changes, cell by cell"), rows=rows, empty=_("Nothing changes.")
    )


def _row(row: Mapping[str, Any]) -> DiffRow:
    return DiffRow(
        row["title"],
        "created" if row["action"] == "create" else "updated",
        [_change(*change) for change in row["changes"] if change[0] not in _FRAME],
        href=reverse("projects_report_one", args=[row["id"]]) if row["id"] else "",
        where=_("%(sheet)s, row %(row)d") % row,
        key=f"{row['sheet']}!{row['row']}",
    )


def _change(name: str, old: str | None, new: str | None, written: str, note: str) -> Change:
    column = REPORTS.columns[name]
    notes = [_("as written: %(text)s") % {"text": written}] if written and written != new else []
    if note == "added_up":
        notes.append(_("Left empty and added up."))
    before, after = (_shown(name, code) or None for code in (old, new))
    return Change(_(column.title), before, after, " · ".join(notes), "warning" if note else "")


def _shown(name: str, code: str | None) -> str:
    if name == "listed":
        return _(words.LISTED[code]) if code else ""
    return REPORTS.columns[name].show(code)


def _findings(told: Mapping[str, Any]) -> Table:
    rows = [finding(kept) for kept in told["findings"]]
    return Table(
        id="findings",
        title=_("Odd cells explained"),
        columns=[
            Column(_("Sheet"), "sheet", wide=True),
            Column(_("Row"), lambda row: row["row"] or "", number=True),
            Column(_("Column"), "column"),
            Column(_("Value"), "value"),
            Column(_("What was made of it"), "message", head=True),
            Column(_("Severity"), lambda row: _severity(row["severity"])),
        ],
        rows=rows,
        empty=Empty(text=_("Every cell was read as it stands."), icon="check"),
    )


def _severity(name: str) -> cells.Tag:
    text, tone = _SEVERITIES[name]
    return cells.Tag(_(text), tone)


@page(permit="projects")
def answer(request: HttpRequest, work: int) -> Page | HttpResponseBase:
    """Answer which project each row asked about means."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    actor = _reporter(request)
    found = importing.one(actor, work)
    if request.POST.get("digest", "") != found.result.get("digest"):
        return _page(found, {"": _("The preview has changed meanwhile. Look at it again, then answer.")}, 409)
    answers = _answers(request, found.result["questions"])
    try:
        importing.answer(actor, work, answers)
    except (BadInput, Conflict) as error:
        return _page(found, {"": error.message}, error.status)
    return done(request, address(found), _("Previewed again with your answers."))


def _answers(
    request: HttpRequest, questions: Sequence[Mapping[str, Any]]
) -> dict[tuple[str, int], int | None]:
    answers: dict[tuple[str, int], int | None] = {}
    for number, question in enumerate(questions):
        chosen = request.POST.get(f"row-{number}", "")
        if chosen == "none" or chosen.isdecimal():
            answers[question["sheet"], question["row"]] = None if chosen == "none" else int(chosen)
    return answers


@page(permit="projects")
def apply(request: HttpRequest, work: int) -> Page | HttpResponseBase:
    """Write what was previewed."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    actor = _reporter(request)
    try:
        found = importing.apply(actor, work)
    except Conflict as error:
        return _page(importing.one(actor, work), {"": error.message}, 409)
    return done(request, address(found), _("Imported."))


@page(permit="projects")
def undo(request: HttpRequest, work: int) -> Page | HttpResponseBase:
    """Put back what an import wrote."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    actor = _reporter(request)
    try:
        found = importing.undo(actor, work)
    except Conflict as error:
        return _page(importing.one(actor, work), {"": error.message}, 409)
    return done(request, address(found), _("Undone. What others had changed meanwhile was kept."))
