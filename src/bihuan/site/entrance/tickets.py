"""A portal's signed ticket: who comes, when, once, under a shared secret."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass

#: A ticket is good for so many seconds around the moment it names.
GOOD_FOR = 60
_FIELDS = ("user", "at", "once", "next", "mfa")
_LEAST = 32


class NotProved(Exception):
    """The ticket proves nothing; for the log."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket whose signature holds and whose minute has not passed."""

    username: str
    once: str
    after: str
    mfa: bool


def sign(secret: bytes, values: Mapping[str, str]) -> str:
    """Return the signature of a ticket: hexadecimal HMAC-SHA256 of its fields, a line each."""
    text = "\n".join(f"{name}={values.get(name, '')}" for name in _FIELDS)
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()


def read(secret: bytes, values: Mapping[str, str], at: float) -> Ticket:
    """Prove a ticket; NotProved says why not."""
    if len(secret) < _LEAST:
        raise NotProved("no secret of 32 characters is set")
    if any("\n" in value or "\r" in value for value in values.values()):
        raise NotProved("line breaks")
    if not hmac.compare_digest(sign(secret, values).encode(), values.get("sign", "").encode()):
        raise NotProved("signature does not fit")
    try:
        made = int(values.get("at", "")[:20])
    except ValueError as error:
        raise NotProved("no moment") from error
    if abs(at - made) > GOOD_FOR:
        raise NotProved("expired")
    once, user = values.get("once", ""), values.get("user", "")
    if not user or not 16 <= len(once) <= 100:
        raise NotProved("names nobody, or too short a number")
    return Ticket(user, once, values.get("next", ""), values.get("mfa") == "1")
