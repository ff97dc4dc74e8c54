"""Read assessments: who may, the frozen scores of a revision, corrections, and the replay that must equal them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import NotFound
from bihuan.kernel.identity.actors import LEVELS, Actor, Kind
from bihuan.kernel.identity.selectors.divisions import scope_of
from bihuan.kernel.store.sql import run
from bihuan.lines.supervision.contracts import Published, Ranked
from bihuan.lines.supervision.scoring import counting
from bihuan.lines.supervision.scoring.counting import Question
from bihuan.lines.supervision.scoring.schemes import SchemeRow
from bihuan.logic import scoring
from bihuan.logic.scoring import CRITERIA, Row, Total

#: Who sees a proposal before it is shown, and every line of it afterwards.
SEES_ALL = frozenset({"supervisor", "leader", "principal", "coordinator", "auditor"})
SEES_DRAFT = frozenset({"supervisor", "leader", "principal", "auditor"})
#: Who sees, once it is shown, the ranking and the cases of one's own.
SEES_OWN = frozenset({"department", "officer"})


@dataclass(frozen=True, slots=True)
class AssessmentRow:
    """A proposal of assessment; see :class:`bihuan.lines.supervision.models.Assessment`."""

    id: int
    code: str
    title: str
    stage: str
    scheme: int
    subjects: str
    division: int
    since: date
    until: date
    as_of: date
    made_at: datetime
    rules_hash: str
    cases_hash: str
    revision: int
    shown_at: datetime | None


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One criterion of one subject: the fraction, what was left out, points; ``points`` None: too few cases."""

    subject: int
    criterion: str
    numerator: int
    denominator: int
    excluded: Mapping[str, int]
    points: Decimal | None
    adjusted: Decimal | None
    shrunk: Decimal | None


@dataclass(frozen=True, slots=True)
class TotalLine:
    """All of one subject; ``place`` None: not ranked. ``scores`` by criterion."""

    subject: int
    name: str
    total: Decimal | None
    weight: Decimal
    place: int | None
    scores: Mapping[str, ScoreLine]


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """A correction: which revision it made, of what, by which appeal."""

    revision: int
    appeal: int
    appeal_code: str
    subject: int
    criterion: str
    case: str
    before: str
    after: str
    side: str
    at: datetime


_COLUMNS = """a.id, m.code, m.title, m.stage, a.scheme_id, a.subjects, a.division, a.since, a.until, a.as_of, a.made_at,
    a.rules_hash, a.cases_hash, a.revision, a.shown_at"""
_FROM = "FROM supervision_assessment a JOIN flow_matter m ON m.id = a.id"


def by_id(assessment_id: int, using: str = "read") -> AssessmentRow:
    """Return an assessment without asking who looks; NotFound when there is none."""
    rows = run(f"SELECT {_COLUMNS} {_FROM} WHERE a.id = %s", (assessment_id,), using)
    if not rows:
        raise NotFound(_("There is no such assessment, or you may not see it."), where=str(assessment_id))
    return AssessmentRow(*rows[0])


def assessment(actor: Actor, assessment_id: int) -> AssessmentRow:
    """Return an assessment the actor may see: their place's, and a draft only those who make and decide it."""
    found = by_id(assessment_id)
    if not _sees(actor, found):
        raise NotFound(_("There is no such assessment, or you may not see it."), where=str(assessment_id))
    return found


def _sees(actor: Actor, found: AssessmentRow) -> bool:
    if actor.kind is Kind.SYSTEM:
        return True
    if actor.role == "auditor":
        return True
    roles = SEES_DRAFT if found.shown_at is None else SEES_ALL | SEES_OWN
    return (
        actor.role in roles
        and bool(actor.division)
        and getattr(scope_of(found.division), actor.level, 0) == actor.division
    )


