"""The harness's own book of what it asked and what was acknowledged, outside the product and on disk at once."""

import json
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class Journal:
    """A file of JSON lines; a line is on disk before :meth:`write` returns."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._file = path.open("ab")

    def write(self, event: str, **facts: Any) -> None:
        """Append one line and wait until the disk has it."""
        line = json.dumps({"t": time.time(), "e": event, **facts}, ensure_ascii=False).encode() + b"\n"
        with self._lock:
            self._file.write(line)
            self._file.flush()
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def read(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the lines of a journal."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
