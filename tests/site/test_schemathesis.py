"""The whole API by its own description: requests schemathesis draws, fitting and unfitting, break nothing.

``python -m bench.fuzz`` sets ``BIHUAN_FUZZ``, how many of either kind each operation gets; without it nothing is drawn.
Operations come in another order each time (pytest-randomly's seed repeats it), until ``BIHUAN_FUZZ_SECONDS`` are over.
"""

import json
import os
import random
import time
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as draw
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.core import NotSet
from tests.site.test_bad_input import _broken, _insiders
from tests.site.test_matrix import world

from bihuan.site.api.root import api

__all__ = ["world"]
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.skipif("BIHUAN_FUZZ" not in os.environ, reason="drawn by python -m bench.fuzz"),
]

TIMES = int(os.environ.get("BIHUAN_FUZZ", "1"))
SECONDS = float(os.environ.get("BIHUAN_FUZZ_SECONDS", "60"))
_drawing = settings(
    max_examples=TIMES,
    deadline=None,
    database=None,
    derandomize=TIMES == 1,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def _sendable(value: Any) -> bool:
    """Whether a value can stand in an address at all: half a surrogate pair can't."""
    try:
        str(value).encode()
    except UnicodeEncodeError:
        return False
    return True


def _request(case: Any, known: dict[str, list[str]], own: bool) -> dict[str, Any] | None:
    """Return the case as the test's client sends it; ``own`` fills the address with things that are there."""
    parts = dict(case.path_parameters or {})
    if own:
        parts |= {name: known[name][0] for name in parts if name in known}
    query = {k: str(v) for k, v in (case.query or {}).items()}
    if not all(map(_sendable, [*parts.values(), *query.items()])):
        return None
    path = case.operation.path
    for name, value in parts.items():
        path = path.replace(f"{{{name}}}", str(value).replace("/", "%2F"))
    kind = case.media_type or "application/json"
    body = "" if isinstance(case.body, NotSet) else json.dumps(case.body, default=str)
    return {"path": path, "data": body, "content_type": kind, "query_params": query}


def _send_all(
    operation: Any, mode: GenerationMode, clients: list[Client], parts: dict[str, list[str]], found: list[str]
) -> None:
    @_drawing
    @given(
        case=operation.as_strategy(generation_mode=mode),
        own=draw.booleans(),
        who=draw.integers(0, len(clients) - 1),
    )
    def send(case: Any, own: bool, who: int) -> None:
        if request := _request(case, parts, own):
            found.append(_broken(clients[who], operation.method.upper(), **request))

    with suppress(Unsatisfiable):  # without parameters nothing can be wrong with them
        send()


def test_no_operation_breaks_whatever_is_drawn(world):
    found: list[str] = []
    clients = list(_insiders(world).values())
    schema = schemathesis.openapi.from_dict(api.get_openapi_schema())
    operations = [one.ok() for one in schema.get_all_operations()]
    assert len(operations) > 100
    random.shuffle(operations)
    end = time.monotonic() + SECONDS
    for operation in operations:
        if time.monotonic() > end:
            break
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            _send_all(operation, mode, clients, world.parts, found)
    print(f"{len(found)} requests to {len(operations)} operations")
    assert found, "requests were sent"
    assert not [one for one in found if one], "\n".join(one for one in found if one)
