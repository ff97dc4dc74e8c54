"""Supervision over the API, under ``/api/v1/supervision``."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema

from bihuan.kernel.errors import Refused
from bihuan.lines.supervision.scoring import schemes, selectors
from bihuan.ui.api import Before, Cursor, Limit, operation
from bihuan.ui.page import actor_of

router = Router(tags=["supervision"])


class AssessmentOut(Schema):
    """A proposal of assessment: which days, known when, under which rules, which revision holds."""

    id: int
    code: str
    title: str
    stage: str
    subjects: str
    since: date
    until: date
    as_of: date
    made_at: datetime
    rules_hash: str
    cases_hash: str
    revision: int


class ScoreOut(Schema):
    """A criterion of a subject. ``points`` null: too few cases. ``adjusted`` and ``shrunk`` are beside the score."""

    criterion: str
    numerator: int
    denominator: int
    excluded: dict[str, int]
    points: str | None
    adjusted: str | None
    shrunk: str | None


class LineOut(Schema):
    """A subject of an assessment; ``place`` null: not ranked."""

    subject: int
    name: str
    total: str | None
    weight: str
    place: int | None
    scores: list[ScoreOut]


class RulesOut(Schema):
    """A version of the rules of scoring."""

    id: int
    version: int
    title: str
    source: str
    valid_from: date
    weights: dict[str, str]
    rules: dict[str, Any]
    hash: str


class CasesOut(Schema):
    """The cases one score counts, by outcome: matter.episode."""

    cases: dict[str, list[str]]


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


@router.get("/assessments", response=Cursor[AssessmentOut], operation_id="supervision_assessments")
@operation(permit="supervision.scores")
def assessments(request: HttpRequest, before: Before = 0, limit: Limit = 50) -> Any:
    """List the assessments one may see, newest first."""
    rows, more = selectors.listed(actor_of(request), before, limit)
    return {"rows": [AssessmentOut.from_orm(row) for row in rows], "before": more}


@router.get("/assessments/{assessment}/lines", response=list[LineOut], operation_id="supervision_lines")
@operation(permit="supervision.scores")
def lines(request: HttpRequest, assessment: int, revision: int = 0) -> Any:
    """List the totals and scores of a revision (0: the latest), ranked ones first."""
    found = selectors.assessment(actor_of(request), assessment)
    return [
        LineOut(
            subject=line.subject, name=line.name, total=_text(line.total), weight=str(line.weight), place=line.place,
            scores=[
                ScoreOut(
                    criterion=one.criterion, numerator=one.numerator, denominator=one.denominator,
                    excluded=dict(one.excluded), points=_text(one.points), adjusted=_text(one.adjusted),
                    shrunk=_text(one.shrunk),
                )
                for one in line.scores.values()
            ],
        )
        for line in selectors.lines(found, revision)
    ]  # fmt: skip


@router.get(
    "/assessments/{assessment}/subjects/{subject}/{criterion}",
    response=CasesOut,
    operation_id="supervision_cases",
)
@operation(permit="supervision.scores")
def cases(request: HttpRequest, assessment: int, subject: int, criterion: str, revision: int = 0) -> Any:
    """List every case a score counts, to those who may open them."""
    actor = actor_of(request)
    found = selectors.assessment(actor, assessment)
    if not selectors.opens_cases(actor, found, subject):
        raise Refused(_("The cases open to those who make or decide the assessment, and to the one scored."))
    return {"cases": selectors.cases(found, subject, criterion, revision)}


@router.get("/rules", response=list[RulesOut], operation_id="supervision_rules")
@operation(permit="supervision.scores")
def rules(request: HttpRequest) -> Any:
    """List every version of the rules of scoring, newest first."""
    return [
        RulesOut(
            id=row.id, version=row.version, title=row.title, source=row.source, valid_from=row.valid_from,
            weights={name: str(value) for name, value in row.weights.items()}, rules=dict(row.rules), hash=row.hash,
        )
        for row in schemes.schemes()
    ]  # fmt: skip
