"""Files in a bucket: signed as the service proves it, kept once, proved when read, patient with a bad line."""

import hashlib
import re
from datetime import UTC, datetime
from typing import Any

import pytest

from bihuan.kernel.errors import Unavailable
from bihuan.kernel.files import buckets
from bihuan.kernel.files.buckets import Bucket, place, sign
from bihuan.kernel.files.store import Folder, store
from tests.kernel import doubles

KEY, SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


class Service:
    """An S3 service: proves each signature by computing it from what arrived, and keeps objects."""

    def __init__(self, double: doubles.Double) -> None:
        self.double, self.objects, self.bad = double, dict[str, bytes](), 0
        double.answers = self  # type: ignore[assignment]

    def get(self, path: str, _default: Any) -> Any:
        return self._answer

    def _answer(self, call: doubles.Call) -> tuple[int, bytes]:
        if self.bad:
            self.bad -= 1
            return 503, b"<Error>SlowDown</Error>"
        headers = {name.lower(): value for name, value in call.headers.items()}
        if headers["x-amz-content-sha256"] != hashlib.sha256(call.body).hexdigest():
            return 400, b"<Error>XAmzContentSHA256Mismatch</Error>"
        signed = {name: headers[name] for name in ("host", "x-amz-content-sha256", "x-amz-date")}
        moment = datetime.strptime(headers["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        mine = place(self.double.url + "/files", KEY, SECRET, "")
        if headers["authorization"] != sign(
            mine, call.method, call.path, signed, signed["x-amz-content-sha256"], moment
        ):
            return 403, b"<Error>SignatureDoesNotMatch</Error>"
        if call.method == "PUT":
            self.objects[call.path] = call.body
            return 200, b""
        if call.method == "DELETE":
            self.objects.pop(call.path, None)
            return 204, b""
        found = self.objects.get(call.path)
        return (404, b"") if found is None else (200, b"" if call.method == "HEAD" else found)


@pytest.fixture
def service() -> Any:
    with doubles.http() as double:
        yield Service(double)


def _bucket(service: Service, secret: str = SECRET) -> Bucket:
    return Bucket(place(f"{service.double.url}/files/park", KEY, secret, ""))


def test_the_signature_is_the_one_the_documents_compute() -> None:
    # Amazon S3, "Examples: Signature Calculations", GET object with a Range header
    example = place("https://examplebucket.s3.amazonaws.com/x", KEY, SECRET, "us-east-1")
    empty = hashlib.sha256(b"").hexdigest()
    headers = {
        "host": "examplebucket.s3.amazonaws.com", "range": "bytes=0-9", "x-amz-content-sha256": empty,
        "x-amz-date": "20130524T000000Z",
    }  # fmt: skip
    made = sign(example, "GET", "/test.txt", headers, empty, datetime(2013, 5, 24, tzinfo=UTC))
    assert made.endswith("Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")
    assert "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date" in made


def test_bytes_are_kept_once_and_come_back(service: Service) -> None:
    bucket, data = _bucket(service), b"x" * 700_000
    address = bucket.put(data)
    assert bucket.put(data) == address == hashlib.sha256(data).hexdigest()
    assert bucket.get(address) == data
    assert list(service.objects) == [f"/files/park/{address[:2]}/{address}"]
    assert [call.method for call in service.double.calls] == ["HEAD", "PUT", "HEAD", "GET"]
    bucket.drop(address)
    bucket.drop(address)
    with pytest.raises(Unavailable):
        bucket.get(address)


def test_damage_and_a_wrong_secret_are_noticed(service: Service) -> None:
    bucket = _bucket(service)
    address = bucket.put(b"data")
    path = next(iter(service.objects))
    service.objects[path] = b"other"
    with pytest.raises(Unavailable, match=r"(?i)damaged"):
        bucket.get(address)
    with pytest.raises(Unavailable):
        _bucket(service, "another" * 4).put(b"more")
    with pytest.raises(ValueError, match="not an address"):
        bucket.get("../../etc/passwd")


def test_a_busy_service_is_asked_again_and_one_that_is_gone_is_said(
    service: Service, monkeypatch: Any
) -> None:
    service.bad = 2
    bucket = _bucket(service)
    address = bucket.put(b"data")
    assert bucket.get(address) == b"data"
    monkeypatch.setattr(buckets, "TIMEOUT", 0.5)
    gone = Bucket(place("http://127.0.0.1:9/files", KEY, SECRET, ""))
    with pytest.raises(Unavailable):
        gone.put(b"data")


@pytest.mark.parametrize("url", ["ftp://host/bucket", "https://host", "host/bucket", "https:///bucket"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=re.escape("BIHUAN_FILES_S3")):
        place(url, KEY, SECRET, "")


def test_a_setting_chooses_the_store(settings: Any) -> None:
    assert isinstance(store(), Folder)
    settings.BIHUAN_FILES_S3 = {"url": "https://s3.example/files", "key": KEY, "secret": SECRET, "region": ""}
    assert isinstance(store(), Bucket)
