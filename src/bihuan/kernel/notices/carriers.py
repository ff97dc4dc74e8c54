"""Carry a text out of the house: mail, group robots (WeCom, DingTalk), an SMS gateway.

Addresses of hooks are typed by administrators, so they are treated as untrusted: only
https (or this very machine), no redirects, five seconds, a small answer.
"""

import base64
import hashlib
import hmac
import json
import os
from dataclasses import dataclass
from http.client import HTTPMessage
from pathlib import Path
from typing import IO, Any
from urllib.error import URLError
from urllib.parse import quote_plus, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _

from bihuan.kernel.now import now

TIMEOUT = 5.0
_ANSWER = 64 * 1024
_HOME = {"127.0.0.1", "::1", "localhost"}


class NotCarried(Exception):
    """The other side didn't take it; the message says why, without addresses or secrets."""


@dataclass(frozen=True, slots=True)
class Door:
    """Where a hook leads: its shape, address, secret and the phones an SMS goes to."""

    shape: str
    url: str
    secret: str = ""
    phones: tuple[str, ...] = ()


def secret_of(name: str) -> str:
    """Read a hook's secret from the environment: ``BIHUAN_HOOK_<NAME>`` or the file ``…_FILE`` names."""
    variable = "BIHUAN_HOOK_" + name.upper().replace("-", "_")
    file = os.environ.get(f"{variable}_FILE")
    return Path(file).read_text().strip() if file else os.environ.get(variable, "")


def mail(address: str, text: str, language: str) -> None:
    """Send one mail; raises :class:`NotCarried`."""
    with translation.override(language or translation.get_language()):
        subject = _("Bihuan reminder")
    try:
        EmailMessage(subject, text, to=[address]).send()
    except OSError as why:  # smtplib's errors are OSErrors
        raise NotCarried(type(why).__name__) from why


def knock(door: Door, text: str) -> None:
    """Hand the text to another system in the shape it expects; raises :class:`NotCarried`."""
    url, headers = door.url, {"Content-Type": "application/json"}
    stamp = int(now().timestamp() * 1000)
    if door.shape == "sms":
        body = _json({"phones": list(door.phones), "text": text})
        headers |= {"X-Timestamp": str(stamp), "X-Signature": _hex(door.secret, f"{stamp}.{body}")}
    else:
        body = _json({"msgtype": "text", "text": {"content": text}})
        if door.shape == "dingtalk" and door.secret:
            url += f"{'&' if '?' in url else '?'}timestamp={stamp}&sign={dingtalk_sign(door.secret, stamp)}"
    answer = _post(url, body.encode(), headers)
    if door.shape != "sms" and answer.get("errcode") != 0:
        raise NotCarried(f"errcode {answer.get('errcode')}")


def dingtalk_sign(secret: str, stamp: int) -> str:
    """Return DingTalk's signature: HMAC-SHA256 of stamp and secret, base64, quoted for an address."""
    digest = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    return quote_plus(base64.b64encode(digest))


def _hex(secret: str, text: str) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class _Stay(HTTPRedirectHandler):
    """Follows nobody: a redirect could lead a signed text anywhere."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        return None


def _post(url: str, body: bytes, headers: dict[str, str]) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _HOME):
        raise NotCarried("address is not https")
    try:
        with build_opener(_Stay).open(Request(url, body, headers), timeout=TIMEOUT) as answer:  # noqa: S310
            said = json.loads(answer.read(_ANSWER) or b"{}")
    except (URLError, OSError, ValueError) as why:
        raise NotCarried(f"{type(why).__name__} {getattr(why, 'code', '')}".strip()) from why
    return said if isinstance(said, dict) else {}
