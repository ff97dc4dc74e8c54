"""Every administrative change is an entry of one chain."""

from typing import Any

from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.ledger.actions import NewEntry, append_many
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import atomic, run

_BEGIN = """
INSERT INTO identity_adminchain (id, seq, head, ver, single)
SELECT nextval('bihuan_chain'), 0, '', 0, true WHERE NOT EXISTS (SELECT 1 FROM identity_adminchain)
ON CONFLICT (single) DO NOTHING"""


def record(actor: Actor, move: str, facts: dict[str, Any]) -> None:
    """Write one administrative change into the chain, inside the caller's transaction.

    ``facts`` are ids, codes, days and counts: personal values and free text stay in their
    own rows, where they can be erased.
    """
    with atomic():
        run(_BEGIN)
        chain, seq, head = run("SELECT id, seq, head FROM identity_adminchain FOR UPDATE")[0]
        entry = NewEntry(chain, seq + 1, bytes(head), move, now(), actor, facts, {})
        (done,) = append_many([entry])
        run("UPDATE identity_adminchain SET seq = %s, head = %s", (done.seq, done.hash))
