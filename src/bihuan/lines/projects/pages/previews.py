"""What a preview shows: numbers, questions to answer in place, cell-by-cell differences, odd cells explained."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bihuan.kernel.forms.fields import Field, Form
from bihuan.lines.projects.pages import words
from bihuan.lines.projects.registers import PROJECTS
from bihuan.lines.projects.transfers.preview import finding
from bihuan.lines.projects.transfers.selectors import READY, Work, names_of
from bihuan.logic.mechanism import said
from bihuan.ui import cells
from bihuan.ui.panels import (
    Alert,
    Change,
    Column,
    Diff,
    DiffRow,
    Empty,
    Figure,
    Figures,
    FormPanel,
    Links,
    Pager,
    Panel,
    Tab,
    Table,
    Tabs,
)

#: Rows on one page of a tab.
PAGE = 50
_SEVERITIES: dict[str, tuple[str, cells.Tone]] = {
    "error": (said("row not taken"), "bad"),
    "warning": (said("taken by a stated rule"), "warn"),
    "info": (said("remark"), ""),
}
#: Which findings stand under which tab: what deserves a look, and how the rest was read.
_FOUND = {"odd": ("error", "warning"), "remarks": ("info",)}


def panels(work: Work, asked: Mapping[str, str], errors: Mapping[str, str]) -> list[Panel]:
    """Return the preview of an import: numbers, questions, then the rest in tabs."""
    told = work.result
    found: list[Panel] = [_numbers(told)]
    if work.state == READY and told["questions"]:
        found.append(_questions(work, errors))
    elif errors:
        found.append(Alert(id="answers", text=next(iter(errors.values())), tone="warn"))
    return [*found, _tabs(told, asked)]


def _tabs(told: Mapping[str, Any], asked: Mapping[str, str]) -> Tabs:
    start = int(asked["from"]) if asked.get("from", "").isdecimal() and len(asked["from"]) < 9 else 0
    counts, severities = told["counts"], told["severities"]
    offered = (
        ("changes", _("Changes cell by cell"), counts.get("update", 0)),
        ("new", _("New projects"), counts.get("create", 0)),
        ("problems", _("Problems proposed"), told["proposed"]),
        ("odd", _("Odd cells explained"), severities.get("error", 0) + severities.get("warning", 0)),
        ("remarks", _("Remarks"), severities.get("info", 0)),
    )
    names = [name for name, _title, _count in offered]
    first = next((name for name, _title, count in offered if count), "changes")
    active = asked["tab"] if asked.get("tab") in names else first
    tabs = [Tab(title, f"?tab={name}", name == active, count) for name, title, count in offered]
    return Tabs(id="preview", tabs=tabs, body=_body(told, active, start))


def _body(told: Mapping[str, Any], tab: str, start: int) -> list[Panel]:
    if tab in _FOUND:
        return _findings(told, tab, start)
    return {"changes": _changes, "new": _new, "problems": _proposals}[tab](told, start)


def _pager(tab: str, start: int, kept: int) -> Pager:
    before = f"?tab={tab}&from={max(0, start - PAGE)}" if start else ""
    after = f"?tab={tab}&from={start + PAGE}" if start + PAGE < kept else ""
    shown = _("%(first)d–%(last)d of %(all)d") % {
        "first": min(start + 1, kept),
        "last": min(start + PAGE, kept),
        "all": kept,
    }
    return Pager(before, after, shown if kept > PAGE else "")


def _numbers(told: Mapping[str, Any]) -> Figures:
    counts = told["counts"]
    lines = (
        (_("New"), counts.get("create", 0), _("Rows the register doesn't have yet.")),
        (_("Changed"), counts.get("update", 0), _("Rows in which at least one cell differs.")),
        (_("As they were"), counts.get("unchanged", 0), _("Rows in which nothing differs.")),
        (
            _("To be asked"),
            counts.get("ask", 0),
            _("Rows that may mean several projects; you say which."),
        ),
        (_("Not taken"), counts.get("error", 0), _("Rows with an error, explained below.")),
        (
            _("Problems proposed"),
            told["proposed"],
            _("From the column of problems; those called solved are closed."),
        ),
    )
    return Figures(
        id="numbers",
        figures=[Figure(title=title, value=value, definition=note) for title, value, note in lines],
    )


def _questions(work: Work, errors: Mapping[str, str]) -> FormPanel:
    fields = []
    for number, asked in enumerate(work.result["questions"]):
        offered = [(str(key), _("It is “%(name)s”") % {"name": name}) for key, name in asked["candidates"]]
        doubt = finding(asked["doubt"])["message"] if asked["doubt"] else ""
        title = _("Row %(row)d: %(title)s") % {"row": asked["row"], "title": asked["title"]}
        choices = (*offered, ("new", _("It is a new project")))
        fields.append(Field(f"row-{number}", title, "choice", choices=choices, help=doubt))
    return FormPanel(
        id="questions",
        form=Form("projects.import.answers", said("Which project is meant?"), tuple(fields)),
        url=reverse("projects_import_answer", args=[work.id]),
        hidden={"digest": work.result["digest"]},
        errors=errors,
        in_place=False,
        submit=_("Preview with these answers"),
        intro=_("Rows you don't answer are not taken; they are asked again next time."),
    )


def _changes(told: Mapping[str, Any], start: int) -> list[Panel]:
    rows = [row for row in told["differences"] if row["action"] == "update"]
    diff = Diff(
        id="differences", rows=[_row(row) for row in rows[start : start + PAGE]], empty=_("Nothing changes.")
    )
    pager = _pager("changes", start, len(rows))
    links: list[tuple[Any, str, Any]] = []
    if pager.previous:
        links.append((_("Rows before"), pager.previous, ""))
    if pager.next:
        links.append((_("Further rows"), pager.next, cells.Quiet(pager.shown)))
    return [diff, *_more(told), *([Links(id="differences-pages", items=links)] if links else [])]


def _more(told: Mapping[str, Any]) -> list[Panel]:
    more = told["changing"] - len(told["differences"])
    if more <= 0:
        return []
    text = ngettext(
        "%(n)d more row is written but not shown.", "%(n)d more rows are written but not shown.", more
    )
    return [Alert(id="differences-more", text=text % {"n": more})]


#: What a new row shows at a glance.
_GLANCE = ("company", "park_text", "investment_wan", "planned_production", "stage_class")


def _new(told: Mapping[str, Any], start: int) -> list[Panel]:
    rows = [row for row in told["differences"] if row["action"] == "create"]
    table = Table(
        id="new",
        columns=[
            Column(_("Row"), "row", number=True),
            Column(_("Project"), "title", head=True),
            *(Column(_(PROJECTS.columns[name].title), _glance(name)) for name in _GLANCE),
            Column(_("Filled cells"), lambda row: len(row["changes"]), number=True, wide=True),
        ],
        rows=rows[start : start + PAGE],
        pager=_pager("new", start, len(rows)),
        empty=Empty(text=_("Every row is on the register already."), icon="check"),
    )
    return [table, *_more(told)]


def _glance(name: str) -> Callable[[Mapping[str, Any]], Any]:
    def value(row: Mapping[str, Any]) -> Any:
        found = next((change for change in row["changes"] if change[0] == name), None)
        return words.of_code(PROJECTS.columns[name], found[2], {"note": found[4]}) if found else ""

    return value


def _row(row: Mapping[str, Any]) -> DiffRow:
    changes = [_change(*change) for change in row["changes"]]
    if row["moved"]:
        changes.append(Change(_("Place"), None, _("is now known")))
    return DiffRow(
        row["title"],
        "created" if row["action"] == "create" else "updated",
        changes,
        href=reverse("project", args=[row["id"]]) if row["id"] else "",
        where=_("%(sheet)s, row %(row)d") % row,
        key=f"{row['sheet']}!{row['row']}",
    )


def _change(name: str, old: str | None, new: str | None, written: str, note: str) -> Change:
    column = PROJECTS.columns[name]
    said_otherwise = written and written not in (new, column.show(new))
    notes = [_("as written: %(text)s") % {"text": written}] if said_otherwise else []
    if note == "inferred_year":
        notes.append(_("inferred"))
    severity: Any = "warning" if note else ""
    before = words.of_code(column, old) or None
    return Change(_(column.title), before, words.of_code(column, new) or None, " · ".join(notes), severity)


def _proposals(told: Mapping[str, Any], start: int) -> list[Panel]:
    rows = told["proposals"]
    return [
        Table(
            id="proposals",
            columns=[
                Column(_("Problem"), lambda row: row[1], head=True),
                Column(_("Project"), lambda row: row[0]),
                Column(
                    _("Becomes"),
                    lambda row: _("closed: the workbook calls it solved") if row[2] else _("open"),
                ),
            ],
            rows=rows[start : start + PAGE],
            pager=_pager("problems", start, len(rows)),
            empty=Empty(text=_("The workbook names no problems."), icon="check"),
        )
    ]


def _findings(told: Mapping[str, Any], tab: str, start: int) -> list[Panel]:
    kept = [found for found in told["findings"] if found[4] in _FOUND[tab]]
    rows = [finding(found) for found in kept[start : start + PAGE]]
    missing = sum(told["severities"].get(severity, 0) for severity in _FOUND[tab]) - len(kept)
    text = _("%(n)d more are not shown here; the weightiest are.") % {"n": missing}
    table = Table(
        id=tab,
        columns=[
            Column(_("Sheet"), "sheet", wide=True),
            Column(_("Row"), lambda row: row["row"] or "", number=True),
            Column(_("Column"), "column"),
            Column(_("Value"), "value"),
            Column(_("What was made of it"), "message", head=True),
            Column(_("Severity"), lambda row: _severity(row["severity"])),
        ],
        rows=rows,
        pager=_pager(tab, start, len(kept)),
        empty=Empty(text=_("Every cell was read as it stands."), icon="check"),
    )
    return [table, Alert(id="findings-more", text=text)] if missing else [table]


def _severity(name: str) -> cells.Tag:
    text, tone = _SEVERITIES[name]
    return cells.Tag(_(text), tone)


# What came of it ---------------------------------------------------------------------------------------


def outcome(work: Work) -> list[Panel]:
    """Return what an import did, and what its undo kept."""
    told = work.result
    lines = [
        _("%(n)d problems were opened.") % {"n": len(told["opened"])} if told["opened"] else "",
        _("%(n)d problems the workbook calls solved were entered as closed.") % {"n": len(told["closed"])}
        if told["closed"]
        else "",
        _("%(n)d timetables were drafted.") % {"n": told["drafted"]} if told["drafted"] else "",
        _("%(n)d dates were asked for.") % {"n": told["asked"]} if told["asked"] else "",
        *(
            _("The workbook calls %(code)s solved; it stays open until somebody verifies it.")
            % {"code": code}
            for code in told["standing"]
        ),
        *told["refused"],
    ]
    found: list[Panel] = [
        Alert(
            id="outcome",
            text=_("Imported: %(new)d new, %(changed)d changed.")
            % {"new": told["counts"].get("create", 0), "changed": told["counts"].get("update", 0)},
            tone="good",
            details=[line for line in lines if line],
        )
    ]
    return [_undone(told["undone"]), *_kept(told["undone"]), *found] if "undone" in told else found


def _undone(told: Mapping[str, Any]) -> Alert:
    said_of = {"cells": told["cells"], "rows": told["withdrawn"], "closed": told["closed"]}
    text = _(
        "Undone: %(cells)d cells were put back, %(rows)d new projects taken out, %(closed)d matters closed."
    )
    left = [_("%(code)s goes on: somebody has taken it up.") % {"code": code} for code in told["left"]]
    return Alert(id="undone", text=text % said_of, tone="warn", details=left)


def _kept(told: Mapping[str, Any]) -> list[Panel]:
    if not told["kept"]:
        return []
    names = names_of(sorted({row[0] for row in told["kept"]}))
    return [
        Table(
            id="kept",
            title=_("Kept as others have changed it since"),
            columns=[
                Column(_("Project"), lambda r: names.get(r[0], ""), head=True, link=_project),
                Column(_("Column"), lambda r: _title(r[1])),
                Column(_("The import wrote"), lambda r: _shown(r[1], r[2])),
                Column(_("Now"), lambda r: _shown(r[1], r[3])),
            ],
            rows=told["kept"],
        )
    ]


def _project(row: Sequence[Any]) -> str:
    return reverse("project", args=[row[0]])


def _title(name: str) -> str:
    column = PROJECTS.columns.get(name)
    return _(column.title) if column else _("Place or unit")


def _shown(name: str, code: str | None) -> Any:
    column = PROJECTS.columns.get(name)
    return words.of_code(column, code) if column else code
