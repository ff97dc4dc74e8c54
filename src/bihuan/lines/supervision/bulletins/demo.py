"""The park's bulletins: last week's table issued, last month's bulletin waiting for review."""

from datetime import timedelta
from typing import Any

from bihuan.kernel.identity import selectors as identity
from bihuan.kernel.now import today
from bihuan.kernel.papers import actions as papers
from bihuan.kernel.papers import selectors as paper_selectors
from bihuan.kernel.store.sql import run
from bihuan.lines.supervision.bulletins import actions, selectors
from bihuan.logic import periods


def load() -> list[Any]:
    """Draft what a centre drafts at the start of a week and month; sign the weekly table. Safe to repeat.

    It brings nobody new to sign in as.
    """
    found = run("SELECT user_id, id FROM identity_post WHERE role_id = 'coordinator' ORDER BY id LIMIT 1")
    if not found:
        return []
    centre = identity.actor_of(*found[0])
    week = periods.containing("week", today() - timedelta(days=7))
    made = actions.prepare(centre, week)
    paper = paper_selectors.paper(selectors.bulletin(centre, made).paper)
    if not paper.is_signed:
        papers.sign(centre, paper.id, key=f"demo:{made}")
    actions.prepare(centre, periods.previous(periods.containing("month", today())))
    return []
