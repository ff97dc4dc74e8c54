"""What strangers and other systems send is read or refused, never broken by: parsers under hypothesis."""

import base64
import contextlib
import io
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as draw

from bihuan.kernel.errors import BadInput
from bihuan.logic.workdays import OutOfRange
from bihuan.site import logs
from bihuan.site.admin.calendars import reading as calendars
from bihuan.site.admin.ledger.checking import read_anchors
from bihuan.site.api.root import api
from bihuan.site.entrance import cas, jwt, tickets
from bihuan.site.notices.reading import read_time

anything = draw.recursive(
    draw.none() | draw.booleans() | draw.integers() | draw.floats() | draw.text(),
    lambda inner: draw.lists(inner, max_size=4) | draw.dictionaries(draw.text(), inner, max_size=4),
    max_leaves=12,
)
KEYS = [
    {"kty": "RSA", "n": "AQAB", "e": "AQAB"},
    {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
    {"kty": None},
]
SECRET = b"s" * 32


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@given(draw.text() | draw.tuples(anything, anything, draw.binary()))
def test_a_token_is_proved_or_refused(sent):
    if isinstance(sent, tuple):
        sent = ".".join([b64(json.dumps(sent[0]).encode()), b64(json.dumps(sent[1]).encode()), b64(sent[2])])
    with pytest.raises(jwt.BadToken):
        jwt.verify(sent, KEYS)


@given(anything, draw.sampled_from(["RS256", "PS512", "ES256", "none", "HS256"]))
def test_whatever_a_head_says_nothing_unsigned_passes(kid, algorithm):
    head = b64(json.dumps({"alg": algorithm, "kid": kid}).encode())
    with pytest.raises(jwt.BadToken):
        jwt.verify(f"{head}.{b64(b'{}')}.", KEYS)


@pytest.mark.parametrize("text", ["[" * 20_000, '{"a":' * 5_000, "NaN", '{"exp": Infinity}', "9" * 5_000])
def test_deep_and_endless_json_is_refused(text: str):
    with pytest.raises(jwt.BadToken):
        jwt.verify(f"{b64(text.encode())}.e30.AA", KEYS)
    with pytest.raises(BadInput):
        read_anchors(io.BytesIO(text.encode()))


@given(draw.dictionaries(draw.sampled_from(["exp", "iat", "iss", "aud", "azp"]), anything))
def test_claims_hold_or_are_refused(claims):
    with contextlib.suppress(jwt.BadToken):
        jwt.check_claims(claims, issuer="https://a.example", audience="b", at=1.0)
        assert claims["iss"] == "https://a.example"


@given(draw.dictionaries(draw.sampled_from(["user", "at", "once", "next", "mfa"]), draw.text()))
def test_a_signed_ticket_is_read_or_refused(values):
    signed = {**values, "sign": tickets.sign(SECRET, values)}
    with contextlib.suppress(tickets.NotProved):
        tickets.read(SECRET, signed, 1000.0)
    with pytest.raises(tickets.NotProved):
        tickets.read(SECRET, {**signed, "sign": values.get("user", "")}, 1000.0)


def test_a_moment_beyond_all_numbers_is_refused():
    values = {"user": "a", "once": "o" * 16, "at": "9" * 400}
    with pytest.raises(tickets.NotProved):
        tickets.read(SECRET, {**values, "sign": tickets.sign(SECRET, values)}, 1000.0)


@given(draw.text(draw.characters(exclude_categories=["Cs"])))
def test_a_logout_of_cas_is_read_or_refused(text):
    with pytest.raises(cas.NotProved):
        cas.leaving(text)
    with pytest.raises(cas.NotProved):
        cas.leaving(f"<samlp:LogoutRequest>{text}</samlp:LogoutRequest>")


@given(draw.text())
@example("Z")
def test_a_time_of_day_is_read_or_refused(text):
    with contextlib.suppress(BadInput):
        assert read_time(text, "from").utcoffset() is None


@given(
    draw.text(alphabet="0123456789年月日至放假上班调休周一二三四五六日（）、，。：\n 元旦春节"),
    draw.integers(2000, 2100),
)
def test_a_notice_of_holidays_is_read_or_refused(text, year):
    with contextlib.suppress(calendars.Unreadable):
        assert all(day.day.year == year for day in calendars.read_days(text, year) if hasattr(day, "day"))


@given(draw.binary() | anything.map(lambda value: json.dumps(value).encode()))
def test_heads_of_a_ledger_are_read_or_refused(data):
    with contextlib.suppress(BadInput):
        assert isinstance(read_anchors(io.BytesIO(data)), list)


@given(draw.text(), draw.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), draw.text())
def test_a_log_line_is_struck_once_and_for_all(before, phone, after):
    line = f"{before} {phone} {after}"
    assert f" {phone} " not in logs.struck(line)
    assert logs.struck(logs.struck(line)) == logs.struck(line)


def test_a_day_beyond_every_calendar_is_refused_by_the_api(rf):
    # schemathesis sent {"date": "1356"} as the date of a timetable
    answer = api.on_exception(rf.post("/api/v1/projects/1/timetable/move"), OutOfRange("1356-12-31"))
    assert answer.status_code == 422
    assert json.loads(answer.content)["code"] == "day_out_of_range"
