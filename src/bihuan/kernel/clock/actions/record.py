"""Every change of what clocks are counted on is a version and an entry of one chain."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import uuid4

from psycopg.types.json import Jsonb

from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.ledger.actions import NewEntry, append_many
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import atomic, run

_BEGIN = """
INSERT INTO clock_almanac (id, seq, head, ver, single, stamp)
SELECT nextval('bihuan_chain'), 0, '', 0, true, %s WHERE NOT EXISTS (SELECT 1 FROM clock_almanac)
ON CONFLICT (single) DO NOTHING"""
_VERSION = """
INSERT INTO clock_calendarversion (version, at, "user", post, who, kind, what, first, last, division, moved)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 0)"""


@contextmanager
def new_version(
    actor: Actor,
    kind: str,
    what: dict[str, Any],
    *,
    division: int = 0,
    first: date | None = None,
    last: date | None = None,
) -> Iterator[int]:
    """Give a new version to write rows under; the change is told in ``what``, which also goes into the entry.

    ``kind`` days or hours moves running clocks between ``first`` and ``last``: a ripple follows.
    """
    with atomic():
        run(_BEGIN, (uuid4(),))
        chain, seq, head, ver = run("SELECT id, seq, head, ver FROM clock_almanac FOR UPDATE")[0]
        moment, version = now(), ver + 1
        yield version
        facts = {"version": version, **({"division": division} if division else {}), **what}
        (done,) = append_many(
            [NewEntry(chain, seq + 1, bytes(head), f"clock.{kind}", moment, actor, facts, {})], moment
        )
        run(
            "UPDATE clock_almanac SET seq = %s, head = %s, ver = %s, stamp = %s",
            (done.seq, done.hash, version, uuid4()),
        )
        row = (version, moment, actor.user, actor.post, actor.title, kind, Jsonb(what), first, last, division)
        run(_VERSION, row)


def note(actor: Actor, move: str, facts: dict[str, Any]) -> None:
    """Write an entry that changes no table: what a ripple did."""
    with atomic():
        chain, seq, head = run("SELECT id, seq, head FROM clock_almanac FOR UPDATE")[0]
        (done,) = append_many([NewEntry(chain, seq + 1, bytes(head), move, now(), actor, facts, {})])
        run("UPDATE clock_almanac SET seq = %s, head = %s", (done.seq, done.hash))
