"""CAS 3.0: send the browser there, prove the ticket it brings back, end the stay when CAS says so."""

from dataclasses import dataclass
from urllib.parse import urlencode
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from bihuan.kernel.notices.outbound import NotCarried, request
from bihuan.site.entrance.config import Cas

_CAS = "{http://www.yale.edu/tp/cas}"
_SAMLP = "{urn:oasis:names:tc:SAML:2.0:protocol}"


class NotProved(Exception):
    """CAS did not answer, or does not vouch; for the log."""


@dataclass(frozen=True, slots=True)
class Person:
    """Whom CAS vouches for, and whether it asked for a second factor."""

    username: str
    mfa: bool


def login_address(server: Cas, service: str) -> str:
    """Return where to send the browser."""
    return f"{server.url}/login?{urlencode({'service': service})}"


def prove(server: Cas, service: str, ticket: str) -> Person:
    """Ask CAS whose ticket this is; it answers once a ticket. NotProved says why not."""
    try:
        asked = urlencode({"service": service, "ticket": ticket})
        answer = request("GET", f"{server.url}/p3/serviceValidate?{asked}")
    except NotCarried as why:
        raise NotProved(str(why)) from why
    if answer.status != 200:
        raise NotProved(f"HTTP {answer.status}")
    root = _parsed(answer.body)
    success = root.find(f"{_CAS}authenticationSuccess")
    if root.tag != f"{_CAS}serviceResponse" or success is None:
        failure = root.find(f"{_CAS}authenticationFailure")
        raise NotProved(f"CAS: {failure.get('code') if failure is not None else 'no answer'}")
    user = (success.findtext(f"{_CAS}user") or "").strip()
    if not user:
        raise NotProved("CAS names nobody")
    name, value = server.mfa
    said = (
        [(one.text or "").strip() for one in success.findall(f"{_CAS}attributes/{_CAS}{name}")]
        if name
        else []
    )
    return Person(user, bool(name) and value in said)


def _parsed(text: bytes) -> Element:
    try:
        found: Element = ElementTree.fromstring(text, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise NotProved("not XML") from error
    return found


def leaving(text: str) -> str:
    """Return the ticket of the stay that a logout request ends (SAML 2.0, as CAS sends it)."""
    root = _parsed(text.encode())
    ticket = (root.findtext(f"{_SAMLP}SessionIndex") or "").strip()
    if root.tag != f"{_SAMLP}LogoutRequest" or not ticket:
        raise NotProved("no logout request")
    return ticket


def way_out(server: Cas, back: str) -> str:
    """Return where to log out of CAS, too."""
    return f"{server.url}/logout?{urlencode({'service': back})}"
