"""Bulletins over the API, under ``/api/v1/supervision/bulletins``."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema

from bihuan.kernel.errors import NotFound
from bihuan.lines.supervision.bulletins import drafting, freezing, selectors
from bihuan.lines.supervision.bulletins.figures import FLOWS, STANDING, definition, title
from bihuan.ui.api import Before, Cursor, Limit, operation
from bihuan.ui.page import actor_of

PERMIT = "supervision.bulletins"
router = Router(tags=["supervision"])


class BulletinOut(Schema):
    """A bulletin: its period, its paper, and the numbers it was drafted with."""

    id: int
    kind: str
    since: date
    until: date
    division: int
    paper: int
    totals: dict[str, int]
    made_at: datetime


class FigureOut(Schema):
    """A number of a bulletin with what it counts, the period before and the same of last year."""

    measure: str
    title: str
    definition: str
    value: int
    before: int
    year: int


class RateOut(Schema):
    """A share: how many, of how many."""

    on_time: int
    due: int


class NumbersOut(BulletinOut):
    """A bulletin with its figures. ``frozen``: they stand for good; what was learnt since are corrections."""

    frozen: bool
    figures: list[FigureOut]
    reported: RateOut
    corrections: list[dict[str, int | str]]


class CasesOut(Schema):
    """Which cases a flow counts (matter.episode; visits: their rows): as frozen, and what is known otherwise since."""

    frozen: list[str]
    added: list[str]
    removed: list[str]
    is_frozen: bool


def _out(row: selectors.BulletinRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in BulletinOut.model_fields}


@router.get("", response=Cursor[BulletinOut], operation_id="supervision_bulletins")
@operation(permit=PERMIT)
def bulletins(request: HttpRequest, kind: str = "", before: Before = 0, limit: Limit = 50) -> Any:
    """List the bulletins of one's place, newest first; ``kind``: week, month, quarter or all."""
    rows, more = selectors.listed(actor_of(request), kind, before=before, limit=limit)
    return {"rows": [_out(row) for row in rows], "before": more}


@router.get("/{bulletin}", response=NumbersOut, operation_id="supervision_bulletin")
@operation(permit=PERMIT)
def bulletin(request: HttpRequest, bulletin: int) -> Any:
    """Return one bulletin with its figures and what was corrected since."""
    row = selectors.bulletin(actor_of(request), bulletin)
    found = drafting.figures(row.division, row.period)
    figures = [
        FigureOut(
            measure=name, title=_(title(name)), definition=_(definition(name)), value=found.total.of(name),
            before=found.before.of(name), year=found.year.of(name),
        )
        for name in (*FLOWS, *STANDING)
    ]  # fmt: skip
    changed = freezing.corrections(row.division, row.since, row.until) if found.frozen else []
    corrections = [
        {"measure": measure, "unit": unit, "frozen": old, "known": new} for measure, unit, old, new in changed
    ]
    rate = {"on_time": found.total.of("in_time"), "due": found.total.of("reports")}
    return {
        **_out(row), "frozen": found.frozen, "figures": figures, "reported": rate, "corrections": corrections,
    }  # fmt: skip


@router.get("/{bulletin}/cases/{counted}", response=CasesOut, operation_id="supervision_bulletin_cases")
@operation(permit=PERMIT)
def cases(request: HttpRequest, bulletin: int, counted: str, unit: int | None = None) -> Any:
    """List which cases a flow of a bulletin counts; ``unit`` narrows to one lead unit."""
    row = selectors.bulletin(actor_of(request), bulletin)
    if counted not in FLOWS:
        raise NotFound(_("There is no such figure."), where=counted)
    listed = freezing.listed(row.division, row.since, row.until, counted, unit)
    return {
        "frozen": list(listed.frozen), "added": list(listed.added), "removed": list(listed.removed),
        "is_frozen": listed.is_frozen,
    }  # fmt: skip
