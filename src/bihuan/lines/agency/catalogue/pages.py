"""The catalogue of approval items: read by everybody of the house, kept by the centre, in and out as Excel."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict
from bihuan.kernel.forms.fields import Field, Form
from bihuan.kernel.identity import rights
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.registers import selectors as registers
from bihuan.lines.agency import actions, selectors
from bihuan.lines.agency.catalogue import actions as catalogue
from bihuan.lines.agency.catalogue.papers import shown, workbook
from bihuan.lines.agency.contracts import PHASE_TITLES
from bihuan.lines.agency.pages import words
from bihuan.lines.agency.registers import ITEM_FIELDS, ITEMS
from bihuan.lines.agency.selectors import ItemRow
from bihuan.logic.mechanism import said
from bihuan.ui.page import Crumb, Page, actor_of, done, page
from bihuan.ui.panels import Action, Column, Empty, Facts, Filter, FilterBar, FormPanel, Table

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def address(row: ItemRow) -> str:
    """Return the address of an item."""
    return reverse("agency_item", args=[row.id])


@page(permit="agency")
def items(request: HttpRequest) -> Page:
    """Show the catalogue by stage of approval, and the presets."""
    actor, phase = actor_of(request), request.GET.get("phase", "")
    rows = [row for row in selectors.items() if not phase or row["phase"] == phase]
    phases = [("", _("all stages of approval")), *((code, _(title)) for code, title in PHASE_TITLES.items())]
    bar = FilterBar(
        id="filters",
        url=reverse("agency_items"),
        filters=[Filter("phase", _("Stage of approval"), phases, phase)],
    )
    return Page(
        title=_("Catalogue of approval items"),
        lead=_("Limits by law, of the province and promised here stand apart, each with its source."),
        kind="list",
        panels=[bar, _table(actor, rows), _presets()],
        actions=_page_actions(actor),
    )


def _table(actor: Actor, rows: list[ItemRow]) -> Table:
    fill = None
    if rights.has_right(actor, actions.CATALOGUE):
        url = reverse("agency_items_sample")
        fill = Action(title=_("Fill with the sample catalogue"), href=url, post=True, primary=True)
    return Table(
        id="items",
        title=_("Approval items"),
        columns=[
            Column(_("Code"), lambda row: row["code"]),
            Column(_("Item"), lambda row: row["name"], head=True, link=address),
            Column(_("Stage of approval"), words.phase),
            Column(_("Authority"), lambda row: row["authority"]),
            *[Column(_(title), _limit(name)) for name, title in words.LIMITS],
            Column(_("Materials"), lambda row: len(row.wanted), number=True),
            Column(_("Standing"), words.standing),
        ],
        rows=rows,
        row_key=lambda row: row.id,
        row_href=address,
        empty=Empty(
            text=_("The catalogue is empty. Bring in your own workbook, or begin with the sample."),
            action=fill,
        ),
    )


def _limit(name: str) -> Any:
    return lambda row: words.limit(row, name)


def _presets() -> Table:
    return Table(
        id="presets",
        title=_("Presets: items and nodes that go together"),
        columns=[
            Column(_("Preset"), lambda row: row["name"], head=True),
            Column(_("Items"), lambda row: row["items"]),
            Column(_("Nodes"), lambda row: row["nodes"], wide=True),
            Column(_("Standing"), words.standing),
            Column(_("Remarks"), lambda row: row["note"], wide=True),
        ],
        rows=selectors.presets(),
        row_key=lambda row: row.id,
        empty=Empty(text=_("There are no presets yet.")),
    )


def _page_actions(actor: Actor) -> list[Action]:
    found = [Action(title=_("Excel"), href=reverse("agency_items_file"), icon="download")]
    if rights.has_right(actor, actions.CATALOGUE):
        found.append(Action(title=_("Import"), href=reverse("agency_import", args=["items"]), icon="upload"))
        found.append(Action(title=_("New item"), href=reverse("agency_item_new"), icon="plus", primary=True))
    return found


@page(permit="agency")
def file(request: HttpRequest) -> HttpResponseBase:
    """Send the catalogue as a workbook that can be brought in again."""
    answer = HttpResponse(workbook(ITEMS, registers.live(ITEMS), "审批事项目录"), content_type=XLSX)
    answer["Content-Disposition"] = content_disposition_header(True, "审批事项目录.xlsx") or "attachment"
    return answer


@page(permit="agency")
def item(request: HttpRequest, agency_item: int) -> Page:
    """Show one item: its limits with their sources, its materials, what runs beside it, its history."""
    actor, row = actor_of(request), selectors.item(agency_item)
    facts = [(_(column.title), shown(column, row[column.name] or None)) for column in ITEM_FIELDS]
    parallel = [one for one in selectors.items() if one["code"] in row.parallel]
    materials = Table(
        id="materials",
        title=_("Materials"),
        columns=[
            Column(_("Material"), "name", head=True),
            Column(_("Signature"), lambda one: _("the client's own") if one.own_hand else ""),
            Column(_("May come later"), lambda one: _later(one.later)),
        ],
        rows=row.wanted,
        empty=Empty(text=_("No materials are listed.")),
    )
    history = Table(
        id="history",
        title=_("Changes"),
        columns=[
            Column(_("When"), "recorded", head=True),
            Column(_("Changed by"), "actor_title"),
            Column(_("Why"), "cause"),
        ],
        rows=registers.history(ITEMS, agency_item),
    )
    change = Action(
        title=_("Change"), href=reverse("agency_item_edit", args=[agency_item]), icon="edit", primary=True
    )
    return Page(
        title=row["name"],
        code=row["code"],
        crumbs=[Crumb(_("Catalogue of approval items"), reverse("agency_items"))],
        panels=[Facts(id="facts", title=_("Item"), items=[f for f in facts if f[1]]), materials, history],
        side=[_beside(parallel)],
        actions=[change] if rights.has_right(actor, actions.CATALOGUE) else [],
    )


def _later(code: str) -> str:
    return {"tolerated": _("Accepted without it"), "promised": _("On a written promise")}.get(code, "")


def _beside(rows: list[ItemRow]) -> Table:
    return Table(
        id="parallel",
        title=_("Handled in parallel"),
        columns=[Column(_("Item"), lambda row: row["name"], head=True, link=address)],
        rows=rows,
        empty=Empty(text=_("Nothing is handled beside it.")),
    )


@page(permit="agency.import")
def sample(request: HttpRequest) -> HttpResponseBase:
    """Fill an empty catalogue with the sample."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    count = catalogue.load_sample(actor_of(request))
    return done(request, reverse("agency_items"), _("%(count)d sample items entered.") % {"count": count})


