"""When a matter or a paper is purged: its papers go along, and their titles."""

from bihuan.kernel.content.actions import purge
from bihuan.kernel.content.values import Ref
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.store.sql import run


def forget(chain_id: int, gone: list[Ref]) -> None:
    """Blank the title of a paper whose data can't be read any more."""
    if any(ref.field == "data" for ref in gone):
        run("UPDATE papers_paper SET title = '' WHERE id = %s", (chain_id,))


def purge_about(actor: Actor, chain_id: int, reason: str) -> int:
    """Purge the papers about a chain that is purged; return how many had anything to lose."""
    rows = run(
        """SELECT p.id FROM papers_paper p WHERE p.about = %s AND EXISTS
           (SELECT FROM content_key k WHERE k.chain_id = p.id AND k.field = 'data') ORDER BY p.id""",
        (chain_id,),
    )
    for (paper,) in rows:
        purge(actor, paper, reason=reason)
    return len(rows)
