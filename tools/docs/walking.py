"""The walk's pictures, taken from the demonstration as the page itself says.

A line ``<!-- picture: LOGIN PATH -->`` in ``docs/walk*.md`` stands for what LOGIN sees at PATH; ``phone`` behind it
narrows the window. ``PATH#TEXT`` is the page behind the first link on PATH that shows TEXT. In the repository there
are only these lines: pictures of every page of every day would outgrow the program.
"""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_MARK = re.compile(r"^<!-- picture: (\S+) (\S+)( phone)? -->$", re.MULTILINE)
_ANCHOR = re.compile(r"<a\s[^>]*href=\"(/[^\"]*)\"[^>]*>(.*?)</a>", re.DOTALL)
_SHOWN = re.compile(r"\*\*(.+?)\*\*")
PAGES = {"walk.md": "en-GB", "walk-zh.md": "zh-CN"}


@dataclass(frozen=True, slots=True)
class Step:
    """What one picture shows, and the words in bold beside it, which must stand on that page."""

    login: str
    path: str
    is_phone: bool
    shown: tuple[str, ...]


def steps(text: str) -> list[Step]:
    """Return the steps of a walk; a step ends where the next begins."""
    marks = list(_MARK.finditer(text))
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    return [
        Step(mark[1], mark[2], bool(mark[3]), tuple(_SHOWN.findall(text[mark.end() : end])))
        for mark, end in zip(marks, ends, strict=True)
    ]


def find(path: str, get: Callable[[str], str]) -> str:
    """Return the address of a step's page; ``get`` returns the HTML of one. LookupError when no link shows it."""
    page, _hash, text = path.partition("#")
    if not text:
        return page
    for href, inside in _ANCHOR.findall(get(page)):
        if text in html.unescape(re.sub(r"<[^>]+>", " ", inside)):
            return html.unescape(href)
    raise LookupError(f"no link on {page} shows {text}")


def draw(pages: Path, *, pictures: bool) -> None:
    """Put the pictures in, or leave them out."""
    for name in PAGES:
        text = (pages / name).read_text(encoding="utf-8")
        if not pictures:
            (pages / name).write_text(_MARK.sub("", text), encoding="utf-8")
    if pictures:
        _photograph(pages)


def _photograph(pages: Path) -> None:
    from playwright.sync_api import sync_playwright

    from tools import look

    (pages / "pictures").mkdir()
    with look.served() as (address, logins), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=look.browser_program(), args=["--no-sandbox"])
        known = {login["name"]: login for login in logins}
        for name, locale in PAGES.items():
            text = (pages / name).read_text(encoding="utf-8")
            for number, step in enumerate(steps(text), 1):
                picture = f"{Path(name).stem}-{number}.png"
                width, height = look.WIDTHS["phone" if step.is_phone else "desktop"]
                context = browser.new_context(viewport={"width": width, "height": height}, locale=locale)
                page = context.new_page()
                look.sign_in(page, address, known[step.login])

                def get(path: str, page: object = page) -> str:
                    page.goto(address.rstrip("/") + path)  # type: ignore[attr-defined]
                    return str(page.content())  # type: ignore[attr-defined]

                page.goto(address.rstrip("/") + find(step.path, get))
                page.wait_for_load_state("networkidle")
                page.screenshot(path=pages / "pictures" / picture)
                context.close()
                text = _MARK.sub(f"![{number}](pictures/{picture})", text, count=1)
            (pages / name).write_text(text, encoding="utf-8")
        browser.close()