# Change one ---------------------------------------------------------------------------------------------------

EDIT = Form(
    "agency.item",
    said("Item"),
    tuple(
        Field(c.name, c.title, "long" if c.kind == "prose" else "text", required=c.required)
        for c in ITEM_FIELDS
    ),
)


@page(permit="agency.import")
def new(request: HttpRequest) -> Page | HttpResponseBase:
    """Enter an item."""
    return _edit(request, None)


@page(permit="agency.import")
def edit(request: HttpRequest, agency_item: int) -> Page | HttpResponseBase:
    """Change an item."""
    return _edit(request, selectors.item(agency_item))


def _edit(request: HttpRequest, row: ItemRow | None) -> Page | HttpResponseBase:
    if request.method != "POST":
        values = {c.name: shown(c, row[c.name] or None) for c in ITEM_FIELDS} if row else {}
        return _edit_page(row, values, {}, uuid.uuid4().hex)
    values = {field.name: request.POST.get(field.name, "").strip() for field in EDIT.fields}
    key, ver = request.POST.get("key", "")[:60], request.POST.get("ver", "")
    wanted = {name: text for name, text in values.items() if text or row}
    try:
        done_id = actions.amend_item(
            actor_of(request),
            row.id if row else None,
            wanted,
            ver=int(ver) if ver.isdecimal() else None,
            key=key,
        )
    except (BadInput, Conflict) as error:
        return _edit_page(row, values, {"": error.message}, uuid.uuid4().hex, error.status)
    return done(request, reverse("agency_item", args=[done_id]), _("The catalogue was changed."))


def _edit_page(
    row: ItemRow | None, values: dict[str, str], errors: dict[str, str], key: str, status: int = 200
) -> Page:
    url = reverse("agency_item_edit", args=[row.id]) if row else reverse("agency_item_new")
    panel = FormPanel(
        id="item",
        form=EDIT,
        url=url,
        values=values,
        errors=errors,
        hidden={"key": key, **({"ver": row.ver} if row else {})},
        cancel=address(row) if row else reverse("agency_items"),
        intro=_(
            "Limits with their unit: 20个工作日 or 30日. Materials one a line;"
            " behind a name may stand （本人签署）, （可容缺） or （可承诺）."
        ),
        in_place=False,
    )
    crumbs = [Crumb(_("Catalogue of approval items"), reverse("agency_items"))]
    return Page(
        title=row["name"] if row else _("New item"), kind="form", crumbs=crumbs, panels=[panel], status=status
    )
