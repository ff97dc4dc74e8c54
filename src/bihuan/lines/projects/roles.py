"""The posts of this line: who sees what, and which administrative rights come with the role."""

from bihuan.kernel.identity.roles import Role
from bihuan.logic.mechanism import said as _

_OFFICE = frozenset({"projects.amend", "projects.import", "projects.export", "projects.report"})

ALL = (
    Role(
        "coordinator",
        _("Coordination centre"),
        "scope",
        _OFFICE | {"admin.limits", "projects.templates"},
        line="projects",
    ),
    Role("leader", _("Leader in charge"), "scope", frozenset({"projects.export"}), line="projects"),
    Role("principal", _("Principal leader"), "scope", frozenset({"projects.export"}), line="projects"),
    Role(
        "officer",
        _("Service officer"),
        "scope",
        frozenset({"projects.amend", "projects.report"}),
        line="projects",
    ),
    Role("department", _("Department"), "unit", frozenset({"projects.report"}), line="projects"),
    Role("supervisor", _("Supervision office"), "scope", frozenset({"projects.export"}), line="projects"),
    Role("enterprise", _("Enterprise"), "party", frozenset(), line="projects"),
)