def listed(actor: Actor, before: int = 0, limit: int = 50) -> tuple[list[AssessmentRow], int]:
    """Return (assessments of the actor's place, newest first; id to continue before or 0)."""
    if actor.level not in LEVELS and actor.role != "auditor":
        return [], 0
    where = "true" if actor.role == "auditor" else f"m.{actor.level} = %(division)s"
    shown = "" if actor.role in SEES_DRAFT else "AND a.shown_at IS NOT NULL"
    rows = run(
        f"SELECT {_COLUMNS} {_FROM} WHERE {where} {shown} AND (%(before)s = 0 OR a.id < %(before)s)"
        " ORDER BY a.id DESC LIMIT %(limit)s",
        {"division": actor.division, "before": before, "limit": limit + 1},
        "read",
    )
    found = [AssessmentRow(*row) for row in rows]
    return found[:limit], found[limit - 1].id if len(found) > limit else 0


def own(actor: Actor, subjects: str) -> int:
    """Return whom the actor is among those scored, 0 when nobody."""
    return {"unit": actor.unit, "post": actor.post}.get(subjects, 0)


def opens_cases(actor: Actor, found: AssessmentRow, subject: int) -> bool:
    """Whether the actor may open the cases of a subject: whoever makes or decides it, and the one scored."""
    return actor.role in SEES_ALL or (subject == own(actor, found.subjects) and subject > 0)


def lines(found: AssessmentRow, revision: int = 0, using: str = "read") -> list[TotalLine]:
    """Return the totals of a revision (0: the latest), ranked ones first and by place, each with its scores."""
    revision = revision or found.revision
    scores: dict[int, dict[str, ScoreLine]] = {}
    sql = """SELECT subject, criterion, numerator, denominator, excluded::text, points, adjusted, shrunk
             FROM supervision_scorerow WHERE assessment_id = %s AND revision = %s"""
    for subject, criterion, part, whole, excluded, *rest in run(sql, (found.id, revision), using):
        line = ScoreLine(subject, criterion, part, whole, json.loads(excluded), *rest)
        scores.setdefault(subject, {})[criterion] = line
    sql = """SELECT subject, name, total, weight, place FROM supervision_totalrow
             WHERE assessment_id = %s AND revision = %s ORDER BY place NULLS LAST, name"""
    return [
        TotalLine(subject, name, total, weight, place, scores.get(subject, {}))
        for subject, name, total, weight, place in run(sql, (found.id, revision), using)
    ]


def cases(found: AssessmentRow, subject: int, criterion: str, revision: int = 0) -> dict[str, list[str]]:
    """Return the cases of one score by outcome."""
    rows = run(
        "SELECT cases::text FROM supervision_scorerow WHERE assessment_id = %s AND revision = %s AND subject = %s"
        " AND criterion = %s",
        (found.id, revision or found.revision, subject, criterion),
        "read",
    )
    if not rows:
        return {}
    held = json.loads(rows[0][0])
    return {outcome: sorted(c for ids in mixes.values() for c in ids) for outcome, mixes in held.items()}


def frozen_rows(assessment_id: int, revision: int, using: str = "read") -> list[Row]:
    """Return everything a revision counted."""
    sql = """SELECT subject, criterion, cases::text FROM supervision_scorerow
             WHERE assessment_id = %s AND revision = %s ORDER BY subject, criterion"""
    return [
        (subject, criterion, mix, outcome, ids)
        for subject, criterion, held in run(sql, (assessment_id, revision), using)
        for outcome, mixes in sorted(json.loads(held).items())
        for mix, ids in sorted(mixes.items())
    ]


def corrections(assessment_id: int) -> list[CorrectionRow]:
    """Return the corrections of an assessment, oldest first."""
    sql = """SELECT c.revision, c.appeal, m.code, c.subject, c.criterion, c."case", c.before, c.after, c.side, c.at
             FROM supervision_correction c JOIN flow_matter m ON m.id = c.appeal
             WHERE c.assessment_id = %s ORDER BY c.revision"""
    return [CorrectionRow(*row) for row in run(sql, (assessment_id,), "read")]


