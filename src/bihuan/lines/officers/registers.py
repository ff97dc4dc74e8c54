"""The columns of the assignments."""

from collections.abc import Mapping
from typing import Any

from bihuan.kernel.intake.columns import Column
from bihuan.kernel.registers.registry import Register, register
from bihuan.lines.officers.contracts import Layer
from bihuan.lines.officers.models import Assignment
from bihuan.logic.mechanism import said as _


class Ident(Column):
    """A column that names something by its id; 0 in the table stands for none."""

    def load(self, row: Mapping[str, Any]) -> str | None:
        """Return the id as text."""
        return str(row[self.name]) if row[self.name] else None

    def store(self, code: str | None) -> dict[str, Any]:
        """Return the database column."""
        return {self.name: int(code or 0)}


LAYERS = {"专员": Layer.OFFICER, "联点领导": Layer.LEADER}
ASSIGNMENTS = register(
    Register(
        name="officers.assignments",
        title=_("Who serves which project"),
        model=Assignment,
        fields=(
            Ident("project", _("Project"), required=True),
            Column(
                "layer",
                _("Layer"),
                "choice",
                choices={"专员": Layer.OFFICER, "联点领导": Layer.LEADER},
                required=True,
            ),
            Ident("post", _("Post"), required=True),
            Ident("deputy", _("Deputy (B of AB)")),
            Column("since", _("From"), "day", required=True),
            Column("until", _("Until"), "day"),
            Column("reason", _("Reason"), longest=300),
        ),
        match=("project",),
    )
)
