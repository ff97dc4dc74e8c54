"""Plan meetings, fill and empty their agendas."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BihuanError
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow.rows import Receipt
from bihuan.kernel.identity.actors import Actor, Scope
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import atomic, run


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one item put on an agenda: its receipt, or why not (another meeting has it)."""

    item: int
    receipt: Receipt | None
    error: str = ""


def plan(actor: Actor, data: Mapping[str, Any], *, scope: Scope, key: str = "") -> Receipt:
    """Plan a meeting (form ``meetings.plan``) and invite; everybody invited is told."""
    return flow.open(actor, "meetings.meeting", data, scope=scope, key=key)


def put_on(actor: Actor, meeting: int, items: Sequence[int]) -> list[Outcome]:
    """Put items on an agenda, each for itself: one that another meeting has stays there and says so.

    The clerks of the units that handle the matters are invited.
    """
    outcomes = []
    for item in items:
        try:
            outcomes.append(Outcome(item, flow.move(actor, item, "schedule", {"meeting": meeting})))
        except BihuanError as error:
            outcomes.append(Outcome(item, None, error.message))
    done = [one.item for one in outcomes if one.receipt]
    if posts := clerks(done):
        flow.move(actor, meeting, "invite", {"posts": posts})
    return outcomes


_CLERKS = """
SELECT DISTINCT p.id FROM flow_matter i JOIN flow_matter m ON m.id = i.parent
LEFT JOIN flow_seat s ON s.matter_id = m.id
JOIN identity_post p ON p.organisation_id IN (m.lead_unit, s.unit) AND p.role_id = 'department'
JOIN identity_user u ON u.id = p.user_id AND u.is_active
WHERE i.id = ANY(%s) AND p.valid_from <= %s AND (p.valid_until IS NULL OR p.valid_until > %s) ORDER BY p.id"""


def clerks(items: Iterable[int]) -> list[int]:
    """Return the posts of the departments that lead or support what the items are about."""
    return [post for (post,) in run(_CLERKS, (list(items), now(), now()))]


def give_back(actor: Actor, meeting: int) -> list[int]:
    """Take everything off an agenda whose meeting falls away; return the items, which wait for another one."""
    found = run('SELECT item FROM meetings_agenda WHERE meeting = %s AND "on" ORDER BY id', (meeting,))
    data = {"reason": _("The meeting was cancelled.")}
    with atomic():
        for (item,) in found:
            flow.move(actor, item, "unschedule", data)
    return [item for (item,) in found]
