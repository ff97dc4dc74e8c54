"""What a grid officer's phone keeps: the open cases of the grid, each with what is needed in the street."""

from datetime import datetime
from typing import Any

from bihuan.kernel.content.selectors import SHOWN, open_many
from bihuan.kernel.errors import NotFound
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.registry import declared
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.flow.selectors import Filter
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.callers.selectors import opens
from bihuan.lines.hotline.contracts import PART

#: So many cases a phone keeps at most.
MOST = 500


def cases(actor: Actor) -> list[tuple[MatterRow, dict[str, str]]]:
    """Return the feedback the actor's grid owes, the most pressing first, with place and text of its order."""
    rows, _more = flow.listed(actor, Filter(kind=PART, open=True), limit=MOST)
    mine = sorted(
        (row for row in rows if row.holder_unit == actor.unit), key=lambda row: (row.due is None, row.due)
    )
    orders = flow.by_ids([row.parent for row in mine])
    seen = [key for key, row in orders.items() if opens(actor, row)]
    texts: dict[int, dict[str, str]] = {}
    for ref, value in sorted(open_many(seen, ["address", "detail"]).items()):
        if value.state == SHOWN and value.cls == "open":
            texts.setdefault(ref.chain_id, {})[ref.field] = value.text
    return [(row, texts.get(row.parent, {})) for row in mine]


def stage_titles() -> dict[str, str]:
    """Return what the stages of a part are called."""
    return {stage.name: stage.title for stage in declared(PART).stages}


def closed_by(actor: Actor, code: str) -> tuple[str, datetime] | None:
    """Return who closed a case and when; None while it is open or unseen."""
    try:
        row = flow.matter(actor, code)
    except NotFound:
        return None
    if row.open or row.closed is None:
        return None
    found: list[tuple[Any, ...]] = run("SELECT name FROM identity_user WHERE id = %s", (row.handler_user,))
    return (found[0][0] if found else "—"), row.closed
