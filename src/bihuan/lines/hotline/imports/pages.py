"""Saved column mappings: seen, entered, changed, and tried on a file before anything is brought in."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, FieldErrors
from bihuan.kernel.forms.fields import Field, Form
from bihuan.kernel.identity.selectors import scope_of
from bihuan.lines.hotline.imports import actions, saving, selectors
from bihuan.lines.hotline.imports.actions import Made
from bihuan.lines.hotline.imports.reading import FIELDS, NEEDED
from bihuan.lines.hotline.imports.selectors import Saved
from bihuan.logic.mechanism import said
from bihuan.ui import cells
from bihuan.ui.doors import carry
from bihuan.ui.page import Crumb, Page, actor_of, done, page
from bihuan.ui.panels import Action, Column, Empty, Facts, FormPanel, Panel, Table

TITLES = {
    "number": said("Number of the order"), "class": said("Class"), "created": said("Moment of creation"),
    "agency": said("Unit in charge"), "address": said("Where it is"), "due": said("Moment it is due"),
    "closed": said("Moment of closing"), "state": said("State"), "latitude": said("Latitude"),
    "longitude": said("Longitude"),
}  # fmt: skip
#: How other systems write a moment; each is shown as an example.
_SHAPES = (
    ("%Y-%m-%d %H:%M:%S", "2026-11-30 08:15:00"), ("%Y-%m-%d %H:%M", "2026-11-30 08:15"),
    ("%Y/%m/%d %H:%M:%S", "2026/11/30 08:15:00"), ("%Y/%m/%d %H:%M", "2026/11/30 08:15"),
    ("%Y-%m-%d", "2026-11-30"), ("%Y年%m月%d日 %H:%M", "2026年11月30日 08:15"),
    ("%m/%d/%Y %I:%M:%S %p", "11/30/2026 08:15:00 AM"), ("%m/%d/%Y", "11/30/2026"),
)  # fmt: skip
_SEVERAL = said("Parted by semicolons.")
FILE = Form("hotline.mapping_file", said("Try it on a file"), (
    Field("file", said("Workbook"), "file", required=True,
          help=said("Its first sheet is read: .xlsx, .xls, .et or .csv. Nothing is written or kept.")),
))  # fmt: skip
#: So many odd cells are shown; all are counted.
_SHOWN = 50


def _asked(*, name: bool = True, shape: str = "") -> Form:
    shapes = _SHAPES if not shape or shape in dict(_SHAPES) else (*_SHAPES, (shape, shape))
    return Form("hotline.mapping", said("Which column is which field"), (
        *([Field("name", said("Name of the mapping"), required=True, max_length=40,
                 help=said("Letters, digits, _ and -: it is typed in a command."))] if name else []),
        *(Field(key, TITLES[key], required=key in NEEDED, max_length=120) for key in FIELDS),
        Field("moments", said("How moments are written"), "choice", choices=shapes,
              help=said("Cells that are dates already need nothing.")),
        Field("closed_states", said("States that mean closed"), max_length=300, help=_SEVERAL),
        Field("duplicates", said("Word in the state of repeated orders"), max_length=60),
        Field("box", said("Where coordinates may lie"), max_length=80,
              help=said("South, west, north, east in degrees, parted by commas; others are reported.")),
    ))  # fmt: skip


def _written(values: Mapping[str, Any], old: Mapping[str, Any]) -> dict[str, Any]:
    """Return the form as a mapping is written down; what the form doesn't ask stays as it was."""
    box = [part.strip() for part in str(values.get("box", "")).replace("，", ",").split(",") if part.strip()]
    states = str(values.get("closed_states", "")).replace("；", ";").split(";")
    made = {
        "columns": {key: str(values[key]) for key in FIELDS if values.get(key)},
        "moments": values.get("moments", ""), "duplicates": values.get("duplicates", ""),
        "closed_states": [state.strip() for state in states if state.strip()], "box": box,
    }  # fmt: skip
    if saving.faults("box", {**made, "columns": {}}).get("box") is None:
        made["box"] = [float(side) for side in box]
    return {**old, **made}


def _start(what: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **what.get("columns", {}), "moments": what.get("moments", ""), "duplicates": what.get("duplicates", ""),
        "closed_states": "；".join(what.get("closed_states", ())),
        "box": ", ".join(f"{side:g}" for side in what.get("box", ())),
    }  # fmt: skip


def _crumbs(*more: Crumb) -> list[Crumb]:
    return [Crumb(_("Orders of years gone by"), reverse("hotline_past")), *more]


@page(permit="hotline.keep")
def mappings(request: HttpRequest) -> Page:
    """Show the mappings a district may use."""
    rows = selectors.mappings(scope_of(actor_of(request).division).county)
    table = Table(
        id="mappings", title=_("Column mappings"), rows=rows, row_key=lambda row: row.name, row_href=_address,
        columns=[
            Column(_("Name of the mapping"), "name", head=True, link=_address),
            Column(_("What it is for"), lambda row: row.said.get("title", "")),
            Column(_("Fields"), lambda row: "、".join(_(TITLES[key]) for key in row.said["columns"])),
            Column(_("Saved by"), lambda row: _("the district") if row.own else cells.Tag(_("came with the house"))),
        ],
        empty=Empty(text=_("No mapping yet."), icon="table"),
    )  # fmt: skip
    new = Action(title=_("Enter a mapping"), href=reverse("hotline_mapping_new"), icon="plus", primary=True)
    return Page(title=_("Column mappings"), kind="list", crumbs=_crumbs(), panels=[table], actions=[new])


