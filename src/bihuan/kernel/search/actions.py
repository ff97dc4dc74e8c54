"""Keep the index true: add, replace, remove, rebuild, measure, scrub."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from bihuan.kernel.store.sql import atomic, run
from bihuan.logic.terms import terms_for

#: Further open texts of matters, by matter id: what a line's rebuild hands in.
TextsOf = Callable[[Sequence[int]], Mapping[int, Sequence[str]]]

#: Terms below this share of matters aren't kept: whatever is not there counts as rare.
KEEP_SHARE = 0.001
_BATCH = 2000

_PUT = """
INSERT INTO search_doc (matter_id, tsv)
SELECT id, array_to_tsvector(string_to_array(terms, ' '))
FROM unnest(%s::bigint[], %s::text[]) AS doc (id, terms)
ORDER BY id
ON CONFLICT (matter_id) DO UPDATE SET tsv = excluded.tsv
WHERE search_doc.tsv IS DISTINCT FROM excluded.tsv
"""

_MEASURE = """
INSERT INTO search_term (term, share)
SELECT term, share
FROM pg_stats, unnest(most_common_elems::text::text[], most_common_elem_freqs) AS common (term, share)
WHERE schemaname = current_schema() AND tablename = 'search_doc' AND attname = 'tsv'
  AND term IS NOT NULL AND share >= %s
"""


def index_many(rows: Iterable[tuple[int, Sequence[str]]]) -> int:
    """Write the terms of many matters, replacing what stood there; return how many were given."""
    given = list(rows)
    for start in range(0, len(given), _BATCH):
        part = given[start : start + _BATCH]
        run(_PUT, ([matter for matter, _ in part], [" ".join(terms) for _, terms in part]))
    return len(given)


def remove(matter_ids: Sequence[int]) -> None:
    """Take matters out of the index. Their terms leave the disk with :func:`scrub`."""
    run("DELETE FROM search_doc WHERE matter_id = ANY(%s)", (list(matter_ids),))


def index_matters(matter_ids: Sequence[int], texts: TextsOf | None = None) -> int:
    """Build the terms of these matters anew from code, title and the texts handed in."""
    ids = list(matter_ids)
    rows = run("SELECT id, code, title FROM flow_matter WHERE id = ANY(%s)", (ids,))
    more = texts(ids) if texts else {}
    return index_many((key, terms_for(title, code, *more.get(key, ()))) for key, code, title in rows)


def reindex(texts: TextsOf | None = None) -> int:
    """Build the whole index anew, newest first, and drop what has no matter; return the matters read.

    Safe while people work: each batch is its own statement and replaces rows in place.
    """
    count, before = 0, 2**63 - 1
    while True:
        rows = run("SELECT id FROM flow_matter WHERE id < %s ORDER BY id DESC LIMIT %s", (before, _BATCH))
        if not rows:
            break
        before = rows[-1][0]
        count += index_matters([row[0] for row in rows], texts)
    run("DELETE FROM search_doc d WHERE NOT EXISTS (SELECT FROM flow_matter m WHERE m.id = d.matter_id)")
    measure()
    return count


def measure() -> int:
    """Learn afresh how common the terms are, from PostgreSQL's own sample; return how many are kept."""
    with atomic():
        run("ANALYZE search_doc")
        run("DELETE FROM search_term")
        run(_MEASURE, (KEEP_SHARE,))
        return int(run("SELECT count(*) FROM search_term")[0][0])


def scrub() -> None:
    """Take removed terms off the disk: rows by VACUUM, index keys by rebuilding the index.

    A GIN index keeps a key after its last row is gone, so erasing a text needs this once
    afterwards. Runs outside any transaction and blocks nobody.
    """
    run("VACUUM (ANALYZE) search_doc")
    run("REINDEX INDEX CONCURRENTLY search_doc_terms")
    measure()
