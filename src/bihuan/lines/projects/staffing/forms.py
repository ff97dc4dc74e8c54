"""What the pages of plans ask for."""

from bihuan.kernel.forms.fields import Field, Form
from bihuan.lines.projects.timetables.words import SIDES
from bihuan.logic.mechanism import said as _

ROLES = {"officer": _("Service officer"), "agent": _("Agent of approvals")}

ADOPT = Form("projects.plan.adopt", _("Adopt the plan"), (
    Field("reason", _("Reason"), "long", required=True),
))  # fmt: skip
CAPACITY = Form("projects.capacity", _("What one person carries at once"), (
    Field("role", _("Who"), "choice", required=True, choices=tuple(ROLES.items())),
    Field("at_once", _("Nodes at once"), "int", required=True),
    Field("sides", _("Nodes of these sides"), "choices", required=True, choices=tuple(SIDES.items())),
    Field("since", _("In force from"), "date", required=True),
    Field("source", _("Where the number comes from"), required=True, max_length=300),
))  # fmt: skip
