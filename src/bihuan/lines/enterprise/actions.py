"""What enterprises and those who serve them do with needs; going on is the kernel's own ``flow.move``."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, FieldErrors, Refused
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import registry
from bihuan.kernel.flow import selectors as matters
from bihuan.kernel.flow.rows import MatterRow, Receipt
from bihuan.kernel.identity import actions as identity
from bihuan.kernel.identity import rights
from bihuan.kernel.identity.actors import SYSTEM, Actor, Kind, Scope
from bihuan.kernel.identity.failures import TooManyTries
from bihuan.kernel.identity.selectors import scope_of, unit_by_uscc
from bihuan.kernel.identity.selectors.links import check_digit, keyed, plain
from bihuan.kernel.identity.selectors.posts import FAILURE_WINDOW_SECONDS, FAILURES_ALLOWED
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import atomic, run
from bihuan.lines.enterprise.forms import CATEGORIES, INVITE, JOIN, RAISE, TAKE_IN
from bihuan.lines.enterprise.selectors import NEED, PROBLEM, projects_of

INVITE_RIGHT = "enterprise.invite"
#: How long an invitation is good for, and a need said by link can be followed at least.
_INVITED = timedelta(days=30)


def raise_need(actor: Actor, data: Mapping[str, Any], key: str = "") -> Receipt:
    """Open what an enterprise's own account says it needs: a problem of the project named, else a need."""
    values = RAISE.parse(data)
    return _open(actor, actor.party, scope_of(actor.division), {**values, "channel": "page"}, key)


def raise_by_link(
    actor: Actor, data: Mapping[str, Any], until: datetime, key: str = ""
) -> tuple[Receipt, str]:
    """Open another need of the enterprise a link was given to; return it with the code of its own link.

    It lies where the matter of the first link does, and is followed as long as that one, a month at least. The same
    ``key`` opens it once and gives the same code.
    """
    if not actor.party:
        raise Refused(_("This link was given to nobody by name: it opens its one matter only."), where="link")
    values = RAISE.parse(data)
    values.pop("project", None)
    place = scope_in(matters.by_ids([actor.matter])[actor.matter])
    receipt = _open(actor, actor.party, place, {**values, "channel": "page"}, key and f"{actor.link}:{key}")
    until = max(until, now() + _INVITED)
    code = identity.issue_link(
        SYSTEM, receipt.matter, party=actor.party, valid_until=until, key=f"by-link:{receipt.matter}"
    )
    return receipt, code


def scope_in(row: MatterRow) -> Scope:
    """Return the place a matter lies in."""
    return Scope(**{name: getattr(row, name) for name in Scope.__dataclass_fields__})


def take_in(actor: Actor, data: Mapping[str, Any], key: str = "") -> Receipt:
    """Open what came by phone, chat or on a visit, for the enterprise it came from."""
    values = TAKE_IN.parse(data)
    party = values.pop("party")
    return _open(actor, party, scope_of(actor.division), values, key)


def _open(actor: Actor, party: int, scope: Scope, values: dict[str, Any], key: str) -> Receipt:
    chosen = values.pop("project", [])
    if not chosen:
        return flow.open(actor, NEED, values, scope=scope, party=party, key=key)
    if chosen[0] not in dict(projects_of(actor, party)):
        raise FieldErrors({"project": _("Please choose one from the list.")})
    about = values["class"]
    said = {"title": values["title"], "category": CATEGORIES[about], "need": about, "source": "enterprise"}
    said |= {"detail": values["detail"]} if values.get("detail") else {}
    return flow.open(actor, PROBLEM, said, scope=scope, party=party, subject=chosen[0], key=key)


def attach(actor: Actor, matter: int, data: Mapping[str, Any], key: str = "") -> Receipt:
    """Add the same need, heard again, to the matter it already is: with who called, by which channel."""
    row = matters.matter(actor, matter)
    said = str(data.get("detail") or data.get("title") or "")
    if any(move.name == "attach" for move in registry.rules_of(row.rules).moves):
        kept = {name: data[name] for name in ("channel", "caller", "phone") if data.get(name)}
        return flow.move(actor, matter, "attach", {**kept, "note": said}, key=key)
    return flow.move(actor, matter, "note", {"note": _("Heard again: %(said)s") % {"said": said}}, key=key)


# Accounts by invitation --------------------------------------------------------------------------------


def invite(actor: Actor, data: Mapping[str, Any], key: str) -> str:
    """Invite an enterprise to open its account and return the code, shown this once; the same ``key`` gives the same.

    An enterprise the house does not know yet is entered by its 统一社会信用代码, whose check digit is proved.
    """
    rights.need(actor, INVITE_RIGHT)
    values = INVITE.parse(data)
    number = int.from_bytes(keyed("invitation-code", f"{actor.user}:{values['uscc']}:{key}"), "big") % 10**15
    code = f"{number:015d}" + check_digit(f"{number:015d}")
    with atomic():
        known = unit_by_uscc(values["uscc"])
        if known is not None and known.kind != "enterprise":
            raise FieldErrors({"uscc": _("This code belongs to an office, not to an enterprise.")})
        unit = known.id if known else identity.create_organisation(
            SYSTEM, values["name"], "enterprise", division=actor.division, uscc=values["uscc"]
        )  # fmt: skip
        run(
            "INSERT INTO enterprise_invitation (hash, organisation, uscc, division, issued_by, created_at, valid_until,"
            " used_by) VALUES (%s, %s, %s, %s, %s, %s, %s, 0) ON CONFLICT (hash) DO NOTHING",
            (
                keyed("invitation", code),
                unit,
                values["uscc"],
                actor.division,
                actor.user,
                now(),
                now() + _INVITED,
            ),
        )
    return code


def join(data: Mapping[str, Any], address: str | None) -> int:
    """Open an enterprise's account by its invitation and return the user's id; the invitation is used up.

    A wrong code, or the code of another enterprise, counts against the address; too many are not heard.
    """
    values = JOIN.parse(data)
    _ask_patience(address)
    digits = plain(values["code"])
    wrong = _("No invitation fits this code and this enterprise. Compare both again, or ask the centre.")
    with atomic():
        rows = run(
            "UPDATE enterprise_invitation SET used_at = %s WHERE hash = %s AND uscc = %s AND used_at IS NULL"
            " AND valid_until > %s RETURNING id, organisation, division",
            (now(), keyed("invitation", digits), values["uscc"], now()),
        )
        if rows:
            invitation, unit, division = rows[0]
            user = identity.create_user(
                SYSTEM, values["login"], values["person"], password=values["password"]
            )
            identity.appoint(SYSTEM, user, unit, "enterprise", division)
            run("UPDATE enterprise_invitation SET used_by = %s WHERE id = %s", (user, invitation))
            return user
    identity.note_bad_token(address, now())
    raise BadInput(wrong, where="code")


def _ask_patience(address: str | None) -> None:
    rows = (
        run("SELECT count, since FROM identity_failures WHERE address = %s::inet", (address,))
        if address
        else []
    )
    if (
        rows
        and rows[0][0] >= FAILURES_ALLOWED
        and (now() - rows[0][1]).total_seconds() < FAILURE_WINDOW_SECONDS
    ):
        raise TooManyTries(
            _("Too many wrong codes came from your address. Wait five minutes, then try again.")
        )


def is_own_account(actor: Actor) -> bool:
    """Whether an enterprise's own account acts."""
    return actor.kind is Kind.PARTY and bool(actor.party)
