"""The key that signs heads, and the public keys a head may be signed with.

``settings.BIHUAN_SIGNING_KEY`` is an Ed25519 private key (PEM, or its 32 bytes in
base64). When it is changed, the public half of the old one goes into
``settings.BIHUAN_OLD_PUBLIC_KEYS`` (base64, one a line), so that old heads still verify.
"""

import base64
import binascii
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from django.conf import settings
from django.utils.translation import gettext as _

from bihuan.kernel.errors import Unavailable
from bihuan.logic.receipt import key_id, load_public_key

_SETTING = "BIHUAN_SIGNING_KEY"


@lru_cache(maxsize=4)
def _load(text: str) -> Ed25519PrivateKey:
    try:
        if "BEGIN" in text:
            key = load_pem_private_key(text.encode(), password=None)
            if isinstance(key, Ed25519PrivateKey):
                return key
            raise ValueError("another kind of key")
        return Ed25519PrivateKey.from_private_bytes(base64.b64decode(text, validate=True))
    except (ValueError, TypeError, binascii.Error) as error:
        raise Unavailable(_("The signing key is not an Ed25519 private key."), _SETTING) from error


def signing_key() -> Ed25519PrivateKey:
    """Return the key that signs heads; raise Unavailable when none is set."""
    text = str(getattr(settings, _SETTING, "")).strip()
    if not text:
        raise Unavailable(_("No signing key is set: the ledger can't be sealed."), _SETTING)
    return _load(text)


def public_key() -> bytes:
    """Return the 32 bytes of the public key in use."""
    return signing_key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def public_key_text() -> str:
    """Return the public key in use as base64, as it is printed and given to the verifier."""
    return base64.b64encode(public_key()).decode()


def known_keys() -> dict[str, bytes]:
    """Return every public key a head may carry, by its id."""
    old = str(getattr(settings, "BIHUAN_OLD_PUBLIC_KEYS", "")).split()
    keys = [public_key(), *map(load_public_key, old)]
    return {key_id(key): key for key in keys}
