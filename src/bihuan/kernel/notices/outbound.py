"""Every request that leaves the house goes through here, to where it may go and nowhere else.

Addresses are typed by people, so they are untrusted: https only, to a public address, proved by
the very address that is then connected to (a name can't change its mind in between), no redirects,
five seconds, a small answer. Hosts and networks of one's own are allowed by name in
``settings.BIHUAN_OUTBOUND``; there plain http is taken too.
"""

import ipaddress
import json
import socket
import ssl
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

TIMEOUT = 5.0
LARGEST = 256 * 1024


class NotCarried(Exception):
    """The other side didn't take it; the message says why, without addresses or secrets.

    ``down``: nothing else would get through that door now either. ``final``: trying again is no use.
    """

    def __init__(self, why: str, *, down: bool = False, final: bool = False) -> None:
        super().__init__(why)
        self.down, self.final = down, final


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: bytes

    def json(self) -> dict[str, Any]:
        """Return the answer as an object; NotCarried when it is none."""
        try:
            said = json.loads(self.body or b"{}")
        except ValueError as error:
            raise NotCarried("answer is not JSON") from error
        if not isinstance(said, dict):
            raise NotCarried("answer is not JSON")
        return said


def _allowed(host: str, address: str) -> bool:
    """Whether the house's own list names this host, its address, or a network it lies in."""
    ip = ipaddress.ip_address(address)
    for word in getattr(settings, "BIHUAN_OUTBOUND", ()):
        if word.lower() == host.lower():
            return True
        try:
            if ip in ipaddress.ip_network(word, strict=False):
                return True
        except ValueError:
            continue
    return False


def resolve(url: str) -> tuple[str, str, int, bool]:
    """Return (host, address to connect to, port, whether TLS); NotCarried when it may not go there."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise NotCarried("address can't be read", final=True) from error
    if parts.scheme not in ("https", "http") or not host or parts.username or parts.password:
        raise NotCarried("address is not https", final=True)
    secure = parts.scheme == "https"
    port = port or (443 if secure else 80)
    try:
        found = [row[4][0] for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except OSError as error:
        raise NotCarried("host is not known", down=secure, final=not secure) from error
    for address in map(str, found):
        if _allowed(host, address):
            return host, address, port, secure
    if not secure:
        raise NotCarried("address is not https", final=True)
    if not found or not all(_public(str(address)) for address in found):
        raise NotCarried("address lies inside the network", final=True)
    return host, str(found[0]), port, secure


def _public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    return bool(ip.is_global and not ip.is_multicast and (inner is None or inner.is_global))


class _Plain(HTTPConnection):
    """A connection to one proved address."""

    def __init__(self, host: str, port: int, address: str) -> None:
        super().__init__(host, port, timeout=TIMEOUT)
        self.address = address

    def connect(self) -> None:
        """Connect to the proved address, whatever the name means by now."""
        self.sock = socket.create_connection((self.address, self.port), self.timeout)


class _Secure(HTTPSConnection):
    """The same with TLS, its certificate proved for the name."""

    def __init__(self, host: str, port: int, address: str) -> None:
        self.trust = ssl.create_default_context(cafile=getattr(settings, "BIHUAN_OUTBOUND_CA", "") or None)
        super().__init__(host, port, timeout=TIMEOUT, context=self.trust)
        self.address = address

    def connect(self) -> None:
        """Connect to the proved address and check the certificate of the name."""
        sock = socket.create_connection((self.address, self.port), self.timeout)
        self.sock = self.trust.wrap_socket(sock, server_hostname=self.host)


def request(method: str, url: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
    """Ask another system; any status is an answer. NotCarried when there is none or it may not be asked."""
    host, address, port, secure = resolve(url)
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    line = (_Secure if secure else _Plain)(host, port, address)
    try:
        line.request(method, path, body or None, {"User-Agent": "Bihuan", **(headers or {})})
        answer = line.getresponse()
        data = answer.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise NotCarried("answer is too large")
        return Answer(answer.status, data)
    except (OSError, HTTPException) as why:
        raise NotCarried(type(why).__name__, down=isinstance(why, OSError)) from why
    finally:
        line.close()


def post_json(url: str, body: bytes, headers: dict[str, str] | None = None) -> dict[str, Any]:
    """Post JSON and return the object answered; NotCarried for any status but 2xx."""
    answer = request("POST", url, body, {"Content-Type": "application/json", **(headers or {})})
    if not 200 <= answer.status < 300:
        raise NotCarried(f"HTTP {answer.status}", down=answer.status in (502, 503, 504))
    return answer.json()
