"""Keep the index true: add, replace, remove, rebuild, measure, scrub."""

from collections.abc import Iterable, Sequence

from bihuan.kernel.content.selectors import SHOWN, open_many
from bihuan.kernel.content.values import Ref
from bihuan.kernel.identity.actors import LEVELS
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import atomic, run
from bihuan.logic.terms import standing, terms_for

#: Terms below this share of matters aren't kept: whatever is not there counts as rare.
KEEP_SHARE = 0.001
_BATCH = 2000
#: Any number does: it keeps two rebuilds of the index's frequencies apart.
_MEASURING = 5_271_009

_PUT = """
INSERT INTO search_doc (matter_id, tsv)
SELECT id, array_to_tsvector(string_to_array(terms, ' '))
FROM unnest(%s::bigint[], %s::text[]) AS doc (id, terms)
ORDER BY id
ON CONFLICT (matter_id) DO UPDATE SET tsv = excluded.tsv
WHERE search_doc.tsv IS DISTINCT FROM excluded.tsv
"""

_MISSING = """SELECT m.id FROM flow_matter m LEFT JOIN search_doc d ON d.matter_id = m.id
              WHERE m.id < %s AND d.matter_id IS NULL ORDER BY m.id DESC LIMIT %s"""
_STANDING = f"SELECT id, code, title, line, {', '.join(LEVELS)} FROM flow_matter WHERE id = ANY(%s)"  # noqa: S608

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
    with atomic():
        run("DELETE FROM search_doc WHERE matter_id = ANY(%s)", (list(matter_ids),))
        _erased(matter_ids)


def _erased(matter_ids: Sequence[int]) -> None:
    run(
        "INSERT INTO search_erased (matter_id, at) SELECT unnest(%s::bigint[]), %s"
        " ON CONFLICT (matter_id) DO UPDATE SET at = excluded.at",
        (sorted(matter_ids), now()),
    )


def index_matters(matter_ids: Sequence[int]) -> int:
    """Build the terms of these matters anew: code, the open texts they were opened with, and their titles since.

    Erased, withheld, personal and sealed values are no terms. A matter without any content
    is found by its title.
    """
    ids = list(matter_ids)
    rows = run(_STANDING, (ids,))
    texts: dict[int, list[str]] = {}
    for ref, value in open_many(ids).items():
        if ref.seq == 1 or ref.field == "title":
            kept = texts.setdefault(ref.chain_id, [])
            if value.cls == "open" and value.state == SHOWN:
                kept.append(value.text)
    return index_many(
        (
            key,
            [
                *terms_for(code, *texts.get(key, [title])),
                *standing(line, zip(LEVELS, places, strict=True)),
            ],
        )
        for key, code, title, line, *places in rows
    )


def forget(chain_id: int, places: list[Ref]) -> None:
    """Take out what was erased: called by the content room when keys are destroyed."""
    if run("SELECT 1 FROM search_doc WHERE matter_id = %s", (chain_id,)):
        index_matters([chain_id])
        _erased([chain_id])


def index_new() -> int:
    """Index the matters that have no terms, newest first; return how many. It looks at all matters once."""
    count, before = 0, 2**63 - 1
    while rows := run(_MISSING, (before, _BATCH)):
        before = rows[-1][0]
        count += index_matters([row[0] for row in rows])
    return count


def reindex() -> int:
    """Build the whole index anew, newest first, and drop what has no matter; return the matters read.

    Safe while people work: each batch is its own statement and replaces rows in place.
    """
    count, before = 0, 2**63 - 1
    while rows := run("SELECT id FROM flow_matter WHERE id < %s ORDER BY id DESC LIMIT %s", (before, _BATCH)):
        before = rows[-1][0]
        count += index_matters([row[0] for row in rows])
    run("DELETE FROM search_doc d WHERE NOT EXISTS (SELECT FROM flow_matter m WHERE m.id = d.matter_id)")
    measure()
    return count


def measure() -> int:
    """Learn afresh how common the terms are, from PostgreSQL's own sample; return how many are kept.

    Only the table's owner may take a new sample; for others the one autovacuum took serves.
    """
    with atomic():
        run("SELECT pg_advisory_xact_lock(%s)", (_MEASURING,))
        run("ANALYZE search_doc")
        run("DELETE FROM search_term")
        run(_MEASURE, (KEEP_SHARE,))
        return int(run("SELECT count(*) FROM search_term")[0][0])


def scrub() -> int:
    """Take erased terms off the disk: rows by VACUUM, index keys by rebuilding the index.

    A GIN index keeps a key after its last row is gone, so erasing a text needs this once
    afterwards. Runs as the tables' owner, outside any transaction, and blocks nobody.
    Returns how many matters' erasures are through.
    """
    done = now()
    run("VACUUM (ANALYZE) search_doc")
    run("REINDEX INDEX CONCURRENTLY search_doc_terms")
    measure()
    return len(run("DELETE FROM search_erased WHERE at <= %s RETURNING matter_id", (done,)))
