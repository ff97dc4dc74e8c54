"""Seal a value: pure but for randomness, so that flow can put the rows into its one statement."""

import hashlib
import os
from typing import NamedTuple

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bihuan.kernel.content.keys import KEY_BYTES, NONCE_BYTES, encrypt, wrap

SALT_BYTES = 16
#: Where in the random bytes of a value its key, the two nonces and the salt end.
_KEY_END = KEY_BYTES
_NONCE_END = _KEY_END + NONCE_BYTES
_WRAP_END = _NONCE_END + NONCE_BYTES
_RANDOM = _WRAP_END + SALT_BYTES

#: Name and SQL type of the columns of ``content_value``, in the order of ``Sealed.value``.
VALUE_COLUMNS = (
    ("chain_id", "bigint"),
    ("seq", "int"),
    ("size", "int"),
    ("field", "text"),
    ("cls", "text"),
    ("cipher", "bytea"),
)
#: Name and SQL type of the columns of ``content_key``, in the order of ``Sealed.key``.
KEY_COLUMNS = (
    ("chain_id", "bigint"),
    ("seq", "int"),
    ("field", "text"),
    ("kek", "text"),
    ("withheld", "text"),
    ("wrapped", "bytea"),
)


class Ref(NamedTuple):
    """Where a value stands: the chain, the entry and the field."""

    chain_id: int
    seq: int
    field: str

    def about(self) -> bytes:
        """Return what cipher and key are bound to, so that no row can be moved to another place."""
        return f"{self.chain_id}/{self.seq}/{self.field}".encode()


class KeyRow(NamedTuple):
    """A row of ``content_key``."""

    chain_id: int
    seq: int
    field: str
    kek: str
    withheld: str
    wrapped: bytes


class ValueRow(NamedTuple):
    """A row of ``content_value``."""

    chain_id: int
    seq: int
    size: int
    field: str
    cls: str
    cipher: bytes


class Sealed(NamedTuple):
    """A value ready to be inserted, and the commitment its entry carries in ``fields``."""

    value: ValueRow
    key: KeyRow
    commitment: str


def commit(salt: bytes, text: bytes) -> str:
    """Return the commitment to a value: SHA-256 over a random salt of 16 bytes and the text, in hex."""
    return hashlib.sha256(salt + text).hexdigest()


def make_key(ref: Ref, key: bytes, withheld: str = "") -> KeyRow:
    """Return the row that keeps ``key`` for what stands at ``ref``."""
    kek, wrapped = wrap(key, ref.about())
    return KeyRow(*ref, kek, withheld, wrapped)


def seal_value(chain_id: int, seq: int, field: str, text: str, cls: str, withheld: str = "") -> Sealed:
    """Encrypt ``text`` under a key of its own.

    The salt is encrypted with the text, so destroying the key takes the salt along
    and the commitment in the entry can no longer be guessed, however short the value.
    ``withheld`` names what must happen before the value may be read ("" = nothing).
    """
    about = f"{chain_id}/{seq}/{field}".encode()  # Ref.about(), thousands of times
    data = text.encode()
    drawn = os.urandom(_RANDOM)  # at once: asking the system costs more than the bytes
    key, salt = drawn[:_KEY_END], drawn[_WRAP_END:]
    cipher = encrypt(AESGCM(key), salt + data, about, drawn[_KEY_END:_NONCE_END])
    kek, wrapped = wrap(key, about, drawn[_NONCE_END:_WRAP_END])
    value = ValueRow(chain_id, seq, len(data), field, cls, cipher)
    return Sealed(value, KeyRow(chain_id, seq, field, kek, withheld, wrapped), commit(salt, data))
