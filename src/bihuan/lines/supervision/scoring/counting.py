"""Count cases for scores: one statement a source, over clocks, spans and entries.

A case counts once, on the day its outcome was settled: done well when it ended, late on the day its
limit passed. So weeks add up to months. It counts for the unit that held it last before that, or
whose post made the move that ended it; for a post when it was that unit's last to act on it.
What is known of clocks is read as :mod:`bihuan.kernel.figures.facts` reads it. Ratings are those of the
one contact: a second one does not replace the first, silence is not rated. Nodes of timetables come
from projects' contract (:mod:`.nodes`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from bihuan.kernel.identity.actors import LEVELS
from bihuan.kernel.now import LOCAL, now, today
from bihuan.kernel.store.sql import run
from bihuan.lines.supervision.scoring import nodes
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


def _nodes(question: Question, source: Mapping[str, Any]) -> list[Row]:
    end = min(_end(question.until), question.known)
    place = (question.level, question.division)
    return nodes.rows(question.subjects, source["criterion"], place, question.since, end, question.known)


def _rows(question: Question, source: Mapping[str, Any]) -> list[Row]:
    if source["measure"] == "nodes":
        return _nodes(question, source)
    ruled = source.get("ruled", {})
    params: dict[str, Any] = {
        "ruled_kind": ruled.get("kind", ""), "ruled_move": ruled.get("move", ""),
        "ruled_side": ["facts", "data", ruled.get("field", "")],
        "division": question.division, "kind": source["kind"], "known": question.known,
        "since": datetime.combine(question.since, time(), LOCAL), "clock": source.get("clock", ""),
        "at": min(_end(question.until), question.known), "moves": list(source.get("moves", ())),
        "field": ["facts", "data", source.get("field", "")], "good": list(source.get("good", ())),
        "out": list(source.get("out", ())), "void": list(source.get("void", ())),
        "fail": list(source.get("fail", ())), "silent": list(source.get("silent", ())),
    }  # fmt: skip
    where = [f"m.kind = %(kind)s AND m.{question.level} = %(division)s AND m.{question.level} > 0"]
    for number, (name, value) in enumerate(sorted(source.get("where", {}).items())):
        where.append(f"m.data ->> %(name{number})s = %(value{number})s")
        params |= {f"name{number}": name, f"value{number}": value}
    template = {"heard": _HEARD, "rated": _RATED}.get(source["measure"], _CLOCKS)
    sql = template.format(
        where=" AND ".join(where),
        known=_KNOWN if question.past else "",
        ended=_ENDED if question.past else "",
        closing=(_CLOSING if question.past else _CLOSED) if source["measure"] == "result" else "''",
        again=_AGAIN if source["measure"] == "result" else "false",
        result="true" if source["measure"] == "result" else "false",
        ruling=_RULING if ruled else "NULL::text AS side, NULL::timestamptz AS ruled FROM judged j",
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
_CLOSED = f"CASE WHEN c.moved <= c.ended_at THEN c.closed_as WHEN c.ended_at IS NOT NULL THEN {_CLOSING} END"
_AGAIN = """c.last > c.episode AND EXISTS (SELECT FROM flow_span s WHERE s.matter_id = c.matter_id
    AND s.episode = c.episode + 1 AND s.since < %(at)s)"""

#: What a matter under this one says about whose delay it was, as known then: "" while nobody has said.
_RULING = """coalesce(u.side, '') AS side, u.at AS ruled FROM judged j LEFT JOIN LATERAL (
    SELECT l.text::jsonb #>> %(ruled_side)s AS side, l.at FROM flow_matter k
    JOIN ledger_entry l ON l.chain_id = k.id AND l.move = %(ruled_move)s AND l.at < %(at)s AND l.recorded < %(known)s
    WHERE k.parent = j.matter_id AND k.parent > 0 AND k.kind = %(ruled_kind)s ORDER BY l.seq DESC LIMIT 1) u
    ON j.outcome = 'bad'"""

_CLOCKS = """
WITH clock AS MATERIALIZED (
  SELECT c.id, c.matter_id, c.episode, c.started, c.state, m.subject, m.kind, m.moved, m.closing AS closed_as,
         m.episode AS last,
         coalesce(m.data ->> 'category', m.data ->> 'topic', '') AS sort, coalesce(x.due_before, c.due) AS due,
         CASE WHEN c.ended_at < %(at)s {ended} THEN c.ended_at END AS ended_at
  FROM flow_matter m JOIN clock_clock c ON c.matter_id = m.id AND c.name = %(clock)s
  LEFT JOIN LATERAL (SELECT x.due_before FROM clock_extension x
    WHERE x.clock_id = c.id AND x.state = 'approved' AND x.decided_at >= %(at)s
    ORDER BY x.decided_at LIMIT 1) x ON true
  WHERE {where} AND c.started < %(at)s),
