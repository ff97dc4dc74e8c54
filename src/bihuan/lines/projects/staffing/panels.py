"""A plan as panels: in one sentence, project by project, person by person."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bihuan.kernel.identity.selectors import divisions
from bihuan.kernel.now import today
from bihuan.lines.projects.staffing import forms, selectors
from bihuan.lines.projects.timetables.words import SIDES
from bihuan.logic.mechanism import said as said_
from bihuan.logic.pictures.load import LoadRow, LoadWords, load_svg
from bihuan.ui import cells
from bihuan.ui import format as fmt
from bihuan.ui.naming import Names, names_for
from bihuan.ui.panels import Alert, Bulk, Column, Empty, Panel, Picture, Table

#: A name of a month needs the room of so many stretches.
_APART = 5


def of_plan(work_id: int, result: Mapping[str, Any], adopt: str) -> list[Panel]:
    """Return the panels of a plan that is made; ``adopt`` is where to adopt it ("" for nobody)."""
    names = names_for(posts={one["post"] for one in result["people"]})
    return [said(result), *picture(result, names), projects(work_id, result, adopt), moved(result, names)]


def said(result: Mapping[str, Any]) -> Panel:
    """Say what the plan comes to, how it was found, and what it rests on."""
    rows, people = result["projects"], result["people"]
    late = [row for row in rows if row["late"]]
    over = [one for one in people if one["over_days"]]
    held = (
        _("All promised days hold.") if not late else _("%(n)d promised days can't hold.") % {"n": len(late)}
    )
    text = _(
        "%(over)d of %(people)d people carry more than they can; levelled, %(moved)d projects end later. %(held)s"
    ) % {
        "over": len(over), "people": len(people), "moved": sum(1 for row in rows if row["by"]), "held": held,
    }  # fmt: skip
    how = (
        _("Nothing better exists (proven).")
        if result["proven"]
        else _("The best found in the time given.")
        if result["exact"]
        else _("Found by the quick method: the solver is not installed here, a better order may exist.")
    )
    details = [how, _("Nodes that have begun go on, each waiting its turn where too many run at once.")]
    if not people:
        details.append(
            _("Nobody is named who carries nodes here: give the projects officers or agents first.")
        )
    tone: Any = "warn" if late else "good"
    return Alert(id="plan-said", text=text, tone=tone, details=details)


def _row(one: Mapping[str, Any], names: Names) -> LoadRow:
    name = names.posts.get(one["post"], f"#{one['post']}")
    return LoadRow(name, _(forms.ROLES[one["role"]]), one["at_once"], one["before"], one["after"])


def _numbers(row: LoadRow, over: int) -> tuple[Any, ...]:
    return (row.name, row.note, row.capacity, max(row.before, default=0), max(row.after, default=0), over)


def picture(result: Mapping[str, Any], names: Names) -> list[Panel]:
    """Return who carries how much when, before and after."""
    people = result["people"]
    if not people or not result["columns"]:
        return []
    rows = [_row(one, names) for one in people]
    words = LoadWords(
        _("Who carries how much"),
        _("Nodes carried at once: outline before, filled after the plan"),
        _("can carry"),
    )
    marks = _marks([date.fromisoformat(one) for one in result["columns"]])
    table = [_numbers(row, one["over_days"]) for row, one in zip(rows, people, strict=True)]
    return [
        Picture(
            id="plan-load",
            title=_("Who carries how much"),
            svg=load_svg(rows, marks, words),
            narrow=load_svg(rows, marks, words, width=560, room=120),
            head=[
                _("Who"),
                _("As"),
                _("Can carry"),
                _("At most before"),
                _("At most after"),
                _("Days over before"),
            ],
            rows=table,
            note=_(
                "Each bar is the fullest of %(n)d working days; the outline is how it stands without the plan."
            )
            % {"n": result["size"]},
        )
    ]


def _marks(days: Sequence[date]) -> list[str]:
    """Return the month beside the first stretch of every quarter."""
    found: list[str] = []
    last, since = (0, 0), _APART
    for day in days:
        quarter = (day.year, (day.month - 1) // 3)
        shown = quarter != last and since >= _APART
        found.append(fmt.day(day, "month") if shown else "")
        last, since = (quarter, 1) if shown else (last, since + 1)
    return found


def projects(work_id: int, result: Mapping[str, Any], adopt: str) -> Panel:
    """Return each project before and after, and what came of adopting."""
    states = selectors.states(work_id, result["projects"])

    def state(row: Mapping[str, Any]) -> Any:
        found = states[row["id"]]
        if found == "stale":
            return cells.Tag(_("changed since: make a new plan"), "warn")
        return cells.Tag(_(OUTCOMES[found]), "good") if found else ""

    def holds(row: Mapping[str, Any]) -> Any:
        if not row["late"]:
            return cells.Tag(_("the day holds"), "good")
        return cells.Tag(_("%(n)d working days late") % {"n": row["late"]}, "bad")

    return Table(
        id="plan-projects",
        title=_("Project by project"),
        columns=[
            Column(_("Project"), "name", head=True,
                   link=lambda r: reverse("projects_timetable", args=[r["id"]])),
            Column(_("Promised"), lambda r: date.fromisoformat(r["anchor"])),
            Column(_("Without the plan"), lambda r: date.fromisoformat(r["before"])),
            Column(_("With the plan"), lambda r: cells.Day(date.fromisoformat(r["after"]))),
            Column(_("Promised day"), holds),
            Column(_("Adopted"), state),
        ],
        rows=sorted(result["projects"], key=lambda row: (-row["late"], -row["by"], row["id"])),
        row_key=lambda row: row["id"],
        bulk=Bulk(adopt, [("adopt", _("Adopt for these"))]) if adopt else None,
    )  # fmt: skip


def moved(result: Mapping[str, Any], names: Names) -> Panel:
    """Return the nodes that the plan puts off, the farthest first."""
    rows = [
        {**node, "project": row["name"]}
        for row in result["projects"]
        for node in row["nodes"]
        if node["posts"] and node["waits"]
    ]
    rows.sort(key=lambda node: (node["before"][0], node["after"][0]))

    def title(node: Mapping[str, Any]) -> str:
        return str(node["title_en"] if node["title_en"] and not fmt.chinese() else node["title"])

    def dates(name: str) -> Any:
        return lambda node: cells.Stack([date.fromisoformat(one) for one in node[name]])

    return Table(
        id="plan-moved",
        title=_("Nodes that wait for somebody's hands"),
        columns=[
            Column(_("Node"), title, head=True),
            Column(_("Project"), "project"),
            Column(_("Carried by"), lambda n: "、".join(names.posts.get(p, f"#{p}") for p in n["posts"])),
            Column(_("Without the plan"), dates("before")),
            Column(_("With the plan"), dates("after")),
        ],
        rows=rows[:60],
        empty=Empty(id="plan-moved-none", text=_("Nobody is overloaded: no node has to wait."), icon="check"),
    )


OUTCOMES = {
    "amended": said_("plan days amended"),
    "drafted": said_("drafted, goes to the leader"),
    "unchanged": said_("nothing to change"),
}


def told(outcomes: Mapping[int, str]) -> str:
    """Say what came of adopting."""
    counts = {key: sum(one == key for one in outcomes.values()) for key in OUTCOMES}
    return pgettext("between items of a list", ", ").join(
        f"{_(OUTCOMES[key])} {count}" for key, count in counts.items() if count
    )


def fresh() -> dict[str, Any]:
    """Return what a form of a dated row starts with."""
    return {"since": today().isoformat()}


def capacity_table(rows: Sequence[selectors.CapacityRow]) -> Panel:
    """Return the rows that say what one person carries at once."""

    def tag(row: selectors.CapacityRow) -> Any:
        return (
            cells.Tag(_("set here"), "info") if row.tag == "local" else cells.Tag(_("to be verified"), "warn")
        )

    return Table(
        id="capacities",
        caption=_("What people can carry"),
        columns=[
            Column(_("Who"), lambda r: _(forms.ROLES[r.role]), head=True),
            Column(_("Nodes at once"), "at_once", number=True),
            Column(_("Nodes of these sides"), lambda r: "、".join(_(SIDES[side]) for side in r.sides)),
            Column(_("Place"), lambda r: place(r.division)),
            Column(_("In force from"), "since"),
            Column(_("Where the number comes from"), lambda r: cells.Stack([r.source, tag(r)])),
        ],
        rows=rows,
    )


def place(division: int) -> str:
    """Return what a place is called; 0 is everywhere."""
    if not division:
        return _("everywhere")
    found = divisions.division(division)
    return found.name if found else f"#{division}"