def _address(row: Saved) -> str:
    return reverse("hotline_mapping", args=[row.name])


@page(permit="hotline.keep")
def new(request: HttpRequest) -> Page | HttpResponseBase:
    """Enter a mapping under a new name."""
    actor = actor_of(request)

    def keep(values: Mapping[str, Any]) -> None:
        name = str(values["name"])
        if name in {one.name for one in selectors.mappings(scope_of(actor.division).county)}:
            raise FieldErrors({"name": _("There is a mapping of this name: open it to change it.")})
        saving.keep_mapping(actor, name, _written(values, {}))

    form = _asked()
    sent = carry(request, form, keep, start={"moments": _SHAPES[0][0]})
    if sent.done:
        return done(request, reverse("hotline_mapping", args=[str(sent.values["name"]).strip()]), _("Saved."))
    panel = FormPanel(
        id="mapping", form=form, url=reverse("hotline_mapping_new"), values=sent.values, errors=sent.errors,
        in_place=False, cancel=reverse("hotline_mappings"), intro=_intro(),
    )  # fmt: skip
    crumbs = _crumbs(Crumb(_("Column mappings"), reverse("hotline_mappings")))
    return Page(title=_("Enter a mapping"), kind="form", crumbs=crumbs, panels=[panel], status=sent.status)


def _intro() -> str:
    return _(
        "Write beside each field how its column is headed in the file; leave out what the file doesn't have."
    )


@page(permit="hotline.keep")
def mapping(request: HttpRequest, column_mapping: str) -> Page | HttpResponseBase:
    """Show one mapping, change it, or try it on a file."""
    actor = actor_of(request)
    row = selectors.saved(column_mapping, scope_of(actor.division).county)
    if request.method == "POST" and "drop" in request.POST:
        saving.drop_mapping(actor, row.name)
        return done(request, reverse("hotline_mappings"), _("Taken back."))
    trying = request.method == "POST" and "try" in request.POST
    form = _asked(name=False, shape=str(row.said.get("moments", "")))
    sent = carry(
        request, form, lambda values: saving.keep_mapping(actor, row.name, _written(values, row.said)),
        start=_start(row.said), sent=request.method == "POST" and not trying,
    )  # fmt: skip
    if sent.done:
        return done(request, _address(row), _("Saved."))
    told, fault = _tried(request, row) if trying else ([], "")
    editing = FormPanel(
        id="mapping", form=form, url=_address(row), values=sent.values, errors=sent.errors, in_place=False,
        intro=_intro(),
    )  # fmt: skip
    trial = FormPanel(
        id="trial", form=FILE, url=_address(row), submit=_("Try"), hidden={"try": "yes"}, in_place=False,
        errors={"file": fault} if fault else {},
    )  # fmt: skip
    return Page(
        title=row.name, lead=str(row.said.get("title", "")), panels=[*told, editing], side=[trial, *_after(row)],
        crumbs=_crumbs(Crumb(_("Column mappings"), reverse("hotline_mappings"))),
        status=422 if fault else sent.status,
    )  # fmt: skip


def _after(row: Saved) -> list[Panel]:
    command = f"bihuan import hotline FILE --mapping {row.name} --division …"
    found: list[Panel] = [Facts(id="command", title=_("Bring a file in"), columns=1, items=[
        (_("An administrator types"), command), (_("To try it first"), f"{command} --dry-run"),
    ])]  # fmt: skip
    if row.own:
        found.append(FormPanel(
            id="drop", title=_("Take the mapping back"), form=Form("hotline.mapping_drop", "", ()), url=_address(row),
            submit=_("Take the mapping back"), hidden={"drop": "yes"}, in_place=False,
            intro=_("What came with the house under this name, if anything, holds again."),
        ))  # fmt: skip
    return found


def _tried(request: HttpRequest, row: Saved) -> tuple[list[Panel], str]:
    """Return what bringing the file in would do, or why it can't be read."""
    file = request.FILES.get("file")
    if file is None:
        return [], _("Please choose a workbook.")
    name = file.name or ""
    if name.endswith(".gz"):
        return [], _("Please unpack the file first.")
    try:
        return _shown(actions.try_out(actor_of(request), file.read(), name, row.name)), ""
    except BadInput as error:
        return [], error.message


def _shown(made: Made) -> list[Panel]:
    kinds = {
        "missing": _("is missing"), "unread": _("can't be read"), "rounded": _("was rounded to whole degrees"),
        "outside": _("lies outside"), "order": _("closed before it was created"),
    }  # fmt: skip
    counts = Facts(id="tried", title=_("Tried: nothing was written"), columns=3, items=[
        (_("Rows"), made.rows), (_("New"), made.created), (_("Changed"), made.updated),
        (_("As they were"), made.unchanged), (_("Not kept"), made.dropped),
        (_("Odd cells"), sum(made.counted.values())),
    ])  # fmt: skip
    odd = Table(
        id="odd", title=_("Cells in doubt"), rows=made.problems[:_SHOWN],
        columns=[
            Column(_("Row"), "row", number=True), Column(_("Field"), lambda one: _(TITLES[one.field]), head=True),
            Column(_("As written"), "written"), Column(_("Why"), lambda one: kinds[one.kind]),
        ],
        empty=Empty(text=_("Every cell was clear."), icon="check"),
    )  # fmt: skip
    return [counts, odd]
