"""An OpenID Connect provider and a CAS server on this machine, as their standards describe them."""

import base64
import hashlib
import json
import secrets
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from tests.kernel import doubles

CLIENT, SECRET = "bihuan", "s3cret/with:signs"


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _int(value: int) -> str:
    return b64(value.to_bytes((value.bit_length() + 7) // 8, "big"))


class Provider:
    """Issues codes for whoever it is told to, and tokens for codes, once, to who proves the verifier."""

    def __init__(self, double: doubles.Double, kind: str = "RS256") -> None:
        self.double, self.kind, self.kid = double, kind, "k1"
        self.new_key("k1")
        self.codes: dict[str, dict[str, str]] = {}
        self.claims: dict[str, Any] = {}
        self.head: dict[str, Any] = {}
        double.answers |= {
            "/.well-known/openid-configuration": lambda _call: (200, self.document()),
            "/keys": lambda _call: (200, {"keys": [self.jwk()]}),
            "/token": self.token,
        }

    def new_key(self, kid: str) -> None:
        self.kid = kid
        self.key: Any = (
            rsa.generate_private_key(65537, 2048)
            if self.kind[0] in "RP"
            else ec.generate_private_key(ec.SECP256R1())
        )

    def document(self) -> dict[str, Any]:
        base = self.double.url
        return {
            "issuer": base, "authorization_endpoint": f"{base}/authorize", "token_endpoint": f"{base}/token",
            "jwks_uri": f"{base}/keys", "end_session_endpoint": f"{base}/logout",
        }  # fmt: skip

    def jwk(self) -> dict[str, Any]:
        public = self.key.public_key().public_numbers()
        if self.kind[0] in "RP":
            return {"kty": "RSA", "kid": self.kid, "use": "sig", "n": _int(public.n), "e": _int(public.e)}
        pad = [b64(v.to_bytes(32, "big")) for v in (public.x, public.y)]
        return {"kty": "EC", "crv": "P-256", "kid": self.kid, "x": pad[0], "y": pad[1]}

    def sign(self, claims: dict[str, Any]) -> str:
        head = {"alg": self.kind, "kid": self.kid, **self.head}
        text = f"{b64(json.dumps(head).encode())}.{b64(json.dumps(claims).encode())}"
        if self.kind == "RS256":
            made = self.key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
        else:
            r, s = decode_dss_signature(self.key.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
            made = r.to_bytes(32, "big") + s.to_bytes(32, "big")
        return f"{text}.{b64(made)}"

    def authorize(self, address: str, username: str, **claims: Any) -> str:
        """Let somebody log in at the address a browser was sent to; return the query it comes back with."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        self.claims = {
            "iss": self.double.url, "aud": asked["client_id"], "sub": f"sub-{username}", "sid": "stay-1",
            "preferred_username": username, "nonce": asked["nonce"], "iat": int(time.time()),
            "exp": int(time.time()) + 300, **claims,
        }  # fmt: skip
        return f"?code={code}&state={asked['state']}"

    def token(self, call: doubles.Call) -> tuple[int, Any]:
        given = {name: values[0] for name, values in parse_qs(call.body.decode()).items()}
        asked = self.codes.pop(given.get("code", ""), None)
        basic = base64.b64encode(b"bihuan:s3cret%2Fwith%3Asigns").decode()
        verifier = b64(hashlib.sha256(given.get("code_verifier", "").encode()).digest())
        fine = (
            asked is not None
            and call.headers.get("Authorization") == f"Basic {basic}"
            and verifier == asked["code_challenge"]
            and given["redirect_uri"] == asked["redirect_uri"]
        )
        if not fine:
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "a", "token_type": "Bearer", "id_token": self.sign(self.claims)}

    def logout_token(self, **claims: Any) -> str:
        event = {"http://schemas.openid.net/event/backchannel-logout": {}}
        now = int(time.time())
        whole = {
            "iss": self.double.url,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 60,
            "sid": "stay-1",
            "events": event,
        }
        return self.sign({**whole, **claims})


def cas_answer(user: str, attributes: str = "") -> bytes:
    return (
        "<cas:serviceResponse xmlns:cas='http://www.yale.edu/tp/cas'><cas:authenticationSuccess>"
        f"<cas:user>{user}</cas:user><cas:attributes>{attributes}</cas:attributes>"
        "</cas:authenticationSuccess></cas:serviceResponse>"
    ).encode()


CAS_NO = (
    b"<cas:serviceResponse xmlns:cas='http://www.yale.edu/tp/cas'>"
    b"<cas:authenticationFailure code='INVALID_TICKET'>no</cas:authenticationFailure></cas:serviceResponse>"
)
