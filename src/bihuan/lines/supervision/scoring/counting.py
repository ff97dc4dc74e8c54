"""Count cases for scores: one statement a source, over clocks, spans and entries.

A case counts once, on the day its outcome was settled: done well when it ended, late on the day its
limit passed. So weeks add up to months. It counts for the unit that held it last before that, or
whose post made the move that ended it; for a post when it was that unit's last to act on it.
What is known of clocks is read as :mod:`bihuan.kernel.figures.facts` reads it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from bihuan.kernel.identity.actors import LEVELS
from bihuan.kernel.now import LOCAL, now, today
from bihuan.kernel.store.sql import run
from bihuan.logic.scoring import Row


@dataclass(frozen=True, slots=True)
class Question:
    """What to count: for whom, where, over which days, as known at the end of ``as_of``."""

    subjects: str
    level: str
    division: int
    since: date
    until: date
    as_of: date

    @property
    def known(self) -> datetime:
        """The moment of knowledge: the end of a past day, else the present."""
        return _end(self.as_of) if self.as_of < today() else now()

    @property
    def past(self) -> bool:
        """Whether later records have to be left out."""
        return self.as_of < today()


def _end(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), LOCAL)


def count(question: Question, sources: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Return every case that counts under one of the sources, gathered by subject, kind of case and outcome."""
    if question.level not in LEVELS:
        raise ValueError(f"no level {question.level}")
    return [row for source in sources for row in _rows(question, source)]


def _rows(question: Question, source: Mapping[str, Any]) -> list[Row]:
    params: dict[str, Any] = {
        "division": question.division, "kind": source["kind"], "known": question.known,
        "since": datetime.combine(question.since, time(), LOCAL), "clock": source.get("clock", ""),
        "at": min(_end(question.until), question.known), "moves": list(source.get("moves", ())),
        "field": ["facts", "data", source.get("field", "")], "good": list(source.get("good", ())),
        "out": list(source.get("out", ())), "void": list(source.get("void", ())),
        "fail": list(source.get("fail", ())),
    }  # fmt: skip
    where = [f"m.kind = %(kind)s AND m.{question.level} = %(division)s AND m.{question.level} > 0"]
    for number, (name, value) in enumerate(sorted(source.get("where", {}).items())):
        where.append(f"m.data ->> %(name{number})s = %(value{number})s")
        params |= {f"name{number}": name, f"value{number}": value}
    template = _HEARD if source["measure"] == "heard" else _CLOCKS
    sql = template.format(
        where=" AND ".join(where),
        known=_KNOWN if question.past else "",
        ended=_ENDED if question.past else "",
        closing=_CLOSING if source["measure"] == "result" else "''",
        again=_AGAIN if source["measure"] == "result" else "false",
        result="true" if source["measure"] == "result" else "false",
    )
    rows = run(f"{sql} {_GROUPED[question.subjects]}", params, "read")
    return [(subject, source["criterion"], mix, outcome, cases) for subject, mix, outcome, cases in rows]


#: For a past day: only spans whose entry had been recorded by then.
_KNOWN = """AND EXISTS (SELECT FROM ledger_entry k
    WHERE k.chain_id = s.matter_id AND k.seq = s.n AND k.recorded < %(known)s)"""
_ENDED = """AND EXISTS (SELECT FROM ledger_entry k
    WHERE k.chain_id = c.matter_id AND k.at = c.ended_at AND k.recorded < %(known)s)"""
#: What a case was closed as, as known then; the matter itself says so when nothing has happened since.
_CLOSING = """(SELECT l.text::jsonb #>> '{facts,data,closing}' FROM ledger_entry l
    WHERE l.chain_id = c.matter_id AND l.at <= c.ended_at AND l.recorded < %(known)s AND l.text LIKE '%%"closing":%%'
    ORDER BY l.seq DESC LIMIT 1)"""
_AGAIN = """EXISTS (SELECT FROM flow_span s WHERE s.matter_id = c.matter_id AND s.episode = c.episode + 1
    AND s.since < %(at)s)"""

