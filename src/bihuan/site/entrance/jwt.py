"""Signed JSON tokens (RFC 7515, 7519) as OpenID Connect uses them: verified, never made here.

Asymmetric signatures only: with a shared secret whoever can verify could also forge.
"""

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

#: Clocks of two machines may differ by so many seconds.
SKEW = 120
_LONGEST = 16 * 1024
_CURVES: dict[str, tuple[str, ec.EllipticCurve, int, hashes.HashAlgorithm]] = {
    "ES256": ("P-256", ec.SECP256R1(), 32, hashes.SHA256()),
    "ES384": ("P-384", ec.SECP384R1(), 48, hashes.SHA384()),
}
_HASHES: dict[str, hashes.HashAlgorithm] = {
    "256": hashes.SHA256(),
    "384": hashes.SHA384(),
    "512": hashes.SHA512(),
}


class BadToken(Exception):
    """A token that proves nothing; the message says why, for the log."""


class UnknownKey(BadToken):
    """Signed with a key that is not among those known: they may have changed."""


def decode(text: str) -> bytes:
    """Return the bytes of base64url without padding."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadToken("not base64url") from error


def _no_number(word: str) -> None:
    """Refuse NaN and Infinity, which JSON does not have: a token of that age would never expire."""
    raise ValueError(word)


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(decode(text), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise BadToken("not JSON") from error
    if not isinstance(found, dict):
        raise BadToken("not an object")
    return found


def verify(token: str, keys: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the claims of a token that one of the keys (a JWK set) signed; BadToken otherwise."""
    parts = token.split(".")
    if len(parts) != 3 or len(token) > _LONGEST:
        raise BadToken("not a signed token")
    head = _object(parts[0])
    algorithm, kid = str(head.get("alg", "")), head.get("kid")
    if head.get("crit"):
        raise BadToken("critical extensions are not known")
    check = _checker(algorithm)
    fitting = [key for key in keys if _fits(key, algorithm, kid)]
    if not fitting:
        raise UnknownKey(f"no key for {algorithm}")
    signature, signed = decode(parts[2]), f"{parts[0]}.{parts[1]}".encode()
    for key in fitting:
        try:
            check(key, signature, signed)
        except (InvalidSignature, ValueError, KeyError, TypeError):
            continue
        return _object(parts[1])
    raise BadToken("signature does not fit")


def _fits(key: Mapping[str, Any], algorithm: str, kid: Any) -> bool:
    kind = "EC" if algorithm.startswith("ES") else "RSA"
    return (
        key.get("kty") == kind
        and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) == algorithm
        and (kid is None or key.get("kid") == kid)
    )


Checker = Callable[[Mapping[str, Any], bytes, bytes], None]


def _checker(algorithm: str) -> Checker:
    if algorithm in _CURVES:
        return lambda key, signature, signed: _elliptic(algorithm, key, signature, signed)
    if algorithm[:2] in ("RS", "PS") and algorithm[2:] in _HASHES:
        return lambda key, signature, signed: _rsa(algorithm, key, signature, signed)
    raise BadToken(f"algorithm {algorithm!r} is not taken")


def _number(text: str) -> int:
    return int.from_bytes(decode(text), "big")


def _rsa(algorithm: str, key: Mapping[str, Any], signature: bytes, signed: bytes) -> None:
    public = rsa.RSAPublicNumbers(_number(key["e"]), _number(key["n"])).public_key()
    if public.key_size < 2048:
        raise ValueError("key too short")
    digest = _HASHES[algorithm[2:]]
    if algorithm.startswith("RS"):
        public.verify(signature, signed, padding.PKCS1v15(), digest)
    else:
        public.verify(signature, signed, padding.PSS(padding.MGF1(digest), digest.digest_size), digest)


def _elliptic(algorithm: str, key: Mapping[str, Any], signature: bytes, signed: bytes) -> None:
    name, curve, size, digest = _CURVES[algorithm]
    if key["crv"] != name or len(signature) != 2 * size:
        raise ValueError("another curve")
    public = ec.EllipticCurvePublicNumbers(_number(key["x"]), _number(key["y"]), curve).public_key()
    pair = int.from_bytes(signature[:size], "big"), int.from_bytes(signature[size:], "big")
    public.verify(encode_dss_signature(*pair), signed, ec.ECDSA(digest))


def check_claims(claims: Mapping[str, Any], *, issuer: str, audience: str, at: float) -> None:
    """Prove who made a token, for whom, and that it is of now; BadToken says which does not hold."""
    given = claims.get("aud")
    several = given if isinstance(given, list) else [given]
    if claims.get("iss") != issuer:
        raise BadToken("another issuer")
    if audience not in several or (len(several) > 1 and claims.get("azp") != audience):
        raise BadToken("for another program")
    expires, made = claims.get("exp"), claims.get("iat")
    if not isinstance(expires, int | float) or expires + SKEW < at:
        raise BadToken("expired")
    if not isinstance(made, int | float) or made - SKEW > at:
        raise BadToken("made in the future")
