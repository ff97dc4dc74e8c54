"""Figures over the API, under ``/api/v1/figures``."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema

from bihuan.kernel.errors import BadInput, NotFound
from bihuan.kernel.figures import selectors, tallies
from bihuan.kernel.now import today
from bihuan.logic.rates import Tally
from bihuan.site.figures import reading
from bihuan.site.figures.reading import PERMIT
from bihuan.ui import counted
from bihuan.ui.api import Before, Limit, operation
from bihuan.ui.page import actor_of

router = Router(tags=["figures"])
Period = Literal["year", "all"]


class PartOut(Schema):
    """A part of a figure that opens to what it counts."""

    name: str
    title: str


class FigureOut(Schema):
    """A figure: its value, what it is made of, under which definition and as of when it is known."""

    name: str
    title: str
    definition: str
    definition_hash: str
    unit: str
    value: Decimal | None
    numerator: Decimal
    denominator: int | None
    excluded: dict[str, int]
    parts: list[PartOut]
    as_of: date
    at: datetime
    small: bool


class CountedOut(Schema):
    """What a part counts: a matter (code, episode) or a row of a register (its day, what it adds)."""

    id: int
    episode: int = 0
    code: str = ""
    title: str
    day: date | None = None
    amount: Decimal = Decimal(1)


def _past(as_of: date | None) -> date | None:
    if as_of and as_of > today():
        raise BadInput(_("This day is still to come."), where="as_of")
    return as_of if as_of and as_of < today() else None


@router.get("", response=list[FigureOut], operation_id="figures")
@operation(permit=PERMIT)
def figures(request: HttpRequest, period: Period = "year", as_of: date | None = None) -> Any:
    """Read every figure over what is one's own, as known now or at the end of a past day."""
    actor = actor_of(request)
    declared = [one for group in reading.groups(actor) for one in group.figures]
    found = reading.values(actor, declared, period, _past(as_of))
    names = ("value", "numerator", "denominator", "definition_hash", "as_of", "at", "small")
    return [
        {
            **{name: getattr(found[one.name], name) for name in names},
            "name": one.name, "title": _(one.title), "definition": _(one.definition), "unit": _(one.unit),
            "excluded": {_(title): count for title, count in found[one.name].excluded},
            "parts": [{"name": name, "title": _(title)} for name, title in counted.titles(one).items()],
        }
        for one in declared
    ]  # fmt: skip


@router.get("/{counted_figure}/{figure_part}", response=list[CountedOut], operation_id="figure_counted")
@operation(permit=PERMIT)
def counted_by(
    request: HttpRequest,
    counted_figure: str,
    figure_part: str,
    period: Period = "year",
    as_of: date | None = None,
    before: Before = 0,
    episode: int = 0,
    limit: Limit = 50,
) -> Any:
    """Read what a part counts, newest first: ``before`` (and for matters ``episode``) continue after the last one."""
    actor = actor_of(request)
    declared = reading.find(actor, counted_figure)
    if figure_part not in counted.titles(declared):
        raise NotFound(_("There is no such figure."), where=figure_part)
    yard, day, since = selectors.yard(actor), _past(as_of), reading.since(period)
    if isinstance(declared, Tally):
        rows = tallies.rows(
            declared.name, figure_part, yard, as_of=day, since=since, before=before, limit=limit
        )  # fmt: skip
        return [{"id": one.id, "title": one.title, "day": one.day, "amount": one.amount} for one in rows]
    last = (before, episode) if before else None
    cases = selectors.cases(
        declared.name, figure_part, yard, as_of=day, since=since, before=last, limit=limit
    )
    return [{"id": c.matter_id, "episode": c.episode, "code": c.code, "title": c.title or ""} for c in cases]
