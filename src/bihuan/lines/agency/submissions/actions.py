"""Keep what was submitted and decided, and enter its days at the nodes its items are tied to."""

import json
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BihuanError
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity.actors import SYSTEM, Actor, Scope
from bihuan.kernel.store.sql import atomic, run
from bihuan.lines.agency import selectors


def keep(matter_id: int, items: Sequence[int], on: str, expected: str | None, number: str) -> None:
    """Write a submission of these items (none: all of the case)."""
    run(
        """INSERT INTO agency_submission (matter_id, number, items, platform, submitted, expected, nodes)
           SELECT %s, coalesce(max(number), 0) + 1, %s::jsonb, %s, %s::date, %s::date, '[]'
           FROM agency_submission WHERE matter_id = %s""",
        (matter_id, json.dumps(list(items)), number, on, expected or None, matter_id),
    )


def decide(actor: Actor, row: MatterRow, number: int, day: str) -> None:
    """Write the day of a decision, and enter both days at the nodes of the submission's items."""
    found = next(one for one in selectors.submissions(row.id) if one.number == number)
    entered = _enter(row, found, day) if row.subject else []
    run(
        "UPDATE agency_submission SET decided = %s, nodes = %s::jsonb WHERE matter_id = %s AND number = %s",
        (day, json.dumps(entered), row.id, number),
    )


def _enter(row: MatterRow, found: selectors.SubmissionRow, day: str) -> list[int]:
    """Return the matters that entered the days; a node that isn't there, or is done already, keeps what it has."""
    scope = Scope(**{name: getattr(row, name) for name in Scope.__dataclass_fields__})
    made = []
    for item in selectors.items(found.items or selectors.item_ids(row)):
        if not item["node"]:
            continue
        data: dict[str, Any] = {
            "node": item["node"], "title": f"{item['name']} · {row.code}"[:200], "start": found.submitted.isoformat(),
            "finish": day, "source": _("Agency case %(code)s") % {"code": row.code},
        }  # fmt: skip
        key = f"agency.case:{row.id}:{found.number}:{item.id}"
        try:
            with atomic():
                made.append(
                    flow.open(
                        SYSTEM,
                        "projects.node_date",
                        data,
                        scope=scope,
                        subject=row.subject,
                        party=row.party,
                        key=key,
                    ).matter
                )
        except BihuanError:
            continue
    return made
