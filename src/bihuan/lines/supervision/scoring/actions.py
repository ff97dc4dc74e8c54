"""Make an assessment, correct it after an appeal: every revision is frozen with all it counted."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, FieldErrors
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow.rows import MatterRow, Receipt
from bihuan.kernel.identity.actors import LEVELS, Actor
from bihuan.kernel.identity.rights import need
from bihuan.kernel.identity.selectors.divisions import scope_of
from bihuan.kernel.now import now, today
from bihuan.kernel.store.many import insert_rows
from bihuan.kernel.store.sql import run
from bihuan.lines.supervision.models import Assessment, Correction
from bihuan.lines.supervision.scoring import counting, naming, schemes, selectors
from bihuan.lines.supervision.scoring.counting import Question
from bihuan.lines.supervision.scoring.schemes import SchemeRow
from bihuan.logic import scoring
from bihuan.logic.scoring import CRITERIA, Row

RIGHT = "supervision.assess"


def draft(actor: Actor, data: Mapping[str, Any], key: str = "") -> Receipt:
    """Draft a proposal of assessment over the actor's place; the same ``key`` drafts it once."""
    need(actor, RIGHT)
    return flow.open(actor, "supervision.assessment", data, scope=scope_of(actor.division), key=key)


def appeal(actor: Actor, assessment: int, data: Mapping[str, Any], key: str = "") -> Receipt:
    """Appeal against how a case counts; a correction makes a new revision, the old one stays."""
    found = selectors.assessment(actor, assessment)
    values = {**data, "assessment": assessment}
    return flow.open(
        actor, "supervision.appeal", values, scope=scope_of(found.division), parent=assessment, key=key
    )


def level_of(row: MatterRow) -> str:
    """Return the level of the division a matter lies in."""
    return next(name for name in LEVELS if row.division and getattr(row, name) == row.division)


def assess(actor: Actor, row: MatterRow, values: Mapping[str, Any]) -> None:
    """Count, score and freeze the first revision: the effect of drafting."""
    until = date.fromisoformat(values["until"])
    as_of = date.fromisoformat(values.get("as_of") or max(today(), until).isoformat())
    since = date.fromisoformat(values["since"])
    if until < since:
        raise FieldErrors({"until": _("The last day lies before the first.")})
    if until > today() or as_of > today() or as_of < until:
        raise FieldErrors({"until": _("Only days that are over, or today, can be scored.")})
    rules = (
        schemes.scheme(int(values["scheme"]), "default")
        if values.get("scheme")
        else schemes.in_force(row.division, until, "default")
    )
    question = Question(values["subjects"], level_of(row), row.division, since, until, as_of)
    rows = counting.count(question, rules.rules["sources"])
    Assessment.objects.create(
        id=row.id, scheme_id=rules.id, subjects=question.subjects, division=row.division, since=since,
        until=until, as_of=as_of, made_at=now(), rules_hash=rules.hash, cases_hash=hash_of(rows), revision=1,
    )  # fmt: skip
    freeze(row.id, 1, question.subjects, rules, rows)


def hash_of(rows: Sequence[Row]) -> str:
    """Return the SHA-256 of everything counted, independent of order."""
    said = sorted(
        [subject, criterion, mix, outcome, sorted(cases)] for subject, criterion, mix, outcome, cases in rows
    )
    return scoring.fingerprint(json.dumps(said, ensure_ascii=False, separators=(",", ":")))


def freeze(assessment: int, revision: int, subjects: str, rules: SchemeRow, rows: Sequence[Row]) -> None:
    """Write the rows of one revision: fractions, exclusions, cases, points, and what stands beside them."""
    totals, lines = selectors.score(rules, rows)
    names = naming.names(subjects, list(totals))
    places = scoring.ranking(totals)
    cases = nested(rows)
    insert_rows(
        "supervision_scorerow",
        ("assessment_id", "revision", "subject", "criterion", "numerator", "denominator", "excluded", "cases",
         "points", "adjusted", "shrunk"),
        [
            (assessment, revision, one.subject, one.criterion, one.numerator, one.denominator,
             json.dumps(one.excluded), json.dumps(cases.get((one.subject, one.criterion), {}), ensure_ascii=False),
             *(map(_written, (one.points, one.adjusted, one.shrunk))))
            for one in lines
        ],
    )  # fmt: skip
    insert_rows(
        "supervision_totalrow",
        ("assessment_id", "revision", "subject", "name", "total", "weight", "place"),
        [
            (
                assessment,
                revision,
                subject,
                names.get(subject, f"#{subject}"),
                _written(one.total),
                _written(one.weight),
                places[subject],
            )
            for subject, one in totals.items()
        ],
    )


def _written(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def nested(rows: Sequence[Row]) -> dict[tuple[int, str], dict[str, dict[str, list[str]]]]:
    """Return {(subject, criterion): {outcome: {kind of case: cases}}}, as score rows keep them."""
    found: dict[tuple[int, str], dict[str, dict[str, list[str]]]] = {}
    for subject, criterion, mix, outcome, cases in rows:
        held = found.setdefault((subject, criterion), {}).setdefault(outcome, {})
        held[mix] = sorted([*held.get(mix, []), *cases])
    return found


def correct(actor: Actor, row: MatterRow, values: Mapping[str, Any]) -> None:
    """Write a correction and the revision that follows from it: the effect of granting an appeal."""
    run("SELECT FROM supervision_assessment WHERE id = %s FOR UPDATE", (row.parent,))
    found = selectors.by_id(row.parent, "default")
    subject, criterion, case = row.value("subject", 0), row.value("criterion"), str(row.value("case_id"))
    rows = selectors.frozen_rows(found.id, found.revision, "default")
    try:
        moved, before = scoring.moved(rows, (subject, criterion, case), values["after"])
    except scoring.SchemeError as error:
        told = _("This case no longer counts as it did when the appeal was raised.")
        raise BadInput(told, where="case") from error
    revision = found.revision + 1
    Correction.objects.create(
        assessment_id=found.id, revision=revision, appeal=row.id, subject=subject, criterion=criterion, case=case,
        before=before, after=values["after"], side=values.get("side", ""), by_user=actor.user, by_post=actor.post,
        at=now(),
    )  # fmt: skip
    freeze(found.id, revision, found.subjects, schemes.scheme(found.scheme, "default"), moved)
    run("UPDATE supervision_assessment SET revision = %s WHERE id = %s", (revision, found.id))


def put_scheme(
    actor: Actor, title: str, source: str, said: Mapping[str, Any], valid_from: date | None = None
) -> int:
    """Put a new version of the rules at the actor's place from the form's numbers; the rest stays as in force."""
    base = schemes.in_force(actor.division, using="default")
    weights = {name: Decimal(str(said[f"weight_{name}"])) for name in CRITERIA}
    criteria = {
        name: {
            "zero": _number(said[f"zero_{name}"]),
            "full": _number(said[f"full_{name}"]),
            "min_cases": int(said[f"least_{name}"]),
        }
        for name in CRITERIA
    }
    rules = {**base.rules, "criteria": criteria, "ranked_from": _number(said["ranked_from"])}
    return schemes.put_scheme(
        actor, title=title, source=source, weights=weights, rules=rules, valid_from=valid_from
    )


def _number(said: Any) -> int | float:
    """Return a number as JSON writes it shortest: 95, 92.5."""
    value = Decimal(str(said))
    return int(value) if value == value.to_integral_value() else float(value)
