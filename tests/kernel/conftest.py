"""Keys and an empty ledger for the sealed ground."""

import base64
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.utils.translation import override

from bihuan.kernel.store.sql import atomic, run


@pytest.fixture(autouse=True)
def secrets(settings, tmp_path):
    """Every kernel test has its own fixed keys and its own folder of files."""
    settings.BIHUAN_CONTENT_KEY = base64.b64encode(b"k" * 32).decode()
    settings.BIHUAN_SIGNING_KEY = base64.b64encode(b"s" * 32).decode()
    settings.BIHUAN_BLIND_KEY = base64.b64encode(b"b" * 32).decode()
    settings.BIHUAN_FILES_DIR = tmp_path / "files"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Tests of the kernel read the msgids: wording in Chinese is the catalogues' business."""
    with override("en"):
        yield


@pytest.fixture
def bare_ledger(request, monkeypatch, _django_db_marker):
    """An empty ledger whose chains have no rows: what installing wrote into it is out of the way."""
    if request.node.get_closest_marker("django_db") is None:
        return
    monkeypatch.setattr(apps, "get_models", list)
    with atomic():
        run("SET LOCAL session_replication_role = replica")
        run(
            "TRUNCATE ledger_entry, ledger_leaf, ledger_node, ledger_root, content_value, content_key, content_reading"
        )
        run("SET LOCAL session_replication_role = DEFAULT")
