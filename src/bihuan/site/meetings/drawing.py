"""The ladder as panels: many matters, or one matter's climb on its own page."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.meetings.about import scope_of
from bihuan.kernel.meetings.selectors import ladder as selectors
from bihuan.kernel.meetings.selectors import rules
from bihuan.kernel.meetings.selectors.ladder import Climb
from bihuan.kernel.meetings.selectors.rules import Rung
from bihuan.kernel.meetings.words import OUTCOMES
from bihuan.kernel.now import local, now
from bihuan.logic.pictures import (
    Ladder,
    LadderRow,
    LadderStep,
    LadderWords,
    ladder_svg,
    ladder_table,
    stairs_svg,
)
from bihuan.site.meetings.words import days
from bihuan.ui import cells
from bihuan.ui.cards import href
from bihuan.ui.panels import Picture

_DAY = 86400.0


def _words(title: str) -> LadderWords:
    return LadderWords(
        title=title,
        matter=_("Matter"),
        total=_("In all"),
        now=_("here now"),
        tabled=_("put off %d times"),
        outcomes={name: _(text) for name, text in OUTCOMES.items()},
        legend=_(
            "A bar is as long as the matter stood on the rung; dark: it stands there now. Days by the calendar."
        ),
    )


def _row(climb: Climb, at: datetime) -> LadderRow:
    first = climb.steps[0].since
    steps = [
        LadderStep(
            step.place,
            (step.since - first).total_seconds() / _DAY,
            ((step.until or at) - first).total_seconds() / _DAY,
            days(((step.until or at) - step.since).total_seconds() / _DAY),
            step.outcome,
            step.tabled,
            f"{local(step.since):%m-%d}",
            _("request waits for approval") if step.request and not step.item else "",
        )
        for step in climb.steps
    ]
    return LadderRow(climb.matter.title or _("(erased)"), climb.matter.code, steps)


def _ladder(found: Sequence[Climb], rungs: Sequence[Rung], title: str) -> Ladder:
    at = now()
    rows = [_row(climb, at) for climb in found]
    highest = max([rung.place for rung in rungs] + [climb.top for climb in found], default=1)
    titles = {rung.place: rung.title for rung in rungs}
    names = [titles.get(place, _("Rung %(n)s") % {"n": place}) for place in range(1, highest + 1)]
    total = [days(row.steps[-1].end - row.steps[0].begin) for row in rows]
    return Ladder(names, rows, total, _words(title))


def ladder_panel(id: str, title: str, found: Sequence[Climb], rungs: Sequence[Rung]) -> Picture:
    """Return the picture of many climbs with its table."""
    ladder = _ladder(found, rungs, title)
    head, rows = ladder_table(ladder)
    linked = [
        [cells.To(row[0], href(climb.matter)), *row[1:]] for climb, row in zip(found, rows, strict=True)
    ]
    return Picture(
        id=id,
        title=title,
        svg=ladder_svg(ladder),
        narrow=ladder_svg(ladder, "narrow"),
        head=head,
        rows=linked,
    )


def stairs_panel(matter: MatterRow) -> Picture | None:
    """Return one matter's climb for its page, None when it never stood on the ladder."""
    found = selectors.climb(matter.id)
    if found is None:
        return None
    ladder = _ladder([found], rules.rungs(scope_of(matter)), _("How far it has climbed"))
    head, rows = ladder_table(ladder)
    row = ladder.rows[0]
    return Picture(
        id="ladder",
        title=_("How far it has climbed"),
        svg=stairs_svg(ladder, row),
        narrow=stairs_svg(ladder, row, 360),
        head=head,
        rows=rows,
    )
