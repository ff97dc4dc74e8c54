"""Why an order is set aside: what came more often than people write, and what looks like advertising. Pure.

The numbers are an office's own judgement, not a rule of the field: they are set so that whoever writes for a family or
a small company stays below them, and they are said on the page of each heap.
"""

import re
import unicodedata
from ipaddress import ip_address, ip_network

from bihuan.logic.mechanism import said as _

SENDER, PHONE, WORDS, LINKS = "sender", "phone", "words", "links"
#: More than so many: orders from one network address in ten minutes, with one phone number on a day, of the very same
#: words within an hour; links in one text.
MOST = {SENDER: 5, PHONE: 10, WORDS: 20, LINKS: 2}
TITLES = (
    (SENDER, _("Much from one network address")),
    (PHONE, _("Much with one phone number")),
    (WORDS, _("The very same words")),
    (LINKS, _("Many links in one text")),
)
RULES = {
    SENDER: _("More than %(n)d orders came from one network address within ten minutes."),
    PHONE: _("More than %(n)d orders named one phone number on one day."),
    WORDS: _("The very same words, about the same place, came more than %(n)d times within an hour."),
    LINKS: _("More than %(n)d links stand in one text, as in advertisements."),
}
_LINK = re.compile(r"https?://|(?<![\w/.])www\.", re.IGNORECASE)
#: Of a number written with or without its country code these digits are the same.
_DIGITS = 11


def plain(*texts: str) -> str:
    """Return what texts say without spaces, signs and width: nobody gets round a count by a full stop."""
    whole = unicodedata.normalize("NFKC", "".join(texts)).casefold()
    return "".join(sign for sign in whole if sign.isalnum())


def digits(phone: str) -> str:
    """Return the digits that tell a phone number from others; "" for none."""
    found = "".join(sign for sign in unicodedata.normalize("NFKC", phone) if sign.isdecimal())
    return found[-_DIGITS:]


def is_linked(*texts: str) -> bool:
    """Whether more links stand in texts than people need."""
    return len(_LINK.findall(unicodedata.normalize("NFKC", " ".join(texts)))) > MOST[LINKS]


def network(address: str | None) -> str:
    """Return whom a network address stands for: of IPv6 the subscriber's network, of which one has 2⁶⁴ addresses."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return ""
    if found.version == 4:
        return str(found)
    return str(found.ipv4_mapped or ip_network((int(found) >> 64 << 64, 64)))
