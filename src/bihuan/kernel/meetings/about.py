"""What a matter is about, as the tables of the ladder ask for it."""

from dataclasses import dataclass

from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity.actors import Scope


@dataclass(frozen=True, slots=True)
class About:
    """What a portfolio may name: the row the matter is about, its unit, its line."""

    subject: int = 0
    unit: int = 0
    line: str = ""


def scope_of(row: MatterRow) -> Scope:
    """Return the place a matter lies in."""
    return Scope(**{name: getattr(row, name) for name in Scope.__dataclass_fields__})


def about(row: MatterRow) -> About:
    """Return what of a matter a portfolio may name."""
    return About(row.subject, row.lead_unit, row.line)
