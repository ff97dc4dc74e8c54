"""Master keys and the envelope around every value.

``settings.BIHUAN_CONTENT_KEY`` holds the master keys, one a line, newest first, 32
bytes in base64. New keys are wrapped under the first; older ones only open what they
wrapped, until ``rotate()`` has rewrapped it and they can be destroyed.
"""

import base64
import binascii
import hashlib
import os
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.translation import gettext as _

from bihuan.kernel.errors import Unavailable

SETTING = "BIHUAN_CONTENT_KEY"
KEY_BYTES = 32
NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class Ring:
    """The master keys by name, and the name of the one in use."""

    current: str
    ciphers: dict[str, AESGCM]


def decode_key(text: str, setting: str) -> bytes:
    """Return a 32-byte key from base64; name the setting when it isn't one."""
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise Unavailable(
            _("%(setting)s must hold keys of 32 bytes in base64.") % {"setting": setting}, setting
        )
    return key


def _name(key: bytes) -> str:
    return hashlib.sha256(b"bihuan content key\x00" + key).hexdigest()[:16]


@lru_cache(maxsize=8)
def _load(text: str) -> Ring:
    keys = [decode_key(line, SETTING) for line in text.split()]
    return Ring(_name(keys[0]), {_name(key): AESGCM(key) for key in keys})


def ring() -> Ring:
    """Return the master keys of the settings; raise Unavailable when none is set."""
    text: str = getattr(settings, SETTING, "")
    if not text.strip():
        raise Unavailable(_("No content key is set: nothing confidential can be written or read."), SETTING)
    return _load(text)


def new_key() -> tuple[AESGCM, bytes]:
    """Return a fresh random key and its bytes, to be wrapped."""
    key = os.urandom(KEY_BYTES)
    return AESGCM(key), key


def wrap(key: bytes, about: bytes, nonce: bytes = b"") -> tuple[str, bytes]:
    """Wrap a key under the current master key, bound to what it is about; return (kek, wrapped).

    ``nonce`` are twelve random bytes, if the caller has drawn them; never the same twice.
    """
    keys = ring()
    nonce = nonce or os.urandom(NONCE_BYTES)
    return keys.current, nonce + keys.ciphers[keys.current].encrypt(nonce, key, about)


def unwrap(kek: str, wrapped: bytes, about: bytes) -> bytes:
    """Return the key; raise Unavailable when its master key is not here or is another."""
    cipher = ring().ciphers.get(kek)
    if cipher is None:
        raise Unavailable(_("The content key %(kek)s is not set here any more.") % {"kek": kek}, SETTING)
    try:
        return cipher.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], about)
    except InvalidTag as error:
        raise Unavailable(_("A content key does not open: it was altered or moved."), kek) from error


def encrypt(cipher: AESGCM, data: bytes, about: bytes, nonce: bytes = b"") -> bytes:
    """Return nonce and cipher text; ``nonce`` as for :func:`wrap`."""
    nonce = nonce or os.urandom(NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, data, about)


def decrypt(key: bytes, data: bytes, about: bytes) -> bytes:
    """Return the plain bytes; raise Unavailable when the cipher text was altered or moved."""
    try:
        return AESGCM(key).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], about)
    except InvalidTag as error:
        raise Unavailable(_("A stored value does not open: it was altered or moved.")) from error
