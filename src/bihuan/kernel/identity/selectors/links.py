"""Links: how somebody without an account comes to one matter, and to nothing else."""

import hashlib
import hmac
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from bihuan.kernel.errors import Unavailable
from bihuan.kernel.identity.actors import Actor, Kind
from bihuan.kernel.identity.failures import BadLink, TooManyTries
from bihuan.kernel.identity.selectors.posts import FAILURE_WINDOW_SECONDS, FAILURES_ALLOWED
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import run

#: A code is sixteen digits like a bank card's, so that it can be read out: fifteen by chance and one to check.
DIGITS = 16
#: What links are for: follow a matter one asked for, handle one given to a body without an account, rate.
PURPOSES = ("track", "answer", "contact")
_MIN_KEY = 32


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link's own facts, without anything that could be used as one.

    ``places`` says from how many addresses it was opened: more than one may mean it was passed on.
    """

    id: int
    matter: int
    party: int
    purpose: str
    issued_by: int
    created_at: datetime
    valid_until: datetime
    used_at: datetime | None
    revoked_at: datetime | None
    places: int = 0

    def valid(self, at: datetime) -> bool:
        """Whether the link opens its matter at a moment."""
        return self.valid_until > at and (self.revoked_at is None or self.revoked_at > at)


def check_digit(digits: str) -> str:
    """Return the digit that proves the others (ISO 7064 MOD 11-10): one wrong or two swapped are found."""
    check = 10
    for digit in digits:
        check = (check + int(digit)) % 10 or 10
        check = check * 2 % 11
    return str((11 - check) % 10)


def plain(code: str) -> str:
    """Return a code as it was typed or pasted in its one form, "" when it can't be one."""
    digits = "".join(c for c in unicodedata.normalize("NFKC", code) if c not in " -·—.")
    shaped = len(digits) == DIGITS and digits.isascii() and digits.isdigit()
    return digits if shaped and check_digit(digits[:-1]) == digits[-1] else ""


def spoken(code: str) -> str:
    """Return a code in groups of four, as it is read out and printed."""
    return " ".join(code[n : n + 4] for n in range(0, len(code), 4))


def keyed(kind: str, value: str) -> bytes:
    """Return the keyed hash of a value: without the house's key a copy of the table opens nothing."""
    key = str(getattr(settings, "BIHUAN_BLIND_KEY", "")).strip()
    if len(key) < _MIN_KEY:
        raise Unavailable(_("No key for links is set."), "BIHUAN_BLIND_KEY")
    return hmac.digest(key.encode(), f"{kind}\x00{value}".encode(), hashlib.sha256)


_LINK = """
    k.id, k.matter_id, k.party, k.purpose, k.issued_by, k.created_at, k.valid_until, k.used_at, k.revoked_at"""


def link_actor(link: LinkRow, matter: int = 0) -> Actor:
    """Return the actor of a link; ``matter`` another one it covers, which the caller has made sure of."""
    return Actor(
        kind=Kind.LINK,
        role=link.purpose,
        unit=link.party,
        party=link.party,
        matter=matter or link.matter,
        link=link.id,
        title=_("By link"),
    )


def link_and_actor(
    code: str, at: datetime | None = None, address: str | None = None
) -> tuple[LinkRow, Actor]:
    """Return the link of a code and its actor.

    Raises :class:`TooManyTries` when the address has offered too many wrong codes: then none from
    there is heard, right or wrong. Raises :class:`BadLink` for one that is unknown, expired or revoked.
    """
    at, digits = at or now(), plain(code)
    sql = f"""
        SELECT coalesce(f.count, 0), f.since, {_LINK} FROM (SELECT 1) AS one
        LEFT JOIN identity_failures f ON f.address = %(address)s::inet
        LEFT JOIN identity_link k ON k.hash = %(hash)s"""  # noqa: S608 - only constants are joined
    hashed = keyed("link", digits) if digits else b""
    failures, since, *found = run(sql, {"address": address, "hash": hashed})[0]
    if since and failures >= FAILURES_ALLOWED and (at - since).total_seconds() < FAILURE_WINDOW_SECONDS:
        raise TooManyTries(
            _("Too many wrong codes came from your address. Wait five minutes, then try again.")
        )
    if not digits:
        text = _(
            "This code was mistyped: it has %(n)d digits, and one of yours can't be right. Compare it again."
        )
        raise BadLink(text % {"n": DIGITS}, where="mistyped")
    if found[0] is None:
        raise BadLink(
            _("There is no such code. Compare it again, or ask whoever gave it to you."), where="code"
        )
    link = LinkRow(*found)
    if link.revoked_at is not None and link.revoked_at <= at:
        raise BadLink(
            _("This link was taken back. Ask whoever gave it to you."), where="revoked", link=link.id
        )
    if link.valid_until <= at:
        raise BadLink(_("This link has expired. Ask whoever gave it to you."), where="expired", link=link.id)
    return link, link_actor(link)


def links_of(matter_id: int) -> list[LinkRow]:
    """Return the links of a matter, newest first, with the number of addresses each was opened from."""
    sql = f"""
        SELECT {_LINK}, (SELECT count(DISTINCT e.address) FROM identity_linkevent e
                         WHERE e.link_id = k.id AND e.what IN ('seen', 'moved'))
        FROM identity_link k WHERE k.matter_id = %s ORDER BY k.id DESC"""  # noqa: S608
    return [LinkRow(*row) for row in run(sql, (matter_id,))]
