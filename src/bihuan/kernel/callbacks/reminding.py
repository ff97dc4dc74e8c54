"""Remind whom a matter was for, three times within the time to rate; silence then is silence, never satisfaction."""

from datetime import date

from django.utils.translation import gettext_noop

from bihuan.kernel.callbacks.actions import scope_of
from bihuan.kernel.callbacks.words import CONTACT, REMINDERS
from bihuan.kernel.clock.ground import LimitMissing, ground, place_of
from bihuan.kernel.errors import BihuanError
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import selectors as matters
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.notices.actions import Tell, tell_many
from bihuan.kernel.notices.kinds import Kind, register
from bihuan.kernel.now import local, now
from bihuan.kernel.store.sql import atomic, run
from bihuan.logic.mechanism import said

REMINDER = register(
    Kind(
        "callbacks.reminder",
        gettext_noop("Reminder %(n)s of 3: please say whether %(about)s was solved for you."),
    )
)
_BATCH = 500
#: Titles of the limits, as their rows name them.
TITLES = (said("First reminder to rate"), said("Second reminder to rate"), said("Third reminder to rate"))
#: Contacts nobody has answered, with the reminders given and whether somebody of the party has an account or a link.
_OPEN = """
SELECT a.contact, a.reminded, a.reminded_on,
  EXISTS (SELECT 1 FROM identity_post p JOIN identity_user u ON u.id = p.user_id AND u.is_active
          WHERE p.organisation_id = m.party AND m.party > 0 AND p.valid_from <= %(at)s
            AND (p.valid_until IS NULL OR p.valid_until > %(at)s)),
  EXISTS (SELECT 1 FROM identity_link k WHERE k.matter_id IN (a.parent, a.contact) AND k.used_at IS NOT NULL
          AND k.revoked_at IS NULL AND k.valid_until > %(at)s)
FROM callbacks_asking a JOIN flow_matter m ON m.id = a.contact
WHERE m.kind = %(kind)s AND m.open AND a.contact > %(after)s ORDER BY a.contact LIMIT %(batch)s
"""


def sweep() -> int:
    """Remind, and close what stayed silent; return how many reminders were given. Running it twice does no harm."""
    given, after = 0, 0
    while True:
        rows = run(_OPEN, {"at": now(), "kind": CONTACT, "after": after, "batch": _BATCH})
        found = matters.by_ids([row[0] for row in rows])
        for contact, reminded, last, account, link in rows:
            if row := found.get(contact):
                given += _attend(row, reminded, last, account=account, link=link)
        if len(rows) < _BATCH:
            return given
        after = rows[-1][0]


def _attend(row: MatterRow, reminded: int, last: date | None, *, account: bool, link: bool) -> int:
    """Give at most one reminder a day; end the contact on a day after the last, when its time is over."""
    today = local().date()
    if (
        row.stage == "asked"
        and account
        and reminded < REMINDERS
        and last != today
        and _due(row, reminded + 1)
    ):
        return _remind(row, reminded + 1)
    if row.due is None or now() <= row.due:
        return 0
    if row.stage == "again":
        _end(row, "lapse_again")
    elif account and reminded < REMINDERS:
        return 0  # the machine stood still for days: everybody gets their three reminders first
    elif last != today:
        _end(row, "lapse" if account or link else "unreached")
    return 0


def _due(row: MatterRow, n: int) -> bool:
    place = place_of(scope_of(row))
    began = local(row.created).date()
    try:
        limit = ground().limit(f"callbacks.remind.{n}", place, began)
    except LimitMissing:
        return False
    return local().date() >= ground().calendar(place).add_working(began, limit.value)


def _remind(row: MatterRow, n: int) -> int:
    with atomic():
        won = run(
            "UPDATE callbacks_asking SET reminded = %s, reminded_on = %s WHERE contact = %s AND reminded = %s"
            " RETURNING contact",
            (n, local().date(), row.id, n - 1),
        )
        if not won:
            return 0
        return tell_many([_reminder(row, n)])


def _reminder(row: MatterRow, n: int) -> Tell:
    said = {"n": n, "about": _about(row)}
    return Tell(
        REMINDER.name,
        f"contact:{row.id}:{n}",
        to_unit=row.party,
        to_role="enterprise",
        matter_id=row.id,
        params=said,
    )


def _about(row: MatterRow) -> str:
    found = matters.by_ids([row.parent])
    return found[row.parent].code if row.parent in found else row.code


def _end(row: MatterRow, move: str) -> None:
    try:
        flow.move(SYSTEM, row.id, move, {}, key=f"{move}:{row.id}")
    except BihuanError:
        return  # answered in the same moment
