"""Tables and the thread of a timetable: whose days, every node, what was recorded."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.content import selectors as content
from bihuan.kernel.content.values import Ref
from bihuan.kernel.ledger import selectors as ledger
from bihuan.lines.projects.timetables import rows, wording
from bihuan.lines.projects.timetables.core import NodeRow, Reading
from bihuan.lines.projects.timetables.rows import TimetableRow
from bihuan.lines.projects.timetables.selectors import node_light
from bihuan.lines.projects.timetables.words import CAUSES, SIDES, STANDINGS
from bihuan.logic.pictures.light import Light
from bihuan.logic.schedule import Dates
from bihuan.ui import cells
from bihuan.ui.naming import Names, names_for
from bihuan.ui.panels import Column, Event, Panel, Table, Timeline


def light_of_node(node: NodeRow, found: Dates, approved: bool) -> Light:
    """Return a node's light."""
    done = found.earliest_finish if node.actual_finish else None
    return node_light(approved, node.planned_finish, found.earliest_finish, done, node.stopped is not None)


def lamp(light: Light) -> cells.Lamp:
    """Return a node's light; yellow says that it is going to be late, not that it is due."""
    return cells.Lamp(light.value, _("will be late") if light is Light.NEAR else "")


def chain(reading: Reading) -> list[Panel]:
    """Return who adds to (and who wins back) the lateness along the binding chain."""
    if not reading.delays:
        return []
    by_key = {node.key: node for node in reading.nodes}
    return [
        Table(
            id="timetable-chain",
            title=_("Whose days"),
            columns=[
                Column(_("Node"), lambda d: wording.title_of(by_key[d.key]), head=True),
                Column(_("Side"), lambda d: _(SIDES[d.side])),
                Column(_("Working days later"), "by_wd", number=True),
                Column(_("Of them stopped for cause"), lambda d: d.stopped_wd or "", number=True),
                Column(_("Cause"), lambda d: cause_of(by_key[d.key])),
            ],
            rows=reading.delays,
        )
    ]


def cause_of(node: NodeRow) -> Any:
    """Return why a node is late, whose days they are, and whether that stands."""
    if not node.late_cause:
        return ""
    words = f"{_(CAUSES[node.late_cause])} · {_(SIDES[node.late_side])}"
    tone: Any = "warn" if node.late_standing == "proposed" else "good"
    return cells.Row([words, cells.Tag(_(STANDINGS[node.late_standing]), tone)])


def nodes(row: TimetableRow, reading: Reading) -> Panel:
    """Return every node with its dates."""
    dates = reading.dates
    names = names_for(units={node.unit_id for node in reading.nodes} - {0})

    def address(node: NodeRow) -> str:
        return reverse("projects_timetable_node", args=[row.id, node.key])

    return Table(
        id="timetable-nodes",
        title=_("Nodes"),
        columns=[
            Column(_("Node"), wording.title_of, link=address, head=True),
            Column(_("Light"), lambda n: lamp(light_of_node(n, dates[n.key], row.approved))),
            Column(_("Side"), lambda n: _(SIDES[n.side]), wide=True),
            Column(_("Unit"), lambda n: names.unit(n.unit_id), wide=True),
            Column(_("Lasts"), wording.days_of, wide=True),
            Column(
                _("Baseline finish") if row.approved else _("Latest finish"),
                lambda n: control(n, dates[n.key]),
            ),
            Column(_("As things stand"), lambda n: expected(n, dates[n.key])),
            Column(_("Slack"), lambda n: slack(n, dates[n.key]), number=True, wide=True),
        ],
        rows=reading.nodes,
        row_href=address,
    )


def control(node: NodeRow, found: Dates) -> date:
    """Return the day a node has to be done by."""
    return node.planned_finish or found.latest_finish


def expected(node: NodeRow, found: Dates) -> Any:
    """Return when a node was done, or will be; what is expected is never shown like what is."""
    if node.actual_finish and node.inferred:
        return cells.Day(node.actual_finish.first, note=_("done by then (inferred)"))
    if node.actual_finish:
        return node.actual_finish
    return cells.Quiet(found.earliest_finish)


def slack(node: NodeRow, found: Dates) -> Any:
    """Return the working days a node has to spare; nothing for one that is done."""
    return "" if node.actual_finish else found.slack_wd


def history(row: TimetableRow) -> Panel:
    """Return what was recorded of a timetable, newest first."""
    entries = ledger.history(row.id)
    values = content.open_values(row.id)
    names = names_for(actors=[entry.actor for entry in entries])
    titles = {node.key: wording.title_of(node) for node in rows.nodes([row.id])[row.id]}
    texts = {ref.seq: value.text for ref, value in values.items() if value.state == "shown"}
    return Timeline(
        id="timetable-history",
        title=_("What was recorded"),
        events=[_event(entry, names, titles, texts) for entry in reversed(entries)],
    )


def progress_seen(row: TimetableRow, key: str) -> tuple[datetime, str] | None:
    """Return when progress of a node was seen last and what it was; None when nobody wrote any down."""
    seen = [e for e in ledger.history(row.id) if e.move == "node.progress" and e.facts.get("node") == key]
    if not seen:
        return None
    value = content.open_values(row.id, ["note"]).get(Ref(row.id, seen[-1].seq, "note"))
    return (seen[-1].at, value.text) if value and value.state == "shown" else None


def _event(
    entry: ledger.EntryRow, names: Names, titles: Mapping[str, str], texts: Mapping[int, str]
) -> Event:
    who, post = names.actor(entry.actor)
    words = {
        "timetable.draft": _("Drafted"),
        "timetable.facts": _("Filled from the register"),
        "timetable.baseline": _("Approved: the baseline is frozen"),
        "timetable.replaced": _("Replaced"),
        "node.begun": _("Begun"),
        "node.done": _("Done"),
        "node.not_done": _("Not done yet"),
        "node.stopped": _("Clock stopped"),
        "node.resumed": _("Clock runs again"),
        "node.late": _("Why it is late"),
        "node.adjusted": _("Adjusted"),
        "node.progress": _("Progress seen"),
        "node.planned": _("Plan days brought forward"),
    }
    title = words.get(entry.move, entry.move)
    if key := entry.facts.get("node"):
        title = f"{titles.get(key, key)}: {title}"
    return Event(
        id=f"t{entry.seq}",
        at=entry.at,
        who=who,
        post=post,
        title=title,
        kind="move" if post else "system",
        text=texts.get(entry.seq, ""),
    )