_CLOCKS = """
WITH clock AS MATERIALIZED (
  SELECT c.id, c.matter_id, c.episode, c.started, c.state, m.subject, m.kind,
         coalesce(m.data ->> 'category', m.data ->> 'topic', '') AS sort, coalesce(x.due_before, c.due) AS due,
         CASE WHEN c.ended_at < %(at)s {ended} THEN c.ended_at END AS ended_at
  FROM flow_matter m JOIN clock_clock c ON c.matter_id = m.id AND c.name = %(clock)s
  LEFT JOIN LATERAL (SELECT x.due_before FROM clock_extension x
    WHERE x.clock_id = c.id AND x.state = 'approved' AND x.decided_at >= %(at)s
    ORDER BY x.decided_at LIMIT 1) x ON true
  WHERE {where} AND c.started < %(at)s),
told AS MATERIALIZED (
  SELECT c.*, f.stage, h.holder_unit AS held, {closing} AS closing, {again} AS again,
         EXISTS (SELECT FROM clock_stop p WHERE p.clock_id = c.id AND p.began < %(at)s AND p.began <= c.due
                 AND (p.ended IS NULL OR p.ended >= %(at)s)) AS stopped
  FROM clock c
  LEFT JOIN LATERAL (SELECT s.stage FROM flow_span s WHERE s.matter_id = c.matter_id
    AND s.since <= c.ended_at {known} ORDER BY s.n DESC LIMIT 1) f ON c.ended_at IS NOT NULL
  LEFT JOIN LATERAL (SELECT s.holder_unit FROM flow_span s WHERE s.matter_id = c.matter_id AND s.holder_unit > 0
    AND s.since < coalesce(c.ended_at, %(at)s) AND s.since >= c.started {known} ORDER BY s.n DESC LIMIT 1) h ON true),
judged AS MATERIALIZED (
  SELECT t.*, CASE
    WHEN ended_at IS NULL AND stopped THEN 'stopped'
    WHEN ended_at IS NULL AND due < %(at)s THEN 'bad'
    WHEN ended_at IS NULL THEN 'open'
    WHEN state = 'void' OR stage = ANY(%(void)s) THEN 'void'
    WHEN stage = ANY(%(fail)s) THEN 'bad'
    WHEN {result} AND closing = ANY(%(out)s) THEN 'policy'
    WHEN state <> 'met' OR again THEN 'bad'
    WHEN {result} AND NOT coalesce(closing = ANY(%(good)s), false) THEN 'bad'
    ELSE 'good' END AS outcome
  FROM told t),
counted AS (
  SELECT j.*, l.unit AS actor_unit, coalesce(nullif(j.held, 0), l.unit, 0) AS unit, coalesce(j.ended_at, %(at)s) AS till
  FROM judged j LEFT JOIN LATERAL (
    SELECT (l.text::jsonb #>> '{{actor,unit}}')::bigint AS unit FROM ledger_entry l
    WHERE l.chain_id = j.matter_id AND l.at = j.ended_at ORDER BY l.seq DESC LIMIT 1) l
    ON coalesce(j.held, 0) = 0 AND j.ended_at IS NOT NULL
  WHERE j.outcome IN ('open', 'stopped')
     OR CASE WHEN j.outcome = 'bad' THEN least(j.due, coalesce(j.ended_at, j.due)) ELSE j.ended_at END >= %(since)s)
"""

_HEARD = """
WITH answers AS MATERIALIZED (
  SELECT DISTINCT ON (m.id, s.episode) m.id AS matter_id, s.episode, l.at AS till, m.subject, m.kind,
         coalesce(m.data ->> 'category', m.data ->> 'topic', '') AS sort, l.seq,
         CASE WHEN (l.text::jsonb #>> %(field)s) = ANY(%(good)s) THEN 'good' ELSE 'bad' END AS outcome
  FROM flow_matter m JOIN ledger_entry l ON l.chain_id = m.id AND l.move = ANY(%(moves)s)
  JOIN LATERAL (SELECT s.episode FROM flow_span s WHERE s.matter_id = m.id AND s.n < l.seq
    ORDER BY s.n DESC LIMIT 1) s ON true
  WHERE {where} AND l.at < %(at)s AND l.recorded < %(known)s ORDER BY m.id, s.episode, l.seq DESC),
counted AS (
  SELECT a.*, coalesce(h.holder_unit, 0) AS unit FROM answers a
  LEFT JOIN LATERAL (SELECT s.holder_unit FROM flow_span s WHERE s.matter_id = a.matter_id AND s.holder_unit > 0
    AND s.n < a.seq {known} ORDER BY s.n DESC LIMIT 1) h ON true
  WHERE a.till >= %(since)s)
"""

_GROUP = (
    "c.kind || '/' || c.sort, c.outcome,"
    " array_agg(c.matter_id || '.' || c.episode ORDER BY c.matter_id, c.episode)"
)
#: Outside bodies and utilities answer with clocks, too, and are not scored.
_OURS = "JOIN identity_organisation o ON o.id = c.unit AND o.kind = 'government'"
_LAST_TO_ACT = """
JOIN LATERAL (SELECT (l.text::jsonb #>> '{actor,post}')::bigint AS post FROM ledger_entry l
  WHERE l.chain_id = c.matter_id AND l.at <= c.till AND l.recorded < %(known)s
    AND (l.text::jsonb #>> '{actor,unit}')::bigint = c.unit
  ORDER BY l.seq DESC LIMIT 1) p ON p.post > 0"""
_BY = "GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
_GROUPED = {
    "unit": f"SELECT c.unit, {_GROUP} FROM counted c {_OURS} {_BY}",  # noqa: S608 - own names
    "post": f"SELECT p.post, {_GROUP} FROM counted c {_OURS} {_LAST_TO_ACT} {_BY}",  # noqa: S608
    "project": f"SELECT c.subject, {_GROUP} FROM counted c WHERE c.subject > 0 {_BY}",  # noqa: S608
}
