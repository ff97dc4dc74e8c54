"""What people wrote, brought together: pages of the repository at their places in the site, links following them."""

import json
import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_LINK = re.compile(r"(?<!!)\[([^\]\n]*)\]\((?!https?:|mailto:|#)([^)#\s]*)(#[^)\s]*)?\)")
_FIRST = {
    "README.md": "index.md",
    "README.zh-CN.md": "zh.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "CHANGELOG.md": "changelog.md",
}


def places() -> dict[Path, str]:
    """Return every page of the repository with its place in the site."""
    found = {ROOT / name: place for name, place in _FIRST.items()}
    for page in sorted((ROOT / "docs").rglob("*.md")):
        place = page.relative_to(ROOT / "docs")
        found[page] = str(place.with_name("index.md") if place.name == "README.md" else place)
    lines = ROOT / "src" / "bihuan" / "lines"
    for page in sorted(lines.rglob("README.md")):
        found[page] = f"lines/{'-'.join(page.parent.relative_to(lines).parts) or 'index'}.md"
    return found


def gather(into: Path) -> None:
    """Copy every page to its place. A link to what is no page (a file of the program) becomes its bare text."""
    known = places()
    for page, place in known.items():
        target = into / place
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(led(page.read_text(encoding="utf-8"), page, place, known), encoding="utf-8")
    _list(into / "lines")


def led(text: str, page: Path, place: str, known: dict[Path, str]) -> str:
    """Return a page's text with its links as they are at its place in the site; SystemExit for one to nowhere."""

    def lead(match: re.Match[str]) -> str:
        words, target, part = match[1], match[2], match[3] or ""
        there = (page.parent / target).resolve()
        if there.is_dir() and there / "README.md" in known:
            there = there / "README.md"
        if there in known:
            return f"[{words}]({os.path.relpath(known[there], Path(place).parent)}{part})"
        if not there.exists():
            raise SystemExit(f"{page.relative_to(ROOT)}: there is no {target}")
        return words

    return _LINK.sub(lead, text)


def _list(folder: Path) -> None:
    """Let the first page of a folder end with a link to each other page of it."""
    names = sorted(page.name for page in folder.glob("*.md") if page.name != "index.md")
    lines = "".join(f"- [{title_of(folder / name)}]({name})\n" for name in names)
    with (folder / "index.md").open("a", encoding="utf-8") as first:
        first.write(f"\n{lines}")


def title_of(page: Path) -> str:
    """Return the heading of a page."""
    found = re.search(r"^# (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return found[1].replace("`", "") if found else page.stem


def configuration(pages: Path, into: Path, sections: Sequence[tuple[str, Sequence[str]]]) -> str:
    """Return what zensical is told. Every page has its place in the menu, or the build stops."""
    shutil.rmtree(into, ignore_errors=True)
    left = {str(page.relative_to(pages)) for page in pages.rglob("*.md")}
    menu = []
    for title, wanted in sections:
        inside: list[str] = []
        for name in wanted:
            here = sorted(left & {name}) or sorted(one for one in left if str(Path(one).parent) == name)
            inside += sorted(here, key=lambda one: (not one.endswith("index.md"), one))
            left -= set(here)
        menu.append(f"  {{{json.dumps(title, ensure_ascii=False)} = {json.dumps(inside)}}},\n")
    if left:
        raise SystemExit(f"pages without a place in the menu: {', '.join(sorted(left))}")
    return (
        '[project]\nsite_name = "Bihuan 闭环"\nsite_description = "Every promise kept open until it is done"\n'
        f'docs_dir = "{pages.name}"\nsite_dir = "{into.name}"\nuse_directory_urls = false\n'
        f"nav = [\n{''.join(menu)}]\n[project.theme]\n"
        # No fonts of strangers' servers: a government network has none. Chinese is split in the browser.
        'language = "zh"\nfont = false\nfeatures = ["search.highlight", "navigation.top"]\n'
        '[[project.theme.palette]]\nmedia = "(prefers-color-scheme: light)"\nscheme = "default"\n'
        '[[project.theme.palette]]\nmedia = "(prefers-color-scheme: dark)"\nscheme = "slate"\n'
    )
