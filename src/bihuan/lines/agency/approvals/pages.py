"""Workbooks in: preview, what was asked about, apply, undo."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict
from bihuan.kernel.files.marks import NOTICE
from bihuan.kernel.forms.fields import Field, Form
from bihuan.kernel.intake.plan import Finding
from bihuan.lines.agency.approvals import actions, intake, selectors
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
    Progress,
    Table,
)

TITLES = {
    "items": said("Catalogue of approval items"),
    "presets": said("Presets of items"),
    "approvals": said("Export of the approval platform"),
}


WORKBOOK = Form(
    "agency.workbook",
    said("Preview a workbook"),
    (Field("workbook", said("Workbook"), "file", required=True),),
)


@page(permit="agency.import")
def upload(request: HttpRequest, agency_table: str) -> Page | HttpResponseBase:
    """Take a workbook in and preview it; show those there have been."""
    kind = agency_table
    intake.kind_of(kind)
    if request.method != "POST":
        return _upload_page(request, kind, "", uuid.uuid4().hex)
    key, file = request.POST.get("key", "")[:60], request.FILES.get("workbook")
    if file is None:
        return _upload_page(request, kind, _("Please choose a workbook."), key, 422)
    try:
        work = actions.take_in(actor_of(request), kind, file, file.name or "", key=key)
    except BadInput as error:
        return _upload_page(request, kind, error.message, uuid.uuid4().hex, 422)
    return done(request, reverse("agency_import_one", args=[work.id]))


def _upload_page(request: HttpRequest, kind: str, error: str, key: str, status: int = 200) -> Page:
    columns = "、".join(column.heading for column in intake.kind_of(kind).register.fields)
    panel = FormPanel(
        id="import",
        form=WORKBOOK,
        url=reverse("agency_import", args=[kind]),
        errors={"workbook": error} if error else {},
        hidden={"key": key},
        in_place=False,
        submit=_("Preview"),
        intro=f"{NOTICE} {_('Columns read: %(names)s.') % {'names': columns}}",
    )
    table = Table(
        id="imports",
        title=_("Imports so far"),
        columns=[
            Column(_("Workbook"), "name", head=True, link=_address),
            Column(_("State"), lambda work: _state(work.state)),
            Column(_("Rows"), lambda work: work.result["rows"], number=True),
            Column(_("Taken in"), "created_at"),
        ],
        rows=selectors.imports(actor_of(request), kind),
        row_href=_address,
        empty=Empty(text=_("Nothing is written before you have seen what it does.")),
    )
    return Page(title=_(TITLES[kind]), kind="list", panels=[panel, table], status=status)


def _address(work: Any) -> str:
    return reverse("agency_import_one", args=[work.id])


def _state(state: str) -> cells.Tag:
    words = {
        "ready": (_("Previewed"), "info"), "applying": (_("Being written"), "info"), "done": (_("Written"), "good"),
        "undone": (_("Undone"), "warn"), "failed": (_("Failed"), "bad"),
    }  # fmt: skip
    return cells.Tag(*words[state])  # type: ignore[arg-type]


@page(permit="agency.import")
def one(request: HttpRequest, agency_import: int) -> Page:
    """Show an import: what it would do, what it did."""
    return _one_page(request, agency_import)


def _one_page(request: HttpRequest, import_id: int, error: str = "", status: int = 200) -> Page:
    work = selectors.one_import(actor_of(request), import_id)
    panels: list[Panel] = []
    said_ = error or work.result.get("error", "")
    if said_:
        panels.append(Alert(id="notice", text=said_, tone="bad"))
    if work.state == "applying":
        panels.append(Progress(id="progress", url=_address(work), text=_("Writing the rows …")))
    panels += [_counts(work), *_came_of_it(work), *_questions(work), _findings(work), _changes(work)]
    buttons = []
    if work.state == "ready":
        buttons.append(_button(_("Write it"), "agency_import_apply", work, primary=True))
    if work.state == "done":
        buttons.append(_button(_("Undo"), "agency_import_undo", work, danger=True))
    back = Crumb(_(TITLES[work.kind]), reverse("agency_import", args=[work.kind]))
    return Page(title=work.name, kind="list", crumbs=[back], panels=panels, actions=buttons, status=status)


def _button(title: str, name: str, work: Any, **more: Any) -> Action:
    return Action(title=title, href=reverse(name, args=[work.id]), post=True, **more)


def _counts(work: Any) -> Figures:
    counts = work.result["counts"]
    words = (
        ("create", _("New")), ("update", _("Changed")), ("unchanged", _("As it stands")), ("error", _("Not taken")),
        ("ask", _("Unclear")),
    )  # fmt: skip
    return Figures(
        id="counts", figures=[Figure(title=title, value=counts.get(name, 0)) for name, title in words]
    )


def _questions(work: Any) -> list[Panel]:
    asked = work.result.get("questions", ()) if work.state == "ready" else ()
    if not asked:
        return []
    fields = []
    for number, one in enumerate(asked):
        offered = [(str(key), _("It is “%(name)s”") % {"name": name}) for key, name in one["candidates"]]
        title = _("Row %(row)d: %(title)s") % {"row": one["row"], "title": one["title"]}
        fields.append(Field(f"row-{number}", title, "choice", choices=(*offered, ("none", _("A new row")))))
    return [
        FormPanel(
            id="questions", form=Form("agency.answers", said("Which row is meant?"), tuple(fields)),
            url=reverse("agency_import_answer", args=[work.id]), hidden={"digest": work.digest}, in_place=False,
            submit=_("Preview with these answers"),
            intro=_("Rows you don't answer are not taken; they are asked again next time."),
        )
    ]  # fmt: skip


@page(permit="agency.import")
def answer(request: HttpRequest, agency_import: int) -> Page | HttpResponseBase:
    """Answer which row of the register each row asked about means."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    actor = actor_of(request)
    work = selectors.one_import(actor, agency_import)
    if request.POST.get("digest", "") != work.digest:
        told = _("The preview has changed meanwhile. Look at it again, then answer.")
        return _one_page(request, agency_import, told, 409)
    answers: dict[tuple[str, int], int | None] = {}
    for number, one in enumerate(work.result.get("questions", ())):
        chosen = request.POST.get(f"row-{number}", "")
        if chosen == "none" or (chosen.isdecimal() and len(chosen) < 19):
            answers[one["sheet"], one["row"]] = None if chosen == "none" else int(chosen)
    try:
        actions.answer(actor, agency_import, answers)
    except (BadInput, Conflict) as error:
        return _one_page(request, agency_import, error.message, error.status)
    return done(request, _address(work), _("Previewed again with your answers."))


