"""What an import would do, before it does it: rows, differences cell by cell, and questions."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bihuan.kernel.identity.actors import Scope
from bihuan.kernel.intake.wording import letter, word

#: What becomes of a row.
CREATE, UPDATE, UNCHANGED, ASK, ERROR = "create", "update", "unchanged", "ask", "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """One odd cell or row. ``severity``: error (row not taken), warning (taken by a stated rule), info."""

    sheet: str
    row: int
    column: int
    value: str
    severity: str
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def json(self) -> dict[str, Any]:
        """Return the finding as the command line and the API give it: row from 1, column a letter.

        What is said of a whole sheet stands at its first cell.
        """
        return {
            "sheet": self.sheet,
            "row": self.row or 1,
            "column": letter(self.column or 1),
            "value": self.value,
            "message": word(self.code, self.params),
            "severity": self.severity,
        }


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell that would change: codes old → new, and the text as it stands in the workbook."""

    field: str
    old: str | None
    new: str | None
    written: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something the row says beyond its cells; ``kind`` problem proposes a matter."""

    kind: str
    text: str
    closed: bool = False


@dataclass(slots=True)
class PlanRow:
    """One row of the workbook: which row of the register it means and what would change.

    ``candidates`` are the rows an ``ask`` row may mean; ``passed`` are namesakes that were known.
    """

    sheet: str
    number: int
    title: str
    action: str
    row_id: int = 0
    ver: int = 0
    differences: tuple[Difference, ...] = ()
    scope: Scope | None = None
    passed: tuple[int, ...] = ()
    candidates: tuple[tuple[int, str], ...] = ()
    proposals: tuple[Proposal, ...] = ()


@dataclass(slots=True)
class Plan:
    """The dry run of one workbook."""

    register: str
    name: str
    sha256: str
    size: int
    rows: list[PlanRow] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def count(self, action: str) -> int:
        """Return how many rows have an action."""
        return sum(1 for row in self.rows if row.action == action)

    def counts(self) -> dict[str, int]:
        """Return the number of rows by action."""
        return dict(Counter(row.action for row in self.rows))

    @property
    def problems(self) -> list[dict[str, Any]]:
        """Return every finding in the reader's language, in the order of the workbook."""
        ordered = sorted(self.findings, key=lambda f: (f.sheet, f.row, f.column))
        return [finding.json() for finding in ordered]

    def json(self) -> dict[str, Any]:
        """Return what ``import --json`` prints."""
        return {
            "rows": len(self.rows),
            "created": self.count(CREATE),
            "updated": self.count(UPDATE),
            "unchanged": self.count(UNCHANGED),
            "problems": self.problems,
        }


@dataclass(slots=True)
class TakenIn:
    """What a workbook did: the batch (for undoing it), counts by action, what was odd."""

    batch: int
    counts: dict[str, int]
    findings: list[dict[str, Any]] = field(default_factory=list)
