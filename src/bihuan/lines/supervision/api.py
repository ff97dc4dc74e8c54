"""Supervision over the API, under ``/api/v1/supervision``."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema

from bihuan.kernel.errors import Refused
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity.selectors.units import names_of
from bihuan.lines.supervision.bulletins import api as bulletins
from bihuan.lines.supervision.campaigns import selectors as lenses
from bihuan.lines.supervision.campaigns.selectors import CampaignRow
from bihuan.lines.supervision.cards import selectors as card_rows
from bihuan.lines.supervision.plates import selectors as plate_rows
from bihuan.lines.supervision.plates.selectors import Duty
from bihuan.lines.supervision.scoring import schemes, selectors
from bihuan.ui.api import Before, Cursor, Limit, operation
from bihuan.ui.cards import light
from bihuan.ui.page import actor_of

router = Router(tags=["supervision"])
router.add_router("/bulletins", bulletins.router)


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


class CorrectionOut(Schema):
    """A correction after an appeal: the case, how it counted and how it counts in the revision it made."""

    revision: int
    appeal_code: str
    subject: int
    criterion: str
    case: str
    before: str
    after: str
    side: str
    at: datetime


class CardOut(Schema):
    """A yellow or red card, a commendation or a criticism: drafted until ``stage`` says issued."""

    code: str
    title: str
    what: str
    unit: int
    unit_name: str
    stage: str
    open: bool
    light: str
    due: datetime | None


class PlateOut(Schema):
    """Who answers for what by when; names are those the reader may see."""

    code: str
    title: str
    project: str
    leader_post: str
    leader: str
    unit: str
    officer_post: str
    officer: str
    shows_names: bool
    light: str
    due: datetime | None
    down_at: datetime | None


class CampaignOut(Schema):
    """A campaign: a saved condition over matters from a day to a day. Empty lists: all."""

    id: int
    name: str
    goal: str
    first_day: date
    last_day: date
    kinds: list[str]
    classes: list[str]
    projects: list[int]
    ended_at: datetime | None


class CountsOut(Schema):
    """What a campaign has done by the end of a day. ``visited`` null: no line keeps visits."""

    opened: int
    closed: int
    open: int
    late: int
    projects: int
    visited: int | None
    opened_today: int
    closed_today: int


class LensOut(Schema):
    """A matter under a campaign's lens."""

    code: str
    kind: str
    title: str
    stage: str
    open: bool
    light: str
    due: datetime | None


class ReportOut(Schema):
    """A draft of a day's report, frozen as counted; ``paper`` is the document made of it, 0 when none."""

    day: date
    draft: int
    facts: dict[str, Any]
    text: str
    made_at: datetime
    paper: int


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


@router.get("/assessments/{assessment}", response=AssessmentOut, operation_id="supervision_assessment")
@operation(permit="supervision.scores")
def one_assessment(request: HttpRequest, assessment: int) -> Any:
    """Return one assessment."""
    return AssessmentOut.from_orm(selectors.assessment(actor_of(request), assessment))


@router.get(
    "/assessments/{assessment}/corrections",
    response=list[CorrectionOut],
    operation_id="supervision_corrections",
)
@operation(permit="supervision.scores")
def corrections(request: HttpRequest, assessment: int) -> Any:
    """List the corrections of an assessment, oldest first."""
    found = selectors.assessment(actor_of(request), assessment)
    return [CorrectionOut.from_orm(row) for row in selectors.corrections(found.id)]


@router.get("/cards", response=Cursor[CardOut], operation_id="supervision_cards")
@operation(permit="supervision")
def cards(request: HttpRequest, before: Before = 0, limit: Limit = 50) -> Any:
    """List yellow and red cards one may see, newest first."""
    return _cards(request, "supervision.card", before, limit)


@router.get("/mentions", response=Cursor[CardOut], operation_id="supervision_mentions")
@operation(permit="supervision")
def mentions(request: HttpRequest, before: Before = 0, limit: Limit = 50) -> Any:
    """List commendations and criticism one may see, newest first."""
    return _cards(request, "supervision.mention", before, limit)


def _cards(request: HttpRequest, kind: str, before: int, limit: int) -> dict[str, Any]:
    rows, more = card_rows.listed(actor_of(request), kind, before, limit)
    names = names_of([_unit(row) for row in rows])
    return {"rows": [_card(row, names.get(_unit(row), "")) for row in rows], "before": more}


