"""Our GeoReport server under requests that schemathesis draws, fitting and unfitting: none breaks it, all answers fit.

GeoReport v2 has no description that programs read; the one below is ours, from its documents. ``BIHUAN_FUZZ`` says how
many requests of either kind each operation gets.
"""

import os
from xml.etree import ElementTree

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.lines.hotline.district import district
from tests.lines.hotline.test_open311_clients import served

assert district
assert served
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
TEXT = {"type": "string", "maxLength": 300}
NUMBER = {"type": "string", "pattern": r"^-?\d{1,3}(\.\d{1,6})?$"}
MOMENT = {"type": "string", "format": "date-time"}
_drawing = settings(
    # so many that some of what is drawn by chance is taken in
    max_examples=8 if "BIHUAN_FUZZ" not in os.environ else 10 * int(os.environ["BIHUAN_FUZZ"]),
    deadline=None,
    database=None,
    derandomize="BIHUAN_FUZZ" not in os.environ,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def _rows(*names):
    row = {"type": "object", "required": list(names)}
    return {"type": "array", "items": row}


def _answers(good, shape, rows):
    """Return what an operation may answer: what was asked for, or a list of what is wrong with the request."""
    kind = "application/json" if shape == "json" else "text/xml"

    def told(text, schema):
        return {"description": text, "content": {kind: {"schema": schema} if shape == "json" else {}}}

    wrong = {code: told("wrong", _rows("code", "description")) for code in ("400", "403", "404", "429")}
    return {good: told("right", rows), **wrong}


def _asked(where, name, schema, *, needed=False):
    return {"in": where, "name": name, "schema": schema, "required": needed or where == "path"}


def description(key, codes, number, shape):
    """Return the operations of one shape as OpenAPI tells them; ``number`` is a request that is there."""
    key_asked = _asked("query", "api_key", {"enum": [key]}, needed=True)
    named = _asked(
        "path", "number", {"anyOf": [{"enum": [number]}, {"type": "string", "pattern": "^[\\w-]{1,20}$"}]}
    )
    coded = _asked("path", "code", {"anyOf": [{"enum": codes}, {"type": "string", "pattern": r"^\w{1,9}$"}]})
    searched = [
        key_asked, _asked("query", "service_request_id", TEXT), _asked("query", "service_code", {"enum": codes}),
        _asked("query", "start_date", MOMENT), _asked("query", "end_date", MOMENT),
        _asked("query", "status", {"enum": ["open", "closed"]}),
    ]  # fmt: skip
    form = {
        "type": "object", "required": ["api_key", "service_code", "description"],
        "properties": {
            "api_key": {"enum": [key]}, "service_code": {"enum": codes}, "description": TEXT, "address_string": TEXT,
            "lat": NUMBER, "long": NUMBER, "first_name": TEXT, "phone": TEXT, "email": TEXT, "media_url": TEXT,
        },
    }  # fmt: skip
    requests = _rows("service_request_id", "status", "requested_datetime")
    services = _rows("service_code", "service_name", "type")
    defined = {"type": "object", "required": ["service_code", "attributes"]}
    return {
        f"/services.{shape}": {"get": {"responses": _answers("200", shape, services)}},
        f"/services/{{code}}.{shape}": {
            "get": {"parameters": [coded], "responses": _answers("200", shape, defined)},
        },
        f"/requests.{shape}": {
            "get": {"parameters": searched, "responses": _answers("200", shape, requests)},
            "post": {
                "requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": form}}},
                "responses": _answers("201", shape, _rows("service_request_id")),
            },
        },
        f"/requests/{{number}}.{shape}": {
            "get": {"parameters": [named, key_asked], "responses": _answers("200", shape, requests)},
        },
        f"/tokens/{{number}}.{shape}": {
            "get": {"parameters": [named, key_asked], "responses": _answers("200", shape, _rows("token"))},
        },
    }  # fmt: skip


def _is_read(ctx, response, case):
    """Whatever is sent as XML can be read as XML."""
    if "xml" in response.headers.get("content-type", [""])[0]:
        ElementTree.fromstring(response.content)


@pytest.mark.parametrize("shape", ["json", "xml"])
def test_no_drawn_request_breaks_the_door(served, district, shape):
    url, key = served
    codes, statuses = [str(district.leaks), str(district.stalls)], set()
    paths = description(key, codes, district.row(district.call()).code, shape)
    told = {"openapi": "3.1.0", "info": {"title": "GeoReport v2", "version": "2"}, "paths": paths}
    operations = [one.ok() for one in schemathesis.openapi.from_dict(told).get_all_operations()]
    assert len(operations) == 6
    for operation in operations:
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            _drawn(operation, mode, url, statuses)
    assert {200, 201} <= statuses, "some of it was taken"
    assert statuses & {400, 403, 404}, "some of it was refused"


def _drawn(operation, mode, url, statuses):
    @_drawing
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case):
        answer = case.call(base_url=url)
        statuses.add(answer.status_code)
        case.validate_response(answer, checks=[*CHECKS, _is_read])

    if mode is GenerationMode.POSITIVE or operation.method == "post" or operation.query:
        send()
