"""The two ways to find: walk newest-first, or gather the bitmap; each knows when it is the wrong one.

Walking finds twenty rows of a common term at once but reads everything for a rare one; the
bitmap of a rare term is small but that of a common one is most of the table. A walk for k
rows of a term that a share p of n matters has reads k / p rows, the bitmap p * n: they break
even at p = sqrt(k / n), half a per cent at a million matters. A walk that has read twice
as much gives up, and so does a bitmap of more than :data:`GATHER` matters. When both do (the
terms are common, but not in what the actor may see) the walk's part of the answer is given,
with the place to continue from: every question costs milliseconds.
"""

import math
from dataclasses import dataclass, replace
from typing import Any

from bihuan.kernel.identity.actors import LEVELS
from bihuan.kernel.permits.rules import Branch
from bihuan.kernel.permits.walk import condition as branch_condition
from bihuan.kernel.store.sql import Row, planned_once, run
from bihuan.logic.terms import Query

#: A bitmap of more matters than this is given up.
GATHER = 6_000
#: Shorter word beginnings are taken for common: their endings are too many to have been counted.
_SHORT = 3

#: Branch columns flow keeps no newest-first index for: nearly everything lies in one of their values.
_BROAD = frozenset({"*", "province", "city", "micro"})
#: Where a matter lies is among its terms.
_PLACES = frozenset(LEVELS)
#: What somebody holds is open; flow indexes these columns for open matters only.
_HELD = frozenset({"holder_unit", "holder_post"})


