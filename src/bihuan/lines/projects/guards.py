"""Guards of the problem mechanism. A changed meaning is a new revision, never an edit."""

import hashlib

from django.utils.translation import gettext as _

from bihuan.kernel.flow.guards import evidence_given
from bihuan.kernel.flow.registry import Context, guard
from bihuan.kernel.orders.settling import settles

#: One in so many answers given on the spot is looked at afterwards.
SAMPLE_ONE_IN = 10


@guard("projects.quick@1")
def quick(context: Context) -> str | None:
    """Mark an answer given on the spot, and draw the sample that is looked at: by hash, so nobody can choose."""
    context.facts["quick"] = True
    drawn = int.from_bytes(hashlib.sha256(context.row.code.encode()).digest()[:4], "big")
    context.facts["sampled"] = drawn % SAMPLE_ONE_IN == 0
    return None


@guard("projects.was_quick@1")
def was_quick(context: Context) -> str | None:
    """Answered on the spot: nobody has handled it yet, so it goes to the centre."""
    if context.row.value("quick") and context.row.episode == 1:
        context.facts["quick"] = False
        return None
    return _("This matter had a handler: reopen it there.")


@guard("projects.not_quick@1")
def not_quick(context: Context) -> str | None:
    """Reopening goes back to the lead unit, so there must have been one."""
    if context.row.lead_unit:
        return None
    return _("Nobody has handled this matter yet: hand it over instead.")


@guard("projects.clock_runs@1")
def clock_runs(context: Context) -> str | None:
    """Only a running clock can be stopped."""
    return None if context.row.clock == "running" else _("The clock is not running.")


@guard("projects.clock_stands@1")
def clock_stands(context: Context) -> str | None:
    """Only a stopped clock can go on."""
    return None if context.row.clock == "paused" else _("The clock is not stopped.")


@guard("projects.withdrawn@1")
def withdrawn(context: Context) -> str | None:
    """A withdrawn problem closes as such."""
    context.facts["closing"] = "withdrawn"
    return None


@guard("projects.settled@1")
def settled(context: Context) -> str | None:
    """Its evidence lies with the order that settled it."""
    context.facts["settled"] = True
    return None


@guard("projects.evidence@1")
def evidence(context: Context) -> str | None:
    """Signing off needs evidence: the problem's own, or that of the order that settled it."""
    return None if context.row.value("settled") else evidence_given(context)


settles("projects.problem", "settle")