def _came_of_it(work: Any) -> list[Panel]:
    made: list[Panel] = []
    if "filled" in work.result:
        text = _("%(count)d dates were entered in timetables of projects.") % {"count": work.result["filled"]}
        made.append(Alert(id="filled", text=text, tone="good", details=work.result.get("refused", ())))
    if undone := work.result.get("undone"):
        text = _(
            "Undone: %(withdrawn)d rows withdrawn, %(cells)d cells put back, %(kept)d kept as changed since."
        )
        made.append(Alert(id="undone", text=text % undone, tone="warn"))
    return made


def _findings(work: Any) -> Table:
    tones = {"error": "bad", "warning": "warn", "info": "info"}
    rows = [Finding(*found) for found in work.result["findings"]]
    return Table(
        id="findings",
        title=_("Odd cells"),
        columns=[
            Column(
                _("Place in the sheet"),
                lambda f: f"{f.sheet} {f.json()['column']}{f.json()['row']}",
                head=True,
            ),
            Column(_("Written"), "value"),
            Column(_("What about it"), lambda f: f.json()["message"]),
            Column(_("Severity"), lambda f: cells.Tag(_weight(f.severity), tones[f.severity])),  # type: ignore[arg-type]
        ],
        rows=[row for row in rows if row.severity != "info"] or rows[:50],
        empty=Empty(text=_("Every cell was read as it stands.")),
    )


def _weight(severity: str) -> str:
    return {"error": _("not taken"), "warning": _("look at it"), "info": _("told")}[severity]


def _changes(work: Any) -> Diff:
    register = intake.kind_of(work.kind).register
    state: dict[str, Any] = {"create": "created", "update": "updated"}
    rows = [
        DiffRow(
            title,
            state[action],
            [
                Change(
                    _(register.columns[f].title), register.columns[f].show(old), register.columns[f].show(new)
                )
                for f, old, new in changes
                if f in register.columns
            ],
            where=str(number),
        )
        for title, action, number, changes in work.result["changes"][:50]
    ]
    return Diff(id="changes", title=_("What it changes"), rows=rows, empty=_("Nothing would change."))


@page(permit="agency.import")
def apply(request: HttpRequest, agency_import: int) -> Page | HttpResponseBase:
    """Write what was previewed."""
    return _act(request, agency_import, actions.apply)


@page(permit="agency.import")
def undo(request: HttpRequest, agency_import: int) -> Page | HttpResponseBase:
    """Put back what an import wrote."""
    return _act(request, agency_import, actions.undo)


def _act(request: HttpRequest, import_id: int, act: Any) -> Page | HttpResponseBase:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        act(actor_of(request), import_id)
    except Conflict as error:
        return _one_page(request, import_id, error.message, 409)
    return done(request, reverse("agency_import_one", args=[import_id]))
