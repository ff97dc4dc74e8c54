"""Guards and effects of what was set aside. A changed meaning is a new revision, never an edit."""

from dataclasses import replace

from django.utils.translation import gettext as _

from bihuan.kernel.flow import guards
from bihuan.kernel.flow.registry import Context, effect, guard
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.store.sql import run


@guard("hotline.begins@1")
def begins(context: Context) -> str | None:
    """It counts from now on, as an episode of its own that is no reopening."""
    context.facts["begun"] = _begun(context.row) + 1
    return None


@guard("hotline.discards@1")
def discards(context: Context) -> str | None:
    """Note that it was discarded, so that it can be brought back."""
    context.facts["discarded"] = True
    return None


@guard("hotline.discarded@1", early=True)
def discarded(context: Context) -> str | None:
    """Only what was discarded is brought back; what was not accepted by a rule has its answer."""
    if not context.row.value("discarded"):
        return _(
            "This was not discarded: it was not accepted by a rule, and its caller was told where to go."
        )
    context.facts["discarded"] = False
    return None


def _begun(row: MatterRow) -> int:
    return int(row.value("begun", 0) or 0)


@guard("hotline.reopen_left@1")
def reopen_left(context: Context) -> str | None:
    """At most twice, as elsewhere; that it was set aside at first takes none from the caller."""
    return guards.reopen_left(_reopened(context))


@guard("hotline.reopenings_spent@1")
def reopenings_spent(context: Context) -> str | None:
    """Only an order that was reopened as often as allowed goes to the centre."""
    return guards.reopenings_spent(_reopened(context))


def _reopened(context: Context) -> Context:
    """Return the same with those episodes alone that the caller began."""
    row = context.row
    return replace(context, row=row._replace(episode=row.episode - _begun(row)))


@guard("hotline.heap_discarded_before@1", early=True)
def discarded_before(context: Context) -> str | None:
    """Something of the heap was discarded with it and not brought back."""
    sql = "SELECT 1 FROM hotline_aside WHERE heap = %s AND decision = 'discard' LIMIT 1"
    return None if run(sql, (context.row.id,)) else _("Nothing of this heap was discarded with it.")


_FORGET = """DELETE FROM hotline_knock WHERE address =
             (SELECT mark FROM hotline_heap WHERE matter = %s AND mark IS NOT NULL)"""


@effect("hotline.heap_taken_in@1")
def taken_in(context: Context) -> None:
    """Let all that lies there be taken in; whoever sent it is counted from nothing again."""
    _decide(context.row.id, "", "take_in")
    run(_FORGET, (context.row.id,))


@effect("hotline.heap_discarded@1")
def heap_discarded(context: Context) -> None:
    """Let all that lies there be discarded."""
    _decide(context.row.id, "", "discard")


@effect("hotline.heap_brought_back@1")
def heap_brought_back(context: Context) -> None:
    """Let all that was discarded with the heap come back; what somebody discarded on its own stays so."""
    _decide(context.row.id, "discard", "bring_back")


def _decide(heap: int, was: str, into: str) -> None:
    """Write the decision down beside each order in the move's own transaction: who comes later is not meant by it."""
    run(
        "UPDATE hotline_aside SET decision = %s, done = false WHERE heap = %s AND decision = %s",
        (into, heap, was),
    )