@dataclass(frozen=True, slots=True)
class Ask:
    """One search: what, for whom, from where, how many; ``skip`` names matters already shown.

    ``quick``: where every term is common, only the newest matters are walked, whether that gives enough or not.
    ``known`` are branches whose matters above the id ``after`` are known already.
    """

    terms: Query
    branches: tuple[Branch, ...]
    line: str
    before: int
    want: int
    skip: tuple[int, ...]
    using: str
    quick: bool = False
    after: int = 0
    known: tuple[Branch, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """Ids, newest first: all there are from ``floor`` on (0: all there are)."""

    ids: list[int]
    floor: int = 0


def find(ask: Ask) -> Found:
    """Return the newest matters that answer: those in the actor's places, and those seen otherwise."""
    shares, rows = _shares(ask.terms, ask.using)
    placed = tuple(branch for branch in ask.branches if branch.column in _PLACES)
    other = tuple(branch for branch in ask.branches if branch.column not in _PLACES)
    if placed and other:
        # The few matters of a rare term are gathered once for all branches.
        common = _common(shares, break_even(ask.want, rows))
        if len(common) < len(shares) and (found := _gather(ask, common)):
            return found
    parts = [_find(replace(ask, branches=placed), shares, rows)] if placed else []
    if other:
        with planned_once(ask.using):
            parts.append(_find(_beside(replace(ask, branches=other), placed, parts), shares, rows))
    floor = max(part.floor for part in parts)
    ids = {key for part in parts for key in part.ids if key >= floor}
    return Found(sorted(ids, reverse=True)[: ask.want], floor)


def _beside(ask: Ask, placed: tuple[Branch, ...], parts: list[Found]) -> Ask:
    """Return what is still asked once the places gave a page: only what is newer than its end and lies elsewhere."""
    full = [part.ids[ask.want - 1] for part in parts if len(part.ids) >= ask.want]
    return replace(ask, after=full[0], known=placed) if full else ask


def _find(ask: Ask, shares: dict[str, float], rows: int) -> Found:
    even = break_even(ask.want, rows)
    reach = _reach(ask.want, even)
    common = _common(shares, even)
    if len(common) < len(shares):
        return _gather(ask, common) or _walk(ask, reach)
    # In a place the bitmap of words and place together is small even where both are common: a short walk first.
    first = max(1, reach >> 3) if ask.branches[0].column in _PLACES else reach
    walked = _walk(ask, first)
    if ask.quick:
        return walked
    gathered = _gather(ask, common) if walked.floor else None
    if gathered or not walked.floor or first == reach:
        return gathered or walked
    return _walk(ask, reach)


def _common(shares: dict[str, float], even: float) -> list[str]:
    return [term for term, share in shares.items() if share >= even]


def break_even(want: int, rows: int) -> float:
    """Return the share of matters from which on walking for ``want`` of ``rows`` beats the bitmap."""
    return min(0.05, max(0.001, math.sqrt(want / max(rows, 1))))


def _reach(want: int, even: float) -> int:
    """Return how many rows a walk may read: a power of two, so that few statements are prepared."""
    return 1 << math.ceil(math.log2(want / even * 1.5))


_SHARES = """
SELECT a.term, coalesce(sum(t.share), 0), (SELECT reltuples FROM pg_class WHERE oid = 'search_doc'::regclass)
FROM unnest(%s::text[], %s::text[]) AS a (term, last)
LEFT JOIN search_term t ON t.term >= a.term COLLATE "C" AND t.term <= a.last COLLATE "C"
GROUP BY a.term, a.last
"""


def _shares(terms: Query, using: str) -> tuple[dict[str, float], int]:
    """Return the share of matters that have each term, and how many matters there are, about."""
    ends = [f"{prefix}\U0010ffff" for prefix in terms.prefixes]
    rows = run(_SHARES, ([*terms.exact, *terms.prefixes], [*terms.exact, *ends]), using)
    short = {prefix for prefix in terms.prefixes if len(prefix) < _SHORT}
    return {term: 1.0 if term in short else share for term, share, _ in rows}, int(rows[0][2])


def visible(branches: tuple[Branch, ...], line: str) -> tuple[str, list[Any]]:
    """Return the condition on ``m`` that a matter lies in a branch (and line), with its parameters."""
    ways = [branch_condition(branch) for branch in branches]
    sql = "(" + " OR ".join(f"({way})" for way, _ in ways) + ")"
    params = [value for _, values in ways for value in values]
    return (f"{sql} AND m.line = %s", [*params, line]) if line else (sql, params)


# Walking --------------------------------------------------------------------------------------


def _walk(ask: Ask, reach: int) -> Found:
    """Walk every branch newest-first over at most ``reach`` rows.

    Limits are written out: a statement that hides them in a parameter is planned anew each time.
    """
    parts: list[str] = []
    params: list[Any] = []
    for number, branch in enumerate(ask.branches):
        source, given = _source(ask, branch, reach)
        tests, values = _tests(ask, branch)
        parts.append(
            f"(SELECT {number}, w.id FROM ({source}) w WHERE w.id <> ALL(%s) AND {tests}"  # noqa: S608 - as below
            f" ORDER BY w.id DESC LIMIT {ask.want})"
        )
        params += [*given, list(ask.skip), *values]
    rows = run(" UNION ALL ".join(parts), params, ask.using)
    floor = _floor(ask, rows, reach)
    return Found(sorted({key for _, key in rows if key >= floor}, reverse=True)[: ask.want], floor)


def _source(ask: Ask, branch: Branch, reach: int) -> tuple[str, list[Any]]:
    """Return the newest ``reach`` ids of a branch as SQL over one index; broad ones bring their terms along."""
    column = branch.column
    key, params = "matter_id", [] if column in _BROAD else [branch.value]
    if column in _BROAD:
        chosen, test = "matter_id AS id, tsv FROM search_doc", "true"
    elif column == "support":
        chosen, test = "matter_id AS id FROM flow_seat", "unit = %s"
    else:
        # the second test repeats the condition of the partial index, for plans made without the value
        held = " AND open" if column in _HELD else ""
        chosen, key, test = "id FROM flow_matter", "id", f"{column} = %s AND {column} > 0{held}"
        test += "".join(f" AND {one.column} <> %s" for one in ask.known)
        params += [one.value for one in ask.known]
    test, params = f"{test} AND {key} < %s", [*params, ask.before]
    if ask.after:
        test, params = f"{test} AND {key} > %s", [*params, ask.after]
    return f"SELECT {chosen} WHERE {test} ORDER BY {key} DESC LIMIT {reach}", params


def _tests(ask: Ask, branch: Branch) -> tuple[str, list[Any]]:
    """Return what a row of the walk ``w`` must stand."""
    tests: list[str] = []
    params: list[Any] = [ask.terms.tsquery()]
    if branch.column in _BROAD:
        tests.append("w.tsv @@ %s::tsquery")
        if branch.column != "*":
            tests.append(f"EXISTS (SELECT FROM flow_matter b WHERE b.id = w.id AND b.{branch.column} = %s)")
            params.append(branch.value)
    else:
        # OFFSET 0: one look-up by key a row, never a join with all terms
        tests.append("(SELECT d.tsv @@ %s::tsquery FROM search_doc d WHERE d.matter_id = w.id OFFSET 0)")
    if ask.line:
        tests.append("EXISTS (SELECT FROM flow_matter l WHERE l.id = w.id AND l.line = %s)")
        params.append(ask.line)
    return " AND ".join(tests), params


def _floor(ask: Ask, rows: list[Row], reach: int) -> int:
    """Return the id down to which every branch was read, or 0 when each gave enough or was read to its end."""
    found = [sum(1 for number, _ in rows if number == n) for n in range(len(ask.branches))]
    short = [branch for branch, count in zip(ask.branches, found, strict=True) if count < ask.want]
    if not short:
        return 0
    sources = [_source(ask, branch, reach) for branch in short]
    ends = ", ".join(
        f"(SELECT CASE WHEN count(*) = {reach} THEN min(id) ELSE 0 END FROM ({sql}) w)"  # noqa: S608 - allow-listed
        for sql, _ in sources
    )
    return int(max(run(f"SELECT {ends}", [value for _, given in sources for value in given], ask.using)[0]))


# Gathering ------------------------------------------------------------------------------------


def _gather(ask: Ask, common: list[str]) -> Found | None:
    """Take the bitmap of the terms first, then what of it may be seen; None when there are too many.

    Prepared plans know no values, so each fence names what they'd guess wrong: MATERIALIZED
    and OFFSET 0 keep the planner from walking matters instead, IS TRUE from looking up in
    the index what should only be tested.
    """
    looked, tested = ask.terms.split(common)
    test = " AND (tsv @@ %s::tsquery) IS TRUE" if tested else ""
    placed = all(branch.column in _PLACES for branch in ask.branches)
    places = [(branch.column, branch.value) for branch in ask.branches] if placed else []
    params: list[Any] = [
        looked.tsquery(line=ask.line, places=places),
        *([tested.tsquery()] if tested else []),
    ]
    params += [ask.before, list(ask.skip)]
    seen = ""
    if not placed and ask.branches[0].column != "*":
        where, given = visible(ask.branches, "")
        seen = f" CROSS JOIN LATERAL (SELECT FROM flow_matter m WHERE m.id = found.id AND {where} OFFSET 0) m"
        params += given
    rows = run(
        "WITH found AS MATERIALIZED (SELECT matter_id AS id FROM search_doc"  # noqa: S608 - allow-listed
        f" WHERE tsv @@ %s::tsquery{test} AND matter_id < %s AND matter_id <> ALL(%s) LIMIT {GATHER + 1}),"
        " many AS MATERIALIZED (SELECT count(*) AS n FROM found)"
        f" (SELECT id FROM found{seen} WHERE (SELECT n FROM many) <= {GATHER} ORDER BY id DESC LIMIT %s)"
        f" UNION ALL SELECT 0 FROM many WHERE n > {GATHER}",
        [*params, ask.want],
        ask.using,
    )
    ids = [row[0] for row in rows]
    return None if ids == [0] else Found(ids)
