"""Messages to one person inside WeCom (企业微信应用消息) and DingTalk (钉钉工作通知).

Both give a program a token for two hours against its secret and take messages for the accounts
they know people by. A token that has died early is fetched anew, once.
"""

import hashlib
import json
import threading
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from bihuan.kernel.notices.outbound import NotCarried, post_json, request

#: Where the public services stand; a platform of one's own (政务微信, 专有钉钉) gives its own address.
WECOM = "https://qyapi.weixin.qq.com"
DINGTALK = "https://oapi.dingtalk.com"

#: A token is given back this many seconds before it dies.
_EARLY = 300
#: Answers that mean: this token is not (or no longer) valid.
_STALE = frozenset({40014, 42001, 40001, 33001})
#: Answers that no later try changes: the account is unknown or may not be written to.
_FINAL = frozenset({81013, 60111, 60121, 33012, 400002})


@dataclass(frozen=True, slots=True)
class App:
    """A program registered with WeCom or DingTalk: its address, identity, secret and agent number."""

    shape: str
    url: str
    ident: str
    agent: str
    secret: str

    @property
    def base(self) -> str:
        """The address of the platform, without a slash at the end."""
        return (self.url or (WECOM if self.shape == "wecom_app" else DINGTALK)).rstrip("/")


_tokens: dict[tuple[str, ...], tuple[str, float]] = {}
_lock = threading.Lock()


def forget_tokens() -> None:
    """Drop all tokens (tests, a changed secret)."""
    with _lock:
        _tokens.clear()


def _name(app: App) -> tuple[str, ...]:
    return app.shape, app.base, app.ident, hashlib.sha256(app.secret.encode()).hexdigest()


def token(app: App, *, fresh: bool = False) -> str:
    """Return the program's token, asked for when there is none that lives."""
    with _lock:
        kept = _tokens.get(_name(app))
    if kept and not fresh and kept[1] > time.monotonic():
        return kept[0]
    if app.shape == "wecom_app":
        asked = f"/cgi-bin/gettoken?{urlencode({'corpid': app.ident, 'corpsecret': app.secret})}"
    else:
        asked = f"/gettoken?{urlencode({'appkey': app.ident, 'appsecret': app.secret})}"
    answer = request("GET", app.base + asked)
    if answer.status != 200:
        raise NotCarried(f"HTTP {answer.status}", down=True)
    said = answer.json()
    if said.get("errcode", 0) != 0 or not said.get("access_token"):
        raise NotCarried(f"token refused: errcode {said.get('errcode')}", down=True)
    found, lasts = str(said["access_token"]), int(said.get("expires_in", 7200))
    with _lock:
        _tokens[_name(app)] = found, time.monotonic() + max(lasts - _EARLY, 30)
    return found


def send(app: App, account: str, text: str) -> None:
    """Send a text to one account; raises NotCarried."""
    said = _try(app, account, text, token(app))
    if said.get("errcode") in _STALE:
        said = _try(app, account, text, token(app, fresh=True))
    code = said.get("errcode")
    if code != 0:
        raise NotCarried(f"errcode {code}", final=code in _FINAL)
    if said.get("invaliduser") or said.get("unlicenseduser"):
        raise NotCarried("account is not known there", final=True)


def _try(app: App, account: str, text: str, key: str) -> dict[str, Any]:
    if app.shape == "wecom_app":
        # The same text to the same person within half an hour is shown once: a second try does no harm.
        body: dict[str, Any] = {
            "touser": account, "msgtype": "text", "agentid": _number(app.agent), "text": {"content": text},
            "safe": 0, "enable_duplicate_check": 1, "duplicate_check_interval": 1800,
        }  # fmt: skip
        path = "/cgi-bin/message/send"
    else:
        body = {
            "agent_id": _number(app.agent), "userid_list": account,
            "msg": {"msgtype": "text", "text": {"content": text}},
        }  # fmt: skip
        path = "/topapi/message/corpconversation/asyncsend_v2"
    url = f"{app.base}{path}?{urlencode({'access_token': key})}"
    return post_json(url, json.dumps(body, ensure_ascii=False).encode())


def _number(agent: str) -> int | str:
    return int(agent) if agent.isdigit() else agent
