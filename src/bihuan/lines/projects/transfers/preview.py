"""What a preview shows of a plan: counts, questions, differences, findings, and a digest of all that would happen."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from bihuan.kernel.intake.plan import ASK, CREATE, UPDATE, Finding, Plan, PlanRow

#: So many rows with differences and so many odd cells are shown; the counts are always whole.
SHOWN = 2000
FOUND = 2000
_WEIGHT = {"error": 0, "warning": 1, "info": 2}


def summary(made: Plan) -> dict[str, Any]:
    """Return a plan as JSON for its page: the weightiest findings, the first differences, every question."""
    changing = [row for row in made.rows if row.action in (CREATE, UPDATE)]
    proposing = [(row, one) for row in made.rows for one in row.proposals]
    doubts = {(f.sheet, f.row): f for f in made.findings if f.code.startswith("match_")}
    weighty = sorted(made.findings, key=lambda found: _WEIGHT[found.severity])[:FOUND]
    return {
        "digest": digest(made),
        "rows": len(made.rows),
        "counts": made.counts(),
        "severities": dict(Counter(found.severity for found in made.findings)),
        "questions": [_question(row, doubts) for row in made.rows if row.action == ASK],
        "differences": [_difference(row) for row in changing[:SHOWN]],
        "changing": len(changing),
        "findings": [_finding(found) for found in sorted(weighty, key=_place)],
        "proposals": [[row.title, one.text, one.closed] for row, one in proposing[:SHOWN]],
        "proposed": len(proposing),
        "proposed_closed": sum(one.closed for _row, one in proposing),
    }


def _place(found: Finding) -> tuple[str, int, int]:
    return found.sheet, found.row, found.column


def _question(row: PlanRow, doubts: Mapping[tuple[str, int], Finding]) -> dict[str, Any]:
    doubt = doubts.get((row.sheet, row.number))
    return {
        "sheet": row.sheet,
        "row": row.number,
        "title": row.title,
        "candidates": [[key, name] for key, name in row.candidates],
        "doubt": _finding(doubt) if doubt else None,
    }


def _difference(row: PlanRow) -> dict[str, Any]:
    return {
        "sheet": row.sheet,
        "row": row.number,
        "title": row.title,
        "id": row.row_id,
        "action": row.action,
        "moved": bool(row.scope) and row.action == UPDATE,
        "changes": [[d.field, d.old, d.new, d.written, d.note] for d in row.differences],
    }


def _finding(found: Finding) -> list[Any]:
    params = {
        name: value if isinstance(value, (str, int)) else str(value) for name, value in found.params.items()
    }
    return [found.sheet, found.row, found.column, found.value, found.severity, found.code, params]


def finding(kept: Sequence[Any]) -> dict[str, Any]:
    """Return a kept finding in the reader's language, as ``import --json`` gives it."""
    return Finding(*kept).json()


def digest(made: Plan) -> str:
    """Return what stands for all a plan would do: two plans with one digest write the same."""
    told = hashlib.sha256()
    for row in made.rows:
        changes = [[d.field, d.old, d.new, d.written, d.note] for d in row.differences]
        proposals = [[one.kind, one.text, one.closed] for one in row.proposals]
        said = [
            row.sheet,
            row.number,
            row.action,
            row.row_id,
            row.candidates,
            changes,
            proposals,
            str(row.scope),
        ]
        told.update(json.dumps(said, ensure_ascii=False).encode())
    return told.hexdigest()
