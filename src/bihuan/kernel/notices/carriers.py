"""Carry a text out of the house: mail, group robots (WeCom, DingTalk), an SMS gateway.

Messages to one person inside WeCom and DingTalk are in ``applications``; where a request may go at
all is decided in ``outbound``.
"""

import base64
import hashlib
import hmac
import json
import os
import smtplib
from dataclasses import dataclass
from email.utils import make_msgid
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils import translation
from django.utils.translation import gettext as _

from bihuan.kernel.notices.outbound import NotCarried, post_json
from bihuan.kernel.now import now

__all__ = ["Door", "NotCarried", "dingtalk_sign", "knock", "mail", "secret_of"]


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


def mail(address: str, text: str, language: str, name: str = "") -> None:
    """Send one mail; raises :class:`NotCarried`.

    ``name`` makes its Message-ID: a mail sent again because nobody heard the server's yes is
    known to the receiver's as the same.
    """
    with translation.override(language or translation.get_language()):
        subject = _("Bihuan reminder")
    headers = {"Message-ID": f"<{name}@{_host()}>" if name else make_msgid()}
    try:
        connection = get_connection(timeout=20)
        EmailMessage(subject, text, to=[address], headers=headers, connection=connection).send()
    except smtplib.SMTPRecipientsRefused as why:
        codes = [code for code, _said in why.recipients.values()]
        raise NotCarried(f"mail {codes[0]}", final=all(code >= 500 for code in codes)) from why
    except smtplib.SMTPResponseException as why:
        raise NotCarried(f"mail {why.smtp_code}", down=why.smtp_code in (421, 454, 530, 535)) from why
    except OSError as why:  # the server can't be reached; smtplib's other errors are OSErrors too
        raise NotCarried(type(why).__name__, down=True) from why


def _host() -> str:
    return str(settings.DEFAULT_FROM_EMAIL).rpartition("@")[2].rstrip(">") or "bihuan.invalid"


def knock(door: Door, text: str, name: str = "") -> None:
    """Hand the text to another system in the shape it expects; raises :class:`NotCarried`.

    An SMS gateway is given ``name`` as ``X-Message-Id``: the same message twice is one.
    """
    url, headers = door.url, dict[str, str]()
    stamp = int(now().timestamp() * 1000)
    if door.shape == "sms":
        body = _json({"phones": list(door.phones), "text": text})
        headers = {
            "X-Timestamp": str(stamp), "X-Message-Id": name, "X-Signature": _hex(door.secret, f"{stamp}.{body}"),
        }  # fmt: skip
    else:
        body = _json({"msgtype": "text", "text": {"content": text}})
        if door.shape == "dingtalk" and door.secret:
            url += f"{'&' if '?' in url else '?'}timestamp={stamp}&sign={dingtalk_sign(door.secret, stamp)}"
    answer = post_json(url, body.encode(), headers)
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
