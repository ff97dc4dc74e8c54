"""The API's description is committed: a change of the API shows in the diff of docs/openapi.json.

Renew it with ``BIHUAN_RENEW=1 .venv/bin/pytest tests/site/test_openapi.py``.
"""

import json
import os
from pathlib import Path

from django.utils.translation import override

from bihuan.site.api.root import api

SNAPSHOT = Path(__file__).parents[2] / "docs" / "openapi.json"


def described() -> str:
    with override("en"):
        schema = api.get_openapi_schema(path_prefix="/api/v1/")
    return json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n"


def test_the_description_is_the_committed_one():
    if os.environ.get("BIHUAN_RENEW"):
        SNAPSHOT.write_text(described(), encoding="utf-8")
    assert SNAPSHOT.read_text(encoding="utf-8") == described()


def test_it_is_openapi_3_1_and_every_operation_has_a_name_and_a_sentence():
    schema = json.loads(described())
    assert schema["openapi"].startswith("3.1")
    operations = [op for path in schema["paths"].values() for op in path.values()]
    names = [op["operationId"] for op in operations]
    assert len(names) == len(set(names))
    assert all(op.get("description") or op.get("summary") for op in operations)
