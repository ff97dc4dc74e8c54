"""Find matters by Chinese text or code, newest first, in milliseconds at a million matters."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bihuan.kernel.permits.rules import BRANCH_COLUMNS, Branch
from bihuan.kernel.search.plans import Ask, Found, find, visible
from bihuan.kernel.store.sql import run
from bihuan.logic.terms import query

_NEWEST = 2**63 - 1


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
    """Hits, newest first; matters whose code was asked for stand before.

    ``before`` asks for the next page, None when there is none. A page may be short, even
    empty, and yet have a next one: then the search has gone back only so far.
    """

    hits: tuple[Hit, ...] = ()
    before: int | None = None


def search(
    branches: Iterable[Branch | tuple[str, int]],
    text: str,
    *,
    limit: int = 20,
    before: int | None = None,
    line: str = "",
    using: str = "read",
    quick: bool = False,
) -> Page:
    """Return the matters of these branches that have every term of the text.

    No branch sees nothing; ``Branch("*", 0)`` sees everything. A text that is a code, or
    begins at most ``limit`` codes, puts those matters first, whatever their age. ``quick``, for hints while
    somebody types: of common words alone only the newest matters are looked through. Raises
    ValueError for a column that is no branch.
    """
    seen = _allowed(branches)
    terms = query(text)
    if not seen or not (terms or terms.code):
        return Page()
    coded = _by_code(terms.code, seen, line, limit, using) if terms.code else []
    ask = Ask(terms, seen, line, before or _NEWEST, limit + 1, tuple(coded), using, quick)
    found = find(ask) if terms else Found([])
    more = found.ids[limit - 1] if len(found.ids) > limit else found.floor or None
    first = [] if before else coded
    return Page(_hits([*first, *found.ids[:limit]], using), more)


def _allowed(branches: Iterable[Branch | tuple[str, int]]) -> tuple[Branch, ...]:
    seen = tuple(b if isinstance(b, Branch) else Branch(*b) for b in branches)
    for branch in seen:
        if branch.column not in BRANCH_COLUMNS:
            raise ValueError(f"no branch column: {branch.column}")
    everything = tuple(b for b in seen if b.column == "*")
    return everything[:1] or tuple(b for b in seen if b.value > 0)


def _by_code(code: str, branches: tuple[Branch, ...], line: str, limit: int, using: str) -> list[int]:
    """Return the visible matter of that code, else those whose code begins so, unless they are more than ``limit``."""
    where, params = visible(branches, line)
    exact = f"SELECT m.id FROM flow_matter m WHERE m.code = %s AND {where}"  # noqa: S608 - columns are allow-listed
    if found := run(exact, (code, *params), using):
        return [found[0][0]]
    rows = run(
        "WITH named AS MATERIALIZED (SELECT id, code FROM flow_matter"  # noqa: S608 - columns are allow-listed
        f" WHERE code ~>=~ %s AND code ~<~ %s ORDER BY code USING ~<~ LIMIT {limit + 1})"
        f" SELECT m.id FROM named JOIN flow_matter m USING (id)"
        f" WHERE (SELECT count(*) FROM named) <= {limit} AND {where} ORDER BY m.code",
        (code, f"{code}\U0010ffff", *params),
        using,
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
        binary=True,
    )
    return tuple(Hit(*row) for row in rows)


def waiting_for_scrub(using: str = "read") -> int:
    """Return of how many matters erased terms may still lie in the index file (see ``actions.scrub``)."""
    return int(run("SELECT count(*) FROM search_erased", (), using)[0][0])
