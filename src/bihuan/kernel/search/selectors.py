"""Find matters by Chinese text or code, newest first, in milliseconds at a million matters.

Two plans, each disastrous where the other shines: walking newest-first finds twenty rows
of a common term at once but reads everything for a rare one; the bitmap of a rare term is
small but that of a common one is most of the table. A walk for k rows of a term that a
share p of n matters has reads k / p rows, the bitmap p * n: they break even at
p = sqrt(k / n), a fifth of a per cent to one per cent from a million matters down to a
hundred thousand. A walk that has read twice as many rows gives up and the bitmap takes over.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bihuan.kernel.permits.rules import BRANCH_COLUMNS, Branch
from bihuan.kernel.permits.walk import condition as branch_condition
from bihuan.kernel.store.sql import Row, run
from bihuan.logic.terms import Query, query

#: Shorter word beginnings are taken for common: their endings are too many to have been counted.
_SHORT = 3
_NEWEST = 2**63 - 1

#: Branch columns flow keeps no newest-first index for: nearly everything lies in one of their values.
_BROAD = frozenset({"*", "province", "city", "micro"})
#: What somebody holds is open; flow indexes these columns for open matters only.
_HELD = frozenset({"holder_unit", "holder_post"})


@dataclass(frozen=True, slots=True)
class Hit:
    """A matter found."""

    id: int
    code: str
    title: str
    line: str
    kind: str
    stage: str
    open: bool
    due: datetime | None
    moved: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """Hits, newest first; matters whose code was asked for stand before. ``before`` asks for the next."""

    hits: tuple[Hit, ...] = ()
    before: int | None = None


@dataclass(frozen=True, slots=True)
class _Ask:
    """One search: what, for whom, from where."""

    terms: Query
    branches: tuple[Branch, ...]
    line: str
    before: int
    want: int
    skip: tuple[int, ...]
    using: str


def search(
    branches: Iterable[Branch | tuple[str, int]],
    text: str,
    *,
    limit: int = 20,
    before: int | None = None,
    line: str = "",
    using: str = "read",
) -> Page:
    """Return the matters of these branches that have every term of the text.

    No branch sees nothing; ``Branch("*", 0)`` sees everything. A text that begins at most
    ``limit`` codes puts those matters first, whatever their age. Raises ValueError for a
    column that is no branch.
    """
    seen = _allowed(branches)
    terms = query(text)
    if not seen or not (terms or terms.code):
        return Page()
    coded = _by_code(terms.code, seen, line, limit, using) if terms.code else []
    ask = _Ask(terms, seen, line, before or _NEWEST, limit + 1, tuple(coded), using)
    ids = _by_text(ask) if terms else []
    more = ids[limit - 1] if len(ids) > limit else None
    first = [] if before else coded
    return Page(_hits([*first, *ids[:limit]], using), more)


def _allowed(branches: Iterable[Branch | tuple[str, int]]) -> tuple[Branch, ...]:
    seen = tuple(b if isinstance(b, Branch) else Branch(*b) for b in branches)
    for branch in seen:
        if branch.column not in BRANCH_COLUMNS:
            raise ValueError(f"no branch column: {branch.column}")
    everything = tuple(b for b in seen if b.column == "*")
    return everything[:1] or tuple(b for b in seen if b.value > 0)


def _visible(branches: tuple[Branch, ...], line: str) -> tuple[str, list[Any]]:
    """Return the condition on ``m`` that a matter lies in a branch (and line), with its parameters."""
    ways = [branch_condition(branch) for branch in branches]
    sql = "(" + " OR ".join(f"({way})" for way, _ in ways) + ")"
    params = [value for _, values in ways for value in values]
    return (f"{sql} AND m.line = %s", [*params, line]) if line else (sql, params)


def _by_code(code: str, branches: tuple[Branch, ...], line: str, limit: int, using: str) -> list[int]:
    """Return the visible matters whose code begins so; of more than ``limit`` only the exact one."""
    visible, params = _visible(branches, line)
    rows = run(
        "WITH named AS MATERIALIZED (SELECT id, code FROM flow_matter"  # noqa: S608 - columns are allow-listed
        " WHERE code ~>=~ %s AND code ~<~ %s ORDER BY code USING ~<~ LIMIT %s)"
        " SELECT m.id, m.code, (SELECT count(*) FROM named)"
        f" FROM named JOIN flow_matter m USING (id) WHERE {visible} ORDER BY m.code",
        (code, f"{code}\U0010ffff", limit + 1, *params),
        using,
    )
    return [key for key, full, named in rows if named <= limit or full == code]


def _by_text(ask: _Ask) -> list[int]:
    shares = _shares(ask.terms, ask.using)
    common = break_even(ask.want, run(_ROWS, (), ask.using)[0][0])
    if min(shares.values()) >= common:
        walked = _walk(ask, _reach(ask.want, common))
        if walked is not None:
            return walked
    return _gather(ask, [term for term, share in shares.items() if share >= common])


_ROWS = "SELECT reltuples::bigint FROM pg_class WHERE oid = 'search_doc'::regclass"


def break_even(want: int, rows: int) -> float:
    """Return the share of matters from which on walking for ``want`` of ``rows`` beats the bitmap."""
    return min(0.05, max(0.001, math.sqrt(want / max(rows, 1))))


def _reach(want: int, common: float) -> int:
    """Return how many rows a walk may read: a power of two, so that few statements are prepared."""
    return 1 << math.ceil(math.log2(want / common * 1.5))


def _shares(terms: Query, using: str) -> dict[str, float]:
    """Return the share of matters that have each term; all terms together can't exceed the rarest."""
    rows = run(
        "SELECT a.term, coalesce(sum(t.share), 0) FROM unnest(%s::text[], %s::text[]) AS a (term, last)"
        ' LEFT JOIN search_term t ON t.term >= a.term COLLATE "C" AND t.term <= a.last COLLATE "C"'
        " GROUP BY a.term, a.last",
        (
            [*terms.exact, *terms.prefixes],
            [*terms.exact, *(f"{prefix}\U0010ffff" for prefix in terms.prefixes)],
        ),
        using,
    )
    short = {prefix for prefix in terms.prefixes if len(prefix) < _SHORT}
    return {term: 1.0 if term in short else share for term, share in rows}