def question(found: AssessmentRow, as_of: date | None = None) -> Question:
    """Return what an assessment counted, or would count as known on another day."""
    scope = scope_of(found.division)
    level = next(name for name in LEVELS if getattr(scope, name) == found.division)
    return Question(found.subjects, level, found.division, found.since, found.until, as_of or found.as_of)


def score(rules: SchemeRow, rows: Sequence[Row]) -> tuple[dict[int, Total], list[ScoreLine]]:
    """Return totals by subject and one line a subject and criterion, from what was counted."""
    tallies, mixes = scoring.gather(rows), scoring.mixes(rows)
    totals = {
        subject: scoring.total(rules.terms, by, rules.least_weight) for subject, by in sorted(tallies.items())
    }
    priors = {
        name: scoring.prior((t.numerator, t.denominator) for by in tallies.values() if (t := by.get(name)))
        for name in CRITERIA
    }
    made = [
        ScoreLine(
            subject, one.criterion, one.tally.numerator, one.tally.denominator, one.tally.excluded, one.points,
            scoring.adjusted(mixes.get((subject, one.criterion), {}), mixes.get((0, one.criterion), {})),
            scoring.shrunk(one.tally.numerator, one.tally.denominator, priors[one.criterion])
            if one.tally.denominator else None,
        )
        for subject, total in totals.items()
        for one in total.scores
    ]  # fmt: skip
    return totals, made


@dataclass(frozen=True, slots=True)
class Replay:
    """What counting again gives: under which rules, as known when; ``same`` as the frozen first revision."""

    rules: SchemeRow
    as_of: date
    totals: Mapping[int, Total]
    same: bool


def replay(found: AssessmentRow, rules: SchemeRow, as_of: date | None = None) -> Replay:
    """Count and score again, under any version of the rules and as known on any day."""
    asked = question(found, as_of)
    rows = counting.count(asked, rules.rules["sources"])
    totals, made = score(rules, rows)
    frozen = {(s.subject, s.criterion): s for line in lines(found, 1) for s in line.scores.values()}
    return Replay(rules, asked.as_of, totals, {(s.subject, s.criterion): s for s in made} == frozen)


def objection(actor: Actor, assessment_id: int, values: Mapping[str, Any]) -> tuple[str | None, int]:
    """Return (why the actor can't appeal so or None, whose score it is)."""
    if values.get("assessment") != assessment_id:
        return _("There is no such assessment, or you may not see it."), 0
    found = assessment(actor, assessment_id)
    if found.shown_at is None or found.stage not in {"shown", "submitted"}:
        return _("One can appeal while the scores are shown."), 0
    criterion, case = str(values["criterion"]), str(values["case"])
    for subject, its, _mix, outcome, ids in frozen_rows(found.id, found.revision):
        mine = subject == own(actor, found.subjects) or (
            found.subjects == "project" and actor.role == "officer"
        )
        if its == criterion and case in ids and mine:
            return (_("This case counts as done well.") if outcome == scoring.GOOD else None), subject
    return _("This case doesn't count in a score of yours."), 0


def published(division: int, subjects: str = "unit", until: date | None = None) -> Published | None:
    """Return the latest shown assessment of a place, for bulletins; None when there is none yet."""
    rows = run(
        f"SELECT {_COLUMNS} {_FROM} WHERE a.division = %s AND a.subjects = %s AND a.shown_at IS NOT NULL"
        " AND (%s::date IS NULL OR a.until <= %s) ORDER BY a.until DESC, a.id DESC LIMIT 1",
        (division, subjects, until, until),
        "read",
    )
    if not rows:
        return None
    found = AssessmentRow(*rows[0])
    ranked = tuple(Ranked(line.subject, line.name, line.total, line.place) for line in lines(found))
    return Published(
        found.id,
        found.code,
        found.subjects,
        found.since,
        found.until,
        found.revision,
        found.rules_hash,
        ranked,
    )
