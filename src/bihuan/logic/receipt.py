"""Check a receipt offline: that an entry stands in a ledger whose head was signed.

This module needs Python's standard library and the ``cryptography`` package, no
database and no network, so anybody can run it on a machine of his own::

    python -m bihuan.logic.receipt receipt.json --key 3vT…=

The format is documented in ``docs/ledger.md``.
"""

import argparse
import base64
import binascii
import hashlib
import json
import sys
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from bihuan.logic import hashtree

TYPE = "bihuan-receipt/1"
TREE = "bihuan-ledger/1"
#: What a QR code starts with; zlib and URL-safe base64 of the same JSON follow.
QR_PREFIX = "BHR1:"
#: The most a QR payload may unpack to, so that a crafted one cannot fill the memory.
MAX_BYTES = 1_000_000

#: What each outcome means, in English and Chinese, for whoever reads the screen.
MEANING = {
    "ok": ("The entry stands in the signed ledger, unaltered.", "该条办理记录在已签名的台账中，未被改动。"),
    "malformed": ("This is not a receipt, or part of it is missing.", "不是有效的凭证，或内容不完整。"),
    "wrong_key": (
        "The receipt was signed with another key than the one given.",
        "凭证所用密钥与给定公钥不一致。",
    ),
    "bad_signature": ("The signature does not fit: the head was altered.", "签名不符：签名内容被改动。"),
    "entry_altered": ("The entry's text is not the one that was sealed.", "记录内容与封存时不一致。"),
    "not_included": ("The entry is not in the ledger that was signed.", "该记录不在已签名的台账中。"),
}


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome: ``code`` is a key of MEANING; the rest is what the receipt proves when it is ok.

    ``move``, ``at`` (of the entry), ``chain`` and ``seq`` are only known when the
    receipt carries the entry's text; one from a QR code proves the hash alone.
    """

    code: str
    hash: str = ""
    position: int = -1
    size: int = 0
    day: str = ""
    key: str = ""
    chain: int = 0
    seq: int = 0
    move: str = ""
    at: str = ""

    @property
    def ok(self) -> bool:
        """Tell whether the receipt holds."""
        return self.code == "ok"


def key_id(public: bytes) -> str:
    """Return the name of a public key: the first 16 hex digits of the SHA-256 of its 32 bytes."""
    return hashlib.sha256(public).hexdigest()[:16]


def load_public_key(text: str) -> bytes:
    """Return the 32 bytes of an Ed25519 public key given as base64 or PEM; raise ValueError otherwise."""
    if "BEGIN PUBLIC KEY" in text:
        loaded = load_pem_public_key(text.strip().encode())
        if not isinstance(loaded, Ed25519PublicKey):
            raise ValueError("not an Ed25519 key")
        return loaded.public_bytes(Encoding.Raw, PublicFormat.Raw)
    try:
        raw = base64.b64decode(text.strip(), validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    if len(raw) != 32:
        raise ValueError("an Ed25519 public key has 32 bytes")
    return raw


def pack(receipt: dict[str, Any]) -> str:
    """Return the receipt as the text of a QR code; the entry's own text is left out to keep it small."""
    small = {name: value for name, value in receipt.items() if name != "entry"}
    data = json.dumps(small, separators=(",", ":"), sort_keys=True).encode()
    return QR_PREFIX + base64.urlsafe_b64encode(zlib.compress(data, 9)).decode().rstrip("=")


def load(text: str) -> Any:
    """Read a receipt from JSON or from the text of a QR code; raise ValueError for anything else."""
    text = text.strip()
    if text.startswith(QR_PREFIX):
        packed = text[len(QR_PREFIX) :]
        try:
            data = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
            reader = zlib.decompressobj()
            text = reader.decompress(data, MAX_BYTES).decode()
        except (binascii.Error, zlib.error) as error:
            raise ValueError("not the text of a receipt's QR code") from error
    return json.loads(text)


def verify_signature(text: str, signature: bytes, public: bytes) -> bool:
    """Tell whether ``signature`` is Ed25519 over the UTF-8 bytes of ``text``."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def verify_receipt(receipt: Any, public_key: bytes) -> Result:
    """Check a receipt against a public key the reader trusts (32 bytes, from a printed sheet or the office).

    Never raises: whatever is wrong with the document is an outcome.
    """
    try:
        return _verify(receipt, public_key)
    except (AttributeError, KeyError, TypeError, ValueError):
        return Result("malformed")


def _verify(receipt: dict[str, Any], public_key: bytes) -> Result:
    head_text = receipt["head"]
    head = json.loads(head_text)
    if (receipt["type"], head["tree"]) != (TYPE, TREE):
        return Result("malformed")
    if head["key"] != key_id(public_key):
        return Result("wrong_key", key=head["key"])
    if not verify_signature(head_text, bytes.fromhex(receipt["signature"]), public_key):
        return Result("bad_signature", key=head["key"])
    leaf = bytes.fromhex(receipt["hash"])
    path = [bytes.fromhex(step) for step in receipt["path"]]
    position, size, top = receipt["position"], head["size"], bytes.fromhex(head["root"])
    known = {"hash": leaf.hex(), "position": position, "size": size, "day": head["day"], "key": head["key"]}
    if not hashtree.check_inclusion(hashtree.leaf_hash(leaf), position, size, path, top):
        return Result("not_included", **known)
    if "entry" in receipt:
        if hashlib.sha256(receipt["entry"].encode()).digest() != leaf:
            return Result("entry_altered", **known)
        entry = json.loads(receipt["entry"])
        known |= {name: entry[name] for name in ("chain", "seq", "move", "at")}
    return Result("ok", **known)


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the receipt in FILE; exit 0 when it holds, 1 when not, 2 when something can't be read."""
    parser = argparse.ArgumentParser(prog="python -m bihuan.logic.receipt", description=main.__doc__)
    parser.add_argument("file", help="JSON or QR text; - reads standard input")
    parser.add_argument("--key", required=True, help="public key: base64, PEM, or a file with either")
    given = parser.parse_args(arguments)
    try:
        path = Path(given.key)
        public = load_public_key(path.read_text() if len(given.key) < 200 and path.is_file() else given.key)
        text = sys.stdin.read() if given.file == "-" else Path(given.file).read_text(encoding="utf-8")
        receipt = load(text)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    result = verify_receipt(receipt, public)
    english, chinese = MEANING[result.code]
    sys.stdout.write(f"{chinese}\n{english}\n")
    for name in ("chain", "seq", "move", "at", "hash", "position", "size", "day", "key"):
        if value := getattr(result, name):
            sys.stdout.write(f"{name}: {value}\n")
    return 0 if result.ok else 1


if __name__ == "__main__":
    sys.exit(main())
