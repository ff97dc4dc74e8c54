"""The district's briefs: yesterday's issued, last week's waiting to be looked at; 演示数据."""

from datetime import timedelta

from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import today
from bihuan.kernel.papers import actions as papers
from bihuan.kernel.papers import periodicals
from bihuan.lines.hotline.briefs import actions
from bihuan.logic import periods


def demo(desk: Actor, centre: Actor) -> None:
    """Draft what a desk drafts of a morning; the centre signs the daily one."""
    day = actions.prepare(desk, periods.containing("day", today() - timedelta(days=1)))
    row = periodicals.periodical(centre, actions.SERIES.name, day)
    papers.sign(centre, row.paper, key=f"demo:brief:{day}")
    actions.prepare(desk, periods.previous(periods.containing("week", today())))
    actions.prepare(desk, periods.previous(periods.containing("month", today())))
