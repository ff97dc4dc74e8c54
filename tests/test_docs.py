"""What the documents name is there: links, modules, functions with their parameters, guards."""

import importlib
import inspect
import re
from pathlib import Path

import pytest

from bihuan.kernel.flow import registry

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
KERNEL = ROOT / "docs" / "kernel.md"
_LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#]+)")
_CODE = re.compile(r"`([^`\n]+)`")
_CALL = re.compile(r"([\w.]+)(?:\((.*)\))?\Z")


def _said_in_kernel() -> list[tuple[str, str, tuple[str, ...]]]:
    """Return (room, dotted name, parameters) of everything in the first cells of the kernel's tables."""
    found, room = [], ""
    for line in KERNEL.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            room = line[3:].strip()
        elif line.startswith("| `"):
            for code in _CODE.findall(line.split(" | ")[0]):
                match = _CALL.match(code)
                assert match, code
                names = tuple(
                    part.strip().removesuffix("=") for part in (match[2] or "").split(",") if part.strip()
                )
                found.append((room, match[1], names))
    return found


def _thing(room: str, name: str) -> object:
    module = f"bihuan.kernel.{room}"
    *path, last = name.split(".")
    return getattr(importlib.import_module(".".join([module, *path])), last)


SAID = _said_in_kernel()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path):
    links = _LINK.findall(page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize(
    ("room", "name", "parameters"), SAID, ids=[f"{room}.{name}" for room, name, _ in SAID]
)
def test_the_kernel_has_what_its_page_says(room: str, name: str, parameters: tuple[str, ...]):
    thing = _thing(room, name)
    if parameters:
        known = inspect.signature(thing).parameters
        assert [one for one in parameters if one not in known] == []


def test_every_room_has_its_part():
    rooms = {
        path.stem
        for path in (ROOT / "src/bihuan/kernel").iterdir()
        if path.suffix == ".py" or (path / "apps.py").exists()
    } - {"__init__"}
    assert rooms == set(re.findall(r"^## (\w+)$", KERNEL.read_text(encoding="utf-8"), re.MULTILINE))


def test_every_common_guard_is_named():
    named = set(re.findall(r"`(\w+@\d+)`", KERNEL.read_text(encoding="utf-8")))
    common = {name for name in registry._guards if "." not in name}
    assert common == {name for name in named if "." not in name}


def test_modules_named_anywhere_are_there():
    missing = []
    for page in PAGES:
        for code in _CODE.findall(page.read_text(encoding="utf-8")):
            if re.fullmatch(r"bihuan(\.\w+)+", code) and "lanterns" not in code:
                missing += [] if _resolves(code) else [f"{page.name}: {code}"]
    assert missing == []


def _resolves(dotted: str) -> bool:
    """Whether a dotted name is a module, or something in one."""
    parts = dotted.split(".")
    for size in range(len(parts), 0, -1):
        try:
            thing: object = importlib.import_module(".".join(parts[:size]))
        except ModuleNotFoundError:
            continue
        for name in parts[size:]:
            thing = getattr(thing, name, None)
        return thing is not None
    return False


def test_every_word_of_the_glossary_lives_where_it_says():
    homeless = []
    for line in (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if (
            line.startswith("| ")
            and len(cells) == 4
            and cells[0] not in {"Word"}
            and not cells[0].startswith("-")
        ):
            assert re.search(r"[\u4e00-\u9fff]|时间", cells[1]), f"{cells[0]}: no Chinese"
            homes = _CODE.findall(cells[3])
            assert homes or cells[3] == "–", line
            homeless += [f"{cells[0]}: {home}" for home in homes if not _resolves(f"bihuan.{home}")]
    assert homeless == []
