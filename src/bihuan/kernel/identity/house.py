"""Posts that every house has, whichever lines it runs: kernel rooms and lines name them in what they declare.

A line gives them the administrative rights its own pages ask for (``rights`` of its manifest); a
role that only one line knows is declared by that line.
"""

from bihuan.kernel.identity.roles import Role
from bihuan.logic.mechanism import said as _

_LOCAL = {
    "admin.posts",
    "admin.organisations",
    "admin.divisions",
    "admin.calendar",
    "admin.limits",
    "admin.papers",
}

ALL = (
    Role(
        "coordinator",
        _("Coordination centre"),
        "scope",
        frozenset({"admin.limits", "admin.papers", "links.issue"}),
    ),
    Role("leader", _("Leader in charge"), "scope"),
    Role("principal", _("Principal leader"), "scope"),
    Role("officer", _("Service officer"), "scope", frozenset({"links.issue"})),
    Role("department", _("Department"), "unit"),
    Role("supervisor", _("Supervision office"), "scope", frozenset({"links.issue"})),
    Role("enterprise", _("Enterprise"), "party"),
    # Reads everything of the house and who read what; moves nothing.
    Role(
        "auditor", _("Auditor"), "everything", frozenset({"admin.ledger", "admin.readings"}), reads_only=True
    ),
    # Who runs the installation: administers, but sees no matter by that alone.
    Role(
        "administrator",
        _("Administrator"),
        "own",
        frozenset({*_LOCAL, "admin.house", "admin.ledger", "admin.readings"}),
    ),
    # Who administers one street or park of the house: what lies in the post's own division, nothing above.
    Role("local_administrator", _("Administrator of a street or park"), "own", frozenset(_LOCAL)),
)
