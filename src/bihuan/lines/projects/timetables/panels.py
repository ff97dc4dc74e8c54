"""The timetable as panels: the picture, what binds, the nodes, what if."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bihuan.kernel.errors import BadInput
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.store.sql import run
from bihuan.lines.projects.timetables import chances, rows, selectors, tables, wording
from bihuan.lines.projects.timetables.computing import reading_of
from bihuan.lines.projects.timetables.core import NodeRow, Reading
from bihuan.lines.projects.timetables.lights import NO_LIGHT, Verdict
from bihuan.lines.projects.timetables.recording import may_record
from bihuan.lines.projects.timetables.rows import TimetableRow
from bihuan.lines.projects.timetables.selectors import Shown
from bihuan.lines.projects.timetables.words import PHASES, STATES
from bihuan.logic.days import Day
from bihuan.logic.likelihood import Likelihood
from bihuan.logic.pictures import Timetable
from bihuan.logic.pictures import TimetableRow as PictureRow
from bihuan.logic.pictures.ranking import Bar, ranking_svg
from bihuan.logic.schedule import Slip
from bihuan.ui import cells
from bihuan.ui import format as fmt
from bihuan.ui.panels import (
    Action,
    Alert,
    Column,
    Empty,
    Facts,
    Filter,
    FilterBar,
    Panel,
    Picture,
    Table,
)
from bihuan.ui.pictures import timetable_panel

#: How many days a node may be let slip in the what-if.
SLIPS = (5, 10, 20, 30, 60, 90)


#: The sheet's width against its height under the head, and the fewest pixels across it.
_CHART_SHAPE, _CHART_LEAST = 396 / 215, 1300
#: What a row, the heading of a phase, and all around them take in the picture, in pixels.
_ROW, _PHASE, _AROUND = 30, 24, 150


def panels(actor: Actor, project_id: int, asked: Mapping[str, str] | None = None) -> list[Panel]:
    """Return what the page of a project shows of its timetable; ``asked`` holds node and days of a what-if.

    The address of the what-if is the timetable's own page.
    """
    shown = selectors.shown(actor, project_id, _number((asked or {}).get("version", "")))
    if shown.row is None:
        return [nothing_yet(actor, shown)]
    reading = selectors.compute(shown.project, shown.row)
    slip, problem = _slip(shown, reading, asked or {})
    verdict = selectors.lights_of([project_id])[project_id]
    sure = chances.chance(shown.project, reading)
    then = chances.chance(shown.project, reading, _held(asked or {})) if slip else None
    found: list[Panel] = [said(shown.row, reading, slip, then)]
    if problem:
        found.append(Alert(id="whatif-problem", text=problem, tone="warn"))
    return [
        *found,
        facts(actor, shown, shown.row, reading, verdict),
        picture(shown, shown.row, reading, slip),
        *([likely(sure)] if sure and not _produced(reading) else []),
        what_if_bar(shown, reading, asked or {}),
        *([moved(reading, slip)] if slip else []),
        *tables.chain(reading),
        tables.nodes(shown.row, reading),
    ]


def on_project(actor: Actor, project_id: int) -> tuple[Panel, Panel | None, Verdict]:
    """Return what stands on a project's own page: the picture, the dates it runs between, the project's light."""
    shown = selectors.shown(actor, project_id)
    if shown.row is None:
        return nothing_yet(actor, shown), None, NO_LIGHT
    reading = selectors.compute(shown.project, shown.row)
    verdict = selectors.lights_of([project_id])[project_id]
    return picture(shown, shown.row, reading), facts(actor, shown, shown.row, reading, verdict), verdict


def _held(asked: Mapping[str, str]) -> dict[str, int]:
    return {asked.get("node", ""): _number(asked.get("days", ""))}


def _produced(reading: Reading) -> bool:
    return all(node.actual_finish for node in reading.nodes)


def _number(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 10 else 0


def _slip(shown: Shown, reading: Reading, asked: Mapping[str, str]) -> tuple[Slip | None, str]:
    key, days = asked.get("node", ""), _number(asked.get("days", ""))
    if not key or not days:
        return None, ""
    try:
        return selectors.what_if(shown.project, reading, key, days), ""
    except BadInput as error:
        return None, error.message


def nothing_yet(actor: Actor, shown: Shown) -> Panel:
    """Say why there is no timetable, and the first step."""
    code, asks = selectors.open_question(shown.project.id)
    if code:
        text = (
            _("The planned production date has passed. Since when does it produce, or when will it?")
            if asks == "past"
            else _("Without a planned production date there is no timetable and no light.")
        )
        return Empty(
            id="timetable",
            title=_("Backward timetable"),
            text=text,
            icon="calendar",
            action=Action(title=_("Answer the question"), href=reverse("matter", args=[code]), primary=True),
        )
    action = None
    if shown.project.anchor and may_record(actor, shown.project):
        url = reverse("projects_timetable_draft", args=[shown.project.id])
        action = Action(title=_("Draft the timetable"), href=url, post=True, primary=True, icon="flag")
    return Empty(
        id="timetable",
        title=_("Backward timetable"),
        text=_("From the planned production date back to what has to start today. There is none yet."),
        icon="calendar",
        action=action,
    )


def said(
    row: TimetableRow, reading: Reading, slip: Slip | None = None, then: Likelihood | None = None
) -> Alert:
    """Say in one sentence how it stands, and what the what-if would come to."""
    details = []
    if reading.late and not reading.plan.feasible:
        details.append(_("Days lost, by side: %(days)s.") % {"days": wording.whose(reading.late)})
    if reading.ahead:
        details.append(
            _("Days still to go along the chain: %(days)s.") % {"days": wording.whose(reading.ahead)}
        )
    if slip:
        details.append(
            _("If so: production %(to)s instead of %(from)s.")
            % {"to": fmt.day(slip.finish_to), "from": fmt.day(slip.finish_from)}
        )
    if then:
        details.append(_("Then: %(chance)s") % {"chance": wording.chance(then)})
    tone: Any = "good" if reading.plan.feasible else ("bad" if row.approved else "warn")
    return Alert(
        id="timetable-said", text=wording.sentence(reading, row.approved), tone=tone, details=details
    )


def facts(actor: Actor, shown: Shown, row: TimetableRow, reading: Reading, verdict: Verdict) -> Facts:
    """Return anchor, first date, expected production, version and light."""
    matter = run("SELECT code FROM flow_matter WHERE id = %s", (row.matter,))[0][0]
    state = cells.To(_(STATES[row.state]), reverse("matter", args=[matter]))
    light: Any = cells.Lamp(verdict.light.value)
    if verdict.why:
        light = cells.Stack([light, cells.Quiet(wording.because(verdict))])
    items: list[tuple[str, Any]] = [
        (_("Production promised"), cells.Stack([_stated(row.anchor_code), row.anchor])),
        (_("As things stand"), cells.Stack([reading.plan.finish, cells.Quiet(_late(reading))])),
        (_("Light"), light),
        (_("Timetable"), cells.Row([state, cells.Quiet(_("version %(n)d") % {"n": row.version})])),
    ]
    if row.first_anchor_code != row.anchor_code:
        items.insert(1, (_("First promised"), _stated(row.first_anchor_code)))
    if row.kind_assumed:
        items.append((_("Template"), cells.Tag(_("kind of premises not stated: land assumed"), "warn")))
    if shown.current.draft and shown.current.draft.id != row.id:
        draft = shown.current.draft
        href = f"{reverse('projects_timetable', args=[row.project])}?version={draft.version}"
        items.append((_("Draft beside it"), cells.To(_stated(draft.anchor_code), href)))
    return Facts(
        id="timetable-facts", title=_("Backward timetable"), items=items, action=_edit(actor, shown, row)
    )


def _late(reading: Reading) -> str:
    if reading.plan.feasible:
        return _("in time")
    return _("%(days)s late") % {"days": wording.working_days(reading.plan.late_by_wd)}


def _stated(code: str) -> Day:
    return Day.decode(code)


def _edit(actor: Actor, shown: Shown, row: TimetableRow) -> Action | None:
    if row.state == "replaced" or not may_record(actor, shown.project):
        return None
    return Action(
        title=_("Move the date"),
        href=reverse("projects_timetable_move", args=[shown.project.id]),
        icon="flag",
    )


# The picture -----------------------------------------------------------------------------------------------


def picture(
    shown: Shown,
    row: TimetableRow,
    reading: Reading,
    slip: Slip | None = None,
    width: float = 0,
    *,
    inside: bool = True,
) -> Panel:
    """Return the picture for screen, phone and paper; who is not ``inside`` gets no way to other pages."""
    done = {node.key for node in reading.nodes if node.actual_finish}
    ghosts = {m.id: (m.start_to, m.finish_to) for m in slip.moved} if slip else {}
    table = Timetable(
        title=shown.project.name,
        rows=[_picture_row(node, reading, row.approved, ghosts) for node in reading.nodes],
        today=reading.today,
        anchor=row.anchor,
        first_anchor=row.first_anchor,
        ghost_anchor=slip.finish_to if slip else None,
        chain=[key for key in reading.plan.binding_chain if key not in done],
        late=not reading.plan.feasible,
        draft=row.state == "draft",
        sentence=wording.sentence(reading, row.approved),
    )
    printed = reverse("projects_timetable_print", args=[shown.project.id])
    note = _("Durations are defaults, not law, unless the node says otherwise.")
    if any(d.provisional for d in reading.plan.activities):
        note += " " + _("Holidays of later years are not announced yet: those dates are provisional.")
    return timetable_panel(
        "timetable",
        _("Backward timetable"),
        table,
        note=note,
        actions=[Action(title=_("Wall chart (A3)"), href=printed, icon="print")] if inside else [],
        width=width,
    )


def _picture_row(
    node: NodeRow, reading: Reading, approved: bool, ghosts: Mapping[str, tuple[date, date]]
) -> PictureRow:
    found = reading.dates[node.key]
    begun = found.earliest_start if node.actual_start else None
    done = found.earliest_finish if node.actual_finish else None
    return PictureRow(
        node.key,
        wording.title_of(node),
        _(PHASES[node.phase]),
        _short(node.side),
        found.earliest_start,
        found.earliest_finish,
        None if node.inferred else found.latest_start,
        None if node.inferred else found.latest_finish,
        begun if begun or not done or node.inferred else found.earliest_start,
        None if node.inferred else done,
        node.planned_start,
        node.planned_finish,
        light=tables.light_of_node(node, found, approved),
        critical=node.key in reading.plan.binding_chain and not node.actual_finish,
        milestone=node.milestone,
        stops=[(stop.since, stop.until) for stop in node.stops],
        ghost=ghosts.get(node.key),
    )


def _short(side: str) -> str:
    words = {
        "enterprise": pgettext("side", "Enterprise"),
        "government": pgettext("side", "Approval"),
        "supply": pgettext("side", "Supply"),
        "third": pgettext("side", "Third party"),
    }
    return words[side]


def likely(found: Likelihood) -> Panel:
    """Return how sure the date is, in words leaders use, and how the days are spread."""
    bars = [
        Bar("1" if last <= found.day else "", fmt.day(first, weekday=False), share * 100, f"{share:.0%}")
        for first, last, share in found.bars
    ]
    most = max((share * 100 for _first, _last, share in found.bars), default=1.0)
    words = {"n": found.learnt, "all": found.drawn}
    note = (
        _("%(n)d of %(all)d open nodes are drawn from nodes finished here, the others from reference values.")
        % words
    )
    return Picture(
        id="timetable-likely",
        title=_("How sure is the date"),
        svg=ranking_svg(_("Days of production, drawn ten thousand times"), bars, most=most, room=110),
        narrow=ranking_svg(
            _("Days of production, drawn ten thousand times"), bars, most=most, width=360, room=110
        ),
        head=[_("From"), _("To"), _("Share")],
        rows=[[first, last, f"{share:.0%}"] for first, last, share in found.bars],
        note=f"{wording.chance(found)} {note}",
    )


# What if ----------------------------------------------------------------------------------------------------


def what_if_bar(shown: Shown, reading: Reading, asked: Mapping[str, str]) -> Panel:
    """Return the question “what if a node slips”, as a sentence one can send to somebody."""
    open_nodes = [node for node in reading.nodes if not node.actual_finish]
    return FilterBar(
        id="what-if",
        title=_("What if"),
        url=reverse("projects_timetable", args=[shown.project.id]),
        filters=[
            Filter(
                "node",
                _("If this node slips"),
                [("", _("What if … slips")), *((n.key, wording.title_of(n)) for n in open_nodes)],
                asked.get("node", ""),
            ),
            Filter(
                "days",
                _("by so many days"),
                [("", _("by … days")), *((str(n), _("by %(n)d of its days") % {"n": n}) for n in SLIPS)],
                asked.get("days", ""),
            ),
        ],
    )


def moved(reading: Reading, slip: Slip) -> Panel:
    """Return what a slip moves."""
    titles = {node.key: wording.title_of(node) for node in reading.nodes}
    return Table(
        id="what-if-moved",
        title=_("What moves"),
        columns=[
            Column(_("Node"), lambda m: titles[m.id], head=True),
            Column(_("Done"), "finish_from"),
            Column(_("If so"), "finish_to"),
            Column(_("Working days later"), "by_wd", number=True),
        ],
        rows=slip.moved,
        empty=Empty(id="what-if-none", text=_("Nothing moves: the node has that much slack.")),
    )


def chart_width(reading: Reading) -> float:
    """Return the width at which the picture fills an A3 sheet, so that its words are as large as they can be."""
    phases = len({node.phase for node in reading.nodes})
    height = _AROUND + _ROW * len(reading.nodes) + _PHASE * phases
    return max(_CHART_LEAST, round(_CHART_SHAPE * height))


def chart(shown: Shown) -> Sequence[Panel]:
    """Return the wall chart of one project: the picture, what binds, every node."""
    assert shown.row
    reading = reading_of(shown.row, shown.project, rows.nodes([shown.row.id])[shown.row.id])
    return [
        picture(shown, shown.row, reading, width=chart_width(reading)),
        said(shown.row, reading),
        *tables.chain(reading),
        tables.nodes(shown.row, reading),
    ]
