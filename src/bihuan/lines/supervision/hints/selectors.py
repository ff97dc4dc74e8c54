"""Run the detectors over a place and days: hints with their evidence, for the supervision office only."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from bihuan.kernel.errors import NotFound
from bihuan.kernel.identity.actors import LEVELS, Actor
from bihuan.kernel.identity.selectors.units import names_of
from bihuan.kernel.now import LOCAL
from bihuan.kernel.registers import registry
from bihuan.kernel.store.sql import run
from bihuan.lines.supervision.hints.detectors import DETECTORS, Detector, Thresholds
from bihuan.lines.supervision.scoring import schemes

#: The register in which visits stand, and what one that took place is called there.
VISITS, MADE = "officers.visits", "made"


@dataclass(frozen=True, slots=True)
class Hint:
    """What a detector found of a unit: so many cases of so many, and which."""

    unit: int
    name: str
    cases: int
    of: int
    matters: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A detector, the thresholds it ran under, and its hints."""

    detector: Detector
    thresholds: Thresholds
    hints: tuple[Hint, ...]


def look(actor: Actor, since: date, until: date) -> list[Found]:
    """Run every detector over the actor's place and days; thresholds are those of the rules in force."""
    if actor.level not in LEVELS or not actor.division:
        return []
    said = schemes.in_force(actor.division).rules.get("hints", {})
    return [_run(actor, one, said[one.name], since, until) for one in DETECTORS if one.name in said]


def _run(actor: Actor, one: Detector, thresholds: Thresholds, since: date, until: date) -> Found:
    thresholds = {**one.otherwise, **thresholds}
    params: dict[str, Any] = {
        **thresholds, "made": MADE, "division": actor.division, "since": datetime.combine(since, time(), LOCAL),
        "until": datetime.combine(until + timedelta(days=1), time(), LOCAL),
    }  # fmt: skip
    sql = one.sql or _contact()
    if not sql:
        return Found(one, thresholds, ())
    rows = run(sql.format(level=actor.level), params, "read")
    names = names_of([row[0] for row in rows])
    hints = tuple(
        Hint(unit, names.get(unit, f"#{unit}"), cases, of, tuple(ids or ())) for unit, cases, of, ids in rows
    )
    return Found(one, thresholds, hints)


_VISITS = """
WITH visit AS MATERIALIZED (
  SELECT v.id, v.project, v.party, v.post, v.day, p.organisation_id AS unit
  FROM {table} v JOIN identity_post p ON p.id = v.post
  WHERE v.withdrawn_at IS NULL AND v.state = %(made)s AND v.{{level}} = %(division)s AND v.{{level}} > 0
    AND v.day >= (%(since)s AT TIME ZONE 'Asia/Shanghai')::date
    AND v.day < (%(until)s AT TIME ZONE 'Asia/Shanghai')::date),
judged AS (
  SELECT v.*, NOT EXISTS (SELECT FROM files_file f WHERE f.matter = v.id) AND NOT EXISTS (
    SELECT FROM flow_matter m JOIN ledger_entry l ON l.chain_id = m.id
    WHERE (m.party = v.party AND m.party > 0 OR m.subject = v.project AND m.subject > 0)
      AND l.at >= v.day::timestamp AT TIME ZONE 'Asia/Shanghai'
      AND l.at < (v.day + 1 + %(days)s)::timestamp AT TIME ZONE 'Asia/Shanghai'
      AND l.text::jsonb #>> '{{{{actor,kind}}}}' IN ('party', 'link')) AS odd
  FROM visit v),
kept AS (
  SELECT j.unit, j.odd, d.id AS duty FROM judged j LEFT JOIN LATERAL (
    SELECT m.id FROM flow_matter m JOIN ledger_entry l ON l.chain_id = m.id AND l.move = 'keep'
    WHERE m.subject = j.project AND m.subject > 0 AND m.kind IN ('officers.contact', 'officers.visit')
      AND l.at >= j.day::timestamp AT TIME ZONE 'Asia/Shanghai'
      AND l.at < (j.day + 1 + %(days)s)::timestamp AT TIME ZONE 'Asia/Shanghai') d ON j.odd)
SELECT j.unit, count(*) FILTER (WHERE j.odd), count(*),
       (SELECT array_agg(DISTINCT k.duty) FROM kept k WHERE k.unit = j.unit AND k.duty > 0)
FROM judged j GROUP BY j.unit HAVING count(*) FILTER (WHERE j.odd) >= %(least)s ORDER BY 2 DESC
"""


def _contact() -> str:
    """Return the statement over the register of visits, "" where no line keeps one.

    The evidence shown are the duties of contact that such a visit kept.
    """
    try:
        return _VISITS.format(table=registry.find(VISITS).table)
    except NotFound:
        return ""
