"""Guards of needs. A changed meaning is a new revision, never an edit."""

from bihuan.kernel.flow.registry import Context, guard
from bihuan.kernel.orders.settling import settles


@guard("enterprise.withdrawn@1")
def withdrawn(context: Context) -> str | None:
    """A withdrawn need closes as such."""
    context.facts["closing"] = "withdrawn"
    return None


@guard("enterprise.heard_again@1")
def heard_again(context: Context) -> str | None:
    """Count how often the same need was heard: it is one matter, whatever the channel."""
    context.facts["heard"] = context.row.value("heard", 1) + 1
    return None


settles("enterprise.need", "settle")
