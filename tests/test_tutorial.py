"""The tutorial is true: its code is taken from the page, runs as one folder, and leaves nothing behind.

Everything happens in a copy of the package, so the folder that is added and removed is seen by
nobody else.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "howto" / "add-a-line.md"
LINE = Path("src/bihuan/lines/lanterns")
_BLOCK = re.compile(r"^`lanterns/([\w./]+)`\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)

#: What the program knows of the line, asked of a fresh process.
KNOWS = """
import json, django, bihuan
django.setup()
from django.urls import NoReverseMatch, reverse
from bihuan.kernel.figures.registry import all_figures
from bihuan.kernel.flow.registry import all_declared
from bihuan.kernel.store.sql import run
from bihuan.site.api.root import api
from bihuan.site.discovery import line_names
def address(name):
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
print(json.dumps({
    "package": bihuan.__file__,
    "lines": line_names(),
    "address": address("lanterns"),
    "operations": sorted(p for p in api.get_openapi_schema()["paths"] if "lanterns" in p),
    "mechanisms": [m.name for m in all_declared() if "lanterns" in m.name],
    "figures": [f.name for f in all_figures() if "lanterns" in f.name],
    "roles": [r[0] for r in run("SELECT name FROM identity_role WHERE is_active AND line = 'lanterns' ORDER BY 1")],
    "limits": run("SELECT count(*) FROM clock_limitrow WHERE rule LIKE 'lanterns.%%'")[0][0],
    "matters": run("SELECT count(*) FROM flow_matter")[0][0],
}))
"""


class House:
    """A copy of the package with its own database, and the commands run in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.line = root / LINE
        given = urlsplit(os.environ["DATABASE_URL"])
        self.base = f"{given.path.lstrip('/')}_tutorial_{os.environ.get('PYTEST_XDIST_WORKER', '')}".rstrip(
            "_"
        )
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "DJANGO_", "COV_"))}
        self.environment = {
            **kept,
            "DATABASE_URL": urlunsplit(given._replace(path=f"/{self.base}")),
            "DJANGO_SETTINGS_MODULE": "bihuan.site.settings",
            "BIHUAN_TESTING": "1",
            "PYTHONPATH": str(root / "src"),
        }
        self.migrated = urlunsplit(given._replace(path=f"/test_{self.base}"))
        self.admin = urlunsplit(given._replace(path="/postgres"))

    def run(self, *words: str, migrated: bool = False) -> str:
        """Run a program of the venv in the copy and return what it printed; it must succeed."""
        environment = self.environment | ({"DATABASE_URL": self.migrated} if migrated else {})
        done = subprocess.run(
            [sys.executable, *words], cwd=self.root, env=environment, capture_output=True, text=True,
            check=False, timeout=600,
        )  # fmt: skip
        assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout[-6000:]}\n{done.stderr[-3000:]}"
        return done.stdout

    def drop(self) -> None:
        """Leave no database behind."""
        with psycopg.connect(self.admin, autocommit=True) as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(f"test_{self.base}"))
            )

    def tree(self) -> dict[str, str]:
        """Return every file of the copy with its hash; what running leaves behind is not a file of the house."""
        return {
            str(path.relative_to(self.root)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and not {"__pycache__", ".ruff_cache"} & set(path.parts)
        }


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    ignored = shutil.ignore_patterns("__pycache__", "vendor", "lanterns")
    shutil.copytree(ROOT / "src" / "bihuan", tmp_path / "src" / "bihuan", ignore=ignored)
    for name in (".importlinter", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    made = House(tmp_path)
    yield made
    made.drop()


def _blocks() -> dict[str, str]:
    """Return what the tutorial says is in each file."""
    return dict(_BLOCK.findall(PAGE.read_text(encoding="utf-8")))


def _build(house: House) -> None:
    files = {"__init__.py": "", "tests/__init__.py": "", **_blocks()}
    for name, text in files.items():
        target = house.line / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def _knows(house: House) -> dict[str, Any]:
    return json.loads(house.run("-W", "ignore", "-c", KNOWS, migrated=True).splitlines()[-1])


def test_the_page_names_every_file_it_shows():
    shown = PAGE.read_text(encoding="utf-8").count("```python") + PAGE.read_text(encoding="utf-8").count(
        "```json"
    )
    assert len(_blocks()) == shown
    assert {"line.py", "mechanisms.py", "limits.json", "pages.py", "api.py", "tests/test_lamps.py"} <= set(
        _blocks()
    )


@pytest.mark.slow
def test_a_line_is_one_folder(house: House):
    before = house.tree()
    _build(house)
    house.run("-W", "ignore", "-m", "django", "check", "--fail-level", "WARNING")
    house.run("-m", "ruff", "check", "--no-cache", str(LINE))
    house.run("-m", "ruff", "format", "--check", "--diff", "--no-cache", str(LINE))
    house.run("-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache")
    house.run(
        "-m", "pytest", str(LINE), "-q", "-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:xdist",
        "--create-db", "--reuse-db",
    )  # fmt: skip
    house.run("-W", "ignore", "-m", "django", "makemigrations", "--check", "--dry-run", migrated=True)

    knows = _knows(house)
    assert Path(str(knows["package"])).is_relative_to(house.root), "the copy ran, not the checkout"
    assert "lanterns" in knows["lines"]
    assert knows["address"] == "/lanterns/"
    assert knows["operations"] == ["/api/v1/lanterns/dark"]
    assert knows["mechanisms"] == ["lanterns.lamp"]
    assert "lanterns.on_time" in knows["figures"]
    assert knows["roles"] == ["lamplighter", "watch"]
    assert knows["limits"] == 1

    after = house.tree()
    added = {name for name in after if name not in before}
    changed = {name for name, digest in before.items() if after[name] != digest}
    assert changed == set(), "nothing outside the folder is edited"
    assert all(Path(name).is_relative_to(LINE) for name in added)

    shutil.rmtree(house.line)
    assert house.tree() == before
    house.run("-W", "ignore", "-m", "django", "migrate", "-v", "0", migrated=True)
    house.run("-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache")
    gone = _knows(house)
    assert "lanterns" not in gone["lines"]
    empty = {"address": "", "operations": [], "mechanisms": [], "figures": [], "roles": [], "matters": 0}
    assert {name: gone[name] for name in empty} == empty
