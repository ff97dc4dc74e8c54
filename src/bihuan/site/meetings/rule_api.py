"""Rungs, portfolios and the figures of the ladder over the API: read and edited as the pages allow."""

from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router

from bihuan.kernel.errors import NotFound
from bihuan.kernel.figures import selectors as kernel
from bihuan.kernel.meetings.actions import rules as actions
from bihuan.kernel.meetings.selectors import rules
from bihuan.kernel.permits.rules import branches
from bihuan.site.admin.calls import Key, carried, row_made
from bihuan.site.meetings import figures, permits
from bihuan.site.meetings.figure_pages import since_days, values
from bihuan.site.meetings.shapes import (
    DutyIn,
    DutyOut,
    EndIn,
    LadderCaseOut,
    LadderFigureOut,
    RowOut,
    RungIn,
    RungOut,
)
from bihuan.ui.api import Limit, operation
from bihuan.ui.page import actor_of

router = Router(tags=["meetings"])
Days = Annotated[int, Query(ge=1, le=3660)]
Words = Annotated[str, Query(max_length=60)]


@router.get("/rules/rungs", response=list[RungOut], operation_id="meetings_rung_rows")
@operation(permit=permits.RULES)
def rung_rows(request: HttpRequest) -> Any:
    """List every row of the rungs, those over and those to come as well."""
    return rules.rows(rules.Rung)


@router.post("/rules/rungs", response={201: RowOut}, operation_id="meetings_rung_set")
@operation(permit=permits.RULES)
def rung_set(request: HttpRequest, body: RungIn, key: Key = "") -> Any:
    """Set a rung from a day on; open items keep the chair they wait for."""
    return row_made(request, key, body, actions.set_rung)


@router.get("/rules/duties", response=list[DutyOut], operation_id="meetings_duty_rows")
@operation(permit=permits.RULES)
def duty_rows(request: HttpRequest) -> Any:
    """List every row of the table of portfolios, those over and those to come as well."""
    return rules.rows(rules.Duty)


@router.post("/rules/duties", response={201: RowOut}, operation_id="meetings_duty_set")
@operation(permit=permits.RULES)
def duty_set(request: HttpRequest, body: DutyIn, key: Key = "") -> Any:
    """Let a post decide about a field of work from a day on; what another held until then ends the day before."""
    return row_made(request, key, body, actions.set_duty)


@router.post("/rules/duties/{int:duty}/end", response=RowOut, operation_id="meetings_duty_end")
@operation(permit=permits.RULES)
def duty_end(request: HttpRequest, duty: int, body: EndIn, key: Key = "") -> Any:
    """Let a row of the table of portfolios end with a day."""
    actor = actor_of(request)

    def act() -> dict[str, Any]:
        actions.end_duty(actor, duty, body.last)
        return {"id": duty}

    return carried(request, key, {"duty": duty, **body.dict()}, act)


@router.get("/ladder/figures", response=list[LadderFigureOut], operation_id="meetings_ladder_figures")
@operation(permit=permits.READ)
def ladder_figures(request: HttpRequest, days: Days = 90, by_rung: bool = False) -> Any:
    """Read the registered figures of the ladder over items proposed in the last days, together or rung by rung."""
    found = values(actor_of(request), since_days(days), figures.BY_RUNG if by_rung else None)
    return [
        {
            "name": one.name, "title": _(one.title), "definition": _(one.definition), "unit": _(one.unit),
            "rung": str(value.group or ""), "numerator": float(value.numerator), "denominator": value.denominator,
            "value": None if value.value is None else float(value.value), "small": value.small, "at": value.at,
        }
        for one in figures.ALL
        for value in found[one.name]
    ]  # fmt: skip


@router.get(
    "/ladder/figures/{ladder_figure}", response=list[LadderCaseOut], operation_id="meetings_ladder_cases"
)
@operation(permit=permits.READ)
def ladder_cases(
    request: HttpRequest, ladder_figure: str, part: Words = "denominator", days: Days = 90, rung: Words = "",
    limit: Limit = 50,
) -> Any:  # fmt: skip
    """List the agenda items a part of a figure counts (numerator, denominator, excluded0 …), newest first."""
    declared = next((one for one in figures.ALL if one.name == ladder_figure), None)
    if declared is None or part not in declared.parts():
        raise NotFound(_("There is no such figure."), where=ladder_figure)
    return kernel.cases(
        declared.name, part, branches(actor_of(request)), since=since_days(days), limit=limit,
        group=(figures.BY_RUNG, rung) if rung else None,
    )  # fmt: skip
