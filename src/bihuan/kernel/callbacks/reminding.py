"""Remind whom a matter was for, three times within the time to rate; silence then is silence, never satisfaction."""

from datetime import date, timedelta

from django.utils.translation import gettext_noop

from bihuan.kernel.callbacks.actions import scope_of
from bihuan.kernel.callbacks.words import CONTACT, REMINDERS
from bihuan.kernel.clock.ground import LimitMissing, ground, place_of
from bihuan.kernel.content.actions import read_many
from bihuan.kernel.content.selectors import SHOWN
from bihuan.kernel.content.values import Ref
from bihuan.kernel.errors import BihuanError
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import selectors as matters
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity.actions import issue_link
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.notices import phones
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
#: How somebody is reminded: in the house and by mail, or by SMS with a link.
ACCOUNT, PHONE = "account", "phone"
#: So long the link of an SMS is good.
_LINK_LASTS = timedelta(days=30)
#: Titles of the limits, as their rows name them.
TITLES = (said("First reminder to rate"), said("Second reminder to rate"), said("Third reminder to rate"))
#: Contacts nobody has answered, with the reminders given; whether the party has an account, a link, a phone, an SMS.
_OPEN = """
SELECT a.contact, a.reminded, a.reminded_on,
  EXISTS (SELECT 1 FROM identity_post p JOIN identity_user u ON u.id = p.user_id AND u.is_active
          WHERE p.organisation_id = m.party AND m.party > 0 AND p.valid_from <= %(at)s
            AND (p.valid_until IS NULL OR p.valid_until > %(at)s)),
  EXISTS (SELECT 1 FROM identity_link k WHERE k.matter_id IN (a.parent, a.contact) AND k.used_at IS NOT NULL
          AND k.revoked_at IS NULL AND k.valid_until > %(at)s),
  EXISTS (SELECT 1 FROM content_value v WHERE v.chain_id = a.parent AND v.field = 'phone'),
  EXISTS (SELECT 1 FROM notices_notice n JOIN notices_delivery d ON d.notice_id = n.id AND d.channel = 'phone'
          WHERE n.matter_id = a.contact AND n.kind = 'callbacks.reminder' AND d.sent IS NOT NULL)
FROM callbacks_asking a JOIN flow_matter m ON m.id = a.contact
WHERE m.kind = %(kind)s AND m.open AND a.contact > %(after)s ORDER BY a.contact LIMIT %(batch)s
"""


def sweep() -> int:
    """Remind, and close what stayed silent; return how many reminders were given. Running it twice does no harm."""
    given, after = 0, 0
    while True:
        rows = run(_OPEN, {"at": now(), "kind": CONTACT, "after": after, "batch": _BATCH})
        found = matters.by_ids([row[0] for row in rows])
        gateway = phones.has_gateway()
        for contact, reminded, last, account, link, phone, texted in rows:
            if row := found.get(contact):
                way = ACCOUNT if account else PHONE if phone and gateway else ""
                given += _attend(row, reminded, last, way=way, reached=account or link or texted)
        if len(rows) < _BATCH:
            return given
        after = rows[-1][0]


def _attend(row: MatterRow, reminded: int, last: date | None, *, way: str, reached: bool) -> int:
    """Give at most one reminder a day; end the contact on a day after the last, when its time is over."""
    today = local().date()
    if row.stage == "asked" and way and reminded < REMINDERS and last != today and _due(row, reminded + 1):
        return _remind(row, reminded + 1, way)
    if row.due is None or now() <= row.due:
        return 0
    if row.stage == "again":
        _end(row, "lapse_again")
    elif way and reminded < REMINDERS:
        return 0  # the machine stood still for days: everybody gets their three reminders first
    elif last != today:
        _end(row, "lapse" if reached else "unreached")
    return 0


def _due(row: MatterRow, n: int) -> bool:
    place = place_of(scope_of(row))
    began = local(row.created).date()
    try:
        limit = ground().limit(f"callbacks.remind.{n}", place, began)
    except LimitMissing:
        return False
    return local().date() >= ground().calendar(place).add_working(began, limit.value)


def _remind(row: MatterRow, n: int, way: str) -> int:
    with atomic():
        won = run(
            "UPDATE callbacks_asking SET reminded = %s, reminded_on = %s WHERE contact = %s AND reminded = %s"
            " RETURNING contact",
            (n, local().date(), row.id, n - 1),
        )
        if not won:
            return 0
        tell = _reminder(row, n)
        told = tell_many([tell])
        if way == PHONE:
            phones.text([tell.dedupe])
        return told


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


def _reach(contact: int) -> tuple[str, str] | None:
    """Return the phone of whom the matter asked about was for, and the path of a link to it; None when it is gone.

    The link is made for this contact and has the same code each time; that the phone was read is written down.
    """
    row = matters.by_ids([contact]).get(contact)
    if row is None or not row.open:
        return None
    seq = run("SELECT max(seq) FROM content_value WHERE chain_id = %s AND field = 'phone'", (row.parent,))[0][
        0
    ]
    ref = Ref(row.parent, seq or 0, "phone")
    value = read_many([ref], SYSTEM, "SMS reminder to rate").get(ref)
    if value is None or value.state != SHOWN:
        return None
    until = max(row.created, now()) + _LINK_LASTS
    code = issue_link(
        SYSTEM, row.parent, party=row.party, purpose="track", valid_until=until, key=f"contact:{row.id}"
    )
    return value.text, f"/l/{code}/"


phones.reached_by(REMINDER, _reach)


def _about(row: MatterRow) -> str:
    found = matters.by_ids([row.parent])
    return found[row.parent].code if row.parent in found else row.code


def _end(row: MatterRow, move: str) -> None:
    try:
        flow.move(SYSTEM, row.id, move, {}, key=f"{move}:{row.id}")
    except BihuanError:
        return  # answered in the same moment