told AS MATERIALIZED (
  SELECT c.*, f.stage, h.holder_unit AS held, {closing} AS closing, {again} AS again,
         c.ended_at IS NULL AND EXISTS (SELECT FROM clock_stop p WHERE p.clock_id = c.id AND p.began < %(at)s
           AND p.began <= c.due AND (p.ended IS NULL OR p.ended >= %(at)s)) AS stopped
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
ruled AS (SELECT j.*, {ruling}),
settled AS (
  SELECT r.*, CASE WHEN outcome <> 'bad' OR side IS NULL OR side = 'government' THEN outcome
                   WHEN side = '' THEN 'unsettled' ELSE 'side' END AS counts
  FROM ruled r),
counted AS (
  SELECT j.matter_id, j.episode, j.subject, j.kind, j.sort, j.counts AS outcome,
         coalesce(nullif(j.held, 0), l.unit, 0) AS unit, coalesce(j.ended_at, %(at)s) AS till
  FROM settled j LEFT JOIN LATERAL (
    SELECT (l.text::jsonb #>> '{{actor,unit}}')::bigint AS unit FROM ledger_entry l
    WHERE l.chain_id = j.matter_id AND l.at = j.ended_at ORDER BY l.seq DESC LIMIT 1) l
    ON coalesce(j.held, 0) = 0 AND j.ended_at IS NOT NULL
  WHERE j.outcome IN ('open', 'stopped')
     OR CASE WHEN j.outcome = 'bad' THEN coalesce(j.ruled, least(j.due, coalesce(j.ended_at, j.due)))
             ELSE j.ended_at END >= %(since)s)
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

#: Contacts: the first answer settles it; one that ended without any is not rated, never satisfied.
_RATED = """
WITH asked AS MATERIALIZED (
  SELECT m.id AS matter_id, m.parent, coalesce((m.data ->> 'rated')::bigint, 0) AS unit, a.at AS answered, a.outcome,
         e.at AS ended, e.stage
  FROM flow_matter m
  LEFT JOIN LATERAL (SELECT l.at, CASE WHEN (l.text::jsonb #>> %(field)s) = ANY(%(good)s)
      AND NOT coalesce((l.text::jsonb #>> '{{facts,data,unsolved}}')::boolean, false) THEN 'good' ELSE 'bad' END
      AS outcome FROM ledger_entry l
    WHERE l.chain_id = m.id AND l.move = ANY(%(moves)s) AND l.at < %(at)s AND l.recorded < %(known)s
    ORDER BY l.seq LIMIT 1) a ON true
  LEFT JOIN LATERAL (SELECT s.since AS at, s.stage FROM flow_span s
    WHERE s.matter_id = m.id AND s.since < %(at)s {known} AND s.stage = ANY(%(void)s::text[] || %(silent)s::text[])
    ORDER BY s.n DESC LIMIT 1) e ON a.at IS NULL
  WHERE {where} AND m.created < %(at)s),
counted AS (
  SELECT c.matter_id, 1 AS episode, p.subject, p.kind, coalesce(p.data ->> 'category', p.data ->> 'topic', '') AS sort,
         c.unit, coalesce(c.answered, c.ended, %(at)s) AS till,
         coalesce(c.outcome, CASE WHEN c.stage = ANY(%(silent)s) THEN 'unrated' WHEN c.stage IS NOT NULL THEN 'void'
                             ELSE 'open' END) AS outcome
  FROM asked c JOIN flow_matter p ON p.id = c.parent
  WHERE coalesce(c.answered, c.ended, %(at)s) >= %(since)s)
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
