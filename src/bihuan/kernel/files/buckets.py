"""Files in a bucket of an S3 service (AWS, MinIO, Ceph, domestic clouds): signed by hand, version 4.

What lies there is encrypted already, under names that are its own SHA-256. The protocol is small: PUT,
GET, HEAD and DELETE of one object, signed as AWS describes (Signature Version 4, header form).
"""

import hashlib
import hmac
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import quote, urlsplit

from django.utils.translation import gettext as _

from bihuan.kernel.errors import Unavailable
from bihuan.kernel.now import now

TIMEOUT = 20.0
_CHUNK = 256 * 1024
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Place:
    """Where the bucket is: ``https://key:secret@host:port/bucket/prefix?region=…`` taken apart."""

    host: str
    port: int | None
    secure: bool
    bucket: str
    prefix: str
    region: str
    key: str
    secret: str

    @property
    def authority(self) -> str:
        """The host as the signature names it."""
        return f"{self.host}:{self.port}" if self.port else self.host


def place(url: str, key: str, secret: str, region: str) -> Place:
    """Read the bucket's address; ValueError when it is none."""
    parts = urlsplit(url)
    bucket, _slash, prefix = parts.path.strip("/").partition("/")
    if parts.scheme not in ("https", "http") or not parts.hostname or not bucket or not key or not secret:
        raise ValueError("BIHUAN_FILES_S3 has to be https://host/bucket, with a key and a secret beside it")
    secure = parts.scheme == "https"
    return Place(parts.hostname, parts.port, secure, bucket, prefix, region or "us-east-1", key, secret)


def sign(
    place: Place, method: str, path: str, headers: Mapping[str, str], payload: str, moment: datetime
) -> str:
    """Return the Authorization header of a request whose ``headers`` (lower case) are all signed."""
    stamp = moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    scope = f"{stamp[:8]}/{place.region}/s3/aws4_request"
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in sorted(headers))
    asked = "\n".join((method, quote(path, safe="/~"), "", lines, names, payload))
    text = "\n".join(("AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(asked.encode()).hexdigest()))
    key = f"AWS4{place.secret}".encode()
    for word in (stamp[:8], place.region, "s3", "aws4_request"):
        key = hmac.new(key, word.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    return f"AWS4-HMAC-SHA256 Credential={place.key}/{scope}, SignedHeaders={names}, Signature={signature}"


class Bucket:
    """A store in a bucket: the same promises as a folder's."""

    def __init__(self, place: Place) -> None:
        self.place = place

    def _path(self, address: str) -> str:
        if len(address) != 64 or not set(address) <= set("0123456789abcdef"):
            raise ValueError("not an address")
        names = filter(None, (self.place.bucket, self.place.prefix, address[:2], address))
        return "/" + "/".join(names)

    def put(self, data: bytes) -> str:
        """Keep the bytes; a yes of the service means that they are kept."""
        address = hashlib.sha256(data).hexdigest()
        if self._ask("HEAD", address)[0] != 200:
            status, _body = self._ask("PUT", address, data)
            if status not in (200, 201, 204):
                raise _refused(address)
        return address

    def get(self, address: str) -> bytes:
        """Read the bytes and prove that they are those of the address."""
        status, data = self._ask("GET", address)
        if status != 200:
            raise _refused(address)
        if hashlib.sha256(data).hexdigest() != address:
            raise Unavailable(_("The stored file is damaged. Tell the administrator."), address)
        return data

    def drop(self, address: str) -> None:
        """Remove the bytes; none there is fine."""
        status, _body = self._ask("DELETE", address)
        if status not in (200, 202, 204, 404):
            raise _refused(address)

    def _ask(self, method: str, address: str, data: bytes = b"") -> tuple[int, bytes]:
        """Ask the service, again when the line breaks or it says that it is busy: each is safe to repeat."""
        failed: Exception | None = None
        for _try in range(_TRIES):
            try:
                status, body = self._once(method, self._path(address), data)
            except (OSError, HTTPException) as error:
                failed = error
                continue
            if status < 500 and status != 429:
                return status, body
        raise _refused(address) from failed

    def _once(self, method: str, path: str, data: bytes) -> tuple[int, bytes]:
        payload, moment = hashlib.sha256(data).hexdigest(), now()
        headers = {
            "host": self.place.authority,
            "x-amz-content-sha256": payload,
            "x-amz-date": moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ"),
        }
        headers["Authorization"] = sign(self.place, method, path, headers, payload, moment)
        line = self._line()
        try:
            line.putrequest(method, quote(path, safe="/~"), skip_host=True, skip_accept_encoding=True)
            for name, value in headers.items():
                line.putheader(name, value)
            line.putheader("Content-Length", str(len(data)))
            line.endheaders()
            for start in range(0, len(data), _CHUNK):
                line.send(memoryview(data)[start : start + _CHUNK])
            answer = line.getresponse()
            return answer.status, answer.read()
        finally:
            line.close()

    def _line(self) -> HTTPConnection:
        if self.place.secure:
            context = ssl.create_default_context()
            return HTTPSConnection(self.place.host, self.place.port, timeout=TIMEOUT, context=context)
        return HTTPConnection(self.place.host, self.place.port, timeout=TIMEOUT)


def _refused(address: str) -> Unavailable:
    return Unavailable(_("The stored file can't be read. Tell the administrator."), address)
