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

VISITS, TOOK_PLACE, CONTACT = "officers.visits", "done", "callbacks.contact"


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
    params: dict[str, Any] = {
        **thresholds, "division": actor.division, "since": datetime.combine(since, time(), LOCAL),
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


def _contact() -> str:
    """Return the statement over the register of visits, "" where no line keeps one.

    A visit has contact when a matter of the contact room about its project was answered in its days, or when
    anything was opened, moved or said about the project by the visitor on the day of the visit.
    """
    try:
        table = registry.find(VISITS).table
    except NotFound:
        return ""
    return f"""
        SELECT p.organisation_id, count(*), (SELECT count(*) FROM {table} a JOIN identity_post q ON q.id = a.post
                 WHERE a.withdrawn_at IS NULL AND a.state = '{TOOK_PLACE}' AND a.{{level}} = %(division)s
                   AND a.day >= (%(since)s AT TIME ZONE 'Asia/Shanghai')::date
                   AND a.day < (%(until)s AT TIME ZONE 'Asia/Shanghai')::date
                   AND q.organisation_id = p.organisation_id),
               array_remove(array_agg(DISTINCT c.id), NULL)
        FROM {table} v JOIN identity_post p ON p.id = v.post
        LEFT JOIN LATERAL (SELECT m.id, m.data FROM flow_matter m WHERE m.kind = '{CONTACT}' AND m.subject = v.project
          AND m.subject > 0 AND m.created >= v.day AND m.created < v.day + 10 ORDER BY m.id DESC LIMIT 1) c ON true
        WHERE v.withdrawn_at IS NULL AND v.state = '{TOOK_PLACE}' AND v.{{level}} = %(division)s
          AND v.day >= (%(since)s AT TIME ZONE 'Asia/Shanghai')::date
          AND v.day < (%(until)s AT TIME ZONE 'Asia/Shanghai')::date
          AND (c.data ->> 'came' = 'no' OR (c.id IS NULL AND NOT EXISTS (
            SELECT FROM flow_matter m JOIN ledger_entry l ON l.chain_id = m.id
            WHERE m.subject = v.project AND m.subject > 0
              AND l.at >= v.day::timestamp AT TIME ZONE 'Asia/Shanghai'
              AND l.at < (v.day + 1)::timestamp AT TIME ZONE 'Asia/Shanghai')))
        GROUP BY p.organisation_id HAVING count(*) >= %(least)s ORDER BY 2 DESC"""  # noqa: S608 - own names
