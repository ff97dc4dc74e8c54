"""Time saved, with what it counts; workbooks in: preview, apply, undo."""

import uuid
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict
from bihuan.kernel.files.marks import NOTICE
from bihuan.kernel.forms.fields import Field, Form
from bihuan.kernel.intake.plan import Finding
from bihuan.kernel.now import now
from bihuan.lines.agency.approvals import actions, intake, selectors
from bihuan.lines.agency.approvals.selectors import Approval, Asked, Group, Saved
from bihuan.logic.mechanism import said
from bihuan.logic.pictures import Mark, histogram_svg
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
    Filter,
    FilterBar,
    FormPanel,
    Panel,
    Picture,
    Progress,
    Table,
)

TITLES = {
    "items": said("Catalogue of approval items"),
    "presets": said("Presets of items"),
    "approvals": said("Export of the approval platform"),
}
_EXCLUDED = {
    "open": said("not decided yet"),
    "imprecise": said("days not known exactly"),
    "no_limit": said("no limit of the province stated in working days"),
}
DEFINITION = said(
    "1 − mean working days used ÷ mean working days the province allows. Counted from the day after acceptance to"
    " the decision, government side only: days of correction, public notice and expert review are left out."
)


# Time saved --------------------------------------------------------------------------------------------------


@page(permit="agency.see")
def time_saved(request: HttpRequest) -> Page:
    """Show by how much approval was faster than the province's limit, and what is behind it."""
    asked = asked_of(request)
    found = selectors.saved(actor_of(request), asked)
    panels: list[Panel] = [_filters(request, found, asked), _tiles(found), _picture(found)]
    panels += [_by_authority(found, request), _list("outliers", _("Outliers"), found.outliers)]
    if asked.authority or asked.item:
        panels.append(_list("approvals", _("Approvals counted"), found.rows[-500:][::-1]))
    actions_ = [
        Action(title=_("Export of the approval platform"), href=reverse("agency_import", args=["approvals"]))
    ]
    return Page(title=_("Approval time saved"), kind="list", panels=panels, actions=actions_)


def asked_of(request: HttpRequest) -> Asked:
    """Return what an address asks for; BadInput for a day that isn't one."""
    try:
        since, until = (
            date.fromisoformat(text) if (text := request.GET.get(name, "")) else None
            for name in ("since", "until")
        )
    except ValueError as error:
        raise BadInput(_("Please enter a day as 2026-10-31."), where="since") from error
    return Asked(since, until, request.GET.get("authority", "")[:200], request.GET.get("item", "")[:200])


def _filters(request: HttpRequest, found: Saved, asked: Asked) -> FilterBar:
    names = sorted({group.name for group in found.groups} | ({asked.authority} - {""}))
    year = now().year
    years = [("", _("any time")), *((f"{y}-01-01", str(y)) for y in (year, year - 1))]
    return FilterBar(
        id="filters",
        url=reverse("agency_time"),
        filters=[
            Filter(
                "authority",
                _("Authority"),
                [("", _("all authorities")), *((n, n) for n in names)],
                asked.authority,
            ),
            Filter("since", _("Decided since"), years, request.GET.get("since", "")),
        ],
    )


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"


def _tiles(found: Saved) -> Figures:
    total, at = found.spread, now()
    left_out = [f"{_(_EXCLUDED[why])} {count}" for why, count in found.excluded.items() if count]
    words = _(DEFINITION)
    if left_out:
        words += " " + _("Left out: %(parts)s") % {"parts": ", ".join(left_out)}
    compare = ""
    if total and found.allowed is not None:
        compare = _("%(used)s of %(allowed)s working days") % {
            "used": _plain(total.mean), "allowed": _plain(found.allowed),
        }  # fmt: skip
    made = [
        Figure(
            title=_("Time saved"), value=_plain(found.saved), unit="%", as_of=at, definition=words,
            compare=compare, small=found.small,
        )
    ]  # fmt: skip
    for title, value in (
        (_("Average"), total and _plain(total.mean)),
        (_("Median"), total and _plain(total.median)),
        (_("90th percentile"), total and total.p90),
    ):
        made.append(
            Figure(title=title, value=value or None, unit=_("working days"), as_of=at, small=found.small)
        )
    made.append(Figure(title=_("Approvals counted"), value=total.count if total else 0, as_of=at))
    return Figures(id="saved", figures=made)


def _picture(found: Saved) -> Panel:
    values = [row.used for row in found.rows]
    if not values or found.spread is None:
        text = _("Nothing is counted yet. Bring in the approval platform's export.")
        return Empty(id="distribution", text=text)
    marks = [
        Mark(_("average %(n)s") % {"n": _plain(found.spread.mean)}, float(found.spread.mean), strong=True)
    ]
    if found.allowed is not None:
        marks.append(Mark(_("allowed %(n)s") % {"n": _plain(found.allowed)}, float(found.allowed)))
    title = _("How many approvals took how many working days")
    return Picture(
        id="distribution",
        title=title,
        svg=histogram_svg(title, values, marks),
        narrow=histogram_svg(title, values, marks, width=340, height=200),
        head=[_("Working days"), _("Approvals")],
        rows=[[value, values.count(value)] for value in sorted(set(values))],
    )


def _by_authority(found: Saved, request: HttpRequest) -> Table:
    def address(row: Group) -> str:
        return f"?{urlencode({**request.GET.dict(), 'authority': row.name})}"

    def grey(value: Any) -> Any:
        return lambda row: cells.Quiet(str(value(row))) if row.small else value(row)

    return Table(
        id="authorities",
        title=_("By authority"),
        columns=[
            Column(_("Authority"), lambda row: row.name or "—", head=True, link=address),
            Column(_("Approvals"), lambda row: row.spread.count, number=True),
            Column(_("Average"), grey(lambda row: _plain(row.spread.mean)), number=True),
            Column(_("Median"), grey(lambda row: _plain(row.spread.median)), number=True),
            Column(_("90th percentile"), grey(lambda row: row.spread.p90), number=True),
            Column(_("Time saved"), grey(lambda row: f"{_plain(row.saved)}%"), number=True),
        ],
        rows=found.groups,
        row_href=address,
        empty=Empty(text=_("Nothing is counted yet.")),
    )


def _list(key: str, title: str, rows: Any) -> Table:
    return Table(
        id=key,
        title=title,
        columns=[
            Column(_("Number"), "number", head=True),
            Column(_("Item"), "item"),
            Column(_("Authority"), "authority"),
            Column(_("Accepted by the authority on"), "accepted"),
            Column(_("Decided on"), "decided"),
            Column(_("Working days"), "used", number=True),
            Column(_("Allowed"), "allowed", number=True),
        ],
        rows=rows,
        row_key=_key,
        empty=Empty(text=_("There are none.")),
    )


def _key(row: Approval) -> int:
    return row.id


# Workbooks in ------------------------------------------------------------------------------------------------

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
    panels += [_counts(work), *_came_of_it(work), _findings(work), _changes(work)]
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
