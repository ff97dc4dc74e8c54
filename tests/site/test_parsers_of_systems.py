"""What other systems send and are sent: CAS's answers, tables of divisions, messages of moves, under hypothesis."""

import base64
import gzip
import hashlib
import hmac
import io
import json
from datetime import UTC, datetime
from unittest.mock import patch
from xml.sax.saxutils import escape

import pytest
from hypothesis import example, given
from hypothesis import strategies as draw

from bihuan.kernel.errors import BadInput
from bihuan.kernel.notices import webhooks
from bihuan.kernel.notices.outbound import Answer
from bihuan.site.admin.divisions.tables import read_tables
from bihuan.site.entrance import cas
from bihuan.site.entrance.config import Cas

SERVER = Cas("https://cas.example", ("authMethod", "mfa"))
#: What may stand in XML.
words = draw.text(draw.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"))
moments = draw.datetimes(timezones=draw.just(UTC))


def prove(body: bytes, status: int = 200) -> cas.Person:
    with patch.object(cas, "request", return_value=Answer(status, body)):
        return cas.prove(SERVER, "https://here.example/", "ST-1")


@given(draw.binary() | draw.text().map(lambda text: text.encode("utf-8", "replace")), draw.integers(100, 599))
@example(b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 200)
def test_whatever_is_no_answer_of_cas_vouches_for_nobody(body: bytes, status: int):
    with pytest.raises(cas.NotProved):
        prove(body, status)


@given(words, words, draw.booleans())
def test_cas_vouches_for_whom_it_names_and_for_nobody_else(user: str, method: str, success: bool):
    kind = "authenticationSuccess" if success else "authenticationFailure"
    body = (
        '<cas:serviceResponse xmlns:cas="http://www.yale.edu/tp/cas">'
        f"<cas:{kind}><cas:user>{escape(user)}</cas:user><cas:attributes><cas:authMethod>{escape(method)}"
        f"</cas:authMethod></cas:attributes></cas:{kind}></cas:serviceResponse>"
    ).encode()
    if success and user.strip():
        assert prove(body) == cas.Person(user.strip(), method.strip() == "mfa")
    else:
        with pytest.raises(cas.NotProved):
            prove(body)


@given(draw.binary() | draw.text().map(lambda text: text.encode("utf-8", "replace")), draw.booleans())
@example(b"\x1f\x8b", False)
@example(b"PK\x03\x04", False)
@example(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, False)
def test_a_table_of_divisions_is_read_or_refused(data: bytes, packed: bool):
    file = io.BytesIO(gzip.compress(data) if packed else data)
    try:
        rows = read_tables([("区划.csv", file)])
    except BadInput:
        return
    assert all(isinstance(code, str) and isinstance(name, str) for code, name in rows)


@given(draw.lists(draw.tuples(draw.from_regex(r"[1-9][0-9]{5}", fullmatch=True), draw.text("云溪东城甲乙", min_size=1)),
                  min_size=1, max_size=20))  # fmt: skip
def test_every_division_of_a_table_comes_out_as_it_stands(rows: list[tuple[str, str]]):
    lines = "代码,名称\n" + "".join(f"{code},{name}\n" for code, name in rows)
    assert read_tables([("区划.csv", io.BytesIO(lines.encode()))]) == rows


@given(
    words, words, words, draw.integers(0, 2**62), moments, draw.binary(max_size=64), draw.binary(min_size=1)
)
def test_a_message_of_a_move_says_it_and_proves_itself(kind, code, move, seq, at: datetime, digest, secret):
    body = webhooks.payload("msg_1", kind, code, move, seq, at, at, digest)
    said = json.loads(body)
    assert said["data"] | {"kind": kind, "move": move, "matter": code, "seq": seq} == said["data"]
    assert datetime.fromisoformat(said["timestamp"]) == at
    sent = webhooks.headers(secret, "msg_1", 1_700_000_000, body)
    name, stamp = sent["webhook-id"], sent["webhook-timestamp"]
    proved = hmac.new(secret, f"{name}.{stamp}.".encode() + body, hashlib.sha256).digest()
    assert sent["webhook-signature"] == f"v1,{base64.b64encode(proved).decode()}"