def _unit(row: MatterRow) -> int:
    return int(row.lead_unit or row.value("unit", 0))


def _card(row: MatterRow, name: str) -> CardOut:
    what = row.value("colour", "") or row.value("mention", "")
    return CardOut(
        code=row.code, title=row.title, what=what, unit=_unit(row), unit_name=name, stage=row.stage, open=row.open,
        light=light(row), due=row.due,
    )  # fmt: skip


@router.get("/plates", response=Cursor[PlateOut], operation_id="supervision_plates")
@operation(permit="supervision.plates")
def plates(request: HttpRequest, down: bool = False, before: Before = 0, limit: Limit = 50) -> Any:
    """List the plates that hang (``down``: those taken down), newest first."""
    rows, more = plate_rows.listed(actor_of(request), open_=not down, before=before, limit=limit)
    return {"rows": [_plate(row) for row in rows], "before": more}


@router.get("/plates/{code}", response=PlateOut, operation_id="supervision_plate")
@operation(permit="supervision.plates")
def plate(request: HttpRequest, code: str) -> Any:
    """Return one plate."""
    return _plate(plate_rows.duty(actor_of(request), code))


def _plate(row: Duty) -> PlateOut:
    return PlateOut(
        code=row.matter.code, title=row.matter.title, project=row.project, leader_post=row.leader_post,
        leader=row.leader, unit=row.unit, officer_post=row.officer_post, officer=row.officer,
        shows_names=row.shows_names, light=light(row.matter), due=row.matter.due, down_at=row.down_at,
    )  # fmt: skip


@router.get("/campaigns", response=list[CampaignOut], operation_id="supervision_campaigns")
@operation(permit="supervision.scores")
def campaigns(request: HttpRequest) -> Any:
    """List the campaigns of one's place, those that run first."""
    return [_campaign(row) for row in lenses.listed(actor_of(request))]


def _campaign(row: CampaignRow) -> CampaignOut:
    return CampaignOut(
        id=row.id, name=row.name, goal=row.goal, first_day=row.first_day, last_day=row.last_day, kinds=list(row.kinds),
        classes=list(row.classes), projects=list(row.projects), ended_at=row.ended_at,
    )  # fmt: skip


@router.get("/campaigns/{campaign}", response=CampaignOut, operation_id="supervision_campaign")
@operation(permit="supervision.scores")
def campaign(request: HttpRequest, campaign: int) -> Any:
    """Return one campaign."""
    return _campaign(lenses.campaign(actor_of(request), campaign))


@router.get("/campaigns/{campaign}/counts", response=CountsOut, operation_id="supervision_campaign_counts")
@operation(permit="supervision.scores")
def campaign_counts(request: HttpRequest, campaign: int, on: date | None = None) -> Any:
    """Count a campaign as it stood at the end of a day (default: today)."""
    return CountsOut.from_orm(lenses.counts(lenses.campaign(actor_of(request), campaign), on))


@router.get(
    "/campaigns/{campaign}/matters", response=Cursor[LensOut], operation_id="supervision_campaign_matters"
)
@operation(permit="supervision.scores")
def campaign_matters(
    request: HttpRequest, campaign: int, state: str = "", before: Before = 0, limit: Limit = 50
) -> Any:
    """List the matters under the lens one may see, newest first; ``state``: open, late, closed or all."""
    actor = actor_of(request)
    rows, more = lenses.matters(actor, lenses.campaign(actor, campaign), state, before, limit)
    found = [
        LensOut(
            code=r.code,
            kind=r.kind,
            title=r.title,
            stage=r.stage,
            open=r.open,
            light=light(r),
            due=r.due,
        )
        for r in rows
    ]
    return {"rows": found, "before": more}


@router.get(
    "/campaigns/{campaign}/reports", response=list[ReportOut], operation_id="supervision_campaign_reports"
)
@operation(permit="supervision.scores")
def campaign_reports(request: HttpRequest, campaign: int) -> Any:
    """List the reports of a campaign, newest first."""
    found = lenses.campaign(actor_of(request), campaign)
    return [ReportOut(**{**asdict(row), "facts": dict(row.facts)}) for row in lenses.reports(found.id)]


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
