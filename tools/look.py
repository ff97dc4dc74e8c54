"""Take pictures of the pages, to be looked at by people: ``python -m tools.look FOLDER``.

Starts Bihuan with demonstration data in a folder of its own, signs in as everybody, follows the
menu and the first link of each kind from there, and photographs what it finds at desktop and
phone width. ``FOLDER/index.txt`` says which page each picture shows.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

WIDTHS = {"desktop": (1440, 900), "phone": (390, 844)}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PAGES_EACH = 30
_PASSIVE = ("/accounts/logout", "/i18n/", "/static/", "/receipt", "/export")


def browser_program() -> str:
    """Return the path of the system's Chromium."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    return found or sys.exit("no Chromium found; see tools/browser.sh")


@contextmanager
def served() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Serve demonstration data; yield the address and the logins."""
    with tempfile.TemporaryDirectory(prefix="bihuan-look-") as state:
        environment = {n: v for n, v in os.environ.items() if not n.startswith(("BIHUAN_", "DATABASE_"))}
        environment |= {"BIHUAN_STATE": state, "BIHUAN_LANG": "en"}
        program = [sys.executable, "-m", "bihuan.site.cli"]
        process = subprocess.Popen(
            [*program, "up", "--demo", "--workers", "1"], env=environment, stdout=subprocess.PIPE, text=True
        )
        try:
            assert process.stdout
            found = re.search(r"http://\S+", process.stdout.readline())
            if not found:
                sys.exit("Bihuan did not start")
            told = subprocess.run(
                [*program, "demo", "--json"], env=environment, stdout=subprocess.PIPE, check=True
            )
            yield found[0], json.loads(told.stdout)["logins"]
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def kind_of(path: str) -> str:
    """Return what kind of page an address is: numbers and codes left out."""
    return re.sub(r"/[^/]*\d[^/]*", "/*", urlsplit(path).path)


def sign_in(page: Page, address: str, login: dict[str, str]) -> None:
    """Sign in, as a person would."""
    page.goto(f"{address}accounts/login/")
    page.fill("input[name=login]", login["name"])
    page.fill("input[name=password]", login["password"])
    page.locator("input[name=password]").press("Enter")
    page.wait_for_load_state("networkidle")


def links(page: Page) -> list[str]:
    """Return the addresses of this site that a page links to."""
    found: list[str] = page.eval_on_selector_all(
        "a[href^='/']", "all => all.map(a => a.getAttribute('href'))"
    )
    return [href for href in found if not any(part in href for part in _PASSIVE)]


def walk(page: Page, address: str) -> Iterator[str]:
    """Yield one address of every kind of page that can be reached, the menu first; say which are broken."""
    waiting, seen = ["/"], set[str]()
    while waiting and len(seen) < PAGES_EACH:
        path = waiting.pop(0)
        if kind_of(path) in seen:
            continue
        seen.add(kind_of(path))
        answer = page.goto(address.rstrip("/") + path)
        if answer and answer.status >= 500:
            print(f"broken: {answer.status} {path}", file=sys.stderr)
        if answer and answer.ok and "html" in answer.headers.get("content-type", ""):
            yield path
            waiting += links(page)


def photograph(browser: Browser, address: str, login: dict[str, str], folder: Path) -> list[str]:
    """Photograph what one person can see; return a line a picture."""
    lines = []
    for width, (x, y) in WIDTHS.items():
        context = browser.new_context(viewport={"width": x, "height": y}, locale="zh-CN")
        page = context.new_page()
        sign_in(page, address, login)
        for path in walk(page, address):
            page.wait_for_load_state("networkidle")
            kind = kind_of(path).strip("/").replace("/", "-").replace("*", "x") or "home"
            name = f"{login['name']}-{kind}-{width}.png"
            page.screenshot(path=folder / name, full_page=True)
            lines.append(f"{name}\t{path}\t{page.title()}")
        context.close()
    return lines


def main(folder: Path) -> None:
    """Photograph everything into ``folder``."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    lines: list[str] = []
    with served() as (address, logins), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_program(), args=["--no-sandbox"])
        for login in logins:
            lines += photograph(browser, address, login, folder)
        browser.close()
    (folder / "index.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} pictures in {folder}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "look"))
