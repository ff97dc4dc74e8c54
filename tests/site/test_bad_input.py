"""Whatever somebody inside sends, no page and no operation breaks: every door, with values nobody would expect."""

import json
import random
import re
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.test import Client
from tests.site.test_matrix import World, _client, _filled, _paths, world  # noqa: F401 - the fixture

from bihuan.kernel.store.sql import run
from bihuan.site.api.root import api

pytestmark = pytest.mark.django_db

TEXTS = (
    "", " ", "0", "-1", "1e999", "NaN", "null", "true", "2026-02-30", "2026-13", "9" * 40, "供水",
    "<script>alert(1)</script>", "%s %(x)s {0}", "'; DROP TABLE flow_matter; --", "\u202e\u0000\ufeff", "𠀀" * 300,
    "2026-03-02T09:00:00+08:00", "../../etc/passwd", "a" * 5000,
)  # fmt: skip
NUMBERS = (0, -1, 1, 2**31, 2**63, -(2**63) - 1, 10**30, 0.5, 1e308)


def anything(schema: dict[str, Any], whole: dict[str, Any], dice: random.Random, depth: int = 0) -> Any:
    """Return a value that mostly has the type a schema names, seldom a sensible one."""
    if name := schema.get("$ref"):
        schema = whole["components"]["schemas"][name.rpartition("/")[2]]
    if dice.random() < 0.08 or depth > 4:
        return dice.choice([None, [], {}, "x", -7, True, [None], {"a": {"b": []}}])
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return anything(dice.choice(schema[several]), whole, dice, depth + 1)
    if "enum" in schema and dice.random() < 0.7:
        return dice.choice(schema["enum"])
    kind = schema.get("type", "object")
    if kind == "object":
        given = {
            key: anything(one, whole, dice, depth + 1)
            for key, one in schema.get("properties", {}).items()
            if key in schema.get("required", ()) or dice.random() < 0.6
        }
        return given or {dice.choice(FIELDS): dice.choice([*TEXTS, *NUMBERS]) for _n in range(3)}
    if kind == "array":
        return [anything(schema.get("items", {}), whole, dice, depth + 1) for _n in range(dice.randrange(4))]
    values = {"integer": NUMBERS[:7], "number": NUMBERS, "boolean": (True, False), "string": TEXTS}
    return dice.choice(values.get(kind, (None,)))


#: Names of fields that many forms have.
FIELDS = (
    "title",
    "note",
    "reason",
    "unit",
    "post",
    "due",
    "date",
    "reply",
    "closing",
    "category",
    "file",
    "at",
)


def _broken(client: Client, method: str, path: str, **given: Any) -> str:
    """Send a request, undo what it did, and return how it broke, or nothing."""
    try:
        with transaction.atomic():
            answer = client.generic(method, path, **given)
            if answer.streaming:
                b"".join(answer.streaming_content)
            transaction.set_rollback(True)
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:300] + f" {method} {path} {given}"[:1500]
    return f"{answer.status_code} {method} {path} {given}"[:1500] if answer.status_code >= 500 else ""


def _insiders(there: World) -> dict[str, Client]:
    wanted = ("coordinator", "supervisor", "administrator", "leader", "enterprise")
    rows = run(
        "SELECT DISTINCT ON (role_id) role_id, user_id, id FROM identity_post"
        " WHERE role_id = ANY(%s) ORDER BY role_id, id",
        (list(wanted),),
    )
    return {role: _client(user, post) for role, user, post in rows}


def test_no_operation_breaks(world):  # noqa: F811
    dice, whole, found = random.Random(20260302), api.get_openapi_schema(), []
    clients = _insiders(world)
    for route, methods in whole["paths"].items():
        for method, operation in methods.items():
            for client in dice.sample(list(clients.values()), 3):
                paths = _filled(route.replace("{", "<").replace("}", ">"), world)
                query = {
                    one["name"]: anything(one["schema"], whole, dice)
                    for one in operation.get("parameters", ())
                    if one["in"] == "query"
                }
                body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
                data = json.dumps(anything(body["schema"], whole, dice)) if body else ""
                found.append(
                    _broken(
                        client,
                        method.upper(),
                        dice.choice(paths),
                        data=data,
                        content_type="application/json",
                        query_params={k: str(v) for k, v in query.items()},
                    )
                )
    broken = [one for one in found if one]
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize("role", ["coordinator", "administrator"])
def test_no_operation_asks_the_database_for_what_it_can_not_hold(world, role):  # noqa: F811
    """A number beyond the largest in each address, the largest to continue from, the character NUL in each body."""
    whole, found = api.get_openapi_schema(), []
    client = _insiders(world)[role]
    for route, methods in whole["paths"].items():
        path = re.sub(r"\{\w+\}", str(10**30), route)
        here = _filled(route.replace("{", "<").replace("}", ">"), world)[0]
        for method, operation in methods.items():
            data = json.dumps({"matter": "P\0", "title": "\0"}) if "requestBody" in operation else ""
            found.append(_broken(client, method.upper(), path, data=data, content_type="application/json"))
            if any(one["name"] == "before" for one in operation.get("parameters", ())):
                found.append(_broken(client, "GET", here, query_params={"before": str(2**63 - 1)}))
    assert not [one for one in found if one], "\n".join(filter(None, found))


def test_nul_is_refused_with_words_and_its_spelling_is_a_text(world):  # noqa: F811
    client, url = _insiders(world)["coordinator"], "/api/v1/matters"

    def answer(title):
        data = {"kind": "projects.problem", "data": {"title": title, "category": "other"}}
        return client.post(url, data, content_type="application/json", headers={"accept-language": "en"})

    refused = answer("水管\\\0")
    assert (refused.status_code, refused.json()["where"]) == (422, "body")
    assert "no text can have" in refused.json()["title"]
    assert answer(r"程序写的 \u0000 和 \\u0000").status_code == 201


def test_no_page_breaks(world):  # noqa: F811
    dice, found = random.Random(20260303), []
    clients = _insiders(world)
    for path in _paths(world):
        for client in dice.sample(list(clients.values()), 2):
            query = {name: dice.choice(TEXTS) for name in (*QUERIES, *dice.sample(FIELDS, 3))}
            found.append(_broken(client, "GET", path, query_params=query))
            form = {name: dice.choice(TEXTS) for name in FIELDS}
            found.append(
                _broken(
                    client,
                    "POST",
                    path,
                    data=urlencode(form),
                    content_type="application/x-www-form-urlencoded",
                )
            )
    broken = [one for one in found if one]
    assert not broken, "\n".join(broken)


#: What lists read from an address.
QUERIES = (
    "q",
    "before",
    "state",
    "kind",
    "page",
    "skip",
    "since",
    "until",
    "day",
    "month",
    "as_of",
    "id",
    "ver",
    "key",
)
