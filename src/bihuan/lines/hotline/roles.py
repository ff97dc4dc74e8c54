"""The posts of this line."""

from bihuan.kernel.identity.roles import Role
from bihuan.logic.mechanism import said as _

ALL = (
    Role("operator", _("Hotline operator"), "scope", frozenset({"links.issue"}), line="hotline"),
    Role("grid_head", _("Grid head"), "scope", line="hotline"),
    Role("grid_officer", _("Grid officer"), "scope", line="hotline"),
)
