"""The documents as a site: everything has its page, every link leads somewhere, and nothing is asked of a stranger."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tools.docs import gathering

from bihuan.site.discovery import line_names

#: Asked in a process of its own: here the figures of other tests are known as well.
_NAMES = """
import django
django.setup()
from bihuan.kernel.figures.registry import all_figures
from bihuan.kernel.figures.tallies import all_tallies
print(*(figure.name for figure in (*all_figures(), *all_tallies())))
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    into = tmp_path_factory.mktemp("docs") / "site"
    done = subprocess.run(
        [sys.executable, "-m", "tools.docs", "--no-pictures", "--into", str(into)],
        cwd=gathering.ROOT, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return into


def test_roles_lines_figures_and_operations_have_their_pages(site: Path):
    for role in ("officer", "leader", "enterprise"):
        assert (site / "roles" / "zh" / f"{role}.html").is_file()
    assert {name for name in line_names() if not (site / "lines" / f"{name}.html").is_file()} == set()
    names = subprocess.run(
        [sys.executable, "-c", _NAMES], capture_output=True, text=True, check=True
    ).stdout.split()
    assert len(names) > 50
    for name in names:
        page = (site / "figures" / f"{name}.html").read_text(encoding="utf-8")
        assert "SHA-256" in page
    document = json.loads((gathering.ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
    said = "".join(page.read_text(encoding="utf-8") for page in (site / "api").glob("*.html"))
    assert [path for path in document["paths"] if path not in said] == []


def test_search_knows_chinese(site: Path):
    items = json.loads((site / "search.json").read_text(encoding="utf-8"))["items"]
    assert any("销号" in item["text"] and item["location"].startswith("glossary") for item in items)


def test_nothing_is_fetched_from_elsewhere(site: Path):
    fetched = re.compile(r"""<(?:script|link|img|iframe)[^>]+(?:src|href)="(https?:[^"]+)""")
    named = {
        address
        for page in site.rglob("*.html")
        for address in fetched.findall(page.read_text(encoding="utf-8"))
    }
    assert named == set()


def test_a_link_to_nowhere_stops_the_build(tmp_path: Path):
    page = gathering.ROOT / "docs" / "none.md"
    with pytest.raises(SystemExit, match=r"there is no nowhere\.md"):
        gathering.led("[x](nowhere.md)", page, "none.md", gathering.places())
    assert gathering.led("[x](../LICENSE)", page, "none.md", gathering.places()) == "x"


def test_a_page_without_a_place_in_the_menu_stops_the_build(tmp_path: Path):
    (tmp_path / "new.md").write_text("# New")
    with pytest.raises(SystemExit, match=r"new\.md"):
        gathering.configuration(tmp_path, tmp_path / "out", ())
