"""Data of real offices, which lies beside the checkout and isn't part of it."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of shared data; skip where it isn't there."""
    folder = Path(__file__).parents[3] / "shared"
    if not folder.is_dir():
        pytest.skip(f"no shared data beside the checkout ({folder.name}/)")
    return folder
