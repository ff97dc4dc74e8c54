"""Freeze a period, draft its bulletin as a paper, and draft it anew from the frozen figures."""

from typing import Any

from django.utils.translation import gettext as _
from psycopg.types.json import Jsonb

from bihuan.kernel.errors import BadInput, Conflict, Refused
from bihuan.kernel.identity.actors import Actor, Kind
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.now import now, today
from bihuan.kernel.papers import actions as papers
from bihuan.kernel.papers import selectors as paper_selectors
from bihuan.kernel.store.sql import atomic, run
from bihuan.lines.supervision.bulletins import drafting, freezing, kinds
from bihuan.lines.supervision.bulletins.counting import as_json
from bihuan.lines.supervision.bulletins.periods import Period, parts


def prepare(actor: Actor, period: Period, *, division: int = 0, unit: int = 0) -> int:
    """Freeze a period that is over and draft its bulletin; return the bulletin, the same when it is there.

    Raises BadInput for a period still running, Refused for somebody else's place.
    """
    place = division or actor.division
    if actor.kind is not Kind.SYSTEM and (not place or place != actor.division):
        raise Refused(_("This lies outside the divisions your post is responsible for."))
    if period.until >= today():
        raise BadInput(_("The period is not over yet: its figures can't be frozen."), where="day")
    with atomic():
        run("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"bulletin:{place}:{period}",))
        found = run(
            "SELECT id FROM supervision_bulletin WHERE division = %s AND kind = %s AND since = %s",
            (place, period.kind, period.since),
        )
        return int(found[0][0]) if found else _draft(actor, period, place, unit or actor.unit)


def freeze_period(place: int, period: Period) -> None:
    """Freeze the days of a period and what stands open at its end and at its parts' ends."""
    freezing.freeze(place, period.since, period.until)
    freezing.freeze_standing(place, period.until)
    if period.kind == "quarter":
        for part in parts(period):
            freezing.freeze_standing(place, part.until)


def _draft(actor: Actor, period: Period, place: int, unit: int) -> int:
    freeze_period(place, period)
    found = drafting.figures(place, period)
    kind = kinds.ALL[period.kind]
    paper = papers.draft(
        actor, kind.name, drafting.data(place, period, found), scope=scope_of(place), unit=unit,
        key=f"bulletin:{place}:{period.kind}:{period.since}",
    )  # fmt: skip
    rows = run(
        """INSERT INTO supervision_bulletin (kind, since, until, division, unit, paper, totals, made_at)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s) RETURNING id""",
        (period.kind, period.since, period.until, place, unit, paper, Jsonb(as_json(found.total)), now()),
    )
    return int(rows[0][0])


def draft_anew(actor: Actor, paper: int, period: Period, place: int, *, keep: bool = True) -> None:
    """Fill the draft's tables, picture and corrections anew; ``keep`` leaves the words people have written."""
    row = paper_selectors.paper(paper)
    if row.is_signed or row.is_void:
        raise Conflict(
            _("A signed or void paper stays as it is. Draft a correction that names it."), where="state"
        )
    fresh: dict[str, Any] = drafting.data(place, period, drafting.figures(place, period))
    if keep:
        old = paper_selectors.data(row)
        fresh |= {name: old[name] for name in ("overview", "problems", "demands", "copies") if old.get(name)}
    papers.revise(actor, paper, fresh, title=row.title)