def _walk(ask: _Ask, reach: int) -> list[int] | None:
    """Walk every branch newest-first; None when one gave up, so that rows might be missing."""
    filter_, line = (" AND EXISTS (SELECT FROM flow_matter l WHERE l.id = w.id AND l.line = %s)", [ask.line])
    parts: list[str] = []
    params: list[Any] = []
    for number, branch in enumerate(ask.branches):
        source, given = _source(branch, ask.before, reach)
        broad, value = _broad(branch)
        parts.append(
            f"(SELECT {number}, w.id FROM ({source}) w CROSS JOIN LATERAL"  # noqa: S608 - as above
            " (SELECT FROM search_doc d WHERE d.matter_id = w.id AND d.tsv @@ %s::tsquery OFFSET 0) d"
            f" WHERE w.id <> ALL(%s){broad}{filter_ if ask.line else ''} ORDER BY w.id DESC LIMIT %s)"
        )
        params += [*given, ask.terms.tsquery(), list(ask.skip), *value]
        params += [*(line if ask.line else []), ask.want]
    rows = run(" UNION ALL ".join(parts), params, ask.using)
    if not _complete(ask, rows, reach):
        return None
    return sorted({key for _, key in rows}, reverse=True)[: ask.want]


def _source(branch: Branch, before: int, reach: int) -> tuple[str, list[Any]]:
    """Return the newest ``reach`` ids of a branch as SQL over one index."""
    if branch.column in _BROAD:
        table, key, test, params = "search_doc", "matter_id", "true", []
    elif branch.column == "support":
        table, key, test, params = "flow_seat", "matter_id", "unit = %s", [branch.value]
    else:
        column = branch.column
        held = " AND open" if column in _HELD else ""
        # the second test repeats the condition of the partial index, for plans made without the value
        table, key, test = "flow_matter", "id", f"{column} = %s AND {column} > 0{held}"
        params = [branch.value]
    sql = f"SELECT {key} AS id FROM {table} WHERE {test} AND {key} < %s ORDER BY {key} DESC LIMIT {reach}"  # noqa: S608
    return sql, [*params, before]


def _broad(branch: Branch) -> tuple[str, list[Any]]:
    if branch.column == "*" or branch.column not in _BROAD:
        return "", []
    test = f"b.{branch.column} = %s"
    return f" AND EXISTS (SELECT FROM flow_matter b WHERE b.id = w.id AND {test})", [branch.value]


def _complete(ask: _Ask, rows: list[Row], reach: int) -> bool:
    """Whether every branch either gave all that was wanted or was read to its end."""
    found = [sum(1 for number, _ in rows if number == n) for n in range(len(ask.branches))]
    short = [branch for branch, count in zip(ask.branches, found, strict=True) if count < ask.want]
    if not short:
        return True
    sources = [_source(branch, ask.before, reach) for branch in short]
    counts = ", ".join(f"(SELECT count(*) FROM ({sql}) w)" for sql, _ in sources)  # noqa: S608
    read = run(f"SELECT {counts}", [value for _, given in sources for value in given], ask.using)[0]
    return all(count < reach for count in read)


def _gather(ask: _Ask, common: list[str]) -> list[int]:
    """Take the bitmap of the terms first, then what of it may be seen.

    Prepared plans know no values, so each fence names what they'd guess wrong: MATERIALIZED
    and OFFSET 0 keep the planner from walking matters instead, IS TRUE from looking up in
    the index what should only be tested.
    """
    looked, tested = ask.terms.split(common)
    test = " AND (tsv @@ %s::tsquery) IS TRUE" if tested else ""
    params: list[Any] = [
        looked.tsquery(),
        *([tested.tsquery()] if tested else []),
        ask.before,
        list(ask.skip),
    ]
    seen = ""
    if ask.line or ask.branches[0].column != "*":
        visible, given = _visible(ask.branches, ask.line)
        seen = (
            f" CROSS JOIN LATERAL (SELECT FROM flow_matter m WHERE m.id = found.id AND {visible} OFFSET 0) m"
        )
        params += given
    rows = run(
        f"WITH found AS MATERIALIZED (SELECT matter_id AS id FROM search_doc WHERE tsv @@ %s::tsquery{test}"  # noqa: S608
        f" AND matter_id < %s AND matter_id <> ALL(%s)) SELECT id FROM found{seen} ORDER BY id DESC LIMIT %s",
        [*params, ask.want],
        ask.using,
    )
    return [row[0] for row in rows]


def _hits(ids: list[int], using: str) -> tuple[Hit, ...]:
    if not ids:
        return ()
    rows = run(
        "SELECT id, code, title, line, kind, stage, open, due, moved FROM flow_matter"
        " JOIN unnest(%s::bigint[]) WITH ORDINALITY AS wanted (id, place) USING (id) ORDER BY place",
        (ids,),
        using,
    )
    return tuple(Hit(*row) for row in rows)


def waiting_for_scrub(using: str = "read") -> int:
    """Return of how many matters erased terms may still lie in the index file (see ``actions.scrub``)."""
    return int(run("SELECT count(*) FROM search_erased", (), using)[0][0])
