"""OpenID Connect, authorization code flow with PKCE: ask, take the code back, prove the ID token."""

import base64
import hashlib
import json
import secrets
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from bihuan.kernel.notices.outbound import NotCarried, request
from bihuan.site.entrance import jwt
from bihuan.site.entrance.config import Oidc

_KEPT = 3600.0
_documents: dict[str, tuple[float, dict[str, Any]]] = {}


class NotProved(Exception):
    """The provider did not answer, or what it answered does not hold; for the log."""


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the provider vouches for, what it calls the stay, and whether it asked for a second factor."""

    username: str
    handle: str
    mfa: bool


def forget() -> None:
    """Drop what was read from providers (tests)."""
    _documents.clear()


def _read(url: str, *, fresh: bool = False) -> dict[str, Any]:
    kept = _documents.get(url)
    if kept and not fresh and kept[0] > time.monotonic():
        return kept[1]
    try:
        answer = request("GET", url, headers={"Accept": "application/json"})
        if answer.status != 200:
            raise NotProved(f"HTTP {answer.status}")
        found = answer.json()
    except NotCarried as why:
        raise NotProved(str(why)) from why
    _documents[url] = time.monotonic() + _KEPT, found
    return found


def discover(provider: Oidc) -> dict[str, Any]:
    """Return the provider's own description; NotProved when it names another issuer."""
    found = _read(f"{provider.issuer}/.well-known/openid-configuration")
    if str(found.get("issuer", "")).rstrip("/") != provider.issuer:
        raise NotProved("the provider calls itself otherwise")
    return found


def begin(provider: Oidc, back: str) -> tuple[str, dict[str, str]]:
    """Return (where to send the browser, what to keep until it comes back)."""
    kept = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
    challenge = (
        base64.urlsafe_b64encode(hashlib.sha256(kept["verifier"].encode()).digest()).rstrip(b"=").decode()
    )
    asked = {
        "response_type": "code", "client_id": provider.client, "redirect_uri": back, "scope": "openid profile",
        "state": kept["state"], "nonce": kept["nonce"], "code_challenge": challenge, "code_challenge_method": "S256",
    }  # fmt: skip
    described = discover(provider)
    if (
        described.get("claims_parameter_supported") is True
    ):  # then it tells how somebody logged in only when asked
        asked["claims"] = json.dumps({"id_token": {"acr": None, "amr": None}})
    address = str(described["authorization_endpoint"])
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}", kept


def finish(provider: Oidc, back: str, code: str, kept: dict[str, str], at: float) -> Person:
    """Exchange the code and prove the token; NotProved or jwt.BadToken say why not."""
    asked = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": back, "client_id": provider.client,
        "code_verifier": kept["verifier"],
    }  # fmt: skip
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    if provider.secret:
        pair = f"{quote(provider.client, safe='')}:{quote(provider.secret, safe='')}"
        headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    try:
        answer = request(
            "POST", str(discover(provider)["token_endpoint"]), urlencode(asked).encode(), headers
        )
        said = answer.json()
    except NotCarried as why:
        raise NotProved(str(why)) from why
    if answer.status != 200 or not isinstance(said.get("id_token"), str):
        raise NotProved(f"no token: {said.get('error', answer.status)}")
    claims = _claims(provider, said["id_token"], at)
    if claims.get("nonce") != kept["nonce"]:
        raise NotProved("another nonce")
    if provider.claim not in claims and isinstance(said.get("access_token"), str):
        claims = {**_userinfo(provider, said["access_token"], claims), **claims}
    return _person(provider, claims)


def _userinfo(provider: Oidc, token: str, claims: dict[str, Any]) -> dict[str, Any]:
    """Return what the provider says only when asked (OpenID Connect Core 5.3, 5.4), of the same person."""
    address = discover(provider).get("userinfo_endpoint")
    if not isinstance(address, str):
        return {}
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    try:
        answer = request("GET", address, headers=headers)
        said = answer.json()
    except NotCarried as why:
        raise NotProved(str(why)) from why
    if answer.status != 200 or said.get("sub") != claims.get("sub"):
        raise NotProved("the provider's word on the person is of another person, or none")
    return said


def _claims(provider: Oidc, token: str, at: float) -> dict[str, Any]:
    claims = signed(provider, token)
    jwt.check_claims(claims, issuer=str(discover(provider)["issuer"]), audience=provider.client, at=at)
    return claims


def signed(provider: Oidc, token: str) -> dict[str, Any]:
    """Return the claims of a token the provider signed; keys are read anew, once, when it is an unknown one."""
    address = str(discover(provider)["jwks_uri"])
    try:
        return jwt.verify(token, _keys(_read(address)))
    except jwt.UnknownKey:
        return jwt.verify(token, _keys(_read(address, fresh=True)))


def _keys(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in document.get("keys", []) if isinstance(one, dict)]


def _person(provider: Oidc, claims: dict[str, Any]) -> Person:
    username, subject = claims.get(provider.claim), claims.get("sub")
    if not isinstance(username, str) or not username or not isinstance(subject, str) or not subject:
        raise NotProved(f"the token has no {provider.claim}")
    methods = claims.get("amr", [])
    said = {claims.get("acr"), *(methods if isinstance(methods, list) else [])}
    handle = claims.get("sid")
    return Person(
        username, _handle(handle if isinstance(handle, str) else subject), bool(said & provider.mfa)
    )


def _handle(name: str) -> str:
    return f"oidc:{name}"


def leaving(provider: Oidc, token: str, at: float) -> list[str]:
    """Return the handles a back-channel logout token ends (OpenID Connect Back-Channel Logout 1.0, 2.6)."""
    claims = _claims(provider, token, at)
    events = claims.get("events")
    if not isinstance(events, dict) or "http://schemas.openid.net/event/backchannel-logout" not in events:
        raise NotProved("no logout token")
    if "nonce" in claims:
        raise NotProved("an ID token is no logout token")
    names = [claims[name] for name in ("sid", "sub") if isinstance(claims.get(name), str)]
    if not names:
        raise NotProved("names no stay")
    return [_handle(name) for name in names]


def way_out(provider: Oidc, back: str) -> str:
    """Return where to log out of the provider, too; "" when it says nowhere."""
    try:
        address = str(discover(provider).get("end_session_endpoint", ""))
    except NotProved:
        return ""
    asked = urlencode({"client_id": provider.client, "post_logout_redirect_uri": back})
    return f"{address}{'&' if '?' in address else '?'}{asked}" if address else ""
