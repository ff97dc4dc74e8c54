"""The first page on a phone that has never been here.

``python -m bench.firstload [--rounds 5] [--lighthouse 1] [--json]``

A Chromium with an empty cache asks the running demonstration as a phone would: 390 pixels wide, 150 ms to the server,
1.6 Mbit/s down, 0.75 up, a processor four times slower (what Lighthouse takes for a phone). Printed are medians: first
and largest paint, the end of loading (ms), how long scripts kept the page from answering (ms), how far it jumped, and
what went over the wire (KB). With ``--lighthouse 1`` Lighthouse, installed by the bench into its own folder from npm,
gives its scores for the pages anybody may open.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.harness import main

FOLDER = Path(__file__).with_name("lighthouse")
PUBLIC = ("/accounts/login/", "/enterprise/join/")
#: Login → where it lands.
STAFF = (("zhuanyuan", "/"), ("lingdao", "/"))
_PHONE = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
_SLOWER = 4
#: A task longer than this keeps somebody waiting (ms).
_LONG = 50
_WATCH = """
window.seen = {lcp: 0, cls: 0, tbt: 0};
const watch = (type, act) =>
    new PerformanceObserver(list => list.getEntries().forEach(act)).observe({type, buffered: true});
watch("largest-contentful-paint", e => { seen.lcp = e.startTime; });
watch("layout-shift", e => { if (!e.hadRecentInput) seen.cls += e.value; });
watch("longtask", e => { seen.tbt += Math.max(0, e.duration - LONG); });
""".replace("LONG", str(_LONG))
_SAY = """() => ({...seen, load: performance.getEntriesByType("navigation")[0].loadEventEnd,
    fcp: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0})"""


def once(browser: Any, address: str, path: str, cookies: list[Any]) -> dict[str, float]:
    """Open a page as somebody with an empty cache and return what was seen."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, is_mobile=True, locale="zh-CN")
    context.add_cookies(cookies)
    page = context.new_page()
    page.add_init_script(_WATCH)
    wire = context.new_cdp_session(page)
    sent = [0.0]
    wire.on("Network.loadingFinished", lambda event: sent.append(event["encodedDataLength"]))
    wire.send("Network.enable")
    wire.send("Network.emulateNetworkConditions", _PHONE)
    wire.send("Emulation.setCPUThrottlingRate", {"rate": _SLOWER})
    page.goto(address.rstrip("/") + path, wait_until="load")
    page.wait_for_timeout(1000)
    seen = dict(page.evaluate(_SAY))
    context.close()
    return {**seen, "kb": sum(sent) / 1024}


def signed_in(browser: Any, address: str, login: dict[str, str]) -> list[Any]:
    """Return the cookies of somebody who signed in."""
    from tools import look

    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    look.sign_in(page, address, login)
    cookies: list[Any] = context.cookies()
    context.close()
    return cookies


def score(address: str, path: str, folder: Path) -> dict[str, int]:
    """Return Lighthouse's scores of a page, in per cent."""
    from tools import look

    made = folder / "report.json"
    command = [
        str(FOLDER / "node_modules/.bin/lighthouse"),
        address.rstrip("/") + path,
        "--quiet",
        "--output=json",
    ]
    command += [f"--output-path={made}", "--chrome-flags=--headless --no-sandbox"]
    subprocess.run(
        command, env={**os.environ, "CHROME_PATH": look.browser_program()}, check=True, timeout=300
    )
    report = json.loads(made.read_text(encoding="utf-8"))
    return {name: round(part["score"] * 100) for name, part in report["categories"].items()}


def measure(args: argparse.Namespace) -> dict[str, Any]:
    """Open every page as often as asked for."""
    from playwright.sync_api import sync_playwright
    from tools import look

    found: dict[str, Any] = {"rounds": args.rounds}
    if args.lighthouse and not (FOLDER / "node_modules").exists():
        subprocess.run(
            ["npm", "ci", "--no-progress", "--loglevel=error"], cwd=FOLDER, stdout=sys.stderr, check=True
        )
    with look.served() as (address, logins), sync_playwright() as playwright, TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=look.browser_program(), args=["--no-sandbox"])
        known = {login["name"]: login for login in logins}
        asked = [(path, path, []) for path in PUBLIC]
        asked += [
            (f"{path} of {name}", path, signed_in(browser, address, known[name])) for name, path in STAFF
        ]
        for said, path, cookies in asked:
            once(browser, address, path, cookies)  # the server's own first time is not the phone's
            seen = [once(browser, address, path, cookies) for _n in range(args.rounds)]
            found[said] = {key: round(statistics.median(one[key] for one in seen), 2) for key in seen[0]}
        browser.close()
        for path in PUBLIC if args.lighthouse else ():
            found[f"lighthouse {path}"] = score(address, path, Path(folder))
    return found


if __name__ == "__main__":
    raise SystemExit(main("The first page on a phone", measure, rounds=5, lighthouse=0))
